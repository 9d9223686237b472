"""RSASSA-PSS with SHA-256: its maker, the parts of an encoded message, and its parameter sets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.octets import i2osp, os2ip, xor
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import TRAILER, Pss
from kmsproof_reference.rsa import RsaPrivateKey
from kmsproof_reference.vocabulary import Algorithm
from kmsproof_vectors.cases import rsa
from kmsproof_vectors.cases.rsa_signature import HASH_LENGTH, SignatureMaker
from kmsproof_vectors.maker import ParameterSet
from kmsproof_vectors.model import Clause

SECTION: Final = "8.1"
"""The section of RFC 8017 about the scheme."""

SALT_LENGTH: Final = 32
"""sLen: bytes of the salt."""

TRAILER_CHECK: Final = Clause(ref="RFC 8017", section="9.1.2", step="4")
TOP_BITS_CHECK: Final = Clause(ref="RFC 8017", section="9.1.2", step="6")
UNMASKING: Final = Clause(ref="RFC 8017", section="9.1.2", step="8")
PADDING_CHECK: Final = Clause(ref="RFC 8017", section="9.1.2", step="10")
SALT: Final = Clause(ref="RFC 8017", section="9.1.2", step="11")
HASHED: Final = Clause(ref="RFC 8017", section="9.1.2", step="12")
HASH_CHECK: Final = Clause(ref="RFC 8017", section="9.1.2", step="14")


@dataclass(frozen=True)
class Parts:
    """What an encoded message is made of (RFC 8017 §9.1.1)."""

    data_block: bytes
    """DB: PS ‖ 01 ‖ salt, k - 33 bytes."""
    h: bytes
    """H = Hash(00 × 8 ‖ mHash ‖ salt)."""
    trailer: bytes = TRAILER
    mgf: Mgf1 | None = None
    """What masks DB, by default MGF1 with SHA-256."""

    def encoded(self) -> bytes:
        """Return EM with the highest bit zero, for a modulus of whole bytes."""
        masked = xor(self.data_block, (self.mgf or Mgf1()).mask(self.h, len(self.data_block)))
        return bytes([masked[0] & 0x7F]) + masked[1:] + self.h + self.trailer


class PssMaker(SignatureMaker):
    """Makes PSS tests; salts are random where nothing else is said."""

    def scheme(self, private: RsaPrivateKey) -> Pss:
        """Return RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes."""
        return Pss(private)

    def signature_of_digest(self, private: RsaPrivateKey, digest: bytes) -> bytes:
        """Return a good signature with a random salt."""
        return self.scheme(private).sign_digest(digest, self.random(SALT_LENGTH))

    @property
    def is_deterministic(self) -> bool:
        """No: the signer draws the salt."""
        return False

    def of_other_schemes(self, message: bytes) -> Iterator[tuple[str, str, bytes]]:
        """Yield PKCS #1 v1.5, PSS with other hash functions, and no padding at all."""
        key = self.rsa_key()
        digest = hashlib.sha256(message).digest()
        what = "RSASSA-PKCS1-v1_5 with SHA-256"
        yield "pkcs1", what, Pkcs1Signature(key).sign(message)
        for name, spoken in (("sha1", "SHA-1"), ("sha384", "SHA-384"), ("sha512", "SHA-512")):
            scheme = Pss(key, name, Mgf1(name), hashlib.new(name).digest_size)
            salt = self.random(hashlib.new(name).digest_size)
            yield f"pss-{name}", f"RSASSA-PSS with {spoken}", scheme.sign(message, salt)
        for name, what, number in (
            ("no-padding", "that of the digest without any padding", os2ip(digest)),
            ("zero-padding", "that of the digest before zeros", os2ip(digest + bytes(64))),
        ):
            encoded = i2osp(number, self.key_length)
            yield name, what, self.scheme(key).sign_encoded(encoded)

    # Encoded messages.

    @property
    def block_length(self) -> int:
        """Bytes of DB: k - hLen - 1."""
        return self.key_length - HASH_LENGTH - 1

    def data_block(self, salt: bytes) -> bytes:
        """Return DB with a salt of any length."""
        return bytes(self.block_length - len(salt) - 1) + b"\x01" + salt

    def parts(self, digest: bytes, salt: bytes, prefix: bytes = bytes(8)) -> Parts:
        """Return the parts of an encoded message, with any octets before mHash."""
        h = hashlib.sha256(prefix + digest + salt).digest()
        return Parts(self.data_block(salt), h)


def parameter_sets() -> list[ParameterSet]:
    """Return one parameter set for each length of the modulus."""
    return rsa.parameter_sets(
        "pss",
        Algorithm.RSA_PSS_SHA_256,
        "RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes",
    )
