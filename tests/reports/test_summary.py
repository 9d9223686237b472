"""Standing and coverage: nothing is green by default."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof.log_reader import read_run
from kmsproof.outcome import ErrorKind
from kmsproof.results import Shape, TargetState
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_reports.gaps import not_covered
from kmsproof_reports.summary import (
    RunSummary,
    Standing,
    TargetSummary,
    summarise,
)
from kmsproof_reports.words import percent
from kmsproof_testing.logs import LogBuilder
from kmsproof_testing.sample_run import BROKEN, NARROW, REFERENCE, STRICT, sample_run

GCM = "aes-128-gcm"


def green() -> LogBuilder:
    """A log of one target that passes everything."""
    log = LogBuilder()
    log.start()
    for number in range(3):
        log.passed(f"{GCM}/g1/{number}")
    return log


def finished(log: LogBuilder) -> LogBuilder:
    """End the target and the run as a run does when nothing is wrong."""
    log.end()
    log.finish()
    return log


def the_target(log: LogBuilder, folder: Path) -> tuple[RunSummary, TargetSummary]:
    """The summary of a log with one target."""
    summary = summarise(log.run(folder))
    (target,) = summary.targets
    return summary, target


def test_a_target_that_passes_everything_is_conformant(tmp_path: Path) -> None:
    summary, target = the_target(finished(green()), tmp_path)
    assert target.standing is Standing.CONFORMANT
    assert summary.standing is Standing.CONFORMANT
    assert summary.headline == "Conformant"
    assert summary.alarms == ()
    assert (target.coverage.share, target.coverage.gaps) == ("100 %", "")


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.FLAKY, Verdict.XPASS])
def test_one_wrong_answer_is_not_conformant(verdict: Verdict, tmp_path: Path) -> None:
    log = green()
    kind = FailureKind.WRONG_REJECT
    if verdict is Verdict.FAIL:
        log.failed(f"{GCM}/g1/x", kind)
    else:
        log.verdict(f"{GCM}/g1/x", verdict, outcome="ok")
    summary, target = the_target(finished(log), tmp_path)
    assert target.standing is Standing.NOT_CONFORMANT
    assert summary.standing is Standing.NOT_CONFORMANT


def an_error(log: LogBuilder) -> None:
    log.error(f"{GCM}/g1/e", ErrorKind.TIMEOUT, "no answer")
    finished(log)


def abandoned(log: LogBuilder) -> None:
    log.end(state=TargetState.ABANDONED, message="it broke five times in a row")
    log.finish(3, "could not be judged")


def interrupted(log: LogBuilder) -> None:
    log.end(state=TargetState.INTERRUPTED)
    log.finish(3, "The run was interrupted before its end.")


def an_incident(log: LogBuilder) -> None:
    log.incident("the process ended with signal 11")
    finished(log)


def no_footer(log: LogBuilder) -> None:
    log.end()


def no_end(log: LogBuilder) -> None:
    log.finish(3, "The run was interrupted before its end.")


def lost_lines(log: LogBuilder) -> None:
    finished(log)
    log.events.pop(1)


@pytest.mark.parametrize(
    "spoil", [an_error, abandoned, interrupted, an_incident, no_footer, no_end, lost_lines]
)
def test_what_was_not_judged_to_the_end_is_never_conformant(
    spoil: Callable[[LogBuilder], None], tmp_path: Path
) -> None:
    log = green()
    spoil(log)
    summary, target = the_target(log, tmp_path)
    assert target.standing is Standing.NOT_JUDGED
    assert summary.standing is Standing.NOT_JUDGED
    assert target.reason
    assert summary.alarms or spoil is an_error


def test_a_target_that_did_not_start_could_not_be_judged(tmp_path: Path) -> None:
    log = LogBuilder()
    log.end(state=TargetState.NOT_STARTED, message="no such module")
    log.finish(3, "A target did not start.")
    summary, target = the_target(log, tmp_path)
    assert target.standing is Standing.NOT_JUDGED
    assert "did not start: no such module" in target.reason
    assert any("no such module" in alarm for alarm in summary.alarms)


def test_a_target_that_was_never_reached_could_not_be_judged(tmp_path: Path) -> None:
    _, target = the_target(LogBuilder(), tmp_path)
    assert target.standing is Standing.NOT_JUDGED
    assert target.reason == "The log ends before the target was started."


@pytest.mark.parametrize("verdict", [Verdict.UNSUPPORTED, Verdict.SKIPPED, Verdict.XFAIL])
def test_nothing_passed_is_not_conformant(verdict: Verdict, tmp_path: Path) -> None:
    log = LogBuilder()
    log.start()
    log.verdict(f"{GCM}/g1/x", verdict, reason="GCM is not declared")
    _, target = the_target(finished(log), tmp_path)
    assert target.standing is Standing.NOT_JUDGED


def test_a_run_that_asked_too_little_is_not_called_conformant(tmp_path: Path) -> None:
    log = green()
    log.end()
    log.finish(4, "reference was judged by 3 of 9000 vectors, which is too few.")
    summary, target = the_target(log, tmp_path)
    assert target.standing is Standing.CONFORMANT
    assert summary.standing is Standing.NOT_JUDGED
    assert "could not be judged" in summary.headline
    assert "too few" in summary.conclusion


def test_wrong_answers_count_even_where_the_log_is_cut_short(tmp_path: Path) -> None:
    log = green()
    log.failed(f"{GCM}/g1/x", FailureKind.WRONG_ACCEPT)
    summary, target = the_target(log, tmp_path)
    assert target.standing is Standing.NOT_CONFORMANT
    assert "accepts invalid input (1)" in target.reason
    assert any("cut short" in alarm for alarm in summary.alarms)


def test_coverage_counts_only_what_was_judged(tmp_path: Path) -> None:
    log = LogBuilder(selected=10)
    log.start()
    log.passed(f"{GCM}/g1/a")
    log.failed(f"{GCM}/g1/b", FailureKind.WRONG_OUTPUT)
    log.error(f"{GCM}/g1/c", ErrorKind.CRASHED, "gone")
    log.verdict(f"{GCM}/g1/d", Verdict.UNSUPPORTED, reason="not declared")
    log.verdict(f"{GCM}/g1/e", Verdict.SKIPPED, reason="proves nothing")
    _, target = the_target(finished(log), tmp_path)
    coverage = target.coverage
    assert (coverage.judged, coverage.selected, coverage.share) == (2, 150, "1.3 %")
    assert (coverage.sets_covered, coverage.sets) == (1, 15)
    assert coverage.gaps == "1 not supported, 1 inconclusive, 1 unanswered, 145 never reached"


def test_a_comparison_of_refusals_is_no_vector(tmp_path: Path) -> None:
    shapes = [Shape(f"{GCM}/g1/a", "encrypt", True, {})]
    log = LogBuilder(shapes=shapes, selected=1)
    log.start()
    log.passed(f"{GCM}/g1/a")
    log.passed(f"{GCM}/g11/one-look")
    _, target = the_target(finished(log), tmp_path)
    assert (target.coverage.judged, target.coverage.comparisons) == (1, 1)
    assert target.counts[Verdict.PASS] == 2


def test_reasons_for_gaps_are_counted(tmp_path: Path) -> None:
    summary = summarise(sample_run(24).run(tmp_path))
    by_name = {target.run.target: target for target in summary.targets}
    assert not_covered(by_name[REFERENCE]) == []
    assert dict(not_covered(by_name[NARROW])) == {
        "ECB with PKCS7_PADDING is not declared": 144,
        "ECB with NO_PADDING is not declared": 72,
    }
    assert [t.standing for t in summary.targets] == [
        Standing.CONFORMANT,
        Standing.NOT_CONFORMANT,
        Standing.CONFORMANT,
        Standing.NOT_CONFORMANT,
    ]
    assert {STRICT, BROKEN} < by_name.keys()


def test_reasons_that_differ_in_one_number_are_told_as_one(tmp_path: Path) -> None:
    log = LogBuilder()
    for length in (1, 2, 2, 10, 3, 4, 5, 6):
        reason = f"GCM with IV length {length} is not declared"
        vector = f"{GCM}/iv-length/{len(log.events)}"
        log.verdict(vector, Verdict.UNSUPPORTED, reason=reason)
    log.verdict(f"{GCM}/x/y", Verdict.UNSUPPORTED, reason="ECB is not declared")
    _, target = the_target(log, tmp_path)
    assert not_covered(target) == [
        ("GCM with IV length 1, 2, 3, 4, 5, 6 and 1 more is not declared", 8),
        ("ECB is not declared", 1),
    ]


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_share_is_100_percent_only_if_it_is_everything(part: int, whole: int) -> None:
    part = min(part, whole)
    assert (percent(part, whole) == "100 %") == (part == whole)


def test_a_share_of_nothing_is_0_percent() -> None:
    assert percent(0, 0) == "0 %"


def test_two_verdicts_on_one_vector_are_no_log_of_ours(tmp_path: Path) -> None:
    log = LogBuilder()
    log.start()
    log.passed(f"{GCM}/g1/a")
    log.passed(f"{GCM}/g1/a")
    _, target = the_target(finished(log), tmp_path)
    assert target.standing is Standing.NOT_JUDGED
    assert "two verdicts on one vector" in target.trouble


def test_counts_that_contradict_the_verdicts_are_no_log_of_ours(tmp_path: Path) -> None:
    log = LogBuilder()
    log.start()
    log.passed(f"{GCM}/g1/a")
    log.failed(f"{GCM}/g1/b", FailureKind.WRONG_ACCEPT)
    path = finished(log).write(tmp_path)
    text = path.read_text().replace('"verdict":"fail"', '"verdict":"pass"')
    path.write_text(text)
    target = summarise(read_run(path)).targets[0]
    assert target.standing is Standing.NOT_JUDGED
    assert "does not hold what its last line counts" in target.trouble


def test_a_report_names_the_digest_of_its_log(tmp_path: Path) -> None:
    path = green().write(tmp_path)
    assert read_run(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
