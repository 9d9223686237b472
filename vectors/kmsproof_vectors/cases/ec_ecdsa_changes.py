"""ECDSA: signatures of something else: another message, hash, key or curve, or other integers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.vocabulary import MessageType
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.ec import CURVES, MAIN, SECOND, ec_test_key, other_key_spec
from kmsproof_vectors.cases.ec_ecdsa import (
    COMPARISON,
    DIGEST_LENGTH,
    DIGEST_TO_INTEGER,
    EcdsaMaker,
    Message,
    Signature,
    message_of,
    signature_of,
)
from kmsproof_vectors.ec_numbers import other_integers


def padded(octets: bytes) -> bytes:
    """Return octets cut or filled on the left to the length of a digest."""
    return octets[-DIGEST_LENGTH:].rjust(DIGEST_LENGTH, b"\x00")


@case("E8", "wrong-hash", flags=("WrongHash",), clause=DIGEST_TO_INTEGER)
def wrong_hash(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The signature is that of another digest of the message, or cut wrongly."""
    message = Message(b"kmsproof: which digest of message 6 was signed?")
    control, octets, digest = family.control(message=message), message.octets, message.digest
    yield control
    longer = hashlib.sha512(octets).digest()
    for name, other in (
        ("sha-1", hashlib.sha1(octets, usedforsecurity=False).digest()),
        ("sha-224", hashlib.sha224(octets).digest()),
        ("sha-384", hashlib.sha384(octets).digest()),
        ("sha-512", longer),
        ("sha-512-last-bytes", longer[-DIGEST_LENGTH:]),
        ("sha-512-modulo-n", i2osp(os2ip(longer) % family.curve.n, DIGEST_LENGTH)),
        ("sha3-256", hashlib.sha3_256(octets).digest()),
        ("md5", hashlib.md5(octets, usedforsecurity=False).digest()),
        ("no-hash", octets),
        ("no-hash-last-bytes", octets[-DIGEST_LENGTH:]),
        ("sha-256-twice", hashlib.sha256(digest).digest()),
        ("sha-256-of-hex", hashlib.sha256(octets.hex().encode()).digest()),
        ("hex-of-sha-256", digest.hex().encode()),
        ("sha-256-of-nothing", hashlib.sha256(b"").digest()),
        ("sha-256-with-zero-byte", hashlib.sha256(octets + b"\x00").digest()),
        ("byte-order-reversed", digest[::-1]),
        ("word-order-reversed", b"".join(digest[i : i + 4] for i in range(28, -1, -4))),
        ("first-31-bytes", digest[:31]),
        ("last-31-bytes", padded(digest[1:])),
        ("first-28-bytes", digest[:28]),
        ("first-20-bytes", digest[:20]),
        ("first-16-bytes", digest[:16]),
        ("first-20-bytes-then-zeros", digest[:20] + bytes(12)),
        ("last-20-bytes", padded(digest[12:])),
        ("shifted-right", i2osp(os2ip(digest) >> 1, DIGEST_LENGTH)),
        ("first-255-bits", i2osp(os2ip(digest) & ~1, DIGEST_LENGTH)),
        ("last-255-bits", i2osp(os2ip(digest) % (1 << 255), DIGEST_LENGTH)),
        ("zero", bytes(DIGEST_LENGTH)),
    ):
        signed = Message(other, MessageType.DIGEST)
        same = family.ecdsa().digest_to_integer(other) == message.e
        require(not same, f"{name} is the same number as the digest")
        signature = family.sign(signed)
        why = f"The signature of another digest is refused: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, signature)


@case("E8", "message-changed", flags=("ChangedMessage",), clause=COMPARISON)
def message_changed(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The message is not the signed one: a bit, a byte, its length."""
    control = family.control(message=family.message(70))
    other = family.message(70).octets
    yield control
    octets = message_of(control).octets
    for position in (0, 1, 31, 55, 63, 64, 69):
        flipped = bytearray(octets)
        flipped[position] ^= 1 << position % 8
        why = f"Byte {position} of the message is signed."
        yield family.refused_message(control, f"byte-{position:02}", why, bytes(flipped))
    for name, changed in (
        ("empty", b""),
        ("cut", octets[:-1]),
        ("cut-at-start", octets[1:]),
        ("zero-byte-after", octets + b"\x00"),
        ("zero-byte-before", b"\x00" + octets),
        ("twice", octets + octets),
        ("reversed", octets[::-1]),
        ("other", other),
    ):
        require(changed != octets, "the message is the signed one")
        why = f"The signature of another message is refused: {name.replace('-', ' ')}."
        yield family.refused_message(control, name, why, bytes(changed))


@case("E8", "digest-bit-flipped", flags=("ChangedMessage",), clause=COMPARISON)
def digest_bit_flipped(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the digest is flipped, in each byte in turn."""
    control = family.control(message=Message(family.random(DIGEST_LENGTH), MessageType.DIGEST))
    yield control
    digest = message_of(control).octets
    for position in range(DIGEST_LENGTH):
        changed = bytearray(digest)
        changed[position] ^= 0x80 >> position % 8
        why = f"Byte {position} of the digest counts."
        yield family.refused_message(control, f"byte-{position:02}", why, bytes(changed))


@case("E2", "changed-value", flags=("ChangedInteger",), clause=COMPARISON)
def changed_value(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** r and s are exchanged, inverted, off by a little, or those of something else."""
    message = family.message()
    control, other = family.control(message=message), family.message()
    yield control
    r, s = signature_of(control)
    second = family.sign(message, k=family.random_scalar())
    foreign, elsewhere = family.sign(other), family.sign(message, family.ec_key(SECOND))
    for name, signature in (
        *((name, Signature(*pair)) for name, pair in other_integers(family.curve, r, s)),
        ("r-of-other-signature", Signature(second.r, s)),
        ("s-of-other-signature", Signature(r, second.s)),
        ("of-other-message", foreign),
        ("r-of-other-message", Signature(foreign.r, s)),
        ("s-of-other-message", Signature(r, foreign.s)),
        ("of-other-key", elsewhere),
        *((f"random-{i}", Signature(family.random_scalar(), family.random_scalar())) for i in "12"),
    ):
        in_range = all(1 <= value < family.curve.n for value in signature)
        require(in_range, f"{name}: one is out of range")
        why = f"Other integers are no signature of this message: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, signature)


@case("E2", "bit-flipped", flags=("ChangedInteger",), clause=COMPARISON)
def bit_flipped(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of r or of s is flipped, in each byte in turn."""
    control = family.control()
    yield control
    r, s = signature_of(control)
    for position in range(32):
        bit = 8 * position + position % 8
        for name, signature in (
            ("r", Signature(r ^ 1 << bit, s)),
            ("s", Signature(r, s ^ 1 << bit)),
        ):
            why = f"Bit {bit} of {name} counts."
            yield family.refused(control, f"{name}-bit-{bit:03}", why, signature)


@case("E9", "other-curve", flags=("OtherCurve",), clause=COMPARISON)
def other_curve(family: EcdsaMaker) -> Iterator[Draft]:
    """**Invalid.** The signature was made on the other curve, or in part with its numbers."""
    message = family.message()
    control = family.control(message=message)
    yield control
    spec = other_key_spec(family.parameters.key_spec)
    other, private = CURVES[spec], ec_test_key(spec, MAIN)
    same_d = EcPrivateKey(other, family.ec_key().d)
    k, (r, s) = family.random_scalar(), signature_of(control)
    foreign = family.sign(message, private)
    for name, signature in (
        ("under-its-key", foreign),
        ("under-same-private-key", family.sign(message, same_d)),
        ("with-same-k", family.sign(message, same_d, k)),
        ("only-r", Signature(foreign.r, s)),
        ("only-s", Signature(r, foreign.s)),
        (
            "s-modulo-other-n",
            Signature(r, (message.e + r * same_d.d) * pow(k, -1, other.n) % other.n),
        ),
    ):
        why = f"A signature of {other.name} is none here: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, signature)


BOOK = case_book(
    wrong_hash, message_changed, digest_bit_flipped, changed_value, bit_flipped, other_curve
)
"""The cases of this module."""
