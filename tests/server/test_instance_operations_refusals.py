"""What the instance API refuses, and with which code; versions of keys."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from kmsproof_server.instance.messages import (
    AdvanceDecryptRequest,
    AdvanceDecryptResponse,
    AdvanceEncryptRequest,
    AdvanceEncryptResponse,
    AdvanceGenerateDataKeyRequest,
    DecryptRequest,
    EncryptRequest,
    GenerateDataKeyRequest,
    GetPublicKeyRequest,
    SignRequest,
    VerifyRequest,
)
from kmsproof_server.instance.protobuf import Message
from kmsproof_server.serving import Options, running
from kmsproof_testing.aliyun import Caller
from kmsproof_testing.instance import InstanceCaller
from kmsproof_testing.kms import TurnedClock

PLAINTEXT, MESSAGE = b"a plaintext", b"a message"
DIGEST = hashlib.sha256(MESSAGE).digest()
SIGN = "SIGN/VERIFY"
BLOCKS = bytes(range(32))


def requests_for(key: str) -> list[Message]:
    """A request of each operation that uses a key."""
    return [
        EncryptRequest(key_id=key, plaintext=PLAINTEXT),
        DecryptRequest(key_id=key, ciphertext_blob=bytes(32), iv=bytes(12)),
        GenerateDataKeyRequest(key_id=key, number_of_bytes=32),
        AdvanceEncryptRequest(key_id=key, plaintext=PLAINTEXT),
        AdvanceGenerateDataKeyRequest(key_id=key, number_of_bytes=32),
    ]


def test_states(instance: InstanceCaller, caller: Caller) -> None:
    key, pair = caller.new_key(), caller.new_key(KeySpec="EC_P256", KeyUsage=SIGN)
    asked = [
        *requests_for(key),
        SignRequest(key_id=pair, message=MESSAGE),
        VerifyRequest(key_id=pair, message=MESSAGE, signature=b"x"),
    ]
    for change, code in (
        ("DisableKey", "Rejected.Disabled"),
        ("ScheduleKeyDeletion", "Rejected.PendingDeletion"),
    ):
        for each in (key, pair):
            more = {"PendingWindowInDays": 7} if change == "ScheduleKeyDeletion" else {}
            caller.answer(change, KeyId=each, **more)
        for request in asked:
            assert instance.reply(request).refusal == (409, code)
    waiting = caller.new_key(Origin="EXTERNAL")
    for request in requests_for(waiting):
        assert instance.reply(request).refusal == (409, "Rejected.PendingImport")


def test_keys_that_are_not_there(instance: InstanceCaller) -> None:
    for request in (
        *requests_for("nobody"),
        SignRequest(key_id="nobody", message=MESSAGE),
        GetPublicKeyRequest(key_id="nobody"),
    ):
        assert instance.reply(request).refusal == (404, "Forbidden.KeyNotFound")


def test_what_is_missing(instance: InstanceCaller, aes: str) -> None:
    for request, name in (
        (EncryptRequest(plaintext=PLAINTEXT), "KeyId"),
        (EncryptRequest(key_id=aes), "Plaintext"),
        (DecryptRequest(key_id=aes, iv=bytes(12)), "CiphertextBlob"),
        (DecryptRequest(ciphertext_blob=bytes(32), iv=bytes(12)), "KeyId"),
        (DecryptRequest(key_id=aes, ciphertext_blob=bytes(32)), "Iv"),
        (AdvanceEncryptRequest(key_id=aes), "Plaintext"),
        (AdvanceDecryptRequest(key_id=aes), "CiphertextBlob"),
        (SignRequest(message=MESSAGE), "KeyId"),
        (SignRequest(key_id=aes), "Message"),
        (VerifyRequest(key_id=aes, message=MESSAGE), "Signature"),
        (VerifyRequest(key_id=aes, signature=b"x"), "Message"),
        (GetPublicKeyRequest(), "KeyId"),
    ):
        error = instance.reply(request).error
        assert (error.status_code, error.error_code) == (400, "MissingParameter")
        assert error.error_message == (f"Parameter {name} does not exist in http header or body.")


def test_what_does_not_go_with_the_key(
    instance: InstanceCaller, caller: Caller, aes: str, hardware: str
) -> None:
    pair = caller.new_key(KeySpec="RSA_2048", KeyUsage=SIGN)
    for request in (
        EncryptRequest(key_id=aes, plaintext=BLOCKS, algorithm="AES_ECB"),
        EncryptRequest(key_id=aes, plaintext=BLOCKS, algorithm="RSAES_OAEP_SHA_256"),
        EncryptRequest(key_id=pair, plaintext=BLOCKS),
        SignRequest(key_id=aes, message=MESSAGE),
        SignRequest(key_id=pair, message=MESSAGE, algorithm="ECDSA_SHA_256"),
        GenerateDataKeyRequest(key_id=hardware, number_of_bytes=32, algorithm="AES_CBC"),
        GetPublicKeyRequest(key_id=aes),
    ):
        error = instance.reply(request).error
        assert (error.status_code, error.error_code) == (400, "UnsupportedOperation")
        assert error.error_message == "Rejected.UnsupportedOperation"
    data_key = GenerateDataKeyRequest(key_id=pair, number_of_bytes=32)
    assert instance.code(data_key) == "UnsupportedOperation"


def test_words_and_lengths_that_are_wrong(
    instance: InstanceCaller, caller: Caller, aes: str, hardware: str
) -> None:
    pair = caller.new_key(KeySpec="RSA_2048", KeyUsage=SIGN)
    for request in (
        EncryptRequest(key_id=aes, plaintext=BLOCKS, algorithm="GCM"),
        EncryptRequest(key_id=aes, plaintext=BLOCKS, padding_mode="PKCS7_PADDING"),
        EncryptRequest(key_id=aes, plaintext=BLOCKS, iv=bytes(16)),
        EncryptRequest(key_id=aes, plaintext=BLOCKS, aad=bytes(8193)),
        EncryptRequest(key_id=hardware, plaintext=BLOCKS, algorithm="AES_ECB", iv=bytes(16)),
        EncryptRequest(key_id=hardware, plaintext=BLOCKS, algorithm="AES_CBC", aad=b"x"),
        EncryptRequest(key_id=hardware, plaintext=BLOCKS, algorithm="AES_CBC", padding_mode="x"),
        EncryptRequest(
            key_id=hardware, plaintext=b"x", algorithm="AES_CBC", padding_mode="NO_PADDING"
        ),
        SignRequest(key_id=pair, message=MESSAGE, message_type="DIGEST"),
        SignRequest(key_id=pair, message=DIGEST, message_type="HASH"),
    ):
        error = instance.reply(request).error
        assert (error.status_code, error.error_code) == (400, "InvalidParameter")
        assert error.error_message == "The specified parameter is not valid."


def test_old_and_new_versions_of_a_key() -> None:
    """Encrypt uses the first version of a key, AdvanceEncrypt the newest."""
    clock = TurnedClock()
    with running(Options(port=0), clock) as server:
        key = server.service.create_key(
            automatic_rotation=True, rotation_interval=timedelta(days=7)
        ).key_id
        instance = InstanceCaller.of(server, clock)
        early = instance.reply(AdvanceEncryptRequest(key_id=key, plaintext=PLAINTEXT))
        clock.turn(timedelta(days=8))
        new, old = server.service.list_key_versions(key)[:2]
        asked: list[tuple[Message, str]] = [
            (EncryptRequest(key_id=key, plaintext=PLAINTEXT), old.version_id),
            (GenerateDataKeyRequest(key_id=key, number_of_bytes=32), old.version_id),
            (AdvanceEncryptRequest(key_id=key, plaintext=PLAINTEXT), new.version_id),
            (AdvanceGenerateDataKeyRequest(key_id=key, number_of_bytes=32), new.version_id),
        ]
        for request, version_id in asked:
            assert instance.reply(request).version_id == version_id
        for blob in (
            early.response(AdvanceEncryptResponse).ciphertext_blob,
            instance.answer(asked[2][0], AdvanceEncryptResponse).ciphertext_blob,
        ):
            opening = AdvanceDecryptRequest(ciphertext_blob=blob)
            assert instance.answer(opening, AdvanceDecryptResponse).plaintext == PLAINTEXT
