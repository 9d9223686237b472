"""RSAES-OAEP with SHA-256: what its cases share, and the parameter sets that they are made for."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.octets import os2ip, xor
from kmsproof_reference.rsa import RsaPrivateKey, RsaPublicKey
from kmsproof_reference.rsa_key_encoding import decode_private_key
from kmsproof_reference.vocabulary import Algorithm, Feature, RejectionClass
from kmsproof_vectors.case import Draft, require
from kmsproof_vectors.cases import rsa
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, ParameterSet, flagged
from kmsproof_vectors.model import (
    Clause,
    DecryptTest,
    EncryptTest,
    GroupKey,
    Parameter,
    Result,
    Uniformity,
)

ENCRYPTION: Final = Clause(ref="RFC 8017", section="7.1.1")
MESSAGE_LENGTH: Final = Clause(ref="RFC 8017", section="7.1.1", step="1.b")
SEED: Final = Clause(ref="RFC 8017", section="7.1.1", step="2.d")
DECRYPTION: Final = Clause(ref="RFC 8017", section="7.1.2")
CIPHERTEXT_LENGTH: Final = Clause(ref="RFC 8017", section="7.1.2", step="1.b")
RSA_DECRYPTION: Final = Clause(ref="RFC 8017", section="7.1.2", step="2.b")
ENCODED_MESSAGE: Final = Clause(ref="RFC 8017", section="7.1.2", step="2.c")
LABEL_HASH: Final = Clause(ref="RFC 8017", section="7.1.2", step="3.a")
DECODING: Final = Clause(ref="RFC 8017", section="7.1.2", step="3.g")
RSADP: Final = Clause(ref="RFC 8017", section="5.1.2", step="2.b")

HASH_LENGTH: Final = 32
"""hLen: bytes of a SHA-256 digest, of the seed and of lHash."""

NOT_DECRYPTED: Final = (RejectionClass.INVALID_CIPHERTEXT,)
OPENLY_WRONG: Final = (RejectionClass.INVALID_CIPHERTEXT, RejectionClass.INVALID_ARGUMENT)
WRONG_ARGUMENT: Final = (RejectionClass.INVALID_ARGUMENT,)

ORACLE: Final = "decryption"
"""Name of the set of refusals that must look alike: all but those of `is_openly_wrong`."""

CONTROL: Final = "The ciphertext as it was made is decrypted."
"""Why a control is there."""

ENCRYPTION_CONTROL: Final = "A message that is not too long is encrypted."


@lru_cache(maxsize=16)
def oaep_under(key: GroupKey) -> Oaep:
    """Return the reference's RSAES-OAEP under the private key of a group."""
    return Oaep(decode_private_key(key.private or b""))


class OaepMaker(rsa.RsaMaker):
    """Makes OAEP tests; the right answers come from the reference."""

    def oaep(self, key: GroupKey | None = None) -> Oaep:
        """Return the reference's RSAES-OAEP under a key, by default the main one."""
        return oaep_under(key or self.key)

    @property
    def max_length(self) -> int:
        """Bytes of the longest message: k - 2 hLen - 2."""
        return self.key_length - 2 * HASH_LENGTH - 2

    def message(self, length: int) -> HexBytes:
        """Return a random message that does not begin like a padding or a separator."""
        while True:
            message = self.random(length)
            if message[:1] not in (b"\x00", b"\x01"):
                return message

    # Valid tests. Where no seed is given it is random.

    def decrypt(
        self,
        slug: str,
        why: str,
        *,
        message: bytes,
        seed: bytes | None = None,
        label: bytes = b"",
        key: GroupKey | None = None,
    ) -> Draft:
        """Return a valid decryption."""
        seed = self.random(HASH_LENGTH) if seed is None else seed
        encoded = self.oaep(key).encode(message, seed, label)
        return self.decoded(slug, why, encoded, message=message, label=label, key=key)

    def decoded(
        self,
        slug: str,
        why: str,
        encoded: bytes,
        *,
        message: bytes,
        label: bytes = b"",
        key: GroupKey | None = None,
    ) -> Draft:
        """Return the valid decryption of an encoded message, which must hold this message."""
        oaep = self.oaep(key)
        require(oaep.decode(encoded, label) == message, f"{slug}: another message is encoded")
        test = DecryptTest(
            **self.common(slug, Result.VALID, why),
            ciphertext=HexBytes(oaep.raw_encrypt(encoded)),
            label=HexBytes(label) if label else None,
            plaintext=HexBytes(message),
            needs=self.needs(label, key),
        )
        return Draft(key or self.key, None, test)

    def encrypt(self, slug: str, why: str, *, message: bytes, label: bytes = b"") -> Draft:
        """Return a valid encryption; the target draws the seed, so there is no one right answer."""
        require(len(message) <= self.max_length, f"{slug}: the message is too long")
        test = EncryptTest(
            **self.common(slug, Result.VALID, why),
            plaintext=HexBytes(message),
            label=HexBytes(label) if label else None,
            needs=self.needs(label),
        )
        return Draft(self.key, None, test)

    def needs(self, label: bytes, key: GroupKey | None = None) -> tuple[Feature, ...]:
        """Return what a target must declare for a label and a key."""
        private = self.oaep(key).key
        several = isinstance(private, RsaPrivateKey) and bool(private.other_primes)
        wanted = ((Feature.OAEP_LABEL, bool(label)), (Feature.MULTI_PRIME_KEY, several))
        return tuple(feature for feature, needed in wanted if needed)

    def control(
        self,
        slug: str = "control",
        *,
        message: bytes | None = None,
        seed: bytes | None = None,
        label: bytes = b"",
        key: GroupKey | None = None,
    ) -> Draft:
        """Return the decryption from which invalid ones deviate, by default of 40 bytes."""
        message = self.message(40) if message is None else message
        made = self.decrypt(slug, CONTROL, message=message, seed=seed, label=label, key=key)
        return flagged(made, CONTROL_FLAGS)

    # Invalid tests.

    def malformed(
        self,
        control: Draft,
        slug: str,
        why: str,
        encoded: bytes,
        *,
        given_away: bytes | None = None,
    ) -> Draft:
        """Return the decryption of an encoded message that the reference refuses.

        Args:
            control: the valid decryption from which it deviates, by its ciphertext.
            slug: the last part of its id.
            why: what it shows.
            encoded: EM, k bytes.
            given_away: what a target that skips the check would take for the message.
        """
        oaep = self.oaep(control.key)
        require(os2ip(encoded) < oaep.key.n, f"{slug}: EM is not below n")
        ciphertext = HexBytes(oaep.raw_encrypt(encoded))
        is_open = is_openly_wrong(ciphertext, oaep.key)
        try:
            oaep.decode(encoded, decryption(control).label or b"")
        except InvalidCiphertext:
            return self.derived(
                control,
                slug,
                why,
                rejections=OPENLY_WRONG if is_open else NOT_DECRYPTED,
                oracle=None if is_open else ORACLE,
                ciphertext=ciphertext,
                plaintext=None if given_away is None else HexBytes(given_away),
            )
        require(False, f"{slug}: the encoded message is not malformed")
        return control

    def refused(
        self,
        control: Draft,
        slug: str,
        why: str,
        *,
        given_away: bytes | None = None,
        **changes: HexBytes,
    ) -> Draft:
        """Return the decryption with another input that the reference refuses."""
        before = decryption(control)
        ciphertext = changes.get("ciphertext", before.ciphertext)
        is_open = is_openly_wrong(ciphertext, self.oaep(control.key).key)
        rejections = OPENLY_WRONG if is_open else NOT_DECRYPTED
        answer: RejectionClass | None = None
        try:
            self.oaep(control.key).decrypt(ciphertext, changes.get("label", before.label) or b"")
        except InvalidCiphertext:
            answer = RejectionClass.INVALID_CIPHERTEXT
        except InvalidArgument:
            answer = RejectionClass.INVALID_ARGUMENT
        require(answer in rejections, f"the reference answers {answer} to {slug}")
        return self.derived(
            control,
            slug,
            why,
            rejections=rejections,
            probes=(),
            oracle=None if is_open else ORACLE,
            plaintext=None if given_away is None else HexBytes(given_away),
            **changes,
        )

    def too_long(self, control: Draft, slug: str, why: str, message: bytes) -> Draft:
        """Return the encryption of a message that is too long for the key."""
        require(len(message) > self.max_length, f"{slug}: the message is not too long")
        try:
            self.oaep().encrypt(message, bytes(HASH_LENGTH))
        except InvalidArgument:
            return self.derived(
                control,
                slug,
                why,
                rejections=WRONG_ARGUMENT,
                probes=(Parameter.PLAINTEXT_LENGTH,),
                plaintext=HexBytes(message),
            )
        require(False, f"{slug}: the reference encrypts a message that is too long")
        return control


def decryption(draft: Draft) -> DecryptTest:
    """Return the test of a draft that is known to be a decryption."""
    test = draft.test
    require(isinstance(test, DecryptTest), f"{test.id} is no decryption")
    assert isinstance(test, DecryptTest)
    return test


def message_of(draft: Draft) -> HexBytes:
    """Return the message of a valid decryption."""
    return decryption(draft).plaintext or HexBytes()


def ciphertext_of(draft: Draft) -> HexBytes:
    """Return the ciphertext of a decryption."""
    return decryption(draft).ciphertext


def is_openly_wrong(ciphertext: bytes, key: RsaPublicKey | RsaPrivateKey) -> bool:
    """Whether a ciphertext is wrong in a way that shows without the private key.

    That is its length, and a range that SP 800-56B Rev. 2 §7.1.2.1 narrows to 1 < c < n - 1. No
    secret is told by a refusal that says so. What RFC 8017 §7.1.2 wants to be kept from an opponent
    is what only decryption shows.
    """
    return len(ciphertext) != key.length or not 1 < os2ip(ciphertext) < key.n - 1


def unmasked(encoded: bytes) -> tuple[int, bytes, bytes]:
    """Take an encoded message apart as it comes: Y, seed and DB (RFC 8017 §7.1.2 step 3.b-f)."""
    masked_seed, masked_block = encoded[1 : 1 + HASH_LENGTH], encoded[1 + HASH_LENGTH :]
    seed = xor(masked_seed, Mgf1().mask(masked_block, HASH_LENGTH))
    return encoded[0], seed, xor(masked_block, Mgf1().mask(seed, len(masked_block)))


def _uniformities(family: str) -> tuple[Uniformity, ...]:
    return (
        Uniformity(
            id=f"{family}/uniform-refusals/decryption",
            case="O10",
            name=ORACLE,
            why="Whatever decryption shows to be wrong, a ciphertext is refused in one way.",
            clause=DECODING,
            flags=("MangerOracle",),
        ),
    )


def parameter_sets() -> list[ParameterSet]:
    """Return one parameter set for each length of the modulus."""
    return rsa.parameter_sets(
        "oaep",
        Algorithm.RSAES_OAEP_SHA_256,
        "RSAES-OAEP with SHA-256 and MGF1 with SHA-256",
        _uniformities,
    )
