"""Recipes on EC keys: right targets pass them all, each wrong one fails its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import msgspec
import pytest

from kmsproof.results import VerdictRecorded
from kmsproof.session import InProcessSession
from kmsproof.target import Target
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_testing import live_ec_faults, live_ecies_faults
from kmsproof_testing.fakes.running import Ran
from kmsproof_testing.live_ec_faults import SeededKeys, target_with
from kmsproof_testing.live_ec_target import DigestsOnly, MacKeyFirst, MadeEcKeys, MessagesOnly
from kmsproof_testing.live_ecies_faults import with_ecies
from kmsproof_testing.live_running import judged
from kmsproof_testing.policy_running import DEADLINE_MS, Service, target_of
from kmsproof_vectors.live.build import build_live_file
from kmsproof_vectors.live.cases import ec_ecdsa, ec_ecies, ec_keys
from kmsproof_vectors.live.model import Ask, LiveFile, LiveResult, LiveTest, Requirement

ACCEPT, REJECT, LEAK = FailureKind.WRONG_ACCEPT, FailureKind.WRONG_REJECT, FailureKind.LEAK
OUTPUT, ORACLE = FailureKind.WRONG_OUTPUT, FailureKind.ORACLE

ECDSA, ECIES, KEYS = "live-ec-p256-ecdsa", "live-ec-p256k-ecies", "live-ec-p256-keys"

CLASSES = {
    "ecdsa": {"E1", "E2", "E3", "E5", "E6", "E7", "E8", "E9"},
    "ecies": {f"I{number}" for number in range(1, 11)},
    "keys": {"K2"},
}

LATTICE = frozenset({"one-message", "many-messages"})
"""Cases that take a search of seconds when there is nothing to be found."""


@cache
def files() -> dict[str, LiveFile]:
    """Return all files on EC keys, made anew."""
    recipes = (*ec_ecdsa.FILES, *ec_ecies.FILES, *ec_keys.FILES)
    return {file.family: file for file in map(build_live_file, recipes)}


def case_of(vector_id: str) -> str:
    return vector_id.split("/")[1]


def only(file: LiveFile, wanted: Callable[[LiveTest], bool]) -> LiveFile:
    """Return a file with some of its tests, and their controls."""
    chosen = [test for test in file.tests if wanted(test)]
    controls = {test.control for test in chosen}
    tests = tuple(test for test in file.tests if test in chosen or test.id in controls)
    return msgspec.structs.replace(file, tests=tests, number_of_tests=len(tests))


def of_cases(family: str, *cases: str) -> LiveFile:
    return only(files()[family], lambda test: case_of(test.id) in cases)


def without_lattice(family: str) -> LiveFile:
    return only(files()[family], lambda test: case_of(test.id) not in LATTICE)


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


def test_there_are_three_files_for_each_curve() -> None:
    expected = {f"live-ec-{c}-{s}" for c in ("p256", "p256k") for s in CLASSES}
    assert set(files()) == expected


@pytest.mark.parametrize("scheme", CLASSES)
def test_every_class_has_tests_on_both_curves(scheme: str) -> None:
    for curve in ("p256", "p256k"):
        file = files()[f"live-ec-{curve}-{scheme}"]
        found = {test.case for test in file.tests} | {each.case for each in file.uniformities}
        assert found == CLASSES[scheme] == set(file.classes)


def test_messages_and_digests_are_judged_alike() -> None:
    for family in ("live-ec-p256-ecdsa", "live-ec-p256k-ecdsa"):
        for needed, other in (
            (Requirement.RAW, Requirement.DIGEST),
            (Requirement.DIGEST, Requirement.RAW),
        ):
            alone = [
                test
                for test in files()[family].tests
                if needed in test.requires and other not in test.requires
            ]
            own = {"E3"} if needed is Requirement.RAW else set[str]()
            assert {test.case for test in alone} == CLASSES["ecdsa"] - own
            refused = {test.case for test in alone if test.result is LiveResult.INVALID}
            assert refused == {"E1", "E2", "E8", "E9"}


def test_every_ecdsa_recipe_says_what_is_signed() -> None:
    for test in files()[ECDSA].tests:
        assert {Requirement.RAW, Requirement.DIGEST} & set(test.requires), test.id


def test_refusals_of_whole_ciphertexts_are_compared() -> None:
    tests = files()[ECIES].tests
    compared = {
        test.case
        for test in tests
        if any(isinstance(step, Ask) and step.oracle for step in test.steps)
    }
    assert compared == {"I4", "I5", "I6", "I7", "I8"}


# Right targets.


def passes(target: Target, chosen: Sequence[LiveFile], folder: Path) -> Ran:
    """See that a target passes all that applies to it; return what was told."""
    ran = judged_by(target, chosen, folder)
    assert ran.failures() == {}
    assert ran.ids(Verdict.ERROR, Verdict.FLAKY) == set()
    return ran


QUICK = {
    ECDSA: ("borders", "changed-value", "digest-of-message", "digest-length", "zero-digest"),
    ECIES: ("message-length", "point-form", "first-octet", "not-on-curve", "small-order"),
}


def test_a_right_target_passes(tmp_path: Path) -> None:
    chosen = [of_cases(family, *cases) for family, cases in QUICK.items()]
    ran = passes(MadeEcKeys(), chosen, tmp_path)
    assert ran.counts()[Verdict.PASS] > 200


@pytest.mark.slow
@pytest.mark.parametrize("family", [*files()])
def test_a_right_target_passes_everything(family: str, tmp_path: Path) -> None:
    file = files()[family]
    ran = passes(MadeEcKeys(), [file], tmp_path)
    # A recipe that needs another order of the keys, points in hybrid form, or a value that does
    # not come by chance, judges nothing.
    elsewhere = {"truncation-forgery", "point-form", "secret-leading-zeros"}
    elsewhere |= {"missing-sign-zero", "low-integers"}
    left = ran.ids(Verdict.SKIPPED, Verdict.UNSUPPORTED)
    assert {case_of(each) for each in left} <= elsewhere
    assert len(left) <= file.number_of_tests // 40


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "family", "at_least"),
    [
        (MessagesOnly, ECDSA, 270),
        (DigestsOnly, ECDSA, 900),
        (target_with(live_ec_faults.Deterministic), ECDSA, 1180),
        (MacKeyFirst, ECIES, 500),
    ],
)
def test_targets_that_do_less_or_otherwise_pass(
    target: Callable[[], Target], family: str, at_least: int, tmp_path: Path
) -> None:
    ran = passes(target(), [without_lattice(family)], tmp_path)
    assert ran.counts()[Verdict.PASS] >= at_least


@pytest.mark.slow
def test_the_reference_kms_passes(tmp_path: Path) -> None:
    chosen = [without_lattice(family) for family in (ECDSA, ECIES, KEYS)]
    ran = passes(target_of(Service), chosen, tmp_path)
    assert ran.counts()[Verdict.PASS] > 1600


# What is told.


def remarks(ran: Ran, case: str) -> list[str]:
    """Return what was told of the recipes of a case."""
    return [
        each.message for each in ran.target.warnings if any(case_of(i) == case for i in each.ids)
    ]


@pytest.mark.parametrize(("target", "order"), [(SeededKeys, "ek-mk"), (MacKeyFirst, "mk-ek")])
def test_the_dialect_is_told(target: Callable[[], Target], order: str, tmp_path: Path) -> None:
    ran = passes(target(), [of_cases(ECIES, "fingerprint", "key-order")], tmp_path)
    core, further = remarks(ran, "fingerprint")
    assert core.endswith(f"1 of 36 are decrypted: {order}-z-mk20-len0.")
    assert further.endswith(f"1 of 60 are decrypted: {order}-z-mk20-len0-compressed.")
    assert len(remarks(ran, "key-order")) == (order == "ek-mk")


def test_low_s_and_derived_nonces_are_told(tmp_path: Path) -> None:
    file = of_cases(ECDSA, "low-s", "mirrored", "repeated-digest")
    told: dict[str, tuple[int, int, int]] = {}
    for kind in (live_ec_faults.OwnKey, live_ec_faults.Deterministic, live_ec_faults.LowS):
        folder = tmp_path / kind.__name__
        folder.mkdir()
        ran = passes(target_with(kind)(), [file], folder)
        counts = (len(remarks(ran, case)) for case in ("low-s", "mirrored", "repeated-digest"))
        told[kind.__name__] = (next(counts), next(counts), next(counts))
    assert told == {"OwnKey": (2, 0, 2), "Deterministic": (2, 0, 0), "LowS": (0, 2, 2)}


# Wrong targets.

Expected = dict[str, set[FailureKind]]


def each(kind: FailureKind, *cases: str) -> Expected:
    """Return that all of some cases fail in one way."""
    return {case: {kind} for case in cases}


FAULTS: dict[str, tuple[Callable[[], Target], str, Expected]] = {
    "range": (
        target_with(live_ec_faults.RangeUnchecked),
        ECDSA,
        each(ACCEPT, "borders", "zero-modulo-n", "shifted", "changed-value"),
    ),
    "der": (
        target_with(live_ec_faults.LaxDer),
        ECDSA,
        each(
            ACCEPT,
            *("der", "ber", "missing-sign-zero", "low-integers", "elements", "large"),
            "overflow",
        ),
    ),
    "large-digest": (
        target_with(live_ec_faults.UnreducedDigest),
        ECDSA,
        each(REJECT, "special-digest", "reduced-digest", "zero-digest"),
    ),
    "zero-multiplier": (
        target_with(live_ec_faults.NoZeroMultiplier),
        ECDSA,
        each(REJECT, "special-digest", "reduced-digest", "zero-digest", "multipliers"),
    ),
    "one-nonce": (
        target_with(live_ec_faults.RepeatsNonce),
        ECDSA,
        each(LEAK, "many-messages", "repeated-digest"),
    ),
    "shared-nonce": (target_with(live_ec_faults.SharedNonce), ECDSA, {"two-keys": {LEAK}}),
    "counted-nonces": (
        target_with(live_ec_faults.CountsNonces),
        ECDSA,
        each(LEAK, *LATTICE),
    ),
    "small-nonces": (
        target_with(live_ec_faults.SmallNonces),
        ECDSA,
        each(LEAK, *LATTICE),
    ),
    "invalid-curve": (
        target_with(with_ecies(live_ecies_faults.InvalidCurveEcies)),
        ECIES,
        each(ACCEPT, "infinity", "small-order", "small-order-other-key"),
    ),
    "zeros": (
        target_with(with_ecies(live_ecies_faults.StripsZeros)),
        ECIES,
        {"secret-leading-zeros": {REJECT}, "zeros-stripped": {ACCEPT}},
    ),
    "counter": (
        target_with(with_ecies(live_ecies_faults.OneByteCounter)),
        ECIES,
        {"derivation-counter": {REJECT}},
    ),
    "one-ephemeral-key": (
        target_with(with_ecies(live_ecies_faults.RepeatsPoint)),
        ECIES,
        {"many-encryptions": {LEAK}},
    ),
    "counted-ephemeral-keys": (
        target_with(with_ecies(live_ecies_faults.CountsEphemeralKeys)),
        ECIES,
        {"many-encryptions": {LEAK}},
    ),
    "half-the-tag": (
        target_with(with_ecies(live_ecies_faults.ComparesHalfTheTag)),
        ECIES,
        each(ACCEPT, "tag-bit-flipped", "tag-replaced", "tag-of-empty-message"),
    ),
    "no-tag": (
        target_with(with_ecies(live_ecies_faults.ComparesTags)),
        ECIES,
        each(
            ACCEPT,
            *("point-length", "tag-bit-flipped", "tag-replaced", "parts-exchanged"),
            *("tag-of-empty-message", "tag-cut", "tag-extended", "text-bit-flipped"),
            *("text-changed", "cut-and-empty", "other-key", "second-key", "core-dialect"),
            *("outer-dialect", "named-dialect", "zeros-stripped", "tag-with-zero"),
        ),
    ),
    "no-tag-of-nothing": (
        target_with(with_ecies(live_ecies_faults.ForgetsTheTagOfNothing)),
        ECIES,
        each(ACCEPT, "tag-of-empty-message", "text-changed", "cut-and-empty"),
    ),
    "talkative": (
        target_with(with_ecies(live_ecies_faults.Talkative)),
        ECIES,
        {"uniform-refusals": {ORACLE}},
    ),
    "other-dialect": (live_ecies_faults.OtherDialect, ECIES, {"declared-dialect": {REJECT}}),
    "any-dialect": (live_ecies_faults.AnyDialect, ECIES, {"core-dialect": {ACCEPT}}),
    "small-keys": (live_ec_faults.SmallKeys, KEYS, {"not-tiny": {LEAK}}),
    "close-keys": (live_ec_faults.CountedKeys, KEYS, {"not-tiny": {LEAK}}),
    "one-key": (live_ec_faults.OneKey, KEYS, {"distinct": {LEAK}, "not-tiny": {LEAK}}),
    "other-curve": (live_ec_faults.OtherCurve, KEYS, {"form": {OUTPUT}}),
}
"""How targets are wrong: the target, the file that finds it out, and the cases that do."""

SLOW_FAULTS: dict[str, tuple[Callable[[], Target], str, Expected]] = {
    "short-nonces": (
        target_with(live_ec_faults.ShortNonces),
        ECDSA,
        each(LEAK, *LATTICE),
    ),
    "eight-bits": (
        target_with(live_ec_faults.EvenNonces),
        ECDSA,
        {"many-messages": {LEAK}},
    ),
}
"""The same where a lattice has to be reduced."""


@pytest.mark.parametrize("fault", FAULTS)
def test_wrong_targets_fail_their_own_cases(fault: str, tmp_path: Path) -> None:
    target, family, expected = FAULTS[fault]
    named = (*expected, "not-on-curve", "tag-replaced") if fault == "talkative" else expected
    ran = judged_by(target(), [of_cases(family, *named)], tmp_path)
    assert failures(ran.verdicts) == expected


@pytest.mark.slow
@pytest.mark.parametrize("fault", SLOW_FAULTS)
def test_biased_nonces_are_found(fault: str, tmp_path: Path) -> None:
    target, family, expected = SLOW_FAULTS[fault]
    ran = judged_by(target(), [of_cases(family, *expected)], tmp_path)
    assert failures(ran.verdicts) == expected


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_wrong_targets_fail_nothing_else(fault: str, tmp_path: Path) -> None:
    target, family, expected = FAULTS[fault]
    file = files()[family] if LATTICE & set(expected) else without_lattice(family)
    ran = judged_by(target(), [file], tmp_path)
    assert failures(ran.verdicts) == expected
    assert not ran.ids(Verdict.ERROR, Verdict.FLAKY)
