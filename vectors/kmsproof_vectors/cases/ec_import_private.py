"""EC private keys that are out of range, malformed, or of another curve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference import der
from kmsproof_reference.ec_key_encoding import encode_public_key
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.octets import i2osp
from kmsproof_reference.vocabulary import Feature
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec import CURVES, MAIN, SECOND, other_key_spec
from kmsproof_vectors.cases.ec_ecdsa import EcdsaMaker
from kmsproof_vectors.cases.ec_import import (
    CONTROL,
    OTHER_KIND,
    PARAMETERS,
    PRIVATE_ENCODING,
    PRIVATE_RANGE,
    algorithm,
    as_control,
    curve_name,
    ec_private_key,
    imported_private,
    private_key_info,
    refused_import,
    uncompressed,
    whole_private_key,
)

SHORT = 0xB1C2D3
"""A private key so small that n can be added to it, and that zero bytes can be cut off."""


VALIDATED: Final = (Feature.KEY_PAIR_VALIDATION,)
"""What a target says that looks at the number: a signature can be made with any."""


@case("K2", "private-key", flags=("KnownAnswer",), clause=PRIVATE_ENCODING)
def private_key(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** Private keys with and without their public key, ordinary and at the edges."""
    curve = family.curve
    for name, d in (
        ("main", family.ec_key(MAIN).d),
        ("second", family.ec_key(SECOND).d),
        ("1", 1),
        ("n-minus-1", curve.n - 1),
        ("leading-zeros", SHORT),
    ):
        require(1 <= d < curve.n, "the private key is out of range")
        why = f"A private key in its right form is imported, and signs: {name.replace('-', ' ')}."
        yield imported_private(family, name, why, whole_private_key(curve, d))
        material = private_key_info(curve, ec_private_key(i2osp(d, 32)))
        why = "The public key may be missing, since it follows from the private one."
        yield imported_private(family, f"{name}-alone", why, material)


@case("K2", "private-key-range", flags=("InvalidPrivateKey",), clause=PRIVATE_RANGE)
def private_key_range(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The private key is 0, n or more; modulo n it may be a good one."""
    curve, n = family.curve, family.curve.n
    good = private_key_info(curve, ec_private_key(i2osp(SHORT, 32)))
    control = as_control(imported_private(family, "control", CONTROL, good))
    yield control
    for name, d in (
        ("0", 0),
        ("n", n),
        ("n-plus-1", n + 1),
        ("plus-n", SHORT + n),
        ("p", curve.p),
        ("2-256-minus-1", (1 << 256) - 1),
    ):
        require(not 1 <= d < n, "the private key is in the range")
        why = f"A private key is between 1 and n - 1: {name.replace('-', ' ')}."
        material = private_key_info(curve, ec_private_key(i2osp(d, 32)))
        yield refused_import(family, control, name, why, material, needs=VALIDATED)


@case("K2", "private-key-length", flags=("InvalidPrivateKey",), clause=PRIVATE_ENCODING)
def private_key_length(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The octets of the private key are more or fewer than those of n."""
    curve = family.curve
    octets = i2osp(SHORT, 32)
    good = private_key_info(curve, ec_private_key(octets))
    control = as_control(imported_private(family, "control", CONTROL, good))
    yield control
    for name, changed in (
        ("empty", b""),
        ("33-bytes-above", b"\x01" + octets),
        ("64-bytes-above", octets + octets),
        ("40-bytes-negative", b"\xff" * 8 + octets),
    ):
        require(len(changed) != curve.order_length, "the length is right")
        why = f"A private key has 32 bytes: {name.replace('-', ' ')}."
        material = private_key_info(curve, ec_private_key(changed))
        yield refused_import(family, control, name, why, material, needs=VALIDATED)


READABLE: Final = (
    *("byte-after", "inner-byte-after", "indefinite-length"),
    *("inner-version-0", "inner-version-2", "version-7"),
)
"""Encodings that no standard obliges a reader to refuse: what it reads can only be the key."""


@case("K2", "private-key-encoding", flags=("KeyEncoding",), clause=PRIVATE_ENCODING)
def private_key_encoding(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The private key is not the DER of a PrivateKeyInfo with an ECPrivateKey."""
    curve, key = family.curve, family.ec_key()
    octets = i2osp(key.d, 32)
    good = private_key_info(curve, ec_private_key(octets))
    control = as_control(imported_private(family, "control", CONTROL, good))
    yield control
    inner, name_of_curve = ec_private_key(octets), algorithm(curve_name(curve))
    for name, changed in (
        ("empty", b""),
        ("cut", good[:-1]),
        ("byte-after", good + b"\x00"),
        ("inner-cut", private_key_info(curve, inner[:-1])),
        ("inner-byte-after", private_key_info(curve, inner + b"\x00")),
        ("inner-version-0", private_key_info(curve, ec_private_key(octets, version=0))),
        ("inner-version-2", private_key_info(curve, ec_private_key(octets, version=2))),
        ("version-7", private_key_info(curve, inner, version=7)),
        ("indefinite-length", b"\x30\x80" + good[2:] + b"\x00\x00"),
        (
            "integer",
            private_key_info(curve, der.sequence(der.integer(1), der.integer(key.d))),
        ),
        ("only-octets", private_key_info(curve, octets)),
        ("no-private-key", der.sequence(der.integer(0), name_of_curve)),
        ("no-version", der.sequence(name_of_curve, der.octet_string(inner))),
        ("public-key", encode_public_key(key.public)),
        ("bare-octets", octets),
    ):
        why = f"A private key is the DER of a PrivateKeyInfo: {name.replace('-', ' ')}."
        needs = (Feature.STRICT_KEY_ENCODING,) if name in READABLE else ()
        yield refused_import(family, control, name, why, changed, OTHER_KIND, needs)


@case("K2", "private-key-curve", flags=("CurveParameters",), clause=PARAMETERS)
def private_key_curve(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The private key names another curve than that of its key spec, or none."""
    curve, d = family.curve, SHORT
    good = private_key_info(curve, ec_private_key(i2osp(d, 32)))
    control = as_control(imported_private(family, "control", CONTROL, good))
    yield control
    other = CURVES[other_key_spec(family.parameters.key_spec)]
    own, inner = curve_name(curve), ec_private_key(i2osp(d, 32))
    for name, changed in (
        ("other-curve", private_key_info(other, inner)),
        ("other-curve-with-public-key", whole_private_key(other, d)),
        ("no-curve", private_key_info(curve, inner, identifier=algorithm(b""))),
        ("implicit-curve", private_key_info(curve, inner, identifier=algorithm(der.null()))),
        (
            "unknown-curve",
            private_key_info(
                curve, inner, identifier=algorithm(der.object_identifier("1.3.6.1.4.1.99999.1"))
            ),
        ),
        (
            "rsa",
            private_key_info(curve, inner, identifier=algorithm(own, "1.2.840.113549.1.1.1")),
        ),
        ("dsa", private_key_info(curve, inner, identifier=algorithm(own, "1.2.840.10040.4.1"))),
        ("ed25519", private_key_info(curve, inner, identifier=algorithm(own, "1.3.101.112"))),
    ):
        why = f"A private key names id-ecPublicKey and its curve: {name.replace('-', ' ')}."
        yield refused_import(family, control, name, why, changed, OTHER_KIND)


@case("K2", "private-key-parameters", flags=("CurveParameters",), clause=PRIVATE_ENCODING)
def private_key_parameters(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** The ECPrivateKey names its curve too, as RFC 5915 wants where it stands alone."""
    for name, d in (("main", family.ec_key(MAIN).d), ("leading-zeros", SHORT)):
        why = f"A private key may name its curve a second time, inside: {name.replace('-', ' ')}."
        for inside in ("alone", "with-public-key"):
            material = _with_parameters(family, d, family.curve, public=inside != "alone")
            yield imported_private(family, f"{name}-{inside}", why, material)


@case("K2", "private-key-two-curves", flags=("CurveParameters",), clause=PRIVATE_ENCODING)
def private_key_two_curves(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The ECPrivateKey names another curve than the PrivateKeyInfo around it."""
    good = _with_parameters(family, SHORT, family.curve, public=False)
    control = as_control(imported_private(family, "control", CONTROL, good))
    yield control
    other = CURVES[other_key_spec(family.parameters.key_spec)]
    for name, public in (("alone", False), ("with-public-key", True)):
        why = f"A key has one curve, not one outside and another inside: {name.replace('-', ' ')}."
        changed = _with_parameters(family, SHORT, other, public=public)
        yield refused_import(family, control, name, why, changed)


def _with_parameters(family: EcdsaMaker, d: int, inside: Curve, *, public: bool) -> bytes:
    """Return a private key on the curve of the family, in which this curve is named in [0]."""
    named = der.context(0, curve_name(inside))
    point = uncompressed(*_public_point(family.curve, d))
    key = der.context(1, der.bit_string(point)) if public else b""
    return private_key_info(family.curve, ec_private_key(i2osp(d, 32), rest=named + key))


def _public_point(curve: Curve, d: int) -> Point:
    point = curve.multiply(d, curve.g)
    assert point is not None
    return point


BOOK = case_book(
    private_key,
    private_key_range,
    private_key_length,
    private_key_encoding,
    private_key_curve,
    private_key_parameters,
    private_key_two_curves,
)
"""The cases of this module."""
