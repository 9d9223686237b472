"""Ways of getting changes of state wrong: disabling and enabling."""

from __future__ import annotations

from datetime import datetime

from kmsproof_reference.deviations.kms_memory import kept
from kmsproof_reference.deviations.kms_views import ONLY_LIVE
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.errors import StateModifiedFailed
from kmsproof_reference.kms.key_lifecycle import KeyLifecycle
from kmsproof_reference.kms.key_rules import StateRules
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import KeyRecord
from kmsproof_reference.vocabulary import KeyState

IMPACT = "Impact of key states on API operations"
ONE_TABLE = "Keep one table of operations and states, with the state that comes after."
ENABLED, DISABLED = KeyState.ENABLED, KeyState.DISABLED
PENDING = KeyState.PENDING_DELETION


@deviation(
    "state/disable-does-nothing",
    gain="A key that is withdrawn after an incident is not.",
    clause="API document of DisableKey",
    cause="The change is queued for a backend that does not know it, and acknowledged at once.",
    remedy="Acknowledge a change when it has happened.",
    severity=Severity.HIGH,
    weakness=672,
    unseen=ONLY_LIVE,
)
class DisableDoesNothing(StateRules):
    """To disable a key is acknowledged and does nothing."""

    def state_after(self, operation: KeyOperation, key: KeyRecord) -> KeyState:
        """Leave the key as it is."""
        if operation is KeyOperation.DISABLE_KEY:
            return key.state
        return super().state_after(operation, key)


@deviation(
    "state/enable-does-nothing",
    gain="Who disables a key has lost it.",
    clause="API document of EnableKey",
    cause="The change is queued for a backend that does not know it, and acknowledged at once.",
    remedy="Acknowledge a change when it has happened.",
    severity=Severity.MEDIUM,
    weakness=684,
    unseen=ONLY_LIVE,
)
class EnableDoesNothing(StateRules):
    """To enable a disabled key is acknowledged and does nothing."""

    def state_after(self, operation: KeyOperation, key: KeyRecord) -> KeyState:
        """Leave the key as it is."""
        if operation is KeyOperation.ENABLE_KEY:
            return key.state
        return super().state_after(operation, key)


@deviation(
    "state/disabled-key-not-disabled-again",
    gain="A script that is run twice stops halfway, before it has disabled the other keys.",
    clause=IMPACT,
    cause="A state machine knows changes alone, and takes a key that is there already for a "
    "mistake.",
    remedy="Let an operation succeed whose outcome is there already.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class NotDisabledAgain(StateRules):
    """To disable a disabled key is refused."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Refuse this one."""
        if (operation, state) == (KeyOperation.DISABLE_KEY, DISABLED):
            raise StateModifiedFailed("it is disabled")
        super().check_state(operation, state)


@deviation(
    "state/new-keys-are-disabled",
    gain="Programs that make a key and use it fail.",
    clause="API document of CreateKey: the state of a new key is Enabled",
    cause="The backend makes keys inactive and leaves activation to a second call, as KMIP's "
    "state Pre-Active does.",
    remedy="Activate a key before CreateKey answers.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class NewKeysDisabled(StateRules):
    """A new key is disabled until somebody enables it."""

    first_state = DISABLED


@deviation(
    "state/enable-takes-deletion-back",
    gain="Who may enable keys may also take deletions back, which is another permission.",
    clause=IMPACT,
    cause="The new state is written without a look at the old one.",
    remedy=ONE_TABLE,
    severity=Severity.MEDIUM,
    weakness=863,
    unseen=ONLY_LIVE,
)
class EnableTakesBack(StateRules):
    """To enable a key that is scheduled for deletion takes it back."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Leave this one out."""
        if (operation, state) != (KeyOperation.ENABLE_KEY, PENDING):
            super().check_state(operation, state)


@deviation(
    "state/disable-takes-deletion-back",
    gain="A key that its owner had deleted stays for ever, disabled, and nobody knows.",
    clause=IMPACT,
    cause="The new state is written without a look at the old one.",
    remedy=ONE_TABLE,
    severity=Severity.MEDIUM,
    weakness=863,
    unseen=ONLY_LIVE,
)
class DisableTakesBack(StateRules):
    """To disable a key that is scheduled for deletion takes it back, disabled."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Leave this one out."""
        if (operation, state) != (KeyOperation.DISABLE_KEY, PENDING):
            super().check_state(operation, state)


@deviation(
    "state/changes-come-late",
    gain="After a key is withdrawn there is a time in which it still works.",
    clause=IMPACT,
    cause="The change reaches one replica after the other; the state is then as old as the replica "
    "that is asked.",
    remedy="Acknowledge a change when all replicas have it.",
    severity=Severity.MEDIUM,
    weakness=367,
    unseen=ONLY_LIVE,
)
class ChangesComeLate(KeyLifecycle):
    """After a change of state the old state holds for three more calls."""

    def _change_state(
        self, key_id: str, operation: KeyOperation, delete_date: datetime | None = None
    ) -> None:
        before = self._store.key(key_id)
        super()._change_state(key_id, operation, delete_date)
        kept(self, "late")[key_id] = [before] * 3

    def _find(self, key_id: str) -> KeyRecord:
        found, late = super()._find(key_id), kept(self, "late").get(key_id)
        return late.pop() if late else found
