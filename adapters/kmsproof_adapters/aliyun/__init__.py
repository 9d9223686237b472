"""The target ``aliyun``: Alibaba Cloud KMS over its shared OpenAPI, by the official SDK."""

from __future__ import annotations

from kmsproof.target import Adapter, Health, Target
from kmsproof_adapters.aliyun.settings import EXAMPLE, parse_settings
from kmsproof_adapters.installed import package_health, require

NAME = "aliyun"
PACKAGE = "alibabacloud-kms20160120"


def _open(argument: str) -> Target:
    settings = parse_settings(argument)
    version = require(PACKAGE, extra=NAME)
    from kmsproof_adapters.aliyun.target import open_shared_api

    return open_shared_api(settings, version)


def _health() -> Health:
    return package_health(PACKAGE, extra=NAME)


ADAPTER = Adapter(
    name=NAME,
    summary="Alibaba Cloud KMS, or kmsproof serve, over the OpenAPI of version 2016-01-20",
    usage=EXAMPLE,
    open=_open,
    health=_health,
)
