"""The life of keys: make, describe, list, enable, disable, schedule for deletion, take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from kmsproof_reference.kms.errors import LimitExceeded, UnsupportedOperation
from kmsproof_reference.kms.metadata import KeyMetadata, Origin
from kmsproof_reference.kms.service_base import ServiceBase
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import KeyRecord, VersionRecord
from kmsproof_reference.vocabulary import KeySpec, KeyState, KeyUsage, ProtectionLevel

KEY_ID_OCTETS = 10
"""Random bytes in the id of a key."""


class KeyLifecycle(ServiceBase):
    """The operations on keys as such."""

    def create_key(
        self,
        *,
        key_spec: KeySpec | None = None,
        usage: KeyUsage | None = None,
        protection_level: ProtectionLevel | None = None,
        origin: Origin = Origin.ALIYUN_KMS,
        description: str = "",
        automatic_rotation: bool = False,
        rotation_interval: timedelta | None = None,
    ) -> KeyMetadata:
        """Make a key; what is left out has the default of `policy`.

        Raises:
            UnsupportedOperation: if the protection level does not offer the key spec, the key spec
                not the usage (`WrongKeyUsage`), or either not the origin or the rotation.
            InvalidParameter: if the description is too long or the interval out of range; the
                interval is not looked at unless rotation is asked for.
            LimitExceeded: if there are as many keys as there may be.
        """
        rules = self._rules
        spec = rules.chosen_key_spec(key_spec)
        level = rules.chosen_protection_level(protection_level)
        purpose = rules.chosen_usage(usage)
        rules.check_offer(spec, purpose, level, origin)
        rules.check_description(description)
        interval = None
        if automatic_rotation:
            if not rules.rotates(spec, level, origin):
                raise UnsupportedOperation("only symmetric keys that are made here are rotated")
            interval = rules.chosen_interval(rotation_interval)
        key = self._new_key(spec, purpose, level, origin)
        due = None if interval is None else key.creation_date + interval
        key = replace(
            key, description=description, rotation_interval=interval, next_rotation_date=due
        )
        # Material of RSA takes its time: the others do not wait for it.
        version = None if origin is Origin.EXTERNAL else self._made_version(key)
        return self._add_key(key, version)

    def _new_key(
        self, key_spec: KeySpec, usage: KeyUsage, level: ProtectionLevel, origin: Origin
    ) -> KeyRecord:
        now = self._clock()
        name = self._choices.octets("name of a key", KEY_ID_OCTETS)
        external = origin is Origin.EXTERNAL
        return KeyRecord(
            key_id=f"key-{name.hex()}",
            key_spec=key_spec,
            usage=usage,
            protection_level=level,
            origin=origin,
            state=KeyState.PENDING_IMPORT if external else self._rules.first_state,
            description="",
            creation_date=now,
            last_rotation_date=now,
            has_material=False,
        )

    def _made_version(self, key: KeyRecord) -> VersionRecord:
        material = self._engine.generate(key.key_spec)
        return self._new_version(key.key_id, material, key.creation_date)

    def _add_key(self, key: KeyRecord, version: VersionRecord | None) -> KeyMetadata:
        if version is not None:
            key = with_first_version(key, version)
        with self._lock:
            limit = self._quotas.keys
            if limit is not None and len(self._all_keys()) >= limit:
                raise LimitExceeded(f"there are {limit} keys at most: have one deleted")
            self._store.write(key, *(() if version is None else (version,)))
            return self._metadata(key)

    def describe_key(self, key_id: str) -> KeyMetadata:
        """Return what can be known of a key. Raises `KeyNotFound` or `AliasNotFound`."""
        with self._lock:
            return self._metadata(self._find(key_id))

    def list_keys(self) -> list[KeyMetadata]:
        """Return all keys, the oldest first."""
        with self._lock:
            return [self._metadata(key) for key in self._all_keys()]

    def update_key_description(self, key_id: str, description: str) -> None:
        """Describe a key in other words. Raises `RejectedState`, `InvalidParameter`."""
        self._rules.check_description(description)
        with self._lock:
            key = self._allowed(key_id, KeyOperation.UPDATE_KEY_DESCRIPTION)
            self._store.write(replace(key, description=description))

    def enable_key(self, key_id: str) -> None:
        """Allow a key to be used. Raises `StateModifiedFailed`."""
        self._change_state(key_id, KeyOperation.ENABLE_KEY)

    def disable_key(self, key_id: str) -> None:
        """Refuse to use a key until it is enabled again. Raises `StateModifiedFailed`."""
        self._change_state(key_id, KeyOperation.DISABLE_KEY)

    def schedule_key_deletion(self, key_id: str, days: int) -> None:
        """Have a key deleted in so many days, 7 to 366.

        Raises `InvalidParameter`, and `StateModifiedFailed` if that is already so.
        """
        self._rules.check_deletion_window(days)
        date = self._clock() + timedelta(days=days)
        self._change_state(key_id, KeyOperation.SCHEDULE_KEY_DELETION, date)

    def cancel_key_deletion(self, key_id: str) -> None:
        """Take a key back; it is enabled then, or waits for the material that it does not have.

        Raises `StateModifiedFailed` if its deletion is not scheduled.
        """
        self._change_state(key_id, KeyOperation.CANCEL_KEY_DELETION)

    def _change_state(
        self, key_id: str, operation: KeyOperation, delete_date: datetime | None = None
    ) -> None:
        """Bring a key into the state that the operation leads to; all changes pass here."""
        with self._lock:
            key = self._allowed(key_id, operation)
            state = self._rules.state_after(operation, key)
            self._store.write(replace(key, state=state, delete_date=delete_date))

    def _allowed(self, key_id: str, operation: KeyOperation) -> KeyRecord:
        key = self._find(key_id)
        self._rules.check_state(operation, key.state)
        return key


def with_first_version(key: KeyRecord, version: VersionRecord) -> KeyRecord:
    """Return a key that has just got its first material."""
    return replace(
        key,
        has_material=True,
        initial_version_id=version.version_id,
        primary_version_id=version.version_id if key.key_spec.is_symmetric else None,
    )
