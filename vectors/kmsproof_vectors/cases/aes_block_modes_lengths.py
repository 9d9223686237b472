"""AES in ECB and CBC: inputs that are no whole number of blocks, and IVs of wrong length."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.vocabulary import PaddingMode
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_block_modes import (
    IV_LENGTH,
    WHOLE_BLOCKS,
    WRONG_ARGUMENT,
    WRONG_LENGTH,
    BlockModeMaker,
    ciphertext_of,
    in_bytes,
    plaintext_of,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, flagged
from kmsproof_vectors.model import CipherTest, Parameter

CIPHERTEXT_BLOCKS = range(1, 6)
"""Blocks of the ciphertexts that are made a byte shorter and a byte longer."""

CIPHERTEXT_LENGTHS = (1, 8, 24)
"""Further lengths in bytes; 8 and 24 are whole blocks of other ciphers."""

PLAINTEXT_LENGTHS = (1, 8, 15, 17, 24, 31, 33)
"""Lengths in bytes of the messages that fill no whole number of blocks."""

IV_LENGTHS = (0, 8, 12, 15, 17, 32)
"""Lengths in bytes of the IVs that are not one block."""


@case("C5", "ciphertext-length", flags=("PartialBlock",), clause=WHOLE_BLOCKS)
def ciphertext_length(family: BlockModeMaker) -> Iterator[Draft]:
    """**Invalid.** A ciphertext is cut or extended so that it is no whole number of blocks.

    An empty ciphertext is refused where the message is padded. Whether one without padding is an
    error or an empty message is left to a profile, so that it is not asked here.
    """
    for blocks in CIPHERTEXT_BLOCKS:
        control = _control(family, blocks)
        yield flagged(control, CONTROL_FLAGS)
        whole = ciphertext_of(control)
        for length in (*_lengths(blocks), len(whole) - 1, len(whole) + 1):
            yield _partial(family, control, (whole + b"\x00")[:length])
        if blocks == 1 and family.pads:
            yield flagged(_partial(family, control, b""), ("NoPadding",))


def _lengths(blocks: int) -> list[int]:
    """Return the further lengths for which a ciphertext of so many blocks is the one to cut."""
    return [n for n in CIPHERTEXT_LENGTHS if -(-n // BLOCK_LENGTH) == blocks]


def _control(family: BlockModeMaker, blocks: int) -> Draft:
    """Return the decryption of so many blocks, with five bytes of padding if there is any."""
    length = BLOCK_LENGTH * blocks
    iv = family.iv()
    ciphertext = family.encrypted(family.random(length - (5 if family.pads else 0)), iv)
    require(len(ciphertext) == length, f"the ciphertext has not {length} bytes")
    why = f"The whole ciphertext of {length} bytes is accepted."
    return family.decrypt(f"{length:02}-bytes-control", why, ciphertext=ciphertext, iv=iv)


def _partial(family: BlockModeMaker, control: Draft, ciphertext: bytes) -> Draft:
    """Return the decryption of what was cut or extended."""
    length = len(ciphertext)
    require(length % BLOCK_LENGTH > 0 or length == 0, f"{length} bytes are whole blocks")
    return family.refused(
        control,
        f"{length:02}-bytes",
        f"A ciphertext of {in_bytes(length)} is refused.",
        rejections=WRONG_LENGTH,
        ciphertext=HexBytes(ciphertext),
        plaintext=_exposed(family, plaintext_of(control), length // BLOCK_LENGTH),
    )


def _exposed(family: BlockModeMaker, message: HexBytes, whole_blocks: int) -> HexBytes | None:
    """Return what a target that ignores the partial block would give away, where it is defined."""
    held = len(message) // BLOCK_LENGTH + family.pads
    if family.pads and whole_blocks < held:
        return None
    return HexBytes(message[: BLOCK_LENGTH * whole_blocks]) or None


@case("C6", "plaintext-length", flags=("PartialBlock",), clause=WHOLE_BLOCKS)
def plaintext_length(family: BlockModeMaker) -> Iterator[Draft]:
    """**Invalid.** A message without padding is no whole number of blocks; nothing may be added.

    Whether an empty message is an error is left to a profile, so that it is not asked here.
    """
    message, iv = family.random(3 * BLOCK_LENGTH), family.iv()
    controls = [
        family.encrypt(
            f"{length:02}-bytes-control",
            f"The whole message of {length} bytes is accepted.",
            plaintext=message[:length],
            iv=iv,
        )
        for length in (16, 32, 48)
    ]
    yield from (flagged(control, CONTROL_FLAGS) for control in controls)
    for length in PLAINTEXT_LENGTHS:
        require(length % BLOCK_LENGTH > 0, f"{length} bytes are whole blocks")
        yield family.refused(
            controls[length // BLOCK_LENGTH],
            f"{length:02}-bytes",
            f"A message of {in_bytes(length)} is refused, neither filled up nor cut.",
            rejections=WRONG_ARGUMENT,
            probes=(Parameter.PLAINTEXT_LENGTH,),
            plaintext=HexBytes(message[:length]),
        )


@case("C9", "encrypt-iv", flags=("CbcIvLength",), clause=IV_LENGTH)
def encrypt_iv(family: BlockModeMaker) -> Iterator[Draft]:
    """**Invalid.** The IV of an encryption has not 16 bytes.

    What happens without an IV is left to a profile: a target may choose one.
    """
    control = family.encrypt(
        "control",
        "The message with its IV of 16 bytes is accepted.",
        plaintext=family.random(_message_length(family)),
        iv=family.iv(),
    )
    yield flagged(control, CONTROL_FLAGS)
    for length, iv in _wrong_ivs(family, control):
        yield family.refused(
            control,
            f"{length:02}-bytes",
            f"An IV of {length} bytes is refused.",
            rejections=WRONG_ARGUMENT,
            probes=(Parameter.IV_LENGTH,),
            iv=iv,
        )


@case("C9", "decrypt-iv", flags=("CbcIvLength",), clause=IV_LENGTH)
def decrypt_iv(family: BlockModeMaker) -> Iterator[Draft]:
    """**Invalid.** The IV of a decryption has not 16 bytes, or is missing."""
    iv = family.iv()
    control = family.decrypt(
        "control",
        "The ciphertext with its IV of 16 bytes is accepted.",
        ciphertext=family.encrypted(family.random(_message_length(family)), iv),
        iv=iv,
    )
    yield flagged(control, CONTROL_FLAGS)
    for length, wrong in _wrong_ivs(family, control):
        yield _without_right_iv(
            family, control, f"{length:02}-bytes", f"An IV of {length} bytes is refused.", wrong
        )
    yield _without_right_iv(family, control, "missing", "A decryption needs an IV.", None)


def _message_length(family: BlockModeMaker) -> int:
    """Return a length of two blocks, so that one does not depend on the IV."""
    return 2 * BLOCK_LENGTH - (5 if family.pads else 0)


def _wrong_ivs(family: BlockModeMaker, control: Draft) -> Iterator[tuple[int, HexBytes]]:
    """Yield the IV of a test, cut or extended to each wrong length."""
    iv = _iv_of(control) + family.random(BLOCK_LENGTH)
    for length in IV_LENGTHS:
        wrong = HexBytes(iv[:length])
        require(len(wrong) != BLOCK_LENGTH, "the IV has the right length")
        yield length, wrong


def _without_right_iv(
    family: BlockModeMaker, control: Draft, slug: str, why: str, iv: HexBytes | None
) -> Draft:
    """Return a decryption under a wrong IV; a target that fills or cuts it gives away a text."""
    filled = ((iv or b"") + bytes(BLOCK_LENGTH))[:BLOCK_LENGTH]
    return family.refused(
        control,
        slug,
        why,
        rejections=WRONG_LENGTH,
        probes=(Parameter.IV_LENGTH,),
        iv=iv,
        plaintext=family.decrypted(ciphertext_of(control), filled),
    )


def _iv_of(draft: Draft) -> bytes:
    test = draft.test
    iv = test.iv if isinstance(test, CipherTest) else None
    require(iv is not None, f"{test.id} has no IV")
    return iv or b""


BOOKS = {
    PaddingMode.PKCS7_PADDING: case_book(ciphertext_length),
    PaddingMode.NO_PADDING: case_book(ciphertext_length, plaintext_length),
}
"""Lengths of texts, by padding."""

IV_BOOK = case_book(encrypt_iv, decrypt_iv)
"""Lengths of the IV of CBC."""
