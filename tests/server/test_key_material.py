"""Key material from outside, with the official SDK: how it gets in, and what is refused."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from kmsproof_testing.aliyun import Caller

TEXT = base64.b64encode(b"Hello world").decode()
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
PARAMETERS: dict[str, dict[str, str]] = {
    "GetParametersForImport": {
        "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "WrappingKeySpec": "RSA_2048",
    },
    "ImportKeyMaterial": {"EncryptedKeyMaterial": TEXT, "ImportToken": TEXT},
    "DeleteKeyMaterial": {},
}


def base64_of(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def described(caller: Caller, key_id: str) -> Any:
    return caller.answer("DescribeKey", KeyId=key_id)["KeyMetadata"]


@pytest.mark.parametrize(
    ("algorithm", "scheme"),
    [
        ("RSAES_PKCS1_V1_5", padding.PKCS1v15()),
        ("RSAES_OAEP_SHA_1", padding.OAEP(padding.MGF1(SHA1()), SHA1(), None)),
        ("RSAES_OAEP_SHA_256", padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)),
    ],
)
def test_key_material_from_outside(
    caller: Caller, algorithm: str, scheme: padding.AsymmetricPadding
) -> None:
    key_id = caller.new_key(Origin="EXTERNAL")
    assert described(caller, key_id)["KeyState"] == "PendingImport"
    assert caller.refusal("Encrypt", KeyId=key_id, Plaintext=TEXT) == "Rejected.PendingImport"
    wrapping = caller.answer(
        "GetParametersForImport",
        KeyId=key_id,
        WrappingAlgorithm=algorithm,
        WrappingKeySpec="RSA_2048",
    )
    assert wrapping["KeyId"] == key_id
    assert re.fullmatch(TIME, wrapping["TokenExpireTime"])
    public = load_der_public_key(base64.b64decode(wrapping["PublicKey"]))
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.key_size == 2048
    expires = datetime.now(UTC) + timedelta(days=1)
    caller.answer(
        "ImportKeyMaterial",
        KeyId=key_id,
        EncryptedKeyMaterial=base64_of(public.encrypt(bytes(range(32)), scheme)),
        ImportToken=wrapping["ImportToken"],
        KeyMaterialExpireUnix=int(expires.timestamp()),
    )
    metadata = described(caller, key_id)
    assert metadata["KeyState"] == "Enabled"
    assert metadata["MaterialExpireTime"] == expires.strftime("%Y-%m-%dT%H:%M:%SZ")
    blob = caller.answer("Encrypt", KeyId=key_id, Plaintext=TEXT)["CiphertextBlob"]
    assert caller.answer("Decrypt", CiphertextBlob=blob)["Plaintext"] == TEXT
    caller.answer("DeleteKeyMaterial", KeyId=key_id)
    assert described(caller, key_id)["KeyState"] == "PendingImport"
    assert caller.refusal("Decrypt", CiphertextBlob=blob) == "Rejected.PendingImport"


def test_errors_of_key_material(caller: Caller) -> None:
    made = caller.new_key()
    for operation in ("GetParametersForImport", "ImportKeyMaterial", "DeleteKeyMaterial"):
        code = caller.refusal(operation, KeyId=made, **PARAMETERS[operation])
        assert code == "Unsupported.Origin"
    waiting, other = caller.new_key(Origin="EXTERNAL"), caller.new_key(Origin="EXTERNAL")
    wrapping = PARAMETERS["GetParametersForImport"]
    token = caller.answer("GetParametersForImport", KeyId=waiting, **wrapping)["ImportToken"]
    for key_id, its_token, code in (
        (waiting, TEXT, "InvalidImportToken"),
        (other, token, "InvalidImportToken"),
        (waiting, token, "InvalidKeyMaterial"),
    ):
        refused = caller.refusal(
            "ImportKeyMaterial", KeyId=key_id, EncryptedKeyMaterial=TEXT, ImportToken=its_token
        )
        assert refused == code
    refused = caller.refusal(
        "ImportKeyMaterial",
        KeyId=waiting,
        EncryptedKeyMaterial=TEXT,
        ImportToken=token,
        KeyMaterialExpireUnix=1,
    )
    assert refused == "InvalidParameter"
