"""RSA signature recipes: right targets pass them all, each wrong one fails its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import msgspec
import pytest

from kmsproof.results import VerdictRecorded
from kmsproof.session import InProcessSession
from kmsproof.target import Target
from kmsproof.targets import open_in_process
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_testing import live_rsa_faults as faults
from kmsproof_testing.fakes.running import DEADLINE_MS, Ran
from kmsproof_testing.live_rsa_faults import target_with
from kmsproof_testing.live_rsa_target import DigestsOnly, MadeRsaKeys, MessagesOnly
from kmsproof_testing.live_running import judged
from kmsproof_vectors.live.build import build_live_file
from kmsproof_vectors.live.cases import rsa_signatures
from kmsproof_vectors.live.model import LiveFile, LiveResult, LiveTest, Requirement

ACCEPT, REJECT, LEAK = FailureKind.WRONG_ACCEPT, FailureKind.WRONG_REJECT, FailureKind.LEAK
OUTPUT = FailureKind.WRONG_OUTPUT

PSS, PKCS1 = "live-rsa-2048-pss", "live-rsa-2048-pkcs1"
FAMILIES = tuple(f"live-rsa-{bits}-{s}" for s in ("pss", "pkcs1") for bits in (2048, 3072, 4096))

CLASSES = {"S1", "S3", "S4", "S5", "S6", "S7", "S8", "S9"}
MOST_CALLS = 700


@cache
def files() -> dict[str, LiveFile]:
    """Return all files on RSA signatures, made anew."""
    return {file.family: file for file in map(build_live_file, rsa_signatures.FILES)}


def case_of(vector_id: str) -> str:
    return vector_id.split("/")[1]


def of_cases(family: str, *cases: str) -> LiveFile:
    """Return a file with the tests of some cases, and their controls."""
    file = files()[family]
    chosen = [test for test in file.tests if case_of(test.id) in cases]
    controls = {test.control for test in chosen}
    tests = tuple(test for test in file.tests if test in chosen or test.id in controls)
    return msgspec.structs.replace(file, tests=tests, number_of_tests=len(tests))


def judged_by(target: Target, chosen: Sequence[LiveFile], folder: Path) -> Ran:
    session = InProcessSession(target, deadline_ms=DEADLINE_MS)
    return judged(session, folder, files=chosen)


def failures(verdicts: dict[str, VerdictRecorded]) -> dict[str, set[FailureKind]]:
    """Return how the cases failed, by their slugs."""
    found: dict[str, set[FailureKind]] = {}
    for each in verdicts.values():
        if each.failure is not None:
            found.setdefault(case_of(each.id), set()).add(each.failure)
    return found


# The files.


def test_there_is_a_file_for_each_length_and_scheme() -> None:
    assert set(files()) == set(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_each_file_has_all_classes_and_costs_few_calls(family: str) -> None:
    file = files()[family]
    assert set(file.classes) == CLASSES
    assert sum(test.calls for test in file.tests) < MOST_CALLS


def test_all_lengths_ask_the_same() -> None:
    for scheme in ("pss", "pkcs1"):
        asked = {
            tuple(test.id.partition("/")[2] for test in files()[family].tests)
            for family in FAMILIES
            if family.endswith(scheme)
        }
        assert len(asked) == 1


def _alone(family: str, needed: Requirement) -> list[LiveTest]:
    """Return the tests that need one kind of message and not both."""
    (other,) = {Requirement.RAW, Requirement.DIGEST} - {needed}
    tests = files()[family].tests
    return [each for each in tests if needed in each.requires and other not in each.requires]


@pytest.mark.parametrize("family", [PSS, PKCS1])
def test_targets_of_one_kind_of_message_are_judged_too(family: str) -> None:
    # Messages have lengths, and digests have their own length.
    for needed, missing in ((Requirement.RAW, {"S5"}), (Requirement.DIGEST, {"S8"})):
        alone = _alone(family, needed)
        assert {test.case for test in alone} == CLASSES - missing
        refused = {test.case for test in alone if test.result is LiveResult.INVALID}
        assert refused == {"S1", "S3", "S4", "S5"} - missing


@pytest.mark.parametrize("family", [PSS, PKCS1])
def test_every_recipe_says_what_is_signed(family: str) -> None:
    for test in files()[family].tests:
        assert {Requirement.RAW, Requirement.DIGEST} & set(test.requires), test.id


# Right targets.

BY_CHANCE = frozenset({"not-reduced", "signature-length"})
"""Cases in which nothing may be concluded: a modulus may be so near 2^8k that hardly a signature
leaves room for it, and one signature in 256 begins with a zero byte."""


def left_unjudged(ran: Ran) -> set[str]:
    """Return the cases that were not judged, but for those where that is a matter of chance."""
    left = ran.ids(Verdict.SKIPPED, Verdict.UNSUPPORTED)
    return {case_of(each) for each in left} - BY_CHANCE


def passes(target: Target, chosen: Sequence[LiveFile], folder: Path) -> Ran:
    """See that a target passes all that applies to it; return what was told."""
    ran = judged_by(target, chosen, folder)
    assert ran.failures() == {}
    assert ran.ids(Verdict.ERROR, Verdict.FLAKY) == set()
    return ran


@pytest.mark.slow
@pytest.mark.parametrize("family", [PSS, PKCS1])
@pytest.mark.parametrize("name", ["cryptography", "pycryptodome", "reference"])
def test_the_libraries_pass_everything(name: str, family: str, tmp_path: Path) -> None:
    file = files()[family]
    ran = passes(open_in_process(name), [file], tmp_path)
    assert left_unjudged(ran) == set()
    assert ran.counts()[Verdict.PASS] >= file.number_of_tests - 4


@pytest.mark.slow
@pytest.mark.parametrize("family", [each for each in FAMILIES if each not in (PSS, PKCS1)])
def test_longer_keys_pass_everything(family: str, tmp_path: Path) -> None:
    ran = passes(MadeRsaKeys(), [files()[family]], tmp_path)
    assert left_unjudged(ran) == set()
    assert ran.counts()[Verdict.PASS] >= files()[family].number_of_tests - 4


@pytest.mark.parametrize("family", [PSS, PKCS1])
def test_a_right_target_passes_everything(family: str, tmp_path: Path) -> None:
    ran = passes(MadeRsaKeys(), [files()[family]], tmp_path)
    assert left_unjudged(ran) == set()
    assert ran.counts()[Verdict.PASS] >= files()[family].number_of_tests - 4


@pytest.mark.parametrize("family", [PSS, PKCS1])
@pytest.mark.parametrize(
    ("target", "needed"),
    [(MessagesOnly, Requirement.RAW), (DigestsOnly, Requirement.DIGEST)],
    ids=["messages", "digests"],
)
def test_targets_that_take_one_kind_of_message_pass(
    target: type[MadeRsaKeys], needed: Requirement, family: str, tmp_path: Path
) -> None:
    ran = passes(target(), [files()[family]], tmp_path)
    left = ran.ids(Verdict.SKIPPED)
    assert ran.ids(Verdict.PASS) | left == {test.id for test in _alone(family, needed)}
    assert {case_of(each) for each in left} <= BY_CHANCE


# Wrong targets.

Expected = dict[str, set[FailureKind]]


def each_of(kind: FailureKind, *cases: str) -> Expected:
    """Return that all of some cases fail in one way."""
    return {case: {kind} for case in cases}


SIGNED = ("encoding", "sign-again", "message-length", "special-digest", "special-digest-of-message")
"""The cases that look at what the target signs."""

FAULTS: dict[str, tuple[Callable[[], Target], str, Expected]] = {
    "constant-salt": (target_with(faults.ConstantSalt), PSS, {"salts": {LEAK}}),
    "counted-salt": (target_with(faults.CountedSalt), PSS, {"salts": {LEAK}}),
    "short-salt": (target_with(faults.ShortSalt), PSS, each_of(OUTPUT, *SIGNED, "salts")),
    "other-mask": (target_with(faults.OtherMask), PSS, each_of(OUTPUT, *SIGNED, "salts")),
    "missing-null": (
        target_with(faults.MissingNull),
        PKCS1,
        each_of(OUTPUT, *SIGNED, "faults"),
    ),
    "randomised": (
        target_with(faults.Randomised),
        PKCS1,
        each_of(OUTPUT, *SIGNED, "faults", "deterministic", "same-signature"),
    ),
    "faulty-prime": (target_with(faults.FaultyPrime), PKCS1, {"faults": {LEAK}}),
    "reduces": (
        target_with(faults.Reduces),
        PSS,
        each_of(ACCEPT, "not-reduced", "signature-length", "large-signature"),
    ),
    "restores-first-byte": (
        target_with(faults.RestoresFirstByte),
        PKCS1,
        {"signature-length": {ACCEPT}},
    ),
    "cuts-signatures": (
        target_with(faults.CutsSignatures),
        PSS,
        each_of(ACCEPT, "signature-length", "large-signature"),
    ),
    "negatives": (target_with(faults.TakesNegatives), PKCS1, {"related-integer": {ACCEPT}}),
    "both-schemes": (target_with(faults.TakesBothSchemes), PKCS1, {"other-scheme": {ACCEPT}}),
    "both-schemes-the-other-way": (
        target_with(faults.TakesBothSchemes),
        PSS,
        {"other-scheme": {ACCEPT}},
    ),
    "fits-digests": (
        target_with(faults.FitsDigests),
        PSS,
        each_of(ACCEPT, "digest-length", "sign-digest-length"),
    ),
    "hashes-digests": (
        target_with(faults.HashesDigests),
        PKCS1,
        {
            **each_of(OUTPUT, "encoding", "faults", "sign-again", "special-digest"),
            "digest-of-message": {REJECT},
            "message-type-exchanged": {ACCEPT},
            "sign-digest-length": {ACCEPT},
            "same-signature": {OUTPUT},
        },
    ),
    "everything": (
        target_with(faults.TakesEverything),
        PSS,
        each_of(
            ACCEPT,
            *("other-message", "other-digest", "signature-bit", "other-signature", "exchanged"),
            *("special-integer", "related-integer", "not-reduced", "signature-length"),
            *("other-scheme", "message-type-exchanged"),
            *("digest-length", "large-signature"),
        ),
    ),
}
"""How targets are wrong: the target, the file that finds it out, and the cases that do."""


@pytest.mark.parametrize("fault", FAULTS)
def test_wrong_targets_are_found(fault: str, tmp_path: Path) -> None:
    target, family, expected = FAULTS[fault]
    ran = judged_by(target(), [of_cases(family, *expected)], tmp_path)
    assert failures(ran.verdicts) == expected
    assert not ran.ids(Verdict.ERROR, Verdict.FLAKY)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [each for each in FAULTS if each != "faulty-prime"])
def test_wrong_targets_fail_nothing_else(fault: str, tmp_path: Path) -> None:
    target, family, expected = FAULTS[fault]
    ran = judged_by(target(), [files()[family]], tmp_path)
    assert failures(ran.verdicts) == expected
    assert not ran.ids(Verdict.ERROR, Verdict.FLAKY)
