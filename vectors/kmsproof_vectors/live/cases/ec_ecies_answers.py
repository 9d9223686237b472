"""ECIES recipes: messages of all lengths, special secrets and points, the target's encryptions."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.octets import i2osp
from kmsproof_reference.vocabulary import EciesDialect
from kmsproof_vectors.cases.ec import CURVES, SECOND
from kmsproof_vectors.cases.ec_ecies import (
    COORDINATE,
    DECRYPTION,
    ENCRYPTION,
    FIELD_ELEMENT,
    KEY_DERIVATION,
    KEY_ORDER,
    SHARED_SECRET,
    SHORTEST,
)
from kmsproof_vectors.ec_numbers import edge_scalars
from kmsproof_vectors.live.cases.ec_opening import (
    PUBLIC_KEY,
    SPOKEN,
    encrypt,
    message_of,
    opens,
    seal,
)
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import Requirement
from kmsproof_vectors.maker import CONTROL_FLAGS

LENGTHS: Final = (0, 1, 15, 16, 17, 19, 20, 21, 39, 40, 41, 59, 60, 61, 255, 256, 257, 1024)
"""Bytes of messages: around blocks of SHA-1 in both dialects, and of other functions."""

COUNTER_LENGTHS: Final = (5080, 5081, 5084, 5085, 5100, 5101)
"""Bytes of messages around the 255th block of the key derivation, with MAC keys of 20 and 16 bytes
or none in front: where a counter of one byte is full."""

DIALECTS: Final = {
    EciesDialect.EK_MK: Requirement.ECIES_EK_MK,
    EciesDialect.MK_EK: Requirement.ECIES_MK_EK,
}

ENCRYPTIONS: Final = {"one-key": 100, "few": 4}
"""Encryptions of one message, by the name of the vector."""

OTHER_KEY: Final = 20
"""Encryptions under each of two keys."""


@live_case("I1", "control", flags=CONTROL_FLAGS, clause=DECRYPTION)
def control(recipe: RecipeMaker) -> None:
    """**Valid.** A good ciphertext is decrypted."""
    message = message_of(recipe)
    recipe.valid(
        "opened",
        "A good ciphertext is decrypted.",
        seal(recipe, message),
        opens(recipe, message),
    )


@live_case("I1", "declared-dialect", flags=("KnownAnswer",), clause=KEY_ORDER)
def declared_dialect(recipe: RecipeMaker) -> None:
    """**Valid.** The target decrypts in each dialect that it declares."""
    for dialect, requirement in DIALECTS.items():
        message = message_of(recipe)
        recipe.valid(
            requirement.value,
            f"A ciphertext in the dialect {dialect.value} is decrypted.",
            seal(recipe, message, dialect=word(dialect)),
            recipe.ask(
                "decrypt",
                ciphertext="$sealed",
                dialect=word(dialect),
                expect=recipe.ok(plaintext=message),
            ),
            requires=[requirement],
        )


def _both_ways(recipe: RecipeMaker, length: int, why: str) -> None:
    """Add the test in which the target encrypts a message, and decrypts another one's ciphertext.

    That it encrypts first shows that it takes messages of this length.
    """
    message = message_of(recipe, length)
    recipe.valid(
        f"{length:04}-bytes",
        why,
        encrypt(recipe, message, expect=recipe.ok()),
        opens(recipe, message, "$encrypted.ciphertext"),
        seal(recipe, message),
        opens(recipe, message),
        checks=[
            recipe.check("has-length", value="$encrypted.ciphertext", length=SHORTEST + length),
            recipe.check(
                "ecies-points-valid", public_key=PUBLIC_KEY, ciphertexts=["$encrypted.ciphertext"]
            ),
        ],
    )


@live_case("I1", "message-length", flags=("KnownAnswer", "SizeSweep"), clause=DECRYPTION)
def message_length(recipe: RecipeMaker) -> None:
    """**Valid.** Messages of all lengths come back, and those that others encrypted are decrypted.

    An encryption cannot be foreseen; its length, its point and its decryption are looked at.
    """
    for length in LENGTHS:
        _both_ways(recipe, length, f"A message of {length} bytes is encrypted and decrypted.")


@live_case("I2", "derivation-counter", flags=("KeyDerivation",), clause=KEY_DERIVATION)
def derivation_counter(recipe: RecipeMaker) -> None:
    """**Valid.** The counter of the key derivation function goes to 255, 256 and 257."""
    for length in COUNTER_LENGTHS:
        _both_ways(recipe, length, f"The counter does not end at a byte: {length} bytes.")


@live_case("I1", "constant-message", flags=("KnownAnswer",), clause=DECRYPTION)
def constant_message(recipe: RecipeMaker) -> None:
    """**Valid.** Messages of all zeros and all ones: the ciphertext is the key, or its inverse."""
    for name, octet in (("zeros", b"\x00"), ("ones", b"\xff")):
        message = octet * 64
        why = f"A message of 64 bytes {octet.hex()} is decrypted."
        recipe.valid(name, why, seal(recipe, message), opens(recipe, message))


# Special secrets and points.


def _with_zeros(recipe: RecipeMaker, part: str, zeros: int, number: int) -> None:
    message = message_of(recipe)
    recipe.valid(
        f"{part}-{zeros}-bytes-{number}",
        f"The {part} begins with {zeros} zero bytes, which belong to it.",
        recipe.compute(
            "ecies-ciphertext-with-zeros",
            "sealed",
            public_key=PUBLIC_KEY,
            message=message,
            dialect=SPOKEN,
            part=word(part),
            zeros=zeros,
            seed=recipe.random(16),
        ),
        opens(recipe, message),
    )


@live_case("I3", "secret-leading-zeros", flags=("SpecialSecret",), clause=FIELD_ELEMENT)
def secret_leading_zeros(recipe: RecipeMaker) -> None:
    """**Valid.** The shared secret begins with one or two zero bytes."""
    for zeros, count in ((1, 4), (2, 2)):
        for number in range(count):
            _with_zeros(recipe, "secret", zeros, number)


@live_case("I3", "point-leading-zeros", flags=("SpecialPoint",), clause=FIELD_ELEMENT)
def point_leading_zeros(recipe: RecipeMaker) -> None:
    """**Valid.** A coordinate of the ephemeral point begins with one or two zero bytes."""
    for part in ("x", "y"):
        for zeros in (1, 2):
            _with_zeros(recipe, part, zeros, 0)


@live_case("I3", "special-ephemeral-key", flags=("SpecialPoint",), clause=SHARED_SECRET)
def special_ephemeral_key(recipe: RecipeMaker) -> None:
    """**Valid.** The ephemeral private key is 1, 2, n - 1 or another edge."""
    for name, scalar in edge_scalars(CURVES[recipe.parameters.key_spec]):
        message = message_of(recipe)
        recipe.valid(
            f"k-{name}",
            f"The ephemeral key {name} gives an exact secret.",
            seal(recipe, message, scalar=i2osp(scalar, COORDINATE)),
            opens(recipe, message),
        )


# What the target encrypts.


@live_case("I10", "many-encryptions", flags=("WeakEphemeralKey",), clause=ENCRYPTION)
def many_encryptions(recipe: RecipeMaker) -> None:
    """**Valid.** One message is encrypted many times; no ephemeral key repeats or is guessed."""
    ciphertexts = "$encrypted.ciphertext"
    given = {"public_key": PUBLIC_KEY, "ciphertexts": ciphertexts}
    for name, count in ENCRYPTIONS.items():
        recipe.valid(
            name,
            f"{count} encryptions of one message have {count} good ephemeral points.",
            encrypt(recipe, message_of(recipe), repeat=count, expect=recipe.ok()),
            recipe.compute("ecies-x-coordinates", "coordinates", ciphertexts=ciphertexts),
            checks=[
                recipe.check("ecies-points-valid", **given),
                recipe.check("ecies-points-fresh", **given),
                recipe.check("ecies-ephemeral-keys-not-tiny", **given),
                recipe.check("bits-balanced", values="$coordinates"),
                recipe.check("not-a-counter", values="$coordinates"),
            ],
        )


@live_case(
    "I10",
    "two-keys",
    flags=("WeakEphemeralKey",),
    clause=ENCRYPTION,
    requires=[Requirement.SECOND_KEY],
)
def two_keys(recipe: RecipeMaker) -> None:
    """**Valid.** One message is encrypted under two keys; no ephemeral point is used for both."""
    message = message_of(recipe)
    recipe.valid(
        "two-keys",
        "No ephemeral point is used under two keys.",
        encrypt(recipe, message, "left", repeat=OTHER_KEY, expect=recipe.ok()),
        encrypt(recipe, message, "right", key=SECOND, repeat=OTHER_KEY, expect=recipe.ok()),
        checks=[
            recipe.check(
                "ecies-points-not-shared", left="$left.ciphertext", right="$right.ciphertext"
            )
        ],
    )


CASES: Final = (
    control,
    declared_dialect,
    message_length,
    constant_message,
    derivation_counter,
    secret_leading_zeros,
    point_leading_zeros,
    special_ephemeral_key,
    many_encryptions,
    two_keys,
)
"""The cases of this module."""
