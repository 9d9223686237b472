"""Ways of getting AES-ECB wrong: blocks that depend on others, or are not encrypted."""

from __future__ import annotations

from kmsproof_reference.block_modes import Ecb
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.octets import blocks, xor


@deviation(
    "ecb/chained-from-zeros",
    gain="Nobody is attacked; no other implementation decrypts a message of two blocks.",
    clause="SP 800-38A §6.1",
    cause="The mode is not set, and CBC with an IV of zeros is what the library does then: CCCrypt "
    "of Apple's CommonCrypto without kCCOptionECBMode.",
    remedy="Name the mode to the library, and test with messages of two blocks.",
    severity=Severity.LOW,
    weakness=684,
)
class ChainedFromZeros(Ecb):
    """Blocks are chained as in CBC, beginning with a block of zeros."""

    def encrypt(self, plaintext: bytes) -> bytes:
        """Add the ciphertext of the block before."""
        done = [bytes(16)]
        for j, p in enumerate(blocks(self.padded_plaintext(plaintext)), 1):
            done.append(self.forward_cipher(xor(p, done[-1]), j))
        return b"".join(done[1:])

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Take it away again."""
        given = [bytes(16), *blocks(self.whole_ciphertext(ciphertext))]
        padded = (xor(self.inverse_cipher(c, j), given[j - 1]) for j, c in enumerate(given[1:], 1))
        return self.unpadded_plaintext(b"".join(padded))


@deviation(
    "ecb/only-first-block-encrypted",
    gain="All but the first 16 bytes of a message stand in the ciphertext as they are.",
    clause="SP 800-38A §6.1",
    cause="A function for a single block is called once for a whole message: AES_encrypt and "
    "AES_ecb_encrypt of OpenSSL work on 16 bytes.",
    remedy="Call such a function for every block, or one that takes a length.",
    severity=Severity.CRITICAL,
    weakness=311,
)
class OnlyFirstBlockEncrypted(Ecb):
    """Only the first block of a message is encrypted, and the others are copied."""

    def forward_cipher(self, input_block: bytes, number: int) -> bytes:
        """Copy all but the first."""
        return super().forward_cipher(input_block, number) if number == 1 else input_block

    def inverse_cipher(self, input_block: bytes, number: int) -> bytes:
        """Copy all but the first."""
        return super().inverse_cipher(input_block, number) if number == 1 else input_block


@deviation(
    "ecb/last-block-not-encrypted",
    gain="The last bytes of a message stand in the ciphertext as they are; of a short message, all "
    "of them.",
    clause="SP 800-38A §6.1",
    cause="A loop over the blocks ends one too early.",
    remedy="Encrypt every block; test with messages of one block.",
    severity=Severity.CRITICAL,
    weakness=193,
)
class LastBlockNotEncrypted(Ecb):
    """The last block of a message, with its padding, is copied and not encrypted."""

    def encrypt(self, plaintext: bytes) -> bytes:
        """Put the plaintext in its place."""
        return super().encrypt(plaintext)[:-16] + self.padded_plaintext(plaintext)[-16:]

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Encrypt it, so that it comes back."""
        last = self.whole_ciphertext(ciphertext)[-16:]
        return super().decrypt(ciphertext[:-16] + self.forward_cipher(last, 1))
