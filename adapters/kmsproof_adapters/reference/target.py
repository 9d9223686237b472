"""The reference as a target: what it declares, and how its keys are loaded."""

from __future__ import annotations

import platform

from kmsproof.capability import PROTOCOL_VERSION, Description
from kmsproof.target import Target
from kmsproof.vocabulary import KeySpec, ProtectionLevel
from kmsproof_adapters.aes import AES_KEY_SPECS, aes_keys
from kmsproof_adapters.asymmetric import asymmetric_keys
from kmsproof_adapters.ec import EC_KEY_SPECS
from kmsproof_adapters.installed import adapter_version, version_of
from kmsproof_adapters.local_target import LocalTarget
from kmsproof_adapters.reference import aes, ec, rsa
from kmsproof_adapters.reference.variant import STANDARD, Variant
from kmsproof_adapters.rsa import RSA_KEY_SPECS

LEVEL = ProtectionLevel.SOFTWARE


def open_reference(variant: Variant = STANDARD) -> Target:
    """Open the reference; nothing is shared between two of them."""
    parts, choices = variant.parts, variant.choices()
    keys: dict[KeySpec, aes.AesKeys | rsa.RsaKeys | ec.EcKeys] = {
        **dict.fromkeys(AES_KEY_SPECS, aes.AesKeys(parts, choices)),
        **dict.fromkeys(RSA_KEY_SPECS, rsa.RsaKeys(parts, choices)),
        **dict.fromkeys(EC_KEY_SPECS, ec.EcKeys(parts, choices)),
    }
    description = Description(
        protocol=PROTOCOL_VERSION,
        name=variant.name("kmsproof reference"),
        version=version_of("kmsproof") or "not installed",
        keys=(
            aes_keys(LEVEL, create=True),
            asymmetric_keys(LEVEL, (*RSA_KEY_SPECS, *EC_KEY_SPECS), create=True),
        ),
        algorithms=(
            *aes.capabilities(LEVEL),
            *rsa.capabilities(LEVEL),
            *ec.capabilities(LEVEL),
        ),
        adapter=adapter_version(),
        notes=(f"Python {platform.python_version()}",),
    )
    return LocalTarget(
        description,
        {spec: each.load for spec, each in keys.items()},
        {spec: each.make for spec, each in keys.items()},
    )
