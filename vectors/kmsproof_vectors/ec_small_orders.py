"""Points of small order on curves that differ from ours in b alone, which the formulas do not know.

Whoever multiplies such a point by the private key d without looking at the curve gives d modulo the
order away: the common point is one of few.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import isqrt
from typing import Final, NamedTuple

from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_vectors.case import require

SECP256K1_ORDERS: Final = {
    1: (3,),
    2: (3, 13, 3319, 22639),
    3: (109903,),
    4: (3, 199, 18979),
    6: (2, 7, 10903),
}
"""Small prime orders of points on y² = x³ + b over the field of secp256k1, by b."""

LARGEST_ORDER: Final = 120_000

ORDER_TWO_X: Final = {"x-1": 1, "x-2": 2, "x-5": 5, "x-p-1": -1}
"""The x-coordinates, with names, of the points of order two; a negative one counts from p."""


class SmallOrder(NamedTuple):
    """A point of small order, with a name."""

    name: str
    order: int
    point: Point


def multiple(curve: Curve, k: int, point: Point) -> Point | None:
    """Return k times a point of whatever curve has the same p and a: the rule knows no b."""
    return curve.multiply_by_the_rule(k, point)


def of_order_two(curve: Curve) -> Iterator[SmallOrder]:
    """Yield points (x, 0): their multiples are themselves or infinity."""
    for name, x in ORDER_TWO_X.items():
        yield SmallOrder(name, 2, Point(x % curve.p, 0))


def of_order_three(curve: Curve, wanted: int = 4) -> Iterator[SmallOrder]:
    """Yield points of order three: all their multiples but infinity have one x."""
    found = 0
    for x in range(1, 200):
        point = _with_order_three(curve, x)
        if point is not None:
            yield SmallOrder(f"x-{x}", 3, point)
            found += 1
        if found == wanted:
            return
    require(False, "there are too few points of order three")


def _with_order_three(curve: Curve, x: int) -> Point | None:
    """Return a point with this x that has order 3 on the curve y² = x³ + a x + b' through it."""
    p, a = curve.p, curve.a
    b = (a * a - 3 * pow(x, 4, p) - 6 * a * x * x) * pow(12 * x, -1, p) % p
    square = (pow(x, 3, p) + a * x + b) % p
    y = pow(square, (p + 1) // 4, p)
    return Point(x, y) if y and y * y % p == square else None


@lru_cache(maxsize=8)
def of_small_order(curve: Curve) -> tuple[SmallOrder, ...]:
    """Return points of small order.

    The orders of the curves beside secp256k1 are known, and have small prime factors. For P-256 the
    curve is fitted to the point.
    """
    if curve.a:
        return tuple(_on_siblings_of_p256(curve))
    return tuple(
        SmallOrder(f"b-{b}", order, _point_of_order(sibling_of(curve, b), order))
        for b, orders in SECP256K1_ORDERS.items()
        for order in orders
    )


def sibling_of(curve: Curve, b: int) -> Curve:
    """Return the curve with another b; the base point is none of it."""
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


def _on_siblings_of_p256(curve: Curve) -> Iterator[SmallOrder]:
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
        sibling = sibling_of(curve, b)
        for side, x in (("right", (e + root) % p), ("left", (e - root) % p)):
            point = _lift(sibling, x)
            if point is None or point.y == 0:
                continue
            require(sibling.double(point) == Point(e, 0), "the point has another order")
            yield SmallOrder(f"{side}-of-{e}", 4, point)
            found += 1
            if found == 6:
                return
    require(False, "there are too few points of order four")


def has_order(curve: Curve, point: Point, order: int) -> bool:
    """Whether an order is that of a point; orders here are prime, or 4."""
    if multiple(curve, order, point) is not None:
        return False
    return order != 4 or multiple(curve, 2, point) is not None


def secrets_of(curve: Curve, small: SmallOrder, first: int = 1) -> Iterator[int]:
    """Yield the x-coordinates that multiples of a point have, from that of the first one on.

    Opposite points have one x, so that half of the multiples are enough.
    """
    point = multiple(curve, first, small.point)
    for _ in range(first, small.order // 2 + 1):
        require(point is not None, "a multiple is infinity")
        assert point is not None
        yield point.x
        point = curve.add(point, small.point)
