"""Points of elliptic curves that are hard to come by: with a chosen or a short coordinate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.errors import InvalidPoint
from kmsproof_vectors.case import require


def point_at(curve: Curve, x: int, odd: bool = False) -> Point | None:
    """Return the point with this x and an odd or even y; nothing if there is none."""
    try:
        return curve.lift_x(x, odd)
    except InvalidPoint:
        return None


def points_from(curve: Curve, x: int, step: int = 1) -> Iterator[Point]:
    """Yield the points with even y whose x is this one, or a number of steps beyond it."""
    while 0 <= x < curve.p:
        point = point_at(curve, x)
        if point is not None:
            yield point
        x += step


def point_with_y(curve: Curve, y: int) -> Point | None:
    """Return the point with this y, if it is easily found: a root of x³ + a x + b - y²."""
    p, constant = curve.p, (curve.b - y * y) % curve.p
    if curve.a == 0:
        x = pow(-constant, (p + 2) // 9, p)  # a cube root, since p is 7 modulo 9
    else:
        root = _only_root(p, curve.a, constant)
        if root is None:
            return None
        x = root
    return Point(x, y) if curve.is_on_curve(Point(x, y)) else None


def _only_root(p: int, a: int, c: int) -> int | None:
    """Return the root of f = x³ + a x + c modulo p, if it has exactly one.

    It is that of the greatest common divisor of f and x^p - x.
    """

    def times(left: list[int], right: list[int]) -> list[int]:
        product = [0] * 5
        for i, u in enumerate(left):
            for j, v in enumerate(right):
                product[i + j] += u * v
        for degree in (4, 3):  # x³ = -a x - c
            product[degree - 2] -= a * product[degree]
            product[degree - 3] -= c * product[degree]
        return [value % p for value in product[:3]]

    power = [1, 0, 0]
    for bit in f"{p:b}":
        power = times(power, power)
        if bit == "1":
            power = times(power, [0, 1, 0])
    left, right = [c, a, 0, 1], [power[0], (power[1] - 1) % p, power[2]]
    while any(right):
        while not right[-1]:
            right.pop()
        inverse = pow(right[-1], -1, p)
        while len(left) >= len(right):
            factor, shift = left[-1] * inverse % p, len(left) - len(right)
            for i, value in enumerate(right):
                left[i + shift] = (left[i + shift] - factor * value) % p
            left.pop()
        left, right = right, left
    return -left[0] * pow(left[1], -1, p) % p if len(left) == 2 else None


BYTE: Final = 8

LARGEST_SEARCH: Final = 1 << 19
"""Multiples that are looked through for one with a property; two bytes want 2^16 on average."""

BATCH: Final = 256
"""Multiples that share one inversion modulo p."""

Wanted = Callable[[Point], bool]


def begins_with_zeros(coordinate: str, zeros: int) -> Wanted:
    """Return the test whether a coordinate of a point begins with so many zero bytes."""
    bound = 1 << (BYTE * (32 - zeros))
    return lambda point: getattr(point, coordinate) < bound


def multiples_where(curve: Curve, base: Point, first: int, wanted: Wanted) -> Iterator[int]:
    """Yield the k from ``first`` on for which k times a point is as wanted.

    Raises:
        BrokenCase: if there is none for long.
    """
    points = progression(curve, curve.multiply(first, base), base)
    for k, point in zip(range(first, first + LARGEST_SEARCH), points, strict=False):
        if point is not None and wanted(point):
            yield k
    require(False, "no multiple of the point is as wanted")


def progression(curve: Curve, start: Point | None, step: Point) -> Iterator[Point | None]:
    """Yield a point, the sum of it and a step, and so on, without end."""
    table: list[Point | None] = [None]
    while len(table) < BATCH:
        table.append(curve.add(table[-1], step))
    stride = curve.add(table[-1], step)
    while True:
        yield from _sums(curve, start, table)
        start = curve.add(start, stride)


def _sums(curve: Curve, start: Point | None, table: list[Point | None]) -> Iterator[Point | None]:
    """Yield a point plus each of a table: the addition rule with one inversion for all."""
    p = curve.p
    if start is None or any(each is not None and each.x == start.x for each in table):
        yield from (curve.add(start, each) for each in table)
        return
    differences = [1 if each is None else each.x - start.x for each in table]
    for each, inverse in zip(table, _inverses(differences, p), strict=True):
        if each is None:
            yield start
        else:
            yield curve.third_point((each.y - start.y) * inverse % p, start, each)


def _inverses(values: list[int], p: int) -> list[int]:
    """Return the inverses modulo p of numbers that are not 0, with one inversion (Montgomery)."""
    products = [1]
    for value in values:
        products.append(products[-1] * value % p)
    inverse, inverses = pow(products.pop(), -1, p), list[int]()
    for value, product in zip(reversed(values), reversed(products), strict=True):
        inverses.append(inverse * product % p)
        inverse = inverse * value % p
    return inverses[::-1]
