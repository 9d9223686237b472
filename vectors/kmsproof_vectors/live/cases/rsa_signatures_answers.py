"""RSA signature recipes: what must be signed and accepted, and what is encoded in it."""

from __future__ import annotations

import hashlib
from typing import Final

from kmsproof_reference.vocabulary import MessageType
from kmsproof_vectors.cases.rsa_signature_answers import (
    LARGEST,
    MESSAGE_LENGTHS,
    messages_of_special_digests,
    special_digests,
    word_digests,
)
from kmsproof_vectors.live.cases.rsa_signing import (
    offered,
    right_encoding,
    shared_case,
    to_sign,
)
from kmsproof_vectors.live.cases.signing import (
    BOTH,
    DIGEST,
    KINDS,
    PUBLIC_KEY,
    RAW,
    accepted,
    digest_steps,
    sign,
    slug_of,
    verify,
)
from kmsproof_vectors.live.maker import Given, RecipeMaker, live_case
from kmsproof_vectors.live.model import Ask, Check, Compute, Requirement
from kmsproof_vectors.maker import CONTROL_FLAGS
from kmsproof_vectors.model import Clause

PATTERN: Final = 256
"""Bytes that long messages repeat."""

MANY: Final = 64
"""Signatures whose salts are looked at together: a bit that never changes shows from 55 on."""

FEW: Final = 8
"""Signatures whose salts show a part that is fixed."""

DIFFERENT: Final = 16
"""Messages that are signed one after the other."""

SALT: Final = Clause(ref="RFC 8017", section="9.1.1", step="4")

Steps = tuple[Ask | Compute, ...]


@shared_case("S1", "control", flags=CONTROL_FLAGS)
def control(recipe: RecipeMaker) -> None:
    """**Valid.** A signature of the target's own is accepted, of a message and of a digest."""
    for kind, requirement in KINDS.items():
        good = offered(recipe, kind)
        recipe.valid(
            kind.lower(),
            "A good signature is accepted.",
            *good.steps,
            verify(kind, good.message, good.signature, accepted()),
            requires=[requirement],
        )


def _signed(recipe: RecipeMaker, kind: MessageType, message: Given) -> tuple[Steps, list[Check]]:
    """Return that a target signs, that others accept the signature, and that it does, too."""
    steps, digest = digest_steps(kind, message, "digest")
    asks = (
        sign("signed", kind, message, expect=recipe.ok()),
        verify(kind, message, "$signed.signature", accepted()),
    )
    assert isinstance(digest, str | bytes)
    return (*asks, *steps), [right_encoding(recipe, [digest], ["$signed.signature"])]


@shared_case("S8", "message-length", flags=("SizeSweep",), signing=True, requires=[Requirement.RAW])
def message_length(recipe: RecipeMaker) -> None:
    """**Valid.** Messages of all lengths around the blocks of SHA-256 are signed and verified."""
    for length in (*MESSAGE_LENGTHS, LARGEST):
        why = f"What is made for a message of {length} bytes is its signature, and is accepted."
        if length % PATTERN or not length:
            steps, checks = _signed(recipe, RAW, recipe.random(length))
            recipe.valid(f"{length}-bytes", why, *steps, checks=checks)
            continue
        count = length // PATTERN
        long = recipe.compute("repeat", "long", value=recipe.random(PATTERN), count=count)
        steps, checks = _signed(recipe, RAW, "$long")
        recipe.valid(f"{length}-bytes", why, long, *steps, checks=checks)


@shared_case(
    "S9", "special-digest", flags=("SpecialDigest",), signing=True, requires=[Requirement.DIGEST]
)
def special_digest(recipe: RecipeMaker) -> None:
    """**Valid.** Digests of zeros and ones, or with runs of them, are signed and verified."""
    for name, what, digest in special_digests(recipe.random):
        steps, checks = _signed(recipe, DIGEST, digest)
        recipe.valid(name, f"A digest is signed that has {what}.", *steps, checks=checks)
    for name, what, digest in word_digests(recipe.random, 0):
        recipe.valid(
            name,
            f"A digest is signed that has {what}.",
            sign("signed", DIGEST, digest, expect=recipe.ok()),
            checks=[right_encoding(recipe, [digest], ["$signed.signature"])],
        )


@shared_case(
    "S9",
    "special-digest-of-message",
    flags=("SpecialDigest",),
    signing=True,
    requires=[Requirement.RAW],
)
def special_digest_of_message(recipe: RecipeMaker) -> None:
    """**Valid.** Messages were searched for whose digest has two zero or two ff bytes somewhere."""
    for name, why, message in messages_of_special_digests():
        steps, checks = _signed(recipe, RAW, message)
        recipe.valid(name, why, *steps, checks=checks)


@shared_case("S6", "encoding", flags=("KnownAnswer",), signing=True)
def encoding(recipe: RecipeMaker) -> None:
    """**Valid.** What is signed is encoded exactly as the standard says."""
    for kind, requirement in KINDS.items():
        for number in range(4):
            message = to_sign(recipe, kind)
            steps, digest = digest_steps(kind, message, "digest")
            assert isinstance(digest, str | bytes)
            recipe.valid(
                slug_of(kind, str(number)),
                "The encoded message, opened with the public key, is as the standard makes it.",
                sign("signed", kind, message, expect=recipe.ok()),
                *steps,
                checks=[right_encoding(recipe, [digest], ["$signed.signature"])],
                requires=[requirement],
            )


@live_case("S6", "salts", flags=("RepeatedSalt",), clause=SALT)
def salts(recipe: RecipeMaker) -> None:
    """**Valid.** The salts of many signatures have 32 bytes, are distinct, and look random."""
    for kind, requirement in KINDS.items():
        for name, count, even in (("", MANY, "bits-balanced"), ("-few", FEW, "bits-change")):
            message = to_sign(recipe, kind)
            digest = hashlib.sha256(message).digest() if kind is RAW else message
            recipe.valid(
                f"{kind.lower()}{name}",
                f"{count} signatures of one message are right, and no salt comes twice.",
                sign("signed", kind, message, repeat=count, expect=recipe.ok()),
                recipe.compute(
                    "rsa-pss-salts", "salts", public_key=PUBLIC_KEY, signatures="$signed.signature"
                ),
                checks=[
                    right_encoding(recipe, [digest] * count, "$signed.signature"),
                    recipe.check("all-distinct", values="$salts"),
                    recipe.check("not-a-counter", values="$salts"),
                    recipe.check(even, values="$salts"),
                ],
                requires=[requirement],
            )


@shared_case("S7", "sign-again", flags=("RepeatedSigning",), signing=True)
def sign_again(recipe: RecipeMaker) -> None:
    """**Valid.** One message is signed several times, and each signature is right."""
    for kind, requirement in KINDS.items():
        message = to_sign(recipe, kind)
        digest = hashlib.sha256(message).digest() if kind is RAW else message
        recipe.valid(
            kind.lower(),
            "What was signed before is signed again, and the signature is right once more.",
            sign("signed", kind, message, repeat=4, expect=recipe.ok()),
            checks=[right_encoding(recipe, [digest] * 4, "$signed.signature")],
            requires=[requirement],
        )


@live_case(
    "S7",
    "deterministic",
    flags=("RepeatedSigning",),
    clause=Clause(ref="RFC 8017", section="8.2.1"),
)
def deterministic(recipe: RecipeMaker) -> None:
    """**Valid.** One message that is signed several times has one signature."""
    for kind, requirement in KINDS.items():
        recipe.valid(
            kind.lower(),
            "Nothing is drawn at random, so that all signatures of one message are the same.",
            sign("signed", kind, to_sign(recipe, kind), repeat=4, expect=recipe.ok()),
            checks=[recipe.check("all-equal", values="$signed.signature")],
            requires=[requirement],
        )


def _many(recipe: RecipeMaker, kind: MessageType) -> tuple[list[Ask], list[bytes], list[str]]:
    """Return the signing of many messages, their digests, and how the signatures are named."""
    messages = [to_sign(recipe, kind) for _ in range(DIFFERENT)]
    names = [f"signed_{number}" for number in range(DIFFERENT)]
    asks = [
        sign(name, kind, message, expect=recipe.ok())
        for name, message in zip(names, messages, strict=True)
    ]
    digests = [hashlib.sha256(each).digest() if kind is RAW else each for each in messages]
    return asks, digests, [f"${name}.signature" for name in names]


@live_case(
    "S7",
    "faults",
    flags=("RepeatedSigning",),
    clause=Clause(ref="RFC 8017", section="5.2.1"),
)
def faults(recipe: RecipeMaker) -> None:
    """**Valid.** No signature is right modulo one prime and wrong modulo the other."""
    for kind, requirement in KINDS.items():
        asks, digests, signatures = _many(recipe, kind)
        recipe.valid(
            kind.lower(),
            "A signature that is wrong modulo one of the primes alone gives the other one away.",
            *asks,
            checks=[
                recipe.check(
                    "rsa-no-prime-revealed",
                    public_key=PUBLIC_KEY,
                    digests=digests,
                    signatures=signatures,
                ),
                right_encoding(recipe, digests, signatures),
            ],
            requires=[requirement],
        )


@shared_case("S5", "digest-of-message", flags=("Composition",), requires=BOTH)
def digest_of_message(recipe: RecipeMaker) -> None:
    """**Valid.** The signature of a message is one of its digest, and the reverse."""
    for length in (0, 20, 32, 100):
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


@live_case(
    "S5",
    "same-signature",
    flags=("Composition",),
    clause=Clause(ref="RFC 8017", section="8.2.1"),
    requires=BOTH,
)
def same_signature(recipe: RecipeMaker) -> None:
    """**Valid.** A message and its digest have the same signature, byte for byte."""
    for length in (0, 32, 65):
        message = recipe.random(length)
        recipe.valid(
            f"{length}-bytes",
            "RAW with a message and DIGEST with its digest give one signature.",
            sign("of_message", RAW, message, expect=recipe.ok()),
            sign("of_digest", DIGEST, hashlib.sha256(message).digest(), expect=recipe.ok()),
            checks=[
                recipe.check("equal", left="$of_message.signature", right="$of_digest.signature")
            ],
        )


SHARED: Final = (
    control,
    encoding,
    sign_again,
    digest_of_message,
    message_length,
    special_digest,
    special_digest_of_message,
)
"""The cases of both schemes."""

OF_PSS: Final = (salts,)
"""The cases of RSASSA-PSS alone."""

OF_PKCS1: Final = (deterministic, faults, same_signature)
"""The cases of RSASSA-PKCS1-v1_5 alone."""
