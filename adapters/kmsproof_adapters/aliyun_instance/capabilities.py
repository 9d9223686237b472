"""What the API of a KMS instance offers, as the adapter declares it.

It has all algorithms of the sheet. Empty plaintexts and empty messages cannot be told from missing
ones: a field of a protocol buffer message that is empty is not sent.
"""

from __future__ import annotations

import msgspec

from kmsproof.capability import AlgorithmCapability, Chooser, KeyCapability, LengthRange
from kmsproof.vocabulary import (
    RSA_MODULUS_BITS,
    Algorithm,
    EciesDialect,
    Feature,
    KeySpec,
    ProtectionLevel,
)
from kmsproof_adapters.aes import AES_KEY_SPECS, BLOCK_IV_LENGTH, BOTH_PADDINGS, BOTH_WAYS
from kmsproof_adapters.aliyun import capabilities as shared
from kmsproof_adapters.asymmetric import signature_capability
from kmsproof_adapters.ec import EC_KEY_SPECS
from kmsproof_adapters.gcm_tags import TAG_LENGTH
from kmsproof_adapters.rsa import OAEP_OVERHEAD, RSA_KEY_SPECS

MESSAGE_LENGTHS = LengthRange(1, 2_900_000)
"""Bytes of a plaintext or a message. A request has 3 MB at most, with all else that is in it, and
the documents do not say whether that is 3,000,000 bytes or more."""

AAD_LENGTHS = LengthRange(0, 8192)
CHOOSERS = (Chooser.TARGET, Chooser.CALLER)


def keys(levels: tuple[ProtectionLevel, ...]) -> tuple[KeyCapability, ...]:
    """Declare the keys of instances of some protection levels.

    They are made as the target ``aliyun`` makes them; here every call can do without an algorithm.
    """
    return tuple(
        msgspec.structs.replace(declared, defaults=True) for declared in shared.keys(levels, levels)
    )


def algorithms(
    levels: tuple[ProtectionLevel, ...], dialect: EciesDialect, *, compressed_points: bool
) -> tuple[AlgorithmCapability, ...]:
    """Declare the algorithms at some protection levels (the sheet's tables of key specs)."""
    features = (Feature.COMPRESSED_POINT,) if compressed_points else ()
    declared: list[AlgorithmCapability] = []
    for level in levels:
        declared.extend(_aes(level))
        if level is not ProtectionLevel.EXTERNAL:
            declared.extend(_oaep(level, key_spec) for key_spec in RSA_KEY_SPECS)
            declared.append(_ecies(level, dialect, features))
            declared.extend(_signatures(level))
    return tuple(declared)


def _aes(level: ProtectionLevel) -> list[AlgorithmCapability]:
    """GCM everywhere; ECB and CBC where keys are not in software."""
    hardware = level is ProtectionLevel.HARDWARE
    key_specs = AES_KEY_SPECS if hardware else (KeySpec.AES_256,)
    gcm = AlgorithmCapability(
        algorithm=Algorithm.GCM,
        key_specs=key_specs,
        protection_levels=(level,),
        operations=BOTH_WAYS,
        iv_chosen_by=CHOOSERS,
        iv_lengths=(LengthRange(12, 12),),
        tag_lengths=(LengthRange(TAG_LENGTH, TAG_LENGTH),),
        aad_lengths=(AAD_LENGTHS,),
        plaintext_lengths=(MESSAGE_LENGTHS,),
    )
    if level is ProtectionLevel.SOFTWARE:
        return [gcm]
    ecb, cbc = (
        AlgorithmCapability(
            algorithm=algorithm,
            key_specs=key_specs,
            protection_levels=(level,),
            operations=BOTH_WAYS,
            paddings=BOTH_PADDINGS,
            iv_chosen_by=CHOOSERS if algorithm is Algorithm.CBC else (),
            iv_lengths=BLOCK_IV_LENGTH if algorithm is Algorithm.CBC else (),
            plaintext_lengths=(MESSAGE_LENGTHS,),
        )
        for algorithm in (Algorithm.ECB, Algorithm.CBC)
    )
    return [gcm, ecb, cbc]


def _oaep(level: ProtectionLevel, key_spec: KeySpec) -> AlgorithmCapability:
    return AlgorithmCapability(
        algorithm=Algorithm.RSAES_OAEP_SHA_256,
        key_specs=(key_spec,),
        protection_levels=(level,),
        operations=BOTH_WAYS,
        plaintext_lengths=(LengthRange(1, RSA_MODULUS_BITS[key_spec] // 8 - OAEP_OVERHEAD),),
    )


def _ecies(
    level: ProtectionLevel, dialect: EciesDialect, features: tuple[Feature, ...]
) -> AlgorithmCapability:
    return AlgorithmCapability(
        algorithm=Algorithm.ECIES_DH_SHA_1_XOR_HMAC,
        key_specs=EC_KEY_SPECS,
        protection_levels=(level,),
        operations=BOTH_WAYS,
        plaintext_lengths=(MESSAGE_LENGTHS,),
        dialects=(dialect,),
        features=features,
    )


def _signatures(level: ProtectionLevel) -> list[AlgorithmCapability]:
    return [
        msgspec.structs.replace(
            signature_capability(algorithm, level, key_specs), message_lengths=(MESSAGE_LENGTHS,)
        )
        for algorithm, key_specs in (
            (Algorithm.RSA_PSS_SHA_256, RSA_KEY_SPECS),
            (Algorithm.RSA_PKCS1_SHA_256, RSA_KEY_SPECS),
            (Algorithm.ECDSA_SHA_256, EC_KEY_SPECS),
        )
    ]
