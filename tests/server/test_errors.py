"""Every documented error that the server can give, with the official SDK."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from kmsproof_server.serving import Server
from kmsproof_testing.aliyun import ByHand, Caller, access_key_of, query_of, send, send_signed

TEXT = base64.b64encode(b"Hello world").decode()
DIGEST = base64.b64encode(bytes(32)).decode()
SIGN, ENCRYPT = "SIGN/VERIFY", "ENCRYPT/DECRYPT"
NO_KEY = "key-that-is-not-there"
NO_VERSION = "00000000-0000-0000-0000-000000000000"
UNSUPPORTED = {"UnsupportedOperation", "Rejected.UnsupportedOperation"}

ON_KEYS: dict[str, dict[str, Any]] = {
    "DescribeKey": {},
    "UpdateKeyDescription": {"Description": "new"},
    "UpdateRotationPolicy": {"EnableAutomaticRotation": "false"},
    "EnableKey": {},
    "DisableKey": {},
    "ScheduleKeyDeletion": {"PendingWindowInDays": 7},
    "CancelKeyDeletion": {},
    "GetPublicKey": {"KeyVersionId": NO_VERSION},
    "CreateKeyVersion": {},
    "DescribeKeyVersion": {"KeyVersionId": NO_VERSION},
    "ListKeyVersions": {},
    "Encrypt": {"Plaintext": TEXT},
    "GenerateDataKey": {},
    "GenerateDataKeyWithoutPlaintext": {},
    "AsymmetricEncrypt": {
        "Plaintext": TEXT,
        "KeyVersionId": NO_VERSION,
        "Algorithm": "RSAES_OAEP_SHA_256",
    },
    "AsymmetricDecrypt": {
        "CiphertextBlob": TEXT,
        "KeyVersionId": NO_VERSION,
        "Algorithm": "RSAES_OAEP_SHA_256",
    },
    "AsymmetricSign": {
        "Digest": DIGEST,
        "KeyVersionId": NO_VERSION,
        "Algorithm": "ECDSA_SHA_256",
    },
    "AsymmetricVerify": {
        "Digest": DIGEST,
        "Value": TEXT,
        "KeyVersionId": NO_VERSION,
        "Algorithm": "ECDSA_SHA_256",
    },
    "GetParametersForImport": {
        "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
        "WrappingKeySpec": "RSA_2048",
    },
    "ImportKeyMaterial": {"EncryptedKeyMaterial": TEXT, "ImportToken": TEXT},
    "DeleteKeyMaterial": {},
    "CreateAlias": {"AliasName": "alias/of-errors"},
    "ListAliasesByKeyId": {},
}
"""Every operation that names a key, with all that it needs beside."""


@pytest.mark.parametrize("operation", ON_KEYS)
def test_a_key_that_is_not_there(caller: Caller, operation: str) -> None:
    code = caller.refusal(operation, KeyId=NO_KEY, **ON_KEYS[operation])
    assert code == "Forbidden.KeyNotFound"


@pytest.mark.parametrize("operation", ON_KEYS)
def test_a_parameter_that_is_missing(server: Server, operation: str) -> None:
    parameters = {"KeyId": NO_KEY, **{name: str(v) for name, v in ON_KEYS[operation].items()}}
    for name in parameters:
        others = {key: value for key, value in parameters.items() if key != name}
        for sent in (others, {**others, name: ""}):
            received = send_signed(server, ByHand(operation, sent))
            assert (received.status, received.code) == (400, "MissingParameter"), (name, sent)
            assert f'"{name}"' in received.fields["Message"]


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("CreateKey", {"KeySpec": "Aliyun_SM4"}),
        ("CreateKey", {"KeySpec": "aliyun_aes_256"}),
        ("CreateKey", {"KeyUsage": "SIGN"}),
        ("CreateKey", {"Origin": "external"}),
        ("CreateKey", {"ProtectionLevel": "hardware"}),
        ("CreateKey", {"EnableAutomaticRotation": "yes"}),
        ("CreateKey", {"EnableAutomaticRotation": "true", "RotationInterval": "7w"}),
        ("CreateKey", {"EnableAutomaticRotation": "true", "RotationInterval": "6d"}),
        ("CreateKey", {"EnableAutomaticRotation": "true", "RotationInterval": "999999999d"}),
        ("ListKeys", {"PageNumber": "0"}),
        ("ListKeys", {"PageNumber": "-1"}),
        ("ListKeys", {"PageSize": "0"}),
        ("ListKeys", {"PageSize": "101"}),
        ("ListKeys", {"PageSize": "ten"}),
        ("ListKeys", {"PageSize": "9" * 30}),
        ("ListKeys", {"Filters": "not JSON"}),
        ("ListKeys", {"Filters": "{}"}),
        ("ListKeys", {"Filters": "[1]"}),
        ("ListKeys", {"Filters": '[{"Key":"Colour","Values":["red"]}]'}),
        ("ListKeys", {"Filters": '[{"Key":"KeySpec","Values":"red"}]'}),
        ("ListKeys", {"Filters": "[" * 8000}),
        ("ListKeys", {"Format": "YAML"}),
    ],
)
def test_a_parameter_that_is_not_valid(
    server: Server, operation: str, parameters: dict[str, str]
) -> None:
    received = send_signed(server, ByHand(operation, parameters))
    assert (received.status, received.code) == (400, "InvalidParameter")


@pytest.mark.parametrize(
    "parameters",
    [
        {"Plaintext": "not base64!"},
        {"Plaintext": "AAA"},
        {"Plaintext": base64.b64encode(bytes(6145)).decode()},
        {"Plaintext": TEXT, "EncryptionContext": "not JSON"},
        {"Plaintext": TEXT, "EncryptionContext": "[]"},
        {"Plaintext": TEXT, "EncryptionContext": '"text"'},
        {"Plaintext": TEXT, "EncryptionContext": '{"a":1}'},
        {"Plaintext": TEXT, "EncryptionContext": '{"a":["b"]}'},
        {"Plaintext": TEXT, "EncryptionContext": '{"a":null}'},
        {"Plaintext": TEXT, "EncryptionContext": '{"a":"\\ud800"}'},
        {"Plaintext": TEXT, "EncryptionContext": '{"a":"' + "b" * 8190 + '"}'},
        {"Plaintext": TEXT, "EncryptionContext": '{"a":' * 1300 + '"b"' + "}" * 1300},
    ],
)
def test_what_encrypt_does_not_take(
    server: Server, caller: Caller, parameters: dict[str, str]
) -> None:
    received = send_signed(server, ByHand("Encrypt", {"KeyId": caller.new_key(), **parameters}))
    assert (received.status, received.code) == (400, "InvalidParameter")


def test_whatever_is_wrong_with_a_blob_is_one_error(caller: Caller) -> None:
    other = caller.version_of(caller.new_key())
    key_id = caller.new_key()
    blob = base64.b64decode(
        caller.answer("Encrypt", KeyId=key_id, Plaintext=TEXT)["CiphertextBlob"]
    )
    changed = [
        blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :]
        for place in (0, 35, 36, 47, 48, 63, 64, 79)
    ]
    for wrong in (
        b"x", blob[:63], blob[:-1], blob + b"\0", bytes(80), b"\xff" * 80,
        other.encode() + blob[36:], *changed,
    ):  # fmt: skip
        code = caller.refusal("Decrypt", CiphertextBlob=base64.b64encode(wrong).decode())
        assert code == "InvalidParameter"


def test_a_data_key_that_is_too_long_or_of_another_kind(caller: Caller) -> None:
    key_id = caller.new_key()
    for parameters in ({"NumberOfBytes": 1025}, {"NumberOfBytes": 0}, {"KeySpec": "AES_192"}):
        for operation in ("GenerateDataKey", "GenerateDataKeyWithoutPlaintext"):
            code = caller.refusal(operation, KeyId=key_id, **parameters)
            assert code == "InvalidParameter"


def test_what_the_sheet_does_not_offer(caller: Caller) -> None:
    for parameters in (
        {"KeySpec": "Aliyun_AES_128"},
        {"KeySpec": "Aliyun_AES_192", "ProtectionLevel": "SOFTWARE"},
        {"KeySpec": "Aliyun_AES_256", "KeyUsage": SIGN},
        {"KeySpec": "RSA_2048", "DKMSInstanceId": "kst-external-keys"},
        {"Tags": '[{"TagKey":"a","TagValue":"b"}]'},
        {"Policy": "{}"},
    ):
        assert caller.refusal("CreateKey", **parameters) in {*UNSUPPORTED, "InvalidParameter"}


def test_instances_and_levels(caller: Caller) -> None:
    code = caller.refusal("CreateKey", DKMSInstanceId="kst-that-is-not-there")
    assert code == "Forbidden.DKMSInstanceNotFound"
    code = caller.refusal("CreateKey", ProtectionLevel="EXTERNAL")
    assert code == "Unsupported.ProtectionLevel"


def test_symmetric_operations_want_symmetric_keys(caller: Caller) -> None:
    for key_spec, usage in (("RSA_2048", ENCRYPT), ("EC_P256", SIGN)):
        key_id = caller.new_key(KeySpec=key_spec, KeyUsage=usage)
        for operation in ("Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"):
            assert caller.refusal(operation, KeyId=key_id, **ON_KEYS[operation]) in UNSUPPORTED


def test_asymmetric_operations_want_their_usage_and_algorithm(caller: Caller) -> None:
    aes = caller.new_key()
    encrypting = caller.new_key(KeySpec="RSA_2048", KeyUsage=ENCRYPT)
    signing = caller.new_key(KeySpec="RSA_2048", KeyUsage=SIGN)
    curve = caller.new_key(KeySpec="EC_P256", KeyUsage=ENCRYPT)
    for key_id, operation, algorithm in (
        (aes, "AsymmetricEncrypt", "RSAES_OAEP_SHA_256"),
        (aes, "AsymmetricSign", "RSA_PSS_SHA_256"),
        (signing, "AsymmetricEncrypt", "RSAES_OAEP_SHA_256"),
        (signing, "AsymmetricDecrypt", "RSAES_OAEP_SHA_256"),
        (encrypting, "AsymmetricSign", "RSA_PSS_SHA_256"),
        (encrypting, "AsymmetricVerify", "RSA_PKCS1_SHA_256"),
        (signing, "AsymmetricSign", "ECDSA_SHA_256"),
        (curve, "AsymmetricEncrypt", "RSAES_OAEP_SHA_256"),
    ):
        named = {
            "KeyId": key_id,
            "KeyVersionId": caller.version_of(key_id),
            "Algorithm": algorithm,
        }
        code = caller.refusal(operation, **{**ON_KEYS[operation], **named})
        assert code in UNSUPPORTED, (operation, algorithm)
    for operation, algorithm in (
        ("AsymmetricEncrypt", "ECIES_DH_SHA_1_XOR_HMAC"),
        ("AsymmetricEncrypt", "RSA_PSS_SHA_256"),
        ("AsymmetricSign", "RSAES_OAEP_SHA_256"),
        ("AsymmetricSign", "MD5"),
    ):
        parameters = {**ON_KEYS[operation], "KeyId": curve, "Algorithm": algorithm}
        assert caller.refusal(operation, **parameters) == "InvalidParameter"


def test_the_two_spellings_of_an_unsupported_operation(caller: Caller) -> None:
    key_id = caller.new_key(KeySpec="EC_P256", KeyUsage=SIGN)
    version = caller.version_of(key_id)
    assert caller.refusal("Encrypt", KeyId=key_id, Plaintext=TEXT) == "UnsupportedOperation"
    parameters = {**ON_KEYS["AsymmetricEncrypt"], "KeyId": key_id, "KeyVersionId": version}
    code = caller.refusal("AsymmetricEncrypt", **parameters)
    assert code == "Rejected.UnsupportedOperation"
    code = caller.refusal("CreateKeyVersion", KeyId=caller.new_key())
    assert code == "Rejected.UnsupportedOperation"
    code = caller.refusal("CreateKeyVersion", KeyId=key_id)  # within 7 days
    assert code == "Rejected.UnsupportedOperation"


def test_a_version_that_is_not_there(caller: Caller) -> None:
    key_id = caller.new_key(KeySpec="EC_P256", KeyUsage=SIGN)
    for operation in ("GetPublicKey", "DescribeKeyVersion", "AsymmetricSign", "AsymmetricVerify"):
        code = caller.refusal(operation, KeyId=key_id, **ON_KEYS[operation])
        assert code == "Forbidden.KeyVersionNotFound"


def test_wrong_digests_plaintexts_and_ciphertexts_of_asymmetric_keys(caller: Caller) -> None:
    signing = caller.new_key(KeySpec="RSA_2048", KeyUsage=SIGN)
    named = {
        "KeyId": signing,
        "KeyVersionId": caller.version_of(signing),
        "Algorithm": "RSA_PSS_SHA_256",
    }
    for length in (1, 31, 33, 48):
        digest = base64.b64encode(bytes(length)).decode()
        for operation in ("AsymmetricSign", "AsymmetricVerify"):
            parameters = {**ON_KEYS[operation], **named, "Digest": digest}
            assert caller.refusal(operation, **parameters) == "InvalidParameter"
    encrypting = caller.new_key(KeySpec="RSA_2048", KeyUsage=ENCRYPT)
    named = {
        "KeyId": encrypting,
        "KeyVersionId": caller.version_of(encrypting),
        "Algorithm": "RSAES_OAEP_SHA_256",
    }
    long = base64.b64encode(bytes(191)).decode()
    assert caller.refusal("AsymmetricEncrypt", Plaintext=long, **named) == "InvalidParameter"
    for length in (1, 255, 256, 257):
        blob = base64.b64encode(bytes(length)).decode()
        code = caller.refusal("AsymmetricDecrypt", CiphertextBlob=blob, **named)
        assert code == "InvalidParameter"


STATES: dict[str, list[tuple[str, dict[str, int]]]] = {
    "Disabled": [("DisableKey", {})],
    "PendingDeletion": [("ScheduleKeyDeletion", {"PendingWindowInDays": 7})],
}
USES = (
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "UpdateRotationPolicy",
)


@pytest.mark.parametrize("state", STATES)
def test_a_key_that_is_not_enabled_is_not_used(caller: Caller, state: str) -> None:
    key_id = caller.new_key()
    blob = caller.answer("Encrypt", KeyId=key_id, Plaintext=TEXT)["CiphertextBlob"]
    signing = caller.new_key(KeySpec="EC_P256", KeyUsage=SIGN)
    version = caller.version_of(signing)
    for key in (key_id, signing):
        for operation, parameters in STATES[state]:
            caller.answer(operation, KeyId=key, **parameters)
    for operation in USES:
        code = caller.refusal(operation, KeyId=key_id, **ON_KEYS[operation])
        assert code == f"Rejected.{state}"
    assert caller.refusal("Decrypt", CiphertextBlob=blob) == f"Rejected.{state}"
    for operation in ("CreateKeyVersion", "AsymmetricSign", "AsymmetricVerify"):
        named = {"KeyVersionId": version} if "KeyVersionId" in ON_KEYS[operation] else {}
        code = caller.refusal(operation, **{**ON_KEYS[operation], "KeyId": signing, **named})
        assert code == f"Rejected.{state}"


def test_states_that_do_not_change(server: Server, caller: Caller) -> None:
    enabled, deleted = caller.new_key(), caller.new_key()
    waiting = caller.new_key(Origin="EXTERNAL")
    days = {"PendingWindowInDays": "7"}
    caller.answer("ScheduleKeyDeletion", KeyId=deleted, PendingWindowInDays=7)
    alias = {"AliasName": "alias/of-a-deleted-key"}
    for operation, key_id, parameters in (
        ("CancelKeyDeletion", enabled, {}),
        ("CancelKeyDeletion", waiting, {}),
        ("EnableKey", deleted, {}),
        ("DisableKey", deleted, {}),
        ("EnableKey", waiting, {}),
        ("DisableKey", waiting, {}),
        ("ScheduleKeyDeletion", deleted, days),
        ("CreateAlias", deleted, alias),
    ):
        received = send_signed(server, ByHand(operation, {"KeyId": key_id, **parameters}))
        assert (received.status, received.code) == (409, "Rejected.StateModifiedFailed"), operation
    code = caller.refusal("UpdateKeyDescription", KeyId=deleted, Description="new")
    assert code == "Rejected.PendingDeletion"


@pytest.mark.parametrize("days", [0, 6, 367, 10**9])
def test_the_days_until_a_deletion(caller: Caller, days: int) -> None:
    code = caller.refusal("ScheduleKeyDeletion", KeyId=caller.new_key(), PendingWindowInDays=days)
    assert code == "InvalidParameter"


def test_errors_of_aliases(caller: Caller) -> None:
    key_id, alias = caller.new_key(), "alias/twice"
    caller.answer("CreateAlias", KeyId=key_id, AliasName=alias)
    code = caller.refusal("CreateAlias", KeyId=key_id, AliasName=alias)
    assert code == "AliasAlreadyExists"
    for name in ("no-prefix", "alias/", "alias/acs/kms", "alias/" + "a" * 250):
        code = caller.refusal("CreateAlias", KeyId=key_id, AliasName=name)
        assert code == "InvalidParameter", name
    missing = "alias/that-is-not-there"
    for operation in ("DeleteAlias", "UpdateAlias"):
        code = caller.refusal(operation, AliasName=missing, KeyId=key_id)
        assert code == "Forbidden.AliasNotFound"
    assert caller.refusal("DescribeKey", KeyId=missing) == "Forbidden.AliasNotFound"
    code = caller.refusal("UpdateAlias", AliasName=alias, KeyId=NO_KEY)
    assert code == "Forbidden.KeyNotFound"


def test_an_operation_or_version_that_is_not_there(server: Server) -> None:
    access_key = access_key_of(server)
    received = send_signed(server, ByHand("MakeCoffee"))
    assert (received.status, received.code) == (400, "InvalidParameter")
    received = send_signed(server, ByHand("ListKeys", headers={"x-acs-version": "2010-01-01"}))
    assert (received.status, received.code) == (400, "InvalidParameter")
    for name, code in (("Action", "MissingParameter"), ("Version", "MissingParameter")):
        parameters = ByHand("ListKeys").signed_in_parameters(access_key, **{name: ""})
        received = send(server.place, "POST", f"/?{query_of(parameters)}")
        assert (received.status, received.code) == (400, code)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_method_that_is_not_supported(server: Server, method: str) -> None:
    received = send_signed(server, ByHand("ListKeys", method=method))
    assert (received.status, received.code) == (403, "UnsupportedHTTPMethod")
