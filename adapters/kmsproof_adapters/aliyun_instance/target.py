"""A KMS instance as a target: keys live over the shared API and are used over that of the instance.

An instance takes the tag of GCM at the end of the ciphertext; here the two are parted. Where a
ciphertext or a signature is all that can be wrong with a call, its refusal is one of that.
"""

from __future__ import annotations

from typing import TypeGuard

from kmsproof.capability import PROTOCOL_VERSION, Description
from kmsproof.messages import (
    Close,
    Decrypt,
    Describe,
    Encrypt,
    GetPublicKey,
    OnKey,
    OperateOnKey,
    Sign,
    Verify,
)
from kmsproof.outcome import (
    Decrypted,
    Done,
    Encrypted,
    Ok,
    Outcome,
    PublicKey,
    Rejected,
    Signed,
    Unsupported,
    Verified,
)
from kmsproof.target import Target
from kmsproof.vocabulary import (
    SIGNATURE_ALGORITHMS,
    Algorithm,
    HexBytes,
    KeyUsage,
    MessageType,
    PaddingMode,
    RejectionClass,
)
from kmsproof_adapters.aliyun.codes import INVALID_PARAMETER
from kmsproof_adapters.aliyun.sdk import Sdk
from kmsproof_adapters.aliyun.settings import avoid_proxies_on_loopback
from kmsproof_adapters.aliyun.target import SharedApiTarget, classed_as, from_pem, read_reply
from kmsproof_adapters.aliyun_instance.capabilities import AAD_LENGTHS, algorithms, keys
from kmsproof_adapters.aliyun_instance.client import API_VERSION, Answer, InstanceClient
from kmsproof_adapters.aliyun_instance.client_key import read_client_key
from kmsproof_adapters.aliyun_instance.settings import InstanceSettings
from kmsproof_adapters.aliyun_instance.wire import Fields
from kmsproof_adapters.asymmetric import SHA_256_LENGTH
from kmsproof_adapters.gcm_tags import TAG_LENGTH, joined, parted, wrong_tag
from kmsproof_adapters.installed import adapter_version
from kmsproof_adapters.refusals import UNEXPECTED_AAD

WIRE_NAMES = {
    **{algorithm: algorithm.value for algorithm in Algorithm},
    Algorithm.GCM: "AES_GCM",
    Algorithm.ECB: "AES_ECB",
    Algorithm.CBC: "AES_CBC",
}
"""How the API names the algorithms."""

IV_LENGTHS = {Algorithm.GCM: 12, Algorithm.CBC: 16}
"""Bytes of the IV; the other algorithms have none (API document of Decrypt)."""

EMPTY_IV = Rejected(
    RejectionClass.INVALID_ARGUMENT, "empty-iv", "an empty IV cannot be told from none at all"
)
"""A request with an empty IV would be one that leaves the choice to the instance."""

_ABOUT_A_FIELD = frozenset({INVALID_PARAMETER, "MissingParameter"})
"""The codes that say that a field is wrong, and not which one. An empty field is a missing one."""


def open_instance_api(settings: InstanceSettings) -> Target:
    """Open an instance. Nothing is sent yet.

    Raises:
        UsageError: if the client key or a certificate authority cannot be read.
    """
    avoid_proxies_on_loopback(settings.shared)
    client_key = read_client_key(settings.client_key, settings.client_key_password)
    return InstanceTarget(settings, Sdk(settings.shared), InstanceClient(settings, client_key))


class InstanceTarget(SharedApiTarget):
    """Keys of a KMS instance; a handle is the id of a key."""

    def __init__(self, settings: InstanceSettings, sdk: Sdk, client: InstanceClient) -> None:
        """Take the way to the shared API, and the one to the instance."""
        super().__init__(settings.shared, sdk, API_VERSION)
        self._instance, self._client = settings, client

    def describe(self, request: Describe) -> Outcome[Description]:
        """Say what the API offers; the service is not asked."""
        levels = tuple(self._settings.instances)
        return Ok(
            Description(
                protocol=PROTOCOL_VERSION,
                name="Instance API of Alibaba Cloud KMS",
                version=API_VERSION,
                keys=keys(levels),
                algorithms=algorithms(
                    levels,
                    self._instance.dialect,
                    compressed_points=self._instance.compressed_points,
                ),
                adapter=adapter_version(),
                notes=(
                    f"instance endpoint {self._instance.endpoint}",
                    f"keys are made over the shared API at {self._settings.place}",
                ),
            )
        )

    def close(self, request: Close) -> Outcome[Done]:
        """Schedule the deletion of what was made here and is still there."""
        outcome = super().close(request)
        self._client.close()
        return outcome

    def get_public_key(self, request: GetPublicKey) -> Outcome[PublicKey]:
        """GetPublicKey, of the version that the instance uses."""
        return read_reply(
            self._call_instance("GetPublicKey", request),
            lambda fields: PublicKey(from_pem(fields["PublicKey"])),
        )

    # Encryption.

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        """Encrypt; without an IV the instance chooses one."""
        refusal = self._inexpressible(request)
        if refusal is not None:
            return refusal
        if request.iv is not None and not request.iv:
            return EMPTY_IV
        if request.tag_length is not None and request.algorithm is not Algorithm.GCM:
            return UNEXPECTED_AAD
        if request.tag_length not in (None, TAG_LENGTH):
            return Unsupported(f"tags of {request.tag_length} bytes")
        answer = self._call_instance(
            "Encrypt",
            request,
            Plaintext=request.plaintext,
            Aad=request.aad or b"",
            Iv=request.iv or b"",
            **_named(request, request.padding),
        )
        return self._explained(
            request.key,
            KeyUsage.ENCRYPT_DECRYPT,
            read_reply(answer, lambda fields: _encrypted(request.algorithm, fields)),
        )

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        """Decrypt; the tag of GCM is put behind the ciphertext.

        The instance is not told the dialect of ECIES: it has one, and shows which.
        """
        refusal = self._inexpressible(request) or wrong_tag(request)
        if refusal is not None:
            return refusal
        answer = self._call_instance(
            "Decrypt",
            request,
            CiphertextBlob=joined(request),
            Aad=request.aad or b"",
            Iv=request.iv or b"",
            **_named(request, request.padding),
        )
        if _is_about_a_field(answer) and _fits(request):
            return classed_as(answer, RejectionClass.INVALID_CIPHERTEXT)
        return self._explained(
            request.key,
            KeyUsage.ENCRYPT_DECRYPT,
            read_reply(answer, lambda fields: Decrypted(HexBytes(fields["Plaintext"]))),
        )

    def _inexpressible(self, request: Encrypt | Decrypt) -> Unsupported | None:
        """Say what the API has no place for."""
        if request.algorithm in SIGNATURE_ALGORITHMS:
            return Unsupported(f"encryption with {request.algorithm}")
        if request.label is not None:
            return Unsupported("labels")
        if type(request) is Encrypt and request.dialect not in (None, self._instance.dialect):
            return Unsupported(f"the dialect {request.dialect}")
        return None

    # Signatures.

    def sign(self, request: Sign) -> Outcome[Signed]:
        """Sign."""
        if request.algorithm not in SIGNATURE_ALGORITHMS:
            return Unsupported(f"sign with {request.algorithm}")
        answer = self._call_instance(
            "Sign",
            request,
            Message=request.message,
            MessageType=request.message_type.value,
            **_named(request),
        )
        return self._explained(
            request.key,
            KeyUsage.SIGN_VERIFY,
            read_reply(answer, lambda fields: Signed(HexBytes(fields["Signature"]))),
        )

    def verify(self, request: Verify) -> Outcome[Verified]:
        """Verify."""
        if request.algorithm not in SIGNATURE_ALGORITHMS:
            return Unsupported(f"verify with {request.algorithm}")
        answer = self._call_instance(
            "Verify",
            request,
            Signature=request.signature,
            Message=request.message,
            MessageType=request.message_type.value,
            **_named(request),
        )
        if _is_about_a_field(answer) and _is_message(request):
            return classed_as(answer, RejectionClass.INVALID_SIGNATURE_ENCODING)
        return self._explained(
            request.key,
            KeyUsage.SIGN_VERIFY,
            read_reply(answer, lambda fields: Verified(fields["Value"])),
        )

    def _call_instance(self, name: str, request: OnKey, **fields: object) -> Answer:
        return self._client.call(name, {"KeyId": request.key, **fields}, request.deadline_ms)


def _named(request: OperateOnKey, padding: PaddingMode | None = None) -> dict[str, str]:
    """Return algorithm and padding as the call names them."""
    if request.algorithm_left_out:
        return {}
    named = {"Algorithm": WIRE_NAMES[request.algorithm]}
    return named if padding is None else {**named, "PaddingMode": padding.value}


def _encrypted(algorithm: Algorithm, fields: Fields) -> Encrypted:
    """Read a ciphertext. Raises ``ValueError`` for one that is too short for its tag."""
    ciphertext = fields["CiphertextBlob"]
    if algorithm is Algorithm.GCM and len(ciphertext) < TAG_LENGTH:
        raise ValueError("no tag")
    return parted(algorithm, ciphertext, fields["Iv"] or None)


def _is_about_a_field(answer: object) -> TypeGuard[Rejected]:
    return isinstance(answer, Rejected) and answer.native_code in _ABOUT_A_FIELD


def _fits(request: Decrypt) -> bool:
    """Whether all else is right, so that the ciphertext is what is left to be wrong."""
    block_mode = request.algorithm in (Algorithm.ECB, Algorithm.CBC)
    if request.algorithm is Algorithm.GCM:
        aad_fits = len(request.aad or b"") in AAD_LENGTHS
    else:
        aad_fits = not request.aad
    return (
        aad_fits
        and len(request.iv or b"") == IV_LENGTHS.get(request.algorithm, 0)
        and (block_mode or request.padding is None)
    )


def _is_message(request: Verify) -> bool:
    """Whether the message is right, so that the signature is what is left to be wrong."""
    if request.message_type is MessageType.DIGEST:
        return len(request.message) == SHA_256_LENGTH
    return bool(request.message)
