"""The summary that is printed at the end of a run: plain text, no colour, 100 columns."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator

from kmsproof.causes import Explanation
from kmsproof.results import ReportFormat, Run
from kmsproof.verdict import Verdict
from kmsproof_reports.diagnosis import kinds_words, left_words, verdict_words
from kmsproof_reports.evidence import replay_command, target_and_level
from kmsproof_reports.gaps import not_covered
from kmsproof_reports.summary import (
    RunSummary,
    Standing,
    TargetSummary,
    summarise,
)
from kmsproof_reports.words import counted, label, peers, scope, sentence, tier_words, told

WIDTH = 100
NAME_WIDTH = 32
INDENT = " " * 27
WARNINGS_SHOWN = 5
INCIDENTS_SHOWN = 3
REASONS_SHOWN = 3
FINDINGS_SHOWN = 5
"""Findings of a target that are listed."""

SIGNS = {Standing.CONFORMANT: "ok", Standing.NOT_CONFORMANT: "NO", Standing.NOT_JUDGED: "??"}


def render(run: Run) -> str:
    """Return the summary of a run as plain text."""
    summary = summarise(run)
    return "\n".join(("", *_lines(summary), "")) + "\n"


def _lines(summary: RunSummary) -> Iterator[str]:
    yield from _table(summary)
    yield ""
    for target in summary.targets:
        yield from _findings(target)
    yield from _profiles(summary)
    for target in summary.targets:
        yield from _warnings(target)
        yield from _incidents(target)
        yield from _not_covered(target)
    for alarm in summary.alarms:
        yield from _wrapped(f"! {alarm}", "  ")
    tier = tier_words(summary.run.started)
    if tier:
        yield from _wrapped(tier, "  ")
        yield ""
    yield from _wrapped(f"{summary.headline}.", "")
    yield from _wrapped(summary.conclusion, "")


def _table(summary: RunSummary) -> Iterator[str]:
    head = ("", "target", "verdict", "coverage", "passed", "failed", "errors", "not covered")
    rows = [head, *(_row(target) for target in summary.targets)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        cells = [
            cell.ljust(width) if column < _FIRST_NUMBER else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


_FIRST_NUMBER = 3


def _row(target: TargetSummary) -> tuple[str, ...]:
    counts, coverage = target.counts, target.coverage
    failed = counts[Verdict.FAIL] + counts[Verdict.FLAKY] + counts[Verdict.XPASS]
    return (
        SIGNS[target.standing],
        _short(target.label),
        str(target.standing),
        coverage.share,
        f"{counts[Verdict.PASS]:,}",
        f"{failed:,}",
        f"{counts[Verdict.ERROR]:,}",
        f"{coverage.selected - coverage.judged:,}",
    )


def _short(label: str) -> str:
    """Return a label that fits the column; the protection level at its end stays."""
    if len(label) <= NAME_WIDTH:
        return label
    named, level = target_and_level(label)
    end = label.removeprefix(named) if level else ""
    return f"{label[: NAME_WIDTH - 1 - len(end)]}…{end}"


def _findings(target: TargetSummary) -> Iterator[str]:
    if not target.clusters:
        return
    yield target.label if target.label == target.name else f"{target.label}  ({target.name})"
    for cluster in target.clusters[:FINDINGS_SHOWN]:
        example = cluster.example
        head = f"  {label(example):<15} {cluster.count:>7,}  "
        what = kinds_words(cluster) if cluster.explanation else told(example)
        yield from _wrapped(f"{head}{what}", INDENT)
        yield from _wrapped(f"{INDENT}{scope(cluster)}", INDENT)
        if cluster.explanation:
            yield from _explained(cluster.explanation)
        elif cluster.rule:
            rule = f"common to all, and to no {peers(cluster)} that passes: {cluster.rule}"
            yield from _wrapped(f"{INDENT}{rule}", INDENT)
        yield f"{INDENT}{replay_command(example.id, example.target)}"
    left = target.clusters[FINDINGS_SHOWN:]
    if left:
        vectors = counted(sum(cluster.count for cluster in left), "vector")
        yield f"  and {counted(len(left), 'more finding')} on {vectors}"
    open_words = left_words(target.diagnosis)
    if open_words and target.diagnosis and target.diagnosis.explanations:
        yield from _wrapped(f"  {open_words}", "  ")
    yield ""


def _explained(found: Explanation) -> Iterator[str]:
    """Yield what explains a finding, and what to change."""
    yield from _wrapped(f"{INDENT}{verdict_words(found)}", INDENT)
    yield from _wrapped(f"{INDENT}{sentence(found.cause.sentence)}", INDENT)
    yield from _wrapped(f"{INDENT}To change: {sentence(found.cause.remedy)}", INDENT)


def _profiles(summary: RunSummary) -> Iterator[str]:
    """Yield how far each target does what its profile demands."""
    found = False
    for target in summary.targets:
        profile = target.profile
        if profile is not None:
            found = True
            told = f"{target.label}: profile {profile.id}: {profile.sentence} ({profile.share})"
            yield from _wrapped(told, "  ")
    if found:
        yield ""


def _warnings(target: TargetSummary) -> Iterator[str]:
    """Yield each warning once, with how often it was given."""
    told = Counter(sentence(warning.message) for warning in target.run.warnings)
    for message, number in told.most_common(WARNINGS_SHOWN):
        times = f" ({number} parameter sets)" if number > 1 else ""
        yield from _wrapped(f"{target.label}: warning: {message}{times}", "  ")
    if len(told) > WARNINGS_SHOWN:
        left = counted(len(told) - WARNINGS_SHOWN, "more warning")
        yield f"{target.label}: {left}, see the report"


def _incidents(target: TargetSummary) -> Iterator[str]:
    """Yield how the target or its adapter broke, the first times."""
    for incident in target.run.incidents[:INCIDENTS_SHOWN]:
        line = f" It wrote: {sentence(incident.line)}" if incident.line else ""
        yield from _wrapped(f"{target.label}: broke: {sentence(incident.message)}{line}", "  ")


def _not_covered(target: TargetSummary) -> Iterator[str]:
    """Yield why vectors were not asked, the most frequent reasons."""
    for reason, number in not_covered(target)[:REASONS_SHOWN]:
        yield from _wrapped(f"{target.label}: not covered: {number:,} × {reason}", "  ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True
    ) or [""]


FORMAT = ReportFormat(
    name="terminal",
    summary="The table and the worst findings, printed at the end of a run.",
    file_name="summary.txt",
    render=render,
)
"""Entry point of the group ``kmsproof.reports``."""
