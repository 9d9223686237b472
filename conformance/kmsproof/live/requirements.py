"""What the words of a recipe's ``requires`` ask of a target's declaration, one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kmsproof.capability import AlgorithmCapability, Chooser, CiphertextForm, KeyCapability
from kmsproof.vocabulary import EciesDialect, Feature, MessageType, ProtectionLevel
from kmsproof_vectors.live.model import Requirement

USUAL_IV_LENGTH = 12

Declared = AlgorithmCapability

OF_ALGORITHM: Mapping[Requirement, Callable[[Declared], bool]] = {
    Requirement.CALLER_IV: lambda c: Chooser.CALLER in c.iv_chosen_by,
    Requirement.TARGET_IV: lambda c: Chooser.TARGET in c.iv_chosen_by,
    Requirement.IV_LENGTHS: lambda c: any(16 in lengths for lengths in c.iv_lengths),
    Requirement.SEPARATE_IV: lambda c: c.ciphertext_form is CiphertextForm.PARTS,
    Requirement.DIGEST: lambda c: MessageType.DIGEST in c.message_types,
    Requirement.RAW: lambda c: MessageType.RAW in c.message_types,
    Requirement.AAD: lambda c: any(lengths.maximum != 0 for lengths in c.aad_lengths),
    Requirement.ECIES_EK_MK: lambda c: EciesDialect.EK_MK in c.dialects,
    Requirement.ECIES_MK_EK: lambda c: EciesDialect.MK_EK in c.dialects,
    Requirement.COMPRESSED_POINT: lambda c: Feature.COMPRESSED_POINT in c.features,
    Requirement.HYBRID_POINT: lambda c: Feature.HYBRID_POINT in c.features,
    Requirement.LABEL: lambda c: Feature.OAEP_LABEL in c.features,
}
"""What a requirement asks of the algorithm's own declaration."""

LEVELS: Mapping[Requirement, ProtectionLevel] = {
    Requirement.SOFTWARE_LEVEL: ProtectionLevel.SOFTWARE,
    Requirement.HARDWARE_LEVEL: ProtectionLevel.HARDWARE,
    Requirement.EXTERNAL_LEVEL: ProtectionLevel.EXTERNAL,
}
"""The protection levels that a recipe itself makes keys at, whatever level is judged."""


def of_keys(requirement: Requirement, keys: KeyCapability) -> bool:
    """Return what a requirement asks of the declaration of keys; there is always a second key."""
    if requirement in LEVELS:
        return keys.create and LEVELS[requirement] in keys.protection_levels
    if requirement is Requirement.LIFECYCLE:
        return keys.lifecycle
    return keys.defaults if requirement is Requirement.DEFAULTS else True
