"""ECIES of the reference with the arithmetic of the package ``cryptography``.

Standard:  SEC 1 version 2.0, edition of 21 May 2009.
Section:   5.1.

The byte layout, the order of the keys and the one error for every failure are those of
`kmsproof_reference.ecies`. Here are the steps that are slow there: the ephemeral key, the
Diffie-Hellman primitive and the key derivation.
"""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    EllipticCurvePrivateKey,
    EllipticCurvePublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import Dialect
from kmsproof_reference.elliptic_curve import Curve, Point
from kmsproof_reference.errors import InvalidCiphertext, InvalidPoint

_DIFFIE_HELLMAN = ECDH()
_SHA_1 = SHA1()


class FastEcies(Ecies):
    """ECIES under one private key of ``cryptography`` (SEC 1 §5.1)."""

    def __init__(self, key: EllipticCurvePrivateKey, curve: Curve, dialect: Dialect) -> None:
        """``curve`` is the one of the key, as the reference has it."""
        self.library_key, self.library_public_key = key, key.public_key()
        super().__init__(EcPrivateKey(curve, key.private_numbers().private_value), dialect)

    def encrypt_with_new_key(self, message: bytes) -> bytes:
        """The ciphertext of a message of any length, with a random ephemeral key (§5.1.3)."""
        ephemeral = generate_private_key(self.library_key.curve)
        r = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        z = ephemeral.exchange(_DIFFIE_HELLMAN, self.library_public_key)
        return self.seal(r, z, message)

    def shared_secret(self, private: EcPrivateKey, point: Point | None) -> bytes:
        """Z, 32 bytes (SEC 1 §5.1.4 steps 4 and 5). Raises `InvalidPoint`."""
        if point is None:
            raise InvalidPoint("the point at infinity is no key (SEC 1 §3.2.2.1)")
        numbers = EllipticCurvePublicNumbers(point.x, point.y, self.library_key.curve)
        try:
            return self.library_key.exchange(_DIFFIE_HELLMAN, numbers.public_key())
        except ValueError as error:
            raise InvalidPoint("the point is no key of the curve (SEC 1 §3.2.2.1)") from error

    def derive_keys(self, secret: bytes, length: int, shared_info_1: bytes) -> bytes:
        """K by ANSI-X9.63-KDF over SHA-1 (SEC 1 §5.1.3 step 5)."""
        return X963KDF(_SHA_1, length, shared_info_1 or None).derive(secret)

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Raise `InvalidCiphertext` unless the tags are equal, in a time that tells nothing."""
        if not hmac.compare_digest(expected_tag, tag):
            raise InvalidCiphertext("the tag does not verify (SEC 1 §5.1.4 step 8)")
