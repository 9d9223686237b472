"""The settings of the target ``aliyun`` and what error codes mean, without a server."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kmsproof.errors import UsageError
from kmsproof.outcome import Error, ErrorKind, Rejected
from kmsproof.text import redacted
from kmsproof.vocabulary import ProtectionLevel, RejectionClass
from kmsproof_adapters.aliyun.codes import REJECTIONS, outcome_of
from kmsproof_adapters.aliyun.settings import (
    ENDPOINT_VARIABLE,
    KEY_ID_VARIABLE,
    KEY_SECRET_VARIABLE,
    PROXY_VARIABLES,
    REGION_VARIABLE,
    TOKEN_VARIABLE,
    Settings,
    avoid_proxies_on_loopback,
    parse_settings,
)


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    named = (ENDPOINT_VARIABLE, REGION_VARIABLE, KEY_ID_VARIABLE, KEY_SECRET_VARIABLE)
    for name in (*named, TOKEN_VARIABLE, *PROXY_VARIABLES):
        monkeypatch.delenv(name, raising=False)


def test_everything_that_can_be_set() -> None:
    settings = parse_settings(
        "endpoint=http://127.0.0.1:4000/kms/,region=cn-hangzhou,access-key-id=me,"
        "access-key-secret=a%2Cb,ca=/tmp/ca.pem,software-instance=one,hardware-instance=two,"
        "external-instance=three,deletion-days=30"
    )
    assert settings == Settings(
        "HTTP",
        "127.0.0.1:4000/kms",
        "cn-hangzhou",
        "me",
        "a,b",
        None,
        Path("/tmp/ca.pem"),
        {
            ProtectionLevel.SOFTWARE: "one",
            ProtectionLevel.HARDWARE: "two",
            ProtectionLevel.EXTERNAL: "three",
        },
        30,
    )
    assert "a,b" not in repr(settings)


def test_without_a_scheme_it_is_tls() -> None:
    settings = parse_settings("endpoint=kms.cn-hangzhou.aliyuncs.com")
    assert (settings.protocol, settings.endpoint) == ("HTTPS", "kms.cn-hangzhou.aliyuncs.com")
    settings = parse_settings("region=cn-beijing")
    assert (settings.protocol, settings.endpoint) == ("HTTPS", None)
    assert settings.place == "kms.cn-beijing.aliyuncs.com"
    assert settings.access_key_id is None


def test_the_environment_fills_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT_VARIABLE, "http://[::1]:99")
    monkeypatch.setenv(REGION_VARIABLE, "cn-hangzhou")
    settings = parse_settings("")
    assert (settings.endpoint, settings.region) == ("[::1]:99", "cn-hangzhou")
    assert parse_settings("endpoint=https://elsewhere").endpoint == "elsewhere"
    monkeypatch.setenv(TOKEN_VARIABLE, "hidden-token")
    monkeypatch.setenv(KEY_ID_VARIABLE, "me")
    assert parse_settings("").access_key_id is None  # the secret is not there
    monkeypatch.setenv(KEY_SECRET_VARIABLE, "hidden-secret")
    settings = parse_settings("")
    assert (settings.access_key_id, settings.access_key_secret) == ("me", "hidden-secret")
    assert settings.security_token == "hidden-token"
    assert "hidden" not in repr(settings)
    settings = parse_settings("access-key-id=other,access-key-secret=its")
    assert (settings.access_key_id, settings.access_key_secret) == ("other", "its")
    assert settings.security_token is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "endpoint",
        "endpoint=",
        "endpoint=a,endpoint=b",
        "colour=red,endpoint=a",
        "endpoint=ftp://host",
        "endpoint=http://",
        "endpoint=http://host:port",
        "endpoint=http://user:password@host",
        "endpoint=http://[",
        "endpoint=a,access-key-id=me",
        "endpoint=a,access-key-secret=hidden",
        "endpoint=a,hidden",
        "endpoint=a,deletion-days=6",
        "endpoint=a,deletion-days=367",
        "endpoint=a,deletion-days=week",
    ],
)
def test_what_is_written_wrongly_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(UsageError) as refusal:
        parse_settings(text)
    for secret in ("hidden", "password"):
        assert secret not in str(refusal.value)
    assert refusal.value.remedy


def test_a_secret_in_the_name_of_a_target_is_not_shown() -> None:
    name = "aliyun:endpoint=http://127.0.0.1:1,access-key-id=me,access-key-secret=mine"
    assert "mine" not in redacted(name)
    assert redacted(name).startswith("aliyun:endpoint=http://127.0.0.1:1,")


@pytest.mark.parametrize("endpoint", ["127.0.0.1:1", "[::1]:1", "localhost:1", "127.9.9.9:1/kms"])
def test_no_proxy_for_loopback(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.setenv(name, "http://proxy:3128")
    avoid_proxies_on_loopback(Settings("HTTPS", "kms.cn-hangzhou.aliyuncs.com"))
    assert all(name in os.environ for name in PROXY_VARIABLES)
    avoid_proxies_on_loopback(Settings("HTTP", endpoint))
    assert not any(name in os.environ for name in PROXY_VARIABLES)


@pytest.mark.parametrize("code", sorted(REJECTIONS))
def test_codes_that_are_rejections(code: str) -> None:
    outcome = outcome_of(400, code, "a \x1b[31m text")
    assert outcome == Rejected(REJECTIONS[code], code, "a \\x1b[31m text")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "Throttling", ErrorKind.THROTTLED),
        (400, "Throttling.User", ErrorKind.THROTTLED),
        (429, "TooManyRequests", ErrorKind.THROTTLED),
        (503, "Rejected.Throttling", ErrorKind.THROTTLED),
        (500, "InternalFailure", ErrorKind.INTERNAL),
        (503, "SerivceUnvailableTemporary", ErrorKind.INTERNAL),
        (500, "InvalidParameter", ErrorKind.INTERNAL),
        (404, "InvalidAccessKeyId.NotFound", ErrorKind.AUTH),
        (400, "IncompleteSignature", ErrorKind.AUTH),
        (400, "IllegalTimestamp", ErrorKind.AUTH),
        (403, "Forbidden.AccessKey", ErrorKind.AUTH),
        (403, "Forbidden.InDebtOverdue", ErrorKind.AUTH),
        (404, "InvalidApi.NotFound", ErrorKind.INTERNAL),
        (400, "None", ErrorKind.INTERNAL),
    ],
)
def test_codes_that_are_errors(status: int, code: str, kind: ErrorKind) -> None:
    outcome = outcome_of(status, code, "")
    assert isinstance(outcome, Error)
    assert outcome.kind is kind
    assert code in outcome.message


def test_the_states_are_of_one_class() -> None:
    states = [code for code in REJECTIONS if code.startswith("Rejected.Pend")]
    assert {REJECTIONS[code] for code in states} == {RejectionClass.KEY_STATE}
