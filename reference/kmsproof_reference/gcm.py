"""AES-GCM: authenticated encryption with associated data.

Standard:  NIST SP 800-38D, edition of November 2007.
Sections:  5.2 (inputs and outputs), 6.2 to 6.5 (inc, block multiplication, GHASH, GCTR),
           7.1 (GCM-AE, Algorithm 4), 7.2 (GCM-AD, Algorithm 5).
Page:      https://csrc.nist.gov/pubs/sp/800/38/d/final
Left out:  bit strings that are not whole bytes; the uniqueness and construction of the IV (§8: it
           is an argument) and the limits on use of short tags (appendix C).

Where the standard returns FAIL (§7.2) the reference raises `InvalidCiphertext`. One case is told
apart, in both directions: a tag length that is not in the standard's set, or an IV or message
length that is not supported, is the caller's mistake and raises `InvalidArgument`.

Intermediate values: ``H``, ``J0``, ``GHASH_IV[1]`` ... (the chain Y_i over the IV, when it has not
12 bytes), ``CB[1]`` and ``keystream[1]`` ... of the message, ``GHASH[1]`` ... (the chain over the
associated data, the ciphertext and the length block), ``S``, ``T``.
"""

from kmsproof_reference import gf128
from kmsproof_reference.aes import BLOCK_LENGTH, Aes, BlockCipher
from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.octets import blocks, i2osp, os2ip, xor


class Gcm:
    """GCM under one key (SP 800-38D §7). H and the key schedule are computed once."""

    block_cipher_class: type[Aes] = Aes

    tag_lengths: tuple[int, ...] = (4, 8, 12, 13, 14, 15, 16)
    """The t of the standard, in bytes (SP 800-38D §5.2.1.2)."""

    max_text_length = 2**36 - 32
    """Bytes of plaintext or ciphertext: len(P) <= 2^39 - 256 bits (SP 800-38D §5.2.1.1)."""

    reduction = gf128.R
    """The R of the block multiplication (SP 800-38D §6.3)."""

    def __init__(self, key: bytes, show: Show = nobody) -> None:
        """Take a key of 16, 24 or 32 bytes; raise `InvalidArgument` for any other length."""
        self.show = show
        self.block_cipher: BlockCipher = self.block_cipher_class(key)
        self.h = self.hash_subkey()
        self.show("H", self.h)

    def encrypt(
        self, iv: bytes, plaintext: bytes, aad: bytes = b"", tag_length: int = 16
    ) -> tuple[bytes, bytes]:
        """GCM-AE: the ciphertext and the tag (SP 800-38D §7.1, Algorithm 4).

        The IV has one byte or more, the tag ``tag_length`` bytes.
        Raises `InvalidArgument` when a length is not supported.
        """
        self.check_lengths(iv, plaintext, tag_length)
        # 1. is done in the constructor.
        # 2. Define the pre-counter block J0.
        j0 = self.pre_counter_block(iv)
        # 3. C = GCTR_K(inc32(J0), P).
        ciphertext = self.gctr(self.initial_counter_block(j0), plaintext)
        # 4. to 7. Return C and T.
        return ciphertext, self.authenticate(j0, aad, ciphertext, tag_length)

    def decrypt(
        self, iv: bytes, ciphertext: bytes, aad: bytes, tag: bytes, tag_length: int = 16
    ) -> bytes:
        """GCM-AD: the plaintext (SP 800-38D §7.2, Algorithm 5).

        Raises `InvalidCiphertext` when the tag has not ``tag_length`` bytes or does not verify,
        and `InvalidArgument` when another length is not supported.
        """
        # 1. If the lengths are not supported, return FAIL. That len(T) = t needs no check of its
        #    own: T' has t bits, so that step 8 finds a tag of another length different.
        self.check_lengths(iv, ciphertext, tag_length)
        # 2. is done in the constructor. 3. Define the pre-counter block J0.
        j0 = self.pre_counter_block(iv)
        # 4. P = GCTR_K(inc32(J0), C).
        plaintext = self.gctr(self.initial_counter_block(j0), ciphertext)
        # 5. to 7. T' = MSB_t(GCTR_K(J0, S)).
        expected_tag = self.authenticate(j0, aad, ciphertext, tag_length)
        # 8. If T = T', return P; else return FAIL.
        self.compare_tag(expected_tag, tag)
        return plaintext

    # The steps of Algorithms 4 and 5.

    def hash_subkey(self) -> bytes:
        """H = CIPH_K(0^128) (SP 800-38D §7.1 step 1, §7.2 step 2)."""
        return self.block_cipher.cipher(bytes(BLOCK_LENGTH))

    def pre_counter_block(self, iv: bytes) -> bytes:
        """J0 (SP 800-38D §7.1 step 2, §7.2 step 3)."""
        j0 = self.counted_iv(iv) if len(iv) == 12 else self.hashed_iv(iv)
        self.show("J0", j0)
        return j0

    def counted_iv(self, iv: bytes) -> bytes:
        """If len(IV) = 96, J0 = IV ‖ 0^31 ‖ 1 (SP 800-38D §7.1 step 2)."""
        return iv + i2osp(1, 4)

    def hashed_iv(self, iv: bytes) -> bytes:
        """Else J0 = GHASH_H(IV ‖ 0^(s+64) ‖ [len(IV)]_64) (SP 800-38D §7.1 step 2)."""
        return self.ghash(self.iv_string(iv), "GHASH_IV[%d]")

    def iv_string(self, iv: bytes) -> bytes:
        """IV ‖ 0^(s+64) ‖ [len(IV)]_64, the input of GHASH for J0 (SP 800-38D §7.1 step 2)."""
        return self.pad_block(iv) + self.length_block(0, len(iv))

    def initial_counter_block(self, j0: bytes) -> bytes:
        """The first counter block of the message, inc32(J0) (SP 800-38D §7.1 step 3)."""
        return self.inc32(j0)

    def authenticate(self, j0: bytes, aad: bytes, ciphertext: bytes, tag_length: int) -> bytes:
        """T (SP 800-38D §7.1 steps 4 to 6, §7.2 steps 5 to 7)."""
        # 4. and 5. S = GHASH_H(A ‖ 0^v ‖ C ‖ 0^u ‖ [len(A)]_64 ‖ [len(C)]_64).
        s = self.ghash(self.authenticated_string(aad, ciphertext))
        self.show("S", s)
        # 6. T = MSB_t(GCTR_K(J0, S)).
        t = self.truncate_tag(self.mask_hash(j0, s), tag_length)
        self.show("T", t)
        return t

    def authenticated_string(self, aad: bytes, ciphertext: bytes) -> bytes:
        """The input of GHASH for the tag (SP 800-38D §7.1 steps 4 and 5)."""
        lengths = self.length_block(len(aad), len(ciphertext))
        return self.pad_block(aad) + self.pad_block(ciphertext) + lengths

    def mask_hash(self, j0: bytes, s: bytes) -> bytes:
        """GCTR_K(J0, S), of one block (SP 800-38D §7.1 step 6)."""
        return xor(s, self.block_cipher.cipher(j0))

    def truncate_tag(self, block: bytes, tag_length: int) -> bytes:
        """MSB_t: the leftmost ``tag_length`` bytes (SP 800-38D §7.1 step 6)."""
        return block[:tag_length]

    def compare_tag(self, expected_tag: bytes, tag: bytes) -> None:
        """Raise `InvalidCiphertext` unless T = T', lengths included (SP 800-38D §7.2 step 8)."""
        if tag != expected_tag:
            raise InvalidCiphertext("FAIL: the tag does not verify (SP 800-38D §7.2)")

    # The functions of section 6.

    def inc32(self, block: bytes) -> bytes:
        """Add 1 modulo 2^32 to the last four bytes (SP 800-38D §6.2, s = 32)."""
        return block[:12] + i2osp((os2ip(block[12:]) + 1) % 2**32, 4)

    def multiply(self, x: int, y: int) -> int:
        """X • Y, the block multiplication (SP 800-38D §6.3, Algorithm 1)."""
        return gf128.multiply(x, y, self.reduction)

    def ghash(self, octets: bytes, name: str = "GHASH[%d]") -> bytes:
        """GHASH_H of m whole blocks (SP 800-38D §6.4, Algorithm 2). Shows each Y_i."""
        # 2. Let Y_0 = 0^128.
        y, h = 0, os2ip(self.h)
        # 3. For i = 1 to m, let Y_i = (Y_(i-1) ⊕ X_i) • H.
        for i, x in enumerate(blocks(octets), 1):
            y = self.multiply(y ^ os2ip(x), h)
            self.show(name, i2osp(y, BLOCK_LENGTH), i)
        # 4. Return Y_m.
        return i2osp(y, BLOCK_LENGTH)

    def gctr(self, icb: bytes, octets: bytes) -> bytes:
        """GCTR_K(ICB, X) (SP 800-38D §6.5, Algorithm 3). The last block may be partial."""
        # 1. If X is the empty string, return the empty string (the loop then has no turn).
        # 4. Let CB_1 = ICB.
        cb, output = icb, b""
        for i, x in enumerate(blocks(octets), 1):
            # 6. and 7. Y_i = X_i ⊕ CIPH_K(CB_i), for the last one MSB_len(X_n)(CIPH_K(CB_n)).
            keystream = self.block_cipher.cipher(cb)
            self.show("CB[%d]", cb, i)
            self.show("keystream[%d]", keystream, i)
            output += self.add_keystream(x, keystream)
            # 5. CB_(i+1) = inc32(CB_i).
            cb = self.next_counter_block(cb)
        return output

    def add_keystream(self, x: bytes, keystream: bytes) -> bytes:
        """X ⊕ MSB_len(X)(CIPH_K(CB)), X being a block or a part of one (SP 800-38D §6.5)."""
        return xor(x, keystream[: len(x)])

    def next_counter_block(self, cb: bytes) -> bytes:
        """CB_(i+1) = inc32(CB_i) (SP 800-38D §6.5 step 5)."""
        return self.inc32(cb)

    def pad_block(self, octets: bytes) -> bytes:
        """Zero bytes up to the next multiple of 16, none at one (SP 800-38D §7.1 steps 2, 4)."""
        return octets + bytes(-len(octets) % BLOCK_LENGTH)

    def length_block(self, first: int, second: int) -> bytes:
        """Two lengths in bytes as numbers of *bits*, 8 bytes each (SP 800-38D §7.1 step 5)."""
        return i2osp(8 * first, 8) + i2osp(8 * second, 8)

    # Preconditions.

    def check_lengths(self, iv: bytes, text: bytes, tag_length: int) -> None:
        """Raise `InvalidArgument` unless IV, text and t are supported (SP 800-38D §5.2.1)."""
        if tag_length not in self.tag_lengths:
            raise InvalidArgument(
                f"a GCM tag has {', '.join(map(str, self.tag_lengths))} bytes, "
                f"not {tag_length} (SP 800-38D §5.2.1.2)"
            )
        if not iv:
            raise InvalidArgument("the IV of GCM has one byte or more (SP 800-38D §5.2.1.1)")
        if len(text) > self.max_text_length:
            raise InvalidArgument(
                f"GCM takes at most {self.max_text_length} bytes under one IV, "
                f"not {len(text)} (SP 800-38D §5.2.1.1)"
            )
