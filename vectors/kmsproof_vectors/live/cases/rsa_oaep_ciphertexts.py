"""RSAES-OAEP recipes: ciphertexts of another length, out of range, changed, of other schemes."""

from __future__ import annotations

import hashlib
from typing import Final

from kmsproof_vectors.cases.rsa import SECOND
from kmsproof_vectors.cases.rsa_oaep import (
    CIPHERTEXT_LENGTH,
    DECODING,
    DECRYPTION,
    HASH_LENGTH,
    RSA_DECRYPTION,
)
from kmsproof_vectors.cases.rsa_oaep_encodings import EMPTY_LABEL_HASH
from kmsproof_vectors.cases.rsa_oaep_other_schemes import (
    MASK_GENERATION,
    OTHER_FUNCTIONS,
    both_masked_otherwise,
    masked_otherwise,
    not_padded,
    padded_by_pkcs1_v15,
    put_together_otherwise,
)
from kmsproof_vectors.live.cases.rsa_opening import (
    control,
    draw_message,
    encrypt_raw,
    key_length,
    longest_message,
    refuse,
    seal,
    searched,
)
from kmsproof_vectors.live.cases.signing import PUBLIC_KEY
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import AnyStep, Compute, Requirement

RANGE: Final = ("RsaCiphertextRange",)
CHANGED: Final = ("ModifiedRsaCiphertext",)
LARGE: Final = 65_536


@live_case("O3", "special-integer", flags=RANGE, clause=RSA_DECRYPTION)
def special_integer(recipe: RecipeMaker) -> None:
    """**Invalid.** The ciphertext is the number 0, 1, 2, n - 1, or one that is not below n."""
    control(recipe, draw_message(recipe))
    for name in (
        "0",
        "1",
        "2",
        "n-minus-2",
        "n-minus-1",
        "n",
        "n-plus-1",
        "n-plus-2",
        "all-ones",
    ):
        why = f"The ciphertext {name.replace('-', ' ')} is refused like any that is not decrypted."
        number = word(name)
        made = recipe.compute("rsa-special-number", "made", public_key=PUBLIC_KEY, number=number)
        refuse(recipe, name, why, made, openly=name not in ("2", "n-minus-2"))


@live_case("O3", "not-reduced", flags=RANGE, clause=RSA_DECRYPTION)
def not_reduced(recipe: RecipeMaker) -> None:
    """**Invalid.** The modulus is added to a good ciphertext, within k bytes and beyond."""
    message = draw_message(recipe)
    good = searched(recipe, message, "room-for-n")
    control(recipe, message, good)
    for name, times, length in (("once", 1, 0), ("once-and-zero", 1, 1), ("twice", 2, 1)):
        made = recipe.compute(
            "rsa-unreduced",
            "made",
            public_key=PUBLIC_KEY,
            ciphertext="$sealed",
            times=times,
            length=length,
        )
        why = "A ciphertext that would have to be reduced first is refused."
        refuse(recipe, name, why, good, made, openly=True)


@live_case("O3", "length", flags=("RsaCiphertextLength",), clause=CIPHERTEXT_LENGTH)
def length(recipe: RecipeMaker) -> None:
    """**Invalid.** The ciphertext is empty, cut, extended, doubled, or 64 KiB long."""
    message, k = draw_message(recipe), key_length(recipe)
    good = seal(recipe, message)
    control(recipe, message, good)
    for name, start, end in (
        ("one-byte", 0, 1),
        ("first-half", 0, k // 2),
        ("second-half", k // 2, k),
        ("last-byte-cut", 0, k - 1),
        ("first-byte-cut", 1, k),
    ):
        made = recipe.compute("slice", "made", value="$sealed", start=start, end=end)
        _refuse_length(recipe, name, end - start, good, made)
    for name, before, behind in (
        ("zero-before", 1, 0),
        ("zero-after", 0, 1),
        ("two-zeros-before", 2, 0),
        ("two-zeros-after", 0, 2),
        ("zeros-before-to-twice", k, 0),
        ("zeros-after-to-twice", 0, k),
        ("zeros-before-to-64-kib", LARGE - k, 0),
        ("zeros-after-to-64-kib", 0, LARGE - k),
    ):
        zeros = recipe.compute("repeat", "zeros", value=b"\x00", count=before + behind)
        parts = ("$zeros", "$sealed") if before else ("$sealed", "$zeros")
        made = recipe.compute("concat", "made", parts=parts)
        _refuse_length(recipe, name, k + before + behind, good, zeros, made)
    twice = recipe.compute("repeat", "made", value="$sealed", count=2)
    _refuse_length(recipe, "twice", 2 * k, good, twice)
    why = "A ciphertext of 0 bytes is refused: empty."
    refuse(recipe, "empty", why, ciphertext=b"", openly=True)


def _refuse_length(recipe: RecipeMaker, name: str, size: int, *steps: AnyStep) -> None:
    why = f"A ciphertext of {size} bytes is refused: {name.replace('-', ' ')}."
    refuse(recipe, name, why, *steps, openly=True)


@live_case("O3", "changed", flags=CHANGED, clause=DECRYPTION)
def changed_ciphertext(recipe: RecipeMaker) -> None:
    """**Invalid.** One bit of the ciphertext is flipped, or it is changed as a number."""
    message, bits = draw_message(recipe), 8 * key_length(recipe)
    good = seal(recipe, message)
    control(recipe, message, good)
    for bit in (7, bits // 4, bits // 2 - 1, bits // 2, bits - 8, bits - 1):
        made = recipe.compute("flip-bit", "made", value="$sealed", bit=bit)
        why = f"A ciphertext whose bit {bit} is flipped is refused."
        # One bit of the first byte may lift it above n.
        refuse(recipe, f"bit-{bit:04}", why, good, made, openly=bit < 8)
    for name, number in (("plus-one", 1), ("minus-one", -1)):
        made = recipe.compute(
            "rsa-added", "made", public_key=PUBLIC_KEY, ciphertext="$sealed", number=number
        )
        why = f"A ciphertext that was changed as a number is refused: {name.replace('-', ' ')}."
        refuse(recipe, name, why, good, made)


@live_case("O3", "multiplied", flags=CHANGED, clause=DECRYPTION)
def multiplied(recipe: RecipeMaker) -> None:
    """**Invalid.** The ciphertext is multiplied, so that the encoded message is, by a factor."""
    message = draw_message(recipe)
    good = seal(recipe, message)
    control(recipe, message, good)
    for name, factor, divisor in (
        ("minus-1", -1, 1),
        ("2", 2, 1),
        ("3", 3, 1),
        ("256", 256, 1),
        ("one-half", 1, 2),
        ("one-256th", 1, 256),
    ):
        made = recipe.compute(
            "rsa-multiplied",
            "made",
            public_key=PUBLIC_KEY,
            ciphertext="$sealed",
            factor=factor,
            divisor=divisor,
        )
        why = f"A multiple of an encoded message is none: the factor is {name.replace('-', ' ')}."
        refuse(recipe, f"by-{name}", why, good, made)


@live_case(
    "O3", "of-other-key", flags=CHANGED, clause=DECRYPTION, requires=[Requirement.SECOND_KEY]
)
def of_other_key(recipe: RecipeMaker) -> None:
    """**Invalid.** The message was encrypted with the public key of another key."""
    message = draw_message(recipe)
    control(recipe, message)
    other = seal(recipe, message, key=SECOND)
    why = "A ciphertext for somebody else is refused."
    # The other modulus may be the larger one, so that it shows.
    refuse(recipe, "whole", why, other, ciphertext="$sealed", openly=True)


# Other schemes.


@live_case("O5", "other-functions", flags=("OtherScheme",), clause=DECRYPTION)
def other_functions(recipe: RecipeMaker) -> None:
    """**Invalid.** The message was encrypted with another hash function, or another in MGF1."""
    message = draw_message(recipe)
    control(recipe, message)
    for hash_name, mask_name in OTHER_FUNCTIONS:
        made = seal(
            recipe,
            message,
            seed=recipe.random(hashlib.new(hash_name).digest_size),
            hash=word(hash_name),
            mask_hash=word(mask_name),
        )
        slug = f"{hash_name}-mgf1-{mask_name}".replace("_", "-")
        why = f"OAEP with {hash_name} and MGF1 with {mask_name} is another scheme."
        refuse(recipe, slug, why, made, ciphertext="$sealed")


@live_case("O5", "other-masks", flags=("OtherScheme",), clause=MASK_GENERATION)
def other_masks(recipe: RecipeMaker) -> None:
    """**Invalid.** A mask is made or applied otherwise: counter, order, or not at all."""
    seed, message = recipe.random(HASH_LENGTH), draw_message(recipe)
    control(recipe, message, seal(recipe, message, seed=seed))
    padding = bytes(longest_message(recipe) - len(message))
    block = EMPTY_LABEL_HASH + padding + b"\x01" + message
    for what, encodings in (
        ("A data block that is masked otherwise is refused", masked_otherwise(block, seed)),
        ("A message of other masks is refused", both_masked_otherwise(block, seed)),
        ("Parts put together otherwise are refused", put_together_otherwise(block, seed)),
    ):
        for name, encoded in encodings:
            why = f"{what}: {name.replace('-', ' ')}."
            refuse(recipe, name, why, encrypt_raw(recipe, encoded))


@live_case("O5", "pkcs1-v15", flags=("OtherScheme", "MangerOracle"), clause=DECODING)
def pkcs1_v15(recipe: RecipeMaker) -> None:
    """**Invalid.** The message was padded by RSAES-PKCS1-v1_5, well formed or not."""
    message = draw_message(recipe)
    control(recipe, message)
    random = recipe.random(key_length(recipe) - 3 - len(message))
    for name, encoded in padded_by_pkcs1_v15(message, random):
        why = f"What PKCS #1 v1.5 has padded is refused: {name.replace('-', ' ')}."
        refuse(recipe, name, why, encrypt_raw(recipe, encoded))


@live_case("O5", "without-padding", flags=("OtherScheme",), clause=DECODING)
def without_padding(recipe: RecipeMaker) -> None:
    """**Invalid.** The message itself, with zeros before or behind it, was raised to e."""
    message = draw_message(recipe)
    control(recipe, message)
    for name, encoded in not_padded(message, key_length(recipe)):
        why = f"A message that was not padded is refused: {name.replace('-', ' ')}."
        refuse(recipe, name, why, encrypt_raw(recipe, encoded))


# Zeros at the beginning of a ciphertext belong to it.


def _stripped(recipe: RecipeMaker, zeros: int, wanted: str) -> None:
    message = draw_message(recipe)
    good = searched(recipe, message, wanted)
    control(recipe, message, good, f"{zeros}-zeros")
    changes: list[tuple[str, Compute]] = [
        (f"{left}-left-out", recipe.compute("slice", "made", value="$sealed", start=left))
        for left in range(1, zeros + 1)
    ]
    one_more = recipe.compute("insert", "made", value="$sealed", start=0, new=b"\x00")
    others = recipe.compute("replace", "made", value="$sealed", start=0, new=b"\x01" * zeros)
    for name, made in (*changes, ("one-more", one_more), ("other-bytes-instead", others)):
        refuse(
            recipe,
            f"{zeros}-zeros-{name}",
            f"The zeros that a ciphertext begins with belong to it: {name.replace('-', ' ')}.",
            good,
            made,
            openly=made is not others,
            control=f"{zeros}-zeros",
        )


@live_case("O9", "leading-zeros", flags=("LeadingZeros",), clause=CIPHERTEXT_LENGTH)
def leading_zeros(recipe: RecipeMaker) -> None:
    """**Both.** A ciphertext that begins with a zero is decrypted with it, and not without."""
    _stripped(recipe, 1, "one-leading-zero")


@live_case(
    "O9", "two-leading-zeros", flags=("LeadingZeros",), clause=CIPHERTEXT_LENGTH, exhaustive=True
)
def two_leading_zeros(recipe: RecipeMaker) -> None:
    """**Both.** The same with two zeros; one in 65,536 ciphertexts is searched for."""
    _stripped(recipe, 2, "two-leading-zeros")


@live_case("O9", "trailing-zeros-stripped", flags=("LeadingZeros",), clause=CIPHERTEXT_LENGTH)
def trailing_zeros_stripped(recipe: RecipeMaker) -> None:
    """**Invalid.** The zero that a ciphertext ends with is left out, or another byte instead."""
    message, k = draw_message(recipe), key_length(recipe)
    good = searched(recipe, message, "trailing-zero")
    control(recipe, message, good)
    left_out = recipe.compute("slice", "made", value="$sealed", start=0, end=k - 1)
    other = recipe.compute("replace", "made", value="$sealed", start=k - 1, new=b"\x01")
    for name, made in (("left-out", left_out), ("other-byte-instead", other)):
        why = f"The zero that a ciphertext ends with belongs to it: {name.replace('-', ' ')}."
        refuse(recipe, name, why, good, made, openly=made is left_out)


CASES: Final = (
    special_integer,
    not_reduced,
    length,
    changed_ciphertext,
    multiplied,
    of_other_key,
    other_functions,
    other_masks,
    pkcs1_v15,
    without_padding,
    leading_zeros,
    two_leading_zeros,
    trailing_zeros_stripped,
)
"""The cases of this module."""
