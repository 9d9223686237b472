"""Every operation of the shared API with the official SDK, and what its replies hold."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kmsproof_server.shared.operations.table import OPERATIONS
from kmsproof_testing.aliyun import Caller

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TEXT = base64.b64encode(b"Hello world").decode()
DIGEST = hashlib.sha256(b"a message").digest()
SIGN, ENCRYPT = "SIGN/VERIFY", "ENCRYPT/DECRYPT"
ALL = frozenset(
    [
        "CreateKey",
        "DescribeKey",
        "ListKeys",
        "UpdateKeyDescription",
        "UpdateRotationPolicy",
        "EnableKey",
        "DisableKey",
        "ScheduleKeyDeletion",
        "CancelKeyDeletion",
        "GetPublicKey",
        "CreateKeyVersion",
        "DescribeKeyVersion",
        "ListKeyVersions",
        "Encrypt",
        "Decrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "AsymmetricEncrypt",
        "AsymmetricDecrypt",
        "AsymmetricSign",
        "AsymmetricVerify",
        "GetParametersForImport",
        "ImportKeyMaterial",
        "DeleteKeyMaterial",
        "CreateAlias",
        "UpdateAlias",
        "DeleteAlias",
        "ListAliases",
        "ListAliasesByKeyId",
    ]
)


def base64_of(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def described(caller: Caller, key_id: str) -> Any:
    return caller.answer("DescribeKey", KeyId=key_id)["KeyMetadata"]


def test_all_operations_are_there() -> None:
    assert OPERATIONS.keys() == ALL


def test_a_key_by_default(caller: Caller) -> None:
    metadata = caller.answer("CreateKey")["KeyMetadata"]
    assert metadata["KeySpec"] == "Aliyun_AES_256"
    assert metadata["KeyUsage"] == ENCRYPT
    assert metadata["KeyState"] == "Enabled"
    assert metadata["Origin"] == "Aliyun_KMS"
    assert metadata["ProtectionLevel"] == "SOFTWARE"
    assert metadata["AutomaticRotation"] == "Disabled"
    assert metadata["Description"] == metadata["DeleteDate"] == metadata["MaterialExpireTime"] == ""
    assert UUID.fullmatch(metadata["PrimaryKeyVersion"])
    assert metadata["Arn"].endswith(f":key/{metadata['KeyId']}")
    assert metadata["Creator"]
    assert TIME.fullmatch(metadata["CreationDate"])
    assert TIME.fullmatch(metadata["LastRotationDate"])
    assert not {"NextRotationDate", "RotationInterval"} & metadata.keys()
    assert described(caller, metadata["KeyId"]) == {
        **metadata,
        "DeletionProtection": "Disabled",
        "DeletionProtectionDescription": "",
    }


@pytest.mark.parametrize(
    ("key_spec", "usages"),
    [
        ("Aliyun_AES_256", [ENCRYPT]),
        ("RSA_2048", [ENCRYPT, SIGN]),
        pytest.param("RSA_3072", [ENCRYPT, SIGN], marks=pytest.mark.slow),
        pytest.param("RSA_4096", [ENCRYPT, SIGN], marks=pytest.mark.slow),
        ("EC_P256", [ENCRYPT, SIGN]),
        ("EC_P256K", [ENCRYPT, SIGN]),
    ],
)
def test_keys_of_each_key_spec(caller: Caller, key_spec: str, usages: list[str]) -> None:
    for usage in usages:
        for level in ("SOFTWARE", "HSM"):
            metadata = caller.answer(
                "CreateKey", KeySpec=key_spec, KeyUsage=usage, ProtectionLevel=level
            )["KeyMetadata"]
            assert (metadata["KeySpec"], metadata["KeyUsage"]) == (key_spec, usage)
            assert metadata["ProtectionLevel"] == level
            assert ("PrimaryKeyVersion" in metadata) is key_spec.startswith("Aliyun")


@pytest.mark.parametrize(
    ("instance", "level", "key_specs"),
    [
        ("kst-software-protected-keys", "SOFTWARE", ["Aliyun_AES_256"]),
        (
            "kst-hardware-protected-keys",
            "HSM",
            ["Aliyun_AES_256", "Aliyun_AES_192", "Aliyun_AES_128"],
        ),
        ("kst-external-keys", "EXTERNAL", ["Aliyun_AES_256"]),
    ],
)
def test_a_key_has_the_level_of_its_instance(
    caller: Caller, instance: str, level: str, key_specs: list[str]
) -> None:
    for key_spec in key_specs:
        metadata = caller.answer(
            "CreateKey", KeySpec=key_spec, DKMSInstanceId=instance, ProtectionLevel="SOFTWARE"
        )["KeyMetadata"]
        assert metadata["DKMSInstanceId"] == instance
        assert metadata["ProtectionLevel"] == level
        answer = caller.answer("Encrypt", KeyId=metadata["KeyId"], Plaintext=TEXT)
        opened = caller.answer("Decrypt", CiphertextBlob=answer["CiphertextBlob"])
        assert opened["Plaintext"] == TEXT


def test_descriptions(caller: Caller) -> None:
    key_id = caller.new_key(Description="first \u00e9 & <\u4e16\u754c>")
    assert described(caller, key_id)["Description"] == "first \u00e9 & <\u4e16\u754c>"
    caller.answer("UpdateKeyDescription", KeyId=key_id, Description="second")
    assert described(caller, key_id)["Description"] == "second"


def test_the_states_of_a_key(caller: Caller) -> None:
    key_id = caller.new_key()
    for operation, parameters, state in (
        ("DisableKey", {}, "Disabled"),
        ("EnableKey", {}, "Enabled"),
        ("ScheduleKeyDeletion", {"PendingWindowInDays": 7}, "PendingDeletion"),
        ("CancelKeyDeletion", {}, "Enabled"),
    ):
        assert caller.answer(operation, KeyId=key_id, **parameters).keys() == {"RequestId"}
        metadata = described(caller, key_id)
        assert metadata["KeyState"] == state
        assert bool(metadata["DeleteDate"]) is (state == "PendingDeletion")


def test_automatic_rotation(caller: Caller) -> None:
    metadata = caller.answer("CreateKey", EnableAutomaticRotation=True, RotationInterval="30d")
    metadata = metadata["KeyMetadata"]
    assert metadata["AutomaticRotation"] == "Enabled"
    assert metadata["RotationInterval"] == "2592000s"
    assert TIME.fullmatch(metadata["NextRotationDate"])
    key_id = metadata["KeyId"]
    for text, seconds in (("7d", "604800s"), ("192h", "691200s"), ("864000s", "864000s")):
        caller.answer(
            "UpdateRotationPolicy",
            KeyId=key_id,
            EnableAutomaticRotation=True,
            RotationInterval=text,
        )
        assert described(caller, key_id)["RotationInterval"] == seconds
    caller.answer("UpdateRotationPolicy", KeyId=key_id, EnableAutomaticRotation=False)
    assert described(caller, key_id)["AutomaticRotation"] == "Disabled"


def test_the_ciphertext_blob(caller: Caller) -> None:
    """Key version, IV, and the base64 text under GCM: 80 bytes for eleven."""
    key_id = caller.new_key()
    answer = caller.answer("Encrypt", KeyId=key_id, Plaintext=TEXT)
    assert answer["KeyId"] == key_id
    blob = base64.b64decode(answer["CiphertextBlob"])
    assert blob[:36].decode() == answer["KeyVersionId"]
    assert len(blob) == 36 + 12 + len(TEXT) + 16
    assert UUID.fullmatch(answer["KeyVersionId"])
    assert answer["KeyVersionId"] == described(caller, key_id)["PrimaryKeyVersion"]
    opened = caller.answer("Decrypt", CiphertextBlob=answer["CiphertextBlob"])
    assert opened == {
        "KeyId": key_id,
        "KeyVersionId": answer["KeyVersionId"],
        "Plaintext": TEXT,
        "RequestId": opened["RequestId"],
    }
    assert opened["RequestId"] != answer["RequestId"]


@pytest.mark.parametrize("length", [1, 16, 6144])
def test_plaintexts_of_many_lengths(caller: Caller, length: int) -> None:
    text = base64_of(bytes(length))
    blob = caller.answer("Encrypt", KeyId=caller.new_key(), Plaintext=text)["CiphertextBlob"]
    assert caller.answer("Decrypt", CiphertextBlob=blob)["Plaintext"] == text


def test_encryption_contexts_are_compared_as_maps(caller: Caller) -> None:
    key_id = caller.new_key()
    context = {"b": "1", "a": "\u00e9=&"}
    blob = caller.answer("Encrypt", KeyId=key_id, Plaintext=TEXT, EncryptionContext=context)
    blob = blob["CiphertextBlob"]
    same = {"a": "\u00e9=&", "b": "1"}
    opened = caller.answer("Decrypt", CiphertextBlob=blob, EncryptionContext=same)
    assert opened["Plaintext"] == TEXT
    for other in ({}, {"a": "\u00e9=&"}, {**context, "c": ""}, {"b": "2", "a": "\u00e9=&"}):
        code = caller.refusal("Decrypt", CiphertextBlob=blob, EncryptionContext=other)
        assert code == "InvalidParameter"
    one, two = {"a": "1&b=2"}, {"a": "1", "b": "2"}
    for mine, other in ((one, two), (two, one)):
        blob = caller.answer("Encrypt", KeyId=key_id, Plaintext=TEXT, EncryptionContext=mine)
        blob = blob["CiphertextBlob"]
        caller.answer("Decrypt", CiphertextBlob=blob, EncryptionContext=mine)
        caller.refusal("Decrypt", CiphertextBlob=blob, EncryptionContext=other)


def test_data_keys(caller: Caller) -> None:
    key_id = caller.new_key()
    for parameters, length in (
        ({}, 32),
        ({"KeySpec": "AES_256"}, 32),
        ({"KeySpec": "AES_128"}, 16),
        ({"NumberOfBytes": 1}, 1),
        ({"NumberOfBytes": 1024}, 1024),
        ({"NumberOfBytes": 24, "KeySpec": "AES_128"}, 24),
    ):
        answer = caller.answer("GenerateDataKey", KeyId=key_id, **parameters)
        assert len(base64.b64decode(answer["Plaintext"])) == length
        opened = caller.answer("Decrypt", CiphertextBlob=answer["CiphertextBlob"])
        assert opened["Plaintext"] == answer["Plaintext"]
        hidden = caller.answer("GenerateDataKeyWithoutPlaintext", KeyId=key_id, **parameters)
        assert "Plaintext" not in hidden
        opened = caller.answer("Decrypt", CiphertextBlob=hidden["CiphertextBlob"])
        assert len(base64.b64decode(opened["Plaintext"])) == length
    blob = caller.answer("GenerateDataKey", KeyId=key_id)["CiphertextBlob"]
    assert len(base64.b64decode(blob)) == 108


def test_asymmetric_encryption(caller: Caller) -> None:
    key_id = caller.new_key(KeySpec="RSA_2048", KeyUsage=ENCRYPT)
    version = caller.version_of(key_id)
    named = {"KeyId": key_id, "KeyVersionId": version, "Algorithm": "RSAES_OAEP_SHA_256"}
    answer = caller.answer("AsymmetricEncrypt", Plaintext=base64_of(b"secret"), **named)
    assert (answer["KeyId"], answer["KeyVersionId"]) == (key_id, version)
    opened = caller.answer("AsymmetricDecrypt", CiphertextBlob=answer["CiphertextBlob"], **named)
    assert base64.b64decode(opened["Plaintext"]) == b"secret"
    pem = caller.answer("GetPublicKey", KeyId=key_id, KeyVersionId=version)["PublicKey"]
    assert pem.splitlines()[1].startswith("MIIBIjANBgkqhkiG9w0BAQEF")
    assert pem.endswith("-----END PUBLIC KEY-----\n")
    assert max(map(len, pem.splitlines())) == 64
    public = load_pem_public_key(pem.encode())
    assert isinstance(public, rsa.RSAPublicKey)
    oaep = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)
    sealed = base64_of(public.encrypt(b"from outside", oaep))
    opened = caller.answer("AsymmetricDecrypt", CiphertextBlob=sealed, **named)
    assert base64.b64decode(opened["Plaintext"]) == b"from outside"


@pytest.mark.parametrize(
    ("key_spec", "algorithm"),
    [
        ("RSA_2048", "RSA_PSS_SHA_256"),
        ("RSA_2048", "RSA_PKCS1_SHA_256"),
        ("EC_P256", "ECDSA_SHA_256"),
        ("EC_P256K", "ECDSA_SHA_256"),
    ],
)
def test_signatures(caller: Caller, key_spec: str, algorithm: str) -> None:
    key_id = caller.new_key(KeySpec=key_spec, KeyUsage=SIGN)
    version = caller.version_of(key_id)
    named = {"KeyId": key_id, "KeyVersionId": version, "Algorithm": algorithm}
    value = caller.answer("AsymmetricSign", Digest=base64_of(DIGEST), **named)["Value"]
    answer = caller.answer("AsymmetricVerify", Digest=base64_of(DIGEST), Value=value, **named)
    assert answer["Value"] is True
    other = base64_of(bytes(32))
    answer = caller.answer("AsymmetricVerify", Digest=other, Value=value, **named)
    assert answer["Value"] is False
    pem = caller.answer("GetPublicKey", KeyId=key_id, KeyVersionId=version)["PublicKey"]
    public = load_pem_public_key(pem.encode())
    signature, digest = base64.b64decode(value), Prehashed(SHA256())
    if isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, DIGEST, ec.ECDSA(digest))
    else:
        assert isinstance(public, rsa.RSAPublicKey)
        pss = padding.PSS(padding.MGF1(SHA256()), 32)
        scheme = pss if algorithm == "RSA_PSS_SHA_256" else padding.PKCS1v15()
        public.verify(signature, DIGEST, scheme, digest)


def test_key_versions(caller: Caller) -> None:
    key_id = caller.new_key(KeySpec="EC_P256", KeyUsage=SIGN)
    versions = caller.answer("ListKeyVersions", KeyId=key_id)
    assert (versions["TotalCount"], versions["PageNumber"], versions["PageSize"]) == (1, 1, 10)
    (version,) = versions["KeyVersions"]["KeyVersion"]
    assert version["KeyId"] == key_id
    assert UUID.fullmatch(version["KeyVersionId"])
    assert TIME.fullmatch(version["CreationDate"])
    answer = caller.answer("DescribeKeyVersion", KeyId=key_id, KeyVersionId=version["KeyVersionId"])
    assert answer["KeyVersion"] == version


def test_aliases(caller: Caller) -> None:
    first, second = caller.new_key(), caller.new_key()
    alias = "alias/of-operations"
    caller.answer("CreateAlias", AliasName=alias, KeyId=first)
    listed = caller.answer("ListAliasesByKeyId", KeyId=first)
    (entry,) = listed["Aliases"]["Alias"]
    assert listed["TotalCount"] == 1
    assert (entry["AliasName"], entry["KeyId"]) == (alias, first)
    assert entry["AliasArn"].endswith(f":{alias}")
    assert entry in caller.answer("ListAliases", PageSize=100)["Aliases"]["Alias"]
    answer = caller.answer("Encrypt", KeyId=alias, Plaintext=TEXT)
    assert answer["KeyId"] == first
    caller.answer("UpdateAlias", AliasName=alias, KeyId=second)
    assert described(caller, alias)["KeyId"] == second
    opened = caller.answer("Decrypt", CiphertextBlob=answer["CiphertextBlob"])
    assert opened["KeyId"] == first
    caller.answer("DeleteAlias", AliasName=alias)
    assert caller.refusal("DescribeKey", KeyId=alias) == "Forbidden.AliasNotFound"


def test_a_key_by_its_arn(caller: Caller) -> None:
    key_id = caller.new_key()
    arn = described(caller, key_id)["Arn"]
    assert caller.answer("Encrypt", KeyId=arn, Plaintext=TEXT)["KeyId"] == key_id


def test_keys_in_pages_and_by_filters(caller: Caller) -> None:
    made = {caller.new_key(KeySpec="EC_P256K", KeyUsage=SIGN) for _ in range(3)}
    wanted = '[{"Key":"KeySpec","Values":["EC_P256K"]},{"Key":"KeyUsage","Values":["SIGN/VERIFY"]}]'
    seen: list[str] = []
    total = caller.answer("ListKeys", Filters=wanted)["TotalCount"]
    for number in range(1, total + 1):
        page = caller.answer("ListKeys", Filters=wanted, PageNumber=number, PageSize=1)
        assert (page["PageNumber"], page["PageSize"]) == (number, 1)
        (key,) = page["Keys"]["Key"]
        assert key["KeyArn"].endswith(key["KeyId"])
        seen.append(key["KeyId"])
    assert len(set(seen)) == len(seen) == total
    assert made <= set(seen)
    beyond = caller.answer("ListKeys", Filters=wanted, PageNumber=total + 1, PageSize=1)
    assert beyond["Keys"]["Key"] == []
    disabled = '[{"Key":"KeyState","Values":["Disabled"]}]'
    before = caller.answer("ListKeys", Filters=disabled)["TotalCount"]
    caller.answer("DisableKey", KeyId=seen[0])
    assert caller.answer("ListKeys", Filters=disabled)["TotalCount"] == before + 1


DRY_RUNS = {
    "Encrypt": {"Plaintext": TEXT},
    "GenerateDataKey": {},
    "GenerateDataKeyWithoutPlaintext": {},
}


@pytest.mark.parametrize("operation", DRY_RUNS)
def test_a_dry_run_performs_nothing(caller: Caller, operation: str) -> None:
    key_id = caller.new_key()
    parameters = {"KeyId": key_id, **DRY_RUNS[operation]}
    assert "DryRunOperationError" in caller.error(operation, DryRun="true", **parameters).message
    caller.answer(operation, DryRun="false", **parameters)
    caller.answer("DisableKey", KeyId=key_id)
    assert "ValidationError" in caller.error(operation, DryRun="true", **parameters).message
