"""ECDSA recipes: verifications with chosen u1 and u2, and signatures with the other s."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.octets import i2osp
from kmsproof_reference.vocabulary import MessageType
from kmsproof_vectors.cases.ec import CURVES
from kmsproof_vectors.cases.ec_ecdsa import (
    DIGEST_LENGTH,
    GENERATION,
    MULTIPLIERS,
    NOT_A_SIGNATURE,
    VERIFICATION,
)
from kmsproof_vectors.ec_numbers import edge_scalars, limb_scalars
from kmsproof_vectors.live.cases.signing import (
    DIGEST,
    KINDS,
    PUBLIC_KEY,
    accepted,
    sign,
    slug_of,
    verify,
)
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import AnyStep, Requirement

# Chosen multipliers.


def _multiplied(recipe: RecipeMaker, slug: str, u1: int, u2: int) -> None:
    recipe.valid(
        slug,
        f"R = u1 G + u2 Q is exact for special u1 or u2: {slug}.",
        recipe.compute(
            "ecdsa-signature-from-multipliers",
            "made",
            public_key=PUBLIC_KEY,
            u1=i2osp(u1, DIGEST_LENGTH),
            u2=i2osp(u2, DIGEST_LENGTH),
        ),
        verify(DIGEST, "$made.digest", "$made.signature", accepted()),
    )


@live_case(
    "E3",
    "multipliers",
    flags=("Arithmetic",),
    clause=MULTIPLIERS,
    requires=[Requirement.DIGEST],
)
def multipliers(recipe: RecipeMaker) -> None:
    """**Valid.** u1 and u2 at edges, each with each; the digest is fitted."""
    edges = dict(edge_scalars(CURVES[recipe.parameters.key_spec]))
    for name1, u1 in (("0", 0), *edges.items()):
        for name2, u2 in edges.items():
            _multiplied(recipe, f"u1-{name1}-u2-{name2}", u1, u2)


@live_case(
    "E3",
    "multiplier-words",
    flags=("Arithmetic",),
    clause=MULTIPLIERS,
    requires=[Requirement.DIGEST],
)
def multiplier_words(recipe: RecipeMaker) -> None:
    """**Valid.** u1 or u2 has words of zeros or ones; the digest is fitted."""
    curve = CURVES[recipe.parameters.key_spec]
    for name, scalar in limb_scalars(curve):
        _multiplied(recipe, f"u1-{name}", scalar, recipe.drbg.integer(curve.n - 1) + 1)
        _multiplied(recipe, f"u2-{name}", recipe.drbg.integer(curve.n - 1) + 1, scalar)


# Mirrored signatures.

MIRRORED: Final = 6
"""Signatures whose other s is offered."""


def _mirrored(recipe: RecipeMaker, kind: MessageType) -> tuple[list[AnyStep], list[str]]:
    """Return verifications of the high s of good signatures, and the answers."""
    steps: list[AnyStep] = []
    answers: list[str] = []
    for number in range(MIRRORED):
        message, signed = recipe.random(DIGEST_LENGTH), f"signed_{number}"
        steps.append(sign(signed, kind, message))
        mirrored = recipe.compute(
            "ecdsa-mirrored",
            f"mirrored_{number}",
            public_key=PUBLIC_KEY,
            signature=f"${signed}.signature",
            wanted=word("high"),
        )
        answer = f"answer_{number}"
        either = recipe.either(*NOT_A_SIGNATURE)
        steps.append(mirrored)
        steps.append(verify(kind, message, f"$mirrored_{number}", either, name=answer))
        answers.append(f"${answer}.valid")
    return steps, answers


@live_case("E5", "mirrored", flags=("MirroredSignature",), clause=VERIFICATION)
def mirrored_signature(recipe: RecipeMaker) -> None:
    """**Valid.** With (r, s) also (r, n - s) verifies; a target that takes low s only always does.

    FIPS 186-5 does not exclude the high s. The first tests demand one answer for all; the others
    tell which.
    """
    for kind, requirement in KINDS.items():
        steps, answers = _mirrored(recipe, kind)
        recipe.valid(
            slug_of(kind, "alike"),
            "Signatures with a high s are all accepted, or none is.",
            *steps,
            checks=[recipe.check("answers-alike", answers=answers)],
            requires=[requirement],
        )
        recipe.report(
            slug_of(kind, "accepted"),
            "Signatures with a high s are valid by FIPS 186-5; some targets take low s only.",
            *steps,
            checks=[recipe.check("all-accepted", answers=answers)],
            requires=[requirement],
        )


@live_case("E5", "low-s", flags=("MirroredSignature",), clause=GENERATION)
def low_s(recipe: RecipeMaker) -> None:
    """**Report.** Whether the signatures that the target makes all have a low s."""
    for kind, requirement in KINDS.items():
        names = [f"signed_{number}" for number in range(2 * MIRRORED)]
        recipe.report(
            kind.lower(),
            "A signer may keep to low s, which makes each signature unique.",
            *(sign(name, kind, recipe.random(DIGEST_LENGTH)) for name in names),
            checks=[
                recipe.check(
                    "ecdsa-integers-low",
                    public_key=PUBLIC_KEY,
                    signatures=[f"${name}.signature" for name in names],
                )
            ],
            requires=[requirement],
        )


CASES: Final = (multipliers, multiplier_words, mirrored_signature, low_s)
"""The cases of this module."""
