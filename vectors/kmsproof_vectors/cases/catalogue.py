"""All corpus files and the cases that each is made of."""

from __future__ import annotations

from kmsproof_vectors.builder import Recipe
from kmsproof_vectors.cases import (
    aes_block_modes_books,
    aes_gcm_books,
    ec_ecdsa_books,
    ec_ecies_books,
    rsa_oaep_books,
    rsa_signature_books,
)


def recipes() -> list[Recipe]:
    """Return the recipe of every corpus file, in the order of the manifest."""
    return [
        *aes_gcm_books.recipes(),
        *aes_block_modes_books.recipes(),
        *rsa_oaep_books.recipes(),
        *rsa_signature_books.recipes(),
        *ec_ecdsa_books.recipes(),
        *ec_ecies_books.recipes(),
    ]
