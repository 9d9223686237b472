"""ECIES: shared secrets and ephemeral points that are special."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec_ecies import FIELD_ELEMENT, SHARED_SECRET, EciesMaker
from kmsproof_vectors.ec_points import begins_with_zeros, multiples_where, points_from


@case("I3", "secret-leading-zeros", flags=("KnownAnswer", "SpecialSecret"), clause=FIELD_ELEMENT)
def secret_leading_zeros(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** The shared secret begins with one or two zero bytes, which belong to it."""
    curve, public = family.curve, family.private().public.point
    assert public is not None
    for zeros, count in ((1, 4), (2, 2)):
        wanted = begins_with_zeros("x", zeros)
        found = multiples_where(curve, public, family.random_scalar() >> 1, wanted)
        for number, k in enumerate(islice(found, count)):
            common = curve.multiply(k, public)
            require(common is not None and wanted(common), "the secret has fewer zeros")
            why = f"A shared secret with {zeros} leading zero {'byte' if zeros == 1 else 'bytes'} "
            why += "keeps its 32 bytes."
            yield family.decrypt(f"{zeros}-bytes-{number}", why, k=k)


@case("I3", "secret-special", flags=("KnownAnswer", "SpecialSecret"), clause=SHARED_SECRET)
def secret_special(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** The common point is solved for: its x-coordinate is at an edge."""
    curve, d = family.curve, family.private().d
    inverse = pow(d, -1, curve.n)
    for name, common in edge_points(curve):
        point = curve.multiply(inverse, common)
        assert point is not None
        require(curve.multiply(d, point) == common, "the common point is another one")
        yield family.with_point(name, f"The secret is exact whose x is {_words(name)}.", point)


@case("I3", "point-leading-zeros", flags=("KnownAnswer", "SpecialPoint"), clause=FIELD_ELEMENT)
def point_leading_zeros(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** A coordinate of the ephemeral point begins with one or two zero bytes."""
    curve = family.curve
    for zeros, count in ((1, 2), (2, 1)):
        for name in ("x", "y"):
            wanted = begins_with_zeros(name, zeros)
            found = multiples_where(curve, curve.g, family.random_scalar() >> 1, wanted)
            for number, k in enumerate(islice(found, count)):
                why = f"A coordinate {name} with {zeros} leading zero bytes keeps its 32 bytes."
                yield family.decrypt(f"{name}-{zeros}-bytes-{number}", why, k=k)


@case("I3", "special-ephemeral-key", flags=("KnownAnswer", "SpecialPoint"), clause=SHARED_SECRET)
def special_ephemeral_key(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** The ephemeral private key is 1, 2, n - 1 or another edge."""
    n = family.curve.n
    edges = {"1": 1, "2": 2, "3": 3, "n-1": n - 1, "n-2": n - 2, "half": (n + 1) // 2}
    for bit in (32, 64, 96, 128, 160, 192, 224, 255):
        edges |= {f"2-{bit}": 1 << bit, f"2-{bit}-minus-1": (1 << bit) - 1}
    for name, k in edges.items():
        require(0 < k < n, "k is out of range")
        yield family.decrypt(f"k-{name}", f"The ephemeral key {name} gives an exact secret.", k=k)


@case("I3", "special-point", flags=("KnownAnswer", "SpecialPoint"), clause=SHARED_SECRET)
def special_point(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** The ephemeral point has a coordinate at an edge; nobody knows its logarithm."""
    for name, point in edge_points(family.curve):
        yield family.with_point(
            name, f"The point is used exactly whose x is {_words(name)}.", point
        )


DOUBLINGS: Final = (1, 2, 3, 4, 5, 8, 16, 32, 64, 128)
"""How many doublings lead to the special point."""


@case("I3", "special-doubling", flags=("KnownAnswer", "SpecialPoint"), clause=SHARED_SECRET)
def special_doubling(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** Doubling the ephemeral point leads to one with a coordinate at an edge."""
    curve = family.curve
    for name, special in edge_points(curve):
        for times in DOUBLINGS:
            point = curve.multiply(pow(1 << times, -1, curve.n), special)
            assert point is not None
            require(curve.multiply(1 << times, point) == special, "it leads elsewhere")
            why = f"After {times} doublings x is {_words(name)}, and the secret is exact."
            yield family.with_point(f"{name}-after-{times}", why, point)


def edge_points(curve: Curve) -> Iterator[tuple[str, Point]]:
    """Yield points, with names, whose x-coordinate is the first there is at or beyond an edge."""
    p = curve.p
    for name, start, step in (
        ("smallest", 0, 1),
        ("largest", p - 1, -1),
        ("around-half", p // 2, 1),
        ("from-2-32", 1 << 32, 1),
        ("below-2-64", (1 << 64) - 1, -1),
        ("from-2-96", 1 << 96, 1),
        ("below-2-128", (1 << 128) - 1, -1),
        ("from-2-128", 1 << 128, 1),
        ("from-2-192", 1 << 192, 1),
        ("below-2-224", (1 << 224) - 1, -1),
        ("from-2-255", 1 << 255, 1),
        ("alternating-bits", int("55" * 32, 16), 1),
        ("alternating-words", int("ffffffff00000000" * 4, 16) % p, 1),
    ):
        point = next(points_from(curve, start, step))
        require(abs(point.x - start) < 64, f"{name} is far from its edge")
        yield name, point


def _words(name: str) -> str:
    return name.replace("2-", "2^").replace("-", " ")


BOOK = case_book(
    secret_leading_zeros,
    secret_special,
    point_leading_zeros,
    special_ephemeral_key,
    special_point,
    special_doubling,
)
"""The cases of this module."""
