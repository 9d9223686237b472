"""Keys of elliptic curves in DER: PKCS #8 for private keys, SubjectPublicKeyInfo for public ones.

Standard:  RFC 5958, August 2010 (PKCS #8); RFC 5915, June 2010 (ECPrivateKey); RFC 5480, March 2009
           (SubjectPublicKeyInfo).
Sections:  RFC 5958 2 (version 0, that of RFC 5208); RFC 5915 3; RFC 5480 2, 2.1.1 and 2.2.
Pages:     https://www.rfc-editor.org/rfc/rfc5915
           https://www.rfc-editor.org/rfc/rfc5480
Left out:  curves given by their parameters instead of a name, which RFC 5480 §2.1.1 forbids; the
           attributes of PKCS #8.

A private key is written with its public key and without a second name of its curve, as OpenSSL
does. When it is read either may be missing or there; what is there must agree with the rest.
"""

from __future__ import annotations

from kmsproof_reference import der
from kmsproof_reference.curves import OBJECT_IDENTIFIERS
from kmsproof_reference.ec_keys import (
    EcPrivateKey,
    EcPublicKey,
    check_private_key,
    check_public_key,
)
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.errors import InvalidKey, InvalidPoint
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.point_encoding import SEC1_FORMS, PointForm, decode_point, encode_point

EC_PUBLIC_KEY = "1.2.840.10045.2.1"
"""id-ecPublicKey (RFC 5480 §2.1.1)."""

PARAMETERS_TAG, PUBLIC_KEY_TAG = 0xA0, 0xA1
"""[0] and [1] of ECPrivateKey (RFC 5915 §3)."""


def encode_public_key(key: EcPublicKey, form: PointForm = PointForm.UNCOMPRESSED) -> bytes:
    """SubjectPublicKeyInfo with a named curve (RFC 5480 §2)."""
    return der.sequence(
        encode_algorithm(key.curve), der.bit_string(encode_point(key.curve, key.point, form))
    )


def decode_public_key(octets: bytes, forms: frozenset[PointForm] = SEC1_FORMS) -> EcPublicKey:
    """The public key of a SubjectPublicKeyInfo, its point in one of the forms (RFC 5480 §2).

    Raises `MalformedDer`, or `InvalidKey` when the DER is right and the key is not.
    """
    outer = der.Reader(octets)
    info = outer.sequence()
    outer.end()
    curve = decode_algorithm(info.sequence())
    encoded = info.bit_string()
    info.end()
    return decode_key_point(curve, encoded, forms)


def encode_private_key(key: EcPrivateKey) -> bytes:
    """PrivateKeyInfo with an ECPrivateKey that holds the public key (RFC 5958 §2, RFC 5915 §3)."""
    public = der.bit_string(encode_point(key.curve, key.public.point))
    private = der.sequence(
        der.integer(1),
        der.octet_string(i2osp(key.d, key.curve.order_length)),
        der.context(1, public),
    )
    return der.sequence(der.integer(0), encode_algorithm(key.curve), der.octet_string(private))


def decode_private_key(octets: bytes) -> EcPrivateKey:
    """The private key of a PrivateKeyInfo (RFC 5958 §2, RFC 5915 §3).

    Raises `MalformedDer`, or `InvalidKey` when the DER is right and the key is not.
    """
    outer = der.Reader(octets)
    info = outer.sequence()
    outer.end()
    check_version(info.integer(), 0)
    curve = decode_algorithm(info.sequence())
    private = info.octet_string()
    info.end()
    return decode_ec_private_key(private, curve)


def decode_ec_private_key(octets: bytes, curve: Curve) -> EcPrivateKey:
    """The private key of an ECPrivateKey on this curve (RFC 5915 §3).

    Raises `MalformedDer`, or `InvalidKey` when the DER is right and the key is not.
    """
    outer = der.Reader(octets)
    reader = outer.sequence()
    outer.end()
    check_version(reader.integer(), 1)
    encoded = reader.octet_string()
    if len(encoded) != curve.order_length:
        raise InvalidKey(f"a private key has {curve.order_length} bytes (RFC 5915 §3)")
    key = EcPrivateKey(curve, os2ip(encoded))
    check_private_key(key)
    check_optional_parts(reader, key)
    return key


def check_optional_parts(reader: der.Reader, key: EcPrivateKey) -> None:
    """Raise `InvalidKey` unless [0] names the curve and [1] is the public key (RFC 5915 §3)."""
    if reader.peek() == PARAMETERS_TAG:
        parameters = der.Reader(reader.read(PARAMETERS_TAG))
        check_same_curve(parameters.object_identifier(), key.curve)
        parameters.end()
    if reader.peek() == PUBLIC_KEY_TAG:
        public = der.Reader(reader.read(PUBLIC_KEY_TAG))
        check_private_key(key, decode_key_point(key.curve, public.bit_string(), SEC1_FORMS))
        public.end()
    reader.end()


def encode_algorithm(curve: Curve) -> bytes:
    """AlgorithmIdentifier: id-ecPublicKey and the name of the curve (RFC 5480 §2.1.1)."""
    name = next(oid for oid, named in OBJECT_IDENTIFIERS.items() if named.name == curve.name)
    return der.sequence(der.object_identifier(EC_PUBLIC_KEY), der.object_identifier(name))


def decode_algorithm(reader: der.Reader) -> Curve:
    """The curve of an AlgorithmIdentifier (RFC 5480 §2.1.1).

    Raises `InvalidKey` for another kind of key, and for a curve that has no name here.
    """
    if reader.object_identifier() != EC_PUBLIC_KEY:
        raise InvalidKey("the key is not one of an elliptic curve (RFC 5480 §2.1.1)")
    name = reader.object_identifier()
    reader.end()
    if name not in OBJECT_IDENTIFIERS:
        raise InvalidKey("the named curve is not one of the reference (RFC 5480 §2.1.1.1)")
    return OBJECT_IDENTIFIERS[name]


def decode_key_point(curve: Curve, octets: bytes, forms: frozenset[PointForm]) -> EcPublicKey:
    """The public key that the point stands for (RFC 5480 §2.2). Raises `InvalidKey`."""
    try:
        key = EcPublicKey(curve, decode_point(curve, octets, forms))
    except InvalidPoint as error:
        raise InvalidKey(f"the public key is no point of the curve: {error}") from error
    check_public_key(key)
    return key


def check_version(version: int, expected: int) -> None:
    """Raise `InvalidKey` unless the version is the one that the standard has."""
    if version != expected:
        raise InvalidKey(f"the version of the key is not {expected} (RFC 5958 §2, RFC 5915 §3)")


def check_same_curve(name: str, curve: Curve) -> None:
    """Raise `InvalidKey` unless the name is that of the curve (RFC 5915 §3)."""
    named = OBJECT_IDENTIFIERS.get(name)
    if named is None or named.name != curve.name:
        raise InvalidKey("the two names of the curve differ (RFC 5915 §3)")
