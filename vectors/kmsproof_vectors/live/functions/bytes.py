"""Functions and checks of recipes over byte strings, integers and lists, for every family."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from kmsproof_reference import octets
from kmsproof_vectors.live.functions.registry import FailureWord, RecipeFault, check, function

# Functions.


@function("xor")
def xor(left: bytes, right: bytes) -> bytes:
    """Return left ⊕ right; both have the same number of bytes."""
    _need(len(left) == len(right), f"xor needs equal lengths, not {len(left)} and {len(right)}")
    return octets.xor(left, right)


@function("concat")
def concat(parts: Sequence[bytes]) -> bytes:
    """Return the byte strings of a list joined in their order."""
    return b"".join(parts)


@function("slice")
def cut(value: bytes, start: int = 0, end: int | None = None) -> bytes:
    """Return the bytes from ``start`` up to, without, ``end``; by default up to the last one.

    Positions count from 0; negative ones count back from the end.
    """
    return value[start:end]


@function("flip-bit")
def flip_bit(value: bytes, bit: int) -> bytes:
    """Return the byte string with one bit changed; bit 0 is the most significant of the first byte.

    Negative numbers count back from the end: -1 is the least significant bit of the last byte.
    """
    total = 8 * len(value)
    _need(-total <= bit < total, f"there is no bit {bit} in {len(value)} bytes")
    return flipped(value, bit)


def flipped(value: bytes, *bits: int) -> bytes:
    """Return the byte string with some bits changed, counted as in `flip_bit`."""
    changed = bytearray(value)
    for bit in bits:
        position = bit % (8 * len(value))
        changed[position // 8] ^= 0x80 >> (position % 8)
    return bytes(changed)


@function("flip-bits")
def flip_bits(value: bytes, bits: Sequence[int]) -> bytes:
    """Return the byte string with some bits changed, counted as in `flip-bit`."""
    for bit in bits:
        value = flip_bit(value, bit)
    return value


@function("replace")
def replace(value: bytes, start: int, new: bytes) -> bytes:
    """Return the byte string with the bytes from ``start`` on overwritten by ``new``.

    A negative ``start`` counts back from the end. The length does not change.
    """
    start = start + len(value) if start < 0 else start
    end = start + len(new)
    _need(start >= 0 and end <= len(value), f"bytes {start} to {end} are not in {len(value)} bytes")
    return value[:start] + new + value[end:]


@function("insert")
def insert(value: bytes, start: int, new: bytes) -> bytes:
    """Return the byte string with ``new`` put before the byte at ``start``."""
    return value[:start] + new + value[start:]


@function("reverse")
def reverse(value: bytes) -> bytes:
    """Return the bytes in the opposite order."""
    return value[::-1]


@function("repeat")
def repeat(value: bytes, count: int) -> bytes:
    """Return the byte string ``count`` times in a row."""
    return value * count


@function("complement")
def complement(value: bytes) -> bytes:
    """Return the byte string with every bit changed."""
    return bytes(octet ^ 0xFF for octet in value)


@function("fill-like")
def fill_like(value: bytes, octet: int) -> bytes:
    """Return as many bytes as ``value`` has, all with the value ``octet``."""
    return bytes([octet]) * len(value)


@function("length")
def length(value: bytes) -> int:
    """Return the number of bytes."""
    return len(value)


@function("integer-to-bytes")
def integer_to_bytes(integer: int, length: int) -> bytes:
    """Return a non-negative integer as ``length`` bytes, most significant first (RFC 8017 §4.1)."""
    _need(0 <= integer < 256**length, f"the integer does not fit in {length} bytes")
    return octets.i2osp(integer, length)


@function("bytes-to-integer")
def bytes_to_integer(value: bytes) -> int:
    """Return the integer that the bytes spell, most significant first (RFC 8017 §4.2)."""
    return octets.os2ip(value)


@function("sha-256")
def sha_256(message: bytes) -> bytes:
    """Return the SHA-256 digest, 32 bytes (FIPS 180-4 §6.2)."""
    return hashlib.sha256(message).digest()


@function("sha-1")
def sha_1(message: bytes) -> bytes:
    """Return the SHA-1 digest, 20 bytes (FIPS 180-4 §6.1)."""
    return hashlib.sha1(message, usedforsecurity=False).digest()


@function("item")
def item(values: Sequence[bytes], index: int) -> bytes:
    """Return one entry of a list, counted from 0, negative ones back from the end."""
    _need(-len(values) <= index < len(values), f"there is no entry {index} in {len(values)}")
    return values[index]


@function("permute-blocks")
def permute_blocks(value: bytes, order: Sequence[int], size: int = 16) -> bytes:
    """Return the blocks of ``size`` bytes whose numbers ``order`` has, in that order, from 0."""
    pieces = list(octets.blocks(value, size))
    _need(all(0 <= number < len(pieces) for number in order), f"only {len(pieces)} blocks")
    return b"".join(pieces[number] for number in order)


# Checks: an empty string means that it holds, else it is the sentence that says what is wrong.


@check("equal", FailureWord.WRONG_OUTPUT)
def equal(left: bytes, right: bytes) -> str:
    """The two byte strings are the same."""
    return "" if left == right else f"{shown(left)} is not {shown(right)}."


@check("different", FailureWord.WRONG_OUTPUT)
def different(left: bytes, right: bytes) -> str:
    """The two byte strings are not the same."""
    return "" if left != right else f"Both are {shown(left)}."


@check("has-length", FailureWord.WRONG_OUTPUT)
def has_length(value: bytes, length: int) -> str:
    """The byte string has ``length`` bytes."""
    return "" if len(value) == length else f"It has {len(value)} bytes instead of {length}."


@check("all-have-length", FailureWord.WRONG_OUTPUT)
def all_have_length(values: Sequence[bytes], length: int) -> str:
    """Every byte string of a list has ``length`` bytes."""
    wrong = [number for number, value in enumerate(values) if len(value) != length]
    if not wrong:
        return ""
    first = values[wrong[0]]
    return f"{len(wrong)} of {len(values)} have another length than {length}, such as {len(first)}."


@check("all-equal", FailureWord.WRONG_OUTPUT)
def all_equal(values: Sequence[bytes]) -> str:
    """All byte strings of a list are the same."""
    return "" if len(set(values)) <= 1 else f"There are {len(set(values))} different ones."


@check("all-distinct", FailureWord.LEAK)
def all_distinct(values: Sequence[bytes]) -> str:
    """No byte string occurs twice in a list."""
    first_at: dict[bytes, int] = {}
    for number, value in enumerate(values):
        if value in first_at:
            return f"Values {first_at[value]} and {number} of {len(values)} are {shown(value)}."
        first_at[value] = number
    return ""


@check("does-not-contain", FailureWord.LEAK)
def does_not_contain(value: bytes, part: bytes) -> str:
    """A byte string does not have another one in it."""
    return "" if part not in value else f"It contains {shown(part)}."


def shown(value: bytes) -> str:
    """Return a byte string as hex, with only the first 48 bytes of a longer one."""
    if not value:
        return "nothing"
    more = f"... ({len(value)} bytes)" if len(value) > 48 else ""
    return value[:48].hex() + more


def _need(holds: bool, what: str) -> None:
    """Raise `RecipeFault` unless a function is given what it can work on."""
    if not holds:
        raise RecipeFault(what)
