"""RSAES-OAEP: encoded messages with one field that is not as EME-OAEP makes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kmsproof_reference.octets import i2osp, xor
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.rsa import MAIN, with_bit_flipped, with_byte
from kmsproof_vectors.cases.rsa_oaep import (
    DECODING,
    ENCODED_MESSAGE,
    HASH_LENGTH,
    OaepMaker,
    unmasked,
)
from kmsproof_vectors.model import GroupKey

EMPTY_LABEL_HASH = hashlib.sha256(b"").digest()
"""lHash of the empty label."""

Named = tuple[str, bytes]
"""What stands in place of a field, after its name."""

FIRST_OCTETS = (0x01, 0x02, 0x10, 0x7F)
"""Values of Y that fit below every modulus; the highest that fits depends on it."""

SEPARATORS = (0x00, 0x02, 0x80, 0x81, 0xFF)
"""What stands in place of 01."""


def label_hashes(seed: bytes) -> tuple[Named, ...]:
    """Return what stands in place of the label hash: 32 bytes each, one of them the seed."""
    right, ones, half = EMPTY_LABEL_HASH, b"\xff" * HASH_LENGTH, HASH_LENGTH // 2
    return (
        ("first-byte", with_bit_flipped(right, 7)),
        ("last-byte", with_bit_flipped(right, 8 * HASH_LENGTH - 1)),
        ("zeros", bytes(HASH_LENGTH)),
        ("ones", ones),
        ("complement", xor(right, ones)),
        ("reversed", right[::-1]),
        ("first-half-zeros", bytes(half) + right[half:]),
        ("second-half-zeros", right[:half] + bytes(half)),
        ("of-other-label", hashlib.sha256(b"other label").digest()),
        ("of-zero-byte", hashlib.sha256(b"\x00").digest()),
        ("of-its-own", hashlib.sha256(right).digest()),
        ("sha-1-and-zeros", hashlib.sha1(b"", usedforsecurity=False).digest() + bytes(12)),
        ("sha-512-cut", hashlib.sha512(b"").digest()[:HASH_LENGTH]),
        ("sha3-256", hashlib.sha3_256(b"").digest()),
        ("seed", seed),
    )


LABEL_HASHES_OF_OTHER_LENGTH: tuple[Named, ...] = (
    ("missing", b""),
    ("20-bytes", EMPTY_LABEL_HASH[:20]),
    ("31-bytes", EMPTY_LABEL_HASH[:-1]),
    ("sha-1", hashlib.sha1(b"", usedforsecurity=False).digest()),
    ("sha-384", hashlib.sha384(b"").digest()),
)


def paddings(length: int) -> tuple[Named, ...]:
    """Return what stands in place of a PS of a length: no zeros, and no 01."""
    zeros = bytes(length)
    return (
        ("first-02", with_byte(zeros, 0, 0x02)),
        ("last-02", with_byte(zeros, -1, 0x02)),
        ("first-ff", with_byte(zeros, 0, 0xFF)),
        ("last-ff", with_byte(zeros, -1, 0xFF)),
        ("first-80", with_byte(zeros, 0, 0x80)),
        ("last-80", with_byte(zeros, -1, 0x80)),
        ("all-02", b"\x02" * length),
        ("all-80", b"\x80" * length),
        ("all-ff", b"\xff" * length),
        ("first-and-last-ff", with_byte(with_byte(zeros, 0, 0xFF), -1, 0xFF)),
        ("counting", bytes(2 + i % 254 for i in range(length))),
    )


def tails(length: int, message: bytes) -> tuple[tuple[str, str, bytes], ...]:
    """Return the name of, and the reason for, what stands behind the label hash: no separator."""
    return (
        ("nothing", "DB without separator and message is refused.", bytes(length)),
        ("ones-only", "DB with a padding of ones to its end is refused.", b"\xff" * length),
        ("left-out", "No separator is before the message.", message.rjust(length, b"\x00")),
        ("message-first", "The message is no padding.", message.ljust(length, b"\x00")),
        ("02-at-end", "A wrong separator as last byte is refused.", bytes(length - 1) + b"\x02"),
    )


def data_blocks(block: bytes, random: bytes) -> tuple[Named, ...]:
    """Return what stands in place of a whole DB; one is random bytes as long as it."""
    return (
        ("zeros", bytes(len(block))),
        ("ones", b"\xff" * len(block)),
        ("separators", b"\x01" * len(block)),
        ("random", random),
        ("reversed", block[::-1]),
        ("shifted-left", block[1:] + b"\x00"),
        ("shifted-right", b"\x00" + block[:-1]),
    )


def swept_positions(length: int) -> tuple[int, ...]:
    """Return the places of a long PS that are changed: every eighth, and the last."""
    return (*range(0, length - 1, 8), length - 1)


def separator_positions(length: int) -> tuple[int, ...]:
    """Return the places of a PS at which a separator stands: at its ends, and between."""
    last = length - 1
    return (0, 1, 15, last // 2, last - 1, last)


@dataclass(frozen=True)
class Fields:
    """The fields of an encoded message before it is masked (RFC 8017 §7.1.1 step 2)."""

    seed: bytes
    label_hash: bytes
    padding: bytes
    separator: bytes
    message: bytes
    first: int = 0
    """Y, the octet before the masked seed."""

    @property
    def block(self) -> bytes:
        """DB = lHash ‖ PS ‖ 01 ‖ M."""
        return self.label_hash + self.padding + self.separator + self.message


class Malformer:
    """A control, and encoded messages that differ from its own in one field."""

    def __init__(
        self,
        family: OaepMaker,
        *,
        slug: str = "control",
        size: int = 16,
        key: GroupKey | None = None,
    ) -> None:
        self.family = family
        self.oaep = family.oaep(key)
        seed, message = family.random(HASH_LENGTH), family.message(size)
        length = family.max_length - size
        self.fields = Fields(seed, EMPTY_LABEL_HASH, bytes(length), b"\x01", message)
        self.control = family.control(slug, message=message, seed=seed, key=key)

    def encoded(self, fields: Fields) -> bytes:
        """Mask the fields, and see that they come out as they went in."""
        encoded = self.oaep.encode_data_block(fields.block, fields.seed, fields.first)
        found = unmasked(encoded)
        require(found == (fields.first, fields.seed, fields.block), "the fields are other ones")
        return encoded

    def changed(self, slug: str, why: str, made: Fields) -> Draft:
        """Return the decryption of an encoded message that has one field other than the control's.

        A target that does not look at this field would give away the message of the control.
        """
        changed = [name for name in vars(made) if getattr(made, name) != getattr(self.fields, name)]
        require(len(changed) == 1, f"{slug}: {changed} instead of one field")
        given_away = self.fields.message
        return self.family.malformed(
            self.control, slug, why, self.encoded(made), given_away=given_away
        )

    def block(self, slug: str, why: str, block: bytes, *, given_away: bytes | None = None) -> Draft:
        """Return the decryption of another DB, masked with the same seed."""
        require(len(block) == len(self.fields.block), f"{slug}: DB has another length")
        encoded = self.oaep.encode_data_block(block, self.fields.seed)
        require(unmasked(encoded) == (0, self.fields.seed, block), "DB is another one")
        return self.family.malformed(self.control, slug, why, encoded, given_away=given_away)


@case("O2", "first-octet", flags=("InvalidOaepEncoding",), clause=DECODING)
def first_octet(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The octet Y is not zero: 1, 2, and up to the highest that fits below n."""
    malformer = Malformer(family)
    yield malformer.control
    highest = i2osp(family.rsa_key(MAIN).n, family.key_length)[0] - 1
    require(highest > 0x7E, "the modulus does not begin with a one")
    for value in (*FIRST_OCTETS, highest):
        name = "highest" if value == highest else f"{value:02x}"
        why = f"An encoded message that begins with {value:02x} instead of 00 is refused."
        yield malformer.changed(name, why, replace(malformer.fields, first=value))


@case("O2", "label-hash", flags=("InvalidOaepEncoding",), clause=DECODING)
def label_hash(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The label hash is another: one byte, a half, a constant, of another input."""
    malformer = Malformer(family)
    yield malformer.control
    for name, value in label_hashes(malformer.fields.seed):
        why = f"A label hash that is another one is refused: {name.replace('-', ' ')}."
        yield malformer.changed(name, why, replace(malformer.fields, label_hash=value))


@case("O2", "label-hash-length", flags=("InvalidOaepEncoding",), clause=DECODING)
def label_hash_length(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The label hash is missing, has the length of another hash, or stands twice."""
    malformer = Malformer(family)
    yield malformer.control
    fields = malformer.fields
    for name, value in LABEL_HASHES_OF_OTHER_LENGTH:
        padding = bytes(len(fields.padding) + HASH_LENGTH - len(value))
        why = f"DB is refused when its label hash is not SHA-256's: {name.replace('-', ' ')}."
        block = value + padding + b"\x01" + fields.message
        yield malformer.block(name, why, block, given_away=fields.message)
    block = 2 * fields.label_hash + fields.block[2 * HASH_LENGTH :]
    yield malformer.block("twice", "A second label hash is no padding.", block)


@case("O2", "padding", flags=("InvalidOaepEncoding",), clause=DECODING)
def padding(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** PS has a byte, or all of them, other than zero."""
    malformer = Malformer(family)
    yield malformer.control
    zeros = malformer.fields.padding
    for name, value in paddings(len(zeros)):
        require(b"\x01" not in value and value != zeros, "PS is well formed")
        why = f"A padding that is not all zeros is refused: {name.replace('-', ' ')}."
        yield malformer.changed(name, why, replace(malformer.fields, padding=value))


@case("O2", "separator", flags=("InvalidOaepEncoding",), clause=DECODING)
def separator(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** No 01 separates PS from the message: another byte does, or nothing is there."""
    malformer = Malformer(family)
    yield malformer.control
    fields, rest = malformer.fields, family.key_length - 1 - 2 * HASH_LENGTH
    for value in SEPARATORS:
        why = f"A padding that ends in {value:02x} instead of 01 is refused."
        yield malformer.changed(
            f"{value:02x}", why, replace(malformer.fields, separator=bytes([value]))
        )
    for name, why, tail in tails(rest, fields.message):
        yield malformer.block(name, why, fields.label_hash + tail)


@case("O2", "data-block", flags=("InvalidOaepEncoding",), clause=DECODING)
def data_block(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** All of DB is something else: constant, random, reversed, shifted."""
    malformer = Malformer(family)
    yield malformer.control
    block = malformer.fields.block
    for name, value in data_blocks(block, family.random(len(block))):
        why = f"DB that is not an encoding is refused: {name.replace('-', ' ')}."
        yield malformer.block(name, why, value)


@case("O2", "encoded-integer", flags=("InvalidOaepEncoding",), clause=ENCODED_MESSAGE)
def encoded_integer(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The encoded message is a number of a special form, or random behind 00."""
    malformer = Malformer(family)
    yield malformer.control
    n, k = family.rsa_key(MAIN).n, family.key_length
    for name, number in (
        ("0", 0),
        ("1", 1),
        ("2", 2),
        ("n-minus-1", n - 1),
        ("n-minus-2", n - 2),
        ("only-first-octet-01", 1 << 8 * (k - 1)),
        ("ones-behind-zero", (1 << 8 * (k - 1)) - 1),
    ):
        why = f"The integer {name.replace('-', ' ')} is no encoded message."
        yield family.malformed(malformer.control, name, why, i2osp(number, k))
    for number in range(1, 4):
        why = "Random bytes behind a zero are no encoded message."
        encoded = b"\x00" + family.random(k - 1)
        yield family.malformed(malformer.control, f"random-{number}", why, encoded)


@case("O4", "label-hash-byte", flags=("InvalidOaepEncoding",), clause=DECODING)
def label_hash_byte(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the label hash is flipped, in each of its 32 bytes in turn."""
    malformer = Malformer(family)
    yield malformer.control
    for position in range(HASH_LENGTH):
        value = with_bit_flipped(malformer.fields.label_hash, 8 * position + position % 8)
        why = f"Byte {position} of the label hash is compared."
        yield malformer.changed(
            f"byte-{position:02}", why, replace(malformer.fields, label_hash=value)
        )


SWEPT_PADDING = 128
"""Bytes of the PS of which each is changed; behind it the message takes the rest."""


@case("O4", "padding-byte", flags=("InvalidOaepEncoding",), clause=DECODING)
def padding_byte(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** One byte of a PS of 128 bytes is 02, each in turn."""
    malformer = Malformer(family, size=family.max_length - SWEPT_PADDING)
    yield malformer.control
    zeros = malformer.fields.padding
    require(len(zeros) == SWEPT_PADDING, "the padding has another length")
    for position in range(len(zeros)):
        why = f"Byte {position} of the padding is looked at: it is 02."
        changed = with_byte(zeros, position, 0x02)
        yield malformer.changed(
            f"byte-{position:03}", why, replace(malformer.fields, padding=changed)
        )


@case("O4", "long-padding-byte", flags=("InvalidOaepEncoding",), clause=DECODING)
def long_padding_byte(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** One byte of a PS that is nearly all of DB is ff: every eighth, and the last."""
    malformer = Malformer(family)
    yield malformer.control
    zeros = malformer.fields.padding
    require(len(zeros) > family.key_length // 2, "the padding is short")
    for position in swept_positions(len(zeros)):
        why = f"Byte {position} of {len(zeros)} bytes of padding is looked at: it is ff."
        changed = with_byte(zeros, position, 0xFF)
        yield malformer.changed(
            f"byte-{position:03}", why, replace(malformer.fields, padding=changed)
        )


@case("O4", "separator-value", flags=("InvalidOaepEncoding",), clause=DECODING)
def separator_value(family: OaepMaker) -> Iterator[Draft]:
    """**Invalid.** The separator is each of the 255 values other than 01, with PS and without."""
    malformers = (
        Malformer(family, slug="control-even", size=24),
        Malformer(family, slug="control-odd", size=family.max_length),
    )
    require(not malformers[1].fields.padding, "the separator does not follow on the label hash")
    yield from (malformer.control for malformer in malformers)
    for value in range(256):
        if value != 0x01:
            malformer = malformers[value % 2]
            why = f"The separator {value:02x} is refused; only 01 is one."
            yield malformer.changed(
                f"{value:02x}", why, replace(malformer.fields, separator=bytes([value]))
            )


@case("O4", "separator-in-padding", flags=("OaepSeparator",), clause=DECODING)
def separator_in_padding(family: OaepMaker) -> Iterator[Draft]:
    """**Valid.** One byte of PS is 01: it is the separator, and the message begins behind it."""
    malformer = Malformer(family)
    fields = malformer.fields
    for position in separator_positions(len(fields.padding)):
        made = replace(fields, padding=with_byte(fields.padding, position, 0x01))
        message = made.block[HASH_LENGTH + position + 1 :]
        require(message.endswith(b"\x01" + fields.message), "the old message does not stand last")
        why = f"The first 01 behind the label hash ends the padding, here byte {position}."
        yield family.decoded(f"at-{position:03}", why, malformer.encoded(made), message=message)


BOOK = case_book(
    first_octet,
    label_hash,
    label_hash_length,
    padding,
    separator,
    data_block,
    encoded_integer,
    label_hash_byte,
    padding_byte,
    long_padding_byte,
    separator_value,
    separator_in_padding,
)
"""The cases of this module."""
