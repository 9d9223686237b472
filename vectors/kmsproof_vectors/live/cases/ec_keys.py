"""The recipe files on EC keys that a target makes, one for each curve."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.vocabulary import KeySpec, KeyUsage
from kmsproof_vectors.cases.ec import CURVES, SHORT_NAMES
from kmsproof_vectors.live.maker import LiveParameters, LiveRecipe, RecipeMaker, live_case, word
from kmsproof_vectors.live.model import AnyStep, Check, KeyRole
from kmsproof_vectors.model import BugType, Clause, Note

SIGNERS, RECIPIENTS = "signers", "recipients"

COUNTS: Final = {SIGNERS: 3, RECIPIENTS: 2}
"""How many keys of each usage are made to be looked at."""

GENERATION: Final = Clause(ref="FIPS 186-5", section="A.2")
ENCODING: Final = Clause(ref="RFC 5480", section="2")

CLASSES: Final[dict[str, str]] = {
    "K2": "EC keys that the target makes: their form, and private keys that can be found",
}

NOTES: Final[dict[str, Note]] = {
    "GeneratedKeyForm": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="The public key of a key that the target made is looked at.",
        effect="A key that is no valid point of its curve protects nothing, or cannot be read.",
    ),
    "WeakKey": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="Several keys that the target made are looked at together.",
        effect="A private key that is small, or near another one, is found from the public key.",
    ),
}


def _each_key(role: str) -> list[str]:
    """Return the names of the public keys of a role, one by one, as `_public_keys` gives them."""
    return [f"{role}_{number}" for number in range(COUNTS[role])]


def _public_keys(recipe: RecipeMaker, role: str) -> list[AnyStep]:
    return [
        recipe.compute("item", name, values=f"${role}.public_key", index=number)
        for number, name in enumerate(_each_key(role))
    ]


@live_case("K2", "form", flags=("GeneratedKeyForm",), clause=ENCODING)
def form(recipe: RecipeMaker) -> None:
    """**Valid.** Every public key is the DER of a valid point of its curve, which it names."""
    curve = word(CURVES[recipe.parameters.key_spec].name)
    for role in COUNTS:
        checks: list[Check] = [
            recipe.check("ec-public-key-canonical", public_key=f"${name}", curve=curve)
            for name in _each_key(role)
        ]
        recipe.valid(
            role,
            "A key that was made is a valid point, not infinity, in the one form there is.",
            *_public_keys(recipe, role),
            checks=checks,
        )


@live_case("K2", "distinct", flags=("WeakKey",), clause=GENERATION)
def distinct(recipe: RecipeMaker) -> None:
    """**Valid.** No key was made twice, not even with another sign or for another usage."""
    recipe.valid(
        "all",
        "Each key that is made is another one.",
        *(step for role in COUNTS for step in _public_keys(recipe, role)),
        checks=[
            recipe.check(
                "all-distinct", values=[f"${name}" for role in COUNTS for name in _each_key(role)]
            )
        ],
    )
    recipe.valid(
        "every",
        "Each key that the run has made is another one, whatever file it was made for.",
        *(step for role in COUNTS for step in _public_keys(recipe, role)),
        checks=[recipe.check("all-distinct", values="$every.public_keys")],
    )


@live_case("K2", "not-tiny", flags=("WeakKey",), clause=GENERATION)
def not_tiny(recipe: RecipeMaker) -> None:
    """**Valid.** No private key is a small number, and no two are near each other."""
    names = [f"${name}" for role in COUNTS for name in _each_key(role)]
    recipe.valid(
        "all",
        "Private keys that are below 2^32, or differ by less, are found in a second.",
        *(step for role in COUNTS for step in _public_keys(recipe, role)),
        checks=[recipe.check("ec-private-keys-not-tiny", public_keys=names)],
    )


CASES: Final = (form, distinct, not_tiny)
"""The cases of this module."""


def _parameters(key_spec: KeySpec) -> LiveParameters:
    usages = {SIGNERS: KeyUsage.SIGN_VERIFY, RECIPIENTS: KeyUsage.ENCRYPT_DECRYPT}
    return LiveParameters(
        family=f"live-ec-{SHORT_NAMES[key_spec]}-keys",
        key_spec=key_spec,
        algorithm=None,
        padding=None,
        description=f"{CURVES[key_spec].name} keys that the target makes",
        keys={role: KeyRole(usage=usages[role], count=count) for role, count in COUNTS.items()},
    )


FILES: Final = tuple(
    LiveRecipe(_parameters(key_spec), CASES, NOTES, CLASSES) for key_spec in CURVES
)
"""How the files are made."""
