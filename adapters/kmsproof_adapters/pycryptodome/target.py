"""The package ``pycryptodome`` as a target: what it declares, and how its keys are loaded."""

from __future__ import annotations

from kmsproof.capability import PROTOCOL_VERSION, Description
from kmsproof.target import Target
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_adapters.aes import AES_KEY_SPECS, aes_keys
from kmsproof_adapters.asymmetric import asymmetric_keys
from kmsproof_adapters.ec import EC_KEY_SPECS
from kmsproof_adapters.ecies import COMPOSED_NOTE
from kmsproof_adapters.installed import adapter_version
from kmsproof_adapters.local_target import LocalTarget
from kmsproof_adapters.pycryptodome import aes, ec, rsa
from kmsproof_adapters.rsa import RSA_KEY_SPECS

LEVEL = ProtectionLevel.SOFTWARE


def open_pycryptodome(version: str) -> Target:
    """Open the library; nothing is shared between two targets."""
    description = Description(
        protocol=PROTOCOL_VERSION,
        name="pycryptodome",
        version=version,
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
        notes=(COMPOSED_NOTE,),
    )
    return LocalTarget(
        description,
        {
            **dict.fromkeys(AES_KEY_SPECS, aes.load_key),
            **dict.fromkeys(RSA_KEY_SPECS, rsa.load_key),
            **dict.fromkeys(EC_KEY_SPECS, ec.load_key),
        },
        {
            **dict.fromkeys(AES_KEY_SPECS, aes.make_key),
            **dict.fromkeys(RSA_KEY_SPECS, rsa.make_key),
            **dict.fromkeys(EC_KEY_SPECS, ec.make_key),
        },
    )
