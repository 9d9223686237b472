"""The rules on keys as such: which are made, in which state they do what, and how that changes.

Source:    Alibaba Cloud KMS, "Key specifications for symmetric and asymmetric encryption", last
           updated on 31 March 2026; "Impact of key states on API operations"; API documents.
"""

from __future__ import annotations

from datetime import timedelta

from kmsproof_reference.kms.errors import (
    InvalidParameter,
    RejectedState,
    UnsupportedOperation,
    WrongKeyUsage,
)
from kmsproof_reference.kms.metadata import Origin
from kmsproof_reference.kms.policy import (
    DEFAULT_KEY_SPEC,
    DEFAULT_PROTECTION_LEVEL,
    DEFAULT_ROTATION_INTERVAL,
    DEFAULT_USAGE,
    DELETION_WINDOW,
    DESCRIPTION_LIMIT,
    ROTATION_INTERVALS,
    Offer,
    is_importable,
    offer,
    rotates,
)
from kmsproof_reference.kms.states import AFTERWARDS, STATE_TABLE, KeyOperation
from kmsproof_reference.kms.store import KeyRecord
from kmsproof_reference.vocabulary import KeySpec, KeyState, KeyUsage, ProtectionLevel


class MakingRules:
    """Which keys are made, and what of them has a default."""

    default_key_spec = DEFAULT_KEY_SPEC
    default_usage = DEFAULT_USAGE
    default_protection_level = DEFAULT_PROTECTION_LEVEL

    def chosen_key_spec(self, key_spec: KeySpec | None) -> KeySpec:
        """The key spec of a new key (sheet, "Symmetric encryption")."""
        return key_spec or self.default_key_spec

    def chosen_usage(self, usage: KeyUsage | None) -> KeyUsage:
        """The usage of a new key (sheet, "Key purposes")."""
        return usage or self.default_usage

    def chosen_protection_level(self, level: ProtectionLevel | None) -> ProtectionLevel:
        """The protection level of a new key (API document of CreateKey)."""
        return level or self.default_protection_level

    def offer(self, level: ProtectionLevel, key_spec: KeySpec) -> Offer | None:
        """What a key spec offers at a protection level, or nothing if it is not made there."""
        return offer(level, key_spec)

    def check_offer(
        self, key_spec: KeySpec, usage: KeyUsage, level: ProtectionLevel, origin: Origin
    ) -> None:
        """Raise `UnsupportedOperation` unless such a key is made."""
        offered = self.offer(level, key_spec)
        if offered is None:
            raise UnsupportedOperation(f"keys of {key_spec} are not made at the level {level}")
        if usage not in offered.usages:
            raise WrongKeyUsage(f"keys of {key_spec} are not made for {usage}")
        if origin is Origin.EXTERNAL and not is_importable(key_spec, level):
            raise UnsupportedOperation(f"keys of {key_spec} are not imported at the level {level}")

    def check_description(self, description: str) -> None:
        """Raise `InvalidParameter` if a description is too long."""
        if len(description) > DESCRIPTION_LIMIT:
            raise InvalidParameter(
                "Description", f"a description has {DESCRIPTION_LIMIT} characters at most"
            )

    def rotates(self, key_spec: KeySpec, level: ProtectionLevel, origin: Origin) -> bool:
        """Whether such a key is rotated: it must be a symmetric one that is made here."""
        return rotates(key_spec, level) and origin is not Origin.EXTERNAL

    def chosen_interval(self, interval: timedelta | None) -> timedelta:
        """The interval of rotation, the default one if there is none.

        Raises `InvalidParameter` unless it is within the limits.
        """
        if interval is None:
            return DEFAULT_ROTATION_INTERVAL
        shortest, longest = ROTATION_INTERVALS
        if not shortest <= interval <= longest:
            raise InvalidParameter(
                "RotationInterval", f"an interval has {shortest.days} to {longest.days} days"
            )
        return interval


class StateRules:
    """What a key does in a state, and which state comes after it."""

    first_state = KeyState.ENABLED
    """The state of a new key that has its material."""
    deletion_window = DELETION_WINDOW

    def rejection(self, operation: KeyOperation, state: KeyState) -> type[RejectedState] | None:
        """The error with which a state refuses an operation, or nothing if it allows it."""
        return STATE_TABLE[operation].get(state)

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Raise the `RejectedState` of the operation in this state, if there is one."""
        rejection = self.rejection(operation, state)
        if rejection is not None:
            raise rejection(f"{operation} is refused: the key state is {state}")

    def state_after(self, operation: KeyOperation, key: KeyRecord) -> KeyState:
        """The state in which an operation that was allowed leaves a key.

        One that is taken back without material waits for it, as it did before.
        """
        if operation is KeyOperation.CANCEL_KEY_DELETION and not key.has_material:
            return KeyState.PENDING_IMPORT
        return AFTERWARDS[operation]

    def check_deletion_window(self, days: int) -> None:
        """Raise `InvalidParameter` unless a key may be deleted in so many days."""
        window = self.deletion_window
        if days not in window:
            raise InvalidParameter(
                "PendingWindowInDays", f"the days are {window.start} to {window.stop - 1}"
            )
