"""JUnit XML: what continuous integration reads.

One suite for each target, and in it one test case for each case of the corpus in each parameter
set, the first two parts of an id; single vectors would be more than such tools take. A test case
fails when any of its vectors does. Beside these each suite has a test case ``judged to the end``,
and the suite ``kmsproof run`` says whether the run as a whole came to a proper end, so a run that
was cut short is never green.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from kmsproof.clusters import case_name
from kmsproof.errors import ExitCode
from kmsproof.results import ReportFormat, Run, VerdictRecorded
from kmsproof.verdict import NOT_GREEN, Verdict
from kmsproof_reports.evidence import replay_command
from kmsproof_reports.summary import (
    SEVERITY,
    RunSummary,
    TargetSummary,
    summarise,
)
from kmsproof_reports.words import VERDICT_COUNTS, counted, label, listed, name, sentence

RUN_SUITE = "kmsproof run"
COMPLETE = "judged to the end"

FIRST_IDS = 3
"""Ids in the message of a case."""

LISTED_VECTORS = 20
"""Vectors in the text of a case."""

_EXPLAINED = (ExitCode.CONFORMANT, ExitCode.NOT_CONFORMANT)
"""Exit codes that need no error of their own: the failures of the targets say it."""


def render(run: Run) -> str:
    """Return the report of a run as JUnit XML."""
    summary = summarise(run)
    xml = JUnitXml(name="kmsproof")
    xml.add_testsuite(_run_suite(summary))
    for target in summary.targets:
        xml.add_testsuite(_target_suite(summary, target))
    return _written(xml)


class _Writable(Protocol):
    """The part of junitparser's root element that carries no types."""

    def update_statistics(self) -> None: ...

    def tostring(self) -> bytes: ...


def _written(xml: _Writable) -> str:
    xml.update_statistics()
    return xml.tostring().decode("utf-8")


def _run_suite(summary: RunSummary) -> TestSuite:
    case = TestCase(COMPLETE, classname=RUN_SUITE, time=0.0)
    finished = summary.run.finished
    if finished is None or finished.exit_code not in _EXPLAINED:
        case.result = [Error(summary.conclusion, "incomplete")]
    elif not summary.targets:
        case.result = [Error("The log names no target.", "incomplete")]
    return _suite(RUN_SUITE, [case], summary)


def _target_suite(summary: RunSummary, target: TargetSummary) -> TestSuite:
    parts: dict[tuple[str, str], list[VerdictRecorded]] = {}
    for recorded in target.run.verdicts:
        parts.setdefault((recorded.family, case_name(recorded.id)), []).append(recorded)
    cases = [_complete(target)]
    cases += [_group(target, family, case, members) for (family, case), members in parts.items()]
    return _suite(target.name, cases, summary)


def _suite(title: str, cases: list[TestCase], summary: RunSummary) -> TestSuite:
    started = summary.run.started
    suite = TestSuite(title)
    suite.timestamp = name(started.started_at).rstrip("Z")
    suite.add_property("suite", name(started.suite))
    suite.add_property("corpus", f"{name(started.corpus_version)} {name(started.corpus_sha256)}")
    suite.add_property("run", name(started.run_id))
    suite.add_property("event log sha256", summary.run.sha256)
    suite.add_property("filters", name(" ".join(started.filters)) or "none")
    finished = summary.run.finished
    suite.add_property("exit code", str(finished.exit_code) if finished else "none: cut short")
    suite.add_property("a test case is", "all vectors of one parameter set and case")
    for target in summary.targets:
        if target.name == title:
            coverage = target.coverage
            judged = f"{coverage.share}: {coverage.judged} of {coverage.selected} vectors"
            suite.add_property("judged", judged)
    suite.add_testcases(cases)
    return suite


def _complete(target: TargetSummary) -> TestCase:
    """A case that is green only if the target was judged to the end and something passed."""
    case = TestCase(COMPLETE, classname=target.name, time=0.0)
    if target.trouble:
        case.result = [Error(target.trouble, "incomplete")]
    elif not target.counts[Verdict.PASS]:
        case.result = [Error("Nothing passed, so nothing is shown.", "incomplete")]
    return case


def _group(
    target: TargetSummary, family: str, case: str, members: list[VerdictRecorded]
) -> TestCase:
    seconds = sum(each.microseconds for each in members) / 1_000_000
    test = TestCase(
        name(case) or "no case",
        classname=f"{target.name}: {name(family)}",
        time=round(seconds, 6),
    )
    red = [each for each in members if each.verdict in NOT_GREEN]
    failed = [each for each in red if each.verdict is not Verdict.ERROR]
    if failed:
        test.result = [_with_text(Failure(_message(members, failed), label(failed[0])), red)]
    elif red:
        test.result = [_with_text(Error(_message(members, red), label(red[0])), red)]
    elif not any(each.verdict is Verdict.PASS for each in members):
        test.result = [Skipped(_reasons(members))]
    return test


def _message(members: list[VerdictRecorded], wrong: list[VerdictRecorded]) -> str:
    kinds = Counter(label(each) for each in wrong)
    said = ", ".join(f"{number:,} {kind}" for kind, number in kinds.most_common())
    counts = Counter(each.verdict for each in members)
    rest = ", ".join(
        f"{counts[verdict]:,} {VERDICT_COUNTS[verdict]}" for verdict in SEVERITY if counts[verdict]
    )
    first = listed((name(each.id) for each in wrong), FIRST_IDS)
    return f"{said} in {counted(len(members), 'vector')} ({rest}): {first}"


def _with_text(result: Failure | Error, red: list[VerdictRecorded]) -> Failure | Error:
    lines = [_line(each) for each in red[:LISTED_VECTORS]]
    if len(red) > LISTED_VECTORS:
        lines.append(f"and {len(red) - LISTED_VECTORS:,} more")
    lines += ["", replay_command(red[0].id, red[0].target)]
    result.text = "\n".join(lines)
    return result


def _line(recorded: VerdictRecorded) -> str:
    parts = (recorded.native_code, recorded.message, recorded.reason)
    said = " ".join(name(part) for part in parts if part)
    return f"{name(recorded.id)}: {label(recorded)}{' ' if said else ''}{said}"


def _reasons(members: Iterable[VerdictRecorded]) -> str:
    reasons = Counter(each.reason for each in members if each.reason)
    return "; ".join(
        f"{number:,} × {sentence(reason)}" for reason, number in reasons.most_common(3)
    )


FORMAT = ReportFormat(
    name="junit",
    summary="JUnit XML for continuous integration: one case per case and parameter set.",
    file_name="junit.xml",
    render=render,
)
"""Entry point of the group ``kmsproof.reports``."""
