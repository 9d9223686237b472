"""All live files, in the order in which they stand in the manifest."""

from __future__ import annotations

import importlib
import pkgutil
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
)
"""The modules of this package that have files, those of key rules aside; each offers ``FILES``."""

POLICY = "policy_"
"""How the names of the modules begin that have files of key rules."""


@cache
def recipes() -> tuple[LiveRecipe, ...]:
    """Return how every live file is made."""
    there = {module.name for module in pkgutil.iter_modules(cases.__path__)}
    policy = sorted(name for name in there if name.startswith(POLICY))
    names = [*(name for name in MODULES if name in there), *policy]
    modules = [importlib.import_module(f"{cases.__name__}.{name}") for name in names]
    return tuple(recipe for module in modules for recipe in getattr(module, "FILES", ()))
