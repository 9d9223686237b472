"""The operations of the instance API that encrypt, decrypt and make data keys.

Encrypt and GenerateDataKey use the first version of a key. The operations whose names begin with
``Advance`` use the newest one, of the symmetric keys of software-protected instances only.
"""

from __future__ import annotations

from kmsproof_reference.kms.errors import (
    InvalidCiphertextBlob,
    InvalidParameter,
    KeyVersionNotFound,
    UnsupportedAlgorithm,
    UnsupportedOperation,
)
from kmsproof_reference.kms.metadata import Encrypted
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.vocabulary import Algorithm, ProtectionLevel
from kmsproof_server.instance.blob import PREFIX, compose_advanced, parse_advanced
from kmsproof_server.instance.call import (
    WIRE_NAMES,
    Answer,
    Call,
    algorithm_named,
    padding_named,
    present,
)
from kmsproof_server.instance.messages import (
    AdvanceDecryptRequest,
    AdvanceDecryptResponse,
    AdvanceEncryptRequest,
    AdvanceEncryptResponse,
    AdvanceGenerateDataKeyRequest,
    AdvanceGenerateDataKeyResponse,
    DecryptRequest,
    DecryptResponse,
    EncryptRequest,
    EncryptResponse,
    GenerateDataKeyRequest,
    GenerateDataKeyResponse,
)
from kmsproof_server.shared.blob import Blob

GCM_NAME = WIRE_NAMES[Algorithm.GCM]


def encrypt(call: Call, request: EncryptRequest) -> Answer:
    """Encrypt."""
    key_id = present("KeyId", request.key_id)
    made = call.service.encrypt(
        key_id,
        present("Plaintext", request.plaintext),
        algorithm=algorithm_named(request.algorithm),
        padding=padding_named(request.padding_mode),
        iv=request.iv or None,
        aad=request.aad,
        version_id=call.version_of(key_id),
    )
    response = EncryptResponse(
        key_id=made.key_id,
        ciphertext_blob=made.ciphertext,
        iv=made.iv or b"",
        request_id=call.request_id,
        algorithm=WIRE_NAMES[made.algorithm],
        padding_mode=made.padding or "",
    )
    return Answer(response, made.version_id)


def decrypt(call: Call, request: DecryptRequest) -> Answer:
    """Decrypt."""
    key_id = present("KeyId", request.key_id)
    opened = call.service.decrypt(
        key_id,
        present("CiphertextBlob", request.ciphertext_blob),
        algorithm=algorithm_named(request.algorithm),
        padding=padding_named(request.padding_mode),
        iv=request.iv or None,
        aad=request.aad,
        version_id=call.version_of(key_id),
    )
    response = DecryptResponse(
        key_id=opened.key_id,
        plaintext=opened.plaintext,
        request_id=call.request_id,
        algorithm=WIRE_NAMES[opened.algorithm],
        padding_mode=opened.padding or "",
    )
    return Answer(response, opened.version_id)


def advance_encrypt(call: Call, request: AdvanceEncryptRequest) -> Answer:
    """AdvanceEncrypt."""
    key_id = present("KeyId", request.key_id)
    plaintext = present("Plaintext", request.plaintext)
    _check_is_advanced(call.service, key_id)
    _check_is_gcm(request.algorithm)
    made = call.service.encrypt(
        key_id,
        plaintext,
        algorithm=Algorithm.GCM,
        padding=padding_named(request.padding_mode),
        iv=request.iv or None,
        aad=request.aad,
    )
    response = AdvanceEncryptResponse(
        key_id=made.key_id,
        ciphertext_blob=_advanced(made),
        iv=made.iv or b"",
        request_id=call.request_id,
        algorithm=GCM_NAME,
        key_version_id=made.version_id,
    )
    return Answer(response, made.version_id)


def advance_decrypt(call: Call, request: AdvanceDecryptRequest) -> Answer:
    """AdvanceDecrypt: of what says itself which key it needs, and of what Encrypt made."""
    octets = present("CiphertextBlob", request.ciphertext_blob)
    blob = parse_advanced(octets)
    key_id = None if blob is None else _key_of(call.service, blob)
    if blob is not None and key_id is not None:
        answer = _decrypt_advanced(call, request, blob, key_id)
    elif octets.startswith(PREFIX) and not request.key_id:
        raise InvalidCiphertextBlob
    else:
        answer = decrypt(call, request)
    message = answer.message
    assert isinstance(message, DecryptResponse)
    response = AdvanceDecryptResponse(
        key_id=message.key_id,
        plaintext=message.plaintext,
        request_id=message.request_id,
        algorithm=message.algorithm,
        padding_mode=message.padding_mode,
        key_version_id=answer.version_id or "",
    )
    return Answer(response, answer.version_id)


def generate_data_key(call: Call, request: GenerateDataKeyRequest) -> Answer:
    """GenerateDataKey."""
    key_id = present("KeyId", request.key_id)
    length = present("NumberOfBytes", request.number_of_bytes)
    version_id = call.version_of(key_id)
    _check_is_gcm(request.algorithm)
    made = call.service.generate_data_key(key_id, length, aad=request.aad, version_id=version_id)
    response = GenerateDataKeyResponse(
        key_id=made.encrypted.key_id,
        iv=made.encrypted.iv or b"",
        plaintext=made.plaintext,
        ciphertext_blob=made.encrypted.ciphertext,
        request_id=call.request_id,
        algorithm=GCM_NAME,
    )
    return Answer(response, made.encrypted.version_id)


def advance_generate_data_key(call: Call, request: AdvanceGenerateDataKeyRequest) -> Answer:
    """AdvanceGenerateDataKey."""
    key_id = present("KeyId", request.key_id)
    length = present("NumberOfBytes", request.number_of_bytes)
    _check_is_advanced(call.service, key_id)
    made = call.service.generate_data_key(key_id, length, aad=request.aad)
    response = AdvanceGenerateDataKeyResponse(
        key_id=made.encrypted.key_id,
        iv=made.encrypted.iv or b"",
        plaintext=made.plaintext,
        ciphertext_blob=_advanced(made.encrypted),
        request_id=call.request_id,
        algorithm=GCM_NAME,
        key_version_id=made.encrypted.version_id,
    )
    return Answer(response, made.encrypted.version_id)


def _key_of(service: KeyManagementService, blob: Blob) -> str | None:
    try:
        return service.key_id_of_version(blob.version_id)
    except KeyVersionNotFound:
        return None


def _decrypt_advanced(
    call: Call, request: AdvanceDecryptRequest, blob: Blob, key_id: str
) -> Answer:
    """Decrypt what names its key. A key or an IV that the request names has to be the same."""
    _check_is_gcm(request.algorithm)
    if request.iv not in (b"", blob.iv):
        raise InvalidParameter("Iv", "the ciphertext holds another IV; leave it out")
    if request.key_id and call.service.describe_key(request.key_id).key_id != key_id:
        raise InvalidCiphertextBlob
    opened = call.service.decrypt(
        key_id,
        blob.ciphertext,
        algorithm=Algorithm.GCM,
        padding=padding_named(request.padding_mode),
        iv=blob.iv,
        aad=request.aad,
        version_id=blob.version_id,
    )
    response = DecryptResponse(
        key_id=opened.key_id,
        plaintext=opened.plaintext,
        request_id=call.request_id,
        algorithm=GCM_NAME,
    )
    return Answer(response, opened.version_id)


def _advanced(made: Encrypted) -> bytes:
    assert made.iv is not None
    return compose_advanced(Blob(made.version_id, made.iv, made.ciphertext))


def _check_is_advanced(service: KeyManagementService, key_id: str) -> None:
    key = service.describe_key(key_id)
    if not key.key_spec.is_symmetric or key.protection_level is not ProtectionLevel.SOFTWARE:
        raise UnsupportedOperation("this is for symmetric software-protected keys only")


def _check_is_gcm(name: str) -> None:
    if algorithm_named(name) not in (None, Algorithm.GCM):
        raise UnsupportedAlgorithm(f"{GCM_NAME} is the only algorithm here; leave it out")
