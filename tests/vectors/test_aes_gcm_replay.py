"""Each GCM vector is answered by the reference and by two other libraries as it says."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kmsproof_testing.gcm import (
    FAMILIES,
    LIBRARIES,
    PYCA_IV_LENGTHS,
    Keyed,
    Refused,
    expected,
    keyed,
)
from kmsproof_vectors.model import DecryptTest, EncryptTest, Result

SAMPLE_STEP = 11
"""Every so many tests one is taken into the quick run; a prime, so that all kinds are met."""

QUICK_LENGTH = 2048
"""Bytes of the longest input in the quick run of the reference."""

NOT_FOR_PYCA = {"aes-256-gcm": 0, "aes-256-gcm-iv-lengths": 117, "aes-256-gcm-tag-lengths": 0}
"""Tests of these files whose IV is of a length that ``cryptography`` does not take."""


def applies(name: str, test: EncryptTest | DecryptTest) -> bool:
    """Whether a library takes IVs of this length; an empty one is for it to refuse."""
    length = len(test.iv or b"")
    return name != "cryptography" or length == 0 or length in PYCA_IV_LENGTHS


def mismatches(name: str, tests: Iterable[Keyed]) -> list[str]:
    """Return the ids that a library answers otherwise than the file says."""
    wrong: list[str] = []
    for key, tag_length, test in tests:
        if not applies(name, test):
            continue
        try:
            right = LIBRARIES[name](key, tag_length, test) == expected(test)
            right = right and test.result is Result.VALID
        except Refused:
            right = test.result is Result.INVALID
        if not right:
            wrong.append(test.id)
    return wrong


def is_short(test: EncryptTest | DecryptTest) -> bool:
    return max(len(test.plaintext or b""), len(test.aad or b"")) <= QUICK_LENGTH


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("family", FAMILIES)
def test_sample_is_answered_as_it_says(name: str, family: str) -> None:
    tests = [one for one in keyed(family) if is_short(one[2])]
    assert len(tests) > 300
    assert mismatches(name, tests[::SAMPLE_STEP]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_vector_is_answered_as_it_says(name: str, family: str) -> None:
    assert mismatches(name, keyed(family)) == []


@pytest.mark.parametrize("family", NOT_FOR_PYCA)
def test_few_vectors_are_not_for_cryptography(family: str) -> None:
    left_out = [one for one in keyed(family) if not applies("cryptography", one[2])]
    assert len(left_out) == NOT_FOR_PYCA[family]


@pytest.mark.parametrize("name", ["reference", "pycryptodome"])
@pytest.mark.parametrize("family", ["aes-128-gcm", "aes-128-gcm-tag-lengths"])
def test_refusals_of_what_is_not_authentic_look_alike(name: str, family: str) -> None:
    texts: set[str] = set()
    for key, tag_length, test in keyed(family):
        if test.oracle is not None:
            with pytest.raises(Refused) as refused:
                LIBRARIES[name](key, tag_length, test)
            texts.add(str(refused.value))
    assert len(texts) == 1
