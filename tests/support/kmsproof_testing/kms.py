"""A key management service for tests: with a clock to turn, and the same keys each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kmsproof_reference.deviations import parts_with
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.kms.engine import KeyMaterial
from kmsproof_reference.kms.errors import KmsError
from kmsproof_reference.kms.metadata import (
    Encrypted,
    ImportParameters,
    KeyMetadata,
    Origin,
    WrappingAlgorithm,
)
from kmsproof_reference.kms.policy import Quotas
from kmsproof_reference.kms.reference_engine import ReferenceEngine
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.kms.store import KeyStore, MemoryStore
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.random_choices import RandomChoices
from kmsproof_reference.rsa_key_encoding import decode_public_key
from kmsproof_reference.vocabulary import (
    RSA_MODULUS_BITS,
    EciesDialect,
    KeySpec,
    KeyState,
    KeyUsage,
    ProtectionLevel,
)
from kmsproof_testing.key_pairs import key_pair

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)

AES_MATERIAL = bytes(range(32))


@dataclass
class TurnedClock:
    """A clock that stands still until it is turned."""

    now: datetime = START

    def __call__(self) -> datetime:
        """The time that it shows."""
        return self.now

    def turn(self, span: timedelta) -> None:
        """Go on."""
        self.now += span


class KnownKeysEngine(ReferenceEngine):
    """The engine of the reference with an RSA key for each length, since to make one takes long."""

    def generate(self, key_spec: KeySpec) -> KeyMaterial:
        """Return the known RSA key, and make all others."""
        if key_spec not in RSA_MODULUS_BITS:
            return super().generate(key_spec)
        pair = key_pair(key_spec)
        return KeyMaterial(pair.private, pair.public)


@dataclass
class Kms:
    """A service with what it stands on."""

    store: KeyStore = field(default_factory=MemoryStore)
    quotas: Quotas = field(default_factory=Quotas)
    dialect: EciesDialect = EciesDialect.EK_MK
    seed: bytes = b"service"
    clock: TurnedClock = field(default_factory=TurnedClock)
    deviations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        parts = parts_with(self.deviations)
        self.random = RandomChoices(Drbg(self.seed).generate)
        engine_random = RandomChoices(Drbg(self.seed, b"engine").generate)
        self.engine = KnownKeysEngine(engine_random, self.dialect)
        self.service = parts(KeyManagementService)(
            self.store, self.engine, self.clock, self.random, quotas=self.quotas, parts=parts
        )

    def key(
        self,
        key_spec: KeySpec = KeySpec.AES_256,
        usage: KeyUsage = KeyUsage.ENCRYPT_DECRYPT,
        level: ProtectionLevel = ProtectionLevel.HARDWARE,
        origin: Origin = Origin.ALIYUN_KMS,
    ) -> str:
        """The id of a new key."""
        return self.metadata(key_spec, usage, level, origin).key_id

    def metadata(
        self,
        key_spec: KeySpec = KeySpec.AES_256,
        usage: KeyUsage = KeyUsage.ENCRYPT_DECRYPT,
        level: ProtectionLevel = ProtectionLevel.HARDWARE,
        origin: Origin = Origin.ALIYUN_KMS,
    ) -> KeyMetadata:
        """A new key."""
        return self.service.create_key(
            key_spec=key_spec, usage=usage, protection_level=level, origin=origin
        )

    def key_in(self, state: KeyState, key_spec: KeySpec = KeySpec.AES_256) -> str:
        """The id of a new key in a state; it is EXTERNAL where only such keys get there."""
        if state is KeyState.PENDING_IMPORT:
            return self.key(key_spec, origin=Origin.EXTERNAL)
        key_id = self.key(key_spec)
        self.bring(key_id, state)
        return key_id

    def bring(self, key_id: str, state: KeyState) -> None:
        """Bring an enabled key into another state."""
        if state is KeyState.DISABLED:
            self.service.disable_key(key_id)
        if state is KeyState.PENDING_DELETION:
            self.service.schedule_key_deletion(key_id, 7)

    def state(self, key_id: str) -> KeyState:
        """The state that the service says a key is in."""
        return self.service.describe_key(key_id).state

    def import_material(
        self,
        key_id: str,
        material: bytes = AES_MATERIAL,
        expire_time: datetime | None = None,
        algorithm: WrappingAlgorithm = WrappingAlgorithm.RSAES_OAEP_SHA_256,
    ) -> ImportParameters:
        """Import material, as a caller does it; return what it was encrypted to."""
        parameters = self.service.get_parameters_for_import(key_id, algorithm)
        self.service.import_key_material(
            key_id, wrap(parameters.public_key, material), parameters.token, expire_time
        )
        return parameters


def wrap(public_key: bytes, material: bytes, hash_name: str = "sha256") -> bytes:
    """Encrypt material to a wrapping key with RSAES-OAEP."""
    oaep = Oaep(decode_public_key(public_key), hash_name)
    return oaep.encrypt(material, bytes(oaep.hash_length))


def refusal_of(call: Callable[[], object]) -> type[KmsError] | None:
    """The class of the error that a call is refused with, or nothing if it is not refused."""
    try:
        call()
    except KmsError as error:
        return type(error)
    return None


def deviating(id: str) -> Kms:
    """A service with a deviation; with an empty id, as it should be."""
    return Kms(deviations=(id,) if id else ())


def told(call: Callable[[], object]) -> object:
    """What a call answers: a value, or a code with its status and text."""
    try:
        return call()
    except KmsError as error:
        return error.code, error.http_status, error.message


def opened(kms: Kms, key_id: str, sealed: Encrypted) -> object:
    """What decryption makes of an answer to an encryption."""
    return told(
        lambda: (
            kms.service.decrypt(
                key_id,
                sealed.ciphertext,
                algorithm=sealed.algorithm,
                iv=sealed.iv,
                version_id=sealed.version_id,
            ).plaintext
        )
    )
