"""Who may ask: the three signatures, the clock, nonces, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest

from kmsproof.outcome import ErrorKind
from kmsproof_server.credentials import AccessKey
from kmsproof_server.serving import Options, Server, running
from kmsproof_testing.aliyun import (
    ByHand,
    Caller,
    access_key_of,
    query_of,
    send,
    send_signed,
)

_CLIENT: Any = import_module("alibabacloud_kms20160120.client")
_MODELS: Any = import_module("alibabacloud_kms20160120.models")
_CONFIG: Any = import_module("alibabacloud_tea_openapi.utils_models")

MINUTES_15 = timedelta(minutes=15)


@pytest.mark.parametrize(
    "signature",
    [{}, {"signature_algorithm": "v2"}, {"signature_version": "v4"}],
    ids=["ACS3", "HMAC-SHA1", "ACS4"],
)
def test_the_sdk_is_understood_in_each_signature(server: Server, signature: dict[str, str]) -> None:
    access_key = access_key_of(server)
    config = _CONFIG.Config(
        access_key_id=access_key.id,
        access_key_secret=access_key.secret,
        endpoint=server.place,
        protocol="HTTP",
        region_id="cn-hangzhou",
        **signature,
    )
    client = _CLIENT.Client(config)
    request = _MODELS.CreateKeyRequest(description="a b+c/~*&=héllo")
    assert client.create_key(request).body.key_metadata.description == "a b+c/~*&=héllo"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_older_signature_by_hand(server: Server, method: str) -> None:
    request = ByHand("ListKeys", {"PageSize": "2"}, method=method)
    parameters = request.signed_in_parameters(access_key_of(server))
    received = send(server.place, method, f"/?{query_of(parameters)}")
    assert received.status == 200
    assert received.fields["PageSize"] == 2


def test_the_older_signature_in_a_form(server: Server) -> None:
    parameters = ByHand("ListKeys", {"PageSize": "3"}).signed_in_parameters(access_key_of(server))
    form = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}
    received = send(server.place, "POST", "/", form, query_of(parameters).encode())
    assert received.fields["PageSize"] == 3


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/", "/kms/"])
def test_the_signature_in_the_header_by_hand(server: Server, method: str, path: str) -> None:
    received = send_signed(server, ByHand("ListKeys", {"PageSize": "2"}, method=method, path=path))
    assert received.fields["PageSize"] == 2


def test_parameters_of_a_signed_form(server: Server) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    received = send_signed(server, ByHand("ListKeys", headers=headers, body=b"PageSize=4"))
    assert received.fields["PageSize"] == 4


def test_a_wrong_secret(server: Server) -> None:
    wrong = replace(access_key_of(server), secret="another")
    assert send_signed(server, ByHand("ListKeys"), wrong).code == "IncompleteSignature"
    parameters = ByHand("ListKeys").signed_in_parameters(wrong)
    received = send(server.place, "GET", f"/?{query_of(parameters)}")
    assert (received.status, received.code) == (400, "IncompleteSignature")
    assert Caller.of(server, wrong).error("ListKeys").kind is ErrorKind.AUTH


def test_an_access_key_that_is_not_known(server: Server) -> None:
    received = send_signed(server, ByHand("ListKeys"), AccessKey("nobody", "secret"))
    assert (received.status, received.code) == (404, "InvalidAccessKeyId.NotFound")


def test_access_keys_that_are_disabled_or_have_no_permission(server: Server) -> None:
    keys = {key.id: key for key in server.credentials.values()}
    disabled = send_signed(server, ByHand("ListKeys"), keys["kmsproof-test-disabled-id"])
    assert (disabled.status, disabled.code) == (403, "Forbidden.AccessKey")
    unpermitted = keys["kmsproof-test-unpermitted-id"]
    received = send_signed(server, ByHand("ListKeys"), unpermitted)
    assert (received.status, received.code) == (403, "Forbidden.NoPermission")
    assert Caller.of(server, unpermitted).refusal("ListKeys") == "Forbidden.NoPermission"


def test_a_changed_request_is_refused(server: Server) -> None:
    access_key = access_key_of(server)
    request = ByHand("ListKeys", {"PageSize": "2"})
    headers = request.signed_in_header(access_key, server.place)
    for target, changed, body in (
        ("/?PageSize=3", headers, b""),
        ("/?PageSize=2&PageNumber=1", headers, b""),
        ("/x?PageSize=2", headers, b""),
        ("/?PageSize=2", {**headers, "x-acs-action": "ListAliases"}, b""),
        ("/?PageSize=2", {**headers, "x-acs-signature-nonce": "another"}, b""),
        ("/?PageSize=2", {**headers, "x-acs-unsigned": "header"}, b""),
        ("/?PageSize=2", headers, b"a body"),
    ):
        received = send(server.place, "POST", target, changed, body)
        assert received.status == 400, (target, changed)
        assert received.code in ("IncompleteSignature", "ParseRequestParameterException")


def test_an_unsigned_action_beside_the_older_signature(server: Server) -> None:
    parameters = ByHand("ListKeys").signed_in_parameters(access_key_of(server))
    received = send(server.place, "GET", f"/?{query_of(parameters)}", {"x-acs-action": "CreateKey"})
    assert received.code == "IncompleteSignature"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer x",
        "ACS3-HMAC-SHA256 Credential=a",
        "ACS4-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=" + 64 * "0",
    ],
)
def test_a_header_that_is_no_signature(server: Server, header: str) -> None:
    headers = {**ByHand("ListKeys").signed_in_header(access_key_of(server), server.place)}
    headers["Authorization"] = header
    assert send(server.place, "POST", "/", headers).code == "IncompleteSignature"


@pytest.mark.parametrize("missing", ["AccessKeyId", "Signature"])
def test_no_signature_at_all(server: Server, missing: str) -> None:
    parameters = ByHand("ListKeys").signed_in_parameters(access_key_of(server))
    del parameters[missing]
    received = send(server.place, "GET", f"/?{query_of(parameters)}")
    assert (received.status, received.code) == (400, "MissingParameter")
    assert missing in received.fields["Message"]


def test_other_methods_of_signing(server: Server) -> None:
    for name, value in (("SignatureMethod", "HMAC-MD5"), ("SignatureVersion", "2.0")):
        parameters = ByHand("ListKeys").signed_in_parameters(access_key_of(server), **{name: value})
        received = send(server.place, "GET", f"/?{query_of(parameters)}")
        assert received.code == "IncompleteSignature"


@pytest.mark.parametrize("signature", ["header", "parameter"])
def test_a_nonce_is_good_for_one_request(server: Server, signature: str) -> None:
    access_key = access_key_of(server)
    request = ByHand("ListKeys", method="GET")
    headers: Mapping[str, str] = {}
    query = ""
    if signature == "header":
        headers = request.signed_in_header(access_key, server.place)
    else:
        query = query_of(request.signed_in_parameters(access_key))
    assert send(server.place, "GET", f"/?{query}", headers).status == 200
    again = send(server.place, "GET", f"/?{query}", headers)
    assert (again.status, again.code) == (400, "IncompleteSignature")


def test_a_refused_request_uses_up_no_nonce(server: Server) -> None:
    request = ByHand("ListKeys")
    wrong = replace(access_key_of(server), secret="another")
    assert send_signed(server, request, wrong).status == 400
    assert send_signed(server, request).status == 200


def test_a_nonce_must_be_there(server: Server) -> None:
    parameters = ByHand("ListKeys", nonce="").signed_in_parameters(access_key_of(server))
    received = send(server.place, "POST", f"/?{query_of(parameters)}")
    assert (received.status, received.code) == (400, "MissingParameter")
    assert send_signed(server, ByHand("ListKeys", nonce="")).code == "MissingParameter"


@pytest.mark.parametrize("sign", [1, -1], ids=["early", "late"])
def test_clocks_may_differ_by_15_minutes(sign: int) -> None:
    now = datetime(2026, 3, 31, 12, 0, 0, tzinfo=UTC)
    with running(Options(port=0), lambda: now) as server:
        near = ByHand("ListKeys", time=now + sign * MINUTES_15)
        far = ByHand("ListKeys", time=now + sign * (MINUTES_15 + timedelta(seconds=1)))
        assert send_signed(server, near).status == 200
        received = send_signed(server, far)
        assert (received.status, received.code) == (400, "IllegalTimestamp")
        query = query_of(far.signed_in_parameters(access_key_of(server)))
        assert send(server.place, "POST", f"/?{query}").code == "IllegalTimestamp"


def test_a_nonce_is_remembered_for_as_long_as_its_request_would_be_taken() -> None:
    times = [datetime(2026, 3, 31, 12, 0, 0, tzinfo=UTC)]
    with running(Options(port=0), lambda: times[-1]) as server:
        request = ByHand("ListKeys", time=times[0] + MINUTES_15)
        assert send_signed(server, request).status == 200
        times.append(request.time + MINUTES_15)
        assert send_signed(server, request).code == "IncompleteSignature"


@pytest.mark.parametrize("time", ["", "yesterday", "2026-03-31", "2026-03-31T12:00:00+00:00"])
def test_a_time_that_is_none(server: Server, time: str) -> None:
    parameters = ByHand("ListKeys").signed_in_parameters(access_key_of(server), Timestamp=time)
    received = send(server.place, "POST", f"/?{query_of(parameters)}")
    assert (received.status, received.code) == (400, "IllegalTimestamp")
    headers = {"x-acs-date": time}
    assert send_signed(server, ByHand("ListKeys", headers=headers)).code == "IllegalTimestamp"
