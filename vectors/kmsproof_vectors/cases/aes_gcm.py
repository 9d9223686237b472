"""AES-GCM: what its cases share, and the parameter sets that they are made for."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec

from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.vocabulary import Algorithm, KeySpec, RejectionClass
from kmsproof_vectors.case import Draft, require
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, Maker, ParameterSet, flagged
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
LENGTH_BLOCK: Final = Clause(ref="SP 800-38D", section="7.2", step="6")
GHASH: Final = Clause(ref="SP 800-38D", section="7.1", step="5")
HASH_SUBKEY: Final = Clause(ref="SP 800-38D", section="7.1", step="1")
FIRST_COUNTER: Final = Clause(ref="SP 800-38D", section="7.1", step="2")
COUNTER: Final = Clause(ref="SP 800-38D", section="6.5")
IV_LENGTH: Final = Clause(ref="SP 800-38D", section="5.2.1.1")
TAG_LENGTH: Final = Clause(ref="SP 800-38D", section="5.2.1.2")
IV_UNIQUENESS: Final = Clause(ref="SP 800-38D", section="8")

NOT_AUTHENTIC: Final = (RejectionClass.INVALID_CIPHERTEXT,)
WRONG_LENGTH: Final = (RejectionClass.INVALID_CIPHERTEXT, RejectionClass.INVALID_ARGUMENT)
WRONG_ARGUMENT: Final = (RejectionClass.INVALID_ARGUMENT,)

ORACLE: Final = "authentication"
"""Name of the set of refusals that must look alike."""

CONTROL: Final = "The message as it was encrypted is accepted."
"""Why a control is there."""

FULL_TAG: Final = 16
"""Bytes of a tag unless a case is about another length."""


@lru_cache(maxsize=64)
def gcm_under(key: GroupKey) -> Gcm:
    """Return the reference's GCM under a key."""
    return Gcm(key.secret or b"")


class GcmMaker(Maker):
    """Makes GCM tests; the right answers come from the reference."""

    def gcm(self, key: GroupKey | None = None) -> Gcm:
        """Return the reference's GCM under a key, by default the main one."""
        return gcm_under(key or self.key)

    # Valid tests. Where no IV is given it is random and has 12 bytes.

    def encrypt(
        self,
        slug: str,
        why: str,
        *,
        plaintext: bytes,
        iv: bytes | None = None,
        aad: bytes = b"",
        key: GroupKey | None = None,
        tag_length: int = FULL_TAG,
    ) -> Draft:
        """Return a valid encryption."""
        iv = self.random(12) if iv is None else iv
        ciphertext, tag = self.gcm(key).encrypt(iv, plaintext, aad, tag_length)
        test = EncryptTest(
            **self.common(slug, Result.VALID, why),
            plaintext=HexBytes(plaintext),
            iv=HexBytes(iv),
            aad=HexBytes(aad),
            ciphertext=HexBytes(ciphertext),
            tag=HexBytes(tag),
        )
        return Draft(key or self.key, tag_length, test)

    def both(
        self,
        slug: str,
        why: str,
        *,
        plaintext: bytes,
        iv: bytes | None = None,
        aad: bytes = b"",
        key: GroupKey | None = None,
        tag_length: int = FULL_TAG,
    ) -> tuple[Draft, Draft]:
        """Return the encryption and the decryption of one message."""
        sealed = self.encrypt(
            f"{slug}-encrypt",
            why,
            plaintext=plaintext,
            iv=iv,
            aad=aad,
            key=key,
            tag_length=tag_length,
        )
        return sealed, self.undone(sealed, f"{slug}-decrypt")

    def undone(self, sealed: Draft, slug: str) -> Draft:
        """Return the decryption that undoes a valid encryption."""
        test = sealed.test
        require(isinstance(test, EncryptTest), f"{test.id} is no encryption")
        assert isinstance(test, EncryptTest)
        opened = DecryptTest(
            **self.common(slug, Result.VALID, test.why),
            ciphertext=test.ciphertext or HexBytes(),
            iv=test.iv,
            aad=test.aad,
            tag=test.tag,
            plaintext=test.plaintext,
        )
        return Draft(sealed.key, sealed.tag_length, opened)

    def control(
        self,
        slug: str = "control",
        *,
        plaintext: bytes | None = None,
        iv: bytes | None = None,
        aad: bytes | None = None,
        tag_length: int = FULL_TAG,
    ) -> Draft:
        """Return the decryption from which invalid ones deviate, by default of 40 bytes."""
        sealed = self.encrypt(
            slug,
            CONTROL,
            plaintext=self.random(40) if plaintext is None else plaintext,
            iv=iv,
            aad=self.random(20) if aad is None else aad,
            tag_length=tag_length,
        )
        return flagged(self.undone(sealed, slug), CONTROL_FLAGS)

    # Invalid tests.

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
        """Return the decryption in which one input is another; the reference must refuse it."""
        return self.exposed(
            self.derived(
                control, slug, why, rejections=rejections, probes=probes, oracle=oracle, **changes
            )
        )

    def refused_for_length(
        self,
        control: Draft,
        slug: str,
        why: str,
        *,
        probes: tuple[Parameter, ...] = (),
        **changes: HexBytes,
    ) -> Draft:
        """Return the decryption in which the length of an input is wrong.

        A length is no secret, so that it may be refused in another way than what is not authentic.
        """
        return self.refused(
            control, slug, why, rejections=WRONG_LENGTH, probes=probes, oracle=None, **changes
        )

    def border_moved(self, control: Draft, slug: str, why: str, **changes: HexBytes) -> Draft:
        """Return the decryption in which bytes have moved from one input to another."""
        return self.exposed(
            self.moved(control, slug, why, rejections=NOT_AUTHENTIC, oracle=ORACLE, **changes)
        )

    def exposed(self, draft: Draft) -> Draft:
        """Return an invalid decryption with what a target that skips the check would give away.

        Raises:
            BrokenCase: if the reference does not refuse it in a way that the test allows.
        """
        test, gcm = decryption(draft), self.gcm(draft.key)
        iv, aad, tag = test.iv or b"", test.aad or b"", test.tag or b""
        answer: RejectionClass | None = None
        try:
            gcm.decrypt(iv, test.ciphertext, aad, tag, draft.tag_length or FULL_TAG)
        except InvalidCiphertext:
            answer = RejectionClass.INVALID_CIPHERTEXT
        except InvalidArgument:
            answer = RejectionClass.INVALID_ARGUMENT
        require(answer in test.rejections, f"the reference answers {answer} to {test.id}")
        given_away = gcm.gctr(gcm.inc32(gcm.pre_counter_block(iv)), test.ciphertext)
        changed = msgspec.structs.replace(test, plaintext=HexBytes(given_away))
        return Draft(draft.key, draft.tag_length, changed)


def decryption(draft: Draft) -> DecryptTest:
    """Return the test of a draft that is known to be a decryption."""
    test = draft.test
    require(isinstance(test, DecryptTest), f"{test.id} is no decryption")
    assert isinstance(test, DecryptTest)
    return test


def tag_of(draft: Draft) -> HexBytes:
    """Return the tag of a test that has one."""
    test = draft.test
    tag = test.tag if isinstance(test, EncryptTest | DecryptTest) else None
    require(tag is not None, f"{test.id} has no tag")
    return tag or HexBytes()


def iv_of(draft: Draft) -> HexBytes:
    """Return the IV of a test that has one."""
    test = draft.test
    iv = test.iv if isinstance(test, EncryptTest | DecryptTest) else None
    require(iv is not None, f"{test.id} has no IV")
    return iv or HexBytes()


def aad_of(draft: Draft) -> HexBytes:
    """Return the associated data of a decryption."""
    return decryption(draft).aad or HexBytes()


def flipped(octets: bytes, *bits: int) -> HexBytes:
    """Return the octets with some bits changed; bit 0 is the most significant of the first."""
    changed = bytearray(octets)
    for bit in bits:
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


def parameter_sets(suffix: str, description: str) -> list[ParameterSet]:
    """Return one parameter set for each key length, all named with the same ending."""
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
                uniformities=(_uniformity(family),),
            )
        )
    return sets
