"""The ciphertext blob of symmetric keys: key version, IV, ciphertext and tag in one.

The blob is opaque by contract. This layout is the one that was observed: the id of the key version,
36 characters of ASCII; the IV, 12 bytes; the ciphertext with its tag of 16 bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from kmsproof_reference.kms.errors import InvalidCiphertextBlob
from kmsproof_reference.kms.policy import GCM_TAG_LENGTH, IV_LENGTHS
from kmsproof_reference.vocabulary import Algorithm

VERSION_ID_LENGTH = 36
IV_LENGTH = IV_LENGTHS[Algorithm.GCM]


@dataclass(frozen=True)
class Blob:
    """A blob, taken apart."""

    version_id: str
    iv: bytes
    ciphertext: bytes
    """With the tag at its end."""

    def compose(self) -> bytes:
        """Return the blob in one."""
        return self.version_id.encode("ascii") + self.iv + self.ciphertext


def parse(octets: bytes) -> Blob:
    """Take a blob apart. Raises `InvalidCiphertextBlob`."""
    if len(octets) < VERSION_ID_LENGTH + IV_LENGTH + GCM_TAG_LENGTH:
        raise InvalidCiphertextBlob
    try:
        version_id = octets[:VERSION_ID_LENGTH].decode("ascii")
    except UnicodeDecodeError:
        raise InvalidCiphertextBlob from None
    iv_end = VERSION_ID_LENGTH + IV_LENGTH
    return Blob(version_id, octets[VERSION_ID_LENGTH:iv_end], octets[iv_end:])
