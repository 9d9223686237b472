"""The functions and checks that recipes call by name; importing this registers them all."""

from __future__ import annotations

import importlib

MODULES = (
    "answers",
    "bytes",
    "aes",
    "aes_quality",
    "statistics",
    "rsa_keys",
    "rsa_oaep",
    "rsa_signatures",
    "ec",
    "ec_signatures",
    "ec_nonces",
    "ec_ecies",
    "policy",
)
"""The modules that register functions."""

for _name in MODULES:
    importlib.import_module(f"{__name__}.{_name}")
