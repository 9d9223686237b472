"""Alibaba Cloud KMS over its shared API as a target: which request becomes which call."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

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
    OnKey,
    Sign,
    Verify,
)
from kmsproof.outcome import (
    Decrypted,
    Done,
    Encrypted,
    Error,
    ErrorKind,
    KeyDescription,
    KeyHandle,
    Ok,
    Outcome,
    PublicKey,
    Rejected,
    Signed,
    Unsupported,
    Verified,
)
from kmsproof.target import BaseTarget, Target
from kmsproof.vocabulary import (
    SIGNATURE_ALGORITHMS,
    Algorithm,
    HexBytes,
    KeyField,
    KeySpec,
    KeyState,
    KeyUsage,
    MessageType,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_adapters.aliyun.capabilities import AAD_NAME, algorithms, keys
from kmsproof_adapters.aliyun.codes import INVALID_PARAMETER, UNSUPPORTED_CODES
from kmsproof_adapters.aliyun.sdk import Answer, Sdk
from kmsproof_adapters.aliyun.settings import Settings, avoid_proxies_on_loopback
from kmsproof_adapters.asymmetric import SHA_256_LENGTH
from kmsproof_adapters.installed import adapter_version
from kmsproof_adapters.local_target import DONE

V = TypeVar("V")

LEVEL_NAMES = {ProtectionLevel.SOFTWARE: "SOFTWARE", ProtectionLevel.HARDWARE: "HSM"}
"""The values of ProtectionLevel; keys of an external key manager need an instance."""

API_VERSION = "2016-01-20"

OTHER_KEY = Rejected(
    RejectionClass.INVALID_CIPHERTEXT, "other-key", "the ciphertext belongs to another key"
)
"""Decrypt names no key: the ciphertext does. What another key opened is refused here, after the
service was asked whether the key that should have opened it is there."""


def open_shared_api(settings: Settings, version: str) -> Target:
    """Open the service; ``version`` is that of the SDK. Nothing is sent yet."""
    avoid_proxies_on_loopback(settings)
    return SharedApiTarget(settings, Sdk(settings), version)


class SharedApiTarget(BaseTarget):
    """Keys of Alibaba Cloud KMS; a handle is the id of a key."""

    def __init__(self, settings: Settings, sdk: Sdk, version: str) -> None:
        self._settings, self._sdk, self._version = settings, sdk, version
        self._usages: dict[str, KeyUsage] = {}
        """The usages of the keys that were made here."""
        self._to_delete: dict[str, None] = {}
        """Those of them that are not scheduled for deletion, in their order."""
        self._version_ids: dict[str, str] = {}

    def describe(self, request: Describe) -> Outcome[Description]:
        """Say what the API offers; the service is not asked."""
        levels = tuple(
            level
            for level in ProtectionLevel
            if level in LEVEL_NAMES or level in self._settings.instances
        )
        return Ok(
            Description(
                protocol=PROTOCOL_VERSION,
                name="Shared API of Alibaba Cloud KMS",
                version=API_VERSION,
                keys=keys(levels, self._settings.instances),
                algorithms=algorithms(levels),
                adapter=adapter_version(),
                notes=(
                    f"endpoint {self._settings.place}",
                    f"alibabacloud-kms20160120 {self._version}",
                ),
            )
        )

    # The life of a key.

    def create_key(self, request: CreateKey) -> Outcome[KeyHandle]:
        """CreateKey; the usage is always named, unless it is to be left out."""
        place = self._place(request.protection_level)
        if place is None:
            return Unsupported(f"keys of the protection level {request.protection_level}")
        parameters = {
            KeyField.KEY_SPEC: {"KeySpec": request.key_spec.value},
            KeyField.USAGE: {"KeyUsage": request.usage.value},
            KeyField.PROTECTION_LEVEL: place,
        }
        sent = {
            name: value
            for field, part in parameters.items()
            if field not in request.left_out
            for name, value in part.items()
        }
        made = read_reply(
            self._sdk.call("CreateKey", sent, request.deadline_ms),
            lambda fields: KeyHandle(fields["KeyMetadata"]["KeyId"]),
        )
        if isinstance(made, Ok):
            self._usages[made.value.key] = request.usage
            self._to_delete[made.value.key] = None
        return made

    def _place(self, level: ProtectionLevel) -> dict[str, str] | None:
        """Where a key of a protection level is made, or nothing if there is no such place."""
        if level in self._settings.instances:
            return {"DKMSInstanceId": self._settings.instances[level]}
        return {"ProtectionLevel": LEVEL_NAMES[level]} if level in LEVEL_NAMES else None

    def describe_key(self, request: DescribeKey) -> Outcome[KeyDescription]:
        """DescribeKey."""
        return read_reply(self._call("DescribeKey", request), self._key_description)

    def _key_description(self, fields: Mapping[str, Any]) -> KeyDescription:
        metadata = fields["KeyMetadata"]
        return KeyDescription(
            KeySpec(metadata["KeySpec"]),
            KeyUsage(metadata["KeyUsage"]),
            self._level(metadata),
            KeyState(metadata["KeyState"]),
        )

    def _level(self, metadata: Mapping[str, Any]) -> ProtectionLevel:
        external = self._settings.instances.get(ProtectionLevel.EXTERNAL)
        if external is not None and metadata.get("DKMSInstanceId") == external:
            return ProtectionLevel.EXTERNAL
        return {name: level for level, name in LEVEL_NAMES.items()}[metadata["ProtectionLevel"]]

    def disable_key(self, request: DisableKey) -> Outcome[Done]:
        """DisableKey."""
        return _done(self._call("DisableKey", request))

    def enable_key(self, request: EnableKey) -> Outcome[Done]:
        """EnableKey."""
        return _done(self._call("EnableKey", request))

    def destroy_key(self, request: DestroyKey) -> Outcome[Done]:
        """ScheduleKeyDeletion, after the number of days in the settings."""
        answer = self._call(
            "ScheduleKeyDeletion", request, PendingWindowInDays=self._settings.deletion_days
        )
        if isinstance(answer, Ok):
            self._to_delete.pop(request.key, None)
        return _done(answer)

    def cancel_key_deletion(self, request: CancelKeyDeletion) -> Outcome[Done]:
        """CancelKeyDeletion."""
        answer = self._call("CancelKeyDeletion", request)
        if isinstance(answer, Ok) and request.key in self._usages:
            self._to_delete[request.key] = None
        return _done(answer)

    def close(self, request: Close) -> Outcome[Done]:
        """Schedule the deletion of what was made here and is still there."""
        outcomes = [
            self.destroy_key(DestroyKey(key=key, deadline_ms=request.deadline_ms))
            for key in list(self._to_delete)
        ]
        return next((outcome for outcome in outcomes if not isinstance(outcome, Ok)), DONE)

    # The public key.

    def get_public_key(self, request: GetPublicKey) -> Outcome[PublicKey]:
        """GetPublicKey."""
        version = self._version_id(request)
        if not isinstance(version, Ok):
            return version
        answer = self._call("GetPublicKey", request, KeyVersionId=version.value)
        return read_reply(answer, lambda fields: PublicKey(from_pem(fields["PublicKey"])))

    def _version_id(self, request: OnKey) -> Ok[str] | Rejected | Error:
        """The key version, which asymmetric operations want named: the newest one."""
        known = self._version_ids.get(request.key)
        if known is not None:
            return Ok(known)
        found = read_reply(
            self._call("ListKeyVersions", request),
            lambda fields: str(fields["KeyVersions"]["KeyVersion"][0]["KeyVersionId"]),
        )
        if isinstance(found, Ok):
            self._version_ids[request.key] = found.value
        return found

    # Encryption.

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Encrypt for GCM, AsymmetricEncrypt for OAEP."""
        refusal = _inexpressible(request)
        if refusal is not None:
            return refusal
        plaintext = _base64(request.plaintext)
        if request.algorithm is Algorithm.GCM:
            answer = self._call("Encrypt", request, Plaintext=plaintext, **_context(request.aad))
        else:
            answer = self._call_version("AsymmetricEncrypt", request, Plaintext=plaintext)
        return self._explained(
            request.key,
            KeyUsage.ENCRYPT_DECRYPT,
            read_reply(answer, lambda fields: Encrypted(_octets(fields["CiphertextBlob"]))),
        )

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """Decrypt for GCM, AsymmetricDecrypt for OAEP."""
        refusal = _inexpressible(request)
        if refusal is not None:
            return refusal
        blob = _base64(request.ciphertext)
        if request.algorithm is Algorithm.GCM:
            answer = self._sdk.call(
                "Decrypt", {"CiphertextBlob": blob, **_context(request.aad)}, request.deadline_ms
            )
            if isinstance(answer, Ok) and answer.value.get("KeyId") != request.key:
                named = self._call("DescribeKey", request)
                return OTHER_KEY if isinstance(named, Ok) else named
        else:
            answer = self._call_version("AsymmetricDecrypt", request, CiphertextBlob=blob)
        if isinstance(answer, Rejected) and answer.native_code == INVALID_PARAMETER:
            # The ciphertext is all that these calls are given beside names.
            return classed_as(answer, RejectionClass.INVALID_CIPHERTEXT)
        return self._explained(
            request.key,
            KeyUsage.ENCRYPT_DECRYPT,
            read_reply(answer, lambda fields: Decrypted(_octets(fields["Plaintext"]))),
        )

    # Signatures.

    def sign(self, request: Sign) -> Outcome[Signed]:
        """AsymmetricSign."""
        if request.algorithm not in SIGNATURE_ALGORITHMS:
            return Unsupported(f"sign with {request.algorithm}")
        if request.message_type is MessageType.RAW:
            return Unsupported("messages that are not digests")
        answer = self._call_version("AsymmetricSign", request, Digest=_base64(request.message))
        return self._explained(
            request.key,
            KeyUsage.SIGN_VERIFY,
            read_reply(answer, lambda fields: Signed(_octets(fields["Value"]))),
        )

    def verify(self, request: Verify) -> Outcome[Verified]:
        """AsymmetricVerify."""
        if request.algorithm not in SIGNATURE_ALGORITHMS:
            return Unsupported(f"verify with {request.algorithm}")
        if request.message_type is MessageType.RAW:
            return Unsupported("messages that are not digests")
        answer = self._call_version(
            "AsymmetricVerify",
            request,
            Digest=_base64(request.message),
            Value=_base64(request.signature),
        )
        if (
            isinstance(answer, Rejected)
            and answer.native_code == INVALID_PARAMETER
            and len(request.message) == SHA_256_LENGTH
        ):  # with a digest that is right, the signature is what is left
            return classed_as(answer, RejectionClass.INVALID_SIGNATURE_ENCODING)
        return self._explained(
            request.key,
            KeyUsage.SIGN_VERIFY,
            read_reply(answer, lambda fields: Verified(_truth(fields["Value"]))),
        )

    # The way to the service.

    def _call(self, operation: str, request: OnKey, **parameters: object) -> Answer:
        return self._sdk.call(operation, {"KeyId": request.key, **parameters}, request.deadline_ms)

    def _call_version(
        self, operation: str, request: Encrypt | Decrypt | Sign | Verify, **parameters: object
    ) -> Answer:
        """Call an operation that wants the key version and the algorithm named."""
        version = self._version_id(request)
        if not isinstance(version, Ok):
            return version
        if not request.algorithm_left_out:
            parameters["Algorithm"] = request.algorithm.value
        return self._call(operation, request, KeyVersionId=version.value, **parameters)

    def _explained(self, key: str, usage: KeyUsage, outcome: Outcome[V]) -> Outcome[V]:
        """Say of an unsupported operation that it is for the key's other usage, where it is."""
        if (
            isinstance(outcome, Rejected)
            and outcome.native_code in UNSUPPORTED_CODES
            and self._usages.get(key, usage) is not usage
        ):
            return classed_as(outcome, RejectionClass.WRONG_KEY_USAGE)
        return outcome


def _inexpressible(request: Encrypt | Decrypt) -> Unsupported | None:
    """Say what the API has no place for."""
    if request.algorithm not in (Algorithm.GCM, Algorithm.RSAES_OAEP_SHA_256):
        return Unsupported(f"encryption with {request.algorithm}")
    if request.iv is not None or (type(request) is Decrypt and request.tag is not None):
        return Unsupported("an IV or a tag apart from the ciphertext")
    if request.tag_length not in (None, 16):
        return Unsupported(f"tags of {request.tag_length} bytes")
    if request.label is not None or request.padding is not None or request.dialect is not None:
        return Unsupported("labels, padding modes and dialects")
    if request.aad and request.algorithm is not Algorithm.GCM:
        return Unsupported("associated data for OAEP")
    return None


def _context(aad: bytes | None) -> dict[str, dict[str, str]]:
    return {"EncryptionContext": {AAD_NAME: aad.hex()}} if aad else {}


def read_reply(answer: Answer, read: Callable[[Mapping[str, Any]], V]) -> Ok[V] | Rejected | Error:
    """Read the fields of a reply; one that lacks them, or has wrong ones, is a broken message."""
    if not isinstance(answer, Ok):
        return answer
    try:
        return Ok(read(answer.value))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        return Error(ErrorKind.INTERNAL, f"a reply that cannot be read: {type(error).__name__}")


def _done(answer: Answer) -> Outcome[Done]:
    return DONE if isinstance(answer, Ok) else answer


def classed_as(rejected: Rejected, rejection: RejectionClass) -> Rejected:
    """Return a rejection under another class."""
    return Rejected(rejection, rejected.native_code, rejected.message)


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _octets(text: str) -> HexBytes:
    """Decode base64. Raises ``ValueError`` or ``TypeError``."""
    try:
        return HexBytes(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("no boolean")
    return value


def from_pem(text: str) -> HexBytes:
    """Decode a public key in PEM, as it is, without reading its DER. Raises ``ValueError``."""
    lines = text.strip().splitlines()
    if lines[0] != "-----BEGIN PUBLIC KEY-----" or lines[-1] != "-----END PUBLIC KEY-----":
        raise ValueError("no public key in PEM")
    return _octets("".join(lines[1:-1]))
