"""All corpus files and the cases that each is made of."""

from __future__ import annotations

from kmsproof_vectors.builder import Recipe
from kmsproof_vectors.cases import aes_block_modes_books, aes_gcm_books


def recipes() -> list[Recipe]:
    """Return the recipe of every corpus file, in the order of the manifest."""
    return [*aes_gcm_books.recipes(), *aes_block_modes_books.recipes()]
