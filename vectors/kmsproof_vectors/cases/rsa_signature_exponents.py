"""RSA signatures under public keys of other exponents than 65537."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from math import prod
from typing import Final

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_encoding import encode_public_key
from kmsproof_reference.rsa_key_generation import generate_rsa_key
from kmsproof_reference.rsa_keys import private_key_from_primes
from kmsproof_reference.vocabulary import RSA_MODULUS_BITS, Feature, KeySpec
from kmsproof_vectors.case import Draft, require
from kmsproof_vectors.cases.rsa_signature import (
    KeyPair,
    SignatureMaker,
    shared_case,
    signature_of,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import SEED
from kmsproof_vectors.model import GroupKey

SMALL: Final = {"3": 3, "17": 17}
"""Exponents that RFC 8017 §3.1 allows and FIPS 186-5 does not."""

ORDINARY: Final = {"65539": 65_539, "2-31-minus-1": (1 << 31) - 1}
"""Exponents other than 65537 that 32 bits hold."""

LARGE: Final = {"2-32-plus-15": (1 << 32) + 15, "2-64-minus-59": (1 << 64) - 59}
"""Exponents that 32 bits do not hold, and 64 bits do."""

HUGE: Final = {"2-200-plus-235": (1 << 200) + 235}
"""Exponents below 2^256, the bound of FIPS 186-5 A.1.1, that no machine word holds."""

EXPONENTS: Final = {**SMALL, **ORDINARY, **LARGE, **HUGE}


@lru_cache(maxsize=8)
def _primes(key_spec: KeySpec) -> tuple[int, int]:
    """Return the primes of a test modulus for which all the exponents have an inverse."""
    drbg = Drbg(SEED, f"{key_spec} test key exponents".encode())
    key = generate_rsa_key(RSA_MODULUS_BITS[key_spec], drbg, prod(EXPONENTS.values()))
    return key.p, key.q


def exponent_pair(key_spec: KeySpec, name: str) -> KeyPair:
    """Return the test key with an exponent; its group tells only the public half."""
    p, q = _primes(key_spec)
    key: RsaPrivateKey = private_key_from_primes(p, q, EXPONENTS[name])
    require(key.bits == RSA_MODULUS_BITS[key_spec], "the modulus has another length")
    group = GroupKey(
        name=f"kmsproof test key {key_spec} exponent {EXPONENTS[name]}",
        public=HexBytes(encode_public_key(key.public)),
    )
    needs: tuple[Feature, ...] = ()
    if name in SMALL:
        needs = (Feature.SMALL_PUBLIC_EXPONENT,)
    elif name in LARGE:
        needs = (Feature.LARGE_PUBLIC_EXPONENT,)
    elif name in HUGE:
        needs = (Feature.HUGE_PUBLIC_EXPONENT,)
    return KeyPair(group, key, needs)


@shared_case("S1", "public-exponent", flags=("PublicExponent",))
def public_exponent(family: SignatureMaker) -> Iterator[Draft]:
    """**Valid and invalid.** A good signature, and one with another bit, under other exponents."""
    for name, exponent in EXPONENTS.items():
        pair = exponent_pair(family.parameters.key_spec, name)
        why = f"A good signature is valid under the public exponent {exponent}."
        control = family.verify(f"{name}-text", why, message=b"kmsproof", pair=pair)
        yield control
        yield family.verify(f"{name}-random", why, message=family.random(80), pair=pair)
        good = signature_of(control)
        for place, position in (("first", 1), ("last", -1)):
            changed = bytearray(good)
            changed[position] ^= 0x04
            why = f"A changed signature is refused under the public exponent {exponent}."
            yield family.refused(
                control, f"{name}-{place}-changed", why, pair=pair, signature=HexBytes(changed)
            )


BOOK = (public_exponent,)
"""The cases that both schemes have about public exponents."""
