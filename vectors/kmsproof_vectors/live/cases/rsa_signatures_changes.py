"""RSA signature recipes: another message, another digest, another signature, another length."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from kmsproof_reference.vocabulary import MessageType
from kmsproof_vectors.cases.rsa_signature import HASH_LENGTH
from kmsproof_vectors.cases.rsa_signature_answers import WRONG_DIGEST_LENGTHS
from kmsproof_vectors.live.cases.rsa_signing import key_length, offered, shared_case, to_sign
from kmsproof_vectors.live.cases.signing import (
    BOTH,
    DIGEST,
    KINDS,
    RAW,
    SECOND,
    Change,
    by,
    control_of,
    refuse_changes,
    refused,
    refused_length,
    sign,
    slug_of,
    verify,
)
from kmsproof_vectors.live.functions.bytes import flipped
from kmsproof_vectors.live.maker import RecipeMaker
from kmsproof_vectors.live.model import AnyStep, Requirement

BITS_BETWEEN: Final = 14
"""How many bits are changed between the first and the last eight bytes of a signature."""


@shared_case("S1", "other-message", flags=("ChangedMessage",), requires=[Requirement.RAW])
def other_message(recipe: RecipeMaker) -> None:
    """**Invalid.** The message is another than the one that was signed."""
    message = recipe.random(130)
    for name, changed in (
        ("first-bit", flipped(message, 0)),
        ("last-bit", flipped(message, -1)),
        ("second-block", flipped(message, 8 * 64 + 3)),
        ("first-byte-cut", message[1:]),
        ("last-byte-cut", message[:-1]),
        ("zero-appended", message + b"\x00"),
        ("only-first-block", message[:64]),
        ("twice", message + message),
        ("empty", b""),
        ("its-digest", hashlib.sha256(message).digest()),
        ("its-digest-as-hex", hashlib.sha256(message).hexdigest().encode()),
    ):
        recipe.invalid(
            name,
            f"A good signature is refused for another message: {name.replace('-', ' ')}.",
            sign("signed", RAW, message),
            verify(RAW, changed, "$signed.signature", refused()),
            control=control_of(recipe, RAW),
        )


@shared_case("S1", "other-digest", flags=("ChangedMessage",), requires=[Requirement.DIGEST])
def other_digest(recipe: RecipeMaker) -> None:
    """**Invalid.** One bit of the digest is another, in each of its bytes."""
    for first in range(0, HASH_LENGTH, 8):
        digest = recipe.random(HASH_LENGTH)
        bits = [8 * byte + byte % 8 for byte in range(first, first + 8)]
        recipe.invalid(
            f"bytes-{first:02}-to-{first + 7:02}",
            f"Bytes {first} to {first + 7} of the digest count, each by itself.",
            sign("signed", DIGEST, digest),
            *(verify(DIGEST, flipped(digest, bit), "$signed.signature", refused()) for bit in bits),
            control=control_of(recipe, DIGEST),
        )


@shared_case("S1", "signature-bit", flags=("InvalidSignature",))
def signature_bit(recipe: RecipeMaker) -> None:
    """**Invalid.** One bit of the signature is another, in its first and last bytes and between."""
    k = key_length(recipe)
    middle = [8 + number * (k - 16) // BITS_BETWEEN for number in range(BITS_BETWEEN)]
    for kind, requirement in KINDS.items():
        for name, places in (
            ("first-bytes", range(8)),
            ("between", middle),
            ("last-bytes", range(k - 8, k)),
        ):
            good = offered(recipe, kind)
            recipe.invalid(
                slug_of(kind, name),
                f"A signature is refused with one bit changed in bytes {places[0]} "
                f"to {places[-1]}.",
                *good.steps,
                *_flips(kind, good.message, good.signature, places),
                control=control_of(recipe, kind),
                requires=[requirement],
            )


def _flips(
    kind: MessageType, message: object, signature: str, places: Sequence[int]
) -> Iterator[AnyStep]:
    assert isinstance(message, bytes)
    for place in places:
        name = f"byte_{place}"
        yield RecipeMaker.compute("flip-bit", name, value=signature, bit=8 * place + place % 8)
        yield verify(kind, message, f"${name}", refused())


@shared_case("S1", "other-signature", flags=("InvalidSignature",))
def other_signature(recipe: RecipeMaker) -> None:
    """**Invalid.** The signature is a good one turned round, or no signature at all."""
    noise = b"\x00" + recipe.random(key_length(recipe) - 1)
    changes = [
        Change("reversed", "a good one read from its end", by("reverse", "value")),
        Change("complement", "every bit of a good one changed", by("complement", "value")),
        Change("random", "random bytes", by("xor", "left", right=noise)),
    ]
    refuse_changes(recipe, "all", changes, offered)


@shared_case("S1", "exchanged", flags=("InvalidSignature",))
def exchanged(recipe: RecipeMaker) -> None:
    """**Invalid.** The signature is one of another message, or by another key."""
    for kind, requirement in KINDS.items():
        first, second = to_sign(recipe, kind), to_sign(recipe, kind)
        recipe.invalid(
            slug_of(kind, "messages"),
            "The signatures of two messages are exchanged.",
            sign("first", kind, first),
            sign("second_one", kind, second),
            verify(kind, second, "$first.signature", refused()),
            verify(kind, first, "$second_one.signature", refused()),
            control=control_of(recipe, kind),
            requires=[requirement],
        )
        recipe.invalid(
            slug_of(kind, "keys"),
            "The signature was made with another key.",
            sign("signed", kind, first, key=SECOND),
            verify(kind, first, "$signed.signature", refused()),
            control=control_of(recipe, kind),
            requires=[requirement, Requirement.SECOND_KEY],
        )


# Digests.


@shared_case("S5", "message-type-exchanged", flags=("MessageTypeConfusion",), requires=BOTH)
def message_type_exchanged(recipe: RecipeMaker) -> None:
    """**Invalid.** A digest is offered as message, or a message of 32 bytes as digest."""
    octets = recipe.random(HASH_LENGTH)
    digest = hashlib.sha256(octets).digest()
    for slug, why, (kind, signed), (other_kind, other) in (
        ("digest-as-message", "A digest is hashed as a message.", (DIGEST, octets), (RAW, octets)),
        ("message-as-digest", "A message is no digest.", (RAW, octets), (DIGEST, octets)),
        ("digest-of-digest", "A digest is not hashed.", (DIGEST, octets), (DIGEST, digest)),
        ("hashed-twice", "A message is hashed once.", (RAW, octets), (RAW, digest)),
    ):
        recipe.invalid(
            slug,
            why,
            sign("signed", kind, signed),
            verify(other_kind, other, "$signed.signature", refused()),
            control=control_of(recipe, other_kind),
        )


@shared_case("S5", "digest-length", flags=("DigestLength",), requires=[Requirement.DIGEST])
def digest_length(recipe: RecipeMaker) -> None:
    """**Invalid.** The digest has not 32 bytes; cut or filled up with zeros it would be right."""
    for length in WRONG_DIGEST_LENGTHS:
        given = recipe.random(length)
        missing = bytes(max(HASH_LENGTH - length, 0))
        fitted = dict.fromkeys(
            (given[:HASH_LENGTH] + missing, missing + given[-HASH_LENGTH:] * bool(length))
        )
        for number, digest in enumerate(fitted):
            recipe.invalid(
                f"{length:02}-bytes-at-the-{('end', 'start')[number]}",
                f"A digest of {length} bytes is refused, although it is the signed one if it is "
                f"cut or filled up at the {('end', 'start')[number]}.",
                sign("signed", DIGEST, digest),
                verify(DIGEST, given, "$signed.signature", refused_length()),
                control=control_of(recipe, DIGEST),
            )


@shared_case(
    "S5",
    "sign-digest-length",
    flags=("DigestLength",),
    signing=True,
    requires=[Requirement.DIGEST],
)
def sign_digest_length(recipe: RecipeMaker) -> None:
    """**Invalid.** A digest that does not have 32 bytes is signed."""
    recipe.valid(
        "control",
        "A digest of 32 bytes is signed.",
        sign("signed", DIGEST, recipe.random(HASH_LENGTH), expect=recipe.ok()),
    )
    for length in WRONG_DIGEST_LENGTHS:
        recipe.invalid(
            f"{length:02}-bytes",
            f"No SHA-256 digest has {length} bytes, so it is not signed.",
            sign("signed", DIGEST, recipe.random(length), expect=refused_length()),
            control="control",
        )


SHARED: Final = (
    other_message,
    other_digest,
    other_signature,
    exchanged,
    signature_bit,
    message_type_exchanged,
    digest_length,
    sign_digest_length,
)
"""The cases of both schemes."""
