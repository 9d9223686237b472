"""Ways of comparing the tag of AES-GCM wrong: bytes that do not count."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.gcm import Gcm


@deviation(
    "gcm/tag-not-compared",
    gain="Anybody can change a ciphertext, its IV and its associated data without being noticed.",
    clause="SP 800-38D §7.2 step 8",
    cause="The plaintext of an incremental decryption is taken and its end, which compares the "
    "tag, never called: OpenSSL without EVP_DecryptFinal_ex, Node without decipher.final(). Or "
    "mbedtls_gcm_crypt_and_tag decrypts, which compares nothing.",
    remedy="Compare the whole tag, in constant time, before anything of the plaintext is returned.",
    severity=Severity.CRITICAL,
    weakness=354,
    vulnerabilities=["CVE-2015-4550"],
)
class TagNotCompared(Gcm):
    """Decryption gives out the plaintext without comparing the tag."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any tag."""


def _with_right_bytes(tag: bytes, expected_tag: bytes, start: int, end: int) -> bytes:
    """The tag with the right bytes from ``start`` up to ``end``; one of another length stays."""
    if len(tag) != len(expected_tag):
        return tag
    return tag[:start] + expected_tag[start:end] + tag[end:]


@deviation(
    "gcm/only-first-4-bytes-compared",
    gain="A forgery is accepted after 2^31 attempts on average, and most changes of a tag at once.",
    clause="SP 800-38D §7.2 step 8",
    cause="The tag is read as one number of 32 bits, or memcmp gets the size of a pointer or of "
    "an integer in place of that of the tag.",
    remedy="Compare all bytes of the tag with a function that is told their number, such as "
    "CRYPTO_memcmp(a, b, 16).",
    severity=Severity.HIGH,
    weakness=187,
)
class OnlyFirst4BytesCompared(Gcm):
    """Only the first 4 bytes of the tag are compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any bytes from the fifth on."""
        super().compare_tag(expected_tag, _with_right_bytes(tag, expected_tag, 4, 16))


@deviation(
    "gcm/only-first-8-bytes-compared",
    gain="A tag protects like one of 64 bits; SP 800-38D allows that only with strict limits on "
    "the number of messages.",
    clause="SP 800-38D §7.2 step 8",
    cause="The tag is compared as one number of 64 bits, or memcmp gets sizeof of a pointer.",
    remedy="Compare all 16 bytes; where two words are compared, join both results.",
    severity=Severity.HIGH,
    weakness=187,
)
class OnlyFirst8BytesCompared(Gcm):
    """Only the first 8 bytes of the tag are compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any bytes from the ninth on."""
        super().compare_tag(expected_tag, _with_right_bytes(tag, expected_tag, 8, 16))


@deviation(
    "gcm/only-first-12-bytes-compared",
    gain="A tag protects like one of 96 bits, though the caller was promised 128.",
    clause="SP 800-38D §7.2 step 8",
    cause="The code comes from a protocol with tags of 96 bits, or the length of the IV is taken "
    "for that of the tag.",
    remedy="Compare as many bytes as the tag has that the caller relies on.",
    severity=Severity.MEDIUM,
    weakness=187,
)
class OnlyFirst12BytesCompared(Gcm):
    """Only the first 12 bytes of the tag are compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any bytes from the thirteenth on."""
        super().compare_tag(expected_tag, _with_right_bytes(tag, expected_tag, 12, 16))


@deviation(
    "gcm/last-tag-byte-not-compared",
    gain="One of 256 changes of a tag is not noticed: what is stored with a tag is malleable.",
    clause="SP 800-38D §7.2 step 8",
    cause="A loop over the bytes of the tag ends one too early.",
    remedy="Compare with a library function that takes the length, not with a loop.",
    severity=Severity.MEDIUM,
    weakness=193,
)
class LastTagByteNotCompared(Gcm):
    """All bytes of the tag but the last are compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any last byte."""
        end = len(tag)
        super().compare_tag(expected_tag, _with_right_bytes(tag, expected_tag, end - 1, end))


@deviation(
    "gcm/first-tag-byte-not-compared",
    gain="One of 256 changes of a tag is not noticed: what is stored with a tag is malleable.",
    clause="SP 800-38D §7.2 step 8",
    cause="A loop over the bytes of the tag counts from 1.",
    remedy="Compare with a library function that takes the length, not with a loop.",
    severity=Severity.MEDIUM,
    weakness=193,
)
class FirstTagByteNotCompared(Gcm):
    """All bytes of the tag but the first are compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any first byte."""
        super().compare_tag(expected_tag, _with_right_bytes(tag, expected_tag, 0, 1))


@deviation(
    "gcm/tag-compared-as-string",
    gain="Of the messages that an attacker tries, one in 256 has a right tag that begins with "
    "zero, and is accepted with a tag of zeros.",
    clause="SP 800-38D §7.2 step 8",
    cause="strcmp or strncmp compares the tags; both end at a zero byte.",
    remedy="Compare bytes with memcmp or better CRYPTO_memcmp, never with a string function.",
    severity=Severity.CRITICAL,
    weakness=697,
)
class TagComparedAsString(Gcm):
    """The tags are compared as strings that end at their first zero byte."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any bytes after a zero byte that both tags have at the same place."""
        end = expected_tag.find(0) + 1 or len(expected_tag)
        super().compare_tag(expected_tag, _with_right_bytes(tag, expected_tag, end, len(tag)))


@deviation(
    "gcm/one-right-half-suffices",
    gain="An attacker has to find 64 bits of a tag instead of 128.",
    clause="SP 800-38D §7.2 step 8",
    cause="The tag is compared as two words of 64 bits, and the results are joined with the wrong "
    "operator: a && b in place of a || b.",
    remedy="Collect the differences of all words with a bitwise or, and compare that with zero.",
    severity=Severity.HIGH,
    weakness=480,
)
class OneRightHalfSuffices(Gcm):
    """A tag is accepted when one half of it is right, the first or the second."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any second half after a right first one, and the other way round."""
        half = len(expected_tag) // 2
        if len(tag) == len(expected_tag) and tag[half:] == expected_tag[half:]:
            tag = expected_tag
        super().compare_tag(expected_tag, _with_right_bytes(tag, expected_tag, half, len(tag)))


@deviation(
    "gcm/tag-of-zeros-accepted",
    gain="Any message is accepted with a tag of zeros.",
    clause="SP 800-38D §7.2 step 8",
    cause="A buffer of zeros stands for a tag that is not there, and what has no tag is not "
    "checked.",
    remedy="Let the type of the argument tell that there is no tag, and refuse it then.",
    severity=Severity.CRITICAL,
    weakness=354,
)
class TagOfZerosAccepted(Gcm):
    """A tag whose bytes are all zero is taken without being compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Compare other tags."""
        if tag != bytes(len(expected_tag)):
            super().compare_tag(expected_tag, tag)


@deviation(
    "gcm/tag-without-message-not-compared",
    gain="Associated data that stand alone, and the fact that a message is empty, can be forged.",
    clause="SP 800-38D §7.2 step 8",
    cause="Decryption returns early when there is nothing to decrypt.",
    remedy="Compare the tag of every message, the empty one included.",
    severity=Severity.HIGH,
    weakness=354,
)
class TagWithoutMessageNotCompared(Gcm):
    """The tag of an empty ciphertext is not compared."""

    def decrypt(
        self, iv: bytes, ciphertext: bytes, aad: bytes, tag: bytes, tag_length: int = 16
    ) -> bytes:
        """Give out the empty message whatever its tag."""
        try:
            return super().decrypt(iv, ciphertext, aad, tag, tag_length)
        except InvalidCiphertext:
            if ciphertext:
                raise
            return b""
