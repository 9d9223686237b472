"""ECDSA: what its cases share, and the parameter sets that they are made for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from kmsproof_reference.ec_key_encoding import decode_public_key
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import decode_signature, encode_signature
from kmsproof_reference.elliptic_curve import INFINITY, Point
from kmsproof_reference.errors import InvalidSignatureEncoding
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.rfc6979 import DeterministicNonce
from kmsproof_reference.vocabulary import Algorithm, MessageType, RejectionClass
from kmsproof_vectors.case import Draft, require
from kmsproof_vectors.cases.ec import EcMaker, parameter_sets
from kmsproof_vectors.ec_points import points_from
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, ParameterSet, flagged
from kmsproof_vectors.model import Clause, GroupKey, Result, SignTest, VerifyTest

GENERATION: Final = Clause(ref="FIPS 186-5", section="6.4.1")
NONCE: Final = Clause(ref="FIPS 186-5", section="6.4.1", step="3")
VERIFICATION: Final = Clause(ref="FIPS 186-5", section="6.4.2")
RANGE_CHECK: Final = Clause(ref="FIPS 186-5", section="6.4.2", step="1")
DIGEST_TO_INTEGER: Final = Clause(ref="FIPS 186-5", section="6.4.2", step="3")
INVERSION: Final = Clause(ref="FIPS 186-5", section="6.4.2", step="4")
MULTIPLIERS: Final = Clause(ref="FIPS 186-5", section="6.4.2", step="5")
IDENTITY: Final = Clause(ref="FIPS 186-5", section="6.4.2", step="6")
REDUCTION: Final = Clause(ref="FIPS 186-5", section="6.4.2", step="8")
COMPARISON: Final = Clause(ref="FIPS 186-5", section="6.4.2", step="9")
ENCODING: Final = Clause(ref="RFC 3279", section="2.2.3")

DIGEST_LENGTH: Final = 32
"""Bytes of the only digests that DIGEST takes, those of SHA-256."""

NOT_A_SIGNATURE: Final = (RejectionClass.INVALID_SIGNATURE_ENCODING,)
WRONG_LENGTH: Final = (RejectionClass.INVALID_ARGUMENT,)

CONTROL: Final = "The signature as it was made is accepted."
"""Why a control is there."""


class Signature(NamedTuple):
    """The two integers of a signature."""

    r: int
    s: int


@dataclass(frozen=True)
class Message:
    """What is signed: a message, or a digest in its place."""

    octets: bytes
    kind: MessageType = MessageType.RAW

    @property
    def digest(self) -> bytes:
        """The digest that is signed in the end."""
        if self.kind is MessageType.DIGEST:
            return self.octets
        return hashlib.sha256(self.octets).digest()

    @property
    def e(self) -> int:
        """The integer that the digest stands for; the order of both curves has 256 bits."""
        return os2ip(self.digest)


def digest_message(e: int) -> Message:
    """Return the digest that stands for an integer below 2^256."""
    return Message(i2osp(e, DIGEST_LENGTH), MessageType.DIGEST)


@lru_cache(maxsize=512)
def _ecdsa_under(key: GroupKey) -> Ecdsa:
    return Ecdsa(decode_public_key(key.public or b""))


class EcdsaMaker(EcMaker):
    """Makes ECDSA tests; the reference confirms the answer of each."""

    def ecdsa(self, key: GroupKey | None = None) -> Ecdsa:
        """Return the reference's ECDSA under a public key, by default the main one."""
        return _ecdsa_under(key or self.key)

    def message(self, length: int = 20) -> Message:
        """Return a random message."""
        return Message(self.random(length))

    # Signatures.

    def sign(
        self, message: Message, private: EcPrivateKey | None = None, k: int | None = None
    ) -> Signature:
        """Return a signature, by default under the main key and with the k of RFC 6979."""
        private = private or self.ec_key()
        k = k or DeterministicNonce().nonce(private, message.digest)
        return Signature(*Ecdsa(private).sign_digest(message.digest, k))

    def multipliers(self, message: Message, signature: Signature) -> tuple[int, int]:
        """Return u1 and u2 of a verification."""
        return self.ecdsa().multipliers(message.e, *signature)

    def commitment(self, key: GroupKey, message: Message, signature: Signature) -> Point | None:
        """Return the point R that a verification comes to."""
        return self.ecdsa(key).recover_commitment(*self.multipliers(message, signature))

    def with_multipliers(self, u1: int, u2: int, point: Point) -> tuple[Message, Signature] | None:
        """Return a digest and its signature under any public key, with chosen u1 and u2.

        R = u1 G + u2 Q, r = x_R mod n, s = r / u2, and the digest is u1 s. Nothing if there is no
        such signature, since R is infinity or r is 0.
        """
        curve = self.curve
        commitment = curve.multiply_sum(u1, curve.g, u2, point)
        r = 0 if commitment is None else commitment.x % curve.n
        if r == 0:
            return None
        s = r * pow(u2, -1, curve.n) % curve.n
        return digest_message(u1 * s % curve.n), Signature(r, s)

    def fitted_point(self, message: Message, signature: Signature, commitment: Point) -> Point:
        """Return the public key under which a verification comes to a chosen point R.

        Q = (s R - e G) / r; its private key is unknown where the logarithm of R is.

        Raises:
            BrokenCase: if that is infinity.
        """
        curve, (r, s) = self.curve, signature
        inverse = pow(r, -1, curve.n)
        u1, u2 = -message.e * inverse % curve.n, s * inverse % curve.n
        point = curve.multiply_sum(u1, curve.g, u2, commitment)
        require(point is not INFINITY, "the fitted public key is infinity")
        assert point is not None
        return point

    # Valid tests.

    def accepted(
        self,
        slug: str,
        why: str,
        message: Message,
        signature: Signature | bytes,
        key: GroupKey | None = None,
    ) -> Draft:
        """Return a verification that is answered with yes; the reference must say so."""
        encoded = signature if isinstance(signature, bytes) else encode_signature(*signature)
        test = VerifyTest(
            **self.common(slug, Result.VALID, why),
            message=HexBytes(message.octets),
            message_type=message.kind,
            signature=HexBytes(encoded),
        )
        draft = Draft(key or self.key, None, test)
        require(self.answer(draft) is True, f"the reference does not accept {test.id}")
        return draft

    def control(
        self,
        slug: str = "control",
        message: Message | None = None,
        signature: Signature | None = None,
        key: GroupKey | None = None,
    ) -> Draft:
        """Return the verification from which invalid ones deviate."""
        message = message or self.message()
        signature = signature or self.sign(message, k=self.random_scalar())
        return flagged(self.accepted(slug, CONTROL, message, signature, key), CONTROL_FLAGS)

    def signing(self, slug: str, why: str, message: Message, key: GroupKey | None = None) -> Draft:
        """Return a signature to be made; any that verifies is right."""
        test = SignTest(
            **self.common(slug, Result.VALID, why),
            message=HexBytes(message.octets),
            message_type=message.kind,
        )
        return Draft(key or self.key, None, test)

    # Invalid tests.

    def refused(self, control: Draft, slug: str, why: str, signature: Signature | bytes) -> Draft:
        """Return the verification with another signature; the reference must not accept it."""
        encoded = signature if isinstance(signature, bytes) else encode_signature(*signature)
        return self.not_accepted(
            self.derived(
                control, slug, why, rejections=NOT_A_SIGNATURE, signature=HexBytes(encoded)
            )
        )

    def refused_message(self, control: Draft, slug: str, why: str, message: bytes) -> Draft:
        """Return the verification with another message; the reference must not accept it."""
        return self.not_accepted(
            self.derived(control, slug, why, rejections=NOT_A_SIGNATURE, message=HexBytes(message))
        )

    def refused_length(self, control: Draft, slug: str, why: str, digest: bytes) -> Draft:
        """Return the test with a digest that has not 32 bytes."""
        require(len(digest) != DIGEST_LENGTH, f"{slug}: the digest has the right length")
        rejections: tuple[RejectionClass, ...] = WRONG_LENGTH
        if isinstance(control.test, VerifyTest):
            rejections = (*WRONG_LENGTH, *NOT_A_SIGNATURE)
        return self.derived(control, slug, why, rejections=rejections, message=HexBytes(digest))

    def not_accepted(self, draft: Draft) -> Draft:
        """Return an invalid verification after asking the reference.

        Raises:
            BrokenCase: if it accepts the signature.
        """
        require(self.answer(draft) is not True, f"the reference accepts {draft.test.id}")
        return draft

    def answer(self, draft: Draft) -> bool | None:
        """Return what the reference says to a verification; nothing if it is no DER."""
        test = verification(draft)
        try:
            r, s = decode_signature(test.signature)
        except InvalidSignatureEncoding:
            return None
        return self.ecdsa(draft.key).verify_digest(message_of(draft).digest, r, s)


def verification(draft: Draft) -> VerifyTest:
    """Return the test of a draft that is known to be a verification."""
    test = draft.test
    require(isinstance(test, VerifyTest), f"{test.id} is no verification")
    assert isinstance(test, VerifyTest)
    return test


def message_of(draft: Draft) -> Message:
    """Return what a verification is about."""
    test = verification(draft)
    return Message(test.message, test.message_type)


def signature_of(draft: Draft) -> Signature:
    """Return the two integers of a verification whose signature is DER."""
    return Signature(*decode_signature(verification(draft).signature))


def with_small(
    family: EcdsaMaker, name: str, least: int, about: str = "small"
) -> tuple[GroupKey, Message, Signature]:
    """Return a signature with a small r or s, and the key that was fitted to it.

    s is ``least``, and r the first number from there on that is the x of a point.
    """
    curve, message = family.curve, family.message()
    if name == "r":
        commitment = next(points_from(curve, least))
        signature = Signature(commitment.x, family.random_scalar())
        point = family.fitted_point(message, signature, commitment)
        return family.fitted_key(f"{about} r", point), message, signature
    k = family.random_scalar()
    multiple = curve.multiply(k, curve.g)
    require(multiple is not None, "k G is infinity")
    assert multiple is not None
    signature = Signature(multiple.x % curve.n, least)
    d = (least * k - message.e) * pow(signature.r, -1, curve.n) % curve.n
    return family.chosen_key(f"{about} s", d), message, signature


def with_message_type(draft: Draft, kind: MessageType) -> Draft:
    """Return the same test with its message taken in another way."""
    test = msgspec.structs.replace(verification(draft), message_type=kind)
    return Draft(draft.key, draft.tag_length, test)


def ecdsa_parameter_sets() -> list[ParameterSet]:
    """Return the parameter sets of ECDSA: one for each curve."""
    return parameter_sets("ecdsa", Algorithm.ECDSA_SHA_256, "ECDSA with SHA-256, DER signatures")
