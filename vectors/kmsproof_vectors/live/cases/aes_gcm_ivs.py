"""AES-GCM recipes: IVs that the target chooses never come twice; IVs of the caller's may."""

from __future__ import annotations

from kmsproof_reference.vocabulary import KeyUsage, RejectionClass
from kmsproof_vectors.cases.aes_gcm import IV_UNIQUENESS
from kmsproof_vectors.live.cases.aes import IV_LENGTHS, MANY, algorithm_of, seal
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import Requirement

FEWER = 200
"""Encryptions that show a counter, or a bit that never changes."""

BEFORE_AND_AFTER = {"distinct": 50, "few": 2}
"""Encryptions before and after a key was disabled, by the name of the vector."""


@live_case(
    "G11",
    "ciphertexts-differ",
    flags=("GeneratedIv", "RepeatedIv"),
    clause=IV_UNIQUENESS,
    requires=[Requirement.TARGET_IV],
)
def ciphertexts_differ(recipe: RecipeMaker) -> None:
    """**Valid.** One message is encrypted a thousand times, and no ciphertext comes twice.

    Of one message under one key the same IV makes the same ciphertext.
    """
    recipe.valid(
        "thousand",
        f"Among {MANY} ciphertexts of one message there are no two equal ones.",
        seal(recipe, recipe.random(32), repeat=MANY, expect=recipe.ok()),
        checks=[recipe.check("all-distinct", values="$sealed.ciphertext")],
    )


@live_case(
    "G11",
    "ivs",
    flags=("GeneratedIv", "RepeatedIv"),
    clause=IV_UNIQUENESS,
    requires=[Requirement.TARGET_IV, Requirement.SEPARATE_IV],
)
def ivs(recipe: RecipeMaker) -> None:
    """**Valid.** The IVs that the target chooses have 12 bytes, and none comes twice.

    They are drawn, or there is a counter in them; which of both is only told.
    """
    sealed = seal(recipe, recipe.random(32), repeat=FEWER, expect=recipe.ok())
    values = "$sealed.iv"
    length = IV_LENGTHS[algorithm_of(recipe)]
    recipe.valid(
        "distinct",
        f"Among {FEWER} IVs there are no two equal ones, and they are drawn or counted.",
        sealed,
        checks=[
            recipe.check("all-have-length", values=values, length=length),
            recipe.check("all-distinct", values=values),
            recipe.check("drawn-or-counted", values=values),
        ],
    )
    recipe.report(
        "counter",
        "The IVs are told to be a counter where they follow each other in equal steps.",
        sealed,
        checks=[recipe.check("not-a-counter", values=values)],
    )
    recipe.report(
        "balance",
        "The bits of the IVs are told to be uneven where they are not drawn at random.",
        sealed,
        checks=[recipe.check("bits-balanced", values=values)],
    )


@live_case(
    "G11",
    "enabled-again",
    flags=("GeneratedIv", "RepeatedIv"),
    clause=IV_UNIQUENESS,
    requires=[Requirement.TARGET_IV, Requirement.LIFECYCLE],
)
def enabled_again(recipe: RecipeMaker) -> None:
    """**Valid.** A key that was disabled and enabled again does not begin with the same IVs."""
    key = "$made.key"
    for name, count in BEFORE_AND_AFTER.items():
        message = recipe.random(32)
        recipe.valid(
            name,
            "No ciphertext of one message comes twice before and after the key was disabled.",
            recipe.ask("create_key", "made", usage=word(KeyUsage.ENCRYPT_DECRYPT)),
            seal(recipe, message, "before", key=key, repeat=count, expect=recipe.ok()),
            recipe.ask("disable_key", key=key, expect=recipe.ok()),
            recipe.ask("enable_key", key=key, expect=recipe.ok()),
            seal(recipe, message, "after", key=key, repeat=count, expect=recipe.ok()),
            recipe.compute("join-lists", "all", lists=["$before.ciphertext", "$after.ciphertext"]),
            checks=[recipe.check("all-distinct", values="$all")],
        )


@live_case(
    "G12",
    "repeated-iv",
    flags=("RepeatedIv",),
    clause=IV_UNIQUENESS,
    requires=[Requirement.CALLER_IV, Requirement.SEPARATE_IV],
)
def repeated_iv(recipe: RecipeMaker) -> None:
    """**Report.** Whether the target encrypts two messages under one IV of the caller's."""
    first, second, iv = recipe.random(32), recipe.random(32), recipe.random(12)
    recipe.report(
        "two-messages",
        "Two messages under one IV of the caller's differ exactly where their ciphertexts do.",
        seal(recipe, first, "first", iv=iv),
        seal(recipe, second, "other", iv=iv, expect=recipe.either(RejectionClass.INVALID_ARGUMENT)),
        checks=[
            recipe.check(
                "keystream-used-once",
                first_message=first,
                first_ciphertext="$first.ciphertext",
                second_message=second,
                second_ciphertext="$other.ciphertext",
            )
        ],
    )


CASES = (ciphertexts_differ, ivs, enabled_again, repeated_iv)
"""The cases of this module."""
