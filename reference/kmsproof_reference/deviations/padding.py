"""Ways of adding another padding than PKCS #7, or none, and of adding one unasked."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.kms.errors import InvalidParameter
from kmsproof_reference.kms.store import KeyRecord
from kmsproof_reference.kms.use_rules import InputRules
from kmsproof_reference.padding import NoPadding, Pkcs7Padding
from kmsproof_reference.vocabulary import Algorithm, PaddingMode

NOT_READ = "Nobody is attacked; other implementations refuse such a message, and it refuses theirs."
RULE = "RFC 5652 §6.3"
NO_PADDING = "key-specification sheet: NO_PADDING"

# Another padding.


@deviation(
    "padding/zeros-added",
    gain="Messages that end in zero bytes lose them, and nobody is told.",
    clause=RULE,
    cause="The library fills up with zeros, as mcrypt of PHP did and PaddingMode.Zeros of .NET "
    "does.",
    remedy="Append n bytes of value n: PaddingMode.PKCS7 in .NET.",
    severity=Severity.MEDIUM,
    weakness=684,
)
class ZerosAdded(Pkcs7Padding):
    """The padding is zero bytes up to the end of the block, and all zeros at the end go again."""

    def padding_string(self, length: int) -> bytes:
        """Append nothing to whole blocks."""
        return bytes(-length % self.block_length)

    def unpad(self, padded: bytes) -> bytes:
        """Remove all zeros."""
        return padded.rstrip(b"\0")


@deviation(
    "padding/ansi-x923",
    gain=NOT_READ,
    clause=RULE,
    cause="The padding is that of ANSI X9.23: PaddingMode.ANSIX923 in .NET.",
    remedy="Append n bytes of value n.",
    severity=Severity.LOW,
    weakness=684,
)
class AnsiX923(Pkcs7Padding):
    """The padding is zero bytes before its length, as in ANSI X9.23, and is checked as such."""

    def padding_string(self, length: int) -> bytes:
        """Clear all bytes but the last."""
        count = len(super().padding_string(length))
        return bytes([count]).rjust(count, b"\0")

    def check_padding_bytes(self, padding: bytes, count: int) -> None:
        """Demand zeros."""
        self.require(padding == bytes([count]).rjust(count, b"\0"))


@deviation(
    "padding/iso-7816-4",
    gain=NOT_READ,
    clause=RULE,
    cause="The padding is that of smart cards and of CMAC, ISO/IEC 7816-4.",
    remedy="Append n bytes of value n.",
    severity=Severity.LOW,
    weakness=684,
)
class Iso7816(Pkcs7Padding):
    """The padding is one byte 80 and then zeros, as in ISO/IEC 7816-4, and is checked as such."""

    def padding_string(self, length: int) -> bytes:
        """Begin with 80."""
        return b"\x80".ljust(len(super().padding_string(length)), b"\0")

    def unpad(self, padded: bytes) -> bytes:
        """Find the last byte that is not zero."""
        stripped = padded.rstrip(b"\0")
        self.require(stripped.endswith(b"\x80") and len(padded) - len(stripped) < 16)
        return stripped[:-1]


@deviation(
    "padding/counted-from-0",
    gain=NOT_READ,
    clause=RULE,
    cause="The padding is that of TLS, whose last byte counts the bytes before it "
    "(RFC 5246 §6.2.3.2).",
    remedy="Append n bytes of value n.",
    severity=Severity.LOW,
    weakness=193,
)
class CountedFrom0(Pkcs7Padding):
    """The bytes of the padding have the value of its length less 1, as in TLS."""

    def padding_string(self, length: int) -> bytes:
        """Count from 0."""
        count = len(super().padding_string(length))
        return bytes([count - 1]) * count

    def padding_length(self, padded: bytes) -> int:
        """Count the last byte, too."""
        return super().padding_length(padded) + 1

    def check_padding_bytes(self, padding: bytes, count: int) -> None:
        """Demand one less."""
        self.require(padding == bytes([count - 1]) * count)


# No padding.


@deviation(
    "padding/none-for-whole-blocks",
    gain="A message that ends like a padding loses its end when it is decrypted, and others are "
    "refused.",
    clause=RULE,
    cause="Padding is taken for filling up, which whole blocks do not need.",
    remedy="Append a block of sixteens to a message that fills whole blocks.",
    severity=Severity.MEDIUM,
    weakness=684,
)
class NoneForWholeBlocks(Pkcs7Padding):
    """A message that fills whole blocks gets no padding; in decryption one is demanded."""

    def padding_string(self, length: int) -> bytes:
        """Append nothing to whole blocks."""
        return super().padding_string(length) if length % self.block_length else b""


@deviation(
    "padding/none-at-all",
    gain="Messages that do not fill whole blocks are refused, and those of others come back with "
    "their padding.",
    clause=RULE,
    cause="The library pads only in a call of its own, pad() and unpad() of PyCryptodome, or "
    "padding was switched off with EVP_CIPHER_CTX_set_padding.",
    remedy="Pad before encryption, and remove the padding after decryption.",
    severity=Severity.LOW,
    weakness=684,
)
class NoneAtAll(Pkcs7Padding):
    """PKCS7_PADDING is the same as NO_PADDING: nothing is added or removed."""

    def pad(self, message: bytes) -> bytes:
        """Add nothing."""
        return message

    def unpad(self, padded: bytes) -> bytes:
        """Remove nothing."""
        return padded


class ServiceRefusesEmptyMessage(InputRules):
    """The rule of the service that goes with it."""

    def checked_plaintext(
        self, key: KeyRecord, algorithm: Algorithm, padding: PaddingMode | None, plaintext: bytes
    ) -> bytes:
        """Refuse an empty message that is to be padded."""
        if padding is PaddingMode.PKCS7_PADDING and not plaintext:
            raise InvalidParameter("Plaintext", "it is empty")
        return super().checked_plaintext(key, algorithm, padding, plaintext)


@deviation(
    "padding/empty-message-refused",
    gain="Nobody is attacked; a record without content cannot be encrypted.",
    clause=RULE,
    cause="A check for a missing message takes an empty one for missing: 'if not message'.",
    remedy="Tell a message that is not there from one that is empty.",
    severity=Severity.LOW,
    weakness=20,
    together_with=(ServiceRefusesEmptyMessage,),
)
class EmptyMessageRefused(Pkcs7Padding):
    """An empty message is refused instead of getting a block of padding."""

    def pad(self, message: bytes) -> bytes:
        """Give no block, which the mode refuses."""
        return super().pad(message) if message else message


# Padding that nobody asked for.


@deviation(
    "padding/added-to-no-padding",
    gain="Nobody is attacked; ciphertexts are a block longer than promised, and those of other "
    "implementations are refused.",
    clause=NO_PADDING,
    cause="The padding mode is not handed on, and the library pads unless it is told not to: "
    "EVP_CIPHER_CTX_set_padding of OpenSSL, setAutoPadding of Node.",
    remedy="Switch the padding off where none is asked for.",
    severity=Severity.LOW,
    weakness=684,
)
class AddedToNoPadding(NoPadding):
    """NO_PADDING is the same as PKCS7_PADDING."""

    def pad(self, message: bytes) -> bytes:
        """Pad."""
        return Pkcs7Padding().pad(message)

    def unpad(self, padded: bytes) -> bytes:
        """Remove the padding."""
        return Pkcs7Padding().unpad(padded)


@deviation(
    "padding/removed-from-no-padding",
    gain="Messages that end like a padding lose their end, and nobody is told.",
    clause=NO_PADDING,
    cause="One function removes a padding where it finds one, whatever mode was asked for.",
    remedy="Give out all blocks where no padding is asked for.",
    severity=Severity.MEDIUM,
    weakness=222,
)
class RemovedFromNoPadding(NoPadding):
    """With NO_PADDING a message that ends in a padding of PKCS #7 is decrypted without that end."""

    def unpad(self, padded: bytes) -> bytes:
        """Remove what looks like a padding."""
        try:
            return Pkcs7Padding().unpad(padded)
        except InvalidCiphertext:
            return super().unpad(padded)
