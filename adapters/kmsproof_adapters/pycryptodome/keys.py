"""What all keys of the package ``pycryptodome`` share: refusals of imports, and digests."""

from __future__ import annotations

from Crypto.Hash import SHA256
from Crypto.Hash.SHA256 import SHA256Hash

from kmsproof.vocabulary import RejectionClass
from kmsproof_adapters.refusals import LibraryRefusals

_ARGUMENT = RejectionClass.INVALID_ARGUMENT

IMPORT_EXCEPTIONS = (ValueError, IndexError, TypeError)
"""What ``import_key`` is documented to raise for a key that cannot be read."""

IMPORT_REFUSALS = LibraryRefusals(
    {
        "RSA key format is not supported": (_ARGUMENT, "encoding"),
        "ECC key format is not supported": (_ARGUMENT, "encoding"),
        "Not an ECC DER key": (_ARGUMENT, "encoding"),
        "Not a valid PEM pre boundary": (_ARGUMENT, "encoding"),
        "No curve name was provided": (_ARGUMENT, "encoding"),
        "index out of range": (_ARGUMENT, "encoding"),
        "Unsupported ECC curve": (_ARGUMENT, "curve"),
        "Unsupported ECC OID": (_ARGUMENT, "key type"),
        "Unsupported ECC purpose": (_ARGUMENT, "key type"),
        "The private key is encrypted": (_ARGUMENT, "encrypted"),
    }
)


class KnownDigest(SHA256Hash):
    """A digest in the place of the hash object that made it, from which the library only reads.

    The library has no other way to be given a digest. What else it asks of a hash object, its
    length, its identifier and a fresh one of the same kind, is as in the base class.
    """

    def __init__(self, digest: bytes) -> None:
        super().__init__()
        self._digest = digest

    def digest(self) -> bytes:
        """Return the digest that was handed in."""
        return self._digest


def hashed(message: bytes, digested: bool) -> SHA256Hash:
    """Return what the library signs and verifies."""
    return KnownDigest(message) if digested else SHA256.new(message)
