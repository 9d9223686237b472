"""RSAES-OAEP: messages of all lengths, seeds and messages of a special form."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.rsa_oaep import (
    DECRYPTION,
    ENCRYPTION,
    ENCRYPTION_CONTROL,
    HASH_LENGTH,
    MESSAGE_LENGTH,
    SEED,
    OaepMaker,
    ciphertext_of,
    message_of,
    unmasked,
)
from kmsproof_vectors.maker import CONTROL_FLAGS, flagged

SHORT_LENGTHS = (
    0,
    1,
    2,
    3,
    4,
    6,
    7,
    8,
    15,
    16,
    17,
    20,
    24,
    31,
    32,
    33,
    48,
    55,
    56,
    63,
    64,
    65,
    100,
)
"""Bytes: all ends of the scale, keys that are wrapped, and hash blocks."""

BELOW_MAXIMUM = (64, 33, 32, 31, 16, 8, 3, 2, 1, 0)
"""How many bytes shorter than the longest a message is: down to a PS of one byte and of none."""

Named = tuple[str, bytes]
"""A seed or a message, after its name."""


def lengths_too_long(length: int, longest: int) -> tuple[tuple[str, int], ...]:
    """Return lengths that do not fit a modulus of a length, in bytes, after their names."""
    return (
        ("one-byte", longest + 1),
        ("two-bytes", longest + 2),
        ("longest-with-sha-1", length - 42),
        ("longest-with-pkcs1-v15", length - 11),
        ("modulus-less-one", length - 1),
        ("modulus", length),
        ("modulus-and-one", length + 1),
        ("two-moduli", 2 * length),
        ("64-kib", 65_536),
    )


def special_seeds(label_hash: bytes) -> tuple[Named, ...]:
    """Return the seeds of a special form; one is the label hash."""
    return (
        ("zeros", bytes(HASH_LENGTH)),
        ("ones", bytes([0xFF]) * HASH_LENGTH),
        ("one", bytes(HASH_LENGTH - 1) + b"\x01"),
        ("label-hash", label_hash),
    )


def special_messages(longest: int, inner: bytes, draw: Callable[[int], bytes]) -> tuple[Named, ...]:
    """Return the messages of a special form.

    ``inner`` is a data block, and ``draw`` gives messages that do not begin like one.
    """
    return (
        ("zero", b"\x00"),
        ("separator", b"\x01"),
        ("zeros", bytes(20)),
        ("ones", bytes([0xFF]) * 20),
        ("zeros-to-the-end", bytes(longest)),
        ("ones-to-the-end", bytes([0xFF]) * longest),
        ("zeros-first", bytes(4) + draw(16)),
        ("zeros-last", draw(16) + bytes(4)),
        ("separator-first", b"\x01" + draw(16)),
        ("padding-first", b"\x00\x00\x01" + draw(16)),
        ("separators", b"\x01" * longest),
        ("encoding-first", inner[: longest - 40]),
    )


@case("O1", "message-length", flags=("KnownAnswer", "SizeSweep"), clause=DECRYPTION)
def message_length(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** Messages of many lengths, from none to the longest, are decrypted."""
    longest = family.max_length
    lengths = (*SHORT_LENGTHS, *(longest - less for less in BELOW_MAXIMUM))
    require(max(lengths) == longest and lengths[0] == 0, "the ends of the scale are not there")
    for length in lengths:
        why = f"A message of {length} bytes is decrypted exactly."
        yield family.decrypt(f"{length:03}-bytes", why, message=family.random(length))


@case("O1", "encrypt", flags=("KnownAnswer", "SizeSweep"), clause=ENCRYPTION)
def encrypt(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** Messages of the lengths at both ends are encrypted, whatever the seed."""
    for length in (0, 1, 2, 32, family.max_length - 1, family.max_length):
        why = f"What the target makes of {length} bytes is decrypted to them."
        yield family.encrypt(f"{length:03}-bytes", why, message=family.random(length))
    why = "Zeros at the beginning belong to the message."
    yield family.encrypt("zeros-first", why, message=bytes(8) + family.random(8))


@case("O1", "message-too-long", flags=("MessageTooLong",), clause=MESSAGE_LENGTH)
def message_too_long(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The message is longer than k - 66 bytes: by a byte, or to the modulus and on."""
    control = family.encrypt("control", ENCRYPTION_CONTROL, message=family.random(32))
    yield flagged(control, CONTROL_FLAGS)
    length, longest = family.key_length, family.max_length
    for name, size in lengths_too_long(length, longest):
        why = f"A message of {size} bytes is refused: the longest has {longest}."
        yield family.too_long(control, name, why, family.random(size))


@case("O1", "special-seed", flags=("SpecialSeed",), clause=SEED)
def special_seed(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The seed is all zeros, all ones, or equal to other parts of the encoding."""
    empty_label = family.oaep().encode(b"", bytes(HASH_LENGTH))
    label_hash = unmasked(empty_label)[2][:HASH_LENGTH]
    for name, seed in special_seeds(label_hash):
        for size in (0, 6, family.max_length):
            message, why = family.random(size), "A seed of a special form is a seed like any other."
            encoded = family.oaep().encode(message, seed)
            require(unmasked(encoded)[1] == seed, "the seed is another one")
            yield family.decoded(f"{name}-message-{size}", why, encoded, message=message)


@case("O1", "special-message", flags=("KnownAnswer",), clause=DECRYPTION)
def special_message(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** The message is constant, or begins like a padding, or is itself an encoding."""
    encoding = family.oaep().encode(family.random(5), family.random(HASH_LENGTH))
    inner = unmasked(encoding)[2]
    for name, message in special_messages(family.max_length, inner, family.message):
        why = "Only the padding of the encoding is removed, and nothing of the message."
        made = family.decrypt(name, why, message=message)
        require(message_of(made) == message, "the message is another one")
        yield made


@case("O11", "repeated-message", flags=("RandomisedEncryption",), clause=SEED)
def repeated_message(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** One message is encrypted several times; the ciphertexts are not compared here."""
    message = family.random(32)
    for number in range(1, 5):
        why = "A message that was encrypted before is encrypted again."
        yield family.encrypt(f"encrypt-{number}", why, message=message)
    seen: set[bytes] = set()
    for number in range(1, 5):
        why = "Different ciphertexts of one message are decrypted to it."
        made = family.decrypt(f"decrypt-{number}", why, message=message)
        seen.add(ciphertext_of(made))
        yield made
    require(len(seen) == 4, "two ciphertexts are the same")


BOOK = case_book(
    message_length, encrypt, message_too_long, special_seed, special_message, repeated_message
)
"""The cases of this module."""
