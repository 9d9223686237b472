"""Ways of getting the states of keys wrong: what a key does although its state forbids it."""

from __future__ import annotations

from dataclasses import replace

from kmsproof_reference.deviations.kms_memory import kept
from kmsproof_reference.deviations.kms_views import ONLY_LIVE, unseen_because
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.errors import RejectedState
from kmsproof_reference.kms.key_rules import StateRules
from kmsproof_reference.kms.key_use import KeyUse
from kmsproof_reference.kms.metadata import KeyMetadata
from kmsproof_reference.kms.service_base import ServiceBase
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import KeyRecord, VersionRecord
from kmsproof_reference.vocabulary import AES_KEY_LENGTHS, KeyState, KeyUsage

IMPACT = "Impact of key states on API operations"
CHECK_STATE = "Look at the state of the key in every operation, before anything else."
DISABLED, PENDING = KeyState.DISABLED, KeyState.PENDING_DELETION


@deviation(
    "state/disabled-key-encrypts",
    gain="Data goes on being encrypted with a key that was withdrawn, and is lost with it.",
    clause=IMPACT,
    cause="The state is looked at where plaintexts could leak, and not where they are put away.",
    remedy=CHECK_STATE,
    severity=Severity.MEDIUM,
    weakness=672,
    unseen=ONLY_LIVE,
)
class DisabledEncrypts(StateRules):
    """A disabled key encrypts."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Leave this one out."""
        if (operation, state) != (KeyOperation.ENCRYPT, DISABLED):
            super().check_state(operation, state)


@deviation(
    "state/disabled-key-decrypts",
    gain="A key that was disabled after an incident still opens everything.",
    clause=IMPACT,
    cause="Old data have to stay readable, and disabling is taken for a stop of new ones.",
    remedy=CHECK_STATE,
    severity=Severity.HIGH,
    weakness=672,
    unseen=ONLY_LIVE,
)
class DisabledDecrypts(StateRules):
    """A disabled key decrypts."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Leave this one out."""
        if (operation, state) != (KeyOperation.DECRYPT, DISABLED):
            super().check_state(operation, state)


@deviation(
    "state/disabled-key-signs",
    gain="A key that was disabled after an incident still signs for its owner.",
    clause=IMPACT,
    cause="The table of states names Encrypt and Decrypt; signing came later and was not entered.",
    remedy=CHECK_STATE,
    severity=Severity.HIGH,
    weakness=672,
    unseen=ONLY_LIVE,
)
class DisabledSigns(StateRules):
    """A disabled key signs."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Leave this one out."""
        if (operation, state) != (KeyOperation.SIGN, DISABLED):
            super().check_state(operation, state)


@deviation(
    "state/key-to-be-deleted-encrypts",
    gain="What is encrypted in the last days of a key cannot be decrypted afterwards.",
    clause=IMPACT,
    cause="The key counts as usable until its day of deletion.",
    remedy=CHECK_STATE,
    severity=Severity.MEDIUM,
    weakness=672,
    unseen=ONLY_LIVE,
)
class PendingEncrypts(StateRules):
    """A key that is scheduled for deletion encrypts."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Leave this one out."""
        if (operation, state) != (KeyOperation.ENCRYPT, PENDING):
            super().check_state(operation, state)


@deviation(
    "state/key-to-be-deleted-decrypts",
    gain="Nobody notices who still needs the key, until it is gone for good.",
    clause=IMPACT,
    cause="The state is compared with Disabled alone.",
    remedy=CHECK_STATE,
    severity=Severity.MEDIUM,
    weakness=672,
    unseen=ONLY_LIVE,
)
class PendingDecrypts(StateRules):
    """A key that is scheduled for deletion decrypts."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Leave this one out."""
        if (operation, state) != (KeyOperation.DECRYPT, PENDING):
            super().check_state(operation, state)


@deviation(
    "state/key-to-be-deleted-signs",
    gain="A key that its owner gave up goes on signing for days.",
    clause=IMPACT,
    cause="The state is compared with Disabled alone.",
    remedy=CHECK_STATE,
    severity=Severity.HIGH,
    weakness=672,
    unseen=ONLY_LIVE,
)
class PendingSigns(StateRules):
    """A key that is scheduled for deletion signs."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Leave this one out."""
        if (operation, state) != (KeyOperation.SIGN, PENDING):
            super().check_state(operation, state)


@deviation(
    "state/key-in-use-stays-usable",
    gain="Disabling a key stops nobody who has used it before, and that is whom it is meant for.",
    clause=IMPACT,
    cause="An open handle or a cached permission is good until it expires; data key caches work "
    "like that.",
    remedy="Ask for the state in every call, or tell caches of its changes.",
    severity=Severity.HIGH,
    weakness=672,
    unseen=ONLY_LIVE,
)
class InUseStaysUsable(KeyUse):
    """An operation that a key has done once, it does in every state."""

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        used = kept(self, "used")
        try:
            used[operation, key_id] = super()._usable(key_id, operation, usage, version_id)
        except RejectedState:
            if (operation, key_id) not in used:
                raise
        found: tuple[KeyRecord, VersionRecord] = used[operation, key_id]
        return found


@deviation(
    "state/key-without-material-usable",
    gain="Data are encrypted with an empty or a known key, as long as none is imported.",
    clause=f"{IMPACT}, PendingImport",
    cause="The state of keys that wait for material was added later than the check.",
    remedy="Allow the states in which a key is used, in place of forbidding the others.",
    severity=Severity.CRITICAL,
    weakness=1394,
    unseen=unseen_because(
        "The adapter protocol makes no keys of origin EXTERNAL, which alone wait for material."
    ),
)
class WithoutMaterialUsable(KeyUse):
    """A key that waits for its material works with zeros in their place."""

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        key = self._find(key_id)
        if key.state is not KeyState.PENDING_IMPORT:
            return super()._usable(key_id, operation, usage, version_id)
        name, length = f"none of {key.key_id}", AES_KEY_LENGTHS[key.key_spec]
        return key, VersionRecord(name, key.key_id, key.creation_date, bytes(length), b"")


@deviation(
    "state/always-described-as-enabled",
    gain="Who checks whether a key was really withdrawn is told that it was not.",
    clause="API document of DescribeKey, KeyState",
    cause="The description comes from a copy that is made when the key is.",
    remedy="Describe a key by what is stored of it now.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class DescribedAsEnabled(ServiceBase):
    """Every key is described as enabled."""

    def _metadata(self, key: KeyRecord) -> KeyMetadata:
        return replace(super()._metadata(key), state=KeyState.ENABLED)


@deviation(
    "state/deletion-described-as-disabled",
    gain="A deletion that somebody has scheduled stays unseen until the key is gone.",
    clause="API document of DescribeKey, KeyState",
    cause="The backend has a mark for enabled alone, and two states stand behind its absence.",
    remedy="Store the state itself.",
    severity=Severity.MEDIUM,
    weakness=684,
    unseen=ONLY_LIVE,
)
class DeletionDescribedAsDisabled(ServiceBase):
    """A key that is scheduled for deletion is described as disabled."""

    def _metadata(self, key: KeyRecord) -> KeyMetadata:
        told = super()._metadata(key)
        return replace(told, state=DISABLED) if told.state is PENDING else told
