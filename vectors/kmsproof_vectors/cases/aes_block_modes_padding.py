"""AES in ECB and CBC with PKCS #7: paddings that must be refused, and all refused alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.octets import xor
from kmsproof_reference.vocabulary import PaddingMode
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_block_modes import (
    BAD_PADDING,
    ORACLE,
    PADDING,
    BlockModeMaker,
    in_bytes,
)
from kmsproof_vectors.cases.aes_block_modes_bad_padding import (
    PKCS7,
    bad_paddings,
    is_pkcs7,
    without_count,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, flagged

MESSAGE_LENGTHS = (0, 1, 4, 8, 12, 15, 16, 17, 23, 31, 32, 40, 47, 48, 63)
"""Lengths in bytes of the badly padded messages: one to four blocks, one to 16 bytes of padding."""

VALID_ENDINGS = 136
"""Of the 4,096 endings of a block: those of at least as many equal bytes as their value says."""


@case("C4", "bad-padding", flags=("BadPadding",), clause=PADDING)
def bad_padding(family: BlockModeMaker) -> Iterator[Draft]:
    """**Invalid.** The padding of the message is not PKCS #7; message, key and IV stay the same."""
    for length in MESSAGE_LENGTHS:
        message, iv = unlike_padding(family.random(length)), family.iv()
        control = family.decrypt(
            f"length-{length:02}-control",
            f"The message of {in_bytes(length)} with its right padding is accepted.",
            ciphertext=family.encrypted(message, iv),
            iv=iv,
        )
        yield flagged(control, CONTROL_FLAGS)
        for bad in bad_paddings(message, family.drbg):
            draft = family.refused(
                control,
                f"length-{length:02}-{bad.slug}",
                bad.why,
                rejections=BAD_PADDING,
                oracle=ORACLE,
                ciphertext=family.encrypted(bad.padded, iv, padding=PaddingMode.NO_PADDING),
                plaintext=None if bad.exposed is None else HexBytes(bad.exposed),
            )
            yield flagged(draft, ("NoPadding",)) if bad.slug == "none" else draft


def unlike_padding(message: bytes) -> bytes:
    """Return a message whose last byte is 128 or more, so that no end of it can be a padding."""
    return message[:-1] + bytes([message[-1] | 0x80]) if message else message


@case("C8", "padding-exhaustive", flags=("BadPadding",), clause=PADDING)
def padding_exhaustive(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid and invalid.** Every ending of a block: a run of 1 to 16 bytes of every value.

    A run is the number of equal bytes at the end; the byte before it differs. Of the 4,096 endings
    136 are valid: value 1 to 16 and a run of at least so many bytes. The control of a run that is
    too short for its value is the run of just the right length, and the control of a value that is
    no count is the same run with the right value. In CBC all decryptions are of one ciphertext
    block: the ending is chosen by the IV. In ECB each ending is a ciphertext block of its own.
    """
    start = family.random(BLOCK_LENGTH)
    present = _presenter(family)
    controls: dict[tuple[int, int], Draft] = {}
    for run, value in _endings():
        padded = ending(start, run, value)
        if is_pkcs7(padded):
            controls[run, value] = _accepted(family, run, value, padded, present)
    require(len(controls) == VALID_ENDINGS, f"{len(controls)} endings are valid, not 136")
    require(all(1 <= value <= run for run, value in controls), "another ending is valid")
    yield from (flagged(control, CONTROL_FLAGS) for control in controls.values())
    for run, value in _endings():
        if (run, value) not in controls:
            counts = 1 <= value <= BLOCK_LENGTH
            control = controls[(value, value) if counts else (run, run)]
            padded = ending(start, run, value)
            yield _refused(family, control, (run, value), padded, present)


def _endings() -> Iterator[tuple[int, int]]:
    """Yield every run length with every value."""
    for run in range(1, BLOCK_LENGTH + 1):
        for value in range(256):
            yield run, value


def ending(start: bytes, run: int, value: int) -> bytes:
    """Return a block that ends in exactly ``run`` bytes of a value and begins as ``start``.

    Where the byte before the run would have the same value, it is the complement.
    """
    before = bytearray(start[: BLOCK_LENGTH - run])
    if before and before[-1] == value:
        before[-1] ^= 0xFF
    return bytes(before) + bytes([value]) * run


Presenter = Callable[[bytes], tuple[HexBytes | None, HexBytes]]
"""From a padded block to an IV and a ciphertext that decrypt to it."""


def _presenter(family: BlockModeMaker) -> Presenter:
    """Return the cheapest way to let a target meet a chosen padded block."""
    if not family.chains:
        return lambda padded: (
            None,
            family.encrypted(padded, None, padding=PaddingMode.NO_PADDING),
        )
    block, iv = family.random(BLOCK_LENGTH), family.random(BLOCK_LENGTH)
    ciphertext = family.encrypted(block, iv, padding=PaddingMode.NO_PADDING)
    difference = xor(block, iv)
    return lambda padded: (HexBytes(xor(difference, padded)), ciphertext)


def _accepted(
    family: BlockModeMaker, run: int, value: int, padded: bytes, present: Presenter
) -> Draft:
    iv, ciphertext = present(padded)
    why = f"A run of {run} is long enough for {value:02x}."
    slug = f"run-{run:02}-value-{value:02x}"
    draft = family.decrypt(slug, why, ciphertext=ciphertext, iv=iv)
    plain = family.decrypted(ciphertext, iv)
    require(plain == PKCS7.unpad(padded) == padded[:-value], "the padding is not removed")
    return draft


def _refused(
    family: BlockModeMaker,
    control: Draft,
    run_and_value: tuple[int, int],
    padded: bytes,
    present: Presenter,
) -> Draft:
    run, value = run_and_value
    iv, ciphertext = present(padded)
    counts = 1 <= value <= BLOCK_LENGTH
    why = f"A run of {run} is too short for {value:02x}." if counts else f"{value:02x} is no count."
    exposed = without_count(padded)
    require((exposed is not None) == counts, "what a lenient target removes is not defined")
    return family.refused(
        control,
        f"run-{run:02}-value-{value:02x}",
        why,
        rejections=BAD_PADDING,
        oracle=ORACLE,
        iv=iv,
        ciphertext=ciphertext,
        plaintext=None if exposed is None else HexBytes(exposed),
    )


BOOK = case_book(bad_padding, padding_exhaustive)
"""The cases of this module."""
