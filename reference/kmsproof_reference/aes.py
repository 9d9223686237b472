"""AES: the block cipher with keys of 128, 192 and 256 bits.

Standard:  FIPS 197, edition of 26 November 2001, updated on 9 May 2023 (FIPS 197-upd1).
Sections:  5.1 (CIPHER), 5.2 (KEYEXPANSION), 5.3 (INVCIPHER) and all their steps.
Page:      https://csrc.nist.gov/pubs/fips/197/final
Left out:  EQINVCIPHER (§5.3.5), which is another order of the same steps.

The state is a byte string of 16 bytes in the order of the input: byte ``r + 4 * c`` is the
element in row r and column c (§3.4). A substitution of every byte is one `bytes.translate`.
Intermediate values carry the names of appendix C of the edition of 2001: ``round[ 1].start``,
``.s_box``, ``.s_row``, ``.m_col``, ``.k_sch``; with an ``i`` before the step in the inverse cipher;
``w[ 4]`` in the key expansion.
"""

from typing import Protocol

from kmsproof_reference import gf256
from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.octets import os2ip

BLOCK_LENGTH = 16
"""Bytes in a block, and in the state (FIPS 197 §5, Table 3: Nb = 4 words)."""

KEY_LENGTHS = (16, 24, 32)
"""Bytes in a key (FIPS 197 §5, Table 3: Nk = 4, 6 or 8 words)."""

S_BOX = gf256.s_box()
INV_S_BOX = gf256.inv_s_box(S_BOX)
TIMES = {constant: gf256.times(constant) for constant in (1, 2, 3, 9, 11, 13, 14)}

SHIFTED_ROWS = bytes(r + 4 * ((c + r) % 4) for c in range(4) for r in range(4))
"""s'[r, c] = s[r, (c + r) mod 4] (FIPS 197 §5.1.2)."""

INV_SHIFTED_ROWS = bytes(r + 4 * ((c - r) % 4) for c in range(4) for r in range(4))
"""s'[r, c] = s[r, (c - r) mod 4] (FIPS 197 §5.3.1)."""

ROTATED_COLUMNS = [bytes((r + i) % 4 + 4 * c for c in range(4) for r in range(4)) for i in range(4)]
"""Entry i turns every column by i places: s'[r, c] = s[(r + i) mod 4, c]."""


class BlockCipher(Protocol):
    """What a mode of operation needs of a block cipher with a key (SP 800-38A §5.1)."""

    def cipher(self, block: bytes) -> bytes:
        """The forward cipher function, CIPH_K: 16 bytes to 16 bytes."""
        ...

    def inv_cipher(self, block: bytes) -> bytes:
        """The inverse cipher function: 16 bytes to 16 bytes."""
        ...


def arrange(state: bytes, order: bytes) -> bytes:
    """The bytes of the state in another order: byte i of the result is ``state[order[i]]``."""
    return order.translate(state + bytes(256 - len(state)))


class Aes:
    """AES under one key (FIPS 197 §5). The key schedule is computed once."""

    s_box = S_BOX
    inv_s_box = INV_S_BOX

    def __init__(self, key: bytes, show: Show = nobody) -> None:
        """Take a key of 16, 24 or 32 bytes; raise `InvalidArgument` for any other length."""
        if len(key) not in KEY_LENGTHS:
            raise InvalidArgument(
                f"an AES key has 16, 24 or 32 bytes, this one has {len(key)} (FIPS 197 §5, Table 3)"
            )
        self.show = show
        self.rounds = self.number_of_rounds(key)
        self.round_keys = self.key_expansion(key)

    # Key expansion.

    def number_of_rounds(self, key: bytes) -> int:
        """Nr: 10, 12 or 14 (FIPS 197 §5, Table 3)."""
        return len(key) // 4 + 6

    def key_expansion(self, key: bytes) -> list[bytes]:
        """The Nr + 1 round keys of 16 bytes each (FIPS 197 §5.2, Algorithm 2)."""
        nk = len(key) // 4
        # 2. to 6. The first Nk words are the key.
        w = [key[4 * i : 4 * i + 4] for i in range(nk)]
        # 7. to 16. Every other word comes from the one before and the one Nk places before.
        for i in range(nk, 4 * (self.rounds + 1)):
            temp = self.expansion_word(w[i - 1], i, nk)
            w.append(self.add_words(w[i - nk], temp))
            self.show("w[%2d]", w[i], i)
        return [b"".join(w[i : i + 4]) for i in range(0, len(w), 4)]

    def expansion_word(self, temp: bytes, i: int, nk: int) -> bytes:
        """What word i - 1 is made to before it is added (FIPS 197 §5.2, Algorithm 2, 9. to 13.)."""
        if i % nk == 0:
            return self.add_words(self.sub_word(self.rot_word(temp)), self.rcon(i // nk))
        if nk > 6 and i % nk == 4:
            return self.sub_word(temp)
        return temp

    def rot_word(self, word: bytes) -> bytes:
        """ROTWORD: [a0, a1, a2, a3] becomes [a1, a2, a3, a0] (FIPS 197 §5.2)."""
        return word[1:] + word[:1]

    def sub_word(self, word: bytes) -> bytes:
        """SUBWORD: the S-box on each of the four bytes (FIPS 197 §5.2)."""
        return word.translate(self.s_box)

    def rcon(self, j: int) -> bytes:
        """The round constant Rcon[j] = [x^(j-1), 0, 0, 0], j from 1 (FIPS 197 §5.2, Table 5)."""
        power = 1
        for _ in range(j - 1):
            power = gf256.xtime(power)
        return bytes([power, 0, 0, 0])

    def add_words(self, left: bytes, right: bytes) -> bytes:
        """The exclusive-or of two words (FIPS 197 §5.2)."""
        return (os2ip(left) ^ os2ip(right)).to_bytes(4, "big")

    # The cipher.

    def cipher(self, block: bytes) -> bytes:
        """CIPHER: encrypt one block of 16 bytes (FIPS 197 §5.1, Algorithm 1).

        Raises `InvalidArgument` for any other length.
        """
        self.check_block(block)
        # 2. and 3. The input, then the first round key.
        self.show("round[%2d].input", block, 0)
        self.show("round[%2d].k_sch", self.round_keys[0], 0)
        state = self.add_round_key(block, self.round_keys[0])
        # 4. to 12. The rounds; the last one (10. to 12.) has no MIXCOLUMNS.
        for number in range(1, self.rounds + 1):
            state = self.round(state, number)
        # 13. The state is the output.
        self.show("round[%2d].output", state, self.rounds)
        return state

    def round(self, state: bytes, number: int) -> bytes:
        """One round, 1 <= number <= Nr (FIPS 197 §5.1, Algorithm 1, steps 5 to 8 or 10 to 12)."""
        self.show("round[%2d].start", state, number)
        state = self.sub_bytes(state)
        self.show("round[%2d].s_box", state, number)
        state = self.shift_rows(state)
        self.show("round[%2d].s_row", state, number)
        if number < self.rounds:
            state = self.mix_columns(state)
            self.show("round[%2d].m_col", state, number)
        self.show("round[%2d].k_sch", self.round_keys[number], number)
        return self.add_round_key(state, self.round_keys[number])

    def sub_bytes(self, state: bytes) -> bytes:
        """SUBBYTES: the S-box on each byte (FIPS 197 §5.1.1)."""
        return state.translate(self.s_box)

    def shift_rows(self, state: bytes) -> bytes:
        """SHIFTROWS: row r moves r places to the left (FIPS 197 §5.1.2)."""
        return arrange(state, SHIFTED_ROWS)

    def mix_columns(self, state: bytes) -> bytes:
        """MIXCOLUMNS: each column times the matrix with first row 02 03 01 01 (FIPS 197 §5.1.3)."""
        return self.matrix_product((2, 3, 1, 1), state)

    def add_round_key(self, state: bytes, round_key: bytes) -> bytes:
        """ADDROUNDKEY: exclusive-or with the round key; its own inverse (FIPS 197 §5.1.4)."""
        return (os2ip(state) ^ os2ip(round_key)).to_bytes(16, "big")

    # The inverse cipher.

    def inv_cipher(self, block: bytes) -> bytes:
        """INVCIPHER: decrypt one block of 16 bytes (FIPS 197 §5.3, Algorithm 3).

        Raises `InvalidArgument` for any other length.
        """
        self.check_block(block)
        # 2. and 3. The input, then the last round key.
        self.show("round[%2d].iinput", block, 0)
        self.show("round[%2d].ik_sch", self.round_keys[-1], 0)
        state = self.add_round_key(block, self.round_keys[-1])
        # 4. to 12. The rounds backwards; the last one (10. to 12.) has no INVMIXCOLUMNS.
        for number in range(1, self.rounds + 1):
            state = self.inv_round(state, number)
        # 13. The state is the output.
        self.show("round[%2d].ioutput", state, self.rounds)
        return state

    def inv_round(self, state: bytes, number: int) -> bytes:
        """One round, counted from 1 (FIPS 197 §5.3, Algorithm 3, steps 5 to 8 or 10 to 12)."""
        round_key = self.round_keys[self.rounds - number]
        self.show("round[%2d].istart", state, number)
        state = self.inv_shift_rows(state)
        self.show("round[%2d].is_row", state, number)
        state = self.inv_sub_bytes(state)
        self.show("round[%2d].is_box", state, number)
        self.show("round[%2d].ik_sch", round_key, number)
        state = self.add_round_key(state, round_key)
        if number < self.rounds:
            self.show("round[%2d].ik_add", state, number)
            state = self.inv_mix_columns(state)
        return state

    def inv_shift_rows(self, state: bytes) -> bytes:
        """INVSHIFTROWS: row r moves r places to the right (FIPS 197 §5.3.1)."""
        return arrange(state, INV_SHIFTED_ROWS)

    def inv_sub_bytes(self, state: bytes) -> bytes:
        """INVSUBBYTES: the inverse S-box on each byte (FIPS 197 §5.3.2)."""
        return state.translate(self.inv_s_box)

    def inv_mix_columns(self, state: bytes) -> bytes:
        """INVMIXCOLUMNS: the matrix with first row 0e 0b 0d 09 (FIPS 197 §5.3.3)."""
        return self.matrix_product((14, 11, 13, 9), state)

    # Shared by both.

    def matrix_product(self, row: tuple[int, int, int, int], state: bytes) -> bytes:
        """Each column times the matrix whose rows are ``row``, turned (FIPS 197 §4.3).

        s'[r, c] is the sum of ``row[i]`` · s[(r + i) mod 4, c] over i = 0 to 3.
        """
        total = 0
        for i, constant in enumerate(row):
            total ^= os2ip(arrange(state, ROTATED_COLUMNS[i]).translate(TIMES[constant]))
        return total.to_bytes(16, "big")

    def check_block(self, block: bytes) -> None:
        """Raise `InvalidArgument` unless the block has 16 bytes (FIPS 197 §3.3)."""
        if len(block) != BLOCK_LENGTH:
            raise InvalidArgument(f"an AES block has 16 bytes, this one has {len(block)}")
