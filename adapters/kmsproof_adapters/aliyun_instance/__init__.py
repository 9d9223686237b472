"""The target ``aliyun-instance``: keys of a KMS instance of Alibaba Cloud, over its own API."""

from __future__ import annotations

from kmsproof.target import Adapter, Health, Target
from kmsproof_adapters.aliyun import PACKAGE
from kmsproof_adapters.aliyun_instance.settings import EXAMPLE, parse_settings
from kmsproof_adapters.installed import package_health, require

NAME = "aliyun-instance"
EXTRA = "aliyun"
PACKAGES = (PACKAGE, "httpx2", "protobuf")


def _open(argument: str) -> Target:
    settings = parse_settings(argument)
    for package in PACKAGES:
        require(package, extra=EXTRA)
    from kmsproof_adapters.aliyun_instance.target import open_instance_api

    return open_instance_api(settings)


def _health() -> Health:
    found = [package_health(package, extra=EXTRA) for package in PACKAGES]
    missing = next((health for health in found if not health.ready), None)
    return missing or Health(True, ", ".join(health.detail for health in found))


ADAPTER = Adapter(
    name=NAME,
    summary="A KMS instance of Alibaba Cloud, or kmsproof serve, over the API dkms-gcs-0.2",
    usage=EXAMPLE,
    open=_open,
    health=_health,
)
