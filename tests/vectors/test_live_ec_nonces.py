"""Checks of ECDSA recipes find numbers k that repeat, follow each other, are biased or guessed."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Callable, Iterator

import pytest

from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.ecdsa_signature import encode_signature
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_testing.live_ec_pairs import PAIRS, Pair, both_curves, drawn, pair
from kmsproof_vectors.live.functions import ec_nonces, ec_signatures
from kmsproof_vectors.live.functions.registry import RecipeFault
from kmsproof_vectors.live.lattice import reduced

NONCE_CHECKS = (
    ec_nonces.ecdsa_nonces_distinct,
    ec_nonces.ecdsa_nonces_not_guessed,
    ec_nonces.ecdsa_nonces_not_linear,
)


def told(check: Callable[..., str], key: Pair, nonces: Iterator[int], count: int = 30) -> str:
    return check(key.public, *key.signed(nonces, count))


@both_curves
def test_honest_nonces_pass(key: Pair) -> None:
    for check in NONCE_CHECKS:
        assert told(check, key, drawn(6)) == ""
    digests, signatures = key.signed(drawn(6), 26)
    assert ec_nonces.ecdsa_nonces_not_biased(key.public, digests, signatures, 16, True) == ""


@both_curves
def test_one_nonce_for_two_digests_gives_the_key(key: Pair) -> None:
    nonces = [*itertools.islice(drawn(7), 5), 1234567 << 200, *drawn_list(8), 1234567 << 200]
    found = told(ec_nonces.ecdsa_nonces_distinct, key, iter(nonces), len(nonces))
    assert found == "Two digests were signed with one k, and the private key was computed from it."
    # Also where one of the two has the other s.
    digests, signatures = key.signed(iter(nonces), len(nonces))
    signatures[-1] = ec_signatures.ecdsa_mirrored(key.public, signatures[-1])
    assert "was computed" in ec_nonces.ecdsa_nonces_distinct(key.public, digests, signatures)


def drawn_list(seed: int) -> list[int]:
    return list(itertools.islice(drawn(seed), 5))


@both_curves
def test_one_digest_may_have_one_signature(key: Pair) -> None:
    digests, signatures = key.signed(drawn(9), 1)
    again = [digests * 3, signatures * 3]
    for check in NONCE_CHECKS:
        assert check(key.public, *again) == ""


@both_curves
def test_nonces_under_two_keys_are_compared(key: Pair) -> None:
    other = pair(key.curve, 0x77 << 240 | 5)
    _, left = key.signed(iter([5, 6, 7 << 200]), 3)
    _, right = other.signed(iter([8, 7 << 200]), 2)
    assert "1 values of r" in ec_nonces.ecdsa_nonces_not_shared(left, right)
    assert ec_nonces.ecdsa_nonces_not_shared(left[:2], right) == ""
    assert ec_nonces.ecdsa_r_other(left[2], right[1]) != ""
    assert ec_nonces.ecdsa_r_other(left[0], left[1]) == ""
    assert ec_nonces.ecdsa_r_same(left[2], right[1]) == ""
    assert ec_nonces.ecdsa_r_same(left[0], left[1]) != ""


@both_curves
def test_nonces_that_can_be_guessed_are(key: Pair) -> None:
    guess = ec_nonces.ecdsa_nonces_not_guessed
    assert "65,536 or less" in told(guess, key, iter([1 << 200, 65_536]), 2)
    assert "k = d" in told(guess, key, iter([key.d]), 1)
    assert "k = d" in told(guess, key, iter([key.curve.n - key.d]), 1)
    digest = random.Random(1).randbytes(32)
    assert "the digest" in told(guess, key, iter([os2ip(digest) % key.curve.n]), 1)
    hashed = os2ip(hashlib.sha256(digest).digest()) % key.curve.n
    assert "its SHA-256" in told(guess, key, iter([hashed]), 1)


@both_curves
@pytest.mark.parametrize(("a", "c"), [(1, 1), (1, 1 << 200), (0x5DEECE66D, 11), (3 << 250, 5)])
def test_linear_congruences_are_found(key: Pair, a: int, c: int) -> None:
    state = [9 << 230]
    for _ in range(8):
        state.append((a * state[-1] + c) % key.curve.n)
    first = list(itertools.islice(drawn(10), 3))
    found = told(ec_nonces.ecdsa_nonces_not_linear, key, iter([*first, *state]), 12)
    assert "was computed" in found


@pytest.mark.slow
@both_curves
def test_biased_nonces_are_found(key: Pair) -> None:
    biased = ec_nonces.ecdsa_nonces_not_biased
    for bits, count in ((16, 25), (32, 14)):
        size, top = 256 - bits, 0x2B << (256 - 8)
        for what, nonces in (
            ("begin with zeros", drawn(11, size)),
            ("end with zeros", (k << bits for k in drawn(11, size - 1))),
        ):
            digests, signatures = key.signed(nonces, count)
            found = biased(key.public, digests, signatures, bits)
            assert f"all {what}, {bits} or more, and the private" in found
            # With fewer signatures nothing is looked for.
            assert biased(key.public, digests[:-2], signatures[:-2], bits) == ""
        for what, nonces in (
            ("begin with the same bits", (top + k for k in drawn(12, size))),
            ("end with the same bits", (k << bits | 0x1234 for k in drawn(12, size - 1))),
        ):
            digests, signatures = key.signed(nonces, count + 1)
            assert f"all {what}" in biased(key.public, digests, signatures, bits, True)


@pytest.mark.slow
@both_curves
def test_eight_bits_of_bias_are_enough(key: Pair) -> None:
    digests, signatures = key.signed((k << 8 | 0x5A for k in drawn(13, 247)), 50)
    found = ec_nonces.ecdsa_nonces_not_biased(key.public, digests, signatures, 8, True)
    assert "end with the same bits, 8 or more" in found


def test_integers_out_of_range_are_a_fault_of_the_target() -> None:
    key = PAIRS[0]
    with pytest.raises(RecipeFault):
        ec_nonces.ecdsa_nonces_distinct(key.public, [bytes(32)], [encode_signature(1, 0)])


def test_roots_are_found_modulo_primes() -> None:
    for n in (P256.n, SECP256K1.n, 17, 97):
        for a in range(2, 12):
            root = ec_nonces.square_root(a * a % n, n)
            assert root in (a % n, -a % n)
        assert ec_nonces.square_root(0, n) == 0
        non_residue = next(z for z in range(2, n) if pow(z, (n - 1) // 2, n) == n - 1)
        assert ec_nonces.square_root(non_residue, n) is None
        assert ec_nonces.roots_of_quadratic(1, 0, -non_residue, n) == []
    assert set(ec_nonces.roots_of_quadratic(1, -5, 6, 97)) == {2, 3}
    assert ec_nonces.roots_of_quadratic(0, 2, -10, 97) == [5]
    assert ec_nonces.roots_of_quadratic(0, 0, 1, 97) == []


def test_values_are_listed() -> None:
    signature = encode_signature(7, 9)
    assert ec_nonces.ecdsa_r_values([signature]) == [i2osp(7, 32)]
    assert ec_nonces.sha_256_of_each([b"abc"]) == [hashlib.sha256(b"abc").digest()]


def test_a_reduced_basis_spans_the_same_lattice_and_is_short() -> None:
    draw = random.Random(14)
    for size in (2, 5, 12):
        modulus, multiples = 1 << 80, [draw.getrandbits(80) for _ in range(size - 1)]
        unit = [[int(i == j) for j in range(size)] for i in range(size)]
        basis = [[1, *multiples], *([modulus * each for each in row] for row in unit[1:])]
        short = reduced(basis)
        for row in short:  # each is a multiple of the first vector, modulo the others
            assert all(
                (value - row[0] * m) % modulus == 0
                for value, m in zip(row[1:], multiples, strict=True)
            )
        # Minkowski's bound, with the factor that LLL may lose.
        length = sum(value * value for value in short[0]) ** 0.5
        assert length < 1.1**size * size**0.5 * modulus ** ((size - 1) / size)
