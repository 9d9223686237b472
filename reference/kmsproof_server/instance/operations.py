"""The operations of the instance API by their names, and those that are no encryption."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from kmsproof_reference.kms.errors import InvalidParameter
from kmsproof_reference.pem import PUBLIC_KEY, encode_pem
from kmsproof_server.instance.call import (
    WIRE_NAMES,
    Answer,
    Call,
    algorithm_named,
    message_type_named,
    present,
)
from kmsproof_server.instance.encryption import (
    advance_decrypt,
    advance_encrypt,
    advance_generate_data_key,
    decrypt,
    encrypt,
    generate_data_key,
)
from kmsproof_server.instance.messages import (
    AdvanceDecryptRequest,
    AdvanceEncryptRequest,
    AdvanceGenerateDataKeyRequest,
    DecryptRequest,
    EncryptRequest,
    GenerateDataKeyRequest,
    GenerateRandomRequest,
    GenerateRandomResponse,
    GetPublicKeyRequest,
    GetPublicKeyResponse,
    SignRequest,
    SignResponse,
    VerifyRequest,
    VerifyResponse,
)
from kmsproof_server.instance.protobuf import MalformedMessage, Message, decode

Asked = TypeVar("Asked", bound=Message)
Operation = Callable[[Call, bytes], Answer]
"""Performs a call with the body of its request. Raises a `KmsError`."""


def sign(call: Call, request: SignRequest) -> Answer:
    """Sign."""
    key_id = present("KeyId", request.key_id)
    message_type = message_type_named(request.message_type)
    made = call.service.sign(
        key_id,
        present("Message", request.message),
        algorithm=algorithm_named(request.algorithm),
        message_type=message_type,
        version_id=call.version_of(key_id),
    )
    response = SignResponse(
        key_id=made.key_id,
        signature=made.signature,
        request_id=call.request_id,
        algorithm=WIRE_NAMES[made.algorithm],
        message_type=message_type.value,
    )
    return Answer(response, made.version_id)


def verify(call: Call, request: VerifyRequest) -> Answer:
    """Verify; a malformed signature is not valid."""
    key_id = present("KeyId", request.key_id)
    message_type = message_type_named(request.message_type)
    found = call.service.verify(
        key_id,
        present("Message", request.message),
        present("Signature", request.signature),
        algorithm=algorithm_named(request.algorithm),
        message_type=message_type,
        version_id=call.version_of(key_id),
    )
    response = VerifyResponse(
        key_id=found.key_id,
        value=found.valid,
        request_id=call.request_id,
        algorithm=WIRE_NAMES[found.algorithm],
        message_type=message_type.value,
    )
    return Answer(response, found.version_id)


def get_public_key(call: Call, request: GetPublicKeyRequest) -> Answer:
    """GetPublicKey."""
    key = call.service.describe_key(present("KeyId", request.key_id))
    version_id = call.version_named or key.initial_version_id
    public_key = call.service.get_public_key(key.key_id, version_id)
    response = GetPublicKeyResponse(
        key_id=key.key_id,
        public_key=encode_pem(PUBLIC_KEY, public_key),
        request_id=call.request_id,
    )
    return Answer(response, version_id)


def generate_random(call: Call, request: GenerateRandomRequest) -> Answer:
    """GenerateRandom."""
    random = call.service.generate_random(present("Length", request.length))
    return Answer(GenerateRandomResponse(random=random, request_id=call.request_id))


def _read_with(kind: type[Asked], perform: Callable[[Call, Asked], Answer]) -> Operation:
    """Return an operation that reads its request from the body."""

    def operation(call: Call, body: bytes) -> Answer:
        try:
            request = decode(kind, body)
        except MalformedMessage:
            raise InvalidParameter("body", f"the body is no {kind.__name__}") from None
        return perform(call, request)

    return operation


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "Encrypt": _read_with(EncryptRequest, encrypt),
        "Decrypt": _read_with(DecryptRequest, decrypt),
        "AdvanceEncrypt": _read_with(AdvanceEncryptRequest, advance_encrypt),
        "AdvanceDecrypt": _read_with(AdvanceDecryptRequest, advance_decrypt),
        "GenerateDataKey": _read_with(GenerateDataKeyRequest, generate_data_key),
        "AdvanceGenerateDataKey": _read_with(
            AdvanceGenerateDataKeyRequest, advance_generate_data_key
        ),
        "GenerateRandom": _read_with(GenerateRandomRequest, generate_random),
        "Sign": _read_with(SignRequest, sign),
        "Verify": _read_with(VerifyRequest, verify),
        "GetPublicKey": _read_with(GetPublicKeyRequest, get_public_key),
    }
)
"""All operations that are offered."""
