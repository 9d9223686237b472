"""ECIES: ephemeral points of small order on other curves, which would tell the private key."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt
from typing import Final

from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.octets import i2osp
from kmsproof_reference.vocabulary import KeySpec
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec_ecies import (
    COORDINATE,
    POINT_VALIDATION,
    EciesMaker,
    multiple,
    plaintext_of,
)

SECP256K1_ORDERS: Final = {
    1: (3,),
    2: (3, 13, 3319, 22639),
    3: (109903,),
    4: (3, 199, 18979),
    6: (2, 7, 10903),
}
"""Small prime orders of points on y² = x³ + b over the field of secp256k1, by b."""

LARGEST_ORDER: Final = 120_000


@case("I5", "order-two", flags=("InvalidCurve",), clause=POINT_VALIDATION)
def order_two(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The point (x, 0) has order 2 on some curve: its multiples are itself or none."""
    control = family.control()
    yield control
    for x in (1, 2, 5, family.curve.p - 1):
        yield _refused(family, control, f"x-{_name(family.curve, x)}", Point(x, 0), 2)


@case("I5", "order-three", flags=("InvalidCurve",), clause=POINT_VALIDATION)
def order_three(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The point has order 3 on some curve: all its multiples have one x."""
    control = family.control()
    yield control
    found = 0
    for x in range(1, 200):
        point = _of_order_three(family.curve, x)
        if point is not None:
            yield _refused(family, control, f"x-{x}", point, 3)
            found += 1
        if found == 4:
            return
    require(False, "there are too few points of order three")


def _of_order_three(curve: Curve, x: int) -> Point | None:
    """Return a point with this x that has order 3 on the curve y² = x³ + a x + b' through it."""
    p, a = curve.p, curve.a
    b = (a * a - 3 * pow(x, 4, p) - 6 * a * x * x) * pow(12 * x, -1, p) % p
    square = (pow(x, 3, p) + a * x + b) % p
    y = pow(square, (p + 1) // 4, p)
    return Point(x, y) if y and y * y % p == square else None


@case("I5", "small-order", flags=("InvalidCurve",), clause=POINT_VALIDATION)
def small_order(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The point has a small order on a curve that differs in b alone."""
    control = family.control()
    yield control
    for name, order, point in _of_small_order(family):
        yield _refused(family, control, f"{name}-order-{order}", point, order)


def _of_small_order(family: EciesMaker) -> Iterator[tuple[str, int, Point]]:
    """Yield points of small order, with names.

    The orders of the curves beside secp256k1 are known, and have small prime factors. For P-256 the
    curve is fitted to the point.
    """
    if family.parameters.key_spec is KeySpec.EC_P256:
        yield from _on_siblings_of_p256(family.curve)
        return
    for b, orders in SECP256K1_ORDERS.items():
        sibling = _sibling(family.curve, b)
        for order in orders:
            yield f"b-{b}", order, _point_of_order(sibling, order)


def _sibling(curve: Curve, b: int) -> Curve:
    return Curve(name="sibling", p=curve.p, a=curve.a, b=b, g=curve.g, n=curve.n, h=1)


def _point_of_order(curve: Curve, order: int) -> Point:
    """Return a point of a prime order on y² = x³ + b, where p is 1 modulo 3.

    The order of such a curve is p + 1 - t for one of six t with 4 p = L² + 27 M² (Gauss).
    """
    for total in _possible_orders(curve.p):
        if total % order:
            continue
        cofactor = total
        while cofactor % order == 0:
            cofactor //= order
        for x in range(1, 200):
            point = _lift(curve, x)
            if point is None or multiple(curve, total, point) is not None:
                continue
            found = multiple(curve, cofactor, point)
            while found is not None and (up := multiple(curve, order, found)) is not None:
                found = up
            if found is not None:
                return found
    require(False, f"there is no point of order {order}")
    raise AssertionError


def _lift(curve: Curve, x: int) -> Point | None:
    square = curve.right_side(x)
    y = pow(square, (curve.p + 1) // 4, curve.p)
    return Point(x, y) if y * y % curve.p == square else None


def _possible_orders(p: int) -> list[int]:
    """Return p + 1 - t for the six traces t of curves y² = x³ + b over the field of p elements."""
    # 4 p = u² + 3 v²: by Cornacchia's algorithm from a root of x² + 3.
    root = pow(-3, (p + 1) // 4, p)
    require(root * root % p == p - 3, "-3 is no square modulo p")
    left, right = p, root
    while right * right > p:
        left, right = right, left % right
    v = isqrt((p - right * right) // 3)
    require(right * right + 3 * v * v == p, "p is no such sum of squares")
    traces = {2 * right, right + 3 * v, right - 3 * v}
    return [p + 1 - sign * t for t in traces for sign in (1, -1)]


def _on_siblings_of_p256(curve: Curve) -> Iterator[tuple[str, int, Point]]:
    """Yield points of order 4 on sibling curves: twice (x, y) is (e, 0), for a fitted b.

    On y² = x³ + a x + b with the root e, the points (x, y) with (x - e)² = 3 e² + a have order 4.
    """
    p, a, found = curve.p, curve.a, 0
    for e in range(2, 400):
        square = (3 * e * e + a) % p
        root = pow(square, (p + 1) // 4, p)
        if root * root % p != square:
            continue
        b = -(e**3 + a * e) % p
        sibling = _sibling(curve, b)
        for side, x in (("right", (e + root) % p), ("left", (e - root) % p)):
            point = _lift(sibling, x)
            if point is None or point.y == 0:
                continue
            require(sibling.double(point) == Point(e, 0), "the point has another order")
            yield f"{side}-of-{e}", 4, point
            found += 1
            if found == 6:
                return
    require(False, "there are too few points of order four")


def _refused(family: EciesMaker, control: Draft, slug: str, point: Point, order: int) -> Draft:
    """Return the test with a point of this order, and the secret that the formulas give."""
    curve, d = family.curve, family.private().d
    require(not curve.is_on_curve(point), "the point is on the curve")
    require(order <= LARGEST_ORDER and _has_order(curve, point, order), "the order is another one")
    common = multiple(curve, d % order, point)
    message = plaintext_of(control)
    z = i2osp(common.x, COORDINATE) if common is not None else bytes(COORDINATE)
    octets = b"\x04" + i2osp(point.x, COORDINATE) + i2osp(point.y, COORDINATE)
    why = f"A point of order {order} is refused: its secret would tell d modulo {order}."
    ciphertext = family.sealed(octets, z, message)
    return family.refused(control, slug, why, ciphertext, given_away=message)


def _has_order(curve: Curve, point: Point, order: int) -> bool:
    """Whether an order is that of a point; orders here are prime, or 4."""
    if multiple(curve, order, point) is not None:
        return False
    return order != 4 or multiple(curve, 2, point) is not None


def _name(curve: Curve, x: int) -> str:
    return "p-1" if x == curve.p - 1 else str(x)


BOOK = case_book(order_two, order_three, small_order)
"""The cases of this module."""
