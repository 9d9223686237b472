"""RSA for every adapter: what is declared in which words, and which call is for which algorithm."""

from __future__ import annotations

from abc import abstractmethod

from kmsproof.capability import AlgorithmCapability, LengthRange
from kmsproof.messages import Decrypt, Encrypt
from kmsproof.outcome import Decrypted, Encrypted, Ok, Outcome, Rejected
from kmsproof.vocabulary import (
    RSA_MODULUS_BITS,
    Algorithm,
    Feature,
    HexBytes,
    KeySpec,
    Operation,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.asymmetric import (
    SHA_256_LENGTH,
    Decryptions,
    Encryptions,
    LibraryKeyPair,
    Signings,
    Verifications,
    cipher_parameter,
)
from kmsproof_adapters.refusals import UNEXPECTED_DIALECT

RSA_KEY_SPECS = tuple(RSA_MODULUS_BITS)
"""All RSA key specs."""

SALT_LENGTH = SHA_256_LENGTH
"""Bytes of the salt of RSA_PSS_SHA_256: as many as the digest has."""

OAEP_OVERHEAD = 2 * SHA_256_LENGTH + 2
"""Bytes that OAEP with SHA-256 adds at least (RFC 8017 §7.1.1 step 1.b)."""

LABELS = (Feature.OAEP_LABEL,)

WORD_EXPONENTS = (Feature.SMALL_PUBLIC_EXPONENT, Feature.LARGE_PUBLIC_EXPONENT)
"""Public exponents other than the usual ones, up to 64 bits."""

PUBLIC_EXPONENTS = (*WORD_EXPONENTS, Feature.HUGE_PUBLIC_EXPONENT)
"""Public exponents of every length."""

NO_LABEL = b""
"""What an absent label means (RFC 8017 §7.1.1)."""


# What is declared.


def oaep_capabilities(
    level: ProtectionLevel,
    features: tuple[Feature, ...] = LABELS,
    key_specs: tuple[KeySpec, ...] = RSA_KEY_SPECS,
    operations: tuple[Operation, ...] = (Operation.ENCRYPT, Operation.DECRYPT),
) -> tuple[AlgorithmCapability, ...]:
    """Declare RSAES-OAEP, which takes plaintexts of another length for each modulus length."""
    return tuple(
        AlgorithmCapability(
            algorithm=Algorithm.RSAES_OAEP_SHA_256,
            key_specs=(key_spec,),
            protection_levels=(level,),
            operations=operations,
            plaintext_lengths=(LengthRange(0, RSA_MODULUS_BITS[key_spec] // 8 - OAEP_OVERHEAD),),
            features=features,
        )
        for key_spec in key_specs
    )


# What is asked.


def wrong_modulus_length(key_spec: KeySpec, bits: int) -> Rejected | None:
    """Compare the modulus with the key spec, of which a library knows nothing."""
    expected = RSA_MODULUS_BITS[key_spec]
    if bits == expected:
        return None
    return Rejected(
        RejectionClass.INVALID_ARGUMENT,
        "modulus-length",
        f"a modulus of {key_spec} has {expected} bits, this one has {bits}",
    )


class LibraryRsaKey(LibraryKeyPair):
    """An RSA key of a library that has the three schemes; a subclass makes the calls."""

    family = "an RSA key"

    @abstractmethod
    def encrypt_oaep(self, plaintext: bytes, label: bytes) -> bytes:
        """Encrypt with RSAES-OAEP."""

    @abstractmethod
    def decrypt_oaep(self, ciphertext: bytes, label: bytes) -> bytes:
        """Decrypt with RSAES-OAEP."""

    @abstractmethod
    def sign_pss(self, message: bytes, *, digested: bool) -> bytes:
        """Sign with RSASSA-PSS."""

    @abstractmethod
    def verify_pss(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """Verify RSASSA-PSS; a salt of other than 32 bytes is wrong."""

    @abstractmethod
    def sign_pkcs1(self, message: bytes, *, digested: bool) -> bytes:
        """Sign with RSASSA-PKCS1-v1_5."""

    @abstractmethod
    def verify_pkcs1(self, message: bytes, signature: bytes, *, digested: bool) -> bool:
        """Verify RSASSA-PKCS1-v1_5."""

    def encryptions(self) -> Encryptions:
        """RSAES-OAEP."""
        return {Algorithm.RSAES_OAEP_SHA_256: self._encrypt_oaep}

    def decryptions(self) -> Decryptions:
        """RSAES-OAEP."""
        return {Algorithm.RSAES_OAEP_SHA_256: self._decrypt_oaep}

    def signings(self) -> Signings:
        """RSASSA-PSS and RSASSA-PKCS1-v1_5."""
        return {
            Algorithm.RSA_PSS_SHA_256: self.sign_pss,
            Algorithm.RSA_PKCS1_SHA_256: self.sign_pkcs1,
        }

    def verifications(self) -> Verifications:
        """RSASSA-PSS and RSASSA-PKCS1-v1_5."""
        return {
            Algorithm.RSA_PSS_SHA_256: self.verify_pss,
            Algorithm.RSA_PKCS1_SHA_256: self.verify_pkcs1,
        }

    def _encrypt_oaep(self, request: Encrypt) -> Outcome[Encrypted]:
        if request.dialect is not None:
            return UNEXPECTED_DIALECT
        return cipher_parameter(request) or Ok(
            Encrypted(HexBytes(self.encrypt_oaep(request.plaintext, request.label or NO_LABEL)))
        )

    def _decrypt_oaep(self, request: Decrypt) -> Outcome[Decrypted]:
        if request.dialect is not None:
            return UNEXPECTED_DIALECT
        return cipher_parameter(request) or Ok(
            Decrypted(HexBytes(self.decrypt_oaep(request.ciphertext, request.label or NO_LABEL)))
        )
