"""The three KMS instances of the server, one for each protection level.

A key that is made in an instance has the protection level of the instance. A key that is made
without one belongs to the instance of its protection level, so that every key has an instance.
"""

from __future__ import annotations

from types import MappingProxyType

from kmsproof_reference.vocabulary import ProtectionLevel

INSTANCES = MappingProxyType(
    {
        "kst-software-protected-keys": ProtectionLevel.SOFTWARE,
        "kst-hardware-protected-keys": ProtectionLevel.HARDWARE,
        "kst-external-keys": ProtectionLevel.EXTERNAL,
    }
)
"""The value of DKMSInstanceId, and the protection level of the keys that are made there."""

INSTANCE_OF_LEVEL = MappingProxyType({level: name for name, level in INSTANCES.items()})

LEVEL_NAMES = MappingProxyType(
    {
        ProtectionLevel.SOFTWARE: "SOFTWARE",
        ProtectionLevel.HARDWARE: "HSM",
        ProtectionLevel.EXTERNAL: "EXTERNAL",
    }
)
"""The values of ProtectionLevel in replies. The API documents the first two only."""

LEVELS_WITHOUT_INSTANCE = MappingProxyType(
    {"SOFTWARE": ProtectionLevel.SOFTWARE, "HSM": ProtectionLevel.HARDWARE}
)
"""The values of ProtectionLevel that CreateKey takes where there is no DKMSInstanceId."""
