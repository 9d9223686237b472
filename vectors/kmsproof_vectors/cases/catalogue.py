"""All corpus files and the cases that each is made of."""

from __future__ import annotations

from kmsproof_vectors.builder import Recipe
from kmsproof_vectors.cases import (
    aes_gcm,
    aes_gcm_answers,
    aes_gcm_lengths,
    aes_gcm_refusals,
)


def recipes() -> list[Recipe]:
    """Return the recipe of every corpus file, in the order of the manifest."""
    return [*_gcm()]


def _gcm() -> list[Recipe]:
    whole = (*aes_gcm_answers.BOOK, *aes_gcm_refusals.BOOK)
    books = (
        ("", "12-byte IV and 16-byte tag", whole),
        ("-iv-lengths", "IVs of other lengths", aes_gcm_lengths.IV_BOOK),
        ("-tag-lengths", "tags of other lengths", aes_gcm_lengths.TAG_BOOK),
    )
    return [
        Recipe(parameters, book, aes_gcm.GcmMaker, "aes")
        for suffix, description, book in books
        for parameters in aes_gcm.parameter_sets(
            suffix, description, compares=suffix != "-iv-lengths"
        )
    ]
