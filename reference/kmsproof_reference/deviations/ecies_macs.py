"""Ways of computing the tag of ECIES wrong: over the wrong bytes, with another key or function."""

from __future__ import annotations

import hashlib
import hmac

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.ecies import Ecies

MAC = "SEC 1 §5.1.3 step 8"
ALONE = "No other implementation decrypts what is made, or makes what is decrypted."


@deviation(
    "ecies/message-not-authenticated",
    gain="Anybody can change a message bit by bit without being noticed.",
    clause=MAC,
    cause="The MAC is made and never given the encrypted message, or given a buffer that is "
    "empty by then.",
    remedy="Compute the tag over the whole encrypted message.",
    severity=Severity.CRITICAL,
    weakness=345,
)
class MessageNotAuthenticated(Ecies):
    """The tag covers none of the message."""

    def mac_input(
        self, r: bytes, z: bytes, message: bytes, em: bytes, shared_info_2: bytes
    ) -> bytes:
        """Leave the message out."""
        return super().mac_input(r, z, b"", b"", shared_info_2)


@deviation(
    "ecies/tag-over-plaintext",
    gain="A message has to be decrypted before it is known to be authentic. " + ALONE,
    clause=MAC,
    cause="The MAC gets the buffer with the message before it is encrypted in place.",
    remedy="Compute the tag over the encrypted message.",
    severity=Severity.MEDIUM,
    weakness=696,
)
class TagOverPlaintext(Ecies):
    """The tag is computed over the plaintext instead of the encrypted message."""

    def mac_input(
        self, r: bytes, z: bytes, message: bytes, em: bytes, shared_info_2: bytes
    ) -> bytes:
        """Take the message."""
        return super().mac_input(r, z, message, message, shared_info_2)


@deviation(
    "ecies/last-byte-not-authenticated",
    gain="The last byte of every message can be changed without being noticed.",
    clause=MAC,
    cause="The length of the message is counted without its last byte, as of a text that ends "
    "with a zero.",
    remedy="Compute the tag over the whole encrypted message.",
    severity=Severity.HIGH,
    weakness=193,
)
class LastByteNotAuthenticated(Ecies):
    """The tag covers the message without its last byte."""

    def mac_input(
        self, r: bytes, z: bytes, message: bytes, em: bytes, shared_info_2: bytes
    ) -> bytes:
        """Leave the last byte out."""
        return super().mac_input(r, z, message, em[:-1], shared_info_2)


@deviation(
    "ecies/message-authenticated-as-string",
    gain="What follows the first zero byte of an encrypted message can be changed without being "
    "noticed.",
    clause=MAC,
    cause="The length of the encrypted message is found with strlen.",
    remedy="Pass the length along with the bytes.",
    severity=Severity.HIGH,
    weakness=170,
)
class MessageAuthenticatedAsString(Ecies):
    """The tag covers the encrypted message up to its first zero byte."""

    def mac_input(
        self, r: bytes, z: bytes, message: bytes, em: bytes, shared_info_2: bytes
    ) -> bytes:
        """Cut at the zero."""
        return super().mac_input(r, z, message, em.partition(b"\x00")[0], shared_info_2)


@deviation(
    "ecies/mac-key-zero",
    gain="Anybody can change a message and make the tag that fits.",
    clause="SEC 1 §5.1.3 step 6",
    cause="The key of the MAC is copied from behind the end of what the KDF gave, or not at all.",
    remedy="Derive the key of the MAC with that of the cipher, and copy both.",
    severity=Severity.CRITICAL,
    weakness=321,
)
class MacKeyZero(Ecies):
    """The key of the MAC is 20 zero bytes."""

    def split_keys(self, k: bytes, length: int) -> tuple[bytes, bytes]:
        """Forget the key of the MAC."""
        ek, mk = super().split_keys(k, length)
        return ek, bytes(len(mk))


@deviation(
    "ecies/keys-overlap",
    gain="Whoever knows a message of 20 bytes or more knows the key of its MAC, and can put "
    "another message in its place.",
    clause="SEC 1 §5.1.3 step 6",
    cause="Both keys are taken from the beginning of what the KDF gives.",
    remedy="Take the key of the MAC from the bytes that the cipher does not use.",
    severity=Severity.CRITICAL,
    weakness=323,
)
class KeysOverlap(Ecies):
    """The keys of the cipher and of the MAC both begin with the first byte of the KDF."""

    def split_keys(self, k: bytes, length: int) -> tuple[bytes, bytes]:
        """Take both from there."""
        _, mk = super().split_keys(k, length)
        return k[:length], k[: len(mk)]


@deviation(
    "ecies/hash-with-key-before",
    gain="Whoever has a ciphertext can append to its message and compute the new tag, without "
    "the key.",
    clause="SEC 1 §3.7",
    cause="A hash of key and text is taken for a MAC.",
    remedy="Use HMAC.",
    severity=Severity.HIGH,
    weakness=327,
)
class HashWithKeyBefore(Ecies):
    """The tag is the SHA-1 of the MAC key followed by the text, and not HMAC."""

    def mac(self, mk: bytes, octets: bytes) -> bytes:
        """Hash both."""
        return hashlib.sha1(mk + octets).digest()


@deviation(
    "ecies/mac-with-sha-256",
    gain=ALONE,
    clause="SEC 1 §3.7",
    cause="SHA-256 is the default of the library, and its HMAC is cut to the length of the tag.",
    remedy="Use HMAC-SHA-1, as the key specification says.",
    severity=Severity.LOW,
    weakness=684,
)
class MacWithSha256(Ecies):
    """The tag is HMAC-SHA-256, cut to 20 bytes."""

    def mac(self, mk: bytes, octets: bytes) -> bytes:
        """Take another hash function."""
        return hmac.digest(mk, octets, "sha256")[: self.dialect.tag_length]


@deviation(
    "ecies/mac-arguments-exchanged",
    gain="Whoever knows a message knows a tag that depends on nothing secret but its key in the "
    "wrong place; the strength of HMAC is not proved for that. " + ALONE,
    clause="SEC 1 §3.7",
    cause="The function for HMAC takes key and text in the other order, and both are byte strings.",
    remedy="Pass the key as the key.",
    severity=Severity.LOW,
    weakness=683,
)
class MacArgumentsExchanged(Ecies):
    """The MAC takes the encrypted message as its key, and the key as its text."""

    def mac(self, mk: bytes, octets: bytes) -> bytes:
        """Exchange both."""
        return super().mac(octets, mk)
