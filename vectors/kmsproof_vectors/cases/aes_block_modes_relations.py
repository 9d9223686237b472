"""AES in ECB and CBC: how modes and paddings follow from each other under one key.

The four families of a key length share the key, the IVs and the messages of these cases, so that
the same ciphertexts stand in all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof_reference.aes import BLOCK_LENGTH, Aes
from kmsproof_reference.octets import blocks, xor
from kmsproof_reference.vocabulary import PaddingMode
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_block_modes import (
    CBC,
    PADDING,
    BlockModeMaker,
    ciphertext_of,
    in_bytes,
    joined,
    plaintext_of,
)
from kmsproof_vectors.cases.aes_block_modes_bad_padding import PKCS7
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import GroupKey

CHAINED_BLOCKS = range(1, 6)
"""Blocks of the messages that are encrypted in both modes."""

MESSAGE_LENGTHS = (*range(17), 31, 32, 33)
"""Lengths in bytes of the messages that are encrypted with both paddings."""


@case("C7", "cbc-from-ecb", flags=("Composition",), clause=CBC)
def cbc_from_ecb(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** CBC is ECB of chained blocks: C_j = E(P_j ⊕ C_(j-1)), with the IV for C_0.

    CBC takes the message and the IV, ECB the chained blocks, and both give the same ciphertext.
    With an IV of zeros a single block is the same in both.
    """
    shared = family.shared("CBC from ECB")
    key = GroupKey(secret=HexBytes(shared.generate(family.key_length)))
    for count in CHAINED_BLOCKS:
        message = shared.generate(BLOCK_LENGTH * count)
        yield from _both_modes(family, key, f"{count}-blocks", message, shared.generate(16))
    yield from _both_modes(family, key, "zero-iv", shared.generate(16), bytes(16))


def _both_modes(
    family: BlockModeMaker, key: GroupKey, slug: str, message: bytes, iv: bytes
) -> tuple[Draft, Draft]:
    """Return the family's part of one message: CBC the message itself, ECB the chained blocks."""
    cipher = Aes(key.secret or b"").cipher
    inputs: list[bytes] = []
    outputs: list[bytes] = [iv]
    for block in blocks(message):
        inputs.append(xor(block, outputs[-1]))
        outputs.append(cipher(inputs[-1]))
    if family.chains:
        why = "The CBC ciphertext is what ECB gives for the chained blocks."
        drafts = family.both(slug, why, plaintext=message, iv=iv, key=key)
    else:
        why = "The chained blocks of a CBC message are encrypted to the CBC ciphertext."
        drafts = family.both(slug, why, plaintext=joined(inputs), iv=None, key=key)
    composed = joined(outputs[1:])
    require(ciphertext_of(drafts[0]) == composed, f"{slug}: CBC is not the composition of ECB")
    return drafts


@case("C7", "padding-from-none", flags=("Composition",), clause=PADDING)
def padding_from_none(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** PKCS7_PADDING of a message is NO_PADDING of the padded message.

    With padding the message goes in and comes out; without, the ciphertext shows the padding.
    """
    shared = family.shared("PKCS #7 from no padding")
    key = GroupKey(secret=HexBytes(shared.generate(family.key_length)))
    for length in MESSAGE_LENGTHS:
        # Drawn for ECB too, so that its messages are those of CBC.
        message, drawn = shared.generate(length), shared.generate(BLOCK_LENGTH)
        iv = drawn if family.chains else None
        padded = PKCS7.pad(message)
        pad = in_bytes(len(padded) - length)
        if family.pads:
            why = (
                f"The ciphertext is that of the padded message without padding ({length} + {pad})."
            )
            drafts = family.both(f"{length:02}-bytes", why, plaintext=message, iv=iv, key=key)
        else:
            why = f"The padding shows where none is asked for ({length} + {pad})."
            drafts = family.both(f"{length:02}-bytes", why, plaintext=padded, iv=iv, key=key)
            require(plaintext_of(drafts[1]) == padded, "the padding does not show")
        other = (
            family.encrypted(padded, iv, key, PaddingMode.NO_PADDING)
            if family.pads
            else family.encrypted(message, iv, key, PaddingMode.PKCS7_PADDING)
        )
        require(ciphertext_of(drafts[0]) == other, "the two paddings do not agree")
        yield from drafts


PADDED_BOOK = case_book(padding_from_none)
"""Relations that a family with PKCS #7 has a part in."""

UNPADDED_BOOK = case_book(cbc_from_ecb, padding_from_none)
"""Relations that a family without padding has a part in."""
