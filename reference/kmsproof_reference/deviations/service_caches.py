"""Caches that give the right answer to the wrong question."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from operator import itemgetter
from typing import Any

from kmsproof_reference.deviations.kms_memory import kept
from kmsproof_reference.deviations.kms_views import ONLY_LIVE
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.kms.engine import EngineKey
from kmsproof_reference.kms.key_use import KeyUse, Use
from kmsproof_reference.kms.metadata import Encrypted
from kmsproof_reference.kms.service_base import LoadedKeys
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import VersionRecord
from kmsproof_reference.vocabulary import KeySpec, KeyUsage

WHOLE_QUESTION = "Keep answers under everything that they depend on, or keep none."
EVERY_CALL = "Every operation of the sheet, in every call"
ENCRYPT, DECRYPT = KeyOperation.ENCRYPT, KeyOperation.DECRYPT


@deviation(
    "service/ciphertext-cached",
    gain="Equal plaintexts have equal ciphertexts: whoever sees them knows which data are equal.",
    clause="SP 800-38D §8: no IV is used twice; RFC 8017 §7.1.1: the seed is random",
    cause="A cache in front of a slow device answers what was asked before.",
    remedy="Cache no operation that is random.",
    severity=Severity.MEDIUM,
    weakness=1204,
    unseen=ONLY_LIVE,
)
class CiphertextCached(KeyUse):
    """The same plaintext gets the same ciphertext and the same IV, unless the caller gives one."""

    def encrypt(self, key_id: str, plaintext: bytes, **given: Any) -> Encrypted:
        """Answer what was answered."""
        question = (key_id, plaintext, *sorted(given.items(), key=itemgetter(0)))
        known = kept(self, "ciphertexts")
        if question not in known:
            known[question] = super().encrypt(key_id, plaintext, **given)
        self._usable(key_id, ENCRYPT, KeyUsage.ENCRYPT_DECRYPT, given.get("version_id"))
        found: Encrypted = known[question]
        return found


@deviation(
    "service/plaintext-cached-by-ciphertext",
    gain="Whoever may use any key decrypts what was decrypted before, of all keys and contexts.",
    clause=EVERY_CALL,
    cause="A cache of data keys is kept under the encrypted data key alone.",
    remedy=WHOLE_QUESTION,
    severity=Severity.CRITICAL,
    weakness=639,
    unseen=ONLY_LIVE,
)
class PlaintextCached(KeyUse):
    """A ciphertext that was decrypted once is so again, whatever key, IV or context is named."""

    def _computed(self, use: Use) -> bytes:
        known = kept(self, "plaintexts")
        if use.operation is not DECRYPT:
            return super()._computed(use)
        if use.octets not in known:
            known[use.octets] = super()._computed(use)
        found: bytes = known[use.octets]
        return found


@deviation(
    "service/verdict-cached-by-message",
    gain="Once a signature of a message was right, every forgery of the same message is.",
    clause="FIPS 186-5 §6.4.2 and RFC 8017 §8.1.2",
    cause="The cache of verifications leaves the signature out of its key, since it is random.",
    remedy=WHOLE_QUESTION,
    severity=Severity.HIGH,
    weakness=347,
    unseen=ONLY_LIVE,
)
class VerdictCachedByMessage(KeyUse):
    """Once a signature of a digest was right, every signature of this digest is."""

    def _is_right(self, use: Use, signature: bytes) -> bool:
        question = (use.version.version_id, use.algorithm, use.octets)
        known = kept(self, "verdicts")
        if super()._is_right(use, signature):
            known[question] = True
        return question in known


@deviation(
    "service/verdict-cached-by-signature",
    gain="A right signature stands for every message: it is shown once with its own, then with "
    "others.",
    clause="FIPS 186-5 §6.4.2 and RFC 8017 §8.1.2",
    cause="The cache of verifications has the signature as its key, since it is unique.",
    remedy=WHOLE_QUESTION,
    severity=Severity.CRITICAL,
    weakness=347,
    unseen=ONLY_LIVE,
)
class VerdictCachedBySignature(KeyUse):
    """Once a signature was right, it is right for every message and key."""

    def _is_right(self, use: Use, signature: bytes) -> bool:
        known = kept(self, "signatures")
        if super()._is_right(use, signature):
            known[signature] = True
        return signature in known


@deviation(
    "service/signature-cached-by-key",
    gain="A signature of one message is given for another one, which no verifier accepts.",
    clause=EVERY_CALL,
    cause="The cache leaves the message out of its key.",
    remedy=WHOLE_QUESTION,
    severity=Severity.MEDIUM,
    weakness=706,
    unseen=ONLY_LIVE,
)
class SignatureCachedByKey(KeyUse):
    """A key gives its first signature of an algorithm again, whatever is to be signed."""

    def _computed(self, use: Use) -> bytes:
        if use.operation is not KeyOperation.SIGN:
            return super()._computed(use)
        known, question = kept(self, "signed"), (use.version.version_id, use.algorithm)
        if question not in known:
            known[question] = super()._computed(use)
        found: bytes = known[question]
        return found


@deviation(
    "service/first-loaded-key-stays",
    gain="Data of all owners are under one and the same key.",
    clause=EVERY_CALL,
    cause="Loaded keys are kept under their key spec, since there was one of each at first.",
    remedy="Keep loaded keys under the id of the key version.",
    severity=Severity.CRITICAL,
    weakness=706,
    unseen=ONLY_LIVE,
)
class FirstLoadedStays(LoadedKeys):
    """All keys of a key spec work with the material of the first that is used."""

    def load(self, key_spec: KeySpec, version: VersionRecord) -> EngineKey:
        """Take the first."""
        first: VersionRecord = kept(self, "first").setdefault(key_spec, version)
        return super().load(key_spec, first)


@deviation(
    "service/decryption-tries-all-keys",
    gain="Who may use one key decrypts with those of all others.",
    clause="key-specification sheet: the key that encrypts is the one that decrypts",
    cause="After rotation or a migration nobody knows which key it was, so that all are tried.",
    remedy="Decrypt with the key that is named, and with its versions.",
    severity=Severity.CRITICAL,
    weakness=639,
    unseen=ONLY_LIVE,
)
class DecryptionTriesAllKeys(KeyUse):
    """A ciphertext that the named key does not decrypt is tried with all keys of its key spec."""

    def _computed(self, use: Use) -> bytes:
        try:
            return super()._computed(use)
        except InvalidCiphertext:
            for key in self._all_keys():
                if key.key_spec is use.key.key_spec and key.key_id != use.key.key_id:
                    with suppress(InvalidCiphertext):
                        version = self._find_version(key, None)
                        return super()._computed(replace(use, key=key, version=version))
            raise


@deviation(
    "service/verification-tries-all-keys",
    gain="A signature of anybody counts as one of the key that is named.",
    clause="FIPS 186-5 §6.4.2: the public key is that of the claimed signatory",
    cause="The signature is looked for among all keys, as in a directory of trusted ones.",
    remedy="Verify with the key that is named.",
    severity=Severity.CRITICAL,
    weakness=347,
    unseen=ONLY_LIVE,
)
class VerificationTriesAllKeys(KeyUse):
    """A signature is valid when any key of the same key spec has made it."""

    def _is_right(self, use: Use, signature: bytes) -> bool:
        keys = [key for key in self._all_keys() if key.key_spec is use.key.key_spec]
        signers = [key for key in keys if key.usage is use.key.usage]
        right = super()._is_right
        return any(
            right(replace(use, key=key, version=self._find_version(key, None)), signature)
            for key in signers
        )
