"""AES-GCM with IVs and tags of other lengths: exact where they are supported, never lenient."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof_reference import gf128
from kmsproof_reference.gcm import Gcm
from kmsproof_reference.octets import os2ip, xor
from kmsproof_reference.vocabulary import RejectionClass
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_gcm import (
    COUNTER,
    EMPTY,
    FIRST_COUNTER,
    IV_LENGTH,
    LENGTH_CHECK,
    TAG_CHECK,
    WRONG_LENGTH,
    GcmMaker,
    decryption,
    flipped,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import Parameter

IV_LENGTHS = (1, 2, 4, 6, 7, 8, 10, 11, 13, 15, 16, 17, 20, 24, 31, 32, 33, 48, 64, 96, 128, 256, 257)
"""Lengths in bytes beside 12; the libraries differ in which of them they take."""

TAG_LENGTHS = (4, 8, 12, 13, 14, 15)
"""Lengths in bytes beside 16 (SP 800-38D §5.2.1.2)."""

_CONTROL = "The message as it was encrypted is accepted."


@case("G8", "iv-length", flags=("IvLength",), clause=FIRST_COUNTER)
def iv_length(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** IVs of many lengths beside 12 bytes; a target may declare that it takes fewer."""
    for length in IV_LENGTHS:
        for size in (0, 16, 61):
            why = f"An IV of {length} bytes is hashed into the first counter block."
            yield from family.both(
                f"{length}-bytes-message-{size}",
                why,
                plaintext=family.random(size),
                iv=family.random(length),
                aad=family.random(size // 3),
            )


@case("G8", "iv-empty", flags=("EmptyIv",), clause=IV_LENGTH)
def iv_empty(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The IV is empty, in encryption and in decryption."""
    why = "An empty IV is refused."
    length = (RejectionClass.INVALID_ARGUMENT,)
    for size in (0, 20):
        message, iv, aad = family.random(size), family.random(12), family.random(8)
        sealed = family.encrypt(
            f"control-encrypt-{size}", _CONTROL, plaintext=message, iv=iv, aad=aad
        )
        yield sealed
        yield family.derived(
            sealed,
            f"encrypt-{size}",
            why,
            rejections=length,
            probes=(Parameter.IV_LENGTH,),
            iv=EMPTY,
        )
        opened = family.decrypt(
            f"control-decrypt-{size}", _CONTROL, plaintext=message, iv=iv, aad=aad
        )
        yield opened
        yield family.refused(
            opened,
            f"decrypt-{size}",
            why,
            rejections=WRONG_LENGTH,
            probes=(Parameter.IV_LENGTH,),
            oracle=None,
            iv=EMPTY,
        )


@case("G8", "iv-like-another", flags=("IvLength", "ModifiedIv"), clause=FIRST_COUNTER)
def iv_like_another(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** An IV that differs from the right one only in zeros at its end, or in its form."""
    for length in (8, 12, 16):
        iv = family.random(length)
        control = family.decrypt(
            f"control-{length}", _CONTROL, plaintext=family.random(24), iv=iv
        )
        yield control
        for name, changed in (
            ("zero-appended", iv + b"\0"),
            ("zero-prepended", b"\0" + iv),
            ("counter-appended", iv + bytes(3) + b"\1"),
            ("to-16-with-zeros", iv.ljust(16, b"\0")),
        ):
            if changed == iv:
                continue
            why = f"An IV of {length} bytes and one of {len(changed)} are never the same."
            yield family.refused(
                control,
                f"{length}-{name}",
                why,
                rejections=WRONG_LENGTH,
                probes=(Parameter.IV_LENGTH,),
                oracle=None,
                iv=HexBytes(changed),
            )


@case("G9", "counter-wrap", flags=("CounterWrap",), clause=COUNTER)
def counter_wrap(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** The IV is solved for, so that the counter starts just before a boundary."""
    gcm, x = family.gcm(), family.random(12)
    endings = ("ffffffff", "fffffffe", "fffffffd", "fffffffc", "7fffffff", "7ffffffe")
    starts = [(f"any-{ending}", x + bytes.fromhex(ending)) for ending in endings]
    starts += [(f"any-{ending}", x + bytes.fromhex(ending)) for ending in ("ffff7fff", "ffff7ffe")]
    starts += [(f"any-{ending}", x + bytes.fromhex(ending)) for ending in ("0000ffff", "00ffffff")]
    ones = bytes([255]) * 15
    starts += [("all-zeros", bytes(16)), ("all-ones", ones + b"\xff")]
    starts += [("all-ones-fe", ones + b"\xfe"), ("all-ones-fd", ones + b"\xfd")]
    for name, j0 in starts:
        iv = _iv_for(gcm, j0)
        require(gcm.pre_counter_block(iv) == j0, "the IV does not give the counter block")
        message = family.random(69)
        why = f"With the first counter block …{j0[12:].hex()} only the last four bytes count up."
        yield from family.both(name, why, plaintext=message, iv=iv, aad=family.random(5))


def _iv_for(gcm: Gcm, j0: bytes) -> bytes:
    """Return the 16-byte IV whose GHASH is J0: (J0 · H^-1 ⊕ L) · H^-1 with L the length block."""
    inverse = gf128.inverse(os2ip(gcm.h))
    inner = gf128.multiply(os2ip(j0), inverse).to_bytes(16, "big")
    inner = xor(inner, gcm.length_block(0, 16))
    return gf128.multiply(os2ip(inner), inverse).to_bytes(16, "big")


IV_BOOK = case_book(iv_length, iv_empty, iv_like_another, counter_wrap)
"""The cases with other IV lengths."""


@case("G7", "short-tag", flags=("KnownAnswer", "TagLength"), clause=TAG_CHECK)
def short_tag(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** The caller asks for a shorter tag of the standard's lengths and relies on it."""
    for length in TAG_LENGTHS:
        for size in (0, 1, 16, 45):
            message, aad, iv = family.random(size), family.random(13), family.random(12)
            why = f"A tag of {length} bytes is the beginning of the tag of 16."
            sealed = family.encrypt(
                f"{length}-bytes-message-{size}-encrypt",
                why,
                plaintext=message,
                iv=iv,
                aad=aad,
                tag_length=length,
            )
            whole = family.gcm().encrypt(iv, message, aad, 16)[1]
            short = getattr(sealed.test, "tag", b"")
            require(short == whole[:length], "the short tag is not a beginning")
            yield sealed
            yield family.decrypt(
                f"{length}-bytes-message-{size}-decrypt",
                why,
                plaintext=message,
                iv=iv,
                aad=aad,
                tag_length=length,
            )


@case("G7", "short-tag-changed", flags=("ModifiedTag", "TagLength"), clause=LENGTH_CHECK)
def short_tag_changed(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** A short tag with one bit flipped, cut further, extended, or whole."""
    for length in TAG_LENGTHS:
        message, aad, iv = family.random(40), family.random(9), family.random(12)
        control = family.decrypt(
            f"{length}-control", _CONTROL, plaintext=message, iv=iv, aad=aad, tag_length=length
        )
        yield control
        tag = decryption(control).tag or EMPTY
        whole = HexBytes(family.gcm().encrypt(iv, message, aad, 16)[1])
        for bit in (0, 7, 8 * length // 2, 8 * length - 1):
            why = f"Bit {bit} of a tag of {length} bytes is compared."
            yield family.refused(
                control, f"{length}-bit-{bit:03}", why, tag=flipped(tag, bit)
            )
        yield family.refused(
            control,
            f"{length}-zeros",
            f"The tag of {length} zeros is refused.",
            tag=HexBytes(bytes(length)),
        )
        for name, changed in (
            ("cut-by-one", tag[:-1]),
            ("empty", b""),
            ("one-byte", tag[:1]),
            ("extended-by-next-byte", whole[: length + 1]),
            ("extended-by-zero", tag + b"\0"),
            ("repeated", tag + tag),
            *((("whole", whole),) if length < 15 else ()),  # at 15 it is extended by one byte
        ):
            why = f"A tag of {len(changed)} bytes is refused by a caller who relies on {length}."
            yield family.refused(
                control,
                f"{length}-{name}",
                why,
                rejections=WRONG_LENGTH,
                oracle=None,
                tag=HexBytes(changed),
            )


TAG_BOOK = case_book(short_tag, short_tag_changed)
"""The cases with other tag lengths."""
