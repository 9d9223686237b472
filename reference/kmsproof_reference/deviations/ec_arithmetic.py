"""Ways of computing on curves wrong, in every algorithm: multiples of points and inverses."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.ecdh import Ecdh
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.octets import i2osp

ALONE = "Nobody is attacked by this alone; signatures and messages of others are refused."
NEEDS_PRIVATE_KEY = {View.LIVE: "Such numbers cannot be reached without the private key."}


@cache
def _with_a_of_p256(curve: Curve) -> Curve:
    """The curve with a = -3."""
    return replace(curve, a=curve.p - 3)


class _EcdhWithAOfP256(Ecdh):
    """Multiplies with a = -3."""

    def common_point(self, public_point: Point | None) -> Point | None:
        """Take the other a."""
        return _with_a_of_p256(self.curve).multiply(self.private.d, public_point)


@deviation(
    "ec/a-of-p-256-everywhere",
    gain=ALONE,
    clause="SEC 1 §2.2.1 rule 5",
    cause="The formulas for doubling are those for a = -3, which are faster and hold for the NIST "
    "curves alone.",
    remedy="Use the formulas of the curve; a of secp256k1 is 0.",
    severity=Severity.LOW,
    weakness=682,
    together_with=(_EcdhWithAOfP256,),
)
class AOfP256Everywhere(Ecdsa):
    """Points of secp256k1 are doubled as if they were points of a curve with a = -3."""

    def commitment(self, k: int) -> Point | None:
        """Take the other a."""
        return _with_a_of_p256(self.curve).multiply(k, self.curve.g)

    def recover_commitment(self, u1: int, u2: int) -> Point | None:
        """Take the other a."""
        curve = _with_a_of_p256(self.curve)
        return curve.multiply_sum(u1, curve.g, u2, self.public_key().point)


def _cut(k: int) -> int:
    """The lowest 255 bits."""
    return k % (1 << 255)


class _EcdhHighestBitLost(Ecdh):
    """Multiplies with 255 bits."""

    def common_point(self, public_point: Point | None) -> Point | None:
        """Cut the scalar."""
        return self.curve.multiply(_cut(self.private.d), public_point)


@deviation(
    "ec/highest-bit-of-scalar-lost",
    gain=ALONE,
    clause="SEC 1 §3.2.1",
    cause="The loop over the bits is that of X25519, whose scalars have 255.",
    remedy="Run over as many bits as n has.",
    severity=Severity.LOW,
    weakness=193,
    together_with=(_EcdhHighestBitLost,),
)
class HighestBitOfScalarLost(Ecdsa):
    """A point is multiplied by the lowest 255 bits of a scalar."""

    def commitment(self, k: int) -> Point | None:
        """Cut the scalar."""
        return self.curve.multiply(_cut(k), self.curve.g)

    def recover_commitment(self, u1: int, u2: int) -> Point | None:
        """Cut both scalars."""
        point = self.public_key().point
        return self.curve.multiply_sum(_cut(u1), self.curve.g, _cut(u2), point)


def _without_minus_one(curve: Curve, k: int) -> int:
    """The scalar, or 0 for n - 1."""
    return 0 if k == curve.n - 1 else k


class _EcdhScalarNMinus1(Ecdh):
    """Loses the multiple by n - 1."""

    def common_point(self, public_point: Point | None) -> Point | None:
        """Come to infinity."""
        return self.curve.multiply(_without_minus_one(self.curve, self.private.d), public_point)


@deviation(
    "ec/scalar-of-n-minus-1",
    gain=ALONE + " Whoever holds a key can make a signature that is refused here alone.",
    clause="SEC 1 §2.2.1",
    cause="The ladder adds a point to its opposite on the way, and the formulas have no infinity: "
    "fastecdsa before 2.1.2.",
    remedy="Let all formulas take and give infinity.",
    severity=Severity.LOW,
    weakness=682,
    vulnerabilities=["CVE-2020-12607"],
    together_with=(_EcdhScalarNMinus1,),
)
class ScalarOfNMinus1(Ecdsa):
    """The multiple of a point by n - 1 is infinity instead of the opposite point."""

    def recover_commitment(self, u1: int, u2: int) -> Point | None:
        """Lose such a multiple."""
        u1, u2 = (_without_minus_one(self.curve, u) for u in (u1, u2))
        return super().recover_commitment(u1, u2)


def _unreduced(x: int, p: int) -> int:
    """x + p where that has 256 bits."""
    return x + p if (x + p).bit_length() <= 256 else x


class _EcdhLastReductionMissing(Ecdh):
    """Gives a coordinate that is not reduced."""

    def encode_coordinate(self, x: int) -> bytes:
        """Leave the last subtraction out."""
        return i2osp(_unreduced(x, self.curve.p), self.curve.field_length)


@deviation(
    "ec/last-reduction-missing",
    gain=ALONE + " Nobody meets such a point by chance.",
    clause="SEC 1 §2.3.5",
    cause="The number is kept below 2^256, and the last subtraction of p is forgotten.",
    remedy="Subtract p when the result is p or more.",
    severity=Severity.LOW,
    weakness=682,
    unseen=NEEDS_PRIVATE_KEY,
    together_with=(_EcdhLastReductionMissing,),
)
class LastReductionMissing(Ecdsa):
    """An x-coordinate below 2^256 - p comes out as x + p."""

    def point_to_r(self, point: Point | None) -> int:
        """Leave the last subtraction out."""
        if point is None:
            return super().point_to_r(point)
        return super().point_to_r(Point(_unreduced(point.x, self.curve.p), point.y))


class _EcdhCarryLost(Ecdh):
    """Loses a carry."""

    def common_point(self, public_point: Point | None) -> Point | None:
        """Go wrong for some scalars."""
        return self.curve.multiply(_with_lost_carry(self.private.d), public_point)


def _with_lost_carry(k: int) -> int:
    """The scalar with a wrong bit when its lower half is all ones."""
    return k - 1 if k % (1 << 128) == (1 << 128) - 1 else k


@deviation(
    "ec/carry-of-scalar-lost",
    gain=ALONE
    + " With ephemeral points that are chosen for it, a wrong carry in the multiplication "
    "gives bits of the private key away.",
    clause="SEC 1 §3.2.1",
    cause="A carry from one word to the next gets lost, as it did in the field arithmetic of P-256 "
    "in Go before 1.7.6 and 1.8.2.",
    remedy="Test the arithmetic with words of all zeros and all ones.",
    severity=Severity.MEDIUM,
    weakness=682,
    vulnerabilities=["CVE-2017-8932"],
    together_with=(_EcdhCarryLost,),
)
class CarryOfScalarLost(Ecdsa):
    """The multiple of a point is wrong when the lower 128 bits of the scalar are all ones."""

    def recover_commitment(self, u1: int, u2: int) -> Point | None:
        """Go wrong for some scalars."""
        return super().recover_commitment(_with_lost_carry(u1), _with_lost_carry(u2))


@deviation(
    "ec/inverse-of-2-wrong",
    gain=ALONE + " Whoever holds a key can make a signature that is refused here alone.",
    clause="FIPS 186-5 §6.4.2 step 4",
    cause="The binary algorithm of Euclid ends one step too early when its number is a power of "
    "2. On other numbers that of SymCrypt, in Windows until June 2019, never ended.",
    remedy="Test the inverse with 1, 2, n - 1, n - 2 and powers of 2.",
    severity=Severity.LOW,
    weakness=682,
    vulnerabilities=["CVE-2019-0865"],
    unseen=NEEDS_PRIVATE_KEY,
)
class InverseOf2Wrong(Ecdsa):
    """The inverse of a power of 2 modulo n is wrong, so that such an s is refused."""

    def invert(self, s: int) -> int:
        """Take it for 1."""
        return 1 if s & (s - 1) == 0 else super().invert(s)
