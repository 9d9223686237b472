"""Where Alibaba Cloud KMS is and how it is entered, from a target's name or the environment.

Read strictly: what is not understood is refused. No message shows the value of a setting, since a
secret may stand anywhere in a name that is written wrongly.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kmsproof.errors import UsageError
from kmsproof.vocabulary import ProtectionLevel

EXAMPLE = "aliyun:endpoint=http://127.0.0.1:20160"

ENDPOINT_VARIABLE = "KMSPROOF_ALIYUN_ENDPOINT"
REGION_VARIABLE = "ALIBABA_CLOUD_REGION_ID"
KEY_ID_VARIABLE = "ALIBABA_CLOUD_ACCESS_KEY_ID"
KEY_SECRET_VARIABLE = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
TOKEN_VARIABLE = "ALIBABA_CLOUD_SECURITY_TOKEN"
"""Environment variables for what the target's name does not say. The SDK would find the last three
itself, but only with the values that they had when it was imported."""

PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")

DELETION_DAYS = range(7, 367)
"""The days after which a key may be deleted (API document of ScheduleKeyDeletion)."""

NAMES = (
    "endpoint",
    "region",
    "access-key-id",
    "access-key-secret",
    "ca",
    "software-instance",
    "hardware-instance",
    "external-instance",
    "deletion-days",
)
"""The settings that are understood, ``name=value`` with commas between them."""


@dataclass(frozen=True)
class Settings:
    """Where the service is, and how it is entered."""

    protocol: str
    """``HTTP`` or ``HTTPS``."""
    endpoint: str | None
    """Host and port, and a path if there is one; nothing for the one of the region."""
    region: str | None = None
    access_key_id: str | None = None
    """Nothing: the SDK looks where it usually does."""
    access_key_secret: str | None = field(default=None, repr=False)
    security_token: str | None = field(default=None, repr=False)
    """Belongs to an AccessKey that is good for a while only."""
    ca: Path | None = None
    """PEM of the certificate authority to trust, where it is not a public one."""
    instances: Mapping[ProtectionLevel, str] = field(default_factory=dict[ProtectionLevel, str])
    """The KMS instance in which the keys of a protection level are made; without one they are made
    in none."""
    deletion_days: int = DELETION_DAYS.start

    @property
    def place(self) -> str:
        """The endpoint for a reader."""
        return self.endpoint or f"kms.{self.region}.aliyuncs.com"


def parse_settings(text: str) -> Settings:
    """Read what follows ``aliyun:`` in the name of a target, and the environment.

    Raises:
        UsageError: if it is written wrongly, or there is neither endpoint nor region.
    """
    return read_settings(values_of(text, NAMES, EXAMPLE), EXAMPLE)


def read_settings(values: Mapping[str, str], example: str) -> Settings:
    """Read settings that were taken apart, and the environment; ``example`` shows how it is done.

    Raises:
        UsageError: if one is wrong, or there is neither endpoint nor region.
    """
    endpoint = values.get("endpoint") or os.environ.get(ENDPOINT_VARIABLE) or None
    region = values.get("region") or os.environ.get(REGION_VARIABLE) or None
    if endpoint is None and region is None:
        raise UsageError(
            "The target needs to know where the service is.",
            f"Write {example}, or region=cn-hangzhou for the cloud instead of the endpoint, or set "
            f"{ENDPOINT_VARIABLE}.",
        )
    protocol, place = ("HTTPS", None) if endpoint is None else taken_apart(endpoint)
    return Settings(
        protocol,
        place,
        region,
        *_credentials(values),
        Path(values["ca"]) if "ca" in values else None,
        {
            level: values[name]
            for level, name in (
                (ProtectionLevel.SOFTWARE, "software-instance"),
                (ProtectionLevel.HARDWARE, "hardware-instance"),
                (ProtectionLevel.EXTERNAL, "external-instance"),
            )
            if name in values
        },
        _deletion_days(values),
    )


def avoid_proxies_on_loopback(settings: Settings) -> None:
    """Take the proxy variables out of the environment if the service is on this machine.

    The SDK sends everything to a proxy that is named there and knows no exceptions, and no proxy
    can reach the loopback address of this machine.
    """
    if settings.endpoint is not None and is_loopback(settings.endpoint):
        for name in PROXY_VARIABLES:
            os.environ.pop(name, None)


def values_of(text: str, names: Collection[str], example: str) -> dict[str, str]:
    """Take ``name=value`` with commas between them apart; only some names are known.

    Raises:
        UsageError: if it is written wrongly. What it shows is the example, and never a value.
    """
    remedy = f"Write it like {example} with any of: {', '.join(names)}; %2C stands for a comma."
    values: dict[str, str] = {}
    for number, part in enumerate(text.split(","), 1) if text else ():
        name, equals, value = part.partition("=")
        if not equals or not value or not re.fullmatch(r"[a-z][a-z-]{0,30}", name):
            raise UsageError(f"Part {number} of the target is no setting.", remedy)
        if name not in names:
            raise UsageError(f"The target has no setting {name}.", remedy)
        if name in values:
            raise UsageError(f"The target has {name} twice.", "Leave one of them out.")
        values[name] = unquote(value)
    return values


def _credentials(values: Mapping[str, str]) -> tuple[str | None, str | None, str | None]:
    """Return id, secret and token from the settings or else the environment, as a whole."""
    if ("access-key-id" in values) is not ("access-key-secret" in values):
        raise UsageError(
            "An AccessKey is its id and its secret, and only one of them is given.",
            "Give access-key-id and access-key-secret, or neither to have them looked for.",
        )
    if "access-key-id" in values:
        return values["access-key-id"], values["access-key-secret"], None
    key_id, secret = os.environ.get(KEY_ID_VARIABLE), os.environ.get(KEY_SECRET_VARIABLE)
    if not key_id or not secret:
        return None, None, None
    return key_id, secret, os.environ.get(TOKEN_VARIABLE) or None


def taken_apart(endpoint: str) -> tuple[str, str]:
    """Return protocol and place of an endpoint; without a scheme it is spoken to over TLS.

    Raises:
        UsageError: if it is none.
    """
    if "://" not in endpoint:
        endpoint = f"https://{endpoint}"
    try:
        parts = urlsplit(endpoint)
        known = parts.hostname and parts.port != 0  # asking for the port raises if it is none
    except ValueError:
        parts = urlsplit("")
        known = False
    if not known or parts.scheme not in ("http", "https") or parts.username is not None:
        raise UsageError(
            "The endpoint is no address of a server.",
            "Write host and port with http:// or https:// before them.",
        )
    return parts.scheme.upper(), parts.netloc + parts.path.rstrip("/")


def is_loopback(endpoint: str) -> bool:
    """Return whether a place, host and port, is on this machine."""
    host = urlsplit(f"//{endpoint}").hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _deletion_days(values: Mapping[str, str]) -> int:
    text = values.get("deletion-days", str(DELETION_DAYS.start))
    if not re.fullmatch("[0-9]{1,3}", text) or int(text) not in DELETION_DAYS:
        raise UsageError(
            "The setting deletion-days is out of range.",
            f"Give {DELETION_DAYS.start} to {DELETION_DAYS.stop - 1} days.",
        )
    return int(text)
