"""The target ``pycryptodome``: the Python package of that name, with its own C code."""

from __future__ import annotations

from kmsproof.target import Adapter, Health, Target
from kmsproof_adapters.installed import package_health, refuse_argument, require

NAME = "pycryptodome"


def _open(argument: str) -> Target:
    refuse_argument(NAME, argument)
    version = require(NAME, extra=NAME)
    from kmsproof_adapters.pycryptodome.target import open_pycryptodome

    return open_pycryptodome(version)


def _health() -> Health:
    return package_health(NAME, extra=NAME)


ADAPTER = Adapter(
    name=NAME,
    summary="the Python package pycryptodome, with C code of its own",
    usage="pycryptodome",
    open=_open,
    health=_health,
)
