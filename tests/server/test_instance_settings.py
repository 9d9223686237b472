"""How an instance is named as a target, and its client key."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from kmsproof.errors import UsageError
from kmsproof.text import redacted
from kmsproof.vocabulary import EciesDialect, ProtectionLevel
from kmsproof_adapters.aliyun_instance import ADAPTER
from kmsproof_adapters.aliyun_instance.client_key import read_client_key
from kmsproof_adapters.aliyun_instance.settings import (
    CLIENT_KEY_VARIABLE,
    ENDPOINT_VARIABLE,
    EXAMPLE,
    PASSWORD_VARIABLE,
    parse_settings,
)
from kmsproof_server.instance.client_keys import client_key_document, new_private_key

CLOUD = "region=cn-hangzhou,software-instance=kst-1,client-key=key.json,client-key-password=hidden"
LOCAL = CLOUD.replace("region=cn-hangzhou", "endpoint=http://127.0.0.1:1")


def test_all_settings() -> None:
    settings = parse_settings(
        f"{CLOUD},instance-endpoint=kst-1.cryptoservice.kms.aliyuncs.com,instance-ca=a%2Cb.pem,"
        "ecies-dialect=MK||EK,ecies-points=compressed,hardware-instance=kst-2"
    )
    assert settings.endpoint == "https://kst-1.cryptoservice.kms.aliyuncs.com"
    assert settings.client_key == Path("key.json")
    assert settings.client_key_password == "hidden"
    assert settings.ca == Path("a,b.pem")
    assert settings.dialect is EciesDialect.MK_EK
    assert settings.compressed_points
    assert not settings.is_on_this_machine
    assert settings.shared.region == "cn-hangzhou"
    assert settings.shared.instances == {
        ProtectionLevel.SOFTWARE: "kst-1",
        ProtectionLevel.HARDWARE: "kst-2",
    }
    assert "hidden" not in repr(settings)


def test_what_is_not_said() -> None:
    settings = parse_settings(f"{LOCAL},ca=ca.pem")
    assert settings.endpoint == "http://127.0.0.1:1"
    assert settings.is_on_this_machine
    assert settings.ca == settings.shared.ca == Path("ca.pem")
    assert settings.dialect is EciesDialect.EK_MK
    assert not settings.compressed_points


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT_VARIABLE, "https://elsewhere:1")
    monkeypatch.setenv(CLIENT_KEY_VARIABLE, "from-environment.json")
    monkeypatch.setenv(PASSWORD_VARIABLE, "its-password")
    settings = parse_settings("region=cn-hangzhou,software-instance=kst-1")
    assert settings.endpoint == "https://elsewhere:1"
    assert settings.client_key == Path("from-environment.json")
    assert settings.client_key_password == "its-password"
    assert parse_settings(f"{LOCAL},instance-endpoint=here").endpoint == "https://here"
    assert parse_settings(LOCAL).client_key == Path("key.json")


@pytest.mark.parametrize(
    "text",
    [
        "",
        CLOUD,  # no place of the instance
        LOCAL.replace("software-instance=kst-1,", ""),
        LOCAL.replace("client-key=key.json,", ""),
        LOCAL.replace(",client-key-password=hidden", ""),
        f"{LOCAL},instance-endpoint=ftp://x",
        f"{LOCAL},ecies-dialect=EK",
        f"{LOCAL},ecies-points=some",
        f"{LOCAL},colour=red",
        f"{LOCAL},client-key=twice",
        f"{LOCAL},deletion-days=1",
    ],
)
def test_what_is_written_wrongly_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(UsageError) as refusal:
        parse_settings(text)
    assert "hidden" not in str(refusal.value)
    assert refusal.value.remedy


def test_the_example_is_understood() -> None:
    name, _, text = EXAMPLE.partition(":")
    assert name == ADAPTER.name
    assert parse_settings(f"{text},client-key-password=x").client_key == Path("client-key.json")


def test_a_password_in_the_name_of_a_target_is_not_shown() -> None:
    assert "hidden" not in redacted(f"aliyun-instance:{LOCAL},ca=x")


def test_the_packages_that_it_needs_are_there() -> None:
    health = ADAPTER.health()
    assert health.ready
    assert "httpx2" in health.detail


def curve_key_document() -> str:
    """A client key that is no RSA key."""
    key = generate_private_key(SECP256R1())
    encryption = BestAvailableEncryption(b"hidden")
    store = serialize_key_and_certificates(None, key, None, None, encryption)
    return json.dumps({"KeyId": "k", "PrivateKeyData": base64.b64encode(store).decode()})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"KeyId":"k"}',
        '{"KeyId":"k","PrivateKeyData":"!"}',
        '{"KeyId":"k","PrivateKeyData":"aGlkZGVu"}',
        '{"KeyId":"k","PrivateKeyData":5}',
        curve_key_document(),
        client_key_document("k", new_private_key(), "another"),
        client_key_document("k", new_private_key(), "hidden").replace('"k"', "7"),
    ],
)
def test_a_file_that_holds_no_client_key(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(content)
    with pytest.raises(UsageError) as refusal:
        read_client_key(path, "hidden")
    assert "hidden" not in str(refusal.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be read"):
        read_client_key(tmp_path / "nothing.json", "hidden")
    with pytest.raises(UsageError, match=r"cannot be read"):
        ADAPTER.open(LOCAL)
