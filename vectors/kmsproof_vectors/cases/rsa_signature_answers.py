"""RSA signatures: what must be signed and verified, and what must give the same in another form."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from kmsproof_reference.octets import i2osp
from kmsproof_reference.vocabulary import MessageType, Operation
from kmsproof_vectors.case import Draft, require
from kmsproof_vectors.cases.rsa_signature import (
    HASH_LENGTH,
    SIGNING_CONTROL,
    WRONG_ARGUMENT,
    WRONG_LENGTH,
    SignatureMaker,
    message_of,
    shared_case,
    signature_of,
)
from kmsproof_vectors.cases.rsa_signature_exponents import exponent_pair
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import CONTROL_FLAGS, flagged

MESSAGE_LENGTHS: Final = (0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 65_536)
"""Bytes of messages: around the borders at which SHA-256 needs another block, and 64 KiB."""

LARGEST: Final = 1 << 20
"""Bytes of the one largest message; one file has it, since it says nothing about the key."""

LARGEST_AT: Final = 2048
"""The modulus length of that file."""

WRONG_DIGEST_LENGTHS: Final = (0, 1, 16, 19, 20, 28, 31, 33, 48, 64)
"""Bytes that no SHA-256 digest has, among them those of other hash functions."""

WORDS: Final = 8
"""32-bit words of a digest."""

WORD_ROUNDS: Final = 12
"""How often each word is set to each value, every time with another rest."""

ZEROS, ONES = b"\x00", b"\xff"


@shared_case("S8", "message-length", flags=("SizeSweep",))
def message_length(family: SignatureMaker) -> Iterator[Draft]:
    """**Valid.** Messages of all lengths around the block boundaries of the hash function."""
    lengths = MESSAGE_LENGTHS + ((LARGEST,) if family.bits == LARGEST_AT else ())
    for length in lengths:
        why = f"The signature on a message of {length} bytes is valid."
        yield family.verify(f"{length}-bytes", why, message=family.random(length))


@shared_case("S8", "sign-message-length", flags=("SizeSweep",), operation=Operation.SIGN)
def sign_message_length(family: SignatureMaker) -> Iterator[Draft]:
    """**Valid.** Messages of all lengths around the block boundaries are signed."""
    for length in MESSAGE_LENGTHS:
        why = f"A message of {length} bytes is signed, with a signature that verifies."
        yield family.sign(f"{length}-bytes", why, message=family.random(length))


@shared_case("S1", "verify", flags=("KnownAnswer",))
def verify(family: SignatureMaker) -> Iterator[Draft]:
    """**Valid.** Good signatures on texts, on zeros and ones, and on random messages."""
    for name, message in (
        ("text", b"kmsproof"),
        ("digits", b"123400"),
        ("zeros", bytes(20)),
        ("ones", ONES * 20),
        ("not-utf-8", b"\xc0\x80\xff\xfe"),
        ("line-ends", b"\r\n\n\x00\r\n"),
        ("looks-like-der", bytes.fromhex("3031300d060960864801650304020105000420") + bytes(32)),
    ):
        why = f"A good signature is valid, on {name.replace('-', ' ')}."
        yield family.verify(name, why, message=message)
    for number in range(10):
        why = "A good signature on a random message is valid."
        yield family.verify(f"random-{number}", why, message=family.random(5 + 29 * number))


@shared_case("S6", "sign", flags=("KnownAnswer",), operation=Operation.SIGN)
def sign(family: SignatureMaker) -> Iterator[Draft]:
    """**Valid.** What is signed is encoded exactly as the standard says."""
    for name, message in (
        ("text", b"kmsproof"),
        ("zeros", bytes(20)),
        ("ones", ONES * 20),
        ("not-utf-8", b"\xc0\x80\xff\xfe"),
        *((f"random-{number}", family.random(7 + 41 * number)) for number in range(4)),
    ):
        why = f"The signature on {name.replace('-', ' ')} is encoded as the standard says."
        yield family.sign(name, why, message=message)


@shared_case("S7", "sign-twice", flags=("RepeatedSigning",), operation=Operation.SIGN)
def sign_twice(family: SignatureMaker) -> Iterator[Draft]:
    """**Valid.** One message is signed twice, and again as its digest: each signature is right."""
    message = family.random(33)
    why = "What was signed before is signed again, and the signature is right once more."
    for name in ("first", "second"):
        yield family.sign(name, why, message=message)
    digest = hashlib.sha256(message).digest()
    yield family.sign("digest", why, message=digest, message_type=MessageType.DIGEST)


@shared_case("S5", "digest-of-message", flags=("Composition",))
def digest_of_message(family: SignatureMaker) -> Iterator[Draft]:
    """**Valid.** A signature on a message is one on its digest, and the reverse."""
    for length in (0, 32, 100):
        message = family.random(length)
        digest, signature = hashlib.sha256(message).digest(), family.genuine(message)
        why = "The signature on a message and that on its digest are the same."
        name = f"{length}-bytes"
        yield family.verify(f"{name}-raw", why, message=message, signature=signature)
        yield family.verify(
            f"{name}-digest",
            why,
            message=digest,
            message_type=MessageType.DIGEST,
            signature=signature,
        )


@shared_case("S5", "message-type-exchanged", flags=("MessageTypeConfusion",))
def message_type_exchanged(family: SignatureMaker) -> Iterator[Draft]:
    """**Invalid.** 32 bytes are signed as a message and verified as a digest, or the reverse."""
    for made, offered in (
        (MessageType.RAW, MessageType.DIGEST),
        (MessageType.DIGEST, MessageType.RAW),
    ):
        name = f"{made}-as-{offered}".lower()
        octets = family.random(HASH_LENGTH)
        control = family.control(f"{name}-control", message=octets, message_type=made)
        yield control
        why = f"Bytes that were signed as {made} are refused as {offered}: they are hashed or not."
        yield family.refused(control, name, why, message_type=offered)


@shared_case("S5", "digest-length", flags=("DigestLength",))
def digest_length(family: SignatureMaker) -> Iterator[Draft]:
    """**Invalid.** The digest has another length; cut or filled up with zeros it would be right."""
    for length in WRONG_DIGEST_LENGTHS:
        given = family.random(length)
        for form, digest in _made_to_fit(given):
            name = f"{length}-bytes-{form}"
            control = family.control(
                f"{name}-control", message=digest, message_type=MessageType.DIGEST
            )
            yield control
            yield family.refused(
                control,
                name,
                f"A digest of {length} bytes is refused, although {form.replace('-', ' ')} "
                "it is the one that was signed.",
                rejections=WRONG_LENGTH,
                message=given,
            )


def _made_to_fit(given: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the digests of 32 bytes that a careless program makes of one of another length."""
    missing = bytes(max(HASH_LENGTH - len(given), 0))
    if not missing:
        yield "cut-at-the-end", given[:HASH_LENGTH]
        yield "cut-at-the-start", given[-HASH_LENGTH:]
        return
    yield "filled-at-the-end", given + missing
    if given:
        yield "filled-at-the-start", missing + given


@shared_case("S5", "sign-digest-length", flags=("DigestLength",), operation=Operation.SIGN)
def sign_digest_length(family: SignatureMaker) -> Iterator[Draft]:
    """**Invalid.** A digest that does not have 32 bytes is signed."""
    digest, digested = family.random(HASH_LENGTH), MessageType.DIGEST
    control = family.sign("control", SIGNING_CONTROL, message=digest, message_type=digested)
    control = flagged(control, CONTROL_FLAGS)
    yield control
    for length in WRONG_DIGEST_LENGTHS:
        yield family.derived(
            control,
            f"{length}-bytes",
            f"No SHA-256 digest has {length} bytes, so it is not signed.",
            rejections=WRONG_ARGUMENT,
            message=family.random(length),
        )


Random = Callable[[int], bytes]
"""Gives so many bytes, drawn anew each time."""


def special_digests(random: Random) -> Iterator[tuple[str, str, bytes]]:
    """Yield digests that programs treat specially: slug, what they are, octets."""
    yield "zeros", "all zeros", bytes(HASH_LENGTH)
    yield "ones", "all ones", ONES * HASH_LENGTH
    yield "one", "the number 1", i2osp(1, HASH_LENGTH)
    yield "highest-bit", "the highest bit alone", i2osp(1 << 255, HASH_LENGTH)
    for octet, name in ((ZEROS, "zero"), (ONES, "ff")):
        for count in range(1, 5):
            rest = _without_ends(random, HASH_LENGTH - count)
            what = f"{count} bytes {octet.hex()}"
            yield f"leading-{name}-{count}", f"{what} and then others", octet * count + rest
            yield f"trailing-{name}-{count}", f"{what} after others", rest + octet * count
        for half, what in ((0, "first"), (1, "second")):
            rest = _without_ends(random, HASH_LENGTH // 2)
            run = octet * (HASH_LENGTH // 2)
            digest = rest + run if half else run + rest
            yield f"{what}-half-{name}", f"a {what} half of {octet.hex()}", digest
        for word in range(WORDS - 1):
            digest = _with_words(random, word, octet * 8)
            yield f"words-{word}-{word + 1}-{name}", f"two words of {octet.hex()}", digest


def _without_ends(random: Random, length: int) -> bytes:
    """Return random bytes that do not begin or end in a byte 00 or ff."""
    while True:
        octets = random(length)
        if not {octets[0], octets[-1]} & {0x00, 0xFF}:
            return octets


def _with_words(random: Random, word: int, run: bytes) -> bytes:
    """Return a random digest in which a run of constant octets begins at a word."""
    before, after = 4 * word, HASH_LENGTH - 4 * word - len(run)
    return random(before) + run + random(after)


def word_digests(random: Random, number: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield digests in which one word is all zeros or all ones; the number tells rounds apart."""
    for word in range(WORDS):
        for octet, name in ((ZEROS, "zero"), (ONES, "ff")):
            digest = _with_words(random, word, octet * 4)
            require(digest[4 * word : 4 * word + 4] == octet * 4, "the word is another")
            what = f"word {word} of {octet.hex()}"
            yield f"word-{word}-{name}-{number}", what, digest


@shared_case("S9", "special-digest", flags=("SpecialDigest",))
def special_digest(family: SignatureMaker) -> Iterator[Draft]:
    """**Valid.** Digests of zeros and ones, or with runs of them, each with a good signature."""
    rounds = (one for number in range(WORD_ROUNDS) for one in word_digests(family.random, number))
    for name, what, digest in (*special_digests(family.random), *rounds):
        why = f"The signature on a digest is valid that has {what}."
        yield family.verify(name, why, message=digest, message_type=MessageType.DIGEST)


@shared_case("S9", "sign-special-digest", flags=("SpecialDigest",), operation=Operation.SIGN)
def sign_special_digest(family: SignatureMaker) -> Iterator[Draft]:
    """**Valid.** Digests of zeros and ones, or with a word of them, are signed."""
    names = ("zeros", "ones", "leading-zero-1", "leading-zero-4", "trailing-zero-1")
    chosen = [one for one in special_digests(family.random) if one[0] in names]
    for name, what, digest in (*chosen, *list(word_digests(family.random, 0))[::4]):
        why = f"A digest is signed that has {what}."
        yield family.sign(name, why, message=digest, message_type=MessageType.DIGEST)


@shared_case("S9", "special-digest-of-message", flags=("SpecialDigest",))
def special_digest_of_message(family: SignatureMaker) -> Iterator[Draft]:
    """**Valid.** Messages were searched for whose digest has two zero or two ff bytes somewhere."""
    for name, why, message in messages_of_special_digests():
        yield family.verify(name, why, message=message)


@cache
def messages_of_special_digests() -> tuple[tuple[str, str, bytes], ...]:
    """Return messages whose digests have two zero or two ff bytes: slug, why, and message."""
    found: list[tuple[str, str, bytes]] = []
    for word in range(WORDS):
        for octet, name in ((ZEROS, "zero"), (ONES, "ff")):
            place = 30 if word == WORDS - 1 else 4 * word
            message = _searched(f"word {word} {name} ".encode(), place, octet * 2)
            digest = hashlib.sha256(message).digest()
            require(digest[place : place + 2] == octet * 2, "the digest is another")
            why = f"The digest of the message has {octet.hex() * 2} at byte {place}."
            found.append((f"byte-{place:02}-{name}", why, message))
    return tuple(found)


def _searched(prefix: bytes, place: int, run: bytes) -> bytes:
    """Return the first message with a prefix whose digest has given octets at a place."""
    number = 0
    while True:
        message = prefix + str(number).encode()
        if hashlib.sha256(message).digest()[place : place + len(run)] == run:
            return message
        number += 1


@shared_case("S1", "other-message", flags=("ChangedMessage",))
def other_message(family: SignatureMaker) -> Iterator[Draft]:
    """**Invalid.** The message is another than the one that was signed."""
    message = family.random(130)
    control, other = family.control(message=message), family.control("other")
    yield from (control, other)
    for name, changed in (
        ("first-bit", bytes([message[0] ^ 0x80]) + message[1:]),
        ("last-bit", message[:-1] + bytes([message[-1] ^ 0x01])),
        ("second-block", message[:64] + bytes([message[64] ^ 0x10]) + message[65:]),
        ("first-byte-cut", message[1:]),
        ("last-byte-cut", message[:-1]),
        ("zero-appended", message + b"\x00"),
        ("only-first-block", message[:64]),
        ("twice", message + message),
        ("empty", b""),
        ("of-other-signature", message_of(other)),
        ("its-digest", hashlib.sha256(message).digest()),
        ("its-digest-as-hex", hashlib.sha256(message).hexdigest().encode()),
    ):
        why = f"A good signature is refused for another message: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, message=HexBytes(changed))


@shared_case("S1", "other-digest", flags=("ChangedMessage",))
def other_digest(family: SignatureMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the digest is another, in each of its bytes."""
    digest = family.random(HASH_LENGTH)
    control = family.control(message=digest, message_type=MessageType.DIGEST)
    yield control
    for position in range(HASH_LENGTH):
        changed = bytearray(digest)
        changed[position] ^= 1 << position % 8
        why = f"Byte {position} of the digest counts."
        yield family.refused(control, f"byte-{position:02}", why, message=HexBytes(changed))


@shared_case("S1", "other-signature", flags=("InvalidSignature",))
def other_signature(family: SignatureMaker) -> Iterator[Draft]:
    """**Invalid.** The signature is that on another message, or by another key, or random."""
    control, other = family.control(), family.control("other")
    yield from (control, other)
    message = message_of(control)
    other_key = exponent_pair(family.parameters.key_spec, "65539").private
    for name, signature in (
        ("on-other-message", signature_of(other)),
        ("by-other-key", family.signature_of_digest(other_key, hashlib.sha256(message).digest())),
        ("reversed", signature_of(control)[::-1]),
        ("random", family.random(family.key_length)),
        ("halves-exchanged", _halves_exchanged(signature_of(control))),
        ("complement", bytes(octet ^ 0xFF for octet in signature_of(control))),
    ):
        why = f"A signature is refused that is another one: {name.replace('-', ' ')}."
        yield family.refused(control, name, why, signature=HexBytes(signature))


def _halves_exchanged(octets: bytes) -> bytes:
    middle = len(octets) // 2
    return octets[middle:] + octets[:middle]


@shared_case("S1", "signature-bit", flags=("InvalidSignature",))
def signature_bit(family: SignatureMaker) -> Iterator[Draft]:
    """**Invalid.** One bit of the signature is another, in its first and last bytes and between."""
    control = family.control()
    yield control
    signature, k = signature_of(control), family.key_length
    between = (8 + number * (k - 16) // 30 for number in range(30))
    positions = (*range(8), *between, *range(k - 8, k))
    for position in positions:
        changed = bytearray(signature)
        changed[position] ^= 0x80 >> position % 8
        why = f"Byte {position} of the signature counts."
        yield family.refused(control, f"byte-{position:03}", why, signature=HexBytes(changed))


BOOK = (
    verify,
    other_message,
    other_digest,
    other_signature,
    signature_bit,
    digest_of_message,
    message_type_exchanged,
    digest_length,
    sign_digest_length,
    sign,
    sign_twice,
    message_length,
    sign_message_length,
    special_digest,
    sign_special_digest,
    special_digest_of_message,
)
"""The cases that both schemes have about messages and digests."""
