"""AES-GCM with IVs of other lengths: exact where they are supported, never taken for each other."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_gcm import (
    CONTROL,
    FIRST_COUNTER,
    IV_LENGTH,
    TAG_CHECK,
    WRONG_ARGUMENT,
    GcmMaker,
    flipped,
    iv_of,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, flagged
from kmsproof_vectors.model import Parameter

IV_LENGTHS = (
    *range(1, 12),
    *(13, 14, 15, 16, 17, 20, 24, 31, 32, 33, 47, 48, 49, 60, 63, 64, 65),
    *(96, 127, 128, 129, 255, 256, 257),
)
"""Lengths in bytes beside 12; the targets differ in which of them they take."""


@case("G8", "iv-length", flags=("IvLength",), clause=FIRST_COUNTER)
def iv_length(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** IVs of many lengths beside 12 bytes; a target may declare that it takes fewer."""
    for length in IV_LENGTHS:
        require(length != 12, "an IV of 12 bytes is not hashed")
        for size in (0, 16, 61):
            yield from family.both(
                f"{length}-bytes-message-{size}",
                f"An IV of {length} bytes is hashed into the first counter block.",
                plaintext=family.random(size),
                iv=family.random(length),
                aad=family.random(size // 3),
            )


@case("G8", "special-iv", flags=("IvLength",), clause=FIRST_COUNTER)
def special_iv(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** An IV of another length than 12 bytes is all zeros or all ones."""
    for length in (1, 8, 15, 16, 17, 32):
        for name, octet in (("zeros", 0), ("ones", 0xFF)):
            iv = bytes([octet]) * length
            require(len(set(iv)) == 1, "the IV is not constant")
            why = f"An IV of {length} constant bytes is an IV like any other."
            slug = f"{length}-bytes-{name}"
            yield from family.both(slug, why, plaintext=family.random(21), iv=iv)


@case("G8", "iv-empty", flags=("EmptyIv",), clause=IV_LENGTH)
def iv_empty(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The IV is empty, in encryption and in decryption."""
    why, empty = "An empty IV is refused.", HexBytes()
    for size in (0, 20):
        sealed = family.encrypt(
            f"control-encrypt-{size}",
            CONTROL,
            plaintext=family.random(size),
            aad=family.random(8),
        )
        require(len(iv_of(sealed)) == 12, "the control has no ordinary IV")
        opened = family.undone(sealed, f"control-decrypt-{size}")
        yield from (flagged(draft, CONTROL_FLAGS) for draft in (sealed, opened))
        probes = (Parameter.IV_LENGTH,)
        yield family.derived(
            sealed, f"encrypt-{size}", why, rejections=WRONG_ARGUMENT, probes=probes, iv=empty
        )
        yield family.refused_for_length(opened, f"decrypt-{size}", why, probes=probes, iv=empty)


@case("G6", "iv-changed", flags=("ModifiedIv", "IvLength"), clause=TAG_CHECK)
def iv_changed(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of an IV of another length than 12 bytes is flipped."""
    for length in IV_LENGTHS:
        control = family.control(f"{length}-bytes-control", iv=family.random(length))
        yield control
        iv = iv_of(control)
        middle = 8 * (length // 2)
        for bit in sorted({0, middle, 8 * length - 1}):
            why = f"The message is bound to bit {bit} of its IV of {length} bytes."
            yield family.refused(control, f"{length}-bytes-bit-{bit}", why, iv=flipped(iv, bit))


@case("G6", "iv-like-another", flags=("IvLength", "ModifiedIv"), clause=FIRST_COUNTER)
def iv_like_another(family: GcmMaker) -> Iterator[Draft]:
    """**Invalid.** The IV is cut, or extended by zeros or by what the standard appends."""
    for length in (8, 11, 12, 15, 16):
        iv = family.random(length - 1) + b"\0"
        control = family.control(f"{length}-bytes-control", iv=iv)
        yield control
        forms = {
            "zero-cut": iv[:-1],
            "first-byte-cut": iv[1:],
            "zero-appended": iv + b"\0",
            "zero-prepended": b"\0" + iv,
            "counter-appended": iv + b"\0\0\0\1",
            "zeros-to-12": iv[:12].ljust(12, b"\0"),
            "zeros-to-16": iv.ljust(16, b"\0"),
        }
        seen = {bytes(iv)}
        for name, changed in forms.items():
            if changed in seen:  # an IV of 12 or 16 bytes is its own extension to that length
                continue
            seen.add(changed)
            require(len(changed) != length or name == "zeros-to-12", "the IV has the same length")
            yield family.refused_for_length(
                control,
                f"{length}-bytes-{name}",
                f"An IV of {length} bytes and one of {len(changed)} are never the same.",
                probes=(Parameter.IV_LENGTH,),
                iv=HexBytes(changed),
            )


BOOK = case_book(iv_length, special_iv, iv_empty, iv_changed, iv_like_another)
"""The cases of this module."""
