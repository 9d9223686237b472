"""ECDSA: signatures on elliptic curves.

Standard:  FIPS 186-5, edition of 3 February 2023; SEC 1 version 2.0, edition of 21 May 2009.
Sections:  FIPS 186-5 6.4.1 (generation), 6.4.2 (verification); SEC 1 4.1.3, 4.1.4.
Pages:     https://csrc.nist.gov/pubs/fips/186-5/final
           https://www.secg.org/sec1-v2.pdf
Left out:  the choice of the per-message secret number k, which is an argument: `rfc6979` has the
           deterministic one, and a k from `generate_ec_key` is as good as any.

The digest may have any length: of a long one the leftmost bits count. That an interface takes
digests of one length only is a rule of the interface.

Intermediate values, numbers as long as n: ``e``, ``k_inverse``, ``R``, ``r``, ``s`` of a signature;
``e``, ``w`` (the inverse of s), ``u1``, ``u2``, ``R``, ``v`` of a verification. ``R`` is an
uncompressed point.
"""

from __future__ import annotations

import hashlib

from kmsproof_reference.ec_keys import (
    EcPrivateKey,
    EcPublicKey,
    PrivateKeyValidation,
    PublicKeyValidation,
)
from kmsproof_reference.ecdsa_signature import SignatureEncoding
from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.point_encoding import encode_point


class Ecdsa:
    """ECDSA under one key (FIPS 186-5 §6.4). A private key signs too, a public one verifies."""

    signature_encoding_class: type[SignatureEncoding] = SignatureEncoding
    public_key_validation_class: type[PublicKeyValidation] = PublicKeyValidation
    private_key_validation_class: type[PrivateKeyValidation] = PrivateKeyValidation

    def __init__(
        self,
        key: EcPrivateKey | EcPublicKey,
        hash_name: str = "sha256",
        show: Show = nobody,
    ) -> None:
        """Take a key; raise `InvalidKey` when it is not valid.

        ``hash_name`` is a name that `hashlib` knows.
        """
        self.key, self.curve = key, key.curve
        self.hash_name = hash_name
        self.show = show
        self.signature_encoding = self.signature_encoding_class()
        self.public_key_validation = self.public_key_validation_class()
        self.private_key_validation = self.private_key_validation_class()
        self.check_key()

    # Operations on messages and digests.

    def sign(self, message: bytes, k: int) -> tuple[int, int]:
        """r and s of the message (FIPS 186-5 §6.4.1), with 1 <= k < n as per-message secret."""
        return self.sign_digest(self.hash(message), k)

    def verify(self, message: bytes, r: int, s: int) -> bool:
        """Whether (r, s) is a signature of the message (FIPS 186-5 §6.4.2)."""
        return self.verify_digest(self.hash(message), r, s)

    def sign_digest(self, digest: bytes, k: int) -> tuple[int, int]:
        """r and s of the digest (FIPS 186-5 §6.4.1 steps 2 to 11).

        Raises `InvalidArgument` for a public key, for a k outside 1 <= k < n, and for one that
        gives r = 0 or s = 0: the standard then takes another.
        """
        private = self.private_key()
        # 2. Derive the integer e. 3. and 4. k and its inverse.
        e = self.show_scalar("e", self.digest_to_integer(digest))
        self.check_nonce(k)
        k_inverse = self.show_scalar("k_inverse", pow(k, -1, self.curve.n))
        # 5. to 8. R = [k]G; r = x_R mod n.
        r = self.show_scalar("r", self.point_to_r(self.show_point(self.commitment(k))))
        # 9. s = k^-1 (e + r d) mod n.
        s = self.show_scalar("s", self.signature_equation(k_inverse, e, r, private.d))
        # 11. If r = 0 or s = 0, return to step 3.
        if r == 0 or s == 0:
            raise InvalidArgument("this k gives r = 0 or s = 0, take another (FIPS 186-5 §6.4.1)")
        return r, s

    def verify_digest(self, digest: bytes, r: int, s: int) -> bool:
        """Whether (r, s) is a signature of the digest (FIPS 186-5 §6.4.2)."""
        # 1. Verify that r and s are integers in [1, n - 1].
        if not self.check_range(r, s):
            return False
        # 3. Derive the integer e.
        e = self.show_scalar("e", self.digest_to_integer(digest))
        # 4. and 5. s^-1 and the two multipliers. 6. R = [u1]G + [u2]Q.
        u1, u2 = self.multipliers(e, r, s)
        self.show_scalar("u1", u1)
        self.show_scalar("u2", u2)
        point = self.show_point(self.recover_commitment(u1, u2))
        # 6. If R is the identity, reject. 8. and 9. v = x_R mod n; accept if v = r.
        if not self.check_commitment(point):
            return False
        return self.compare(self.show_scalar("v", self.point_to_r(point)), r)

    # The same with the signature in DER.

    def sign_der(self, message: bytes, k: int) -> bytes:
        """The signature of the message in DER (RFC 3279 §2.2.3)."""
        return self.signature_encoding.encode(*self.sign(message, k))

    def sign_digest_der(self, digest: bytes, k: int) -> bytes:
        """The signature of the digest in DER (RFC 3279 §2.2.3)."""
        return self.signature_encoding.encode(*self.sign_digest(digest, k))

    def verify_der(self, message: bytes, signature: bytes) -> bool:
        """Whether the DER signature is one of the message.

        Raises `InvalidSignatureEncoding` when it is not DER.
        """
        return self.verify(message, *self.signature_encoding.decode(signature))

    def verify_digest_der(self, digest: bytes, signature: bytes) -> bool:
        """Whether the DER signature is one of the digest.

        Raises `InvalidSignatureEncoding` when it is not DER.
        """
        return self.verify_digest(digest, *self.signature_encoding.decode(signature))

    # The steps.

    def hash(self, message: bytes) -> bytes:
        """H = Hash(M) (FIPS 186-5 §6.4.1 step 1, §6.4.2 step 2)."""
        return hashlib.new(self.hash_name, message).digest()

    def digest_to_integer(self, digest: bytes) -> int:
        """e: the leftmost len(n) bits of the digest (FIPS 186-5 §6.4.1 step 2). Not reduced."""
        surplus = 8 * len(digest) - self.curve.n.bit_length()
        return os2ip(digest) >> max(surplus, 0)

    def commitment(self, k: int) -> Point | None:
        """R = [k]G (FIPS 186-5 §6.4.1 step 5)."""
        return self.curve.multiply(k, self.curve.g)

    def point_to_r(self, point: Point | None) -> int:
        """r = x_R mod n (FIPS 186-5 §6.4.1 steps 6 to 8, §6.4.2 steps 7 and 8).

        Infinity has no x and gives 0 here; [k]G is never that point, and `check_commitment` asks.
        """
        return 0 if point is None else point.x % self.curve.n

    def signature_equation(self, k_inverse: int, e: int, r: int, d: int) -> int:
        """s = k^-1 (e + r d) mod n (FIPS 186-5 §6.4.1 step 9)."""
        return k_inverse * (e + r * d) % self.curve.n

    def multipliers(self, e: int, r: int, s: int) -> tuple[int, int]:
        """u1 = e s^-1 mod n and u2 = r s^-1 mod n (FIPS 186-5 §6.4.2 steps 4 and 5)."""
        n, w = self.curve.n, self.show_scalar("w", self.invert(s))
        return e * w % n, r * w % n

    def invert(self, s: int) -> int:
        """s^-1 mod n (FIPS 186-5 §6.4.2 step 4)."""
        return pow(s, -1, self.curve.n)

    def recover_commitment(self, u1: int, u2: int) -> Point | None:
        """R = [u1]G + [u2]Q (FIPS 186-5 §6.4.2 step 6)."""
        return self.curve.multiply_sum(u1, self.curve.g, u2, self.public_key().point)

    def check_commitment(self, point: Point | None) -> bool:
        """Whether R is not the identity (FIPS 186-5 §6.4.2 step 6)."""
        return point is not None

    def check_range(self, r: int, s: int) -> bool:
        """Whether 1 <= r < n and 1 <= s < n (FIPS 186-5 §6.4.2 step 1)."""
        return 1 <= r < self.curve.n and 1 <= s < self.curve.n

    def compare(self, v: int, r: int) -> bool:
        """Whether v = r (FIPS 186-5 §6.4.2 step 9)."""
        return v == r

    # Preconditions.

    def check_key(self) -> None:
        """Raise `InvalidKey` unless 1 <= d < n, or Q is a valid point (FIPS 186-5 §3.1, §3.3)."""
        if isinstance(self.key, EcPrivateKey):
            self.private_key_validation.validate(self.key)
        else:
            self.public_key_validation.validate_partially(self.key)

    def check_nonce(self, k: int) -> None:
        """Raise `InvalidArgument` unless 1 <= k < n (FIPS 186-5 §6.4.1 step 3)."""
        if not 1 <= k < self.curve.n:
            raise InvalidArgument("k is not in 1 <= k < n (FIPS 186-5 §6.4.1 step 3)")

    def private_key(self) -> EcPrivateKey:
        """The private key; raises `InvalidArgument` when only the public one is there."""
        if not isinstance(self.key, EcPrivateKey):
            raise InvalidArgument("a public key does not sign; take the private one")
        return self.key

    def public_key(self) -> EcPublicKey:
        """The public key, which a private one has with it."""
        return self.key.public if isinstance(self.key, EcPrivateKey) else self.key

    # What is shown.

    def show_scalar(self, name: str, value: int) -> int:
        """Show an integer modulo n and return it."""
        length = max(self.curve.order_length, (value.bit_length() + 7) // 8)
        self.show(name, i2osp(value, length))
        return value

    def show_point(self, point: Point | None) -> Point | None:
        """Show R as an uncompressed point and return it."""
        self.show("R", encode_point(self.curve, point))
        return point
