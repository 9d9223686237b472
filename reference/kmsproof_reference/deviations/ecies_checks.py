"""Ways of comparing the tag of ECIES wrong, and of telling what is wrong with a ciphertext."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext, InvalidPoint

TAG_LENGTH = 20
COMPARISON = "SEC 1 §5.1.4 step 8"


@deviation(
    "ecies/tag-not-compared",
    gain="Anybody can change a ciphertext bit by bit, and the plaintext with it.",
    clause=COMPARISON,
    cause="The code decrypts first and returns before the tag is computed, or the result of the "
    "comparison is not used.",
    remedy="Compare the whole tag, in constant time, before anything of the plaintext is returned.",
    severity=Severity.CRITICAL,
    weakness=354,
)
class TagNotCompared(Ecies):
    """Decryption gives out the plaintext without comparing the tag."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any tag."""


def _with_right_bytes(tag: bytes, expected_tag: bytes, start: int, end: int) -> bytes:
    """The tag with the right bytes from ``start`` up to ``end``."""
    return tag[:start] + expected_tag[start:end] + tag[end:]


@deviation(
    "ecies/only-first-4-bytes-compared",
    gain="A forgery is accepted after 2^31 attempts on average, and most changes of a tag at once.",
    clause=COMPARISON,
    cause="The tag is compared as one number of 32 bits, or memcmp gets the size of a pointer.",
    remedy="Compare all bytes of the tag with a function that is told their number.",
    severity=Severity.HIGH,
    weakness=187,
)
class OnlyFirst4BytesCompared(Ecies):
    """Only the first 4 bytes of the tag are compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any bytes from the fifth on."""
        super().compare_tag(expected_tag, _with_right_bytes(tag, expected_tag, 4, TAG_LENGTH))


@deviation(
    "ecies/only-first-10-bytes-compared",
    gain="A tag protects like one of 80 bits, though the caller was promised 160.",
    clause="SEC 1 §3.7",
    cause="SEC 1 has a variant of HMAC-SHA-1 with tags of 80 bits, and IPsec one with 96.",
    remedy="Compare all 20 bytes.",
    severity=Severity.MEDIUM,
    weakness=187,
)
class OnlyFirst10BytesCompared(Ecies):
    """Only the first 10 bytes of the tag are compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any bytes from the eleventh on."""
        super().compare_tag(expected_tag, _with_right_bytes(tag, expected_tag, 10, TAG_LENGTH))


@deviation(
    "ecies/only-first-16-bytes-compared",
    gain="A tag protects like one of 128 bits; what is stored with a tag is malleable.",
    clause=COMPARISON,
    cause="The length is that of MD5 or of an AES block, since the code is shared with other MACs.",
    remedy="Compare as many bytes as the MAC has.",
    severity=Severity.MEDIUM,
    weakness=187,
)
class OnlyFirst16BytesCompared(Ecies):
    """Only the first 16 bytes of the tag are compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any bytes from the seventeenth on."""
        super().compare_tag(expected_tag, _with_right_bytes(tag, expected_tag, 16, TAG_LENGTH))


@deviation(
    "ecies/last-tag-byte-not-compared",
    gain="One of 256 changes of a tag is not noticed: what is stored with a tag is malleable.",
    clause=COMPARISON,
    cause="A loop over the bytes of the tag ends one too early.",
    remedy="Compare with a library function that takes the length, not with a loop.",
    severity=Severity.MEDIUM,
    weakness=193,
)
class LastTagByteNotCompared(Ecies):
    """All bytes of the tag but the last are compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any last byte."""
        right = _with_right_bytes(tag, expected_tag, TAG_LENGTH - 1, TAG_LENGTH)
        super().compare_tag(expected_tag, right)


@deviation(
    "ecies/first-tag-byte-not-compared",
    gain="One of 256 changes of a tag is not noticed: what is stored with a tag is malleable.",
    clause=COMPARISON,
    cause="A loop over the bytes of the tag counts from 1.",
    remedy="Compare with a library function that takes the length, not with a loop.",
    severity=Severity.MEDIUM,
    weakness=193,
)
class FirstTagByteNotCompared(Ecies):
    """All bytes of the tag but the first are compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any first byte."""
        super().compare_tag(expected_tag, _with_right_bytes(tag, expected_tag, 0, 1))


@deviation(
    "ecies/tag-compared-as-string",
    gain="Of the messages that an attacker tries, one in 256 has a right tag that begins with "
    "zero, and is accepted with a tag of zeros.",
    clause=COMPARISON,
    cause="strcmp or strncmp compares the tags; both end at a zero byte.",
    remedy="Compare bytes with memcmp or better CRYPTO_memcmp, never with a string function.",
    severity=Severity.CRITICAL,
    weakness=697,
)
class TagComparedAsString(Ecies):
    """The tags are compared as strings that end at their first zero byte."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Take any bytes after a zero byte that both tags have at the same place."""
        end = expected_tag.find(0) + 1 or TAG_LENGTH
        super().compare_tag(expected_tag, _with_right_bytes(tag, expected_tag, end, TAG_LENGTH))


@deviation(
    "ecies/tag-of-zeros-accepted",
    gain="Any message is accepted with a tag of zeros.",
    clause=COMPARISON,
    cause="A buffer of zeros stands for a tag that is not there, and what has no tag is not "
    "checked.",
    remedy="Let the type of the argument tell that there is no tag, and refuse it then.",
    severity=Severity.CRITICAL,
    weakness=354,
)
class TagOfZerosAccepted(Ecies):
    """A tag whose bytes are all zero is taken without being compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Compare other tags."""
        if any(tag):
            super().compare_tag(expected_tag, tag)


@deviation(
    "ecies/tag-without-message-not-compared",
    gain="That a message is empty can be forged.",
    clause=COMPARISON,
    cause="Decryption returns early when there is nothing to decrypt.",
    remedy="Compare the tag of every message, the empty one included.",
    severity=Severity.MEDIUM,
    weakness=354,
)
class TagWithoutMessageNotCompared(Ecies):
    """The tag of an empty message is not compared."""

    def decrypt(
        self, ciphertext: bytes, shared_info_1: bytes = b"", shared_info_2: bytes = b""
    ) -> bytes:
        """Give out the empty message whatever its tag."""
        try:
            return super().decrypt(ciphertext, shared_info_1, shared_info_2)
        except InvalidCiphertext:
            _, em, _ = _parts_of(self, ciphertext)
            if em is None or em:
                raise
            return b""


def _parts_of(scheme: Ecies, ciphertext: bytes) -> tuple[bytes, bytes | None, bytes]:
    """The parts; there is no EM when the point or the layout is wrong."""
    try:
        r, em, tag = scheme.parse(ciphertext)
        scheme.decode_point(r)
    except (InvalidCiphertext, InvalidPoint):
        return b"", None, b""
    return r, em, tag


@deviation(
    "ecies/short-tag-accepted",
    gain="A forgery of the empty message is accepted with no tag at all.",
    clause="SEC 1 §5.1.4 step 1",
    cause="As many bytes are compared as there are behind the point, without asking for 20.",
    remedy="Refuse a ciphertext that is shorter than a point and a tag.",
    severity=Severity.MEDIUM,
    weakness=130,
)
class ShortTagAccepted(Ecies):
    """A tag that is cut short is compared as far as it goes when no message is before it."""

    def parse(self, ciphertext: bytes) -> tuple[bytes, bytes, bytes]:
        """Take what is left behind the point for the tag."""
        end = self.point_encoding.length(self.point_encoding.form_of(ciphertext))
        if not end <= len(ciphertext) < end + self.dialect.tag_length:
            return super().parse(ciphertext)
        return ciphertext[:end], b"", ciphertext[end:]

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Compare what is there."""
        super().compare_tag(expected_tag[: len(tag)], tag)


@deviation(
    "ecies/error-tells-step",
    gain="Whoever sends changed ciphertexts learns whether the point or the tag was wrong, which "
    "is what attacks with points of other curves need.",
    clause="SEC 1 §5.1.4",
    cause="Each step raises an exception of its own, and its text goes to the caller.",
    remedy="Answer with one error, whatever is wrong with a ciphertext.",
    severity=Severity.MEDIUM,
    weakness=209,
    unseen={View.LIVE: "The service around it has one error for all ciphertexts that do not open."},
)
class ErrorTellsStep(Ecies):
    """The error of a ciphertext that does not open tells whether its point or its tag is wrong."""

    def decrypt(
        self, ciphertext: bytes, shared_info_1: bytes = b"", shared_info_2: bytes = b""
    ) -> bytes:
        """Tell what the step that failed said."""
        try:
            return super().decrypt(ciphertext, shared_info_1, shared_info_2)
        except InvalidCiphertext:
            try:
                self.open(self.private_key(), ciphertext, shared_info_1, shared_info_2)
            except InvalidPoint as error:
                raise InvalidCiphertext(str(error)) from error
            raise


# Messages without bytes.


@deviation(
    "ecies/empty-message-not-encrypted",
    gain="A message of 0 bytes cannot be encrypted.",
    clause="SEC 1 §5.1.3",
    cause="A length of 0 is taken for an argument that is missing.",
    remedy="Encrypt a message of 0 bytes to a point and a tag.",
    severity=Severity.LOW,
    weakness=684,
)
class EmptyMessageNotEncrypted(Ecies):
    """Encryption refuses a message of 0 bytes."""

    def encrypt(
        self, message: bytes, k: int, shared_info_1: bytes = b"", shared_info_2: bytes = b""
    ) -> bytes:
        """Refuse it."""
        if not message:
            raise InvalidArgument("there is no message")
        return super().encrypt(message, k, shared_info_1, shared_info_2)


@deviation(
    "ecies/empty-message-not-decrypted",
    gain="A message of 0 bytes that another implementation encrypted is refused.",
    clause="SEC 1 §5.1.4",
    cause="The shortest ciphertext is thought to have a byte between point and tag.",
    remedy="Take a ciphertext that is as long as a point and a tag.",
    severity=Severity.LOW,
    weakness=193,
)
class EmptyMessageNotDecrypted(Ecies):
    """Decryption refuses a ciphertext of 0 message bytes."""

    def parse(self, ciphertext: bytes) -> tuple[bytes, bytes, bytes]:
        """Refuse it."""
        r, em, tag = super().parse(ciphertext)
        if not em:
            raise InvalidCiphertext("there is nothing to decrypt")
        return r, em, tag
