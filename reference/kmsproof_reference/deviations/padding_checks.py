"""Ways of checking the padding of PKCS #7 wrong, and of saying too much of one that is wrong."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.kms.errors import InternalFailure
from kmsproof_reference.padding import Pkcs7Padding

RULE = "RFC 5652 §6.3: the padding is n bytes of value n, 1 to 16"
CHANGED = (
    "Changed or damaged messages are accepted in most cases, and their end is cut anywhere: what "
    "was lost goes unnoticed."
)
CHECK_ALL = "Check that the last byte is 1 to 16 and that as many bytes have its value."
ORACLE = (
    "A padding oracle: with some 4,000 requests for each block every message is decrypted without "
    "the key."
)
ONE_REFUSAL = "Answer one and the same, whatever is wrong with a ciphertext."
ONE_TEXT = {
    View.LIVE: "The service refuses every ciphertext with one text of its own, whatever the "
    "padding says."
}

# What is not checked.


@deviation(
    "padding/nothing-checked",
    gain=CHANGED,
    clause=RULE,
    cause="The code is message[:-message[-1]] or its like, as in countless examples.",
    remedy=CHECK_ALL,
    severity=Severity.MEDIUM,
    weakness=354,
)
class NothingChecked(Pkcs7Padding):
    """The last byte says how many bytes are removed, however many, and nothing is checked."""

    def unpad(self, padded: bytes) -> bytes:
        """Remove as many bytes as there are."""
        return padded[: max(len(padded) - self.padding_length(padded), 0)] if padded else padded


@deviation(
    "padding/only-length-checked",
    gain="One of 16 changed messages is accepted instead of one of 255, and one message has many "
    "ciphertexts.",
    clause=RULE,
    cause="The padding is removed as that of ISO 10126 or of SSL 3.0, whose other bytes may have "
    "any value.",
    remedy=CHECK_ALL,
    severity=Severity.MEDIUM,
    weakness=354,
)
class OnlyLengthChecked(Pkcs7Padding):
    """The last byte has to be 1 to 16; the bytes before it are not looked at."""

    def check_padding_bytes(self, padding: bytes, count: int) -> None:
        """Take any."""


@deviation(
    "padding/first-byte-not-checked",
    gain="One message has many ciphertexts: the first byte of its padding can be anything.",
    clause=RULE,
    cause="The loop over the padding ends one too early.",
    remedy=CHECK_ALL,
    severity=Severity.LOW,
    weakness=193,
)
class FirstByteNotChecked(Pkcs7Padding):
    """The first byte of a padding of two bytes or more is not checked."""

    def check_padding_bytes(self, padding: bytes, count: int) -> None:
        """Put the right value in its place."""
        right = bytes([count]) if count > 1 else padding[:1]
        super().check_padding_bytes(right + padding[1:], count)


@deviation(
    "padding/length-0-accepted",
    gain="Changed messages are accepted twice as often: those that end in a zero byte, too.",
    clause=RULE,
    cause="Only the upper limit of the length is checked.",
    remedy=CHECK_ALL,
    severity=Severity.LOW,
    weakness=193,
)
class Length0Accepted(Pkcs7Padding):
    """A padding of length 0 is accepted: nothing is removed from a message that ends in zero."""

    def unpad(self, padded: bytes) -> bytes:
        """Remove nothing after a zero."""
        return padded if padded.endswith(b"\0") else super().unpad(padded)


@deviation(
    "padding/longer-than-a-block-accepted",
    gain="A message has more than one ciphertext, and whole blocks of it can be taken for padding.",
    clause=RULE,
    cause="The length is held against that of the message, or against 255, and not against 16.",
    remedy=CHECK_ALL,
    severity=Severity.LOW,
    weakness=20,
)
class LongerThanABlockAccepted(Pkcs7Padding):
    """A padding of more than 16 bytes is accepted when all of them have the value of its length."""

    def check_padding_length(self, count: int) -> None:
        """Demand one byte only; that there are as many is found with their values."""
        self.require(count >= 1)


@deviation(
    "padding/whole-block-refused",
    gain="Nobody is attacked; one of 16 messages cannot be decrypted, those that fill blocks.",
    clause=RULE,
    cause="The length is compared with the wrong operator, so that it has to be below 16.",
    remedy=CHECK_ALL,
    severity=Severity.MEDIUM,
    weakness=193,
)
class WholeBlockRefused(Pkcs7Padding):
    """A padding of 16 bytes is refused."""

    def check_padding_length(self, count: int) -> None:
        """Take 1 to 15."""
        super().check_padding_length(count)
        self.require(count < self.block_length)


@deviation(
    "padding/malformed-left-as-it-is",
    gain="Changed and damaged messages are all accepted, as whatever they decrypt to.",
    clause=RULE,
    cause="A function that removes a padding where it finds one returns its input otherwise.",
    remedy="Refuse a message whose padding is malformed.",
    severity=Severity.MEDIUM,
    weakness=354,
)
class MalformedLeftAsItIs(Pkcs7Padding):
    """A message with a malformed padding is given out whole instead of being refused."""

    def unpad(self, padded: bytes) -> bytes:
        """Remove a right one."""
        try:
            return super().unpad(padded)
        except InvalidCiphertext:
            return padded


@deviation(
    "padding/not-removed",
    gain="Nobody is attacked; messages come back with their padding.",
    clause="RFC 5652 §6.3",
    cause="Padding is switched off for decryption alone, or removed in a call that is forgotten: "
    "unpad() of PyCryptodome.",
    remedy="Remove the padding after decryption.",
    severity=Severity.LOW,
    weakness=684,
)
class NotRemoved(Pkcs7Padding):
    """A right padding is checked and stays at the end of the decrypted message."""

    def unpad(self, padded: bytes) -> bytes:
        """Check alone."""
        super().unpad(padded)
        return padded


@deviation(
    "padding/zeros-before-it-removed",
    gain="Messages that end in zero bytes lose them, and nobody is told.",
    clause="RFC 5652 §6.3",
    cause='Plaintexts are trimmed as was usual with mcrypt: rtrim($plaintext, "\\0") in PHP.',
    remedy="Remove the padding and nothing else.",
    severity=Severity.MEDIUM,
    weakness=222,
)
class ZerosBeforeItRemoved(Pkcs7Padding):
    """After the padding, zero bytes at the end of the message are removed as well."""

    def unpad(self, padded: bytes) -> bytes:
        """Trim."""
        return super().unpad(padded).rstrip(b"\0")


# What a refusal says.


@deviation(
    "padding/malformed-is-internal-failure",
    gain=ORACLE,
    clause="key-specification sheet: a ciphertext that does not decrypt is refused in one way",
    cause="The exception of the library is not caught, and the web framework answers 500: "
    "BadPaddingException of Java, CryptographicException of .NET.",
    remedy=ONE_REFUSAL,
    severity=Severity.CRITICAL,
    weakness=203,
    vulnerabilities=["CVE-2010-3332"],
)
class MalformedIsInternalFailure(Pkcs7Padding):
    """A malformed padding is answered as a failure inside the target, not as a refusal."""

    def require(self, condition: bool) -> None:
        """Fail."""
        if not condition:
            raise InternalFailure


@deviation(
    "padding/refusal-tells-what-is-wrong",
    gain=ORACLE,
    clause=RULE,
    cause="Each check has a text of its own, which reaches the caller.",
    remedy=ONE_REFUSAL,
    severity=Severity.CRITICAL,
    weakness=209,
    unseen=ONE_TEXT,
)
class RefusalTellsWhatIsWrong(Pkcs7Padding):
    """A padding of impossible length is refused with another text than one with a wrong byte."""

    def check_padding_length(self, count: int) -> None:
        """Tell that it is the length."""
        try:
            super().check_padding_length(count)
        except InvalidCiphertext:
            raise InvalidCiphertext("the length of the padding is not 1 to 16") from None


@deviation(
    "padding/refusal-tells-last-byte",
    gain="Who sends a ciphertext with a wrong padding reads the last byte of what it decrypts to, "
    "and with changed lengths every byte.",
    clause=RULE,
    cause="The text names the value that was found: 'invalid padding length 47'.",
    remedy=ONE_REFUSAL,
    severity=Severity.CRITICAL,
    weakness=209,
    unseen=ONE_TEXT,
)
class RefusalTellsLastByte(Pkcs7Padding):
    """The refusal of a malformed padding tells the value of the last byte."""

    def unpad(self, padded: bytes) -> bytes:
        """Tell it."""
        try:
            return super().unpad(padded)
        except InvalidCiphertext as error:
            raise InvalidCiphertext(f"{error}: the last byte is {padded[-1:].hex()}") from None
