"""Ways of getting deletion wrong: schedule a key for it, and take it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kmsproof_reference.deviations.kms_memory import kept
from kmsproof_reference.deviations.kms_views import ONLY_LIVE, unseen_because
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
    "state/deletion-scheduled-again",
    gain="Whoever may schedule can bring the day of deletion forward, or put it off for ever.",
    clause=IMPACT,
    cause="The day is written without a look at the state.",
    remedy=ONE_TABLE,
    severity=Severity.MEDIUM,
    weakness=863,
    unseen=ONLY_LIVE,
)
class ScheduledAgain(StateRules):
    """A key that is scheduled for deletion can be scheduled again, with another day."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Leave this one out."""
        if (operation, state) != (KeyOperation.SCHEDULE_KEY_DELETION, PENDING):
            super().check_state(operation, state)


@deviation(
    "state/deletion-at-once",
    gain="A mistake, or an attacker with one permission, destroys all data under a key for good.",
    clause="API document of ScheduleKeyDeletion: 7 to 366 days",
    cause="The backend's own operation destroys at once, such as C_DestroyObject of PKCS #11.",
    remedy="Destroy nothing before its day.",
    severity=Severity.CRITICAL,
    weakness=684,
    unseen=ONLY_LIVE,
)
class DeletionAtOnce(KeyLifecycle):
    """A key that is scheduled for deletion is deleted at once."""

    def _change_state(
        self, key_id: str, operation: KeyOperation, delete_date: datetime | None = None
    ) -> None:
        super()._change_state(key_id, operation, delete_date)
        if operation is KeyOperation.SCHEDULE_KEY_DELETION:
            self._remove(self._find(key_id))


@deviation(
    "state/disabled-key-not-deleted",
    gain="Keys have to be enabled for their deletion, with the risk for which they were disabled.",
    clause=IMPACT,
    cause="The operation is listed with those that use a key.",
    remedy=ONE_TABLE,
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class DisabledNotDeleted(StateRules):
    """To schedule the deletion of a disabled key is refused."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Refuse this one."""
        if (operation, state) == (KeyOperation.SCHEDULE_KEY_DELETION, DISABLED):
            raise StateModifiedFailed("it is disabled")
        super().check_state(operation, state)


@deviation(
    "state/deletion-not-taken-back",
    gain="A deletion that was scheduled by mistake destroys the data under the key.",
    clause="API document of CancelKeyDeletion",
    cause="The day is taken away and the state stays, or the other way round.",
    remedy="Write state and day in one transaction.",
    severity=Severity.HIGH,
    weakness=684,
    unseen=ONLY_LIVE,
)
class NotTakenBack(StateRules):
    """To cancel a deletion is acknowledged, and the key stays as it is."""

    def state_after(self, operation: KeyOperation, key: KeyRecord) -> KeyState:
        """Leave the key as it is."""
        if operation is KeyOperation.CANCEL_KEY_DELETION:
            return key.state
        return super().state_after(operation, key)


@deviation(
    "state/key-taken-back-is-disabled",
    gain="A key that was taken back does not work, and whoever did it believes that it does.",
    clause="API document of CancelKeyDeletion: the state is Enabled again",
    cause="Other services do so: after CancelKeyDeletion of AWS KMS a key is disabled.",
    remedy="Enable the key.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class TakenBackDisabled(StateRules):
    """A key whose deletion is cancelled is disabled."""

    def state_after(self, operation: KeyOperation, key: KeyRecord) -> KeyState:
        """Disable it."""
        if operation is KeyOperation.CANCEL_KEY_DELETION:
            return DISABLED
        return super().state_after(operation, key)


@deviation(
    "state/key-taken-back-as-it-was",
    gain="A key that was taken back does not work if it had been disabled before.",
    clause="API document of CancelKeyDeletion: the state is Enabled again",
    cause="The deletion is a mark of its own beside the state, which stays below it.",
    remedy="Enable the key.",
    severity=Severity.LOW,
    weakness=684,
    unseen=ONLY_LIVE,
)
class TakenBackAsItWas(KeyLifecycle):
    """A key whose deletion is cancelled has the state again that it had before."""

    def _change_state(
        self, key_id: str, operation: KeyOperation, delete_date: datetime | None = None
    ) -> None:
        before, states = self._find(key_id), kept(self, "states")
        super()._change_state(key_id, operation, delete_date)
        if operation is KeyOperation.SCHEDULE_KEY_DELETION:
            states[before.key_id] = before.state
        if operation is KeyOperation.CANCEL_KEY_DELETION:
            self._store.write(replace(self._find(key_id), state=states[before.key_id]))


@deviation(
    "state/enabled-key-taken-back",
    gain="A mistake in the name of a key is not noticed, and the key that was meant is deleted.",
    clause=IMPACT,
    cause="The new state is written without a look at the old one.",
    remedy=ONE_TABLE,
    severity=Severity.LOW,
    weakness=754,
    unseen=ONLY_LIVE,
)
class EnabledTakenBack(StateRules):
    """To cancel the deletion of an enabled key, which has none, is acknowledged."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Leave this one out."""
        if (operation, state) != (KeyOperation.CANCEL_KEY_DELETION, ENABLED):
            super().check_state(operation, state)


@deviation(
    "state/cancel-enables-disabled-key",
    gain="Who may cancel deletions may enable keys as well, which is another permission.",
    clause=IMPACT,
    cause="The new state is written without a look at the old one.",
    remedy=ONE_TABLE,
    severity=Severity.HIGH,
    weakness=863,
    unseen=ONLY_LIVE,
)
class CancelEnables(StateRules):
    """To cancel the deletion of a disabled key, which has none, enables the key."""

    def check_state(self, operation: KeyOperation, state: KeyState) -> None:
        """Leave this one out."""
        if (operation, state) != (KeyOperation.CANCEL_KEY_DELETION, DISABLED):
            super().check_state(operation, state)


@deviation(
    "state/key-taken-back-is-another",
    gain="All data under the key are lost, although it was taken back in time.",
    clause="API document of CancelKeyDeletion",
    cause="The material is destroyed when the deletion is scheduled, and made anew for a key that "
    "has none.",
    remedy="Destroy material on the day of deletion and not before.",
    severity=Severity.HIGH,
    weakness=684,
    unseen=ONLY_LIVE,
)
class TakenBackAsAnother(KeyLifecycle):
    """A key whose deletion is cancelled has new material under its old name."""

    def _change_state(
        self, key_id: str, operation: KeyOperation, delete_date: datetime | None = None
    ) -> None:
        super()._change_state(key_id, operation, delete_date)
        if operation is KeyOperation.CANCEL_KEY_DELETION:
            key = self._find(key_id)
            version, new = self._find_version(key, None), self._engine.generate(key.key_spec)
            self._loaded.forget(version.version_id)
            self._store.write(replace(version, secret=new.secret, public_key=new.public_key))


@deviation(
    "state/deletion-after-any-number-of-days",
    gain="One call, by mistake or by an attacker, destroys all data under a key within the day.",
    clause="API document of ScheduleKeyDeletion, PendingWindowInDays: 7 to 366",
    cause="The range is checked in the console alone.",
    remedy="Check it in the service.",
    severity=Severity.HIGH,
    weakness=1284,
    unseen=unseen_because("The adapter protocol asks for a deletion and names no number of days."),
)
class AnyNumberOfDays(StateRules):
    """A key can be scheduled for deletion in fewer than 7 days, and in more than 366."""

    deletion_window = range(1, 100_000)
