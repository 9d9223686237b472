"""RSAES-OAEP recipes: encoded messages with one field that is not as EME-OAEP makes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference.octets import i2osp
from kmsproof_vectors.cases.rsa import with_byte
from kmsproof_vectors.cases.rsa_oaep import (
    DECODING,
    ENCODED_MESSAGE,
    HASH_LENGTH,
    NOT_DECRYPTED,
    ORACLE,
)
from kmsproof_vectors.cases.rsa_oaep_encodings import (
    EMPTY_LABEL_HASH,
    FIRST_OCTETS,
    LABEL_HASHES_OF_OTHER_LENGTH,
    SEPARATORS,
    SWEPT_PADDING,
    data_blocks,
    label_hashes,
    paddings,
    separator_positions,
    swept_positions,
    tails,
)
from kmsproof_vectors.live.cases.rsa_opening import (
    accept,
    control,
    draw_message,
    encrypt_raw,
    key_length,
    longest_message,
    refuse,
    seal,
    unseal,
)
from kmsproof_vectors.live.cases.signing import PUBLIC_KEY
from kmsproof_vectors.live.functions.bytes import flipped
from kmsproof_vectors.live.maker import Given, RecipeMaker, live_case, word
from kmsproof_vectors.live.model import AnyStep, Compute

MALFORMED: Final = ("InvalidOaepEncoding",)
"""The flag of what is refused here."""

SIZE: Final = 16
"""Bytes of the message of a malformed encoding, unless it says otherwise."""


AT_ONCE: Final = 32
"""How many places one test of the exhaustive sweep goes through."""


class Malformer:
    """A control, and tests whose data block is its own but for one place."""

    def __init__(self, recipe: RecipeMaker, size: int = SIZE, slug: str = "control") -> None:
        self.recipe, self.slug = recipe, slug
        self.message, self.seed = draw_message(recipe, size), recipe.random(HASH_LENGTH)
        self.padding_length = longest_message(recipe) - size
        control(recipe, self.message, seal(recipe, self.message, seed=self.seed), slug)

    @property
    def block(self) -> bytes:
        """DB of the control."""
        return EMPTY_LABEL_HASH + bytes(self.padding_length) + b"\x01" + self.message

    def made(self, block: Given, first_octet: Given = 0, name: str = "made") -> Compute:
        """Return the encryption of a data block, called ``made`` unless it has another name."""
        return self.recipe.compute(
            "oaep-ciphertext-of-block",
            name,
            public_key=PUBLIC_KEY,
            block=block,
            seed=self.seed,
            first_octet=first_octet,
        )

    def own_block(self) -> Compute:
        """Return the making of the control's data block, called ``block``."""
        return self.recipe.compute(
            "oaep-data-block", "block", public_key=PUBLIC_KEY, message=self.message
        )

    def replaced(self, start: int, new: bytes) -> tuple[AnyStep, ...]:
        """Return the steps to a ciphertext whose DB has other bytes from a place on."""
        other = self.recipe.compute("replace", "other", value="$block", start=start, new=new)
        return self.own_block(), other, self.made("$other")

    def refuse(self, slug: str, why: str, *steps: AnyStep) -> None:
        """Add a test that ``made`` is refused."""
        refuse(self.recipe, slug, why, *steps, control=self.slug)

    def refuse_replaced(self, slug: str, why: str, start: int, new: bytes) -> None:
        """Add a test that another DB is refused, which has other bytes from a place on."""
        self.refuse(slug, why, *self.replaced(start, new))


@live_case("O2", "first-octet", flags=MALFORMED, clause=DECODING)
def first_octet(recipe: RecipeMaker) -> None:
    """**Invalid.** The octet Y is not zero: 1, 2, and up to the highest that fits below n."""
    malformer = Malformer(recipe)
    for value in FIRST_OCTETS:
        why = f"An encoded message that begins with {value:02x} instead of 00 is refused."
        made = malformer.made("$block", value)
        malformer.refuse(f"{value:02x}", why, malformer.own_block(), made)
    highest = recipe.compute("oaep-highest-first-octet", "highest", public_key=PUBLIC_KEY)
    malformer.refuse(
        "highest",
        "An encoded message that begins with the highest octet that fits below n is refused.",
        highest,
        malformer.own_block(),
        malformer.made("$block", "$highest"),
    )


@live_case("O2", "label-hash", flags=MALFORMED, clause=DECODING)
def label_hash(recipe: RecipeMaker) -> None:
    """**Invalid.** The label hash is another: one byte, a half, a constant, of another input."""
    malformer = Malformer(recipe)
    for name, value in label_hashes(malformer.seed):
        why = f"A label hash that is another one is refused: {name.replace('-', ' ')}."
        malformer.refuse_replaced(name, why, 0, value)


@live_case("O2", "label-hash-length", flags=MALFORMED, clause=DECODING)
def label_hash_length(recipe: RecipeMaker) -> None:
    """**Invalid.** The label hash is missing, has the length of another hash, or stands twice."""
    malformer = Malformer(recipe)
    for name, value in LABEL_HASHES_OF_OTHER_LENGTH:
        why = f"DB is refused when its label hash is not SHA-256's: {name.replace('-', ' ')}."
        malformer.refuse_replaced(name, why, 0, value.ljust(HASH_LENGTH, b"\x00"))
    malformer.refuse_replaced(
        "twice", "A second label hash is no padding.", HASH_LENGTH, EMPTY_LABEL_HASH
    )


@live_case("O2", "padding", flags=MALFORMED, clause=DECODING)
def padding(recipe: RecipeMaker) -> None:
    """**Invalid.** PS has a byte, or all of them, other than zero."""
    malformer = Malformer(recipe)
    for name, value in paddings(malformer.padding_length):
        why = f"A padding that is not all zeros is refused: {name.replace('-', ' ')}."
        malformer.refuse_replaced(name, why, HASH_LENGTH, value)


@live_case("O2", "separator", flags=MALFORMED, clause=DECODING)
def separator(recipe: RecipeMaker) -> None:
    """**Invalid.** No 01 separates PS from the message: another byte does, or nothing is there."""
    malformer = Malformer(recipe)
    place = HASH_LENGTH + malformer.padding_length
    for value in SEPARATORS:
        why = f"A padding that ends in {value:02x} instead of 01 is refused."
        malformer.refuse_replaced(f"{value:02x}", why, place, bytes([value]))
    for name, why, tail in tails(len(malformer.block) - HASH_LENGTH, malformer.message):
        malformer.refuse_replaced(name, why, HASH_LENGTH, tail)


@live_case("O2", "data-block", flags=MALFORMED, clause=DECODING)
def data_block(recipe: RecipeMaker) -> None:
    """**Invalid.** All of DB is something else: constant, random, reversed, shifted."""
    malformer = Malformer(recipe)
    block = malformer.block
    for name, value in data_blocks(block, recipe.random(len(block))):
        why = f"DB that is not an encoding is refused: {name.replace('-', ' ')}."
        malformer.refuse(name, why, malformer.made(value))


@live_case("O2", "encoded-integer", flags=MALFORMED, clause=ENCODED_MESSAGE)
def encoded_integer(recipe: RecipeMaker) -> None:
    """**Invalid.** The encoded message is a number of a special form, or random behind 00."""
    control(recipe, draw_message(recipe))
    k = key_length(recipe)
    for name in ("0", "1", "2", "n-minus-1", "n-minus-2"):
        number = recipe.compute(
            "rsa-special-number", "number", public_key=PUBLIC_KEY, number=word(name)
        )
        why = f"The integer {name.replace('-', ' ')} is no encoded message."
        # 0, 1 and n - 1 are their own ciphertexts, which a target may see to be out of its range.
        openly = name in ("0", "1", "n-minus-1")
        refuse(recipe, name, why, number, encrypt_raw(recipe, "$number"), openly=openly)
    top = 1 << 8 * (k - 1)
    for name, integer in (("only-first-octet-01", top), ("ones-behind-zero", top - 1)):
        why = f"The integer {name.replace('-', ' ')} is no encoded message."
        refuse(recipe, name, why, encrypt_raw(recipe, i2osp(integer, k)))
    for count in range(1, 4):
        why = "Random bytes behind a zero are no encoded message."
        encoded = b"\x00" + recipe.random(k - 1)
        refuse(recipe, f"random-{count}", why, encrypt_raw(recipe, encoded))


# Every place, and every value.


@live_case("O4", "label-hash-byte", flags=MALFORMED, clause=DECODING)
def label_hash_byte(recipe: RecipeMaker) -> None:
    """**Invalid.** One bit of the label hash is flipped, in each of its 32 bytes in turn."""
    malformer = Malformer(recipe)
    for place in range(HASH_LENGTH):
        value = flipped(EMPTY_LABEL_HASH, 8 * place + place % 8)
        why = f"Byte {place} of the label hash is compared."
        malformer.refuse_replaced(f"byte-{place:02}", why, place, value[place : place + 1])


@live_case("O4", "padding-byte", flags=MALFORMED, clause=DECODING)
def padding_byte(recipe: RecipeMaker) -> None:
    """**Invalid.** One byte of a PS of 128 bytes is 02, each in turn."""
    # In a modulus of 2048 bits the longest PS has 190 bytes, so this message has some.
    malformer = Malformer(recipe, longest_message(recipe) - SWEPT_PADDING)
    for place in range(SWEPT_PADDING):
        why = f"Byte {place} of the padding is looked at: it is 02."
        malformer.refuse_replaced(f"byte-{place:03}", why, HASH_LENGTH + place, b"\x02")


@live_case("O4", "long-padding-byte", flags=MALFORMED, clause=DECODING)
def long_padding_byte(recipe: RecipeMaker) -> None:
    """**Invalid.** One byte of a PS that is nearly all of DB is ff: every eighth, and the last."""
    malformer = Malformer(recipe)
    length = malformer.padding_length
    for place in swept_positions(length):
        why = f"Byte {place} of {length} bytes of padding is looked at: it is ff."
        malformer.refuse_replaced(f"byte-{place:03}", why, HASH_LENGTH + place, b"\xff")


@live_case("O4", "rest-of-long-padding", flags=MALFORMED, clause=DECODING, exhaustive=True)
def rest_of_long_padding(recipe: RecipeMaker) -> None:
    """**Invalid.** One byte of a PS that is nearly all of DB is ff: each that is left."""
    malformer = Malformer(recipe)
    length = malformer.padding_length
    left = sorted(set(range(length)) - set(swept_positions(length)))
    for start in range(0, len(left), AT_ONCE):
        places = left[start : start + AT_ONCE]
        steps = [step for place in places for step in _padding_byte(malformer, place)]
        recipe.invalid(
            f"bytes-{places[0]:03}-to-{places[-1]:03}",
            f"Of {length} bytes of padding those from {places[0]} to {places[-1]} are looked at "
            "that are not elsewhere: each is ff once.",
            malformer.own_block(),
            *steps,
            control=malformer.slug,
        )


def _padding_byte(malformer: Malformer, place: int) -> Iterator[AnyStep]:
    """Yield the steps in which one byte of PS is ff, and the refusal."""
    other, made = f"other_{place}", f"made_{place}"
    yield RecipeMaker.compute(
        "replace", other, value="$block", start=HASH_LENGTH + place, new=b"\xff"
    )
    yield malformer.made(f"${other}", name=made)
    yield unseal(RecipeMaker.rejected(*NOT_DECRYPTED), f"${made}", oracle=ORACLE)


@live_case("O4", "separator-value", flags=MALFORMED, clause=DECODING)
def separator_value(recipe: RecipeMaker) -> None:
    """**Invalid.** The separator is each of the 255 values other than 01, with PS and without."""
    malformers = (
        Malformer(recipe, 24, "control-even"),
        Malformer(recipe, longest_message(recipe), "control-odd"),
    )
    for value in range(256):
        if value != 0x01:
            malformer = malformers[value % 2]
            place = HASH_LENGTH + malformer.padding_length
            why = f"The separator {value:02x} is refused; only 01 is one."
            malformer.refuse_replaced(f"{value:02x}", why, place, bytes([value]))


@live_case("O4", "separator-in-padding", flags=("OaepSeparator",), clause=DECODING)
def separator_in_padding(recipe: RecipeMaker) -> None:
    """**Valid.** One byte of PS is 01: it is the separator, and the message begins behind it."""
    malformer = Malformer(recipe)
    for place in separator_positions(malformer.padding_length):
        start = HASH_LENGTH + place
        message = with_byte(malformer.block, start, 0x01)[start + 1 :]
        why = f"The first 01 behind the label hash ends the padding, here byte {place}."
        steps = malformer.replaced(start, b"\x01")
        accept(recipe, f"at-{place:03}", why, message, *steps, ciphertext="$made")


CASES: Final = (
    first_octet,
    label_hash,
    label_hash_length,
    padding,
    separator,
    data_block,
    encoded_integer,
    label_hash_byte,
    padding_byte,
    long_padding_byte,
    rest_of_long_padding,
    separator_value,
    separator_in_padding,
)
"""The cases of this module."""
