"""RSASSA-PKCS1-v1_5: the deterministic signature scheme of RSA.

Standard:  RFC 8017 (PKCS #1 v2.2), edition of November 2016.
Sections:  8.2 (RSASSA-PKCS1-v1_5), 9.2 (EMSA-PKCS1-v1_5).
Page:      https://www.rfc-editor.org/rfc/rfc8017#section-8.2
Left out:  MD2, MD5, SHA-512/224 and SHA-512/256.

A verification encodes the message again and compares all of it. To take a recovered encoding
apart instead is where signatures have been forged (CVE-2006-4339).

Intermediate values: those of `rsa_signature`, and ``T``.
"""

from __future__ import annotations

from kmsproof_reference.der import null, object_identifier, octet_string, sequence
from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.octets import i2osp
from kmsproof_reference.rsa_signature import RsaSignature

OBJECT_IDENTIFIERS = {
    "sha1": "1.3.14.3.2.26",
    "sha224": "2.16.840.1.101.3.4.2.4",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
"""The hash functions of RFC 8017 B.1, by their names in hashlib."""

SHORTEST_PADDING = 8
"""Octets that PS has at least (RFC 8017 §9.2 step 4)."""


class Pkcs1Signature(RsaSignature):
    """RSASSA-PKCS1-v1_5 under one key (RFC 8017 §8.2)."""

    def sign(self, message: bytes) -> bytes:
        """RSASSA-PKCS1-V1_5-SIGN (RFC 8017 §8.2.1): k bytes.

        Raises `InvalidArgument` for a modulus that is too short for the hash function.
        """
        return self.sign_hashed(self.digest(message))

    def sign_digest(self, digest: bytes) -> bytes:
        """The same for a message whose hash is given; raises `InvalidArgument` for its length."""
        return self.sign_hashed(self.given_digest(digest))

    def sign_hashed(self, digest: bytes) -> bytes:
        """The signature of a hash (RFC 8017 §8.2.1 steps 1 and 2)."""
        # 1. EMSA-PKCS1-v1_5 encoding. 2. RSA signature.
        return self.sign_encoded(self.encode_digest(digest))

    def verify(self, message: bytes, signature: bytes) -> bool:
        """RSASSA-PKCS1-V1_5-VERIFY (RFC 8017 §8.2.2)."""
        return self.verify_hashed(self.digest(message), signature)

    def verify_digest(self, digest: bytes, signature: bytes) -> bool:
        """The same for a message whose hash is given; raises `InvalidArgument` for its length."""
        return self.verify_hashed(self.given_digest(digest), signature)

    def verify_hashed(self, digest: bytes, signature: bytes) -> bool:
        """The verification of a hash (RFC 8017 §8.2.2 steps 1 to 4)."""
        # 3. EMSA-PKCS1-v1_5 encoding: EM', which does not depend on the signature.
        expected = self.encode_digest(digest)
        # 1. Length checking. 2.a and 2.b. RSA verification.
        m = self.recover(signature)
        if m is None:
            return False
        # 2.c. Convert the message representative to an encoded message EM of k octets.
        return self.encoding_is_right(expected, i2osp(m, self.key.length))

    def encoding_is_right(self, expected: bytes, encoded: bytes) -> bool:
        """Whether EM = EM', whole (RFC 8017 §8.2.2 step 4)."""
        return encoded == expected

    def encode_digest(self, digest: bytes) -> bytes:
        """EM = 0x00 ‖ 0x01 ‖ PS ‖ 0x00 ‖ T (RFC 8017 §9.2); raises `InvalidArgument`."""
        self.check_digest(digest)
        t = self.digest_info(digest)
        self.show("T", t)
        # 3. If emLen < tLen + 11, output "intended encoded message length too short" and stop.
        if self.key.length < len(t) + SHORTEST_PADDING + 3:
            raise InvalidArgument("intended encoded message length too short (RFC 8017 §9.2)")
        # 4. and 5. PS of octets 0xff, between 0x00 0x01 and 0x00.
        return b"\x00\x01" + self.padding(self.key.length - len(t) - 3) + b"\x00" + t

    def padding(self, length: int) -> bytes:
        """PS: octets 0xff (RFC 8017 §9.2 step 4)."""
        return b"\xff" * length

    def digest_info(self, digest: bytes) -> bytes:
        """T: the DER encoding of DigestInfo, with parameters NULL (RFC 8017 §9.2 step 2).

        Raises `InvalidArgument` for a hash function that has no object identifier here.
        """
        if self.hash_name not in OBJECT_IDENTIFIERS:
            raise InvalidArgument(f"one of {', '.join(OBJECT_IDENTIFIERS)} signs here")
        algorithm = sequence(object_identifier(OBJECT_IDENTIFIERS[self.hash_name]), null())
        return sequence(algorithm, octet_string(digest))
