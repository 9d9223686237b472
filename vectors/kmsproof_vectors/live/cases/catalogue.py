"""All live files, in the order in which they stand in the manifest."""

from __future__ import annotations

import importlib
from functools import cache

from kmsproof_vectors.live import cases
from kmsproof_vectors.live.maker import LiveRecipe

MODULES = (
    "aes_gcm",
    "aes_block_modes",
    "rsa_oaep",
    "rsa_signatures",
    "rsa_keys",
    "ec_ecdsa",
    "ec_ecies",
    "ec_keys",
    "policy_files",
)
"""The modules of this package that have files; each offers ``FILES``."""


@cache
def recipes() -> tuple[LiveRecipe, ...]:
    """Return how every live file is made."""
    modules = [importlib.import_module(f"{cases.__name__}.{name}") for name in MODULES]
    return tuple(recipe for module in modules for recipe in module.FILES)
