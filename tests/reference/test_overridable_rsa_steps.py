"""Every step of RSA is really in use: spoiling it changes what the algorithm answers.

The same as `test_overridable_steps`. What single deviations do is in `test_rsa_deviations`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from math import gcd

import pytest

from kmsproof_reference.errors import InvalidCiphertext
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_reference.rsa import Rsa, RsaPrivateKey
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
    )


PSS_SIGNATURE = Pss(KEY).sign(b"message", SALT)


def pss(variant: type[Pss]) -> tuple[object, ...]:
    """Both directions, and a digest that is too short."""
    return outcomes(
        lambda: variant(KEY).sign(b"message", SALT),
        lambda: variant(KEY).verify(b"message", PSS_SIGNATURE),
        lambda: variant(KEY).verify_digest(DIGEST[1:], PSS_SIGNATURE),
    )


PKCS1_SIGNATURE = Pkcs1Signature(KEY).sign(b"message")


def pkcs1(variant: type[Pkcs1Signature]) -> tuple[object, ...]:
    """The same without a salt."""
    return outcomes(
        lambda: variant(KEY).sign(b"message"),
        lambda: variant(KEY).verify(b"message", PKCS1_SIGNATURE),
        lambda: variant(KEY).verify_digest(DIGEST[1:], PKCS1_SIGNATURE),
    )


SIGNATURE_OPERATIONS = {"sign", "sign_digest", "verify", "verify_digest"}
SUBJECTS: list[tuple[type, Ask, set[str]]] = [
    # class, what is asked of it, its methods that are operations rather than steps
    (Rsa, rsa, {"rsaep", "rsadp", "rsadp_without_crt", "rsasp1", "rsavp1"}),
    (Mgf1, mgf1, {"mask"}),
    (Oaep, oaep, {"encrypt", "decrypt"}),
    (Pss, pss, SIGNATURE_OPERATIONS),
    (Pkcs1Signature, pkcs1, SIGNATURE_OPERATIONS),
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
    assert len(STEPS) == 50


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
