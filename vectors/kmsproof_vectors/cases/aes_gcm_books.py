"""AES-GCM: which cases each of its parameter sets has."""

from __future__ import annotations

from kmsproof_vectors.builder import Recipe
from kmsproof_vectors.case import case_book
from kmsproof_vectors.cases import (
    aes_gcm_answers,
    aes_gcm_constructed,
    aes_gcm_context,
    aes_gcm_iv_lengths,
    aes_gcm_refusals,
    aes_gcm_tag_lengths,
)
from kmsproof_vectors.cases.aes_gcm import GcmMaker, parameter_sets

BOOK = case_book(
    *aes_gcm_answers.BOOK,
    *aes_gcm_refusals.BOOK,
    *aes_gcm_context.BOOK,
    *aes_gcm_constructed.BOOK,
)
"""The cases with a 12-byte IV and a 16-byte tag."""

IV_BOOK = case_book(*aes_gcm_iv_lengths.BOOK, *aes_gcm_constructed.IV_BOOK)
"""The cases with IVs of other lengths."""


def recipes() -> list[Recipe]:
    """Return how the files of AES-GCM are made."""
    books = (
        ("", "12-byte IV and 16-byte tag", BOOK),
        ("-iv-lengths", "IVs of other lengths", IV_BOOK),
        ("-tag-lengths", "tags of other lengths", aes_gcm_tag_lengths.BOOK),
    )
    return [
        Recipe(parameters, cases, GcmMaker, "aes")
        for suffix, description, cases in books
        for parameters in parameter_sets(suffix, description)
    ]
