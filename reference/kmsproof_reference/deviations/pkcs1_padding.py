"""Ways of verifying RSASSA-PKCS1-v1_5 in which not all of the padding is compared."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.pkcs1_signature import SHORTEST_PADDING, Pkcs1Signature

KEY_NEEDED = {
    View.LIVE: "Encoded messages of this kind are signed with the private key, which never leaves "
    "the service, and the public exponent of its keys is too large to forge them without."
}
SMALL_EXPONENT = (
    "With a public exponent of 3 signatures are forged without the private key, as a cube root "
    "whose end or middle is free."
)
COMPARE = "Encode the message again and compare all of it, as RFC 8017 §8.2.2 does."


def parts(encoded: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what stands before PS, PS, and what follows on the first 00 behind it."""
    padding, separator, rest = encoded[2:].partition(b"\0")
    return encoded[:2], padding, rest if separator else b""


def is_padding(head: bytes, padding: bytes) -> bool:
    """Return whether it is 00 01 and at least 8 octets ff."""
    return head == b"\0\1" and set(padding) == {0xFF} and len(padding) >= SHORTEST_PADDING


@deviation(
    "pkcs1/bytes-after-digest-ignored",
    gain=SMALL_EXPONENT,
    clause="RFC 8017 §8.2.2 step 4",
    cause="The padding is taken off and DigestInfo is read, and nobody asks whether it ends with "
    "the encoded message: OpenSSL before 0.9.8c.",
    remedy=COMPARE,
    severity=Severity.CRITICAL,
    weakness=347,
    vulnerabilities=["CVE-2006-4339"],
    unseen=KEY_NEEDED,
)
class BytesAfterDigestIgnored(Pkcs1Signature):
    """What follows on the DigestInfo in a signature is not looked at."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Compare the beginning of what follows on PS."""
        head, padding, rest = parts(encoded)
        found = is_padding(head, padding) and rest.startswith(parts(expected)[2])
        return found or super().encoding_is_right(expected, encoded)


@deviation(
    "pkcs1/short-padding-with-bytes-after",
    gain=SMALL_EXPONENT,
    clause="RFC 8017 §8.2.2 step 4, §9.2 step 4",
    cause="The octets ff are skipped, however many there are, and what follows on DigestInfo is "
    "not looked at.",
    remedy=COMPARE,
    severity=Severity.CRITICAL,
    weakness=347,
    unseen=KEY_NEEDED,
)
class ShortPaddingWithBytesAfter(Pkcs1Signature):
    """PS may be shorter than 8 octets, and bytes may follow on DigestInfo to make up for it."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Demand no length of a short PS."""
        head, padding, rest = parts(encoded)
        is_short = head == b"\0\1" and len(padding) < SHORTEST_PADDING
        found = is_short and set(padding) <= {0xFF} and rest.startswith(parts(expected)[2])
        return found or super().encoding_is_right(expected, encoded)


@deviation(
    "pkcs1/zeros-before-encoding-skipped",
    gain="An encoded message for a shorter modulus is accepted, which a forger can choose freely "
    "among more numbers.",
    clause="RFC 8017 §8.2.2 step 2.c",
    cause="The number is written with as many bytes as it needs, and its leading zeros are not "
    "counted.",
    remedy=COMPARE,
    severity=Severity.MEDIUM,
    weakness=347,
    unseen=KEY_NEEDED,
)
class ZerosBeforeEncodingSkipped(Pkcs1Signature):
    """More than one zero may stand before 01 and a PS that is shorter for it."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Skip them."""
        head, padding, rest = parts(b"\0" + encoded.lstrip(b"\0"))
        found = is_padding(head, padding) and rest == parts(expected)[2]
        return found or super().encoding_is_right(expected, encoded)


@deviation(
    "pkcs1/padding-not-checked",
    gain=SMALL_EXPONENT,
    clause="RFC 8017 §8.2.2 step 4, §9.2 step 4",
    cause="The octets of PS are skipped up to the first zero, as in the padding of encryption.",
    remedy=COMPARE,
    severity=Severity.CRITICAL,
    weakness=347,
    unseen=KEY_NEEDED,
)
class PaddingNotChecked(Pkcs1Signature):
    """The octets of PS may have any value but zero."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Compare what follows on them."""
        head, padding, rest = parts(encoded)
        found = head == b"\0\1" and bool(padding) and rest == parts(expected)[2]
        return found or super().encoding_is_right(expected, encoded)


@deviation(
    "pkcs1/only-end-compared",
    gain=SMALL_EXPONENT,
    clause="RFC 8017 §8.2.2 step 4",
    cause="Only DigestInfo is compared, with the end of the encoded message.",
    remedy=COMPARE,
    severity=Severity.CRITICAL,
    weakness=347,
    unseen=KEY_NEEDED,
)
class OnlyEndCompared(Pkcs1Signature):
    """Only DigestInfo at the end is compared, and nothing of what stands before it."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Compare the end."""
        return encoded.endswith(parts(expected)[2])


@deviation(
    "pkcs1/only-digest-compared",
    gain=SMALL_EXPONENT + " The hash function is not bound either.",
    clause="RFC 8017 §8.2.2 step 4",
    cause="Only the digest is compared, with the last bytes of the encoded message.",
    remedy=COMPARE,
    severity=Severity.CRITICAL,
    weakness=347,
    unseen=KEY_NEEDED,
)
class OnlyDigestCompared(Pkcs1Signature):
    """Only the digest at the end is compared."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Compare the last bytes."""
        return encoded.endswith(expected[-self.hash_length :])


@deviation(
    "pkcs1/encoding-not-compared",
    gain="Everything of the right length is a signature of every message.",
    clause="RFC 8017 §8.2.2 step 4",
    cause="The return value of the verification is misread, or an error counts as success.",
    remedy=COMPARE,
    severity=Severity.CRITICAL,
    weakness=253,
)
class EncodingNotCompared(Pkcs1Signature):
    """Every number below the modulus is a good signature."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Always."""
        return True


@deviation(
    "pkcs1/digest-not-compared",
    gain="A signature of one message is a signature of every message.",
    clause="RFC 8017 §8.2.2 step 4",
    cause="Only the form of the encoded message is looked at: the digest in it is returned for "
    "the caller to compare, who does not.",
    remedy=COMPARE,
    severity=Severity.CRITICAL,
    weakness=347,
)
class DigestNotCompared(Pkcs1Signature):
    """Everything but the digest is compared."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Leave the end out."""
        return encoded[: -self.hash_length] == expected[: -self.hash_length]


@deviation(
    "pkcs1/block-type-not-checked",
    gain="What was padded for encryption under the same key can pass as a signature.",
    clause="RFC 8017 §8.2.2 step 4",
    cause="One function takes the paddings of encryption and signature off.",
    remedy=COMPARE,
    severity=Severity.MEDIUM,
    weakness=347,
    unseen=KEY_NEEDED,
)
class BlockTypeNotChecked(Pkcs1Signature):
    """The second octet of the encoded message, 01, is not looked at."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Put the right one in its place."""
        return super().encoding_is_right(expected, encoded[:1] + b"\1" + encoded[2:])


@deviation(
    "pkcs1/first-octet-not-checked",
    gain="More is accepted than a signer makes: one message has several signatures, which a "
    "forger can choose from.",
    clause="RFC 8017 §8.2.2 step 4",
    cause="The first octet is skipped, because it is zero in everything that one makes oneself.",
    remedy=COMPARE,
    severity=Severity.MEDIUM,
    weakness=347,
    unseen=KEY_NEEDED,
)
class FirstOctetNotChecked(Pkcs1Signature):
    """The first octet of the encoded message is not looked at."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Put the right one in its place."""
        return super().encoding_is_right(expected, b"\0" + encoded[1:])


@deviation(
    "pkcs1/separator-not-checked",
    gain="More is accepted than a signer makes: one message has several signatures, which a "
    "forger can choose from.",
    clause="RFC 8017 §8.2.2 step 4",
    cause="The loop stops at the first octet that is not ff, and nobody looks at its value.",
    remedy=COMPARE,
    severity=Severity.MEDIUM,
    weakness=347,
    unseen=KEY_NEEDED,
)
class SeparatorNotChecked(Pkcs1Signature):
    """The octet between PS and DigestInfo may have any value."""

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Put the right one in its place."""
        place = len(expected) - len(parts(expected)[2]) - 1
        changed = encoded[:place] + b"\0" + encoded[place + 1 :]
        return super().encoding_is_right(expected, changed)
