"""EC public keys that are malformed, or of another curve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference import der
from kmsproof_reference.ec_key_encoding import EC_DH, EC_MQV
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.vocabulary import Feature
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec import CURVES, SECOND, other_key_spec
from kmsproof_vectors.cases.ec_ecdsa import EcdsaMaker, Message, Signature
from kmsproof_vectors.cases.ec_import import (
    CONTROL,
    OTHER_KIND,
    PARAMETERS,
    PUBLIC_ENCODING,
    RESTRICTED,
    RESTRICTION,
    Use,
    algorithm,
    as_control,
    broken_identifiers,
    curve_name,
    explicit_parameters,
    imported_public,
    public_key_info,
    refused_import,
    uncompressed,
)
from kmsproof_vectors.cases.ec_import_points import (
    ordinary_control,
    ordinary_use,
    point_of,
)
from kmsproof_vectors.ec_points import point_at

# Encoding.


READABLE: Final = (
    *("byte-after", "twice", "length-long-form", "indefinite-length"),
    *("unused-bits-1", "unused-bits-7", "unused-bits-8"),
    *("curve-name-unfinished", "curve-name-zero-in-front"),
)
"""Encodings that no standard obliges a reader to refuse: what it reads can only be the key."""


@case("K2", "public-key-encoding", flags=("KeyEncoding",), clause=PUBLIC_ENCODING)
def public_key_encoding(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The SubjectPublicKeyInfo is not DER, or not of its two elements."""
    curve = family.curve
    control = ordinary_control(family)
    yield control
    whole = public_key_info(curve, uncompressed(*point_of(family)))
    name_of_curve, key = algorithm(curve_name(curve)), uncompressed(*point_of(family))
    bits, body = der.bit_string(key), whole[2:]
    for name, octets in (
        ("empty", b""),
        ("cut", whole[:-1]),
        ("byte-after", whole + b"\x00"),
        ("twice", whole + whole),
        ("length-plus-1", whole[:1] + bytes([whole[1] + 1]) + body),
        ("length-minus-1", whole[:1] + bytes([whole[1] - 1]) + body),
        ("length-long-form", b"\x30\x81" + whole[1:]),
        ("indefinite-length", b"\x30\x80" + body + b"\x00\x00"),
        ("element-after", der.sequence(name_of_curve, bits, der.null())),
        ("no-point", der.sequence(name_of_curve)),
        ("no-algorithm", der.sequence(bits)),
        ("exchanged", der.sequence(bits, name_of_curve)),
        ("set", der.encode(0x31, body)),
        ("octet-string", der.sequence(name_of_curve, der.octet_string(key))),
        ("unused-bits-1", der.sequence(name_of_curve, der.encode(der.BIT_STRING, b"\x01" + key))),
        ("unused-bits-7", der.sequence(name_of_curve, der.encode(der.BIT_STRING, b"\x07" + key))),
        ("unused-bits-8", der.sequence(name_of_curve, der.encode(der.BIT_STRING, b"\x08" + key))),
        ("no-unused-bits", der.sequence(name_of_curve, der.encode(der.BIT_STRING, key))),
        ("empty-bit-string", der.sequence(name_of_curve, der.encode(der.BIT_STRING, b""))),
        ("only-point", key),
        *(
            (f"curve-name-{what}", der.sequence(algorithm(name), bits))
            for what, name in broken_identifiers(curve_name(curve)).items()
        ),
    ):
        why = f"A public key is the DER of a SubjectPublicKeyInfo: {name.replace('-', ' ')}."
        needs = (Feature.STRICT_KEY_ENCODING,) if name in READABLE else ()
        yield refused_import(family, control, name, why, octets, needs=needs)


# The curve.


@case("K2", "public-key-curve", flags=("CurveParameters",), clause=PARAMETERS)
def public_key_curve(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The key does not name the curve of its key spec, or is of another algorithm."""
    curve = family.curve
    control = ordinary_control(family)
    yield control
    key, own = uncompressed(*point_of(family)), curve_name(curve)
    other = CURVES[other_key_spec(family.parameters.key_spec)]
    for name, identifier in (
        ("other-curve", algorithm(curve_name(other))),
        ("p-384", algorithm(der.object_identifier("1.3.132.0.34"))),
        ("unknown-curve", algorithm(der.object_identifier("1.3.6.1.4.1.99999.1"))),
        ("no-curve", algorithm(b"")),
        ("implicit-curve", algorithm(der.null())),
        ("two-curves", algorithm(own + own)),
        ("name-as-octets", algorithm(der.encode(der.OCTET_STRING, own[2:]))),
        ("rsa", algorithm(own, "1.2.840.113549.1.1.1")),
        ("ed25519", algorithm(own, "1.3.101.112")),
        ("curve-as-algorithm", der.sequence(own)),
    ):
        why = f"A key names id-ecPublicKey and its curve: {name.replace('-', ' ')}."
        material = der.sequence(identifier, der.bit_string(key))
        yield refused_import(family, control, name, why, material, OTHER_KIND)


@case("K2", "public-key-restricted", flags=("RestrictedKey",), clause=RESTRICTION)
def public_key_restricted(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The key is one for key agreement only, and shall verify a signature."""
    curve = family.curve
    control = ordinary_control(family)
    yield control
    for name, oid, use in (
        ("ec-dh", EC_DH, "ECDH"),
        ("ec-mqv", EC_MQV, "ECMQV"),
    ):
        identifier = algorithm(curve_name(curve), oid)
        require(der.object_identifier(oid) in identifier, "the algorithm is another")
        why = f"A key that is restricted to {use} verifies no signature."
        material = der.sequence(identifier, der.bit_string(uncompressed(*point_of(family))))
        yield refused_import(family, control, name, why, material, RESTRICTED)


@case("K2", "public-key-other-curve", flags=("CurveParameters",), clause=PARAMETERS)
def public_key_other_curve(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** A good key of the other curve, under which the same signature is valid."""
    curve, other = family.curve, CURVES[other_key_spec(family.parameters.key_spec)]
    message, control, signature = _valid_on_both(family, other)
    yield control
    r, s = signature
    commitment = point_at(other, r)
    assert commitment is not None
    inverse = pow(r, -1, other.n)
    point = other.multiply_sum(-message.e * inverse % other.n, other.g, s * inverse, commitment)
    assert point is not None
    require(curve is not other and other.is_on_curve(point), "the key is none of the other curve")
    why = f"A key of {other.name} is none of {curve.name}, though the signature fits both."
    material = public_key_info(other, uncompressed(*point))
    yield refused_import(family, control, "same-signature", why, material, OTHER_KIND)


def _valid_on_both(family: EcdsaMaker, other: Curve) -> tuple[Message, Draft, Signature]:
    """Return a signature under the main key whose r is an x-coordinate of the other curve, too."""
    message = family.message()
    while True:
        signature = family.sign(message, k=family.random_scalar())
        if max(signature) < other.n and point_at(other, signature.r) is not None:
            break
    material = public_key_info(family.curve, uncompressed(*point_of(family)))
    control = imported_public(family, "control", CONTROL, material, Use(message, signature))
    return message, as_control(control), signature


@case("K2", "public-key-base-point", flags=("CurveParameters",), clause=PARAMETERS)
def public_key_base_point(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The curve is spelled out with another base point, so that anybody can sign."""
    curve, use = family.curve, ordinary_use(family)
    good = public_key_info(curve, uncompressed(*point_of(family)))
    control = as_control(imported_public(family, "control", CONTROL, good, use))
    yield control
    u1, u2 = family.multipliers(use.message, use.signature)
    commitment = curve.multiply_sum(u1, curve.g, u2, point_of(family))
    for name, public in (("second-key", point_of(family, SECOND)), ("base-point", curve.g)):
        # u1 G' + u2 Q' = R for G' = (R - u2 Q') / u1.
        difference = curve.add(commitment, curve.multiply(-u2, public))
        base = curve.multiply(pow(u1, -1, curve.n), difference)
        assert base is not None
        require(curve.multiply_sum(u1, base, u2, public) == commitment, "it would not verify")
        why = f"Another base point makes another curve, on which the signature fits: {name}."
        material = public_key_info(curve, uncompressed(*public), explicit_parameters(curve, base))
        why = why.replace("-", " ")
        yield refused_import(family, control, name, why, material, OTHER_KIND)


BOOK = case_book(
    public_key_encoding,
    public_key_curve,
    public_key_restricted,
    public_key_other_curve,
    public_key_base_point,
)
"""The cases of this module."""
