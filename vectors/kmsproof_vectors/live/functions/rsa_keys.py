"""Functions and checks of recipes on RSA public keys: their form, and moduli that can be factored.

A public key is a SubjectPublicKeyInfo in DER. What is searched for needs the public key alone; a
modulus of random primes stands every check but for a chance below 2^-50.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from math import gcd, isqrt, lcm, prod
from typing import Final

from kmsproof_reference.errors import InvalidKey, MalformedDer
from kmsproof_reference.rsa import RsaPublicKey
from kmsproof_reference.rsa_key_encoding import decode_public_key, encode_public_key
from kmsproof_reference.rsa_keys import SMALL_PRIMES
from kmsproof_vectors.live.functions.registry import FailureWord, RecipeFault, check

ROCA_PRIMES: Final = tuple(prime for prime in SMALL_PRIMES if prime <= 701)
"""The odd ones of the 126 primes in which the weak generator of CVE-2017-15361 makes moduli of 1984
bits or more; it takes 225 from 3968 bits on."""

ROCA_GENERATOR: Final = 65537
"""What generates the groups in which the residues of such a modulus lie."""

FERMAT_STEPS: Final = 100_000
"""How many sums of the two primes are tried."""

STEPS_PER_GUESS: Final = 8
"""The same where there are many guesses of how the primes are related."""

HIGHEST_RATIO: Final = 32
"""Primes whose ratio is near one of two numbers up to this are found."""

HIGHEST_DIFFERENCE: Final = 16
"""Primes whose difference is near an odd number below this times a power of two are found."""

SMOOTHNESS: Final = 1 << 13
"""p - 1 of a prime that is found has no prime power above this."""

PATTERN_BITS: Final = 72
"""Bits of the least partial quotient that shows a pattern."""

DEVIATIONS: Final = 10
"""Standard deviations from the mean that the weight of a modulus may have."""

RELATED_BITS: Final = 64
"""Bits that two moduli may have in common at an end, the first two aside."""

_SQUARES_MODULO_64: Final = frozenset(number * number % 64 for number in range(64))


@lru_cache(maxsize=64)
def key_of(public_key: bytes) -> RsaPublicKey:
    """Return the numbers of a public key; raise `RecipeFault` when it is none."""
    try:
        key = decode_public_key(bytes(public_key))
    except (MalformedDer, InvalidKey) as error:
        raise RecipeFault(f"the public key is none of RSA: {error}") from None
    if key.n < 3 or key.e < 1:
        raise RecipeFault("the public key is none of RSA: its numbers are too small")
    return key


# The form.


@check("rsa-public-key-canonical", FailureWord.WRONG_OUTPUT)
def rsa_public_key_canonical(public_key: bytes) -> str:
    """The SubjectPublicKeyInfo is the one DER encoding of its modulus and exponent.

    The algorithm is rsaEncryption, its parameters are NULL (RFC 3279 §2.3.1).
    """
    try:
        key = key_of(public_key)
    except RecipeFault as fault:
        return f"The public key cannot be read: {fault}."
    if encode_public_key(key) == public_key:
        return ""
    return "Modulus and exponent are not encoded in the one form of DER."


@check("rsa-modulus-length", FailureWord.WRONG_OUTPUT)
def rsa_modulus_length(public_key: bytes, bits: int) -> str:
    """The modulus has exactly ``bits`` bits, and is odd."""
    n = key_of(public_key).n
    if n.bit_length() != bits:
        return f"The modulus has {n.bit_length()} bits instead of {bits}."
    return "" if n % 2 else "The modulus is even."


@check("rsa-public-exponent", FailureWord.WRONG_OUTPUT)
def rsa_public_exponent(public_key: bytes, exponent: int) -> str:
    """The public exponent is the one that is named."""
    e = key_of(public_key).e
    return "" if e == exponent else f"The public exponent is {e} instead of {exponent}."


# Moduli of which one alone gives its primes away.


def _each(public_keys: Sequence[bytes], told: Callable[[int], str]) -> str:
    """Return what is found of the first modulus of which anything is found."""
    for number, public_key in enumerate(public_keys):
        found = told(key_of(public_key).n)
        if found:
            return f"Key {number} of {len(public_keys)}: {found}"
    return ""


@check("rsa-no-small-factors", FailureWord.LEAK)
def rsa_no_small_factors(public_keys: Sequence[bytes]) -> str:
    """No modulus is divisible by a prime below 2000, nor a square, nor a prime itself."""
    return _each(public_keys, _small_factors)


def _small_factors(n: int) -> str:
    common = gcd(n, 2 * prod(SMALL_PRIMES))
    if common > 1:
        return f"the modulus has a factor in common with {common}."
    if isqrt(n) ** 2 == n:
        return "the modulus is a square."
    return "the modulus is a prime." if pow(2, n - 1, n) == 1 else ""


@check("rsa-not-roca", FailureWord.LEAK)
def rsa_not_roca(public_keys: Sequence[bytes]) -> str:
    """No modulus has the fingerprint of the weak generator of CVE-2017-15361.

    Modulo each of the first 126 primes, such a modulus is a power of 65537, if it has 1984 bits.
    """
    return _each(public_keys, _roca)


def _roca(n: int) -> str:
    marked = all(n % prime in _powers(prime) for prime in ROCA_PRIMES)
    return "the modulus has the fingerprint of CVE-2017-15361." if marked else ""


@lru_cache(maxsize=len(ROCA_PRIMES))
def _powers(prime: int) -> frozenset[int]:
    return frozenset(pow(ROCA_GENERATOR, power, prime) for power in range(prime - 1))


@check("rsa-primes-not-close", FailureWord.LEAK)
def rsa_primes_not_close(public_keys: Sequence[bytes]) -> str:
    """No modulus is factored by 100,000 steps of Fermat's method: p and q are not close."""
    return _each(public_keys, _close)


def _close(n: int) -> str:
    found = factored_near(n, 1, 0, FERMAT_STEPS)
    return "its primes are close to each other." if found else ""


def factored_near(n: int, multiplier: int, difference: int, steps: int) -> int:
    """Return a factor of n that Fermat's method finds, or 0.

    It is looked for with u p - v q near ``difference``, where u v is the multiplier: the sum a of
    u p and v q is near the root of 4 u v n + difference^2, and so many ``steps`` are tried.
    """
    product = 4 * multiplier * n
    a = isqrt(product - 1) + 1
    if difference:
        a = max(a, isqrt(product + difference * difference) - steps // 2)
    square = a * a - product
    for _ in range(steps):
        if square & 63 in _SQUARES_MODULO_64 and isqrt(square) ** 2 == square:
            factor = gcd(a + isqrt(square), n)
            if 1 < factor < n:
                return factor
        square += 2 * a + 1
        a += 1
    return 0


@check("rsa-primes-not-related", FailureWord.LEAK)
def rsa_primes_not_related(public_keys: Sequence[bytes]) -> str:
    """No modulus is factored by guessing how its primes are related.

    Found are primes whose ratio is near that of two numbers up to 32, and primes whose difference
    is near an odd number up to 15 times a power of two; near means that they are as close then as a
    few steps of Fermat's method find, about a quarter of the bits of the modulus.
    """
    return _each(public_keys, _related)


def _related(n: int) -> str:
    for u, v in _ratios():
        if factored_near(n, u * v, 0, STEPS_PER_GUESS):
            return f"the ratio of its primes is near {u} to {v}."
    for shift in range(n.bit_length() // 4, n.bit_length() // 2):
        for odd in range(1, HIGHEST_DIFFERENCE, 2):
            if factored_near(n, 1, odd << shift, STEPS_PER_GUESS):
                return f"the difference of its primes is near {odd} times 2^{shift}."
    return ""


def _ratios() -> Iterator[tuple[int, int]]:
    yield from (
        (u, v) for u in range(1, HIGHEST_RATIO + 1) for v in range(1, u + 1) if gcd(u, v) == 1
    )


@check("rsa-primes-not-smooth", FailureWord.LEAK)
def rsa_primes_not_smooth(public_keys: Sequence[bytes]) -> str:
    """No modulus is factored by Pollard's p - 1 method with the bound 2^13.

    That happens when all prime powers in p - 1 of one of its primes are at most 2^13.
    """
    return _each(public_keys, _smooth)


def _smooth(n: int) -> str:
    power = pow(2, _smooth_exponent(), n)
    found = 1 < gcd(power - 1, n) < n
    return "p - 1 of one of its primes has small factors only." if found else ""


@lru_cache(maxsize=1)
def _smooth_exponent() -> int:
    """Return the least common multiple of the numbers up to the bound."""
    return lcm(*range(2, SMOOTHNESS + 1))


@check("rsa-modulus-no-pattern", FailureWord.LEAK)
def rsa_modulus_no_pattern(public_keys: Sequence[bytes]) -> str:
    """No modulus shows that its primes are made of a repeated pattern, or hold runs of one bit.

    A product of such primes is near a fraction with small numerator and denominator, times a power
    of two; or its lower bits are such a fraction modulo a power of two. Both show as a partial
    quotient of 2^72 or more in the continued fraction of n, or of its lower half, quarter or
    eighth, over the power of two above.
    """
    return _each(public_keys, _patterned)


def _patterned(n: int) -> str:
    bits = n.bit_length()
    for part in (bits, bits // 2, bits // 4, bits // 8):
        if largest_partial_quotient(n % (1 << part), 1 << part).bit_length() > PATTERN_BITS:
            return f"the lower {part} bits of the modulus show a pattern of its primes."
    return ""


def largest_partial_quotient(numerator: int, denominator: int) -> int:
    """Return the largest partial quotient of the continued fraction of a fraction below 1."""
    largest = 0
    while numerator:
        quotient, rest = divmod(denominator, numerator)
        largest = max(largest, quotient)
        numerator, denominator = rest, numerator
    return largest


@check("rsa-modulus-weight", FailureWord.LEAK)
def rsa_modulus_weight(public_keys: Sequence[bytes]) -> str:
    """No modulus has so few, or so many, nonzero digits that its primes must have few.

    The digits are those of the binary form, of which half are 1, and of the nonadjacent form, of
    which a third are 1 or -1; 10 standard deviations from that are allowed.
    """
    return _each(public_keys, _weight)


def _weight(n: int) -> str:
    bits = n.bit_length()
    for what, weight, mean, variance in (
        ("binary form", n.bit_count(), bits / 2, bits / 4),
        # The nonadjacent form of n has its nonzero digits where n and 3 n differ.
        ("nonadjacent form", (n ^ 3 * n).bit_count(), bits / 3, 2 * bits / 27),
    ):
        if (weight - mean) ** 2 > DEVIATIONS**2 * variance:
            return f"the {what} of the modulus has {weight} nonzero digits among {bits}."
    return ""


# Several moduli.


@check("rsa-moduli-unrelated", FailureWord.LEAK)
def rsa_moduli_unrelated(public_keys: Sequence[bytes]) -> str:
    """No two moduli are equal, share a prime, or have many bits or factors of n - 1 in common.

    At most 64 bits may be the same from the third bit on, or at the low end; the common factors of
    n - 1 may have up to 64 bits.
    """
    numbered = [(number, key_of(each).n) for number, each in enumerate(public_keys)]
    for (one, left), (other, right) in combinations(numbered, 2):
        found = _relation(left, right)
        if found:
            return f"The moduli of keys {one} and {other} {found}."
    return ""


def _relation(left: int, right: int) -> str:
    if left == right:
        return "are the same"
    if gcd(left, right) > 1:
        return "have a prime in common"
    if gcd(left - 1, right - 1).bit_length() > RELATED_BITS:
        return "have a large factor of n - 1 in common"
    differ, bits = left ^ right, left.bit_length()
    if bits == right.bit_length() and bits - 2 - differ.bit_length() > RELATED_BITS:
        return "begin with the same bits"
    return "end in the same bits" if differ % (2 << RELATED_BITS) == 0 else ""
