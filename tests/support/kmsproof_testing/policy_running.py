"""The reference KMS with a fast engine, right and with faults, judged with files of key rules."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kmsproof.log import FILE_NAME, LogWriter
from kmsproof.log_reader import read_run
from kmsproof.results import VerdictRecorded
from kmsproof.run_options import Subject
from kmsproof.runner import TargetRunner
from kmsproof.selection import Filters
from kmsproof.session import InProcessSession
from kmsproof.target import Target
from kmsproof_adapters.reference_kms.target import KmsTarget
from kmsproof_reference.kms.errors import (
    InternalFailure,
    InvalidCiphertextBlob,
    InvalidParameter,
    KeyNotFound,
    KmsError,
)
from kmsproof_reference.kms.metadata import Decrypted, Encrypted, KeyMetadata, Origin, Signed
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.kms.states import KeyOperation
from kmsproof_reference.kms.store import KeyRecord, MemoryStore, VersionRecord
from kmsproof_reference.random_choices import RandomChoices
from kmsproof_reference.vocabulary import (
    Algorithm,
    KeySpec,
    KeyUsage,
    MessageType,
    PaddingMode,
    ProtectionLevel,
)
from kmsproof_server.engine import FastEngine
from kmsproof_testing.fakes.running import HEADER
from kmsproof_vectors.live.model import LiveFile

DEADLINE_MS = 60_000


class Service(KeyManagementService):
    """The service of the reference, quick, in memory."""

    def __init__(self) -> None:
        """Begin without keys."""
        choices = RandomChoices(secrets.token_bytes)
        super().__init__(MemoryStore(), FastEngine(), lambda: datetime.now(UTC), choices)


class IgnoresUsage(Service):
    """Uses a key for whatever it is asked."""

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        made_for = self.describe_key(key_id).usage
        key, version = super()._usable(key_id, operation, made_for, version_id)
        return replace(key, usage=usage), version


class IgnoresStates(Service):
    """Uses a key in whatever state it is."""

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        key = self._find(key_id)
        return key, self._find_version(key, version_id)


class AllowsEveryChange(Service):
    """Changes the state of a key from any to any."""

    def _allowed(self, key_id: str, operation: KeyOperation) -> KeyRecord:
        return self._find(key_id)


class OneLevel(Service):
    """Makes every key at the level that offers most."""

    def create_key(
        self,
        *,
        key_spec: KeySpec | None = None,
        usage: KeyUsage | None = None,
        protection_level: ProtectionLevel | None = None,
        origin: Origin = Origin.ALIYUN_KMS,
        description: str = "",
        automatic_rotation: bool = False,
        rotation_interval: timedelta | None = None,
    ) -> KeyMetadata:
        """Make a key, whatever level is asked for."""
        return super().create_key(
            key_spec=key_spec, usage=usage, protection_level=ProtectionLevel.HARDWARE
        )


class OtherDefaults(Service):
    """Takes another key spec and other algorithms for the default."""

    def create_key(
        self,
        *,
        key_spec: KeySpec | None = None,
        usage: KeyUsage | None = None,
        protection_level: ProtectionLevel | None = None,
        origin: Origin = Origin.ALIYUN_KMS,
        description: str = "",
        automatic_rotation: bool = False,
        rotation_interval: timedelta | None = None,
    ) -> KeyMetadata:
        """Make a smaller key by default."""
        return super().create_key(
            key_spec=key_spec or KeySpec.AES_128, usage=usage, protection_level=protection_level
        )

    def encrypt(
        self,
        key_id: str,
        plaintext: bytes,
        *,
        algorithm: Algorithm | None = None,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
        version_id: str | None = None,
    ) -> Encrypted:
        """Encrypt with CBC by default."""
        chosen = algorithm or Algorithm.CBC
        return super().encrypt(key_id, plaintext, algorithm=chosen, padding=padding, iv=iv, aad=aad)

    def sign(
        self,
        key_id: str,
        message: bytes,
        *,
        algorithm: Algorithm | None = None,
        message_type: MessageType = MessageType.RAW,
        version_id: str | None = None,
    ) -> Signed:
        """Sign with RSA_PKCS1_SHA_256 by default."""
        chosen = algorithm or Algorithm.RSA_PKCS1_SHA_256
        return super().sign(key_id, message, algorithm=chosen, message_type=message_type)


class SaysMore(Service):
    """Gives out 32 bytes behind the public key."""

    def get_public_key(self, key_id: str, version_id: str | None = None) -> bytes:
        """Return the public key and more."""
        return super().get_public_key(key_id, version_id) + bytes(32)


class AnyHandle(Service):
    """Takes the first key there is for one that is not there."""

    def _find(self, key_id: str) -> KeyRecord:
        try:
            return super()._find(key_id)
        except KeyNotFound:
            return self._all_keys()[0]


class AnyKey(Service):
    """Decrypts with whichever key fits."""

    def decrypt(
        self,
        key_id: str,
        ciphertext: bytes,
        *,
        algorithm: Algorithm | None = None,
        padding: PaddingMode | None = None,
        iv: bytes | None = None,
        aad: bytes = b"",
        version_id: str | None = None,
    ) -> Decrypted:
        """Try all keys, the one that is named first."""

        def opened(with_key: str) -> Decrypted:
            return super(AnyKey, self).decrypt(
                with_key, ciphertext, algorithm=algorithm, padding=padding, iv=iv, aad=aad
            )

        try:
            return opened(key_id)
        except InvalidCiphertextBlob:
            for key in self.list_keys():
                with suppress(KmsError):
                    return opened(key.key_id)
            raise


class AnyDigest(Service):
    """Cuts or fills up what is no digest."""

    def sign(
        self,
        key_id: str,
        message: bytes,
        *,
        algorithm: Algorithm | None = None,
        message_type: MessageType = MessageType.RAW,
        version_id: str | None = None,
    ) -> Signed:
        """Sign 32 bytes of whatever is given."""
        fitted = message[:32].ljust(32, b"\0") if message_type is MessageType.DIGEST else message
        return super().sign(key_id, fitted, algorithm=algorithm, message_type=message_type)


class RefusesAll(Service):
    """Refuses every use of every key."""

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        raise InvalidParameter("KeyId")


class FailsInside(Service):
    """Fails inside in every use of a key."""

    def _usable(
        self, key_id: str, operation: KeyOperation, usage: KeyUsage, version_id: str | None
    ) -> tuple[KeyRecord, VersionRecord]:
        raise InternalFailure("a defect")


def target_of(service: type[Service]) -> Target:
    """Return a target with a new service of a kind."""
    return KmsTarget(service(), FastEngine())


def judged_at(
    target: Target, level: ProtectionLevel, files: Sequence[LiveFile], folder: Path
) -> dict[str, VerdictRecorded]:
    """Judge a target at a level; return the verdicts by id."""
    subject = Subject("kms", level)
    session = InProcessSession(target, deadline_ms=DEADLINE_MS)
    with LogWriter(folder / FILE_NAME) as log:
        log.write(HEADER)
        runner = TargetRunner(
            subject,
            session,
            log,
            deadline_ms=DEADLINE_MS,
            progress=lambda done, total: None,
        )
        runner.run([], Filters(), files)
    found = read_run(folder).targets[subject.name]
    return {each.id: each for each in found.verdicts}
