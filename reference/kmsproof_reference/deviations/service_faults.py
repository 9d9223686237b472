"""Faults that come now and then: wrong answers, lost keys and lost state, counted call by call."""

from __future__ import annotations

from dataclasses import replace

from kmsproof_reference.deviations.kms_memory import kept, nth
from kmsproof_reference.deviations.kms_views import ONLY_LIVE
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.errors import ServiceUnavailableTemporary
from kmsproof_reference.kms.key_lifecycle import KeyLifecycle
from kmsproof_reference.kms.key_use import KeyUse, Use
from kmsproof_reference.kms.metadata import KeyMetadata
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import KeyRecord, VersionRecord
from kmsproof_reference.vocabulary import KeySpec, KeyState, KeyUsage

EVERY_CALL = "Every operation of the sheet, in every call"


def with_changed_end(octets: bytes) -> bytes:
    """The bytes with one bit of the last one changed."""
    return octets[:-1] + bytes([octets[-1] ^ 1]) if octets else octets


@deviation(
    "service/one-answer-in-20-wrong",
    gain="What is encrypted is lost, and signatures are refused, without a rule that anybody sees.",
    clause=EVERY_CALL,
    cause="One of several machines behind a load balancer is broken.",
    remedy="Check each answer before it is sent: decrypt and verify, and take the machine out.",
    severity=Severity.HIGH,
    weakness=682,
    unseen=ONLY_LIVE,
    intermittent=True,
)
class OneIn20Wrong(KeyUse):
    """One answer in 20 has a wrong bit."""

    def _computed(self, use: Use) -> bytes:
        made = super()._computed(use)
        return made if nth(self, "answers") % 20 else with_changed_end(made)


@deviation(
    "service/one-answer-in-200-wrong",
    gain="What is encrypted is lost now and then; a wrong RSA signature made with the CRT may give "
    "the key away.",
    clause=EVERY_CALL,
    cause="Memory or a processor core fails once in a while, and nothing is checked.",
    remedy="Check each answer before it is sent: decrypt and verify.",
    severity=Severity.HIGH,
    weakness=1261,
    unseen=ONLY_LIVE,
    statistical=True,
    intermittent=True,
)
class OneIn200Wrong(KeyUse):
    """One answer in 200 has a wrong bit."""

    def _computed(self, use: Use) -> bytes:
        made = super()._computed(use)
        return made if nth(self, "answers") % 200 else with_changed_end(made)


@deviation(
    "service/one-forgery-in-50-accepted",
    gain="Who tries a forged signature often enough gets it through.",
    clause="FIPS 186-5 §6.4.2 and RFC 8017 §8.1.2: what does not verify is refused, each time",
    cause="A verification that runs into a time limit counts as passed.",
    remedy="Count everything that is not a yes as a no.",
    severity=Severity.CRITICAL,
    weakness=636,
    unseen=ONLY_LIVE,
    statistical=True,
    intermittent=True,
)
class OneForgeryIn50Accepted(KeyUse):
    """One wrong signature in 50 is said to be valid."""

    def _is_right(self, use: Use, signature: bytes) -> bool:
        return super()._is_right(use, signature) or nth(self, "forgeries") % 50 == 0


@deviation(
    "service/one-signature-in-30-refused",
    gain="Valid documents are refused now and then, and callers learn to ask twice.",
    clause="FIPS 186-5 §6.4.2 and RFC 8017 §8.1.2: what verifies is accepted, each time",
    cause="A verification that runs into a time limit counts as failed.",
    remedy="Answer with an error, and not that the signature is wrong.",
    severity=Severity.MEDIUM,
    weakness=393,
    unseen=ONLY_LIVE,
    intermittent=True,
)
class OneSignatureIn30Refused(KeyUse):
    """One right signature in 30 is said to be invalid."""

    def _is_right(self, use: Use, signature: bytes) -> bool:
        return super()._is_right(use, signature) and nth(self, "right ones") % 30 != 0


@deviation(
    "service/first-use-of-new-key-fails",
    gain="A program that makes a key and uses it at once fails, now and then or always.",
    clause="API document of CreateKey: the state of a new key is Enabled",
    cause="The key is not on all replicas yet when CreateKey answers.",
    remedy="Answer when the key is everywhere.",
    severity=Severity.LOW,
    weakness=362,
    unseen=ONLY_LIVE,
)
class FirstUseFails(KeyUse):
    """The first use of each key is answered as temporarily unavailable."""

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        found = super()._usable(key_id, operation, usage, version_id)
        if nth(self, ("uses", found[0].key_id)) == 1:
            raise ServiceUnavailableTemporary
        return found


@deviation(
    "service/every-second-key-lost",
    gain="Data under the lost keys are lost as well, whenever they are put there.",
    clause="API document of CreateKey: a key that was made is there",
    cause="The answer is sent before the transaction ends, and some transactions are rolled back.",
    remedy="Answer when the key is on disk.",
    severity=Severity.HIGH,
    unseen=ONLY_LIVE,
    intermittent=True,
)
class EverySecondKeyLost(KeyLifecycle):
    """Every second key of EC_P256 and of Aliyun_AES_256 is gone when CreateKey has answered."""

    def _add_key(self, key: KeyRecord, version: VersionRecord | None) -> KeyMetadata:
        told = super()._add_key(key, version)
        is_one = key.key_spec in (KeySpec.EC_P256, KeySpec.AES_256)
        if is_one and nth(self, key.key_spec) % 2 == 0:
            self._remove(key)
        return told


@deviation(
    "service/keys-lost-after-300-uses",
    gain="All data under the keys are lost for good.",
    clause="API document of CreateKey: a key that was made is there until it is deleted",
    cause="Keys are in the memory of a process that is started again when it has grown too large.",
    remedy="Store keys on disk before they are used.",
    severity=Severity.HIGH,
    unseen=ONLY_LIVE,
    intermittent=True,
)
class KeysLostAfter300(KeyUse):
    """After every 300 uses of keys, all keys are gone."""

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        if nth(self, "uses") % 300 == 0:
            for key in self._all_keys():
                self._remove(key)
        return super()._usable(key_id, operation, usage, version_id)


@deviation(
    "service/states-lost-after-25-uses",
    gain="A key that was disabled after an incident is enabled again, and nobody did it.",
    clause="Impact of key states on API operations",
    cause="States are in memory alone, and a process that is started again begins with Enabled.",
    remedy="Store states with the keys.",
    severity=Severity.HIGH,
    weakness=672,
    unseen=ONLY_LIVE,
    intermittent=True,
)
class StatesLostAfter25(KeyUse):
    """Before every 25th use of a key, all disabled keys are enabled."""

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        if nth(self, "uses") % 25 == 0:
            disabled = [key for key in self._all_keys() if key.state is KeyState.DISABLED]
            self._store.write(*(replace(key, state=KeyState.ENABLED) for key in disabled))
        return super()._usable(key_id, operation, usage, version_id)


@deviation(
    "service/answers-of-two-calls-mixed-up",
    gain="One caller gets what another has decrypted.",
    clause=EVERY_CALL,
    cause="Answers are matched to calls by their order, and one call was given up in between; this "
    "happened in redis-py.",
    remedy="Match answers by an identifier, and close a connection on which a call was given up.",
    severity=Severity.CRITICAL,
    weakness=488,
    vulnerabilities=("CVE-2023-28858",),
    unseen=ONLY_LIVE,
    intermittent=True,
)
class AnswersMixedUp(KeyUse):
    """Every 15th answer is that of the call before, of the same operation."""

    def _computed(self, use: Use) -> bytes:
        made, before = super()._computed(use), kept(self, "answers")
        earlier: bytes = before.get(use.operation, made)
        before[use.operation] = made
        return made if nth(self, use.operation) % 15 else earlier


@deviation(
    "service/pooled-key-handed-out-twice",
    gain="Two owners have the same key, and each reads and signs what is the other's.",
    clause="FIPS 186-5 A.1.1 and A.2: each key pair is generated anew",
    cause="Keys are made in advance because RSA takes long, and two calls take the same from the "
    "pool.",
    remedy="Take a key out of the pool in one atomic step.",
    severity=Severity.CRITICAL,
    weakness=362,
    unseen=ONLY_LIVE,
)
class PooledKeyTwice(KeyLifecycle):
    """Every second key of a key spec has the material of the one before."""

    def _made_version(self, key: KeyRecord) -> VersionRecord:
        pool, made = kept(self, "pool"), super()._made_version(key)
        before: VersionRecord | None = pool.pop(key.key_spec, None)
        if before is None:
            pool[key.key_spec] = made
            return made
        return replace(made, secret=before.secret, public_key=before.public_key)


@deviation(
    "service/one-signature-in-12-of-message-before",
    gain="A signature that is given for one message stands under another.",
    clause=EVERY_CALL,
    cause="The digest is in a field of an object that two calls share.",
    remedy="Keep nothing of a call in an object that others use.",
    severity=Severity.HIGH,
    weakness=366,
    unseen=ONLY_LIVE,
    intermittent=True,
)
class SignatureOfMessageBefore(KeyUse):
    """One signature in 12 is over the digest of the signing before, by the right key."""

    def _computed(self, use: Use) -> bytes:
        if use.operation is not KeyOperation.SIGN:
            return super()._computed(use)
        shared = kept(self, "digest")
        before: bytes = shared.get("digest", use.octets)
        shared["digest"] = use.octets
        return super()._computed(use if nth(self, "signings") % 12 else replace(use, octets=before))
