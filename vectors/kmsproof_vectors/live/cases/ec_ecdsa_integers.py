"""ECDSA recipes: r and s out of range, changed, mirrored, of another message, key or curve."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import product
from typing import Final

from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import encode_signature
from kmsproof_reference.octets import i2osp
from kmsproof_reference.rfc6979 import DeterministicNonce
from kmsproof_vectors.cases.ec import CURVES, SECOND, ec_test_key, other_key_spec
from kmsproof_vectors.cases.ec_ecdsa import COMPARISON, DIGEST_LENGTH, RANGE_CHECK, VERIFICATION
from kmsproof_vectors.ec_numbers import (
    OVERFLOWS,
    border_values,
    multiples_of_n,
    negations,
    other_integers,
    part_masks,
    shifts,
    spoken,
)
from kmsproof_vectors.live.cases.ec_signing import offered
from kmsproof_vectors.live.cases.signing import (
    DIGEST,
    KINDS,
    PUBLIC_KEY,
    RAW,
    Change,
    control_of,
    refuse_changes,
    refused,
    sign,
    slug_of,
    verify,
)
from kmsproof_vectors.live.functions.bytes import flipped
from kmsproof_vectors.live.maker import RecipeMaker, live_case, word
from kmsproof_vectors.live.model import Compute, Requirement

# Literal integers.


def _refuse_pairs(recipe: RecipeMaker, pairs: Iterator[tuple[str, str, int, int]]) -> None:
    """Add the tests in which chosen r and s are refused, for a message and for the digest 0.

    Those with one r are in one test where they are of a message.
    """
    message, zero = recipe.random(20), bytes(DIGEST_LENGTH)
    groups: dict[str, list[bytes]] = {}
    for r_name, s_name, r, s in pairs:
        signature = encode_signature(r, s)
        groups.setdefault(r_name, []).append(signature)
        recipe.invalid(
            slug_of(DIGEST, f"r-{r_name}-s-{s_name}"),
            f"The digest 0 is not signed by r = {spoken(r_name)} and s = {spoken(s_name)}.",
            verify(DIGEST, zero, signature, refused()),
            control=control_of(recipe, DIGEST),
            requires=[KINDS[DIGEST]],
        )
    for r_name, signatures in groups.items():
        recipe.invalid(
            slug_of(RAW, f"r-{r_name}"),
            f"Nothing is signed by r = {spoken(r_name)} and an s that is such a number, too.",
            *(verify(RAW, message, each, refused()) for each in signatures),
            control=control_of(recipe, RAW),
            requires=[KINDS[RAW]],
        )


@live_case("E2", "borders", flags=("SignatureRange",), clause=RANGE_CHECK)
def borders(recipe: RecipeMaker) -> None:
    """**Invalid.** r and s each of 0, 1, -1, n - 1, n, n + 1, p and p + 1."""
    values = border_values(CURVES[recipe.parameters.key_spec])
    pairs = product(values.items(), repeat=2)
    _refuse_pairs(recipe, ((left, right, r, s) for (left, r), (right, s) in pairs))


@live_case("E2", "zero-modulo-n", flags=("SignatureRange",), clause=RANGE_CHECK)
def zero_modulo_n(recipe: RecipeMaker) -> None:
    """**Invalid.** r and s are 0 modulo n in many ways."""
    curve = CURVES[recipe.parameters.key_spec]
    border, pairs = {*border_values(curve)}, product(multiples_of_n(curve).items(), repeat=2)
    _refuse_pairs(
        recipe,
        (
            (left, right, r, s)
            for (left, r), (right, s) in pairs
            if not {left, right} <= border  # those are asked by another case
        ),
    )


# Integers of a good signature, changed.


def _with_integers(change: str) -> Callable[[str, str], Compute]:
    def make(name: str, signature: str) -> Compute:
        return RecipeMaker.compute(
            "ecdsa-with-integers",
            name,
            public_key=PUBLIC_KEY,
            signature=signature,
            change=word(change),
        )

    return make


def _changes(*names: str) -> list[Change]:
    return [Change(name, name.replace("-", " "), _with_integers(name)) for name in names]


def _refuse_shifts(recipe: RecipeMaker, *, overflow: bool) -> None:
    for name, _, _ in shifts(CURVES[recipe.parameters.key_spec]):
        if (name in OVERFLOWS) == overflow:
            changes = _changes(f"r-{name}", f"s-{name}", f"both-{name}")
            refuse_changes(recipe, name, changes, offered)


@live_case("E2", "shifted", flags=("SignatureRange",), clause=RANGE_CHECK)
def shifted(recipe: RecipeMaker) -> None:
    """**Invalid.** A multiple of n or p is added to r or s, or one is 0 modulo n."""
    _refuse_shifts(recipe, overflow=False)
    for name in ("0", "n", "2n", "256n", "minus-n"):
        changes = _changes(f"r-is-{name}", f"s-is-{name}")
        refuse_changes(recipe, f"is-{name}", changes, offered)


@live_case("E2", "overflow", flags=("IntegerOverflow",), clause=RANGE_CHECK)
def overflow(recipe: RecipeMaker) -> None:
    """**Invalid.** r or s has higher bits than 256, which a fixed number of words cuts off."""
    _refuse_shifts(recipe, overflow=True)


@live_case("E2", "changed-value", flags=("ChangedInteger",), clause=COMPARISON)
def changed_value(recipe: RecipeMaker) -> None:
    """**Invalid.** r and s are negated, exchanged, inverted, or off by a little."""
    curve = CURVES[recipe.parameters.key_spec]
    for name, _ in (*negations(curve, 1, 1), *other_integers(curve, 1, 1)):
        refuse_changes(recipe, name, _changes(name), offered)


@live_case("E2", "random-integers", flags=("ChangedInteger",), clause=COMPARISON)
def random_integers(recipe: RecipeMaker) -> None:
    """**Invalid.** r and s are numbers in their range that nobody computed."""
    n = CURVES[recipe.parameters.key_spec].n
    for kind, requirement in KINDS.items():
        r, s = (recipe.drbg.integer(n - 1) + 1 for _ in range(2))
        recipe.invalid(
            slug_of(kind, "random"),
            "Two random integers are no signature.",
            verify(kind, recipe.random(DIGEST_LENGTH), encode_signature(r, s), refused()),
            control=control_of(recipe, kind),
            requires=[requirement],
        )


# Another message, key or curve.


@live_case("E8", "message-changed", flags=("ChangedMessage",), clause=COMPARISON)
def message_changed(recipe: RecipeMaker) -> None:
    """**Invalid.** The message is not the signed one: a bit, a byte, its length."""
    message = recipe.random(70)
    for name, changed in (
        *((f"byte-{i:02}", flipped(message, 8 * i + i % 8)) for i in (0, 1, 31, 55, 63, 64, 69)),
        ("empty", b""),
        ("cut", message[:-1]),
        ("cut-at-start", message[1:]),
        ("zero-byte-after", message + b"\x00"),
        ("zero-byte-before", b"\x00" + message),
        ("twice", message + message),
        ("reversed", message[::-1]),
    ):
        recipe.invalid(
            slug_of(RAW, name),
            f"The signature of another message is refused: {name.replace('-', ' ')}.",
            sign("signed", RAW, message),
            verify(RAW, changed, "$signed.signature", refused()),
            control=control_of(recipe, RAW),
            requires=[Requirement.RAW],
        )


@live_case("E8", "digest-bit-flipped", flags=("ChangedMessage",), clause=COMPARISON)
def digest_bit_flipped(recipe: RecipeMaker) -> None:
    """**Invalid.** One bit of the digest is flipped, in each byte in turn."""
    good = offered(recipe, DIGEST)
    for position in range(DIGEST_LENGTH):
        bit = 8 * position + position % 8
        recipe.invalid(
            slug_of(DIGEST, f"byte-{position:02}"),
            f"Byte {position} of the digest counts.",
            *good.steps,
            recipe.compute("flip-bit", "changed", value=good.message, bit=bit),
            verify(DIGEST, "$changed", good.signature, refused()),
            control=control_of(recipe, DIGEST),
            requires=[Requirement.DIGEST],
        )


@live_case(
    "E2",
    "other-key",
    flags=("ChangedInteger",),
    clause=COMPARISON,
    requires=[Requirement.SECOND_KEY],
)
def other_key(recipe: RecipeMaker) -> None:
    """**Invalid.** The signature is one of another key of the target."""
    for kind, requirement in KINDS.items():
        message = recipe.random(DIGEST_LENGTH)
        recipe.invalid(
            kind.lower(),
            "The signature of another key is refused.",
            sign("signed", kind, message, key=SECOND),
            verify(kind, message, "$signed.signature", refused()),
            control=control_of(recipe, kind),
            requires=[requirement],
        )


@live_case("E9", "other-curve", flags=("OtherCurve",), clause=VERIFICATION)
def other_curve(recipe: RecipeMaker) -> None:
    """**Invalid.** The signature was made on the other curve."""
    key = ec_test_key(other_key_spec(recipe.parameters.key_spec), SECOND)
    for kind, requirement in KINDS.items():
        for number in range(3):
            message = recipe.random(DIGEST_LENGTH)
            digest = message if kind is DIGEST else hashlib.sha256(message).digest()
            signature = Ecdsa(key).sign_digest_der(digest, DeterministicNonce().nonce(key, digest))
            recipe.invalid(
                slug_of(kind, f"{number}"),
                f"A signature on {key.curve.name} is refused.",
                verify(kind, message, signature, refused()),
                control=control_of(recipe, kind),
                requires=[requirement],
            )


@live_case("E8", "near-digest", flags=("SpecialDigest",), clause=COMPARISON)
def near_digest(recipe: RecipeMaker) -> None:
    """**Invalid.** The digest is another one, that wrong reductions take for the signed one."""
    curve = CURVES[recipe.parameters.key_spec]
    n, p, top, e = curve.n, curve.p, 1 << 256, int.from_bytes(recipe.random(12), "big")
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
        recipe.invalid(
            slug_of(DIGEST, name),
            f"The signature of e is not one of another digest: {name.replace('-', ' ')}.",
            sign("signed", DIGEST, i2osp(e, DIGEST_LENGTH)),
            verify(DIGEST, i2osp(other, DIGEST_LENGTH), "$signed.signature", refused()),
            control=control_of(recipe, DIGEST),
            requires=[Requirement.DIGEST],
        )


@live_case(
    "E2", "r-in-part", flags=("ChangedInteger",), clause=COMPARISON, requires=[Requirement.DIGEST]
)
def r_in_part(recipe: RecipeMaker) -> None:
    """**Invalid.** r differs from the x-coordinate of R in some bytes only; all else fits."""
    for name, mask in part_masks():
        recipe.invalid(
            slug_of(DIGEST, name),
            f"All of r is compared: here it differs in the {name.replace('-', ' ')}.",
            recipe.compute(
                "ecdsa-signature-other-r",
                "made",
                public_key=PUBLIC_KEY,
                seed=recipe.random(16),
                mask=i2osp(mask, DIGEST_LENGTH),
            ),
            verify(DIGEST, "$made.digest", "$made.signature", refused()),
            control=control_of(recipe, DIGEST),
        )


CASES: Final = (
    borders,
    zero_modulo_n,
    shifted,
    overflow,
    changed_value,
    random_integers,
    other_key,
    message_changed,
    digest_bit_flipped,
    near_digest,
    other_curve,
    r_in_part,
)
"""The cases of this module."""
