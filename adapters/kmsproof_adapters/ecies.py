"""ECIES put together of a library's own parts, for libraries that have the parts and not the whole.

The scheme is SEC 1 v2.0 §5.1 with ECDH, the KDF of ANSI X9.63 over SHA-1, XOR and HMAC-SHA-1. Only
the putting together is done here: what a point is, the shared secret, the keys and the tag are
the library's.
"""

from __future__ import annotations

import hmac
from abc import ABC, abstractmethod

from kmsproof.outcome import Rejected
from kmsproof.vocabulary import EciesDialect, RejectionClass

COMPOSED_NOTE = "ECIES is put together by the adapter, of the library's ECDH, KDF, hash and HMAC"
"""What a reader of a report should know of such a target."""

MAC_LENGTH = 20
"""Bytes of HMAC-SHA-1, both of its key and of the tag (SEC 1 §3.7)."""

POINT_LENGTHS = {0x00: 1, 0x02: 33, 0x03: 33, 0x04: 65, 0x06: 65, 0x07: 65}
"""Bytes of a point of a 256-bit curve, by its first byte (SEC 1 §2.3.3, ANSI X9.62 §4.3.6).

Where the point ends has to be known before the library can be asked whether it is one. The point
at infinity is here, too, and not refused before the library has seen it.
"""

NOT_OPENED = Rejected(
    RejectionClass.INVALID_CIPHERTEXT, "ecies-refused", "the ciphertext does not open"
)
"""The one answer to whatever is wrong with a ciphertext: a difference would be an oracle."""


class Ecies(ABC):
    """ECIES under one key; a subclass brings key data for a message, and the MAC."""

    @abstractmethod
    def ephemeral_key_data(self, length: int) -> tuple[bytes, bytes]:
        """Make an ephemeral key; return R, uncompressed, and key data shared with the recipient."""

    @abstractmethod
    def key_data(self, point: bytes, length: int) -> bytes | None:
        """Return key data shared with the sender of R; nothing if that is no point to be used."""

    @abstractmethod
    def mac(self, key: bytes, data: bytes) -> bytes:
        """Return the HMAC-SHA-1 of ``data``, 20 bytes."""

    def encrypt(self, plaintext: bytes, dialect: EciesDialect) -> bytes:
        """Return R, the ciphertext and the tag in one (SEC 1 §5.1.3)."""
        length = len(plaintext)
        point, key_data = self.ephemeral_key_data(length + MAC_LENGTH)
        encryption_key, mac_key = _keys(key_data, length, dialect)
        masked = _xor(plaintext, encryption_key)
        return point + masked + self.mac(mac_key, masked)

    def decrypt(self, ciphertext: bytes, dialect: EciesDialect) -> bytes | Rejected:
        """Return the plaintext, once the tag is verified (SEC 1 §5.1.4)."""
        point_length = POINT_LENGTHS.get(ciphertext[0]) if ciphertext else None
        if point_length is None or len(ciphertext) < point_length + MAC_LENGTH:
            return NOT_OPENED
        masked, tag = ciphertext[point_length:-MAC_LENGTH], ciphertext[-MAC_LENGTH:]
        key_data = self.key_data(ciphertext[:point_length], len(masked) + MAC_LENGTH)
        if key_data is None:
            return NOT_OPENED
        encryption_key, mac_key = _keys(key_data, len(masked), dialect)
        if not hmac.compare_digest(self.mac(mac_key, masked), tag):
            return NOT_OPENED
        return _xor(masked, encryption_key)


class ComposedEcies(Ecies):
    """ECIES of a library that has ECDH and the KDF apart."""

    @abstractmethod
    def ephemeral(self) -> tuple[bytes, bytes]:
        """Make an ephemeral key; return R, uncompressed, and the secret shared with the recipient.

        The secret is the x-coordinate at its full length of 32 bytes, as everywhere here.
        """

    @abstractmethod
    def shared_secret(self, point: bytes) -> bytes | None:
        """Return the secret shared with the sender of R; nothing if that is no point to be used."""

    @abstractmethod
    def derive(self, secret: bytes, length: int) -> bytes:
        """Return ``length`` bytes of key data (SEC 1 §3.6.1)."""

    def ephemeral_key_data(self, length: int) -> tuple[bytes, bytes]:
        """``ephemeral`` and ``derive``."""
        point, secret = self.ephemeral()
        return point, self.derive(secret, length)

    def key_data(self, point: bytes, length: int) -> bytes | None:
        """``shared_secret`` and ``derive``."""
        secret = self.shared_secret(point)
        return None if secret is None else self.derive(secret, length)


def _keys(key_data: bytes, length: int, dialect: EciesDialect) -> tuple[bytes, bytes]:
    """Return the encryption key, as long as the message, and the MAC key."""
    if dialect is EciesDialect.EK_MK:
        return key_data[:length], key_data[length:]
    return key_data[MAC_LENGTH:], key_data[:MAC_LENGTH]


def _xor(left: bytes, right: bytes) -> bytes:
    number = int.from_bytes(left) ^ int.from_bytes(right)
    return number.to_bytes(len(left))
