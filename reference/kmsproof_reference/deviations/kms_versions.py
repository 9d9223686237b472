"""Ways of getting key versions and rotation wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from kmsproof_reference.deviations.kms_views import unseen_because
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.engine import KeyMaterial
from kmsproof_reference.kms.errors import KeyVersionNotFound
from kmsproof_reference.kms.key_rules import MakingRules
from kmsproof_reference.kms.key_use import KeyUse
from kmsproof_reference.kms.key_versions import KeyVersions
from kmsproof_reference.kms.metadata import Encrypted
from kmsproof_reference.kms.service_base import ServiceBase
from kmsproof_reference.kms.store import KeyRecord, VersionRecord

UNSEEN = unseen_because(
    "The adapter protocol has no operation on key versions: every key of a vector has one."
)
VERSIONS = (
    "Alibaba Cloud KMS, Key rotation: a ciphertext is decrypted with the version that made it"
)
BY_ID = "Keep all versions, and find each by its id among those of the key."


@deviation(
    "version/rotation-keeps-material",
    gain="A key that was rotated because it had leaked is still the one that leaked.",
    clause="Alibaba Cloud KMS, Key rotation: a new version has new material",
    cause="Rotation makes a new entry and copies the old one into it.",
    remedy="Make material for each version, and compare it with that of the others.",
    severity=Severity.HIGH,
    weakness=324,
    unseen=UNSEEN,
)
class RotationKeepsMaterial(ServiceBase):
    """A new version of a key has the material of the first one."""

    def _add_version(self, key: KeyRecord, material: KeyMaterial, now: datetime) -> KeyRecord:
        first = self._store.versions(key.key_id)[0]
        return super()._add_version(key, KeyMaterial(first.secret, first.public_key), now)


@deviation(
    "version/old-version-still-encrypts",
    gain="Rotation limits nothing: all data stay under one version.",
    clause="Alibaba Cloud KMS, Key rotation: the primary version encrypts",
    cause="The version is made, and the mark that says which is the primary one is not moved.",
    remedy="Make the version and move the mark in one transaction.",
    severity=Severity.MEDIUM,
    weakness=324,
    unseen=UNSEEN,
)
class OldStillEncrypts(ServiceBase):
    """After the rotation of a symmetric key the old version goes on encrypting."""

    def _add_version(self, key: KeyRecord, material: KeyMaterial, now: datetime) -> KeyRecord:
        rotated = super()._add_version(key, material, now)
        kept = replace(rotated, primary_version_id=key.primary_version_id)
        self._store.write(kept)
        return kept


@deviation(
    "version/named-version-ignored",
    gain="Everything that was encrypted before a rotation is lost.",
    clause=VERSIONS,
    cause="The backend knows a key and no versions, and takes the newest.",
    remedy=BY_ID,
    severity=Severity.HIGH,
    weakness=684,
    unseen=UNSEEN,
)
class NamedVersionIgnored(ServiceBase):
    """Every operation takes the newest version, whatever version is named."""

    def _find_version(self, key: KeyRecord, version_id: str | None) -> VersionRecord:
        super()._find_version(key, version_id)
        return self._store.versions(key.key_id)[-1]


@deviation(
    "version/of-another-key-accepted",
    gain="Who may use one key uses all others, by naming their versions.",
    clause="API document of AsymmetricDecrypt: KeyVersionId is one of the key KeyId",
    cause="Version ids are globally unique, so that the key is not compared any more.",
    remedy=BY_ID,
    severity=Severity.CRITICAL,
    weakness=639,
    unseen=UNSEEN,
)
class OfAnotherKeyAccepted(ServiceBase):
    """A version of another key is used when it is named together with a key."""

    def _find_version(self, key: KeyRecord, version_id: str | None) -> VersionRecord:
        try:
            return super()._find_version(key, version_id)
        except KeyVersionNotFound:
            version = None if version_id is None else self._store.version(version_id)
            if version is None:
                raise
            return version


@deviation(
    "version/unknown-version-is-default",
    gain="A mistake in the name of a version is not noticed: another one signs.",
    clause="Common error codes: Forbidden.KeyVersionNotFound",
    cause="A lookup that finds nothing gives the default.",
    remedy="Refuse a version that is not there.",
    severity=Severity.LOW,
    weakness=706,
    unseen=UNSEEN,
)
class UnknownIsDefault(ServiceBase):
    """A version that the key does not have is replaced by its default one."""

    def _find_version(self, key: KeyRecord, version_id: str | None) -> VersionRecord:
        try:
            return super()._find_version(key, version_id)
        except KeyVersionNotFound:
            return super()._find_version(key, None)


@deviation(
    "version/public-key-of-newest",
    gain="Signatures do not verify with the public key that the service gives out.",
    clause="API document of GetPublicKey, KeyVersionId",
    cause="One operation takes the first version as the default, and the other the newest.",
    remedy="Choose the default version in one place.",
    severity=Severity.LOW,
    weakness=684,
    unseen=UNSEEN,
)
class PublicKeyOfNewest(KeyVersions):
    """Without a version, GetPublicKey answers with the newest one and Sign takes the first."""

    def get_public_key(self, key_id: str, version_id: str | None = None) -> bytes:
        """Take the newest."""
        public = super().get_public_key(key_id, version_id)
        versions = self._store.versions(self._find(key_id).key_id)
        return public if version_id else versions[-1].public_key


@deviation(
    "version/of-symmetric-key-made",
    gain="A symmetric key gets versions that nothing encrypts with, outside its rotation.",
    clause="API document of CreateKeyVersion: an asymmetric key",
    cause="The operation makes a version of whatever key it is given.",
    remedy="Look at the key spec and at the origin.",
    severity=Severity.LOW,
    weakness=863,
    unseen=UNSEEN,
)
class OfSymmetricKeyMade(KeyVersions):
    """CreateKeyVersion makes versions of symmetric keys as well."""

    def _check_gets_versions(self, key: KeyRecord) -> None:
        if not key.key_spec.is_symmetric:
            super()._check_gets_versions(key)


@deviation(
    "version/made-at-any-time",
    gain="Somebody with one permission uses up all 50 versions of a key in a minute.",
    clause="API document of CreateKeyVersion: 7 days between two versions",
    cause="The time is checked in the console alone.",
    remedy="Check it in the service.",
    severity=Severity.LOW,
    weakness=799,
    unseen=UNSEEN,
)
class MadeAtAnyTime(KeyVersions):
    """There is no waiting time between two versions of a key."""

    def _check_pace(self, key: KeyRecord) -> None:
        return None


@deviation(
    "version/first-version-in-answer",
    gain="Data that were encrypted after a rotation do not decrypt: their blob names another one.",
    clause="API document of Encrypt, KeyVersionId: the version that encrypted",
    cause="The answer is filled from the description of the key.",
    remedy="Fill it from the version that was used.",
    severity=Severity.HIGH,
    weakness=684,
    unseen=UNSEEN,
)
class FirstVersionInAnswer(KeyUse):
    """The answer to an encryption names the first version of the key, whichever encrypted."""

    def encrypt(self, key_id: str, plaintext: bytes, **given: Any) -> Encrypted:
        """Name the first one."""
        made = super().encrypt(key_id, plaintext, **given)
        first = self._store.versions(made.key_id)[0]
        return replace(made, version_id=first.version_id)


@deviation(
    "version/rotation-interval-not-checked",
    gain="A key that is rotated every minute has more versions than anybody can manage.",
    clause="API document of UpdateRotationPolicy, RotationInterval: 7 to 365 days",
    cause="The range is checked in the console alone.",
    remedy="Check it in the service.",
    severity=Severity.LOW,
    weakness=1284,
    unseen=UNSEEN,
)
class IntervalNotChecked(MakingRules):
    """Any interval of rotation is accepted."""

    def chosen_interval(self, interval: timedelta | None) -> timedelta:
        """Take any."""
        return super().chosen_interval(None) if interval is None else interval
