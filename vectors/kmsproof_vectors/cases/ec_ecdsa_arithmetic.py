"""ECDSA: verifications whose intermediate values are at edges; some keys are fitted to that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference.elliptic_curve import INFINITY, Curve, Point
from kmsproof_reference.octets import os2ip
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec_ecdsa import (
    GENERATION,
    INVERSION,
    MULTIPLIERS,
    NONCE,
    RANGE_CHECK,
    VERIFICATION,
    EcdsaMaker,
    Message,
    Signature,
)
from kmsproof_vectors.ec_numbers import edge_scalars, limb_scalars
from kmsproof_vectors.ec_points import points_from
from kmsproof_vectors.model import GroupKey


def main_point(family: EcdsaMaker) -> Point:
    """Return the main public key."""
    point = family.ec_key().public.point
    require(point is not INFINITY, "the main key is infinity")
    assert point is not None
    return point


@case("E3", "multipliers", flags=("Arithmetic",), clause=MULTIPLIERS)
def multipliers(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** u1 and u2 at edges, each with each; the digest is fitted, the key is ordinary."""
    second = dict(edge_scalars(family.curve))
    for name1, u1 in (("0", 0), *second.items()):
        for name2, u2 in second.items():
            yield _with_multipliers(family, f"u1-{name1}-u2-{name2}", u1, u2)


@case("E3", "multiplier-words", flags=("Arithmetic",), clause=MULTIPLIERS)
def multiplier_words(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** u1 or u2 has words of zeros or ones; the digest is fitted, the key is ordinary."""
    for name, scalar in limb_scalars(family.curve):
        yield _with_multipliers(family, f"u1-{name}", scalar, family.random_scalar())
        yield _with_multipliers(family, f"u2-{name}", family.random_scalar(), scalar)


def _with_multipliers(family: EcdsaMaker, slug: str, u1: int, u2: int) -> Draft:
    made = family.with_multipliers(u1, u2, main_point(family))
    require(made is not None, f"{slug} leads to no signature")
    assert made is not None
    require(family.multipliers(*made) == (u1, u2), "the multipliers are others")
    why = f"R = u1 G + u2 Q is exact for special u1 or u2: {slug}."
    return family.accepted(slug, why, *made)


@case("E3", "multiplier-of-message", flags=("Arithmetic",), clause=MULTIPLIERS)
def multiplier_of_message(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** u1 or u2 is at an edge for a message as it is; the key is fitted to that."""
    curve = family.curve
    for name, scalar in (*edge_scalars(curve), *limb_scalars(curve)):
        message = family.message()
        # u1 = e / s is chosen, so that s is fixed; u2 follows from whatever R has the right x.
        s = message.e * pow(scalar, -1, curve.n) % curve.n
        commitment = next(points_from(curve, family.random_scalar()))
        signature = Signature(commitment.x % curve.n, s)
        yield _fitted(family, f"u1-{name}", message, signature, commitment)
        # u2 = r / s is chosen, so that s follows from R.
        message, commitment = family.message(), next(points_from(curve, family.random_scalar()))
        r = commitment.x % curve.n
        signature = Signature(r, r * pow(scalar, -1, curve.n) % curve.n)
        yield _fitted(family, f"u2-{name}", message, signature, commitment)
        found = family.multipliers(message, signature)[1]
        require(found == scalar, f"u2 is not {name}")


def _fitted(
    family: EcdsaMaker, slug: str, message: Message, signature: Signature, commitment: Point
) -> Draft:
    """Return a signature whose verification comes to R, under the key that is fitted to it."""
    point = family.fitted_point(message, signature, commitment)
    key = family.fitted_key(f"fitted {slug}", point)
    require(
        family.commitment(key, message, signature) == commitment,
        "the verification comes to another point",
    )
    why = f"A verification is exact with special values: {slug}."
    return family.accepted(slug, why, message, signature, key)


# s and its inverse, k.


def _keyed(
    family: EcdsaMaker, slug: str, message: Message, s: int, k: int
) -> tuple[GroupKey, Signature]:
    """Return the key pair under which a message has the signature with these s and k."""
    curve = family.curve
    commitment = curve.multiply(k, curve.g)
    r = 0 if commitment is None else commitment.x % curve.n
    require(r != 0, f"{slug}: r is 0")
    d = (s * k - message.e) * pow(r, -1, curve.n) % curve.n
    require(d != 0, f"{slug}: the private key is 0")
    return family.chosen_key(f"fitted {slug}", d), Signature(r, s)


@case("E3", "inverse", flags=("Arithmetic", "ModularInverse"), clause=INVERSION)
def inverse(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** s or its inverse modulo n is at an edge; the key is fitted to that."""
    n = family.curve.n
    for name, scalar in (*edge_scalars(family.curve), *limb_scalars(family.curve)):
        for slug, s in ((f"s-{name}", scalar), (f"inverse-{name}", pow(scalar, -1, n))):
            message = family.message()
            key, signature = _keyed(family, slug, message, s, family.random_scalar())
            require(scalar in (s, pow(s, -1, n)), "neither s nor its inverse is at the edge")
            why = f"s is inverted exactly: {slug}."
            yield family.accepted(slug, why, message, signature, key)


@case("E3", "nonce", flags=("Arithmetic",), clause=NONCE)
def nonce(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** The k of the signer was at an edge, which a verifier does not see."""
    for name, k in (*edge_scalars(family.curve), *limb_scalars(family.curve)):
        message = family.message()
        signature = family.sign(message, k=k)
        commitment = family.curve.multiply(k, family.curve.g)
        require(commitment is not None and commitment.x % family.curve.n == signature.r, "other k")
        why = f"A signature is one whatever its k was: {name}."
        yield family.accepted(name, why, message, signature)


@case("E3", "nonce-and-s", flags=("Arithmetic", "ModularInverse"), clause=VERIFICATION)
def nonce_and_s(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** k is 1, 2 or their opposites, and s or its inverse at an edge, both at once."""
    n = family.curve.n
    for k_name, k in (("1", 1), ("2", 2), ("n-minus-1", n - 1), ("n-minus-2", n - 2)):
        for name, scalar in edge_scalars(family.curve):
            slug, message = f"k-{k_name}-s-{name}", family.message()
            key, signature = _keyed(family, slug, message, scalar, k)
            require(signature.s == scalar, "s is another")
            why = f"A signature with both k and s at an edge is one: {slug}."
            yield family.accepted(slug, why, message, signature, key)


# Small and special r and s.

SMALL: Final = (1, 2, 3, 5, 16, 64, 127, 128, 255, 256)


@case("E3", "small-r-and-s", flags=("Arithmetic", "SmallRAndS"), clause=RANGE_CHECK)
def small_r_and_s(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** r and s are as small as they can be; their encodings are short."""
    curve = family.curve
    small = [point for point, _ in zip(points_from(curve, 1), range(6), strict=False)]
    for commitment in small:
        for s in (1, 2, 3, 127, 128, 255):
            signature = Signature(commitment.x, s)
            require(max(signature) < 256, "one is not small")
            slug = f"r-{signature.r}-s-{s}"
            yield _fitted(family, slug, family.message(), signature, commitment)
    for s in SMALL:
        signature = Signature(small[0].x, curve.n - s)
        slug = f"r-{signature.r}-s-n-minus-{s}"
        yield _fitted(family, slug, family.message(), signature, small[0])


@case("E3", "short-r-and-s", flags=("Arithmetic", "SmallRAndS"), clause=RANGE_CHECK)
def short_r_and_s(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** r, s and the inverse of s are short in turn, of many lengths, or nearly n."""
    curve = family.curve
    n = curve.n
    for bits in (8, 16, 24, 32, 56, 64, 100, 128, 160, 192, 224, 240, 247, 248, 255):
        commitment = next(points_from(curve, 1 << bits - 1))
        r = commitment.x
        require(r.bit_length() == bits, "r has another length")
        short = family.drbg.integer(1 << bits - 1) | 1 << bits - 1
        for name, s in (
            ("and-s", short),
            ("and-inverse", pow(short, -1, n)),
            ("and-s-near-n", n - short),
            ("alone", family.random_scalar()),
        ):
            slug, signature = f"r-{bits}-bits-{name}", Signature(r, s)
            yield _fitted(family, slug, family.message(), signature, commitment)
        message = family.message()
        key, signature = _keyed(family, f"s-{bits}", message, short, family.random_scalar())
        why = f"An s of {bits} bits is one like any other."
        yield family.accepted(f"s-{bits}-bits-alone", why, message, signature, key)


@case("E3", "large-r", flags=("Arithmetic",), clause=GENERATION)
def large_r(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** r is as large as it can be, next to n, and s is too or its inverse is."""
    curve = family.curve
    n = curve.n
    large = [point for point, _ in zip(points_from(curve, n - 1, -1), range(4), strict=False)]
    for commitment in large:
        below = n - commitment.x
        require(0 < below < 64, "r is not next to n")
        for name, s in (
            ("n-minus-1", n - 1),
            ("n-minus-2", n - 2),
            ("1", 1),
            ("random", family.random_scalar()),
        ):
            signature, slug = Signature(commitment.x, s), f"r-n-minus-{below}-s-{name}"
            yield _fitted(family, slug, family.message(), signature, commitment)


def special_coordinates(curve: Curve) -> Iterator[tuple[str, int]]:
    """Yield integers, with names, whose words are zeros or ones; all below n."""
    yield from (("2-128", 1 << 128), ("2-255", 1 << 255), ("half-of-n", curve.n >> 1))
    for word in range(8):
        mask = 0xFFFFFFFF << 32 * word
        rest = os2ip(b"\x5a" * 32)
        yield f"word-{word}-zeros", rest & ~mask
        if word < 7:  # the highest word of ones is that of n, and above
            yield f"word-{word}-ones", rest | mask
        yield f"only-word-{word}", mask & ~(1 << 32 * word) & ~(1 << 255)
    for octets in (b"\x00\xff", b"\x55", b"\x33", b"\x7f", b"\x0f"):
        yield f"bytes-{octets.hex()}", os2ip((octets * 32)[:32])


@case("E3", "special-r", flags=("Arithmetic",), clause=VERIFICATION)
def special_r(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** r has words of zeros or ones, up to its last bits; the key is fitted to that."""
    curve = family.curve
    for name, start in special_coordinates(curve):
        commitment = next(points_from(curve, start))
        r = commitment.x
        require(0 <= r - start < 64 and r < curve.n, "r is not of the form")
        signature = Signature(r, family.random_scalar())
        yield _fitted(family, name, family.message(), signature, commitment)


BOOK = case_book(
    multipliers,
    multiplier_words,
    multiplier_of_message,
    inverse,
    nonce,
    nonce_and_s,
    small_r_and_s,
    short_r_and_s,
    large_r,
    special_r,
)
"""The cases of this module."""
