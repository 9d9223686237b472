"""RSA signatures: which cases each parameter set has."""

from __future__ import annotations

from typing import Any

from kmsproof_vectors.builder import Recipe
from kmsproof_vectors.case import Case, case_book
from kmsproof_vectors.cases import (
    rsa_import_private,
    rsa_import_public,
    rsa_pkcs1,
    rsa_pkcs1_encodings,
    rsa_pkcs1_forgeries,
    rsa_pss,
    rsa_pss_encodings,
    rsa_signature_answers,
    rsa_signature_exponents,
    rsa_signature_values,
)

SHARED = (
    *rsa_signature_answers.BOOK,
    *rsa_signature_values.BOOK,
    *rsa_signature_exponents.BOOK,
)
"""The cases that both schemes have."""


def _pss_book() -> tuple[Case[Any], ...]:
    """Return the cases of RSASSA-PSS."""
    shared: list[Case[Any]] = [each(rsa_pss.SECTION) for each in SHARED]
    return case_book(*shared, *rsa_pss_encodings.BOOK)


def _pkcs1_book() -> tuple[Case[Any], ...]:
    """Return the cases of RSASSA-PKCS1-v1_5, and of the keys, which serve both schemes."""
    shared: list[Case[Any]] = [each(rsa_pkcs1.SECTION) for each in SHARED]
    return case_book(
        *shared,
        *rsa_pkcs1_encodings.BOOK,
        *rsa_pkcs1_forgeries.BOOK,
        *rsa_import_private.BOOK,
        *rsa_import_public.BOOK,
    )


PSS_BOOK, PKCS1_BOOK = _pss_book(), _pkcs1_book()


def recipes() -> list[Recipe]:
    """Return how the files of RSA signatures are made."""
    return [
        *(
            Recipe(parameters, PSS_BOOK, rsa_pss.PssMaker, "rsa")
            for parameters in rsa_pss.parameter_sets()
        ),
        *(
            Recipe(parameters, PKCS1_BOOK, rsa_pkcs1.Pkcs1Maker, "rsa")
            for parameters in rsa_pkcs1.parameter_sets()
        ),
    ]
