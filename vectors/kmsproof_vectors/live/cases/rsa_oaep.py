"""The recipe files of RSAES-OAEP: one for each length of the modulus."""

from __future__ import annotations

from typing import Final

from kmsproof_reference.vocabulary import RSA_MODULUS_BITS
from kmsproof_vectors.live.cases import (
    rsa_oaep_answers,
    rsa_oaep_ciphertexts,
    rsa_oaep_encodings,
    rsa_oaep_labels,
)
from kmsproof_vectors.live.cases.rsa_opening import parameters
from kmsproof_vectors.live.maker import LiveRecipe

CASES: Final = (
    *rsa_oaep_answers.CASES,
    *rsa_oaep_encodings.CASES,
    *rsa_oaep_ciphertexts.CASES,
    *rsa_oaep_labels.CASES,
)
"""The cases of every file."""

FILES: Final = tuple(LiveRecipe(parameters(key_spec), CASES) for key_spec in RSA_MODULUS_BITS)
"""How the files are made."""
