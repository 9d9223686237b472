"""Operations of symmetric keys: Encrypt, Decrypt and the data keys.

What is encrypted is the base64 text of the plaintext and not the bytes that it stands for; Decrypt
gives that very text back.
"""

from __future__ import annotations

import base64
from enum import StrEnum, unique

from kmsproof_reference.kms.errors import (
    InvalidCiphertextBlob,
    InvalidParameter,
    KeyVersionNotFound,
)
from kmsproof_reference.kms.policy import (
    DATA_KEY_LIMIT,
    DEFAULT_DATA_KEY_LENGTH,
    SHARED_PLAINTEXT_LIMIT,
)
from kmsproof_reference.vocabulary import Algorithm
from kmsproof_server.shared.blob import Blob, parse
from kmsproof_server.shared.call import Call
from kmsproof_server.shared.encryption_context import context_of
from kmsproof_server.shared.replies import Fields


@unique
class DataKeySpec(StrEnum):
    """The values of KeySpec of GenerateDataKey."""

    AES_256 = "AES_256"
    AES_128 = "AES_128"


DATA_KEY_LENGTHS = {DataKeySpec.AES_256: 32, DataKeySpec.AES_128: 16}


def encrypt(call: Call) -> Fields:
    """Encrypt, with the primary version."""
    if len(call.parameters.octets("Plaintext")) > SHARED_PLAINTEXT_LIMIT:
        raise InvalidParameter("Plaintext", f"a plaintext has {SHARED_PLAINTEXT_LIMIT} bytes")
    return _sealed(call, call.parameters.text("Plaintext"))


def decrypt(call: Call) -> Fields:
    """Decrypt, with the key version that the blob names."""
    blob = parse(call.parameters.octets("CiphertextBlob"))
    context = call.service.associated_data(context_of(call.parameters))
    try:
        key_id = call.service.key_id_of_version(blob.version_id)
    except KeyVersionNotFound:
        raise InvalidCiphertextBlob from None
    decrypted = call.service.decrypt(
        key_id,
        blob.ciphertext,
        algorithm=Algorithm.GCM,
        iv=blob.iv,
        aad=context,
        version_id=blob.version_id,
    )
    return {
        "KeyId": decrypted.key_id,
        "KeyVersionId": decrypted.version_id,
        "Plaintext": decrypted.plaintext.decode("utf-8"),
    }


def generate_data_key(call: Call) -> Fields:
    """GenerateDataKey."""
    data_key = base64.b64encode(call.service.generate_random(_data_key_length(call))).decode()
    return {"Plaintext": data_key, **_sealed(call, data_key)}


def generate_data_key_without_plaintext(call: Call) -> Fields:
    """GenerateDataKeyWithoutPlaintext."""
    fields = generate_data_key(call)
    del fields["Plaintext"]
    return fields


def _sealed(call: Call, text: str) -> Fields:
    context = call.service.associated_data(context_of(call.parameters))
    encrypted = call.service.encrypt(
        call.key_id, text.encode(), algorithm=Algorithm.GCM, aad=context
    )
    assert encrypted.iv is not None
    blob = Blob(encrypted.version_id, encrypted.iv, encrypted.ciphertext)
    return {
        "KeyId": encrypted.key_id,
        "KeyVersionId": encrypted.version_id,
        "CiphertextBlob": base64.b64encode(blob.compose()).decode(),
    }


def _data_key_length(call: Call) -> int:
    """NumberOfBytes, or else what KeySpec asks for."""
    key_spec = call.parameters.optional_word("KeySpec", DataKeySpec)
    length = call.parameters.optional_integer("NumberOfBytes")
    if length is None:
        return DATA_KEY_LENGTHS[key_spec] if key_spec else DEFAULT_DATA_KEY_LENGTH
    if not 1 <= length <= DATA_KEY_LIMIT:
        raise InvalidParameter("NumberOfBytes")
    return length
