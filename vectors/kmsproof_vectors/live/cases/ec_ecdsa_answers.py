"""ECDSA recipes: what must be signed and accepted, and digests that are none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.vocabulary import MessageType
from kmsproof_vectors.cases.ec import CURVES
from kmsproof_vectors.cases.ec_ecdsa import (
    DIGEST_LENGTH,
    DIGEST_TO_INTEGER,
    GENERATION,
    VERIFICATION,
)
from kmsproof_vectors.cases.ec_ecdsa_answers import MEBIBYTE, MESSAGE_LENGTHS
from kmsproof_vectors.live.cases.ec_signing import offered
from kmsproof_vectors.live.cases.signing import (
    BOTH,
    DIGEST,
    KINDS,
    PUBLIC_KEY,
    RAW,
    accepted,
    control_of,
    digest_steps,
    refused,
    refused_length,
    sign,
    verify,
)
from kmsproof_vectors.live.maker import Given, RecipeMaker, live_case
from kmsproof_vectors.live.model import Ask, Check, Compute, Requirement
from kmsproof_vectors.maker import CONTROL_FLAGS

PATTERN: Final = 256
"""Bytes that long messages repeat."""


@live_case("E8", "control", flags=CONTROL_FLAGS, clause=VERIFICATION)
def control(recipe: RecipeMaker) -> None:
    """**Valid.** A good signature is accepted, of a message and of a digest."""
    for kind, requirement in KINDS.items():
        good = offered(recipe, kind)
        recipe.valid(
            kind.lower(),
            "A good signature is accepted.",
            *good.steps,
            verify(kind, good.message, good.signature, accepted()),
            requires=[requirement],
        )


# What the target signs.


def _signed(
    recipe: RecipeMaker, kind: MessageType, message: Given
) -> tuple[tuple[Ask | Compute, ...], list[Check]]:
    """Return that a target signs, accepts its own signature, and that others accept it, too."""
    steps, digest = digest_steps(kind, message, "digest")
    asks = (
        sign("signed", kind, message, expect=recipe.ok()),
        verify(kind, message, "$signed.signature", accepted()),
    )
    verifies = recipe.check(
        "ecdsa-verifies", public_key=PUBLIC_KEY, digest=digest, signature="$signed.signature"
    )
    return (*asks, *steps), [verifies]


@live_case(
    "E8",
    "message-length",
    flags=("KnownAnswer", "SizeSweep"),
    clause=GENERATION,
    requires=[Requirement.RAW],
)
def message_length(recipe: RecipeMaker) -> None:
    """**Valid.** Messages of all lengths around the blocks of SHA-256 are signed and verified."""
    for length in (*MESSAGE_LENGTHS, MEBIBYTE):
        why = f"What is made for a message of {length} bytes is its signature, and is accepted."
        if length % PATTERN:
            steps, checks = _signed(recipe, RAW, recipe.random(length))
            recipe.valid(f"{length}-bytes", why, *steps, checks=checks)
            continue
        count = length // PATTERN
        long = recipe.compute("repeat", "long", value=recipe.random(PATTERN), count=count)
        steps, checks = _signed(recipe, RAW, "$long")
        recipe.valid(f"{length}-bytes", why, long, *steps, checks=checks)


def special_digests(curve: Curve, recipe: RecipeMaker) -> Iterator[tuple[str, int]]:
    """Yield integers, with names, whose digests are special."""
    n, top = curve.n, 1 << 256
    yield from (("0", 0), ("1", 1), ("n-minus-1", n - 1), ("n", n), ("n-plus-1", n + 1))
    yield from (("2-256-minus-1", top - 1), ("2-255", 1 << 255), ("p", curve.p))
    for zeros in (1, 2, 3, 4):
        rest = os2ip(recipe.random(DIGEST_LENGTH - zeros)) | 1
        yield f"leading-zeros-{zeros}", rest | 1 << 8 * (DIGEST_LENGTH - zeros) - 1
        yield f"trailing-zeros-{zeros}", rest << 8 * zeros
    for place in range(8):
        mask, drawn = 0xFFFFFFFF << 32 * (7 - place), os2ip(recipe.random(DIGEST_LENGTH))
        yield f"word-{place}-zeros", drawn & ~mask
        yield f"word-{place}-ones", drawn | mask


@live_case(
    "E8",
    "special-digest",
    flags=("SpecialDigest",),
    clause=GENERATION,
    requires=[Requirement.DIGEST],
)
def special_digest(recipe: RecipeMaker) -> None:
    """**Valid.** Digests that are special as numbers are signed and verified."""
    for name, e in special_digests(CURVES[recipe.parameters.key_spec], recipe):
        steps, checks = _signed(recipe, DIGEST, i2osp(e, DIGEST_LENGTH))
        why = f"What is made for a special digest is its signature: {name.replace('-', ' ')}."
        recipe.valid(name, why, *steps, checks=checks)


@live_case(
    "E8",
    "reduced-digest",
    flags=("SpecialDigest",),
    clause=DIGEST_TO_INTEGER,
    requires=[Requirement.DIGEST],
)
def reduced_digest(recipe: RecipeMaker) -> None:
    """**Valid.** The digests e and e + n have the same signatures, where both have 256 bits."""
    n = CURVES[recipe.parameters.key_spec].n
    small = os2ip(recipe.random(12))
    for name, e in (("0", 0), ("1", 1), ("random", small), ("largest", (1 << 256) - 1 - n)):
        both = (i2osp(e, DIGEST_LENGTH), i2osp(e + n, DIGEST_LENGTH))
        for slug, signed, other in ((f"{name}-as-e-plus-n", *both), (f"{name}-as-e", *both[::-1])):
            recipe.valid(
                slug,
                "Only e modulo n counts, so that e and e + n have the same signatures.",
                sign("signed", DIGEST, signed, expect=recipe.ok()),
                verify(DIGEST, other, "$signed.signature", accepted()),
            )


@live_case(
    "E8",
    "zero-digest",
    flags=("SpecialDigest",),
    clause=DIGEST_TO_INTEGER,
    requires=[Requirement.DIGEST],
)
def zero_digest(recipe: RecipeMaker) -> None:
    """**Valid.** For the digests 0 and n, r = s = x_Q mod n is a signature under every key."""
    for name, e in (("0", 0), ("n", CURVES[recipe.parameters.key_spec].n)):
        recipe.valid(
            name,
            "With u1 = 0 and u2 = 1 the verification comes to the public key itself.",
            recipe.compute("ecdsa-signature-of-zero", "made", public_key=PUBLIC_KEY),
            verify(DIGEST, i2osp(e, DIGEST_LENGTH), "$made", accepted()),
        )


@live_case("E8", "digest-of-message", flags=("KnownAnswer",), clause=GENERATION, requires=BOTH)
def digest_of_message(recipe: RecipeMaker) -> None:
    """**Valid.** The signature of a message is the signature of its digest."""
    for length in (0, 20, 32, 64):
        message = recipe.random(length)
        digest = hashlib.sha256(message).digest()
        for slug, first, second in (
            (f"{length}-bytes-signed-raw", (RAW, message), (DIGEST, digest)),
            (f"{length}-bytes-signed-digest", (DIGEST, digest), (RAW, message)),
        ):
            recipe.valid(
                slug,
                "RAW with a message and DIGEST with its digest are the same.",
                sign("signed", *first, expect=recipe.ok()),
                verify(*second, "$signed.signature", accepted()),
            )


@live_case("E8", "digest-or-message", flags=("WrongHash",), clause=DIGEST_TO_INTEGER, requires=BOTH)
def digest_or_message(recipe: RecipeMaker) -> None:
    """**Invalid.** A digest is offered as message, or a message of 32 bytes as digest."""
    message = recipe.random(DIGEST_LENGTH)
    digest = hashlib.sha256(message).digest()
    twice = hashlib.sha256(digest).digest()
    for slug, why, (kind, signed), (other_kind, other) in (
        ("digest-as-message", "A digest is hashed as a message.", (DIGEST, digest), (RAW, digest)),
        ("message-as-digest", "A message is no digest.", (RAW, message), (DIGEST, message)),
        ("digest-of-digest", "A digest is not hashed again.", (DIGEST, digest), (DIGEST, twice)),
        ("hashed-twice", "A message is hashed once.", (RAW, message), (RAW, digest)),
    ):
        recipe.invalid(
            slug,
            why,
            sign("signed", kind, signed),
            verify(other_kind, other, "$signed.signature", refused()),
            control=control_of(recipe, other_kind),
        )


@live_case("E8", "wrong-hash", flags=("WrongHash",), clause=DIGEST_TO_INTEGER, requires=BOTH)
def wrong_hash(recipe: RecipeMaker) -> None:
    """**Invalid.** The signature is that of another digest of the message."""
    message = recipe.random(48)
    digest = hashlib.sha256(message).digest()
    for name, other in (
        ("sha-1", hashlib.sha1(message, usedforsecurity=False).digest().rjust(32, b"\x00")),
        ("sha-224", hashlib.sha224(message).digest().rjust(32, b"\x00")),
        ("sha-384", hashlib.sha384(message).digest()[:32]),
        ("sha-512", hashlib.sha512(message).digest()[:32]),
        ("sha3-256", hashlib.sha3_256(message).digest()),
        ("no-hash", message[:32]),
        ("no-hash-last-bytes", message[-32:]),
        ("byte-order-reversed", digest[::-1]),
        ("first-20-bytes", digest[:20].rjust(32, b"\x00")),
        ("last-31-bytes", digest[1:].rjust(32, b"\x00")),
        ("shifted-right", i2osp(os2ip(digest) >> 1, 32)),
        ("of-nothing", hashlib.sha256(b"").digest()),
        ("zero", bytes(32)),
    ):
        recipe.invalid(
            name,
            f"The signature of another digest is refused: {name.replace('-', ' ')}.",
            sign("signed", DIGEST, other),
            verify(RAW, message, "$signed.signature", refused()),
            control=control_of(recipe, RAW),
        )


@live_case(
    "E8",
    "digest-length",
    flags=("DigestLength",),
    clause=DIGEST_TO_INTEGER,
    requires=[Requirement.DIGEST],
)
def digest_length(recipe: RecipeMaker) -> None:
    """**Invalid.** The digest has not 32 bytes; as a number it would be the signed one."""
    digest = i2osp(os2ip(recipe.random(19)), DIGEST_LENGTH)
    for length in (0, 19, 20, 31, 33, 48, 64):
        shorter = digest[DIGEST_LENGTH - length :] if length < DIGEST_LENGTH else digest
        wrong = shorter.ljust(length, b"\x5a")
        recipe.invalid(
            f"sign-{length:02}-bytes",
            f"A digest of {length} bytes is not one of SHA-256, so it is not signed.",
            sign("signed", DIGEST, wrong, expect=refused_length()),
            control="control",
        )
        recipe.invalid(
            f"verify-{length:02}-bytes",
            f"A digest of {length} bytes is not one of SHA-256, whatever its number.",
            sign("signed", DIGEST, digest),
            verify(DIGEST, wrong, "$signed.signature", refused_length()),
            control=control_of(recipe, DIGEST),
        )
    recipe.valid(
        "control",
        "A digest of 32 bytes is signed.",
        sign("signed", DIGEST, digest, expect=recipe.ok()),
    )


CASES: Final = (
    control,
    message_length,
    special_digest,
    reduced_digest,
    zero_digest,
    digest_of_message,
    digest_or_message,
    wrong_hash,
    digest_length,
)
"""The cases of this module."""
