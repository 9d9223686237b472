"""The package ``pycryptodome`` as a target: what it declares, and how its keys are loaded."""

from __future__ import annotations

from kmsproof.capability import PROTOCOL_VERSION, Description
from kmsproof.target import Target
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_adapters.aes import AES_KEY_SPECS, aes_keys
from kmsproof_adapters.installed import adapter_version
from kmsproof_adapters.local_target import LocalTarget
from kmsproof_adapters.pycryptodome import aes

LEVEL = ProtectionLevel.SOFTWARE


def open_pycryptodome(version: str) -> Target:
    """Open the library; nothing is shared between two targets."""
    description = Description(
        protocol=PROTOCOL_VERSION,
        name="pycryptodome",
        version=version,
        keys=(aes_keys(LEVEL),),
        algorithms=aes.capabilities(LEVEL),
        adapter=adapter_version(),
    )
    return LocalTarget(description, dict.fromkeys(AES_KEY_SPECS, aes.load_key))
