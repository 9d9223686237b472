"""RSASSA-PSS: the probabilistic signature scheme of RSA.

Standard:  RFC 8017 (PKCS #1 v2.2), edition of November 2016.
Sections:  8.1 (RSASSA-PSS), 9.1 (EMSA-PSS).
Page:      https://www.rfc-editor.org/rfc/rfc8017#section-9.1
Left out:  a trailer field other than 1 (A.2.3).

Intermediate values: those of `rsa_signature`, and ``salt``, ``M'``, ``H``, ``DB``, ``dbMask``,
``maskedDB``; in a verification the ``EM`` and, as far as it comes, the same again.
"""

from __future__ import annotations

import hashlib

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.octets import i2osp, xor
from kmsproof_reference.rsa import RsaPrivateKey, RsaPublicKey
from kmsproof_reference.rsa_signature import RsaSignature

TRAILER = b"\xbc"
"""The last octet of EM (RFC 8017 §9.1.1 step 12)."""


class Pss(RsaSignature):
    """RSASSA-PSS under one key (RFC 8017 §8.1)."""

    mgf_class: type[Mgf1] = Mgf1

    def __init__(
        self,
        key: RsaPublicKey | RsaPrivateKey,
        hash_name: str = "sha256",
        mgf: Mgf1 | None = None,
        salt_length: int | None = 32,
        show: Show = nobody,
    ) -> None:
        """Take either half of a key pair; the private one is needed to sign.

        ``salt_length`` is in bytes; with none, any salt is signed with, and a verification takes
        a salt of whatever length it finds.
        """
        super().__init__(key, hash_name, show)
        self.mgf = self.mgf_class() if mgf is None else mgf
        self.salt_length = salt_length

    @property
    def encoded_bits(self) -> int:
        """emBits = modBits - 1 (RFC 8017 §8.1.1 step 1)."""
        return self.key.public.bits - 1

    @property
    def encoded_length(self) -> int:
        """emLen = ceil(emBits / 8), one less than k if modBits - 1 is divisible by 8."""
        return (self.encoded_bits + 7) // 8

    def sign(self, message: bytes, salt: bytes) -> bytes:
        """RSASSA-PSS-SIGN (RFC 8017 §8.1.1): k bytes.

        Raises `InvalidArgument` for a salt of another length, and a modulus that is too short.
        """
        return self.sign_hashed(self.digest(message), salt)

    def sign_digest(self, digest: bytes, salt: bytes) -> bytes:
        """The same for a message whose hash is given; raises `InvalidArgument` for its length."""
        return self.sign_hashed(self.given_digest(digest), salt)

    def sign_hashed(self, digest: bytes, salt: bytes) -> bytes:
        """The signature of an mHash (RFC 8017 §8.1.1 steps 1 and 2)."""
        # 1. EMSA-PSS encoding. 2. RSA signature.
        return self.sign_encoded(self.encode_digest(digest, salt))

    def verify(self, message: bytes, signature: bytes) -> bool:
        """RSASSA-PSS-VERIFY (RFC 8017 §8.1.2)."""
        return self.verify_hashed(self.digest(message), signature)

    def verify_digest(self, digest: bytes, signature: bytes) -> bool:
        """The same for a message whose hash is given; raises `InvalidArgument` for its length."""
        return self.verify_hashed(self.given_digest(digest), signature)

    def verify_hashed(self, digest: bytes, signature: bytes) -> bool:
        """The verification of an mHash (RFC 8017 §8.1.2 steps 1 to 4)."""
        # 1. Length checking. 2.a and 2.b. RSA verification.
        m = self.recover(signature)
        # 2.c. If I2OSP outputs "integer too large", output "invalid signature" and stop.
        if m is None or m >= 256**self.encoded_length:
            return False
        # 3. EMSA-PSS verification.
        return self.verify_encoded(digest, i2osp(m, self.encoded_length))

    # EMSA-PSS-ENCODE.

    def encode_digest(self, digest: bytes, salt: bytes) -> bytes:
        """EM of emLen bytes (RFC 8017 §9.1.1); raises `InvalidArgument`."""
        self.check_digest(digest)
        salt = self.chosen_salt(salt)
        # 3. If emLen < hLen + sLen + 2, output "encoding error" and stop.
        if not self.has_room_for(len(salt)):
            raise InvalidArgument("encoding error: the modulus is too short (RFC 8017 §9.1.1)")
        self.show("salt", salt)
        h = self.salted_hash(digest, salt)
        return self.mask_data_block(self.data_block(salt), h)

    def chosen_salt(self, salt: bytes) -> bytes:
        """The salt of sLen bytes, which is an argument (RFC 8017 §9.1.1 step 4).

        Raises `InvalidArgument` when it has another length than is agreed on.
        """
        if self.salt_length is not None and len(salt) != self.salt_length:
            raise InvalidArgument(f"the salt has {self.salt_length} bytes, not {len(salt)}")
        return salt

    def has_room_for(self, salt_length: int) -> bool:
        """Whether emLen >= hLen + sLen + 2 (RFC 8017 §9.1.1 step 3, §9.1.2 step 3)."""
        return self.encoded_length >= self.hash_length + salt_length + 2

    def salted_hash(self, digest: bytes, salt: bytes) -> bytes:
        """H = Hash(0x00 × 8 ‖ mHash ‖ salt) (RFC 8017 §9.1.1 steps 5 and 6)."""
        m_prime = bytes(8) + digest + salt
        self.show("M'", m_prime)
        h = hashlib.new(self.hash_name, m_prime).digest()
        self.show("H", h)
        return h

    def data_block(self, salt: bytes) -> bytes:
        """DB = PS ‖ 0x01 ‖ salt (RFC 8017 §9.1.1 steps 7 and 8)."""
        length = self.encoded_length - self.hash_length - 1
        return bytes(length - len(salt) - 1) + b"\x01" + salt

    def mask_data_block(self, data_block: bytes, h: bytes) -> bytes:
        """EM = maskedDB ‖ H ‖ 0xbc (RFC 8017 §9.1.1 steps 9 to 12)."""
        self.show("DB", data_block)
        # 9. and 10. maskedDB = DB ⊕ MGF(H, emLen - hLen - 1).
        masked = xor(data_block, self.mask(h, len(data_block)))
        # 11. Set the leftmost 8 emLen - emBits bits of the leftmost octet to zero.
        masked = self.clear_top_bits(masked)
        self.show("maskedDB", masked)
        # 12. EM = maskedDB ‖ H ‖ 0xbc.
        return masked + h + TRAILER

    def mask(self, h: bytes, length: int) -> bytes:
        """dbMask = MGF(H, emLen - hLen - 1) (RFC 8017 §9.1.1 step 9, §9.1.2 step 7)."""
        mask = self.mgf.mask(h, length)
        self.show("dbMask", mask)
        return mask

    # EMSA-PSS-VERIFY.

    def verify_encoded(self, digest: bytes, encoded: bytes) -> bool:
        """Whether an EM of emLen bytes is consistent with a digest (RFC 8017 §9.1.2)."""
        self.show("EM", encoded)
        # 3. If emLen < hLen + sLen + 2, output "inconsistent" and stop.
        # 4. If the rightmost octet of EM is not 0xbc, output "inconsistent" and stop.
        if not self.has_room_for(self.salt_length or 0) or not self.trailer_is_right(encoded):
            return False
        # 5. Let maskedDB be the leftmost emLen - hLen - 1 octets, and H the next hLen octets.
        length = self.encoded_length - self.hash_length - 1
        masked, h = encoded[:length], encoded[length : length + self.hash_length]
        # 6. If the leftmost bits of maskedDB are not all zero, output "inconsistent" and stop.
        if not self.top_bits_are_zero(masked):
            return False
        # 7. to 11. The salt in DB; if there is none, output "inconsistent" and stop.
        salt = self.recover_salt(self.unmask_data_block(masked, h))
        # 12. to 14. If H = Hash(M'), output "consistent", otherwise "inconsistent".
        return salt is not None and self.hash_is_right(self.salted_hash(digest, salt), h)

    def unmask_data_block(self, masked: bytes, h: bytes) -> bytes:
        """DB, its leftmost 8 emLen - emBits bits set to zero (RFC 8017 §9.1.2 steps 7 to 9)."""
        data_block = self.clear_top_bits(xor(masked, self.mask(h, len(masked))))
        self.show("DB", data_block)
        return data_block

    def trailer_is_right(self, encoded: bytes) -> bool:
        """Whether the last octet is 0xbc (RFC 8017 §9.1.2 step 4)."""
        return encoded[-1:] == TRAILER

    def top_bits_are_zero(self, masked: bytes) -> bool:
        """Whether the leftmost 8 emLen - emBits bits are zero (RFC 8017 §9.1.2 step 6)."""
        return masked == self.clear_top_bits(masked)

    def recover_salt(self, data_block: bytes) -> bytes | None:
        """The salt, or nothing when DB is not zeros, 0x01 and a salt of the agreed length.

        RFC 8017 §9.1.2 steps 10 and 11.
        """
        separator = self.find_separator(data_block)
        if separator is None:
            return None
        salt = data_block[separator + 1 :]
        self.show("salt", salt)
        return salt if self.salt_length_is_right(salt) else None

    def salt_length_is_right(self, salt: bytes) -> bool:
        """Whether a salt has sLen bytes, if that is agreed on (RFC 8017 §9.1.2 step 10)."""
        return self.salt_length is None or len(salt) == self.salt_length

    def find_separator(self, data_block: bytes) -> int | None:
        """Where 0x01 stands after nothing but zeros (RFC 8017 §9.1.2 step 10)."""
        padding = len(data_block) - len(data_block.lstrip(b"\x00"))
        return padding if data_block[padding : padding + 1] == b"\x01" else None

    def hash_is_right(self, expected: bytes, h: bytes) -> bool:
        """Whether H = H' (RFC 8017 §9.1.2 step 14)."""
        return expected == h

    def clear_top_bits(self, octets: bytes) -> bytes:
        """The octets with the leftmost 8 emLen - emBits bits zero (RFC 8017 §9.1.1 step 11)."""
        unused = 8 * self.encoded_length - self.encoded_bits
        return bytes([octets[0] & (0xFF >> unused)]) + octets[1:]
