"""AES-GCM with 12-byte IV and 16-byte tag: messages with exactly one right answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kmsproof_reference.octets import xor
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.aes_gcm import (
    COUNTER,
    DECRYPTION,
    ENCRYPTION,
    HASH_SUBKEY,
    IV_UNIQUENESS,
    LENGTH_BLOCK,
    GcmMaker,
    aad_of,
    decryption,
)
from kmsproof_vectors.model import GroupKey

MESSAGE_LENGTHS = (
    *range(50),
    *(63, 64, 65, 79, 80, 81, 95, 96, 97, 111, 112, 113, 127, 128, 129, 143, 144, 145),
    *(159, 160, 161, 191, 192, 193, 255, 256, 257, 287, 288, 289, 383, 384, 385),
    *(511, 512, 513, 767, 768, 769, 1023, 1024, 1025),
)
"""Lengths in bytes: all up to three blocks, then a byte less and more than the numbers of blocks
that are worked off in one go: 4, 6, 8, 12, 16, 32, and the lengths from which on this is done."""

AAD_LENGTHS = (
    *range(34),
    *(40, 47, 48, 49, 63, 64, 65, 79, 80, 81, 95, 96, 97, 127, 128, 129, 191, 192, 193),
    *(255, 256, 257, 383, 384, 385, 511, 512, 513, 1023, 1024, 1025),
)
"""Lengths in bytes, chosen in the same way."""


@case("G1", "message-length", flags=("KnownAnswer", "SizeSweep"), clause=ENCRYPTION)
def message_length(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Messages of all lengths around the block boundaries, with associated data."""
    for length in MESSAGE_LENGTHS:
        why = f"A message of {length} bytes is encrypted and decrypted exactly."
        message, aad = family.random(length), family.random(length % 7)
        sealed, opened = family.both(f"{length}-bytes", why, plaintext=message, aad=aad)
        require(len(decryption(opened).ciphertext) == length, "GCM changed the length")
        yield from (sealed, opened)


@case("G1", "aad-length", flags=("KnownAnswer", "SizeSweep"), clause=ENCRYPTION)
def aad_length(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Associated data of all lengths around the block boundaries."""
    for length in AAD_LENGTHS:
        why = f"Associated data of {length} bytes is authenticated exactly."
        message, aad = family.random(20), family.random(length)
        sealed, opened = family.both(f"{length}-bytes", why, plaintext=message, aad=aad)
        require(len(aad_of(opened)) == length, "the associated data has another length")
        yield from (sealed, opened)


@case("G1", "both-lengths", flags=("KnownAnswer", "SizeSweep"), clause=LENGTH_BLOCK)
def both_lengths(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Message and associated data each end before, at and after a block boundary."""
    endings = set[tuple[int, int]]()
    for message in (0, 1, 15, 16, 17, 31, 32, 33):
        for aad in (0, 1, 15, 16, 17, 32):
            endings.add((message % 16, aad % 16))
            yield from family.both(
                f"{message}-and-{aad}",
                f"{message} bytes of message and {aad} of associated data are handled exactly.",
                plaintext=family.random(message),
                aad=family.random(aad),
            )
    require(len(endings) == 9, "not every ending of the one meets every ending of the other")


@case("G1", "special-values", flags=("KnownAnswer",), clause=ENCRYPTION)
def special_values(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** IV, message and associated data of all zeros or all ones."""
    zero, ones = bytes(33), bytes([255]) * 33
    for name, iv, message, aad in (
        ("zero-iv", zero[:12], family.random(33), b""),
        ("ones-iv", ones[:12], family.random(34), b""),
        ("zero-message", family.random(12), zero, b""),
        ("ones-message", family.random(12), ones, b""),
        ("zero-aad", family.random(12), family.random(17), zero),
        ("ones-aad", family.random(12), family.random(17), ones),
        ("zero-message-and-aad", family.random(12), zero, zero),
        ("ones-message-and-aad", family.random(12), ones, ones),
        ("empty-message-and-aad", family.random(12), b"", b""),
    ):
        why = "Inputs of a special form are handled like all others."
        sealed, opened = family.both(name, why, plaintext=message, iv=iv, aad=aad)
        require(any(len(set(part)) <= 1 for part in (iv, message, aad)), "nothing is special")
        yield from (sealed, opened)


@case("G1", "constant-ciphertext", flags=("KnownAnswer",), clause=DECRYPTION)
def constant_ciphertext(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** The message is the keystream or its complement: the ciphertext is constant."""
    for name, octet in (("zeros", 0), ("ones", 255)):
        iv, constant = family.random(12), bytes([octet]) * 48
        message = xor(family.gcm().encrypt(iv, bytes(48))[0], constant)
        why = f"A ciphertext whose bytes are all {octet:02x} is a ciphertext like any other."
        sealed, opened = family.both(name, why, plaintext=message, iv=iv)
        require(decryption(opened).ciphertext == constant, "the ciphertext is not constant")
        yield from (sealed, opened)


class SubkeyForm(NamedTuple):
    """A byte of the hash subkey that shall have a value."""

    name: str
    position: int
    value: int


SUBKEY_FORMS = (
    SubkeyForm("first-byte-00", 0, 0x00),
    SubkeyForm("first-byte-ff", 0, 0xFF),
    SubkeyForm("last-byte-00", 15, 0x00),
    SubkeyForm("last-byte-ff", 15, 0xFF),
)
"""The ends of H, which the reduction and the tables of a fast multiplication treat apart."""


@case("G1", "hash-subkey", flags=("KnownAnswer",), clause=HASH_SUBKEY)
def hash_subkey(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** The key is drawn until its hash subkey begins or ends in all zeros or all ones."""
    for form in SUBKEY_FORMS:
        key = _key_with(family, form)
        require(family.gcm(key).h[form.position] == form.value, "the hash subkey is another")
        for length in (0, 61):
            why = f"A key is used exactly whose hash subkey has {form.name.replace('-', ' ')}."
            yield from family.both(
                f"{form.name}-message-{length}",
                why,
                plaintext=family.random(length),
                aad=family.random(21),
                key=key,
            )


def _key_with(family: GcmMaker, form: SubkeyForm) -> GroupKey:
    """Return the first test key of a series whose hash subkey has a form; 1 in 256 has it."""
    number = 0
    while True:
        key = family.test_key(f"{form.name} {number}")
        if family.gcm(key).h[form.position] == form.value:
            return key
        number += 1


@case("G12", "repeated-iv", flags=("RepeatedIv",), clause=IV_UNIQUENESS)
def repeated_iv(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Two messages under one IV: where the caller may choose it, both are exact."""
    iv, first, second = family.random(12), family.random(40), family.random(40)
    why = "A target that takes the IV from its caller computes what the standard says."
    one = family.both("first", why, plaintext=first, iv=iv)
    two = family.both("second", why, plaintext=second, iv=iv)
    ciphertexts = xor(decryption(one[1]).ciphertext, decryption(two[1]).ciphertext)
    require(ciphertexts == xor(first, second), "the keystream is not the same")
    yield from (*one, *two)


@case("G13", "large-aad", flags=("LargeInput",), clause=LENGTH_BLOCK)
def large_aad(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Associated data of 64 KiB, one byte less and one byte more."""
    for length in (65_535, 65_536, 65_537):
        why = f"Associated data of {length} bytes is authenticated exactly."
        aad = _large(family, length)
        require(len(aad) == length, "the associated data has another length")
        yield from family.both(f"{length}-bytes", why, plaintext=family.random(16), aad=aad)


@case("G13", "large-message", flags=("LargeInput",), clause=COUNTER)
def large_message(family: GcmMaker) -> Iterator[Draft]:
    """**Valid.** Messages of 256 blocks, of 64 KiB, and one byte more."""
    for length in (4096, 65_536, 65_537):
        why = f"A message of {length} bytes is encrypted and decrypted exactly."
        message = _large(family, length)
        require(len(message) == length, "the message has another length")
        yield from family.both(f"{length}-bytes", why, plaintext=message)


def _large(family: GcmMaker, length: int) -> bytes:
    """Return a string that repeats with a period prime to that of blocks and pages."""
    return (family.random(251) * (length // 251 + 1))[:length]


BOOK = case_book(
    message_length,
    aad_length,
    both_lengths,
    special_values,
    constant_ciphertext,
    hash_subkey,
    repeated_iv,
    large_aad,
    large_message,
)
"""The cases of this module."""
