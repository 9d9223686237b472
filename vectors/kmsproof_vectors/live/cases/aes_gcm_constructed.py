"""AES-GCM recipes: messages with a chosen tag, and one that is right under two keys."""

from __future__ import annotations

from kmsproof_vectors.cases.aes_gcm import DECRYPTION, NOT_AUTHENTIC, ORACLE, TAG_CHECK
from kmsproof_vectors.cases.aes_gcm_refusals import ONES, ZEROS
from kmsproof_vectors.live.cases.aes import (
    ECB_ORACLE,
    SECOND,
    encrypt_blocks,
    part,
    unseal,
    xor,
)
from kmsproof_vectors.live.cases.aes_gcm_answers import BLOCK, masks, subkey
from kmsproof_vectors.live.maker import Given, RecipeMaker, live_case
from kmsproof_vectors.live.model import AnyStep, Ask, Expectation, Requirement


def with_tag(
    recipe: RecipeMaker, iv: bytes, tag: Given, aad: bytes, extra: int = 20
) -> list[AnyStep]:
    """Return the steps that make ``$text`` and ``$message`` so that the tag is the chosen one."""
    length = BLOCK + extra
    given: dict[str, Given] = {"aad": aad} if aad else {}
    return [
        subkey(recipe),
        *masks(recipe, iv, length),
        recipe.compute(
            "gcm-ciphertext-for-tag",
            "text",
            hash_subkey="$h.ciphertext",
            encrypted_j0="$masks.ciphertext",
            rest=recipe.random(extra),
            tag=tag,
            **given,
        ),
        part(recipe, "keystream", "$masks.ciphertext", BLOCK, BLOCK + length),
        xor(recipe, "message", "$text", "$keystream"),
    ]


def _open(
    recipe: RecipeMaker, expect: Expectation, iv: bytes, tag: Given, aad: bytes, oracle: bool
) -> Ask:
    return unseal(
        recipe,
        expect,
        oracle=ORACLE if oracle else None,
        ciphertext="$text",
        iv=iv,
        tag=tag,
        aad=aad or None,
    )


@live_case("G10", "special-tag", flags=("SpecialTag",), clause=TAG_CHECK, requires=ECB_ORACLE)
def special_tag(recipe: RecipeMaker) -> None:
    """**Valid.** One block is chosen so that the right tag is all zeros or all ones."""
    for name, tag in (("zeros", ZEROS), ("ones", ONES)):
        for aad in (b"", recipe.random(21)):
            iv = recipe.random(12)
            recipe.valid(
                f"{name}-with-aad" if aad else name,
                f"The right tag is {tag.hex()}, which is a tag like any other.",
                *with_tag(recipe, iv, tag, aad),
                _open(recipe, recipe.ok(plaintext="$message"), iv, tag, aad, oracle=False),
                requires=[Requirement.AAD] if aad else (),
            )


@live_case("G10", "special-hash", flags=("SpecialTag",), clause=TAG_CHECK, requires=ECB_ORACLE)
def special_hash(recipe: RecipeMaker) -> None:
    """**Valid.** One block is chosen so that the value of GHASH is all zeros or all ones."""
    for name, value in (("zeros", ZEROS), ("ones", ONES)):
        iv = recipe.random(12)
        *head, solve, keystream, message = with_tag(recipe, iv, "$tag", b"")
        recipe.valid(
            name,
            f"The value of GHASH is {value.hex()}, which is a value like any other.",
            *head,
            part(recipe, "mask", "$masks.ciphertext", 0, BLOCK),
            xor(recipe, "tag", "$mask", value),
            *(solve, keystream, message),
            _open(recipe, recipe.ok(plaintext="$message"), iv, "$tag", b"", oracle=False),
        )


@live_case(
    "G2",
    "tag-equal-up-to-zero",
    flags=("SpecialTag", "ModifiedTag"),
    clause=TAG_CHECK,
    requires=ECB_ORACLE,
)
def tag_equal_up_to_zero(recipe: RecipeMaker) -> None:
    """**Invalid.** The tag is the right one up to its first zero byte, and another after it.

    Whoever compares tags as strings that end with a zero byte takes the two for equal.
    """
    for position in (0, 1, 3, 7, 14):
        iv = recipe.random(12)
        tag = bytearray(octet or 1 for octet in recipe.random(16))
        tag[position] = 0
        changed = bytes(tag[: position + 1]) + bytes(octet ^ 0xFF for octet in tag[position + 1 :])
        steps = with_tag(recipe, iv, bytes(tag), b"")
        slug = f"zero-at-{position:02}"
        valid = _open(recipe, recipe.ok(plaintext="$message"), iv, bytes(tag), b"", oracle=False)
        recipe.valid(slug, "A tag with a zero byte is accepted.", *steps, valid)
        refused = _open(recipe, recipe.rejected(*NOT_AUTHENTIC), iv, changed, b"", oracle=True)
        why = f"The tag is compared beyond the zero byte at {position}."
        recipe.invalid(f"{slug}-others-differ", why, *steps, refused, control=slug)


@live_case(
    "G16",
    "two-keys",
    flags=("KeyCommitment",),
    clause=DECRYPTION,
    requires=[*ECB_ORACLE, Requirement.SECOND_KEY],
)
def two_keys(recipe: RecipeMaker) -> None:
    """**Report.** Whether one ciphertext with one tag is right under two keys.

    GCM alone does not commit to its key; a target that binds ciphertexts to key ids refuses.
    """
    for length in (0, 16, 45):
        iv, rest = recipe.random(12), recipe.random(length)
        made = recipe.compute(
            "gcm-ciphertext-for-two-keys",
            "made",
            first_subkey="$h.ciphertext",
            first_encrypted_j0="$masks.ciphertext",
            second_subkey="$second_h.ciphertext",
            second_encrypted_j0="$second_masks.ciphertext",
            rest=rest,
        )
        expect = recipe.either(*NOT_AUTHENTIC)
        recipe.report(
            f"{BLOCK + length}-bytes",
            "One ciphertext with one tag is decrypted under two keys, to two messages.",
            subkey(recipe),
            *masks(recipe, iv, 0),
            encrypt_blocks(recipe, "second_h", bytes(BLOCK), key=SECOND),
            encrypt_blocks(recipe, "second_masks", "$counters", key=SECOND),
            made,
            unseal(recipe, expect, "first", sealed="made", iv=iv),
            unseal(recipe, expect, "other", sealed="made", key=SECOND, iv=iv),
            checks=[recipe.check("not-both", left="$first.plaintext", right="$other.plaintext")],
        )


CASES = (special_tag, special_hash, tag_equal_up_to_zero, two_keys)
"""The cases of this module."""
