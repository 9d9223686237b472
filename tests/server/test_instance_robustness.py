"""What must never become an internal error of the instance API."""

from __future__ import annotations

import http.client
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmsproof_server.instance.errors import BODY_LIMIT
from kmsproof_server.instance.messages import (
    DecryptRequest,
    EncryptRequest,
    EncryptResponse,
    Error,
    GenerateDataKeyRequest,
    GenerateRandomRequest,
    SignRequest,
    SignResponse,
    VerifyRequest,
)
from kmsproof_server.instance.operations import OPERATIONS
from kmsproof_server.instance.protobuf import Message, decode, encode
from kmsproof_server.serving import Options, running
from kmsproof_testing.aliyun import Caller
from kmsproof_testing.instance import (
    InstanceCaller,
    InstanceReply,
    InstanceRequest,
    send_instance,
)
from kmsproof_testing.kms import TurnedClock

PLAINTEXT = b"a plaintext"


@pytest.mark.parametrize("name", sorted(OPERATIONS))
@pytest.mark.parametrize("body", [b"\x0a\x05", b"\xff" * 40, b'{"KeyId":"x"}'])
def test_a_body_that_is_no_message(instance: InstanceCaller, name: str, body: bytes) -> None:
    request = InstanceRequest(name, body)
    reply = send_instance(instance.server, request, instance.client_key)
    assert reply.refusal == (400, "InvalidParameter")


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_empty_body(instance: InstanceCaller, name: str) -> None:
    reply = send_instance(instance.server, InstanceRequest(name), instance.client_key)
    assert reply.refusal == (400, "MissingParameter")


def test_a_body_of_3_megabytes_and_one_byte_more(instance: InstanceCaller, caller: Caller) -> None:
    key = caller.new_key()
    overhead = len(encode(EncryptRequest(key_id=key, plaintext=bytes(BODY_LIMIT)))) - BODY_LIMIT
    longest = EncryptRequest(key_id=key, plaintext=bytes(BODY_LIMIT - overhead))
    assert len(encode(longest)) == BODY_LIMIT
    sealed = instance.answer(longest, EncryptResponse)
    assert len(sealed.ciphertext_blob) == len(longest.plaintext) + 16
    too_long = EncryptRequest(key_id=key, plaintext=bytes(BODY_LIMIT - overhead + 1))
    assert instance.reply(too_long).error.status_code == 413


def test_a_body_that_never_ends(instance: InstanceCaller) -> None:
    """It is refused before it is read to its end, and without a signature."""
    connection = http.client.HTTPConnection(instance.server.place, timeout=30)
    connection.putrequest("POST", "/")
    connection.putheader("x-kms-apiname", "Encrypt")
    connection.putheader("content-length", str(1 << 40))
    connection.endheaders()
    connection.send(bytes(BODY_LIMIT + 1))
    response = connection.getresponse()
    assert response.status == 413
    assert response.getheader("connection") == "close"
    assert decode(Error, response.read()).status_code == 413
    connection.close()


def test_headers_that_are_no_ascii(instance: InstanceCaller) -> None:
    request = InstanceRequest("GenerateRandom", unsigned={"x-kms-apiname": "\xe9\xff"})
    reply = send_instance(instance.server, request, instance.client_key)
    assert reply.refusal[0] < 500


def assert_no_internal_error(reply: InstanceReply) -> None:
    """Any answer but one that says that the server failed; and what fails is a message."""
    if reply.status != 200:
        assert reply.error.status_code < 500, reply.error.error_code


@given(name=st.sampled_from(sorted(OPERATIONS)), body=st.binary(max_size=200))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_signed_requests_with_random_bodies(
    instance: InstanceCaller, name: str, body: bytes
) -> None:
    request = InstanceRequest(name, body)
    assert_no_internal_error(send_instance(instance.server, request, instance.client_key))


WORDS = [
    "",
    "AES_GCM",
    "AES_ECB",
    "AES_CBC",
    "RSAES_OAEP_SHA_256",
    "ECIES_DH_SHA_1_XOR_HMAC",
    "RSA_PSS_SHA_256",
    "RSA_PKCS1_SHA_256",
    "ECDSA_SHA_256",
    "SM2DSA",
    "é",
]
PADDINGS = ["", "NO_PADDING", "PKCS7_PADDING", "x"]


@pytest.mark.slow
def test_a_stream_of_random_requests_about_real_keys(
    instance: InstanceCaller, caller: Caller
) -> None:
    """Seeded: keys of all kinds, with fields that are right, wrong and random."""
    chance = random.Random(20160120)
    keys = [
        caller.new_key(),
        caller.new_key(Origin="EXTERNAL"),
        caller.new_key(DKMSInstanceId="kst-hardware-protected-keys"),
        caller.new_key(KeySpec="RSA_2048", KeyUsage="SIGN/VERIFY"),
        caller.new_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT/DECRYPT"),
        caller.new_key(KeySpec="EC_P256", KeyUsage="SIGN/VERIFY"),
        caller.new_key(KeySpec="EC_P256K", KeyUsage="ENCRYPT/DECRYPT"),
    ]

    def octets() -> bytes:
        return chance.randbytes(chance.choice([0, 1, 12, 16, 32, 64, 85, 256]))

    seen: Counter[int] = Counter()
    for _ in range(1500):
        key, word = chance.choice(keys), chance.choice(WORDS)
        made: Message = chance.choice(
            [
                EncryptRequest(
                    key_id=key,
                    plaintext=octets(),
                    algorithm=word,
                    iv=octets(),
                    aad=octets(),
                    padding_mode=chance.choice(PADDINGS),
                ),
                DecryptRequest(
                    key_id=key,
                    ciphertext_blob=octets(),
                    algorithm=word,
                    iv=octets(),
                    padding_mode=chance.choice(PADDINGS),
                ),
                SignRequest(key_id=key, message=octets(), algorithm=word, message_type="DIGEST"),
                VerifyRequest(key_id=key, message=octets(), signature=octets(), algorithm=word),
                GenerateDataKeyRequest(key_id=key, number_of_bytes=chance.randrange(-9, 2000)),
            ]
        )
        reply = instance.reply(made)
        assert_no_internal_error(reply)
        seen[reply.status] += 1
    assert {200, 400, 409} <= seen.keys()


@pytest.mark.slow
def test_a_thousand_mixed_requests_at_once(instance: InstanceCaller, caller: Caller) -> None:
    key = caller.new_key()
    pair = caller.new_key(KeySpec="RSA_2048", KeyUsage="SIGN/VERIFY")
    signature = instance.answer(SignRequest(key_id=pair, message=b"m"), SignResponse).signature
    kinds: list[tuple[Message, int]] = [
        (EncryptRequest(key_id=key, plaintext=PLAINTEXT), 200),
        (SignRequest(key_id=pair, message=b"m"), 200),
        (VerifyRequest(key_id=pair, message=b"m", signature=signature), 200),
        (GenerateRandomRequest(length=8), 200),
        (DecryptRequest(key_id=key, ciphertext_blob=bytes(32), iv=bytes(12)), 400),
    ]
    with ThreadPoolExecutor(200) as pool:
        replies = list(pool.map(instance.reply, [kind for kind, _ in kinds] * 200))
    statuses = Counter(reply.status for reply in replies)
    assert statuses == {200: 800, 400: 200}


def test_a_store_that_fails_is_an_outage(tmp_path: Path) -> None:
    """Here a rotation that is due cannot be written."""
    clock = TurnedClock()
    with running(Options(port=0, database=tmp_path / "keys.sqlite"), clock) as server:
        key = server.service.create_key(automatic_rotation=True).key_id
        request = EncryptRequest(key_id=key, plaintext=PLAINTEXT)
        instance = InstanceCaller.of(server, clock)
        assert instance.reply(request).status == 200
        server.service.close()
        clock.turn(timedelta(days=366))
        assert instance.reply(request).refusal == (503, "ServiceUnavailableTemporary")
