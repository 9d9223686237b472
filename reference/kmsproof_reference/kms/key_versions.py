"""Versions of keys, their rotation, and the public keys that they have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kmsproof_reference.kms.errors import (
    KeyVersionNotFound,
    LimitExceeded,
    RejectedPendingImport,
    RejectedUnsupportedOperation,
    UnsupportedOperation,
)
from kmsproof_reference.kms.metadata import KeyVersion, Origin
from kmsproof_reference.kms.service_base import ServiceBase
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import KeyRecord, VersionRecord


class KeyVersions(ServiceBase):
    """The operations on key versions."""

    def create_key_version(self, key_id: str) -> KeyVersion:
        """Give an asymmetric key another version; the older ones stay as they are.

        Raises:
            RejectedState: unless the key is enabled.
            RejectedUnsupportedOperation: for a symmetric or imported key, and if the newest version
                is younger than 7 days.
            LimitExceeded: if it has as many versions as it may have.
        """
        with self._lock:
            key = self._extensible(key_id)
        material = self._engine.generate(key.key_spec)
        with self._lock:
            # Meanwhile others may have been there.
            key = self._extensible(key.key_id)
            self._add_version(key, material, self._clock())
            return _described(self._store.versions(key.key_id)[-1])

    def _extensible(self, key_id: str) -> KeyRecord:
        key = self._find(key_id)
        self._rules.check_state(KeyOperation.CREATE_KEY_VERSION, key.state)
        self._check_gets_versions(key)
        self._check_pace(key)
        self._check_number(key)
        return key

    def _check_gets_versions(self, key: KeyRecord) -> None:
        """Raise `RejectedUnsupportedOperation` unless callers give such a key versions."""
        if key.key_spec.is_symmetric or key.origin is Origin.EXTERNAL:
            raise RejectedUnsupportedOperation(
                "only asymmetric keys that are made here get versions; symmetric ones rotate"
            )

    def _check_pace(self, key: KeyRecord) -> None:
        """Raise `RejectedUnsupportedOperation` if the newest version is too young."""
        if self._clock() - key.last_rotation_date < self._quotas.between_versions:
            days = self._quotas.between_versions.days
            raise RejectedUnsupportedOperation(f"there are {days} days between two versions")

    def _check_number(self, key: KeyRecord) -> None:
        """Raise `LimitExceeded` if the key has as many versions as it may have."""
        limit = self._quotas.versions_per_key
        if len(self._store.versions(key.key_id)) >= limit:
            raise LimitExceeded(f"a key has {limit} versions at most: make another key")

    def describe_key_version(self, key_id: str, version_id: str) -> KeyVersion:
        """Return a version of a key. Raises `KeyVersionNotFound`."""
        with self._lock:
            return _described(self._find_version(self._find(key_id), version_id))

    def list_key_versions(self, key_id: str) -> list[KeyVersion]:
        """Return the versions of a key, the newest first."""
        with self._lock:
            key = self._find(key_id)
            return [_described(version) for version in reversed(self._store.versions(key.key_id))]

    def key_id_of_version(self, version_id: str) -> str:
        """Return the id of the key that a version is of. Raises `KeyVersionNotFound`."""
        with self._lock:
            version = self._store.version(version_id)
            record = None if version is None else self._store.key(version.key_id)
            key = None if record is None else self._as_of_now(record)
            if key is None:
                raise KeyVersionNotFound("no key has such a version")
            return key.key_id

    def update_rotation_policy(
        self, key_id: str, *, enabled: bool, interval: timedelta | None = None
    ) -> None:
        """Have a symmetric key rotated from time to time, or no longer.

        The first rotation is one interval after the newest version was made. Without an interval
        it is the one the key has, or else the default.

        Raises:
            RejectedState: unless the key is enabled.
            RejectedUnsupportedOperation: for a key that is not rotated.
            InvalidParameter: if the interval is out of range.
        """
        with self._lock:
            key = self._find(key_id)
            self._rules.check_state(KeyOperation.UPDATE_ROTATION_POLICY, key.state)
            if not self._rules.rotates(key.key_spec, key.protection_level, key.origin):
                raise RejectedUnsupportedOperation(
                    "only symmetric keys that are made here are rotated"
                )
            asked = interval or key.rotation_interval
            every = self._rules.chosen_interval(asked) if enabled else None
            due = None if every is None else key.last_rotation_date + every
            self._store.write(replace(key, rotation_interval=every, next_rotation_date=due))

    def get_public_key(self, key_id: str, version_id: str | None = None) -> bytes:
        """Return a public key: SubjectPublicKeyInfo, DER; without a version that of the first.

        Raises:
            UnsupportedOperation: for a symmetric key.
            RejectedPendingImport: while there is no material.
            KeyVersionNotFound: if the key has no such version.
        """
        with self._lock:
            key = self._find(key_id)
            self._rules.check_state(KeyOperation.GET_PUBLIC_KEY, key.state)
            if key.key_spec.is_symmetric:
                raise UnsupportedOperation("a symmetric key has no public key")
            if not key.has_material:
                raise RejectedPendingImport("the key has no material: import it")
            return self._find_version(key, version_id).public_key


def _described(version: VersionRecord) -> KeyVersion:
    return KeyVersion(version.key_id, version.version_id, version.creation_date)
