"""RSA keys: made from their primes, and checked.

Standard:  RFC 8017, November 2016; SP 800-56B Revision 2, March 2019; FIPS 186-5, February 2023.
Sections:  RFC 8017 3.1 and 3.2; SP 800-56B 6.4.1 and 6.4.2; FIPS 186-5 A.1.1 and B.3.
Pages:     https://csrc.nist.gov/pubs/sp/800/56/b/r2/final
           https://csrc.nist.gov/pubs/fips/186-5/final
Left out:  what a key of another source may not meet and be sound all the same: the bounds on
           p - q, on d and on e of SP 800-56B §6.4.1.2 (RFC 8017 §3.1 allows any e from 3), and the
           search for small factors of a public modulus (§6.4.2.2). Keys made here meet them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, lcm, prod

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.errors import InvalidKey
from kmsproof_reference.octets import i2osp
from kmsproof_reference.rsa import OtherPrime, RsaPrivateKey, RsaPublicKey

LEAST_EXPONENT = 3
"""The smallest public exponent (RFC 8017 §3.1)."""

LEAST_PRIME = 3
"""The smallest odd prime (RFC 8017 §3.1)."""

CHECK_ROUNDS = 8
"""Rounds of Miller-Rabin in a check: by chance a composite passes with 2^-16 at most."""

SMALL_PRIMES = tuple(n for n in range(3, 2000, 2) if all(n % d for d in range(3, n, 2)))
"""The odd primes below 2000, for trial division."""


def private_key_from_primes(
    p: int, q: int, e: int = 65537, others: Sequence[int] = ()
) -> RsaPrivateKey:
    """The private key with these primes, d modulo the least common multiple (RFC 8017 §3.2).

    Raises `InvalidKey` if two have a common factor or e has no inverse; primality is not checked.
    """
    primes = (p, q, *others)
    if min(primes) < LEAST_PRIME or lcm(*primes) != prod(primes):
        raise InvalidKey("the primes are not distinct odd primes (RFC 8017 §3.1)")
    order = lcm(*(prime - 1 for prime in primes))
    if gcd(e, order) != 1:
        raise InvalidKey("e has no inverse modulo lambda(n) (RFC 8017 §3.1)")
    d = pow(e, -1, order)
    other_primes = tuple(
        OtherPrime(r, d % (r - 1), pow(prod(primes[: index + 2]), -1, r))
        for index, r in enumerate(others)
    )
    n = prod(primes)
    return RsaPrivateKey(n, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p), other_primes)


class RsaKeyValidation:
    """The checks of a key that comes from elsewhere; each raises `InvalidKey`."""

    def check_public_key(self, public: RsaPublicKey, bits: int | None = None) -> None:
        """Whether n and e can be a public key (SP 800-56B Rev. 2 §6.4.2.2).

        ``bits`` is the length that the modulus must have, if it must have one.
        """
        self.check_modulus(public.n)
        if bits is not None:
            self.check_length(public, bits)
        self.check_exponent(public)

    def check_private_key(self, private: RsaPrivateKey, bits: int | None = None) -> None:
        """Whether the numbers of a private key fit together (SP 800-56B Rev. 2 §6.4.1)."""
        self.check_public_key(private.public, bits)
        self.check_product(private)
        self.check_primes(private)
        self.check_private_exponent(private)
        self.check_further_numbers(private)

    # The steps.

    def check_modulus(self, n: int) -> None:
        """Whether a modulus is odd and positive (RFC 8017 §3.1)."""
        if n < 1 or n % 2 == 0:
            raise InvalidKey("the modulus is not odd and positive (RFC 8017 §3.1)")

    def check_length(self, public: RsaPublicKey, bits: int) -> None:
        """Whether a modulus has the length agreed on (SP 800-56B Rev. 2 §6.4.2.2 step 1)."""
        if public.bits != bits:
            raise InvalidKey(f"the modulus has {public.bits} bits instead of {bits}")

    def check_exponent(self, public: RsaPublicKey) -> None:
        """Whether a public exponent is odd, and between 3 and n - 1 (RFC 8017 §3.1)."""
        if not LEAST_EXPONENT <= public.e < public.n or public.e % 2 == 0:
            raise InvalidKey("e is not odd, or not between 3 and n - 1 (RFC 8017 §3.1)")

    def check_product(self, private: RsaPrivateKey) -> None:
        """Whether the modulus is the product of the primes (RFC 8017 §3.2)."""
        primes = primes_of(private)
        if min(primes) < LEAST_PRIME or prod(primes) != private.n:
            raise InvalidKey("the modulus is not the product of the primes (RFC 8017 §3.2)")

    def check_primes(self, private: RsaPrivateKey) -> None:
        """Whether the primes are distinct, and primes (RFC 8017 §3.1)."""
        primes = primes_of(private)
        if len(set(primes)) < len(primes) or not all(map(is_probably_prime, primes)):
            raise InvalidKey("the primes are not prime, or not distinct (RFC 8017 §3.1)")

    def check_private_exponent(self, private: RsaPrivateKey) -> None:
        """Whether d is below n, and e * d is 1 modulo lambda(n) (RFC 8017 §3.2)."""
        if not 0 < private.d < private.n:
            raise InvalidKey("the private exponent is not between 0 and n (RFC 8017 §3.2)")
        if any(private.d * private.e % (prime - 1) != 1 for prime in primes_of(private)):
            raise InvalidKey("e * d is not 1 modulo lambda(n) (RFC 8017 §3.2)")

    def check_further_numbers(self, private: RsaPrivateKey) -> None:
        """Whether dP, dQ, qInv and those of further primes fit (RFC 8017 §3.2)."""
        others = tuple(other.r for other in private.other_primes)
        wanted = private_key_from_primes(private.p, private.q, private.e, others)
        for name in ("d_p", "d_q", "q_inv", "other_primes"):
            if getattr(private, name) != getattr(wanted, name):
                raise InvalidKey(f"{name} does not fit the primes (RFC 8017 §3.2)")


STANDARD = RsaKeyValidation()
"""The checks as the standards have them."""

check_public_key = STANDARD.check_public_key
check_private_key = STANDARD.check_private_key


def primes_of(private: RsaPrivateKey) -> tuple[int, ...]:
    """All primes of a key: p, q, and r_3 and so on."""
    return (private.p, private.q, *(other.r for other in private.other_primes))


def is_probably_prime(candidate: int, rounds: int = CHECK_ROUNDS) -> bool:
    """Trial division, then Miller-Rabin with bases drawn from the number itself."""
    if candidate <= SMALL_PRIMES[-1]:
        return candidate == 2 or candidate in SMALL_PRIMES
    if candidate % 2 == 0 or any(candidate % prime == 0 for prime in SMALL_PRIMES):
        return False
    seed = i2osp(candidate, (candidate.bit_length() + 7) // 8)
    return passes_miller_rabin(candidate, rounds, Drbg(seed, b"Miller-Rabin"))


def passes_miller_rabin(w: int, rounds: int, drbg: Drbg) -> bool:
    """The Miller-Rabin test of an odd w > 3 (FIPS 186-5 B.3.1)."""
    # 1. and 2. a is the largest integer such that 2^a divides w - 1, and m = (w - 1) / 2^a.
    a = ((w - 1) & (1 - w)).bit_length() - 1
    m = (w - 1) >> a
    # 4. For i = 1 to iterations: draw b with 1 < b < w - 1.
    return all(_passes_base(w, 2 + drbg.integer(w - 3), a, m) for _ in range(rounds))


def _passes_base(w: int, b: int, a: int, m: int) -> bool:
    """Steps 4.3 to 4.7: whether b is no witness of w being composite."""
    z = pow(b, m, w)
    if z in (1, w - 1):
        return True
    for _ in range(a - 1):
        z = z * z % w
        if z == w - 1:
            return True
    return False
