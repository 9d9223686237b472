"""Aliases: other names for keys."""

from __future__ import annotations

from kmsproof_reference.kms.errors import (
    AliasAlreadyExists,
    AliasNotFound,
    InvalidParameter,
    LimitExceeded,
    UnsupportedAlias,
)
from kmsproof_reference.kms.metadata import Alias
from kmsproof_reference.kms.policy import (
    ALIAS_LENGTH_LIMIT,
    ALIAS_PREFIX,
    RESERVED_ALIAS_PREFIX,
)
from kmsproof_reference.kms.service_base import ServiceBase
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import AliasRecord, KeyRecord


class KeyAliases(ServiceBase):
    """The operations on aliases. Their names bear the prefix ``alias/``."""

    def create_alias(self, name: str, key_id: str) -> None:
        """Give a key another name.

        Raises:
            InvalidParameter: if the name is not one of an alias.
            UnsupportedAlias: if the key is named by an alias.
            AliasAlreadyExists: if the name is taken.
            StateModifiedFailed: if the key is scheduled for deletion.
            LimitExceeded: if there are as many aliases as there may be.
        """
        self._check_name(name)
        with self._lock:
            key = self._find_by_id(key_id)
            self._rules.check_state(KeyOperation.CREATE_ALIAS, key.state)
            if self._is_taken(name):
                raise AliasAlreadyExists("the alias is taken; UpdateAlias gives it to another key")
            limit = self._quotas.aliases
            if limit is not None and len(self._store.aliases()) >= limit:
                raise LimitExceeded(f"there are {limit} aliases at most: delete one")
            self._store.write(AliasRecord(name, key.key_id))

    def update_alias(self, name: str, key_id: str) -> None:
        """Give an alias to another key, whose state decides.

        Raises `AliasNotFound`, `UnsupportedAlias`, and `RejectedPendingDeletion`.
        """
        with self._lock:
            if not self._is_taken(name):
                raise AliasNotFound("there is no such alias; CreateAlias makes it")
            key = self._find_by_id(key_id)
            self._rules.check_state(KeyOperation.UPDATE_ALIAS, key.state)
            self._store.write(AliasRecord(name, key.key_id))

    def delete_alias(self, name: str) -> None:
        """Take an alias away from its key, which stays. Raises `AliasNotFound`."""
        with self._lock:
            if not self._is_taken(name):
                raise AliasNotFound("there is no such alias; ListAliases names all")
            self._store.remove_alias(name)

    def list_aliases(self) -> list[Alias]:
        """Return all aliases, the oldest first."""
        with self._lock:
            self._all_keys()
            return [self._described(alias) for alias in self._store.aliases()]

    def list_aliases_by_key_id(self, key_id: str) -> list[Alias]:
        """Return the aliases of a key, the oldest first."""
        with self._lock:
            found = self._find(key_id).key_id
            return [self._described(a) for a in self._store.aliases() if a.key_id == found]

    def _check_name(self, name: str) -> None:
        """Raise `InvalidParameter` unless a name is one that aliases may have."""
        if (
            not name.startswith(ALIAS_PREFIX)
            or name == ALIAS_PREFIX
            or name.startswith(RESERVED_ALIAS_PREFIX)
            or len(name) > ALIAS_LENGTH_LIMIT
        ):
            raise InvalidParameter(
                "AliasName",
                f"an alias begins with {ALIAS_PREFIX}, not with {RESERVED_ALIAS_PREFIX}, and has "
                f"{ALIAS_LENGTH_LIMIT} characters at most",
            )

    def _find_by_id(self, key_id: str) -> KeyRecord:
        if self._account.resource(key_id).startswith(ALIAS_PREFIX):
            raise UnsupportedAlias("an alias is for a key: give the key id or its ARN")
        return self._find(key_id)

    def _is_taken(self, name: str) -> bool:
        try:
            self._find_by_alias(name)
        except AliasNotFound:
            return False
        return True

    def _described(self, alias: AliasRecord) -> Alias:
        return Alias(alias.name, self._account.arn(alias.name), alias.key_id)
