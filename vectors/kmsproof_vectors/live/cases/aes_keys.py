"""AES recipes on keys: none that everybody knows, no two alike, and all of a block depends on all.

They need a file in which single blocks are encrypted: that of ECB without padding.
"""

from __future__ import annotations

from typing import Final

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.vocabulary import AES_KEY_LENGTHS
from kmsproof_vectors.cases.aes_block_modes import CIPHER
from kmsproof_vectors.live.cases.aes import SECOND, encrypt_blocks
from kmsproof_vectors.live.functions.bytes import flipped
from kmsproof_vectors.live.maker import RecipeMaker, live_case
from kmsproof_vectors.live.model import Requirement
from kmsproof_vectors.model import Clause

GENERATION: Final = Clause(ref="SP 800-133 Rev. 2", section="4")
PARTS: Final = (Requirement.SEPARATE_IV,)
ZERO_BLOCK: Final = bytes(BLOCK_LENGTH)


@live_case("K3", "well-known-key", flags=("WeakAesKey",), clause=GENERATION, requires=PARTS)
def well_known_key(recipe: RecipeMaker) -> None:
    """**Valid.** The key is none of those that stand in examples, or are tried first."""
    recipe.valid(
        "zeros",
        "A block of zeros is not encrypted as under a key that everybody knows.",
        encrypt_blocks(recipe, "known", ZERO_BLOCK, recipe.ok()),
        checks=[
            recipe.check(
                "key-not-well-known",
                encrypted_zeros="$known.ciphertext",
                length=AES_KEY_LENGTHS[recipe.parameters.key_spec],
            )
        ],
    )


@live_case(
    "K3",
    "keys-differ",
    flags=("WeakAesKey",),
    clause=GENERATION,
    requires=[*PARTS, Requirement.SECOND_KEY],
)
def keys_differ(recipe: RecipeMaker) -> None:
    """**Valid.** Two keys encrypt one block to different ones."""
    block = recipe.random(BLOCK_LENGTH)
    recipe.valid(
        "two-keys",
        "Two keys are not the same.",
        encrypt_blocks(recipe, "one", block, recipe.ok()),
        encrypt_blocks(recipe, "other", block, recipe.ok(), key=SECOND),
        checks=[recipe.check("different", left="$one.ciphertext", right="$other.ciphertext")],
    )


@live_case("C2", "diffusion", flags=("Diffusion",), clause=CIPHER, requires=PARTS)
def diffusion(recipe: RecipeMaker) -> None:
    """**Valid.** Each bit of a block changes most bytes of what it is encrypted to."""
    block = recipe.random(BLOCK_LENGTH)
    changed = b"".join(flipped(block, bit) for bit in range(8 * BLOCK_LENGTH))
    recipe.valid(
        "every-bit",
        "A block in which one bit is flipped is encrypted to another one in most of its bytes.",
        encrypt_blocks(recipe, "sealed", block + changed, recipe.ok()),
        checks=[recipe.check("blocks-far-from-first", value="$sealed.ciphertext")],
    )


CASES: Final = (well_known_key, keys_differ, diffusion)
"""The cases of this module."""
