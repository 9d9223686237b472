"""ECIES: tags and ciphertexts changed, cut, extended and exchanged; messages forged by cutting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference.ecies import Ecies
from kmsproof_reference.ecies_dialect import KeyOrder
from kmsproof_reference.octets import xor
from kmsproof_vectors.case import Case, Draft, case, case_book, require
from kmsproof_vectors.cases.ec import CURVES, SECOND, ec_test_key, other_key_spec
from kmsproof_vectors.cases.ec_ecies import (
    DECRYPTION,
    KEY_ORDER,
    PARSING,
    SHORTEST,
    TAG,
    TAG_CHECK,
    EciesMaker,
    flipped,
    parts,
    plaintext_of,
)

ZEROS, ONES = bytes(TAG), b"\xff" * TAG


@case("I6", "tag-bit-flipped", flags=("ModifiedEciesTag",), clause=TAG_CHECK)
def tag_bit_flipped(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the tag is flipped, each of the 160 in turn."""
    control = family.control()
    yield control
    r, c, t = parts(control)
    for bit in range(8 * TAG):
        changed = flipped(t, bit)
        require(sum((a ^ b).bit_count() for a, b in zip(t, changed, strict=True)) == 1, "one bit")
        why = f"Bit {bit} of the tag is compared."
        text = plaintext_of(control)
        yield family.refused(control, f"bit-{bit:03}", why, r + c + changed, given_away=text)


@case("I6", "tag-replaced", flags=("ModifiedEciesTag",), clause=TAG_CHECK)
def tag_replaced(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The tag is another value: constant, complement, reversed, of another message."""
    control, other = family.control(), family.control("other-message")
    yield from (control, other)
    r, c, t = parts(control)
    text = plaintext_of(control)
    for name, tag in (
        ("zeros", ZEROS),
        ("ones", ONES),
        ("complement", xor(t, ONES)),
        ("high-bits", xor(t, b"\x80" * TAG)),
        ("low-bits", xor(t, b"\x01" * TAG)),
        ("first-four-bytes", xor(t, ONES[:4] + ZEROS[4:])),
        ("last-four-bytes", xor(t, ZEROS[:16] + ONES[16:])),
        ("last-eight-bytes", xor(t, ZEROS[:12] + ONES[12:])),
        ("second-half", xor(t, ZEROS[:10] + ONES[10:])),
        ("reversed", t[::-1]),
        ("of-other-message", parts(other)[2]),
        ("random", family.random(TAG)),
    ):
        require(tag != t, "the tag is the same")
        why = f"The tag is refused when it is another one: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, r + c + tag, given_away=text)


@case("I6", "tag-with-zero", flags=("ModifiedEciesTag",), clause=TAG_CHECK)
def tag_with_zero(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The right tag begins with a zero byte, and only that byte is right."""
    control = family.control()
    while parts(control)[2][0] != 0:
        control = family.control()
    yield control
    r, c, t = parts(control)
    for name, tag in (("zeros", ZEROS), ("others-after-zero", t[:1] + xor(t[1:], ONES[1:]))):
        why = f"What follows a zero byte in the tag is compared: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, r + c + tag, given_away=plaintext_of(control))


@case("I6", "tag-of-empty-message", flags=("ModifiedEciesTag",), clause=TAG_CHECK)
def tag_of_empty_message(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** There is no message, and one byte of the tag is another."""
    control = family.control(message=b"")
    yield control
    r, c, t = parts(control)
    require(c == b"", "there is a message")
    for position in range(TAG):
        why = f"Byte {position} of the tag is compared even when there is no message."
        changed = flipped(t, 8 * position + position % 8)
        yield family.refused(control, f"byte-{position:02}", why, r + changed, given_away=b"")
    for name, tag in (("zeros", ZEROS), ("ones", ONES)):
        why = "A constant tag is refused even when there is no message."
        yield family.refused(control, name, why, r + tag, given_away=b"")


@case("I6", "tag-cut", flags=("ModifiedEciesTag",), clause=PARSING)
def tag_cut(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The tag is cut to 0 to 19 bytes at its end, or at its beginning."""
    control = family.control()
    yield control
    r, c, t = parts(control)
    for length in range(TAG):
        why = f"A right tag cut to {length} bytes is refused."
        yield family.refused(control, f"to-{length:02}-bytes", why, r + c + t[:length])
    for length in (4, 8, 10, 12, 16):
        why = f"The last {length} bytes of the right tag are refused."
        yield family.refused(control, f"last-{length:02}-bytes", why, r + c + t[-length:])


@case("I6", "tag-extended", flags=("ModifiedEciesTag",), clause=PARSING)
def tag_extended(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** Bytes follow the tag, 1 to 20 of them, or the tag stands there twice."""
    control = family.control()
    yield control
    r, c, t = parts(control)
    for length in range(1, TAG + 1):
        why = f"{length} zero bytes after the tag are refused."
        yield family.refused(control, f"zeros-{length:02}", why, r + c + t + bytes(length))
    for name, tag in (("twice", t + t), ("random-byte", t + family.random(1))):
        why = f"What follows the tag is refused: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, r + c + tag)


@case("I6", "text-bit-flipped", flags=("ModifiedEciesText",), clause=TAG_CHECK)
def text_bit_flipped(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the encrypted message is flipped, in each byte in turn."""
    control = family.control()
    yield control
    r, c, t = parts(control)
    text = plaintext_of(control)
    for position in range(len(c)):
        bit = 8 * position + position % 8
        why = f"Byte {position} of the encrypted message is authenticated."
        yield family.refused(
            control,
            f"byte-{position:02}",
            why,
            r + flipped(c, bit) + t,
            given_away=flipped(text, bit),
        )


@case("I6", "text-changed", flags=("ModifiedEciesText",), clause=TAG_CHECK)
def text_changed(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The encrypted message is cut, extended, reordered or replaced."""
    control, other = family.control(), family.control("other-message")
    yield from (control, other)
    r, c, t = parts(control)
    for name, changed in (
        ("empty", b""),
        ("last-byte-cut", c[:-1]),
        ("first-byte-cut", c[1:]),
        ("byte-inserted-before-tag", c + b"\x00"),
        ("byte-inserted-before-text", b"\x00" + c),
        ("zeros", bytes(len(c))),
        ("reversed", c[::-1]),
        ("plaintext-itself", plaintext_of(control)),
        ("of-other-message", parts(other)[1]),
    ):
        require(changed != c, "the encrypted message is the same")
        why = f"The encrypted message is refused when it is another: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, r + changed + t)


@case("I6", "point-exchanged", flags=("ModifiedEciesText",), clause=TAG_CHECK)
def point_exchanged(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The ephemeral point is another valid one, so that the secret is another."""
    control, other = family.control(), family.control("other-message")
    yield from (control, other)
    _, c, t = parts(control)
    curve = family.curve
    for name, point in (
        ("of-other-message", parts(other)[0]),
        ("base-point", family.scheme().encode_point(curve.g)),
        ("public-key", family.scheme().encode_point(family.private().public.point)),
    ):
        why = f"The point of another secret is refused: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, point + c + t)


@case("I6", "cut-and-empty", flags=("ModifiedEciesText",), clause=PARSING)
def cut_and_empty(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The ciphertext ends early: anywhere from nothing to its last byte but one."""
    control = family.control(message=family.message(3))
    yield control
    text = b"".join(parts(control))
    for length in (0, 1, 2, 33, 64, 65, 66, 84, 85, 86, 87):
        require(length < len(text), "nothing is cut")
        why = f"A ciphertext that ends after {length} bytes is refused."
        yield family.refused(control, f"{length:02}-bytes", why, text[:length])
    for length in (SHORTEST, 256, 1 << 16):
        why = f"{length} zero bytes are no ciphertext."
        yield family.refused(control, f"zeros-{length}", why, bytes(length))


@case("I6", "other-key", flags=("OtherKey",), clause=DECRYPTION)
def other_key(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** The ciphertext is for another key of the curve, or one of the other curve."""
    control = family.control()
    yield control
    message, k = plaintext_of(control), family.random_scalar()
    second = family.scheme(family.test_key(SECOND)).encrypt(message, k)
    why = "A ciphertext for another key is refused."
    yield family.refused(control, "same-curve", why, second)
    spec = other_key_spec(family.parameters.key_spec)
    foreign = Ecies(ec_test_key(spec, SECOND), family.dialect)
    ciphertext = foreign.encrypt(message, k % CURVES[spec].n)
    why = "A ciphertext for a key of the other curve is refused."
    yield family.refused(control, "other-curve", why, ciphertext)


CUTS: Final = ((64, 30), (64, 44), (64, 1), (64, 0), (100, 40), (45, 25))
"""Bytes of a known message and of the one that is forged from it: at least 20 fewer."""


def _forgeries(family: EciesMaker) -> Iterator[tuple[Draft, int, bytes, bytes]]:
    """Yield a known message with its decryption, and a shorter one forged without any key.

    With the encryption key first, the key stream of a known message holds the MAC key of every
    message that is 20 bytes shorter or more.
    """
    for known, forged in CUTS:
        control = family.control(f"known-{known}-for-{forged}", message=family.message(known))
        r, c, _ = parts(control)
        stream = xor(c, plaintext_of(control))
        message = family.message(forged)
        text = xor(message, stream[:forged])
        tag = family.scheme().mac(stream[forged : forged + TAG], text)
        yield control, forged, message, r + text + tag


@case("I7", "truncation-forgery", flags=("TruncationForgery",), clause=KEY_ORDER)
def truncation_forgery(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** With the encryption key first, anybody can cut a known message and tag it."""
    require(family.dialect.key_order is KeyOrder.EK_MK, "the MAC key comes first")
    for control, length, message, ciphertext in _forgeries(family):
        why = f"A message of {length} bytes, forged from a known longer one, is a right one."
        yield control
        slug = f"{len(parts(control)[1])}-to-{length}"
        yield family.opened(slug, why, ciphertext, message=message)


@case("I7", "truncation-forgery", flags=("TruncationForgery",), clause=KEY_ORDER)
def truncation_forgery_refused(family: EciesMaker) -> Iterator[Draft]:
    """**Invalid.** With the MAC key first, what is cut off a known message has no right tag."""
    require(family.dialect.key_order is KeyOrder.MK_EK, "the encryption key comes first")
    for control, length, message, ciphertext in _forgeries(family):
        yield control
        why = f"A message of {length} bytes, forged from a known longer one, is refused."
        slug = f"{len(parts(control)[1])}-to-{length}"
        yield family.refused(control, slug, why, ciphertext, given_away=message)


COMMON: tuple[Case[EciesMaker], ...] = (
    tag_bit_flipped,
    tag_replaced,
    tag_with_zero,
    tag_of_empty_message,
    tag_cut,
    tag_extended,
    text_bit_flipped,
    text_changed,
    point_exchanged,
    cut_and_empty,
    other_key,
)

BOOKS = {
    KeyOrder.EK_MK: case_book(*COMMON, truncation_forgery),
    KeyOrder.MK_EK: case_book(*COMMON, truncation_forgery_refused),
}
"""The cases of this module, by the order of the keys."""
