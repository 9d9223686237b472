"""Ways of taking GCM tags of wrong length, and of saying too much when one is wrong."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.kms.errors import InternalFailure

ONE_TAG_LENGTH = {
    View.LIVE: "The service takes the last 16 bytes of a ciphertext as its tag, so that none of "
    "another length can be given to it."
}
ONE_TEXT = {
    View.LIVE: "The service refuses every ciphertext with one text of its own, whatever the "
    "cipher says."
}

# Which length the tag has.


@deviation(
    "gcm/empty-tag-accepted",
    gain="Whoever leaves the tag out has any message accepted.",
    clause="SP 800-38D §7.2 steps 1 and 8",
    cause="The tag is compared only if there is one: 'if tag and tag != expected' is the pattern.",
    remedy="Refuse a tag that is not exactly as long as the caller relies on.",
    severity=Severity.CRITICAL,
    weakness=354,
    unseen=ONE_TAG_LENGTH,
)
class EmptyTagAccepted(Gcm):
    """An empty tag is taken without being compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Compare a tag that is there."""
        if tag:
            super().compare_tag(expected_tag, tag)


@deviation(
    "gcm/tag-of-1-byte-accepted",
    gain="A message is forged in 256 attempts, and with the tag byte by byte the hash subkey can "
    "be found.",
    clause="SP 800-38D §7.2 steps 1 and 8",
    cause="As many bytes are compared as the input has. OpenSSL takes 1 to 16 bytes with "
    "EVP_CTRL_AEAD_SET_TAG; the bindings of Ruby and PHP leave the check of the length to the "
    "caller.",
    remedy="Refuse a tag that is not exactly as long as the caller relies on.",
    severity=Severity.CRITICAL,
    weakness=354,
    vulnerabilities=["CVE-2018-1000539", "CVE-2025-54887"],
    unseen=ONE_TAG_LENGTH,
)
class TagOf1ByteAccepted(Gcm):
    """A tag that is cut, to one byte or more, is compared as far as it goes."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Compare as many bytes as there are."""
        super().compare_tag(expected_tag[: max(len(tag), 1)], tag)


@deviation(
    "gcm/tag-of-4-bytes-accepted",
    gain="A forgery is accepted after 2^31 attempts on average, though the caller relies on 128 "
    "bits.",
    clause="SP 800-38D §7.2 step 1",
    cause="Every length of the standard is allowed, whichever was agreed: setAuthTag of Node "
    "without the option authTagLength.",
    remedy="Give the agreed length: authTagLength in Node, AesGcm(key, tagSizeInBytes) in .NET.",
    severity=Severity.HIGH,
    weakness=354,
    unseen=ONE_TAG_LENGTH,
)
class TagOf4BytesAccepted(Gcm):
    """A cut tag is compared as far as it goes when its length is one that the standard knows."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Compare 4, 8 or 12 bytes and more where they are all that there is."""
        end = len(tag) if len(tag) in self.tag_lengths else len(expected_tag)
        super().compare_tag(expected_tag[:end], tag)


@deviation(
    "gcm/bytes-after-tag-ignored",
    gain="One message has many forms; whoever tells them apart by their bytes is deceived.",
    clause="SP 800-38D §7.2 step 8",
    cause="Only the first 16 bytes of the buffer with the tag are looked at.",
    remedy="Refuse a tag that is not exactly as long as the caller relies on.",
    severity=Severity.LOW,
    weakness=130,
    unseen=ONE_TAG_LENGTH,
)
class BytesAfterTagIgnored(Gcm):
    """A tag that is too long is cut before it is compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Compare the first bytes of a long tag."""
        super().compare_tag(expected_tag, tag[: len(expected_tag)])


@deviation(
    "gcm/short-tag-filled-with-zeros",
    gain="A tag that ends in zeros has several forms, so that a message is not what its bytes are.",
    clause="SP 800-38D §7.2 step 8",
    cause="The tag is copied into a buffer of 16 zero bytes, which is then compared.",
    remedy="Refuse a tag that is not exactly as long as the caller relies on.",
    severity=Severity.LOW,
    weakness=130,
    unseen=ONE_TAG_LENGTH,
)
class ShortTagFilledWithZeros(Gcm):
    """A tag that is too short is filled up with zeros before it is compared."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Fill up."""
        super().compare_tag(expected_tag, tag.ljust(len(expected_tag), b"\0"))


# What a refusal says.


@deviation(
    "gcm/right-tag-in-refusal",
    gain="Whoever sees the refusal sends the message again with the tag that it names.",
    clause="SP 800-38D §7.2: only FAIL is returned",
    cause="An assertion or a log line shows both values: expected ..., got ....",
    remedy="Return nothing but the fact that the message is not authentic.",
    severity=Severity.CRITICAL,
    weakness=209,
    unseen=ONE_TEXT,
)
class RightTagInRefusal(Gcm):
    """The text of a refusal holds the tag that would have been right."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Tell what was expected."""
        try:
            super().compare_tag(expected_tag, tag)
        except InvalidCiphertext as error:
            raise InvalidCiphertext(f"{error}: expected {expected_tag.hex()}") from None


@deviation(
    "gcm/right-bytes-counted-in-refusal",
    gain="A tag is found byte by byte, in 16 times 256 attempts at most.",
    clause="SP 800-38D §7.2: only FAIL is returned",
    cause="The comparison stops at the first difference, and its place gets into the text.",
    remedy="Return nothing but the fact that the message is not authentic.",
    severity=Severity.CRITICAL,
    weakness=203,
    unseen=ONE_TEXT,
)
class RightBytesCountedInRefusal(Gcm):
    """The text of a refusal tells how many bytes of the tag were right."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Tell where the tags differ."""
        try:
            super().compare_tag(expected_tag, tag)
        except InvalidCiphertext as error:
            same = [left == right for left, right in zip(expected_tag, tag, strict=False)]
            place = [*same, False].index(False)
            raise InvalidCiphertext(f"{error}: byte {place} differs") from None


@deviation(
    "gcm/plaintext-in-refusal",
    gain="What is not authentic is given out all the same: GCM becomes a stream cipher without "
    "protection, and the keystream of any IV can be asked for.",
    clause="SP 800-38D §7.2: only FAIL is returned",
    cause="The buffer with the plaintext is filled before the tag is compared, and is left in the "
    "answer or in a message for the log.",
    remedy="Compare the tag first, or erase the buffer before the refusal is returned.",
    severity=Severity.CRITICAL,
    weakness=209,
    unseen=ONE_TEXT,
)
class PlaintextInRefusal(Gcm):
    """The text of a refusal holds the plaintext that was not authentic."""

    def decrypt(
        self, iv: bytes, ciphertext: bytes, aad: bytes, tag: bytes, tag_length: int = 16
    ) -> bytes:
        """Tell what was decrypted."""
        try:
            return super().decrypt(iv, ciphertext, aad, tag, tag_length)
        except InvalidCiphertext as error:
            plaintext = self.gctr(
                self.initial_counter_block(self.pre_counter_block(iv)), ciphertext
            )
            raise InvalidCiphertext(f"{error}: {plaintext.hex()}") from None


@deviation(
    "gcm/wrong-tag-is-internal-failure",
    gain="A caller cannot tell a forged message from a failure of the service, and tries again; "
    "who counts failures is alarmed by anybody.",
    clause="SP 800-38D §7.2 step 8",
    cause="Every error of the library below becomes one of the module's own: CKR_GENERAL_ERROR of "
    "SoftHSM, where PKCS #11 has CKR_ENCRYPTED_DATA_INVALID.",
    remedy="Answer a wrong tag with the refusal that the interface has for it.",
    severity=Severity.LOW,
    weakness=755,
)
class WrongTagIsInternalFailure(Gcm):
    """A tag that does not verify is answered as a failure inside the target, not as a refusal."""

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Fail."""
        if tag != expected_tag:
            raise InternalFailure
