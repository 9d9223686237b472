"""ECDSA: coordinates of R and Q at edges, and the reduction of x modulo n."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.elliptic_curve import INFINITY, Curve, Point
from kmsproof_reference.octets import i2osp
from kmsproof_reference.vocabulary import KeySpec
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec_ecdsa import (
    COMPARISON,
    RANGE_CHECK,
    REDUCTION,
    VERIFICATION,
    EcdsaMaker,
    Message,
    Signature,
    signature_of,
)
from kmsproof_vectors.ec_numbers import part_masks
from kmsproof_vectors.ec_points import point_with_y, points_from
from kmsproof_vectors.model import GroupKey

BITS = 20
"""How many bits of a coordinate are equal at least where that is the point of a key pair."""

EDGE_KEYS: Final[dict[KeySpec, dict[str, int]]] = {
    KeySpec.EC_P256: {
        **{"x-leading-zeros": 1_476_301, "x-leading-ones": 2_525_934},
        **{"y-leading-zeros": 2_934_436, "y-leading-ones": 4_132_103},
        **{"x-trailing-zeros": 3_083_497, "x-trailing-ones": 4_130_886},
        **{"y-trailing-zeros": 5_088_542, "y-trailing-ones": 1_339_957},
    },
    KeySpec.EC_P256K: {
        **{"x-leading-zeros": 4_923_464, "x-leading-ones": 1_233_392},
        **{"y-leading-zeros": 4_448_081, "y-leading-ones": 2_609_051},
        **{"x-trailing-zeros": 1_788_644, "x-trailing-ones": 4_542_908},
        **{"y-trailing-zeros": 4_532_009, "y-trailing-ones": 3_615_028},
    },
}
"""Private keys, found by search, whose public keys have a coordinate of a form."""


def _has_form(point: Point, form: str) -> bool:
    coordinate, end, digits = form.split("-")
    bits = f"{point.x if coordinate == 'x' else point.y:0256b}"
    run = bits[:BITS] if end == "leading" else bits[-BITS:]
    return set(run) == ({"0"} if digits == "zeros" else {"1"})


@case("E3", "edge-public-key", flags=("Arithmetic", "EdgePublicKey"), clause=VERIFICATION)
def edge_public_key(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** A coordinate of the public key begins or ends in 20 zeros or ones; also signed."""
    for form, d in EDGE_KEYS[family.parameters.key_spec].items():
        private = EcPrivateKey(family.curve, d)
        point = private.public.point
        require(point is not None and _has_form(point, form), f"the key has not {form}")
        key = family.chosen_key(f"edge {form}", d)
        why = f"A public key is used exactly whose coordinate has {form.replace('-', ' ')}."
        for number in range(3):
            message = family.message()
            signature = family.sign(message, private)
            yield family.accepted(f"{form}-{number}", why, message, signature, key)
        yield family.signing(f"{form}-sign", why, family.message(), key)


def _edge_points(curve: Curve) -> Iterator[tuple[str, Point]]:
    """Yield points, with names, whose coordinates are as special as there are on the curve."""
    p = curve.p
    for name, start, step in (
        ("x-smallest", 0, 1),
        ("x-largest", p - 1, -1),
        ("x-near-n", curve.n, 1),
        ("x-trailing-128-zeros", 1 << 240, 1 << 128),
        ("x-trailing-128-ones", (1 << 240) - 1, 1 << 128),
        ("x-from-2-128", 1 << 128, 1),
        ("x-below-2-128", (1 << 128) - 1, -1),
        ("x-from-2-255", 1 << 255, 1),
        ("x-below-2-224", (1 << 224) - 1, -1),
    ):
        for point in islice(points_from(curve, start, step), 2):
            yield f"{name}-even-{abs(point.x - start) // abs(step)}", point
            opposite = curve.negate(point)
            assert opposite is not None
            yield f"{name}-odd-{abs(point.x - start) // abs(step)}", opposite
    for name, start, step in (
        ("y-smallest", 1, 1),
        ("y-largest", p - 1, -1),
        ("y-trailing-128-zeros", 1 << 240, 1 << 128),
        ("y-trailing-128-ones", (1 << 240) - 1, 1 << 128),
        ("y-from-2-128", 1 << 128, 1),
        ("y-below-2-224", (1 << 224) - 1, -1),
    ):
        steps, point = next(_points_with_y(curve, start, step))
        yield f"{name}-{steps}", point


def _points_with_y(curve: Curve, start: int, step: int) -> Iterator[tuple[int, Point]]:
    """Yield points whose y is a number of steps beyond a start, and that number."""
    for steps in range(1000):
        point = point_with_y(curve, start + steps * step)
        if point is not None:
            yield steps, point


@case("E3", "extreme-public-key", flags=("Arithmetic", "EdgePublicKey"), clause=VERIFICATION)
def extreme_public_key(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** A coordinate of the public key is at an edge; nobody knows the private key."""
    for name, point in _edge_points(family.curve):
        key = family.fitted_key(f"extreme {name}", point)
        for slug, u1, u2 in (
            (name, family.random_scalar(), family.random_scalar()),
            (f"{name}-alone", 0, 1),
        ):
            made = family.with_multipliers(u1, u2, point)
            if made is None:
                require(u1 == 0 and point.x % family.curve.n == 0, f"{slug} leads nowhere")
                continue  # r would be 0
            why = f"A public key at the edge of the field is used exactly: {name}."
            yield family.accepted(slug, why.replace("-", " "), *made, key)


# The reduction of x modulo n.


class Pair(NamedTuple):
    """A message, a signature of it, and another one that leads to a chosen point R."""

    message: Message
    key: GroupKey
    right: Signature
    other: Signature


def _pair(family: EcdsaMaker, name: str, commitment: Point, r: int) -> Pair:
    """Return a key under which a message has a signature, and (r, s) leads to the chosen point.

    With R0 = α R + β G and r0 = x_R0 mod n, the key Q = (s0 R0 - e G) / r0 is (s R - e G) / r
    for s0 = e (1 - r0 / r) / β and s = s0 α r / r0.
    """
    curve, message = family.curve, family.message()
    n, e = curve.n, message.e
    alpha, beta = family.random_scalar(), family.random_scalar()
    point = curve.multiply_sum(alpha, commitment, beta, curve.g)
    require(point is not INFINITY, "the other point is infinity")
    assert point is not None
    r0 = point.x % n
    s0 = e * (1 - r0 * pow(r, -1, n)) * pow(beta, -1, n) % n
    right, other = Signature(r0, s0), Signature(r, s0 * alpha * r * pow(r0, -1, n) % n)
    key = family.fitted_key(f"fitted {name}", family.fitted_point(message, right, point))
    require(family.commitment(key, message, right) == point, "the signature leads elsewhere")
    leads_to = family.commitment(key, message, other)
    require(leads_to == commitment, "the other integers lead to another point")
    return Pair(message, key, right, other)


@case("E4", "x-above-n", flags=("Arithmetic", "ReducedX"), clause=REDUCTION)
def x_above_n(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** The x-coordinate of R is n or more, so that r = x - n; the key is fitted."""
    for commitment in _above_n(family.curve):
        yield _reduced(family, "valid", commitment)


def _above_n(curve: Curve) -> Iterator[Point]:
    """Yield points whose x is between n and p: the first, the last, and some of the middle."""
    yield from islice(points_from(curve, curve.n + 1), 3)
    yield from islice(points_from(curve, (curve.n + curve.p) // 2), 2)
    yield from islice(points_from(curve, curve.p - 1, -1), 3)


def _reduced(family: EcdsaMaker, prefix: str, commitment: Point) -> Draft:
    """Return a signature with r = x - n, under the key that is fitted to it."""
    curve, message = family.curve, family.message()
    signature = Signature(commitment.x - curve.n, family.random_scalar())
    require(signature.r >= 1 and commitment.x < curve.p, "x is not between n and p")
    slug = f"{prefix}-{i2osp(signature.r, 32).lstrip(bytes(1)).hex()}"
    point = family.fitted_point(message, signature, commitment)
    key = family.fitted_key(f"fitted x above n {slug}", point)
    require(family.commitment(key, message, signature) == commitment, "R is another")
    why = "r is the x-coordinate modulo n, and here that is not the x-coordinate."
    return family.accepted(slug, why, message, signature, key)


@case("E4", "x-not-reduced", flags=("ReducedX",), clause=RANGE_CHECK)
def x_not_reduced(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The x-coordinate of R is n or more, and r is x itself or not quite x - n."""
    for commitment in _above_n(family.curve):
        control = _reduced(family, "control", commitment)
        yield control
        r, s = commitment.x - family.curve.n, signature_of(control).s
        for name, other in (("x", commitment.x), ("plus-1", r + 1), ("minus-1", r - 1)):
            why = f"r is x modulo n, and nothing else: {name.replace('-', ' ')}."
            slug = f"{control.test.id.rpartition('control-')[2]}-{name}"
            yield family.refused(control, slug, why, Signature(other, s))


@case("E4", "small-x", flags=("ReducedX",), clause=COMPARISON)
def small_x(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The x-coordinate of R is small; r is x modulo something else, or next to it."""
    curve = family.curve
    n, p, top = curve.n, curve.p, 1 << 256
    for commitment in islice(points_from(curve, 1), 3):
        x = commitment.x
        for name, r in (
            ("plus-1", x + 1),
            ("plus-p-minus-n", x + p - n),
            ("plus-2-256-minus-n", x + top - n),
            ("plus-2-256-minus-p", x + top - p),
            ("minus-x", n - x),
        ):
            require(1 <= r < n and (r - x) % n != 0, "r is out of range, or right")
            pair = _pair(family, f"small x {x} {name}", commitment, r)
            control = family.control(f"control-{x}-{name}", pair.message, pair.right, pair.key)
            yield control
            why = f"The x-coordinate is {x} and r is not: {name.replace('-', ' ')}."
            yield family.refused(control, f"{x}-{name}", why, pair.other)


@case("E4", "near-n", flags=("ReducedX",), clause=COMPARISON)
def near_n(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The x-coordinate of R is next to n, and r is on the other side or next to it."""
    curve = family.curve
    below, above = next(points_from(curve, curve.n - 1, -1)), next(points_from(curve, curve.n + 1))
    for name, commitment, r in (
        ("below-minus-1", below, below.x - 1),
        ("below-negative", below, curve.n - below.x),
        ("above-plus-1", above, above.x - curve.n + 1),
        ("above-negative", above, 2 * curve.n - above.x),
        ("above-modulo-p", above, curve.p - above.x),
    ):
        require(1 <= r < curve.n and (r - commitment.x) % curve.n != 0, "r is right")
        pair = _pair(family, f"near n {name}", commitment, r)
        control = family.control(f"control-{name}", pair.message, pair.right, pair.key)
        yield control
        why = f"r is another number than x modulo n: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, pair.other)


@case("E2", "r-in-part", flags=("ChangedInteger",), clause=COMPARISON)
def r_in_part(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** r differs from the x-coordinate of R in some bytes only, and fits otherwise."""
    curve = family.curve
    for name, mask in part_masks():
        commitment, r = None, 0
        while commitment is None or not 1 <= r < curve.n:
            commitment = curve.multiply(family.random_scalar(), curve.g)
            r = 0 if commitment is None else commitment.x ^ mask
        pair = _pair(family, f"r in part {name}", commitment, r)
        control = family.control(f"control-{name}", pair.message, pair.right, pair.key)
        yield control
        why = f"All of r is compared: here it differs in the {name.replace('-', ' ')}."
        yield family.refused(control, name, why, pair.other)


BOOK = case_book(
    edge_public_key, extreme_public_key, x_above_n, x_not_reduced, small_x, near_n, r_in_part
)
"""The cases of this module."""
