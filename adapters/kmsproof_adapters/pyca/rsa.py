"""RSA of the package ``cryptography`` as keys of a target: OAEP and the two kinds of signature."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)

from kmsproof.capability import AlgorithmCapability
from kmsproof.messages import ImportKey
from kmsproof.outcome import Ok, Outcome, Rejected
from kmsproof.vocabulary import (
    RSA_MODULUS_BITS,
    Algorithm,
    Feature,
    KeySpec,
    Operation,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.asymmetric import signature_capability
from kmsproof_adapters.local_target import HeldKey, NewKey
from kmsproof_adapters.pyca.keys import (
    DIGEST_REFUSALS,
    HASHES,
    SHA_256,
    encoded,
    load_material,
    new_key,
)
from kmsproof_adapters.refusals import OTHER_KEY_TYPE, LibraryRefusals
from kmsproof_adapters.rsa import (
    NO_LABEL,
    PUBLIC_EXPONENTS,
    SALT_LENGTH,
    WORD_EXPONENTS,
    LibraryRsaKey,
    oaep_capabilities,
    wrong_modulus_length,
)

USUAL_EXPONENT = 65_537

MASK = MGF1(SHA_256)
OAEP_WITHOUT_LABEL = OAEP(MASK, SHA_256, None)
PSS_PADDING = PSS(MASK, SALT_LENGTH)
PKCS1_PADDING = PKCS1v15()

IMPORTS = (Feature.KEY_PAIR_VALIDATION, Feature.STRICT_KEY_ENCODING)

SIGNATURE_FEATURES = (
    ((KeySpec.RSA_2048, KeySpec.RSA_3072), (*PUBLIC_EXPONENTS, *IMPORTS)),
    ((KeySpec.RSA_4096,), (*WORD_EXPONENTS, *IMPORTS)),
)
"""Beyond 3072 bits OpenSSL takes no public exponent of more than 64 bits."""

REFUSALS = {
    Operation.ENCRYPT: LibraryRefusals(
        # The message is longer than the modulus allows, or OpenSSL does not work with the key.
        {"Encryption failed": (RejectionClass.INVALID_ARGUMENT, "encryption")}
    ),
    Operation.DECRYPT: LibraryRefusals(
        {
            "Decryption failed": (RejectionClass.INVALID_CIPHERTEXT, "decryption"),
            "Ciphertext length must be": (RejectionClass.INVALID_CIPHERTEXT, "ciphertext length"),
        }
    ),
    Operation.SIGN: LibraryRefusals(DIGEST_REFUSALS),
    Operation.VERIFY: LibraryRefusals(DIGEST_REFUSALS),
}


def capabilities(level: ProtectionLevel) -> tuple[AlgorithmCapability, ...]:
    """Declare what the library documents."""
    return (
        *oaep_capabilities(level),
        *(
            signature_capability(algorithm, level, key_specs, features=features)
            for algorithm in (Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256)
            for key_specs, features in SIGNATURE_FEATURES
        ),
    )


def load_key(request: ImportKey) -> Outcome[HeldKey]:
    """Load an RSA key; the library checks a private one as a whole, which takes its time."""
    key = load_material(request)
    if isinstance(key, Rejected):
        return key
    if not isinstance(key, RSAPrivateKey | RSAPublicKey):
        return OTHER_KEY_TYPE
    return wrong_modulus_length(request.key_spec, key.key_size) or Ok(PycaRsaKey(request, key))


def make_key(key_spec: KeySpec) -> NewKey:
    """``rsa.generate_private_key``."""
    return new_key(generate_private_key(USUAL_EXPONENT, RSA_MODULUS_BITS[key_spec]))


class PycaRsaKey(LibraryRsaKey):
    """An RSA key of ``cryptography``; the objects that say how are kept between calls."""

    caught = (ValueError,)

    def __init__(self, request: ImportKey, key: RSAPrivateKey | RSAPublicKey) -> None:
        super().__init__(request.usage, request.part)
        if isinstance(key, RSAPrivateKey):
            # Without it there is no call in the tables that would look for it.
            self._private = key
            self._public = key.public_key()
        else:
            self._public = key

    def refused(self, error: Exception, operation: Operation) -> Rejected | None:
        """Return the refusal that the library's exception stands for."""
        return REFUSALS[operation].find(error)

    def public_key_info(self) -> bytes:
        """``public_bytes``."""
        return encoded(self._public)

    def encrypt_oaep(self, plaintext: bytes, label: bytes) -> bytes:
        """``OAEP``."""
        return self._public.encrypt(plaintext, _oaep(label))

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """``OAEP``."""
        return self._private.decrypt(ciphertext, _oaep(label))

    def sign_pss(self, message: bytes, *, digested: bool) -> bytes:
        """``PSS``."""
        return self._private.sign(message, PSS_PADDING, HASHES[digested])

    def verify_pss(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """``PSS`` with the length of the salt."""
        return self._verify(message, signature, PSS_PADDING, digested)

    def sign_pkcs1(self, message: bytes, *, digested: bool) -> bytes:
        """``PKCS1v15``."""
        return self._private.sign(message, PKCS1_PADDING, HASHES[digested])

    def verify_pkcs1(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """``PKCS1v15``."""
        return self._verify(message, signature, PKCS1_PADDING, digested)

    def _verify(
        self, message: bytes, signature: bytes, padding: PSS | PKCS1v15, digested: bool
    ) -> bool:
        try:
            self._public.verify(signature, message, padding, HASHES[digested])
        except InvalidSignature:
            return False
        return True


def _oaep(label: bytes) -> OAEP:
    return OAEP_WITHOUT_LABEL if label == NO_LABEL else OAEP(MASK, SHA_256, label)
