"""Elliptic curves of the package ``pycryptodome`` as keys of a target: ECDSA and ECIES.

The library has no ECIES, and no KDF of ANSI X9.63. They are put together of ``key_agreement``,
``SHA1`` and ``HMAC``.
"""

from __future__ import annotations

from Crypto.Hash import HMAC, SHA1
from Crypto.Protocol.DH import key_agreement
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS

from kmsproof.capability import AlgorithmCapability
from kmsproof.messages import ImportKey
from kmsproof.outcome import Ok, Outcome, Rejected
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    Feature,
    KeyPart,
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
from kmsproof_adapters.pycryptodome.keys import IMPORT_EXCEPTIONS, IMPORT_REFUSALS, hashed
from kmsproof_adapters.refusals import OTHER_PART, LibraryRefusals

CURVES = {KeySpec.EC_P256: "NIST P-256", KeySpec.EC_P256K: "secp256k1"}
"""The canonical names of the curves in the library."""

NOT_VALID_TEXT = "The signature is not authentic"
"""How the library begins to say that a signature is wrong, or cannot be read."""

FIRST_COUNTER = 1
"""Where the counter of the KDF begins (SEC 1 §3.6.1 step 3)."""

INFINITY = "Invalid ECDH point"
"""What the library says of a shared point that is infinity, since one of the keys is."""

_CIPHERTEXT = RejectionClass.INVALID_CIPHERTEXT

REFUSALS = {
    Operation.ENCRYPT: LibraryRefusals({INFINITY: (RejectionClass.INVALID_ARGUMENT, "infinity")}),
}

POINT_REFUSALS = LibraryRefusals(
    {
        "The EC point does not belong to the curve": (_CIPHERTEXT, "point"),
        "Cannot compute square root": (_CIPHERTEXT, "point"),
        "ECC key format is not supported": (_CIPHERTEXT, "point form"),
        INFINITY: (_CIPHERTEXT, "infinity"),
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
    try:
        key = ECC.import_key(request.material)
    except IMPORT_EXCEPTIONS as error:
        refusal = IMPORT_REFUSALS.find(error)
        if refusal is None:
            raise
        return refusal
    if key.has_private() is not (request.part is KeyPart.PRIVATE):
        return OTHER_PART
    matches = key.curve == CURVES[request.key_spec]
    return wrong_curve(request.key_spec, matches) or Ok(PycryptodomeEcKey(request, key))


def make_key(key_spec: KeySpec) -> NewKey:
    """``ECC.generate``."""
    key = ECC.generate(curve=CURVES[key_spec])
    private = key.export_key(format="DER", use_pkcs8=True)
    return NewKey(_octets(private), _encoded(key))


def _encoded(key: ECC.EccKey) -> bytes:
    """Return the SubjectPublicKeyInfo of a key."""
    return _octets(key.public_key().export_key(format="DER"))


def _octets(exported: bytes | str) -> bytes:
    """Return what the library has exported as DER; of other forms it returns text."""
    assert isinstance(exported, bytes)
    return exported


class PycryptodomeEcKey(LibraryEcKey):
    """A key of ``pycryptodome`` on one of the curves."""

    caught = (ValueError,)
    takes_any_digest = True

    def __init__(self, request: ImportKey, key: ECC.EccKey) -> None:
        super().__init__(request.usage, request.part)
        self._key = key
        # Of its two modes with a random k, this one is for both curves.
        self._dss = DSS.new(key, "sec1", "der")
        self._ecies = PycryptodomeEcies(key)

    def refused(self, error: Exception, operation: Operation) -> Rejected | None:
        """Return the refusal that the library's exception stands for."""
        refusals = REFUSALS.get(operation)
        return None if refusals is None else refusals.find(error)

    def public_key_info(self) -> bytes:
        """``export_key``."""
        return _encoded(self._key)

    def sign_ecdsa(self, message: bytes, *, digested: bool) -> bytes:
        """``DSS`` with a k of the library's own."""
        return self._dss.sign(hashed(message, digested))

    def verify_ecdsa(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """``DSS``."""
        try:
            self._dss.verify(hashed(message, digested), signature)
        except ValueError as error:
            if str(error).startswith(NOT_VALID_TEXT):
                return False
            raise
        return True

    def encrypt_ecies(self, plaintext: bytes, dialect: EciesDialect) -> bytes:
        """ECIES of the library's parts."""
        return self._ecies.encrypt(plaintext, dialect)

    def decrypt_ecies(self, ciphertext: bytes, dialect: EciesDialect) -> bytes | Rejected:
        """ECIES of the library's parts."""
        return self._ecies.decrypt(ciphertext, dialect)


class PycryptodomeEcies(ComposedEcies):
    """The parts of ECIES that ``pycryptodome`` has."""

    def __init__(self, key: ECC.EccKey) -> None:
        self._key = key
        self._public = key.public_key()

    def ephemeral(self) -> tuple[bytes, bytes]:
        """``ECC.generate`` and ``key_agreement``."""
        key = ECC.generate(curve=self._key.curve)
        point = key.public_key().export_key(format="SEC1")
        return point, key_agreement(kdf=bytes, eph_priv=key, static_pub=self._public)

    def shared_secret(self, point: bytes) -> bytes | None:
        """``ECC.import_key`` and ``key_agreement``."""
        try:
            sender = ECC.import_key(point, curve_name=self._key.curve)
            return key_agreement(kdf=bytes, static_priv=self._key, eph_pub=sender)
        except ValueError as error:
            if POINT_REFUSALS.find(error) is None:
                raise
            return None

    def derive(self, secret: bytes, length: int) -> bytes:
        """``SHA1`` of the secret and a counter, as often as it takes (SEC 1 §3.6.1)."""
        blocks = -(-length // SHA1.digest_size)
        counters = range(FIRST_COUNTER, FIRST_COUNTER + blocks)
        digests = [SHA1.new(secret + counter.to_bytes(4)).digest() for counter in counters]
        return b"".join(digests)[:length]

    def mac(self, key: bytes, data: bytes) -> bytes:
        """``HMAC``."""
        return HMAC.new(key, data, SHA1).digest()
