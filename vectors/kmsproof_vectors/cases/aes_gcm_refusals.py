"""AES-GCM with 12-byte IV and 16-byte tag: a changed tag or ciphertext must be refused."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof_reference.gcm import Gcm
from kmsproof_reference.octets import i2osp, xor
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_gcm import (
    CONTROL,
    FULL_TAG,
    LENGTH_BLOCK,
    LENGTH_CHECK,
    TAG_CHECK,
    GcmMaker,
    aad_of,
    decryption,
    differing_bits,
    flipped,
    iv_of,
    tag_of,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, flagged
from kmsproof_vectors.model import DecryptTest

BIT_PAIRS = ((0, 64), (31, 63), (63, 127), (7, 71), (24, 56), (56, 120))
"""Bits that a comparison of words may let cancel out: as counted here, and from the low end."""

ZEROS, ONES = bytes(FULL_TAG), bytes([0xFF]) * FULL_TAG


@case("G2", "tag-replaced", flags=("ModifiedTag",), clause=TAG_CHECK)
def tag_replaced(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The tag is another value: constant, complement, some bits or bytes other."""
    control, other = family.control(), family.control("other-message")
    yield from (control, other)
    tag = tag_of(control)
    for name, mask in (
        ("complement", ONES),
        ("all-high-bits", bytes([0x80]) * FULL_TAG),
        ("all-low-bits", bytes([0x01]) * FULL_TAG),
        *((f"bits-{one}-and-{two}", flipped(ZEROS, one, two)) for one, two in BIT_PAIRS),
        ("first-four-bytes", ONES[:4] + ZEROS[4:]),
        ("last-four-bytes", ZEROS[:12] + ONES[12:]),
        ("first-half", ONES[:8] + ZEROS[8:]),
        ("last-half", ZEROS[:8] + ONES[8:]),
    ):
        changed = HexBytes(xor(tag, mask))
        bits = differing_bits(tag, changed)
        require(bits == differing_bits(mask, ZEROS) > 0, "other bits differ than those meant")
        yield family.refused(
            control, name, f"A tag with {bits} other bits is refused.", tag=changed
        )
    for name, value in (
        ("zeros", ZEROS),
        ("ones", ONES),
        ("reversed", tag[::-1]),
        ("halves-exchanged", tag[8:] + tag[:8]),
        ("of-other-message", tag_of(other)),
        *((f"random-{number}", family.random(FULL_TAG)) for number in range(4)),
    ):
        why = f"The tag is refused when it is another one: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, tag=HexBytes(value))


@case("G2", "tag-without-ciphertext", flags=("ModifiedTag",), clause=TAG_CHECK)
def tag_without_ciphertext(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The tag differs in one byte, or is constant, and there is no ciphertext."""
    for name, aad_length in (("nothing-at-all", 0), ("only-aad", 24)):
        control = family.control(name, plaintext=b"", aad=family.random(aad_length))
        yield control
        require(decryption(control).ciphertext == b"", "there is a ciphertext")
        tag = tag_of(control)
        for position in range(FULL_TAG):
            yield family.refused(
                control,
                f"{name}-byte-{position:02}",
                f"Byte {position} of the tag is compared even when there is no ciphertext.",
                tag=flipped(tag, 8 * position + position % 8),
            )
        for value in (ZEROS, ONES):
            why = "A constant tag is refused even when there is no ciphertext."
            slug = f"{name}-all-{value[:1].hex()}"
            yield family.refused(control, slug, why, tag=HexBytes(value))


@case("G2", "tag-of-other-computation", flags=("ModifiedTag",), clause=TAG_CHECK)
def tag_of_other_computation(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The tag is what GCM with one step left out or changed would give."""
    control = family.control(plaintext=family.random(48), aad=family.random(32))
    yield control
    test = decryption(control)
    seen = {bytes(tag_of(control))}
    for name, what, tag in _wrong_tags(family.gcm(), test):
        require(tag not in seen, f"the tag {name} is no other one")
        seen.add(tag)
        yield family.refused(
            control, name, f"The tag is refused that is {what}.", tag=HexBytes(tag)
        )


def _wrong_tags(gcm: Gcm, test: DecryptTest) -> Iterator[tuple[str, str, bytes]]:
    """Yield the tags of wrong computations; AAD and ciphertext of the test fill whole blocks."""
    aad, text, plain = test.aad or b"", test.ciphertext, test.plaintext or b""
    j0 = gcm.pre_counter_block(test.iv or b"")
    mask = gcm.block_cipher.cipher(j0)
    bits = gcm.length_block(len(aad), len(text))
    octets = i2osp(len(aad), 8) + i2osp(len(text), 8)
    hashed = gcm.ghash(aad + text + bits)
    yield "not-masked", "GHASH without the encryption of J0", hashed
    yield "only-mask", "the encryption of J0 alone", mask
    yield (
        "next-mask",
        "masked with the next counter",
        xor(hashed, gcm.block_cipher.cipher(gcm.inc32(j0))),
    )
    for name, what, string in (
        ("no-aad", "without the associated data", text + gcm.length_block(0, len(text))),
        ("no-ciphertext", "without the ciphertext", aad + gcm.length_block(len(aad), 0)),
        ("no-lengths", "without the length block", aad + text),
        ("lengths-in-bytes", "with lengths in bytes", aad + text + octets),
        ("lengths-exchanged", "with exchanged lengths", aad + text + bits[8:] + bits[:8]),
        ("aad-after-ciphertext", "with the associated data at the end", text + aad + bits),
        ("of-plaintext", "over the plaintext", aad + plain + bits),
    ):
        yield name, what, xor(gcm.ghash(string), mask)


@case("G3", "tag-bit-flipped", flags=("ModifiedTag",), clause=TAG_CHECK)
def tag_bit_flipped(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the tag is flipped, each of the 128 in turn."""
    control = family.control()
    yield control
    tag = tag_of(control)
    for bit in range(8 * FULL_TAG):
        changed = flipped(tag, bit)
        require(differing_bits(tag, changed) == 1, "more than one bit differs")
        yield family.refused(
            control, f"bit-{bit:03}", f"Bit {bit} of the tag is compared.", tag=changed
        )


@case("G4", "ciphertext-bit-flipped", flags=("ModifiedCiphertext",), clause=TAG_CHECK)
def ciphertext_bit_flipped(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the ciphertext is flipped, in each byte of five blocks in turn."""
    control = family.control(plaintext=family.random(77))
    yield control
    ciphertext = decryption(control).ciphertext
    for position in range(len(ciphertext)):
        changed = flipped(ciphertext, 8 * position + position % 8)
        require(differing_bits(ciphertext, changed) == 1, "more than one bit differs")
        yield family.refused(
            control,
            f"byte-{position:02}",
            f"Byte {position} of the ciphertext is authenticated.",
            ciphertext=changed,
        )
    why, last = "The last bit of the ciphertext is authenticated.", 8 * len(ciphertext) - 1
    yield family.refused(control, "last-bit", why, ciphertext=flipped(ciphertext, last))


@case("G4", "ciphertext-changed", flags=("ModifiedCiphertext",), clause=TAG_CHECK)
def ciphertext_changed(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The ciphertext is cut, extended, reordered or replaced, and the tag stays."""
    control, other = family.control(plaintext=family.random(48)), family.control("other-message")
    yield from (control, other)
    text = decryption(control).ciphertext
    for name, changed in (
        ("empty", b""),
        ("last-byte-cut", text[:-1]),
        ("first-byte-cut", text[1:]),
        ("last-block-cut", text[:-16]),
        ("first-block-cut", text[16:]),
        ("zero-appended", text + b"\0"),
        ("zero-block-appended", text + ZEROS),
        ("zero-block-prepended", ZEROS + text),
        ("blocks-exchanged", text[16:32] + text[:16] + text[32:]),
        ("last-block-repeated", text + text[-16:]),
        ("all-zeros", bytes(len(text))),
        ("plaintext-itself", decryption(control).plaintext or b""),
        ("of-other-message", decryption(other).ciphertext),
    ):
        require(changed != text, "the ciphertext is the same")
        why = f"The ciphertext is refused when it is another one: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, ciphertext=HexBytes(changed))


@case("G4", "ciphertext-zeros-at-end", flags=("ModifiedCiphertext",), clause=LENGTH_BLOCK)
def ciphertext_zeros_at_end(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** Zeros at the end of the ciphertext come or go; only the length tells it."""
    gcm, iv = family.gcm(), family.random(12)
    # The last byte of the message is that of the keystream, so that the ciphertext ends in zero.
    message = family.random(44) + gcm.encrypt(iv, bytes(45))[0][44:]
    control = family.control(plaintext=message, iv=iv)
    yield control
    text = decryption(control).ciphertext
    require(text[-1] == 0, "the ciphertext does not end in zero")
    for name, changed in (
        ("cut", text[:-1]),
        ("one-more", text + b"\0"),
        ("to-end-of-block", text + bytes(3)),
    ):
        require(gcm.pad_block(changed) == gcm.pad_block(text), "more than the length differs")
        why = f"The length of the ciphertext is authenticated: {len(changed)} bytes, not 45."
        yield family.refused(control, name, why, ciphertext=HexBytes(changed))


@case("G7", "tag-cut", flags=("TagLength",), clause=LENGTH_CHECK)
def tag_cut(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The tag is cut to 0 to 15 bytes, while the caller relies on 16."""
    control = family.control()
    yield control
    tag = tag_of(control)
    for length in range(FULL_TAG):
        require(len(tag[:length]) < FULL_TAG, "the tag is not cut")
        yield family.refused_for_length(
            control,
            f"to-{length:02}-bytes",
            f"A right tag cut to {length} bytes is refused by a caller who relies on 16.",
            tag=HexBytes(tag[:length]),
        )
    for length in (4, 8, 12, 15):
        yield family.refused_for_length(
            control,
            f"last-{length:02}-bytes",
            f"The last {length} bytes of the right tag are refused by a caller who relies on 16.",
            tag=HexBytes(tag[-length:]),
        )


@case("G7", "tag-extended", flags=("TagLength",), clause=LENGTH_CHECK)
def tag_extended(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The right tag is followed or preceded by more bytes."""
    control = family.control()
    yield control
    tag = tag_of(control)
    for name, changed in (
        ("zero-appended", tag + b"\0"),
        ("zero-prepended", b"\0" + tag),
        ("zeros-to-32", tag + ZEROS),
        ("zeros-before-to-32", ZEROS + tag),
        ("repeated", tag + tag),
    ):
        require(changed.count(tag) > 0 and len(changed) > FULL_TAG, "the right tag is not extended")
        yield family.refused_for_length(
            control,
            name,
            f"A tag of {len(changed)} bytes that holds the right one is refused.",
            tag=HexBytes(changed),
        )


READABLE = b"Nothing of this sentence may be seen by anybody who does not know the key."


@case("G15", "readable-message", flags=("DistinguishableRefusal",), clause=TAG_CHECK)
def readable_message(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** One input is changed; the message is text, which no answer may hold."""
    sealed = family.encrypt("control", CONTROL, plaintext=READABLE, aad=b"associated data")
    control = flagged(family.undone(sealed, "control"), CONTROL_FLAGS)
    yield control
    why = "A refusal says nothing of the message, and not which input was changed."
    tag = family.refused(control, "tag", why, tag=flipped(tag_of(control), 0))
    require(decryption(tag).plaintext == READABLE, "the text would not be given away")
    yield tag
    text = decryption(control).ciphertext
    yield family.refused(control, "ciphertext", why, ciphertext=flipped(text, 8 * len(text) - 1))
    yield family.refused(control, "aad", why, aad=flipped(aad_of(control), 0))
    yield family.refused(control, "iv", why, iv=flipped(iv_of(control), 95))


BOOK = case_book(
    tag_replaced,
    tag_without_ciphertext,
    tag_of_other_computation,
    tag_bit_flipped,
    ciphertext_bit_flipped,
    ciphertext_changed,
    ciphertext_zeros_at_end,
    tag_cut,
    tag_extended,
    readable_message,
)
"""The cases of this module."""
