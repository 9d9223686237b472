"""What the service answers: descriptions of keys and versions, and results of operations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique

from kmsproof_reference.vocabulary import (
    Algorithm,
    KeySpec,
    KeyState,
    KeyUsage,
    PaddingMode,
    ProtectionLevel,
)


@unique
class Origin(StrEnum):
    """Where the material of a key comes from."""

    ALIYUN_KMS = "Aliyun_KMS"
    """The service makes it."""
    EXTERNAL = "EXTERNAL"
    """The caller imports it."""


@unique
class AutomaticRotation(StrEnum):
    """Whether a symmetric key gets a new version from time to time."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"
    SUSPENDED = "Suspended"
    """It would, but the key is not in the state Enabled."""


@unique
class WrappingAlgorithm(StrEnum):
    """How key material is encrypted for its import."""

    RSAES_PKCS1_V1_5 = "RSAES_PKCS1_V1_5"
    RSAES_OAEP_SHA_1 = "RSAES_OAEP_SHA_1"
    RSAES_OAEP_SHA_256 = "RSAES_OAEP_SHA_256"


@unique
class WrappingKeySpec(StrEnum):
    """The kind of key that key material is encrypted to for its import."""

    RSA_2048 = "RSA_2048"


@dataclass(frozen=True)
class KeyMetadata:
    """What can be known of a key. Times are in UTC."""

    key_id: str
    arn: str
    creator: str
    """The account."""
    key_spec: KeySpec
    usage: KeyUsage
    protection_level: ProtectionLevel
    origin: Origin
    state: KeyState
    description: str
    creation_date: datetime
    last_rotation_date: datetime
    """When the newest version was made."""
    automatic_rotation: AutomaticRotation
    rotation_interval: timedelta | None
    next_rotation_date: datetime | None
    """There only while automatic rotation is enabled or suspended."""
    delete_date: datetime | None
    """There only in the state PendingDeletion."""
    material_expire_time: datetime | None
    """When imported material is deleted; nothing means never."""
    primary_version_id: str | None
    """The version that encrypts; nothing for an asymmetric key, which has no primary version, and
    for one without material."""
    initial_version_id: str | None
    """The version that the key was made with; nothing while there is no material."""


@dataclass(frozen=True)
class KeyVersion:
    """A version of a key."""

    key_id: str
    version_id: str
    """A UUID of 36 characters."""
    creation_date: datetime


@dataclass(frozen=True)
class Encrypted:
    """Answer to an encryption."""

    key_id: str
    version_id: str
    algorithm: Algorithm
    padding: PaddingMode | None
    """ECB and CBC only."""
    iv: bytes | None
    """GCM (12 bytes) and CBC (16 bytes) only."""
    ciphertext: bytes
    """For GCM with the tag of 16 bytes at its end."""


@dataclass(frozen=True)
class Decrypted:
    """Answer to a decryption."""

    key_id: str
    version_id: str
    algorithm: Algorithm
    padding: PaddingMode | None
    plaintext: bytes = field(repr=False)


@dataclass(frozen=True)
class Signed:
    """Answer to a signature, with the version that made it."""

    key_id: str
    version_id: str
    algorithm: Algorithm
    signature: bytes


@dataclass(frozen=True)
class Verified:
    """Answer to a verification."""

    key_id: str
    version_id: str
    algorithm: Algorithm
    valid: bool


@dataclass(frozen=True)
class DataKey:
    """A data key, plain and encrypted with GCM."""

    plaintext: bytes = field(repr=False)
    encrypted: Encrypted


@dataclass(frozen=True)
class ImportParameters:
    """What a caller needs to import key material."""

    key_id: str
    public_key: bytes
    """SubjectPublicKeyInfo, DER, of the wrapping key."""
    token: bytes
    """Belongs to this key and this public key alone."""
    token_expire_time: datetime
    """24 hours from now."""


@dataclass(frozen=True)
class Alias:
    """Another name for a key."""

    name: str
    """With the prefix ``alias/``."""
    arn: str
    key_id: str
