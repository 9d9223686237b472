"""Integers that go wrong on elliptic curves: scalars at edges, and r and s out of their range."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.octets import os2ip
from kmsproof_vectors.case import require

Pair = tuple[int, int]
"""r and s."""


def edge_scalars(curve: Curve) -> Iterator[tuple[str, int]]:
    """Yield the scalars, with names, that are crossed with each other as u1 and u2."""
    n = curve.n
    yield from (("1", 1), ("2", 2), ("3", 3))
    yield from (("n-minus-1", n - 1), ("n-minus-2", n - 2))
    yield from (("half-of-n-plus-1", (n + 1) // 2), ("half-of-n", n >> 1))
    yield from (("2-128", 1 << 128), ("2-255", 1 << 255))
    yield from (("bits-0101", os2ip(b"\x55" * 32)), ("2-224-minus-1", (1 << 224) - 1))


def limb_scalars(curve: Curve) -> Iterator[tuple[str, int]]:
    """Yield scalars, with names, whose words of 32, 52 or 64 bits are all ones or zeros."""
    n, whole = curve.n, 1 << 256
    for bits in (32, 52, 64, 96, 104, 127, 156, 160, 192, 208, 225, 254):
        yield f"2-{bits}", 1 << bits
        yield f"2-{bits}-minus-1", (1 << bits) - 1
    for bits in (32, 64, 128, 192):
        yield f"n-minus-2-{bits}", n - (1 << bits)
    yield "2-256-minus-n", whole - n
    yield "bits-0011", os2ip(b"\x33" * 32)
    yield "bytes-00-ff", os2ip(b"\x00\xff" * 16)
    yield "words-ones-zeros", os2ip(b"\x7f\xff\xff\xff\x00\x00\x00\x00" * 4)
    yield "words-zeros-ones", os2ip(b"\x00\x00\x00\x00\xff\xff\xff\xff" * 4)
    yield "third-of-n", n // 3
    yield "two-thirds-of-n", 2 * n // 3


def border_values(curve: Curve) -> dict[str, int]:
    """Return, by name, the values around the borders of the range of r and s."""
    n, p = curve.n, curve.p
    return {
        **{"0": 0, "1": 1, "minus-1": -1, "n-minus-1": n - 1, "n": n, "n-plus-1": n + 1},
        **{"p": p, "p-plus-1": p + 1},
    }


def multiples_of_n(curve: Curve) -> dict[str, int]:
    """Return, by name, integers that are 0 modulo n."""
    n = curve.n
    named = {"0": 0, "n": n, "minus-n": -n, "2n": 2 * n, "256n": 256 * n, "2-256-n": n << 256}
    require(all(value % n == 0 for value in named.values()), "one is not 0 modulo n")
    return named


def part_masks() -> Iterator[tuple[str, int]]:
    """Yield parts of a number of 32 bytes, with names, as masks whose bits are flipped."""
    for number, name in enumerate(("first", "second", "third", "fourth")):
        yield f"{name}-word", ((1 << 64) - 1) << (192 - 64 * number)
    yield "first-half", ((1 << 128) - 1) << 128
    yield "last-half", (1 << 128) - 1
    yield "first-byte", 0x7F << 248
    yield "second-byte", 0xFF << 240
    yield "last-byte-but-one", 0xFF << 8
    yield "last-byte", 0xFF
    yield "first-bit", 1 << 255
    yield "last-bit", 1


def spoken(name: str) -> str:
    """Return the name of a value as it stands in a sentence."""
    if name.startswith("minus-"):
        return f"-{name[6:]}"
    if name.startswith("2-256"):
        return name.replace("2-256-", "2^256 ")
    return name.replace("-minus-", " - ").replace("-plus-", " + ")


def shifts(curve: Curve) -> Iterator[tuple[str, str, int]]:
    """Yield what is added to r or s: a name, how it is written, and the number."""
    n, p, top = curve.n, curve.p, 1 << 256
    yield from (("plus-n", "+ n", n), ("minus-n", "- n", -n))
    yield from (("plus-2n", "+ 2n", 2 * n), ("plus-256n", "+ 256n", 256 * n))
    yield from (("minus-256n", "- 256n", -256 * n), ("plus-p", "+ p", p), ("minus-p", "- p", -p))
    yield from (("plus-2-256", "+ 2^256", top), ("minus-2-256", "- 2^256", -top))
    yield from (("plus-2-320", "+ 2^320", 1 << 320), ("plus-2-512", "+ 2^512", 1 << 512))
    yield ("plus-n-2-256", "+ 2^256 n", n << 256)


OVERFLOWS: Final = ("plus-2-256", "minus-2-256", "plus-2-320", "plus-2-512")
"""Which of them a fixed number of words cuts off."""


def negations(curve: Curve, r: int, s: int) -> Iterator[tuple[str, Pair]]:
    """Yield r and s, with names, of which one or both are negated, as integers or modulo n."""
    n = curve.n
    yield from (
        ("r-negative", (-r, s)),
        ("s-negative", (r, -s)),
        ("both-negative", (-r, -s)),
        ("r-negative-modulo-n", (n - r, s)),
        ("both-negative-modulo-n", (n - r, n - s)),
        ("r-minus-n-minus-r", (-n - r, s)),
        ("s-minus-n-minus-s", (r, -n - s)),
        ("r-2n-minus-r", (2 * n - r, s)),
        ("s-2n-minus-s", (r, 2 * n - s)),
        ("r-negative-modulo-p", (curve.p - r, s)),
        ("r-negative-modulo-2-256", ((1 << 256) - r, s)),
        ("s-negative-modulo-2-256", (r, (1 << 256) - s)),
    )


def other_integers(curve: Curve, r: int, s: int) -> Iterator[tuple[str, Pair]]:
    """Yield r and s, with names, that are exchanged, inverted or off by a little; all in range."""
    n = curve.n
    yield from (
        ("exchanged", (s, r)),
        ("r-twice", (r, r)),
        ("s-twice", (s, s)),
        ("r-plus-1", (r + 1, s)),
        ("r-minus-1", (r - 1, s)),
        ("s-plus-1", (r, s + 1)),
        ("s-minus-1", (r, s - 1)),
        ("r-inverted", (pow(r, -1, n), s)),
        ("s-inverted", (r, pow(s, -1, n))),
        ("both-inverted", (pow(r, -1, n), pow(s, -1, n))),
        ("r-doubled", (2 * r % n, s)),
        ("s-doubled", (r, 2 * s % n)),
        ("both-doubled", (2 * r % n, 2 * s % n)),
        ("r-shifted", (r >> 8, s)),
        ("s-shifted", (r, s >> 8)),
        ("r-1", (1, s)),
        ("s-1", (r, 1)),
    )
