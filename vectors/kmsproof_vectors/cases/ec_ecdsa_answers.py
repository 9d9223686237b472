"""ECDSA: messages and digests of every kind, and which signatures do not belong to them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.vocabulary import KeySpec, MessageType
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec import SECOND
from kmsproof_vectors.cases.ec_ecdsa import (
    DIGEST_LENGTH,
    DIGEST_TO_INTEGER,
    GENERATION,
    VERIFICATION,
    EcdsaMaker,
    Message,
    Signature,
    digest_message,
    message_of,
    verification,
)

MESSAGE_LENGTHS: Final = (0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 65_536)
"""Bytes: around the ends of one and two blocks of SHA-256, and where its padding still fits."""

MEBIBYTE: Final = 1 << 20


def long_message(family: EcdsaMaker, length: int) -> Message:
    """Return a message that repeats with a period prime to that of blocks and pages."""
    return Message((family.random(251) * (length // 251 + 1))[:length])


@case("E8", "message-length", flags=("KnownAnswer", "SizeSweep"), clause=VERIFICATION)
def message_length(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** Signatures of messages of all lengths around the blocks of SHA-256."""
    lengths = [*MESSAGE_LENGTHS]
    if family.parameters.key_spec is KeySpec.EC_P256:
        lengths.append(MEBIBYTE)
    for length in lengths:
        message = long_message(family, length)
        require(len(message.octets) == length, "the message has another length")
        why = f"The signature of a message of {length} bytes is accepted."
        yield family.accepted(f"{length}-bytes", why, message, family.sign(message))


@case("E8", "sign-message-length", flags=("KnownAnswer", "SizeSweep"), clause=GENERATION)
def sign_message_length(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** Messages of all lengths around the blocks of SHA-256 are signed."""
    for length in MESSAGE_LENGTHS:
        message = long_message(family, length)
        require(len(message.octets) == length, "the message has another length")
        why = f"What is made for a message of {length} bytes is its signature."
        yield family.signing(f"{length}-bytes", why, message)


@case("E8", "random-message", flags=("KnownAnswer",), clause=VERIFICATION)
def random_message(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** Signatures of random messages under two keys, with high and low r and s."""
    seen = set[tuple[bool, bool]]()
    for name in ("main", SECOND):
        for number in range(8):
            message = family.message(4 * number + 3)
            r, s = signature = family.sign(message, family.ec_key(name), family.random_scalar())
            seen.add((r >> 255 == 1, s >> 255 == 1))
            yield family.accepted(
                f"{name}-{number}",
                "An ordinary signature is accepted, whatever the first bits of r and s.",
                message,
                signature,
                family.test_key(name),
            )
    require(len(seen) == 4, "the first bits of r and s are not all that they can be")


# Digests.


def special_digests(family: EcdsaMaker) -> Iterator[tuple[str, int]]:
    """Yield integers, with names, whose digests are special."""
    n, p, top = family.curve.n, family.curve.p, 1 << 256
    yield from (("0", 0), ("1", 1), ("2", 2), ("n-minus-2", n - 2), ("n-minus-1", n - 1))
    yield from (("n", n), ("n-plus-1", n + 1), ("n-plus-2", n + 2), ("half-of-n", n >> 1))
    yield from (("p-minus-1", p - 1), ("p", p), ("p-plus-1", p + 1))
    yield from (("2-255", 1 << 255), ("2-255-minus-1", (1 << 255) - 1))
    yield from (("2-256-minus-1", top - 1), ("2-256-minus-2", top - 2))
    for zeros in (1, 2, 3, 4, 8, 16, 24, 31):
        rest = os2ip(family.random(DIGEST_LENGTH - zeros)) | 1 << 8 * (32 - zeros) - 1
        yield f"leading-zeros-{zeros}", rest
    for zeros in (1, 2, 3, 4, 8, 16, 24, 31):
        rest = os2ip(family.random(DIGEST_LENGTH - zeros)) | 1
        yield f"trailing-zeros-{zeros}", rest << 8 * zeros
    for word in range(8):
        mask, drawn = 0xFFFFFFFF << 32 * (7 - word), os2ip(family.random(DIGEST_LENGTH))
        yield f"word-{word}-zeros", drawn & ~mask
        yield f"word-{word}-ones", drawn | mask
    for half in range(4):
        mask, drawn = ((1 << 64) - 1) << 64 * (3 - half), os2ip(family.random(DIGEST_LENGTH))
        yield f"quarter-{half}-zeros", drawn & ~mask
        yield f"quarter-{half}-ones", drawn | mask
    for octets in (b"\x00\xff", b"\x55", b"\xaa", b"\x80", b"\x01", b"\x7f"):
        yield f"bytes-{octets.hex()}", os2ip((octets * DIGEST_LENGTH)[:DIGEST_LENGTH])


@case("E8", "special-digest", flags=("SpecialDigest",), clause=DIGEST_TO_INTEGER)
def special_digest(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** Digests that are special as numbers or have long runs of zeros or ones."""
    seen = set[bytes]()
    for name, e in special_digests(family):
        message = digest_message(e)
        require(message.e == e and message.octets not in seen, "the digest is not the one meant")
        seen.add(message.octets)
        why = f"A digest of a special form is an ordinary number: {name.replace('-', ' ')}."
        yield family.accepted(name, why, message, family.sign(message))


SIGNED_DIGESTS: Final = (
    *("0", "1", "n-minus-1", "n", "n-plus-1", "2-256-minus-1", "2-255"),
    *("leading-zeros-1", "leading-zeros-2", "leading-zeros-3", "leading-zeros-4"),
    *("trailing-zeros-4", "word-0-ones", "word-7-zeros", "bytes-00ff", "p"),
)
"""Names of the special digests that are also signed."""


@case("E8", "sign-special-digest", flags=("SpecialDigest",), clause=GENERATION)
def sign_special_digest(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** Digests that are special as numbers are signed."""
    digests = dict(special_digests(family))
    for name in SIGNED_DIGESTS:
        message = digest_message(digests[name])
        require(len(message.octets) == DIGEST_LENGTH, "the digest has another length")
        why = f"What is made for a special digest is its signature: {name.replace('-', ' ')}."
        yield family.signing(name, why, message)


SPECIAL_MESSAGES: Final = (
    *(("00", 2, 61_190), ("00", 2, 143_215), ("00", 3, 9_924_281), ("00", 3, 12_623_559)),
    *(("ff", 2, 64_385), ("ff", 2, 85_138), ("ff", 3, 1_343_186), ("ff", 3, 2_723_496)),
)
"""What the digest of a numbered message begins with, how often, and the number; found by search."""


@case("E8", "message-with-special-digest", flags=("SpecialDigest",), clause=DIGEST_TO_INTEGER)
def message_with_special_digest(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** Messages whose digests begin with zero bytes, and with bytes ff."""
    for value, count, number in SPECIAL_MESSAGES:
        message = Message(b"kmsproof message %d" % number)
        beginning = bytes.fromhex(value) * count
        require(message.digest.startswith(beginning), "the digest does not begin so")
        why = f"A digest that begins with {count} bytes {value} is used in full."
        slug = f"{count}-bytes-{value}-{number}"
        yield family.accepted(slug, why, message, family.sign(message))


@case("E8", "reduced-digest", flags=("SpecialDigest",), clause=DIGEST_TO_INTEGER)
def reduced_digest(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** The digests e and e + n have the same signatures, where both have 256 bits."""
    n = family.curve.n
    for name, e in (
        ("0", 0),
        ("1", 1),
        ("2", 2),
        ("random", os2ip(family.random(12))),
        ("largest", (1 << 256) - 1 - n),
    ):
        small, large = digest_message(e), digest_message(e + n)
        require(large.e - small.e == n, "the digests do not differ by n")
        why = "Only e modulo n counts, so that e and e + n have the same signatures."
        for slug, signed, offered in (
            (f"{name}-as-e-plus-n", small, large),
            (f"{name}-as-e", large, small),
        ):
            signature = family.sign(signed, k=family.random_scalar())
            yield family.accepted(slug, why, offered, signature)


@case("E8", "digest-near-another", flags=("SpecialDigest",), clause=DIGEST_TO_INTEGER)
def digest_near_another(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The digest is another one, that wrong reductions take for the signed one."""
    n, p, top = family.curve.n, family.curve.p, 1 << 256
    e = os2ip(family.random(12))
    control = family.control(message=digest_message(e))
    yield control
    for name, other in (
        ("plus-1", e + 1),
        ("minus-1", e - 1),
        ("negative", n - e),
        ("plus-n-minus-1", e + n - 1),
        ("plus-n-plus-1", e + n + 1),
        ("plus-2-255", e + (1 << 255)),
        ("plus-2-256-minus-n", e + top - n),
        ("plus-p-minus-n", e + p - n),
        ("complement", top - 1 - e),
        ("shifted-left", e << 1),
        ("shifted-right", e >> 1),
        ("shifted-by-a-byte", e << 8),
    ):
        require((other - e) % n != 0, "the digests are equal modulo n")
        why = f"The signature of e is not one of another digest: {name.replace('-', ' ')}."
        yield family.refused_message(control, name, why, i2osp(other, DIGEST_LENGTH))


@case("E8", "zero-digest", flags=("SpecialDigest",), clause=DIGEST_TO_INTEGER)
def zero_digest(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** For the digests 0 and n, r = s = x_Q mod n is a signature under every key."""
    for name in (SECOND, "third"):
        key, point = family.test_key(name), family.ec_key(name).public.point
        made = None if point is None else family.with_multipliers(0, 1, point)
        require(made is not None and made[1].r == made[1].s, "r and s differ")
        assert made is not None
        for slug, e in (("0", 0), ("n", family.curve.n)):
            why = "With u1 = 0 and u2 = 1 the verification comes to the public key itself."
            yield family.accepted(f"{name}-{slug}", why, digest_message(e), made[1], key)


@case("E8", "digest-of-message", flags=("KnownAnswer",), clause=GENERATION)
def digest_of_message(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** The signature of a message is the signature of its digest."""
    for length in (0, 20, 32, 64):
        message = family.message(length)
        signature = family.sign(message, k=family.random_scalar())
        digest = Message(message.digest, MessageType.DIGEST)
        require(digest.e == message.e, "the digest is not that of the message")
        why = "RAW with a message and DIGEST with its digest are the same."
        yield family.accepted(f"{length}-bytes-raw", why, message, signature)
        yield family.accepted(f"{length}-bytes-digest", why, digest, signature)


@case("E8", "digest-or-message", flags=("WrongHash",), clause=DIGEST_TO_INTEGER)
def digest_or_message(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** A digest is offered as message, or a message of 32 bytes as digest."""
    raw = family.message(DIGEST_LENGTH)
    message = family.control("message", raw)
    digest = family.control("digest", Message(raw.digest, MessageType.DIGEST))
    yield from (message, digest)
    why = "A message that is the digest of the signed one is hashed once more, so it is another."
    yield family.refused_message(message, "digest-as-message", why, raw.digest)
    why = "A digest is not hashed again, so the message of 32 bytes is another digest."
    yield family.refused_message(digest, "message-as-digest", why, raw.octets)
    twice = hashlib.sha256(raw.digest).digest()
    why = "The digest of the digest is another one."
    yield family.refused_message(digest, "digest-of-digest", why, twice)


@case("E8", "digest-length", flags=("DigestLength",), clause=DIGEST_TO_INTEGER)
def digest_length(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The digest has not 32 bytes; as a number it would be the signed one."""
    for length in (0, 19, 20, 28, 31):
        digest = family.random(length)
        full = Message(digest.rjust(DIGEST_LENGTH, b"\x00"), MessageType.DIGEST)
        control = family.control(f"control-{length:02}", full)
        yield control
        require(os2ip(digest) == full.e, "the digest is another number")
        why = f"A digest of {length} bytes is not one of SHA-256, whatever its number."
        yield family.refused_length(control, f"{length:02}-bytes", why, digest)
    control = family.control(message=Message(family.random(DIGEST_LENGTH), MessageType.DIGEST))
    yield control
    for length in (33, 48, 64, 128):
        longer = verification(control).message + family.random(length - DIGEST_LENGTH)
        e = family.ecdsa().digest_to_integer(longer)
        require(e == message_of(control).e, "the leftmost bits are others")
        why = f"A digest of {length} bytes is not one of SHA-256, whatever its first bytes."
        yield family.refused_length(control, f"{length:02}-bytes", why, longer)


@case("E8", "sign-digest-length", flags=("DigestLength",), clause=GENERATION)
def sign_digest_length(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** A digest that has not 32 bytes is to be signed."""
    message = Message(family.random(DIGEST_LENGTH), MessageType.DIGEST)
    control = family.signing("control", "A digest of 32 bytes is signed.", message)
    yield control
    for length in (0, 19, 20, 31, 33, 48, 64):
        digest = (message.octets * 2)[:length]
        why = f"A digest of {length} bytes is not one of SHA-256, so it is not signed."
        yield family.refused_length(control, f"{length:02}-bytes", why, digest)


@case("E7", "repeated-digest", flags=("RepeatedDigest",), clause=GENERATION)
def repeated_digest(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** One digest is signed twice, then one that differs from it in one bit."""
    digest = family.random(DIGEST_LENGTH)
    near = bytes([*digest[:-1], digest[-1] ^ 1])
    for name, octets in (("first", digest), ("second", digest), ("one-bit-other", near)):
        require((octets == digest) == (name != "one-bit-other"), "the digests are not as meant")
        why = "What is made is a signature of this digest, however often it is asked for."
        yield family.signing(name, why, Message(octets, MessageType.DIGEST))


@case("E5", "mirrored", flags=("MirroredSignature",), clause=VERIFICATION)
def mirrored(family: EcdsaMaker) -> Iterator[Draft]:
    """**Valid.** With (r, s) also (r, n - s) is a signature, which FIPS 186-5 does not exclude."""
    n = family.curve.n
    for number in range(6):
        message = family.message()
        r, s = family.sign(message)
        low, high = sorted((s, n - s))
        require(low < n / 2 < high, "one of the two is not low, or the other not high")
        why = "Both s and n - s verify; which one a signer gives is left to it."
        yield family.accepted(f"low-{number}", why, message, Signature(r, low))
        yield family.accepted(f"high-{number}", why, message, Signature(r, high))


BOOK = case_book(
    message_length,
    sign_message_length,
    random_message,
    special_digest,
    sign_special_digest,
    message_with_special_digest,
    reduced_digest,
    digest_near_another,
    zero_digest,
    digest_of_message,
    digest_or_message,
    digest_length,
    sign_digest_length,
    repeated_digest,
    mirrored,
)
"""The cases of this module."""
