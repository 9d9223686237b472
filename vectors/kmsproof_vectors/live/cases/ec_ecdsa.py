"""The recipe files of ECDSA, one for each curve."""

from __future__ import annotations

from typing import Final

from kmsproof_vectors.cases.ec import CURVES
from kmsproof_vectors.live.cases import (
    ec_ecdsa_answers,
    ec_ecdsa_encodings,
    ec_ecdsa_integers,
    ec_ecdsa_multipliers,
    ec_ecdsa_nonces,
)
from kmsproof_vectors.live.cases.ec_signing import CLASSES, NOTES, ecdsa_parameters
from kmsproof_vectors.live.maker import LiveRecipe

CASES: Final = (
    *ec_ecdsa_answers.CASES,
    *ec_ecdsa_multipliers.CASES,
    *ec_ecdsa_encodings.CASES,
    *ec_ecdsa_integers.CASES,
    *ec_ecdsa_nonces.CASES,
)

FILES: Final = tuple(
    LiveRecipe(ecdsa_parameters(key_spec), CASES, NOTES, CLASSES) for key_spec in CURVES
)
"""How the files are made."""
