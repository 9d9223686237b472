"""HMAC_DRBG with SHA-256: the deterministic source of everything random in the corpus.

Standard:  NIST SP 800-90A Revision 1, edition of June 2015.
Sections:  10.1.2.1 to 10.1.2.3 and 10.1.2.5 (HMAC_DRBG: state, update, instantiate, generate).
Page:      https://csrc.nist.gov/pubs/sp/800/90/a/r1/final
Left out:  reseeding (§10.1.2.4), additional input, prediction resistance and the entropy source.
           The seed is public and whoever knows it knows every output: that is the purpose.
           Never take a key that protects anything from here.
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import TypeVar

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.octets import os2ip

Item = TypeVar("Item")


class Drbg:
    """One instantiation of HMAC_DRBG with SHA-256 (SP 800-90A Rev. 1 §10.1.2)."""

    hash_name = "sha256"

    max_request_length = 2**16
    """Bytes in one request: 2^19 bits (SP 800-90A Rev. 1 §10.1, Table 2)."""

    def __init__(self, seed: bytes, personalisation: bytes = b"") -> None:
        """HMAC_DRBG_Instantiate_algorithm (SP 800-90A Rev. 1 §10.1.2.3).

        ``seed`` is entropy_input ‖ nonce, one byte or more; ``personalisation`` is the
        personalization_string and makes independent streams from one seed.
        Raises `InvalidArgument` for an empty seed.
        """
        if not seed:
            raise InvalidArgument("the seed of the DRBG has one byte or more")
        # 1. seed_material = entropy_input ‖ nonce ‖ personalization_string.
        seed_material = seed + personalisation
        # 2. and 3. Key = 00 00 ... 00, V = 01 01 ... 01, outlen bits each.
        out_length = hashlib.new(self.hash_name).digest_size
        self.key, self.v = b"\x00" * out_length, b"\x01" * out_length
        # 4. (Key, V) = HMAC_DRBG_Update(seed_material, Key, V).
        self.update(seed_material)

    def update(self, provided_data: bytes) -> None:
        """HMAC_DRBG_Update (SP 800-90A Rev. 1 §10.1.2.2)."""
        # 1. and 2. Key = HMAC(Key, V ‖ 0x00 ‖ provided_data), V = HMAC(Key, V).
        self.key = self.hmac(self.v + b"\x00" + provided_data)
        self.v = self.hmac(self.v)
        # 3. If provided_data = Null, return Key and V.
        if not provided_data:
            return
        # 4. and 5. The same with 0x01.
        self.key = self.hmac(self.v + b"\x01" + provided_data)
        self.v = self.hmac(self.v)

    def request(self, length: int) -> bytes:
        """HMAC_DRBG_Generate_algorithm (SP 800-90A Rev. 1 §10.1.2.5): 0 to 65,536 bytes.

        Raises `InvalidArgument` for any other number of bytes.
        """
        if not 0 <= length <= self.max_request_length:
            raise InvalidArgument(
                f"one request is for 0 to {self.max_request_length} bytes, not {length}; "
                "generate() makes several"
            )
        # 3. and 4. V = HMAC(Key, V), temp = temp ‖ V, until long enough.
        temp = b""
        while len(temp) < length:
            self.v = self.hmac(self.v)
            temp += self.v
        # 6. (Key, V) = HMAC_DRBG_Update(additional_input, Key, V), with none.
        self.update(b"")
        # 5. and 8. Return the leftmost bits of temp.
        return temp[:length]

    def hmac(self, message: bytes) -> bytes:
        """HMAC(Key, message) with the hash function of this instantiation (FIPS 198-1)."""
        return hmac.digest(self.key, message, self.hash_name)

    # What the generator of the corpus asks for.

    def generate(self, length: int) -> bytes:
        """The next ``length`` bytes, in one request per 65,536 bytes.

        Raises `InvalidArgument` for a negative number.
        """
        output = self.request(min(length, self.max_request_length))
        while len(output) < length:
            output += self.request(min(length - len(output), self.max_request_length))
        return output

    def integer(self, below: int) -> int:
        """An integer of 0 <= i < below without bias (SP 800-90A Rev. 1 A.5.1, discard method).

        Raises `InvalidArgument` unless below >= 1.
        """
        if below < 1:
            raise InvalidArgument(f"there is no integer of 0 <= i < {below}")
        bits = (below - 1).bit_length()
        length = (bits + 7) // 8
        while True:
            candidate = os2ip(self.generate(length)) >> (8 * length - bits)
            if candidate < below:
                return candidate

    def choice(self, items: Sequence[Item]) -> Item:
        """One of the items, each as likely. Raises `InvalidArgument` when there is none."""
        if not items:
            raise InvalidArgument("there is nothing to choose from")
        return items[self.integer(len(items))]
