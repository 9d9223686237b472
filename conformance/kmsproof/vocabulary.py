"""The sheet's words, for adapters and reports: contract module.

They are defined beside the reference, which imports nothing of ours; adapters and reports take them
from here, so that they depend on this package's contract modules alone.
"""

from kmsproof_reference.vocabulary import (
    AES_KEY_LENGTHS,
    EC_CURVES,
    RSA_MODULUS_BITS,
    SIGNATURE_ALGORITHMS,
    SYMMETRIC_KEY_SPECS,
    Algorithm,
    EciesDialect,
    Feature,
    KeyField,
    KeyPart,
    KeySpec,
    KeyState,
    KeyUsage,
    MessageType,
    Operation,
    PaddingMode,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_vectors.encoding import HexBytes

__all__ = [
    "AES_KEY_LENGTHS",
    "EC_CURVES",
    "RSA_MODULUS_BITS",
    "SIGNATURE_ALGORITHMS",
    "SYMMETRIC_KEY_SPECS",
    "Algorithm",
    "EciesDialect",
    "Feature",
    "HexBytes",
    "KeyField",
    "KeyPart",
    "KeySpec",
    "KeyState",
    "KeyUsage",
    "MessageType",
    "Operation",
    "PaddingMode",
    "ProtectionLevel",
    "RejectionClass",
]
