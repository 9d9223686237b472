"""AES in ECB and CBC: what its cases share, and the parameter sets that they are made for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext, Refusal
from kmsproof_reference.padding import NoPadding, Padding, Pkcs7Padding
from kmsproof_reference.vocabulary import Algorithm, KeySpec, PaddingMode, RejectionClass
from kmsproof_vectors.case import Draft, require
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import SEED, Maker, ParameterSet
from kmsproof_vectors.model import (
    Clause,
    DecryptTest,
    EncryptTest,
    GroupKey,
    Parameter,
    Result,
    Uniformity,
)

CIPHER: Final = Clause(ref="FIPS 197", section="5.1")
KEY_EXPANSION: Final = Clause(ref="FIPS 197", section="5.2")
WHOLE_BLOCKS: Final = Clause(ref="SP 800-38A", section="5.2")
IV_LENGTH: Final = Clause(ref="SP 800-38A", section="5.3")
ECB: Final = Clause(ref="SP 800-38A", section="6.1")
CBC: Final = Clause(ref="SP 800-38A", section="6.2")
ERROR_PROPERTIES: Final = Clause(ref="SP 800-38A", section="D")
PADDING: Final = Clause(ref="RFC 5652", section="6.3")
OBSERVABLE_DISCREPANCY: Final = Clause(ref="CWE", section="203")
"""No standard says that refusals of padding must look alike; the weakness has a number."""
MONTE_CARLO: Final = Clause(ref="AESAVS", section="6.4")

BAD_PADDING: Final = (RejectionClass.INVALID_CIPHERTEXT,)
WRONG_LENGTH: Final = (RejectionClass.INVALID_CIPHERTEXT, RejectionClass.INVALID_ARGUMENT)
WRONG_ARGUMENT: Final = (RejectionClass.INVALID_ARGUMENT,)

ORACLE: Final = "padding"
"""Name of the set of refusals that must look alike."""

PADDINGS: Final[dict[PaddingMode, Padding]] = {
    PaddingMode.PKCS7_PADDING: Pkcs7Padding(),
    PaddingMode.NO_PADDING: NoPadding(),
}

NAMES: Final = {PaddingMode.PKCS7_PADDING: "pkcs7", PaddingMode.NO_PADDING: "no-padding"}
"""How the paddings are written in the name of a family."""


@lru_cache(maxsize=1024)
def mode(algorithm: Algorithm, padding: PaddingMode, key: bytes) -> Ecb | Cbc:
    """Return the reference's mode of operation under a key."""
    kind = Cbc if algorithm is Algorithm.CBC else Ecb
    return kind(key, PADDINGS[padding])


class BlockModeMaker(Maker):
    """Makes ECB and CBC tests; the right answers come from the reference.

    An IV is 16 bytes in CBC and None in ECB, so that most cases are the same for both.
    """

    @property
    def chains(self) -> bool:
        """Whether the mode has an IV."""
        return self.parameters.algorithm is Algorithm.CBC

    @property
    def pads(self) -> bool:
        """Whether the padding is PKCS #7."""
        return self.parameters.padding is PaddingMode.PKCS7_PADDING

    def iv(self) -> HexBytes | None:
        """Return a random IV, where the mode has one."""
        return self.random(BLOCK_LENGTH) if self.chains else None

    def zero_iv(self) -> HexBytes | None:
        """Return the IV of all zeros, where the mode has one."""
        return HexBytes(BLOCK_LENGTH) if self.chains else None

    def shared(self, subject: str) -> Drbg:
        """Return a generator that all families with this key length have in common."""
        return Drbg(SEED, f"AES with {self.key_length}-byte keys: {subject}".encode())

    # What the reference answers.

    def encrypted(
        self,
        plaintext: bytes,
        iv: bytes | None,
        key: GroupKey | None = None,
        padding: PaddingMode | None = None,
    ) -> HexBytes:
        """Return the ciphertext, with the family's own padding unless another is named."""
        by = self._mode(key, padding)
        if isinstance(by, Cbc):
            return HexBytes(by.encrypt(iv or b"", plaintext))
        return HexBytes(by.encrypt(plaintext))

    def decrypted(
        self,
        ciphertext: bytes,
        iv: bytes | None,
        key: GroupKey | None = None,
        padding: PaddingMode | None = None,
    ) -> HexBytes:
        """Return the plaintext, with the family's own padding unless another is named."""
        by = self._mode(key, padding)
        if isinstance(by, Cbc):
            return HexBytes(by.decrypt(iv or b"", ciphertext))
        return HexBytes(by.decrypt(ciphertext))

    def _mode(self, key: GroupKey | None, padding: PaddingMode | None) -> Ecb | Cbc:
        chosen = padding or self.parameters.padding
        assert chosen is not None
        return mode(self.parameters.algorithm, chosen, (key or self.key).secret or b"")

    # Valid tests.

    def encrypt(
        self,
        slug: str,
        why: str,
        *,
        plaintext: bytes,
        iv: bytes | None,
        key: GroupKey | None = None,
    ) -> Draft:
        """Return a valid encryption."""
        test = EncryptTest(
            **self.common(slug, Result.VALID, why),
            plaintext=HexBytes(plaintext),
            iv=None if iv is None else HexBytes(iv),
            ciphertext=self.encrypted(plaintext, iv, key),
        )
        return Draft(key or self.key, None, test)

    def decrypt(
        self,
        slug: str,
        why: str,
        *,
        ciphertext: bytes,
        iv: bytes | None,
        key: GroupKey | None = None,
    ) -> Draft:
        """Return a valid decryption."""
        test = DecryptTest(
            **self.common(slug, Result.VALID, why),
            ciphertext=HexBytes(ciphertext),
            iv=None if iv is None else HexBytes(iv),
            plaintext=self.decrypted(ciphertext, iv, key),
        )
        return Draft(key or self.key, None, test)

    def both(
        self,
        slug: str,
        why: str,
        *,
        plaintext: bytes,
        iv: bytes | None,
        key: GroupKey | None = None,
    ) -> tuple[Draft, Draft]:
        """Return the encryption and the decryption of one message."""
        sealed = self.encrypt(f"{slug}-encrypt", why, plaintext=plaintext, iv=iv, key=key)
        ciphertext = ciphertext_of(sealed)
        opened = self.decrypt(f"{slug}-decrypt", why, ciphertext=ciphertext, iv=iv, key=key)
        require(plaintext_of(opened) == plaintext, f"{slug} does not decrypt to its plaintext")
        return sealed, opened

    # Invalid tests.

    def refused(
        self,
        control: Draft,
        slug: str,
        why: str,
        *,
        rejections: tuple[RejectionClass, ...],
        probes: tuple[Parameter, ...] = (),
        oracle: str | None = None,
        **changes: HexBytes | None,
    ) -> Draft:
        """Return the invalid form of a valid test; the reference must refuse it as it says."""
        draft = self.derived(
            control,
            slug,
            why,
            rejections=rejections,
            probes=probes,
            oracle=oracle,
            **changes,
        )
        found = self.refusal(draft)
        require(found in rejections, f"the reference answers {found} to {draft.test.id}")
        return draft

    def refusal(self, draft: Draft) -> RejectionClass | None:
        """Return how the reference refuses a test, None if it accepts it."""
        test = draft.test
        try:
            if isinstance(test, EncryptTest):
                self.encrypted(test.plaintext, test.iv, draft.key)
            elif isinstance(test, DecryptTest):
                self.decrypted(test.ciphertext, test.iv, draft.key)
        except InvalidArgument:
            return RejectionClass.INVALID_ARGUMENT
        except InvalidCiphertext:
            return RejectionClass.INVALID_CIPHERTEXT
        except Refusal as other:
            require(False, f"the reference refuses {test.id} in a third way: {other}")
        return None


def plaintext_of(draft: Draft) -> HexBytes:
    """Return the plaintext of a test that has one."""
    test = draft.test
    require(isinstance(test, EncryptTest | DecryptTest), f"{test.id} has no plaintext")
    assert isinstance(test, EncryptTest | DecryptTest)
    return test.plaintext or HexBytes()


def ciphertext_of(draft: Draft) -> HexBytes:
    """Return the ciphertext of a test that has one."""
    test = draft.test
    require(isinstance(test, EncryptTest | DecryptTest), f"{test.id} has no ciphertext")
    assert isinstance(test, EncryptTest | DecryptTest)
    return test.ciphertext or HexBytes()


def in_bytes(length: int) -> str:
    """Return a length in words."""
    return "1 byte" if length == 1 else f"{length} bytes"


def joined(blocks: Iterable[bytes]) -> HexBytes:
    """Return blocks as one byte string."""
    return HexBytes(b"".join(blocks))


def _uniformity(family: str) -> Uniformity:
    return Uniformity(
        id=f"{family}/uniform-refusals/padding",
        case="C11",
        name=ORACLE,
        why="Whatever is wrong with the padding, it is refused in one way: a demand of this suite.",
        clause=OBSERVABLE_DISCREPANCY,
        flags=("DistinguishableRefusal",),
    )


def parameter_sets(algorithm: Algorithm, padding: PaddingMode) -> list[ParameterSet]:
    """Return the parameter sets of a mode and padding, one for each key length."""
    sets: list[ParameterSet] = []
    for bits in (128, 192, 256):
        family = f"aes-{bits}-{algorithm.lower()}-{NAMES[padding]}"
        pads = padding is PaddingMode.PKCS7_PADDING
        iv = ", 16-byte IV" if algorithm is Algorithm.CBC else ""
        sets.append(
            ParameterSet(
                family=family,
                key_spec=KeySpec(f"Aliyun_AES_{bits}"),
                algorithm=algorithm,
                padding=padding,
                description=f"AES-{bits} {algorithm}{iv}, {padding}",
                uniformities=(_uniformity(family),) if pads else (),
            )
        )
    return sets
