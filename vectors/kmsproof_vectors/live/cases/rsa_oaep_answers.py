"""RSAES-OAEP recipes: messages of all lengths, special forms, and encryptions of one message."""

from __future__ import annotations

from typing import Final

from kmsproof_vectors.cases.rsa_oaep import (
    CIPHERTEXT_LENGTH,
    DECRYPTION,
    ENCODED_MESSAGE,
    ENCRYPTION,
    ENCRYPTION_CONTROL,
    HASH_LENGTH,
    MESSAGE_LENGTH,
    SEED,
    WRONG_ARGUMENT,
)
from kmsproof_vectors.cases.rsa_oaep_answers import (
    BELOW_MAXIMUM,
    SHORT_LENGTHS,
    lengths_too_long,
    special_messages,
    special_seeds,
)
from kmsproof_vectors.cases.rsa_oaep_constructed import chosen_ends
from kmsproof_vectors.cases.rsa_oaep_encodings import EMPTY_LABEL_HASH
from kmsproof_vectors.live.cases.rsa_opening import (
    accept,
    draw_message,
    key_length,
    longest_message,
    seal,
    searched,
    unseal,
)
from kmsproof_vectors.live.cases.signing import PUBLIC_KEY
from kmsproof_vectors.live.maker import Given, RecipeMaker, live_case
from kmsproof_vectors.live.model import Ask
from kmsproof_vectors.maker import CONTROL_FLAGS

KNOWN: Final = ("KnownAnswer", "SizeSweep")

MANY: Final = 400
"""Encryptions of one message that are compared; every bit of them is looked at."""

FEWER: Final = 20
"""Encryptions of the empty message that are compared."""


def encrypt(recipe: RecipeMaker, message: Given, repeat: int = 1) -> Ask:
    """Return the encryption of a message by the target, called ``sealed``."""
    return recipe.ask("encrypt", "sealed", expect=recipe.ok(), repeat=repeat, plaintext=message)


@live_case("O1", "message-length", flags=KNOWN, clause=DECRYPTION)
def message_length(recipe: RecipeMaker) -> None:
    """**Valid.** Messages of many lengths, from none to the longest, are decrypted."""
    longest = longest_message(recipe)
    lengths = dict.fromkeys((*SHORT_LENGTHS, *(longest - less for less in BELOW_MAXIMUM)))
    for length in lengths:
        message = recipe.random(length)
        why = f"A message of {length} bytes is decrypted exactly."
        accept(recipe, f"{length:03}-bytes", why, message, seal(recipe, message))
    accept(
        recipe,
        "longest-by-modulus",
        "A message is decrypted that is as long as the modulus of the key allows.",
        "$message",
        recipe.compute("oaep-max-length", "longest", public_key=PUBLIC_KEY),
        recipe.compute("repeat", "message", value=b"\x5a", count="$longest"),
        seal(recipe, "$message"),
    )


@live_case("O1", "round-trip", flags=KNOWN, clause=ENCRYPTION)
def round_trip(recipe: RecipeMaker) -> None:
    """**Valid.** What the target encrypts it decrypts again, and the ciphertext has k bytes."""
    longest = longest_message(recipe)
    messages = [recipe.random(length) for length in (0, 1, 2, 32, longest - 1, longest)]
    named = [(f"{len(message):03}-bytes", message) for message in messages]
    for name, message in (*named, ("zeros-first", bytes(8) + recipe.random(8))):
        recipe.valid(
            name,
            f"What the target makes of {len(message)} bytes is decrypted to them.",
            encrypt(recipe, message),
            unseal(recipe.ok(plaintext=message), "$sealed.ciphertext"),
            checks=[
                recipe.check("has-length", value="$sealed.ciphertext", length=key_length(recipe))
            ],
        )


@live_case("O1", "message-too-long", flags=("MessageTooLong",), clause=MESSAGE_LENGTH)
def message_too_long(recipe: RecipeMaker) -> None:
    """**Invalid.** The message is longer than k - 66 bytes: by a byte, or to the modulus and on."""
    recipe.valid(
        "control", ENCRYPTION_CONTROL, encrypt(recipe, recipe.random(32)), flags=CONTROL_FLAGS
    )
    longest = longest_message(recipe)
    for name, length in lengths_too_long(key_length(recipe), longest):
        recipe.invalid(
            name,
            f"A message of {length} bytes is refused: the longest has {longest}.",
            recipe.ask(
                "encrypt", expect=recipe.rejected(*WRONG_ARGUMENT), plaintext=recipe.random(length)
            ),
            control="control",
        )


@live_case("O1", "special-seed", flags=("SpecialSeed",), clause=SEED)
def special_seed(recipe: RecipeMaker) -> None:
    """**Valid.** The seed is all zeros, all ones, or equal to other parts of the encoding."""
    for name, seed in special_seeds(EMPTY_LABEL_HASH):
        for length in (0, 6, longest_message(recipe)):
            message = recipe.random(length)
            why = "A seed of a special form is a seed like any other."
            made = seal(recipe, message, seed=seed)
            accept(recipe, f"{name}-message-{length}", why, message, made)


@live_case("O1", "special-message", flags=("KnownAnswer",), clause=DECRYPTION)
def special_message(recipe: RecipeMaker) -> None:
    """**Valid.** The message is constant, or begins like a padding, or is itself an encoding."""
    longest = longest_message(recipe)
    inner = EMPTY_LABEL_HASH + bytes(longest - 5) + b"\x01" + recipe.random(5)
    for name, message in special_messages(longest, inner, lambda size: draw_message(recipe, size)):
        why = "Only the padding of the encoding is removed, and nothing of the message."
        accept(recipe, name, why, message, seal(recipe, message))


# Encoded messages and ciphertexts of a special form.


@live_case("O8", "chosen-end", flags=("SpecialEncodedMessage",), clause=ENCODED_MESSAGE)
def chosen_end(recipe: RecipeMaker) -> None:
    """**Valid.** The last k - 66 bytes of the encoded message are constant or almost."""
    for name, end in chosen_ends(longest_message(recipe)):
        seed = recipe.random(HASH_LENGTH)
        accept(
            recipe,
            name,
            f"An encoded message is decrypted that ends in a pattern: {name.replace('-', ' ')}.",
            "$message",
            recipe.compute(
                "oaep-message-for-tail", "message", public_key=PUBLIC_KEY, tail=end, seed=seed
            ),
            seal(recipe, "$message", seed=seed),
        )


@live_case("O8", "zeros-first", flags=("SpecialEncodedMessage",), clause=ENCODED_MESSAGE)
def zeros_first(recipe: RecipeMaker) -> None:
    """**Valid.** The masked seed begins with a zero byte, behind that of Y."""
    message = draw_message(recipe)
    why = "An encoded message is decrypted that begins with 2 zero bytes."
    accept(recipe, "1-zeros", why, message, searched(recipe, message, "encoded-one-zero"))


@live_case(
    "O8",
    "more-zeros-first",
    flags=("SpecialEncodedMessage",),
    clause=ENCODED_MESSAGE,
    exhaustive=True,
)
def more_zeros_first(recipe: RecipeMaker) -> None:
    """**Valid.** The masked seed begins with two zero bytes; it takes seconds to find one."""
    message = draw_message(recipe)
    why = "An encoded message is decrypted that begins with 3 zero bytes."
    accept(recipe, "2-zeros", why, message, searched(recipe, message, "encoded-two-zeros"))


@live_case("O9", "trailing-zeros", flags=("LeadingZeros",), clause=CIPHERTEXT_LENGTH)
def trailing_zeros(recipe: RecipeMaker) -> None:
    """**Valid.** The ciphertext ends with a zero byte, and is decrypted."""
    message = draw_message(recipe)
    why = "A zero that ends it belongs to it."
    accept(recipe, "one-zero", why, message, searched(recipe, message, "trailing-zero"))


# Encryptions of one message.


@live_case("O11", "repeated-message", flags=("RandomisedEncryption",), clause=SEED)
def repeated_message(recipe: RecipeMaker) -> None:
    """**Valid.** One message is encrypted hundreds of times, each time with a new seed.

    The seeds themselves are hidden; what can be seen is that no ciphertext comes twice, that none
    is the one of a seed that can be guessed, and that their bits are even.
    """
    for name, length, count in (("many", 32, MANY), ("empty-message", 0, FEWER)):
        message = recipe.random(length)
        ciphertexts = "$sealed.ciphertext"
        recipe.valid(
            name,
            f"Among {count} ciphertexts of one message of {length} bytes no seed shows.",
            encrypt(recipe, message, count),
            checks=[
                recipe.check("all-have-length", values=ciphertexts, length=key_length(recipe)),
                recipe.check(
                    "oaep-seeds-not-guessed",
                    public_key=PUBLIC_KEY,
                    message=message,
                    ciphertexts=ciphertexts,
                ),
                recipe.check("all-distinct", values=ciphertexts),
                recipe.check("oaep-ciphertexts-balanced", ciphertexts=ciphertexts),
            ],
        )


CASES: Final = (
    message_length,
    round_trip,
    message_too_long,
    special_seed,
    special_message,
    chosen_end,
    zeros_first,
    more_zeros_first,
    trailing_zeros,
    repeated_message,
)
"""The cases of this module."""
