"""ECIES recipes: tags and texts changed, cut, extended, exchanged; messages forged by cutting."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.ec_key_encoding import encode_public_key
from kmsproof_reference.vocabulary import EciesDialect
from kmsproof_vectors.cases.ec import SECOND, ec_test_key, other_key_spec
from kmsproof_vectors.cases.ec_ecies import (
    DECRYPTION,
    KEY_ORDER,
    MESSAGE_LENGTH,
    NOT_OPENED,
    PARSING,
    POINT,
    SHORTEST,
    TAG,
    TAG_CHECK,
)
from kmsproof_vectors.cases.ec_ecies_changes import CUTS
from kmsproof_vectors.live.cases.ec_opening import (
    PUBLIC_KEY,
    SPOKEN,
    control_of,
    decrypt,
    encrypt,
    joined,
    message_of,
    parts,
    refuses,
    seal,
)
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import AnyStep, Requirement

ONES: Final = b"\xff" * TAG


def _changed(recipe: RecipeMaker, slug: str, why: str, *steps: AnyStep, length: int) -> None:
    """Add the test in which what the steps call ``changed``, of so many bytes, is refused."""
    recipe.invalid(slug, why, *steps, refuses(recipe, length=length), control=control_of(recipe))


def _rejoined(
    recipe: RecipeMaker,
    slug: str,
    why: str,
    *steps: AnyStep,
    pieces: tuple[str | bytes, ...],
    length: int = SHORTEST,
    message: bytes | None = None,
) -> None:
    """Add the test in which a good ciphertext is put together again with other parts."""
    text = message_of(recipe) if message is None else message
    made = (seal(recipe, text), parts(recipe))
    _changed(recipe, slug, why, *made, *steps, joined(recipe, *pieces), length=length)


@live_case("I6", "tag-bit-flipped", flags=("ModifiedEciesTag",), clause=TAG_CHECK)
def tag_bit_flipped(recipe: RecipeMaker) -> None:
    """**Invalid.** One bit of the tag is flipped, each of the 160 in turn."""
    made = seal(recipe, message_of(recipe))
    for bit in range(8 * TAG):
        _changed(
            recipe,
            f"bit-{bit:03}",
            f"Bit {bit} of the tag is compared.",
            made,
            recipe.compute("flip-bit", "changed", value="$sealed", bit=bit - 8 * TAG),
            length=SHORTEST,
        )


@live_case("I6", "tag-replaced", flags=("ModifiedEciesTag",), clause=TAG_CHECK)
def tag_replaced(recipe: RecipeMaker) -> None:
    """**Invalid.** The tag is another value: constant, complement, reversed, of another message."""
    for name, tag in (
        ("zeros", bytes(TAG)),
        ("ones", ONES),
        ("random", recipe.random(TAG)),
    ):
        why = f"The tag is refused when it is another one: {name}."
        _rejoined(recipe, name, why, pieces=("$parts.point", "$parts.text", tag))
    for name, mask in (
        ("complement", ONES),
        ("high-bits", b"\x80" * TAG),
        ("low-bits", b"\x01" * TAG),
        ("first-four-bytes", ONES[:4].ljust(TAG, b"\x00")),
        ("last-four-bytes", ONES[:4].rjust(TAG, b"\x00")),
        ("last-eight-bytes", ONES[:8].rjust(TAG, b"\x00")),
        ("second-half", ONES[:10].rjust(TAG, b"\x00")),
    ):
        why = f"The tag is refused when some bits are others: {name.replace('-', ' ')}."
        step = recipe.compute("xor", "tag", left="$parts.tag", right=mask)
        _rejoined(recipe, name, why, step, pieces=("$parts.point", "$parts.text", "$tag"))
    step = recipe.compute("reverse", "tag", value="$parts.tag")
    why = "The tag is refused when its bytes are reversed."
    _rejoined(recipe, "reversed", why, step, pieces=("$parts.point", "$parts.text", "$tag"))


@live_case("I6", "tag-with-zero", flags=("ModifiedEciesTag",), clause=TAG_CHECK)
def tag_with_zero(recipe: RecipeMaker) -> None:
    """**Invalid.** The right tag begins with a zero byte, and only that byte is right."""
    for name, tag in (("zeros", bytes(TAG)), ("others-after-zero", ONES[1:].rjust(TAG, b"\x00"))):
        recipe.invalid(
            name,
            f"What follows a zero byte in the tag is compared: {name.replace('-', ' ')}.",
            recipe.compute(
                "ecies-ciphertext-with-zero-tag",
                "sealed",
                public_key=PUBLIC_KEY,
                message=message_of(recipe),
                dialect=SPOKEN,
                seed=recipe.random(16),
            ),
            parts(recipe),
            joined(recipe, "$parts.point", "$parts.text", tag),
            refuses(recipe, length=SHORTEST),
            control=control_of(recipe),
        )


def _other(recipe: RecipeMaker) -> tuple[AnyStep, AnyStep]:
    """Return the steps to the parts of another message."""
    return seal(recipe, message_of(recipe), "more"), parts(recipe, "more", "others")


@live_case("I6", "parts-exchanged", flags=("ModifiedEciesText",), clause=TAG_CHECK)
def parts_exchanged(recipe: RecipeMaker) -> None:
    """**Invalid.** A part of the ciphertext is that of another message."""
    for name in ("point", "text", "tag"):
        sources = {part: f"$parts.{part}" for part in ("point", "text", "tag")}
        sources[name] = f"$others.{name}"
        why = f"The {name} of another message is refused."
        pieces = tuple(sources.values())
        _rejoined(recipe, f"{name}-of-other-message", why, *_other(recipe), pieces=pieces)
    for name, function in (("base-point", "ec-base-point"), ("public-key", "ec-public-point")):
        step = recipe.compute(function, "point", public_key=PUBLIC_KEY)
        why = f"The point of another secret is refused: {name.replace('-', ' ')}."
        pieces = ("$point", "$parts.text", "$parts.tag")
        _rejoined(recipe, name, why, step, pieces=pieces)


@live_case("I6", "tag-of-empty-message", flags=("ModifiedEciesTag",), clause=TAG_CHECK)
def tag_of_empty_message(recipe: RecipeMaker) -> None:
    """**Invalid.** There is no message, and one byte of the tag is another."""
    for position in range(TAG):
        bit = 8 * (position - TAG) + position % 8
        _changed(
            recipe,
            f"byte-{position:02}",
            f"Byte {position} of the tag is compared even when there is no message.",
            seal(recipe, b""),
            recipe.compute("flip-bit", "changed", value="$sealed", bit=bit),
            length=SHORTEST,
        )
    for name, tag in (("zeros", bytes(TAG)), ("ones", ONES)):
        why = "A constant tag is refused even when there is no message."
        _rejoined(recipe, name, why, pieces=("$parts.point", tag), message=b"")


@live_case("I6", "tag-cut", flags=("ModifiedEciesTag",), clause=PARSING)
def tag_cut(recipe: RecipeMaker) -> None:
    """**Invalid.** The tag is cut to 0 to 19 bytes at its end, or at its beginning."""
    made, whole = seal(recipe, message_of(recipe)), SHORTEST + MESSAGE_LENGTH
    for length in range(TAG):
        cut = recipe.compute("slice", "changed", value="$sealed", end=length - TAG)
        why = f"A right tag cut to {length} bytes is refused."
        _changed(recipe, f"to-{length:02}-bytes", why, made, cut, length=whole - TAG + length)
    for length in (4, 8, 10, 12, 16):
        step = recipe.compute("slice", "tag", value="$parts.tag", start=-length)
        why = f"The last {length} bytes of the right tag are refused."
        pieces = ("$parts.point", "$parts.text", "$tag")
        _rejoined(recipe, f"last-{length:02}-bytes", why, step, pieces=pieces)


@live_case("I6", "tag-extended", flags=("ModifiedEciesTag",), clause=PARSING)
def tag_extended(recipe: RecipeMaker) -> None:
    """**Invalid.** Bytes follow the tag, 1 to 20 of them, or the tag stands there twice."""
    for length in range(1, TAG + 1):
        why = f"{length} zero bytes after the tag are refused."
        more = ("$sealed", bytes(length))
        _rejoined(recipe, f"zeros-{length:02}", why, pieces=more)
    why = "A tag that stands there twice is refused."
    _rejoined(recipe, "twice", why, pieces=("$sealed", "$parts.tag"))


@live_case("I6", "text-bit-flipped", flags=("ModifiedEciesText",), clause=TAG_CHECK)
def text_bit_flipped(recipe: RecipeMaker) -> None:
    """**Invalid.** One bit of the encrypted message is flipped, in each byte in turn."""
    made = seal(recipe, message_of(recipe))
    for position in range(MESSAGE_LENGTH):
        bit = 8 * (POINT + position) + position % 8
        _changed(
            recipe,
            f"byte-{position:02}",
            f"Byte {position} of the encrypted message is authenticated.",
            made,
            recipe.compute("flip-bit", "changed", value="$sealed", bit=bit),
            length=SHORTEST,
        )


@live_case("I6", "text-changed", flags=("ModifiedEciesText",), clause=TAG_CHECK)
def text_changed(recipe: RecipeMaker) -> None:
    """**Invalid.** The encrypted message is cut, extended, reordered or replaced."""
    message = message_of(recipe)
    for name, text in (
        ("empty", b""),
        ("zeros", bytes(MESSAGE_LENGTH)),
        ("plaintext-itself", message),
    ):
        why = f"The encrypted message is refused when it is another: {name.replace('-', ' ')}."
        pieces = ("$parts.point", text, "$parts.tag")
        _rejoined(recipe, name, why, pieces=pieces, message=message)
    for name, step in (
        ("last-byte-cut", recipe.compute("slice", "text", value="$parts.text", end=-1)),
        ("first-byte-cut", recipe.compute("slice", "text", value="$parts.text", start=1)),
        ("reversed", recipe.compute("reverse", "text", value="$parts.text")),
        ("byte-before-tag", joined(recipe, "$parts.text", b"\x00", name="text")),
        ("byte-before-text", joined(recipe, b"\x00", "$parts.text", name="text")),
    ):
        why = f"The encrypted message is refused when it is another: {name.replace('-', ' ')}."
        _rejoined(recipe, name, why, step, pieces=("$parts.point", "$text", "$parts.tag"))


@live_case("I6", "cut-and-empty", flags=("ModifiedEciesText",), clause=PARSING)
def cut_and_empty(recipe: RecipeMaker) -> None:
    """**Invalid.** The ciphertext ends early, or is made of zeros."""
    made = seal(recipe, message_of(recipe, 3))
    for length in (0, 1, 2, 33, 64, 65, 66, 84, 85, 86, 87):
        cut = recipe.compute("slice", "changed", value="$sealed", end=length)
        why = f"A ciphertext that ends after {length} bytes is refused."
        _changed(recipe, f"{length:02}-bytes", why, made, cut, length=length)
    for length in (SHORTEST, 256, 1 << 16):
        zeros = recipe.compute("repeat", "changed", value=b"\x00", count=length)
        why = f"{length} zero bytes are no ciphertext."
        _changed(recipe, f"zeros-{length}", why, zeros, length=length)


@live_case("I6", "other-key", flags=("OtherKey",), clause=DECRYPTION)
def other_key(recipe: RecipeMaker) -> None:
    """**Invalid.** The ciphertext is for another key of the curve, or one of the other curve."""
    own, message = recipe.parameters.key_spec, message_of(recipe)
    for slug, key_spec in (("same-curve", own), ("other-curve", other_key_spec(own))):
        public_key = encode_public_key(ec_test_key(key_spec, SECOND).public)
        recipe.invalid(
            slug,
            f"A ciphertext for another key of {key_spec} is refused.",
            seal(recipe, message, public_key=public_key),
            refuses(recipe, "$sealed"),
            control=control_of(recipe),
        )


@live_case(
    "I6",
    "second-key",
    flags=("OtherKey",),
    clause=DECRYPTION,
    requires=[Requirement.SECOND_KEY],
)
def second_key(recipe: RecipeMaker) -> None:
    """**Invalid.** The ciphertext is for another key of the target."""
    recipe.invalid(
        "second-key",
        "A ciphertext for the second key is refused.",
        seal(recipe, message_of(recipe), public_key=f"${SECOND}.public_key"),
        refuses(recipe, "$sealed"),
        control=control_of(recipe),
    )


# Forgeries.


def _forged(recipe: RecipeMaker, known: int, forged: int, where: EciesDialect) -> list[AnyStep]:
    """Return the forging of a shorter message from one that the target encrypted."""
    longer, message = recipe.random(known), recipe.random(forged)
    return [
        encrypt(recipe, longer),
        recipe.compute(
            "ecies-forgery-by-truncation",
            "forged",
            plaintext=longer,
            ciphertext="$encrypted.ciphertext",
            message=message,
            dialect=SPOKEN,
            where=word(where),
        ),
        recipe.compute("slice", "wanted", value=message),
    ]


@live_case("I7", "key-order", flags=("TruncationForgery",), clause=KEY_ORDER)
def key_order(recipe: RecipeMaker) -> None:
    """**Report.** Where the encryption key comes first, a shorter message can be forged.

    That is inherent in the dialect, and tells that the target speaks it.
    """
    for known, forged in CUTS[:1]:
        recipe.report(
            f"{known}-to-{forged}",
            "With the encryption key first, a known message can be cut and tagged by anybody.",
            *_forged(recipe, known, forged, EciesDialect.EK_MK),
            decrypt(recipe, "$forged", recipe.either(*NOT_OPENED), "opened"),
            checks=[
                recipe.check(
                    "ecies-forgery-refused", plaintext="$opened.plaintext", message="$wanted"
                )
            ],
        )


@live_case(
    "I7",
    "truncation-forgery",
    flags=("TruncationForgery",),
    clause=KEY_ORDER,
    requires=[Requirement.ECIES_MK_EK],
)
def truncation_forgery(recipe: RecipeMaker) -> None:
    """**Invalid.** Where the MAC key comes first, what is cut off a known message has no tag."""
    for known, forged in CUTS:
        recipe.invalid(
            f"{known}-to-{forged}",
            f"A message of {forged} bytes, forged from a known longer one, is refused.",
            *_forged(recipe, known, forged, EciesDialect.MK_EK),
            refuses(recipe, "$forged"),
            control=control_of(recipe),
        )


CASES: Final = (
    tag_bit_flipped,
    tag_replaced,
    tag_with_zero,
    parts_exchanged,
    tag_of_empty_message,
    tag_cut,
    tag_extended,
    text_bit_flipped,
    text_changed,
    cut_and_empty,
    other_key,
    second_key,
    key_order,
    truncation_forgery,
)
"""The cases of this module."""
