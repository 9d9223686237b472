"""Ways of taking another secret than the x-coordinate of the common point."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.ecdh import Ecdh
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import Dialect, KdfInput
from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.octets import i2osp

SECRET = "SEC 1 §3.3.1 step 3"
ALONE = "No other implementation comes to the same secret."


@deviation(
    "ecdh/leading-zeros-lost",
    gain="One message of 256 cannot be decrypted by others, or theirs not here; and how long the "
    "secret takes to hash tells something of it.",
    clause="SEC 1 §2.3.5",
    cause="The coordinate goes through a number: BigInteger.toByteArray of Java, BN_bn2bin of "
    "OpenSSL, mpz_export of GMP leave zeros away.",
    remedy="Write the coordinate with as many bytes as p has: BN_bn2binpad.",
    severity=Severity.MEDIUM,
    weakness=130,
)
class LeadingZerosLost(Ecdh):
    """The secret loses its leading zero bytes."""

    def encode_coordinate(self, x: int) -> bytes:
        """Take as many bytes as the number has."""
        return super().encode_coordinate(x).lstrip(b"\x00")


@deviation(
    "ecdh/sign-zero-before-secret",
    gain="Every second message cannot be decrypted by others, or theirs not here.",
    clause="SEC 1 §2.3.5",
    cause="BigInteger.toByteArray of Java writes two's complement.",
    remedy="Write the coordinate with as many bytes as p has.",
    severity=Severity.LOW,
    weakness=130,
)
class SignZeroBeforeSecret(Ecdh):
    """A secret whose first bit is set gets a zero byte before it."""

    def encode_coordinate(self, x: int) -> bytes:
        """Write a sign."""
        octets = super().encode_coordinate(x)
        return b"\x00" + octets if octets[:1] >= b"\x80" else octets


@deviation(
    "ecdh/secret-little-endian",
    gain=ALONE,
    clause="SEC 1 §2.3.5",
    cause="X25519 has the other byte order, and so have some chips and micro-ecc when it is built "
    "with uECC_VLI_NATIVE_LITTLE_ENDIAN.",
    remedy="Write the coordinate with its most significant byte first.",
    severity=Severity.LOW,
    weakness=198,
)
class SecretLittleEndian(Ecdh):
    """The secret is written with its least significant byte first."""

    def encode_coordinate(self, x: int) -> bytes:
        """Turn it round."""
        return super().encode_coordinate(x)[::-1]


@deviation(
    "ecdh/secret-hashed",
    gain=ALONE,
    clause=SECRET,
    cause="secp256k1_ecdh of libsecp256k1 gives the SHA-256 of the compressed point unless it is "
    "told another hash function.",
    remedy="Pass a hash function that copies the x-coordinate.",
    severity=Severity.LOW,
    weakness=684,
)
class SecretHashed(Ecdh):
    """The secret is the SHA-256 of the compressed common point."""

    _parity = 0

    def check_not_infinity(self, point: Point | None) -> Point:
        """Keep the parity of y."""
        common = super().check_not_infinity(point)
        self._parity = common.y & 1
        return common

    def encode_coordinate(self, x: int) -> bytes:
        """Hash the compressed point."""
        octets = bytes([2 + self._parity]) + super().encode_coordinate(x)
        return hashlib.sha256(octets).digest()


@deviation(
    "ecdh/y-in-place-of-x",
    gain=ALONE + " Nothing is proved of that coordinate.",
    clause=SECRET,
    cause="The coordinates change places in a structure or on the stack.",
    remedy="Take the x-coordinate.",
    severity=Severity.LOW,
    weakness=683,
)
class YInPlaceOfX(Ecdh):
    """The secret is the y-coordinate of the common point."""

    def check_not_infinity(self, point: Point | None) -> Point:
        """Exchange both."""
        x, y = super().check_not_infinity(point)
        return Point(y, x)


@deviation(
    "ecdh/both-coordinates",
    gain=ALONE,
    clause=SECRET,
    cause="The library gives the common point with both coordinates, as SM2 needs it, and the "
    "caller takes all of it.",
    remedy="Take the x-coordinate alone.",
    severity=Severity.LOW,
    weakness=684,
)
class BothCoordinates(Ecies):
    """The secret is the x- and the y-coordinate of the common point."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Take both."""
        return replace(super().speak(dialect), kdf_input=KdfInput.COMMON_POINT)


@deviation(
    "ecdh/whole-point",
    gain=ALONE,
    clause=SECRET,
    cause="The common point is encoded as points are, with 04 before it.",
    remedy="Take the x-coordinate alone.",
    severity=Severity.LOW,
    weakness=684,
)
class WholePoint(Ecies):
    """The secret is the common point in uncompressed form, with the byte 04 first."""

    def speak(self, dialect: Dialect) -> Dialect:
        """Take both coordinates."""
        return replace(super().speak(dialect), kdf_input=KdfInput.COMMON_POINT)

    def kdf_input(self, r: bytes, z: bytes) -> bytes:
        """Put 04 before them."""
        return b"\x04" + super().kdf_input(r, z)


@deviation(
    "ecdh/secret-cut-to-16-bytes",
    gain=ALONE + " The secret has 128 bits in place of 256; that is enough, but not by much.",
    clause=SECRET,
    cause="The secret is cut to the length of an AES key, or of the strength of the curve.",
    remedy="Take the whole coordinate.",
    severity=Severity.LOW,
    weakness=222,
)
class SecretCutTo16Bytes(Ecdh):
    """The secret is the first 16 bytes of the x-coordinate."""

    def encode_coordinate(self, x: int) -> bytes:
        """Cut it."""
        return super().encode_coordinate(x)[:16]


@deviation(
    "ecdh/secret-not-computed",
    gain="Everybody reads every message: what is secret is in the ciphertext.",
    clause="SEC 1 §3.3.1 step 1",
    cause="The buffer for the secret holds the other's point before the multiplication, which "
    "fails or is left away, and its result is not looked at.",
    remedy="Check that the multiplication succeeded.",
    severity=Severity.CRITICAL,
    weakness=252,
)
class SecretNotComputed(Ecies):
    """The secret is the x-coordinate of the ephemeral point, which is in the ciphertext."""

    def kdf_input(self, r: bytes, z: bytes) -> bytes:
        """Take it from there."""
        return i2osp(self.point_encoding.decode(r).x, self.curve.field_length)
