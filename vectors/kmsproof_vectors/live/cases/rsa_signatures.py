"""The recipe files of RSA signatures: one for each key spec and scheme."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.vocabulary import RSA_MODULUS_BITS, Algorithm
from kmsproof_vectors.live.cases import (
    rsa_signatures_answers,
    rsa_signatures_changes,
    rsa_signatures_values,
)
from kmsproof_vectors.live.cases.rsa_signing import NOTES, PKCS1, PSS, SharedCase, parameters
from kmsproof_vectors.live.maker import LiveCase, LiveRecipe

SHARED: Final[tuple[SharedCase, ...]] = (
    *rsa_signatures_answers.SHARED,
    *rsa_signatures_changes.SHARED,
    *rsa_signatures_values.SHARED,
)

OWN: Final = {PSS: rsa_signatures_answers.OF_PSS, PKCS1: rsa_signatures_answers.OF_PKCS1}


def _cases(algorithm: Algorithm) -> tuple[LiveCase, ...]:
    return (*(of_scheme(algorithm) for of_scheme in SHARED), *OWN[algorithm])


FILES: Final = tuple(
    LiveRecipe(parameters(key_spec, algorithm), _cases(algorithm), NOTES)
    for algorithm in (PSS, PKCS1)
    for key_spec in RSA_MODULUS_BITS
)
"""How the files are made."""
