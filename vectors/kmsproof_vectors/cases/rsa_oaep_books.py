"""RSAES-OAEP: which cases its parameter sets have, the same for each length of the modulus."""

from __future__ import annotations

from kmsproof_vectors.builder import Recipe
from kmsproof_vectors.case import case_book
from kmsproof_vectors.cases import (
    rsa_oaep_answers,
    rsa_oaep_ciphertexts,
    rsa_oaep_constructed,
    rsa_oaep_encodings,
    rsa_oaep_labels,
    rsa_oaep_other_schemes,
    rsa_oaep_three_primes,
)
from kmsproof_vectors.cases.rsa_oaep import OaepMaker, parameter_sets

BOOK = case_book(
    *rsa_oaep_answers.BOOK,
    *rsa_oaep_encodings.BOOK,
    *rsa_oaep_ciphertexts.BOOK,
    *rsa_oaep_other_schemes.BOOK,
    *rsa_oaep_labels.BOOK,
    *rsa_oaep_constructed.BOOK,
    *rsa_oaep_three_primes.BOOK,
)
"""The cases of RSAES-OAEP."""


def recipes() -> list[Recipe]:
    """Return how the files of RSAES-OAEP are made."""
    return [Recipe(parameters, BOOK, OaepMaker, "rsa") for parameters in parameter_sets()]
