"""Ways of getting the lengths and the blocks of AES-ECB and AES-CBC wrong, in both alike."""

from __future__ import annotations

from kmsproof_reference.block_modes import BlockMode
from kmsproof_reference.deviations.model import Severity, View, deviation
from kmsproof_reference.errors import InvalidCiphertext

SERVICE_REFUSES = {
    View.LIVE: "The service refuses a message without padding that does not fill blocks before "
    "the mode sees it."
}
WHOLE = "SP 800-38A §5.2"


def _part_at_end(octets: bytes) -> int:
    """How many bytes are after the last whole block."""
    return len(octets) % 16


@deviation(
    "block-modes/part-of-block-filled-with-zeros",
    gain="A message comes back longer than it was, and messages that differ in zeros at their end "
    "are one.",
    clause=WHOLE,
    cause="The library fills up by itself, as mcrypt_encrypt of PHP did.",
    remedy="Refuse a message that does not fill whole blocks.",
    severity=Severity.LOW,
    weakness=20,
    unseen=SERVICE_REFUSES,
)
class PartOfBlockFilledWithZeros(BlockMode):
    """A message without padding is filled up with zeros where it does not fill whole blocks."""

    def padded_plaintext(self, plaintext: bytes) -> bytes:
        """Fill up what no padding is added to."""
        filled = len(self.padding.pad(plaintext)) % 16
        return super().padded_plaintext(plaintext + bytes(-filled % 16))


@deviation(
    "block-modes/part-of-block-lost",
    gain="The end of a message is lost, and nobody is told.",
    clause=WHOLE,
    cause="A loop works off whole blocks, and what remains after it is kept back: "
    "EVP_EncryptUpdate of OpenSSL without EVP_EncryptFinal_ex, or Cipher.update of Java without "
    "doFinal.",
    remedy="Refuse a message that does not fill whole blocks; look at the result of the last call.",
    severity=Severity.HIGH,
    weakness=222,
    unseen=SERVICE_REFUSES,
)
class PartOfBlockLost(BlockMode):
    """A message without padding that does not fill whole blocks is cut to those that it fills."""

    def padded_plaintext(self, plaintext: bytes) -> bytes:
        """Cut what no padding is added to."""
        part = _part_at_end(self.padding.pad(plaintext))
        return super().padded_plaintext(plaintext[: len(plaintext) - part])


@deviation(
    "block-modes/bytes-after-last-block-ignored",
    gain="One message has many ciphertexts; whoever tells them apart by their bytes is deceived.",
    clause=WHOLE,
    cause="A loop works off whole blocks, and what remains after it is ignored: EVP_DecryptUpdate "
    "of OpenSSL without EVP_DecryptFinal_ex.",
    remedy="Refuse a ciphertext that does not fill whole blocks.",
    severity=Severity.MEDIUM,
    weakness=130,
)
class BytesAfterLastBlockIgnored(BlockMode):
    """What follows the last whole block of a ciphertext is ignored."""

    def whole_ciphertext(self, ciphertext: bytes) -> bytes:
        """Cut it off."""
        return super().whole_ciphertext(ciphertext[: len(ciphertext) - _part_at_end(ciphertext)])


@deviation(
    "block-modes/ciphertext-filled-with-zeros",
    gain="A ciphertext that was cut decrypts to noise at its end instead of being refused.",
    clause=WHOLE,
    cause="The ciphertext is read into a buffer of whole blocks, and its length forgotten: "
    "mcrypt_decrypt of PHP filled it up.",
    remedy="Refuse a ciphertext that does not fill whole blocks.",
    severity=Severity.MEDIUM,
    weakness=130,
)
class CiphertextFilledWithZeros(BlockMode):
    """A ciphertext that does not fill whole blocks is filled up with zeros and decrypted."""

    def whole_ciphertext(self, ciphertext: bytes) -> bytes:
        """Fill it up."""
        return super().whole_ciphertext(ciphertext + bytes(-len(ciphertext) % 16))


@deviation(
    "block-modes/empty-ciphertext-accepted",
    gain="A ciphertext that was lost is taken for an empty message.",
    clause="RFC 5652 §6.3: a padded message has one byte of padding or more",
    cause="Decryption returns early when there is nothing to decrypt.",
    remedy="Refuse an empty ciphertext, for which no padded message is encrypted.",
    severity=Severity.MEDIUM,
    weakness=354,
)
class EmptyCiphertextAccepted(BlockMode):
    """An empty ciphertext decrypts to the empty message, with a padding or without."""

    def whole_ciphertext(self, ciphertext: bytes) -> bytes:
        """Let it pass."""
        return super().whole_ciphertext(ciphertext) if ciphertext else ciphertext

    def unpadded_plaintext(self, padded: bytes) -> bytes:
        """Find no padding in nothing."""
        return super().unpadded_plaintext(padded) if padded else padded


@deviation(
    "block-modes/empty-message-encrypted-to-nothing",
    gain="That a message is empty shows, and an empty one can be put in the place of any other. "
    "No other implementation decrypts it.",
    clause="RFC 5652 §6.3: an empty message gets a whole block of padding",
    cause="Encryption returns early when there is nothing to encrypt.",
    remedy="Pad every message, the empty one included.",
    severity=Severity.LOW,
    weakness=684,
)
class EmptyMessageEncryptedToNothing(BlockMode):
    """The ciphertext of an empty message is empty, with a padding or without."""

    def padded_plaintext(self, plaintext: bytes) -> bytes:
        """Leave it as it is."""
        return super().padded_plaintext(plaintext) if plaintext else plaintext


@deviation(
    "block-modes/message-cut-after-4096-bytes",
    gain="The end of a long message is lost, and nobody is told.",
    clause=WHOLE,
    cause="A buffer has the size of a page of memory, and the rest is neither encrypted nor "
    "refused.",
    remedy="Work off all of a message, or refuse one that is too long.",
    severity=Severity.HIGH,
    weakness=222,
)
class MessageCutAfter4096Bytes(BlockMode):
    """Only the first 4,096 bytes of a message are encrypted."""

    def padded_plaintext(self, plaintext: bytes) -> bytes:
        """Cut the rest off."""
        return super().padded_plaintext(plaintext[:4096])


@deviation(
    "block-modes/directions-exchanged",
    gain="Nobody is attacked; no other implementation decrypts such a message.",
    clause="SP 800-38A §5.1",
    cause="The flag of a function with both directions is the wrong way round, in encryption and "
    "in decryption alike, so that messages come back.",
    remedy="Encrypt with the forward cipher; test with known answers, not with round trips alone.",
    severity=Severity.LOW,
    weakness=684,
)
class DirectionsExchanged(BlockMode):
    """Blocks are encrypted with the inverse cipher, and decrypted with the forward cipher."""

    def forward_cipher(self, input_block: bytes, number: int) -> bytes:
        """Decrypt."""
        return self.block_cipher.inv_cipher(input_block)

    def inverse_cipher(self, input_block: bytes, number: int) -> bytes:
        """Encrypt."""
        return self.block_cipher.cipher(input_block)


@deviation(
    "block-modes/refusal-holds-plaintext",
    gain="Who sends a ciphertext with a wrong padding reads what it decrypts to, block by block.",
    clause="RFC 5652 §6.3; key-specification sheet: a refusal says nothing of the message",
    cause="The buffer that could not be unpadded gets into the text of the exception for "
    "debugging.",
    remedy="Return nothing but the fact that the ciphertext is not valid.",
    severity=Severity.CRITICAL,
    weakness=209,
    unseen={
        View.LIVE: "The service refuses every ciphertext with one text of its own, whatever the "
        "mode says."
    },
)
class RefusalHoldsPlaintext(BlockMode):
    """The text of a refusal holds what the ciphertext decrypts to."""

    def unpadded_plaintext(self, padded: bytes) -> bytes:
        """Tell what was decrypted."""
        try:
            return super().unpadded_plaintext(padded)
        except InvalidCiphertext as error:
            raise InvalidCiphertext(f"{error}: {padded.hex()}") from None
