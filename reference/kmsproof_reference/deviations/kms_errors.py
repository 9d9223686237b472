"""Ways of getting errors wrong: what is refused with the wrong code, or fails inside."""

from __future__ import annotations

from kmsproof_reference.deviations.kms_views import ONLY_LIVE, unseen_because
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.errors import (
    InternalFailure,
    InvalidParameter,
    KeyNotFound,
    KmsError,
    RejectedDisabled,
    RejectedState,
    UnsupportedAlgorithm,
    UnsupportedOperation,
    WrongKeyUsage,
)
from kmsproof_reference.kms.key_rules import StateRules
from kmsproof_reference.kms.key_use import KeyUse, Use
from kmsproof_reference.kms.metadata import Origin
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import KeyRecord, VersionRecord
from kmsproof_reference.kms.use_rules import PurposeRules
from kmsproof_reference.vocabulary import (
    Algorithm,
    KeySpec,
    KeyState,
    KeyUsage,
    ProtectionLevel,
)

CODES = "Common error codes"
ONE_REFUSAL = "Answer whatever is wrong with a ciphertext with one code and one text."
DOCUMENTED = "Answer with the documented code, and keep the text free of what was computed."
NO_CODES = (
    "The target reference-kms reads the kind of a refusal and hands code and text on as they are; "
    "the protocol has neither a list of codes nor statuses of HTTP."
)


@deviation(
    "error/wrong-state-fails-inside",
    gain="A key that is disabled looks like an outage.",
    clause="Impact of key states on API operations: the codes that begin with Rejected",
    cause="The backend throws, and nobody translates.",
    remedy="Look at the state first, and answer with the documented code.",
    severity=Severity.LOW,
    weakness=755,
    unseen=ONLY_LIVE,
)
class WrongStateFailsInside(StateRules):
    """What the state of a key does not allow is answered with an internal error."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Fail inside."""
        try:
            super().check_state(operation, state)
        except RejectedState:
            raise InternalFailure from None


@deviation(
    "error/wrong-state-reported-as-missing-key",
    gain="Who disabled a key for a while believes it lost, and so may its users, who make another.",
    clause="Impact of key states on API operations: the codes that begin with Rejected",
    cause="The query that finds keys has the state in its condition.",
    remedy="Find the key first, then look at its state.",
    severity=Severity.LOW,
    weakness=393,
    unseen=ONLY_LIVE,
)
class WrongStateAsMissingKey(StateRules):
    """What the state of a key does not allow is answered as if there were no such key."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Deny that there is such a key."""
        try:
            super().check_state(operation, state)
        except RejectedState:
            raise KeyNotFound("no key that is enabled has this id") from None


@deviation(
    "error/deletion-reported-as-disabled",
    gain="Who tries to enable the key again learns too late that it is about to be deleted.",
    clause="Impact of key states on API operations: Rejected.PendingDeletion",
    cause="One check for enabled stands for all other states.",
    remedy=DOCUMENTED,
    severity=Severity.LOW,
    weakness=393,
    unseen=unseen_because(NO_CODES),
)
class DeletionAsDisabled(StateRules):
    """A key that is scheduled for deletion is refused with the code Rejected.Disabled."""

    def rejection(self, operation: KeyOperation, state: KeyState) -> type[RejectedState] | None:
        """Take the one of the other state."""
        found = super().rejection(operation, state)
        return RejectedDisabled if found and state is KeyState.PENDING_DELETION else found


@deviation(
    "error/empty-signature-fails-inside",
    gain="Anybody who may verify makes alarms go off.",
    clause="FIPS 186-5 §6.4.2 and RFC 8017 §8: a signature that is malformed is invalid",
    cause="The decoder of signatures reads the first byte before it looks whether there is one.",
    remedy="Answer that the signature is not valid.",
    severity=Severity.LOW,
    weakness=755,
    unseen=ONLY_LIVE,
)
class EmptySignatureFailsInside(KeyUse):
    """An empty signature is answered with an internal error."""

    def _is_right(self, use: Use, signature: bytes) -> bool:
        if not signature:
            raise InternalFailure
        return super()._is_right(use, signature)


@deviation(
    "error/wrong-signature-fails-inside",
    gain="A client that tries again until it gets an answer never learns of a forgery.",
    clause="API document of AsymmetricVerify, Value: true or false",
    cause="The verify method of the library throws for a wrong signature, as those of pyca and "
    "PyCryptodome do, and the exception is not caught.",
    remedy="Catch that exception alone, and answer that the signature is not valid.",
    severity=Severity.LOW,
    weakness=755,
    unseen=ONLY_LIVE,
)
class WrongSignatureFailsInside(KeyUse):
    """A signature that is not right is answered with an internal error."""

    def _is_right(self, use: Use, signature: bytes) -> bool:
        if not super()._is_right(use, signature):
            raise InternalFailure
        return True


@deviation(
    "error/every-refusal-is-one-code",
    gain="Callers cannot tell a key that is disabled from a mistake of their own.",
    clause=f"{CODES}: states, missing keys and parameters have codes of their own",
    cause="A gateway maps all errors of class 400 to one.",
    remedy="Hand the code of the backend on.",
    severity=Severity.LOW,
    weakness=393,
    unseen=ONLY_LIVE,
)
class EveryRefusalIsOneCode(KeyUse):
    """A key that cannot be used, for whatever reason, is refused as an invalid parameter."""

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        try:
            return super()._usable(key_id, operation, usage, version_id)
        except KmsError:
            raise InvalidParameter("KeyId") from None


@deviation(
    "error/unsupported-algorithm-fails-inside",
    gain="A mistake of the caller looks like an outage.",
    clause=f"{CODES}: an algorithm that does not fit a key is refused with a code of class 400",
    cause="The algorithm is left to the cryptographic library, whose error nobody translates.",
    remedy="Look up the algorithm in the table of the key spec first.",
    severity=Severity.LOW,
    weakness=755,
    unseen=ONLY_LIVE,
)
class UnsupportedAlgorithmFailsInside(PurposeRules):
    """An algorithm that the key does not have is answered with an internal error."""

    def chosen_algorithm(
        self, key: KeyRecord, usage: KeyUsage, algorithm: Algorithm | None
    ) -> Algorithm:
        """Fail inside."""
        try:
            return super().chosen_algorithm(key, usage, algorithm)
        except UnsupportedAlgorithm:
            raise InternalFailure from None


@deviation(
    "error/key-spec-not-offered-fails-inside",
    gain="A mistake of the caller looks like an outage, and half a key may be left behind.",
    clause="API document of CreateKey: UnsupportedOperation",
    cause="The backend is asked for the key, and its refusal is not translated.",
    remedy="Look up what the level offers before anything is made.",
    severity=Severity.LOW,
    weakness=755,
    unseen=ONLY_LIVE,
)
class NotOfferedFailsInside(PurposeRules):
    """A key that a protection level does not offer is answered with an internal error."""

    def check_offer(
        self, key_spec: KeySpec, usage: KeyUsage, level: ProtectionLevel, origin: Origin
    ) -> None:
        """Fail inside."""
        try:
            super().check_offer(key_spec, usage, level, origin)
        except WrongKeyUsage:
            raise
        except UnsupportedOperation:
            raise InternalFailure from None
