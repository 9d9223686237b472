"""ECIES: messages of all lengths, encryptions, and keys that are special."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kmsproof_reference.elliptic_curve import Point
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec import SECOND
from kmsproof_vectors.cases.ec_ecies import (
    DECRYPTION,
    ENCRYPTION,
    KEY_DERIVATION,
    SHARED_SECRET,
    TAG,
    EciesMaker,
    parts,
)

HASH: Final = 20
"""Bytes of a block of the key derivation function: a digest of SHA-1."""

COUNTER_BYTE: Final = 255
"""The last counter that fits in one byte."""

LENGTHS: Final = (
    *(0, 1, 2, 3, 7, 8, 15, 16, 17, 19, 20, 21, 31, 32, 33, 39, 40, 41, 59, 60, 61, 79, 80, 81),
    *(100, 127, 128, 129, 190, 255, 256, 257, 512, 1000, 1023, 1024, 1025, 2048),
)
"""Bytes of messages: around blocks of SHA-1 in both dialects, and of other functions."""

ENCRYPTED: Final = (0, 1, 16, 19, 20, 21, 40, 41, 100, 256, 1024, 5080, 5081)
"""Bytes of messages that the target encrypts."""


@case("I1", "message-length", flags=("KnownAnswer", "SizeSweep"), clause=DECRYPTION)
def message_length(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** Messages of all lengths around the blocks of the key derivation function."""
    for length in LENGTHS:
        draft = family.decrypt(
            f"{length:04}-bytes",
            f"A message of {length} bytes is decrypted exactly.",
            message=family.message(length),
        )
        require(len(parts(draft)[1]) == length, "the message has another length")
        yield draft


@case("I1", "constant-message", flags=("KnownAnswer",), clause=DECRYPTION)
def constant_message(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** Messages of all zeros and all ones: the ciphertext is the key, or its inverse."""
    for name, octet in (("zeros", b"\x00"), ("ones", b"\xff")):
        for length in (20, 64):
            why = f"A message of {length} bytes that are all {octet.hex()} is decrypted exactly."
            yield family.decrypt(f"{name}-{length}", why, message=octet * length)


@case("I2", "derivation-counter", flags=("KnownAnswer", "KeyDerivation"), clause=KEY_DERIVATION)
def derivation_counter(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** The key derivation function needs 254 to 257 blocks, and 512: past one byte."""
    for blocks in (COUNTER_BYTE - 1, COUNTER_BYTE, COUNTER_BYTE + 1, COUNTER_BYTE + 2, 512):
        for name, length in (("full", blocks * HASH - TAG), ("begun", blocks * HASH - TAG - 19)):
            require(-(-(length + TAG) // HASH) == blocks, "another number of blocks is needed")
            yield family.decrypt(
                f"{blocks}-blocks-{name}",
                f"The counter of the key derivation function goes to {blocks}.",
                message=family.message(length),
            )


@case("I1", "encryption", flags=("KnownAnswer", "SizeSweep"), clause=ENCRYPTION)
def encryption(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** The target encrypts; what it gives must decrypt to the message."""
    for length in ENCRYPTED:
        why = f"What the target makes of {length} bytes decrypts to them."
        yield family.encrypt(f"{length:04}-bytes", why, family.message(length))


@case("I10", "repeated-encryption", flags=("KnownAnswer",), clause=ENCRYPTION)
def repeated_encryption(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** One message is encrypted several times, each time so that it decrypts."""
    message = family.message()
    for number in range(4):
        why = "Every encryption of one message decrypts to it."
        yield family.encrypt(f"time-{number}", why, message)


SPECIAL_KEYS: Final = ("1", "2", "3", "n-1", "n-2", "half", "2-128", "2-255", "alternating")


@case("I3", "special-private-key", flags=("KnownAnswer", "SpecialPoint"), clause=SHARED_SECRET)
def special_private_key(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** The recipient's private key is an edge of scalar multiplication."""
    n = family.curve.n
    values = (1, 2, 3, n - 1, n - 2, (n + 1) // 2, 1 << 128, 1 << 255, int("55" * 32, 16))
    for name, d in zip(SPECIAL_KEYS, values, strict=True):
        key = family.chosen_key(f"ecies {name}", d)
        require(family.private(key).d == d, "the key is another one")
        why = f"Decryption is exact under the private key {name}."
        yield family.decrypt(f"d-{name}", why, key=key)


@case("I3", "own-key", flags=("KnownAnswer", "SpecialPoint"), clause=SHARED_SECRET)
def own_key(family: EciesMaker) -> Iterator[Draft]:
    """**Valid.** The ephemeral point is the recipient's own public key, or the reflected one."""
    d, n = family.private().d, family.curve.n
    public = family.private().public.point
    require(isinstance(public, Point), "the public key is infinity")
    for name, k in (("q", d), ("minus-q", n - d), ("two-q", 2 * d % n)):
        why = f"The ephemeral point is {name.replace('-', ' ').upper()}, and the secret is exact."
        yield family.decrypt(name, why, k=k)
    other = family.scheme(family.test_key(SECOND)).private_key().d
    yield family.decrypt("other-key", "The ephemeral key is another recipient's key.", k=other)


BOOK = case_book(
    message_length,
    constant_message,
    derivation_counter,
    encryption,
    repeated_encryption,
    special_private_key,
    own_key,
)
"""The cases of this module."""
