"""Ways of computing the tag of AES-GCM wrong."""

from __future__ import annotations

from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.gcm import Gcm

FULL_TAGS = {View.LIVE: "The service has tags of 16 bytes alone, and those are not cut."}


@deviation(
    "gcm/tag-not-masked",
    gain="Tag and message are tied by a polynomial equation, which gives the hash subkey away: all "
    "messages under the key can be forged.",
    clause="SP 800-38D §7.1 step 6",
    cause="GHASH is taken for a MAC in its own right, and its value is the tag.",
    remedy="Add the encrypted pre-counter block to the value of GHASH.",
    severity=Severity.CRITICAL,
    weakness=325,
)
class TagNotMasked(Gcm):
    """The tag is the value of GHASH, to which the encrypted pre-counter block is not added."""

    def mask_hash(self, j0: bytes, s: bytes) -> bytes:
        """Leave it as it is."""
        return s


@deviation(
    "gcm/tag-masked-with-first-keystream-block",
    gain="A known first block of a message gives the mask away, and so the value of GHASH: the "
    "hash subkey can be found, and messages can be forged.",
    clause="SP 800-38D §7.1 step 6",
    cause="The counter block is counted up in place before the tag is masked with it.",
    remedy="Encrypt the pre-counter block first, and keep the result until the tag is made.",
    severity=Severity.CRITICAL,
    weakness=323,
)
class TagMaskedWithFirstKeystreamBlock(Gcm):
    """The tag is masked with the block of keystream that also hides the first block of the text."""

    def mask_hash(self, j0: bytes, s: bytes) -> bytes:
        """Mask with the first counter block of the message."""
        return super().mask_hash(self.initial_counter_block(j0), s)


@deviation(
    "gcm/tag-over-plaintext",
    gain="A message has to be decrypted before it is known to be authentic, and the tag of a short "
    "message tells something of it. No other implementation accepts such a tag.",
    clause="SP 800-38D §7.1 step 5",
    cause="GHASH gets the buffer with the message before it is encrypted in place.",
    remedy="Encrypt first and hash the ciphertext; in decryption hash it before it is decrypted.",
    severity=Severity.MEDIUM,
    weakness=696,
)
class TagOverPlaintext(Gcm):
    """The tag is computed over the plaintext instead of the ciphertext."""

    def authenticate(self, j0: bytes, aad: bytes, ciphertext: bytes, tag_length: int) -> bytes:
        """Hash what the ciphertext decrypts to."""
        plaintext = self.gctr(self.initial_counter_block(j0), ciphertext)
        return super().authenticate(j0, aad, plaintext, tag_length)


@deviation(
    "gcm/ciphertext-not-authenticated",
    gain="Anybody can change a message bit by bit.",
    clause="SP 800-38D §7.1 step 5",
    cause="Only the call for associated data feeds GHASH; that for the message encrypts and does "
    "no more.",
    remedy="Hash the ciphertext after the associated data, each filled up to whole blocks.",
    severity=Severity.CRITICAL,
    weakness=345,
)
class CiphertextNotAuthenticated(Gcm):
    """The tag is computed over the associated data alone, as if there were no ciphertext."""

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """Leave the ciphertext out."""
        return super().authenticated_string(aad, b"")


@deviation(
    "gcm/hash-bytes-reversed",
    gain="Nobody is attacked; no other implementation accepts such a tag, or makes one that is "
    "accepted.",
    clause="SP 800-38D §7.1 step 6",
    cause="Code for carry-less multiplication works on reversed blocks (PSHUFB before PCLMULQDQ), "
    "and the last reversal, of the result, is left out.",
    remedy="Reverse the value of GHASH before the pre-counter block is added.",
    severity=Severity.LOW,
    weakness=198,
)
class HashBytesReversed(Gcm):
    """The bytes of the value of GHASH are in reverse order in the tag."""

    def mask_hash(self, j0: bytes, s: bytes) -> bytes:
        """Reverse before masking."""
        return super().mask_hash(j0, s[::-1])


@deviation(
    "gcm/short-tag-from-wrong-end",
    gain="Nobody is attacked; no other implementation accepts such a tag.",
    clause="SP 800-38D §7.1 step 6",
    cause="MSB_t is read as the most significant bits of a number that is stored with the least "
    "significant byte first.",
    remedy="Take the first bytes of the whole tag.",
    severity=Severity.LOW,
    weakness=684,
    unseen=FULL_TAGS,
)
class ShortTagFromWrongEnd(Gcm):
    """A short tag is the end of the whole tag instead of its beginning."""

    def truncate_tag(self, block: bytes, tag_length: int) -> bytes:
        """Take the last bytes."""
        return block[-tag_length:]


@deviation(
    "gcm/short-tag-not-cut",
    gain="Nobody is attacked; a caller who asks for a short tag, and cuts the answer where it "
    "should end, loses bytes of it or of the message.",
    clause="SP 800-38D §7.1 step 6",
    cause="The length of the tag is stored with the key or the context and not used.",
    remedy="Cut the tag to the length that is asked for, or refuse another length than 16.",
    severity=Severity.LOW,
    weakness=684,
    unseen=FULL_TAGS,
)
class ShortTagNotCut(Gcm):
    """A tag of 16 bytes is made, and demanded, whatever length the caller asks for."""

    def truncate_tag(self, block: bytes, tag_length: int) -> bytes:
        """Take all of it."""
        return super().truncate_tag(block, len(block))


@deviation(
    "gcm/hash-subkey-zero",
    gain="GHASH gives zero for every message, so that the tag of one message is right for any "
    "other under the same IV.",
    clause="SP 800-38D §7.1 step 1",
    cause="The tables for GHASH are made before the key is set, or the block of zeros is not "
    "encrypted in place.",
    remedy="Encrypt the block of zeros under the key, and make the tables from the result.",
    severity=Severity.CRITICAL,
    weakness=325,
)
class HashSubkeyZero(Gcm):
    """The hash subkey is the block of zeros itself, which is not encrypted."""

    def hash_subkey(self) -> bytes:
        """Leave the block as it is."""
        return bytes(len(super().hash_subkey()))


@deviation(
    "gcm/hash-subkey-decrypted",
    gain="Nobody is attacked; no other implementation accepts such a tag, or makes one that is "
    "accepted.",
    clause="SP 800-38D §7.1 step 1",
    cause="The key schedule of the inverse cipher is used, because the context was made for "
    "decryption.",
    remedy="Use the forward cipher for everything in GCM, in decryption too.",
    severity=Severity.LOW,
    weakness=684,
)
class HashSubkeyDecrypted(Gcm):
    """The hash subkey is the decryption of the block of zeros instead of its encryption."""

    def hash_subkey(self) -> bytes:
        """Use the inverse cipher."""
        return self.block_cipher.inv_cipher(bytes(len(super().hash_subkey())))
