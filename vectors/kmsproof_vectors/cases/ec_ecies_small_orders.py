"""ECIES: ephemeral points of small order on other curves, which would tell the private key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kmsproof_reference.octets import i2osp
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec_ecies import (
    COORDINATE,
    POINT_VALIDATION,
    EciesMaker,
    plaintext_of,
)
from kmsproof_vectors.ec_small_orders import (
    LARGEST_ORDER,
    SmallOrder,
    has_order,
    multiple,
    of_order_three,
    of_order_two,
    of_small_order,
)


@case("I5", "order-two", flags=("InvalidCurve",), clause=POINT_VALIDATION)
def order_two(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The point (x, 0) has order 2 on some curve: its multiples are itself or none."""
    yield from _all(family, of_order_two(family.curve))


@case("I5", "order-three", flags=("InvalidCurve",), clause=POINT_VALIDATION)
def order_three(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The point has order 3 on some curve: all its multiples have one x."""
    yield from _all(family, of_order_three(family.curve))


@case("I5", "small-order", flags=("InvalidCurve",), clause=POINT_VALIDATION)
def small_order(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The point has a small order on a curve that differs in b alone."""
    control = family.control()
    yield control
    for small in of_small_order(family.curve):
        yield _refused(family, control, f"{small.name}-order-{small.order}", small)


def _all(family: EciesMaker, points: Iterable[SmallOrder]) -> Iterator[Draft]:
    control = family.control()
    yield control
    for small in points:
        yield _refused(family, control, small.name, small)


def _refused(family: EciesMaker, control: Draft, slug: str, small: SmallOrder) -> Draft:
    """Return the test with a point of this order, and the secret that the formulas give."""
    curve, d, (_, order, point) = family.curve, family.private().d, small
    require(not curve.is_on_curve(point), "the point is on the curve")
    require(order <= LARGEST_ORDER and has_order(curve, point, order), "the order is another one")
    common = multiple(curve, d % order, point)
    message = plaintext_of(control)
    z = i2osp(common.x, COORDINATE) if common is not None else bytes(COORDINATE)
    octets = b"\x04" + i2osp(point.x, COORDINATE) + i2osp(point.y, COORDINATE)
    why = f"A point of order {order} is refused: its secret would tell d modulo {order}."
    ciphertext = family.sealed(octets, z, message)
    return family.refused(control, slug, why, ciphertext, given_away=message)


BOOK = case_book(order_two, order_three, small_order)
"""The cases of this module."""
