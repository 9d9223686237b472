"""AES in ECB and CBC: messages that must be encrypted and decrypted exactly."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.octets import xor
from kmsproof_reference.padding import Pkcs7Padding
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_block_modes import (
    CBC,
    CIPHER,
    ECB,
    KEY_EXPANSION,
    PADDING,
    BlockModeMaker,
    ciphertext_of,
    in_bytes,
)
from kmsproof_vectors.cases.aes_gcm import flipped
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import GroupKey

PADDED_LENGTHS = (*range(48), 63, 64, 65, 80, 128, 129, 4095, 4096, 4097)
"""Lengths in bytes of the padded messages; 4096 is a usual size of buffers and of limits."""

MESSAGE_BLOCKS = (*range(1, 11), 256, 257, 512)
"""Lengths in blocks of the messages without padding; 256 blocks are 4096 bytes."""

OTHER_PADDINGS = (
    ("zeros", bytes(5)),
    ("ones", b"\xff" * 5),
    ("iso-7816-4", b"\x80" + bytes(4)),
    ("ansi-x9-23", bytes(4) + b"\x05"),
    ("blanks", b" " * 5),
)
"""Five bytes that another padding would add, and that PKCS #7 leaves alone."""

ZERO_BLOCK = bytes(BLOCK_LENGTH)


@case("C1", "message-length", flags=("KnownAnswer", "SizeSweep"), clause=PADDING)
def message_length(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** Messages of every length from 0 to 47 bytes and around later block boundaries.

    The longest go one byte beyond 4096.
    """
    for length in PADDED_LENGTHS:
        why = f"A message of {in_bytes(length)} is padded to the next block boundary."
        slug, message = f"{length:03}-bytes", family.random(length)
        drafts = family.both(slug, why, plaintext=message, iv=family.iv())
        expected = BLOCK_LENGTH * (length // BLOCK_LENGTH + 1)
        require(len(ciphertext_of(drafts[0])) == expected, "the ciphertext has another length")
        yield from drafts


@case("C1", "padded-message", flags=("PaddingLookalike",), clause=PADDING)
def padded_message(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** The message is itself a padded message: a padding is removed once, not twice."""
    why = "The message ends in a padding of its own; only the outer one is removed."
    pkcs7 = Pkcs7Padding()
    for length in range(BLOCK_LENGTH + 1):
        inner = family.random(length)
        message = pkcs7.pad(inner)
        require(pkcs7.unpad(message) == inner, "the message does not end in a padding")
        yield from family.both(f"{length:02}-bytes", why, plaintext=message, iv=family.iv())


@case("C1", "other-padding", flags=("PaddingLookalike",), clause=PADDING)
def other_padding(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** The message ends in bytes that another padding would have added."""
    why = "The message ends in bytes that another padding would remove; they belong to it."
    for name, tail in OTHER_PADDINGS:
        for length in (5, 15, 16, 17, 32):
            message = family.random(length - len(tail)) + tail
            slug = f"{name}-{length:02}-bytes"
            yield from family.both(slug, why, plaintext=message, iv=family.iv())


@case("C2", "variable-key", flags=("KnownAnswer",), clause=KEY_EXPANSION)
def variable_key(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** Keys with one bit set and keys that begin with a run of ones; the message is zero.

    The IV of CBC is zero.
    """
    drafts: list[Draft] = []
    for name, key in bit_patterns(family.key_length):
        why = f"Every bit of the key counts: here {_words(name)}."
        secret = GroupKey(secret=HexBytes(key))
        drafts += family.both(name, why, plaintext=ZERO_BLOCK, iv=family.zero_iv(), key=secret)
    _require_distinct(drafts)
    yield from drafts


@case("C2", "variable-text", flags=("KnownAnswer",), clause=CIPHER)
def variable_text(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** Messages with one bit set and messages that begin with a run of ones.

    The key is zero, and so is the IV of CBC.
    """
    key, drafts = GroupKey(secret=HexBytes(family.key_length)), list[Draft]()
    for name, block in bit_patterns(BLOCK_LENGTH):
        why = f"Every bit of the message counts: here {_words(name)}."
        drafts += family.both(name, why, plaintext=block, iv=family.zero_iv(), key=key)
    _require_distinct(drafts)
    yield from drafts


@case("C2", "variable-iv", flags=("KnownAnswer",), clause=CBC)
def variable_iv(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** IVs with one bit set; the message is zero, so the IV alone is encrypted."""
    for bit in range(8 * BLOCK_LENGTH):
        iv = flipped(ZERO_BLOCK, bit)
        why = f"Every bit of the IV counts: here bit {bit}."
        drafts = family.both(f"bit-{bit:03}", why, plaintext=ZERO_BLOCK, iv=iv)
        swapped = family.encrypted(iv, ZERO_BLOCK)
        require(ciphertext_of(drafts[0]) == swapped, "IV and message do not change places")
        yield from drafts


def bit_patterns(length: int) -> Iterator[tuple[str, bytes]]:
    """Yield strings of ``length`` bytes: each single bit, then the runs of two ones and more."""
    bits = 8 * length
    for bit in range(bits):
        yield f"bit-{bit:03}", flipped(bytes(length), bit)
    for ones in range(2, bits + 1):
        yield f"ones-{ones:03}", ((1 << bits) - (1 << (bits - ones))).to_bytes(length, "big")


def _require_distinct(drafts: list[Draft]) -> None:
    """Insist that each input has an answer of its own; each is there in both directions."""
    answers = {ciphertext_of(draft) for draft in drafts}
    require(2 * len(answers) == len(drafts), "two inputs have the same answer")


def _words(name: str) -> str:
    kind, _, number = name.partition("-")
    return f"bit {int(number)} alone" if kind == "bit" else f"the first {int(number)}"


@case("C2", "ecb-message", flags=("KnownAnswer", "SizeSweep"), clause=ECB)
def ecb_message(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** Messages of one to ten blocks and of 4096 bytes and more; each has its key."""
    for count, drafts in _messages(family):
        singly = {ciphertext_of(drafts[0])[i : i + 16] for i in range(0, 16 * count, 16)}
        require(len(singly) == count, "two blocks are equal, so their order does not show")
        yield from drafts


@case("C2", "cbc-message", flags=("KnownAnswer", "SizeSweep"), clause=CBC)
def cbc_message(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** Messages of one to ten blocks and of 4096 bytes and more; each has its key."""
    for _, drafts in _messages(family):
        yield from drafts


def _messages(family: BlockModeMaker) -> Iterator[tuple[int, tuple[Draft, Draft]]]:
    for count in MESSAGE_BLOCKS:
        key = family.test_key(f"message of {count} blocks")
        why = f"A message of {count} block{'s' * (count > 1)} is encrypted block for block."
        message, iv = family.random(BLOCK_LENGTH * count), family.iv()
        yield count, family.both(f"{count:02}-blocks", why, plaintext=message, iv=iv, key=key)


@case("C2", "constant-message", flags=("KnownAnswer",), clause=CIPHER)
def constant_message(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** Messages, ciphertexts and IVs of all zeros and all ones, under a random key."""
    for name, octet in (("zeros", b"\x00"), ("ones", b"\xff")):
        block, iv = octet * BLOCK_LENGTH, family.iv()
        why = f"A block whose bytes are all {octet.hex()} is a block like any other."
        yield from family.both(f"{name}-message", why, plaintext=block * 2, iv=iv)
        message = family.decrypted(block * 2, iv)
        drafts = family.both(f"{name}-ciphertext", why, plaintext=message, iv=iv)
        require(ciphertext_of(drafts[0]) == block * 2, "the ciphertext is not constant")
        yield from drafts
        if family.chains:
            message = family.random(2 * BLOCK_LENGTH)
            drafts = family.both(f"{name}-iv", why, plaintext=message, iv=block)
            first = xor(message[:BLOCK_LENGTH], block)
            inner = family.encrypted(first, ZERO_BLOCK)
            require(ciphertext_of(drafts[0])[:BLOCK_LENGTH] == inner, "the IV is not added")
            yield from drafts


PADDED_BOOK = case_book(message_length, padded_message, other_padding)
"""Known answers with PKCS #7."""

ECB_BOOK = case_book(variable_key, variable_text, ecb_message, constant_message)
"""Known answers of ECB without padding."""

CBC_BOOK = case_book(variable_key, variable_text, variable_iv, cbc_message, constant_message)
"""Known answers of CBC without padding."""
