"""AES-GCM recipes: one file for each key size, with 12-byte IVs and 16-byte tags."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.vocabulary import Algorithm, KeySpec
from kmsproof_vectors.cases.aes_gcm import ORACLE, TAG_CHECK
from kmsproof_vectors.live.cases import (
    aes_gcm_answers,
    aes_gcm_constructed,
    aes_gcm_context,
    aes_gcm_ivs,
    aes_gcm_lengths,
    aes_gcm_refusals,
)
from kmsproof_vectors.live.cases.aes import BITS, CLASSES, KEYS, NOTES
from kmsproof_vectors.live.maker import LiveParameters, LiveRecipe
from kmsproof_vectors.live.model import LiveUniformity

CASES: Final = (
    *aes_gcm_answers.CASES,
    *aes_gcm_refusals.CASES,
    *aes_gcm_context.CASES,
    *aes_gcm_lengths.CASES,
    *aes_gcm_constructed.CASES,
    *aes_gcm_ivs.CASES,
)


def _parameters(bits: int, key_spec: KeySpec) -> LiveParameters:
    family = f"live-aes-{bits}-gcm"
    uniformity = LiveUniformity(
        id=f"{family}/uniform-refusals/authentication",
        case="G15",
        name=ORACLE,
        why="Whatever was changed, a message that is not authentic is refused in one way.",
        clause=TAG_CHECK,
        flags=("DistinguishableRefusal",),
    )
    return LiveParameters(
        family=family,
        key_spec=key_spec,
        algorithm=Algorithm.GCM,
        padding=None,
        description=f"AES-{bits} GCM on keys that the target makes, 12-byte IV and 16-byte tag",
        keys=KEYS,
        uniformities=(uniformity,),
    )


FILES: Final = tuple(
    LiveRecipe(_parameters(bits, key_spec), CASES, NOTES, CLASSES)
    for bits, key_spec in BITS.items()
)
