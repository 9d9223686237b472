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
    PrivateKeyValidation,
    PublicKeyValidation,
)
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.errors import InvalidKey, InvalidPoint
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.point_encoding import SEC1_FORMS, KeyPointEncoding, PointForm

EC_PUBLIC_KEY = "1.2.840.10045.2.1"
"""id-ecPublicKey (RFC 5480 §2.1.1)."""

EC_DH, EC_MQV = "1.3.132.1.12", "1.3.132.1.13"
"""id-ecDH and id-ecMQV: keys for agreement only (RFC 5480 §2.1.2). None is read here."""

PARAMETERS_TAG, PUBLIC_KEY_TAG = 0xA0, 0xA1
"""[0] and [1] of ECPrivateKey (RFC 5915 §3)."""


class KeyReader(der.Reader):
    """Reads the DER of keys."""


class EcKeyEncoding:
    """Reads and writes keys; what reads may raise `MalformedDer`, or `InvalidKey` when the DER is
    right and the key is not. One method for one part of the structure."""

    reader_class: type[KeyReader] = KeyReader
    point_encoding_class: type[KeyPointEncoding] = KeyPointEncoding
    public_key_validation_class: type[PublicKeyValidation] = PublicKeyValidation
    private_key_validation_class: type[PrivateKeyValidation] = PrivateKeyValidation

    # Public keys.

    def encode_public_key(
        self, key: EcPublicKey, form: PointForm = PointForm.UNCOMPRESSED
    ) -> bytes:
        """SubjectPublicKeyInfo with a named curve (RFC 5480 §2)."""
        point = self.encode_key_point(key, form)
        return der.sequence(self.encode_algorithm(key.curve), der.bit_string(point))

    def decode_public_key(
        self, octets: bytes, forms: frozenset[PointForm] = SEC1_FORMS
    ) -> EcPublicKey:
        """The public key of a SubjectPublicKeyInfo, its point in one of the forms (RFC 5480 §2)."""
        info = self.only_sequence(octets)
        curve = self.decode_algorithm(info.sequence())
        encoded = info.bit_string()
        info.end()
        return self.decode_key_point(curve, encoded, forms)

    def encode_key_point(self, key: EcPublicKey, form: PointForm) -> bytes:
        """The point of a public key in this form (RFC 5480 §2.2)."""
        return self.point_encoding_class(key.curve).encode(key.point, form)

    def decode_key_point(
        self, curve: Curve, octets: bytes, forms: frozenset[PointForm]
    ) -> EcPublicKey:
        """The public key that the point stands for (RFC 5480 §2.2). Raises `InvalidKey`."""
        try:
            key = EcPublicKey(curve, self.point_encoding_class(curve, forms).decode(octets))
        except InvalidPoint as error:
            raise InvalidKey(f"the public key is no point of the curve: {error}") from error
        self.public_key_validation_class().validate(key)
        return key

    # Private keys.

    def encode_private_key(self, key: EcPrivateKey) -> bytes:
        """PrivateKeyInfo with an ECPrivateKey that holds the public key (RFC 5958 §2, RFC 5915
        §3)."""
        public = der.bit_string(self.encode_key_point(key.public, PointForm.UNCOMPRESSED))
        private = der.sequence(
            der.integer(1),
            der.octet_string(i2osp(key.d, key.curve.order_length)),
            der.context(1, public),
        )
        algorithm = self.encode_algorithm(key.curve)
        return der.sequence(der.integer(0), algorithm, der.octet_string(private))

    def decode_private_key(self, octets: bytes) -> EcPrivateKey:
        """The private key of a PrivateKeyInfo (RFC 5958 §2, RFC 5915 §3)."""
        info = self.only_sequence(octets)
        self.check_version(info.integer(), 0)
        curve = self.decode_algorithm(info.sequence())
        private = info.octet_string()
        info.end()
        return self.decode_ec_private_key(private, curve)

    def decode_ec_private_key(self, octets: bytes, curve: Curve) -> EcPrivateKey:
        """The private key of an ECPrivateKey on this curve (RFC 5915 §3)."""
        reader = self.only_sequence(octets)
        self.check_version(reader.integer(), 1)
        key = EcPrivateKey(curve, self.decode_scalar(reader.octet_string(), curve))
        self.private_key_validation_class().validate(key)
        self.check_parameters(reader, key)
        self.check_public_key(reader, key)
        reader.end()
        return key

    def decode_scalar(self, octets: bytes, curve: Curve) -> int:
        """d, from as many bytes as n has (RFC 5915 §3). Raises `InvalidKey` for another length."""
        if len(octets) != curve.order_length:
            raise InvalidKey(f"a private key has {curve.order_length} bytes (RFC 5915 §3)")
        return os2ip(octets)

    def check_parameters(self, reader: der.Reader, key: EcPrivateKey) -> None:
        """Raise `InvalidKey` unless [0], where it is there, names the curve (RFC 5915 §3)."""
        if reader.peek() == PARAMETERS_TAG:
            parameters = self.reader_class(reader.read(PARAMETERS_TAG))
            self.check_same_curve(parameters.object_identifier(), key.curve)
            parameters.end()

    def check_public_key(self, reader: der.Reader, key: EcPrivateKey) -> None:
        """Raise `InvalidKey` unless [1], where it is there, is the public key (RFC 5915 §3)."""
        if reader.peek() == PUBLIC_KEY_TAG:
            encoded = self.reader_class(reader.read(PUBLIC_KEY_TAG))
            public = self.decode_key_point(key.curve, encoded.bit_string(), SEC1_FORMS)
            self.private_key_validation_class().validate(key, public)
            encoded.end()

    # What both have.

    def only_sequence(self, octets: bytes) -> der.Reader:
        """The SEQUENCE that the octets are, and after which there is nothing (X.690 §8.9)."""
        outer = self.reader_class(octets)
        sequence = outer.sequence()
        outer.end()
        return sequence

    def encode_algorithm(self, curve: Curve) -> bytes:
        """AlgorithmIdentifier: id-ecPublicKey and the name of the curve (RFC 5480 §2.1.1)."""
        return der.sequence(der.object_identifier(EC_PUBLIC_KEY), self.encode_parameters(curve))

    def encode_parameters(self, curve: Curve) -> bytes:
        """The name of the curve (RFC 5480 §2.1.1.1)."""
        named = OBJECT_IDENTIFIERS.items()
        return der.object_identifier(next(oid for oid, each in named if each.name == curve.name))

    def decode_algorithm(self, reader: der.Reader) -> Curve:
        """The curve of an AlgorithmIdentifier (RFC 5480 §2.1.1).

        Raises `InvalidKey` for another kind of key, and for a curve that has no name here.
        """
        self.check_algorithm(reader.object_identifier())
        curve = self.decode_parameters(reader)
        reader.end()
        return curve

    def check_algorithm(self, name: str) -> None:
        """Raise `InvalidKey` for another kind of key (RFC 5480 §2.1.1)."""
        if name != EC_PUBLIC_KEY:
            raise InvalidKey("the key is not one of an elliptic curve (RFC 5480 §2.1.1)")

    def decode_parameters(self, reader: der.Reader) -> Curve:
        """The curve that is named (RFC 5480 §2.1.1.1). Raises `InvalidKey` for an unknown name."""
        name = reader.object_identifier()
        if name not in OBJECT_IDENTIFIERS:
            raise InvalidKey("the named curve is not one of the reference (RFC 5480 §2.1.1.1)")
        return OBJECT_IDENTIFIERS[name]

    def check_version(self, version: int, expected: int) -> None:
        """Raise `InvalidKey` unless the version is the one that the standard has."""
        if version != expected:
            raise InvalidKey(f"the version of the key is not {expected} (RFC 5958 §2, RFC 5915 §3)")

    def check_same_curve(self, name: str, curve: Curve) -> None:
        """Raise `InvalidKey` unless the name is that of the curve (RFC 5915 §3)."""
        named = OBJECT_IDENTIFIERS.get(name)
        if named is None or named.name != curve.name:
            raise InvalidKey("the two names of the curve differ (RFC 5915 §3)")


def encode_public_key(key: EcPublicKey, form: PointForm = PointForm.UNCOMPRESSED) -> bytes:
    """The SubjectPublicKeyInfo; see `EcKeyEncoding.encode_public_key`."""
    return EcKeyEncoding().encode_public_key(key, form)


def decode_public_key(octets: bytes, forms: frozenset[PointForm] = SEC1_FORMS) -> EcPublicKey:
    """The public key; see `EcKeyEncoding.decode_public_key`."""
    return EcKeyEncoding().decode_public_key(octets, forms)


def encode_private_key(key: EcPrivateKey) -> bytes:
    """The PrivateKeyInfo; see `EcKeyEncoding.encode_private_key`."""
    return EcKeyEncoding().encode_private_key(key)


def decode_private_key(octets: bytes) -> EcPrivateKey:
    """The private key; see `EcKeyEncoding.decode_private_key`."""
    return EcKeyEncoding().decode_private_key(octets)


def decode_ec_private_key(octets: bytes, curve: Curve) -> EcPrivateKey:
    """The private key of an ECPrivateKey; see `EcKeyEncoding.decode_ec_private_key`."""
    return EcKeyEncoding().decode_ec_private_key(octets, curve)


def encode_algorithm(curve: Curve) -> bytes:
    """The AlgorithmIdentifier; see `EcKeyEncoding.encode_algorithm`."""
    return EcKeyEncoding().encode_algorithm(curve)
