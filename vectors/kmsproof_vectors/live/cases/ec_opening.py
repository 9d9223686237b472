"""ECIES recipes: what their cases share, and the parameters of their files.

Every ciphertext is made from the public key, in the dialect that the target was found to speak. So
nearly all cost one call.
"""

from __future__ import annotations

from typing import Final

from kmsproof_reference.vocabulary import Algorithm, KeySpec
from kmsproof_vectors.cases.ec import CURVES, MAIN, SECOND, SHORT_NAMES
from kmsproof_vectors.cases.ec_ecies import (
    DECRYPTION,
    MESSAGE_LENGTH,
    NOT_OPENED,
    ORACLE,
    SHORTEST,
    WRONG_LENGTH,
)
from kmsproof_vectors.live.maker import Given, LiveParameters, RecipeMaker, key_of
from kmsproof_vectors.live.model import DIALECT, Ask, Compute, Expectation, LiveUniformity
from kmsproof_vectors.model import BugType, Note

PUBLIC_KEY: Final = f"${MAIN}.public_key"

SPOKEN: Final = f"${DIALECT}"
"""The dialect that the target was found to speak."""

NOTES: Final[dict[str, Note]] = {
    "WeakEphemeralKey": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="The ephemeral points of many encryptions are looked at together.",
        effect="A point that comes twice, or whose key can be guessed, gives messages away.",
    ),
}
"""The flags that only recipes bear."""


def ecies_parameters(key_spec: KeySpec) -> LiveParameters:
    """Return what the file of a curve is about."""
    algorithm, family = Algorithm.ECIES_DH_SHA_1_XOR_HMAC, f"live-ec-{SHORT_NAMES[key_spec]}-ecies"
    uniformity = LiveUniformity(
        id=f"{family}/uniform-refusals/opening",
        case="I9",
        name=ORACLE,
        why="Whatever is wrong with a ciphertext that is long enough, the refusal is the same.",
        clause=DECRYPTION,
        flags=("DistinguishableRefusal",),
    )
    return LiveParameters(
        family=family,
        key_spec=key_spec,
        algorithm=algorithm,
        padding=None,
        description=f"{CURVES[key_spec].name} ECIES with SHA-1, XOR and HMAC, keys of its own",
        keys={MAIN: key_of(algorithm), SECOND: key_of(algorithm)},
        uniformities=(uniformity,),
    )


def control_of(recipe: RecipeMaker) -> str:
    """Return the id of the valid test that shows that good ciphertexts are decrypted."""
    return f"{recipe.parameters.family}/control/opened"


# Steps.


def message_of(recipe: RecipeMaker, length: int = MESSAGE_LENGTH) -> bytes:
    """Return a message; by default it takes more than two blocks of the key derivation."""
    return recipe.random(length)


def seal(recipe: RecipeMaker, message: Given, name: str = "sealed", **more: Given) -> Compute:
    """Return the making of a good ciphertext; its ephemeral key is drawn unless it is given."""
    given: dict[str, Given] = {"public_key": PUBLIC_KEY, "message": message, "dialect": SPOKEN}
    if "scalar" not in more:
        given["seed"] = recipe.random(16)
    return recipe.compute("ecies-ciphertext", name, **{**given, **more})


def sealed_with(
    recipe: RecipeMaker, message: Given, point: Given, secret: Given, name: str = "sealed"
) -> Compute:
    """Return the making of a ciphertext with any bytes as point, and for any shared secret."""
    return recipe.compute(
        "ecies-sealed",
        name,
        public_key=PUBLIC_KEY,
        message=message,
        dialect=SPOKEN,
        point=point,
        secret=secret,
    )


def parts(recipe: RecipeMaker, sealed: str = "sealed", name: str = "parts") -> Compute:
    """Return the step that takes a ciphertext apart into ``point``, ``text`` and ``tag``."""
    return recipe.compute("ecies-parts", name, ciphertext=f"${sealed}")


def joined(recipe: RecipeMaker, *pieces: str | bytes, name: str = "changed") -> Compute:
    """Return the step that joins byte strings, which are given or named."""
    return recipe.compute("concat", name, parts=list(pieces))


def decrypt(
    recipe: RecipeMaker,
    ciphertext: Given,
    expect: Expectation | None,
    name: str = "",
    *,
    key: str = MAIN,
    oracle: str | None = None,
) -> Ask:
    """Return a decryption in the dialect that the target speaks."""
    return recipe.ask(
        "decrypt",
        name,
        key=key,
        expect=expect,
        oracle=oracle,
        ciphertext=ciphertext,
        dialect=SPOKEN,
    )


def opens(recipe: RecipeMaker, message: Given, ciphertext: Given = "$sealed") -> Ask:
    """Return a decryption that gives the message."""
    return decrypt(recipe, ciphertext, recipe.ok(plaintext=message))


def refuses(
    recipe: RecipeMaker,
    ciphertext: Given = "$changed",
    *,
    key: str = MAIN,
    length: int = SHORTEST,
) -> Ask:
    """Return a decryption that is refused.

    A ciphertext whose ``length`` is too short for its parts may be refused in another way, since
    that is no secret; all others must be refused alike.
    """
    if length < SHORTEST:
        return decrypt(recipe, ciphertext, recipe.rejected(*WRONG_LENGTH), key=key)
    return decrypt(recipe, ciphertext, recipe.rejected(*NOT_OPENED), key=key, oracle=ORACLE)


def encrypt(
    recipe: RecipeMaker,
    message: Given,
    name: str = "encrypted",
    *,
    key: str = MAIN,
    repeat: int = 1,
    expect: Expectation | None = None,
) -> Ask:
    """Return an encryption by the target; without an expectation it only prepares."""
    return recipe.ask(
        "encrypt", name, key=key, repeat=repeat, expect=expect, plaintext=message, dialect=SPOKEN
    )
