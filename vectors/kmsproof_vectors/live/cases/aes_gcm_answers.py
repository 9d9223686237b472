"""AES-GCM recipes: what must be answered, and answered exactly where single blocks tell it."""

from __future__ import annotations

from kmsproof_vectors.cases.aes_gcm import (
    DECRYPTION,
    ENCRYPTION,
    FULL_TAG,
    HASH_SUBKEY,
    IV_LENGTH,
    LENGTH_BLOCK,
)
from kmsproof_vectors.live.cases.aes import (
    ECB_ORACLE,
    encrypt_blocks,
    encrypt_chain,
    equal,
    joined,
    part,
    seal,
    unseal,
    xor,
)
from kmsproof_vectors.live.maker import Given, RecipeMaker, live_case
from kmsproof_vectors.live.model import AnyStep, Requirement

BLOCK = 16

MESSAGE_LENGTHS = (
    *(0, 1, 8, 10, 12, 15, 16, 17, 20, 24, 32, 40, 63, 64, 65, 127, 128, 129),
    *(255, 256, 257, 511, 512, 513),
)
"""Bytes of messages: none, parts of blocks, and next to the numbers of blocks done in one go."""

AAD_LENGTHS = (1, 6, 8, 16, 24, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513)
"""Bytes of associated data, chosen in the same way."""

LARGE = (65_535, 65_536, 65_537)
"""Lengths in bytes that do not all fit in 16 bits."""

DERIVED = (
    *((length, 0) for length in (0, 1, 15, 16, 17, 31, 32, 33, 77, 160, 513)),
    *((0, 20), (1, 1), (16, 16), (77, 21), (160, 33), (48, 513)),
)
"""Bytes of message and associated data of the answers that are derived again."""


# What the block cipher says of GCM.


def subkey(recipe: RecipeMaker) -> AnyStep:
    """Return the step that asks for H, the encryption of the zero block: ``$h.ciphertext``."""
    return encrypt_blocks(recipe, "h", bytes(BLOCK))


def counter_blocks(recipe: RecipeMaker, iv: Given, length: int) -> AnyStep:
    """Return the step that makes J0 and the counter blocks of a message from H: ``$counters``."""
    return recipe.compute(
        "gcm-counter-blocks", "counters", hash_subkey="$h.ciphertext", iv=iv, length=length
    )


def masks(recipe: RecipeMaker, iv: Given, length: int) -> list[AnyStep]:
    """Return the steps that find E(J0) and the keystream of a message: ``$masks.ciphertext``."""
    return [
        counter_blocks(recipe, iv, length),
        encrypt_blocks(recipe, "masks", "$counters"),
    ]


def derived(recipe: RecipeMaker, iv: Given, message: bytes, aad: bytes) -> list[AnyStep]:
    """Return the steps that make ``$expected.ciphertext`` and ``$expected.tag``."""
    given: dict[str, Given] = {"aad": aad} if aad else {}
    sealed = recipe.compute(
        "gcm-seal",
        "expected",
        hash_subkey="$h.ciphertext",
        encrypted_counters="$masks.ciphertext",
        message=message,
        **given,
    )
    return [subkey(recipe), *masks(recipe, iv, len(message)), sealed]


@live_case("G1", "message-length", flags=("RoundTrip", "SizeSweep"), clause=DECRYPTION)
def message_length(recipe: RecipeMaker) -> None:
    """**Valid.** Messages of all lengths around the block boundaries come back."""
    for length in MESSAGE_LENGTHS:
        message = recipe.random(length)
        recipe.valid(
            f"{length:03}-bytes",
            f"A message of {length} bytes is encrypted and decrypted.",
            seal(recipe, message, expect=recipe.ok()),
            unseal(recipe, recipe.ok(plaintext=message)),
        )


@live_case(
    "G1",
    "aad-length",
    flags=("RoundTrip", "SizeSweep"),
    clause=DECRYPTION,
    requires=[Requirement.AAD],
)
def aad_length(recipe: RecipeMaker) -> None:
    """**Valid.** Messages with associated data of all lengths come back."""
    for length in AAD_LENGTHS:
        message, aad = recipe.random(20), recipe.random(length)
        recipe.valid(
            f"{length:03}-bytes",
            f"Associated data of {length} bytes is authenticated.",
            seal(recipe, message, expect=recipe.ok(), aad=aad),
            unseal(recipe, recipe.ok(plaintext=message), aad=aad),
        )


@live_case(
    "G1", "parts", flags=("SizeSweep",), clause=IV_LENGTH, requires=[Requirement.SEPARATE_IV]
)
def parts(recipe: RecipeMaker) -> None:
    """**Valid.** The ciphertext is as long as the message, the IV has 12 bytes, the tag has 16."""
    for length in (0, 1, 16, 77):
        checks = [
            recipe.check("has-length", value="$sealed.ciphertext", length=length),
            recipe.check("has-length", value="$sealed.iv", length=12),
            recipe.check("has-length", value="$sealed.tag", length=FULL_TAG),
        ]
        recipe.valid(
            f"{length:02}-bytes",
            f"A message of {length} bytes has a ciphertext of {length}.",
            seal(recipe, recipe.random(length), expect=recipe.ok()),
            checks=checks,
        )


@live_case(
    "G13", "large-aad", flags=("LargeInput",), clause=LENGTH_BLOCK, requires=[Requirement.AAD]
)
def large_aad(recipe: RecipeMaker) -> None:
    """**Valid.** Associated data as long as the target takes it, beyond what 16 bits can count."""
    for length in (4096, 8191, 8192, *LARGE):
        message, octet = recipe.random(20), recipe.random(1)
        recipe.valid(
            f"{length}-bytes",
            f"Associated data of {length} bytes is authenticated.",
            recipe.compute("repeat", "aad", value=octet, count=length),
            seal(recipe, message, expect=recipe.ok(), aad="$aad"),
            unseal(recipe, recipe.ok(plaintext=message), aad="$aad"),
        )


@live_case(
    "G13",
    "large-aad-exact",
    flags=("LargeInput", "BlockOracle"),
    clause=LENGTH_BLOCK,
    requires=[Requirement.AAD, *ECB_ORACLE],
)
def large_aad_exact(recipe: RecipeMaker) -> None:
    """**Valid.** The tag over much associated data is the one that single blocks give."""
    for length in (8192, *LARGE):
        message, octet = recipe.random(20), recipe.random(1)
        recipe.valid(
            f"{length}-bytes",
            f"The length block counts associated data of {length} bytes.",
            recipe.compute("repeat", "aad", value=octet, count=length),
            seal(recipe, message, expect=recipe.ok(), aad="$aad"),
            subkey(recipe),
            *masks(recipe, "$sealed.iv", len(message)),
            recipe.compute(
                "gcm-tag",
                "tag",
                hash_subkey="$h.ciphertext",
                encrypted_j0="$masks.ciphertext",
                ciphertext="$sealed.ciphertext",
                aad="$aad",
            ),
            checks=[equal(recipe, "$sealed.tag", "$tag")],
        )


@live_case("G13", "large-message", flags=("LargeInput",), clause=DECRYPTION)
def large_message(recipe: RecipeMaker) -> None:
    """**Valid.** Messages as long as the target takes them, beyond what 16 bits can count.

    They are one byte repeated, so that equal blocks of a ciphertext are equal blocks of keystream.
    """
    for length in (4096, 6000, 6144, *LARGE):
        recipe.valid(
            f"{length}-bytes",
            f"A message of {length} bytes comes back, and no block of keystream comes twice.",
            recipe.compute("repeat", "message", value=recipe.random(1), count=length),
            seal(recipe, "$message", expect=recipe.ok()),
            unseal(recipe, recipe.ok(plaintext="$message")),
            checks=[recipe.check("blocks-distinct", value="$sealed.ciphertext")],
        )


@live_case("G14", "from-blocks", flags=("BlockOracle",), clause=ENCRYPTION, requires=ECB_ORACLE)
def from_blocks(recipe: RecipeMaker) -> None:
    """**Valid.** Ciphertext and tag are those that single blocks under the same key give."""
    for length, aad_bytes in DERIVED:
        message, aad = recipe.random(length), recipe.random(aad_bytes)
        recipe.valid(
            f"message-{length}-aad-{aad_bytes}",
            "Encryption is what single block encryptions under the same key make it.",
            seal(recipe, message, expect=recipe.ok(), aad=aad or None),
            *derived(recipe, "$sealed.iv", message, aad),
            checks=[
                equal(recipe, "$sealed.ciphertext", "$expected.ciphertext"),
                equal(recipe, "$sealed.tag", "$expected.tag"),
            ],
            requires=[Requirement.AAD] if aad else (),
        )


@live_case(
    "G14",
    "from-blocks-by-cbc",
    flags=("BlockOracle",),
    clause=ENCRYPTION,
    requires=[Requirement.SEPARATE_IV, Requirement.CBC_NO_PADDING_ORACLE],
)
def from_blocks_by_cbc(recipe: RecipeMaker) -> None:
    """**Valid.** The same, where single blocks are encrypted by CBC with the IV zero."""
    zero = bytes(BLOCK)
    for length in (0, 16, 29):
        message, blocks = recipe.random(length), 1 - (-length // BLOCK)
        asked = [f"b{number}" for number in range(1, blocks + 1)]
        recipe.valid(
            f"message-{length}",
            "Encryption is what single block encryptions under the same key make it.",
            seal(recipe, message, expect=recipe.ok()),
            encrypt_chain(recipe, "h", zero, zero),
            counter_blocks(recipe, "$sealed.iv", length),
            recipe.compute("named-blocks", "counter", value="$counters"),
            *(encrypt_chain(recipe, each, zero, f"$counter.{each}") for each in asked),
            joined(recipe, "masks", *(f"${each}.ciphertext" for each in asked)),
            recipe.compute(
                "gcm-seal",
                "expected",
                hash_subkey="$h.ciphertext",
                encrypted_counters="$masks",
                message=message,
            ),
            checks=[
                equal(recipe, "$sealed.ciphertext", "$expected.ciphertext"),
                equal(recipe, "$sealed.tag", "$expected.tag"),
            ],
        )


@live_case("G14", "to-target", flags=("BlockOracle",), clause=DECRYPTION, requires=ECB_ORACLE)
def to_target(recipe: RecipeMaker) -> None:
    """**Valid.** A message that was encrypted from single blocks alone is decrypted."""
    for length, aad_bytes in ((0, 0), (16, 0), (45, 0), (513, 0), (0, 20), (77, 21), (48, 32)):
        message, aad, iv = recipe.random(length), recipe.random(aad_bytes), recipe.random(12)
        recipe.valid(
            f"message-{length}-aad-{aad_bytes}",
            "Decryption undoes what single block encryptions under the same key have made.",
            *derived(recipe, iv, message, aad),
            unseal(
                recipe,
                recipe.ok(plaintext=message),
                sealed="expected",
                iv=iv,
                aad=aad or None,
            ),
            requires=[Requirement.AAD] if aad else (),
        )


@live_case(
    "G14",
    "one-key-two-modes",
    flags=("BlockOracle",),
    clause=HASH_SUBKEY,
    requires=ECB_ORACLE,
)
def one_key_two_modes(recipe: RecipeMaker) -> None:
    """**Report.** Whether ECB under the same key tells a message that was encrypted with GCM."""
    message = recipe.random(BLOCK)
    recipe.report(
        "message-read",
        "A key that serves GCM and ECB reads GCM messages by encrypting their counter blocks.",
        seal(recipe, message),
        subkey(recipe),
        *masks(recipe, "$sealed.iv", BLOCK),
        part(recipe, "keystream", "$masks.ciphertext", BLOCK),
        xor(recipe, "read", "$sealed.ciphertext", "$keystream"),
        checks=[recipe.check("different", left="$read", right=message)],
    )


CASES = (
    message_length,
    aad_length,
    parts,
    large_aad,
    large_aad_exact,
    large_message,
    from_blocks,
    from_blocks_by_cbc,
    to_target,
    one_key_two_modes,
)
"""The cases of this module."""
