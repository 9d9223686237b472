"""Each OAEP vector is answered by the reference and by two other libraries as it says."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kmsproof_reference.vocabulary import Feature
from kmsproof_testing.rsa_oaep import (
    FAMILIES,
    LIBRARIES,
    Keyed,
    Refused,
    decoded,
    keyed,
    reference,
)
from kmsproof_vectors.model import DecryptTest, EncryptTest, Result

pytestmark = pytest.mark.slow

SAMPLE_STEP = 17
"""Every so many tests one is taken into the quick run; a prime, so that all kinds are met."""

THREE_PRIMES = 55
"""Tests of each file under a key of three primes, which only the reference takes."""


def applies(name: str, test: EncryptTest | DecryptTest) -> bool:
    """Whether a library takes the key of a test."""
    return name == "reference" or Feature.MULTI_PRIME_KEY not in test.needs


def answers_rightly(name: str, private: bytes, test: EncryptTest | DecryptTest) -> bool:
    """Whether a library answers as the file says; what it encrypts is decrypted again."""
    try:
        answer = LIBRARIES[name](private, test)
    except Refused:
        return test.result is Result.INVALID
    if isinstance(test, EncryptTest):
        answer = decoded(private, answer, test.label or b"") or b""
    return test.result is Result.VALID and answer == test.plaintext


def mismatches(name: str, tests: Iterable[Keyed]) -> list[str]:
    """Return the ids that a library answers otherwise than the file says."""
    return [
        test.id
        for key, test in tests
        if applies(name, test) and not answers_rightly(name, key.private or b"", test)
    ]


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("family", FAMILIES)
def test_sample_is_answered_as_it_says(name: str, family: str) -> None:
    tests = list(keyed(family))[::SAMPLE_STEP]
    assert len(tests) > 50
    assert mismatches(name, tests) == []


def test_every_vector_of_one_file_is_answered_as_it_says_by_a_second_library() -> None:
    assert mismatches("cryptography", keyed("rsa-2048-oaep")) == []


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_vector_is_answered_as_it_says(name: str, family: str) -> None:
    assert mismatches(name, keyed(family)) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_few_vectors_have_a_key_that_only_the_reference_takes(family: str) -> None:
    left_out = [test for _, test in keyed(family) if not applies("cryptography", test)]
    assert len(left_out) == THREE_PRIMES


def undecoded(tests: Iterable[Keyed]) -> list[str]:
    """Return the ids that the decoder without Chinese remainders answers otherwise."""
    wrong: list[str] = []
    for key, test in tests:
        if isinstance(test, DecryptTest):
            message = decoded(key.private or b"", test.ciphertext, test.label or b"")
            if message != (test.plaintext if test.result is Result.VALID else None):
                wrong.append(test.id)
    return wrong


@pytest.mark.parametrize("family", FAMILIES)
def test_sample_is_decoded_as_it_says_without_chinese_remainders(family: str) -> None:
    tests = list(keyed(family))
    several = [one for one in tests if Feature.MULTI_PRIME_KEY in one[1].needs]
    assert undecoded([*tests[::43], *several[::7]]) == []


def test_every_vector_of_one_file_is_decoded_as_it_says_without_chinese_remainders() -> None:
    assert undecoded(keyed("rsa-2048-oaep")) == []


@pytest.mark.parametrize("name", LIBRARIES)
def test_refusals_that_take_the_private_key_look_alike(name: str) -> None:
    texts: set[str] = set()
    members = 0
    for key, test in keyed("rsa-2048-oaep"):
        if test.oracle is not None and applies(name, test):
            members += 1
            with pytest.raises(Refused) as refused:
                LIBRARIES[name](key.private or b"", test)
            texts.add(str(refused.value))
    assert members > 500
    assert len(texts) == 1


def test_a_wrong_answer_would_be_noticed() -> None:
    key, test = next(one for one in keyed("rsa-2048-oaep") if isinstance(one[1], DecryptTest))
    assert reference(key.private or b"", test) == test.plaintext
    assert not answers_rightly("reference", next(keyed("rsa-3072-oaep"))[0].private or b"", test)
