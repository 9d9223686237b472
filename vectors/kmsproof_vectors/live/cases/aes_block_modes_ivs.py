"""AES-CBC recipes: IVs that the target chooses are new and cannot be foreseen."""

from __future__ import annotations

from kmsproof_vectors.live.cases.aes import IV_LENGTHS, MANY, algorithm_of, seal
from kmsproof_vectors.live.maker import RecipeMaker, live_case
from kmsproof_vectors.live.model import Requirement
from kmsproof_vectors.model import Clause

UNPREDICTABLE = Clause(ref="SP 800-38A", section="C")

MESSAGE_LENGTH = 32
"""Bytes; without padding it has to be whole blocks."""

FEW = 16
"""Encryptions that show the grossest faults, for those who count their calls."""


@live_case(
    "C10",
    "ivs",
    flags=("GeneratedIv",),
    clause=UNPREDICTABLE,
    requires=[Requirement.TARGET_IV, Requirement.SEPARATE_IV],
)
def ivs(recipe: RecipeMaker) -> None:
    """**Valid.** Among a thousand IVs that the target chooses none comes twice, none is a block
    of a ciphertext, they are no counter, their bits are even, and they do not come from a
    generator whose state can be computed. What shows among a few of them is also asked alone.
    """
    values = "$sealed.iv"
    length = IV_LENGTHS[algorithm_of(recipe)]
    common = [
        recipe.check("all-have-length", values=values, length=length),
        recipe.check("all-distinct", values=values),
        recipe.check("no-iv-from-ciphertext", ivs=values, ciphertexts="$sealed.ciphertext"),
        recipe.check("not-a-counter", values=values),
    ]
    recipe.valid(
        "unpredictable",
        f"Among {MANY} IVs there is nothing that lets the next one be foreseen.",
        seal(recipe, recipe.random(MESSAGE_LENGTH), repeat=MANY, expect=recipe.ok()),
        checks=[
            *common,
            recipe.check("bits-balanced", values=values),
            recipe.check("not-from-java-random", values=values),
            recipe.check("not-from-mersenne-twister", values=values),
        ],
    )
    recipe.valid(
        "few",
        f"Among {FEW} IVs there is no counter, no repetition and no fixed part.",
        seal(recipe, recipe.random(MESSAGE_LENGTH), repeat=FEW, expect=recipe.ok()),
        checks=[
            *common,
            recipe.check("bits-change", values=values),
            recipe.check("not-from-java-random", values=values),
        ],
    )


@live_case(
    "C10",
    "ciphertexts-differ",
    flags=("GeneratedIv",),
    clause=UNPREDICTABLE,
    requires=[Requirement.TARGET_IV],
)
def ciphertexts_differ(recipe: RecipeMaker) -> None:
    """**Valid.** One message is encrypted a hundred times, and no ciphertext comes twice."""
    recipe.valid(
        "hundred",
        "Of one message under one key the same IV would make the same ciphertext.",
        seal(recipe, recipe.random(MESSAGE_LENGTH), repeat=100, expect=recipe.ok()),
        checks=[recipe.check("all-distinct", values="$sealed.ciphertext")],
    )


CASES = (ivs, ciphertexts_differ)
"""The cases of this module."""
