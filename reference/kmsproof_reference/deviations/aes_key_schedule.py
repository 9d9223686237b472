"""Ways of expanding AES keys wrong, and of using another key than was given."""

from __future__ import annotations

import hashlib

from kmsproof_reference.aes import Aes
from kmsproof_reference.deviations.aes import AGREES, KNOWN_ANSWERS, OTHER_CIPHER
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.intermediate import Show, nobody

AS_GIVEN = "Use the bytes of the key as they are."

# The key expansion.


@deviation(
    "aes/ten-rounds-for-all-keys",
    gain="Keys of 192 and 256 bits give fewer rounds than they should; attacks on fewer rounds "
    "come nearer. No other implementation decrypts anything.",
    clause="FIPS 197 §5, Table 3",
    cause="The number of rounds is a constant from the time when there were keys of 128 bits only.",
    remedy=f"Make 10, 12 or 14 rounds, as the length of the key says. {KNOWN_ANSWERS}",
    severity=Severity.MEDIUM,
    weakness=325,
    unseen=AGREES,
)
class TenRoundsForAllKeys(Aes):
    """Ten rounds are made with keys of 192 and 256 bits as well."""

    def number_of_rounds(self, key: bytes) -> int:
        """Take that of the shortest key."""
        return super().number_of_rounds(key[:16])


@deviation(
    "aes/extra-substitution-of-256-bit-keys-missing",
    gain=OTHER_CIPHER,
    clause="FIPS 197 §5.2, Algorithm 2, steps 11 and 12",
    cause="The schedule is written for keys of 128 and 192 bits, which have no such step.",
    remedy=f"Substitute the fifth of every eight words as well. {KNOWN_ANSWERS}",
    severity=Severity.LOW,
    weakness=325,
    unseen=AGREES,
)
class ExtraSubstitutionMissing(Aes):
    """In the schedule of a 256-bit key the substitution in the middle of eight words is missing."""

    def expansion_word(self, temp: bytes, i: int, nk: int) -> bytes:
        """Leave that word as it is."""
        return temp if i % nk else super().expansion_word(temp, i, nk)


@deviation(
    "aes/extra-substitution-of-192-bit-keys",
    gain=OTHER_CIPHER,
    clause="FIPS 197 §5.2, Algorithm 2, step 11: only for Nk > 6",
    cause="The condition is Nk >= 6, or is left out.",
    remedy=f"Substitute in the middle for keys of 256 bits alone. {KNOWN_ANSWERS}",
    severity=Severity.LOW,
    weakness=193,
    unseen=AGREES,
)
class ExtraSubstitutionOf192BitKeys(Aes):
    """In the schedule of a 192-bit key the fifth of six words is substituted."""

    def expansion_word(self, temp: bytes, i: int, nk: int) -> bytes:
        """Substitute it."""
        word = super().expansion_word(temp, i, nk)
        return self.sub_word(word) if nk == 6 and i % nk == 4 else word


@deviation(
    "aes/round-constants-not-reduced",
    gain=OTHER_CIPHER,
    clause="FIPS 197 §5.2, Table 5",
    cause="The constant is a byte that is shifted to the left each time; after 80 comes 00, where "
    "1b and 36 should follow.",
    remedy=f"Reduce modulo the polynomial of the field, or take a table. {KNOWN_ANSWERS}",
    severity=Severity.LOW,
    weakness=682,
    unseen=AGREES,
)
class RoundConstantsNotReduced(Aes):
    """The ninth and tenth round constants of the key schedule are zero instead of 1b and 36."""

    def rcon(self, j: int) -> bytes:
        """Shift alone."""
        return super().rcon(j) if j < 9 else bytes(4)


# Another key than was given.


@deviation(
    "aes/key-cut-to-128-bits",
    gain="A key of 256 bits has the strength of one of 128 bits. No other implementation decrypts "
    "anything.",
    clause="FIPS 197 §5, Table 3",
    cause="The cipher is named with its length and takes what it needs: aes-128-cbc of PHP's "
    "openssl_encrypt cuts a longer key without a word.",
    remedy="Choose the cipher by the length of the key, and refuse a key of another length.",
    severity=Severity.HIGH,
    weakness=326,
    unseen=AGREES,
)
class KeyCutTo128Bits(Aes):
    """Of a key of 192 or 256 bits only the first 128 bits are used, as a key of that length."""

    def __init__(self, key: bytes, show: Show = nobody) -> None:
        """Check the whole key and cut it."""
        super().__init__(key)
        super().__init__(key[:16], show)


@deviation(
    "aes/key-after-128-bits-zero",
    gain="A key of 256 bits has the strength of one of 128 bits.",
    clause="FIPS 197 §5, Table 3",
    cause="The key is copied into a longer buffer of zeros with the length of the shortest key.",
    remedy=AS_GIVEN,
    severity=Severity.HIGH,
    weakness=326,
    unseen=AGREES,
)
class KeyAfter128BitsZero(Aes):
    """Of a key of 192 or 256 bits all but the first 128 bits are replaced by zeros."""

    def key_expansion(self, key: bytes) -> list[bytes]:
        """Clear the rest."""
        return super().key_expansion(key[:16].ljust(len(key), b"\0"))


@deviation(
    "aes/key-ends-at-zero-byte",
    gain="One of 256 keys is all zeros, and about as many have but their first byte: such keys are "
    "found by trying.",
    clause="FIPS 197 §5.2",
    cause="The key is copied as a string of C, which ends at its first zero byte: strncpy.",
    remedy="Copy keys with memcpy and their length.",
    severity=Severity.HIGH,
    weakness=158,
    unseen=AGREES,
)
class KeyEndsAtZeroByte(Aes):
    """The bytes of a key after its first zero byte are replaced by zeros."""

    def key_expansion(self, key: bytes) -> list[bytes]:
        """Cut and fill up."""
        return super().key_expansion(key.split(b"\0")[0].ljust(len(key), b"\0"))


@deviation(
    "aes/key-as-hexadecimal-digits",
    gain="Half of the key is not used: one of 128 bits has the strength of 64, which can be "
    "searched.",
    clause="FIPS 197 §5.2",
    cause="The key is stored as hexadecimal digits, and their text is given to the cipher, which "
    "cuts it: openssl_encrypt of PHP does.",
    remedy="Decode the text to bytes first: hex2bin, Buffer.from(text, 'hex').",
    severity=Severity.CRITICAL,
    weakness=326,
    unseen=AGREES,
)
class KeyAsHexadecimalDigits(Aes):
    """In place of the key the text of its hexadecimal digits is used, as far as there is room."""

    def key_expansion(self, key: bytes) -> list[bytes]:
        """Write it as text and cut it."""
        return super().key_expansion(key.hex().encode()[: len(key)])


@deviation(
    "aes/key-hashed",
    gain=OTHER_CIPHER,
    clause="FIPS 197 §5.2",
    cause="The key is treated as a passphrase, of which a digest is taken so that its length fits.",
    remedy=AS_GIVEN,
    severity=Severity.LOW,
    weakness=684,
    unseen=AGREES,
)
class KeyHashed(Aes):
    """In place of the key the beginning of its SHA-256 digest is used."""

    def key_expansion(self, key: bytes) -> list[bytes]:
        """Hash it."""
        return super().key_expansion(hashlib.sha256(key).digest()[: len(key)])


@deviation(
    "aes/key-bytes-reversed",
    gain=OTHER_CIPHER,
    clause="FIPS 197 §5.2",
    cause="The key is read as a number and written with its least significant byte first: "
    "CryptoAPI of Windows does so with numbers.",
    remedy=AS_GIVEN,
    severity=Severity.LOW,
    weakness=198,
    unseen=AGREES,
)
class KeyBytesReversed(Aes):
    """The bytes of the key are used in reverse order."""

    def key_expansion(self, key: bytes) -> list[bytes]:
        """Reverse them."""
        return super().key_expansion(key[::-1])


@deviation(
    "aes/words-of-key-reversed",
    gain=OTHER_CIPHER,
    clause="FIPS 197 §5.2",
    cause="An accelerator takes the key in words of 32 bits whose most significant byte comes "
    "first, and the processor writes them the other way.",
    remedy=f"Swap the bytes of each word where the two differ. {KNOWN_ANSWERS}",
    severity=Severity.LOW,
    weakness=198,
    unseen=AGREES,
)
class WordsOfKeyReversed(Aes):
    """The four bytes of every word of the key are reversed."""

    def key_expansion(self, key: bytes) -> list[bytes]:
        """Reverse each word."""
        order = bytes(i ^ 3 for i in range(len(key)))
        return super().key_expansion(order.translate(key.ljust(256, b"\0")))


@deviation(
    "aes/parity-set-in-key",
    gain="One bit of every byte of the key does not count: a key of 128 bits has the strength of "
    "112.",
    clause="FIPS 197 §5.2: all bits of the key are used",
    cause="The key passes through code for DES keys, which sets the lowest bit of each byte to odd "
    "parity.",
    remedy=AS_GIVEN,
    severity=Severity.MEDIUM,
    weakness=326,
    unseen=AGREES,
)
class ParitySetInKey(Aes):
    """The lowest bit of every byte of the key is set to odd parity, as in keys of DES."""

    def key_expansion(self, key: bytes) -> list[bytes]:
        """Set it."""
        return super().key_expansion(bytes(octet ^ (octet.bit_count() % 2 == 0) for octet in key))
