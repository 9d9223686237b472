"""What each protection level offers, as data: algorithms, defaults, paddings, usages and limits.

Standard:  Alibaba Cloud KMS, "Key specifications for symmetric and asymmetric encryption", last
           updated on 31 March 2026 (the sheet); limits from the API documents of the same service.

These tables are all the policy there is: the service asks them and nothing else, and the profile
is held against them. In every tuple of alternatives the first is the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from kmsproof_reference.vocabulary import (
    RSA_MODULUS_BITS,
    Algorithm,
    KeySpec,
    KeyUsage,
    PaddingMode,
    ProtectionLevel,
)

DEFAULT_KEY_SPEC = KeySpec.AES_256
"""What CreateKey makes without KeySpec (sheet, "Symmetric encryption")."""

DEFAULT_USAGE = KeyUsage.ENCRYPT_DECRYPT
"""What CreateKey makes without KeyUsage. The sheet asks callers to name the usage of an asymmetric
key, and the documents contradict each other on its default; this one fits every key spec."""

DEFAULT_PROTECTION_LEVEL = ProtectionLevel.SOFTWARE
"""What CreateKey makes without ProtectionLevel (API document of CreateKey)."""


@dataclass(frozen=True)
class Offer:
    """A row of the sheet for one key spec: its algorithms, the default first."""

    encryption: tuple[Algorithm, ...]
    signature: tuple[Algorithm, ...] = ()

    def algorithms(self, usage: KeyUsage) -> tuple[Algorithm, ...]:
        """The algorithms of a usage, the default first; none if keys are not made for it."""
        return self.encryption if usage is KeyUsage.ENCRYPT_DECRYPT else self.signature

    @property
    def usages(self) -> tuple[KeyUsage, ...]:
        """The usages that a key can be made for."""
        return tuple(usage for usage in KeyUsage if self.algorithms(usage))


_GCM_ONLY = Offer(encryption=(Algorithm.GCM,))
_AES_MODES = Offer(encryption=(Algorithm.GCM, Algorithm.ECB, Algorithm.CBC))
_RSA = Offer(
    encryption=(Algorithm.RSAES_OAEP_SHA_256,),
    signature=(Algorithm.RSA_PSS_SHA_256, Algorithm.RSA_PKCS1_SHA_256),
)
_EC = Offer(encryption=(Algorithm.ECIES_DH_SHA_1_XOR_HMAC,), signature=(Algorithm.ECDSA_SHA_256,))
_ASYMMETRIC = {
    KeySpec.RSA_2048: _RSA,
    KeySpec.RSA_3072: _RSA,
    KeySpec.RSA_4096: _RSA,
    KeySpec.EC_P256: _EC,
    KeySpec.EC_P256K: _EC,
}

OFFERS = MappingProxyType(
    {
        ProtectionLevel.SOFTWARE: MappingProxyType({KeySpec.AES_256: _GCM_ONLY, **_ASYMMETRIC}),
        ProtectionLevel.HARDWARE: MappingProxyType(
            {
                KeySpec.AES_256: _AES_MODES,
                KeySpec.AES_192: _AES_MODES,
                KeySpec.AES_128: _AES_MODES,
                **_ASYMMETRIC,
            }
        ),
        ProtectionLevel.EXTERNAL: MappingProxyType({KeySpec.AES_256: _AES_MODES}),
    }
)
"""Protection level, key spec, and what they offer together (sheet, the two tables of key
specifications)."""

PADDINGS = MappingProxyType(
    {
        Algorithm.ECB: (PaddingMode.PKCS7_PADDING, PaddingMode.NO_PADDING),
        Algorithm.CBC: (PaddingMode.PKCS7_PADDING, PaddingMode.NO_PADDING),
    }
)
"""The paddings of a mode; all other algorithms take none (sheet, "Symmetric encryption"; the
default is that of the API document of Encrypt)."""

IV_LENGTHS = MappingProxyType({Algorithm.GCM: 12, Algorithm.CBC: 16})
"""Bytes of the IV; all other algorithms take none (API document of Encrypt)."""

BLOCK_LENGTH = 16
"""Bytes that NO_PADDING wants a multiple of (FIPS 197 §3.1)."""

GCM_TAG_LENGTH = 16
"""Bytes of the tag, at the end of the ciphertext."""

DIGEST_LENGTH = 32
"""Bytes of a SHA-256 digest, the only hash function of the sheet's signatures."""

AAD_LIMIT = 8192
"""The most bytes of associated data, which only GCM takes (API document of Encrypt)."""

MESSAGE_LIMIT = 3 * 1024 * 1024
"""The most bytes of any plaintext, ciphertext or message: that of a request of the instance API."""

SHARED_PLAINTEXT_LIMIT = 6 * 1024
"""The most bytes that Encrypt of the shared API takes ("6 KB"), counted before base64."""

CONTEXT_LIMIT = 8192
"""The most characters of an EncryptionContext as JSON."""

DATA_KEY_LIMIT = 1024
"""The most bytes of a data key; there is one at least (API document of GenerateDataKey)."""

DEFAULT_DATA_KEY_LENGTH = 32
"""Bytes of a data key unless the caller says otherwise."""

RANDOM_LIMIT = 1024
"""The most bytes of GenerateRandom. The documents give no number; this is that of data keys."""

DESCRIPTION_LIMIT = 8192
"""The most characters of a description."""

DELETION_WINDOW = range(7, 367)
"""The days after which a key can be scheduled for deletion (API document of
ScheduleKeyDeletion)."""

ROTATION_INTERVALS = (timedelta(days=7), timedelta(days=365))
"""The shortest and the longest interval of automatic rotation."""

DEFAULT_ROTATION_INTERVAL = timedelta(days=365)
"""The interval where rotation is enabled without one."""

ROTATING_LEVELS = frozenset({ProtectionLevel.SOFTWARE, ProtectionLevel.HARDWARE})
"""Where symmetric keys are rotated; the material of an external key is not the service's."""

IMPORTABLE = MappingProxyType(
    {
        ProtectionLevel.SOFTWARE: (KeySpec.AES_256,),
        ProtectionLevel.HARDWARE: (
            KeySpec.AES_256,
            KeySpec.AES_192,
            KeySpec.AES_128,
            KeySpec.EC_P256,
            KeySpec.EC_P256K,
        ),
        ProtectionLevel.EXTERNAL: (),
    }
)
"""The key specs whose material can be imported. The service documents RSA keys at the hardware
level too, without the way in which one fits the wrapping key; here they are left out."""

IMPORT_TOKEN_LIFETIME = timedelta(hours=24)
"""How long an import token is good for (API document of GetParametersForImport)."""

ALIAS_PREFIX = "alias/"
RESERVED_ALIAS_PREFIX = "alias/acs"
ALIAS_LENGTH_LIMIT = 255
"""The most characters of an alias with its prefix."""


@dataclass(frozen=True)
class Quotas:
    """How many there may be, and how fast; nothing means any number."""

    versions_per_key: int = 50
    """Versions of an asymmetric key (API document of CreateKeyVersion)."""
    between_versions: timedelta = timedelta(days=7)
    """From one version of a key to the next (API document of CreateKeyVersion)."""
    keys: int | None = None
    """Keys of the account. It was 200 in 2019; a test double has no reason to refuse."""
    aliases: int | None = None
    """Aliases of the account. It was 300 in 2019."""


def offer(level: ProtectionLevel, key_spec: KeySpec) -> Offer | None:
    """What a key spec offers at a protection level, or nothing if it is not made there."""
    return OFFERS[level].get(key_spec)


def longest_plaintext(algorithm: Algorithm, key_spec: KeySpec) -> int:
    """The most bytes that one encryption takes.

    For RSAES-OAEP with SHA-256 k - 66 (RFC 8017 §7.1.1): 190, 318 and 446 bytes.
    """
    if algorithm is Algorithm.RSAES_OAEP_SHA_256:
        return RSA_MODULUS_BITS[key_spec] // 8 - 2 * DIGEST_LENGTH - 2
    return MESSAGE_LIMIT


def rotates(key_spec: KeySpec, level: ProtectionLevel) -> bool:
    """Whether keys that the service makes are rotated by it (API document of CreateKey)."""
    return key_spec.is_symmetric and level in ROTATING_LEVELS


def is_importable(key_spec: KeySpec, level: ProtectionLevel) -> bool:
    """Whether the material of such keys can come from outside."""
    return key_spec in IMPORTABLE[level]
