"""ECDSA: which cases each of its parameter sets has."""

from __future__ import annotations

from kmsproof_vectors.builder import Recipe
from kmsproof_vectors.case import case_book
from kmsproof_vectors.cases import (
    ec_ecdsa_answers,
    ec_ecdsa_arithmetic,
    ec_ecdsa_changes,
    ec_ecdsa_coordinates,
    ec_ecdsa_encodings,
    ec_ecdsa_points,
    ec_ecdsa_ranges,
    ec_import_points,
    ec_import_private,
    ec_import_public,
)
from kmsproof_vectors.cases.ec_ecdsa import EcdsaMaker, ecdsa_parameter_sets

BOOK = case_book(
    *ec_ecdsa_answers.BOOK,
    *ec_ecdsa_changes.BOOK,
    *ec_ecdsa_encodings.BOOK,
    *ec_ecdsa_ranges.BOOK,
    *ec_ecdsa_arithmetic.BOOK,
    *ec_ecdsa_points.BOOK,
    *ec_ecdsa_coordinates.BOOK,
    *ec_import_points.BOOK,
    *ec_import_public.BOOK,
    *ec_import_private.BOOK,
)
"""The cases of both curves."""


def recipes() -> list[Recipe]:
    """Return how the files of ECDSA are made."""
    return [Recipe(parameters, BOOK, EcdsaMaker, "ec") for parameters in ecdsa_parameter_sets()]
