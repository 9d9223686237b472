"""ECIES: forms of the ephemeral point, and octets that are no point of the curve."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Final

from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.octets import i2osp
from kmsproof_reference.point_encoding import PointForm, encode_point
from kmsproof_reference.vocabulary import Feature
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec import CURVES, other_key_spec
from kmsproof_vectors.cases.ec_ecies import (
    COORDINATE,
    PARSING,
    POINT,
    POINT_DECODING,
    POINT_VALIDATION,
    EciesMaker,
    parts,
    plaintext_of,
)
from kmsproof_vectors.ec_points import point_at, point_with_y, points_from
from kmsproof_vectors.ec_small_orders import multiple

FEATURES: Final = {
    PointForm.COMPRESSED: Feature.COMPRESSED_POINT,
    PointForm.HYBRID: Feature.HYBRID_POINT,
}


@case("I4", "point-form", flags=("PointForm",), clause=POINT_DECODING)
def point_form(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** The ephemeral point is compressed or hybrid, where the target takes that."""
    scheme = family.scheme()
    for form, feature in FEATURES.items():
        for parity in (0, 1):
            for number in range(2):
                point = _point_with_parity(family, parity)
                octets = encode_point(family.curve, point, form)
                require(octets[0] & 1 == parity, "the first octet has the other parity")
                message = family.message()
                ciphertext = scheme.seal(octets, family.secret_of(point), message)
                yield family.opened(
                    f"{form.name.lower()}-{octets[0]:02x}-{number}",
                    f"A {form.name.lower()} point, which begins with {octets[0]:02x}, is taken.",
                    ciphertext,
                    message=message,
                    needs=(feature,),
                )


def _point_with_parity(family: EciesMaker, parity: int) -> Point:
    while True:
        point = family.curve.multiply(family.random_scalar(), family.curve.g)
        if point is not None and point.y % 2 == parity:
            return point


@case("I4", "reflected-point", flags=("KnownAnswer", "PointForm"), clause=POINT_DECODING)
def reflected_point(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** The point is (x, p - y): the secret is the same, and SEC 1 binds no more."""
    curve = family.curve
    base = family.control()
    r, c, t = parts(base)
    mirrored = r[: 1 + COORDINATE] + i2osp(curve.p - int.from_bytes(r[1 + COORDINATE :]), 32)
    require(mirrored != r, "the point is the same")
    message = plaintext_of(base)
    why = "The reflected point gives the same secret and so the same message."
    yield family.opened("uncompressed", why, mirrored + c + t, message=message)
    for parity in (2, 3):
        octets = bytes([parity]) + r[1 : 1 + COORDINATE]
        yield family.opened(
            f"compressed-{parity:02x}",
            f"The first octet {parity:02x} tells a point or its reflection: one secret.",
            octets + c + t,
            message=message,
            needs=(Feature.COMPRESSED_POINT,),
        )


@case("I4", "first-octet", flags=("InvalidPoint",), clause=POINT_DECODING)
def first_octet(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The first octet of the point is none, or that of another form."""
    control = family.control()
    yield control
    r, c, t = parts(control)
    odd = r[-1] & 1
    for first in (0x00, 0x01, 0x05, 0x08, 0x0C, 0x40, 0x44, 0x84, 0xFF):
        why = f"A point of 65 bytes does not begin with {first:02x}."
        yield family.refused(
            control,
            f"{first:02x}",
            why,
            bytes([first]) + r[1:] + c + t,
            given_away=plaintext_of(control),
        )
    wrong = bytes([0x06 | (1 - odd)])
    why = "A hybrid point whose first octet tells the other parity is none."
    text = plaintext_of(control)
    yield family.refused(
        control, "hybrid-wrong-parity", why, wrong + r[1:] + c + t, given_away=text
    )


@case("I4", "infinity", flags=("InvalidPoint",), clause=POINT_VALIDATION)
def infinity(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The point is infinity, or stands for it; the secret is taken as zero."""
    control = family.control()
    yield control
    message = plaintext_of(control)
    for name, octets in (
        ("one-octet", b"\x00"),
        ("zeros", bytes(POINT)),
        ("uncompressed-zeros", b"\x04" + bytes(2 * COORDINATE)),
        ("x-zero-y-one", b"\x04" + bytes(COORDINATE) + i2osp(1, COORDINATE)),
        ("compressed-zeros-02", b"\x02" + bytes(COORDINATE)),
        ("hybrid-zeros", b"\x06" + bytes(2 * COORDINATE)),
    ):
        for z_name, z in (("zeros", bytes(COORDINATE)), ("empty", b"")):
            ciphertext = family.sealed(octets, z, message)
            why = f"Infinity as {name.replace('-', ' ')} is refused, whatever secret it gave."
            slug = f"{name}-secret-{z_name}"
            yield family.refused(control, slug, why, ciphertext, given_away=message)


@case("I4", "out-of-range", flags=("InvalidPoint",), clause=POINT_DECODING)
def out_of_range(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** A coordinate is p or more; modulo p the point would be one of the curve."""
    control = family.control()
    yield control
    curve, message = family.curve, plaintext_of(control)
    p, room = curve.p, (1 << 256) - curve.p
    small_x = next(points_from(curve, 1))
    small_y = next(point for y in count(1) if (point := point_with_y(curve, y)) is not None)
    require(small_x.x < room and small_y.y < room, "a coordinate has no room for p more")
    for name, point, x, y in (
        ("x-plus-p", small_x, small_x.x + p, small_x.y),
        ("y-plus-p", small_y, small_y.x, small_y.y + p),
    ):
        octets = b"\x04" + i2osp(x, COORDINATE) + i2osp(y, COORDINATE)
        ciphertext = family.sealed(octets, family.secret_of(point), message)
        why = f"A point with {name.replace('-', ' ')} is refused, although it is one modulo p."
        yield family.refused(control, name, why, ciphertext, given_away=message)
    compressed = b"\x02" + i2osp(small_x.x + p, COORDINATE)
    ciphertext = family.sealed(compressed, family.secret_of(small_x), message)
    why = "A compressed point with x plus p is refused, although it is one modulo p."
    yield family.refused(control, "compressed-x-plus-p", why, ciphertext, given_away=message)
    r, c, t = parts(control)
    for name, value in (("p", p), ("ones", (1 << 256) - 1)):
        octets = i2osp(value, COORDINATE)
        for which, replaced in (
            ("x", b"\x04" + octets + r[1 + COORDINATE :]),
            ("y", r[: 1 + COORDINATE] + octets),
            ("both", b"\x04" + octets + octets),
        ):
            why = f"A point is refused that has {name} where {which} should be."
            yield family.refused(control, f"{which}-{name}", why, replaced + c + t)


@case("I4", "not-on-curve", flags=("InvalidCurve",), clause=POINT_VALIDATION)
def not_on_curve(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The point is not on the curve; the secret is what the formulas give for it."""
    control = family.control()
    yield control
    message = plaintext_of(control)
    for name, point in _strangers(family):
        require(not family.curve.is_on_curve(point), f"{name} is on the curve")
        octets = b"\x04" + i2osp(point.x, COORDINATE) + i2osp(point.y, COORDINATE)
        ciphertext = family.sealed(octets, family.secret_of(point), message)
        why = f"A point that is not on the curve is refused: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, ciphertext, given_away=message)


def _strangers(family: EciesMaker) -> Iterator[tuple[str, Point]]:
    """Yield points that are not on the curve, with names."""
    curve, other = family.curve, CURVES[other_key_spec(family.parameters.key_spec)]
    point = curve.multiply(family.random_scalar(), curve.g)
    foreign = other.multiply(family.random_scalar(), other.g)
    assert point is not None
    assert foreign is not None
    p = curve.p
    yield "y-plus-1", Point(point.x, (point.y + 1) % p)
    yield "y-minus-1", Point(point.x, (point.y - 1) % p)
    yield "x-plus-1", Point((point.x + 1) % p, point.y)
    yield "exchanged", Point(point.y, point.x)
    yield "last-bit-of-y", Point(point.x, point.y ^ 2)
    yield "first-bit-of-x", Point((point.x ^ 1 << 254) % p, point.y)
    yield "of-other-curve", Point(foreign.x % p, foreign.y % p)
    yield "base-of-other-curve", Point(other.g.x % p, other.g.y % p)
    yield "one-one", Point(1, 1)
    for number in range(4):
        yield f"random-{number}", Point(family.drbg.integer(p), family.drbg.integer(p))


@case("I4", "no-point-compressed", flags=("InvalidPoint",), clause=POINT_DECODING)
def no_point_compressed(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** A compressed point whose x has no y: it is one of the quadratic twist."""
    control = family.control()
    yield control
    curve, message = family.curve, plaintext_of(control)
    xs = [x for x in range(1, 60) if point_at(curve, x) is None][:6]
    for x in xs:
        require(pow(curve.right_side(x), (curve.p - 1) // 2, curve.p) != 1, "x has a y")
        for parity in (2, 3):
            octets = bytes([parity]) + i2osp(x, COORDINATE)
            ciphertext = family.sealed(octets, _on_twist(family, x), message)
            why = f"An x that no point of the curve has is refused: {x}, with {parity:02x}."
            slug = f"x-{x}-{parity:02x}"
            yield family.refused(control, slug, why, ciphertext, given_away=message)
        # The formula for the root gives one of -(x³ + a x + b), and a point of another curve.
        root = pow(curve.right_side(x), (curve.p + 1) // 4, curve.p)
        point = Point(x, root)
        require(not curve.is_on_curve(point), "the root is one")
        octets = bytes([2 + root % 2]) + i2osp(x, COORDINATE)
        ciphertext = family.sealed(octets, family.secret_of(point), message)
        why = f"An x that no point of the curve has is refused: {x}, with a root that is none."
        yield family.refused(control, f"x-{x}-root", why, ciphertext, given_away=message)


def _on_twist(family: EciesMaker, x: int) -> bytes:
    """Return what an x-only ladder gives: the x of d times the point of the twist.

    With c a non-residue, c y² = x³ + a x + b has the point, and (c x, c² y) is on the twist.
    """
    curve = family.curve
    p = curve.p
    non_residue = p - 1  # p is 3 modulo 4
    twist = Curve(
        name="twist",
        p=p,
        a=curve.a * non_residue * non_residue % p,
        b=curve.b * pow(non_residue, 3, p) % p,
        g=curve.g,
        n=curve.n,
        h=1,
    )
    point = point_at(twist, x * non_residue % p)
    require(point is not None, "there is no point on the twist")
    assert point is not None
    common = multiple(twist, family.private().d, point)
    require(common is not None, "the common point is infinity")
    return i2osp((common.x if common else 0) * pow(non_residue, -1, p) % p, COORDINATE)


@case("I4", "point-length", flags=("InvalidPoint",), clause=PARSING)
def point_length(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The point has another length than its form has."""
    control = family.control()
    yield control
    r, c, t = parts(control)
    for name, octets in (
        ("none", b""),
        ("only-04", r[:1]),
        ("x-only", r[: 1 + COORDINATE]),
        ("last-octet-cut", r[:-1]),
        ("first-octet-cut", r[1:]),
        ("zero-appended", r + b"\x00"),
        ("zero-before-x", r[:1] + b"\x00" + r[1:]),
        ("zero-prepended", b"\x00" + r),
        ("twice", r + r),
        ("length-octet", bytes([len(r)]) + r),
        ("octet-string", b"\x04" + bytes([len(r)]) + r),
    ):
        require(octets != r, "the point is the same")
        why = f"A point of {len(octets)} bytes is refused: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, octets + c + t)


BOOK = case_book(
    point_form,
    reflected_point,
    first_octet,
    infinity,
    out_of_range,
    not_on_curve,
    no_point_compressed,
    point_length,
)
"""The cases of this module."""
