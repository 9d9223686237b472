"""RSA keys: two libraries take what is made here; every part that does not fit is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.errors import InvalidArgument, InvalidKey
from kmsproof_reference.rsa import RsaPrivateKey, RsaPublicKey
from kmsproof_reference.rsa_key_generation import generate_prime, generate_rsa_key
from kmsproof_reference.rsa_keys import (
    SMALL_PRIMES,
    check_private_key,
    check_public_key,
    is_probably_prime,
    passes_miller_rabin,
    private_key_from_primes,
)
from kmsproof_testing.rsa_material import in_cryptography, in_pycryptodome, key_of, three_primes


def test_the_numbers_are_those_of_cryptography() -> None:
    key = key_of(1024)
    numbers = in_cryptography(key).private_numbers()
    assert numbers.p == key.p
    assert numbers.q == key.q
    assert numbers.d == key.d
    assert numbers.dmp1 == key.d_p == rsa.rsa_crt_dmp1(key.d, key.p)
    assert numbers.dmq1 == key.d_q == rsa.rsa_crt_dmq1(key.d, key.q)
    assert numbers.iqmp == key.q_inv == rsa.rsa_crt_iqmp(key.p, key.q)


@pytest.mark.parametrize("bits", [512, 768, 1024, 1026, 2048])
def test_a_generated_key_is_taken_by_everybody(bits: int) -> None:
    key = generate_rsa_key(bits, Drbg(b"generated", str(bits).encode()))
    check_private_key(key, bits)
    assert key.bits == bits
    assert key.p > key.q
    assert abs(key.p - key.q) > 1 << (bits // 2 - 100)
    assert 1 << (bits // 2) < key.d < key.n
    if bits >= 1024:  # the shortest that the libraries take
        assert in_cryptography(key).key_size == bits
        assert in_pycryptodome(key).size_in_bits() == bits


@pytest.mark.slow
@pytest.mark.parametrize("bits", [3072, 4096])
@pytest.mark.parametrize("seed", [b"1", b"2"])
def test_a_long_generated_key_is_taken_by_everybody(bits: int, seed: bytes) -> None:
    key = generate_rsa_key(bits, Drbg(seed))
    check_private_key(key, bits)
    assert in_cryptography(key).key_size == in_pycryptodome(key).size_in_bits() == bits


@pytest.mark.parametrize("e", [3, 17, 2**32 + 15, 2**100 + 277])
def test_other_exponents(e: int) -> None:
    key = generate_rsa_key(512, Drbg(b"exponents"), e=e)
    check_private_key(key, 512)
    assert key.e == e


@pytest.mark.parametrize(("bits", "primes"), [(512, 3), (1024, 3), (1024, 4), (1026, 3)])
def test_more_than_two_primes(bits: int, primes: int) -> None:
    key = generate_rsa_key(bits, Drbg(b"more"), primes=primes)
    check_private_key(key, bits)
    assert len(key.other_primes) == primes - 2


def test_the_same_seed_gives_the_same_key() -> None:
    keys = [generate_rsa_key(512, Drbg(seed)) for seed in (b"a", b"a", b"b")]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    ("bits", "e", "primes"),
    [(510, 65537, 2), (1023, 65537, 2), (1024, 65537, 1), (1024, 65536, 2), (1024, 1, 2)],
)
def test_a_key_that_is_not_made(bits: int, e: int, primes: int) -> None:
    with pytest.raises(InvalidArgument):
        generate_rsa_key(bits, Drbg(b"none"), e, primes)


@pytest.mark.parametrize("bits", [160, 511, 512, 683])
def test_a_prime_has_its_upper_half_bit(bits: int) -> None:
    prime = generate_prime(bits, Drbg(b"prime"), 65537)
    assert (prime * prime).bit_length() == 2 * bits
    assert is_probably_prime(prime)
    assert prime % 65537 != 1


def test_small_numbers_are_told_apart() -> None:
    by_division = [n for n in range(3000) if n > 1 and all(n % d for d in range(2, n))]
    assert [n for n in range(-5, 3000) if is_probably_prime(n)] == by_division
    assert SMALL_PRIMES[-1] == 1999


PSEUDOPRIMES = {
    "Carmichael": 2465,
    "square of a prime": 2003**2,
    "product of two primes": 2003 * 2011,
    "strong to all prime bases up to 41": 3317044064679887385961981,
}


@pytest.mark.parametrize("name", PSEUDOPRIMES)
def test_pseudoprimes_are_found_out(name: str) -> None:
    assert not is_probably_prime(PSEUDOPRIMES[name])


@given(st.integers(2, 2**60), st.integers(2, 2**60))
def test_a_product_is_not_prime(left: int, right: int) -> None:
    assert not is_probably_prime(left * right)


@given(st.integers(1, 10**6).map(lambda n: 2 * n + 3))
def test_miller_rabin_agrees_with_division(w: int) -> None:
    is_prime = all(w % d for d in range(3, int(w**0.5) + 1, 2))
    assert passes_miller_rabin(w, 20, Drbg(b"bases")) == is_prime


@pytest.mark.parametrize(
    ("p", "q", "others"),
    [(7, 7, ()), (7, 1, ()), (2, 7, ()), (7, 0, ()), (7, -11, ()), (7, 11, (7,)), (9, 15, ())],
)
def test_primes_that_make_no_key(p: int, q: int, others: tuple[int, ...]) -> None:
    with pytest.raises(InvalidKey, match="not distinct odd primes"):
        private_key_from_primes(p, q, 5, others)


def test_an_exponent_that_makes_no_key() -> None:
    with pytest.raises(InvalidKey, match="no inverse"):
        private_key_from_primes(7, 11, 3)


GOOD = key_of(1024)
PUBLIC: dict[str, tuple[RsaPublicKey, str]] = {
    "even modulus": (RsaPublicKey(GOOD.n - 1, 65537), "not odd and positive"),
    "zero modulus": (RsaPublicKey(0, 65537), "not odd and positive"),
    "negative modulus": (RsaPublicKey(-GOOD.n, 65537), "not odd and positive"),
    "exponent 0": (RsaPublicKey(GOOD.n, 0), "e is not odd"),
    "exponent 1": (RsaPublicKey(GOOD.n, 1), "e is not odd"),
    "exponent 2": (RsaPublicKey(GOOD.n, 2), "e is not odd"),
    "exponent -3": (RsaPublicKey(GOOD.n, -3), "e is not odd"),
    "even exponent": (RsaPublicKey(GOOD.n, 65536), "e is not odd"),
    "exponent n": (RsaPublicKey(GOOD.n, GOOD.n), "e is not odd"),
    "exponent above n": (RsaPublicKey(GOOD.n, GOOD.n + 2), "e is not odd"),
}


@pytest.mark.parametrize(("key", "words"), PUBLIC.values(), ids=PUBLIC)
def test_what_is_no_public_key(key: RsaPublicKey, words: str) -> None:
    with pytest.raises(InvalidKey, match=words):
        check_public_key(key)


@pytest.mark.parametrize("e", [3, 65537, 2**64 + 13, GOOD.n - 2])
def test_a_public_key_of_any_odd_exponent(e: int) -> None:
    check_public_key(RsaPublicKey(GOOD.n, e), 1024)


def test_a_modulus_of_another_length() -> None:
    with pytest.raises(InvalidKey, match="1024 bits instead of 2048"):
        check_public_key(GOOD.public, 2048)
    with pytest.raises(InvalidKey, match="1024 bits instead of 1025"):
        check_private_key(GOOD, 1025)


def composite_prime() -> RsaPrivateKey:
    """A key whose p is the product of two primes, and all else as if it were one."""
    p, q = key_of(512).n, key_of(514).p
    return private_key_from_primes(p, q, 65537)


def with_d_of_the_product() -> RsaPrivateKey:
    """The same key with d modulo (p - 1)(q - 1), which is allowed."""
    return replace(GOOD, d=pow(GOOD.e, -1, (GOOD.p - 1) * (GOOD.q - 1)))


PRIVATE: dict[str, tuple[Callable[[], RsaPrivateKey], str]] = {
    "another modulus": (lambda: replace(GOOD, n=GOOD.n + 2), "not the product"),
    "p and q of another key": (lambda: replace(GOOD, p=key_of(1026).p), "not the product"),
    "p = n and q = 1": (lambda: replace(GOOD, p=GOOD.n, q=1), "not the product"),
    "p and q negative": (lambda: replace(GOOD, p=-GOOD.p, q=-GOOD.q), "not the product"),
    "composite p": (composite_prime, "not prime, or not distinct"),
    "square": (lambda: replace(GOOD, n=GOOD.p**2, q=GOOD.p), "not prime, or not distinct"),
    "d + 1": (lambda: replace(GOOD, d=GOOD.d + 1), "e \\* d is not 1"),
    "d = 0": (lambda: replace(GOOD, d=0), "not between 0 and n"),
    "negative d": (lambda: replace(GOOD, d=-GOOD.d), "not between 0 and n"),
    "d above n": (
        lambda: replace(GOOD, d=GOOD.d + (GOOD.p - 1) * (GOOD.q - 1)),
        "not between 0 and n",
    ),
    "another e": (lambda: replace(GOOD, e=3), "e \\* d is not 1"),
    "dP + 1": (lambda: replace(GOOD, d_p=GOOD.d_p + 1), "d_p does not fit"),
    "dP not reduced": (lambda: replace(GOOD, d_p=GOOD.d_p + GOOD.p - 1), "d_p does not fit"),
    "dQ + 1": (lambda: replace(GOOD, d_q=GOOD.d_q + 1), "d_q does not fit"),
    "qInv + 1": (lambda: replace(GOOD, q_inv=GOOD.q_inv + 1), "q_inv does not fit"),
    "p and q exchanged": (lambda: replace(GOOD, p=GOOD.q, q=GOOD.p), "d_p does not fit"),
    "third prime left out": (lambda: replace(three_primes(), other_primes=()), "not the product"),
    "third prime with another d": (
        lambda: replace(
            three_primes(),
            other_primes=(replace(three_primes().other_primes[0], d=3),),
        ),
        "other_primes does not fit",
    ),
    "third prime with another t": (
        lambda: replace(
            three_primes(),
            other_primes=(replace(three_primes().other_primes[0], t=3),),
        ),
        "other_primes does not fit",
    ),
}


@pytest.mark.parametrize(("make", "words"), PRIVATE.values(), ids=PRIVATE)
def test_what_is_no_private_key(make: Callable[[], RsaPrivateKey], words: str) -> None:
    with pytest.raises(InvalidKey, match=words) as refusal:
        check_private_key(make())
    assert str(GOOD.p) not in str(refusal.value)


def test_what_is_a_private_key() -> None:
    check_private_key(GOOD, 1024)
    check_private_key(with_d_of_the_product(), 1024)
    check_private_key(three_primes(), 1024)
    check_private_key(private_key_from_primes(GOOD.q, GOOD.p), 1024)
