"""What the two signature schemes of RSA have in common: from an encoded message to a signature.

Standard:  RFC 8017 (PKCS #1 v2.2), edition of November 2016.
Sections:  8.1 and 8.2, the steps that are the same in both.
Page:      https://www.rfc-editor.org/rfc/rfc8017#section-8
Left out:  the limit on the message of the hash function, which for SHA-256 is 2^61 - 1 bytes.

Intermediate values: ``mHash`` when a message is hashed, ``EM`` and ``S`` when it is signed, ``m``
(as k bytes) when a signature is verified.
"""

from __future__ import annotations

import hashlib

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.rsa import Rsa, RsaPrivateKey, RsaPublicKey


class RsaSignature:
    """A signature scheme with appendix under one key (RFC 8017 §8)."""

    rsa_class: type[Rsa] = Rsa

    def __init__(
        self, key: RsaPublicKey | RsaPrivateKey, hash_name: str = "sha256", show: Show = nobody
    ) -> None:
        """Take either half of a key pair; the private one is needed to sign."""
        self.key, self.hash_name, self.show = key, hash_name, show
        self.rsa = self.rsa_class()
        self.hash_length = hashlib.new(hash_name).digest_size

    def digest(self, message: bytes) -> bytes:
        """mHash = Hash(M) (RFC 8017 §9.1.1 step 2, §9.2 step 1)."""
        digest = hashlib.new(self.hash_name, message).digest()
        self.show("mHash", digest)
        return digest

    def given_digest(self, digest: bytes) -> bytes:
        """mHash, from a caller who has hashed; raises `InvalidArgument` for its length."""
        self.check_digest(digest)
        return digest

    def check_digest(self, digest: bytes) -> None:
        """Raise `InvalidArgument` unless a digest has hLen bytes."""
        if len(digest) != self.hash_length:
            raise InvalidArgument(
                f"a digest of {self.hash_name} has {self.hash_length} bytes, not {len(digest)}"
            )

    def sign_encoded(self, encoded: bytes) -> bytes:
        """RSASP1 of an encoded message, on k bytes (RFC 8017 §8.1.1 step 2, §8.2.1 step 2).

        Raises `InvalidArgument` when EM stands for a number of n or more.
        """
        if not isinstance(self.key, RsaPrivateKey):
            raise InvalidArgument("signing takes the private key (RFC 8017 §8)")
        self.show("EM", encoded)
        signature = i2osp(self.rsa.rsasp1(self.key, os2ip(encoded)), self.key.length)
        self.show("S", signature)
        return signature

    def recover(self, signature: bytes) -> int | None:
        """The message representative, or nothing if the signature is invalid as it stands.

        RFC 8017 §8.1.2 steps 1 and 2.b, §8.2.2 steps 1 and 2.b.
        """
        # 1. If the length of the signature is not k octets, output "invalid signature" and stop.
        if not self.has_right_length(signature):
            return None
        try:
            m = self.rsa.rsavp1(self.key.public, os2ip(signature))
        except InvalidArgument:
            # 2.b. If RSAVP1 outputs "signature representative out of range", invalid signature.
            return None
        self.show("m", i2osp(m, self.key.length))
        return m

    def has_right_length(self, signature: bytes) -> bool:
        """Whether a signature has k octets (RFC 8017 §8.1.2 step 1, §8.2.2 step 1)."""
        return len(signature) == self.key.length
