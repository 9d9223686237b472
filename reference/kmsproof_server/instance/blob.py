"""The ciphertext of AdvanceEncrypt, which says itself with what it is to be decrypted.

The layout is the one that clients of the API take apart: the character ``$``; one octet with the
version of the layout and the padding, both 0; one octet for the algorithm, 2 for GCM; then the blob
of the shared API.
"""

from __future__ import annotations

from kmsproof_reference.kms.errors import InvalidCiphertextBlob
from kmsproof_server.shared.blob import Blob, parse

PREFIX = b"$\x00\x02"


def compose_advanced(blob: Blob) -> bytes:
    """Return a blob in one."""
    return PREFIX + blob.compose()


def parse_advanced(octets: bytes) -> Blob | None:
    """Take a blob apart, or return nothing for what is none."""
    try:
        return parse(octets[len(PREFIX) :]) if octets.startswith(PREFIX) else None
    except InvalidCiphertextBlob:
        return None
