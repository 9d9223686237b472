"""ECDSA: points that are equal, opposite or infinite where a verification adds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.elliptic_curve import INFINITY, Point
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec import MAIN
from kmsproof_vectors.cases.ec_ecdsa import (
    COMPARISON,
    IDENTITY,
    EcdsaMaker,
    Message,
    Signature,
    digest_message,
)
from kmsproof_vectors.model import GroupKey


def x_of(family: EcdsaMaker, k: int) -> int:
    """Return the x-coordinate of k G modulo n, which is the r that belongs to k."""
    point = family.curve.multiply(k, family.curve.g)
    require(point is not INFINITY, "k G is infinity")
    assert point is not None
    return point.x % family.curve.n


def addends(
    family: EcdsaMaker, key: GroupKey, message: Message, signature: Signature
) -> tuple[Point | None, Point | None]:
    """Return u1 G and u2 Q of a verification."""
    u1, u2 = family.multipliers(message, signature)
    curve, public = family.curve, family.ecdsa(key).public_key()
    return curve.multiply(u1, curve.g), curve.multiply(u2, public.point)


@case("E3", "equal-points", flags=("Arithmetic", "PointDuplication"), clause=IDENTITY)
def equal_points(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** u1 G = u2 Q, so that their sum is a doubling; key or digest is fitted to that."""
    n, d = family.curve.n, family.ec_key().d
    why = "Two equal points are added by doubling one."
    for number in range(6):
        # s = 2 e / k and d = e / r give u1 = u2 d = k / 2.
        k, message = family.random_scalar(), family.message()
        r = x_of(family, k)
        private = message.e * pow(r, -1, n) % n
        key = family.chosen_key(f"equal points {number}", private)
        signature = Signature(r, 2 * message.e * pow(k, -1, n) % n)
        left, right = addends(family, key, message, signature)
        require(left == right is not INFINITY, "the points differ")
        yield family.accepted(f"message-{number}", why, message, signature, key)
    for number, k in enumerate((2, n - 2, family.random_scalar(), family.random_scalar())):
        r = x_of(family, k)
        message = digest_message(r * d % n)
        signature = Signature(r, 2 * message.e * pow(k, -1, n) % n)
        left, right = addends(family, family.key, message, signature)
        require(left == right is not INFINITY, "the points differ")
        yield family.accepted(f"digest-{number}", why, message, signature)


@case("E3", "opposite-points", flags=("Arithmetic", "PointAtInfinity"), clause=IDENTITY)
def opposite_points(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** u1 G = -u2 Q: the sum is infinity, which has no x-coordinate to be r."""
    n, u1 = family.curve.n, family.random_scalar()
    for name, r, what in (
        ("of-doubled-point", x_of(family, 2 * u1), "of the doubled point"),
        ("of-first-point", x_of(family, u1), "of one of the points"),
        ("of-base-point", x_of(family, 1), "of the base point"),
        ("1", 1, "of infinity as some write it"),
        ("2", 2, "that is 2"),
        ("n-minus-1", n - 1, "that is n - 1"),
        ("p-modulo-n", family.curve.p - n, "that is p - n"),
        ("half-of-n", n >> 1, "that is half of n"),
        ("random", family.random_scalar(), "at random"),
    ):
        # d = -e / r makes e + r d = 0, whatever s is; s = e / u1 makes u1 the one above.
        message = family.message()
        private = EcPrivateKey(family.curve, -message.e * pow(r, -1, n) % n)
        key = family.chosen_key(f"opposite points {name}", private.d)
        control = family.control(f"control-{name}", message, family.sign(message, private), key)
        yield control
        for slug, s in ((name, message.e * pow(u1, -1, n) % n), (f"{name}-s-1", 1)):
            signature = Signature(r, s)
            _require_infinity(family, key, message, signature)
            why = f"A verification that comes to infinity fails, also with an r {what}."
            yield family.refused(control, slug, why, signature)


def _require_infinity(
    family: EcdsaMaker, key: GroupKey, message: Message, signature: Signature
) -> None:
    left, right = addends(family, key, message, signature)
    opposite = left is not INFINITY and left == family.curve.negate(right)
    require(opposite, "the points are not opposite")


@case("E3", "opposite-points-of-digest", flags=("PointAtInfinity",), clause=IDENTITY)
def opposite_points_of_digest(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The digest is -r d, so that any s leads to infinity; the key is ordinary."""
    n, private = family.curve.n, family.ec_key()
    own = private.public.point
    assert own is not None
    for name, r in (
        ("1", 1),
        ("2", 2),
        ("of-base-point", x_of(family, 1)),
        ("of-public-key", own.x % n),
        ("random", family.random_scalar()),
    ):
        message = digest_message(-r * private.d % n)
        control = family.control(f"control-{name}", message)
        yield control
        for s_name, s in (("1", 1), ("n-minus-1", n - 1), ("random", family.random_scalar())):
            _require_infinity(family, family.key, message, Signature(r, s))
            why = f"A verification that comes to infinity fails: r {name}, s {s_name}."
            slug = f"r-{name}-s-{s_name}"
            yield family.refused(control, slug, why.replace("-", " "), Signature(r, s))


MULTIPLES: Final = (1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33)
"""Small private keys: multiples of G that stand in the tables of a windowed multiplication."""


@case("E3", "multiple-of-base-point", flags=("Arithmetic", "PointDuplication"), clause=IDENTITY)
def multiple_of_base_point(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** The public key is a small multiple of G or opposite to one."""
    n = family.curve.n
    halves = (("half-of-n", n >> 1), ("half-of-n-plus-1", (n + 1) >> 1), ("2-128", 1 << 128))
    small = [(f"{d}", d) for d in MULTIPLES] + [(f"n-minus-{d}", n - d) for d in MULTIPLES]
    for name, d in (*small, *halves):
        private, key = EcPrivateKey(family.curve, d), family.chosen_key(f"multiple {name}", d)
        message = family.message()
        why = f"A key that is a special multiple of G verifies like any other: {name}."
        yield family.accepted(f"{name}-message", why, message, family.sign(message, private), key)
        # The digest r d makes u1 G = u2 Q; with d = 1 and k = 2 both are G itself.
        r = x_of(family, 2)
        equal = digest_message(r * d % n)
        signature = family.sign(equal, private, 2)
        left, right = addends(family, key, equal, signature)
        require(left == right, "the points differ")
        yield family.accepted(f"{name}-equal-points", why, equal, signature, key)


@case("E3", "opposite-public-key", flags=("PointDuplication",), clause=COMPARISON)
def opposite_public_key(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The signature is one of the key with the same x, which is opposite to this."""
    curve, ordinary = family.curve, family.ec_key(MAIN).d
    for name, d in (
        *((str(d), d) for d in (1, 2, 3)),
        *((f"n-minus-{d}", curve.n - d) for d in (1, 2, 3)),
        ("opposite-to-main", curve.n - ordinary),
    ):
        private, opposite = EcPrivateKey(curve, d), EcPrivateKey(curve, curve.n - d)
        require(private.public.point == curve.negate(opposite.public.point), "not opposite")
        key, message = family.chosen_key(f"multiple {name}", d), family.message()
        control = family.control(f"control-{name}", message, family.sign(message, private), key)
        yield control
        for number in range(2):
            signature = family.sign(message, opposite, family.random_scalar())
            why = f"The sign of the public key counts: {name.replace('-', ' ')}."
            yield family.refused(control, f"{name}-{number}", why, signature)


@case(
    "E3",
    "joint-multiplication",
    flags=("Arithmetic", "PointDuplication", "ShamirMultiplication"),
    clause=IDENTITY,
)
def joint_multiplication(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** u1 G + u2 Q, bit by bit, adds equal or opposite points midway; digest fitted."""
    for position in (6, 12, 64, 128, 192, 240, 248):
        for bits, added in (((1, 0), "g"), ((0, 1), "q"), ((1, 1), "g-plus-q")):
            for relation, sign in (("equal", 1), ("opposite", -1)):
                yield _joint(family, f"{relation}-{added}-after-{position}", position, bits, sign)


def _joint(family: EcdsaMaker, slug: str, position: int, bits: tuple[int, int], sign: int) -> Draft:
    """Return a signature under the key for which the sum so far, doubled, is ± what is added.

    Of u1 and u2 the highest ``position`` bits have been read, which are a and b; the next are the
    two ``bits`` c1 and c2. From 2 (a G + b Q) = ±(c1 G + c2 Q) follows the private key.
    """
    curve, (c1, c2), below = family.curve, bits, 254 - position
    # Of 255 bits the highest two are 11 and 10, so that a and b differ.
    u1, u2 = (
        top << 253 | family.drbg.integer(1 << 253) & ~(1 << below) | bit << below
        for top, bit in ((0b11, c1), (0b10, c2))
    )
    a, b = u1 >> below + 1, u2 >> below + 1
    require((u1 >> below & 1, u2 >> below & 1) == bits, "the next bits are others")
    d = (sign * c1 - 2 * a) * pow(2 * b - sign * c2, -1, curve.n) % curve.n
    key = family.chosen_key(f"fitted joint multiplication {slug}", d)
    public = EcPrivateKey(curve, d).public.point
    require(public is not INFINITY, f"{slug}: the key is infinity")
    assert public is not None
    so_far = curve.double(curve.multiply_sum(a, curve.g, b, public))
    added = curve.multiply_sum(c1, curve.g, c2, public)
    wanted = added if sign == 1 else curve.negate(added)
    require(so_far == wanted is not INFINITY, f"{slug}: the points are others")
    made = family.with_multipliers(u1, u2, public)
    require(made is not None, f"{slug} leads to no signature")
    assert made is not None
    why = f"A sum that doubles, or passes through infinity, midway is exact: {slug}."
    return family.accepted(slug, why.replace("-", " "), *made, key)


BOOK = case_book(
    equal_points,
    opposite_points,
    opposite_points_of_digest,
    multiple_of_base_point,
    opposite_public_key,
    joint_multiplication,
)
"""The cases of this module."""
