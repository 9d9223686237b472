"""RSAES-OAEP: ciphertexts that other schemes, or the scheme with other functions, have made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.octets import i2osp, xor
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.rsa import MAIN
from kmsproof_vectors.cases.rsa_oaep import (
    DECODING,
    DECRYPTION,
    HASH_LENGTH,
    OaepMaker,
    message_of,
    unmasked,
)
from kmsproof_vectors.model import Clause

MASK_GENERATION = Clause(ref="RFC 8017", section="B.2.1")

OTHER_FUNCTIONS = (
    ("sha1", "sha1"),
    ("sha256", "sha1"),
    ("sha1", "sha256"),
    ("sha224", "sha224"),
    ("sha384", "sha384"),
    ("sha512", "sha512"),
    ("sha256", "sha384"),
    ("sha256", "sha512"),
    ("sha384", "sha256"),
    ("sha512", "sha256"),
    ("sha256", "sha224"),
    ("sha3_256", "sha3_256"),
    ("sha256", "sha3_256"),
    ("sha3_256", "sha256"),
    ("md5", "md5"),
)
"""Hash function and hash function of MGF1."""

Encoded = tuple[str, bytes]
"""An encoded message, after its name."""


Mask = Callable[[bytes, int], bytes]
"""Makes a mask of a length from a seed."""


def _mask(seed: bytes, length: int, octets_of: Callable[[int], bytes]) -> bytes:
    """Return a mask as MGF1 makes it, but with the counter in another form."""
    return _of_blocks(length, lambda counter: hashlib.sha256(seed + octets_of(counter)).digest())


def _of_blocks(length: int, block_of: Callable[[int], bytes]) -> bytes:
    return b"".join(map(block_of, range(-(-length // HASH_LENGTH))))[:length]


def _counter_first(seed: bytes, length: int) -> bytes:
    return _of_blocks(length, lambda counter: hashlib.sha256(i2osp(counter, 4) + seed).digest())


def _cut_in_front(seed: bytes, length: int) -> bytes:
    whole = length + -length % HASH_LENGTH
    return Mgf1().mask(seed, whole)[whole - length :]


def _first_block(seed: bytes, length: int) -> bytes:
    return Mgf1().mask(seed, HASH_LENGTH)[:length].ljust(length, b"\x00")


OTHER_MASKS: dict[str, Mask] = {
    "counter-from-one": lambda seed, length: _mask(seed, length, lambda i: i2osp(i + 1, 4)),
    "counter-little-endian": lambda seed, length: _mask(seed, length, lambda i: i2osp(i, 4)[::-1]),
    "counter-of-one-byte": lambda seed, length: _mask(seed, length, lambda i: i2osp(i, 1)),
    "counter-of-eight-bytes": lambda seed, length: _mask(seed, length, lambda i: i2osp(i, 8)),
    "no-counter": lambda seed, length: _mask(seed, length, lambda _: b""),
    "counter-zero": lambda seed, length: _mask(seed, length, lambda _: i2osp(0, 4)),
    "counter-before-seed": _counter_first,
    "cut-in-front": _cut_in_front,
    "only-first-block": _first_block,
}
"""Masks that are not those of MGF1, by what is otherwise in them."""


def masked_otherwise(block: bytes, seed: bytes) -> tuple[Encoded, ...]:
    """Return encoded messages whose data block is masked otherwise than MGF1 does."""
    length = len(block)
    mask = Mgf1().mask(seed, length)
    from_one = Mgf1().mask(seed, length + HASH_LENGTH)[HASH_LENGTH:]
    little = _mask(seed, length, lambda counter: counter.to_bytes(4, "little"))
    short = _mask(seed, length, lambda counter: i2osp(counter, 1))
    repeated = (mask[:HASH_LENGTH] * (length // HASH_LENGTH + 1))[:length]
    require(little[: 2 * HASH_LENGTH] != mask[: 2 * HASH_LENGTH], "the byte order does not show")
    blocks = (
        ("counter-from-one", xor(block, from_one)),
        ("counter-little-endian", xor(block, little)),
        ("counter-of-one-byte", xor(block, short)),
        ("no-counter", xor(block, repeated)),
        ("block-not-masked", block),
    )
    return tuple(
        (name, b"\x00" + xor(seed, Mgf1().mask(masked, HASH_LENGTH)) + masked)
        for name, masked in blocks
    )


def both_masked_otherwise(block: bytes, seed: bytes) -> tuple[Encoded, ...]:
    """Return encoded messages of which both masks are made in one other way than MGF1 does.

    Whoever makes masks in that way takes the message.
    """
    found: list[Encoded] = []
    for name, mask in OTHER_MASKS.items():
        masked = xor(block, mask(seed, len(block)))
        found.append((f"both-{name}", b"\x00" + xor(seed, mask(masked, HASH_LENGTH)) + masked))
    return tuple(found)


def put_together_otherwise(block: bytes, seed: bytes) -> tuple[Encoded, ...]:
    """Return encoded messages whose parts are not masked, or in another order or place."""
    masked = xor(block, Mgf1().mask(seed, len(block)))
    masked_seed = xor(seed, Mgf1().mask(masked, HASH_LENGTH))
    return (
        ("seed-not-masked", b"\x00" + seed + masked),
        ("nothing-masked", b"\x00" + seed + block),
        ("seed-masked-with-plain-block", b"\x00" + xor(seed, Mgf1().mask(block, 32)) + masked),
        ("block-before-seed", b"\x00" + masked + masked_seed),
        ("shifted-right", b"\x00\x00" + (masked_seed + masked)[:-1]),
    )


def padded_by_pkcs1_v15(message: bytes, random: bytes) -> tuple[Encoded, ...]:
    """Return what RSAES-PKCS1-v1_5 makes of a message, well formed or not; k bytes.

    ``random`` is what the padding is made of, k - 3 less the message; its zeros are replaced.
    """
    random = bytes(octet or 0x5A for octet in random)
    require(0 not in random and len(random) >= 8, "the padding string is malformed")
    return (
        ("block-type-2", b"\x00\x02" + random + b"\x00" + message),
        ("block-type-1", b"\x00\x01" + b"\xff" * len(random) + b"\x00" + message),
        ("block-type-0", b"\x00\x00" + bytes(len(random) + 1) + message),
        ("no-separator", b"\x00\x02" + random + b"\x5a" + message),
        ("zero-in-padding", b"\x00\x02" + random[:3] + b"\x00" + random[4:] + b"\x00" + message),
        ("empty-message", b"\x00\x02" + random + b"\x5a" * len(message) + b"\x00"),
    )


def not_padded(message: bytes, length: int) -> tuple[Encoded, ...]:
    """Return a message as k bytes with zeros before or behind it, or as often as it fits."""
    return (
        ("message-last", message.rjust(length, b"\x00")),
        ("message-first", b"\x00" + message.ljust(length - 1, b"\x00")),
        ("message-repeated", b"\x00" + (message * length)[: length - 1]),
        ("separator-and-message", (b"\x01" + message).rjust(length, b"\x00")),
    )


@case("O5", "other-functions", flags=("OtherScheme",), clause=DECRYPTION)
def other_functions(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The message was encrypted with another hash function, or another in MGF1."""
    control = family.control()
    yield control
    message, public = message_of(control), family.rsa_key(MAIN).public
    for hash_name, mask_name in OTHER_FUNCTIONS:
        other = Oaep(public, hash_name, Mgf1(mask_name))
        seed = family.random(hashlib.new(hash_name).digest_size)
        encoded = other.encode(message, seed)
        require(other.decode(encoded) == message, "the other functions do not decode it")
        yield family.malformed(
            control,
            f"{hash_name}-mgf1-{mask_name}".replace("_", "-"),
            f"OAEP with {hash_name} and MGF1 with {mask_name} is another scheme.",
            encoded,
            given_away=message,
        )


@case("O5", "other-masks", flags=("OtherScheme",), clause=MASK_GENERATION)
def other_masks(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** A mask is made or applied otherwise: counter, order, or not at all."""
    seed, message = family.random(HASH_LENGTH), family.message(40)
    control = family.control(message=message, seed=seed)
    yield control
    block = unmasked(family.oaep().encode(message, seed))[2]
    for name, encoded in masked_otherwise(block, seed):
        why = f"A data block that is masked otherwise is refused: {name.replace('-', ' ')}."
        yield family.malformed(control, name, why, encoded, given_away=message)
    for name, encoded in both_masked_otherwise(block, seed):
        why = f"A message of other masks is refused: {name.replace('-', ' ')}."
        require(unmasked(encoded)[2] != block, "the masks are those of MGF1")
        yield family.malformed(control, name, why, encoded, given_away=message)
    for name, encoded in put_together_otherwise(block, seed):
        why = f"Parts that are put together otherwise are refused: {name.replace('-', ' ')}."
        yield family.malformed(control, name, why, encoded, given_away=message)


@case("O5", "pkcs1-v15", flags=("OtherScheme", "MangerOracle"), clause=DECODING)
def pkcs1_v15(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The message was padded by RSAES-PKCS1-v1_5, well formed or not."""
    control = family.control()
    yield control
    message, k = message_of(control), family.key_length
    random = family.random(k - 3 - len(message))
    for name, encoded in padded_by_pkcs1_v15(message, random):
        why = f"What PKCS #1 v1.5 has padded is refused: {name.replace('-', ' ')}."
        given = None if name == "empty-message" else message
        yield family.malformed(control, name, why, encoded, given_away=given)


@case("O5", "without-padding", flags=("OtherScheme",), clause=DECODING)
def without_padding(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The message itself, with zeros before or behind it, was raised to e."""
    control = family.control()
    yield control
    message = message_of(control)
    for name, encoded in not_padded(message, family.key_length):
        why = f"A message that was not padded is refused: {name.replace('-', ' ')}."
        yield family.malformed(control, name, why, encoded, given_away=message)


BOOK = case_book(other_functions, other_masks, pkcs1_v15, without_padding)
"""The cases of this module."""
