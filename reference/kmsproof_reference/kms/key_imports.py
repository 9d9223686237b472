"""Keys whose material comes from outside: wrapping keys, tokens, and the material itself.

Material is encrypted to an RSA key of 2048 bits that is made for this, in one piece. Therefore an
AES key and the private key of a curve can be imported, and a private RSA key, which is longer than
such a ciphertext can hold, cannot.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from kmsproof_reference.kms.engine import KeyMaterial
from kmsproof_reference.kms.errors import (
    ExpiredImportToken,
    InvalidImportToken,
    InvalidKeyMaterial,
    InvalidParameter,
    UnsupportedOrigin,
)
from kmsproof_reference.kms.key_lifecycle import with_first_version
from kmsproof_reference.kms.metadata import (
    ImportParameters,
    Origin,
    WrappingAlgorithm,
    WrappingKeySpec,
)
from kmsproof_reference.kms.policy import IMPORT_TOKEN_LIFETIME
from kmsproof_reference.kms.service_base import ServiceBase
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import ImportRecord, KeyRecord, VersionRecord
from kmsproof_reference.kms.wrapping import read_material, unwrap
from kmsproof_reference.vocabulary import KeySpec, KeyState

TOKEN_LENGTH = 64
"""Bytes of an import token."""


class KeyImports(ServiceBase):
    """The operations on keys of origin EXTERNAL; all others raise `UnsupportedOrigin`."""

    def get_parameters_for_import(
        self,
        key_id: str,
        wrapping_algorithm: WrappingAlgorithm,
        wrapping_key_spec: WrappingKeySpec = WrappingKeySpec.RSA_2048,
    ) -> ImportParameters:
        """Make a wrapping key and its token, good for 24 hours, together, and for this key."""
        with self._lock:
            key = self._external(key_id, KeyOperation.GET_PARAMETERS_FOR_IMPORT)
        material = self._engine.generate(KeySpec(wrapping_key_spec.value))
        token = self._choices.octets("import token", TOKEN_LENGTH)
        expire_time = self._clock() + IMPORT_TOKEN_LIFETIME
        record = ImportRecord(
            token.hex(), key.key_id, wrapping_algorithm, material.secret, expire_time
        )
        with self._lock:
            # Meanwhile the key may have gone.
            self._external(key.key_id, KeyOperation.GET_PARAMETERS_FOR_IMPORT)
            self._store.write(record)
        return ImportParameters(key.key_id, material.public_key, token, expire_time)

    def import_key_material(
        self,
        key_id: str,
        encrypted_material: bytes,
        token: bytes,
        expire_time: datetime | None = None,
    ) -> None:
        """Take material; a key that waited for it is enabled then.

        A key that has had material takes the same again and no other.

        Args:
            key_id: a key of origin EXTERNAL.
            encrypted_material: the material, encrypted to the wrapping key of the token: the bytes
                of an AES key, or PKCS #8 DER.
            token: what came with the wrapping key.
            expire_time: when the material is to be deleted; nothing means never.

        Raises:
            InvalidImportToken: if the token is not one of this key.
            ExpiredImportToken: if it is older than 24 hours.
            InvalidKeyMaterial: if the material cannot be unwrapped, is none for this key, or other
                than that which the key had.
            InvalidParameter: if it would have expired already.
            StateModifiedFailed: if the key is scheduled for deletion.
        """
        with self._lock:
            key = self._external(key_id, KeyOperation.IMPORT_KEY_MATERIAL)
            now = self._clock()
            if expire_time is not None and expire_time <= now:
                raise InvalidParameter("KeyMaterialExpireUnix", "that time is over")
            record = self._wrapping_key(key, token, now)
            material = self._read_material(key, self._unwrapped(record, encrypted_material))
            digest = hashlib.sha256(material.secret).digest()
            self._check_same_material(key, digest)
            version = self._first_version(key, now)
            filled = replace(version, secret=material.secret, public_key=material.public_key)
            waited = key.state is KeyState.PENDING_IMPORT
            key = replace(
                with_first_version(key, filled),
                material_digest=digest,
                material_expire_time=expire_time,
                state=KeyState.ENABLED if waited else key.state,
            )
            self._store.write(key, filled)

    def delete_key_material(self, key_id: str) -> None:
        """Delete imported material; the key waits for the same again, or for its deletion."""
        with self._lock:
            self._remove_material(self._external(key_id, KeyOperation.DELETE_KEY_MATERIAL))

    def _external(self, key_id: str, operation: KeyOperation) -> KeyRecord:
        key = self._find(key_id)
        if key.origin is not Origin.EXTERNAL:
            raise UnsupportedOrigin("the material of this key is made here: make an EXTERNAL key")
        self._rules.check_state(operation, key.state)
        return key

    def _wrapping_key(self, key: KeyRecord, token: bytes, now: datetime) -> ImportRecord:
        record = self._store.import_record(token.hex())
        if record is None or record.key_id != key.key_id:
            raise InvalidImportToken("the token is not one of this key: get parameters for it")
        if record.expire_time <= now:
            raise ExpiredImportToken("the token is too old: get new parameters")
        return record

    def _unwrapped(self, record: ImportRecord, encrypted_material: bytes) -> bytes:
        """Decrypt material with the wrapping key. Raises `InvalidKeyMaterial`."""
        return unwrap(record.algorithm, record.secret, encrypted_material)

    def _read_material(self, key: KeyRecord, octets: bytes) -> KeyMaterial:
        """Take material for a key. Raises `InvalidKeyMaterial` unless it is of its key spec."""
        return read_material(key.key_spec, octets)

    def _check_same_material(self, key: KeyRecord, digest: bytes) -> None:
        """Raise `InvalidKeyMaterial` if the key has had other material."""
        if key.material_digest not in (None, digest):
            raise InvalidKeyMaterial("the key has had other material")

    def _first_version(self, key: KeyRecord, now: datetime) -> VersionRecord:
        """Return the one version of an imported key; it keeps its id as long as the key lives."""
        versions = self._store.versions(key.key_id)
        if versions:
            return versions[0]
        return self._new_version(key.key_id, KeyMaterial(b""), now)
