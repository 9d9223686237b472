"""What the shared API of Alibaba Cloud KMS offers, as the adapter declares it.

Of the sheet the API has GCM with an IV of its own, RSAES-OAEP, and signatures of a digest. It has
neither ECB and CBC nor ECIES, and empty plaintexts cannot be told from missing ones.
"""

from __future__ import annotations

from collections.abc import Collection

from kmsproof.capability import (
    AlgorithmCapability,
    Chooser,
    CiphertextForm,
    KeyCapability,
    LengthRange,
)
from kmsproof.vocabulary import (
    RSA_MODULUS_BITS,
    Algorithm,
    KeySpec,
    KeyUsage,
    MessageType,
    Operation,
    ProtectionLevel,
)
from kmsproof_adapters.asymmetric import BOTH_USAGES, signature_capability
from kmsproof_adapters.ec import EC_KEY_SPECS
from kmsproof_adapters.rsa import OAEP_OVERHEAD, RSA_KEY_SPECS

_ENCRYPTION = (Operation.ENCRYPT, Operation.DECRYPT)
_SYMMETRIC_USAGE = (KeyUsage.ENCRYPT_DECRYPT,)
_SHORT_AES_KEYS = (KeySpec.AES_192, KeySpec.AES_128)
_DIGESTS = (MessageType.DIGEST,)

PLAINTEXT_LENGTHS = LengthRange(1, 6000)
"""Bytes that Encrypt takes: the documents say 6 KB, and not whether that is 6000 or 6144."""

CONTEXT_LIMIT = 8192
"""The most characters of an encryption context."""

AAD_NAME = "aad"
"""The one name in the encryption context that carries associated data, in hexadecimal digits."""

AAD_LENGTHS = LengthRange(0, (CONTEXT_LIMIT - len(f'{{"{AAD_NAME}":""}}')) // 2)
"""Bytes of associated data that an encryption context can carry."""


def keys(
    levels: tuple[ProtectionLevel, ...], in_instances: Collection[ProtectionLevel]
) -> tuple[KeyCapability, ...]:
    """Declare the keys of some protection levels; the sheet says which key specs each has.

    Keys of elliptic curves that encrypt are made in KMS instances only. Key spec, usage and
    algorithm may be left out of calls for symmetric keys; the calls of asymmetric ones name their
    algorithm.
    """
    pairs = tuple(level for level in levels if level is not ProtectionLevel.EXTERNAL)
    hardware = tuple(level for level in levels if level is ProtectionLevel.HARDWARE)
    declared = [_keys((KeySpec.AES_256,), levels, _SYMMETRIC_USAGE, defaults=True)]
    if hardware:
        declared.append(_keys(_SHORT_AES_KEYS, hardware, _SYMMETRIC_USAGE, defaults=True))
    if pairs:
        declared.append(_keys(RSA_KEY_SPECS, pairs, BOTH_USAGES))
        for level in pairs:
            usages = BOTH_USAGES if level in in_instances else (KeyUsage.SIGN_VERIFY,)
            declared.append(_keys(EC_KEY_SPECS, (level,), usages))
    return tuple(declared)


def _keys(
    key_specs: tuple[KeySpec, ...],
    levels: tuple[ProtectionLevel, ...],
    usages: tuple[KeyUsage, ...],
    *,
    defaults: bool = False,
) -> KeyCapability:
    return KeyCapability(
        key_specs=key_specs,
        protection_levels=levels,
        usages=usages,
        create=True,
        lifecycle=True,
        defaults=defaults,
    )


def algorithms(levels: tuple[ProtectionLevel, ...]) -> tuple[AlgorithmCapability, ...]:
    """Declare the algorithms at some protection levels."""
    declared: list[AlgorithmCapability] = []
    for level in levels:
        short = _SHORT_AES_KEYS if level is ProtectionLevel.HARDWARE else ()
        declared.append(_gcm(level, (KeySpec.AES_256, *short)))
        if level is not ProtectionLevel.EXTERNAL:
            declared.extend(_oaep(level, key_spec) for key_spec in RSA_KEY_SPECS)
            declared.extend(
                signature_capability(algorithm, level, key_specs, _DIGESTS)
                for algorithm, key_specs in (
                    (Algorithm.RSA_PSS_SHA_256, RSA_KEY_SPECS),
                    (Algorithm.RSA_PKCS1_SHA_256, RSA_KEY_SPECS),
                    (Algorithm.ECDSA_SHA_256, EC_KEY_SPECS),
                )
            )
    return tuple(declared)


def _gcm(level: ProtectionLevel, key_specs: tuple[KeySpec, ...]) -> AlgorithmCapability:
    return AlgorithmCapability(
        algorithm=Algorithm.GCM,
        key_specs=key_specs,
        protection_levels=(level,),
        operations=_ENCRYPTION,
        iv_chosen_by=(Chooser.TARGET,),
        iv_lengths=(LengthRange(12, 12),),
        tag_lengths=(LengthRange(16, 16),),
        aad_lengths=(AAD_LENGTHS,),
        plaintext_lengths=(PLAINTEXT_LENGTHS,),
        ciphertext_form=CiphertextForm.OPAQUE,
    )


def _oaep(level: ProtectionLevel, key_spec: KeySpec) -> AlgorithmCapability:
    return AlgorithmCapability(
        algorithm=Algorithm.RSAES_OAEP_SHA_256,
        key_specs=(key_spec,),
        protection_levels=(level,),
        operations=_ENCRYPTION,
        plaintext_lengths=(LengthRange(1, RSA_MODULUS_BITS[key_spec] // 8 - OAEP_OVERHEAD),),
    )
