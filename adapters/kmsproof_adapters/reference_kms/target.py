"""The service as a target: each request becomes one call of it.

The service takes the tag of GCM at the end of the ciphertext, as its API does; here the two are
parted. What the API has no place for is refused here: a label, another dialect, a tag length.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from kmsproof.capability import PROTOCOL_VERSION, Description
from kmsproof.messages import (
    CancelKeyDeletion,
    Close,
    CreateKey,
    Decrypt,
    Describe,
    DescribeKey,
    DestroyKey,
    DisableKey,
    EnableKey,
    Encrypt,
    GetPublicKey,
    OperateOnKey,
    Sign,
    Verify,
)
from kmsproof.outcome import (
    Decrypted,
    Done,
    Encrypted,
    KeyDescription,
    KeyHandle,
    Ok,
    Outcome,
    PublicKey,
    Signed,
    Unsupported,
    Verified,
)
from kmsproof.target import BaseTarget, Target
from kmsproof.vocabulary import Algorithm, HexBytes, KeyField, PaddingMode
from kmsproof_adapters.gcm_tags import joined, parted, wrong_tag
from kmsproof_adapters.installed import adapter_version, version_of
from kmsproof_adapters.local_target import DONE
from kmsproof_adapters.reference.variant import STANDARD, Variant
from kmsproof_adapters.reference_kms.capabilities import (
    algorithm_capabilities,
    key_capabilities,
)
from kmsproof_adapters.reference_kms.refusals import outcome_of
from kmsproof_adapters.refusals import UNEXPECTED_AAD
from kmsproof_reference.kms.engine import Engine
from kmsproof_reference.kms.errors import KmsError
from kmsproof_reference.kms.policy import DELETION_WINDOW, GCM_TAG_LENGTH
from kmsproof_reference.kms.reference_engine import ReferenceEngine
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.kms.store import MemoryStore

NOTES = (
    "keys and cryptography are in plain Python: to make a key of RSA_4096 takes up to a minute, "
    "which --deadline has to allow",
    "destroying a key schedules its deletion for the shortest time that is allowed",
)
"""What a reader of a report should know."""

NAME = "kmsproof reference KMS"

V = TypeVar("V")


def open_reference_kms(variant: Variant = STANDARD) -> Target:
    """Open a service with no keys; nothing is shared between two of them."""
    parts, choices = variant.parts, variant.choices()
    engine = ReferenceEngine(choices, parts=parts)
    service = parts(KeyManagementService)(
        MemoryStore(), engine, lambda: datetime.now(UTC), choices, parts=parts
    )
    return KmsTarget(service, engine, variant.name(NAME))


class KmsTarget(BaseTarget):
    """Hands each request to the service."""

    def __init__(self, service: KeyManagementService, engine: Engine, name: str = NAME) -> None:
        """Take the service, the engine that it uses, and what the target is called."""
        self._service, self._dialect = service, engine.dialect
        self._description = Description(
            protocol=PROTOCOL_VERSION,
            name=name,
            version=version_of("kmsproof") or "not installed",
            keys=key_capabilities(),
            algorithms=algorithm_capabilities(engine.dialect),
            adapter=adapter_version(),
            notes=NOTES,
        )

    def describe(self, request: Describe) -> Outcome[Description]:
        """Say who the target is and what it can do."""
        return Ok(self._description)

    # Keys.

    def create_key(self, request: CreateKey) -> Outcome[KeyHandle]:
        """CreateKey; what the request leaves out is left out of the call."""
        left_out = request.left_out
        return _answer(
            lambda: KeyHandle(
                self._service.create_key(
                    key_spec=None if KeyField.KEY_SPEC in left_out else request.key_spec,
                    usage=None if KeyField.USAGE in left_out else request.usage,
                    protection_level=(
                        None if KeyField.PROTECTION_LEVEL in left_out else request.protection_level
                    ),
                ).key_id
            )
        )

    def describe_key(self, request: DescribeKey) -> Outcome[KeyDescription]:
        """DescribeKey."""

        def describe() -> KeyDescription:
            key = self._service.describe_key(request.key)
            return KeyDescription(key.key_spec, key.usage, key.protection_level, key.state)

        return _answer(describe)

    def get_public_key(self, request: GetPublicKey) -> Outcome[PublicKey]:
        """GetPublicKey, of the first version."""
        return _answer(lambda: PublicKey(HexBytes(self._service.get_public_key(request.key))))

    def disable_key(self, request: DisableKey) -> Outcome[Done]:
        """DisableKey."""
        return _done(lambda: self._service.disable_key(request.key))

    def enable_key(self, request: EnableKey) -> Outcome[Done]:
        """EnableKey."""
        return _done(lambda: self._service.enable_key(request.key))

    def destroy_key(self, request: DestroyKey) -> Outcome[Done]:
        """ScheduleKeyDeletion, for the shortest time that is allowed."""
        days = DELETION_WINDOW.start
        return _done(lambda: self._service.schedule_key_deletion(request.key, days))

    def cancel_key_deletion(self, request: CancelKeyDeletion) -> Outcome[Done]:
        """CancelKeyDeletion."""
        return _done(lambda: self._service.cancel_key_deletion(request.key))

    def close(self, request: Close) -> Outcome[Done]:
        """Let go of the service with its keys."""
        self._service.close()
        return DONE

    # Cryptography.

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Encrypt; without an IV the service chooses one."""
        if request.tag_length is not None and request.algorithm is not Algorithm.GCM:
            return UNEXPECTED_AAD
        if request.tag_length not in (None, GCM_TAG_LENGTH):
            return Unsupported(f"tags of {request.tag_length} bytes")
        algorithm, padding = _named(request, request.padding)

        def encrypt() -> Encrypted:
            made = self._service.encrypt(
                request.key,
                request.plaintext,
                algorithm=algorithm,
                padding=padding,
                iv=request.iv,
                aad=request.aad or b"",
            )
            return parted(made.algorithm, made.ciphertext, made.iv)

        return self._unasked(request) or _answer(encrypt)

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """Decrypt; the tag of GCM is put behind the ciphertext."""
        algorithm, padding = _named(request, request.padding)
        return (
            self._unasked(request)
            or wrong_tag(request)
            or _answer(
                lambda: Decrypted(
                    HexBytes(
                        self._service.decrypt(
                            request.key,
                            joined(request),
                            algorithm=algorithm,
                            padding=padding,
                            iv=request.iv,
                            aad=request.aad or b"",
                        ).plaintext
                    )
                )
            )
        )

    def sign(self, request: Sign) -> Outcome[Signed]:
        """Sign."""
        algorithm, _ = _named(request, None)
        return _answer(
            lambda: Signed(
                HexBytes(
                    self._service.sign(
                        request.key,
                        request.message,
                        algorithm=algorithm,
                        message_type=request.message_type,
                    ).signature
                )
            )
        )

    def verify(self, request: Verify) -> Outcome[Verified]:
        """Verify; a malformed signature is not valid."""
        algorithm, _ = _named(request, None)
        return _answer(
            lambda: Verified(
                self._service.verify(
                    request.key,
                    request.message,
                    request.signature,
                    algorithm=algorithm,
                    message_type=request.message_type,
                ).valid
            )
        )

    def _unasked(self, request: Encrypt | Decrypt) -> Unsupported | None:
        """Refuse what the API has no place for."""
        if request.label is not None:
            return Unsupported("labels")
        if request.dialect not in (None, self._dialect):
            return Unsupported(f"the dialect {request.dialect}")
        return None


def _answer(call: Callable[[], V]) -> Outcome[V]:
    try:
        return Ok(call())
    except KmsError as error:
        return outcome_of(error)


def _done(call: Callable[[], None]) -> Outcome[Done]:
    outcome = _answer(call)
    return DONE if isinstance(outcome, Ok) else outcome


def _named(
    request: OperateOnKey, padding: PaddingMode | None
) -> tuple[Algorithm | None, PaddingMode | None]:
    """Return algorithm and padding as the call names them."""
    return (None, None) if request.algorithm_left_out else (request.algorithm, padding)
