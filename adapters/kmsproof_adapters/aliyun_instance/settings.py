"""Where a KMS instance is and how it is entered, beside the settings of the shared API.

Keys are made, described and deleted over the shared API, and used over that of the instance. So
the settings are those of the target ``aliyun`` and some more.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kmsproof.errors import UsageError
from kmsproof.vocabulary import EciesDialect
from kmsproof_adapters.aliyun.settings import NAMES as SHARED_NAMES
from kmsproof_adapters.aliyun.settings import (
    Settings,
    is_loopback,
    read_settings,
    taken_apart,
    values_of,
)

EXAMPLE = (
    "aliyun-instance:endpoint=http://127.0.0.1:20160,software-instance=kst-software-protected-keys,"
    "client-key=client-key.json"
)

ENDPOINT_VARIABLE = "KMSPROOF_ALIYUN_INSTANCE_ENDPOINT"
CLIENT_KEY_VARIABLE = "KMSPROOF_ALIYUN_CLIENT_KEY"
PASSWORD_VARIABLE = "KMSPROOF_ALIYUN_CLIENT_KEY_PASSWORD"
"""Environment variables for what the target's name does not say."""

OWN_NAMES = (
    "instance-endpoint",
    "instance-ca",
    "client-key",
    "client-key-password",
    "ecies-dialect",
    "ecies-points",
)
"""The settings that the target ``aliyun`` does not have."""

COMPRESSED, UNCOMPRESSED = "compressed", "uncompressed"


@dataclass(frozen=True)
class InstanceSettings:
    """Where the instance is, and how it is entered."""

    shared: Settings
    """The way to the shared API."""
    endpoint: str
    """The address of the instance, with its protocol."""
    client_key: Path
    """The client key file, as the console of the service gives it."""
    client_key_password: str = field(repr=False)
    ca: Path | None = None
    """PEM of the certificate authority of the instance."""
    dialect: EciesDialect = EciesDialect.EK_MK
    """The byte layout of ECIES, which the documents leave open."""
    compressed_points: bool = False
    """Whether ECIES is said to take compressed points, which the documents leave open."""

    @property
    def is_on_this_machine(self) -> bool:
        """Whether no proxy can be asked for it."""
        return is_loopback(self.endpoint.partition("://")[2])


def parse_settings(text: str) -> InstanceSettings:
    """Read what follows ``aliyun-instance:`` in the name of a target, and the environment.

    Raises:
        UsageError: if it is written wrongly, or something is missing.
    """
    values = values_of(text, (*SHARED_NAMES, *OWN_NAMES), EXAMPLE)
    shared = read_settings(values, EXAMPLE)
    if not shared.instances:
        raise UsageError(
            "The target aliyun-instance needs to know in which KMS instance keys are made.",
            "Give software-instance, hardware-instance or external-instance.",
        )
    return InstanceSettings(
        shared,
        _endpoint(values, shared),
        *_client_key(values),
        Path(values["instance-ca"]) if "instance-ca" in values else shared.ca,
        _dialect(values),
        _compressed_points(values),
    )


def _endpoint(values: Mapping[str, str], shared: Settings) -> str:
    """Return the address of the instance; the local server has both APIs at one."""
    endpoint = values.get("instance-endpoint") or os.environ.get(ENDPOINT_VARIABLE)
    if endpoint:
        protocol, place = taken_apart(endpoint)
    elif shared.endpoint is not None:
        protocol, place = shared.protocol, shared.endpoint
    else:
        raise UsageError(
            "The target aliyun-instance needs to know where the instance is.",
            "Give instance-endpoint=https://INSTANCE.cryptoservice.kms.aliyuncs.com, or set "
            f"{ENDPOINT_VARIABLE}.",
        )
    return f"{protocol.lower()}://{place}"


def _client_key(values: Mapping[str, str]) -> tuple[Path, str]:
    path = values.get("client-key") or os.environ.get(CLIENT_KEY_VARIABLE)
    password = values.get("client-key-password") or os.environ.get(PASSWORD_VARIABLE)
    if not path or not password:
        raise UsageError(
            "The API of an instance is entered with a client key, and its file or its password is "
            "not given.",
            f"Give client-key=FILE or set {CLIENT_KEY_VARIABLE}, and set {PASSWORD_VARIABLE}.",
        )
    return Path(path), password


def _dialect(values: Mapping[str, str]) -> EciesDialect:
    try:
        return EciesDialect(values.get("ecies-dialect", EciesDialect.EK_MK))
    except ValueError:
        raise UsageError(
            "The setting ecies-dialect is none of the two orders of the keys.",
            f"Give {' or '.join(EciesDialect)}, in quotes.",
        ) from None


def _compressed_points(values: Mapping[str, str]) -> bool:
    points = values.get("ecies-points", UNCOMPRESSED)
    if points not in (COMPRESSED, UNCOMPRESSED):
        raise UsageError(
            "The setting ecies-points is not understood.",
            f"Give {COMPRESSED} if the instance takes compressed points, else {UNCOMPRESSED}.",
        )
    return points == COMPRESSED
