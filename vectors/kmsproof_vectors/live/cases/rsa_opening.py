"""RSAES-OAEP recipes: the steps that all cases share, and the parameters of their files.

Whoever has the public key can encrypt anything, well formed or not. So most recipes make a
ciphertext themselves, and the target only decrypts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kmsproof_reference.vocabulary import RSA_MODULUS_BITS, Algorithm, KeySpec, RejectionClass
from kmsproof_vectors.cases.rsa import MAIN, SECOND
from kmsproof_vectors.cases.rsa_oaep import (
    CONTROL,
    DECODING,
    HASH_LENGTH,
    NOT_DECRYPTED,
    OPENLY_WRONG,
    ORACLE,
)
from kmsproof_vectors.live.cases.signing import PUBLIC_KEY
from kmsproof_vectors.live.maker import Given, LiveParameters, RecipeMaker, key_of, word
from kmsproof_vectors.live.model import AnyStep, Ask, Compute, Expectation, LiveUniformity
from kmsproof_vectors.maker import CONTROL_FLAGS

OAEP: Final = Algorithm.RSAES_OAEP_SHA_256

CONTROL_LENGTH: Final = 40
"""Bytes of the message of which other ciphertexts are made."""


def parameters(key_spec: KeySpec) -> LiveParameters:
    """Return what the file of a key spec is about."""
    bits = RSA_MODULUS_BITS[key_spec]
    family = f"live-rsa-{bits}-oaep"
    uniformity = LiveUniformity(
        id=f"{family}/uniform-refusals/decryption",
        case="O10",
        name=ORACLE,
        why="Whatever decryption shows to be wrong, a ciphertext is refused in one way.",
        clause=DECODING,
        flags=("MangerOracle",),
    )
    return LiveParameters(
        family=family,
        key_spec=key_spec,
        algorithm=OAEP,
        padding=None,
        description=f"RSA-{bits} RSAES-OAEP with SHA-256 and MGF1 with SHA-256, keys of its own",
        keys={MAIN: key_of(OAEP), SECOND: key_of(OAEP)},
        uniformities=(uniformity,),
    )


def key_length(recipe: RecipeMaker) -> int:
    """Return k, the bytes of a ciphertext."""
    return RSA_MODULUS_BITS[recipe.parameters.key_spec] // 8


def longest_message(recipe: RecipeMaker) -> int:
    """Return how many bytes the longest message has."""
    return key_length(recipe) - 2 * HASH_LENGTH - 2


def draw_message(recipe: RecipeMaker, length: int = CONTROL_LENGTH) -> bytes:
    """Return a random message that does not begin like a padding or a separator."""
    while True:
        message = recipe.random(length)
        if message[:1] not in (b"\x00", b"\x01"):
            return message


# Steps.


def seal(
    recipe: RecipeMaker,
    message: Given,
    *,
    seed: Given | None = None,
    key: str = MAIN,
    **others: Given,
) -> Compute:
    """Return the encryption of a message with the public key, called ``sealed``."""
    return recipe.compute(
        "oaep-ciphertext",
        "sealed",
        public_key=f"${key}.public_key",
        message=message,
        seed=recipe.random(HASH_LENGTH) if seed is None else seed,
        **others,
    )


def searched(recipe: RecipeMaker, message: Given, wanted: str) -> Compute:
    """Return the search for a ciphertext that is as it is wanted, called ``sealed``."""
    return recipe.compute(
        "oaep-chosen-ciphertext",
        "sealed",
        public_key=PUBLIC_KEY,
        message=message,
        wanted=word(wanted),
    )


def encrypt_raw(recipe: RecipeMaker, encoded: Given) -> Compute:
    """Return the encryption of an encoded message as it is, called ``made``."""
    return recipe.compute("rsa-encrypted", "made", public_key=PUBLIC_KEY, encoded=encoded)


def unseal(
    expect: Expectation,
    ciphertext: Given = "$sealed",
    *,
    label: bytes = b"",
    oracle: str | None = None,
) -> Ask:
    """Return the decryption of a ciphertext; an empty label is left out."""
    if not label:
        return RecipeMaker.ask("decrypt", expect=expect, oracle=oracle, ciphertext=ciphertext)
    return RecipeMaker.ask(
        "decrypt", expect=expect, oracle=oracle, ciphertext=ciphertext, label=label
    )


# Whole tests.


def accept(
    recipe: RecipeMaker,
    slug: str,
    why: str,
    message: Given,
    *steps: AnyStep,
    ciphertext: Given = "$sealed",
    label: bytes = b"",
) -> None:
    """Add a decryption that must give a message."""
    opened = unseal(recipe.ok(plaintext=message), ciphertext, label=label)
    recipe.valid(slug, why, *steps, opened)


def control(
    recipe: RecipeMaker,
    message: bytes,
    made: AnyStep | None = None,
    slug: str = "control",
    label: bytes = b"",
) -> None:
    """Add the decryption from which the invalid ones of a case deviate."""
    if made is None:
        made = seal(recipe, message, label=label) if label else seal(recipe, message)
    opened = unseal(recipe.ok(plaintext=message), label=label)
    recipe.valid(slug, CONTROL, made, opened, flags=CONTROL_FLAGS)


def refuse(
    recipe: RecipeMaker,
    slug: str,
    why: str,
    *steps: AnyStep,
    ciphertext: Given = "$made",
    label: bytes = b"",
    openly: bool = False,
    control: str = "control",
) -> None:
    """Add a decryption that must be refused.

    ``openly``: what is wrong shows without the private key, by the length or the range of the
    ciphertext. Such a refusal may look like any; all others must look alike.
    """
    rejections: Sequence[RejectionClass] = OPENLY_WRONG if openly else NOT_DECRYPTED
    oracle = None if openly else ORACLE
    opened = unseal(recipe.rejected(*rejections), ciphertext, label=label, oracle=oracle)
    recipe.invalid(slug, why, *steps, opened, control=control)
