"""AES in ECB and CBC: which cases each mode and padding has."""

from __future__ import annotations

from typing import Any

from kmsproof_reference.vocabulary import Algorithm, PaddingMode
from kmsproof_vectors.builder import Recipe
from kmsproof_vectors.case import Case, case_book
from kmsproof_vectors.cases import (
    aes_block_modes_answers,
    aes_block_modes_chains,
    aes_block_modes_lengths,
    aes_block_modes_padding,
    aes_block_modes_properties,
    aes_block_modes_relations,
    aes_block_modes_tables,
)
from kmsproof_vectors.cases.aes_block_modes import BlockModeMaker, parameter_sets

Book = tuple[Case[Any], ...]

ANSWERS: dict[Algorithm, Book] = {
    Algorithm.ECB: aes_block_modes_answers.ECB_BOOK,
    Algorithm.CBC: aes_block_modes_answers.CBC_BOOK,
}
"""Known answers without padding."""

PROPERTIES: dict[Algorithm, Book] = {
    Algorithm.ECB: aes_block_modes_properties.ECB_BOOK,
    Algorithm.CBC: aes_block_modes_properties.CBC_BOOK,
}
"""What the modes let through, with either padding."""

IVS: dict[Algorithm, Book] = {
    Algorithm.ECB: (),
    Algorithm.CBC: aes_block_modes_lengths.IV_BOOK,
}
"""Lengths of the IV, with either padding."""


def book(algorithm: Algorithm, padding: PaddingMode) -> Book:
    """Return the cases of a mode with a padding."""
    pads = padding is PaddingMode.PKCS7_PADDING
    padded = (
        *aes_block_modes_answers.PADDED_BOOK,
        *aes_block_modes_padding.BOOK,
        *aes_block_modes_relations.PADDED_BOOK,
    )
    unpadded = (
        *ANSWERS[algorithm],
        *aes_block_modes_tables.BOOK,
        *aes_block_modes_chains.BOOK,
        *aes_block_modes_relations.UNPADDED_BOOK,
    )
    return case_book(
        *(padded if pads else unpadded),
        *aes_block_modes_lengths.BOOKS[padding],
        *IVS[algorithm],
        *PROPERTIES[algorithm],
    )


def recipes() -> list[Recipe]:
    """Return the recipes of the twelve files of ECB and CBC."""
    return [
        Recipe(parameters, book(algorithm, padding), BlockModeMaker, "aes")
        for algorithm in (Algorithm.ECB, Algorithm.CBC)
        for padding in PaddingMode
        for parameters in parameter_sets(algorithm, padding)
    ]
