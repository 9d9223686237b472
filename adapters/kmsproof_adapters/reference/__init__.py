"""The target ``reference``: the executable specification itself."""

from __future__ import annotations

import platform

from kmsproof.target import Adapter, Health, Target
from kmsproof_adapters.installed import adapter_version, version_of

NAME = "reference"


def _open(argument: str) -> Target:
    from kmsproof_adapters.reference.target import open_reference
    from kmsproof_adapters.reference.variant import read_variant

    return open_reference(read_variant(NAME, argument))


def _health() -> Health:
    version = version_of("kmsproof") or adapter_version()
    return Health(True, f"kmsproof {version}, Python {platform.python_version()}")


ADAPTER = Adapter(
    name=NAME,
    summary="the executable specification in plain Python that comes with the suite",
    usage="reference[:deviation=ID,seed=NUMBER]",
    open=_open,
    health=_health,
)
