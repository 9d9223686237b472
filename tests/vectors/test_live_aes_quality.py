"""The checks on keys, IVs and equal blocks: they see what is weak, and not what is honest."""

from __future__ import annotations

import random

import pytest

from kmsproof_reference.aes import Aes
from kmsproof_reference.deviations.cbc_ivs import JavaRandom
from kmsproof_vectors.live.functions import aes_quality as quality
from kmsproof_vectors.live.functions import statistics

ZEROS = bytes(16)


def drawn(seed: int, count: int, length: int) -> list[bytes]:
    """Values that nobody can tell from random ones, the same in every run."""
    return [random.Random(f"{seed} {number}").randbytes(length) for number in range(count)]


def in_words(value: bytes) -> bytes:
    """The bytes of each word of 32 bits in the other order."""
    return b"".join(value[start : start + 4][::-1] for start in range(0, len(value), 4))


@pytest.mark.parametrize("length", [16, 24, 32])
@pytest.mark.parametrize(
    "key",
    [
        bytes(32),
        b"\xa5" * 32,
        bytes(range(32)),
        bytes(range(1, 33)),
        b"0123456789abcdef" * 2,
        bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
    ],
)
def test_a_key_that_everybody_knows_is_named(key: bytes, length: int) -> None:
    known = key[:length]
    found = quality.key_not_well_known(Aes(known).cipher(ZEROS), length)
    assert found.startswith(f"The key is {known.hex()}, ")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("FIPS 197 appendix A.1", "2b7e151628aed2a6abf7158809cf4f3c"),
        ("FIPS 197 appendix A.2", "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"),
        ("GCM", "feffe9928665731c6d6a8f9467308308"),
    ],
)
def test_the_keys_of_the_standards_are_known(name: str, key: str) -> None:
    octets = bytes.fromhex(key)
    assert name in quality.key_not_well_known(Aes(octets).cipher(ZEROS), len(octets))


def test_a_key_that_was_drawn_is_not_known() -> None:
    for key in drawn(1, 2, 32):
        assert quality.key_not_well_known(Aes(key).cipher(ZEROS), 32) == ""


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("length", [12, 16])
def test_the_generator_of_java_is_found(length: int, swapped: bool) -> None:
    generator = JavaRandom(20_261_125)
    values = [generator.octets(length) for _ in range(3)]
    given = [in_words(value) for value in values] if swapped else values
    assert "follow from each other" in quality.not_from_java_random(given)


@pytest.mark.parametrize("swapped", [False, True])
def test_the_mersenne_twister_is_found(swapped: bool) -> None:
    generator = random.Random(7)
    values = [generator.randbytes(16) for _ in range(158)]
    given = [in_words(value) for value in values] if swapped else values
    assert "follow from those 624 before" in quality.not_from_mersenne_twister(given)
    assert quality.not_from_mersenne_twister(given[:157]) == ""


def test_honest_values_come_from_neither() -> None:
    values = drawn(2, 200, 16)
    assert quality.not_from_java_random(values) == ""
    assert quality.not_from_mersenne_twister(values) == ""


def test_ivs_that_are_drawn_or_counted_are_honest() -> None:
    values = drawn(3, 200, 12)
    for honest in (
        values,
        [bytes(4) + value[:8] for value in values],
        [number.to_bytes(12, "big") for number in range(200)],
        [b"\7" * 8 + number.to_bytes(4, "little") for number in range(200)],
        [number.to_bytes(8, "big") + b"node" for number in range(5, 1000, 5)],
    ):
        assert statistics.drawn_or_counted(honest) == ""


def test_ivs_of_few_random_bits_are_seen() -> None:
    values = drawn(4, 200, 12)
    few = statistics.drawn_or_counted([bytes(8) + value[:4] for value in values])
    assert few == "Only 4 of 12 bytes ever change, and they are no counter."
    digits = statistics.drawn_or_counted([value[:6].hex().encode() for value in values])
    assert digits == "One byte has only 16 values in 200 IVs."


def test_equal_blocks_are_seen_and_parts_of_blocks_are_not() -> None:
    one, two = drawn(5, 2, 16)
    assert quality.blocks_distinct(one + two + one[:15]) == ""
    assert quality.blocks_distinct(b"") == ""
    assert quality.blocks_distinct(one + two + one) == f"Blocks 1 and 3 are both {one.hex()}."


def test_blocks_that_share_most_bytes_are_seen() -> None:
    one, two = drawn(6, 2, 16)
    assert quality.blocks_far_from_first(one + two) == ""
    found = quality.blocks_far_from_first(one + two + one[:9] + two[9:])
    assert found == "9 of the 16 bytes of blocks 1 and 3 are equal."
