"""Functions and checks of recipes on EC public keys and points: forms, and how keys must not be.

Points are byte strings as in SEC 1 §2.3.3. A public key is a SubjectPublicKeyInfo in DER, which
also tells the curve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, islice
from typing import Final

from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.ec_key_encoding import decode_public_key, encode_public_key
from kmsproof_reference.ec_keys import EcPublicKey
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.errors import InvalidKey, InvalidPoint, MalformedDer
from kmsproof_reference.octets import i2osp
from kmsproof_reference.point_encoding import (
    PREFIXED_FORMS,
    PointForm,
    decode_point,
    encode_point,
)
from kmsproof_vectors.ec_points import progression
from kmsproof_vectors.live.functions.registry import FailureWord, RecipeFault, check, function

COORDINATE: Final = 32
"""Bytes of a coordinate on both curves."""

CURVES: Final = {curve.name: curve for curve in (P256, SECP256K1)}
"""The curves by the names that recipes have for them."""

BABY_STEPS: Final = 1 << 16
"""Small multiples of G that are tabulated."""

GIANT_STEPS: Final = 1 << 15
"""Steps of twice that, so that logarithms up to 2^32 are found, of either sign."""


@lru_cache(maxsize=64)
def key_of(public_key: bytes) -> EcPublicKey:
    """Return the numbers of a public key; raise `RecipeFault` when it is none."""
    try:
        key = decode_public_key(bytes(public_key))
    except (MalformedDer, InvalidKey) as error:
        raise RecipeFault(f"the public key is none of an elliptic curve: {error}") from None
    if key.curve.name not in CURVES:
        raise RecipeFault(f"the public key is one of {key.curve.name}")
    return key


def point_of(key: EcPublicKey) -> Point:
    """Return the point of a key that `key_of` has read, which is never infinity."""
    assert key.point is not None
    return key.point


# Points.


@function("ec-base-point")
def ec_base_point(public_key: bytes) -> bytes:
    """Return the base point G of the key's curve, uncompressed, 65 bytes."""
    curve = key_of(public_key).curve
    return encode_point(curve, curve.g)


@function("ec-public-point")
def ec_public_point(public_key: bytes) -> bytes:
    """Return the point Q of a public key, uncompressed, 65 bytes."""
    key = key_of(public_key)
    return encode_point(key.curve, key.point)


def _reflected(curve: Curve, point: Point) -> bytes:
    return encode_point(curve, curve.negate(point))


def _hybrid(curve: Curve, point: Point) -> bytes:
    return encode_point(curve, point, PointForm.HYBRID)


def _compressed(curve: Curve, point: Point) -> bytes:
    return encode_point(curve, point, PointForm.COMPRESSED)


def _shifted(curve: Curve, x: int, y: int) -> bytes:
    """Return the coordinates modulo p, uncompressed, whatever curve they are on."""
    return b"\x04" + i2osp(x % curve.p, COORDINATE) + i2osp(y % curve.p, COORDINATE)


FORMS: Final[dict[str, Callable[[Curve, Point], bytes]]] = {
    "compressed": _compressed,
    "compressed-other-parity": lambda curve, point: _other_parity(_compressed(curve, point)),
    "hybrid": _hybrid,
    "hybrid-other-parity": lambda curve, point: _other_parity(_hybrid(curve, point)),
    "reflected": _reflected,
    "x-plus-1": lambda curve, point: _shifted(curve, point.x + 1, point.y),
    "y-plus-1": lambda curve, point: _shifted(curve, point.x, point.y + 1),
    "y-minus-1": lambda curve, point: _shifted(curve, point.x, point.y - 1),
    "exchanged": lambda curve, point: _shifted(curve, point.y, point.x),
}
"""The forms that `ec-point-form` makes."""


def _other_parity(encoded: bytes) -> bytes:
    return bytes([encoded[0] ^ 1]) + encoded[1:]


@function("ec-point-form")
def ec_point_form(public_key: bytes, point: bytes, form: str) -> bytes:
    """Return a point, given uncompressed, in another form, or changed.

    Forms: ``compressed`` and ``hybrid`` (SEC 1 §2.3.3, X9.62 §4.3.6), both also with
    ``-other-parity`` in the first byte; ``reflected``, which is (x, p - y). Of another curve are
    ``x-plus-1``, ``y-plus-1``, ``y-minus-1`` and ``exchanged``, which is (y, x).
    """
    curve = key_of(public_key).curve
    if form not in FORMS:
        raise RecipeFault(f"there is no form {form!r} of a point")
    return FORMS[form](curve, decoded(curve, point))


def decoded(curve: Curve, point: bytes) -> Point:
    """Return the point that bytes stand for; raise `RecipeFault` when they stand for none."""
    try:
        return decode_point(curve, point, PREFIXED_FORMS)
    except InvalidPoint as error:
        raise RecipeFault(f"the bytes are no point of the curve: {error}") from None


# Public keys.


@check("ec-public-key-canonical", FailureWord.WRONG_OUTPUT)
def ec_public_key_canonical(public_key: bytes, curve: str) -> str:
    """The key is the DER of a valid point of the curve, which it names (RFC 5480 §2, SP 800-56A).

    ``curve`` is ``P-256`` or ``secp256k1``. The point is not infinity, its coordinates are below
    p, it is on the curve and of order n; it may be compressed.
    """
    try:
        key = decode_public_key(bytes(public_key))
    except (MalformedDer, InvalidKey) as error:
        return f"The public key is not one of a named curve in DER: {error}."
    if key.curve.name != curve:
        return f"The public key is one of {key.curve.name}, not of {curve}."
    forms = (PointForm.UNCOMPRESSED, PointForm.COMPRESSED)
    if public_key not in [encode_public_key(key, form) for form in forms]:
        return "The public key is not in the one form that DER has for it."
    return ""


@check("ec-private-keys-not-tiny", FailureWord.LEAK)
def ec_private_keys_not_tiny(public_keys: Sequence[bytes]) -> str:
    """No private key is below 2^32 or above n - 2^32, and no two differ by less than that.

    It is found by baby steps and giant steps from the public keys, all of one curve.
    """
    keys = [key_of(each) for each in public_keys]
    for number, key in enumerate(keys):
        if small_logarithm(key.curve, point_of(key)) is not None:
            return f"The private key of key {number} is a small number, which was found."
    for (one, left), (other, right) in combinations(enumerate(keys), 2):
        difference = left.curve.add(left.point, left.curve.negate(right.point))
        if difference is None or small_logarithm(left.curve, difference) is not None:
            return f"The private keys of keys {one} and {other} differ by a small number."
    return ""


def small_logarithm(curve: Curve, point: Point) -> int | None:
    """Return the k of at most 2^32, of either sign, with k G = P; None if there is none."""
    table, width = _baby_steps(curve), 2 * BABY_STEPS
    giant = curve.negate(curve.multiply(width, curve.g))
    assert giant is not None
    # Steps to both sides: k G - j width G, and the same for -k.
    for sign, start in ((1, point), (-1, curve.negate(point))):
        for j, found in enumerate(islice(progression(curve, start, giant), GIANT_STEPS + 1)):
            if found is None:
                return sign * j * width
            if found.x in table:
                small = table[found.x]
                own = small if curve.multiply(small, curve.g) == found else -small
                return sign * (j * width + own)
    return None


@lru_cache(maxsize=2)
def _baby_steps(curve: Curve) -> dict[int, int]:
    """Return k by the x-coordinate of k G, for 1 <= k <= BABY_STEPS."""
    return {point.x: k for k, point in _small_multiples(curve)}


def _small_multiples(curve: Curve) -> Iterator[tuple[int, Point]]:
    points = islice(progression(curve, curve.g, curve.g), BABY_STEPS)
    for k, point in enumerate(points, start=1):
        assert point is not None  # n is larger
        yield k, point
