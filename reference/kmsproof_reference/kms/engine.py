"""The cryptographic engine of the service: what it must offer, so that it can be exchanged.

An engine knows nothing of states, usages and limits: the service has asked the tables before it
calls. Therefore an engine may take for granted that algorithm, key spec, padding, IV length,
plaintext length and digest length go together, and refuses only what a stranger can have made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.vocabulary import Algorithm, EciesDialect, KeySpec, PaddingMode


@dataclass(frozen=True)
class KeyMaterial:
    """What a key is made of."""

    secret: bytes = field(repr=False)
    """AES: the 16, 24 or 32 bytes of the key. RSA and EC: the private key, PKCS #8 DER."""
    public_key: bytes = b""
    """RSA and EC: SubjectPublicKeyInfo DER. AES: nothing."""


class EngineKey(Protocol):
    """A key that an engine has loaded, ready for many calls, from several threads at once."""

    def encrypt(
        self,
        algorithm: Algorithm,
        plaintext: bytes,
        *,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
    ) -> bytes:
        """Return the ciphertext; for GCM the tag of 16 bytes follows it."""
        ...

    def decrypt(
        self,
        algorithm: Algorithm,
        ciphertext: bytes,
        *,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
    ) -> bytes:
        """Return the plaintext.

        Raises `kmsproof_reference.errors.InvalidCiphertext` whatever is wrong with a ciphertext of
        any length, its tag or its padding.
        """
        ...

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """Return the signature of a SHA-256 digest: RSA of modulus length, ECDSA in DER."""
        ...

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> bool:
        """Return whether the signature is one of the SHA-256 digest; false if it is malformed."""
        ...


class Engine(Protocol):
    """Makes and loads keys."""

    @property
    def dialect(self) -> EciesDialect:
        """The byte layout of ECIES that its keys speak."""
        ...

    def generate(self, key_spec: KeySpec) -> KeyMaterial:
        """Make a key."""
        ...

    def load(self, key_spec: KeySpec, secret: bytes) -> EngineKey:
        """Make a key ready for use, from what `generate` gave as its secret."""
        ...


class RefusingKey:
    """A key that can do nothing: the keys of an engine override what their algorithms can."""

    def encrypt(
        self,
        algorithm: Algorithm,
        plaintext: bytes,
        *,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
    ) -> bytes:
        """Refuse."""
        raise InvalidArgument(f"this key does not encrypt with {algorithm}")

    def decrypt(
        self,
        algorithm: Algorithm,
        ciphertext: bytes,
        *,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
    ) -> bytes:
        """Refuse."""
        raise InvalidArgument(f"this key does not decrypt with {algorithm}")

    def sign(self, algorithm: Algorithm, digest: bytes) -> bytes:
        """Refuse."""
        raise InvalidArgument(f"this key does not sign with {algorithm}")

    def verify(self, algorithm: Algorithm, digest: bytes, signature: bytes) -> bool:
        """Refuse."""
        raise InvalidArgument(f"this key does not verify with {algorithm}")
