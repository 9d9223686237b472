"""The catalogue of ECDSA: every deviation does what it says, in signing and verifying, no more."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, partial

import pytest

from kmsproof_reference import der
from kmsproof_reference.curves import P256
from kmsproof_reference.deviations import catalogue, parts_with
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import encode_signature
from kmsproof_reference.errors import Refusal
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.random_choices import RandomChoices, RepeatableChoices

DEVIATIONS = [id for id, each in catalogue().items() if each.family == "ecdsa"]

KEY = EcPrivateKey(P256, 0x1234567)
K, MESSAGE, N = 0x7654321, b"thirty bytes of some plaintext", P256.n
DIGEST = hashlib.sha256(MESSAGE).digest()
R, S = Ecdsa(KEY).sign(MESSAGE, K)
SIGNATURE = encode_signature(R, S)


@cache
def ecdsa(id: str) -> type[Ecdsa]:
    """ECDSA with a deviation."""
    return parts_with([id])(Ecdsa)


def choices(id: str) -> RandomChoices:
    """Choices that are the same in every run, with a deviation."""
    return parts_with([id])(RepeatableChoices)(b"seed")


def refused(call: Callable[[], object]) -> bool:
    """Whether a call is refused, or answers no."""
    try:
        return call() is False
    except Refusal:
        return True


def test_two_that_change_one_step_work_together() -> None:
    parts = parts_with(["ecdsa/r-of-n-or-more-accepted", "ecdsa/s-of-n-or-more-accepted"])
    assert parts(Ecdsa)(KEY).verify(MESSAGE, R + N, S + N)
    assert not parts(Ecdsa)(KEY).verify(MESSAGE, R + 1, S)


# ECDSA: integers.

ACCEPTED_INTEGERS = {
    "ecdsa/range-not-checked": (0, 0),
    "ecdsa/zero-accepted": (0, 0),
    "ecdsa/r-of-n-or-more-accepted": (R + N, S),
    "ecdsa/s-of-n-or-more-accepted": (R, S + 2 * N),
    "ecdsa/negative-reduced": (R - N, S - 256 * N),
    "ecdsa/sign-of-s-ignored": (R, -S),
    "ecdsa/signature-not-compared": (1, 1),
}


@pytest.mark.parametrize("id", ACCEPTED_INTEGERS)
def test_wrong_integers_are_accepted_and_right_ones_too(id: str) -> None:
    r, s = ACCEPTED_INTEGERS[id]
    deviating = ecdsa(id)(KEY)
    assert deviating.verify(MESSAGE, r, s)
    assert deviating.verify(MESSAGE, R, S)
    assert not Ecdsa(KEY).verify(MESSAGE, r, s)
    assert deviating.sign(MESSAGE, K) == (R, S)


@pytest.mark.parametrize(
    ("id", "mask"),
    [
        ("ecdsa/last-byte-of-r-not-compared", 0xFF),
        ("ecdsa/only-low-half-of-r-compared", 1 << 200),
        ("ecdsa/only-high-word-of-r-compared", 1 << 190),
    ],
)
def test_a_part_of_r_is_not_compared(id: str, mask: int) -> None:
    """R = G + 2 Q, with an r that is another number, and s and the digest made for it."""
    commitment = P256.multiply_sum(1, P256.g, 2, KEY.public.point)
    assert commitment is not None
    r = (commitment.x % N) ^ mask
    s = r * pow(2, -1, N) % N
    digest = i2osp(s, 32)
    assert ecdsa(id)(KEY).verify_digest(digest, r, s)
    assert not Ecdsa(KEY).verify_digest(digest, r, s)


def test_infinity_is_accepted() -> None:
    e = os2ip(DIGEST)
    r = -e * pow(KEY.d, -1, N) % N
    assert ecdsa("ecdsa/infinity-accepted")(KEY).verify(MESSAGE, r, 5)
    assert not Ecdsa(KEY).verify(MESSAGE, r, 5)


@pytest.mark.parametrize("id", ["ecdsa/doubling-in-sum-missing", "ecdsa/high-s-refused"])
def test_a_right_signature_is_refused(id: str) -> None:
    """u1 G = u2 Q for k = 2 e / s, which is so for s = 2 e / k."""
    e = os2ip(DIGEST)
    d = e * pow(R, -1, N) % N  # r d = e, so that both multiples are the same point
    key = EcPrivateKey(P256, d)
    r, s = Ecdsa(key).sign(MESSAGE, K)
    s = s if id.endswith("missing") else max(s, N - s)
    assert Ecdsa(key).verify(MESSAGE, r, s)
    assert not ecdsa(id)(key).verify(MESSAGE, r, s)


# ECDSA: encodings.

INTEGERS = [der.integer(R), der.integer(S)]
ACCEPTED_ENCODINGS = {
    "ecdsa/bytes-after-signature-accepted": SIGNATURE + b"\x00",
    "ecdsa/elements-after-s-accepted": der.sequence(*INTEGERS, der.null()),
    "ecdsa/sequence-length-ignored": SIGNATURE[:1] + b"\x00" + SIGNATURE[2:],
    "ecdsa/long-form-length-accepted": SIGNATURE[:1] + b"\x81" + SIGNATURE[1:],
    "ecdsa/indefinite-length-accepted": b"\x30\x80" + b"".join(INTEGERS) + bytes(2),
    "ecdsa/length-overflow": b"\x30\x85\x01" + i2osp(len(SIGNATURE) - 2, 4) + SIGNATURE[2:],
    "ecdsa/leading-zeros-accepted": der.sequence(
        *(der.encode(der.INTEGER, bytes(2) + i2osp(i, 32)) for i in (R, S))
    ),
    "ecdsa/sign-bit-ignored": der.sequence(
        *(der.encode(der.INTEGER, i2osp(i, 32)) for i in (R, S))
    ),
    "ecdsa/tags-ignored": b"\x31" + SIGNATURE[1:],
    "ecdsa/only-tag-numbers-compared": b"\x10" + SIGNATURE[1:],
    "ecdsa/integer-tags-ignored": SIGNATURE[:2] + b"\x04" + SIGNATURE[3:],
    "ecdsa/plain-accepted-too": i2osp(R, 32) + i2osp(S, 32),
    "ecdsa/malformed-accepted": b"nothing",
}


@pytest.mark.parametrize("id", ACCEPTED_ENCODINGS)
def test_a_wrong_encoding_is_accepted(id: str) -> None:
    deviating, encoded = ecdsa(id)(KEY), ACCEPTED_ENCODINGS[id]
    assert deviating.verify_der(MESSAGE, encoded)
    assert deviating.verify_der(MESSAGE, SIGNATURE)
    assert refused(lambda: Ecdsa(KEY).verify_der(MESSAGE, encoded))


SHARED = {"ecdsa/sign-bit-ignored", "ecdsa/leading-zeros-accepted"}
"""What they accept is one form when the first bit of an integer is not set."""


@pytest.mark.parametrize("id", [id for id in ACCEPTED_ENCODINGS if id not in SHARED])
def test_an_encoding_is_accepted_by_few(id: str) -> None:
    """What one deviation accepts the others refuse, but those that are wider."""
    wider = {"ecdsa/malformed-accepted", "ecdsa/tags-ignored"}
    for other in ACCEPTED_ENCODINGS:
        if other not in {id, *wider}:
            verify = ecdsa(other)(KEY).verify_der
            assert refused(partial(verify, MESSAGE, ACCEPTED_ENCODINGS[id])), other


@pytest.mark.parametrize(
    "id",
    [
        "ecdsa/sign-zero-not-written",
        "ecdsa/integers-of-33-bytes-written",
        "ecdsa/long-form-length-written",
        "ecdsa/plain-instead-of-der",
    ],
)
def test_what_is_written_is_not_der(id: str) -> None:
    signatures = [ecdsa(id)(KEY).sign_der(MESSAGE, k) for k in range(1, 9)]
    assert not all(_verifies(signature) for signature in signatures)


def _verifies(signature: bytes) -> bool:
    return not refused(lambda: Ecdsa(KEY).verify_der(MESSAGE, signature))


# ECDSA: digests and k.


@pytest.mark.parametrize(
    "id",
    [id for id in DEVIATIONS if id.startswith("ecdsa/digest-") and "refused" not in id],
)
def test_a_digest_is_taken_wrong_in_both_directions_alike(id: str) -> None:
    deviating = ecdsa(id)(KEY)
    digests = [DIGEST, b"\x00" + DIGEST[1:], DIGEST[:-1] + b"\x00", b"\xff" + DIGEST[1:]]
    changed = 0
    for digest in digests:
        signature = deviating.sign_digest(digest, K)
        assert deviating.verify_digest(digest, *signature)
        changed += not Ecdsa(KEY).verify_digest(digest, *signature)
    assert changed


def _nonces(id: str, keys: tuple[EcPrivateKey, ...] = (KEY,)) -> list[int]:
    chosen = choices(id)
    digests = [hashlib.sha256(i2osp(number, 2)).digest() for number in range(260)]
    return [chosen.nonce(key, digest) for key in keys for digest in digests]


@pytest.mark.parametrize("id", [id for id in DEVIATIONS if id.startswith("ecdsa/nonce-")])
def test_k_is_in_its_range(id: str) -> None:
    assert all(1 <= k < N for k in _nonces(id)[:20])


@pytest.mark.parametrize(
    ("id", "distinct"),
    [
        ("ecdsa/nonce-constant", 1),
        ("ecdsa/nonce-one-per-key", 1),
        ("ecdsa/nonce-used-twice", 130),
        ("ecdsa/nonce-seed-of-one-byte", 200),
    ],
)
def test_k_repeats(id: str, distinct: int) -> None:
    found = len(set(_nonces(id)))
    assert found <= distinct


def test_k_is_shared_by_keys() -> None:
    other = EcPrivateKey(P256, 99)
    shared = choices("ecdsa/nonce-shared-by-keys")
    assert shared.nonce(KEY, DIGEST) == shared.nonce(other, DIGEST) != shared.nonce(KEY, bytes(32))
    own = choices("ecdsa/nonce-one-per-key")
    assert own.nonce(KEY, DIGEST) != own.nonce(other, DIGEST)
