"""The families of deviations: what each is about, and the group that it is published in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType


@unique
class Group(StrEnum):
    """Families that are read together; the value names their page."""

    AES = "aes"
    RSA = "rsa"
    EC = "ec"
    KMS = "kms"

    @property
    def heading(self) -> str:
        """Return it in words."""
        return _TITLES[self]


_TITLES = {
    Group.AES: "AES",
    Group.RSA: "RSA",
    Group.EC: "Elliptic curves",
    Group.KMS: "Keys and their rules",
}


@dataclass(frozen=True)
class Family:
    """A family of deviations."""

    group: Group
    about: str
    """What its deviations are about, as a phrase."""


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "aes": Family(Group.AES, "the block cipher"),
        "aes-key": Family(Group.AES, "AES keys that are made"),
        "block-modes": Family(Group.AES, "how modes use the block cipher"),
        "ecb": Family(Group.AES, "the mode ECB"),
        "cbc": Family(Group.AES, "the mode CBC"),
        "padding": Family(Group.AES, "PKCS #7 padding, and no padding"),
        "gcm": Family(Group.AES, "the mode GCM"),
        "rsa": Family(Group.RSA, "the RSA primitives"),
        "rsa-key": Family(Group.RSA, "RSA keys that are made, read and written"),
        "oaep": Family(Group.RSA, "RSAES-OAEP"),
        "mgf1": Family(Group.RSA, "the mask generation function of OAEP and PSS"),
        "pss": Family(Group.RSA, "RSASSA-PSS"),
        "pkcs1": Family(Group.RSA, "RSASSA-PKCS1-v1_5"),
        "ec": Family(Group.EC, "curve arithmetic"),
        "ec-key": Family(Group.EC, "EC keys that are made, read and written"),
        "ecdsa": Family(Group.EC, "ECDSA"),
        "ecdh": Family(Group.EC, "the shared secret of ECDH"),
        "ecies": Family(Group.EC, "ECIES"),
        "alias": Family(Group.KMS, "aliases of keys"),
        "context": Family(Group.KMS, "the encryption context"),
        "default": Family(Group.KMS, "defaults of requests"),
        "error": Family(Group.KMS, "errors, and what they tell"),
        "import": Family(Group.KMS, "import of key material"),
        "input": Family(Group.KMS, "checks of what a request says"),
        "key-id": Family(Group.KMS, "names of keys"),
        "level": Family(Group.KMS, "protection levels"),
        "limit": Family(Group.KMS, "limits of lengths and numbers"),
        "public-key": Family(Group.KMS, "public keys that are given out"),
        "purpose": Family(Group.KMS, "what a key may be used for"),
        "service": Family(Group.KMS, "the service as a whole: caches, concurrency, faults"),
        "state": Family(Group.KMS, "states of keys"),
        "version": Family(Group.KMS, "versions of keys"),
    }
)
