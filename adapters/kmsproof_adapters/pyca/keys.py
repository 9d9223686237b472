"""What all keys of the package ``cryptography`` share: reading material, and hash functions."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from kmsproof.messages import ImportKey
from kmsproof.outcome import Rejected
from kmsproof.vocabulary import KeyPart, RejectionClass
from kmsproof_adapters.local_target import NewKey
from kmsproof_adapters.refusals import LibraryRefusals

SHA_256 = SHA256()

HASHES: dict[bool, SHA256 | Prehashed] = {False: SHA_256, True: Prehashed(SHA_256)}
"""What the library is told of a message, by whether it is a digest already."""

_ARGUMENT = RejectionClass.INVALID_ARGUMENT

DIGEST_REFUSALS = {
    "The provided data must be the same length as the hash": (_ARGUMENT, "digest length")
}
"""What the library says of a digest that has not the length of its hash."""

IMPORT_REFUSALS = LibraryRefusals(
    {
        "Could not deserialize key data": (_ARGUMENT, "encoding"),
        "Invalid private key": (_ARGUMENT, "private key"),
        "Invalid key": (_ARGUMENT, "key"),
        "EC private key is not encoded properly": (_ARGUMENT, "private key length"),
        "Cannot load an EC public key where the point is at infinity": (_ARGUMENT, "infinity"),
        "ECDSA keys with explicit parameters": (_ARGUMENT, "curve"),
        "Curve ": (_ARGUMENT, "curve"),
        "Unknown key type": (_ARGUMENT, "key type"),
        "e must be": (_ARGUMENT, "public exponent"),
        "n must be": (_ARGUMENT, "modulus"),
        "Password was not given but private key is encrypted": (_ARGUMENT, "encrypted"),
    }
)


def new_key(key: RSAPrivateKey | EllipticCurvePrivateKey) -> NewKey:
    """Return a key that was just generated, in the forms in which keys are imported."""
    private_key = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return NewKey(private_key, encoded(key.public_key()))


def encoded(key: RSAPublicKey | EllipticCurvePublicKey) -> bytes:
    """Return the SubjectPublicKeyInfo of a public key."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def load_material(request: ImportKey) -> PrivateKeyTypes | PublicKeyTypes | Rejected:
    """Read a key with all the checks of the library, which look for the consistency of RSA keys."""
    try:
        if request.part is KeyPart.PRIVATE:
            return load_der_private_key(request.material, None)
        return load_der_public_key(request.material)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        refusal = IMPORT_REFUSALS.find(error)
        if refusal is None:
            raise
        return refusal
