"""RSA keys in DER: PKCS #8 for private keys, SubjectPublicKeyInfo for public ones.

Standard:  RFC 8017, November 2016; RFC 5958 (PKCS #8), August 2010; RFC 5280, May 2008.
Sections:  RFC 8017 A.1.1 and A.1.2; RFC 5958 2 (version 0, that of RFC 5208); RFC 5280 4.1.2.7.
Page:      https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1
Left out:  the attributes of PKCS #8; keys that are bound to RSAES-OAEP or RSASSA-PSS by their own
           object identifier (RFC 8017 A.2).

What is read is checked in its form only; `rsa_keys` checks whether the numbers are a key.
"""

from __future__ import annotations

from kmsproof_reference.der import (
    Reader,
    bit_string,
    integer,
    null,
    object_identifier,
    octet_string,
    sequence,
)
from kmsproof_reference.errors import InvalidKey
from kmsproof_reference.rsa import OtherPrime, RsaPrivateKey, RsaPublicKey

RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
"""rsaEncryption (RFC 8017 A.1)."""

TWO_PRIMES, MULTI_PRIME = 0, 1
"""The versions of RSAPrivateKey (RFC 8017 A.1.2)."""


def encode_public_key(key: RsaPublicKey) -> bytes:
    """SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) around an RSAPublicKey (RFC 8017 A.1.1)."""
    return sequence(encode_algorithm(), bit_string(sequence(integer(key.n), integer(key.e))))


def encode_private_key(key: RsaPrivateKey) -> bytes:
    """PrivateKeyInfo, version 0 (RFC 5958 §2), around an RSAPrivateKey (RFC 8017 A.1.2)."""
    return sequence(integer(0), encode_algorithm(), octet_string(encode_rsa_private_key(key)))


def encode_algorithm() -> bytes:
    """AlgorithmIdentifier of rsaEncryption, whose parameters are NULL (RFC 8017 A.1)."""
    return sequence(object_identifier(RSA_ENCRYPTION), null())


def encode_rsa_private_key(key: RsaPrivateKey) -> bytes:
    """RSAPrivateKey (RFC 8017 A.1.2)."""
    numbers = (key.n, key.e, key.d, key.p, key.q, key.d_p, key.d_q, key.q_inv)
    parts = [integer(MULTI_PRIME if key.other_primes else TWO_PRIMES), *map(integer, numbers)]
    if key.other_primes:
        triplets = (map(integer, (other.r, other.d, other.t)) for other in key.other_primes)
        parts.append(sequence(*(sequence(*triplet) for triplet in triplets)))
    return sequence(*parts)


def decode_public_key(octets: bytes) -> RsaPublicKey:
    """The key in a SubjectPublicKeyInfo; raises `MalformedDer` or `InvalidKey`."""
    outer = Reader(octets)
    info = outer.sequence()
    outer.end()
    _check_algorithm(info.sequence())
    content = Reader(info.bit_string())
    info.end()
    numbers = content.sequence()
    content.end()
    key = RsaPublicKey(numbers.integer(), numbers.integer())
    numbers.end()
    return key


def decode_private_key(octets: bytes) -> RsaPrivateKey:
    """The key in a PrivateKeyInfo; raises `MalformedDer` or `InvalidKey`."""
    outer = Reader(octets)
    info = outer.sequence()
    outer.end()
    if info.integer() != 0:
        raise InvalidKey("the version of PKCS #8 is not 0 (RFC 5958 §2)")
    _check_algorithm(info.sequence())
    key = decode_rsa_private_key(info.octet_string())
    info.end()
    return key


def _check_algorithm(algorithm: Reader) -> None:
    if algorithm.object_identifier() != RSA_ENCRYPTION:
        raise InvalidKey("the key is not one of rsaEncryption (RFC 8017 A.1)")
    algorithm.null()
    algorithm.end()


def decode_rsa_private_key(octets: bytes) -> RsaPrivateKey:
    """The numbers of an RSAPrivateKey (RFC 8017 A.1.2)."""
    outer = Reader(octets)
    content = outer.sequence()
    outer.end()
    version = content.integer()
    if version not in (TWO_PRIMES, MULTI_PRIME):
        raise InvalidKey("the version of RSAPrivateKey is not 0 or 1 (RFC 8017 A.1.2)")
    n, e, d, p, q, d_p, d_q, q_inv = (content.integer() for _ in range(8))
    others = tuple(_other_primes(content)) if version == MULTI_PRIME else ()
    content.end()
    return RsaPrivateKey(n, e, d, p, q, d_p, d_q, q_inv, others)


def _other_primes(content: Reader) -> list[OtherPrime]:
    """OtherPrimeInfos: one triplet or more (RFC 8017 A.1.2)."""
    infos, found = content.sequence(), list[OtherPrime]()
    while not found or infos.peek() is not None:
        info = infos.sequence()
        found.append(OtherPrime(info.integer(), info.integer(), info.integer()))
        info.end()
    return found
