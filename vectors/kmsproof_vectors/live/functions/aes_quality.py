"""Checks of AES recipes: keys that everybody knows, IVs that can be computed, and equal blocks.

The generators that are looked for are those of common standard libraries. What they give does not
follow from chance: each check speaks against an honest generator less than once in 10^12.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kmsproof_reference.aes import BLOCK_LENGTH, Aes
from kmsproof_reference.octets import blocks
from kmsproof_vectors.live.functions.registry import FailureWord, check

ZERO_BLOCK = bytes(BLOCK_LENGTH)

WORD = 1 << 32
"""What words of 32 bits are below."""

JAVA_FACTOR, JAVA_SUMMAND, JAVA_STATES = 25_214_903_917, 11, 1 << 48
"""x' = 25214903917 x + 11 modulo 2^48, of which the upper 32 bits come out (java.util.Random)."""

TWISTER_LENGTH, TWISTER_MIDDLE, TWISTER_MATRIX = 624, 397, 0x9908B0DF
"""Words in the state of MT19937, the distance of the middle one, and the rows of its matrix."""

TWISTER_PROOF = 8
"""Words that have to follow from earlier ones."""


@check("blocks-distinct", FailureWord.LEAK)
def blocks_distinct(value: bytes) -> str:
    """No two blocks of 16 bytes are equal in a byte string; a part of a block does not count."""
    first_at: dict[bytes, int] = {}
    for number, block in enumerate(blocks(value), 1):
        if len(block) == BLOCK_LENGTH and block in first_at:
            return f"Blocks {first_at[block]} and {number} are both {block.hex()}."
        first_at[block] = number
    return ""


@check("blocks-far-from-first", FailureWord.LEAK)
def blocks_far_from_first(value: bytes) -> str:
    """Every block differs from the first one in eight bytes or more of the 16.

    Of two random blocks, eight or more bytes are equal once in 10^15.
    """
    first, *others = blocks(value)
    for number, block in enumerate(others, 2):
        same = sum(left == right for left, right in zip(first, block, strict=True))
        if same > BLOCK_LENGTH // 2:
            return f"{same} of the 16 bytes of blocks 1 and {number} are equal."
    return ""


@check("key-not-well-known", FailureWord.LEAK)
def key_not_well_known(encrypted_zeros: bytes, length: int) -> str:
    """A key of ``length`` bytes is none that everybody tries first.

    Those are one byte repeated, the numbers from 0 or 1, digits, and the keys of FIPS 197, of SP
    800-38A and of the specification of GCM. ``encrypted_zeros`` is a block of zeros under the key.
    """
    for name, key in _well_known_keys(length):
        if Aes(key).cipher(ZERO_BLOCK) == encrypted_zeros:
            return f"The key is {key.hex()}, {name}."
    return ""


def _well_known_keys(length: int) -> Iterator[tuple[str, bytes]]:
    yield from (("one byte repeated", bytes([octet]) * length) for octet in range(256))
    yield "the numbers from 0", bytes(range(length))
    yield "the numbers from 1", bytes(range(1, length + 1))
    yield "the numbers from 0 backwards", bytes(range(length))[::-1]
    for digits in (b"0123456789abcdef", b"0123456789ABCDEF", b"1234567890123456"):
        yield "digits", (digits * 2)[:length]
    for name, key in (
        ("that of FIPS 197 appendix A.1", "2b7e151628aed2a6abf7158809cf4f3c"),
        ("that of FIPS 197 appendix A.2", "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"),
        (
            "that of FIPS 197 appendix A.3",
            "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
        ),
        ("that of the specification of GCM", "feffe9928665731c6d6a8f9467308308" * 2),
    ):
        if len(key) >= 2 * length:
            yield name, bytes.fromhex(key)[:length]


@check("not-from-java-random", FailureWord.LEAK)
def not_from_java_random(values: Sequence[bytes]) -> str:
    """The first value, of 12 bytes or more, does not come from ``java.util.Random``.

    Of its first four bytes the 2^16 states are tried that give them; the next eight bytes follow.
    """
    for order, words in _words(values[:1]):
        first, second, third, *_ = words
        for state in range(first << 16, (first + 1) << 16):
            following = _next_java_state(state)
            if following >> 16 == second and _next_java_state(following) >> 16 == third:
                return f"The words of the first one, {order} byte first, follow from each other."
    return ""


def _next_java_state(state: int) -> int:
    return (state * JAVA_FACTOR + JAVA_SUMMAND) % JAVA_STATES


@check("not-from-mersenne-twister", FailureWord.LEAK)
def not_from_mersenne_twister(values: Sequence[bytes]) -> str:
    """The values, joined in their order, do not come from the Mersenne Twister MT19937.

    Of its words each one follows from three that came 624, 623 and 227 before it. It takes 632
    words of 32 bits to find that out: with fewer the check holds.
    """
    for order, words in _words(values):
        if len(words) < TWISTER_LENGTH + TWISTER_PROOF:
            continue
        state = [_untempered(word) for word in words[: TWISTER_LENGTH + TWISTER_PROOF]]
        if all(_follows(state, number) for number in range(TWISTER_PROOF)):
            return f"Their words, {order} byte first, follow from those 624 before."
    return ""


def _follows(state: Sequence[int], number: int) -> bool:
    joined = state[number] & 0x8000_0000 | state[number + 1] & 0x7FFF_FFFF
    twisted = joined >> 1 ^ (TWISTER_MATRIX if joined & 1 else 0)
    return state[number + TWISTER_LENGTH] == state[number + TWISTER_MIDDLE] ^ twisted


def _untempered(word: int) -> int:
    """Undo what the generator does to a word of its state before it comes out."""
    word ^= word >> 18
    word ^= word << 15 & 0xEFC6_0000
    whole = word
    for _ in range(4):
        whole = word ^ whole << 7 & 0x9D2C_5680
    word = whole = whole % WORD
    for _ in range(2):
        whole = word ^ whole >> 11
    return whole


def _words(values: Sequence[bytes]) -> Iterator[tuple[str, list[int]]]:
    """Yield the words of 32 bits of the values, in either order of bytes."""
    joined = b"".join(values)
    pieces = [joined[start : start + 4] for start in range(0, len(joined) - 3, 4)]
    yield "the most significant", [int.from_bytes(piece, "big") for piece in pieces]
    yield "the least significant", [int.from_bytes(piece, "little") for piece in pieces]
