"""MGF1: the mask generation function of RSAES-OAEP and RSASSA-PSS.

Standard:  RFC 8017 (PKCS #1 v2.2), edition of November 2016.
Sections:  B.2.1.
Page:      https://www.rfc-editor.org/rfc/rfc8017#appendix-B.2.1
Left out:  nothing.
"""

from __future__ import annotations

import hashlib

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.octets import i2osp


class Mgf1:
    """MGF1 with a hash function by its name in hashlib (RFC 8017 B.2.1)."""

    def __init__(self, hash_name: str = "sha256") -> None:
        self.hash_name = hash_name
        self.hash_length = hashlib.new(hash_name).digest_size

    def mask(self, seed: bytes, length: int) -> bytes:
        """The mask of ``length`` bytes (RFC 8017 B.2.1).

        Raises `InvalidArgument` for more than 2^32 blocks of the hash function.
        """
        # 1. If maskLen > 2^32 hLen, output "mask too long" and stop.
        if length > self.hash_length << 32:
            raise InvalidArgument("mask too long (RFC 8017 B.2.1)")
        # 2. Let T be the empty octet string.
        # 3. For counter from 0 to ceil(maskLen / hLen) - 1: T = T ‖ Hash(mgfSeed ‖ C).
        count = -(-length // self.hash_length)
        t = b"".join(self.block(seed, counter) for counter in range(count))
        # 4. Output the leading maskLen octets of T.
        return t[:length]

    def block(self, seed: bytes, counter: int) -> bytes:
        """Hash(mgfSeed ‖ C) (RFC 8017 B.2.1 step 3.b)."""
        return hashlib.new(self.hash_name, seed + self.counter_octets(counter)).digest()

    def counter_octets(self, counter: int) -> bytes:
        """C = I2OSP(counter, 4) (RFC 8017 B.2.1 step 3.a)."""
        return i2osp(counter, 4)
