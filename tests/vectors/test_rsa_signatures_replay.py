"""Each RSA signature is judged by the reference and by two other libraries as its file says."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kmsproof_reference.vocabulary import Feature
from kmsproof_testing.rsa_signatures import FAMILIES, LIBRARIES, verifications
from kmsproof_vectors.model import GroupKey, Result, VerifyTest

pytestmark = pytest.mark.slow

SAMPLE_STEP = 11
"""Every so many tests one is taken where all would take long; a prime, to meet all kinds."""

KNOWN = {
    "cryptography": ("-pss/leading-zero/stripped",),
    "pycryptodome": (),
    "reference": (),
}
"""Where a library is wrong: OpenSSL takes a PSS signature without its leading zero byte."""


def applies(name: str, family: str, test: VerifyTest) -> bool:
    """Whether a library says that it takes what a test needs."""
    if Feature.DIGEST_INFO_WITHOUT_NULL in test.needs:
        return name == "pycryptodome"
    # Beyond 3072 bits OpenSSL takes no public exponent of more than 64 bits.
    too_large = "4096" in family and Feature.HUGE_PUBLIC_EXPONENT in test.needs
    return not (name == "cryptography" and too_large)


def mismatches(
    name: str, family: str, tests: Iterable[tuple[GroupKey, VerifyTest]]
) -> tuple[list[str], int]:
    """Return the ids that a library answers otherwise than the file says, and how many it got."""
    wrong: list[str] = []
    asked = 0
    for key, test in tests:
        if applies(name, family, test):
            asked += 1
            if LIBRARIES[name](family, key, test) != (test.result is Result.VALID):
                wrong.append(test.id)
    return wrong, asked


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", ["reference", "cryptography"])
def test_every_verification_is_answered_as_it_says(name: str, family: str) -> None:
    wrong, asked = mismatches(name, family, verifications(family))
    assert [one for one in wrong if not one.endswith(KNOWN[name] or "/")] == []
    assert asked > 700


@pytest.mark.parametrize("family", FAMILIES)
def test_pycryptodome_answers_a_sample_as_it_says(family: str) -> None:
    wrong, asked = mismatches("pycryptodome", family, list(verifications(family))[::SAMPLE_STEP])
    assert wrong == []
    assert asked > 60


@pytest.mark.parametrize("family", [one for one in FAMILIES if one.endswith("-pss")])
def test_the_one_known_mistake_is_still_made(family: str) -> None:
    """When this fails the library was mended, and what is said of it has to be taken back."""
    tests = [one for one in verifications(family, "leading-zero") if one[1].id.endswith("stripped")]
    wrong, asked = mismatches("cryptography", family, tests)
    assert (len(wrong), asked) == (1, 1)
