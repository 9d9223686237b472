"""RSA keys in DER with any numbers in them, and under any object identifier."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kmsproof_reference.curves import P256
from kmsproof_reference.der import (
    bit_string,
    integer,
    null,
    object_identifier,
    octet_string,
    sequence,
)
from kmsproof_reference.ec_key_encoding import EC_PUBLIC_KEY
from kmsproof_reference.ec_key_encoding import encode_algorithm as encode_ec_algorithm
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.rsa_key_encoding import RSA_ENCRYPTION

RSAES_OAEP: Final = "1.2.840.113549.1.1.7"
"""id-RSAES-OAEP: a key for nothing but this (RFC 8017 A.2.1, RFC 4055 §4.1)."""

RSASSA_PSS: Final = "1.2.840.113549.1.1.10"
"""id-RSASSA-PSS: a key for nothing but this (RFC 8017 A.2.3, RFC 4055 §3.1)."""


def algorithm(identifier: str) -> bytes:
    """Return an AlgorithmIdentifier with the parameters that belong to it, or may be there."""
    if identifier == EC_PUBLIC_KEY:
        return encode_ec_algorithm(P256)
    parameters = null() if identifier == RSA_ENCRYPTION else b""
    return sequence(object_identifier(identifier), parameters)


def rsa_private_key(key: RsaPrivateKey) -> tuple[int, ...]:
    """Return the numbers of an RSAPrivateKey of two primes, the version first (RFC 8017 A.1.2)."""
    return (0, key.n, key.e, key.d, key.p, key.q, key.d_p, key.d_q, key.q_inv)


def private_key_info(numbers: Iterable[int], identifier: str = RSA_ENCRYPTION) -> bytes:
    """Return a PrivateKeyInfo (RFC 5958 §2) around an RSAPrivateKey of any numbers."""
    inner = sequence(*map(integer, numbers))
    return sequence(integer(0), algorithm(identifier), octet_string(inner))


def subject_public_key_info(numbers: Iterable[int], identifier: str = RSA_ENCRYPTION) -> bytes:
    """Return a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) around an RSAPublicKey of any numbers."""
    return sequence(algorithm(identifier), bit_string(sequence(*map(integer, numbers))))
