"""The files of key rules, one for each key spec of the sheet."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.kms.policy import DEFAULT_KEY_SPEC
from kmsproof_reference.vocabulary import EC_CURVES, RSA_MODULUS_BITS, KeySpec
from kmsproof_vectors.live.cases import (
    policy_confusion,
    policy_defaults,
    policy_limits,
    policy_offers,
    policy_purposes,
    policy_states,
)
from kmsproof_vectors.live.cases.policy_words import CLASSES, NOTES, parameters
from kmsproof_vectors.live.maker import LiveCase, LiveRecipe

SYMMETRIC: Final = (
    *policy_purposes.SYMMETRIC_CASES,
    *policy_confusion.AES_CASES,
    *policy_states.SYMMETRIC_CASES,
    *policy_defaults.SYMMETRIC_CASES,
    *policy_limits.AES_CASES,
    *policy_offers.SYMMETRIC_CASES,
)
"""What all symmetric key specs have."""

ASYMMETRIC: Final = (
    *policy_purposes.ASYMMETRIC_CASES,
    *policy_states.ASYMMETRIC_CASES,
    *policy_defaults.ASYMMETRIC_CASES,
    *policy_offers.ASYMMETRIC_CASES,
    policy_offers.key_spec_not_offered,
)
"""What all asymmetric key specs have."""


def cases_of(key_spec: KeySpec) -> tuple[LiveCase, ...]:
    """Return the cases of the file of a key spec."""
    if key_spec in RSA_MODULUS_BITS:
        return (*ASYMMETRIC, *policy_confusion.RSA_CASES, *policy_limits.RSA_CASES)
    if key_spec in EC_CURVES:
        of_curves = (*policy_confusion.EC_CASES, *policy_limits.EC_CASES)
        return (*ASYMMETRIC, policy_purposes.level_described, *of_curves)
    if key_spec is DEFAULT_KEY_SPEC:
        own = (*policy_defaults.DEFAULT_KEY_SPEC_CASES, policy_offers.mode_not_offered)
        return (*SYMMETRIC, *own)
    return (*SYMMETRIC, policy_offers.key_spec_not_offered)


FILES: Final = tuple(
    LiveRecipe(parameters(key_spec), cases_of(key_spec), NOTES, CLASSES) for key_spec in KeySpec
)
