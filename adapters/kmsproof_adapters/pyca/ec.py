"""Elliptic curves of the package ``cryptography`` as keys of a target: ECDSA and ECIES.

The library has no ECIES. It is put together of ``ECDH``, ``X963KDF`` and ``HMAC``.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256K1,
    SECP256R1,
    EllipticCurve,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kmsproof.capability import AlgorithmCapability
from kmsproof.messages import ImportKey
from kmsproof.outcome import Ok, Outcome, Rejected
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    Feature,
    KeySpec,
    Operation,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.asymmetric import (
    CHECKED_KEYS,
    signature_capability,
)
from kmsproof_adapters.ec import EC_KEY_SPECS, LibraryEcKey, ecies_capability, wrong_curve
from kmsproof_adapters.ecies import ComposedEcies
from kmsproof_adapters.local_target import HeldKey, NewKey
from kmsproof_adapters.pyca.keys import (
    DIGEST_REFUSALS,
    HASHES,
    encoded,
    load_material,
    new_key,
)
from kmsproof_adapters.refusals import OTHER_KEY_TYPE, LibraryRefusals

CURVES: dict[KeySpec, EllipticCurve] = {
    KeySpec.EC_P256: SECP256R1(),
    KeySpec.EC_P256K: SECP256K1(),
}

DIFFIE_HELLMAN = ECDH()
SHA_1 = SHA1()
SCHEMES = {digested: ECDSA(algorithm) for digested, algorithm in HASHES.items()}
"""ECDSA by whether the message is a digest already."""

_CIPHERTEXT = RejectionClass.INVALID_CIPHERTEXT

REFUSALS = LibraryRefusals(DIGEST_REFUSALS)

POINT_REFUSALS = LibraryRefusals(
    {
        "Invalid EC key": (_CIPHERTEXT, "point"),
        "Unsupported elliptic curve point type": (_CIPHERTEXT, "point form"),
    }
)
"""What the library says of an ephemeral point; none of it goes to the caller."""


def capabilities(level: ProtectionLevel) -> tuple[AlgorithmCapability, ...]:
    """Declare what the library documents; it reads compressed points, and no hybrid ones."""
    return (
        signature_capability(Algorithm.ECDSA_SHA_256, level, EC_KEY_SPECS, features=CHECKED_KEYS),
        ecies_capability(level, features=(Feature.COMPRESSED_POINT,)),
    )


def load_key(request: ImportKey) -> Outcome[HeldKey]:
    """Load a key on one of the curves."""
    key = load_material(request)
    if isinstance(key, Rejected):
        return key
    if not isinstance(key, EllipticCurvePrivateKey | EllipticCurvePublicKey):
        return OTHER_KEY_TYPE
    matches = key.curve.name == CURVES[request.key_spec].name
    return wrong_curve(request.key_spec, matches) or Ok(PycaEcKey(request, key))


def make_key(key_spec: KeySpec) -> NewKey:
    """``ec.generate_private_key``."""
    return new_key(generate_private_key(CURVES[key_spec]))


class PycaEcKey(LibraryEcKey):
    """A key of ``cryptography`` on one of the curves."""

    caught = (ValueError,)

    def __init__(
        self, request: ImportKey, key: EllipticCurvePrivateKey | EllipticCurvePublicKey
    ) -> None:
        super().__init__(request.usage, request.part)
        if isinstance(key, EllipticCurvePrivateKey):
            # Without it there is no call in the tables that would look for it.
            self._private = key
            self._public = key.public_key()
        else:
            self._public = key
        self._ecies = PycaEcies(CURVES[request.key_spec], key)

    def refused(self, error: Exception, operation: Operation) -> Rejected | None:
        """Return the refusal that the library's exception stands for."""
        return REFUSALS.find(error)

    def public_key_info(self) -> bytes:
        """``public_bytes``."""
        return encoded(self._public)

    def sign_ecdsa(self, message: bytes, *, digested: bool) -> bytes:
        """``ECDSA``, with a k of the library's own."""
        return self._private.sign(message, SCHEMES[digested])

    def verify_ecdsa(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """``ECDSA``; the library does not tell a wrong signature from one it cannot read."""
        try:
            self._public.verify(signature, message, SCHEMES[digested])
        except InvalidSignature:
            return False
        return True

    def encrypt_ecies(self, plaintext: bytes, dialect: EciesDialect) -> bytes:
        """ECIES of the library's parts."""
        return self._ecies.encrypt(plaintext, dialect)

    def decrypt_ecies(self, ciphertext: bytes, dialect: EciesDialect) -> bytes | Rejected:
        """ECIES of the library's parts."""
        return self._ecies.decrypt(ciphertext, dialect)


class PycaEcies(ComposedEcies):
    """The parts of ECIES that ``cryptography`` has."""

    def __init__(
        self, curve: EllipticCurve, key: EllipticCurvePrivateKey | EllipticCurvePublicKey
    ) -> None:
        self._curve = curve
        if isinstance(key, EllipticCurvePrivateKey):
            self._private = key
            self._public = key.public_key()
        else:
            self._public = key

    def ephemeral(self) -> tuple[bytes, bytes]:
        """``generate_private_key`` and ``ECDH``."""
        key = generate_private_key(self._curve)
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return point, key.exchange(DIFFIE_HELLMAN, self._public)

    def shared_secret(self, point: bytes) -> bytes | None:
        """``from_encoded_point`` and ``ECDH``."""
        try:
            sender = EllipticCurvePublicKey.from_encoded_point(self._curve, point)
        except ValueError as error:
            if POINT_REFUSALS.find(error) is None:
                raise
            return None
        return self._private.exchange(DIFFIE_HELLMAN, sender)

    def derive(self, secret: bytes, length: int) -> bytes:
        """``X963KDF``."""
        return X963KDF(SHA_1, length, None).derive(secret)

    def mac(self, key: bytes, data: bytes) -> bytes:
        """``HMAC``."""
        code = HMAC(key, SHA_1)
        code.update(data)
        return code.finalize()
