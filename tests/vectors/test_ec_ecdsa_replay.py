"""Each ECDSA vector is answered by the reference and by two other libraries as it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from kmsproof_reference.ec_key_encoding import decode_private_key
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.vocabulary import MessageType
from kmsproof_testing.ecdsa import (
    DIGEST_LENGTH,
    FAMILIES,
    LIBRARIES,
    accepts,
    pyca,
    pycryptodome,
    reference,
    signings,
    verifications,
)
from kmsproof_vectors.model import GroupKey, Result, VerifyTest

pytestmark = pytest.mark.slow

SAMPLE_STEP = 7
"""Every so many tests one is taken into the quick run of the reference; a prime."""


def mismatches(
    name: str, family: str, tests: Iterable[tuple[GroupKey, VerifyTest]]
) -> Iterator[str]:
    """Yield the ids that a library answers otherwise than the file says."""
    for key, test in tests:
        if accepts(name, family, key, test) is not (test.result is Result.VALID):
            yield test.id


@pytest.mark.parametrize("family", FAMILIES)
def test_sample_is_answered_by_the_reference_as_it_says(family: str) -> None:
    sample = list(verifications(family))[::SAMPLE_STEP]
    assert len(sample) > 250
    assert list(mismatches("reference", family, sample)) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_every_vector_is_answered_by_the_reference_as_it_says(family: str) -> None:
    assert list(mismatches("reference", family, verifications(family))) == []


@pytest.mark.parametrize("name", [name for name in LIBRARIES if name != "reference"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_vector_is_answered_by_other_libraries_as_it_says(name: str, family: str) -> None:
    assert list(mismatches(name, family, verifications(family))) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_what_the_reference_signs_is_verified_by_all(family: str) -> None:
    for key, test in signings(family):
        if test.result is Result.INVALID:
            assert len(test.message) != DIGEST_LENGTH
            continue
        digested = test.message_type is MessageType.DIGEST
        ecdsa = Ecdsa(decode_private_key(key.private or b""))
        k = 0x123456789ABCDEF
        signature = (
            ecdsa.sign_digest_der(test.message, k) if digested else ecdsa.sign_der(test.message, k)
        )
        for verify in (reference, pyca, pycryptodome):
            public = key.public or b""
            assert verify(family, public, test.message, signature, digested), test.id
