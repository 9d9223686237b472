"""Ways of getting the rounds of AES wrong: substitution, rows, columns and their inverses."""

from __future__ import annotations

from kmsproof_reference.aes import Aes, arrange
from kmsproof_reference.deviations.model import Severity, View, deviation

OTHER_CIPHER = "Nobody is attacked; no other implementation decrypts anything."
AGREES = {
    View.LIVE: "The key is not known, and the wrong cipher agrees with itself in every mode and in "
    "both directions."
}
KNOWN_ANSWERS = "Test with known answers (FIPS 197 appendix C), not with round trips alone."

# Wrong in both directions alike.


@deviation(
    "aes/columns-mixed-in-last-round",
    gain=OTHER_CIPHER,
    clause="FIPS 197 §5.1, Algorithm 1, steps 10 to 12",
    cause="All rounds are one loop.",
    remedy=f"Leave MIXCOLUMNS out of the last round. {KNOWN_ANSWERS}",
    severity=Severity.LOW,
    weakness=684,
    unseen=AGREES,
)
class ColumnsMixedInLastRound(Aes):
    """The columns are mixed in the last round as well, and accordingly in decryption."""

    def round(self, state: bytes, number: int) -> bytes:
        """Mix before the last round key."""
        state = super().round(state, number)
        if number < self.rounds:
            return state
        unkeyed = self.add_round_key(state, self.round_keys[number])
        return self.add_round_key(self.mix_columns(unkeyed), self.round_keys[number])

    def inv_round(self, state: bytes, number: int) -> bytes:
        """Undo it after the first round key."""
        return super().inv_round(self.inv_mix_columns(state) if number == 1 else state, number)


@deviation(
    "aes/columns-not-mixed",
    gain="A byte of a ciphertext depends on one byte of the message alone: with 256 chosen blocks "
    "everything is read without the key.",
    clause="FIPS 197 §5.1.3",
    cause="The step is left out of an implementation for small devices, or its result not stored.",
    remedy=f"Mix the columns in all rounds but the last. {KNOWN_ANSWERS}",
    severity=Severity.CRITICAL,
    weakness=325,
)
class ColumnsNotMixed(Aes):
    """The columns are never mixed, in encryption and decryption alike."""

    def mix_columns(self, state: bytes) -> bytes:
        """Leave them as they are."""
        return state

    def inv_mix_columns(self, state: bytes) -> bytes:
        """Leave them as they are."""
        return state


@deviation(
    "aes/columns-mixed-with-inverse-matrix",
    gain=OTHER_CIPHER,
    clause="FIPS 197 §5.1.3, §5.3.3",
    cause="The tables of both directions are taken for each other.",
    remedy=f"Use the matrix with first row 02 03 01 01 in encryption. {KNOWN_ANSWERS}",
    severity=Severity.LOW,
    weakness=684,
    unseen=AGREES,
)
class ColumnsMixedWithInverseMatrix(Aes):
    """The columns are mixed with the matrix of decryption, and unmixed with that of encryption."""

    def mix_columns(self, state: bytes) -> bytes:
        """Unmix."""
        return super().inv_mix_columns(state)

    def inv_mix_columns(self, state: bytes) -> bytes:
        """Mix."""
        return super().mix_columns(state)


@deviation(
    "aes/rows-shifted-to-the-right",
    gain=OTHER_CIPHER,
    clause="FIPS 197 §5.1.2, §5.3.1",
    cause="The bytes of a block are numbered from the other end, or left and right mistaken.",
    remedy=f"Move row r by r places to the left in encryption. {KNOWN_ANSWERS}",
    severity=Severity.LOW,
    weakness=684,
    unseen=AGREES,
)
class RowsShiftedToTheRight(Aes):
    """The rows move to the right in encryption, and to the left in decryption."""

    def shift_rows(self, state: bytes) -> bytes:
        """Move as in decryption."""
        return super().inv_shift_rows(state)

    def inv_shift_rows(self, state: bytes) -> bytes:
        """Move as in encryption."""
        return super().shift_rows(state)


_TRANSPOSED = bytes(4 * r + c for c in range(4) for r in range(4))


@deviation(
    "aes/state-filled-by-rows",
    gain=OTHER_CIPHER,
    clause="FIPS 197 §3.4",
    cause="The state is an array of four rows that is filled one row after the other.",
    remedy=f"Fill the state column by column. {KNOWN_ANSWERS}",
    severity=Severity.LOW,
    weakness=198,
    unseen=AGREES,
)
class StateFilledByRows(Aes):
    """The bytes of a block are put into the state row by row, and taken out in the same order."""

    def cipher(self, block: bytes) -> bytes:
        """Exchange rows and columns before and after."""
        self.check_block(block)
        return arrange(super().cipher(arrange(block, _TRANSPOSED)), _TRANSPOSED)

    def inv_cipher(self, block: bytes) -> bytes:
        """Exchange rows and columns before and after."""
        self.check_block(block)
        return arrange(super().inv_cipher(arrange(block, _TRANSPOSED)), _TRANSPOSED)


_WORDS_REVERSED = bytes(4 * c + 3 - r for c in range(4) for r in range(4))


@deviation(
    "aes/words-of-blocks-reversed",
    gain=OTHER_CIPHER,
    clause="FIPS 197 §3.4",
    cause="An accelerator takes words of 32 bits whose most significant byte comes first, and the "
    "processor writes them the other way.",
    remedy=f"Swap the bytes of each word where the two differ. {KNOWN_ANSWERS}",
    severity=Severity.LOW,
    weakness=198,
    unseen=AGREES,
)
class WordsOfBlocksReversed(Aes):
    """The four bytes of every word of a block are reversed on the way in and on the way out."""

    def cipher(self, block: bytes) -> bytes:
        """Reverse before and after."""
        self.check_block(block)
        return arrange(super().cipher(arrange(block, _WORDS_REVERSED)), _WORDS_REVERSED)

    def inv_cipher(self, block: bytes) -> bytes:
        """Reverse before and after."""
        self.check_block(block)
        return arrange(super().inv_cipher(arrange(block, _WORDS_REVERSED)), _WORDS_REVERSED)


# Wrong in one direction.


def _with_entry(table: bytes, index: int) -> bytes:
    """The table with the lowest bit of one entry flipped."""
    return table[:index] + bytes([table[index] ^ 1]) + table[index + 1 :]


@deviation(
    "aes/s-box-entry-wrong",
    gain="Some messages do not come back, and no other implementation decrypts some of them.",
    clause="FIPS 197 §5.1.1, Table 4",
    cause="A table was typed, or a bit of it flipped in memory.",
    remedy="Compute the table, or compare its digest when the program begins.",
    severity=Severity.LOW,
    weakness=682,
)
class SBoxEntryWrong(Aes):
    """One of the 256 entries of the S-box is wrong, that for 53."""

    s_box = _with_entry(Aes.s_box, 0x53)


@deviation(
    "aes/inverse-s-box-entry-wrong",
    gain="Some messages do not come back.",
    clause="FIPS 197 §5.3.2, Table 6",
    cause="A table was typed, or a bit of it flipped in memory.",
    remedy="Compute the table from the S-box, or compare its digest when the program begins.",
    severity=Severity.LOW,
    weakness=682,
)
class InverseSBoxEntryWrong(Aes):
    """One of the 256 entries of the inverse S-box is wrong, that for ed."""

    inv_s_box = _with_entry(Aes.inv_s_box, 0xED)


@deviation(
    "aes/decryption-with-round-keys-of-encryption",
    gain="Nobody is attacked; messages in ECB and CBC do not come back.",
    clause="FIPS 197 §5.3.5",
    cause="The equivalent inverse cipher needs round keys that are unmixed: AES_decrypt of OpenSSL "
    "after AES_set_encrypt_key instead of AES_set_decrypt_key.",
    remedy="Make the key schedule for the direction in which it is used.",
    severity=Severity.LOW,
    weakness=684,
)
class DecryptionWithRoundKeysOfEncryption(Aes):
    """The equivalent inverse cipher is used with the round keys as they are for encryption."""

    def inv_round(self, state: bytes, number: int) -> bytes:
        """Add the round key last."""
        state = self.inv_sub_bytes(self.inv_shift_rows(state))
        if number < self.rounds:
            state = self.inv_mix_columns(state)
        return self.add_round_key(state, self.round_keys[self.rounds - number])


@deviation(
    "aes/columns-not-unmixed-in-last-round-but-one",
    gain="Nobody is attacked; messages in ECB and CBC do not come back.",
    clause="FIPS 197 §5.3, Algorithm 3",
    cause="The loop over the rounds with INVMIXCOLUMNS ends one too early.",
    remedy="Leave INVMIXCOLUMNS out of the last round alone.",
    severity=Severity.LOW,
    weakness=193,
)
class ColumnsNotUnmixedInLastRoundButOne(Aes):
    """In decryption the columns are not unmixed in the last round but one either."""

    def inv_round(self, state: bytes, number: int) -> bytes:
        """Mix again what was unmixed."""
        state = super().inv_round(state, number)
        return self.mix_columns(state) if number == self.rounds - 1 else state
