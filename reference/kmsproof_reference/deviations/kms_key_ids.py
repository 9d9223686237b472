"""Ways of getting the names of keys wrong: which key is used, and whose."""

from __future__ import annotations

from dataclasses import replace

from kmsproof_reference.deviations.kms_views import ONLY_LIVE, unseen_because
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.errors import InternalFailure, KeyNotFound
from kmsproof_reference.kms.metadata import Origin
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.kms.service_base import Account, ServiceBase
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import KeyRecord, VersionRecord
from kmsproof_reference.vocabulary import KeyUsage

NOT_FOUND = "Common error codes: Forbidden.KeyNotFound"
BY_WHOLE_ID = "Find a key by its whole id among those of the caller's account, and refuse others."


@deviation(
    "key-id/unknown-key-fails-inside",
    gain="A wrong name looks like an outage, and the caller tries again and again.",
    clause=NOT_FOUND,
    cause="The lookup gives nothing, and the next line uses it.",
    remedy="Look whether there is such a key, and answer with the documented code.",
    severity=Severity.LOW,
    weakness=755,
    unseen=ONLY_LIVE,
)
class UnknownFailsInside(ServiceBase):
    """The use of a key that is not there is answered with an internal error."""

    def _find(self, key_id: str) -> KeyRecord:
        try:
            return super()._find(key_id)
        except KeyNotFound:
            raise InternalFailure from None


@deviation(
    "key-id/unknown-key-is-first-key",
    gain="A mistake in a name is not noticed, and data go under a key that others can use.",
    clause=NOT_FOUND,
    cause="A default key stands in where none is found.",
    remedy=BY_WHOLE_ID,
    severity=Severity.HIGH,
    weakness=706,
    unseen=ONLY_LIVE,
)
class UnknownIsFirst(ServiceBase):
    """Where no key has the id, the first key of all is used."""

    def _find(self, key_id: str) -> KeyRecord:
        try:
            return super()._find(key_id)
        except KeyNotFound:
            keys = self._all_keys()
            if not keys:
                raise
            return keys[0]


@deviation(
    "key-id/unknown-key-is-made",
    gain="A mistake in a name makes a key that nobody knows of, backs up or watches.",
    clause=NOT_FOUND,
    cause="A convenience of other services is taken over: the transit engine of Vault makes a key "
    "when somebody encrypts with a name that it does not know and may create it.",
    remedy="Make keys in CreateKey alone.",
    severity=Severity.MEDIUM,
    weakness=684,
    unseen=ONLY_LIVE,
)
class UnknownIsMade(KeyManagementService):
    """To encrypt with a key that is not there makes it."""

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        try:
            return super()._usable(key_id, operation, usage, version_id)
        except KeyNotFound:
            if operation is not KeyOperation.ENCRYPT:
                raise
        rules = self._rules
        spec, level = rules.default_key_spec, rules.default_protection_level
        key = replace(self._new_key(spec, usage, level, Origin.ALIYUN_KMS), key_id=key_id)
        self._add_key(key, self._made_version(key))
        return super()._usable(key_id, operation, usage, version_id)


@deviation(
    "key-id/first-12-characters-decide",
    gain="Keys that begin alike are one and the same: data of one are read with the other.",
    clause=NOT_FOUND,
    cause="An index of the store is built on the beginning of names, and the rest is not compared.",
    remedy=BY_WHOLE_ID,
    severity=Severity.HIGH,
    weakness=187,
    unseen=unseen_because(
        "Ids are random and their form is the target's own: no vector can name another key that "
        "begins alike."
    ),
)
class First12Decide(ServiceBase):
    """Where no key has the id, one is used whose id begins with the same 12 characters."""

    def _find(self, key_id: str) -> KeyRecord:
        try:
            return super()._find(key_id)
        except KeyNotFound:
            for key in self._all_keys():
                if key.key_id[:12] == key_id[:12]:
                    return key
            raise


@deviation(
    "key-id/account-in-arn-ignored",
    gain="Who knows the id of a key uses it under the name of an account of his own.",
    clause="ARN of a key: acs:kms:region:account:key/id",
    cause="The ARN is split at its colons, and only the last part is looked at.",
    remedy="Compare region and account with those of the caller.",
    severity=Severity.CRITICAL,
    weakness=639,
    unseen=unseen_because("The adapter protocol has handles of keys and no ARNs or accounts."),
)
class AccountIgnored(Account):
    """A key is found by an ARN that names another account or region."""

    def resource(self, name: str) -> str:
        """Take what is behind the last colon."""
        return super().resource(name).rpartition(":")[2].removeprefix("key/")
