"""Ask a target without spelling out every field of a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from kmsproof.capability import Description
from kmsproof.messages import (
    Close,
    Decrypt,
    Describe,
    DestroyKey,
    Encrypt,
    ImportKey,
    Sign,
    Verify,
)
from kmsproof.outcome import (
    Decrypted,
    Done,
    Encrypted,
    KeyHandle,
    Ok,
    Outcome,
    Signed,
    Verified,
)
from kmsproof.target import Target
from kmsproof.vocabulary import (
    AES_KEY_LENGTHS,
    Algorithm,
    EciesDialect,
    HexBytes,
    KeyPart,
    KeySpec,
    KeyUsage,
    MessageType,
    PaddingMode,
)

V = TypeVar("V")

KEY_SPEC_OF_LENGTH = {length: key_spec for key_spec, length in AES_KEY_LENGTHS.items()}


def value_of(outcome: Outcome[V]) -> V:
    """Return what an outcome carries; anything but Ok fails the test."""
    assert isinstance(outcome, Ok), outcome
    return outcome.value


@dataclass(frozen=True)
class Mode:
    """An algorithm that encrypts, with the padding of an AES mode or the dialect of ECIES."""

    algorithm: Algorithm
    padding: PaddingMode | None = None
    dialect: EciesDialect | None = None

    @property
    def iv(self) -> bytes | None:
        """An IV of the usual length, where the mode takes one."""
        return {Algorithm.GCM: bytes(range(12)), Algorithm.CBC: bytes(range(16))}.get(
            self.algorithm
        )

    def __str__(self) -> str:
        return "-".join(filter(None, (self.algorithm, self.padding, self.dialect)))


GCM = Mode(Algorithm.GCM)
ECB = Mode(Algorithm.ECB, PaddingMode.NO_PADDING)
ECB_PKCS7 = Mode(Algorithm.ECB, PaddingMode.PKCS7_PADDING)
CBC = Mode(Algorithm.CBC, PaddingMode.NO_PADDING)
CBC_PKCS7 = Mode(Algorithm.CBC, PaddingMode.PKCS7_PADDING)
OAEP = Mode(Algorithm.RSAES_OAEP_SHA_256)
ECIES = {
    dialect: Mode(Algorithm.ECIES_DH_SHA_1_XOR_HMAC, dialect=dialect) for dialect in EciesDialect
}


def offered(description: Description, *modes: Mode) -> list[Mode]:
    """Those of the modes that a target declares."""
    return [
        mode
        for mode in modes
        if any(
            capability.algorithm is mode.algorithm
            and (mode.padding is None or mode.padding in capability.paddings)
            and (mode.dialect is None or mode.dialect in capability.dialects)
            for capability in description.algorithms
        )
    ]


@dataclass(frozen=True)
class Asker:
    """Makes requests to one target; everything in bytes."""

    target: Target

    def describe(self) -> Description:
        """The target's description."""
        return value_of(self.target.describe(Describe()))

    def import_secret(
        self,
        material: bytes,
        key_spec: KeySpec | None = None,
        usage: KeyUsage = KeyUsage.ENCRYPT_DECRYPT,
        part: KeyPart = KeyPart.SECRET,
    ) -> Outcome[KeyHandle]:
        """Import a secret key, by default with the key spec of its length."""
        key_spec = key_spec or KEY_SPEC_OF_LENGTH[len(material)]
        return self.import_part(part, material, key_spec, usage)

    def import_private(
        self, material: bytes, key_spec: KeySpec, usage: KeyUsage
    ) -> Outcome[KeyHandle]:
        """Import a private key, PKCS #8."""
        return self.import_part(KeyPart.PRIVATE, material, key_spec, usage)

    def import_public(
        self, material: bytes, key_spec: KeySpec, usage: KeyUsage
    ) -> Outcome[KeyHandle]:
        """Import a public key, SubjectPublicKeyInfo."""
        return self.import_part(KeyPart.PUBLIC, material, key_spec, usage)

    def import_part(
        self, part: KeyPart, material: bytes, key_spec: KeySpec, usage: KeyUsage
    ) -> Outcome[KeyHandle]:
        """Import a part of a key at the first level that the target declares."""
        return self.target.import_key(
            ImportKey(
                key_spec=key_spec,
                usage=usage,
                protection_level=self.describe().keys[0].protection_levels[0],
                part=part,
                material=HexBytes(material),
            )
        )

    def key(self, material: bytes) -> str:
        """The handle of a newly imported key."""
        return value_of(self.import_secret(material)).key

    def encrypt(
        self,
        key: str,
        mode: Mode,
        plaintext: bytes,
        iv: bytes | None = None,
        aad: bytes | None = None,
        tag_length: int | None = None,
        label: bytes | None = None,
    ) -> Outcome[Encrypted]:
        """Encrypt."""
        return self.target.encrypt(
            Encrypt(
                key=key,
                algorithm=mode.algorithm,
                padding=mode.padding,
                plaintext=HexBytes(plaintext),
                iv=_hex(iv),
                aad=_hex(aad),
                tag_length=tag_length,
                label=_hex(label),
                dialect=mode.dialect,
            )
        )

    def decrypt(
        self,
        key: str,
        mode: Mode,
        ciphertext: bytes,
        iv: bytes | None = None,
        aad: bytes | None = None,
        tag: bytes | None = None,
        tag_length: int | None = None,
        label: bytes | None = None,
    ) -> Outcome[Decrypted]:
        """Decrypt."""
        return self.target.decrypt(
            Decrypt(
                key=key,
                algorithm=mode.algorithm,
                padding=mode.padding,
                ciphertext=HexBytes(ciphertext),
                iv=_hex(iv),
                aad=_hex(aad),
                tag=_hex(tag),
                tag_length=tag_length,
                label=_hex(label),
                dialect=mode.dialect,
            )
        )

    def sign(
        self,
        key: str,
        algorithm: Algorithm,
        message: bytes,
        message_type: MessageType = MessageType.RAW,
    ) -> Outcome[Signed]:
        """Sign."""
        return self.target.sign(
            Sign(
                key=key,
                algorithm=algorithm,
                message=HexBytes(message),
                message_type=message_type,
            )
        )

    def verify(
        self,
        key: str,
        algorithm: Algorithm,
        message: bytes,
        signature: bytes,
        message_type: MessageType = MessageType.RAW,
    ) -> Outcome[Verified]:
        """Verify."""
        return self.target.verify(
            Verify(
                key=key,
                algorithm=algorithm,
                message=HexBytes(message),
                signature=HexBytes(signature),
                message_type=message_type,
            )
        )

    def destroy(self, key: str) -> Outcome[Done]:
        """Destroy a key."""
        return self.target.destroy_key(DestroyKey(key=key))

    def close(self) -> Outcome[Done]:
        """Close the target."""
        return self.target.close(Close())


def _hex(value: bytes | None) -> HexBytes | None:
    return None if value is None else HexBytes(value)
