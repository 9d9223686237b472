"""AES in ECB and CBC without padding: every entry of the S-box, in every place it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kmsproof_reference.aes import BLOCK_LENGTH, Aes
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.octets import blocks, xor
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_block_modes import (
    CIPHER,
    KEY_EXPANSION,
    BlockModeMaker,
    ciphertext_of,
    joined,
    plaintext_of,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import GroupKey

MESSAGES = 16
"""Messages of 16 blocks: 256 blocks, one for each value at each of the 16 positions."""

FIRST_KEY_WORDS = 64
"""Keys of which each shows four entries of the S-box to the first SUBWORD."""

Coverage = list[set[int]]
"""The inputs that the S-box has met at each position."""


def states(message: int) -> list[bytes]:
    """Return 16 states; over all messages each position takes each of the 256 values once."""
    return [
        bytes((16 * message + block + 17 * position) % 256 for position in range(BLOCK_LENGTH))
        for block in range(BLOCK_LENGTH)
    ]


@case("C2", "s-box-first-round", flags=("KnownAnswer",), clause=CIPHER)
def s_box_first_round(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** The S-box meets every byte at every position in the first round of the cipher.

    Decryption meets every byte in the last round of the inverse cipher.
    """
    aes = Aes(_secret(family.key))
    yield from _messages(
        family,
        make=lambda state: xor(state, aes.round_keys[0]),
        cipher_step=f"round[{1:2}].start",
        inverse_step=f"round[{aes.rounds:2}].is_row",
        why="The S-box meets other bytes in the first round of encryption, the last of decryption.",
    )


@case("C2", "s-box-last-round", flags=("KnownAnswer",), clause=CIPHER)
def s_box_last_round(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** The S-box meets every byte at every position in the last round of the cipher.

    Decryption meets every byte in the first round of the inverse cipher.
    """
    aes = Aes(_secret(family.key))
    yield from _messages(
        family,
        make=lambda state: aes.inv_cipher(aes.round(state, aes.rounds)),
        cipher_step=f"round[{aes.rounds:2}].start",
        inverse_step=f"round[{1:2}].is_row",
        why="The S-box meets other bytes in the last round of encryption, the first of decryption.",
    )


def _messages(
    family: BlockModeMaker,
    *,
    make: Callable[[bytes], bytes],
    cipher_step: str,
    inverse_step: str,
    why: str,
) -> Iterator[Draft]:
    """Yield the messages whose blocks reach the block cipher as ``make`` gives them."""
    cipher_inputs: list[bytes] = []
    cipher_outputs: list[bytes] = []
    for number in range(MESSAGES):
        inputs = [make(state) for state in states(number)]
        iv = family.iv()
        message = _reaching(family, inputs, iv)
        drafts = family.both(f"message-{number:02}", why, plaintext=message, iv=iv)
        require(plaintext_of(drafts[1]) == message, "the message does not come back")
        cipher_inputs += inputs
        cipher_outputs += blocks(ciphertext_of(drafts[0]))
        yield from drafts
    key = _secret(family.key)
    met = _met(key, Aes.cipher, cipher_inputs, cipher_step)
    require(_is_complete(met), f"the S-box does not meet every byte at {cipher_step}")
    met = _met(key, Aes.inv_cipher, cipher_outputs, inverse_step)
    require(_is_complete(met), f"the inverse S-box does not meet every byte at {inverse_step}")


def _reaching(family: BlockModeMaker, inputs: Iterable[bytes], iv: bytes | None) -> HexBytes:
    """Return the message whose blocks reach the block cipher as the given inputs."""
    if iv is None:
        return joined(inputs)
    message: list[bytes] = []
    for block in inputs:
        message.append(xor(block, iv))
        iv = family.encrypted(message[-1], iv)
    return joined(message)


def _met(
    key: bytes, operation: Callable[[Aes, bytes], bytes], texts: Iterable[bytes], step: str
) -> Coverage:
    """Return what the S-box meets at a step, at each position, over some blocks."""
    met: Coverage = [set() for _ in range(BLOCK_LENGTH)]
    for text in texts:
        recorder = Recorder()
        operation(Aes(key, show=recorder), text)
        for position, octet in enumerate(recorder[step]):
            met[position].add(octet)
    return met


def _is_complete(met: Coverage) -> bool:
    return all(len(octets) == 256 for octets in met)


@case("C2", "s-box-key-schedule", flags=("KnownAnswer",), clause=KEY_EXPANSION)
def s_box_key_schedule(family: BlockModeMaker) -> Iterator[Draft]:
    """**Valid.** The S-box meets every byte in the key expansion; with 256-bit keys in both uses.

    The last word of the key is the input of the first SUBWORD. A 256-bit key also goes through
    the S-box in the middle of every eight words: there word 3 of the key decides.
    """
    first, middle = set[int](), set[int]()
    for number in range(FIRST_KEY_WORDS):
        wanted = bytes(range(4 * number, 4 * number + 4))
        key = _key_with(family.random(family.key_length - 4), wanted)
        met = list(_sub_word_inputs(key))
        first |= set(met[0])
        middle |= set(met[1])
        why = f"The S-box meets {wanted.hex()} in the key expansion."
        yield from family.both(
            f"bytes-{wanted.hex()}",
            why,
            plaintext=family.random(BLOCK_LENGTH),
            iv=family.iv(),
            key=GroupKey(secret=HexBytes(key)),
        )
    require(len(first) == 256, "the S-box does not meet every byte in the key expansion")
    require(family.key_length < 32 or len(middle) == 256, "nor does it in its second use")


def _key_with(start: bytes, wanted: bytes) -> bytes:
    """Return a key whose last word is the wanted one; with 256 bits word 11 of the schedule too."""
    if len(start) < 28:
        return start + wanted
    # Word 11 is word 3 ⊕ word 10, and word 10 does not depend on word 3.
    word_10 = Aes(start + wanted).round_keys[2][8:12]
    return start[:12] + xor(word_10, wanted) + start[16:] + wanted


def _sub_word_inputs(key: bytes) -> Iterator[bytes]:
    """Yield every word that the key expansion puts through the S-box (FIPS 197 §5.2)."""
    nk, schedule = len(key) // 4, b"".join(Aes(key).round_keys)
    for i in range(nk, len(schedule) // 4):
        if i % nk == 0 or (nk > 6 and i % nk == 4):
            yield schedule[4 * i - 4 : 4 * i]


def _secret(key: GroupKey) -> bytes:
    return key.secret or b""


BOOK = case_book(s_box_first_round, s_box_last_round, s_box_key_schedule)
"""The cases of this module."""
