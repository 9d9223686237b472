"""AES-CBC and AES-ECB recipes: what must be answered, and exactly what another mode makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.monte_carlo import INNER_STEPS
from kmsproof_reference.padding import Pkcs7Padding
from kmsproof_reference.vocabulary import Algorithm, PaddingMode
from kmsproof_vectors.cases.aes_block_modes import (
    CBC,
    CIPHER,
    MONTE_CARLO,
    PADDING,
    WHOLE_BLOCKS,
    in_bytes,
)
from kmsproof_vectors.cases.aes_block_modes_answers import (
    MESSAGE_BLOCKS,
    OTHER_PADDINGS,
    PADDED_LENGTHS,
    bit_patterns,
)
from kmsproof_vectors.cases.aes_block_modes_tables import MESSAGES, states
from kmsproof_vectors.live.cases.aes import (
    ECB_ORACLE,
    algorithm_of,
    decrypt_blocks,
    decrypt_chain,
    encrypt_blocks,
    encrypt_chain,
    equal,
    seal,
    unseal,
)
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import AnyStep, Ask, Expectation, Requirement

ZERO_BLOCK = bytes(BLOCK_LENGTH)
NO_PADDING = word(PaddingMode.NO_PADDING)
PKCS7 = Pkcs7Padding()

ORACLES = {
    Algorithm.ECB: Requirement.ECB_NO_PADDING_ORACLE,
    Algorithm.CBC: Requirement.CBC_NO_PADDING_ORACLE,
}
"""That the same key serves a mode without padding as well."""

OTHER_MODE = {Algorithm.ECB: Algorithm.CBC, Algorithm.CBC: Algorithm.ECB}

OUTPUTS = tuple(f"$c{number}.ciphertext" for number in range(INNER_STEPS))
"""The answers of a chain, by name."""

AT_ONCE = 250
"""Blocks of a chain that are encrypted again in one call: 4,000 bytes, which all targets take."""

COMPOSED_LENGTHS = (0, 1, 7, 15, 16, 17, 31, 32, 33, 47, 64)
"""Bytes of messages whose padding is looked at."""


def chains(recipe: RecipeMaker) -> bool:
    """Whether the mode has an IV."""
    return algorithm_of(recipe) is Algorithm.CBC


def unpadded(recipe: RecipeMaker, plaintext: bytes, name: str, iv: str | bytes | None) -> Ask:
    """Return an encryption in the file's own mode, without padding."""
    if chains(recipe):
        return encrypt_chain(recipe, name, iv, plaintext)
    return encrypt_blocks(recipe, name, plaintext)


def _round_trip(recipe: RecipeMaker, slug: str, why: str, message: bytes) -> None:
    recipe.valid(
        slug,
        why,
        seal(recipe, message, expect=recipe.ok()),
        unseal(recipe, recipe.ok(plaintext=message)),
    )


# PKCS #7.


@live_case("C1", "message-length", flags=("RoundTrip", "SizeSweep"), clause=PADDING)
def padded_length(recipe: RecipeMaker) -> None:
    """**Valid.** Messages of every length from 0 to 47 bytes and around later block boundaries."""
    for length in PADDED_LENGTHS:
        why = f"A message of {in_bytes(length)} comes back."
        _round_trip(recipe, f"{length:03}-bytes", why, recipe.random(length))


@live_case("C1", "padded-message", flags=("PaddingLookalike",), clause=PADDING)
def padded_message(recipe: RecipeMaker) -> None:
    """**Valid.** The message ends in a padding of its own, or in what another standard adds."""
    for length in range(BLOCK_LENGTH + 1):
        why = "The message ends in a padding of its own; only the outer one is removed."
        message = PKCS7.pad(recipe.random(length))
        _round_trip(recipe, f"pkcs7-{length:02}-bytes", why, message)
    for name, tail in OTHER_PADDINGS:
        why = "The message ends in bytes that another padding would remove; they belong to it."
        _round_trip(recipe, f"{name}-16-bytes", why, recipe.random(16 - len(tail)) + tail)


@live_case(
    "C1",
    "padded-length",
    flags=("SizeSweep",),
    clause=PADDING,
    requires=[Requirement.SEPARATE_IV],
)
def padded_ciphertext_length(recipe: RecipeMaker) -> None:
    """**Valid.** The ciphertext has 16 * (n // 16 + 1) bytes."""
    for length in COMPOSED_LENGTHS:
        expected = BLOCK_LENGTH * (length // BLOCK_LENGTH + 1)
        recipe.valid(
            f"{length:02}-bytes",
            f"The ciphertext of {in_bytes(length)} has {expected} bytes.",
            seal(recipe, recipe.random(length), expect=recipe.ok()),
            checks=[recipe.check("has-length", value="$sealed.ciphertext", length=expected)],
        )


@live_case(
    "C7",
    "padding-shown",
    flags=("Composition",),
    clause=PADDING,
    requires=[Requirement.SEPARATE_IV],
)
def padding_shown(recipe: RecipeMaker) -> None:
    """**Valid.** Decrypted without padding, a padded message shows the padding of PKCS #7."""
    oracle = ORACLES[algorithm_of(recipe)]
    for length in COMPOSED_LENGTHS:
        message = recipe.random(length)
        recipe.valid(
            f"{length:02}-bytes",
            f"A message of {in_bytes(length)} is followed by its padding.",
            seal(recipe, message, expect=recipe.ok()),
            unseal(recipe, recipe.ok(plaintext=PKCS7.pad(message)), padding=NO_PADDING),
            requires=[oracle],
        )


@live_case(
    "C7",
    "padding-added",
    flags=("Composition",),
    clause=PADDING,
    requires=[Requirement.SEPARATE_IV],
)
def padding_added(recipe: RecipeMaker) -> None:
    """**Valid.** A message with padding is encrypted like the padded message without it."""
    oracle = ORACLES[algorithm_of(recipe)]
    for length in COMPOSED_LENGTHS:
        message = recipe.random(length)
        iv = "$sealed.iv" if chains(recipe) else None
        recipe.valid(
            f"{length:02}-bytes",
            "PKCS7_PADDING is NO_PADDING of the padded message.",
            seal(recipe, message, expect=recipe.ok()),
            unpadded(recipe, PKCS7.pad(message), "whole", iv),
            checks=[equal(recipe, "$sealed.ciphertext", "$whole.ciphertext")],
            requires=[oracle],
        )


# CBC from single blocks.


@live_case("C7", "cbc-from-blocks", flags=("Composition",), clause=CBC, requires=ECB_ORACLE)
def cbc_from_blocks(recipe: RecipeMaker) -> None:
    """**Valid.** The ciphertext is what ECB makes of the chained blocks; the IV is the one told."""
    pads = recipe.parameters.padding is PaddingMode.PKCS7_PADDING
    lengths = COMPOSED_LENGTHS if pads else tuple(16 * count for count in MESSAGE_BLOCKS)
    for length in lengths:
        message = recipe.random(length)
        padded = PKCS7.pad(message) if pads else message
        recipe.valid(
            f"{length:03}-bytes",
            "CBC is ECB of each block added to the ciphertext before it.",
            seal(recipe, message, expect=recipe.ok()),
            recipe.compute(
                "cbc-input-blocks",
                "inputs",
                iv="$sealed.iv",
                plaintext=padded,
                ciphertext="$sealed.ciphertext",
            ),
            encrypt_blocks(recipe, "outputs", "$inputs"),
            checks=[equal(recipe, "$sealed.ciphertext", "$outputs.ciphertext")],
        )


# No padding.


@live_case("C2", "message-blocks", flags=("RoundTrip", "SizeSweep"), clause=WHOLE_BLOCKS)
def message_blocks(recipe: RecipeMaker) -> None:
    """**Valid.** Messages of one to ten blocks come back, constant ones too."""
    for count in MESSAGE_BLOCKS:
        why = f"A message of {16 * count} bytes without padding comes back."
        _round_trip(recipe, f"{count:02}-blocks", why, recipe.random(16 * count))
    for name, octet in (("zeros", b"\x00"), ("ones", b"\xff"), ("sixteens", b"\x10")):
        why = f"A message whose bytes are all {octet.hex()} comes back as it is."
        _round_trip(recipe, name, why, octet * 32)


def _block_sets(recipe: RecipeMaker) -> Iterator[tuple[str, str, list[bytes]]]:
    """Yield blocks for the cipher; those for the S-box reach every entry under any key."""
    s_box = [block for number in range(MESSAGES) for block in states(number)]
    yield "s-box", "The S-box meets every byte at every position in its first round.", s_box
    patterns = [block for _, block in bit_patterns(BLOCK_LENGTH)]
    yield "variable-text", "Every bit of a block counts.", patterns
    drawn = [recipe.random(BLOCK_LENGTH) for _ in range(64)]
    yield "random", "Random blocks.", drawn


@live_case(
    "C2",
    "modes-agree",
    flags=("Composition",),
    clause=CIPHER,
    requires=[Requirement.SEPARATE_IV],
)
def modes_agree(recipe: RecipeMaker) -> None:
    """**Valid.** ECB and CBC under one key are made of one block cipher, in both directions.

    The message that CBC gets is chosen so that its ciphertext is that of ECB: with the IV zero,
    each block is added to the ECB ciphertext before it.
    """
    other = ORACLES[OTHER_MODE[algorithm_of(recipe)]]
    own = () if algorithm_of(recipe) is Algorithm.ECB else (Requirement.CALLER_IV,)
    ok = recipe.ok()
    for name, why, blocks in _block_sets(recipe):
        text = b"".join(blocks)
        message = recipe.compute(
            "cbc-plaintext",
            "message",
            iv=ZERO_BLOCK,
            ciphertext="$single.ciphertext",
            output_blocks=text,
        )
        recipe.valid(
            f"{name}-encrypt",
            why,
            encrypt_blocks(recipe, "single", text, ok if not chains(recipe) else None),
            message,
            encrypt_chain(
                recipe, "chained", ZERO_BLOCK, "$message", ok if chains(recipe) else None
            ),
            checks=[equal(recipe, "$chained.ciphertext", "$single.ciphertext")],
            requires=[other, *own],
        )
        foreseen = recipe.compute(
            "cbc-plaintext",
            "foreseen",
            iv=ZERO_BLOCK,
            ciphertext=text,
            output_blocks="$single.plaintext",
        )
        recipe.valid(
            f"{name}-decrypt",
            why,
            decrypt_blocks(recipe, "single", text, ok if not chains(recipe) else None),
            foreseen,
            decrypt_chain(recipe, "chained", ZERO_BLOCK, text, ok if chains(recipe) else None),
            checks=[equal(recipe, "$chained.plaintext", "$foreseen")],
            requires=[other],
        )


@live_case(
    "C3",
    "chain",
    flags=("MonteCarlo",),
    clause=MONTE_CARLO,
    requires=[Requirement.SEPARATE_IV],
    exhaustive=True,
)
def ecb_chain(recipe: RecipeMaker) -> None:
    """**Valid.** A thousand calls, each on the answer before; calls on many blocks agree."""
    inputs = [recipe.random(BLOCK_LENGTH).hex(), *OUTPUTS[:-1]]
    _add_chain(recipe, inputs, None)


@live_case(
    "C3",
    "chain",
    flags=("MonteCarlo",),
    clause=MONTE_CARLO,
    requires=[Requirement.SEPARATE_IV, Requirement.CALLER_IV],
    exhaustive=True,
)
def cbc_chain(recipe: RecipeMaker) -> None:
    """**Valid.** A thousand calls, each on the answers before; calls on many blocks agree.

    The answer before is the IV, and the one before that the message (AESAVS §6.4.2).
    """
    iv = recipe.random(BLOCK_LENGTH).hex()
    inputs = [recipe.random(BLOCK_LENGTH).hex(), iv, *OUTPUTS[:-2]]
    _add_chain(recipe, inputs, [iv, *OUTPUTS[:-1]])


def _add_chain(recipe: RecipeMaker, inputs: Sequence[str], ivs: Sequence[str] | None) -> None:
    """Add the test that single calls make what some calls on many blocks make."""

    def encrypted(name: str, plaintext: str, number: int, expect: Expectation | None) -> Ask:
        if ivs is None:
            return encrypt_blocks(recipe, name, plaintext, expect)
        return encrypt_chain(recipe, name, ivs[number], plaintext, expect)

    steps: list[AnyStep] = [
        encrypted(f"c{number}", text, number, recipe.ok()) for number, text in enumerate(inputs)
    ]
    again: list[str] = []
    for start in range(0, INNER_STEPS, AT_ONCE):
        parts = inputs[start : start + AT_ONCE]
        steps.append(recipe.compute("concat", f"in{start}", parts=parts))
        steps.append(encrypted(f"again{start}", f"$in{start}", start, None))
        again.append(f"$again{start}.ciphertext")
    steps.append(recipe.compute("concat", "single", parts=OUTPUTS))
    steps.append(recipe.compute("concat", "again", parts=again))
    why = "A thousand calls end where calls on many blocks end."
    recipe.valid("encrypt", why, *steps, checks=[equal(recipe, "$single", "$again")])


PADDED_CASES = (
    padded_length,
    padded_message,
    padded_ciphertext_length,
    padding_shown,
    padding_added,
)
"""The cases with PKCS #7."""

UNPADDED_CASES = (message_blocks, modes_agree)
"""The cases without padding."""
