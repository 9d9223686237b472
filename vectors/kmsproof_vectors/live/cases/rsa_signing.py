"""RSA signature recipes: what the cases of both schemes share, and the parameters of their files.

Without the private key nothing can be signed, so every signature is one that the target has made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from kmsproof_reference.vocabulary import RSA_MODULUS_BITS, Algorithm, KeySpec, MessageType
from kmsproof_vectors.cases.rsa_signature import HASH_LENGTH
from kmsproof_vectors.live.cases.signing import (
    MAIN,
    PUBLIC_KEY,
    RAW,
    SECOND,
    Offered,
    sign,
)
from kmsproof_vectors.live.maker import (
    Given,
    LiveCase,
    LiveParameters,
    RecipeMaker,
    key_of,
    live_case,
    word,
)
from kmsproof_vectors.live.model import Check, Requirement
from kmsproof_vectors.model import BugType, Clause, Note

PSS, PKCS1 = Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256

NAMES: Final = {PSS: "pss", PKCS1: "pkcs1"}
"""How the names of the files end."""

SECTIONS: Final = {PSS: "8.1", PKCS1: "8.2"}
"""The sections of RFC 8017 about the schemes."""

OTHER: Final = {PSS: PKCS1, PKCS1: PSS}

DESCRIPTIONS: Final = {
    PSS: "RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes, keys of its own",
    PKCS1: "RSASSA-PKCS1-v1_5 with SHA-256, keys of its own",
}

ENCODINGS: Final = {PSS: "rsa-pss-encoding", PKCS1: "rsa-pkcs1-encoding"}
"""The checks that look at what was signed."""

SIGNATURES_TO_CHOOSE_FROM: Final = 8
"""How many messages are signed for one whose signature leaves room for the modulus."""

NOTES: Final[dict[str, Note]] = {
    "RepeatedSalt": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="The salts of many signatures are looked at together.",
        effect="A salt that comes again shows a generator that other secrets cannot rely on.",
    ),
}
"""The flags that only recipes bear."""


def parameters(key_spec: KeySpec, algorithm: Algorithm) -> LiveParameters:
    """Return what the file of a key spec and a scheme is about."""
    bits = RSA_MODULUS_BITS[key_spec]
    return LiveParameters(
        family=f"live-rsa-{bits}-{NAMES[algorithm]}",
        key_spec=key_spec,
        algorithm=algorithm,
        padding=None,
        description=f"RSA-{bits} {DESCRIPTIONS[algorithm]}",
        keys={MAIN: key_of(algorithm), SECOND: key_of(algorithm)},
    )


def algorithm_of(recipe: RecipeMaker) -> Algorithm:
    """Return the scheme of the file."""
    algorithm = recipe.parameters.algorithm
    assert algorithm is not None
    return algorithm


def key_length(recipe: RecipeMaker) -> int:
    """Return k, the bytes of a signature."""
    return RSA_MODULUS_BITS[recipe.parameters.key_spec] // 8


# Cases of both schemes.

SharedCase = Callable[[Algorithm], LiveCase]
"""A case that is made for each scheme, since the clauses are in different sections."""


def shared_case(
    edge_class: str,
    slug: str,
    *,
    flags: tuple[str, ...],
    signing: bool = False,
    step: str = "",
    requires: Sequence[Requirement] = (),
) -> Callable[[Callable[[RecipeMaker], None]], SharedCase]:
    """Declare a function to be a live case of both schemes, whose standard has the same steps.

    Args:
        edge_class: the edge-case class, such as ``S3``.
        slug: the middle part of the ids of its tests.
        flags: names of notes that all its tests bear.
        signing: whether the clause is that of signing, not of verification.
        step: the step in it.
        requires: what a target must declare for any of its tests to apply.
    """

    def decorate(make: Callable[[RecipeMaker], None]) -> SharedCase:
        def of_scheme(algorithm: Algorithm) -> LiveCase:
            section = f"{SECTIONS[algorithm]}.{1 if signing else 2}"
            clause = Clause(ref="RFC 8017", section=section, step=step)
            return live_case(edge_class, slug, flags=flags, clause=clause, requires=requires)(make)

        return of_scheme

    return decorate


# Steps.


def to_sign(recipe: RecipeMaker, kind: MessageType) -> bytes:
    """Return a random message of 20 bytes, or a random digest."""
    return recipe.random(20 if kind is RAW else HASH_LENGTH)


def offered(recipe: RecipeMaker, kind: MessageType) -> Offered:
    """Return a signature that the target makes, of a message or of a digest."""
    message = to_sign(recipe, kind)
    return Offered(kind, (sign("signed", kind, message),), message, "$signed.signature")


def offered_among(
    recipe: RecipeMaker, kind: MessageType, wanted: str, count: int = SIGNATURES_TO_CHOOSE_FROM
) -> Offered:
    """Return the first of several signatures that is as ``rsa-chosen-signature`` can want it."""
    messages = [to_sign(recipe, kind) for _ in range(count)]
    names = [f"signed_{number}" for number in range(count)]
    chosen = recipe.compute(
        "rsa-chosen-signature",
        "chosen",
        public_key=PUBLIC_KEY,
        messages=messages,
        signatures=[f"${name}.signature" for name in names],
        wanted=word(wanted),
    )
    asks = (sign(name, kind, each) for name, each in zip(names, messages, strict=True))
    return Offered(kind, (*asks, chosen), "$chosen.message", "$chosen.signature")


def right_encoding(recipe: RecipeMaker, digests: Sequence[str | bytes], signatures: Given) -> Check:
    """Return the check that every signature encodes the digest in the same place."""
    return recipe.check(
        ENCODINGS[algorithm_of(recipe)],
        public_key=PUBLIC_KEY,
        digests=digests,
        signatures=signatures,
    )
