"""AES-CBC and AES-ECB recipes with PKCS #7: bad paddings are refused, and all refused alike.

A padding is chosen in one of two ways: the padded message is encrypted without padding, or, in
CBC, the IV turns the known block of a ciphertext of the target's own into the wanted one.
"""

from __future__ import annotations

from collections.abc import Sequence

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_vectors.case import require
from kmsproof_vectors.cases.aes_block_modes import BAD_PADDING, ORACLE, PADDING, in_bytes
from kmsproof_vectors.cases.aes_block_modes_bad_padding import PKCS7, bad_paddings, is_pkcs7
from kmsproof_vectors.cases.aes_block_modes_padding import VALID_ENDINGS, ending, unlike_padding
from kmsproof_vectors.live.cases.aes import OWN, algorithm_of, encrypt_blocks, seal, unseal, xor
from kmsproof_vectors.live.cases.aes_block_modes_answers import ORACLES, chains, unpadded
from kmsproof_vectors.live.maker import RecipeMaker, live_case
from kmsproof_vectors.live.model import AnyStep, Requirement

MESSAGE_LENGTHS = (0, 4, 11, 15, 16, 23, 32)
"""Bytes of the badly padded messages: one to three blocks, 16, 12, 5, 1 and 9 bytes of padding."""

KNOWN_MESSAGE = b"message"
"""What the one block is decrypted to under its own IV, with nine bytes of padding."""

VALUES = range(256)
RUNS = range(1, BLOCK_LENGTH + 1)


@live_case(
    "C4",
    "bad-padding",
    flags=("BadPadding",),
    clause=PADDING,
    requires=[Requirement.SEPARATE_IV],
)
def bad_padding(recipe: RecipeMaker) -> None:
    """**Invalid.** The padding is not PKCS #7; the padded message is encrypted without padding."""
    oracle = ORACLES[algorithm_of(recipe)]
    for length in MESSAGE_LENGTHS:
        message = unlike_padding(recipe.random(length))
        control = recipe.valid(
            f"length-{length:02}-control",
            f"The message of {in_bytes(length)} with its right padding is accepted.",
            *_opened(recipe, PKCS7.pad(message), message),
            requires=[oracle],
            flags=("Composition",),
        )
        for bad in bad_paddings(message, recipe.drbg):
            recipe.invalid(
                f"length-{length:02}-{bad.slug}",
                bad.why,
                *_opened(recipe, bad.padded, None),
                control=control,
                requires=[oracle],
                flags=("NoPadding",) if bad.slug == "none" else None,
            )


def _opened(recipe: RecipeMaker, padded: bytes, message: bytes | None) -> list[AnyStep]:
    """Return the steps that let a target meet a padded message; None: it is to be refused."""
    iv = recipe.random(BLOCK_LENGTH) if chains(recipe) else None
    refused = recipe.rejected(*BAD_PADDING)
    expect = refused if message is None else recipe.ok(plaintext=message)
    oracle = ORACLE if message is None else None
    return [
        unpadded(recipe, padded, "sealed", iv),
        unseal(recipe, expect, oracle=oracle, iv=OWN if iv is None else iv),
    ]


@live_case(
    "C4",
    "bad-padding-by-block",
    flags=("BadPadding", "ModeProperty"),
    clause=PADDING,
    requires=[Requirement.SEPARATE_IV],
)
def bad_padding_by_block(recipe: RecipeMaker) -> None:
    """**Invalid.** A block of the ciphertext is changed so that the padding after it is bad.

    The IV stays; the block that is changed decrypts to noise, and the one after it to what it was
    with the same bits flipped.
    """
    message = recipe.random(27)
    recipe.valid(
        "control",
        "The message as it was encrypted is accepted.",
        seal(recipe, message, expect=recipe.ok()),
        unseal(recipe, recipe.ok(plaintext=message)),
        flags=("RoundTrip",),
    )
    good = PKCS7.pad(message)[16:]
    for name, tail in (
        ("zeros", bytes(5)),
        ("ones", b"\xff" * 5),
        ("last-byte-00", b"\5\5\5\5\0"),
        ("last-byte-11", b"\5\5\5\5\x11"),
        ("last-byte-20", b"\5\5\5\5\x20"),
        ("last-byte-06", b"\5\5\5\5\6"),
        ("first-byte-00", b"\0\5\5\5\5"),
        ("iso-7816-4", b"\x80\0\0\0\0"),
        ("ansi-x9-23", b"\0\0\0\0\5"),
    ):
        wanted = good[:-5] + tail
        require(not is_pkcs7(wanted), f"{name} is a good padding")
        mask = bytes(left ^ right for left, right in zip(good, wanted, strict=True))
        recipe.invalid(
            name,
            f"The last block ends in {tail.hex()}.",
            seal(recipe, message),
            xor(recipe, "changed", "$sealed.ciphertext", mask + bytes(16)),
            unseal(recipe, recipe.rejected(*BAD_PADDING), oracle=ORACLE, ciphertext="$changed"),
            control="control",
        )


@live_case(
    "C8",
    "padding-exhaustive",
    flags=("BadPadding",),
    clause=PADDING,
    requires=[Requirement.SEPARATE_IV],
    exhaustive=True,
)
def padding_exhaustive(recipe: RecipeMaker) -> None:
    """**Valid and invalid.** Every ending of a block: a run of 1 to 16 bytes of every value.

    A run is the number of equal bytes at the end; the byte before it differs. Of the 4,096 endings
    136 are valid: value 1 to 16 and a run of at least so many bytes. Each test has the endings of
    one value. In CBC the ending is chosen by the IV of one ciphertext block; in ECB each ending is
    a block that was encrypted without padding.
    """
    start, accepted = recipe.random(BLOCK_LENGTH), 0
    for value in VALUES:
        endings = [ending(start, run, value) for run in RUNS]
        good = [block for block in endings if is_pkcs7(block)]
        accepted += len(good)
        if good:
            recipe.valid(
                f"value-{value:02x}",
                f"A run of {value} or more bytes {value:02x} is a padding of {in_bytes(value)}.",
                *_of_value(recipe, good, refused=False),
                requires=_needed(recipe),
            )
    require(accepted == VALID_ENDINGS, f"{accepted} endings are valid, not {VALID_ENDINGS}")
    for value in VALUES:
        endings = [ending(start, run, value) for run in RUNS]
        bad = [block for block in endings if not is_pkcs7(block)]
        counts = 1 <= value <= BLOCK_LENGTH
        what = f"Fewer than {value} bytes {value:02x} are" if counts else f"{value:02x} is"
        if bad:
            recipe.invalid(
                f"value-{value:02x}-refused",
                f"{what} no padding, however long the run.",
                *_of_value(recipe, bad, refused=True),
                control=f"value-{value if counts else 1:02x}",
                requires=_needed(recipe),
            )


def _needed(recipe: RecipeMaker) -> tuple[Requirement, ...]:
    return () if chains(recipe) else (Requirement.ECB_NO_PADDING_ORACLE,)


def _of_value(recipe: RecipeMaker, blocks: Sequence[bytes], *, refused: bool) -> list[AnyStep]:
    """Return the steps that let a target meet blocks that end in one value, one by one."""
    steps = _present(recipe, b"".join(blocks))
    for number, block in enumerate(blocks, 1):
        good = recipe.ok(plaintext=PKCS7.unpad(block)) if not refused else None
        expect = good or recipe.rejected(*BAD_PADDING)
        oracle = ORACLE if refused else None
        if chains(recipe):
            steps.append(unseal(recipe, expect, oracle=oracle, iv=f"$ivs.b{number}"))
        else:
            steps.append(unseal(recipe, expect, oracle=oracle, ciphertext=f"$one.b{number}"))
    return steps


def _present(recipe: RecipeMaker, blocks: bytes) -> list[AnyStep]:
    """Return the steps that make an IV (CBC) or a ciphertext (ECB) for each block."""
    if not chains(recipe):
        return [
            encrypt_blocks(recipe, "sealed", blocks),
            recipe.compute("named-blocks", "one", value="$sealed.ciphertext"),
        ]
    known = PKCS7.pad(KNOWN_MESSAGE)
    return [
        seal(recipe, KNOWN_MESSAGE),
        recipe.compute("cbc-ivs-for-blocks", "ivs", iv="$sealed.iv", known=known, wanted=blocks),
    ]


CASES = (bad_padding, padding_exhaustive)
"""The cases of both modes."""
