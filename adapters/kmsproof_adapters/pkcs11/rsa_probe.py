"""RSA keys with which a token is tried: a good one, and two kinds that no token should take."""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import cache
from math import gcd, lcm

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from kmsproof_adapters.pkcs11.material import RsaPrivateMaterial, RsaPublicMaterial, octets

USUAL_EXPONENT = 65_537

MODULUS_BITS = 2048

SMALL = 15
"""What divides a factor that is no prime."""


@cache
def probe_key() -> RsaPrivateMaterial:
    """Make a key to try a token with; the public exponent 3 would do for its primes as well."""
    while True:
        numbers = generate_private_key(3, MODULUS_BITS).private_numbers()
        p, q = numbers.p, numbers.q
        if (p - 1) % USUAL_EXPONENT and (q - 1) % USUAL_EXPONENT:
            return _of_factors(p, q)


def with_wrong_exponent(key: RsaPrivateMaterial) -> RsaPrivateMaterial:
    """Return a key with one wrong bit in its private exponent."""
    exponent = key.private_exponent[:-1] + bytes([key.private_exponent[-1] ^ 2])
    return replace(key, private_exponent=exponent)


def with_composite_factor(key: RsaPrivateMaterial) -> RsaPrivateMaterial:
    """Return a key whose first factor is no prime, and to which all other numbers fit."""
    q = int.from_bytes(key.primes[1])
    while True:
        p = SMALL * (secrets.randbits(MODULUS_BITS // 2 - 4) | 1)
        fitting = gcd(USUAL_EXPONENT, (p - 1) * (q - 1)) == gcd(p, q) == 1
        if fitting and (p * q).bit_length() == MODULUS_BITS:
            return _of_factors(p, q)


def _of_factors(p: int, q: int) -> RsaPrivateMaterial:
    """Return the numbers that belong to two factors (RFC 8017 §3.2)."""
    d = pow(USUAL_EXPONENT, -1, lcm(p - 1, q - 1))
    return RsaPrivateMaterial(
        RsaPublicMaterial(octets(p * q), octets(USUAL_EXPONENT)),
        octets(d),
        (octets(p), octets(q)),
        (octets(d % (p - 1)), octets(d % (q - 1))),
        octets(pow(q, -1, p)),
    )
