"""Each ECB and CBC vector is answered by the reference and by two other libraries as it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from kmsproof_testing.block_modes import (
    FAMILIES,
    LIBRARIES,
    PADDED,
    Refused,
    answer,
    block_mode_file,
    is_padded,
    keyed_tests,
)
from kmsproof_vectors.model import (
    CipherTest,
    CorpusFile,
    DecryptTest,
    EncryptTest,
    MonteCarloTest,
    Result,
)

SAMPLE_STEP = 29
"""Every so many tests one is taken into the quick run; a prime, so that all kinds are met."""

DEVIATIONS = {"pycryptodome": {"decrypt-iv/missing"}}
"""Where a library answers otherwise, and why that is so.

pycryptodome's ``AES.new(key, AES.MODE_CBC)`` draws a random IV even for a decryption, so that a
missing IV gives a wrong plaintext instead of a refusal.
"""


def expected(test: CipherTest) -> bytes | None:
    if isinstance(test, MonteCarloTest):
        return test.expected
    return test.ciphertext if isinstance(test, EncryptTest) else test.plaintext


def mismatches(name: str, file: CorpusFile, tests: Iterable[tuple[bytes, CipherTest]]) -> list[str]:
    """Return the ids that a library answers otherwise than the file says, without the family."""
    library, padded = LIBRARIES[name](file.algorithm), is_padded(file)
    wrong: list[str] = []
    for key, test in tests:
        try:
            right = answer(library, padded, key, test) == expected(test)
            right = right and test.result is Result.VALID
        except Refused:
            right = test.result is Result.INVALID
        if not right:
            wrong.append(test.id.removeprefix(f"{file.family}/"))
    return wrong


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("family", FAMILIES)
def test_sample_is_answered_as_it_says(name: str, family: str) -> None:
    file = block_mode_file(family)
    sample = [pair for pair in keyed_tests(file) if not isinstance(pair[1], MonteCarloTest)]
    assert set(mismatches(name, file, sample[::SAMPLE_STEP])) <= DEVIATIONS.get(name, set())


@pytest.mark.slow
@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_vector_is_answered_as_it_says(name: str, family: str) -> None:
    file = block_mode_file(family)
    known = DEVIATIONS.get(name, set()) if "-cbc-" in family else set[str]()
    assert set(mismatches(name, file, keyed_tests(file))) == known


def refusals_of_bad_padding(name: str, file: CorpusFile) -> Counter[str]:
    """Return the texts of a library's refusals that must look alike."""
    library, texts = LIBRARIES[name](file.algorithm), Counter[str]()
    for key, test in keyed_tests(file):
        if isinstance(test, DecryptTest) and test.oracle is not None:
            with pytest.raises(Refused) as refused:
                answer(library, True, key, test)
            texts[str(refused.value)] += 1
    return texts


@pytest.mark.parametrize("name", ["reference", "cryptography"])
def test_bad_paddings_look_alike(name: str) -> None:
    assert len(refusals_of_bad_padding(name, block_mode_file(PADDED[0]))) == 1


def test_uniformity_finds_a_library_that_tells_bad_paddings_apart() -> None:
    texts = refusals_of_bad_padding("pycryptodome", block_mode_file(PADDED[0]))
    assert set(texts) == {"Padding is incorrect.", "PKCS#7 padding is incorrect."}
    assert min(texts.values()) > 100
