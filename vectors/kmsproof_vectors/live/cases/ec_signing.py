"""ECDSA recipes: what their cases share, and the parameters of their files.

The signature of a message is made by the target; that of a digest is made from the public key
alone, which saves a call.
"""

from __future__ import annotations

from typing import Final

from kmsproof_reference.vocabulary import Algorithm, KeySpec, MessageType
from kmsproof_vectors.cases.ec import CURVES, MAIN, SECOND, SHORT_NAMES
from kmsproof_vectors.live.cases.signing import DIGEST, PUBLIC_KEY, RAW, Offered, sign
from kmsproof_vectors.live.maker import LiveParameters, RecipeMaker, key_of
from kmsproof_vectors.model import BugType, Note

PAIRS: Final = 8
"""How many messages are signed for one whose integers are both high, or both low."""

CLASSES: Final[dict[str, str]] = {
    "E6": "ECDSA signing: numbers k that repeat, are related, biased, or can be guessed",
}
"""The edge-case classes that only recipes can judge."""

NOTES: Final[dict[str, Note]] = {
    "WeakNonce": Note(
        bug_type=BugType.CONFIDENTIALITY,
        description="The secret numbers k behind many signatures are looked at together.",
        effect="Whatever is known about several of them gives the private key away.",
    ),
}
"""The flags that only recipes bear."""


def ecdsa_parameters(key_spec: KeySpec) -> LiveParameters:
    """Return what the file of a curve is about."""
    algorithm = Algorithm.ECDSA_SHA_256
    return LiveParameters(
        family=f"live-ec-{SHORT_NAMES[key_spec]}-ecdsa",
        key_spec=key_spec,
        algorithm=algorithm,
        padding=None,
        description=f"{CURVES[key_spec].name} ECDSA with SHA-256, DER signatures, keys of its own",
        keys={MAIN: key_of(algorithm), SECOND: key_of(algorithm)},
    )


# Steps.


def offered(recipe: RecipeMaker, kind: MessageType) -> Offered:
    """Return a signature that the target makes of a message, or one that is made of a digest."""
    if kind is RAW:
        message = recipe.random(20)
        return Offered(kind, (sign("signed", kind, message),), message, "$signed.signature")
    step = recipe.compute("ecdsa-signature", "made", public_key=PUBLIC_KEY, seed=recipe.random(16))
    return Offered(kind, (step,), "$made.digest", "$made.signature")


def offered_with(recipe: RecipeMaker, kind: MessageType, *, high: bool) -> Offered:
    """Return a signature with r and s that both get a zero byte in front, or both do not."""
    if kind is DIGEST:
        step = recipe.compute(
            "ecdsa-signature", "made", public_key=PUBLIC_KEY, seed=recipe.random(16), high=high
        )
        return Offered(kind, (step,), "$made.digest", "$made.signature")
    messages = [recipe.random(20) for _ in range(PAIRS)]
    names = [f"signed_{number}" for number in range(PAIRS)]
    chosen = recipe.compute(
        "ecdsa-chosen",
        "chosen",
        public_key=PUBLIC_KEY,
        messages=messages,
        signatures=[f"${name}.signature" for name in names],
        high=high,
    )
    asks = (sign(name, kind, each) for name, each in zip(names, messages, strict=True))
    return Offered(kind, (*asks, chosen), "$chosen.message", "$chosen.signature")
