"""Every way in which a padded message can fail to be PKCS #7: what the cases of C4 encrypt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kmsproof_reference.aes import BLOCK_LENGTH
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.padding import Pkcs7Padding
from kmsproof_vectors.case import require
from kmsproof_vectors.cases.aes_block_modes import in_bytes

WRONG_COUNTS = (0, 17, 32, 112, 207, 208, 240, 255)
"""Last bytes that are no number of padding bytes.

From 128 on they are negative to a target that reads them into a signed byte: -49, -48, -16, -1.
"""

PKCS7 = Pkcs7Padding()


class BadPadding(NamedTuple):
    """A padded message that PKCS #7 cannot have made."""

    slug: str
    padded: bytes
    why: str
    exposed: bytes | None
    """What a target that takes this padding would give away, where that is defined."""


def is_pkcs7(padded: bytes) -> bool:
    """Return whether a padded message ends as RFC 5652 §6.3 says."""
    try:
        PKCS7.unpad(padded)
    except InvalidCiphertext:
        return False
    return True


def without_count(padded: bytes) -> bytes | None:
    """Return a padded message without as many bytes as its last one says, checking nothing else.

    None where a block does not have as many bytes, or where there are none to remove.
    """
    count = padded[-1]
    return padded[:-count] if 1 <= count <= BLOCK_LENGTH else None


def bad_paddings(message: bytes, drbg: Drbg) -> Iterator[BadPadding]:
    """Yield every bad padding of a message, none twice; ``drbg`` makes the random one.

    The message must not end in bytes from 1 to 17, which could be taken for padding.
    """
    seen = set[bytes]()
    for makes in MAKERS:
        for bad in makes(message, drbg):
            if bad.padded not in seen:
                seen.add(bad.padded)
                require(not is_pkcs7(bad.padded), f"{bad.slug} is a good padding")
                require(len(bad.padded) % BLOCK_LENGTH == 0, f"{bad.slug} is a partial block")
                yield bad


def _count(message: bytes) -> int:
    """Return how many bytes PKCS #7 appends."""
    return len(PKCS7.padding_string(len(message)))


def _no_padding(message: bytes, drbg: Drbg) -> Iterator[BadPadding]:
    if message and _count(message) == BLOCK_LENGTH:
        yield BadPadding("none", message, "Whole blocks without a padding.", message)


def _other_paddings(message: bytes, drbg: Drbg) -> Iterator[BadPadding]:
    """Yield paddings of the same length that other standards describe."""
    count = _count(message)
    last = bytes([count])
    tails = [
        ("zeros", bytes(count), "Padded with zeros."),
        ("ones", b"\xff" * count, "Padded with ff."),
        ("iso-7816-4", b"\x80" + bytes(count - 1), "Padded as ISO/IEC 7816-4 says."),
    ]
    if count > 1:
        noise = drbg.generate(count - 1)
        while noise[-1] == count:  # the byte that decides for a padding of two bytes
            noise = drbg.generate(count - 1)
        tails += [
            ("ansi-x9-23", bytes(count - 1) + last, "Padded as ANSI X9.23 says."),
            ("iso-10126", noise + last, "Padded as ISO 10126 says."),
        ]
    for slug, tail, why in tails:
        yield BadPadding(slug, message + tail, why, message)


def _wrong_counts(message: bytes, drbg: Drbg) -> Iterator[BadPadding]:
    """Yield paddings whose last byte, or every byte, is no number of padding bytes."""
    count = _count(message)
    for value in WRONG_COUNTS:
        octet = bytes([value])
        padded = message + bytes([count]) * (count - 1) + octet
        yield BadPadding(f"last-byte-{octet.hex()}", padded, f"The last byte is {value}.", None)
        why = f"Every byte of the padding is {value}."
        yield BadPadding(f"all-bytes-{octet.hex()}", message + octet * count, why, None)
    padded = message + bytes([count + 1]) * count
    why = f"The padding has {in_bytes(count)} and says {count + 1}."
    yield BadPadding("one-too-few", padded, why, without_count(padded))


def _wrong_bytes(message: bytes, drbg: Drbg) -> Iterator[BadPadding]:
    """Yield paddings with one wrong byte, at each place in turn."""
    count = _count(message)
    good = message + bytes([count]) * count
    for place in range(count):
        for name, value in (("low", count ^ 0x01), ("high", count ^ 0x80), ("zero", 0)):
            if name == "zero" and place > 0:
                continue
            padded = bytearray(good)
            padded[len(message) + place] = value
            bad = bytes(padded)
            why = f"Byte {place + 1} of the padding is {value:02x}."
            slug = f"byte-{place + 1:02}-{name}"
            yield BadPadding(slug, bad, why, without_count(bad))


def _wrong_pairs(message: bytes, drbg: Drbg) -> Iterator[BadPadding]:
    """Yield paddings with two wrong bytes that a check which sums up differences does not see."""
    count = _count(message)
    if count < 3:
        return
    for name, pair in (
        ("equal", (count ^ 0x80, count ^ 0x80)),  # cancel in an exclusive-or and modulo 256
        ("opposite", (count - 1, count + 1)),  # cancel in a sum of bytes
    ):
        padded = message + bytes(pair) + bytes([count]) * (count - 2)
        why = f"The first two bytes of the padding are {bytes(pair).hex()}."
        yield BadPadding(f"two-bytes-{name}", padded, why, message)


def _too_long(message: bytes, drbg: Drbg) -> Iterator[BadPadding]:
    """Yield paddings longer than a block, and longer than all that there is."""
    for blocks in (1, 2):
        count = _count(message) + BLOCK_LENGTH * blocks
        why = f"The padding has {count} bytes and says so; a block has 16."
        slug = f"longer-than-block-by-{BLOCK_LENGTH * blocks}"
        yield BadPadding(slug, message + bytes([count]) * count, why, message)
    count = _count(message)
    total = len(message) + count
    for name, value in (("byte", total + 1), ("block", total + BLOCK_LENGTH)):
        why = f"The padding says {value} bytes; there are {total}."
        padded = message + bytes([value]) * count
        yield BadPadding(f"longer-than-message-by-{name}", padded, why, None)


MAKERS = (_no_padding, _other_paddings, _wrong_counts, _wrong_bytes, _wrong_pairs, _too_long)
"""All the ways; what two of them make bears the name that the first one gives."""
