"""Every operation of the instance API with the official SDK, over HTTP and TLS."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from kmsproof_adapters.aliyun_instance import wire
from kmsproof_server.instance.messages import OPERATION_MESSAGES, Error
from kmsproof_server.instance.operations import OPERATIONS
from kmsproof_server.instance.protobuf import field_numbers
from kmsproof_server.serving import Options, Server, running, utc_now
from kmsproof_testing.aliyun import Caller
from kmsproof_testing.dkms import VERSION_HEADER, DkmsSdk, Refused, dkms_sdk

PLAINTEXT, MESSAGE = b"a plaintext", b"a message"
DIGEST = hashlib.sha256(MESSAGE).digest()
SIGN, ENCRYPT = "SIGN/VERIFY", "ENCRYPT/DECRYPT"
SOFTWARE, HARDWARE, EXTERNAL = (
    "kst-software-protected-keys",
    "kst-hardware-protected-keys",
    "kst-external-keys",
)
FIELD_TYPES: dict[object, str] = {
    str: "TYPE_STRING",
    bytes: "TYPE_BYTES",
    int: "TYPE_INT32",
    bool: "TYPE_BOOL",
}


@pytest.fixture(scope="module")
def sdk(server: Server) -> Iterator[DkmsSdk]:
    """The SDK with the client key of the server."""
    with dkms_sdk(server) as sdk:
        yield sdk


def test_messages_are_those_of_the_definition(sdk: DkmsSdk) -> None:
    definition = sdk.definition()
    for kind in (*OPERATION_MESSAGES, Error):
        types = (FIELD_TYPES[type(each.default)] for each in fields(kind))
        numbers = field_numbers(kind)
        ours = dict(zip(numbers, zip(numbers.values(), types, strict=True), strict=True))
        assert ours == definition[kind.__name__]
    assert {kind.__name__ for kind in OPERATION_MESSAGES} == {
        f"{operation}{end}" for operation in OPERATIONS for end in ("Request", "Response")
    }
    for name, found in wire.MESSAGES.items():
        numbers = {field: number for field, (number, _) in definition[name].items()}
        assert dict(zip(found, range(1, len(found) + 1), strict=True)) == numbers


@pytest.mark.parametrize(
    ("place", "algorithm", "padding"),
    [
        (SOFTWARE, "AES_GCM", ""),
        (HARDWARE, "AES_GCM", ""),
        (HARDWARE, "AES_CBC", "PKCS7_PADDING"),
        (HARDWARE, "AES_CBC", "NO_PADDING"),
        (HARDWARE, "AES_ECB", "PKCS7_PADDING"),
        (EXTERNAL, "AES_GCM", ""),
        (EXTERNAL, "AES_ECB", "NO_PADDING"),
    ],
)
def test_symmetric_encryption(
    sdk: DkmsSdk, caller: Caller, place: str, algorithm: str, padding: str
) -> None:
    named: dict[str, object] = {
        "key_id": caller.new_key(DKMSInstanceId=place),
        "algorithm": algorithm,
        "padding_mode": padding or None,
        "aad": b"associated data" if algorithm == "AES_GCM" else None,
    }
    plaintext = bytes(32)
    sealed = sdk.answer("encrypt", plaintext=plaintext, **named)
    assert (sealed.fields["algorithm"], sealed.fields["padding_mode"]) == (algorithm, padding)
    iv = sealed.fields["iv"]
    assert len(iv) == {"AES_GCM": 12, "AES_CBC": 16, "AES_ECB": 0}[algorithm]
    blob = sealed.fields["ciphertext_blob"]
    assert len(blob) == {"": 48, "PKCS7_PADDING": 48, "NO_PADDING": 32}[padding]
    opened = sdk.answer("decrypt", ciphertext_blob=blob, iv=iv or None, **named)
    assert opened.fields["plaintext"] == plaintext
    assert opened.version_id == sealed.version_id == caller.version_of(str(named["key_id"]))
    wrong = sdk.refusal("decrypt", ciphertext_blob=blob[:-1], iv=iv or None, **named)
    text = "The specified parameter is not valid."
    assert wrong == Refused(400, "InvalidParameter", text)


@pytest.mark.parametrize(
    ("key_spec", "algorithm"),
    [
        ("RSA_2048", "RSAES_OAEP_SHA_256"),
        ("EC_P256", "ECIES_DH_SHA_1_XOR_HMAC"),
        ("EC_P256K", "ECIES_DH_SHA_1_XOR_HMAC"),
    ],
)
def test_public_key_encryption(sdk: DkmsSdk, caller: Caller, key_spec: str, algorithm: str) -> None:
    key = caller.new_key(KeySpec=key_spec, KeyUsage=ENCRYPT)
    sealed = sdk.answer("encrypt", key_id=key, plaintext=PLAINTEXT)
    assert sealed.fields["algorithm"] == algorithm
    blob = sealed.fields["ciphertext_blob"]
    opened = sdk.answer("decrypt", key_id=key, ciphertext_blob=blob, algorithm=algorithm)
    assert opened.fields["plaintext"] == PLAINTEXT
    assert sdk.refusal("decrypt", key_id=key, ciphertext_blob=bytes(100)).code == (
        "InvalidParameter"
    )


@pytest.mark.parametrize(
    ("key_spec", "algorithm"),
    [
        ("RSA_2048", "RSA_PSS_SHA_256"),
        ("RSA_2048", "RSA_PKCS1_SHA_256"),
        ("EC_P256", "ECDSA_SHA_256"),
        ("EC_P256K", "ECDSA_SHA_256"),
    ],
)
def test_signatures(sdk: DkmsSdk, caller: Caller, key_spec: str, algorithm: str) -> None:
    named: dict[str, object] = {
        "key_id": caller.new_key(KeySpec=key_spec, KeyUsage=SIGN),
        "algorithm": algorithm,
    }
    signed = sdk.answer("sign", message=MESSAGE, message_type="RAW", **named)
    signature = signed.fields["signature"]
    for message, message_type, right in (
        (MESSAGE, "RAW", True),
        (DIGEST, "DIGEST", True),
        (DIGEST, "RAW", False),
    ):
        found = sdk.answer(
            "verify", message=message, message_type=message_type, signature=signature, **named
        )
        assert found.fields["value"] is right
        assert found.version_id == signed.version_id
    got = sdk.answer("get_public_key", key_id=named["key_id"])
    version = caller.version_of(str(named["key_id"]))
    shared = caller.answer("GetPublicKey", KeyId=named["key_id"], KeyVersionId=version)
    assert got.fields["public_key"] == shared["PublicKey"]
    assert got.version_id == version


def test_data_keys_and_random_bytes(sdk: DkmsSdk, caller: Caller) -> None:
    key = caller.new_key()
    made = sdk.answer("generate_data_key", key_id=key, number_of_bytes=24, aad=b"a")
    opened = sdk.answer(
        "decrypt",
        key_id=key,
        ciphertext_blob=made.fields["ciphertext_blob"],
        iv=made.fields["iv"],
        aad=b"a",
    )
    assert opened.fields["plaintext"] == made.fields["plaintext"]
    assert len(made.fields["plaintext"]) == 24
    assert made.version_id == caller.version_of(key)
    assert len(sdk.answer("generate_random", length=17).fields["random"]) == 17


def test_advanced_operations(sdk: DkmsSdk, caller: Caller) -> None:
    key = caller.new_key()
    version = caller.version_of(key)
    sealed = sdk.answer("advance_encrypt", key_id=key, plaintext=PLAINTEXT, aad=b"a")
    made = sdk.answer("advance_generate_data_key", key_id=key, number_of_bytes=32, aad=b"a")
    for answered, plaintext in ((sealed, PLAINTEXT), (made, made.fields["plaintext"])):
        assert answered.fields["key_version_id"] == answered.version_id == version
        blob = answered.fields["ciphertext_blob"]
        opened = sdk.answer("advance_decrypt", ciphertext_blob=blob, aad=b"a")
        assert opened.fields["plaintext"] == plaintext
        assert (opened.fields["key_id"], opened.fields["key_version_id"]) == (key, version)


def test_a_key_version_named_in_a_header(sdk: DkmsSdk, caller: Caller) -> None:
    """The header is signed, as all whose names begin like it."""
    key, other = caller.new_key(), caller.new_key()
    asked: dict[str, object] = {"key_id": key, "plaintext": PLAINTEXT}
    version = caller.version_of(key)
    assert sdk.answer("encrypt", headers={VERSION_HEADER: version}, **asked).version_id == version
    wrong = {VERSION_HEADER: caller.version_of(other)}
    refusal = sdk.refusal("encrypt", headers=wrong, **asked)
    assert (refusal.status, refusal.code) == (404, "Forbidden.KeyVersionNotFound")


def test_refusals(sdk: DkmsSdk, caller: Caller) -> None:
    key = caller.new_key()
    for operation, asked, status, code in (
        ("encrypt", {"key_id": key}, 400, "MissingParameter"),
        ("encrypt", {"key_id": "nobody", "plaintext": PLAINTEXT}, 404, "Forbidden.KeyNotFound"),
        ("sign", {"key_id": key, "message": MESSAGE}, 400, "UnsupportedOperation"),
        ("get_public_key", {"key_id": key}, 400, "UnsupportedOperation"),
        ("generate_random", {"length": 1025}, 400, "InvalidParameter"),
        ("get_secret_value", {"secret_name": "a name"}, 400, "InvalidApiName"),
    ):
        refusal = sdk.refusal(operation, **asked)
        assert (refusal.status, refusal.code) == (status, code), operation
    caller.answer("DisableKey", KeyId=key)
    refusal = sdk.refusal("encrypt", key_id=key, plaintext=PLAINTEXT)
    assert (refusal.status, refusal.code) == (409, "Rejected.Disabled")


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_clock_that_is_wrong(minutes: int) -> None:
    with (
        running(Options(port=0), lambda: utc_now() + timedelta(minutes=minutes)) as server,
        dkms_sdk(server) as sdk,
    ):
        assert sdk.refusal("generate_random", length=1) == Refused(
            400,
            "RequestTimeTooSkewed",
            "Request time exceeds server time more than 15 minutes.",
        )


def test_a_client_key_of_another_server(server: Server) -> None:
    with (
        running(Options(port=0)) as other,
        dkms_sdk(server, client_key_file=str(other.client_key_file.path)) as sdk,
    ):
        refusal = sdk.refusal("generate_random", length=1)
        assert refusal == Refused(401, "SignatureNotMatch", "Signature is not matched.")


def test_over_tls(tmp_path: Path) -> None:
    options = Options(port=0, tls_folder=tmp_path, client_key_file=tmp_path / "client-key.json")
    with running(options) as server, dkms_sdk(server) as sdk:
        key = server.service.create_key().key_id
        sealed = sdk.answer("encrypt", key_id=key, plaintext=PLAINTEXT)
        opened = sdk.answer(
            "decrypt",
            key_id=key,
            ciphertext_blob=sealed.fields["ciphertext_blob"],
            iv=sealed.fields["iv"],
        )
        assert opened.fields["plaintext"] == PLAINTEXT
