"""The target ``reference-kms``: the key management service of the reference, in this process."""

from __future__ import annotations

import platform

from kmsproof.target import Adapter, Health, Target
from kmsproof_adapters.installed import adapter_version, version_of

NAME = "reference-kms"


def _open(argument: str) -> Target:
    from kmsproof_adapters.reference.variant import read_variant
    from kmsproof_adapters.reference_kms.target import open_reference_kms

    return open_reference_kms(read_variant(NAME, argument))


def _health() -> Health:
    version = version_of("kmsproof") or adapter_version()
    return Health(True, f"kmsproof {version}, Python {platform.python_version()}")


ADAPTER = Adapter(
    name=NAME,
    summary="a key management service in plain Python that comes with the suite",
    usage="reference-kms[:deviation=ID,seed=NUMBER]",
    open=_open,
    health=_health,
)
