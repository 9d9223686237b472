"""Who may ask an instance: signature, date and headers, and everything that is wrong with them."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

from kmsproof_adapters.aliyun_instance.client_key import ClientKey, read_client_key
from kmsproof_server.instance.api import InstanceApi
from kmsproof_server.instance.authentication import Authentication, string_to_sign
from kmsproof_server.instance.client_keys import ClientKey as KnownKey
from kmsproof_server.instance.client_keys import (
    ClientKeyFile,
    client_key_document,
    new_private_key,
    write_client_key,
)
from kmsproof_server.instance.messages import Error, GenerateRandomRequest, GenerateRandomResponse
from kmsproof_server.instance.protobuf import decode, encode
from kmsproof_server.serving import Options, Server, running, utc_now
from kmsproof_server.shared.http_request import HttpRequest
from kmsproof_testing.instance import (
    InstanceRequest,
    client_key_of,
    send_instance,
)

BODY = encode(GenerateRandomRequest(length=8))
MINUTES_15 = timedelta(minutes=15)
NAME = "GenerateRandom"


@pytest.fixture(scope="module")
def client_key(server: Server) -> ClientKey:
    return client_key_of(server)


def test_the_string_to_sign() -> None:
    headers = {
        "host": "127.0.0.1",
        "x-kms-signaturemethod": "RSA_PKCS1_SHA_256",
        "x-kms-apiversion": "dkms-gcs-0.2",
        "x-kms-apiname": "Encrypt",
        "x-kms-acccesskeyid": "KAAP.1",
        "x-acs-action": "not signed",
        "content-type": "application/x-protobuf",
        "content-sha256": "57D2",
        "date": "Mon, 23 Nov 2026 18:23:09 GMT",
    }
    assert string_to_sign(HttpRequest("POST", "/", b"", headers, b"")) == (
        b"POST\n57D2\napplication/x-protobuf\nMon, 23 Nov 2026 18:23:09 GMT\n"
        b"x-kms-acccesskeyid:KAAP.1\nx-kms-apiname:Encrypt\nx-kms-apiversion:dkms-gcs-0.2\n"
        b"x-kms-signaturemethod:RSA_PKCS1_SHA_256\n/"
    )


def test_a_request_that_is_right(server: Server, client_key: ClientKey) -> None:
    request = InstanceRequest(NAME, BODY)
    for _ in range(2):  # the same again: there is no nonce
        response = send_instance(server, request, client_key).response(GenerateRandomResponse)
        assert len(response.random) == 8


@pytest.mark.parametrize("word", ["Bearer", "TOKEN"])
def test_the_words_before_the_signature(server: Server, client_key: ClientKey, word: str) -> None:
    request = InstanceRequest(NAME, BODY)
    signature = request.all_headers(client_key)["authorization"].partition(" ")[2]
    request.unsigned["authorization"] = f"{word} {signature}"
    assert send_instance(server, request, client_key).status == 200


@pytest.mark.parametrize(
    ("headers", "refusal"),
    [
        ({"x-kms-more": "x"}, (401, "SignatureNotMatch")),
        ({"x-kms-apiname": "Encrypt"}, (401, "SignatureNotMatch")),
        ({"x-kms-apiversion": "dkms-gcs-0.3"}, (401, "SignatureNotMatch")),
        ({"content-type": "text/plain"}, (401, "SignatureNotMatch")),
        ({"content-sha256": "00"}, (400, "InvalidParam")),
        ({"content-sha256": ""}, (400, "InvalidParam")),
        ({"content-sha256": hashlib.sha256(b"").hexdigest().upper()}, (400, "InvalidParam")),
        ({"content-sha256": hashlib.sha256(BODY).hexdigest()}, (401, "SignatureNotMatch")),
        ({"x-kms-signaturemethod": ""}, (400, "InvalidParam")),
        ({"x-kms-signaturemethod": "HMAC"}, (400, "InvalidParam")),
        ({"x-kms-acccesskeyid": ""}, (400, "MissingParameter")),
        ({"x-kms-acccesskeyid": "KAAP.nobody"}, (401, "Unauthorized")),
        ({"date": ""}, (400, "InvalidParam")),
        ({"authorization": ""}, (400, "InvalidParam")),
        ({"authorization": "Bearer"}, (400, "InvalidParam")),
        ({"authorization": "Bearer "}, (400, "InvalidParam")),
        ({"authorization": "Bearer !"}, (400, "InvalidParam")),
        ({"authorization": "Bearer QQ"}, (400, "InvalidParam")),
        ({"authorization": "Bearer QQ=="}, (401, "SignatureNotMatch")),
        ({"authorization": "Basic QQ=="}, (400, "InvalidParam")),
        ({"authorization": "Bearer " + "A" * 344}, (401, "SignatureNotMatch")),
    ],
)
def test_what_was_changed_after_signing(
    server: Server, client_key: ClientKey, headers: dict[str, str], refusal: tuple[int, str]
) -> None:
    request = InstanceRequest(NAME, BODY, unsigned=headers)
    assert send_instance(server, request, client_key).refusal == refusal


@pytest.mark.parametrize(
    ("headers", "refusal", "text"),
    [
        ({"x-kms-apiname": "Encript"}, "InvalidApiName", 'The ApiName "Encript" is invalid.'),
        ({"x-kms-apiname": "encrypt"}, "InvalidApiName", 'The ApiName "encrypt" is invalid.'),
        ({"x-kms-apiname": "A" * 99}, "InvalidApiName", f'The ApiName "{"A" * 64}" is invalid.'),
        ({"x-kms-apiversion": "2"}, "InvalidApiVersion", 'The ApiVersion "2" is invalid.'),
        ({"date": "today"}, "InvalidParam", "The Param Date is invalid."),
        (
            {"x-kms-signaturemethod": "RSA"},
            "InvalidParam",
            "The Param x-kms-signaturemethod is invalid.",
        ),
    ],
)
def test_what_is_signed_and_wrong(
    server: Server, client_key: ClientKey, headers: dict[str, str], refusal: str, text: str
) -> None:
    error = send_instance(server, InstanceRequest(NAME, BODY, headers), client_key).error
    assert (error.status_code, error.error_code, error.error_message) == (400, refusal, text)


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 23 Nov 2026 18:23:09 +0000",
        "Monday, 23-Nov-26 18:23:09 GMT",
        "Mon Nov 23 18:23:09 2026",
        "2026-11-23T18:23:09Z",
        "Mon, 31 Feb 2026 18:23:09 GMT",
        "Mon, 23 Xyz 2026 18:23:09 GMT",
        "Mon, 23 Nov 2026 25:23:09 GMT",
        "Mon, 00 Nov 2026 18:23:09 GMT",
    ],
)
def test_dates_that_are_none(server: Server, client_key: ClientKey, date: str) -> None:
    request = InstanceRequest(NAME, BODY, {"date": date})
    error = send_instance(server, request, client_key).error
    assert (error.error_code, error.error_message) == ("InvalidParam", "The Param Date is invalid.")


@pytest.mark.parametrize("sign", [1, -1], ids=["early", "late"])
def test_clocks_may_differ_by_15_minutes(sign: int) -> None:
    now = datetime(2026, 3, 31, 12, 0, 0, tzinfo=UTC)
    with running(Options(port=0), lambda: now) as server:
        near = InstanceRequest(NAME, BODY, time=now + sign * MINUTES_15)
        far = replace(near, time=near.time + sign * timedelta(seconds=1))
        assert send_instance(server, near).status == 200
        assert send_instance(server, far).refusal == (400, "RequestTimeTooSkewed")


def test_a_signature_of_another_key_and_of_another_kind(
    server: Server, client_key: ClientKey
) -> None:
    stranger = ClientKey(client_key.id, new_private_key())
    request = InstanceRequest(NAME, BODY)
    assert send_instance(server, request, stranger).refusal == (401, "SignatureNotMatch")
    short = ClientKey(client_key.id, generate_private_key(65537, 1024))
    assert send_instance(server, request, short).refusal == (401, "SignatureNotMatch")


def test_another_body_than_the_signed_one(server: Server, client_key: ClientKey) -> None:
    other = encode(GenerateRandomRequest(length=9))
    signed = InstanceRequest(NAME, BODY)
    headers = signed.all_headers(client_key)
    headers["content-sha256"] = hashlib.sha256(other).hexdigest().upper()
    swapped = InstanceRequest(NAME, other, unsigned=headers)
    assert send_instance(server, swapped, client_key).refusal == (401, "SignatureNotMatch")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_methods(server: Server, client_key: ClientKey, method: str) -> None:
    request = InstanceRequest(NAME, BODY, method=method)
    assert send_instance(server, request, client_key).refusal == (403, "UnsupportedHTTPMethod")


@pytest.mark.parametrize("path", ["/other", "/?a=b", "//"])
def test_nothing_is_in_the_url(server: Server, client_key: ClientKey, path: str) -> None:
    request = InstanceRequest(NAME, BODY, path=path)
    assert send_instance(server, request, client_key).refusal == (400, "InvalidParam")


def test_a_client_key_without_permission(server: Server) -> None:
    private_key = new_private_key()
    known = KnownKey("KAAP.unpermitted", private_key.public_key(), permitted=False)
    api = InstanceApi(server.service, Authentication({known.id: known}, utc_now))
    for name, refusal in (
        (NAME, "Forbidden.NoPermission"),
        ("Encript", "InvalidApiName"),
    ):
        headers = InstanceRequest(name, BODY).all_headers(ClientKey(known.id, private_key))
        reply = api.answer(HttpRequest("POST", "/", b"", headers, BODY))
        assert decode(Error, reply.body).error_code == refusal
        assert reply.http_status == (403 if name == NAME else 400)


def test_a_client_key_file(tmp_path: Path) -> None:
    file = ClientKeyFile(tmp_path / "folder" / "key.json", "a password")
    known = write_client_key(file)
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.path.read_text()).keys() == {"KeyId", "PrivateKeyData"}
    read = read_client_key(file.path, "a password")
    assert read.id == known.id
    assert read.private_key.public_key() == known.public_key
    assert read.private_key.key_size == 2048
    assert write_client_key(file).public_key != known.public_key
    assert "a password" not in repr(file)


def test_the_key_in_the_file_is_encrypted() -> None:
    private_key = new_private_key()
    document = client_key_document("KAAP.1", private_key, "a password")
    store = base64.b64decode(json.loads(document)["PrivateKeyData"])
    numbers = private_key.private_numbers()
    for number in (numbers.p, numbers.q, numbers.d):
        assert number.to_bytes(256).lstrip(b"\0") not in store
    with pytest.raises(ValueError, match="password"):
        load_key_and_certificates(store, b"another")


def test_the_file_goes_when_the_server_ends(tmp_path: Path) -> None:
    with running(Options(port=0)) as server:
        path = server.client_key_file.path
        assert path.is_file()
    assert not path.exists()
    kept = tmp_path / "client-key.json"
    with running(Options(port=0, client_key_file=kept)) as server:
        assert send_instance(server, InstanceRequest(NAME, BODY)).status == 200
    assert kept.is_file()


def test_the_two_signature_schemes_are_not_mixed_up(server: Server, client_key: ClientKey) -> None:
    """A signature with RSASSA-PSS is one of the key, and still not the one that is asked for."""
    request = InstanceRequest(NAME, BODY)
    headers = request.all_headers(client_key)
    headers.pop("authorization")
    to_sign = string_to_sign(HttpRequest("POST", "/", b"", headers, BODY))
    key = client_key.private_key
    for form, status in ((PKCS1v15(), 200), (PSS(MGF1(SHA256()), 32), 401)):
        signature = base64.b64encode(key.sign(to_sign, form, SHA256())).decode()
        request.unsigned = {"authorization": f"Bearer {signature}"}
        assert send_instance(server, request, client_key).status == status
