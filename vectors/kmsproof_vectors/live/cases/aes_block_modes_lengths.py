"""AES-CBC and AES-ECB recipes: parts of blocks, and IVs of wrong length, are refused."""

from __future__ import annotations

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.vocabulary import PaddingMode
from kmsproof_vectors.cases.aes_block_modes import (
    ECB,
    IV_LENGTH,
    WHOLE_BLOCKS,
    WRONG_LENGTH,
    in_bytes,
)
from kmsproof_vectors.cases.aes_block_modes_lengths import IV_LENGTHS, PLAINTEXT_LENGTHS
from kmsproof_vectors.live.cases.aes import NOT_THIS_LENGTH, joined, part, seal, unseal
from kmsproof_vectors.live.maker import RecipeMaker, live_case
from kmsproof_vectors.live.model import Requirement

PARTS = (Requirement.SEPARATE_IV,)
TEXT = "$sealed.ciphertext"

CUT_LENGTHS = {1: (1, 8), 2: (24,), 3: ()}
"""Blocks of a ciphertext, and the lengths it is cut to, beside a byte less and more."""


def _pads(recipe: RecipeMaker) -> bool:
    return recipe.parameters.padding is PaddingMode.PKCS7_PADDING


def _message(recipe: RecipeMaker, blocks: int) -> bytes:
    """Return a message whose ciphertext has so many blocks."""
    return recipe.random(BLOCK_LENGTH * blocks - (5 if _pads(recipe) else 0))


def _control(recipe: RecipeMaker, slug: str, message: bytes) -> str:
    return recipe.valid(
        slug,
        "The message as it was encrypted is accepted.",
        seal(recipe, message, expect=recipe.ok()),
        unseal(recipe, recipe.ok(plaintext=message)),
        flags=("RoundTrip",),
    )


@live_case("C5", "ciphertext-length", flags=("PartialBlock",), clause=WHOLE_BLOCKS, requires=PARTS)
def ciphertext_length(recipe: RecipeMaker) -> None:
    """**Valid and invalid.** A ciphertext is cut or extended so that it is no whole number of
    blocks. An empty one is refused where messages are padded; else it is refused or empty.
    """
    for blocks, lengths in CUT_LENGTHS.items():
        message, whole = _message(recipe, blocks), BLOCK_LENGTH * blocks
        control = _control(recipe, f"{whole:02}-bytes-control", message)
        steps = {length: part(recipe, "changed", TEXT, 0, length) for length in lengths}
        steps[whole - 1] = part(recipe, "changed", TEXT, 0, -1)
        steps[whole + 1] = joined(recipe, "changed", TEXT, b"\0")
        for length, step in steps.items():
            recipe.invalid(
                f"{length:02}-bytes",
                f"A ciphertext of {in_bytes(length)} is refused.",
                seal(recipe, message),
                step,
                unseal(recipe, recipe.rejected(*WRONG_LENGTH), ciphertext="$changed"),
                control=control,
            )
    message = _message(recipe, 1)
    if _pads(recipe):
        recipe.invalid(
            "empty",
            "An empty ciphertext has no padding, and is refused.",
            seal(recipe, message),
            unseal(recipe, recipe.rejected(*WRONG_LENGTH), ciphertext=b""),
            control="16-bytes-control",
            flags=("NoPadding",),
        )
    else:
        recipe.valid(
            "empty",
            "An empty ciphertext is refused, or decrypted to an empty message.",
            seal(recipe, message),
            unseal(recipe, recipe.either(*WRONG_LENGTH, plaintext=b""), ciphertext=b""),
        )


@live_case("C6", "plaintext-length", flags=("PartialBlock",), clause=WHOLE_BLOCKS)
def plaintext_length(recipe: RecipeMaker) -> None:
    """**Invalid.** A message without padding is no whole number of blocks; nothing may be added."""
    for blocks in (1, 2, 3):
        message = recipe.random(BLOCK_LENGTH * blocks)
        control = _control(recipe, f"{len(message):02}-bytes-control", message)
        for length in PLAINTEXT_LENGTHS:
            if -(-length // BLOCK_LENGTH) == blocks:
                expect = recipe.rejected(*NOT_THIS_LENGTH)
                recipe.invalid(
                    f"{length:02}-bytes",
                    f"A message of {in_bytes(length)} is refused, neither filled up nor cut.",
                    seal(recipe, message[:length], expect=expect),
                    control=control,
                )


@live_case("C6", "empty", flags=("PartialBlock",), clause=WHOLE_BLOCKS, requires=PARTS)
def empty_plaintext(recipe: RecipeMaker) -> None:
    """**Valid.** An empty message without padding is refused, or encrypted to nothing."""
    recipe.valid(
        "message",
        "An empty message is no block: its ciphertext is empty, if there is one.",
        seal(recipe, b"", expect=recipe.either(*NOT_THIS_LENGTH, ciphertext=b"")),
    )


@live_case("C9", "encrypt-iv", flags=("CbcIvLength",), clause=IV_LENGTH)
def encrypt_iv(recipe: RecipeMaker) -> None:
    """**Invalid.** The IV of an encryption has not 16 bytes."""
    message, iv = _message(recipe, 2), recipe.random(32)
    recipe.valid(
        "control",
        "The message with an IV of 16 bytes is accepted.",
        seal(recipe, message, iv=iv[:BLOCK_LENGTH], expect=recipe.ok()),
        flags=("KnownAnswer",),
        requires=[Requirement.CALLER_IV],
    )
    for length in IV_LENGTHS:
        recipe.invalid(
            f"{length:02}-bytes",
            f"An IV of {length} bytes is refused.",
            seal(recipe, message, iv=iv[:length], expect=recipe.rejected(*NOT_THIS_LENGTH)),
            control="control",
            requires=[Requirement.CALLER_IV],
        )


@live_case("C9", "decrypt-iv", flags=("CbcIvLength",), clause=IV_LENGTH, requires=PARTS)
def decrypt_iv(recipe: RecipeMaker) -> None:
    """**Invalid.** The IV of a decryption has not 16 bytes, or is missing."""
    message, more = _message(recipe, 2), recipe.random(BLOCK_LENGTH)
    _control(recipe, "control", message)
    expect = recipe.rejected(*WRONG_LENGTH, NOT_THIS_LENGTH[1])
    for length in IV_LENGTHS:
        recipe.invalid(
            f"{length:02}-bytes",
            f"An IV of {length} bytes is refused.",
            seal(recipe, message),
            joined(recipe, "longer", "$sealed.iv", more),
            part(recipe, "changed", "$longer", 0, length),
            unseal(recipe, expect, iv="$changed"),
            control="control",
        )
    recipe.invalid(
        "missing",
        "A decryption needs an IV.",
        seal(recipe, message),
        unseal(recipe, expect, iv=None),
        control="control",
    )


@live_case("C9", "iv-with-ecb", flags=("UnusedIv",), clause=ECB, requires=PARTS)
def iv_with_ecb(recipe: RecipeMaker) -> None:
    """**Valid.** An IV that is given to ECB, which has none, is refused or changes nothing."""
    message, iv = _message(recipe, 2), recipe.random(BLOCK_LENGTH)
    recipe.valid(
        "encrypt",
        "With an IV the ciphertext is the same as without, if there is one.",
        seal(recipe, message),
        seal(
            recipe,
            message,
            "other",
            iv=iv,
            expect=recipe.either(*NOT_THIS_LENGTH, ciphertext=TEXT),
        ),
    )
    recipe.valid(
        "decrypt",
        "With an IV the message is the same as without, if there is one.",
        seal(recipe, message),
        unseal(recipe, recipe.either(*NOT_THIS_LENGTH, plaintext=message), iv=iv),
    )


UNPADDED_CASES = (plaintext_length, empty_plaintext)
"""The cases without padding."""

CBC_CASES = (encrypt_iv, decrypt_iv)
"""The cases of CBC."""
