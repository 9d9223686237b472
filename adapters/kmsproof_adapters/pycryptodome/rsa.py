"""RSA of the package ``pycryptodome`` as keys of a target: OAEP and the two kinds of signature."""

from __future__ import annotations

from Crypto.Cipher import PKCS1_OAEP
from Crypto.Hash import SHA256
from Crypto.PublicKey import RSA
from Crypto.Signature import pkcs1_15, pss

from kmsproof.capability import AlgorithmCapability
from kmsproof.messages import ImportKey
from kmsproof.outcome import Ok, Outcome, Rejected
from kmsproof.vocabulary import (
    RSA_MODULUS_BITS,
    Algorithm,
    Feature,
    KeyPart,
    KeySpec,
    Operation,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.asymmetric import signature_capability
from kmsproof_adapters.local_target import HeldKey, NewKey
from kmsproof_adapters.pycryptodome.keys import IMPORT_EXCEPTIONS, IMPORT_REFUSALS, hashed
from kmsproof_adapters.refusals import OTHER_PART, LibraryRefusals
from kmsproof_adapters.rsa import (
    NO_LABEL,
    PUBLIC_EXPONENTS,
    RSA_KEY_SPECS,
    SALT_LENGTH,
    LibraryRsaKey,
    oaep_capabilities,
    wrong_modulus_length,
)

_CIPHERTEXT = RejectionClass.INVALID_CIPHERTEXT

REFUSALS = {
    Operation.ENCRYPT: LibraryRefusals(
        {"Plaintext is too long": (RejectionClass.INVALID_ARGUMENT, "plaintext length")}
    ),
    Operation.DECRYPT: LibraryRefusals(
        {
            "Incorrect decryption": (_CIPHERTEXT, "decryption"),
            "Ciphertext with incorrect length": (_CIPHERTEXT, "ciphertext length"),
            "Ciphertext too large": (_CIPHERTEXT, "ciphertext range"),
        }
    ),
}

NOT_VALID_TEXTS = ("Incorrect signature", "Invalid signature", "Plaintext too large")
"""How the library begins to say that a signature is wrong; the last, that it is not below n."""


FEATURES = (*PUBLIC_EXPONENTS, Feature.STRICT_KEY_ENCODING)


def capabilities(level: ProtectionLevel) -> tuple[AlgorithmCapability, ...]:
    """Declare what the library documents, and what its source says of an absent NULL."""
    return (
        *oaep_capabilities(level),
        signature_capability(Algorithm.RSA_PSS_SHA_256, level, RSA_KEY_SPECS, features=FEATURES),
        signature_capability(
            Algorithm.RSA_PKCS1_SHA_256,
            level,
            RSA_KEY_SPECS,
            features=(Feature.DIGEST_INFO_WITHOUT_NULL, *FEATURES),
        ),
    )


def load_key(request: ImportKey) -> Outcome[HeldKey]:
    """Load an RSA key, which the library checks as a whole."""
    try:
        key = RSA.import_key(request.material)
    except IMPORT_EXCEPTIONS as error:
        refusal = IMPORT_REFUSALS.find(error)
        if refusal is None:
            raise
        return refusal
    if key.has_private() is not (request.part is KeyPart.PRIVATE):
        return OTHER_PART
    return wrong_modulus_length(request.key_spec, key.size_in_bits()) or Ok(
        PycryptodomeRsaKey(request, key)
    )


def make_key(key_spec: KeySpec) -> NewKey:
    """``RSA.generate``."""
    key = RSA.generate(RSA_MODULUS_BITS[key_spec])
    return NewKey(key.export_key("DER", pkcs=8), _encoded(key))


def _encoded(key: RSA.RsaKey) -> bytes:
    """Return the SubjectPublicKeyInfo of a key."""
    return key.public_key().export_key("DER")


class PycryptodomeRsaKey(LibraryRsaKey):
    """An RSA key of ``pycryptodome``, with an object for each scheme."""

    caught = (ValueError,)
    takes_any_digest = True

    def __init__(self, request: ImportKey, key: RSA.RsaKey) -> None:
        super().__init__(request.usage, request.part)
        self._key = key
        self._oaep = PKCS1_OAEP.new(key, SHA256)
        self._pss = pss.new(key, salt_bytes=SALT_LENGTH)
        self._pkcs1 = pkcs1_15.new(key)

    def refused(self, error: Exception, operation: Operation) -> Rejected | None:
        """Return the refusal that the library's exception stands for."""
        refusals = REFUSALS.get(operation)
        return None if refusals is None else refusals.find(error)

    def public_key_info(self) -> bytes:
        """``export_key``."""
        return _encoded(self._key)

    def encrypt_oaep(self, plaintext: bytes, label: bytes) -> bytes:
        """``PKCS1_OAEP``."""
        return self._cipher(label).encrypt(plaintext)

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """``PKCS1_OAEP``."""
        return self._cipher(label).decrypt(ciphertext)

    def _cipher(self, label: bytes) -> PKCS1_OAEP.PKCS1OAEP_Cipher:
        return self._oaep if label == NO_LABEL else PKCS1_OAEP.new(self._key, SHA256, label=label)

    def sign_pss(self, message: bytes, *, digested: bool) -> bytes:
        """``pss``."""
        return self._pss.sign(hashed(message, digested))

    def verify_pss(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """``pss``, which takes a salt of the given length alone."""
        try:
            self._pss.verify(hashed(message, digested), signature)
        except ValueError as error:
            return _not_valid(error)
        return True

    def sign_pkcs1(self, message: bytes, *, digested: bool) -> bytes:
        """``pkcs1_15``."""
        return self._pkcs1.sign(hashed(message, digested))

    def verify_pkcs1(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """``pkcs1_15``, which also takes a DigestInfo without NULL."""
        try:
            self._pkcs1.verify(hashed(message, digested), signature)
        except ValueError as error:
            return _not_valid(error)
        return True


def _not_valid(error: ValueError) -> bool:
    """Return that a signature is wrong; what the library does not say of one rises further."""
    if str(error).startswith(NOT_VALID_TEXTS):
        return False
    raise error
