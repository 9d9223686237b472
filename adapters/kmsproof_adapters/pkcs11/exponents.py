"""Which public exponents a PKCS#11 token takes: a good signature under each says it.

No flag of PKCS#11 tells, and a token that takes a key need not be able to use it. What a library
allows may depend on the length of the modulus, too. The moduli are made of two primes or
their squares, so that no other primes have to be found; a token that verifies cannot know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from kmsproof.vocabulary import Feature, KeySpec
from kmsproof_adapters.pkcs11.material import RsaPublicMaterial, octets

EXPONENTS: Mapping[Feature, int] = {
    Feature.SMALL_PUBLIC_EXPONENT: 3,
    Feature.LARGE_PUBLIC_EXPONENT: (1 << 64) - 59,
    Feature.HUGE_PUBLIC_EXPONENT: (1 << 200) + 235,
}
"""A prime for each length of exponents that a target may declare."""

SQUARED: Mapping[KeySpec, tuple[bool, bool]] = {
    KeySpec.RSA_2048: (False, False),
    KeySpec.RSA_3072: (True, False),
    KeySpec.RSA_4096: (True, True),
}
"""Which of two primes of 1024 bits are squared for a modulus of about the right length."""

DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""What stands before a SHA-256 digest in a DigestInfo (RFC 8017 §9.2 note 1)."""

MESSAGE = b"public exponent"

Verification = Callable[[RsaPublicMaterial, bytes, bytes], bool]
"""Says whether a token verifies the PKCS#1 v1.5 signature of a message under a public key."""


@dataclass(frozen=True)
class PrimePower:
    """A factor of a modulus."""

    prime: int
    squared: bool

    @property
    def value(self) -> int:
        """The factor itself."""
        return self.prime * self.prime if self.squared else self.prime

    def root(self, number: int, exponent: int) -> int:
        """Return the number whose power it is, modulo the factor."""
        order = (self.prime if self.squared else 1) * (self.prime - 1)
        return pow(number, pow(exponent, -1, order), self.value)


def signature_of(message: bytes, first: PrimePower, second: PrimePower, exponent: int) -> bytes:
    """Sign (RFC 8017 §8.2.1); the exponent must have an inverse for these primes."""
    modulus = first.value * second.value
    length = (modulus.bit_length() + 7) // 8
    info = DIGEST_INFO + sha256(message).digest()
    encoded = b"\0\1" + b"\xff" * (length - len(info) - 3) + b"\0" + info
    number = int.from_bytes(encoded)
    low, high = first.root(number, exponent), second.root(number, exponent)
    factor = (high - low) * pow(first.value, -1, second.value) % second.value
    return (low + first.value * factor).to_bytes(length)


def exponents_taken(
    key_spec: KeySpec, primes: tuple[int, int], verifies: Verification
) -> tuple[Feature, ...]:
    """Return the features that a token shows with a modulus of about this length.

    The primes are those of a key with the public exponent 3. That one of the other exponents has no
    inverse for them happens once in 2^63 keys.
    """
    first, second = (PrimePower(*pair) for pair in zip(primes, SQUARED[key_spec], strict=True))
    modulus = first.value * second.value
    taken: list[Feature] = []
    for feature, exponent in EXPONENTS.items():
        signature = signature_of(MESSAGE, first, second, exponent)
        public = RsaPublicMaterial(octets(modulus), octets(exponent))
        if verifies(public, MESSAGE, signature):
            taken.append(feature)
    return tuple(taken)
