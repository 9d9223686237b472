"""Elliptic curves for every adapter: what is declared, and which call is for which algorithm."""

from __future__ import annotations

from abc import abstractmethod

from kmsproof.capability import AlgorithmCapability
from kmsproof.messages import Decrypt, Encrypt
from kmsproof.outcome import Decrypted, Encrypted, Ok, Outcome, Rejected
from kmsproof.vocabulary import (
    EC_CURVES,
    Algorithm,
    EciesDialect,
    Feature,
    HexBytes,
    KeySpec,
    Operation,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.asymmetric import (
    Decryptions,
    Encryptions,
    LibraryKeyPair,
    Signings,
    Verifications,
    cipher_parameter,
)
from kmsproof_adapters.refusals import MISSING_DIALECT, UNEXPECTED_LABEL

EC_KEY_SPECS = tuple(EC_CURVES)
"""All EC key specs."""

BOTH_DIALECTS = tuple(EciesDialect)


# What is declared.


def ecies_capability(
    level: ProtectionLevel,
    features: tuple[Feature, ...] = (),
    dialects: tuple[EciesDialect, ...] = BOTH_DIALECTS,
    key_specs: tuple[KeySpec, ...] = EC_KEY_SPECS,
) -> AlgorithmCapability:
    """Declare ECIES for plaintexts of every length."""
    return AlgorithmCapability(
        algorithm=Algorithm.ECIES_DH_SHA_1_XOR_HMAC,
        key_specs=key_specs,
        protection_levels=(level,),
        operations=(Operation.ENCRYPT, Operation.DECRYPT),
        dialects=dialects,
        features=features,
    )


# What is asked.


def wrong_curve(key_spec: KeySpec, matches: bool) -> Rejected | None:
    """Refuse a key on another curve than the key spec's, whatever it is called."""
    if matches:
        return None
    return Rejected(
        RejectionClass.INVALID_ARGUMENT,
        "curve",
        f"a key of {key_spec} is on {EC_CURVES[key_spec]}, this one is not",
    )


class LibraryEcKey(LibraryKeyPair):
    """A key of a library on one of the curves; a subclass makes the calls."""

    family = "an EC key"

    @abstractmethod
    def sign_ecdsa(self, message: bytes, *, digested: bool) -> bytes:
        """Sign with ECDSA; the signature is DER."""

    @abstractmethod
    def verify_ecdsa(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """Verify ECDSA; the signature must be DER."""

    @abstractmethod
    def encrypt_ecies(self, plaintext: bytes, dialect: EciesDialect) -> bytes:
        """Encrypt with ECIES in a dialect."""

    @abstractmethod
    def decrypt_ecies(self, ciphertext: bytes, dialect: EciesDialect) -> bytes | Rejected:
        """Decrypt with ECIES in a dialect."""

    def encryptions(self) -> Encryptions:
        """ECIES."""
        return {Algorithm.ECIES_DH_SHA_1_XOR_HMAC: self._encrypt_ecies}

    def decryptions(self) -> Decryptions:
        """ECIES."""
        return {Algorithm.ECIES_DH_SHA_1_XOR_HMAC: self._decrypt_ecies}

    def signings(self) -> Signings:
        """ECDSA."""
        return {Algorithm.ECDSA_SHA_256: self.sign_ecdsa}

    def verifications(self) -> Verifications:
        """ECDSA."""
        return {Algorithm.ECDSA_SHA_256: self.verify_ecdsa}

    def _encrypt_ecies(self, request: Encrypt) -> Outcome[Encrypted]:
        dialect = request.dialect
        if dialect is None:
            return MISSING_DIALECT
        if request.label is not None:
            return UNEXPECTED_LABEL
        return cipher_parameter(request) or Ok(
            Encrypted(HexBytes(self.encrypt_ecies(request.plaintext, dialect)))
        )

    def _decrypt_ecies(self, request: Decrypt) -> Outcome[Decrypted]:
        dialect = request.dialect
        if dialect is None:
            return MISSING_DIALECT
        if request.label is not None:
            return UNEXPECTED_LABEL
        refusal = cipher_parameter(request)
        if refusal is not None:
            return refusal
        plaintext = self.decrypt_ecies(request.ciphertext, dialect)
        return plaintext if isinstance(plaintext, Rejected) else Ok(Decrypted(HexBytes(plaintext)))
