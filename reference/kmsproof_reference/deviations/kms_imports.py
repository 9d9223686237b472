"""Ways of getting the import of key material wrong."""

from __future__ import annotations

from datetime import datetime

from kmsproof_reference.deviations.kms_views import unseen_because
from kmsproof_reference.deviations.model import Severity, deviation
from kmsproof_reference.kms.engine import KeyMaterial
from kmsproof_reference.kms.errors import (
    InternalFailure,
    InvalidImportToken,
    InvalidKeyMaterial,
)
from kmsproof_reference.kms.key_imports import KeyImports
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import ImportRecord, KeyRecord
from kmsproof_reference.vocabulary import AES_KEY_LENGTHS

UNSEEN = unseen_because(
    "Import tokens and wrapping keys are not in the adapter protocol, which imports keys in plain "
    "and does so in library mode alone."
)
IMPORT = "API document of ImportKeyMaterial"


@deviation(
    "import/token-of-another-key-accepted",
    gain="Material that was meant for one key ends up in another, which others may use.",
    clause=f"{IMPORT}: the token belongs to one key",
    cause="The token finds the wrapping key, and nobody asks whose it is.",
    remedy="Compare the key of the token with the one that is named.",
    severity=Severity.HIGH,
    weakness=639,
    unseen=UNSEEN,
)
class TokenOfAnotherKey(KeyImports):
    """A token that was given out for one key imports material into another."""

    def _wrapping_key(self, key: KeyRecord, token: bytes, now: datetime) -> ImportRecord:
        record = self._store.import_record(token.hex())
        if record is None:
            raise InvalidImportToken("there is no such token")
        owner = self._store.key(record.key_id)
        return super()._wrapping_key(owner or key, token, now)


@deviation(
    "import/old-token-accepted",
    gain="A token and a wrapped key that somebody kept can be used for ever.",
    clause="API document of GetParametersForImport: 24 hours",
    cause="Expired tokens are removed by a job that does not run.",
    remedy="Compare the time when a token is used.",
    severity=Severity.MEDIUM,
    weakness=613,
    unseen=UNSEEN,
)
class OldTokenAccepted(KeyImports):
    """A token is good for longer than 24 hours."""

    def _wrapping_key(self, key: KeyRecord, token: bytes, now: datetime) -> ImportRecord:
        return super()._wrapping_key(key, token, key.creation_date)


@deviation(
    "import/other-material-accepted",
    gain="Whoever may import replaces the key under existing data, which are lost, or decides "
    "with which key others encrypt from now on.",
    clause=f"{IMPORT}: the same material again, and no other",
    cause="Nothing is kept of material that was deleted, so that there is nothing to compare.",
    remedy="Keep a digest of the material for as long as the key lives.",
    severity=Severity.HIGH,
    weakness=345,
    unseen=UNSEEN,
)
class OtherMaterialAccepted(KeyImports):
    """A key that has had material takes other material afterwards."""

    def _check_same_material(self, key: KeyRecord, digest: bytes) -> None:
        return None


@deviation(
    "import/unencrypted-material-accepted",
    gain="Material crosses the network in plain, and stands in logs and proxies.",
    clause=f"{IMPORT}: encrypted with the wrapping key",
    cause="What cannot be unwrapped is taken for material that needs no unwrapping.",
    remedy="Refuse what cannot be unwrapped.",
    severity=Severity.HIGH,
    weakness=319,
    unseen=UNSEEN,
)
class UnencryptedAccepted(KeyImports):
    """Material that is not encrypted at all is imported."""

    def _unwrapped(self, record: ImportRecord, encrypted_material: bytes) -> bytes:
        try:
            return super()._unwrapped(record, encrypted_material)
        except InvalidKeyMaterial:
            return encrypted_material


@deviation(
    "import/short-material-filled-up",
    gain="A key has as few secret bytes as were imported, and nobody is told.",
    clause=f"{IMPORT}: InvalidKeyMaterial",
    cause="Material is copied into a buffer of the right size.",
    remedy="Refuse material of another length.",
    severity=Severity.HIGH,
    weakness=326,
    unseen=UNSEEN,
)
class ShortMaterialFilledUp(KeyImports):
    """AES material that is too short is filled up with zeros."""

    def _read_material(self, key: KeyRecord, octets: bytes) -> KeyMaterial:
        length = AES_KEY_LENGTHS.get(key.key_spec, 0)
        return super()._read_material(key, octets.ljust(length, b"\x00"))


@deviation(
    "import/long-material-cut",
    gain="The key is another than the one that was imported: data from elsewhere do not decrypt.",
    clause=f"{IMPORT}: InvalidKeyMaterial",
    cause="Material is copied into a buffer of the right size.",
    remedy="Refuse material of another length.",
    severity=Severity.LOW,
    weakness=222,
    unseen=UNSEEN,
)
class LongMaterialCut(KeyImports):
    """AES material that is too long is cut."""

    def _read_material(self, key: KeyRecord, octets: bytes) -> KeyMaterial:
        return super()._read_material(key, octets[: AES_KEY_LENGTHS.get(key.key_spec)])


@deviation(
    "import/bad-wrapping-told-apart",
    gain="The answers are a padding oracle: with a wrapped key that was recorded, and "
    "RSAES_PKCS1_V1_5, some ten thousand attempts unwrap it.",
    clause=f"{IMPORT}: InvalidKeyMaterial; RFC 8017 §7.2.2, note",
    cause="The exception of the unwrapping library is not translated, and that of the length is.",
    remedy="Answer both with one code and one text, and at the same time.",
    severity=Severity.HIGH,
    weakness=203,
    unseen=UNSEEN,
)
class BadWrappingToldApart(KeyImports):
    """Material that cannot be unwrapped gets another answer than material of a wrong length."""

    def _unwrapped(self, record: ImportRecord, encrypted_material: bytes) -> bytes:
        try:
            return super()._unwrapped(record, encrypted_material)
        except InvalidKeyMaterial:
            raise InternalFailure from None


@deviation(
    "import/expiry-ignored",
    gain="A key that was lent for a time works for ever.",
    clause=f"{IMPORT}, KeyMaterialExpireUnix",
    cause="The parameter is stored for the description, and no job looks at it.",
    remedy="Compare the time in every use of the key.",
    severity=Severity.HIGH,
    weakness=324,
    unseen=UNSEEN,
)
class ExpiryIgnored(KeyImports):
    """Imported material stays beyond the time for which it was imported."""

    def import_key_material(
        self,
        key_id: str,
        encrypted_material: bytes,
        token: bytes,
        expire_time: datetime | None = None,
    ) -> None:
        """Leave the time out."""
        super().import_key_material(key_id, encrypted_material, token)


@deviation(
    "import/material-stays-when-deleted",
    gain="A key whose owner has taken the material away still works.",
    clause="API document of DeleteKeyMaterial: the state is PendingImport afterwards",
    cause="The material is taken out of the store and stays in the memory of those that use it.",
    remedy="Delete material everywhere before the answer is sent.",
    severity=Severity.HIGH,
    weakness=459,
    unseen=UNSEEN,
)
class MaterialStays(KeyImports):
    """DeleteKeyMaterial is acknowledged, and the key works as before."""

    def delete_key_material(self, key_id: str) -> None:
        """Look whether it may be done, and leave it."""
        self._external(key_id, KeyOperation.DELETE_KEY_MATERIAL)
