"""Ciphertexts of OAEP of a wrong length that are taken or made, and refusals that say too much."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.kms.errors import InvalidCiphertextBlob
from kmsproof_reference.kms.key_use import KeyUse, Use
from kmsproof_reference.oaep import Oaep

MANY_FORMS = "One message has many forms; whoever tells them apart by their bytes is deceived."
SAME_LENGTH = "Refuse a ciphertext that has not exactly k bytes."


@deviation(
    "oaep/short-ciphertext-accepted",
    gain=MANY_FORMS,
    clause="RFC 8017 §7.1.2 step 1.b",
    cause="The ciphertext is made a number, which is the same without the leading zeros.",
    remedy=SAME_LENGTH,
    severity=Severity.LOW,
    weakness=1284,
)
class ShortCiphertextAccepted(Oaep):
    """A ciphertext whose leading zeros are missing is taken."""

    def has_right_length(self, ciphertext: bytes) -> bool:
        """Take fewer bytes."""
        return super().has_right_length(ciphertext.rjust(self.key.length, b"\0"))


@deviation(
    "oaep/zeros-before-ciphertext-accepted",
    gain=MANY_FORMS,
    clause="RFC 8017 §7.1.2 step 1.b",
    cause="The ciphertext is made a number before its length is looked at, as jsrsasign before "
    "8.0.18 did in RSAES-PKCS1-v1_5.",
    remedy=SAME_LENGTH,
    severity=Severity.LOW,
    weakness=1284,
    vulnerabilities=["CVE-2020-14967"],
)
class ZerosBeforeCiphertextAccepted(Oaep):
    """A ciphertext is taken that has more zeros in front than it should."""

    def has_right_length(self, ciphertext: bytes) -> bool:
        """Take zeros off."""
        more = max(len(ciphertext) - self.key.length, 0)
        return super().has_right_length(ciphertext[:more].lstrip(b"\0") + ciphertext[more:])


@deviation(
    "oaep/bytes-after-ciphertext-ignored",
    gain=MANY_FORMS,
    clause="RFC 8017 §7.1.2 step 1.b",
    cause="The first k bytes are read from the buffer, and nobody asks whether there are more.",
    remedy=SAME_LENGTH,
    severity=Severity.LOW,
    weakness=130,
)
class BytesAfterCiphertextIgnored(Oaep):
    """Of a ciphertext that is too long the first k bytes are decrypted."""

    def decrypt(self, ciphertext: bytes, label: bytes = b"") -> bytes:
        """Cut it."""
        return super().decrypt(ciphertext[: self.key.length], label)


@deviation(
    "oaep/zeros-added-after-ciphertext",
    gain=MANY_FORMS,
    clause="RFC 8017 §7.1.2 step 1.b",
    cause="The ciphertext is copied to the start of a buffer of k zero bytes.",
    remedy=SAME_LENGTH,
    severity=Severity.LOW,
    weakness=130,
)
class ZerosAddedAfterCiphertext(Oaep):
    """A ciphertext that is too short is filled up with zeros at its end."""

    def decrypt(self, ciphertext: bytes, label: bytes = b"") -> bytes:
        """Fill it up."""
        return super().decrypt(ciphertext.ljust(self.key.length, b"\0"), label)


@deviation(
    "oaep/leading-zeros-of-ciphertext-lost",
    gain="Nobody is attacked; one ciphertext in 256 is refused by others.",
    clause="RFC 8017 §7.1.1 step 3.c",
    cause="The number is written with as many bytes as it needs: BN_bn2bin of OpenSSL, "
    "toByteArray of Java.",
    remedy="Write k bytes, with zeros in front: BN_bn2binpad.",
    severity=Severity.LOW,
    weakness=704,
    statistical=True,
)
class LeadingZerosOfCiphertextLost(Oaep):
    """A ciphertext that begins with zero bytes is made without them."""

    def raw_encrypt(self, encoded: bytes) -> bytes:
        """Strip them."""
        return super().raw_encrypt(encoded).lstrip(b"\0")


@deviation(
    "oaep/sign-byte-before-ciphertext",
    gain="Nobody is attacked; half of the ciphertexts are a byte too long for others.",
    clause="RFC 8017 §7.1.1 step 3.c",
    cause="toByteArray of Java's BigInteger puts a zero in front of a number whose top bit is set.",
    remedy="Write k bytes.",
    severity=Severity.LOW,
    weakness=704,
    statistical=True,
)
class SignByteBeforeCiphertext(Oaep):
    """A ciphertext whose highest bit is set gets a zero byte in front."""

    def raw_encrypt(self, encoded: bytes) -> bytes:
        """Put it there."""
        ciphertext = super().raw_encrypt(encoded)
        return bytes(ciphertext[0] >> 7) + ciphertext


# What a refusal says.

FIRST_OCTET = "decoding error: the first octet is not zero"
LABEL_HASH = "decoding error: the label hash is another one"
PADDING = "decoding error: the padding has no separator"


class RefusalToldOn(InvalidCiphertextBlob):
    """A refusal of the service with the text of the algorithm."""

    def __init__(self, told: str) -> None:
        """Take the text."""
        self.told = told
        super().__init__()

    @property
    def message(self) -> str:
        """The text of the algorithm."""
        return self.told


class ReasonToldOn(KeyUse):
    """The service answers with what the algorithm says where that is one of these reasons."""

    def _computed(self, use: Use) -> bytes:
        """Tell it on."""
        try:
            return super()._computed(use)
        except InvalidCiphertext as error:
            if str(error) in (FIRST_OCTET, LABEL_HASH, PADDING):
                raise RefusalToldOn(str(error)) from None
            raise


ONE_ERROR = "Check everything, then report one error with one text."


@deviation(
    "oaep/first-octet-told",
    gain="Manger's attack: a few thousand changed ciphertexts are enough to decrypt any other.",
    clause="RFC 8017 §7.1.2 step 3.g, note",
    cause="The first octet is checked by itself, before the rest is decoded, and has an error of "
    "its own: integer too large, or data too large.",
    remedy=ONE_ERROR,
    severity=Severity.CRITICAL,
    weakness=203,
    vulnerabilities=["CVE-2012-5081", "CVE-2016-8871", "CVE-2020-26939"],
    together_with=(ReasonToldOn,),
)
class FirstOctetTold(Oaep):
    """The refusal tells whether the octet Y in front of the masked seed is zero."""

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """Say it first."""
        if not self.first_octet_is_right(encoded):
            raise InvalidCiphertext(FIRST_OCTET)
        return super().decode(encoded, label)


@deviation(
    "oaep/label-hash-told",
    gain="A refusal tells that Y was zero, when only the check of the label follows on that of Y; "
    "and whether a label is the right one.",
    clause="RFC 8017 §7.1.2 step 3.g, note",
    cause="Each check of the decoding has an error of its own, as in a first version.",
    remedy=ONE_ERROR,
    severity=Severity.HIGH,
    weakness=203,
    together_with=(ReasonToldOn,),
)
class LabelHashTold(Oaep):
    """The refusal tells whether the label hash is the right one, if Y is zero."""

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """Say it first."""
        is_right = self.label_hash_is_right(self.unmask(encoded), label)
        if self.first_octet_is_right(encoded) and not is_right:
            raise InvalidCiphertext(LABEL_HASH)
        return super().decode(encoded, label)


@deviation(
    "oaep/padding-told",
    gain="A refusal tells that Y and the label hash were right.",
    clause="RFC 8017 §7.1.2 step 3.g, note",
    cause="The search for the separator has an error of its own.",
    remedy=ONE_ERROR,
    severity=Severity.MEDIUM,
    weakness=203,
    together_with=(ReasonToldOn,),
)
class PaddingTold(Oaep):
    """The refusal tells whether there is a separator, if Y and the label hash are right."""

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """Say it first."""
        block = self.unmask(encoded)
        is_right = self.first_octet_is_right(encoded) and self.label_hash_is_right(block, label)
        if is_right and self.find_separator(block) is None:
            raise InvalidCiphertext(PADDING)
        return super().decode(encoded, label)
