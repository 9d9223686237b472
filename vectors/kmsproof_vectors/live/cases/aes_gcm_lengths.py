"""AES-GCM recipes: IVs of other lengths than 12 bytes, and counters that wrap."""

from __future__ import annotations

from kmsproof_vectors.cases.aes_gcm import COUNTER, FIRST_COUNTER, IV_LENGTH, WRONG_LENGTH
from kmsproof_vectors.cases.aes_gcm_constructed import counter_starts
from kmsproof_vectors.live.cases.aes import ECB_ORACLE, NOT_THIS_LENGTH, seal, unseal
from kmsproof_vectors.live.cases.aes_gcm_answers import derived
from kmsproof_vectors.live.cases.aes_gcm_refusals import PARTS, control
from kmsproof_vectors.live.maker import RecipeMaker, live_case
from kmsproof_vectors.live.model import Requirement

OTHER_LENGTHS = (1, 2, 4, 6, 7, 8, 10, 11, 13, 15, 16, 20, 32, 64, 128, 257)
"""Bytes of IVs that a target may refuse, and otherwise must hash."""

WRAPPED_BLOCKS = 21
"""Blocks of the messages whose counter wraps: four more than the farthest start is away."""


@live_case(
    "G8",
    "caller-iv",
    flags=("KnownAnswer", "IvLength"),
    clause=FIRST_COUNTER,
    requires=[*ECB_ORACLE, Requirement.CALLER_IV],
)
def caller_iv(recipe: RecipeMaker) -> None:
    """**Valid.** An IV of the caller's of 12 bytes is used as it is; another length is refused,
    or hashed into the first counter block.
    """
    message, iv = recipe.random(45), recipe.random(12)
    recipe.valid(
        "12-bytes",
        "An IV of 12 bytes is the beginning of the first counter block.",
        *derived(recipe, iv, message, b""),
        seal(
            recipe,
            message,
            iv=iv,
            expect=recipe.ok(ciphertext="$expected.ciphertext", tag="$expected.tag", iv=iv),
        ),
        flags=("KnownAnswer",),
    )
    for length in OTHER_LENGTHS:
        iv = recipe.random(length)
        recipe.valid(
            f"{length}-bytes",
            f"An IV of {length} bytes is refused, or hashed into the first counter block.",
            *derived(recipe, iv, message, b""),
            seal(recipe, message, iv=iv, expect=recipe.either(*NOT_THIS_LENGTH)),
            checks=[
                recipe.check("refused-or-equal", left=f"$sealed.{name}", right=f"$expected.{name}")
                for name in ("ciphertext", "tag")
            ],
        )


@live_case(
    "G8",
    "iv-of-message",
    flags=("KnownAnswer", "IvLength"),
    clause=FIRST_COUNTER,
    requires=ECB_ORACLE,
)
def iv_of_message(recipe: RecipeMaker) -> None:
    """**Valid.** A message made from single blocks under an IV of another length is refused, or
    decrypted to what it is.
    """
    for length in OTHER_LENGTHS:
        message, iv = recipe.random(45), recipe.random(length)
        recipe.valid(
            f"{length}-bytes",
            f"An IV of {length} bytes is refused, or hashed into the first counter block.",
            *derived(recipe, iv, message, b""),
            unseal(
                recipe,
                recipe.either(*WRONG_LENGTH, NOT_THIS_LENGTH[1], plaintext=message),
                sealed="expected",
                iv=iv,
            ),
        )


@live_case(
    "G8",
    "iv-round-trip",
    flags=("RoundTrip", "IvLength"),
    clause=FIRST_COUNTER,
    requires=[*PARTS, Requirement.CALLER_IV, Requirement.IV_LENGTHS],
)
def iv_round_trip(recipe: RecipeMaker) -> None:
    """**Valid.** A message under an IV of another length that the target takes comes back."""
    for length in (8, 13, 16, 20, 128):
        message, iv = recipe.random(45), recipe.random(length)
        recipe.valid(
            f"{length}-bytes",
            f"A message under an IV of {length} bytes comes back.",
            seal(recipe, message, iv=iv, expect=recipe.ok(iv=iv)),
            unseal(recipe, recipe.ok(plaintext=message)),
        )


@live_case("G8", "iv-empty", flags=("EmptyIv",), clause=IV_LENGTH, requires=PARTS)
def iv_empty(recipe: RecipeMaker) -> None:
    """**Invalid.** The IV is empty, in encryption and in decryption."""
    message, iv = recipe.random(40), recipe.random(12)
    recipe.valid(
        "encrypt-control",
        "An IV of 12 bytes is accepted.",
        seal(recipe, message, iv=iv, expect=recipe.ok()),
        flags=("KnownAnswer",),
        requires=[Requirement.CALLER_IV],
    )
    recipe.invalid(
        "encrypt",
        "An empty IV is refused.",
        seal(recipe, message, iv=b"", expect=recipe.rejected(*NOT_THIS_LENGTH)),
        control="encrypt-control",
        requires=[Requirement.CALLER_IV],
    )
    control(recipe, message, "decrypt-control")
    for name, changed in (("empty", b""), ("missing", None)):
        recipe.invalid(
            f"decrypt-{name}",
            "A decryption without an IV is refused.",
            seal(recipe, message),
            unseal(recipe, recipe.rejected(*WRONG_LENGTH), iv=changed),
            control="decrypt-control",
        )


@live_case(
    "G9",
    "counter-wrap",
    flags=("CounterWrap", "IvLength"),
    clause=COUNTER,
    requires=[*ECB_ORACLE, Requirement.IV_LENGTHS],
)
def counter_wrap(recipe: RecipeMaker) -> None:
    """**Valid.** The IV is solved for, so that the counter starts just before a boundary."""
    for name, j0, _ in counter_starts(recipe.random(12)):
        message = recipe.random(16 * WRAPPED_BLOCKS - 11)
        find = recipe.compute("gcm-iv-for", "iv", hash_subkey="$h.ciphertext", pre_counter_block=j0)
        first, *rest = derived(recipe, "$iv", message, b"")
        why = f"After the counter block ...{j0[12:].hex()} only the last four bytes count up."
        recipe.valid(
            f"{name}-decrypt",
            why,
            *(first, find, *rest),
            unseal(recipe, recipe.ok(plaintext=message), sealed="expected", iv="$iv"),
        )
        recipe.valid(
            f"{name}-encrypt",
            why,
            *(first, find, *rest),
            seal(
                recipe,
                message,
                iv="$iv",
                expect=recipe.ok(ciphertext="$expected.ciphertext", tag="$expected.tag"),
            ),
            requires=[Requirement.CALLER_IV],
        )


CASES = (caller_iv, iv_of_message, iv_round_trip, iv_empty, counter_wrap)
"""The cases of this module."""
