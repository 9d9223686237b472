"""RSAES-OAEP recipes: right targets pass them all, each wrong one fails its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

import msgspec
import pytest

from kmsproof.results import VerdictRecorded
from kmsproof.selection import Filters
from kmsproof.session import InProcessSession
from kmsproof.target import Target
from kmsproof.targets import open_in_process
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_testing import live_oaep_faults as faults
from kmsproof_testing.fakes.running import DEADLINE_MS, Ran
from kmsproof_testing.live_rsa_faults import target_with
from kmsproof_testing.live_rsa_target import MadeRsaKeys
from kmsproof_testing.live_running import judged
from kmsproof_vectors.live.build import build_live_file
from kmsproof_vectors.live.cases import rsa_oaep
from kmsproof_vectors.live.model import Ask, Compute, LiveFile, LiveTest, Requirement

ACCEPT, REJECT, LEAK = FailureKind.WRONG_ACCEPT, FailureKind.WRONG_REJECT, FailureKind.LEAK
OUTPUT, ORACLE = FailureKind.WRONG_OUTPUT, FailureKind.ORACLE

FAMILY = "live-rsa-2048-oaep"
FAMILIES = tuple(f"live-rsa-{bits}-oaep" for bits in (2048, 3072, 4096))

CLASSES = {"O1", "O2", "O3", "O4", "O5", "O6", "O8", "O9", "O10", "O11"}
"""All but O7, which needs a private key that is fitted to it."""

MOST_CALLS = 1250

NARROW = Filters()
"""Without the tests that take a search of seconds."""


@cache
def files() -> dict[str, LiveFile]:
    """Return all files on RSAES-OAEP, made anew."""
    return {file.family: file for file in map(build_live_file, rsa_oaep.FILES)}


def case_of(vector_id: str) -> str:
    return vector_id.split("/")[1]


def of_cases(*cases: str) -> LiveFile:
    """Return the shortest file with the tests of some cases, and their controls."""
    file = files()[FAMILY]
    chosen = [test for test in file.tests if case_of(test.id) in cases]
    controls = {test.control for test in chosen}
    tests = tuple(test for test in file.tests if test in chosen or test.id in controls)
    return msgspec.structs.replace(file, tests=tests, number_of_tests=len(tests))


def judged_by(target: Target, chosen: LiveFile, folder: Path, filters: Filters = NARROW) -> Ran:
    session = InProcessSession(target, deadline_ms=DEADLINE_MS)
    return judged(session, folder, files=[chosen], filters=filters)


def failures(verdicts: dict[str, VerdictRecorded]) -> dict[str, set[FailureKind]]:
    """Return how the cases failed, by their slugs."""
    found: dict[str, set[FailureKind]] = {}
    for each in verdicts.values():
        if each.failure is not None:
            found.setdefault(case_of(each.id), set()).add(each.failure)
    return found


def oracles(test: LiveTest) -> set[str]:
    return {step.oracle for step in test.steps if isinstance(step, Ask) and step.oracle}


# The files.


def test_there_is_a_file_for_each_length() -> None:
    assert set(files()) == set(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_each_file_has_all_classes_and_costs_few_calls(family: str) -> None:
    file = files()[family]
    assert set(file.classes) == CLASSES
    assert sum(test.calls for test in file.tests if not test.exhaustive) < MOST_CALLS


@pytest.mark.parametrize("family", FAMILIES)
def test_every_byte_of_the_long_padding_is_changed_once(family: str) -> None:
    changed: list[int] = []
    for test in files()[family].tests:
        if case_of(test.id) in ("long-padding-byte", "rest-of-long-padding"):
            changed += [
                cast(int, step.arguments["start"]) - 32
                for step in test.steps
                if isinstance(step, Compute) and step.function == "replace"
            ]
    assert sorted(changed) == list(range(int(family.split("-")[2]) // 8 - 66 - 16))


def test_all_that_only_decryption_shows_to_be_wrong_is_compared() -> None:
    tests = [test for test in files()[FAMILY].tests if test.control is not None]
    compared = {test.id for test in tests if oracles(test)}
    for edge_class in ("O2", "O4", "O5"):
        left = {test.id for test in tests if test.case == edge_class} - compared
        # These are their own ciphertexts, and out of the range that some targets narrow.
        own = ("0", "1", "n-minus-1") if edge_class == "O2" else ()
        assert left == {f"{FAMILY}/encoded-integer/{name}" for name in own}
    assert {case_of(test.id) for test in tests if test.case == "O3" and test.id in compared} == {
        "special-integer",
        "changed",
        "multiplied",
    }
    assert not any("/length/" in name or "/not-reduced/" in name for name in compared)


def test_only_labels_need_more_than_a_target_must_have() -> None:
    for test in files()[FAMILY].tests:
        given = any(isinstance(step, Ask) and "label" in step.arguments for step in test.steps)
        if given or Requirement.LABEL in test.requires:
            assert given or case_of(test.id) in ("encrypt-with-label", "made-without-label")
            assert test.requires == (Requirement.LABEL,)
            assert test.case == "O6"


# Right targets.


def passes(target: Target, family: str, folder: Path, filters: Filters = NARROW) -> Ran:
    """See that a target passes all that applies to it; return what was told."""
    ran = judged_by(target, files()[family], folder, filters)
    assert ran.failures() == {}
    assert ran.ids(Verdict.ERROR, Verdict.FLAKY) == set()
    return ran


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cryptography", "pycryptodome", "reference"])
def test_the_libraries_pass_everything(name: str, tmp_path: Path) -> None:
    ran = passes(open_in_process(name), FAMILY, tmp_path)
    # A modulus may be so near 2^2048 that no ciphertext leaves room for it.
    left = ran.ids(Verdict.SKIPPED, Verdict.UNSUPPORTED)
    assert {case_of(each) for each in left} <= {"not-reduced"}


@pytest.mark.slow
def test_a_service_without_labels_passes_all_else(tmp_path: Path) -> None:
    ran = passes(open_in_process("reference-kms"), FAMILY, tmp_path)
    labelled = {each.id for each in files()[FAMILY].tests if Requirement.LABEL in each.requires}
    assert ran.ids(Verdict.UNSUPPORTED) == labelled
    assert {case_of(each) for each in ran.ids(Verdict.SKIPPED)} <= {"not-reduced"}


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES[1:])
def test_longer_keys_pass_everything(family: str, tmp_path: Path) -> None:
    ran = passes(MadeRsaKeys(), family, tmp_path)
    assert ran.ids(Verdict.SKIPPED, Verdict.UNSUPPORTED) == set()


@pytest.mark.slow
def test_what_takes_long_passes_too(tmp_path: Path) -> None:
    ran = passes(MadeRsaKeys(), FAMILY, tmp_path, Filters(exhaustive=True))
    assert ran.ids(Verdict.SKIPPED, Verdict.UNSUPPORTED) == set()
    exhaustive = {test.id for test in files()[FAMILY].tests if test.exhaustive}
    assert {case_of(each) for each in exhaustive} == {
        "more-zeros-first",
        "two-leading-zeros",
        "rest-of-long-padding",
    }
    assert exhaustive <= ran.ids(Verdict.PASS)


# Wrong targets.

Expected = dict[str, set[FailureKind]]


def each_of(kind: FailureKind, *cases: str) -> Expected:
    """Return that all of some cases fail in one way."""
    return {case: {kind} for case in cases}


FAULTS: dict[str, tuple[type[faults.OwnOaep], Expected]] = {
    "label-hash": (
        faults.IgnoresLabelHash,
        each_of(
            ACCEPT,
            *("label-hash", "label-hash-length", "data-block"),
            *("other-functions", "encrypt-with-label", "other-label"),
            *("made-with-label", "made-without-label"),
        ),
    ),
    "first-octet": (faults.IgnoresFirstOctet, each_of(ACCEPT, "first-octet")),
    "padding": (
        faults.IgnoresPadding,
        each_of(ACCEPT, "padding", "label-hash-length", "long-padding-byte"),
    ),
    "any-separator": (faults.TakesAnySeparator, each_of(ACCEPT, "separator", "padding")),
    "from-the-end": (faults.LooksFromTheEnd, each_of(OUTPUT, "separator-in-padding")),
    "pkcs1": (faults.TakesPkcs1, each_of(ACCEPT, "pkcs1-v15")),
    "other-mask": (
        faults.OtherMask,
        {
            **each_of(REJECT, "special-seed", "chosen-end", "zeros-first", "trailing-zeros"),
            "other-functions": {REJECT, ACCEPT},
        },
    ),
    "both-masks": (faults.TakesBothMasks, each_of(ACCEPT, "other-functions")),
    "reduces": (faults.Reduces, each_of(ACCEPT, "not-reduced", "length", "leading-zeros")),
    "ignores-labels": (
        faults.IgnoresLabels,
        {
            **each_of(REJECT, "label", "other-label"),
            "encrypt-with-label": {ACCEPT},
            "made-without-label": {REJECT, ACCEPT},
        },
    ),
    "loses-zeros": (faults.LosesZeros, each_of(OUTPUT, "round-trip", "special-message")),
    "refuses-zeros": (
        faults.RefusesZeros,
        {**each_of(REJECT, "leading-zeros"), "length": {ACCEPT}},
    ),
    "cuts-messages": (faults.CutsMessages, each_of(ACCEPT, "message-too-long")),
    "constant-seed": (faults.ConstantSeed, each_of(LEAK, "repeated-message")),
    "counted-seed": (faults.CountedSeed, each_of(LEAK, "repeated-message")),
}
"""How targets are wrong, and the cases that find it out."""


@pytest.mark.parametrize("fault", FAULTS)
def test_wrong_targets_are_found(fault: str, tmp_path: Path) -> None:
    kind, expected = FAULTS[fault]
    ran = judged_by(target_with(kind)(), of_cases(*expected), tmp_path)
    assert failures(ran.verdicts) == expected
    assert not ran.ids(Verdict.ERROR, Verdict.FLAKY)


@pytest.mark.parametrize(
    ("kind", "cases"),
    [
        (faults.TellsFirstOctet, ("first-octet", "label-hash")),
        (faults.TellsPadding, ("separator", "label-hash")),
    ],
)
def test_refusals_that_differ_are_found(
    kind: type[faults.OwnOaep], cases: tuple[str, ...], tmp_path: Path
) -> None:
    ran = judged_by(target_with(kind)(), of_cases(*cases), tmp_path)
    assert failures(ran.verdicts) == {"uniform-refusals": {ORACLE}}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "every"),
    [
        (faults.IgnoresPadding, ("padding-byte", "long-padding-byte", "rest-of-long-padding")),
        (faults.TakesAnySeparator, ("separator-value",)),
        (faults.IgnoresLabelHash, ("label-hash-byte",)),
    ],
)
def test_sweeps_find_every_place(
    kind: type[faults.OwnOaep], every: tuple[str, ...], tmp_path: Path
) -> None:
    ran = judged_by(target_with(kind)(), of_cases(*every), tmp_path, Filters(exhaustive=True))
    wrong = {test.id for test in of_cases(*every).tests if test.control is not None}
    assert ran.failures() == dict.fromkeys(wrong, ACCEPT)


@pytest.mark.slow
def test_the_own_scheme_of_the_wrong_targets_is_right(tmp_path: Path) -> None:
    target: Callable[[], Target] = target_with(faults.OwnOaep)
    ran = passes(target(), FAMILY, tmp_path)
    assert ran.ids(Verdict.SKIPPED, Verdict.UNSUPPORTED) == set()
