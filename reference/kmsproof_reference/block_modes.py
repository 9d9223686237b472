"""The block modes ECB and CBC, with a padding.

Standard:  NIST SP 800-38A, edition of December 2001.
Sections:  5.2 and 5.3 (lengths, the IV), 6.1 (ECB), 6.2 (CBC); appendix A (padding).
Page:      https://csrc.nist.gov/pubs/sp/800/38/a/final
Left out:  CFB, OFB and CTR (§6.3 to 6.5), ciphertext stealing (the addendum of October 2010),
           and the choice of the IV (appendix C): it is an argument.

Block numbers in the intermediate values count from 1, as in appendix F: ``padded``, then for each
block ``block[1].input_block`` and ``block[1].output_block``.
"""

from kmsproof_reference.aes import BLOCK_LENGTH, Aes, BlockCipher
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.octets import blocks, xor
from kmsproof_reference.padding import Padding


class BlockMode:
    """What ECB and CBC have in common: the block cipher, the padding and the lengths."""

    block_cipher_class: type[Aes] = Aes

    def __init__(self, key: bytes, padding: Padding, show: Show = nobody) -> None:
        """Take a key of 16, 24 or 32 bytes; raise `InvalidArgument` for any other length."""
        self.block_cipher: BlockCipher = self.block_cipher_class(key)
        self.padding = padding
        self.show = show

    def padded_plaintext(self, plaintext: bytes) -> bytes:
        """The plaintext with its padding, n blocks, n >= 1 (SP 800-38A §5.2, appendix A).

        Raises `InvalidArgument` when it does not fill one or more whole blocks.
        """
        padded = self.padding.pad(plaintext)
        self.show("padded", padded)
        if not padded or len(padded) % BLOCK_LENGTH:
            raise InvalidArgument(
                f"a plaintext without padding must fill one or more blocks of 16 bytes, "
                f"this one has {len(plaintext)} bytes (SP 800-38A §5.2)"
            )
        return padded

    def unpadded_plaintext(self, padded: bytes) -> bytes:
        """The plaintext without its padding; raises `InvalidCiphertext` when that is malformed."""
        self.show("padded", padded)
        return self.padding.unpad(padded)

    def whole_ciphertext(self, ciphertext: bytes) -> bytes:
        """The ciphertext, which fills one or more whole blocks (SP 800-38A §5.2).

        Raises `InvalidCiphertext` when it does not.
        """
        if not ciphertext or len(ciphertext) % BLOCK_LENGTH:
            raise InvalidCiphertext(
                f"a ciphertext fills one or more blocks of 16 bytes, "
                f"this one has {len(ciphertext)} bytes (SP 800-38A §5.2)"
            )
        return ciphertext

    def forward_cipher(self, input_block: bytes, number: int) -> bytes:
        """CIPH_K, the forward cipher function, on block ``number`` (SP 800-38A §5.1)."""
        self.show("block[%d].input_block", input_block, number)
        output_block = self.block_cipher.cipher(input_block)
        self.show("block[%d].output_block", output_block, number)
        return output_block

    def inverse_cipher(self, input_block: bytes, number: int) -> bytes:
        """The inverse cipher function on block ``number`` (SP 800-38A §5.1)."""
        self.show("block[%d].input_block", input_block, number)
        output_block = self.block_cipher.inv_cipher(input_block)
        self.show("block[%d].output_block", output_block, number)
        return output_block


class Ecb(BlockMode):
    """The Electronic Codebook mode under one key (SP 800-38A §6.1)."""

    def encrypt(self, plaintext: bytes) -> bytes:
        """C_j = CIPH_K(P_j), j = 1 to n (SP 800-38A §6.1, ECB Encryption).

        Raises `InvalidArgument` for NO_PADDING when the plaintext does not fill whole blocks.
        """
        padded = self.padded_plaintext(plaintext)
        return b"".join(self.forward_cipher(p, j) for j, p in enumerate(blocks(padded), 1))

    def decrypt(self, ciphertext: bytes) -> bytes:
        """P_j = CIPH_K^-1(C_j), j = 1 to n (SP 800-38A §6.1, ECB Decryption).

        Raises `InvalidCiphertext` when the length or the padding is not one `encrypt` makes.
        """
        whole = self.whole_ciphertext(ciphertext)
        padded = b"".join(self.inverse_cipher(c, j) for j, c in enumerate(blocks(whole), 1))
        return self.unpadded_plaintext(padded)


class Cbc(BlockMode):
    """The Cipher Block Chaining mode under one key (SP 800-38A §6.2)."""

    def encrypt(self, iv: bytes, plaintext: bytes) -> bytes:
        """C_1 = CIPH_K(P_1 ⊕ IV), C_j = CIPH_K(P_j ⊕ C_(j-1)) (SP 800-38A §6.2, CBC Encryption).

        The IV has 16 bytes. Raises `InvalidArgument` for any other length, and for NO_PADDING
        when the plaintext does not fill whole blocks.
        """
        previous, ciphertext = self.first_chaining_block(iv), b""
        for j, p in enumerate(blocks(self.padded_plaintext(plaintext)), 1):
            c = self.forward_cipher(self.chain(p, previous), j)
            ciphertext += c
            previous = self.next_chaining_block(previous, p, c, j)
        return ciphertext

    def decrypt(self, iv: bytes, ciphertext: bytes) -> bytes:
        """P_1 = CIPH_K^-1(C_1) ⊕ IV, P_j = CIPH_K^-1(C_j) ⊕ C_(j-1) (SP 800-38A §6.2).

        Raises `InvalidArgument` when the IV has not 16 bytes, and `InvalidCiphertext` when the
        length or the padding of the ciphertext is not one `encrypt` makes.
        """
        previous, padded = self.first_chaining_block(iv), b""
        for j, c in enumerate(blocks(self.whole_ciphertext(ciphertext)), 1):
            p = self.chain(self.inverse_cipher(c, j), previous)
            padded += p
            previous = self.next_chaining_block(previous, p, c, j)
        return self.unpadded_plaintext(padded)

    def first_chaining_block(self, iv: bytes) -> bytes:
        """What block 1 is chained to: the IV (SP 800-38A §5.3, §6.2).

        Raises `InvalidArgument` unless it has 16 bytes.
        """
        if len(iv) != BLOCK_LENGTH:
            raise InvalidArgument(
                f"the IV of CBC has 16 bytes, this one has {len(iv)} (SP 800-38A §5.3)"
            )
        return iv

    def chain(self, block: bytes, previous: bytes) -> bytes:
        """The exclusive-or with the block before (SP 800-38A §6.2)."""
        return xor(block, previous)

    def next_chaining_block(
        self, previous: bytes, plaintext: bytes, ciphertext: bytes, number: int
    ) -> bytes:
        """What block j + 1 is chained to: C_j, j being ``number`` (SP 800-38A §6.2).

        The two blocks before C_j are not used.
        """
        return ciphertext
