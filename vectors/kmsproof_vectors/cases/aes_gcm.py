"""AES-GCM: what its cases share, and the parameter sets that they are made for."""

from __future__ import annotations

from typing import Final

import msgspec

from kmsproof_reference.errors import Refusal
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.vocabulary import Algorithm, KeySpec, RejectionClass
from kmsproof_vectors.case import Draft, require
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import Maker, ParameterSet
from kmsproof_vectors.model import (
    Clause,
    DecryptTest,
    EncryptTest,
    GroupKey,
    Parameter,
    Result,
    Uniformity,
)

ENCRYPTION: Final = Clause(ref="SP 800-38D", section="7.1")
DECRYPTION: Final = Clause(ref="SP 800-38D", section="7.2")
TAG_CHECK: Final = Clause(ref="SP 800-38D", section="7.2", step="8")
LENGTH_CHECK: Final = Clause(ref="SP 800-38D", section="7.2", step="1")
FIRST_COUNTER: Final = Clause(ref="SP 800-38D", section="7.1", step="2")
COUNTER: Final = Clause(ref="SP 800-38D", section="6.5")
IV_LENGTH: Final = Clause(ref="SP 800-38D", section="5.2.1.1")
IV_UNIQUENESS: Final = Clause(ref="SP 800-38D", section="8")

NOT_AUTHENTIC: Final = (RejectionClass.INVALID_CIPHERTEXT,)
WRONG_LENGTH: Final = (RejectionClass.INVALID_CIPHERTEXT, RejectionClass.INVALID_ARGUMENT)

ORACLE: Final = "authentication"
"""Name of the set of refusals that must look alike."""

EMPTY: Final = HexBytes(b"")


class GcmMaker(Maker):
    """Makes GCM tests; the right answers come from the reference."""

    tag_length = 16

    def gcm(self, key: GroupKey | None = None) -> Gcm:
        """Return the reference's GCM under a key, by default the main one."""
        return Gcm((key or self.key).secret or b"")

    def encrypt(
        self,
        slug: str,
        why: str,
        *,
        plaintext: bytes,
        iv: bytes | None = None,
        aad: bytes = b"",
        key: GroupKey | None = None,
        tag_length: int | None = None,
    ) -> Draft:
        """Return a valid encryption; the IV is random unless given."""
        iv = self.random(12) if iv is None else iv
        length = tag_length or self.tag_length
        ciphertext, tag = self.gcm(key).encrypt(iv, plaintext, aad, length)
        test = EncryptTest(
            **self.common(slug, Result.VALID, why),
            plaintext=HexBytes(plaintext),
            iv=HexBytes(iv),
            aad=HexBytes(aad),
            ciphertext=HexBytes(ciphertext),
            tag=HexBytes(tag),
        )
        return Draft(key or self.key, length, test)

    def decrypt(
        self,
        slug: str,
        why: str,
        *,
        plaintext: bytes,
        iv: bytes | None = None,
        aad: bytes = b"",
        key: GroupKey | None = None,
        tag_length: int | None = None,
    ) -> Draft:
        """Return a valid decryption of what encrypts to the right ciphertext and tag."""
        sealed = self.encrypt(
            slug, why, plaintext=plaintext, iv=iv, aad=aad, key=key, tag_length=tag_length
        )
        return as_decryption(sealed, slug, self)

    def both(
        self, slug: str, why: str, *, plaintext: bytes, iv: bytes | None = None, aad: bytes = b""
    ) -> tuple[Draft, Draft]:
        """Return the encryption and the decryption of one message."""
        sealed = self.encrypt(f"{slug}-encrypt", why, plaintext=plaintext, iv=iv, aad=aad)
        return sealed, as_decryption(sealed, f"{slug}-decrypt", self)

    def refused(
        self,
        control: Draft,
        slug: str,
        why: str,
        *,
        rejections: tuple[RejectionClass, ...] = NOT_AUTHENTIC,
        probes: tuple[Parameter, ...] = (),
        oracle: str | None = ORACLE,
        **changes: HexBytes,
    ) -> Draft:
        """Return an invalid decryption; the reference must refuse it."""
        draft = self.derived(
            control, slug, why, rejections=rejections, probes=probes, oracle=oracle, **changes
        )
        test = draft.test
        require(isinstance(test, DecryptTest), f"{slug} is no decryption")
        assert isinstance(test, DecryptTest)
        try:
            self.gcm(draft.key).decrypt(
                test.iv or b"",
                test.ciphertext,
                test.aad or b"",
                test.tag or b"",
                draft.tag_length or self.tag_length,
            )
        except Refusal:
            return draft
        require(False, f"the reference accepts {test.id}")
        return draft


def as_decryption(sealed: Draft, slug: str, maker: Maker) -> Draft:
    """Return the decryption that undoes a valid encryption."""
    test = sealed.test
    assert isinstance(test, EncryptTest)
    fields = {**msgspec.structs.asdict(test)}
    fields.update(maker.common(slug, Result.VALID, test.why))
    return Draft(sealed.key, sealed.tag_length, DecryptTest(**fields))


def decryption(draft: Draft) -> DecryptTest:
    """Return the test of a draft that is known to be a decryption with IV, AAD and tag."""
    test = draft.test
    require(isinstance(test, DecryptTest), f"{test.id} is no decryption")
    assert isinstance(test, DecryptTest)
    return test


def flipped(octets: bytes | None, bit: int) -> HexBytes:
    """Return the octets with one bit changed; bit 0 is the most significant of the first."""
    changed = bytearray(octets or b"")
    changed[bit // 8] ^= 0x80 >> (bit % 8)
    return HexBytes(changed)


def differing_bits(left: bytes, right: bytes) -> int:
    """Return in how many bits two strings of one length differ."""
    return sum((a ^ b).bit_count() for a, b in zip(left, right, strict=True))


def _uniformity(family: str) -> Uniformity:
    return Uniformity(
        id=f"{family}/uniform-refusals/authentication",
        case="G15",
        name=ORACLE,
        why="Whatever was changed, a message that is not authentic is refused in one way.",
        clause=TAG_CHECK,
        flags=("DistinguishableRefusal",),
    )


def parameter_sets(
    suffix: str, description: str, *, compares: bool = True
) -> list[ParameterSet]:
    """Return one parameter set for each key length, all named with the same ending.

    Args:
        suffix: how the names end.
        description: what is special about the set.
        compares: whether it has refusals that must look alike.
    """
    sets: list[ParameterSet] = []
    for bits in (128, 192, 256):
        family = f"aes-{bits}-gcm{suffix}"
        sets.append(
            ParameterSet(
                family=family,
                key_spec=KeySpec(f"Aliyun_AES_{bits}"),
                algorithm=Algorithm.GCM,
                padding=None,
                description=f"AES-{bits} GCM, {description}",
                uniformities=(_uniformity(family),) if compares else (),
            )
        )
    return sets
