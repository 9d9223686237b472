"""The recipe files of ECIES, one for each curve."""

from __future__ import annotations

from typing import Final

from kmsproof_vectors.cases.ec import CURVES
from kmsproof_vectors.live.cases import (
    ec_ecies_answers,
    ec_ecies_changes,
    ec_ecies_dialects,
    ec_ecies_points,
)
from kmsproof_vectors.live.cases.ec_opening import NOTES, ecies_parameters
from kmsproof_vectors.live.maker import LiveRecipe

CASES: Final = (
    *ec_ecies_answers.CASES,
    *ec_ecies_points.CASES,
    *ec_ecies_changes.CASES,
    *ec_ecies_dialects.CASES,
)

FILES: Final = tuple(LiveRecipe(ecies_parameters(key_spec), CASES, NOTES) for key_spec in CURVES)
"""How the files are made."""
