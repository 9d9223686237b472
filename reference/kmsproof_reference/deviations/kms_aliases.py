"""Ways of getting aliases wrong."""

from __future__ import annotations

from kmsproof_reference.deviations.kms_memory import kept
from kmsproof_reference.deviations.kms_views import unseen_because
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.errors import AliasNotFound
from kmsproof_reference.kms.key_aliases import KeyAliases
from kmsproof_reference.kms.policy import ALIAS_PREFIX
from kmsproof_reference.kms.service_base import ServiceBase
from kmsproof_reference.kms.store import KeyRecord

UNSEEN = unseen_because("The adapter protocol has handles of keys, and no aliases.")


@deviation(
    "alias/taken-alias-moved",
    gain="Who may make aliases turns those of others to a key of his own, and gets their data.",
    clause="API document of CreateAlias: AliasAlreadyExists",
    cause="The record is written with an operation that inserts or replaces.",
    remedy="Refuse a name that is taken; only UpdateAlias moves it.",
    severity=Severity.HIGH,
    weakness=694,
    unseen=UNSEEN,
)
class TakenAliasMoved(KeyAliases):
    """CreateAlias with a name that is taken moves the alias to the other key."""

    def create_alias(self, name: str, key_id: str) -> None:
        """Move it."""
        move = self.update_alias if self._is_taken(name) else super().create_alias
        move(name, key_id)


@deviation(
    "alias/old-key-after-update",
    gain="Data go on being encrypted with a key that its owner has replaced.",
    clause="API document of UpdateAlias",
    cause="The key behind an alias is cached, and the cache is not told.",
    remedy="Resolve an alias in each call, or empty the cache when it moves.",
    severity=Severity.MEDIUM,
    weakness=672,
    unseen=UNSEEN,
)
class OldKeyAfterUpdate(ServiceBase):
    """An alias that was used once stands for the same key for ever, as long as that is there."""

    def _find_by_alias(self, name: str) -> KeyRecord:
        found, known = super()._find_by_alias(name), kept(self, "aliases")
        first = self._store.key(known.setdefault(name, found.key_id))
        return found if first is None else first


@deviation(
    "alias/case-ignored",
    gain="Two aliases that differ in case are one: the key of one owner is used for another.",
    clause="API document of CreateAlias: names are told apart by case",
    cause="The column of the database compares without case, as MySQL's default collations do.",
    remedy="Compare names byte by byte.",
    severity=Severity.MEDIUM,
    weakness=178,
    unseen=UNSEEN,
)
class CaseIgnored(ServiceBase):
    """Where there is no such alias, one is taken that differs in case alone."""

    def _find_by_alias(self, name: str) -> KeyRecord:
        for alias in self._store.aliases():
            if alias.name.lower() == name.lower() and self._store.alias(name) is None:
                return super()._find_by_alias(alias.name)
        return super()._find_by_alias(name)


@deviation(
    "alias/of-deleted-key-stays-taken",
    gain="A name that programs depend on cannot be given to another key.",
    clause="API document of ScheduleKeyDeletion: the aliases go with the key",
    cause="The records of aliases stay when their key is deleted.",
    remedy="Delete aliases together with their key.",
    severity=Severity.LOW,
    weakness=459,
    unseen=UNSEEN,
)
class OfDeletedStaysTaken(KeyAliases):
    """The alias of a key that is gone leads nowhere, and cannot be made again."""

    def _remove(self, key: KeyRecord) -> None:
        for alias in self._store.aliases():
            if alias.key_id == key.key_id:
                kept(self, "gone")[alias.name] = key.key_id
        super()._remove(key)

    def _is_taken(self, name: str) -> bool:
        return super()._is_taken(name) or name in kept(self, "gone")


@deviation(
    "alias/reserved-name-accepted",
    gain="A key of a customer answers to a name that the cloud's own services rely on.",
    clause="API document of CreateAlias: alias/acs is reserved",
    cause="The prefix is compared in the console alone.",
    remedy="Refuse reserved names in the service.",
    severity=Severity.MEDIUM,
    weakness=183,
    unseen=UNSEEN,
)
class ReservedNameAccepted(KeyAliases):
    """Aliases that begin with alias/acs are made for any key."""

    def _check_name(self, name: str) -> None:
        super()._check_name(ALIAS_PREFIX + name.removeprefix(ALIAS_PREFIX).replace("acs", "xcs", 1))


@deviation(
    "alias/unknown-alias-is-first-key",
    gain="A mistake in a name is not noticed, and data go under a key that others can use.",
    clause="Common error codes: Forbidden.AliasNotFound",
    cause="A default key stands in where no alias is found.",
    remedy="Refuse an alias that is not there.",
    severity=Severity.HIGH,
    weakness=706,
    unseen=UNSEEN,
)
class UnknownAliasIsFirst(ServiceBase):
    """An alias that is not there stands for the first key of all."""

    def _find(self, key_id: str) -> KeyRecord:
        try:
            return super()._find(key_id)
        except AliasNotFound:
            keys = self._all_keys()
            if not keys:
                raise
            return keys[0]
