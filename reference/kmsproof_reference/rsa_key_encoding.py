"""RSA keys in DER: PKCS #8 for private keys, SubjectPublicKeyInfo for public ones.

Standard:  RFC 8017, November 2016; RFC 5958 (PKCS #8), August 2010; RFC 5280, May 2008.
Sections:  RFC 8017 A.1.1 and A.1.2; RFC 5958 2 (version 0, that of RFC 5208); RFC 5280 4.1.2.7.
Page:      https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1
Left out:  the attributes of PKCS #8; keys that are bound to RSAES-OAEP or RSASSA-PSS by their own
           object identifier (RFC 8017 A.2).

What is read is checked in its form only; `rsa_keys` checks whether the numbers are a key.

The functions are those of `RsaKeyEncoding`, whose methods are the steps.
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

RSASSA_PSS = "1.2.840.113549.1.1.10"
"""id-RSASSA-PSS: a key for nothing but this (RFC 8017 A.2.3, RFC 4055 §3.1). None is read here."""

INFO_VERSION = 0
"""The version of PrivateKeyInfo (RFC 5958 §2)."""

TWO_PRIMES, MULTI_PRIME = 0, 1
"""The versions of RSAPrivateKey (RFC 8017 A.1.2)."""


class RsaKeyEncoding:
    """Writes and reads RSA keys."""

    reader_class: type[Reader] = Reader

    # What is written.

    def encode_public_key(self, key: RsaPublicKey) -> bytes:
        """SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) around an RSAPublicKey (RFC 8017 A.1.1)."""
        return sequence(self.encode_algorithm(), bit_string(self.encode_rsa_public_key(key)))

    def encode_private_key(self, key: RsaPrivateKey) -> bytes:
        """PrivateKeyInfo, version 0 (RFC 5958 §2), around an RSAPrivateKey (RFC 8017 A.1.2)."""
        inner = octet_string(self.encode_rsa_private_key(key))
        return sequence(integer(INFO_VERSION), self.encode_algorithm(), inner)

    def encode_algorithm(self) -> bytes:
        """AlgorithmIdentifier of rsaEncryption, whose parameters are NULL (RFC 8017 A.1)."""
        return sequence(object_identifier(RSA_ENCRYPTION), null())

    def encode_rsa_public_key(self, key: RsaPublicKey) -> bytes:
        """RSAPublicKey (RFC 8017 A.1.1)."""
        return sequence(self.encode_number(key.n), self.encode_number(key.e))

    def encode_number(self, number: int) -> bytes:
        """One of the two numbers of a public key: an INTEGER (X.690 §8.3)."""
        return integer(number)

    def encode_rsa_private_key(self, key: RsaPrivateKey) -> bytes:
        """RSAPrivateKey (RFC 8017 A.1.2)."""
        numbers = (key.n, key.e, key.d, key.p, key.q, key.d_p, key.d_q, key.q_inv)
        parts = [integer(MULTI_PRIME if key.other_primes else TWO_PRIMES), *map(integer, numbers)]
        if key.other_primes:
            triplets = (map(integer, (other.r, other.d, other.t)) for other in key.other_primes)
            parts.append(sequence(*(sequence(*triplet) for triplet in triplets)))
        return sequence(*parts)

    # What is read.

    def decode_public_key(self, octets: bytes) -> RsaPublicKey:
        """The key in a SubjectPublicKeyInfo; raises `MalformedDer` or `InvalidKey`."""
        info = self.open(octets)
        self.check_algorithm(info.sequence())
        numbers = self.open(info.bit_string())
        self.check_end(info)
        key = RsaPublicKey(self.read_number(numbers), self.read_number(numbers))
        self.check_end(numbers)
        return key

    def decode_private_key(self, octets: bytes) -> RsaPrivateKey:
        """The key in a PrivateKeyInfo; raises `MalformedDer` or `InvalidKey`."""
        info = self.open(octets)
        self.check_info_version(info.integer())
        self.check_algorithm(info.sequence())
        key = self.decode_rsa_private_key(info.octet_string())
        self.check_end(info)
        return key

    def decode_rsa_private_key(self, octets: bytes) -> RsaPrivateKey:
        """The numbers of an RSAPrivateKey (RFC 8017 A.1.2)."""
        content = self.open(octets)
        version = content.integer()
        self.check_version(version)
        n, e, d, p, q, d_p, d_q, q_inv = (self.read_number(content) for _ in range(8))
        others = tuple(self.other_primes(content)) if version == MULTI_PRIME else ()
        self.check_end(content)
        return RsaPrivateKey(n, e, d, p, q, d_p, d_q, q_inv, others)

    # The steps of reading.

    def open(self, octets: bytes) -> Reader:
        """What is in a SEQUENCE behind which nothing follows (X.690 §8.9)."""
        outer = self.reader_class(octets)
        content = outer.sequence()
        self.check_nothing_behind(outer)
        return content

    def check_nothing_behind(self, outer: Reader) -> None:
        """Raise `MalformedDer` when something follows a whole key (X.690 §8.1)."""
        outer.end()

    def check_end(self, content: Reader) -> None:
        """Raise `MalformedDer` when a SEQUENCE has more fields than its type (RFC 8017 A.1)."""
        content.end()

    def check_info_version(self, version: int) -> None:
        """Raise `InvalidKey` unless the version of PrivateKeyInfo is 0 (RFC 5958 §2)."""
        if version != INFO_VERSION:
            raise InvalidKey("the version of PKCS #8 is not 0 (RFC 5958 §2)")

    def check_version(self, version: int) -> None:
        """Raise `InvalidKey` unless the version of RSAPrivateKey is 0 or 1 (RFC 8017 A.1.2)."""
        if version not in (TWO_PRIMES, MULTI_PRIME):
            raise InvalidKey("the version of RSAPrivateKey is not 0 or 1 (RFC 8017 A.1.2)")

    def check_algorithm(self, algorithm: Reader) -> None:
        """Raise `InvalidKey` or `MalformedDer` unless it is rsaEncryption (RFC 8017 A.1)."""
        self.check_identifier(algorithm.object_identifier())
        self.check_parameters(algorithm)

    def check_identifier(self, identifier: str) -> None:
        """Raise `InvalidKey` unless an object identifier is rsaEncryption (RFC 8017 A.1)."""
        if identifier != RSA_ENCRYPTION:
            raise InvalidKey("the key is not one of rsaEncryption (RFC 8017 A.1)")

    def check_parameters(self, algorithm: Reader) -> None:
        """Raise `MalformedDer` unless the parameters are NULL, and the last (RFC 8017 A.1)."""
        algorithm.null()
        self.check_end(algorithm)

    def read_number(self, content: Reader) -> int:
        """The next of the numbers of a key: an INTEGER of whatever sign (X.690 §8.3)."""
        return content.integer()

    def other_primes(self, content: Reader) -> list[OtherPrime]:
        """OtherPrimeInfos: one triplet or more (RFC 8017 A.1.2)."""
        infos, found = content.sequence(), list[OtherPrime]()
        while not found or infos.peek() is not None:
            info = infos.sequence()
            r, d, t = (self.read_number(info) for _ in range(3))
            found.append(OtherPrime(r, d, t))
            self.check_end(info)
        return found


STANDARD = RsaKeyEncoding()
"""The encoding as the standards have it."""

encode_public_key = STANDARD.encode_public_key
encode_private_key = STANDARD.encode_private_key
encode_algorithm = STANDARD.encode_algorithm
encode_rsa_private_key = STANDARD.encode_rsa_private_key
decode_public_key = STANDARD.decode_public_key
decode_private_key = STANDARD.decode_private_key
decode_rsa_private_key = STANDARD.decode_rsa_private_key
