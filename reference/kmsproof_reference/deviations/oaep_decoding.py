"""Ways of taking what is no encoding of OAEP, and of refusing or changing what is one."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.oaep import Oaep

MALLEABLE = (
    "Whoever can ask for decryptions learns the beginning of what a changed ciphertext decrypts "
    "to, and with it decrypts any ciphertext, as in Manger's attack."
)
FOUND_BY_CHANCE = (
    "What nobody has encrypted decrypts to something; the proof of security does not hold."
)
CHECK_ALL = "Check Y, the label hash and all of PS, each to its end, and report one error."

# Y and the label hash.


@deviation(
    "oaep/first-octet-not-checked",
    gain=MALLEABLE,
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="The first octet is skipped, because it is zero in everything that one makes oneself.",
    remedy=CHECK_ALL,
    severity=Severity.HIGH,
    weakness=354,
)
class FirstOctetNotChecked(Oaep):
    """The octet Y in front of the masked seed is not looked at."""

    def first_octet_is_right(self, encoded: bytes) -> bool:
        """Always."""
        return True


@deviation(
    "oaep/label-hash-not-compared",
    gain="Nearly every ciphertext with a 01 behind zeros is accepted, and a message can be used "
    "under any label.",
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="Labels are not supported, and their hash is skipped instead of compared with that of "
    "the empty label.",
    remedy=CHECK_ALL,
    severity=Severity.HIGH,
    weakness=354,
)
class LabelHashNotCompared(Oaep):
    """The label hash in a decrypted message is not compared with that of the label."""

    def label_hash_is_right(self, data_block: bytes, label: bytes) -> bool:
        """Always."""
        return True


@deviation(
    "oaep/label-hash-compared-in-20-bytes",
    gain=FOUND_BY_CHANCE,
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="The length of SHA-1 stands as a constant in code that was written for it.",
    remedy="Compare as many bytes as the hash function has.",
    severity=Severity.LOW,
    weakness=187,
)
class LabelHashComparedIn20Bytes(Oaep):
    """Only the first 20 bytes of the label hash are compared."""

    def label_hash_is_right(self, data_block: bytes, label: bytes) -> bool:
        """Compare the beginning."""
        return data_block[:20] == self.label_hash(label)[:20]


@deviation(
    "oaep/label-hash-compared-in-8-bytes",
    gain=FOUND_BY_CHANCE,
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="memcmp is given the size of a pointer (sizeof) instead of that of the hash.",
    remedy="Compare as many bytes as the hash function has.",
    severity=Severity.MEDIUM,
    weakness=467,
)
class LabelHashComparedIn8Bytes(Oaep):
    """Only the first 8 bytes of the label hash are compared."""

    def label_hash_is_right(self, data_block: bytes, label: bytes) -> bool:
        """Compare the beginning."""
        return data_block[:8] == self.label_hash(label)[:8]


# PS and the separator.


@deviation(
    "oaep/padding-not-checked",
    gain=FOUND_BY_CHANCE,
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="The separator is searched for with memchr, indexOf or find, which skip whatever is "
    "before it.",
    remedy="Refuse every octet before the separator that is not zero.",
    severity=Severity.MEDIUM,
    weakness=20,
)
class PaddingNotChecked(Oaep):
    """The first 01 behind the label hash is the separator, whatever stands before it."""

    def find_separator(self, data_block: bytes) -> int | None:
        """Search for it."""
        found = data_block.find(b"\1", self.hash_length)
        return None if found < 0 else found


@deviation(
    "oaep/last-separator-taken",
    gain="A message with a byte 01 in it loses what stands before its last one.",
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="The separator is searched for from the end, as the padding of a block cipher is.",
    remedy="Take the first octet behind the label hash that is not zero, which must be 01.",
    severity=Severity.MEDIUM,
    weakness=684,
)
class LastSeparatorTaken(Oaep):
    """The last 01 of a decrypted message is the separator, not the first."""

    def find_separator(self, data_block: bytes) -> int | None:
        """Search from the end, if there is padding at all."""
        found = super().find_separator(data_block)
        return None if found is None else data_block.rindex(b"\1")


@deviation(
    "oaep/any-separator-accepted",
    gain=FOUND_BY_CHANCE,
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="The loop stops at the first octet that is not zero, and nobody looks at its value.",
    remedy="Refuse a separator that is not 01.",
    severity=Severity.MEDIUM,
    weakness=20,
)
class AnySeparatorAccepted(Oaep):
    """The first octet behind the padding that is not zero is the separator, whatever it is."""

    def find_separator(self, data_block: bytes) -> int | None:
        """Take it."""
        places = range(self.hash_length, len(data_block))
        return next((place for place in places if data_block[place]), None)


@deviation(
    "oaep/separator-only-odd",
    gain=FOUND_BY_CHANCE,
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="Code without branches tests the lowest bit of the octet instead of comparing it.",
    remedy="Compare all bits of the separator.",
    severity=Severity.MEDIUM,
    weakness=480,
)
class SeparatorOnlyOdd(Oaep):
    """An odd octet is taken for the separator, since only its lowest bit is looked at."""

    def find_separator(self, data_block: bytes) -> int | None:
        """Take the first octet that is not zero if it is odd."""
        places = range(self.hash_length, len(data_block))
        found = next((place for place in places if data_block[place]), None)
        return found if found is not None and data_block[found] % 2 else None


@deviation(
    "oaep/missing-separator-accepted",
    gain=FOUND_BY_CHANCE,
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="The loop over the zeros ends with the block, and it is not asked why it ended.",
    remedy="Refuse a block without separator.",
    severity=Severity.LOW,
    weakness=754,
)
class MissingSeparatorAccepted(Oaep):
    """A block with nothing but zeros behind the label hash decrypts to the empty message."""

    def find_separator(self, data_block: bytes) -> int | None:
        """Take the end."""
        found = super().find_separator(data_block)
        return found if any(data_block[self.hash_length :]) else len(data_block) - 1


@deviation(
    "oaep/empty-message-not-decrypted",
    gain="Nobody is attacked; who has encrypted an empty message does not get it back.",
    clause="RFC 8017 §7.1.2 step 3.g",
    cause="The search for the separator ends one octet early, or a result of no bytes counts as "
    "a failure.",
    remedy="Search to the last octet, and tell an empty message from a failure.",
    severity=Severity.LOW,
    weakness=193,
)
class EmptyMessageNotDecrypted(Oaep):
    """A ciphertext of the empty message is refused."""

    def find_separator(self, data_block: bytes) -> int | None:
        """Do not find it in the last place."""
        found = super().find_separator(data_block)
        return None if found == len(data_block) - 1 else found


@deviation(
    "oaep/empty-padding-refused",
    gain="Nobody is attacked; who has encrypted a message of the longest length does not get it "
    "back.",
    clause="RFC 8017 §7.1.1 step 2.b",
    cause="One zero is demanded before the separator, as in other paddings.",
    remedy="Let PS be empty.",
    severity=Severity.LOW,
    weakness=193,
)
class EmptyPaddingRefused(Oaep):
    """A ciphertext of a message of the longest length is refused, since it has no padding."""

    def find_separator(self, data_block: bytes) -> int | None:
        """Do not find it in the first place."""
        found = super().find_separator(data_block)
        return None if found == self.hash_length else found


# The message.


@deviation(
    "oaep/leading-zeros-of-message-lost",
    gain="A key or a number that begins with a zero byte comes back shorter.",
    clause="RFC 8017 §7.1.2 step 4",
    cause="The message is kept as a number in between, BigInteger of Java or BIGNUM of OpenSSL.",
    remedy="Keep the message as bytes.",
    severity=Severity.LOW,
    weakness=704,
)
class LeadingZerosOfMessageLost(Oaep):
    """The decrypted message lacks the zero bytes that it begins with."""

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """Strip them."""
        return super().decode(encoded, label).lstrip(b"\0")


@deviation(
    "oaep/message-ends-at-zero-byte",
    gain="A key or a number with a zero byte in it comes back shorter, at worst without any byte.",
    clause="RFC 8017 §7.1.2 step 4",
    cause="The message is returned as a string of C, and strlen finds its length.",
    remedy="Return the length with the bytes.",
    severity=Severity.MEDIUM,
    weakness=170,
)
class MessageEndsAtZeroByte(Oaep):
    """The decrypted message is cut at its first zero byte."""

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """Cut it."""
        return super().decode(encoded, label).partition(b"\0")[0]


@deviation(
    "oaep/trailing-zeros-of-message-lost",
    gain="A key or a number that ends with a zero byte comes back shorter.",
    clause="RFC 8017 §7.1.2 step 4",
    cause="The message is copied into a buffer of fixed length, and what is not used of it is "
    "recognised by zeros.",
    remedy="Return the length with the bytes.",
    severity=Severity.LOW,
    weakness=170,
)
class TrailingZerosOfMessageLost(Oaep):
    """The decrypted message lacks the zero bytes that it ends with."""

    def decode(self, encoded: bytes, label: bytes = b"") -> bytes:
        """Strip them."""
        return super().decode(encoded, label).rstrip(b"\0")
