"""EC public keys whose point is none, is another one, or is in a wrong form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice, product

from kmsproof_reference import der
from kmsproof_reference.ec_key_encoding import encode_public_key
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.elliptic_curve import INFINITY, Curve, Point
from kmsproof_reference.octets import i2osp
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec import CURVES, MAIN, SECOND, other_key_spec
from kmsproof_vectors.cases.ec_ecdsa import EcdsaMaker, Signature
from kmsproof_vectors.cases.ec_import import (
    CONTROL,
    POINT_FORM,
    PUBLIC_ENCODING,
    PUBLIC_VALIDATION,
    Use,
    as_control,
    imported_public,
    public_key_info,
    refused_import,
    uncompressed,
)
from kmsproof_vectors.ec_points import multiples_where, point_at, points_from


def ordinary_use(family: EcdsaMaker, name: str = MAIN) -> Use:
    """Return a message with its signature under a test key."""
    message = family.message()
    return Use(message, family.sign(message, family.ec_key(name)))


def point_of(family: EcdsaMaker, name: str = MAIN) -> Point:
    """Return the public point of a test key."""
    point = family.ec_key(name).public.point
    require(point is not INFINITY, f"the key {name} is infinity")
    assert point is not None
    return point


def ordinary_control(family: EcdsaMaker, slug: str = "control") -> Draft:
    """Return the import of the main public key."""
    material = public_key_info(family.curve, uncompressed(*point_of(family)))
    return as_control(imported_public(family, slug, CONTROL, material, ordinary_use(family)))


@case("K2", "public-key", flags=("KnownAnswer",), clause=PUBLIC_ENCODING)
def public_key(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** A public key in its one form is imported, and verifies."""
    for name in (MAIN, SECOND):
        material = encode_public_key(family.ec_key(name).public)
        require(der.Reader(material).peek() == der.SEQUENCE, "it is no SubjectPublicKeyInfo")
        why = "A SubjectPublicKeyInfo with a named curve and an uncompressed point is a key."
        yield imported_public(family, name, why, material, ordinary_use(family, name))


# Points.


def harmless_use(family: EcdsaMaker) -> tuple[Use, Point]:
    """Return a signature that u2 Q = infinity would make valid, and a good key for it.

    r = x of u1 G, so that infinity, and any point of order 2 or 3, makes it a signature where
    nobody looks; u2 is a multiple of 6. It is valid under Q = -2 u1 / u2 G, where R = -u1 G.
    """
    curve, message = family.curve, family.message()
    while True:
        u1 = family.random_scalar()
        commitment = curve.multiply(u1, curve.g)
        assert commitment is not None
        s = message.e * pow(u1, -1, curve.n) % curve.n
        u2 = commitment.x * pow(s, -1, curve.n) % curve.n
        if u2 % 6 == 0:
            break
    key = curve.multiply(-2 * u1 * pow(u2, -1, curve.n) % curve.n, curve.g)
    assert key is not None
    return Use(message, Signature(commitment.x % curve.n, s)), key


def order_2_points(curve: Curve) -> Iterator[Point]:
    """Yield points with y = 0, which have order 2 on the curve with another b."""
    for x in (0, 1, curve.g.x):  # the first is what some programs take for infinity
        point = Point(x, 0)
        require(curve.double(point) is INFINITY, "the point has another order")
        require(not curve.is_on_curve(point), "the point is on the curve")
        yield point


def order_3_points(curve: Curve) -> Iterator[Point]:
    """Yield points that have order 3 on a curve with another b.

    The tangent meets no other point of that curve: 2P = -P, so that λ² = 3 x.
    """
    p = curve.p
    for x in range(1, 1000):
        # (3 x² + a)² = 3 x (2 y)²
        square = (3 * x * x + curve.a) ** 2 * pow(12 * x, -1, p) % p
        y = pow(square, (p + 1) // 4, p)
        point = Point(x, y)
        if y * y % p == square and curve.double(point) == curve.negate(point):
            require(not curve.is_on_curve(point), "the point is on the curve")
            yield point


@case("K2", "public-key-small-order", flags=("InvalidPublicKey",), clause=PUBLIC_VALIDATION)
def public_key_small_order(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The point is infinity, or of order 2 or 3 on another curve; it would verify."""
    use, good = harmless_use(family)
    material = public_key_info(family.curve, uncompressed(*good))
    control = as_control(imported_public(family, "control", CONTROL, material, use))
    yield control
    u1, u2 = family.multipliers(use.message, use.signature)
    base = family.curve.multiply(u1, family.curve.g)
    for name, point in (
        *((f"order-2-x-{p.x:x}"[:16], p) for p in order_2_points(family.curve)),
        *((f"order-3-x-{p.x:x}", p) for p in islice(order_3_points(family.curve), 3)),
    ):
        sum_ = family.curve.add(base, family.curve.multiply_by_the_rule(u2, point))
        require(sum_ == base, f"{name} would not verify")
        why = f"A point that is not on the curve is refused: {name.replace('-', ' ')}."
        material = public_key_info(family.curve, uncompressed(*point))
        yield refused_import(family, control, name, why, material)
    for name, octets in (
        ("infinity", b"\x00"),
        ("infinity-33-bytes", bytes(33)),
        ("infinity-65-bytes", bytes(65)),
    ):
        why = "The point at infinity is no public key."
        material = public_key_info(family.curve, octets)
        yield refused_import(family, control, name, why, material)


@case("K2", "public-key-point", flags=("InvalidPublicKey",), clause=PUBLIC_VALIDATION)
def public_key_point(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The coordinates are not those of a point, are not below p, or of another key."""
    curve = family.curve
    p, top, (x, y) = curve.p, 1 << 256, point_of(family)
    control = ordinary_control(family)
    yield control
    other = CURVES[other_key_spec(family.parameters.key_spec)]
    small = next(points_from(curve, 0))
    for name, octets in (
        ("x-plus-1", uncompressed(x + 1, y)),
        ("x-minus-1", uncompressed(x - 1, y)),
        ("y-plus-1", uncompressed(x, y + 1)),
        ("y-minus-1", uncompressed(x, y - 1)),
        ("exchanged", uncompressed(y, x)),
        ("x-0", uncompressed(0, y)),
        ("x-p", uncompressed(p, y)),
        ("y-p", uncompressed(x, p)),
        ("x-2-256-minus-1", uncompressed(top - 1, y)),
        ("y-2-256-minus-1", uncompressed(x, top - 1)),
        ("x-small-plus-p", uncompressed(small.x + p, small.y)),
        ("y-of-opposite-complement", uncompressed(x, top - y)),
        ("base-point-of-other-curve", uncompressed(*other.g)),
        ("opposite", uncompressed(x, p - y)),
        ("base-point", uncompressed(*curve.g)),
    ):
        why = f"Only the point of the signer verifies: {name.replace('-', ' ')}."
        yield refused_import(family, control, name, why, public_key_info(curve, octets))


@case("K2", "public-key-point-form", flags=("InvalidPublicKey",), clause=POINT_FORM)
def public_key_point_form(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The point is in no form that a key may have: the first byte or length is off."""
    curve = family.curve
    x, y = point_of(family)
    control = ordinary_control(family)
    yield control
    whole, parity = uncompressed(x, y), y & 1
    without = next(value for value in range(x, x + 100) if point_at(curve, value) is None)
    for name, octets in (
        ("hybrid", bytes([6 + parity]) + whole[1:]),
        ("hybrid-other-parity", bytes([7 - parity]) + whole[1:]),
        *((f"first-byte-{first:02x}", bytes([first]) + whole[1:]) for first in (0, 1, 5, 8, 255)),
        *((f"first-byte-{first:02x}", bytes([first]) + whole[1:]) for first in (2, 3)),
        ("no-first-byte", whole[1:]),
        ("cut", whole[:-1]),
        ("extended", whole + b"\x00"),
        ("zero-byte-before", b"\x00" + whole),
        ("x-alone", whole[:33]),
        ("empty", b""),
        ("only-first-byte", b"\x04"),
        ("compressed-other-parity", bytes([3 - parity]) + i2osp(x, 32)),
        ("compressed-without-point", b"\x02" + i2osp(without, 32)),
        ("compressed-x-p", b"\x02" + i2osp(curve.p, 32)),
        ("compressed-x-2-256-minus-1", b"\x03" + i2osp((1 << 256) - 1, 32)),
        ("wrapped", der.octet_string(whole)),
    ):
        why = f"A point has the form that its first byte tells: {name.replace('-', ' ')}."
        yield refused_import(family, control, name, why, public_key_info(curve, octets))


@case("K2", "public-key-point-short", flags=("InvalidPublicKey",), clause=POINT_FORM)
def public_key_point_short(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** A coordinate lacks its zero byte, or the 04 is left out before an x with 04."""
    for first_byte, coordinate in ((0, "x"), (0, "y"), (4, "x")):
        key = _key_where(family, coordinate, first_byte)
        message, point = family.message(), key.public.point
        assert point is not None
        whole = uncompressed(*point)
        x, y = whole[1:33], whole[33:]
        use, about = Use(message, family.sign(message, key)), f"{coordinate}-{first_byte:02x}"
        why = f"The {coordinate} of this point begins with the byte {first_byte:02x}."
        material = public_key_info(family.curve, whole)
        control = as_control(imported_public(family, f"{about}-control", why, material, use))
        yield control
        forms = {"bare": x + y}
        if first_byte == 0:
            forms = {"uncompressed": b"\x04" + x.lstrip(b"\x00") + y.lstrip(b"\x00")}
            if coordinate == "x":
                forms["compressed"] = bytes([2 + (y[-1] & 1)]) + x[1:]
        for name, octets in forms.items():
            why = f"A coordinate has 32 bytes, and a byte before them tells the form: {name}."
            material = public_key_info(family.curve, octets)
            yield refused_import(family, control, f"{about}-{name}", why, material)


@case("K2", "public-key-parity", flags=("InvalidPublicKey",), clause=POINT_FORM)
def public_key_parity(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** A compressed point names the y of the opposite point, which is even or odd.

    The power that gives a square root gives y or p - y, so that there are four kinds of points.
    """
    curve = family.curve
    for y_is_odd, is_root in product((False, True), repeat=2):
        key = _key_with(family, partial(_parity_is, curve, y_is_odd, is_root))
        message, point = family.message(), key.public.point
        assert point is not None
        use = Use(message, family.sign(message, key))
        about = f"{'odd' if y_is_odd else 'even'}-{'root' if is_root else 'opposite-of-root'}"
        why = f"The y of this point is {about.replace('-', ' ')}."
        material = public_key_info(curve, uncompressed(*point))
        control = as_control(imported_public(family, f"{about}-control", why, material, use))
        yield control
        why = f"The first byte says which y is meant, and it is another: {about.replace('-', ' ')}."
        octets = bytes([2 + (not y_is_odd)]) + i2osp(point.x, 32)
        yield refused_import(family, control, about, why, public_key_info(curve, octets))


def _parity_is(curve: Curve, y_is_odd: bool, is_root: bool, point: Point) -> bool:
    """Return whether y is odd, and whether it is the root that the power gives (SEC 1 §2.3.4)."""
    root = pow(curve.right_side(point.x), (curve.p + 1) // 4, curve.p)
    return (point.y % 2 == 1) is y_is_odd and (point.y == root) is is_root


def _key_where(family: EcdsaMaker, coordinate: str, first_byte: int) -> EcPrivateKey:
    """Return a key whose public point has a coordinate that begins with a byte."""

    def wanted(point: Point) -> bool:
        x_or_y: int = getattr(point, coordinate)
        return x_or_y >> 248 == first_byte

    return _key_with(family, wanted)


def _key_with(family: EcdsaMaker, wanted: Callable[[Point], bool]) -> EcPrivateKey:
    """Return a key whose public point is wanted."""
    curve = family.curve
    first = family.random_scalar() >> 1
    return EcPrivateKey(curve, next(multiples_where(curve, curve.g, first, wanted)))


BOOK = case_book(
    public_key,
    public_key_small_order,
    public_key_point,
    public_key_point_form,
    public_key_point_short,
    public_key_parity,
)
"""The cases of this module."""
