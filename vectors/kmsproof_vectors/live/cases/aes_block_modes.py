"""AES-CBC and AES-ECB recipes: one file for each key size, mode and padding."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.vocabulary import Algorithm, KeySpec, PaddingMode
from kmsproof_vectors.cases.aes_block_modes import NAMES, OBSERVABLE_DISCREPANCY, ORACLE
from kmsproof_vectors.live.cases import (
    aes_block_modes_answers,
    aes_block_modes_ivs,
    aes_block_modes_lengths,
    aes_block_modes_padding,
    aes_block_modes_properties,
    aes_keys,
)
from kmsproof_vectors.live.cases.aes import BITS, CLASSES, KEYS, NOTES
from kmsproof_vectors.live.maker import LiveCase, LiveParameters, LiveRecipe
from kmsproof_vectors.live.model import LiveUniformity

CBC, ECB = Algorithm.CBC, Algorithm.ECB
PKCS7, NO_PADDING = PaddingMode.PKCS7_PADDING, PaddingMode.NO_PADDING

OF_PADDING: Final = {
    PKCS7: (
        *aes_block_modes_answers.PADDED_CASES,
        *aes_block_modes_padding.CASES,
        aes_block_modes_lengths.ciphertext_length,
    ),
    NO_PADDING: (
        *aes_block_modes_answers.UNPADDED_CASES,
        aes_block_modes_lengths.ciphertext_length,
        *aes_block_modes_lengths.UNPADDED_CASES,
    ),
}
"""The cases of a padding, in both modes."""

OF_MODE: Final = {
    CBC: (
        aes_block_modes_answers.cbc_from_blocks,
        aes_block_modes_properties.long_chain,
        *aes_block_modes_lengths.CBC_CASES,
        *aes_block_modes_ivs.CASES,
        *aes_block_modes_properties.CBC_CASES,
    ),
    ECB: (aes_block_modes_lengths.iv_with_ecb, *aes_block_modes_properties.ECB_CASES),
}
"""The cases of a mode, with both paddings."""

OF_BOTH: Final = {
    (CBC, PKCS7): (aes_block_modes_padding.bad_padding_by_block,),
    (CBC, NO_PADDING): (aes_block_modes_answers.cbc_chain,),
    (ECB, NO_PADDING): (aes_block_modes_answers.ecb_chain, *aes_keys.CASES),
}
"""The cases of one mode with one padding."""


def cases_of(mode: Algorithm, padding: PaddingMode) -> tuple[LiveCase, ...]:
    """Return the cases of a mode and a padding."""
    return (*OF_PADDING[padding], *OF_MODE[mode], *OF_BOTH.get((mode, padding), ()))


def _parameters(
    bits: int, key_spec: KeySpec, mode: Algorithm, padding: PaddingMode
) -> LiveParameters:
    family = f"live-aes-{bits}-{mode.lower()}-{NAMES[padding]}"
    uniformity = LiveUniformity(
        id=f"{family}/uniform-refusals/padding",
        case="C11",
        name=ORACLE,
        why="Whatever is wrong with a padding, it is refused in one way.",
        clause=OBSERVABLE_DISCREPANCY,
        flags=("DistinguishableRefusal",),
    )
    return LiveParameters(
        family=family,
        key_spec=key_spec,
        algorithm=mode,
        padding=padding,
        description=f"AES-{bits} {mode} with {padding} on keys that the target makes",
        keys=KEYS,
        uniformities=(uniformity,) if padding is PKCS7 else (),
    )


FILES: Final = tuple(
    LiveRecipe(_parameters(bits, key_spec, mode, padding), cases_of(mode, padding), NOTES, CLASSES)
    for bits, key_spec in BITS.items()
    for mode in (CBC, ECB)
    for padding in (PKCS7, NO_PADDING)
)
