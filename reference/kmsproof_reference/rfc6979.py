"""The deterministic k of ECDSA: the same key and digest always give the same one.

Standard:  RFC 6979, edition of August 2013.
Sections:  2.3 (bits2int, int2octets, bits2octets), 3.2 (generation of k), 3.6 (additional data).
Page:      https://www.rfc-editor.org/rfc/rfc6979#section-3.2
Left out:  DSA; the letters of the steps are those of §3.2.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.octets import i2osp, os2ip


class DeterministicNonce:
    """k by HMAC_DRBG from the private key and the digest (RFC 6979 §3.2)."""

    def __init__(self, hash_name: str = "sha256") -> None:
        """``hash_name`` is that of HMAC; the RFC takes the hash function of the digest."""
        self.hash_name = hash_name

    def nonce(self, private: EcPrivateKey, digest: bytes) -> int:
        """The first k, 1 <= k < n (RFC 6979 §3.2). One that gives r = 0 or s = 0 needs the next."""
        return next(self.candidates(private, digest))

    def candidates(
        self, private: EcPrivateKey, digest: bytes, additional: bytes = b""
    ) -> Iterator[int]:
        """All k in their order (RFC 6979 §3.2 step h); ``additional`` is the k' of §3.6."""
        n = private.curve.n
        key, v = self.instantiate(self.seed_material(private, digest) + additional)
        while True:
            # h.2. Append V = HMAC_K(V) to T until T has qlen bits. h.1. T starts empty.
            t = b""
            while 8 * len(t) < n.bit_length():
                v = self.hmac(key, v)
                t += v
            # h.3. k = bits2int(T), good if in [1, q - 1].
            k = self.bits2int(t, n)
            if self.is_in_range(k, n):
                yield k
            # h.3. Otherwise, or if r was 0: K = HMAC_K(V ‖ 00), V = HMAC_K(V).
            key = self.hmac(key, v + b"\x00")
            v = self.hmac(key, v)

    def instantiate(self, seed_material: bytes) -> tuple[bytes, bytes]:
        """K and V (RFC 6979 §3.2 steps b to g)."""
        # b. and c. V = 01 01 ... 01, K = 00 00 ... 00.
        length = hmac.new(b"", digestmod=self.hash_name).digest_size
        key, v = b"\x00" * length, b"\x01" * length
        # d. to g. K = HMAC_K(V ‖ 00 or 01 ‖ int2octets(x) ‖ bits2octets(h1)), V = HMAC_K(V).
        for separator in (b"\x00", b"\x01"):
            key = self.hmac(key, v + separator + seed_material)
            v = self.hmac(key, v)
        return key, v

    def seed_material(self, private: EcPrivateKey, digest: bytes) -> bytes:
        """int2octets(x) ‖ bits2octets(h1) (RFC 6979 §3.2 step d)."""
        n, length = private.curve.n, private.curve.order_length
        return i2osp(private.d, length) + self.bits2octets(digest, n)

    def bits2int(self, octets: bytes, n: int) -> int:
        """The leftmost qlen bits as an integer (RFC 6979 §2.3.2)."""
        return os2ip(octets) >> max(8 * len(octets) - n.bit_length(), 0)

    def bits2octets(self, octets: bytes, n: int) -> bytes:
        """bits2int, reduced modulo q, as long as q (RFC 6979 §2.3.4)."""
        return i2osp(self.bits2int(octets, n) % n, (n.bit_length() + 7) // 8)

    def is_in_range(self, k: int, n: int) -> bool:
        """Whether 1 <= k < q (RFC 6979 §3.2 step h.3)."""
        return 1 <= k < n

    def hmac(self, key: bytes, message: bytes) -> bytes:
        """HMAC_K(message) (RFC 6979 §3.1.1)."""
        return hmac.digest(key, message, self.hash_name)
