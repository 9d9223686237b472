"""ECIES recipes: forms of the ephemeral point, bytes that are no point, points of small order.

Of points whose logarithm nobody knows, and of bytes that are no point, the secret is unknown as
well. There a target that takes them shows itself only by another answer than the usual refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final

from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.octets import i2osp
from kmsproof_reference.point_encoding import encode_point
from kmsproof_vectors.case import require
from kmsproof_vectors.cases.ec import CURVES, MAIN, SECOND, other_key_spec
from kmsproof_vectors.cases.ec_ecies import (
    COORDINATE,
    MESSAGE_LENGTH,
    NOT_OPENED,
    PARSING,
    POINT,
    POINT_DECODING,
    POINT_VALIDATION,
    TAG,
)
from kmsproof_vectors.ec_points import point_at, point_with_y, points_from
from kmsproof_vectors.ec_small_orders import (
    SmallOrder,
    multiple,
    of_order_three,
    of_order_two,
    of_small_order,
)
from kmsproof_vectors.live.cases.ec_opening import (
    PUBLIC_KEY,
    control_of,
    decrypt,
    joined,
    message_of,
    opens,
    parts,
    refuses,
    seal,
    sealed_with,
)
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import AnyStep, Requirement

FEATURES: Final = {
    "compressed": Requirement.COMPRESSED_POINT,
    "hybrid": Requirement.HYBRID_POINT,
}
"""Forms of points that a target may take, and what it then declares."""

LARGEST_ORDER: Final = 13
"""The largest order whose multiples are all tried: six secrets."""


def _curve(recipe: RecipeMaker) -> Curve:
    return CURVES[recipe.parameters.key_spec]


def _reshaped(
    recipe: RecipeMaker, message: bytes, form: str
) -> tuple[AnyStep, AnyStep, AnyStep, AnyStep]:
    """Return a good ciphertext whose point is in another form, called ``changed``."""
    shape = recipe.compute(
        "ec-point-form", "point", public_key=PUBLIC_KEY, point="$parts.point", form=word(form)
    )
    whole = joined(recipe, "$point", "$parts.text", "$parts.tag")
    return seal(recipe, message), parts(recipe), shape, whole


@live_case("I4", "point-form", flags=("PointForm",), clause=POINT_DECODING)
def point_form(recipe: RecipeMaker) -> None:
    """**Valid.** The ephemeral point is compressed or hybrid: decrypted exactly, or refused.

    Where a target declares the form it has to decrypt; else it may, and must not be wrong.
    """
    for form, requirement in FEATURES.items():
        for number in range(4):
            message = message_of(recipe)
            recipe.valid(
                f"{form}-{number}",
                f"A point that is {form} is taken.",
                *_reshaped(recipe, message, form),
                opens(recipe, message, "$changed"),
                requires=[requirement],
            )
        message = message_of(recipe)
        recipe.valid(
            f"{form}-or-refused",
            f"A point that is {form} is taken, or refused.",
            *_reshaped(recipe, message, form),
            recipe.compute("slice", "wanted", value=message),
            decrypt(recipe, "$changed", recipe.either(*NOT_OPENED), "opened"),
            checks=[recipe.check("refused-or-equal", left="$opened.plaintext", right="$wanted")],
        )


@live_case("I4", "reflected-point", flags=("KnownAnswer", "PointForm"), clause=POINT_DECODING)
def reflected_point(recipe: RecipeMaker) -> None:
    """**Valid.** The point is (x, p - y): the secret is the same, and SEC 1 binds no more."""
    for form, requires in (
        ("reflected", []),
        ("compressed-other-parity", [Requirement.COMPRESSED_POINT]),
    ):
        message = message_of(recipe)
        recipe.valid(
            form,
            "The reflected point gives the same secret and so the same message.",
            *_reshaped(recipe, message, form),
            opens(recipe, message, "$changed"),
            requires=requires,
        )


# Bytes that are no point.


def _refused(recipe: RecipeMaker, slug: str, why: str, *steps: AnyStep, point: int = POINT) -> None:
    """Add the test in which what the steps call ``changed``, with such a point, is refused."""
    recipe.invalid(
        slug,
        why,
        *steps,
        refuses(recipe, length=point + MESSAGE_LENGTH + TAG),
        control=control_of(recipe),
    )


@live_case("I4", "first-octet", flags=("InvalidPoint",), clause=POINT_DECODING)
def first_octet(recipe: RecipeMaker) -> None:
    """**Invalid.** The first octet of the point is none, or that of another form."""
    for first in (0x00, 0x01, 0x05, 0x08, 0x0C, 0x40, 0x44, 0x84, 0xFF):
        step = recipe.compute("replace", "changed", value="$sealed", start=0, new=bytes([first]))
        why = f"A point of 65 bytes does not begin with {first:02x}."
        _refused(recipe, f"{first:02x}", why, seal(recipe, message_of(recipe)), step)
    why = "A hybrid point whose first octet tells the other parity is none."
    steps = _reshaped(recipe, message_of(recipe), "hybrid-other-parity")
    _refused(recipe, "hybrid-wrong-parity", why, *steps)


@live_case("I4", "not-on-curve", flags=("InvalidCurve",), clause=POINT_VALIDATION)
def not_on_curve(recipe: RecipeMaker) -> None:
    """**Invalid.** The point is near one of the curve, or one of the other curve."""
    for form in ("x-plus-1", "y-plus-1", "y-minus-1", "exchanged"):
        steps = _reshaped(recipe, message_of(recipe), form)
        why = f"A point that is not on the curve is refused: {form.replace('-', ' ')}."
        _refused(recipe, form, why, *steps)
    own, other = _curve(recipe), CURVES[other_key_spec(recipe.parameters.key_spec)]
    drawn = other.multiply(recipe.drbg.integer(other.n - 1) + 1, other.g)
    for name, point in (("of-other-curve", drawn), ("base-of-other-curve", other.g)):
        require(not own.is_on_curve(point), f"{name} is on the curve")
        octets = encode_point(other, point)
        pieces = (octets, "$parts.text", "$parts.tag")
        _refused(
            recipe,
            name,
            f"A point of {other.name} is refused.",
            seal(recipe, message_of(recipe)),
            parts(recipe),
            joined(recipe, *pieces),
        )


@live_case("I4", "infinity", flags=("InvalidPoint",), clause=POINT_VALIDATION)
def infinity(recipe: RecipeMaker) -> None:
    """**Invalid.** The point is infinity, or stands for it; the secret is taken as zero."""
    for name, octets in (
        ("one-octet", b"\x00"),
        ("zeros", bytes(POINT)),
        ("uncompressed-zeros", b"\x04" + bytes(2 * COORDINATE)),
        ("x-zero-y-one", b"\x04" + bytes(COORDINATE) + i2osp(1, COORDINATE)),
        ("compressed-zeros", b"\x02" + bytes(COORDINATE)),
        ("hybrid-zeros", b"\x06" + bytes(2 * COORDINATE)),
    ):
        for secret_name, secret in (("zeros", bytes(COORDINATE)), ("empty", b"")):
            _refused(
                recipe,
                f"{name}-secret-{secret_name}",
                f"Infinity as {name.replace('-', ' ')} is refused, whatever secret it gave.",
                sealed_with(recipe, message_of(recipe), octets, secret, "changed"),
                point=len(octets),
            )


def _out_of_range(curve: Curve) -> Iterator[tuple[str, bytes]]:
    """Yield bytes, with names, in which a coordinate is p or more."""
    p, room = curve.p, (1 << 256) - curve.p
    small_x = next(points_from(curve, 1))
    small_y = next(point for y in count(1) if (point := point_with_y(curve, y)) is not None)
    require(small_x.x < room and small_y.y < room, "a coordinate has no room for p more")
    x_more, y_more = i2osp(small_x.x + p, COORDINATE), i2osp(small_y.y + p, COORDINATE)
    yield "x-plus-p", b"\x04" + x_more + i2osp(small_x.y, COORDINATE)
    yield "y-plus-p", b"\x04" + i2osp(small_y.x, COORDINATE) + y_more
    yield "compressed-x-plus-p", b"\x02" + x_more
    for name, value in (("p", p), ("ones", (1 << 256) - 1)):
        octets = i2osp(value, COORDINATE)
        yield f"x-{name}", b"\x04" + octets + i2osp(small_x.y, COORDINATE)
        yield f"y-{name}", b"\x04" + i2osp(small_x.x, COORDINATE) + octets
        yield f"both-{name}", b"\x04" + octets + octets


def _without_point(curve: Curve) -> Iterator[tuple[str, bytes]]:
    """Yield compressed points, with names, whose x has no y."""
    for x in [x for x in range(1, 60) if point_at(curve, x) is None][:3]:
        for parity in (2, 3):
            yield f"compressed-{parity:02x}-x-{x}", bytes([parity]) + i2osp(x, COORDINATE)


@live_case("I4", "no-point", flags=("InvalidPoint",), clause=POINT_DECODING)
def no_point(recipe: RecipeMaker) -> None:
    """**Invalid.** A coordinate is p or more, or a compressed x has no y."""
    curve = _curve(recipe)
    for name, octets in (*_out_of_range(curve), *_without_point(curve)):
        _refused(
            recipe,
            name,
            f"What is no point of the curve is refused: {name.replace('-', ' ')}.",
            sealed_with(recipe, message_of(recipe), octets, octets[1 : 1 + COORDINATE], "changed"),
            point=len(octets),
        )


@live_case("I4", "point-length", flags=("InvalidPoint",), clause=PARSING)
def point_length(recipe: RecipeMaker) -> None:
    """**Invalid.** The point has another length than its form has."""
    for name, length, pieces in (
        ("none", 0, ()),
        ("only-04", 1, (b"\x04",)),
        ("x-only", 1 + COORDINATE, (b"\x04", "$x")),
        ("last-octet-cut", POINT - 1, ("$cut",)),
        ("first-octet-cut", POINT - 1, ("$x", "$y")),
        ("zero-appended", POINT + 1, ("$parts.point", b"\x00")),
        ("zero-before-x", POINT + 1, (b"\x04\x00", "$x", "$y")),
        ("zero-prepended", POINT + 1, (b"\x00", "$parts.point")),
        ("twice", 2 * POINT, ("$parts.point", "$parts.point")),
        ("length-octet", POINT + 1, (bytes([POINT]), "$parts.point")),
        ("octet-string", POINT + 2, (bytes([4, POINT]), "$parts.point")),
    ):
        steps = [
            recipe.compute("slice", "x", value="$parts.point", start=1, end=1 + COORDINATE),
            recipe.compute("slice", "y", value="$parts.point", start=1 + COORDINATE),
            recipe.compute("slice", "cut", value="$parts.point", end=-1),
        ]
        _refused(
            recipe,
            name,
            f"A point of {length} bytes is refused: {name.replace('-', ' ')}.",
            seal(recipe, message_of(recipe)),
            parts(recipe),
            *steps,
            joined(recipe, *pieces, "$parts.text", "$parts.tag"),
            point=length,
        )


# Small orders.


def _secrets(curve: Curve, small: SmallOrder) -> list[bytes]:
    """Return the secrets that multiples of a point can give; opposite ones have the same."""
    found: dict[int, None] = {}
    for k in range(1, small.order // 2 + 1):
        point: Point | None = multiple(curve, k, small.point)
        require(point is not None, "a multiple is infinity")
        assert point is not None
        found[point.x] = None
    return [i2osp(x, COORDINATE) for x in found]


def _refuse_orders(recipe: RecipeMaker, points: Iterable[SmallOrder], key: str = MAIN) -> None:
    curve = _curve(recipe)
    for small in points:
        require(not curve.is_on_curve(small.point), "the point is on the curve")
        octets = encode_point(curve, small.point)
        steps: list[AnyStep] = []
        for number, secret in enumerate(_secrets(curve, small)):
            name = f"changed_{number}"
            steps.append(sealed_with(recipe, message_of(recipe), octets, secret, name))
            steps.append(refuses(recipe, f"${name}", key=key))
        recipe.invalid(
            f"{small.name}-order-{small.order}",
            f"A point of order {small.order} on another curve is refused, whatever it gives.",
            *steps,
            control=control_of(recipe),
        )


@live_case("I5", "small-order", flags=("InvalidCurve",), clause=POINT_VALIDATION)
def small_order(recipe: RecipeMaker) -> None:
    """**Invalid.** The point has a small order on another curve; each secret that it can give.

    Success proves that the target computes with such a point, and tells the private key modulo the
    order. A private key that is 0 modulo the order shows nothing.
    """
    curve = _curve(recipe)
    chosen = (each for each in of_small_order(curve) if each.order <= LARGEST_ORDER)
    _refuse_orders(recipe, (*of_order_two(curve), *of_order_three(curve), *chosen))


@live_case(
    "I5",
    "small-order-other-key",
    flags=("InvalidCurve",),
    clause=POINT_VALIDATION,
    requires=[Requirement.SECOND_KEY],
)
def small_order_other_key(recipe: RecipeMaker) -> None:
    """**Invalid.** The same under another key: the first may be 0 modulo the order."""
    curve = _curve(recipe)
    for points in (of_order_two(curve), of_order_three(curve)):
        _refuse_orders(recipe, [next(points)], key=SECOND)


CASES: Final = (
    point_form,
    reflected_point,
    first_octet,
    not_on_curve,
    infinity,
    no_point,
    point_length,
    small_order,
    small_order_other_key,
)
"""The cases of this module."""
