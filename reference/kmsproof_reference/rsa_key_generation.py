"""Test keys of RSA, made from a seed: the same seed gives the same key everywhere.

Standard:  FIPS 186-5, edition of February 2023.
Sections:  A.1.1 (criteria), A.1.3 (random probable primes), B.3.1 (Miller-Rabin).
Page:      https://csrc.nist.gov/pubs/fips/186-5/final
Left out:  everything that makes a key secret. The seed is public, and so is the key.
"""

from __future__ import annotations

from math import gcd, isqrt

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.octets import os2ip
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_keys import (
    LEAST_EXPONENT,
    SMALL_PRIMES,
    passes_miller_rabin,
    private_key_from_primes,
)

ROUNDS = {1536: 4, 1024: 5, 512: 7, 0: 50}
"""Rounds of Miller-Rabin by the least bits of the prime (FIPS 186-5 Table B.1, column of p and q).
Below 1024 bits, which the table no longer has, the error stays at 2^-100."""

DISTANCE_BITS = 100
"""|p - q| > 2^(nlen/2 - 100) (FIPS 186-5 A.1.3 step 5.4)."""


LEAST_BITS = 512
"""The shortest modulus that is made; FIPS 186-5 §5.1 wants 2048 bits at least."""


class RsaKeyGeneration:
    """Makes keys; all that is random comes from the generator that is given (FIPS 186-5 A.1.3)."""

    exponent = 65537
    """The public exponent, if no other is asked for."""

    def generate(
        self, bits: int, drbg: Drbg, e: int | None = None, primes: int = 2
    ) -> RsaPrivateKey:
        """A private key whose modulus has exactly ``bits`` bits and whose p is above its q.

        FIPS 186-5 A.1.3 for two primes. With more ``primes``, which FIPS 186-5 does not know, they
        are drawn until the modulus has this length.
        Raises `InvalidArgument` for an odd number of bits, fewer than 512 of them, fewer than two
        primes, and an e that is even or below 3.
        """
        e = self.exponent if e is None else e
        _check_request(bits, e, primes)
        if primes > 2:
            return self.multi_prime(bits, drbg, e, primes)
        half = bits // 2
        p = self.first_prime(half, drbg, e)
        while True:
            q = self.second_prime(p, half, drbg, e)
            if self.are_distant(p, q, half):
                break
        key = private_key_from_primes(max(p, q), min(p, q), e)
        # A.1.1 criterion 3: d > 2^(nlen/2).
        return key if key.d > 1 << half else self.generate(bits, drbg, e)

    def multi_prime(self, bits: int, drbg: Drbg, e: int, primes: int) -> RsaPrivateKey:
        """A key of three primes or more, of about the same length."""
        lengths = [bits // primes + (index < bits % primes) for index in range(primes)]
        while True:
            found = [self.prime(length, drbg, e) for length in lengths]
            key = private_key_from_primes(found[0], found[1], e, found[2:])
            if key.bits == bits:
                return key

    def first_prime(self, bits: int, drbg: Drbg, e: int) -> int:
        """The prime that is drawn first (FIPS 186-5 A.1.3 step 4)."""
        return self.prime(bits, drbg, e)

    def second_prime(self, p: int, bits: int, drbg: Drbg, e: int) -> int:
        """The prime that is drawn when one is there (FIPS 186-5 A.1.3 step 5)."""
        return self.prime(bits, drbg, e)

    def are_distant(self, p: int, q: int, bits: int) -> bool:
        """Whether the primes are far enough from each other (FIPS 186-5 A.1.3 step 5.4)."""
        return abs(p - q) > 1 << (bits - DISTANCE_BITS)

    def prime(self, bits: int, drbg: Drbg, e: int) -> int:
        """A random probable prime of sqrt(2) * 2^(bits-1) at least (FIPS 186-5 A.1.3 step 4).

        The product of two such primes has exactly twice as many bits.
        """
        while True:
            # 4.2 to 4.4. A random odd number, and large enough.
            p = self.candidate(bits, drbg)
            if p < self.least_prime(bits) or any(p % prime == 0 for prime in SMALL_PRIMES):
                continue
            # 4.5. gcd(p - 1, e) = 1, and p is probably prime.
            if gcd(p - 1, e) == 1 and self.is_prime(p, bits, drbg):
                return p

    def candidate(self, bits: int, drbg: Drbg) -> int:
        """A random string of nlen/2 bits, made odd (FIPS 186-5 A.1.3 steps 4.2 and 4.3)."""
        return os2ip(drbg.generate((bits + 7) // 8)) >> (-bits % 8) | 1

    def least_prime(self, bits: int) -> int:
        """The least prime of this length: above sqrt(2) * 2^(bits-1) (FIPS 186-5 A.1.3 4.4)."""
        return isqrt(1 << (2 * bits - 1)) + 1

    def is_prime(self, candidate: int, bits: int, drbg: Drbg) -> bool:
        """Whether a candidate without small factors is probably prime (FIPS 186-5 B.3.1)."""
        rounds = next(count for length, count in ROUNDS.items() if bits >= length)
        return passes_miller_rabin(candidate, rounds, drbg)


STANDARD = RsaKeyGeneration()
"""The generation as the standard has it."""


def generate_rsa_key(bits: int, drbg: Drbg, e: int = 65537, primes: int = 2) -> RsaPrivateKey:
    """`RsaKeyGeneration.generate`."""
    return STANDARD.generate(bits, drbg, e, primes)


def generate_prime(bits: int, drbg: Drbg, e: int) -> int:
    """`RsaKeyGeneration.prime`."""
    return STANDARD.prime(bits, drbg, e)


def _check_request(bits: int, e: int, primes: int) -> None:
    if bits % 2 or bits < LEAST_BITS or primes < 2:
        raise InvalidArgument(f"no RSA key of {bits} bits with {primes} primes is made here")
    if e % 2 == 0 or e < LEAST_EXPONENT:
        raise InvalidArgument("the public exponent is odd and 3 or more (RFC 8017 §3.1)")
