"""ECIES: which cases each of its parameter sets has."""

from __future__ import annotations

from kmsproof_vectors.builder import Recipe
from kmsproof_vectors.case import case_book
from kmsproof_vectors.cases import (
    ec_ecies_answers,
    ec_ecies_changes,
    ec_ecies_dialects,
    ec_ecies_points,
    ec_ecies_secrets,
    ec_ecies_small_orders,
)
from kmsproof_vectors.cases.ec_ecies import DIALECTS, EciesMaker, ecies_parameter_sets


def recipes() -> list[Recipe]:
    """Return how the files of ECIES are made."""
    found: list[Recipe] = []
    for parameters in ecies_parameter_sets():
        assert parameters.dialect is not None
        book = case_book(
            *ec_ecies_answers.BOOK,
            *ec_ecies_secrets.BOOK,
            *ec_ecies_points.BOOK,
            *ec_ecies_small_orders.BOOK,
            *ec_ecies_changes.BOOKS[DIALECTS[parameters.dialect].key_order],
            *ec_ecies_dialects.BOOK,
        )
        found.append(Recipe(parameters, book, EciesMaker, "ec"))
    return found
