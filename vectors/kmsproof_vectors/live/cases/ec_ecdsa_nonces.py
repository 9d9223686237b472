"""ECDSA recipes: many signatures, whose secret numbers k nobody may find."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.vocabulary import MessageType
from kmsproof_vectors.cases.ec import SECOND
from kmsproof_vectors.cases.ec_ecdsa import DIGEST_LENGTH, GENERATION, NONCE
from kmsproof_vectors.live.cases.signing import KINDS, PUBLIC_KEY, sign
from kmsproof_vectors.live.functions.bytes import flipped
from kmsproof_vectors.live.maker import RecipeMaker, live_case
from kmsproof_vectors.live.model import AnyStep, Check, Requirement

REPEATED: Final = 100
"""Signatures of one message: a random k is another each time."""

FEW: Final = 8
"""Signatures that show a k of which half is fixed, or that follows from the one before."""

MESSAGES: Final = 56
"""Messages that are signed once each: what the lattice takes for 8 bits, and some to spare."""

OTHER_KEY: Final = {"": 20, "-few": 2}
"""Signatures under each of two keys, by how the name of the vector ends."""

DIGESTS: Final = 4
"""Digests that are signed twice."""

HALF, SIXTEEN, EIGHT = 64, 16, 8
"""Bits of k that are looked at."""


def _checks(digests: str | list[bytes], signatures: str | list[str], bits: int) -> list[Check]:
    """Return what is looked for, the cheap things first."""
    given = {"public_key": PUBLIC_KEY, "signatures": signatures}
    return [
        RecipeMaker.check("ecdsa-all-verify", **given, digests=digests),
        RecipeMaker.check("ecdsa-nonces-distinct", **given, digests=digests),
        RecipeMaker.check("ecdsa-nonces-not-guessed", **given, digests=digests),
        RecipeMaker.check("ecdsa-nonces-not-linear", **given, digests=digests),
        RecipeMaker.check(
            "ecdsa-nonces-not-biased", **given, digests=digests, bits=bits, shared=True
        ),
    ]


def _digests(kind: MessageType, messages: list[bytes]) -> tuple[list[AnyStep], str | list[bytes]]:
    """Return what computes the digests that are signed in the end, and how they are named."""
    if kind is MessageType.DIGEST:
        return [], messages
    return [RecipeMaker.compute("sha-256-of-each", "digests", messages=messages)], "$digests"


@live_case("E6", "one-message", flags=("WeakNonce",), clause=NONCE)
def one_message(recipe: RecipeMaker) -> None:
    """**Valid.** One message is signed many times; no k repeats, follows, or can be computed."""
    for kind, requirement in KINDS.items():
        for name, count, bits in (("", REPEATED, SIXTEEN), ("-few", FEW, HALF)):
            message = recipe.random(DIGEST_LENGTH)
            steps, digests = _digests(kind, [message] * count)
            recipe.valid(
                f"{kind.lower()}{name}",
                f"{count} signatures of one message give nothing away.",
                sign("signed", kind, message, repeat=count, expect=recipe.ok()),
                *steps,
                checks=_checks(digests, "$signed.signature", bits),
                requires=[requirement],
            )


@live_case("E6", "many-messages", flags=("WeakNonce",), clause=NONCE, exhaustive=True)
def many_messages(recipe: RecipeMaker) -> None:
    """**Valid.** Many messages are signed; no k repeats, follows, or can be computed."""
    for kind, requirement in KINDS.items():
        messages = [recipe.random(DIGEST_LENGTH) for _ in range(MESSAGES)]
        names = [f"signed_{number}" for number in range(MESSAGES)]
        signatures = [f"${name}.signature" for name in names]
        steps, digests = _digests(kind, messages)
        recipe.valid(
            kind.lower(),
            f"Signatures of {MESSAGES} messages give nothing away.",
            *(
                sign(name, kind, message, expect=recipe.ok())
                for name, message in zip(names, messages, strict=True)
            ),
            *steps,
            recipe.compute("ecdsa-r-values", "r_values", signatures=signatures),
            checks=[
                *_checks(digests, signatures, EIGHT),
                recipe.check("bits-balanced", values="$r_values"),
            ],
            requires=[requirement],
        )


@live_case(
    "E6",
    "two-keys",
    flags=("WeakNonce",),
    clause=NONCE,
    requires=[Requirement.SECOND_KEY],
)
def two_keys(recipe: RecipeMaker) -> None:
    """**Valid.** Two keys sign the same message many times; no k is used under both."""
    pairs = {"left": "$left.signature", "right": "$right.signature"}
    for kind, requirement in KINDS.items():
        for name, count in OTHER_KEY.items():
            message = recipe.random(DIGEST_LENGTH)
            recipe.valid(
                f"{kind.lower()}{name}",
                "No k is used under two keys.",
                sign("left", kind, message, repeat=count, expect=recipe.ok()),
                sign("right", kind, message, key=SECOND, repeat=count, expect=recipe.ok()),
                checks=[recipe.check("ecdsa-nonces-not-shared", **pairs)],
                requires=[requirement],
            )


@live_case("E7", "repeated-digest", flags=("RepeatedDigest",), clause=GENERATION)
def repeated_digest(recipe: RecipeMaker) -> None:
    """**Valid.** One message is signed twice, and one that differs from it in one bit.

    A signer may be deterministic (RFC 6979) or not, but always the same. The report tells which.
    """
    for kind, requirement in KINDS.items():
        message = recipe.random(DIGEST_LENGTH)
        first = sign("first", kind, message, expect=recipe.ok())
        recipe.valid(
            f"{kind.lower()}-one-bit",
            "A message that differs in one bit is signed with another k.",
            first,
            sign("other", kind, flipped(message, -1), expect=recipe.ok()),
            checks=[
                recipe.check("ecdsa-r-other", left="$first.signature", right="$other.signature")
            ],
            requires=[requirement],
        )
        recipe.report(
            f"{kind.lower()}-deterministic",
            "A signer may derive k from key and digest.",
            first,
            sign("other", kind, message),
            checks=[
                recipe.check("ecdsa-r-same", left="$first.signature", right="$other.signature")
            ],
            requires=[requirement],
        )
        _constant(recipe, kind, requirement)


def _constant(recipe: RecipeMaker, kind: MessageType, requirement: Requirement) -> None:
    messages = [recipe.random(DIGEST_LENGTH) for _ in range(DIGESTS)]
    rounds = {
        name: [f"{name}_{number}" for number in range(DIGESTS)] for name in ("first", "second")
    }
    recipe.valid(
        f"{kind.lower()}-alike",
        "Either every message has one signature, or none has.",
        *(
            sign(name, kind, message, expect=recipe.ok())
            for names in rounds.values()
            for name, message in zip(names, messages, strict=True)
        ),
        checks=[
            recipe.check(
                "ecdsa-repeats-alike",
                first=[f"${name}.signature" for name in rounds["first"]],
                second=[f"${name}.signature" for name in rounds["second"]],
            )
        ],
        requires=[requirement],
    )


CASES: Final = (one_message, many_messages, two_keys, repeated_digest)
"""The cases of this module."""
