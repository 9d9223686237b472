"""What all parts of the service share: finding keys, what time does to them, and loaded keys.

A key is looked at with the time of the moment: one whose deletion is due is gone, imported material
that has expired is deleted, and a rotation that is due happens, when somebody next asks.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock, RLock

from kmsproof_reference.kms.engine import Engine, EngineKey, KeyMaterial
from kmsproof_reference.kms.errors import AliasNotFound, KeyNotFound, KeyVersionNotFound
from kmsproof_reference.kms.metadata import AutomaticRotation, KeyMetadata
from kmsproof_reference.kms.policy import ALIAS_PREFIX, Quotas
from kmsproof_reference.kms.rules import Rules
from kmsproof_reference.kms.store import KeyRecord, KeyStore, VersionRecord
from kmsproof_reference.parts import STANDARD, Parts
from kmsproof_reference.random_choices import RandomChoices
from kmsproof_reference.vocabulary import KeySpec, KeyState

Clock = Callable[[], datetime]
"""Gives the time, in UTC."""

LOADED_KEYS = 1024
"""How many loaded keys are kept; the one that was not used for the longest time goes first."""


@dataclass(frozen=True)
class Account:
    """Whose keys they are, as ARNs name it."""

    region: str = "local"
    number: str = "1000000000000001"

    def arn(self, resource: str) -> str:
        """Return the ARN of ``key/...`` or ``alias/...``."""
        return f"{self._prefix}{resource}"

    def resource(self, name: str) -> str:
        """Return the resource of an ARN of this account; what is none is returned as it is."""
        return name.removeprefix(self._prefix).removeprefix("key/") if self._is_own(name) else name

    def _is_own(self, name: str) -> bool:
        return name.startswith((f"{self._prefix}key/", f"{self._prefix}{ALIAS_PREFIX}"))

    @property
    def _prefix(self) -> str:
        return f"acs:kms:{self.region}:{self.number}:"


class LoadedKeys:
    """Keys that an engine has loaded, by their versions; for several threads."""

    def __init__(self, engine: Engine, limit: int = LOADED_KEYS) -> None:
        """``limit`` is how many are kept."""
        self._engine, self._limit = engine, limit
        self._lock = Lock()
        self._keys: OrderedDict[str, EngineKey] = OrderedDict()

    def load(self, key_spec: KeySpec, version: VersionRecord) -> EngineKey:
        """Return a key ready for use."""
        with self._lock:
            key = self._keys.get(version.version_id)
            if key is not None:
                self._keys.move_to_end(version.version_id)
                return key
        key = self._engine.load(key_spec, version.secret)
        with self._lock:
            self._keys[version.version_id] = key
            while len(self._keys) > self._limit:
                self._keys.popitem(last=False)
        return key

    def forget(self, version_id: str) -> None:
        """Let go of a key."""
        with self._lock:
            self._keys.pop(version_id, None)


class ServiceBase:
    """What the parts of the service are made of. Methods with an underscore want the lock held."""

    def __init__(
        self,
        store: KeyStore,
        engine: Engine,
        clock: Clock,
        choices: RandomChoices,
        *,
        quotas: Quotas | None = None,
        account: Account | None = None,
        parts: Parts = STANDARD,
    ) -> None:
        """Take what the service stands on.

        Args:
            store: keeps the keys; nobody else writes to it meanwhile.
            engine: makes and uses keys.
            clock: gives the time, in UTC.
            choices: what is random: names, IVs, data keys and tokens.
            quotas: how many keys, aliases and versions there may be.
            account: whose keys they are.
            parts: of which the service is made.
        """
        self._store, self._engine, self._clock = store, engine, clock
        self._choices, self._parts = choices, parts
        self._quotas, self._account = quotas or Quotas(), account or parts(Account)()
        self._rules, self._loaded = parts(Rules)(), parts(LoadedKeys)(engine)
        self._lock = RLock()

    # Finding.

    def _find(self, key_id: str) -> KeyRecord:
        """Return a key by its id, alias or ARN. Raises `KeyNotFound` or `AliasNotFound`."""
        name = self._account.resource(key_id)
        if name.startswith(ALIAS_PREFIX):
            return self._find_by_alias(name)
        record = self._store.key(name)
        key = None if record is None else self._as_of_now(record)
        if key is None:
            raise KeyNotFound("no key has this id, alias or ARN")
        return key

    def _find_by_alias(self, name: str) -> KeyRecord:
        """Return the key of an alias. Raises `AliasNotFound`, also when the key is gone."""
        alias = self._store.alias(name)
        record = None if alias is None else self._store.key(alias.key_id)
        key = None if record is None else self._as_of_now(record)
        if key is None:
            raise AliasNotFound("there is no such alias; ListAliases names all")
        return key

    def _all_keys(self) -> list[KeyRecord]:
        """Return all keys that are there now."""
        records = self._store.keys()
        return [key for key in map(self._as_of_now, records) if key is not None]

    def _find_version(self, key: KeyRecord, version_id: str | None) -> VersionRecord:
        """Return a version of a key; without a name that which encrypts, or else the first.

        Raises `KeyVersionNotFound`.
        """
        chosen = version_id or key.primary_version_id or key.initial_version_id
        version = None if chosen is None else self._store.version(chosen)
        if version is None or version.key_id != key.key_id:
            raise KeyVersionNotFound("the key has no such version; ListKeyVersions names all")
        return version

    # What time does.

    def _as_of_now(self, key: KeyRecord) -> KeyRecord | None:
        """Return a key as it is at this time, or nothing if it is gone."""
        now = self._clock()
        if key.delete_date is not None and key.delete_date <= now:
            self._remove(key)
            return None
        if key.material_expire_time is not None and key.material_expire_time <= now:
            key = self._remove_material(key)
        is_due = key.next_rotation_date is not None and key.next_rotation_date <= now
        if is_due and key.state is KeyState.ENABLED:
            key = self._add_version(key, self._engine.generate(key.key_spec), now)
        return key

    def _remove(self, key: KeyRecord) -> None:
        for version in self._store.versions(key.key_id):
            self._loaded.forget(version.version_id)
        self._store.remove_key(key.key_id)

    def _remove_material(self, key: KeyRecord) -> KeyRecord:
        """Delete imported material; the key then waits for the same again."""
        empty = [
            replace(version, secret=b"", public_key=b"")
            for version in self._store.versions(key.key_id)
        ]
        for version in empty:
            self._loaded.forget(version.version_id)
        waits = key.state is not KeyState.PENDING_DELETION
        key = replace(
            key,
            has_material=False,
            material_expire_time=None,
            state=KeyState.PENDING_IMPORT if waits else key.state,
        )
        self._store.write(key, *empty)
        return key

    def _add_version(self, key: KeyRecord, material: KeyMaterial, now: datetime) -> KeyRecord:
        """Give a key another version; of a symmetric key it becomes the primary one."""
        version = self._new_version(key.key_id, material, now)
        interval = key.rotation_interval
        key = replace(
            key,
            last_rotation_date=now,
            next_rotation_date=None if interval is None else now + interval,
            primary_version_id=version.version_id if key.key_spec.is_symmetric else None,
        )
        self._store.write(key, version)
        return key

    def _new_version(self, key_id: str, material: KeyMaterial, now: datetime) -> VersionRecord:
        version_id = str(
            uuid.UUID(bytes=self._choices.octets("name of a key version", 16), version=4)
        )
        return VersionRecord(version_id, key_id, now, material.secret, material.public_key)

    # Describing.

    def _metadata(self, key: KeyRecord) -> KeyMetadata:
        rotates, enabled = key.rotation_interval is not None, key.state is KeyState.ENABLED
        rotation = AutomaticRotation.ENABLED if enabled else AutomaticRotation.SUSPENDED
        return KeyMetadata(
            key_id=key.key_id,
            arn=self._account.arn(f"key/{key.key_id}"),
            creator=self._account.number,
            key_spec=key.key_spec,
            usage=key.usage,
            protection_level=key.protection_level,
            origin=key.origin,
            state=key.state,
            description=key.description,
            creation_date=key.creation_date,
            last_rotation_date=key.last_rotation_date,
            automatic_rotation=rotation if rotates else AutomaticRotation.DISABLED,
            rotation_interval=key.rotation_interval,
            next_rotation_date=key.next_rotation_date,
            delete_date=key.delete_date,
            material_expire_time=key.material_expire_time,
            primary_version_id=key.primary_version_id if key.has_material else None,
            initial_version_id=key.initial_version_id if key.has_material else None,
        )
