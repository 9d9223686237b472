"""AES-GCM with 12-byte IV and 16-byte tag: changed associated data or IV must be refused."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_gcm import (
    LENGTH_BLOCK,
    TAG_CHECK,
    GcmMaker,
    aad_of,
    decryption,
    differing_bits,
    flipped,
    iv_of,
)
from kmsproof_vectors.encoding import HexBytes


@case("G5", "aad-bit-flipped", flags=("ModifiedAad",), clause=TAG_CHECK)
def aad_bit_flipped(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the associated data is flipped, in each byte of three blocks."""
    control = family.control(aad=family.random(37))
    yield control
    aad = aad_of(control)
    for position in range(len(aad)):
        changed = flipped(aad, 8 * position + position % 8)
        require(differing_bits(aad, changed) == 1, "more than one bit differs")
        yield family.refused(
            control,
            f"byte-{position:02}",
            f"Byte {position} of the associated data is authenticated.",
            aad=changed,
        )
    last = 8 * len(aad) - 1
    why = "The last bit of the associated data is authenticated."
    yield family.refused(control, "last-bit", why, aad=flipped(aad, last))


@case("G5", "aad-changed", flags=("ModifiedAad",), clause=TAG_CHECK)
def aad_changed(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The associated data is cut, extended, reordered, replaced or dropped."""
    control, other = family.control(aad=family.random(48)), family.control("other-message")
    yield from (control, other)
    aad = aad_of(control)
    for name, changed in (
        ("dropped", b""),
        ("last-byte-cut", aad[:-1]),
        ("first-byte-cut", aad[1:]),
        ("last-block-cut", aad[:-16]),
        ("first-block-cut", aad[16:]),
        ("zero-appended", aad + b"\0"),
        ("zero-prepended", b"\0" + aad),
        ("zero-block-appended", aad + bytes(16)),
        ("blocks-exchanged", aad[16:32] + aad[:16] + aad[32:]),
        ("reversed", aad[::-1]),
        ("all-zeros", bytes(len(aad))),
        ("of-other-message", aad_of(other)),
    ):
        require(changed != aad, "the associated data is the same")
        why = f"The associated data is refused when it is other: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, aad=HexBytes(changed))


@case("G5", "aad-zeros-at-end", flags=("ModifiedAad",), clause=LENGTH_BLOCK)
def aad_zeros_at_end(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** Zeros at the end of the associated data come or go; only the length tells it."""
    gcm = family.gcm()
    control = family.control(aad=family.random(36) + b"\0")
    yield control
    aad = aad_of(control)
    for name, changed in (
        ("cut", aad[:-1]),
        ("one-more", aad + b"\0"),
        ("to-end-of-block", aad + bytes(11)),
    ):
        require(gcm.pad_block(changed) == gcm.pad_block(aad), "more than the length differs")
        why = f"The length of the associated data is authenticated: {len(changed)}, not 37 bytes."
        yield family.refused(control, name, why, aad=HexBytes(changed))


@case("G5", "aad-added", flags=("ModifiedAad",), clause=TAG_CHECK)
def aad_added(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The message was encrypted without associated data, and some is given."""
    control = family.control(aad=b"")
    yield control
    require(aad_of(control) == b"", "there was associated data")
    for name, aad in (
        ("one-zero", b"\0"),
        ("zero-block", bytes(16)),
        ("random", family.random(16)),
        ("the-iv", iv_of(control)),
    ):
        why = "Associated data that was not there at encryption is refused."
        yield family.refused(control, name, why, aad=HexBytes(aad))


@case("G5", "aad-border-moved", flags=("ModifiedAad",), clause=LENGTH_BLOCK)
def aad_border_moved(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** Bytes move between associated data and ciphertext; joined they are the same.

    Where whole blocks move, GHASH sees the same blocks, and only the length block tells it.
    """
    control = family.control(plaintext=family.random(48), aad=family.random(32))
    yield control
    joined = aad_of(control) + decryption(control).ciphertext
    for border in (0, 16, 31, 33, 48, 80):
        aad, ciphertext = HexBytes(joined[:border]), HexBytes(joined[border:])
        require(aad + ciphertext == joined, "other bytes than the border have moved")
        yield family.border_moved(
            control,
            f"from-32-to-{border:02}",
            f"The border between associated data and ciphertext is authenticated: "
            f"it is at 32 bytes, not at {border}.",
            aad=aad,
            ciphertext=ciphertext,
        )
    yield family.border_moved(
        control,
        "exchanged",
        "Associated data and ciphertext cannot take each other's place.",
        aad=decryption(control).ciphertext,
        ciphertext=aad_of(control),
    )


@case("G6", "iv-changed", flags=("ModifiedIv",), clause=TAG_CHECK)
def iv_changed(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The IV is another one of 12 bytes: one bit off, constant, another message's."""
    control, other = family.control(), family.control("other-message")
    yield from (control, other)
    iv = iv_of(control)
    for position in range(len(iv)):
        changed = flipped(iv, 8 * position + position % 8)
        require(differing_bits(iv, changed) == 1, "more than one bit differs")
        why = f"The message is bound to byte {position} of its IV."
        yield family.refused(control, f"byte-{position:02}", why, iv=changed)
    for name, octets in (
        ("last-bit", flipped(iv, 95)),
        ("all-zeros", bytes(12)),
        ("all-ones", bytes([0xFF]) * 12),
        ("reversed", iv[::-1]),
        ("incremented", ((int.from_bytes(iv, "big") + 1) % 2**96).to_bytes(12, "big")),
        ("of-other-message", iv_of(other)),
    ):
        why = f"The message is bound to its IV and refused with another: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, iv=HexBytes(octets))
    why = "The IVs of two messages cannot be exchanged."
    yield family.refused(other, "exchanged-the-other-way", why, iv=iv)


BOOK = case_book(
    aad_bit_flipped,
    aad_changed,
    aad_zeros_at_end,
    aad_added,
    aad_border_moved,
    iv_changed,
)
"""The cases of this module."""
