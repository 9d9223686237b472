"""RSA of the reference as keys of a target: OAEP and the two kinds of signature."""

from __future__ import annotations

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
)
from kmsproof_adapters.asymmetric import signature_capability
from kmsproof_adapters.local_target import HeldKey, NewKey
from kmsproof_adapters.reference.refusals import find_refusal
from kmsproof_adapters.rsa import (
    PUBLIC_EXPONENTS,
    RSA_KEY_SPECS,
    SALT_LENGTH,
    LibraryRsaKey,
    oaep_capabilities,
)
from kmsproof_reference.errors import Refusal
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.parts import Parts
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_reference.random_choices import RandomChoices
from kmsproof_reference.rsa import RsaPrivateKey, RsaPublicKey
from kmsproof_reference.rsa_key_encoding import RsaKeyEncoding
from kmsproof_reference.rsa_keys import RsaKeyValidation

KEYS = (
    Feature.MULTI_PRIME_KEY,
    *PUBLIC_EXPONENTS,
    Feature.KEY_PAIR_VALIDATION,
    Feature.STRICT_KEY_ENCODING,
)


def capabilities(level: ProtectionLevel) -> tuple[AlgorithmCapability, ...]:
    """Declare what the standards allow; the reference has no limits of its own."""
    return (
        *oaep_capabilities(level, features=(Feature.OAEP_LABEL, Feature.MULTI_PRIME_KEY)),
        signature_capability(Algorithm.RSA_PSS_SHA_256, level, RSA_KEY_SPECS, features=KEYS),
        signature_capability(Algorithm.RSA_PKCS1_SHA_256, level, RSA_KEY_SPECS, features=KEYS),
    )


class RsaKeys:
    """Loads and makes RSA keys."""

    def __init__(self, parts: Parts, choices: RandomChoices) -> None:
        """Take the parts of the reference, and what chooses at random."""
        self._parts, self._choices = parts, choices
        self._encoding, self._validation = parts(RsaKeyEncoding)(), parts(RsaKeyValidation)()

    def load(self, request: ImportKey) -> Outcome[HeldKey]:
        """Load an RSA key, and validate it."""
        try:
            key = self._checked_key(request)
        except Refusal as error:
            refusal = find_refusal(error)
            if refusal is None:
                raise
            return refusal
        return Ok(ReferenceRsaKey(request, key, self._parts, self._choices))

    def make(self, key_spec: KeySpec) -> NewKey:
        """Make an RSA key with the reference's generator."""
        key = self._choices.rsa_key(RSA_MODULUS_BITS[key_spec])
        return NewKey(
            self._encoding.encode_private_key(key), self._encoding.encode_public_key(key.public)
        )

    def _checked_key(self, request: ImportKey) -> RsaPrivateKey | RsaPublicKey:
        bits = RSA_MODULUS_BITS[request.key_spec]
        if request.part is KeyPart.PRIVATE:
            private = self._encoding.decode_private_key(request.material)
            self._validation.check_private_key(private, bits)
            return private
        public = self._encoding.decode_public_key(request.material)
        self._validation.check_public_key(public, bits)
        return public


class ReferenceRsaKey(LibraryRsaKey):
    """An RSA key of the reference, with an object for each scheme."""

    caught = (Refusal,)

    def __init__(
        self,
        request: ImportKey,
        key: RsaPrivateKey | RsaPublicKey,
        parts: Parts,
        choices: RandomChoices,
    ) -> None:
        super().__init__(request.usage, request.part)
        self._choices, self._encoding = choices, parts(RsaKeyEncoding)()
        self._public = key.public if isinstance(key, RsaPrivateKey) else key
        self._oaep, self._pss = parts(Oaep)(key), parts(Pss)(key)
        self._pkcs1 = parts(Pkcs1Signature)(key)

    def refused(self, error: Exception, operation: Operation) -> Rejected | None:
        """Return the class that the reference's own exception stands for."""
        return find_refusal(error)

    def public_key_info(self) -> bytes:
        """The SubjectPublicKeyInfo of RFC 8017 appendix A.1."""
        return self._encoding.encode_public_key(self._public)

    def encrypt_oaep(self, plaintext: bytes, label: bytes) -> bytes:
        """RSAES-OAEP with a random seed."""
        seed = self._choices.oaep_seed(self._oaep.hash_length)
        return self._oaep.encrypt(plaintext, seed, label)

    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """RSAES-OAEP."""
        return self._oaep.decrypt(ciphertext, label)

    def sign_pss(self, message: bytes, *, digested: bool) -> bytes:
        """RSASSA-PSS with a random salt."""
        sign = self._pss.sign_digest if digested else self._pss.sign
        return sign(message, self._choices.pss_salt(SALT_LENGTH))

    def verify_pss(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """RSASSA-PSS."""
        verify = self._pss.verify_digest if digested else self._pss.verify
        return verify(message, signature)

    def sign_pkcs1(self, message: bytes, *, digested: bool) -> bytes:
        """RSASSA-PKCS1-v1_5."""
        sign = self._pkcs1.sign_digest if digested else self._pkcs1.sign
        return sign(message)

    def verify_pkcs1(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """RSASSA-PKCS1-v1_5."""
        verify = self._pkcs1.verify_digest if digested else self._pkcs1.verify
        return verify(message, signature)
