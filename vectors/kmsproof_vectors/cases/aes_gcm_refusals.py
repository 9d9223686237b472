"""AES-GCM with 12-byte IV and 16-byte tag: messages that are not authentic and must be refused."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof_reference.octets import xor
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_gcm import (
    EMPTY,
    LENGTH_CHECK,
    TAG_CHECK,
    WRONG_LENGTH,
    GcmMaker,
    decryption,
    differing_bits,
    flipped,
)
from kmsproof_vectors.encoding import HexBytes


def message(family: GcmMaker, length: int = 40, aad: int = 20, slug: str = "control") -> Draft:
    """Return the valid message from which the tests of a case deviate."""
    why = "The message as it was encrypted is accepted."
    return family.decrypt(slug, why, plaintext=family.random(length), aad=family.random(aad))


@case("G2", "tag-replaced", flags=("ModifiedTag",), clause=TAG_CHECK)
def tag_replaced(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The tag is another value: constant, complement, some bits of every byte."""
    control = message(family)
    yield control
    tag = decryption(control).tag or b""
    for name, mask in (
        ("complement", bytes([0xFF]) * 16),
        ("all-high-bits", bytes([0x80]) * 16),
        ("all-low-bits", bytes([0x01]) * 16),
        ("bits-0-and-64", flipped(flipped(bytes(16), 0), 64)),
        ("bits-31-and-63", flipped(flipped(bytes(16), 31), 63)),
        ("bits-63-and-127", flipped(flipped(bytes(16), 63), 127)),
        ("first-four-bytes", bytes([0xFF]) * 4 + bytes(12)),
        ("last-four-bytes", bytes(12) + bytes([0xFF]) * 4),
        ("first-half", bytes([0xFF]) * 8 + bytes(8)),
        ("last-half", bytes(8) + bytes([0xFF]) * 8),
    ):
        why = f"A tag that differs in {differing_bits(mask, bytes(16))} bits is refused."
        yield family.refused(control, name, why, tag=HexBytes(xor(tag, mask)))
    for name, value in (("zeros", bytes(16)), ("ones", bytes([0xFF]) * 16)):
        why = f"The constant tag {value[:1].hex()}… is refused where it is not the right one."
        yield family.refused(control, name, why, tag=HexBytes(value))
    for number in range(4):
        why = "A random tag is refused."
        yield family.refused(control, f"random-{number}", why, tag=family.random(16))
    reverse = HexBytes(tag[::-1])
    yield family.refused(control, "reversed", "The tag in reverse order is refused.", tag=reverse)


@case("G2", "tag-of-empty-message", flags=("ModifiedTag",), clause=TAG_CHECK)
def tag_of_empty_message(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** Nothing is encrypted, so the tag is all there is: it is still compared."""
    for name, aad in (("nothing-at-all", 0), ("only-aad", 24)):
        control = message(family, 0, aad, f"control-{name}")
        yield control
        tag = decryption(control).tag
        why = "A wrong tag is refused even when there is no ciphertext."
        yield family.refused(control, f"{name}-first-bit", why, tag=flipped(tag, 0))
        yield family.refused(control, f"{name}-last-bit", why, tag=flipped(tag, 127))
        yield family.refused(control, f"{name}-zeros", why, tag=HexBytes(bytes(16)))


@case("G3", "tag-bit-flipped", flags=("ModifiedTag",), clause=TAG_CHECK)
def tag_bit_flipped(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the tag is flipped, each of the 128 in turn."""
    control = message(family)
    yield control
    tag = decryption(control).tag or b""
    for bit in range(128):
        changed = flipped(tag, bit)
        require(differing_bits(tag, changed) == 1, "more than one bit differs")
        yield family.refused(
            control, f"bit-{bit:03}", f"Bit {bit} of the tag is compared.", tag=changed
        )


@case("G4", "ciphertext-bit-flipped", flags=("ModifiedCiphertext",), clause=TAG_CHECK)
def ciphertext_bit_flipped(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the ciphertext is flipped, in the first or last byte of each block."""
    control = message(family, 77)
    yield control
    ciphertext = decryption(control).ciphertext
    for position in (0, 15, 16, 31, 32, 47, 48, 63, 64, 70, 76):
        for name, bit in (("high", 0), ("low", 7)):
            changed = flipped(ciphertext, 8 * position + bit)
            require(differing_bits(ciphertext, changed) == 1, "more than one bit differs")
            why = f"Byte {position} of the ciphertext is authenticated."
            yield family.refused(
                control, f"byte-{position:02}-{name}-bit", why, ciphertext=changed
            )


@case("G4", "ciphertext-length", flags=("ModifiedCiphertext",), clause=TAG_CHECK)
def ciphertext_length(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The ciphertext is cut or extended, and the tag stays."""
    control = message(family, 48)
    yield control
    test = decryption(control)
    for name, changed in (
        ("empty", b""),
        ("last-byte-cut", test.ciphertext[:-1]),
        ("last-block-cut", test.ciphertext[:-16]),
        ("first-block-cut", test.ciphertext[16:]),
        ("zero-appended", test.ciphertext + b"\0"),
        ("zero-block-appended", test.ciphertext + bytes(16)),
        ("blocks-exchanged", test.ciphertext[16:32] + test.ciphertext[:16] + test.ciphertext[32:]),
    ):
        why = "The length and the order of the ciphertext are authenticated."
        length = len(changed)
        draft = family.refused(control, name, why, ciphertext=HexBytes(changed))
        require(len(decryption(draft).ciphertext) == length, "the length is not as meant")
        yield draft


@case("G5", "aad-changed", flags=("ModifiedAad",), clause=TAG_CHECK)
def aad_changed(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The associated data is changed, cut, extended or dropped."""
    control = message(family, 40, 33)
    yield control
    aad = decryption(control).aad or EMPTY
    for name, changed in (
        ("first-bit", flipped(aad, 0)),
        ("last-bit", flipped(aad, 8 * len(aad) - 1)),
        ("bit-in-second-block", flipped(aad, 8 * 16)),
        ("bit-in-partial-block", flipped(aad, 8 * 32)),
        ("dropped", EMPTY),
        ("zero-appended", HexBytes(aad + b"\0")),
        ("zeros-to-block-end", HexBytes(aad + bytes(15))),
        ("last-byte-cut", HexBytes(aad[:-1])),
        ("first-byte-cut", HexBytes(aad[1:])),
        ("blocks-exchanged", HexBytes(aad[16:32] + aad[:16] + aad[32:])),
    ):
        why = "Every byte of the associated data is authenticated, and its length."
        yield family.refused(control, name, why, aad=changed)


@case("G5", "aad-added", flags=("ModifiedAad",), clause=TAG_CHECK)
def aad_added(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The message was encrypted without associated data, and some is given."""
    control = message(family, 40, 0)
    yield control
    for name, aad in (("one-zero", b"\0"), ("zero-block", bytes(16)), ("random", None)):
        why = "Associated data that was not there at encryption is refused."
        added = family.random(16) if aad is None else HexBytes(aad)
        yield family.refused(control, name, why, aad=added)


@case("G5", "aad-border-moved", flags=("ModifiedAad",), clause=TAG_CHECK)
def aad_border_moved(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** Bytes move between associated data and ciphertext; together they stay the same."""
    control = message(family, 48, 32)
    yield control
    test = decryption(control)
    aad, ciphertext = test.aad or EMPTY, test.ciphertext
    for name, moved in (("last-aad-byte", -1), ("last-aad-block", -16), ("all-aad", -32)):
        left, right = HexBytes(aad[:moved]), HexBytes(aad[moved:] + ciphertext)
        require(left + right == aad + ciphertext, "the bytes are not the same together")
        why = "The border between associated data and ciphertext is authenticated by the lengths."
        yield family.refused(control, f"{name}-to-ciphertext", why, aad=left, ciphertext=right)
    for name, moved in (("first-byte", 1), ("first-block", 16), ("all", 48)):
        left, right = HexBytes(aad + ciphertext[:moved]), HexBytes(ciphertext[moved:])
        why = "The border between associated data and ciphertext is authenticated by the lengths."
        yield family.refused(control, f"{name}-to-aad", why, aad=left, ciphertext=right)
    why = "Associated data and ciphertext cannot take each other's place."
    yield family.refused(
        control, "exchanged", why, aad=HexBytes(ciphertext), ciphertext=HexBytes(aad)
    )


@case("G6", "iv-changed", flags=("ModifiedIv",), clause=TAG_CHECK)
def iv_changed(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The IV is another one of 12 bytes: one bit, constant, that of another message."""
    control, other = message(family), message(family, slug="other-message")
    yield control
    yield other
    iv, other_iv = decryption(control).iv or EMPTY, decryption(other).iv or EMPTY
    for name, changed in (
        *((f"bit-{bit:02}", flipped(iv, bit)) for bit in (0, 7, 8, 31, 32, 63, 64, 88, 95)),
        ("of-other-message", other_iv),
        ("zeros", HexBytes(bytes(12))),
        ("reversed", HexBytes(iv[::-1])),
        ("incremented", HexBytes((int.from_bytes(iv, "big") + 1).to_bytes(12, "big"))),
    ):
        why = "The message is bound to the IV it was encrypted with."
        yield family.refused(control, name, why, iv=changed)
    why = "The IVs of two messages cannot be exchanged."
    yield family.refused(other, "exchanged-the-other-way", why, iv=iv)


@case("G6", "parts-of-two-messages", flags=("ModifiedIv",), clause=TAG_CHECK)
def parts_of_two_messages(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** One part of a message is taken from another message under the same key."""
    control, other = message(family), message(family, slug="other-message")
    yield control
    yield other
    foreign = decryption(other)
    for part in ("ciphertext", "aad", "tag"):
        value = getattr(foreign, part)
        why = f"The {part} of another message under the same key is refused."
        yield family.refused(control, f"{part}-of-other", why, **{part: value})


@case("G7", "tag-cut", flags=("TagLength",), clause=LENGTH_CHECK)
def tag_cut(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The tag is cut to 0 to 15 bytes, while the caller relies on 16."""
    control = message(family)
    yield control
    tag = decryption(control).tag or b""
    for length in range(16):
        why = f"A right tag cut to {length} bytes is refused by a caller who relies on 16."
        yield family.refused(
            control,
            f"to-{length:02}-bytes",
            why,
            rejections=WRONG_LENGTH,
            oracle=None,
            tag=HexBytes(tag[:length]),
        )


@case("G7", "tag-extended", flags=("TagLength",), clause=LENGTH_CHECK)
def tag_extended(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The right tag is followed or preceded by more bytes."""
    control = message(family)
    yield control
    tag = decryption(control).tag or b""
    for name, changed in (
        ("zero-appended", tag + b"\0"),
        ("zero-prepended", b"\0" + tag),
        ("zeros-to-32", tag + bytes(16)),
        ("repeated", tag + tag),
        ("last-ciphertext-byte-prepended", decryption(control).ciphertext[-1:] + tag),
    ):
        why = f"A tag of {len(changed)} bytes that holds the right one is refused."
        yield family.refused(
            control,
            name,
            why,
            rejections=WRONG_LENGTH,
            oracle=None,
            tag=HexBytes(changed),
        )


BOOK = case_book(
    tag_replaced,
    tag_of_empty_message,
    tag_bit_flipped,
    ciphertext_bit_flipped,
    ciphertext_length,
    aad_changed,
    aad_added,
    aad_border_moved,
    iv_changed,
    parts_of_two_messages,
    tag_cut,
    tag_extended,
)
"""The cases of this module."""
