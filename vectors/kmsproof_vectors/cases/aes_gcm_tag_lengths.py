"""AES-GCM with tags of other lengths: exact for whoever asks for them, and relied on."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof_reference.octets import xor
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_gcm import (
    FULL_TAG,
    LENGTH_CHECK,
    TAG_CHECK,
    TAG_LENGTH,
    GcmMaker,
    aad_of,
    decryption,
    flipped,
    iv_of,
    tag_of,
)
from kmsproof_vectors.encoding import HexBytes

TAG_LENGTHS = (4, 8, 12, 13, 14, 15)
"""Lengths in bytes beside 16 (SP 800-38D §5.2.1.2)."""

MESSAGE_LENGTHS = (0, 1, 16, 45)


def whole_tag(family: GcmMaker, draft: Draft) -> bytes:
    """Return the tag of 16 bytes of a message with a shorter one."""
    test = decryption(draft)
    return family.gcm().encrypt(iv_of(draft), test.plaintext or b"", aad_of(draft), FULL_TAG)[1]


@case("G7", "short-tag", flags=("KnownAnswer", "TagLength"), clause=TAG_LENGTH)
def short_tag(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** The caller asks for a shorter tag of the standard's lengths and relies on it."""
    for length in TAG_LENGTHS:
        for size in MESSAGE_LENGTHS:
            sealed, opened = family.both(
                f"{length:02}-bytes-message-{size}",
                f"A tag of {length} bytes is the beginning of the tag of 16.",
                plaintext=family.random(size),
                aad=family.random(13),
                tag_length=length,
            )
            whole = whole_tag(family, opened)
            require(tag_of(opened) == whole[:length], "the short tag is not a beginning")
            yield from (sealed, opened)


@case("G3", "short-tag-bit-flipped", flags=("ModifiedTag", "TagLength"), clause=TAG_CHECK)
def short_tag_bit_flipped(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of a short tag is flipped, in each byte in turn."""
    for length in TAG_LENGTHS:
        control = family.control(f"{length:02}-bytes-control", tag_length=length)
        yield control
        for position in range(length):
            bit = 8 * position + position % 8
            yield family.refused(
                control,
                f"{length:02}-bytes-byte-{position:02}",
                f"Byte {position} of a tag of {length} bytes is compared.",
                tag=flipped(tag_of(control), bit),
            )


@case("G2", "short-tag-replaced", flags=("ModifiedTag", "TagLength"), clause=TAG_CHECK)
def short_tag_replaced(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** A short tag is another value of the same length."""
    for length in TAG_LENGTHS:
        control = family.control(f"{length:02}-bytes-control", tag_length=length)
        yield control
        tag, whole = tag_of(control), whole_tag(family, control)
        ones = bytes([0xFF]) * length
        for name, value in (
            ("zeros", bytes(length)),
            ("ones", ones),
            ("complement", xor(tag, ones)),
            ("random", family.random(length)),
            ("end-of-whole-tag", whole[-length:]),
        ):
            require(len(value) == length and value != tag, "the tag is not another one")
            yield family.refused(
                control,
                f"{length:02}-bytes-{name}",
                f"A tag of {length} bytes is refused when it is not the right one.",
                tag=HexBytes(value),
            )


@case("G7", "short-tag-length", flags=("TagLength",), clause=LENGTH_CHECK)
def short_tag_length(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** A short tag is cut further, extended, or the longer tag of the same message."""
    for length in TAG_LENGTHS:
        control = family.control(f"{length:02}-bytes-control", tag_length=length)
        yield control
        tag, whole = tag_of(control), whole_tag(family, control)
        for other in (*range(length), *range(length + 1, FULL_TAG + 1)):
            require(whole[:other][:length] == tag[:other], "it is not the tag of the message")
            yield _of_length(family, control, f"right-{other:02}", length, whole[:other])
        for name, value in (
            ("zero-appended", tag + b"\0"),
            ("zeros-to-16", tag.ljust(FULL_TAG, b"\0")),
            ("repeated", tag + tag),
        ):
            if name != "zeros-to-16" or length < FULL_TAG - 1:  # at 15 it is the one before
                yield _of_length(family, control, name, length, value)


def _of_length(family: GcmMaker, control: Draft, name: str, length: int, tag: bytes) -> Draft:
    return family.refused_for_length(
        control,
        f"{length:02}-bytes-{name}",
        f"A tag of {len(tag)} bytes is refused by a caller who relies on {length}.",
        tag=HexBytes(tag),
    )


@case("G4", "short-tag-ciphertext", flags=("ModifiedCiphertext", "TagLength"), clause=TAG_CHECK)
def short_tag_ciphertext(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The last bit of the ciphertext is flipped, and the tag is a short one."""
    for length in TAG_LENGTHS:
        control = family.control(f"{length:02}-bytes-control", tag_length=length)
        yield control
        text = decryption(control).ciphertext
        changed = flipped(text, 8 * len(text) - 1)
        why = f"A tag of {length} bytes authenticates the ciphertext."
        yield family.refused(control, f"{length:02}-bytes", why, ciphertext=changed)


@case("G5", "short-tag-aad", flags=("ModifiedAad", "TagLength"), clause=TAG_CHECK)
def short_tag_aad(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The last bit of the associated data is flipped, and the tag is a short one."""
    for length in TAG_LENGTHS:
        control = family.control(f"{length:02}-bytes-control", tag_length=length)
        yield control
        aad = aad_of(control)
        why = f"A tag of {length} bytes authenticates the associated data."
        changed = flipped(aad, 8 * len(aad) - 1)
        yield family.refused(control, f"{length:02}-bytes", why, aad=changed)


@case("G6", "short-tag-iv", flags=("ModifiedIv", "TagLength"), clause=TAG_CHECK)
def short_tag_iv(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The last bit of the IV is flipped, and the tag is a short one."""
    for length in TAG_LENGTHS:
        control = family.control(f"{length:02}-bytes-control", tag_length=length)
        yield control
        why = f"A tag of {length} bytes binds the message to its IV."
        yield family.refused(control, f"{length:02}-bytes", why, iv=flipped(iv_of(control), 95))


BOOK = case_book(
    short_tag,
    short_tag_bit_flipped,
    short_tag_replaced,
    short_tag_length,
    short_tag_ciphertext,
    short_tag_aad,
    short_tag_iv,
)
"""The cases of this module."""
