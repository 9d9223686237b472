"""Ways of deriving the keys of ECIES wrong, and of using them: counter, hash, order, XOR."""

from __future__ import annotations

import hashlib

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.kdf_x963 import X963Kdf

COUNTER = "SEC 1 §3.6.1 step 4.2"
ALONE = "No other implementation decrypts what is made, or makes what is decrypted."
LONG_ALONE = "No other implementation decrypts what is made of a long message."


@deviation(
    "ecies/kdf-counter-from-0",
    gain=ALONE,
    clause="SEC 1 §3.6.1 step 3",
    cause="KDF1 of ISO/IEC 18033-2 and MGF1 count from 0, and look the same otherwise: "
    "KDF1BytesGenerator of Bouncy Castle beside KDF2BytesGenerator.",
    remedy="Count from 1.",
    severity=Severity.LOW,
    weakness=193,
)
class CounterFrom0(X963Kdf):
    """The counter of the KDF starts at 0."""

    def counter(self, i: int) -> bytes:
        """Count from 0."""
        return i.to_bytes(self.counter_length, "big")


@deviation(
    "ecies/kdf-counter-little-endian",
    gain=ALONE,
    clause=COUNTER,
    cause="The counter is hashed as it lies in the memory of the processor.",
    remedy="Write the counter with its most significant byte first.",
    severity=Severity.LOW,
    weakness=198,
)
class CounterLittleEndian(X963Kdf):
    """The counter of the KDF is written with its least significant byte first."""

    def counter(self, i: int) -> bytes:
        """Turn it round."""
        return super().counter(i)[::-1]


@deviation(
    "ecies/kdf-counter-of-one-byte",
    gain=ALONE,
    clause=COUNTER,
    cause="The counter of another KDF is used, as that of HKDF, which has one byte.",
    remedy="Write the counter in 4 bytes.",
    severity=Severity.LOW,
    weakness=684,
)
class CounterOfOneByte(X963Kdf):
    """The counter of the KDF is written in one byte."""

    def counter(self, i: int) -> bytes:
        """Take the last byte."""
        return super().counter(i)[-1:]


@deviation(
    "ecies/kdf-counter-wraps-at-256",
    gain="From some 5,100 bytes on the key repeats: two parts of a message are hidden by the same "
    "bytes, and their sum is seen.",
    clause=COUNTER,
    cause="The counter is kept in one byte, and written with three zeros before it.",
    remedy="Count with 32 bits.",
    severity=Severity.HIGH,
    weakness=190,
)
class CounterWrapsAt256(X963Kdf):
    """Only the last byte of the counter of the KDF counts; the other three stay zero."""

    def counter(self, i: int) -> bytes:
        """Keep the last byte."""
        return bytes(3) + super().counter(i)[-1:]


@deviation(
    "ecies/kdf-counter-signed-byte",
    gain=LONG_ALONE,
    clause=COUNTER,
    cause="The counter is kept in a byte with a sign, as in Java and in C where char has one, and "
    "128 becomes -128.",
    remedy="Count with 32 bits.",
    severity=Severity.LOW,
    weakness=194,
)
class CounterSignedByte(X963Kdf):
    """The counter of the KDF is a byte with a sign, which is extended to 4 bytes."""

    def counter(self, i: int) -> bytes:
        """Extend the sign."""
        last = super().counter(i)[-1:]
        return int.from_bytes(last, "big", signed=True).to_bytes(4, "big", signed=True)


@deviation(
    "ecies/kdf-counter-not-counted",
    gain="The key repeats after 20 bytes: whoever knows one part of a message knows the others.",
    clause="SEC 1 §3.6.1 step 4.2",
    cause="The counter is set before the loop, and nothing in the loop increments it.",
    remedy="Increment the counter for each hash value.",
    severity=Severity.CRITICAL,
    weakness=323,
)
class CounterNotCounted(X963Kdf):
    """The counter of the KDF stays at 1, so that all hash values are the same."""

    def counter(self, i: int) -> bytes:
        """Stay."""
        return super().counter(0)


@deviation(
    "ecies/kdf-counter-first",
    gain=ALONE,
    clause="SEC 1 §3.6.1 step 4.1",
    cause="The one-step KDF of SP 800-56C, ConcatKDF, has the counter before the secret.",
    remedy="Hash the secret first, then the counter.",
    severity=Severity.LOW,
    weakness=683,
)
class CounterFirst(X963Kdf):
    """The counter of the KDF is hashed before the secret instead of after it."""

    def block_input(self, z: bytes, i: int, shared_info: bytes) -> bytes:
        """Put it first."""
        return self.counter(i) + z + shared_info


@deviation(
    "ecies/kdf-with-sha-256",
    gain=ALONE,
    clause="SEC 1 §3.6.1 step 4.1",
    cause="SHA-256 is the default of the library.",
    remedy="Use SHA-1 in the KDF, as the key specification says.",
    severity=Severity.LOW,
    weakness=684,
)
class KdfWithSha256(X963Kdf):
    """The KDF uses SHA-256 instead of SHA-1."""

    @property
    def hash_length(self) -> int:
        """Have longer pieces."""
        return 32

    def hash(self, octets: bytes) -> bytes:
        """Take another hash function."""
        return hashlib.sha256(octets).digest()


@deviation(
    "ecies/keys-in-other-order",
    gain=ALONE + " With the key of the cipher first, a known message can be cut to a part of it.",
    clause="SEC 1 §5.1.3 step 6",
    cause="SEC 1 v1.0 and X9.63 have the key of the cipher first, SEC 1 v2.0 that of the MAC "
    "unless it is used in its backwards compatible mode.",
    remedy="Keep to one order, and say in the manual which it is.",
    severity=Severity.LOW,
    weakness=683,
)
class KeysInOtherOrder(Ecies):
    """The keys of cipher and MAC stand in the other order than the target declares."""

    def split_keys(self, k: bytes, length: int) -> tuple[bytes, bytes]:
        """Take the other order."""
        ek, _ = super().split_keys(k, length)
        mac_length = len(k) - length
        if ek == k[:length]:
            return k[mac_length:], k[:mac_length]
        return k[:length], k[length:]


@deviation(
    "ecies/text-after-20-bytes-not-encrypted",
    gain="Everybody reads what follows the first 20 bytes of a message.",
    clause="SEC 1 §3.8",
    cause="The loop of the XOR ends with the first hash value.",
    remedy="Derive a key as long as the message, and use all of it.",
    severity=Severity.CRITICAL,
    weakness=311,
)
class TextAfter20BytesNotEncrypted(Ecies):
    """Only the first 20 bytes of a message are encrypted."""

    def encipher(self, ek: bytes, text: bytes) -> bytes:
        """Add zeros to the rest."""
        return super().encipher(ek[:20].ljust(len(ek), b"\x00"), text)


@deviation(
    "ecies/key-repeated-after-20-bytes",
    gain="Whoever knows 20 bytes of a message knows all of it.",
    clause="SEC 1 §3.8",
    cause="A key of fixed length is derived, and used as often as the message needs it.",
    remedy="Derive a key as long as the message.",
    severity=Severity.CRITICAL,
    weakness=323,
)
class KeyRepeatedAfter20Bytes(Ecies):
    """The first 20 bytes of the key of the cipher are used again and again."""

    def encipher(self, ek: bytes, text: bytes) -> bytes:
        """Repeat them."""
        return super().encipher((ek[:20] * (len(ek) // 20 + 1))[: len(ek)], text)


@deviation(
    "ecies/message-not-encrypted",
    gain="Everybody reads the messages.",
    clause="SEC 1 §3.8",
    cause="The key of the cipher is all zeros, since it is cleared before it is used, or a null "
    "cipher for tests stays in place.",
    remedy="Use the key that the KDF gave.",
    severity=Severity.CRITICAL,
    weakness=311,
)
class MessageNotEncrypted(Ecies):
    """The message is sent as it is, with a point and a tag."""

    def encipher(self, ek: bytes, text: bytes) -> bytes:
        """Add zeros."""
        return super().encipher(bytes(len(ek)), text)
