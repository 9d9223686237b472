"""AES-CBC and AES-ECB recipes: what the modes do with flipped, moved and cut blocks, as reports.

None of this is a defect of a target: nothing is authenticated in these modes. A target that
answers otherwise does something else than the mode, which is worth to be told. Only that a chain
never begins again is demanded.
"""

from __future__ import annotations

from collections.abc import Sequence

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.padding import Pkcs7Padding
from kmsproof_reference.vocabulary import PaddingMode
from kmsproof_vectors.cases.aes_block_modes import CBC, ECB, ERROR_PROPERTIES
from kmsproof_vectors.live.cases.aes import OWN, equal, flip, joined, part, seal, unseal, xor
from kmsproof_vectors.live.functions.bytes import flipped
from kmsproof_vectors.live.maker import Given, RecipeMaker, live_case
from kmsproof_vectors.live.model import AnyStep, Requirement

PARTS = (Requirement.SEPARATE_IV,)
TEXT = "$sealed.ciphertext"
BLOCKS = 4

LONG = 12_304
"""Bytes: 769 blocks, three times as many as fit in a page of memory, and one more."""
PKCS7 = Pkcs7Padding()


def _pads(recipe: RecipeMaker) -> bool:
    return recipe.parameters.padding is PaddingMode.PKCS7_PADDING


def _message(recipe: RecipeMaker) -> bytes:
    """Return a message of four blocks; with padding, the last block has five bytes of it."""
    return recipe.random(BLOCK_LENGTH * BLOCKS - (5 if _pads(recipe) else 0))


def _pieces(recipe: RecipeMaker) -> list[bytes]:
    """Return four blocks of a message, each of which ends in a padding of its own."""
    return [PKCS7.pad(recipe.random(BLOCK_LENGTH - 1 - number)) for number in range(BLOCKS)]


def _ended(recipe: RecipeMaker, blocks: Sequence[bytes]) -> bytes:
    """Return what must come out when a ciphertext decrypts to these blocks."""
    text = b"".join(blocks)
    return PKCS7.unpad(text) if _pads(recipe) else text


def _add(
    recipe: RecipeMaker,
    slug: str,
    why: str,
    message: bytes,
    steps: Sequence[AnyStep],
    foreseen: Given,
    *,
    ciphertext: Given = OWN,
    iv: Given = OWN,
) -> None:
    """Add the decryption of a changed ciphertext whose whole answer can be foreseen."""
    recipe.report(
        slug,
        why,
        seal(recipe, message),
        *steps,
        unseal(recipe, None, "opened", ciphertext=ciphertext, iv=iv),
        checks=[equal(recipe, "$opened.plaintext", foreseen)],
    )


@live_case("C12", "cbc-bit-flip", flags=("ModeProperty",), clause=ERROR_PROPERTIES, requires=PARTS)
def cbc_bit_flip(recipe: RecipeMaker) -> None:
    """**Report.** A bit of C_j is flipped: the same bit of P_(j+1) is, and the rest is unharmed."""
    for j, bit in ((0, 0), (0, 127), (1, 64), (2, 7)):
        message = _message(recipe)
        position = BLOCK_LENGTH * j
        end = position + BLOCK_LENGTH
        foreseen = message[:position] + message[end:end] + flipped(message[end:], bit)
        recipe.report(
            f"block-{j + 1}-bit-{bit:03}",
            f"Bit {bit} of C_{j + 1} garbles P_{j + 1} and flips that bit of the next block.",
            seal(recipe, message),
            flip(recipe, "changed", TEXT, 8 * position + bit),
            unseal(recipe, None, "opened", ciphertext="$changed"),
            part(recipe, "before", "$opened.plaintext", 0, position),
            part(recipe, "after", "$opened.plaintext", end),
            joined(recipe, "unharmed", "$before", "$after"),
            checks=[equal(recipe, "$unharmed", foreseen)],
        )


@live_case(
    "C12", "cbc-iv-bit-flip", flags=("ModeProperty",), clause=ERROR_PROPERTIES, requires=PARTS
)
def cbc_iv_bit_flip(recipe: RecipeMaker) -> None:
    """**Report.** A bit of the IV is flipped: the same bit of P_1 is, and nothing else."""
    for bit in (0, 1, 63, 64, 127):
        message = _message(recipe)
        why = f"Bit {bit} of the IV flips that bit of the first block and nothing else."
        steps = [flip(recipe, "changed", "$sealed.iv", bit)]
        _add(recipe, f"bit-{bit:03}", why, message, steps, flipped(message, bit), iv="$changed")


@live_case("C12", "cbc-suffix", flags=("ModeProperty",), clause=CBC, requires=PARTS)
def cbc_suffix(recipe: RecipeMaker) -> None:
    """**Report.** The last blocks decrypt to the last blocks, with the block before as IV."""
    for start in range(1, BLOCKS):
        message, at = _message(recipe), BLOCK_LENGTH * start
        steps = [
            part(recipe, "iv", TEXT, at - BLOCK_LENGTH, at),
            part(recipe, "end", TEXT, at),
        ]
        why = f"With C_{start} as IV the blocks after it decrypt to the end of the message."
        slug = f"after-block-{start}"
        _add(recipe, slug, why, message, steps, message[at:], iv="$iv", ciphertext="$end")


@live_case("C12", "cbc-splice", flags=("ModeProperty",), clause=CBC, requires=PARTS)
def cbc_splice(recipe: RecipeMaker) -> None:
    """**Report.** One message's start with another one's end: only the block between is garbled."""
    one, two = _message(recipe), _message(recipe)
    steps: list[AnyStep] = [
        seal(recipe, two, "other"),
        part(recipe, "start", TEXT, 0, 32),
        part(recipe, "end", "$other.ciphertext", 32),
        joined(recipe, "changed", "$start", "$end"),
        unseal(recipe, None, "opened", ciphertext="$changed"),
        part(recipe, "before", "$opened.plaintext", 0, 32),
        part(recipe, "after", "$opened.plaintext", 48),
        joined(recipe, "unharmed", "$before", "$after"),
    ]
    # What is between them: P_3 of the other message, C_2 of both added to it.
    garbled = [
        part(recipe, "last", TEXT, 16, 32),
        part(recipe, "other_last", "$other.ciphertext", 16, 32),
        xor(recipe, "both", "$last", "$other_last"),
        xor(recipe, "foreseen", "$both", two[32:48]),
        part(recipe, "found", "$opened.plaintext", 32, 48),
    ]
    recipe.report(
        "after-block-2",
        "Two blocks of one message, then another one's: only block 3 is garbled.",
        seal(recipe, one),
        *steps,
        *garbled,
        checks=[
            equal(recipe, "$unharmed", one[:32] + two[48:]),
            equal(recipe, "$found", "$foreseen"),
        ],
    )


@live_case("C12", "prefix", flags=("ModeProperty",), clause=ERROR_PROPERTIES, requires=PARTS)
def prefix(recipe: RecipeMaker) -> None:
    """**Report.** The first blocks of a ciphertext decrypt to the first blocks of the message.

    Every block of the message ends in a padding of its own.
    """
    pieces = _pieces(recipe)
    for count in range(1, BLOCKS):
        steps = [part(recipe, "changed", TEXT, 0, BLOCK_LENGTH * count)]
        why = f"The first {count} of {BLOCKS} blocks decrypt to the message's first {count}."
        foreseen = _ended(recipe, pieces[:count])
        message = _ended(recipe, pieces)
        slug = f"{count}-blocks"
        _add(recipe, slug, why, message, steps, foreseen, ciphertext="$changed")


@live_case("C7", "long-chain", flags=("LargeInput",), clause=CBC, requires=PARTS)
def long_chain(recipe: RecipeMaker) -> None:
    """**Valid.** A long message of one byte repeated has no two equal blocks in its ciphertext."""
    recipe.valid(
        f"{LONG}-bytes",
        f"A message of {LONG} bytes comes back, and its chain does not begin again.",
        recipe.compute("repeat", "message", value=recipe.random(1), count=LONG),
        seal(recipe, "$message", expect=recipe.ok()),
        unseal(recipe, recipe.ok(plaintext="$message")),
        checks=[recipe.check("blocks-distinct", value="$sealed.ciphertext")],
    )


@live_case("C12", "ecb-bit-flip", flags=("ModeProperty",), clause=ERROR_PROPERTIES, requires=PARTS)
def ecb_bit_flip(recipe: RecipeMaker) -> None:
    """**Report.** A bit of C_j is flipped: P_j is garbled, and nothing else."""
    for j, bit in ((0, 0), (1, 127), (2, 64)):
        message, position = _message(recipe), BLOCK_LENGTH * j
        recipe.report(
            f"block-{j + 1}-bit-{bit:03}",
            f"Bit {bit} of C_{j + 1} garbles P_{j + 1} and nothing else.",
            seal(recipe, message),
            flip(recipe, "changed", TEXT, 8 * position + bit),
            unseal(recipe, None, "opened", ciphertext="$changed"),
            part(recipe, "before", "$opened.plaintext", 0, position),
            part(recipe, "after", "$opened.plaintext", position + BLOCK_LENGTH),
            joined(recipe, "unharmed", "$before", "$after"),
            checks=[
                equal(recipe, "$unharmed", message[:position] + message[position + BLOCK_LENGTH :])
            ],
        )


@live_case("C12", "ecb-equal-blocks", flags=("ModeProperty",), clause=ECB, requires=PARTS)
def ecb_equal_blocks(recipe: RecipeMaker) -> None:
    """**Report.** Equal blocks of the message are equal blocks of the ciphertext."""
    block, other = recipe.random(BLOCK_LENGTH), recipe.random(BLOCK_LENGTH)
    recipe.report(
        "abab",
        "Whoever sees the ciphertext sees which blocks of the message are equal.",
        seal(recipe, (block + other) * 2),
        part(recipe, "left", TEXT, 0, 32),
        part(recipe, "right", TEXT, 32, 64),
        checks=[equal(recipe, "$left", "$right")],
    )


@live_case("C12", "ecb-permutation", flags=("ModeProperty",), clause=ECB, requires=PARTS)
def ecb_permutation(recipe: RecipeMaker) -> None:
    """**Report.** Blocks of the ciphertext in another order are the message's in that order."""
    for order in ((1, 0, 2, 3), (2, 1, 0, 3), (0, 0, 0, 3), (3, 2, 1, 0)):
        pieces = _pieces(recipe)
        steps = [recipe.compute("permute-blocks", "changed", value=TEXT, order=order)]
        foreseen = _ended(recipe, [pieces[number] for number in order])
        why = "The blocks of the message come out in the order of the ciphertext's."
        slug = "order-" + "".join(str(number + 1) for number in order)
        _add(recipe, slug, why, _ended(recipe, pieces), steps, foreseen, ciphertext="$changed")


@live_case("C12", "ecb-splice", flags=("ModeProperty",), clause=ECB, requires=PARTS)
def ecb_splice(recipe: RecipeMaker) -> None:
    """**Report.** The start of one ciphertext with the end of another: every block comes out."""
    one, two = _message(recipe), _message(recipe)
    steps: list[AnyStep] = [
        seal(recipe, two, "other"),
        part(recipe, "start", TEXT, 0, 32),
        part(recipe, "end", "$other.ciphertext", 32),
        joined(recipe, "changed", "$start", "$end"),
    ]
    why = "Two blocks of one message and two of another come out unharmed."
    foreseen = one[:32] + two[32:]
    _add(recipe, "after-block-2", why, one, steps, foreseen, ciphertext="$changed")


CBC_CASES = (cbc_bit_flip, cbc_iv_bit_flip, cbc_suffix, cbc_splice, prefix)
"""Properties of CBC."""

ECB_CASES = (ecb_bit_flip, ecb_equal_blocks, ecb_permutation, ecb_splice, prefix)
"""Properties of ECB."""
