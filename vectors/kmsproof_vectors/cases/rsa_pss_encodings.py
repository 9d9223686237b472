"""RSASSA-PSS: encoded messages in which one field is wrong, signed all the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.octets import i2osp, os2ip, xor
from kmsproof_reference.pss import TRAILER, Pss
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.rsa import with_bit_flipped, with_byte
from kmsproof_vectors.cases.rsa_pss import (
    HASH_CHECK,
    HASHED,
    PADDING_CHECK,
    SALT,
    SALT_LENGTH,
    TOP_BITS_CHECK,
    TRAILER_CHECK,
    UNMASKING,
    Parts,
    PssMaker,
)
from kmsproof_vectors.cases.rsa_signature import HASH_LENGTH, message_of
from kmsproof_vectors.encoding import HexBytes

MODIFIED: Final = ("ModifiedPssEncoding",)

OTHER_HASHES: Final = (
    ("sha1", "SHA-1"),
    ("sha224", "SHA-224"),
    ("sha384", "SHA-384"),
    ("sha512", "SHA-512"),
    ("sha512_256", "SHA-512/256"),
    ("sha3_256", "SHA3-256"),
)
"""Hash functions other than SHA-256, by their names in hashlib and as they are written."""


class Signed:
    """A good signature, and the parts that its encoded message is made of."""

    def __init__(self, family: PssMaker) -> None:
        self.salt = family.random(SALT_LENGTH)
        message = family.random(20)
        self.digest = hashlib.sha256(message).digest()
        self.parts = family.parts(self.digest, self.salt)
        encoded = self.parts.encoded()
        scheme = family.scheme(family.rsa_key())
        require(encoded == scheme.encode_digest(self.digest, self.salt), "EM is not the right one")
        signature = scheme.sign_encoded(encoded)
        self.control = family.control(message=message, signature=signature)

    def with_block(self, data_block: bytes) -> bytes:
        """Return EM with another DB."""
        return replace(self.parts, data_block=data_block).encoded()

    def with_hash(self, h: bytes) -> bytes:
        """Return EM with another H, which DB is masked with."""
        return replace(self.parts, h=h).encoded()


@case("S2", "salt-value", flags=("SpecialSalt",), clause=SALT)
def salt_value(family: PssMaker) -> Iterator[Draft]:
    """**Valid.** The salt is all zeros, all ones, or begins like the padding before it."""
    message = family.random(20)
    digest = hashlib.sha256(message).digest()
    scheme = family.scheme(family.rsa_key())
    for name, salt in (
        ("zeros", bytes(SALT_LENGTH)),
        ("ones", b"\xff" * SALT_LENGTH),
        ("separators", b"\x01" * SALT_LENGTH),
        ("zeros-and-separator", bytes(SALT_LENGTH - 1) + b"\x01"),
        ("separator-and-zeros", b"\x01" + bytes(SALT_LENGTH - 1)),
        ("trailers", TRAILER * SALT_LENGTH),
        ("digest", digest),
    ):
        signature = scheme.sign_digest(digest, salt)
        why = f"Any 32 bytes are a salt: {name.replace('-', ' ')}."
        yield family.verify(name, why, message=message, signature=signature)


@case("S2", "salt-length", flags=("PssSaltLength",), clause=PADDING_CHECK)
def salt_length(family: PssMaker) -> Iterator[Draft]:
    """**Invalid.** The salt has another length than 32 bytes, and everything else fits it."""
    signed = Signed(family)
    yield signed.control
    longest = family.block_length - 1
    lengths = (0, 1, 8, 16, 20, 28, 30, 31, 33, 34, 48, 64, longest - 1, longest)
    for length in lengths:
        salt = family.random(length)
        encoded = family.parts(signed.digest, salt).encoded()
        lenient = Pss(family.rsa_key(), salt_length=None)
        require(lenient.verify_encoded(signed.digest, encoded), "not only the salt length is wrong")
        why = f"A salt of {length} bytes is refused where 32 are agreed on."
        yield family.malformed(signed.control, f"{length}-bytes", why, encoded)


@case("S2", "digest-changed", flags=MODIFIED, clause=HASHED)
def digest_changed(family: PssMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of mHash is another: in each byte, in the first and last each bit."""
    signed = Signed(family)
    yield signed.control
    bits = {*range(8), *(8 * byte + byte % 8 for byte in range(HASH_LENGTH)), *range(248, 256)}
    for bit in sorted(bits):
        digest = with_bit_flipped(signed.digest, bit)
        encoded = family.parts(digest, signed.salt).encoded()
        why = f"Bit {bit} of the message's digest counts."
        yield family.malformed(signed.control, f"bit-{bit:03}", why, encoded)
    complement = xor(signed.digest, b"\xff" * HASH_LENGTH)
    encoded = family.parts(complement, signed.salt).encoded()
    why = "The complement of the message's digest is refused."
    yield family.malformed(signed.control, "complement", why, encoded)


@case("S2", "eight-zeros", flags=MODIFIED, clause=HASHED)
def eight_zeros(family: PssMaker) -> Iterator[Draft]:
    """**Invalid.** The eight zero bytes in front of mHash are others, more, fewer, or elsewhere."""
    signed = Signed(family)
    yield signed.control
    digest, salt = signed.digest, signed.salt
    hashed = [
        *((f"byte-{i}-01", with_byte(bytes(8), i, 0x01) + digest + salt) for i in range(8)),
        *((f"byte-{i}-80", with_byte(bytes(8), i, 0x80) + digest + salt) for i in range(8)),
        ("all-ff", b"\xff" * 8 + digest + salt),
        ("missing", digest + salt),
        ("seven", bytes(7) + digest + salt),
        ("nine", bytes(9) + digest + salt),
        ("after-digest", digest + bytes(8) + salt),
        ("at-the-end", digest + salt + bytes(8)),
    ]
    for name, octets in hashed:
        encoded = signed.with_hash(hashlib.sha256(octets).digest())
        why = f"Eight zeros stand before the digest: {name.replace('-', ' ')} is refused."
        yield family.malformed(signed.control, name, why, encoded)


@case("S2", "hash-changed", flags=MODIFIED, clause=HASH_CHECK)
def hash_changed(family: PssMaker) -> Iterator[Draft]:
    """**Invalid.** H is another: in one byte, constant, or the hash of something else."""
    signed = Signed(family)
    yield signed.control
    digest, salt, h = signed.digest, signed.salt, signed.parts.h
    message = message_of(signed.control)
    for position in range(HASH_LENGTH):
        changed = with_bit_flipped(h, 8 * position + position % 8)
        why = f"Byte {position} of H counts."
        encoded = signed.with_hash(changed)
        yield family.malformed(signed.control, f"byte-{position:02}", why, encoded)
    for name, octets in (
        ("without-salt", bytes(8) + digest),
        ("without-digest", bytes(8) + salt),
        ("salt-before-digest", bytes(8) + salt + digest),
        ("of-message", bytes(8) + message + salt),
        ("of-other-salt", bytes(8) + digest + family.random(SALT_LENGTH)),
        ("of-cut-salt", bytes(8) + digest + salt[:-1]),
        ("of-data-block", bytes(8) + digest + signed.parts.data_block),
    ):
        encoded = signed.with_hash(hashlib.sha256(octets).digest())
        why = f"H is refused when it is the hash {name.replace('-', ' ')}."
        yield family.malformed(signed.control, name, why, encoded)
    for name, value in (
        ("zeros", bytes(HASH_LENGTH)),
        ("ones", b"\xff" * HASH_LENGTH),
        ("digest", digest),
        ("reversed", h[::-1]),
        ("complement", xor(h, b"\xff" * HASH_LENGTH)),
    ):
        encoded = signed.with_hash(value)
        why = f"H is refused when it is another value: {name}."
        yield family.malformed(signed.control, name, why, encoded)
    masked = signed.parts.encoded()[: family.block_length]
    why = "H is refused when it is another than the one that DB is masked with."
    other = masked + with_bit_flipped(h, 8) + TRAILER
    yield family.malformed(signed.control, "only-in-encoding", why, other)


@case("S2", "padding", flags=MODIFIED, clause=PADDING_CHECK)
def padding(family: PssMaker) -> Iterator[Draft]:
    """**Invalid.** PS is not all zeros, the separator is not 01, or the salt stands elsewhere."""
    signed = Signed(family)
    yield signed.control
    block, salt = signed.parts.data_block, signed.salt
    end = family.block_length - SALT_LENGTH - 1
    require(block[end] == 0x01, "the separator stands elsewhere")
    for position in (*range(8), *range(8, end - 8, end // 16), *range(end - 8, end)):
        value = 0x01 << position % 7
        why = f"Byte {position} of PS counts."
        encoded = signed.with_block(with_byte(block, position, value))
        yield family.malformed(signed.control, f"byte-{position:03}", why, encoded)
    for name, changed in (
        ("all-ff", b"\x7f" + b"\xff" * (end - 1) + block[end:]),
        ("all-80", b"\x00" + b"\x80" * (end - 1) + block[end:]),
        ("all-01", b"\x01" * end + block[end:]),
        ("random", bytes([family.random(1)[0] & 0x7F]) + family.random(end - 1) + block[end:]),
        ("separator-before-last-zero", with_byte(with_byte(block, end, 0x00), end - 1, 0x01)),
        ("two-separators", with_byte(block, end - 1, 0x01)),
        ("no-separator", bytes(end + 1) + salt),
        ("only-zeros", bytes(family.block_length)),
        ("separator-at-the-end", bytes(family.block_length - 1) + b"\x01"),
        ("salt-shifted-left", block[1:] + b"\x00"),
        ("salt-shifted-right", b"\x00" + block[:-1]),
        ("salt-at-the-start", b"\x01" + salt + bytes(end)),
        ("salt-reversed", block[: end + 1] + salt[::-1]),
        ("salt-other", block[: end + 1] + family.random(SALT_LENGTH)),
        ("salt-zeros", block[: end + 1] + bytes(SALT_LENGTH)),
        ("garbage", bytes(1) + family.random(family.block_length - 1)),
    ):
        why = f"DB is refused that has other octets: {name.replace('-', ' ')}."
        yield family.malformed(signed.control, name, why, signed.with_block(changed))
    for value in (0x00, 0x02, 0x03, 0x05, 0x09, 0x11, 0x21, 0x41, 0x80, 0x81, 0xFE, 0xFF):
        why = f"The separator {value:02x} is refused."
        encoded = signed.with_block(with_byte(block, end, value))
        yield family.malformed(signed.control, f"separator-{value:02x}", why, encoded)
    for position in (0, 1, SALT_LENGTH // 2, SALT_LENGTH - 1):
        why = f"Byte {position} of the salt counts."
        encoded = signed.with_block(with_bit_flipped(block, 8 * (end + 1 + position)))
        yield family.malformed(signed.control, f"salt-byte-{position:02}", why, encoded)


@case("S2", "top-bits", flags=MODIFIED, clause=TOP_BITS_CHECK)
def top_bits(family: PssMaker) -> Iterator[Draft]:
    """**Invalid.** The highest bit of EM is one, or other bits of its first byte are others."""
    n = family.rsa_key().n
    while True:
        signed = Signed(family)
        encoded = signed.parts.encoded()
        if os2ip(with_bit_flipped(encoded, 0)) < n and encoded[0]:
            break
    yield signed.control
    for bit in range(8):
        changed = with_bit_flipped(encoded, bit)
        if os2ip(changed) < n:
            why = f"Bit {bit} of the first byte is {'no part of DB and zero' if not bit else 'DB'}."
            yield family.malformed(signed.control, f"bit-{bit}", why, changed)
    why = "The first byte is refused when it is zero and should be another."
    yield family.malformed(signed.control, "first-byte-zero", why, with_byte(encoded, 0, 0))


@case("S2", "trailer", flags=MODIFIED, clause=TRAILER_CHECK)
def trailer(family: PssMaker) -> Iterator[Draft]:
    """**Invalid.** The trailer is not bc: each bit, constants, and those of other schemes."""
    signed = Signed(family)
    yield signed.control
    good = signed.parts.encoded()
    values = {*(0xBC ^ 1 << bit for bit in range(8)), 0x00, 0xFF, 0xCC, 0xCB, 0x43, 0x01}
    for value in sorted(values):
        why = f"The trailer {value:02x} is refused."
        yield family.malformed(signed.control, f"{value:02x}", why, with_byte(good, -1, value))
    for name, ending in (("33cc", b"\x33\xcc"), ("34cc", b"\x34\xcc"), ("bcbc", b"\xbc\xbc")):
        shorter = family.parts(signed.digest, signed.salt)
        block = shorter.data_block[1:]
        masked = xor(block, Mgf1().mask(shorter.h, len(block)))
        encoded = _low_bits(masked) + shorter.h + ending
        why = f"The trailer of two bytes {name} is refused."
        yield family.malformed(signed.control, f"two-bytes-{name}", why, encoded)


@case("S2", "mask", flags=("WrongMask",), clause=UNMASKING)
def mask(family: PssMaker) -> Iterator[Draft]:
    """**Invalid.** DB is masked with another hash function or seed, otherwise, or not at all."""
    signed = Signed(family)
    yield signed.control
    parts, length = signed.parts, family.block_length
    for name, spoken in OTHER_HASHES:
        encoded = replace(parts, mgf=Mgf1(name)).encoded()
        why = f"MGF1 with {spoken} is refused."
        yield family.malformed(signed.control, name.replace("_", "-"), why, encoded)
    for name, what, octets in (
        ("none", "without a mask", bytes(length)),
        ("counter-from-one", "with counters from 1", Mgf1().mask(parts.h, length + 32)[32:]),
        ("seed-digest", "with the digest as seed", Mgf1().mask(signed.digest, length)),
        ("seed-salt", "with the salt as seed", Mgf1().mask(signed.salt, length)),
        ("one-block", "with one block of the mask", _repeated(Mgf1().mask(parts.h, 32), length)),
        ("little-endian", "with counters of the other order", _little_endian(parts.h, length)),
        ("only-first-block", "in its first block only", _only_first(parts.h, length)),
    ):
        masked = xor(parts.data_block, octets)
        encoded = _low_bits(masked) + parts.h + TRAILER
        yield family.malformed(signed.control, name, f"DB {what} is refused.", encoded)


def _repeated(octets: bytes, length: int) -> bytes:
    return (octets * (length // len(octets) + 1))[:length]


def _only_first(h: bytes, length: int) -> bytes:
    return Mgf1().mask(h, HASH_LENGTH) + bytes(length - HASH_LENGTH)


def _little_endian(h: bytes, length: int) -> bytes:
    """Return the mask of an MGF1 whose counter has its lowest byte first."""
    count = -(-length // HASH_LENGTH)
    blocks = (hashlib.sha256(h + i2osp(i, 4)[::-1]).digest() for i in range(count))
    return b"".join(blocks)[:length]


@case("S2", "other-hash", flags=("WrongHash",), clause=HASHED)
def other_hash(family: PssMaker) -> Iterator[Draft]:
    """**Invalid.** The message, or M', is hashed with another function than SHA-256."""
    signed = Signed(family)
    yield signed.control
    message = message_of(signed.control)
    for name, spoken in OTHER_HASHES:
        slug = name.replace("_", "-")
        digest = hashlib.new(name, message).digest()
        encoded = family.parts(digest, signed.salt).encoded()
        why = f"A message that was hashed with {spoken} is refused."
        yield family.malformed(signed.control, f"message-{slug}", why, encoded)
        h = hashlib.new(name, bytes(8) + signed.digest + signed.salt).digest()
        encoded = _with_any_hash(family, h, signed.salt)
        why = f"H that was made with {spoken} is refused."
        yield family.malformed(signed.control, f"h-{slug}", why, encoded)
        h = hashlib.new(name, bytes(8) + digest + signed.salt).digest()
        encoded = _with_any_hash(family, h, signed.salt)
        why = f"A message and H that were hashed with {spoken} are refused."
        yield family.malformed(signed.control, f"both-{slug}", why, encoded)


def _with_any_hash(family: PssMaker, h: bytes, salt: bytes) -> bytes:
    """Return EM with an H of any length, masked by MGF1 with SHA-256."""
    length = family.key_length - len(h) - 1
    block = bytes(length - len(salt) - 1) + b"\x01" + salt
    return Parts(block, h).encoded()


@case("S2", "whole-encoding", flags=MODIFIED, clause=HASH_CHECK)
def whole_encoding(family: PssMaker) -> Iterator[Draft]:
    """**Invalid.** EM is zero, random, shifted, made for another modulus length, or not encoded."""
    signed = Signed(family)
    yield signed.control
    good, k = signed.parts.encoded(), family.key_length
    shorter = Parts(signed.parts.data_block[1:], signed.parts.h).encoded()
    for name, what, encoded in (
        ("zeros", "all zeros", bytes(k)),
        ("only-trailer", "nothing but the trailer", bytes(k - 1) + TRAILER),
        ("random", "random before the trailer", bytes(1) + family.random(k - 2) + TRAILER),
        ("shorter", "made for a modulus of a byte less", b"\x00" + shorter),
        ("shifted-right", "moved by a byte to the right", b"\x00" + good[:-1]),
        ("shifted-left", "moved by a byte to the left", _low_bits(good[1:] + b"\x00")),
        ("reversed", "in the other byte order", b"\x00" + good[:0:-1]),
        ("digest-only", "the digest alone", bytes(k - 32) + signed.digest),
        ("h-only", "H and the trailer alone", bytes(k - 33) + signed.parts.h + TRAILER),
    ):
        require(encoded != good, f"{name} is the right encoding")
        why = f"An encoded message that is {what} is refused."
        yield family.malformed(signed.control, name, why, HexBytes(encoded))


def _low_bits(octets: bytes) -> bytes:
    return bytes([octets[0] & 0x7F]) + octets[1:]


BOOK = case_book(
    salt_value,
    salt_length,
    digest_changed,
    eight_zeros,
    hash_changed,
    padding,
    top_bits,
    trailer,
    mask,
    other_hash,
    whole_encoding,
)
"""The cases about the fields of an encoded message."""
