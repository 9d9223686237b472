"""AES-GCM recipes: changed associated data, another IV, a tag of another length are refused."""

from __future__ import annotations

from kmsproof_vectors.cases.aes_gcm import (
    FULL_TAG,
    LENGTH_BLOCK,
    LENGTH_CHECK,
    NOT_AUTHENTIC,
    ORACLE,
    TAG_CHECK,
    WRONG_LENGTH,
)
from kmsproof_vectors.cases.aes_gcm_refusals import ONES, ZEROS
from kmsproof_vectors.live.cases.aes import flip, joined, part, seal, unseal
from kmsproof_vectors.live.cases.aes_gcm_refusals import PARTS, TAG, TEXT, control, refused
from kmsproof_vectors.live.functions.bytes import flipped
from kmsproof_vectors.live.maker import RecipeMaker, live_case
from kmsproof_vectors.live.model import AnyStep, Requirement

AAD = (Requirement.AAD,)
IV = "$sealed.iv"


@live_case("G5", "aad-changed", flags=("ModifiedAad",), clause=TAG_CHECK, requires=AAD)
def aad_changed(recipe: RecipeMaker) -> None:
    """**Invalid.** The associated data is flipped, cut, extended, reordered, replaced, dropped."""
    message, aad = recipe.random(40), recipe.random(47) + b"\0"
    control(recipe, message, aad=aad)
    for name, changed in (
        ("first-bit", flipped(aad, 0)),
        ("last-bit", flipped(aad, -1)),
        ("first-bit-of-second-block", flipped(aad, 128)),
        ("last-bit-of-second-block", flipped(aad, 255)),
        ("dropped", None),
        ("empty", b""),
        ("zero-at-end-cut", aad[:-1]),
        ("first-byte-cut", aad[1:]),
        ("last-block-cut", aad[:-16]),
        ("first-block-cut", aad[16:]),
        ("zero-appended", aad + b"\0"),
        ("zero-prepended", b"\0" + aad),
        ("zero-block-appended", aad + ZEROS),
        ("blocks-exchanged", aad[16:32] + aad[:16] + aad[32:]),
        ("reversed", aad[::-1]),
        ("all-zeros", bytes(len(aad))),
        ("twice", aad + aad),
    ):
        why = f"The associated data is refused when it is other: {name.replace('-', ' ')}."
        _other_aad(recipe, name, why, message, aad, changed)


@live_case("G5", "aad-zeros-at-end", flags=("ModifiedAad",), clause=LENGTH_BLOCK, requires=AAD)
def aad_zeros_at_end(recipe: RecipeMaker) -> None:
    """**Invalid.** Zeros at the end of the associated data come or go; only the length tells it."""
    message, aad = recipe.random(40), recipe.random(36) + b"\0"
    control(recipe, message, aad=aad)
    for name, changed in (
        ("cut", aad[:-1]),
        ("one-more", aad + b"\0"),
        ("to-end-of-block", aad + bytes(11)),
    ):
        why = f"The length of the associated data is authenticated: {len(changed)}, not 37 bytes."
        _other_aad(recipe, name, why, message, aad, changed)


@live_case("G5", "aad-added", flags=("ModifiedAad",), clause=TAG_CHECK, requires=AAD)
def aad_added(recipe: RecipeMaker) -> None:
    """**Invalid.** The message was encrypted without associated data, and some is given."""
    message = recipe.random(40)
    control(recipe, message)
    for name, aad in (("one-zero", b"\0"), ("zero-block", ZEROS), ("random", recipe.random(16))):
        why = "Associated data that was not there at encryption is refused."
        _other_aad(recipe, name, why, message, None, aad)


def _other_aad(
    recipe: RecipeMaker,
    slug: str,
    why: str,
    message: bytes,
    aad: bytes | None,
    changed: bytes | None,
) -> None:
    """Add a decryption with other associated data than at encryption."""
    sealed = seal(recipe, message, aad=aad)
    recipe.invalid(
        slug,
        why,
        sealed,
        unseal(recipe, recipe.rejected(*NOT_AUTHENTIC), oracle=ORACLE, aad=changed),
        control="control",
    )


@live_case(
    "G5",
    "aad-border-moved",
    flags=("ModifiedAad",),
    clause=LENGTH_BLOCK,
    requires=[*AAD, *PARTS],
)
def aad_border_moved(recipe: RecipeMaker) -> None:
    """**Invalid.** Bytes move between associated data and ciphertext; joined they are the same.

    Where whole blocks move, GHASH sees the same blocks, and only the length block tells it.
    """
    message, aad = recipe.random(48), recipe.random(32)
    control(recipe, message, aad=aad)
    for count in (32, 16, 1, -1, -16, -48):
        moved = recipe.compute("gcm-move-border", "moved", aad=aad, ciphertext=TEXT, count=count)
        why = f"The border between associated data and ciphertext is at 32 bytes, not {32 - count}."
        slug = f"from-32-to-{32 - count:02}"
        recipe.invalid(
            slug,
            why,
            seal(recipe, message, aad=aad),
            moved,
            unseal(
                recipe,
                recipe.rejected(*NOT_AUTHENTIC),
                oracle=ORACLE,
                aad="$moved.aad",
                ciphertext="$moved.ciphertext",
            ),
            control="control",
        )
    recipe.invalid(
        "exchanged",
        "Associated data and ciphertext cannot take each other's place.",
        seal(recipe, message, aad=aad),
        unseal(recipe, recipe.rejected(*NOT_AUTHENTIC), oracle=ORACLE, aad=TEXT, ciphertext=aad),
        control="control",
    )


@live_case("G6", "iv-changed", flags=("ModifiedIv",), clause=TAG_CHECK, requires=PARTS)
def iv_changed(recipe: RecipeMaker) -> None:
    """**Invalid.** The IV is another one of 12 bytes: one bit off, constant, another message's."""
    message = recipe.random(40)
    control(recipe, message)
    for byte in range(12):
        changed = flip(recipe, "changed", IV, 8 * byte + byte % 8)
        why = f"The message is bound to byte {byte} of its IV."
        refused(recipe, f"byte-{byte:02}", why, message, [changed], iv="$changed")
    for name, steps in (
        ("first-bit", [flip(recipe, "changed", IV, 0)]),
        ("last-bit", [flip(recipe, "changed", IV, -1)]),
        ("all-zeros", [recipe.compute("fill-like", "changed", value=IV, octet=0)]),
        ("all-ones", [recipe.compute("fill-like", "changed", value=IV, octet=255)]),
        ("reversed", [recipe.compute("reverse", "changed", value=IV)]),
    ):
        why = f"The message is bound to its IV and refused with another: {name.replace('-', ' ')}."
        refused(recipe, name, why, message, steps, iv="$changed")


@live_case("G6", "ivs-exchanged", flags=("ModifiedIv",), clause=TAG_CHECK, requires=PARTS)
def ivs_exchanged(recipe: RecipeMaker) -> None:
    """**Invalid.** Two messages are decrypted with the IV of the other, or all but the IV."""
    message, another = recipe.random(40), recipe.random(40)
    control(recipe, message)
    expect = recipe.rejected(*NOT_AUTHENTIC)
    text, tag, iv = "$other.ciphertext", "$other.tag", "$other.iv"
    for name, opened in (
        ("iv-of-other", unseal(recipe, expect, oracle=ORACLE, iv=iv)),
        ("ciphertext-of-other", unseal(recipe, expect, oracle=ORACLE, ciphertext=text)),
        ("tag-and-iv-of-other", unseal(recipe, expect, oracle=ORACLE, tag=tag, iv=iv)),
    ):
        why = "What two messages consist of cannot be exchanged between them."
        sealed = (seal(recipe, message), seal(recipe, another, "other"))
        recipe.invalid(name, why, *sealed, opened, control="control")


@live_case("G7", "tag-cut", flags=("TagLength",), clause=LENGTH_CHECK, requires=PARTS)
def tag_cut(recipe: RecipeMaker) -> None:
    """**Invalid.** The tag is cut to 0 to 15 bytes, while the caller relies on 16."""
    message = recipe.random(40)
    control(recipe, message)
    for length in range(FULL_TAG):
        _of_length(
            recipe,
            f"to-{length:02}-bytes",
            f"A right tag cut to {length} bytes is refused by a caller who relies on 16.",
            message,
            part(recipe, "changed", TAG, 0, length),
        )


@live_case("G7", "tag-extended", flags=("TagLength",), clause=LENGTH_CHECK, requires=PARTS)
def tag_extended(recipe: RecipeMaker) -> None:
    """**Invalid.** The tag is longer than 16 bytes and holds the right one."""
    message = recipe.random(40)
    control(recipe, message)
    for name, step in (
        ("zero-appended", joined(recipe, "changed", TAG, b"\0")),
        ("zero-prepended", joined(recipe, "changed", b"\0", TAG)),
        ("zeros-to-32", joined(recipe, "changed", TAG, ZEROS)),
        ("zeros-before-to-32", joined(recipe, "changed", ZEROS, TAG)),
        ("ones-to-32", joined(recipe, "changed", TAG, ONES)),
        ("repeated", recipe.compute("repeat", "changed", value=TAG, count=2)),
    ):
        why = "A tag that is longer than 16 bytes is refused, though it holds the right one."
        _of_length(recipe, name, why, message, step)


def _of_length(recipe: RecipeMaker, slug: str, why: str, message: bytes, step: AnyStep) -> None:
    """Add a decryption with a tag of another length, which is no secret and in no oracle."""
    refused(
        recipe, slug, why, message, [step], rejections=WRONG_LENGTH, oracle=None, tag="$changed"
    )


CASES = (
    aad_changed,
    aad_zeros_at_end,
    aad_added,
    aad_border_moved,
    iv_changed,
    ivs_exchanged,
    tag_cut,
    tag_extended,
)
"""The cases of this module."""
