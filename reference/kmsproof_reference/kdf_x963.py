"""The key derivation of ANSI X9.63: a long key from a shared secret.

Standard:  SEC 1 version 2.0, edition of 21 May 2009, which has it from ANSI X9.63.
Section:   3.6.1 (ANSI-X9.63-KDF). ISO/IEC 18033-2 calls the same KDF2, and KDF1 what starts at 0.
Page:      https://www.secg.org/sec1-v2.pdf
Left out:  nothing; NIST SP 800-135 Rev. 1 §5.1 restricts the hash function, this does not.

Intermediate values: ``Hash[1]`` ..., the Hash_i of step 4.1.
"""

from __future__ import annotations

import hashlib

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.octets import i2osp


class X963Kdf:
    """ANSI-X9.63-KDF with one hash function (SEC 1 §3.6.1)."""

    counter_length = 4
    """Bytes of the counter (SEC 1 §3.6.1 step 3)."""

    def __init__(
        self, hash_name: str = "sha1", first_counter: int = 1, show: Show = nobody
    ) -> None:
        """``first_counter`` is 1 in the standard; KDF1 of ISO/IEC 18033-2 starts at 0."""
        self.hash_name = hash_name
        self.first_counter = first_counter
        self.show = show

    def derive(self, z: bytes, length: int, shared_info: bytes = b"") -> bytes:
        """``length`` bytes from the secret Z and SharedInfo (SEC 1 §3.6.1).

        Raises `InvalidArgument` when the length is negative or needs too many counters.
        """
        # 2. Check that keydatalen < hashlen · (2^32 - 1).
        self.check_length(length)
        # 3. and 4. For i = 1 to ⌈keydatalen / hashlen⌉, Hash_i = Hash(Z ‖ Counter ‖ SharedInfo).
        pieces: list[bytes] = []
        for i in range(-(-length // self.hash_length)):
            pieces.append(self.hash(self.block_input(z, i, shared_info)))
            self.show("Hash[%d]", pieces[-1], i + 1)
        # 5. K is the leftmost keydatalen bytes.
        return b"".join(pieces)[:length]

    # The steps.

    def block_input(self, z: bytes, i: int, shared_info: bytes) -> bytes:
        """Z ‖ Counter ‖ SharedInfo of the i-th piece, i from 0 (SEC 1 §3.6.1 step 4.1)."""
        return z + self.counter(i) + shared_info

    def counter(self, i: int) -> bytes:
        """The counter of the i-th piece, i from 0: 4 bytes (SEC 1 §3.6.1 steps 3 and 4.2)."""
        return i2osp(self.first_counter + i, self.counter_length)

    def hash(self, octets: bytes) -> bytes:
        """The hash function (SEC 1 §3.6.1 step 4.1)."""
        return hashlib.new(self.hash_name, octets).digest()

    @property
    def hash_length(self) -> int:
        """Bytes of a hash value: hashlen."""
        return hashlib.new(self.hash_name).digest_size

    def check_length(self, length: int) -> None:
        """Raise `InvalidArgument` for a length that is not supported (SEC 1 §3.6.1 step 2)."""
        if not 0 <= length < self.hash_length * (2**32 - 1):
            raise InvalidArgument(
                f"the KDF gives 0 to hashlen · (2^32 - 1) - 1 bytes, not {length} "
                "(SEC 1 §3.6.1 step 2)"
            )
