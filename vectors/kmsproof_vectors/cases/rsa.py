"""RSA: the test keys and parameter sets that all its files share."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_encoding import encode_private_key, encode_public_key
from kmsproof_reference.rsa_key_generation import generate_rsa_key
from kmsproof_reference.rsa_keys import private_key_from_primes
from kmsproof_reference.vocabulary import RSA_MODULUS_BITS, Algorithm, KeySpec
from kmsproof_vectors.case import require
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.maker import SEED, Maker, ParameterSet
from kmsproof_vectors.model import GroupKey, Uniformity

MAIN: Final = "main"
"""The key of nearly all tests: to load a private key costs a target more than to use it."""

SECOND: Final = "second"
"""A key of the same length, for what was made under another key."""

THREE_PRIMES: Final = "three primes"
"""A key of the same length whose modulus is the product of three primes."""

EXCHANGED_PRIMES: Final = "main with p below q"
"""The main key with its two primes in the other order, which the standard leaves open."""


@lru_cache(maxsize=32)
def rsa_test_key(key_spec: KeySpec, name: str) -> RsaPrivateKey:
    """Return the RSA test key with a name; all files of a key spec share it.

    The modulus has exactly the bits of the key spec, and the public exponent is 65537.
    """
    if name == EXCHANGED_PRIMES:
        main = rsa_test_key(key_spec, MAIN)
        return private_key_from_primes(main.q, main.p, main.e)
    bits, primes = RSA_MODULUS_BITS[key_spec], 3 if name == THREE_PRIMES else 2
    drbg = Drbg(SEED, f"{key_spec} test key {name}".encode())
    key = generate_rsa_key(bits, drbg, primes=primes)
    require(key.n.bit_length() == bits, f"the test key {name} does not have {bits} bits")
    return key


def group_key(key_spec: KeySpec, name: str, key: RsaPrivateKey) -> GroupKey:
    """Return an RSA key in the form in which a group has it, named as a test key."""
    return GroupKey(
        name=f"kmsproof test key {key_spec} {name}",
        private=HexBytes(encode_private_key(key)),
        public=HexBytes(encode_public_key(key.public)),
    )


@lru_cache(maxsize=32)
def _test_key(key_spec: KeySpec, name: str) -> GroupKey:
    return group_key(key_spec, name, rsa_test_key(key_spec, name))


class RsaMaker(Maker):
    """Makes RSA tests; what is done with the key is said by each scheme's own maker."""

    def test_key(self, name: str) -> GroupKey:
        """Return a test key of this key spec; the same name gives the same key."""
        return _test_key(self.parameters.key_spec, name)

    def rsa_key(self, name: str = MAIN) -> RsaPrivateKey:
        """Return the numbers of a test key of this key spec."""
        return rsa_test_key(self.parameters.key_spec, name)

    @property
    def bits(self) -> int:
        """Length in bits of the modulus."""
        return RSA_MODULUS_BITS[self.parameters.key_spec]

    @property
    def key_length(self) -> int:
        """Length k in bytes of the modulus, of a signature and of a ciphertext."""
        return self.bits // 8


def with_byte(octets: bytes, position: int, value: int) -> bytes:
    """Return the octets with another value at a position; negative ones count from the end."""
    changed = bytearray(octets)
    changed[position] = value
    return bytes(changed)


def with_bit_flipped(octets: bytes, bit: int) -> bytes:
    """Return the octets with one bit changed; bit 0 is the most significant of the first."""
    return with_byte(octets, bit // 8, octets[bit // 8] ^ 0x80 >> bit % 8)


def differing_positions(left: bytes, right: bytes) -> list[int]:
    """Return where two strings of one length differ."""
    return [i for i, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]


def no_uniformities(family: str) -> tuple[Uniformity, ...]:
    """Return nothing: what the files have in which no refusals must look alike."""
    return ()


def parameter_sets(
    scheme: str,
    algorithm: Algorithm,
    description: str,
    uniformities: Callable[[str], tuple[Uniformity, ...]] = no_uniformities,
) -> list[ParameterSet]:
    """Return one parameter set for each length of the modulus.

    Args:
        scheme: how their names end: ``oaep`` gives ``rsa-2048-oaep``.
        algorithm: the algorithm of all of them.
        description: what they are, put behind ``RSA-2048``.
        uniformities: makes the uniformities of a family from its name.
    """
    sets: list[ParameterSet] = []
    for key_spec, bits in RSA_MODULUS_BITS.items():
        family = f"rsa-{bits}-{scheme}"
        sets.append(
            ParameterSet(
                family=family,
                key_spec=key_spec,
                algorithm=algorithm,
                padding=None,
                description=f"RSA-{bits} {description}",
                uniformities=uniformities(family),
            )
        )
    return sets
