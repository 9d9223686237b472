"""Targets that make EC keys and are wrong in one way each of ECIES."""

from __future__ import annotations

import hashlib
import itertools

from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kmsproof.messages import ImportKey
from kmsproof.outcome import Rejected
from kmsproof.vocabulary import EciesDialect
from kmsproof_adapters.ecies import MAC_LENGTH, NOT_OPENED, POINT_LENGTHS
from kmsproof_adapters.pyca.ec import CURVES as LIBRARY_CURVES
from kmsproof_adapters.pyca.ec import DIFFIE_HELLMAN, PycaEcies, PycaEcKey
from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_testing.live_ec_target import MacKeyFirst, MadeEcKeys
from kmsproof_vectors.cases.ec import CURVES
from kmsproof_vectors.ec_small_orders import multiple


class InvalidCurveEcies(PycaEcies):
    """Multiplies whatever point comes, without a look at the curve."""

    def shared_secret(self, point: bytes) -> bytes | None:
        """Return the x-coordinate of d times whatever it is."""
        if point[:1] != b"\x04":
            return super().shared_secret(point)
        name = self._private.curve.name
        key_spec = next(spec for spec, each in LIBRARY_CURVES.items() if each.name == name)
        x, y = os2ip(point[1:33]), os2ip(point[33:])
        d = self._private.private_numbers().private_value
        try:
            common = multiple(CURVES[key_spec], d, Point(x, y))
        except ValueError:  # a number that has no inverse modulo p
            return None
        return None if common is None else i2osp(common.x, 32)


class StripsZeros(PycaEcies):
    """Takes the secret for a number, and its leading zeros for nothing."""

    def shared_secret(self, point: bytes) -> bytes | None:
        """Return the secret without leading zeros."""
        secret = super().shared_secret(point)
        return None if secret is None else secret.lstrip(b"\x00")

    def ephemeral(self) -> tuple[bytes, bytes]:
        """Encrypt so that it comes back."""
        point, secret = super().ephemeral()
        return point, secret.lstrip(b"\x00")


class OneByteCounter(PycaEcies):
    """Counts the blocks of the key derivation in one byte."""

    def derive(self, secret: bytes, length: int) -> bytes:
        """Derive, and begin again after 256 blocks."""
        blocks = (
            hashlib.sha1(secret + i2osp(number % 256, 4), usedforsecurity=False).digest()
            for number in range(1, -(-length // MAC_LENGTH) + 1)
        )
        return b"".join(blocks)[:length]


class RepeatsPoint(PycaEcies):
    """Encrypts with one ephemeral key."""

    made: tuple[bytes, bytes] | None = None

    def ephemeral(self) -> tuple[bytes, bytes]:
        """The key that it always takes."""
        self.made = self.made or super().ephemeral()
        return self.made


class CountsEphemeralKeys(PycaEcies):
    """Counts its ephemeral keys, from a random one."""

    counter = itertools.count(0x1234567 << 220)

    def ephemeral(self) -> tuple[bytes, bytes]:
        """Count."""
        key = derive_private_key(next(self.counter), self._curve)
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return point, key.exchange(DIFFIE_HELLMAN, self._public)


class ComparesTags(PycaEcies):
    """Compares a part of the tag."""

    compared = slice(0)

    def decrypt(self, ciphertext: bytes, dialect: EciesDialect) -> bytes | Rejected:
        """Decrypt after a look at a part of the tag."""
        length = POINT_LENGTHS.get(ciphertext[0] if ciphertext else 1)
        if length is None or len(ciphertext) < length + MAC_LENGTH:
            return NOT_OPENED
        point, text, tag = ciphertext[:length], ciphertext[length:-20], ciphertext[-20:]
        key_data = self.key_data(point, len(text) + MAC_LENGTH)
        if key_data is None:
            return NOT_OPENED
        first = MAC_LENGTH if dialect is EciesDialect.MK_EK else 0
        mac_key = key_data[:first] or key_data[len(text) :]
        if self.mac(mac_key, text)[self.compared] != tag[self.compared]:
            return NOT_OPENED
        return bytes(a ^ b for a, b in zip(text, key_data[first:], strict=False))


class ComparesHalfTheTag(ComparesTags):
    """Compares the first half of the tag."""

    compared = slice(10)


class ForgetsTheTagOfNothing(PycaEcies):
    """Does not look at the tag when there is no message."""

    def decrypt(self, ciphertext: bytes, dialect: EciesDialect) -> bytes | Rejected:
        """Decrypt."""
        if len(ciphertext) == 85 and self.shared_secret(ciphertext[:65]) is not None:
            return b""
        return super().decrypt(ciphertext, dialect)


class Talkative(PycaEcies):
    """Says what is wrong with a ciphertext."""

    def decrypt(self, ciphertext: bytes, dialect: EciesDialect) -> bytes | Rejected:
        """Decrypt, or tell why not."""
        opened = super().decrypt(ciphertext, dialect)
        length = POINT_LENGTHS.get(ciphertext[0] if ciphertext else 1, 0)
        if isinstance(opened, Rejected) and length and len(ciphertext) >= length + MAC_LENGTH:
            valid = self.shared_secret(ciphertext[:length]) is not None
            return Rejected(opened.rejection, "bad tag" if valid else "bad point", opened.message)
        return opened


def with_ecies(kind: type[PycaEcies]) -> type[PycaEcKey]:
    """Return keys whose ECIES is of a kind."""

    class Key(PycaEcKey):
        def __init__(
            self,
            request: ImportKey,
            key: EllipticCurvePrivateKey | EllipticCurvePublicKey,
        ) -> None:
            super().__init__(request, key)
            self._ecies = kind(LIBRARY_CURVES[request.key_spec], key)

    return Key


class OtherDialect(MacKeyFirst):
    """Declares the encryption key first, and takes the MAC key first."""

    dialects = (EciesDialect.EK_MK,)


class AnyDialect(MadeEcKeys):
    """Decrypts in both dialects, whichever is asked for."""

    class Key(PycaEcKey):
        """A key of it."""

        def decrypt_ecies(self, ciphertext: bytes, dialect: EciesDialect) -> bytes | Rejected:
            """Decrypt in the dialect that fits."""
            opened = super().decrypt_ecies(ciphertext, EciesDialect.EK_MK)
            if not isinstance(opened, Rejected):
                return opened
            return super().decrypt_ecies(ciphertext, EciesDialect.MK_EK)

    key_type = Key
