"""Signature recipes of every family: what their cases share.

A target may take messages only, digests only, or both. So most cases have each recipe twice: with a
message (``raw-...``) and with a digest (``digest-...``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from kmsproof_reference.vocabulary import Algorithm, MessageType, RejectionClass
from kmsproof_vectors.cases import rsa
from kmsproof_vectors.cases.rsa_signature import NOT_VALID, WRONG_LENGTH
from kmsproof_vectors.live.maker import Given, RecipeMaker, word
from kmsproof_vectors.live.model import AnyStep, Ask, Compute, Expectation, Requirement

MAIN: Final = rsa.MAIN
"""The key of nearly all steps."""

SECOND: Final = rsa.SECOND
"""A key of the same kind, for what was made under another key."""

PUBLIC_KEY: Final = f"${MAIN}.public_key"

KINDS: Final = {MessageType.RAW: Requirement.RAW, MessageType.DIGEST: Requirement.DIGEST}
"""The two ways of saying what is signed, and what a target must declare for each."""

RAW, DIGEST = KINDS

BOTH: Final = tuple(KINDS.values())
"""What a recipe requires that takes messages and digests."""


def slug_of(kind: MessageType, *parts: str) -> str:
    """Return the slug of a recipe with a message or a digest."""
    return "-".join((kind.lower(), *parts))


def control_of(recipe: RecipeMaker, kind: MessageType) -> str:
    """Return the id of the valid test that shows that messages, or digests, are verified."""
    return f"{recipe.parameters.family}/control/{kind.lower()}"


# Steps.


class Offered(NamedTuple):
    """A good signature: the steps that lead to it, and how it is named then."""

    kind: MessageType
    steps: tuple[AnyStep, ...]
    message: Given
    """The message, or the digest."""
    signature: str


Good = Callable[[RecipeMaker, MessageType], Offered]
"""What leads to a good signature of a message or of a digest."""


def sign(
    name: str,
    kind: MessageType,
    message: Given,
    *,
    key: str = MAIN,
    repeat: int = 1,
    expect: Expectation | None = None,
) -> Ask:
    """Return the signing of a message or digest; without an expectation it only prepares."""
    return RecipeMaker.ask(
        "sign",
        name,
        key=key,
        repeat=repeat,
        expect=expect,
        message=message,
        message_type=word(kind),
    )


def verify(
    kind: MessageType,
    message: Given,
    signature: Given,
    expect: Expectation,
    *,
    name: str = "",
    key: str = MAIN,
) -> Ask:
    """Return the verification of a signature."""
    return RecipeMaker.ask(
        "verify",
        name,
        key=key,
        expect=expect,
        message=message,
        message_type=word(kind),
        signature=signature,
    )


def under(algorithm: Algorithm, ask: Ask) -> Ask:
    """Return a step with another algorithm than that of the file."""
    return msgspec.structs.replace(ask, arguments={**ask.arguments, "algorithm": word(algorithm)})


def refused() -> Expectation:
    """Return the expectation that a signature is no good: the answer no, or a refusal."""
    return RecipeMaker.rejected(*NOT_VALID)


def refused_length() -> Expectation:
    """Return the expectation that a digest or signature of another length is not taken."""
    return RecipeMaker.rejected(*WRONG_LENGTH)


def accepted() -> Expectation:
    """Return the expectation that a signature is good."""
    return RecipeMaker.ok(valid=True)


def digest_steps(kind: MessageType, message: Given, name: str) -> tuple[list[Compute], Given]:
    """Return what computes the digest that is signed in the end, and how it is named."""
    if kind is DIGEST:
        return [], message
    return [RecipeMaker.compute("sha-256", name, message=message)], f"${name}"


# Whole tests.


Made = Callable[[str, str], Compute]
"""Makes a step from the name that its result gets and the name of a good signature."""


def by(function: str, argument: str, /, **others: Given) -> Made:
    """Return what makes the step that calls a function with a good signature as an argument."""

    def make(made: str, good: str) -> Compute:
        return RecipeMaker.compute(function, made, **{argument: good}, **others)

    return make


class Change(NamedTuple):
    """A change of a good signature, which makes a bad one of it."""

    slug: str
    what: str
    """What is wrong with it, as the part of a sentence."""
    make: Made
    rejections: tuple[RejectionClass, ...] = NOT_VALID
    """What may stand for no."""


def refuse_changes(recipe: RecipeMaker, group: str, changes: Sequence[Change], good: Good) -> None:
    """Add the tests in which changed signatures are refused.

    Those of a message are in one test with the name of the group, since each would cost a signature
    of its own; those of a digest are apart.
    """
    whats = "; ".join(change.what for change in changes)
    raw = good(recipe, RAW)
    recipe.invalid(
        slug_of(RAW, group),
        f"What is no signature of a message is refused: {whats}.",
        *raw.steps,
        *_refusals(raw, changes),
        control=control_of(recipe, RAW),
        requires=[KINDS[RAW]],
    )
    digest = good(recipe, DIGEST)
    for change in changes:
        recipe.invalid(
            slug_of(DIGEST, change.slug),
            f"What is no signature of a digest is refused: {change.what}.",
            *digest.steps,
            *_refusals(digest, [change]),
            control=control_of(recipe, DIGEST),
            requires=[KINDS[DIGEST]],
        )


def _refusals(good: Offered, changes: Sequence[Change]) -> Iterator[AnyStep]:
    for number, change in enumerate(changes):
        yield change.make(f"bad_{number}", good.signature)
        expect = RecipeMaker.rejected(*change.rejections)
        yield verify(good.kind, good.message, f"$bad_{number}", expect)
