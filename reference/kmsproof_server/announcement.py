"""What the server tells at start: what it is, where it is, and how a program gets in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kmsproof_reference.vocabulary import EciesDialect, ProtectionLevel
from kmsproof_server.credentials import AccessKey
from kmsproof_server.instance.client_keys import ClientKeyFile
from kmsproof_server.instances import INSTANCES


@dataclass(frozen=True)
class Access:
    """Where a server is, and what a program needs to get in."""

    place: str
    """Host and port."""
    access_key: AccessKey
    """For the shared API."""
    client_key: ClientKeyFile
    """For the instance API."""
    certificate: Path | None = None
    """What a client has to trust; without it there is no TLS."""

    @property
    def endpoint(self) -> str:
        """The address with its protocol."""
        return f"{'http' if self.certificate is None else 'https'}://{self.place}"


def snippet(access: Access) -> str:
    """Return a program for the SDK ``alibabacloud-kms20160120`` that makes a key."""
    protocol = "HTTP" if access.certificate is None else "HTTPS"
    trust = "" if access.certificate is None else f'    ca="{access.certificate}",\n'
    return f"""\
from alibabacloud_kms20160120.client import Client
from alibabacloud_kms20160120.models import CreateKeyRequest
from alibabacloud_tea_openapi.utils_models import Config

client = Client(Config(
    access_key_id="{access.access_key.id}",
    access_key_secret="{access.access_key.secret}",
    endpoint="{access.place}",
    protocol="{protocol}",
{trust}))
key = client.create_key(CreateKeyRequest(key_usage="ENCRYPT/DECRYPT")).body.key_metadata
print(key.key_id)
"""


def announcement(access: Access, dialect: EciesDialect, database: Path | None) -> str:
    """Return what is printed when the server has started."""
    kept = "in memory; gone when it ends" if database is None else str(database)
    lines = [
        "This is a test double of Alibaba Cloud KMS. It does not protect keys: never give it "
        "real ones.",
        "",
        f"Endpoint           {access.endpoint}",
        f"AccessKey ID       {access.access_key.id}",
        f"AccessKey secret   {access.access_key.secret}",
        f"Client key         {access.client_key.path}",
        f"Its password       {access.client_key.password}",
        f"KMS instances      {', '.join(INSTANCES)}",
        f"Keys               {kept}",
    ]
    if access.certificate is not None:
        lines.append(f"Certificate        {access.certificate}")
    judge = [
        f"    kmsproof run '{target}' --mode live --mode policy"
        for target in (target_name(access), instance_target_name(access, dialect))
    ]
    return "\n".join([*lines, "", "Judge it:", "", *judge, "", "Use it:", "", snippet(access)])


_SETTINGS = {
    ProtectionLevel.SOFTWARE: "software-instance",
    ProtectionLevel.HARDWARE: "hardware-instance",
    ProtectionLevel.EXTERNAL: "external-instance",
}
"""How the targets call the instance of a protection level."""


def target_name(access: Access) -> str:
    """Return the server as a target of kmsproof, over the shared API."""
    return _target("aliyun", _shared_settings(access))


def instance_target_name(access: Access, dialect: EciesDialect) -> str:
    """Return the server as a target of kmsproof, over the instance API."""
    settings = {
        **_shared_settings(access),
        "client-key": str(access.client_key.path),
        "client-key-password": access.client_key.password,
        "ecies-dialect": dialect.value,
        "ecies-points": "compressed",
    }
    return _target("aliyun-instance", settings)


def _shared_settings(access: Access) -> dict[str, str]:
    settings = {
        "endpoint": access.endpoint,
        "access-key-id": access.access_key.id,
        "access-key-secret": access.access_key.secret,
        **{_SETTINGS[level]: instance for instance, level in INSTANCES.items()},
    }
    if access.certificate is not None:
        settings["ca"] = str(access.certificate)
    return settings


def _target(name: str, settings: Mapping[str, str]) -> str:
    return f"{name}:" + ",".join(f"{key}={_escaped(text)}" for key, text in settings.items())


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace(",", "%2C")
