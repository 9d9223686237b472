"""The recipe files on RSA keys that a target makes, one for each key spec."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kmsproof_reference.vocabulary import RSA_MODULUS_BITS, KeySpec, KeyUsage
from kmsproof_vectors.live.maker import LiveParameters, LiveRecipe, RecipeMaker, live_case
from kmsproof_vectors.live.model import AnyStep, Check, KeyRole
from kmsproof_vectors.model import BugType, Clause, Note

SIGNERS, RECIPIENTS = "signers", "recipients"

COUNTS: Final = {SIGNERS: 4, RECIPIENTS: 2}
"""How many keys of each usage are made to be looked at."""

EVERY_KEY: Final = "$every.public_keys"

EXPONENT: Final = 65_537
"""The public exponent that keys have unless another one is documented."""

ENCODING: Final = Clause(ref="RFC 3279", section="2.3.1")
MODULUS: Final = Clause(ref="FIPS 186-5", section="5.1")
EXPONENTS: Final = Clause(ref="FIPS 186-5", section="A.1.1")
PRIMES: Final = Clause(ref="FIPS 186-5", section="A.1.1")

CLASSES: Final[dict[str, str]] = {
    "K1": "RSA keys that the target makes: their form, and moduli that can be factored",
}

NOTES: Final[dict[str, Note]] = {
    "GeneratedKeyForm": Note(
        bug_type=BugType.FUNCTIONALITY,
        description="The public key of a key that the target made is looked at.",
        effect="A key of another length or form is weaker than it says, or cannot be read.",
    ),
    "FactorableModulus": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="The modulus of a key that the target made is tried to factor.",
        effect="Whoever factors the modulus has the private key.",
        cves=("CVE-2017-15361", "CVE-2022-26320"),
    ),
    "RelatedKeys": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="Several keys that the target made are looked at together.",
        effect="Two moduli that share a prime give both private keys away.",
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


def _of_each(recipe: RecipeMaker, why: str, check: Callable[[str], Check]) -> None:
    """Add a test for each role in which every one of its keys stands a check."""
    for role in COUNTS:
        recipe.valid(
            role,
            why,
            *_public_keys(recipe, role),
            checks=[check(f"${name}") for name in _each_key(role)],
        )


def _of_all(recipe: RecipeMaker, why: str, name: str) -> None:
    """Add the test in which the keys of all roles together stand a check."""
    recipe.valid(
        "all",
        why,
        *(step for role in COUNTS for step in _public_keys(recipe, role)),
        checks=[
            recipe.check(
                name, public_keys=[f"${each}" for role in COUNTS for each in _each_key(role)]
            )
        ],
    )


def _of_every(recipe: RecipeMaker, why: str, name: str) -> None:
    """Add the tests in which the keys of all roles, and then those of the whole run, stand a check.

    The second costs little for each key, so that those which other files have made stand it too.
    """
    _of_all(recipe, why, name)
    recipe.valid(
        "every",
        f"{why[:-1]}, whichever key of the run it is.",
        *(step for role in COUNTS for step in _public_keys(recipe, role)),
        checks=[recipe.check(name, public_keys=EVERY_KEY)],
    )


@live_case("K1", "form", flags=("GeneratedKeyForm",), clause=ENCODING)
def form(recipe: RecipeMaker) -> None:
    """**Valid.** Every public key is the one DER encoding of its modulus and exponent."""
    why = "A key that was made is rsaEncryption with NULL, and nothing in it has another form."
    _of_each(recipe, why, lambda key: recipe.check("rsa-public-key-canonical", public_key=key))


@live_case("K1", "modulus-length", flags=("GeneratedKeyForm",), clause=MODULUS)
def modulus_length(recipe: RecipeMaker) -> None:
    """**Valid.** Every modulus is odd and has exactly the bits that the key spec says."""
    bits = RSA_MODULUS_BITS[recipe.parameters.key_spec]
    why = f"The modulus of a key that was made has {bits} bits, and is odd."
    _of_each(recipe, why, lambda key: recipe.check("rsa-modulus-length", public_key=key, bits=bits))


@live_case("K1", "public-exponent", flags=("GeneratedKeyForm",), clause=EXPONENTS)
def public_exponent(recipe: RecipeMaker) -> None:
    """**Valid.** The public exponent is 65537."""
    why = "The public exponent is 65537, the least that is allowed."
    _of_each(
        recipe,
        why,
        lambda key: recipe.check("rsa-public-exponent", public_key=key, exponent=EXPONENT),
    )


@live_case("K1", "small-factors", flags=("FactorableModulus",), clause=PRIMES)
def small_factors(recipe: RecipeMaker) -> None:
    """**Valid.** No modulus has a factor below 2000, is a square, or is a prime."""
    _of_every(recipe, "The modulus is the product of two large primes.", "rsa-no-small-factors")


@live_case("K1", "roca", flags=("FactorableModulus",), clause=PRIMES)
def roca(recipe: RecipeMaker) -> None:
    """**Valid.** No modulus has the fingerprint of CVE-2017-15361."""
    why = "Modulo small primes the modulus is more than a power of 65537."
    _of_every(recipe, why, "rsa-not-roca")


@live_case("K1", "close-primes", flags=("FactorableModulus",), clause=PRIMES)
def close_primes(recipe: RecipeMaker) -> None:
    """**Valid.** No modulus is factored by 100,000 steps of Fermat's method."""
    _of_all(recipe, "The two primes are not close to each other.", "rsa-primes-not-close")


@live_case("K1", "related-primes", flags=("FactorableModulus",), clause=PRIMES)
def related_primes(recipe: RecipeMaker) -> None:
    """**Valid.** Neither the ratio nor the difference of the two primes can be guessed."""
    why = "The two primes are not near a simple ratio, nor a simple number apart."
    _of_all(recipe, why, "rsa-primes-not-related")


@live_case("K1", "smooth-primes", flags=("FactorableModulus",), clause=PRIMES)
def smooth_primes(recipe: RecipeMaker) -> None:
    """**Valid.** No modulus is factored by Pollard's p - 1 method with a small bound."""
    why = "p - 1 of neither prime is a product of small numbers."
    _of_all(recipe, why, "rsa-primes-not-smooth")


@live_case("K1", "pattern", flags=("FactorableModulus",), clause=PRIMES)
def pattern(recipe: RecipeMaker) -> None:
    """**Valid.** No modulus shows that its primes repeat a pattern or have long runs of one bit."""
    _of_all(recipe, "The bits of the primes are random, not a pattern.", "rsa-modulus-no-pattern")


@live_case("K1", "weight", flags=("FactorableModulus",), clause=PRIMES)
def weight(recipe: RecipeMaker) -> None:
    """**Valid.** No modulus has so few nonzero digits that its primes must have few."""
    _of_every(recipe, "About half of the bits are ones.", "rsa-modulus-weight")


@live_case("K1", "unrelated", flags=("RelatedKeys",), clause=PRIMES)
def unrelated(recipe: RecipeMaker) -> None:
    """**Valid.** No two moduli are equal, share a prime, or have many bits in common."""
    why = "Each key that is made is another one, with primes of its own."
    _of_every(recipe, why, "rsa-moduli-unrelated")


CASES: Final = (
    form,
    modulus_length,
    public_exponent,
    small_factors,
    roca,
    close_primes,
    related_primes,
    smooth_primes,
    pattern,
    weight,
    unrelated,
)
"""The cases of this module."""


def _parameters(key_spec: KeySpec) -> LiveParameters:
    usages = {SIGNERS: KeyUsage.SIGN_VERIFY, RECIPIENTS: KeyUsage.ENCRYPT_DECRYPT}
    bits = RSA_MODULUS_BITS[key_spec]
    return LiveParameters(
        family=f"live-rsa-{bits}-keys",
        key_spec=key_spec,
        algorithm=None,
        padding=None,
        description=f"RSA-{bits} keys that the target makes",
        keys={role: KeyRole(usage=usages[role], count=count) for role, count in COUNTS.items()},
    )


FILES: Final = tuple(
    LiveRecipe(_parameters(key_spec), CASES, NOTES, CLASSES) for key_spec in RSA_MODULUS_BITS
)
"""How the files are made."""
