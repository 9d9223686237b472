"""Functions and checks of ECDSA recipes: signatures from the public key alone, and from others.

A signature is DER (RFC 3279 §2.2.3). Where a digest can be offered instead of a message, valid
signatures need no private key: R = u1 G + u2 Q for chosen u1 and u2, r = x_R, s = r / u2 modulo n,
and the digest is u1 s. A verifier computes just these u1 and u2 again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ec_keys import EcPublicKey
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import decode_signature, encode_signature
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.errors import InvalidSignatureEncoding
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_vectors.der_mutations import mutations
from kmsproof_vectors.ec_broken_signatures import (
    TYPES,
    mistyped,
    oversized,
    rearranged,
    signature_tree,
    undelimited,
)
from kmsproof_vectors.ec_numbers import Pair, negations, other_integers, shifts
from kmsproof_vectors.live.functions.ec import key_of, point_of
from kmsproof_vectors.live.functions.registry import (
    FailureWord,
    NothingFound,
    RecipeFault,
    check,
    function,
)

SCALAR: Final = 32
"""Bytes of an integer modulo n, and of a digest."""


def integers_of(signature: bytes) -> Pair:
    """Return r and s of a signature; raise `RecipeFault` when it is not DER."""
    try:
        return decode_signature(bytes(signature))
    except InvalidSignatureEncoding as error:
        raise RecipeFault(str(error)) from None


# Valid signatures from the public key.


@function("ecdsa-signature-from-multipliers")
def ecdsa_signature_from_multipliers(public_key: bytes, u1: bytes, u2: bytes) -> dict[str, bytes]:
    """Return a ``digest`` and its ``signature`` for chosen u1 and u2, big-endian, u2 not 0.

    R = u1 G + u2 Q, r = x_R mod n, s = r / u2 mod n, digest = u1 s mod n. Nothing can be concluded
    in the one case in 2^256 where R is infinity or r is 0.
    """
    made = _from_multipliers(key_of(public_key), os2ip(u1), os2ip(u2))
    if made is None:
        raise NothingFound("u1 and u2 lead to no signature under this key")
    return _digest_and_signature(*made)


def _from_multipliers(key: EcPublicKey, u1: int, u2: int) -> tuple[int, int, int] | None:
    """Return the digest as an integer, r and s; nothing if r would be 0."""
    curve = key.curve
    commitment = curve.multiply_sum(u1, curve.g, u2, key.point)
    r = 0 if commitment is None else commitment.x % curve.n
    if r == 0:
        return None
    s = r * pow(u2, -1, curve.n) % curve.n
    return u1 * s % curve.n, r, s


def _digest_and_signature(e: int, r: int, s: int) -> dict[str, bytes]:
    return {"digest": i2osp(e, SCALAR), "signature": encode_signature(r, s)}


@function("ecdsa-signature")
def ecdsa_signature(public_key: bytes, seed: bytes, high: bool | None = None) -> dict[str, bytes]:
    """Return a ``digest`` and its ``signature``, made from the public key alone.

    u1 and u2 are drawn from the seed. With ``high`` true the encodings of both r and s begin with a
    zero byte, as that of 2^255 and more; with false neither does. Else s is n / 2 at most.
    """
    return _digest_and_signature(*_drawn(key_of(public_key), bytes(seed), high))


@lru_cache(maxsize=256)
def _drawn(key: EcPublicKey, seed: bytes, high: bool | None) -> tuple[int, int, int]:
    drbg, n = Drbg(seed, b"multipliers"), key.curve.n
    while True:
        made = _from_multipliers(key, drbg.integer(n - 1) + 1, drbg.integer(n - 1) + 1)
        if made is None:
            continue
        e, r, s = made
        if high is None:
            return e, r, min(s, n - s)
        if _has_sign_zero(r) is high and _has_sign_zero(s) is high:
            return made


@function("ecdsa-signature-other-r")
def ecdsa_signature_other_r(public_key: bytes, seed: bytes, mask: bytes) -> dict[str, bytes]:
    """Return a ``digest`` and a bad ``signature``, whose r differs from x_R in the bits of a mask.

    u1 and u2 are drawn from the seed, until r is 1 to n - 1. Then s = r / u2 and the digest is u1 s
    modulo n, so that a verification comes to this R, and r is wrong alone.
    """
    key = key_of(public_key)
    drbg, curve = Drbg(seed, b"other r"), key.curve
    while True:
        u1, u2 = (drbg.integer(curve.n - 1) + 1 for _ in range(2))
        commitment = curve.multiply_sum(u1, curve.g, u2, key.point)
        r = 0 if commitment is None else commitment.x ^ os2ip(mask)
        if 1 <= r < curve.n:
            s = r * pow(u2, -1, curve.n) % curve.n
            return _digest_and_signature(u1 * s % curve.n, r, s)


def _has_sign_zero(value: int) -> bool:
    """Return whether the DER of a positive integer begins with a zero byte (X.690 §8.3)."""
    return value.bit_length() % 8 == 0


@function("ecdsa-chosen")
def ecdsa_chosen(
    public_key: bytes, messages: Sequence[bytes], signatures: Sequence[bytes], high: bool
) -> dict[str, bytes]:
    """Return the first of several signatures with r and s both ``high``, or neither.

    High is an integer whose encoding begins with a zero byte. The ``message`` in the same place
    comes with the ``signature``. If need be n - s stands in place of s.
    """
    n = key_of(public_key).curve.n
    for message, signature in zip(messages, signatures, strict=True):
        r, s = integers_of(signature)
        for other in (s, n - s):
            if _has_sign_zero(r) is high and _has_sign_zero(other) is high:
                return {"message": message, "signature": encode_signature(r, other)}
    raise NothingFound(f"no signature has integers that are {'high' if high else 'low'}")


@function("ecdsa-signature-of-zero")
def ecdsa_signature_of_zero(public_key: bytes) -> bytes:
    """Return the signature r = s = x_Q mod n, which the digest 0 has under every key."""
    key = key_of(public_key)
    r = point_of(key).x % key.curve.n
    return encode_signature(r, r)


# Other signatures, from one that is valid.


@function("ecdsa-mirrored")
def ecdsa_mirrored(public_key: bytes, signature: bytes, wanted: str = "other") -> bytes:
    """Return the signature with n - s in place of s, which FIPS 186-5 does not exclude.

    ``wanted`` is ``other``, or ``low`` or ``high`` for the one of the two with s below or above
    n / 2.
    """
    n, (r, s) = key_of(public_key).curve.n, integers_of(signature)
    low, high = sorted((s, n - s))
    return encode_signature(r, {"low": low, "high": high, "other": n - s}[wanted])


@function("ecdsa-with-integers")
def ecdsa_with_integers(public_key: bytes, signature: bytes, change: str) -> bytes:
    """Return the DER of two other integers than those of a signature.

    ``change`` names them: ``exchanged``; ``r-``, ``s-`` or ``both-`` with ``plus-n``, ``minus-n``,
    ``plus-2n``, ``plus-256n``, ``plus-p``, ``plus-2-256``, ``plus-2-320`` and so on; ``-negative``,
    ``-negative-modulo-n`` and others; ``-inverted``, ``-plus-1``, ``-minus-1``, ``-doubled``,
    ``-shifted``; ``r-0``, ``s-0`` and so on for 0, n, and multiples of n alone.
    """
    changed = integer_changes(key_of(public_key).curve, *integers_of(signature))
    if change not in changed:
        raise RecipeFault(f"there is no change {change!r} of the integers of a signature")
    return encode_signature(*changed[change])


def integer_changes(curve: Curve, r: int, s: int) -> dict[str, Pair]:
    """Return the changes of r and s that `ecdsa-with-integers` makes, by name."""
    found: dict[str, Pair] = {}
    for name, _, number in shifts(curve):
        found[f"r-{name}"], found[f"s-{name}"] = (r + number, s), (r, s + number)
        found[f"both-{name}"] = (r + number, s + number)
    found |= dict(negations(curve, r, s)) | dict(other_integers(curve, r, s))
    n = curve.n
    for name, value in (("0", 0), ("n", n), ("2n", 2 * n), ("256n", 256 * n), ("minus-n", -n)):
        found[f"r-is-{name}"], found[f"s-is-{name}"] = (value, s), (r, value)
    return found


@function("ecdsa-broken")
def ecdsa_broken(signature: bytes, kind: str, change: str) -> bytes:
    """Return the integers of a signature in an encoding that is not DER.

    Kinds: ``mutation`` of a node, such as ``r-length-plus-one`` (the nodes are ``sequence``, ``r``
    and ``s``); ``type``, where r, s or both are no INTEGER; ``elements``, where the SEQUENCE holds
    something else; ``size``, with kilobytes; ``plain``, r and s side by side. Nothing can be
    concluded where the signature does not allow it.
    """
    for name, octets in broken_encodings(kind, *integers_of(signature)):
        if name == change:
            return octets
    raise NothingFound(f"the signature has no encoding {change!r} of the kind {kind!r}")


def broken_encodings(kind: str, r: int, s: int) -> Iterator[tuple[str, bytes]]:
    """Yield the encodings of a kind that `ecdsa-broken` makes, by name."""
    match kind:
        case "mutation":
            for mutation in mutations(signature_tree(r, s)):
                yield mutation.slug, mutation.octets
        case "type":
            for name in TYPES:
                yield from mistyped(name, r, s)
        case "elements":
            yield from rearranged(r, s)
        case "size":
            yield from oversized(r, s)
        case "plain":
            yield from undelimited(r, s)
        case _:
            raise RecipeFault(f"there is no kind {kind!r} of broken encodings")


# Checks.


@check("ecdsa-verifies", FailureWord.WRONG_OUTPUT)
def ecdsa_verifies(public_key: bytes, digest: bytes, signature: bytes) -> str:
    """The signature is DER and valid for the digest (FIPS 186-5 §6.4.2)."""
    try:
        integers = decode_signature(bytes(signature))
    except InvalidSignatureEncoding as error:
        return f"The signature cannot be read: {error}."
    if Ecdsa(key_of(public_key)).verify_digest(digest, *integers):
        return ""
    return "The signature is not one of this digest under the public key."


@check("ecdsa-all-verify", FailureWord.WRONG_OUTPUT)
def ecdsa_all_verify(
    public_key: bytes, digests: Sequence[bytes], signatures: Sequence[bytes]
) -> str:
    """Every signature is DER and valid for the digest in the same place."""
    for number, (digest, signature) in enumerate(zip(digests, signatures, strict=True)):
        told = ecdsa_verifies(public_key, digest, signature)
        if told:
            return f"Number {number} of {len(signatures)}: {told}"
    return ""


@check("ecdsa-repeats-alike", FailureWord.WRONG_OUTPUT)
def ecdsa_repeats_alike(first: Sequence[bytes], second: Sequence[bytes]) -> str:
    """All digests that were signed twice have one signature, or all of them have two."""
    same = sum(left == right for left, right in zip(first, second, strict=True))
    if same in (0, len(first)):
        return ""
    return f"{same} of {len(first)} digests have one signature, the others have two."


@check("ecdsa-integers-low", FailureWord.WRONG_OUTPUT)
def ecdsa_integers_low(public_key: bytes, signatures: Sequence[bytes]) -> str:
    """Every s is at most n / 2."""
    n = key_of(public_key).curve.n
    high = sum(integers_of(each)[1] > n >> 1 for each in signatures)
    return f"{high} of {len(signatures)} signatures have an s above n / 2." if high else ""


@check("answers-alike", FailureWord.WRONG_OUTPUT)
def answers_alike(answers: Sequence[bool | None]) -> str:
    """All verifications say yes, or none does; a refusal is a no."""
    accepted = sum(each is True for each in answers)
    if accepted in (0, len(answers)):
        return ""
    return f"{accepted} of {len(answers)} signatures of one kind are accepted, the others are not."


@check("all-accepted", FailureWord.WRONG_REJECT)
def all_accepted(answers: Sequence[bool | None]) -> str:
    """All verifications say yes."""
    refused = sum(each is not True for each in answers)
    return f"{refused} of {len(answers)} signatures are refused." if refused else ""
