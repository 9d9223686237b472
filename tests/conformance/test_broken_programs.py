"""A program that crashes, hangs or breaks the protocol costs what it must, and nothing passes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kmsproof import child, conversation
from kmsproof.errors import ExitCode
from kmsproof.outcome import ErrorKind
from kmsproof.results import TargetState
from kmsproof.verdict import Verdict
from kmsproof_testing.corpora import GCM_FAMILY
from kmsproof_testing.fakes.expectations import (
    INVALID,
    TESTS,
    UNIFORMITIES,
    assert_came_to,
    assert_no_false_pass,
    assert_whole,
    came,
    mark_of,
)
from kmsproof_testing.fakes.program import PROGRAMS
from kmsproof_testing.fakes.running import DEADLINE_MS, SHORT_DEADLINE_MS, run_command
from kmsproof_testing.fakes.targets import exec_target

ON_ONE_VECTOR: dict[str, ErrorKind] = {
    "crash": ErrorKind.CRASHED,
    "half-line": ErrorKind.CRASHED,
    "unknown-id": ErrorKind.INTERNAL,
    "long-id": ErrorKind.INTERNAL,
    "garbage": ErrorKind.INTERNAL,
    "long-line": ErrorKind.INTERNAL,
    "deep": ErrorKind.INTERNAL,
    "unknown-field": ErrorKind.INTERNAL,
    "two-outcomes": ErrorKind.INTERNAL,
    "no-outcome": ErrorKind.INTERNAL,
    "wrong-types": ErrorKind.INTERNAL,
    "null-value": ErrorKind.INTERNAL,
    "extra-field": ErrorKind.INTERNAL,
    "missing-field": ErrorKind.INTERNAL,
    "upper-hex": ErrorKind.INTERNAL,
}
"""Faults of a program that one vector sets off, and the error that the vector then gets."""

SILENT: dict[str, ErrorKind] = {
    "crash-with-grandchild": ErrorKind.CRASHED,
    "hang": ErrorKind.TIMEOUT,
    "loud-hang": ErrorKind.TIMEOUT,
    "slow-drip": ErrorKind.TIMEOUT,
}
"""The same for faults that only the deadline ends."""

CONFORMING = ("reverse", "noise", "deaf-to-close")
NOT_STARTED = {
    "exit-127": "ended with exit code 127. Its last words: sh: 1: hsm-tool: not found",
    "hang-at-start": "no answer within 0.3 s",
    "garbage-at-start": r"does not speak the adapter protocol: .*Welcome to \\x1b\[2J",
    "no-description": "does not describe itself: it answered unsupported",
}
SPECIAL = (
    "slow-start",
    "description",
    "rename",
    "crash-once",
    "crash-at-import",
    "crash-at-destroy",
    "end-when-idle",
    "close-output",
    "swap-ids",
    "twice",
    "tell-end",
)

GUILTY_VALID = f"{GCM_FAMILY}/g1/decrypt-iv-64"
GUILTY_INVALID = f"{GCM_FAMILY}/g3/tag-bit-127"


def test_every_fault_of_a_program_is_tried() -> None:
    tried = {*ON_ONE_VECTOR, *SILENT, *CONFORMING, *NOT_STARTED, *SPECIAL}
    assert tried == set(PROGRAMS)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*ON_ONE_VECTOR, "hang", "crash-with-grandchild"])
def test_fault_on_one_vector_costs_that_vector(fault: str, tmp_path: Path) -> None:
    kind = ON_ONE_VECTOR.get(fault) or SILENT[fault]
    deadline_ms = SHORT_DEADLINE_MS if fault in SILENT else DEADLINE_MS
    target = exec_target(fault, [mark_of(GUILTY_VALID)])
    ran = run_command(target, tmp_path, deadline_ms=deadline_ms)
    assert_came_to(ran, {GUILTY_VALID: Verdict.ERROR})
    assert ran.verdicts[GUILTY_VALID].error is kind
    assert ran.conclusion.exit_code is ExitCode.HARNESS
    assert ran.finished.state is TargetState.FINISHED
    assert {incident.kind for incident in ran.target.incidents} == {kind}
    assert {incident.whose_fault for incident in ran.target.incidents} == {"adapter"}
    assert all(GUILTY_VALID in incident.ids for incident in ran.target.incidents)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["loud-hang", "slow-drip"])
def test_hang_that_is_not_silent_is_one_all_the_same(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MAX_BREAKS", 5)
    target = exec_target(fault, [mark_of(GUILTY_INVALID)])
    ran = run_command(target, tmp_path, deadline_ms=SHORT_DEADLINE_MS)
    assert_whole(ran)
    assert_no_false_pass(ran)
    assert ran.finished.state is TargetState.ABANDONED
    assert ran.verdicts[GUILTY_INVALID].verdict is Verdict.ERROR
    assert [incident.kind for incident in ran.target.incidents] == [SILENT[fault]]
    assert ran.conclusion.exit_code is ExitCode.HARNESS


@pytest.mark.parametrize("fault", ["crash", "garbage", "half-line", "two-outcomes"])
def test_fault_on_an_invalid_vector_is_no_refusal(fault: str, tmp_path: Path) -> None:
    ran = run_command(exec_target(fault, [mark_of(GUILTY_INVALID)]), tmp_path)
    assert_came_to(ran, {GUILTY_INVALID: Verdict.ERROR})
    assert ran.conclusion.exit_code is ExitCode.HARNESS


def test_crash_on_every_vector_of_a_class_costs_those_vectors(tmp_path: Path) -> None:
    guilty = [vector for vector in TESTS if vector.startswith(f"{GCM_FAMILY}/g3/")]
    assert len(guilty) == 3
    ran = run_command(exec_target("crash", [mark_of(vector) for vector in guilty]), tmp_path)
    assert_came_to(ran, came((guilty, Verdict.ERROR)))
    assert ran.verdicts[guilty[1]].message.startswith("it was ended by signal SIGSEGV")
    assert len(ran.target.incidents) == 1 + len(guilty)


def test_crash_on_everything_passes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MAX_BREAKS_IN_A_ROW", 3)
    ran = run_command(exec_target("crash"), tmp_path)
    assert_came_to(ran, came((TESTS, Verdict.ERROR), (UNIFORMITIES, Verdict.SKIPPED)))
    assert ran.conclusion.exit_code is ExitCode.HARNESS
    assert len(ran.target.incidents) == 4 * 3, "three for each key"


@pytest.mark.slow
def test_target_that_hangs_again_and_again_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MAX_BREAKS", 10)
    ran = run_command(exec_target("hang"), tmp_path, deadline_ms=SHORT_DEADLINE_MS)
    assert_came_to(ran, came((TESTS, Verdict.ERROR), (UNIFORMITIES, Verdict.SKIPPED)))
    assert ran.finished.state is TargetState.ABANDONED
    assert ran.conclusion.exit_code is ExitCode.HARNESS
    assert len(ran.target.incidents) == 2
    first, *_, last = ran.target.verdicts
    assert first.message == "no answer within 0.5 s."
    assert ran.verdicts[f"{GCM_FAMILY}/h1/encrypt-aad"].message == (
        "not asked: it broke too often, the last time: no answer within 0.5 s."
    )
    assert last.verdict is Verdict.ERROR


@pytest.mark.parametrize("fault", CONFORMING)
def test_odd_but_conforming_is_green(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "FAREWELL_SECONDS", 0.2)
    ran = run_command(exec_target(fault), tmp_path)
    assert_came_to(ran, {})
    assert ran.conclusion.exit_code is ExitCode.CONFORMANT
    assert not ran.target.incidents


def test_start_may_take_longer_than_an_answer(tmp_path: Path) -> None:
    ran = run_command(exec_target("slow-start"), tmp_path, deadline_ms=SHORT_DEADLINE_MS)
    assert_came_to(ran, {})


@pytest.mark.parametrize("fault", NOT_STARTED)
def test_target_that_does_not_start(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "hang-at-start":
        monkeypatch.setattr(child, "START_SECONDS", 0.3)
    assert_not_started(exec_target(fault), NOT_STARTED[fault], tmp_path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("protocol=2", "speaks protocol version 2, this suite version 1"),
        ("window=0", "the window is 0"),
        ("window=-5", "the window is -5"),
        ('iv_lengths=[{"step":0}]', "iv_lengths of GCM has a range that goes nowhere"),
        ('tag_lengths=[{"minimum":16,"maximum":12}]', "tag_lengths of GCM has a range"),
        ('aad_lengths=[{"minimum":-1}]', "aad_lengths of GCM has a range"),
        ('plaintext_lengths=["all"]', "does not speak the adapter protocol"),
        ('notes=["\\u001b[2J",5]', "does not speak the adapter protocol"),
    ],
)
def test_description_that_cannot_be(change: str, told: str, tmp_path: Path) -> None:
    assert_not_started(exec_target("description", [change]), told, tmp_path)


def assert_not_started(target: str, told: str, tmp_path: Path) -> None:
    ran = run_command(target, tmp_path)
    assert ran.conclusion.exit_code is ExitCode.HARNESS
    assert ran.finished.state is TargetState.NOT_STARTED
    assert not ran.target.verdicts
    [incident] = ran.target.incidents
    assert ran.log.finished is not None
    for text in (incident.message, ran.finished.message, ran.log.finished.conclusion):
        assert re.search(told, text), text
        assert text.isprintable()
        assert text.count("hsm-tool") <= 1


def test_crash_that_does_not_come_again_is_flaky(tmp_path: Path) -> None:
    target = exec_target("crash-once", [mark_of(GUILTY_INVALID)], tmp_path / "state")
    ran = run_command(target, tmp_path)
    [flaky] = ran.ids(Verdict.FLAKY)
    assert_came_to(ran, {flaky: Verdict.FLAKY})
    assert ran.conclusion.exit_code is ExitCode.NOT_CONFORMANT
    assert target in ran.conclusion.sentence
    [incident] = ran.target.incidents
    assert incident.ids[0] == flaky
    assert GUILTY_INVALID in incident.ids


def test_target_that_is_another_one_after_a_restart_is_given_up(tmp_path: Path) -> None:
    target = exec_target("rename", [mark_of(GUILTY_INVALID)], tmp_path / "state")
    ran = run_command(target, tmp_path)
    assert_whole(ran)
    assert_no_false_pass(ran)
    assert ran.conclusion.exit_code is ExitCode.HARNESS
    assert ran.finished.state is TargetState.ABANDONED
    assert "calls itself 'fake number 2' '1.0' instead of 'fake number 1'" in ran.finished.message
    assert GUILTY_INVALID in ran.ids(Verdict.ERROR)
    last = ran.target.verdicts[-1]
    assert last.message.startswith("not asked: it did not start again: After a restart")


def test_crash_when_a_key_comes_blames_no_vector(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MAX_BREAKS_IN_A_ROW", 2)
    ran = run_command(exec_target("crash-at-import"), tmp_path)
    assert_came_to(ran, came((TESTS, Verdict.ERROR), (UNIFORMITIES, Verdict.SKIPPED)))
    assert ran.conclusion.exit_code is ExitCode.HARNESS
    for incident in ran.target.incidents:
        assert incident.ids == ()
        assert incident.message == "while a key was imported: it was ended by signal SIGSEGV."


@pytest.mark.parametrize("fault", ["crash-at-destroy", "end-when-idle"])
def test_crash_between_vectors_costs_none_but_is_not_green(fault: str, tmp_path: Path) -> None:
    ran = run_command(exec_target(fault), tmp_path)
    assert_came_to(ran, {})
    assert ran.conclusion.exit_code is ExitCode.HARNESS
    assert ran.target.incidents
    assert all(incident.ids == () for incident in ran.target.incidents)


def test_closed_output_is_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "FAREWELL_SECONDS", 0.1)
    ran = run_command(exec_target("close-output", [mark_of(GUILTY_VALID)]), tmp_path)
    assert_came_to(ran, {GUILTY_VALID: Verdict.ERROR})
    assert ran.verdicts[GUILTY_VALID].message == "it closed its standard output."


@pytest.mark.parametrize("fault", ["swap-ids", "twice"])
def test_answers_that_belong_to_other_questions(fault: str, tmp_path: Path) -> None:
    on = [mark_of(GUILTY_VALID)] if fault == "twice" else []
    ran = run_command(exec_target(fault, on), tmp_path)
    assert_whole(ran)
    assert_no_false_pass(ran)
    assert ran.conclusion.exit_code in (ExitCode.NOT_CONFORMANT, ExitCode.HARNESS)
    assert ran.ids(Verdict.FLAKY, Verdict.ERROR, Verdict.FAIL)
    assert all("broke the protocol" in incident.message for incident in ran.target.incidents)


def test_every_broken_target_keeps_its_controls(tmp_path: Path) -> None:
    """A crash on a control takes away what its invalid vectors would show."""
    control = f"{GCM_FAMILY}/g1/decrypt-aad"
    ran = run_command(exec_target("crash", [mark_of(control)]), tmp_path)
    without = {vector for vector in INVALID if TESTS[vector].control == control}
    marked = {vector for vector in TESTS if vector in without | {control}}
    assert ran.ids(Verdict.ERROR) <= marked
    assert control in ran.ids(Verdict.ERROR)
    assert not without & ran.ids(Verdict.PASS)
    assert_whole(ran)
