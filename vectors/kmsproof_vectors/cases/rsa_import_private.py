"""RSA private keys that are imported: malformed, inconsistent, or for another purpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import isqrt, lcm
from typing import Final

from kmsproof_reference.curves import P256
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ec_key_encoding import EC_PUBLIC_KEY
from kmsproof_reference.ec_key_encoding import encode_private_key as encode_ec_private_key
from kmsproof_reference.ec_keys import generate_ec_key
from kmsproof_reference.octets import os2ip
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_encoding import (
    RSASSA_PSS,
    encode_private_key,
    encode_public_key,
)
from kmsproof_reference.rsa_key_generation import generate_prime
from kmsproof_reference.rsa_keys import SMALL_PRIMES, is_probably_prime
from kmsproof_reference.vocabulary import KeyPart
from kmsproof_vectors.case import Draft, case, case_book, require
from kmsproof_vectors.cases.rsa_import import (
    MODULUS_LENGTH,
    OTHER_PURPOSE,
    PUBLIC_KEY,
    PURPOSE,
    VALIDATED,
    Importer,
    closeness,
    other_lengths,
    strictness,
)
from kmsproof_vectors.cases.rsa_key_forms import (
    DSA,
    RSA_SIGNATURE,
    RSAES_OAEP,
    loose_forms,
    private_form,
    private_key_info,
    rsa_private_key,
)
from kmsproof_vectors.cases.rsa_pkcs1 import Pkcs1Maker
from kmsproof_vectors.maker import SEED
from kmsproof_vectors.model import Clause

PRIVATE_ENCODING: Final = Clause(ref="RFC 8017", section="A.1.2")
KEY_PAIR: Final = Clause(ref="SP 800-56B Rev. 2", section="6.4.1")

NUMBERS: Final = ("n", "d", "p", "q", "d_p", "d_q", "q_inv")
"""The fields of a private key but its public exponent."""

OUT_OF_RANGE: Final = (
    "modulus-even",
    "exponent-zero",
    "exponent-one",
    "exponent-even",
    "exponent-negative",
)
"""Keys that are none, and that compute all the same."""


@case("K1", "import-private-encoding", flags=("RsaKeyEncoding",), clause=PRIVATE_ENCODING)
def import_private_encoding(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Valid and invalid.** A good private key is imported, and what is no encoding of one."""
    importer = Importer(family, KeyPart.PRIVATE)
    yield importer.control
    key, good = importer.key, encode_private_key(importer.key)
    numbers = rsa_private_key(key)
    for name, what, material in (
        ("empty", "nothing at all", b""),
        ("cut", "a key whose last byte is missing", good[:-1]),
        ("half", "the first half of a key", good[: len(good) // 2]),
        ("trailing-byte", "a key with a byte behind it", good + b"\x00"),
        ("more-numbers", "a key with a number too many", private_key_info((*numbers, 1))),
        ("fewer-numbers", "a key without its last number", private_key_info(numbers[:-1])),
        ("version-2", "a key of a version that there is not", private_key_info((2, *numbers[1:]))),
        (
            "info-version-7",
            "a PrivateKeyInfo of a version that there is not",
            private_key_info(numbers, version=7),
        ),
        ("only-public", "a public key", encode_public_key(key.public)),
    ):
        why = f"No private key is {what}."
        yield importer.refused(name, why, material, needs=strictness(name))


@case("K1", "import-private-purpose", flags=("RsaKeyPurpose",), clause=PURPOSE)
def import_private_purpose(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The private key names another algorithm than the one that it is used for."""
    importer = Importer(family, KeyPart.PRIVATE)
    numbers = rsa_private_key(importer.key)
    elliptic = encode_ec_private_key(generate_ec_key(P256, family.drbg))
    for name, what, material in (
        ("ec-key", "is one of an elliptic curve", elliptic),
        ("named-ec", "says that it is one of an elliptic curve", _named(numbers, EC_PUBLIC_KEY)),
        ("named-pss", "is for RSASSA-PSS only", _named(numbers, RSASSA_PSS)),
        ("named-oaep", "is for RSAES-OAEP only", _named(numbers, RSAES_OAEP)),
        ("named-signature", "names a signature, not a key", _named(numbers, RSA_SIGNATURE)),
        ("named-dsa", "says that it is one of DSA", _named(numbers, DSA)),
    ):
        why = f"A private key is refused that {what}."
        yield importer.refused(name, why, material, rejections=OTHER_PURPOSE)


def _named(numbers: tuple[int, ...], identifier: str) -> bytes:
    return private_key_info(numbers, identifier)


@case("K1", "import-private-numbers", flags=("InvalidRsaPrivateKey",), clause=PUBLIC_KEY)
def import_private_numbers(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The modulus or the public exponent of the private key can be none."""
    importer = Importer(family, KeyPart.PRIVATE)
    key = importer.key
    for name, what, changed in (
        ("modulus-zero", "the modulus is zero", replace(key, n=0)),
        ("modulus-negative", "the modulus is negative", replace(key, n=-key.n)),
        ("modulus-even", "the modulus is even", _even(family)),
        ("exponent-zero", "the public exponent is zero", replace(key, e=0)),
        ("exponent-one", "the exponents are 1, so that it does nothing", _doing_nothing(key)),
        ("exponent-even", "the public exponent is even", replace(key, e=65_536)),
        ("exponent-negative", "the public exponent is negative", replace(key, e=-key.e)),
        ("all-zero", "all numbers are zero", RsaPrivateKey(0, 0, 0, 0, 0, 0, 0, 0)),
    ):
        why = f"A private key is refused in which {what}."
        needs = VALIDATED if name in OUT_OF_RANGE else ()
        yield importer.refused(name, why, encode_private_key(changed), needs=needs)


def _doing_nothing(key: RsaPrivateKey) -> RsaPrivateKey:
    return replace(key, e=1, d=1, d_p=1, d_q=1)


def _even(family: Pkcs1Maker) -> RsaPrivateKey:
    """Return a key whose first factor is twice a prime, with an exponent that undoes e."""
    q, drbg = family.rsa_key().q, Drbg(SEED, f"{family.parameters.key_spec} even".encode())
    prime = generate_prime(family.bits // 2 - 1, drbg, 65_537)
    key = _of_factors(2 * prime, q, lcm(prime - 1, q - 1))
    require(key.n.bit_length() == family.bits and key.n % 2 == 0, "the modulus is not even")
    return key


@case("K1", "import-private-consistency", flags=("InconsistentRsaKey",), clause=KEY_PAIR)
def import_private_consistency(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The numbers of the private key do not fit together, as who computes sees."""
    importer = Importer(family, KeyPart.PRIVATE)
    key = importer.key
    p, q = key.p, key.q
    order = lcm(p - 1, q - 1)
    yield importer.numbers("modulus", "n is not p times q", n=key.n + 2)
    yield importer.numbers("modulus-less", "n is less than p times q", n=key.n - 2)
    yield importer.numbers("private-exponent", "d is another", d=key.d + 2)
    yield importer.numbers("private-exponent-order", "d is lambda(n)", d=order)
    yield importer.numbers("first-exponent", "dP is another", d_p=key.d_p + 2)
    yield importer.numbers("first-exponent-less", "dP is less", d_p=key.d_p - 2)
    yield importer.numbers("second-exponent", "dQ is another", d_q=key.d_q + 2)
    yield importer.numbers("coefficient", "qInv is another", q_inv=key.q_inv + 1)
    yield importer.numbers("primes-exchanged", "p and q are exchanged", p=q, q=p)
    yield importer.numbers("prime-one", "p is 1 and q is n", p=1, q=key.n)
    yield importer.numbers("public-exponent", "e is another than d belongs to", e=65_539)
    for name, what, other in (
        ("prime-composite", "p is a product of two primes", _composite(family)),
        (
            "prime-composite-fitting",
            "p is a product of two primes, to which all other numbers fit",
            _fitting_composite(family),
        ),
        ("prime-with-small-factor", "p is three times a prime", _three_times(family)),
        (
            "prime-with-strong-liars",
            "p is a product of two primes that every fourth base does not tell from a prime",
            _with_strong_liars(family),
        ),
        ("primes-equal", "p and q are the same", _of_factors(p, p, p * (p - 1))),
    ):
        fields = {name: getattr(other, name) for name in NUMBERS}
        yield importer.numbers(name, what, **fields)


def _of_factors(p: int, q: int, order: int) -> RsaPrivateKey:
    """Return the numbers of a key with any factors, from the order of the numbers modulo n."""
    d = pow(65_537, -1, order)
    coefficient = pow(q, -1, p) if p != q else 1
    return RsaPrivateKey(p * q, 65_537, d, p, q, d % (p - 1), d % (q - 1) or 1, coefficient)


def _composite(family: Pkcs1Maker) -> RsaPrivateKey:
    """Return a key of three primes, two of which pretend to be one."""
    a, b, q = next(_three_primes(family, "composite"))
    return _of_factors(a * b, q, lcm(a - 1, b - 1, q - 1))


def _fitting_composite(family: Pkcs1Maker) -> RsaPrivateKey:
    """Return a key whose first factor is a product of two primes; all of it fits p - 1 and q - 1.

    p is 1 modulo 4, so that a test of Miller-Rabin does not end before its first squaring.
    """
    products = ((a * b, q) for a, b, q in _three_primes(family, "fitting"))
    p, q = next((p, q) for p, q in products if p % 4 == 1 and (p - 1) % 65_537)
    return _of_factors(p, q, lcm(p - 1, q - 1))


def _three_primes(family: Pkcs1Maker, label: str) -> Iterator[tuple[int, int, int]]:
    """Yield, without end, two primes of a quarter of the modulus, and the q of the family's key."""
    q, drbg = family.rsa_key().q, Drbg(SEED, f"{family.parameters.key_spec} {label}".encode())
    while True:
        a, b = (generate_prime(family.bits // 4, drbg, 65_537) for _ in range(2))
        if (a * b * q).bit_length() == family.bits:
            yield a, b, q


def _three_times(family: Pkcs1Maker) -> RsaPrivateKey:
    """Return a key whose first factor is three times a prime; all of it fits p - 1 and q - 1."""
    q, drbg = family.rsa_key().q, Drbg(SEED, f"{family.parameters.key_spec} three".encode())
    while True:
        p = 3 * generate_prime(family.bits // 2 - 2, drbg, 65_537)
        if (p * q).bit_length() == family.bits and (p - 1) % 65_537:
            return _of_factors(p, q, lcm(p - 1, q - 1))


def _with_strong_liars(family: Pkcs1Maker) -> RsaPrivateKey:
    """Return a key that signs, and whose p is (k + 1)(2k + 1), with k + 1 = 3 modulo 4.

    Such a p passes Miller-Rabin with every fourth base. e and d undo each other modulo both factors
    and modulo p - 1, so that nothing but a test of primality with several bases tells it.
    """
    q, drbg = family.rsa_key().q, Drbg(SEED, f"{family.parameters.key_spec} liars".encode())
    # From 2^0.5 2^(bits / 2 - 1) on the product with q has all its bits.
    least = isqrt(isqrt(1 << family.bits - 3))
    while True:
        k = least + (os2ip(drbg.generate(family.bits // 32)) >> 4) // 4 * 4 + (2 - least) % 4
        a, b = k + 1, 2 * k + 1
        if any(a % prime == 0 or b % prime == 0 for prime in SMALL_PRIMES):
            continue
        if not (_is_prime(a) and _is_prime(b)):
            continue
        key = _of_factors(a * b, q, lcm(k, 2 * k, a * b - 1, q - 1))
        if key.n.bit_length() == family.bits and key.d < key.n:
            return key


def _is_prime(candidate: int) -> bool:
    """Return whether it is; most that are not show with base 2."""
    return pow(2, candidate - 1, candidate) == 1 and is_probably_prime(candidate)


@case("K1", "import-private-length", flags=("RsaModulusLength",), clause=MODULUS_LENGTH)
def import_private_length(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The private key is a good one of another length than the key spec says."""
    importer = Importer(family, KeyPart.PRIVATE)
    for name, key in other_lengths(family):
        why = f"A private key of {key.bits} bits is refused where {family.bits} are agreed on."
        yield importer.refused(name, why, encode_private_key(key))


@case("K1", "import-private-form", flags=("RsaKeyEncoding",), clause=PRIVATE_ENCODING)
def import_private_form(family: Pkcs1Maker) -> Iterator[Draft]:
    """**Invalid.** The private key is encoded in BER, or with parameters of its algorithm."""
    importer = Importer(family, KeyPart.PRIVATE)
    for name, what, material in loose_forms(private_form, rsa_private_key(importer.key)):
        why = f"A private key is refused {what}."
        yield importer.refused(name, why, material, needs=closeness(name))


BOOK = case_book(
    import_private_encoding,
    import_private_purpose,
    import_private_numbers,
    import_private_consistency,
    import_private_length,
    import_private_form,
)
"""The cases about private keys that are imported."""
