"""The package ``cryptography`` as a target: what it declares, and how its keys are loaded."""

from __future__ import annotations

from cryptography.hazmat.backends.openssl import backend

from kmsproof.capability import PROTOCOL_VERSION, Description
from kmsproof.target import Target
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_adapters.aes import AES_KEY_SPECS, aes_keys
from kmsproof_adapters.installed import adapter_version
from kmsproof_adapters.local_target import LocalTarget
from kmsproof_adapters.pyca import aes

LEVEL = ProtectionLevel.SOFTWARE


def open_pyca(version: str) -> Target:
    """Open the library; nothing is shared between two targets."""
    description = Description(
        protocol=PROTOCOL_VERSION,
        name="cryptography",
        version=version,
        keys=(aes_keys(LEVEL),),
        algorithms=aes.capabilities(LEVEL),
        adapter=adapter_version(),
        notes=(backend.openssl_version_text(),),
    )
    return LocalTarget(description, dict.fromkeys(AES_KEY_SPECS, aes.load_key))
