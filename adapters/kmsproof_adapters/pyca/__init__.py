"""The target ``cryptography``: the Python package of that name, over OpenSSL."""

from __future__ import annotations

from kmsproof.target import Adapter, Health, Target
from kmsproof_adapters.installed import package_health, refuse_argument, require

NAME = "cryptography"


def _open(argument: str) -> Target:
    refuse_argument(NAME, argument)
    version = require(NAME)
    from kmsproof_adapters.pyca.target import open_pyca

    return open_pyca(version)


def _health() -> Health:
    return package_health(NAME)


ADAPTER = Adapter(
    name=NAME,
    summary="the Python package cryptography (pyca), over OpenSSL",
    usage="cryptography",
    open=_open,
    health=_health,
)
