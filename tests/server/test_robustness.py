"""What must never become an internal error: malformed, oversized, many and random requests."""

from __future__ import annotations

import base64
import http.client
import random
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmsproof_server.serving import Server
from kmsproof_server.shared.operations.table import OPERATIONS
from kmsproof_testing.aliyun import (
    ByHand,
    Caller,
    Received,
    access_key_of,
    query_of,
    send,
    send_signed,
)

TEXT = base64.b64encode(b"Hello world").decode()


def raw(server: Server, octets: bytes) -> bytes:
    """Send bytes as they are, and return all that comes back before the server hangs up."""
    host, _, port = server.place.rpartition(":")
    received = b""
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        with suppress(OSError):  # it need not read to the end
            connection.sendall(octets)
            connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                received += piece
    return received


@pytest.mark.parametrize(
    "octets",
    [
        b"\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET  / HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /?\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        bytes(range(256)) * 16,
    ],
)
def test_bytes_that_are_no_request(server: Server, octets: bytes) -> None:
    received = raw(server, octets)
    assert received == b"" or received.startswith(b"HTTP/1.1 4"), received[:200]
    assert send_signed(server, ByHand("ListKeys")).status == 200


def test_a_request_line_of_32_kilobytes(server: Server) -> None:
    description = "d" * 8192
    filler = {f"Filler{number}": "f" * 8192 for number in range(3)}
    request = ByHand("CreateKey", {"Description": description, **filler})
    assert send_signed(server, request).fields["KeyMetadata"]["Description"] == description
    received = send_signed(server, ByHand("CreateKey", {"Description": "d" * 8193}))
    assert (received.status, received.code) == (400, "InvalidParameter")


def test_a_request_line_without_end(server: Server) -> None:
    received = raw(server, b"GET /?" + b"a" * 1_000_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n")
    assert received == b"" or received.startswith(b"HTTP/1.1 4")
    assert send_signed(server, ByHand("ListKeys")).status == 200


def test_too_many_parameters(server: Server) -> None:
    request = ByHand("ListKeys", {f"p{number}": "" for number in range(101)})
    assert send_signed(server, request).code == "ParseRequestParameterException"


@pytest.mark.parametrize(
    "query", ["%ff=%fe", "Action=ListKeys&Action=CreateKey", "a=1&a=1", "x=%c3%28"]
)
def test_parameters_that_cannot_be_read(server: Server, query: str) -> None:
    received = send(server.place, "GET", f"/?{query}")
    assert (received.status, received.code) == (400, "ParseRequestParameterException")


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data; boundary=x"])
def test_a_body_that_is_no_form(server: Server, kind: str) -> None:
    received = send(server.place, "POST", "/", {"content-type": kind}, b'{"Action":"ListKeys"}')
    assert received.code == "ParseRequestParameterException"


def test_a_body_that_is_too_large(server: Server) -> None:
    connection = http.client.HTTPConnection(server.place, timeout=30)
    connection.request("POST", "/", b"x" * (1024 * 1024 + 1))
    response = connection.getresponse()
    received = Received(response.status, "", response.read())
    connection.close()
    assert (received.status, received.code) == (400, "ParseRequestParameterException")


def test_a_caller_that_goes_away(server: Server) -> None:
    host, _, port = server.place.rpartition(":")
    for _ in range(20):
        connection = socket.create_connection((host, int(port)), timeout=30)
        connection.sendall(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc")
        connection.close()
    assert send_signed(server, ByHand("ListKeys")).status == 200


@pytest.mark.slow
def test_a_thousand_mixed_requests_at_once(server: Server, caller: Caller) -> None:
    aes, pair = caller.new_key(), caller.new_key(KeySpec="RSA_2048", KeyUsage="SIGN/VERIFY")
    version = caller.version_of(pair)
    digest = base64.b64encode(bytes(32)).decode()
    named = {"KeyId": pair, "KeyVersionId": version, "Algorithm": "RSA_PSS_SHA_256"}
    value = caller.answer("AsymmetricSign", Digest=digest, **named)["Value"]
    blob = caller.answer("Encrypt", KeyId=aes, Plaintext=TEXT)["CiphertextBlob"]
    right = [
        ByHand("CreateKey"),
        ByHand("CreateKey", {"KeySpec": "EC_P256", "KeyUsage": "SIGN/VERIFY"}),
        ByHand("Encrypt", {"KeyId": aes, "Plaintext": TEXT}),
        ByHand("Decrypt", {"CiphertextBlob": blob}),
        ByHand("AsymmetricSign", {"Digest": digest, **named}),
        ByHand("AsymmetricVerify", {"Digest": digest, "Value": value, **named}),
        ByHand("ListKeys", {"PageSize": "100"}),
        ByHand("GenerateDataKey", {"KeyId": aes}),
    ]
    wrong = [
        ByHand("Decrypt", {"CiphertextBlob": blob[:-4] + "AAA="}),
        ByHand("DescribeKey", {"KeyId": "nobody"}),
    ]
    requests = [
        ByHand(kind.action, kind.parameters) for _ in range(100) for kind in (*right, *wrong)
    ]
    before = caller.answer("ListKeys")["TotalCount"]
    with ThreadPoolExecutor(1000) as pool:
        received = list(pool.map(partial(send_signed, server), requests))
    statuses = Counter(reply.status for reply in received)
    assert statuses == {200: 800, 400: 100, 404: 100}
    assert caller.answer("ListKeys")["TotalCount"] == before + 200


WORDS = [
    "", "0", "1", "-1", "true", "\0", "\u00e9", "\U0001f600", "[]", "{}", "null", "a" * 300, TEXT,
    "alias/", "alias/x", "acs:kms:cn-hangzhou:1:key/x", "acs:kms:::", "key/", "Aliyun_AES_256",
    "RSA_2048", "EC_P256", "SIGN/VERIFY", "ENCRYPT/DECRYPT", "EXTERNAL", "HSM",
    "RSAES_OAEP_SHA_256", "ECDSA_SHA_256", "RSA_PSS_SHA_256", "1e400", "9" * 18,
    "'; DROP TABLE keys; --", "../../etc",
]  # fmt: skip
NAMES = [
    "KeyId", "KeyVersionId", "KeySpec", "KeyUsage", "Origin", "ProtectionLevel", "Description",
    "Plaintext", "CiphertextBlob", "EncryptionContext", "Digest", "Value", "Algorithm",
    "NumberOfBytes", "PendingWindowInDays", "AliasName", "PageNumber", "PageSize", "Filters",
    "EnableAutomaticRotation", "RotationInterval", "WrappingAlgorithm", "WrappingKeySpec",
    "EncryptedKeyMaterial", "ImportToken", "KeyMaterialExpireUnix", "DKMSInstanceId", "DryRun",
    "Format", "Action", "Version",
]  # fmt: skip


def assert_no_internal_error(received: Received) -> None:
    """Any answer but one that says that the server failed."""
    assert received.status < 500, received.body


@given(
    action=st.sampled_from(sorted(OPERATIONS)),
    parameters=st.dictionaries(
        st.sampled_from(NAMES), st.sampled_from(WORDS) | st.text(max_size=40), max_size=8
    ),
)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_signed_requests_with_random_parameters(
    server: Server, action: str, parameters: dict[str, str]
) -> None:
    parameters = {
        name: value.encode("utf-8", "replace").decode() for name, value in parameters.items()
    }
    assert_no_internal_error(send_signed(server, ByHand(action, parameters)))


@pytest.mark.slow
def test_a_stream_of_random_requests_about_real_keys(server: Server, caller: Caller) -> None:
    """Seeded: keys of all kinds and states, with parameters that are right, wrong and random."""
    chance = random.Random(20160120)
    keys = [
        caller.new_key(),
        caller.new_key(Origin="EXTERNAL"),
        caller.new_key(DKMSInstanceId="kst-external-keys"),
        caller.new_key(KeySpec="RSA_2048", KeyUsage="SIGN/VERIFY"),
        caller.new_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT/DECRYPT"),
        caller.new_key(KeySpec="EC_P256", KeyUsage="SIGN/VERIFY"),
        caller.new_key(KeySpec="EC_P256K", KeyUsage="ENCRYPT/DECRYPT"),
    ]
    versions = [caller.version_of(key) for key in keys if key != keys[1]]
    seen: Counter[int] = Counter()
    for _ in range(2000):
        parameters = {
            name: chance.choice([*WORDS, chance.randbytes(chance.randrange(300)).hex()])
            for name in chance.sample(NAMES[:-3], chance.randrange(8))
        }
        parameters["KeyId"] = chance.choice(keys)
        parameters["KeyVersionId"] = chance.choice(versions)
        for name in ("Plaintext", "CiphertextBlob", "Digest", "Value", "ImportToken"):
            if chance.random() < 0.7:
                octets = chance.randbytes(chance.choice([1, 16, 32, 64, 80, 256]))
                parameters[name] = base64.b64encode(octets).decode()
        received = send_signed(server, ByHand(chance.choice(sorted(OPERATIONS)), parameters))
        assert_no_internal_error(received)
        seen[received.status] += 1
    assert {200, 400, 409} <= seen.keys()
    found = {key for key in keys if caller.answer("DescribeKey", KeyId=key)}
    assert found == set(keys)


def test_random_changes_of_a_right_request(server: Server) -> None:
    """Seeded: bytes of a whole request are changed, left out and doubled."""
    chance = random.Random(20160121)
    access_key = access_key_of(server)
    for _ in range(150):
        request = ByHand("ListKeys", {"PageSize": "2"})
        headers = request.signed_in_header(access_key, server.place)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        target = f"/?{query_of(request.parameters)}"
        whole = bytearray(f"GET {target} HTTP/1.1\r\n{lines}\r\n".encode())
        for _ in range(chance.randrange(1, 4)):
            place = chance.randrange(len(whole))
            match chance.randrange(3):
                case 0:
                    whole[place] = chance.randrange(256)
                case 1:
                    del whole[place : place + chance.randrange(1, 20)]
                case _:
                    whole[place:place] = whole[place : place + 20]
        received = raw(server, bytes(whole))
        assert not received.startswith(b"HTTP/1.1 5"), (bytes(whole), received)
