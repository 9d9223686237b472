"""Every step of RSA is really in use: spoiling it changes what the algorithm answers.

The same as `test_overridable_steps`. What single deviations do is in `test_rsa_deviations`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from math import gcd

import pytest

from kmsproof_reference.der import bit_string, integer, null, object_identifier, sequence
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_reference.rsa import Rsa, RsaPrivateKey, RsaPublicKey
from kmsproof_reference.rsa_key_encoding import (
    RSA_ENCRYPTION,
    RsaKeyEncoding,
    encode_algorithm,
    encode_private_key,
    encode_public_key,
)
from kmsproof_reference.rsa_key_generation import RsaKeyGeneration
from kmsproof_reference.rsa_keys import RsaKeyValidation, private_key_from_primes
from kmsproof_testing.rsa_material import key_of, three_primes
from kmsproof_testing.spoiled_steps import outcomes, steps_of, with_spoiled_step

KEY = key_of(1025)  # with one bit more than 128 bytes, so that c + n still fits into k
SEED, SALT, DIGEST = bytes(32), bytes(range(32)), hashlib.sha256(b"message").digest()

Ask = Callable[..., tuple[object, ...]]


def rsa(variant: type[Rsa]) -> tuple[object, ...]:
    """All primitives, with two primes and three, and what is out of range."""
    return outcomes(
        lambda: variant().rsaep(KEY.public, 2),
        lambda: variant().rsadp(KEY, 2),
        lambda: variant().rsadp(three_primes(), 2),
        lambda: variant().rsadp_without_crt(KEY, KEY.n + 1),
        lambda: variant().rsasp1(KEY, KEY.n + 1),
        lambda: variant().rsavp1(KEY.public, KEY.n + 1),
    )


def mgf1(variant: type[Mgf1]) -> tuple[object, ...]:
    """A mask of more than one block."""
    return outcomes(lambda: variant().mask(SEED, 40))


OAEP_CIPHERTEXT = Oaep(KEY).encrypt(b"message", SEED, b"label")


def oaep(variant: type[Oaep]) -> tuple[object, ...]:
    """Both directions, another label, and a data block that is too short."""
    return outcomes(
        lambda: variant(KEY).encrypt(b"message", SEED, b"label"),
        lambda: variant(KEY).decrypt(OAEP_CIPHERTEXT, b"label"),
        lambda: variant(KEY).decrypt(OAEP_CIPHERTEXT),
        lambda: variant(KEY).encode_data_block(b"short", SEED),
        lambda: variant(KEY).encrypt(bytes(100), SEED),
    )


PSS_SIGNATURE = Pss(KEY).sign(b"message", SALT)


def pss(variant: type[Pss]) -> tuple[object, ...]:
    """Both directions, and a digest that is too short."""
    return outcomes(
        lambda: variant(KEY).sign(b"message", SALT),
        lambda: variant(KEY).verify(b"message", PSS_SIGNATURE),
        lambda: variant(KEY).verify_digest(DIGEST, PSS_SIGNATURE),
        lambda: variant(KEY).verify_digest(DIGEST[1:], PSS_SIGNATURE),
    )


PKCS1_SIGNATURE = Pkcs1Signature(KEY).sign(b"message")


def pkcs1(variant: type[Pkcs1Signature]) -> tuple[object, ...]:
    """The same without a salt."""
    return outcomes(
        lambda: variant(KEY).sign(b"message"),
        lambda: variant(KEY).verify(b"message", PKCS1_SIGNATURE),
        lambda: variant(KEY).verify_digest(DIGEST, PKCS1_SIGNATURE),
        lambda: variant(KEY).verify_digest(DIGEST[1:], PKCS1_SIGNATURE),
    )


def key_encoding(variant: type[RsaKeyEncoding]) -> tuple[object, ...]:
    """Both directions and parts, with keys of two primes and three, and what is no key."""
    subject, reading = variant(), variant().decode_public_key
    public, private = encode_public_key(KEY.public), encode_private_key(KEY)
    more = sequence(sequence(integer(1), integer(2), integer(3)))
    elsewhere = sequence(object_identifier("1.2.840.113549.1.1.10"), null())
    numbers = bit_string(sequence(integer(1), integer(2)))
    return outcomes(
        lambda: subject.encode_public_key(KEY.public),
        lambda: subject.encode_private_key(KEY),
        lambda: reading(public),
        lambda: subject.decode_private_key(private),
        lambda: subject.decode_private_key(encode_private_key(three_primes())),
        lambda: reading(public + b"\x00"),
        lambda: reading(sequence(elsewhere, numbers)),
        lambda: reading(sequence(sequence(object_identifier(RSA_ENCRYPTION), more), numbers)),
        lambda: reading(sequence(encode_algorithm(), bit_string(more[2:]))),
        lambda: subject.decode_private_key(sequence(integer(9), encode_algorithm())),
        lambda: subject.decode_rsa_private_key(sequence(integer(9), *[integer(1)] * 8)),
    )


def key_validation(variant: type[RsaKeyValidation]) -> tuple[object, ...]:
    """Keys of which one number each is wrong."""
    subject = variant()
    p, q = KEY.p, KEY.q
    composite = private_key_from_primes(key_of(512).n, key_of(514).p)
    return outcomes(
        lambda: subject.check_public_key(RsaPublicKey(KEY.n + 1, KEY.e)),
        lambda: subject.check_public_key(KEY.public, 1024),
        lambda: subject.check_public_key(RsaPublicKey(KEY.n, 1)),
        lambda: subject.check_private_key(replace(KEY, n=KEY.n + 2)),
        lambda: subject.check_private_key(composite),
        lambda: subject.check_private_key(replace(KEY, d=KEY.d + 2)),
        lambda: subject.check_private_key(replace(KEY, q_inv=KEY.q_inv + 1)),
        lambda: subject.check_private_key(replace(KEY, q=p, p=q)),
    )


def key_generation(variant: type[RsaKeyGeneration]) -> tuple[object, ...]:
    """Keys of two primes and three."""
    subject, seed = variant(), Drbg(b"steps")
    return outcomes(
        lambda: subject.generate(512, seed),
        lambda: subject.generate(512, Drbg(b"three"), primes=3),
    )


SIGNATURE_OPERATIONS = {"sign", "sign_digest", "verify", "verify_digest"}
KEY_OPERATIONS = {
    *("encode_public_key", "encode_private_key", "encode_rsa_private_key"),
    *("decode_public_key", "decode_private_key", "decode_rsa_private_key"),
}
NOT_SPOILT = {"generate", "multi_prime", "are_distant", "least_prime", "is_prime", "candidate"}
"""Spoilt like this, these steps of the generation end in no key, or change none."""
SUBJECTS: list[tuple[type, Ask, set[str]]] = [
    # class, what is asked of it, its methods that are operations rather than steps
    (Rsa, rsa, {"rsaep", "rsadp", "rsadp_without_crt", "rsasp1", "rsavp1"}),
    (Mgf1, mgf1, {"mask"}),
    (Oaep, oaep, {"encrypt", "decrypt"}),
    (Pss, pss, SIGNATURE_OPERATIONS),
    (Pkcs1Signature, pkcs1, SIGNATURE_OPERATIONS),
    (RsaKeyEncoding, key_encoding, {*KEY_OPERATIONS, "open", "other_primes"}),
    (RsaKeyValidation, key_validation, {"check_public_key", "check_private_key"}),
    (RsaKeyGeneration, key_generation, NOT_SPOILT),
]
STEPS = [
    (subject, ask, name)
    for subject, ask, operations in SUBJECTS
    for name in steps_of(subject, operations)
]


@pytest.mark.parametrize(
    ("subject", "ask", "name"),
    STEPS,
    ids=[f"{subject.__name__}.{name}" for subject, _, name in STEPS],
)
def test_a_spoiled_step_changes_the_outcome(subject: type, ask: Ask, name: str) -> None:
    assert ask(with_spoiled_step(subject, name)) != ask(subject)


def test_the_number_of_steps() -> None:
    print(f"{len(STEPS)} steps")
    assert len(STEPS) == 83


# What the algorithms are built on.


class Unchecked(Rsa):
    """RSA that takes numbers of n or more."""

    def check_range(self, representative: int, n: int, name: str) -> None:
        """Nothing."""


class FaultyModuloP(Rsa):
    """RSA with a fault in one of the two exponentiations."""

    def residue(self, x: int, exponent: int, prime: int, number: int) -> int:
        """The residue modulo p with a bit changed."""
        return super().residue(x, exponent, prime, number) ^ (number == 1)


class OtherMgf(Mgf1):
    """MGF1 whose counter begins at 1."""

    def block(self, seed: bytes, counter: int) -> bytes:
        """The next block."""
        return super().block(seed, counter + 1)


def test_the_primitives_can_be_swapped() -> None:
    class OtherOaep(Oaep):
        rsa_class = Unchecked

    class OtherPss(Pss):
        rsa_class = Unchecked

    class OtherPkcs1(Pkcs1Signature):
        rsa_class = Unchecked

    ciphertext, pss_signature, pkcs1_signature = (
        i2osp(os2ip(octets) + KEY.n, KEY.length)
        for octets in (OAEP_CIPHERTEXT, PSS_SIGNATURE, PKCS1_SIGNATURE)
    )
    with pytest.raises(InvalidCiphertext):
        Oaep(KEY).decrypt(ciphertext, b"label")
    assert OtherOaep(KEY).decrypt(ciphertext, b"label") == b"message"
    assert not Pss(KEY).verify(b"message", pss_signature)
    assert OtherPss(KEY).verify(b"message", pss_signature)
    assert not Pkcs1Signature(KEY).verify(b"message", pkcs1_signature)
    assert OtherPkcs1(KEY).verify(b"message", pkcs1_signature)


def test_the_mask_generation_can_be_swapped() -> None:
    assert Oaep(KEY, mgf=OtherMgf()).encrypt(b"message", SEED, b"label") != OAEP_CIPHERTEXT
    assert Pss(KEY, mgf=OtherMgf()).sign(b"message", SALT) != PSS_SIGNATURE


def test_a_fault_in_one_exponentiation_tells_a_prime() -> None:
    class FaultyPkcs1(Pkcs1Signature):
        rsa_class = FaultyModuloP

    faulty = FaultyPkcs1(KEY).sign(b"message")
    assert faulty != PKCS1_SIGNATURE
    difference = pow(os2ip(faulty), KEY.e, KEY.n) - pow(os2ip(PKCS1_SIGNATURE), KEY.e, KEY.n)
    assert gcd(difference, KEY.n) == KEY.q


def test_the_private_operation_can_be_the_one_without_the_primes() -> None:
    class WithoutPrimes(Rsa):
        def exponentiate(self, private: RsaPrivateKey, x: int) -> int:
            return pow(x, private.d, private.n)

    class OtherPkcs1(Pkcs1Signature):
        rsa_class = WithoutPrimes

    assert OtherPkcs1(KEY).sign(b"message") == PKCS1_SIGNATURE
