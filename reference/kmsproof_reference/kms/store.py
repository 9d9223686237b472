"""Where keys, versions, aliases and imports are kept, and what is kept of each.

Secrets are kept as they are: the service is a test double and protects no data. Give it no key that
matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import Protocol

from kmsproof_reference.kms.metadata import Origin, WrappingAlgorithm
from kmsproof_reference.vocabulary import KeySpec, KeyState, KeyUsage, ProtectionLevel


class StoreError(Exception):
    """The store cannot be opened, read or written: a fault of the machine and no answer."""

    def __init__(self, message: str, remedy: str) -> None:
        """``remedy`` says what to do about it, in one sentence."""
        super().__init__(f"{message} {remedy}")
        self.message, self.remedy = message, remedy


@dataclass(frozen=True)
class KeyRecord:
    """A key without its material. Times are in UTC."""

    key_id: str
    key_spec: KeySpec
    usage: KeyUsage
    protection_level: ProtectionLevel
    origin: Origin
    state: KeyState
    description: str
    creation_date: datetime
    last_rotation_date: datetime
    has_material: bool
    """Whether its versions have what they are made of: not before an import, nor after its end."""
    initial_version_id: str | None = None
    primary_version_id: str | None = None
    """The version that encrypts; nothing for an asymmetric key."""
    material_digest: bytes | None = None
    """SHA-256 of material that was once imported: none but the same may come again."""
    material_expire_time: datetime | None = None
    rotation_interval: timedelta | None = None
    next_rotation_date: datetime | None = None
    delete_date: datetime | None = None


@dataclass(frozen=True)
class VersionRecord:
    """A version of a key with what it is made of; both are empty while there is no material."""

    version_id: str
    key_id: str
    creation_date: datetime
    secret: bytes = field(repr=False)
    public_key: bytes


@dataclass(frozen=True)
class AliasRecord:
    """Another name for a key."""

    name: str
    """With the prefix ``alias/``."""
    key_id: str


@dataclass(frozen=True)
class ImportRecord:
    """A wrapping key that was given out for an import."""

    token: str
    """In hex."""
    key_id: str
    algorithm: WrappingAlgorithm
    secret: bytes = field(repr=False)
    """The private key, PKCS #8 DER."""
    expire_time: datetime


Record = KeyRecord | VersionRecord | AliasRecord | ImportRecord


class KeyStore(Protocol):
    """Keeps records. What a method has written stays, whatever happens when it has returned."""

    def key(self, key_id: str) -> KeyRecord | None:
        """Return a key."""
        ...

    def keys(self) -> list[KeyRecord]:
        """Return all keys, the oldest first."""
        ...

    def version(self, version_id: str) -> VersionRecord | None:
        """Return a version."""
        ...

    def versions(self, key_id: str) -> list[VersionRecord]:
        """Return the versions of a key, the oldest first."""
        ...

    def alias(self, name: str) -> AliasRecord | None:
        """Return an alias."""
        ...

    def aliases(self) -> list[AliasRecord]:
        """Return all aliases, the oldest first."""
        ...

    def import_record(self, token: str) -> ImportRecord | None:
        """Return the wrapping key of a token, which is in hex."""
        ...

    def write(self, *records: Record) -> None:
        """Add records, or replace those of the same name: all of them or none."""
        ...

    def remove_key(self, key_id: str) -> None:
        """Remove a key with its versions, aliases and wrapping keys."""
        ...

    def remove_alias(self, name: str) -> None:
        """Remove an alias."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


class MemoryStore:
    """Keeps records in this process; for several threads."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lock = RLock()
        self._keys: dict[str, KeyRecord] = {}
        self._versions: dict[str, VersionRecord] = {}
        self._versions_of: dict[str, list[str]] = {}
        self._aliases: dict[str, AliasRecord] = {}
        self._imports: dict[str, ImportRecord] = {}

    def key(self, key_id: str) -> KeyRecord | None:
        """Return a key."""
        with self._lock:
            return self._keys.get(key_id)

    def keys(self) -> list[KeyRecord]:
        """Return all keys, the oldest first."""
        with self._lock:
            return list(self._keys.values())

    def version(self, version_id: str) -> VersionRecord | None:
        """Return a version."""
        with self._lock:
            return self._versions.get(version_id)

    def versions(self, key_id: str) -> list[VersionRecord]:
        """Return the versions of a key, the oldest first."""
        with self._lock:
            return [self._versions[name] for name in self._versions_of.get(key_id, ())]

    def alias(self, name: str) -> AliasRecord | None:
        """Return an alias."""
        with self._lock:
            return self._aliases.get(name)

    def aliases(self) -> list[AliasRecord]:
        """Return all aliases, the oldest first."""
        with self._lock:
            return list(self._aliases.values())

    def import_record(self, token: str) -> ImportRecord | None:
        """Return the wrapping key of a token, which is in hex."""
        with self._lock:
            return self._imports.get(token)

    def write(self, *records: Record) -> None:
        """Add records, or replace those of the same name: all of them or none."""
        with self._lock:
            self._put(records)

    def remove_key(self, key_id: str) -> None:
        """Remove a key with its versions, aliases and wrapping keys."""
        with self._lock:
            self._keys.pop(key_id, None)
            for name in self._versions_of.pop(key_id, ()):
                del self._versions[name]
            for alias in [each for each in self._aliases.values() if each.key_id == key_id]:
                del self._aliases[alias.name]
            for record in [each for each in self._imports.values() if each.key_id == key_id]:
                del self._imports[record.token]

    def remove_alias(self, name: str) -> None:
        """Remove an alias."""
        with self._lock:
            self._aliases.pop(name, None)

    def close(self) -> None:
        """There is nothing to let go of."""

    def _put(self, records: Iterable[Record]) -> None:
        """Take records into memory; the lock is held."""
        for record in records:
            match record:
                case KeyRecord():
                    self._keys[record.key_id] = record
                case VersionRecord():
                    if record.version_id not in self._versions:
                        self._versions_of.setdefault(record.key_id, []).append(record.version_id)
                    self._versions[record.version_id] = record
                case AliasRecord():
                    self._aliases[record.name] = record
                case ImportRecord():
                    self._imports[record.token] = record
