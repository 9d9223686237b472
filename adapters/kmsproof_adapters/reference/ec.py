"""Elliptic curves of the reference as keys of a target: ECDSA and ECIES."""

from __future__ import annotations

from dataclasses import replace

from kmsproof.capability import AlgorithmCapability
from kmsproof.messages import ImportKey
from kmsproof.outcome import Ok, Outcome, Rejected
from kmsproof.vocabulary import (
    EC_CURVES,
    Algorithm,
    EciesDialect,
    Feature,
    KeyPart,
    KeySpec,
    Operation,
    ProtectionLevel,
)
from kmsproof_adapters.asymmetric import (
    CHECKED_KEYS,
    signature_capability,
)
from kmsproof_adapters.ec import EC_KEY_SPECS, LibraryEcKey, ecies_capability, wrong_curve
from kmsproof_adapters.local_target import HeldKey, NewKey
from kmsproof_adapters.reference.refusals import find_refusal
from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.ec_key_encoding import EcKeyEncoding
from kmsproof_reference.ec_keys import EcPrivateKey, EcPublicKey
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecies import EK_MK, MK_EK, Ecies
from kmsproof_reference.errors import Refusal
from kmsproof_reference.parts import Parts
from kmsproof_reference.point_encoding import PREFIXED_FORMS
from kmsproof_reference.random_choices import RandomChoices

DIALECTS = {
    EciesDialect.EK_MK: replace(EK_MK, accepted_forms=PREFIXED_FORMS),
    EciesDialect.MK_EK: replace(MK_EK, accepted_forms=PREFIXED_FORMS),
}
"""The two dialects, with R read in every form that its first byte tells."""

CURVES = {KeySpec.EC_P256: P256, KeySpec.EC_P256K: SECP256K1}

FEATURES = (Feature.COMPRESSED_POINT, Feature.HYBRID_POINT)


def capabilities(level: ProtectionLevel) -> tuple[AlgorithmCapability, ...]:
    """Declare what the standards allow; the reference has no limits of its own."""
    return (
        signature_capability(Algorithm.ECDSA_SHA_256, level, EC_KEY_SPECS, features=CHECKED_KEYS),
        ecies_capability(level, features=FEATURES),
    )


class EcKeys:
    """Loads and makes keys of the curves."""

    def __init__(self, parts: Parts, choices: RandomChoices) -> None:
        """Take the parts of the reference, and what chooses at random."""
        self._parts, self._choices = parts, choices
        self._encoding = parts(EcKeyEncoding)()

    def load(self, request: ImportKey) -> Outcome[HeldKey]:
        """Load a key on one of the curves, and validate it."""
        try:
            key = self._decode(request)
            matches = key.curve.name == EC_CURVES[request.key_spec]
            return wrong_curve(request.key_spec, matches) or Ok(
                ReferenceEcKey(request, key, self._parts, self._choices)
            )
        except Refusal as error:
            refusal = find_refusal(error)
            if refusal is None:
                raise
            return refusal

    def _decode(self, request: ImportKey) -> EcPrivateKey | EcPublicKey:
        if request.part is KeyPart.PRIVATE:
            return self._encoding.decode_private_key(request.material)
        return self._encoding.decode_public_key(request.material)

    def make(self, key_spec: KeySpec) -> NewKey:
        """Make a key pair with the reference's generator."""
        key = self._choices.ec_key(CURVES[key_spec])
        private = self._encoding.encode_private_key(key)
        return NewKey(private, self._encoding.encode_public_key(key.public))


class ReferenceEcKey(LibraryEcKey):
    """A key of the reference on one of the curves."""

    caught = (Refusal,)
    takes_any_digest = True

    def __init__(
        self,
        request: ImportKey,
        key: EcPrivateKey | EcPublicKey,
        parts: Parts,
        choices: RandomChoices,
    ) -> None:
        super().__init__(request.usage, request.part)
        self._choices = choices
        self._encoding = parts(EcKeyEncoding)()
        self._public = key.public if isinstance(key, EcPrivateKey) else key
        self._ecdsa = parts(Ecdsa)(key)
        ecies = parts(Ecies)
        self._ecies = {name: ecies(key, dialect) for name, dialect in DIALECTS.items()}

    def refused(self, error: Exception, operation: Operation) -> Rejected | None:
        """Return the class that the reference's own exception stands for."""
        return find_refusal(error)

    def public_key_info(self) -> bytes:
        """The SubjectPublicKeyInfo of RFC 5480 §2, with the point uncompressed."""
        return self._encoding.encode_public_key(self._public)

    def sign_ecdsa(self, message: bytes, *, digested: bool) -> bytes:
        """ECDSA with a random k."""
        digest = message if digested else self._ecdsa.hash(message)
        k = self._choices.nonce(self._ecdsa.private_key(), digest)
        return self._ecdsa.sign_digest_der(digest, k)

    def verify_ecdsa(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """ECDSA; what is no DER is refused as such."""
        verify = self._ecdsa.verify_digest_der if digested else self._ecdsa.verify_der
        return verify(message, signature)

    def encrypt_ecies(self, plaintext: bytes, dialect: EciesDialect) -> bytes:
        """ECIES with a random ephemeral key."""
        k = self._choices.ephemeral_scalar(self._public.curve)
        return self._ecies[dialect].encrypt(plaintext, k)

    def decrypt_ecies(self, ciphertext: bytes, dialect: EciesDialect) -> bytes | Rejected:
        """ECIES."""
        return self._ecies[dialect].decrypt(ciphertext)
