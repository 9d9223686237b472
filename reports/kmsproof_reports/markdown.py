"""A summary in Markdown, for the summary page of a job in continuous integration.

Such a page takes a megabyte at most, so findings beyond a bound are counted and not listed. What
comes from a target is escaped for Markdown and for the HTML that Markdown may hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kmsproof.causes import Explanation
from kmsproof.clusters import Cluster
from kmsproof.results import ReportFormat, Run
from kmsproof.text import shortened
from kmsproof.verdict import Verdict
from kmsproof_reports.diagnosis import kinds_words, left_words, pairs, verdict_words
from kmsproof_reports.evidence import replay_command
from kmsproof_reports.gaps import not_covered
from kmsproof_reports.profile import GroupRow
from kmsproof_reports.summary import (
    RunSummary,
    Standing,
    TargetSummary,
    summarise,
)
from kmsproof_reports.words import counted, label, name, scope, sentence, tier_words, told

FINDINGS_SHOWN = 12
"""Findings of a target that are listed."""

REASONS_SHOWN = 5
CELL_LIMIT = 300
"""Characters of a text in a table."""

MAX_BYTES = 900_000
"""The summary stops before it is longer than this."""

SIGNS = {Standing.CONFORMANT: "✅", Standing.NOT_CONFORMANT: "❌", Standing.NOT_JUDGED: "⚠️"}

_MARKUP = re.compile(r"[\\`*_{}\[\]<>&#!|~@:$^]|\.(?=\w)|^\s*(?:[-+=]|\d+[.)])")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_PLAIN_CODE = re.compile(r"[\w ./:=?;,+%@'#-]+\Z", re.ASCII)


def escaped(text: str) -> str:
    """Return a text of one line in which nothing means anything to Markdown or HTML."""
    shown = shortened(text, CELL_LIMIT)
    return _MARKUP.sub(_escape, shown)


def _escape(found: re.Match[str]) -> str:
    mark = found[0]
    return _ENTITIES.get(mark, f"{mark[:-1]}\\{mark[-1]}")


def code(text: str) -> str:
    """Return a text as code, or escaped where it holds what could end the code."""
    return f"`{text}`" if _PLAIN_CODE.match(text) and text.strip() else escaped(text)


def render(run: Run) -> str:
    """Return the summary of a run as Markdown."""
    written: list[str] = []
    size = 0
    for block in _blocks(summarise(run)):
        size += len(block.encode("utf-8")) + 2
        if size > MAX_BYTES:
            written.append("The summary was cut here: it would have been too long. See the log.")
            break
        written.append(block)
    return "\n\n".join(written) + "\n"


def _blocks(summary: RunSummary) -> Iterator[str]:
    yield f"# {SIGNS[summary.standing]} {escaped(summary.headline)}"
    yield escaped(summary.conclusion)
    if summary.alarms:
        lines = "\n".join(f"> - {escaped(alarm)}" for alarm in summary.alarms)
        yield f"> **This is not a full result.**\n>\n{lines}"
    if summary.run.started.filters:
        filters = ", ".join(code(name(each)) for each in summary.run.started.filters)
        yield f"Only a part of the corpus was selected: {filters}."
    if summary.run.started.tier:
        yield escaped(tier_words(summary.run.started))
    yield _targets(summary)
    for target in summary.targets:
        yield from _findings(target)
    yield from _profiles(summary)
    yield from _warnings(summary)
    yield from _gaps(summary)
    yield _facts(summary)


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _targets(summary: RunSummary) -> str:
    head = ("Target", "Verdict", "Coverage", "Passed", "Not green", "Not covered", "Why")
    return _table(head, (_target(target) for target in summary.targets))


def _target(target: TargetSummary) -> tuple[str, ...]:
    coverage = target.coverage
    red = sum(cluster.count for cluster in target.clusters)
    share = f"{coverage.share} ({coverage.judged:,} of {coverage.selected:,})"
    return (
        code(target.name),
        f"{SIGNS[target.standing]} {target.standing}",
        f"{share}, {coverage.sets_covered} of {coverage.sets} sets",
        f"{target.counts[Verdict.PASS]:,}",
        f"{red:,}",
        f"{coverage.selected - coverage.judged:,}",
        escaped(target.reason),
    )


def _findings(target: TargetSummary) -> Iterator[str]:
    if not target.clusters:
        return
    yield f"## {code(target.name)}"
    head = ("Kind", "Vectors", "What", "Where", "Common to all, and to none that passes", "Repeat")
    shown = target.clusters[:FINDINGS_SHOWN]
    yield _table(head, (_finding(cluster) for cluster in shown))
    left = target.clusters[FINDINGS_SHOWN:]
    if left:
        vectors = counted(sum(cluster.count for cluster in left), "vector")
        yield f"{counted(len(left), 'more finding')} on {vectors}: see the HTML report."
    for cluster in shown:
        if cluster.explanation:
            yield _explained(cluster.explanation)
    if target.diagnosis and target.diagnosis.unexplained:
        yield escaped(left_words(target.diagnosis))


def _explained(found: Explanation) -> str:
    """Return what explains a finding, as a list."""
    lines = [f"- {escaped(verdict_words(found))}"]
    lines += [f"  - {title}: {escaped(words)}" for title, words in pairs(found)]
    return "\n".join(lines)


def _finding(cluster: Cluster) -> tuple[str, ...]:
    example = cluster.example
    return (
        label(example),
        f"{cluster.count:,}",
        escaped(kinds_words(cluster) if cluster.explanation else told(example)),
        escaped(scope(cluster)),
        code(cluster.explanation.cause.id) if cluster.explanation else escaped(cluster.rule),
        code(replay_command(example.id, example.target)),
    )


def _profiles(summary: RunSummary) -> Iterator[str]:
    """Yield what each target is held against as a whole, by protection level and standard."""
    for target in summary.targets:
        profile = target.profile
        if profile is None:
            continue
        yield f"## {code(target.name)}: {escaped(profile.title)}"
        held = f" {escaped(profile.held_to)}." if profile.held_to else ""
        yield f"{escaped(profile.sentence)} ({profile.share}).{held}"
        head = ("", "Requirements", "Judged", "Met", "Not met")
        rows = [row for _, rows in profile.groups for row in rows]
        yield _table(head, (_profile_row(row) for row in rows))


def _profile_row(row: GroupRow) -> tuple[str, ...]:
    return (
        escaped(row.name),
        f"{row.requirements:,}",
        row.judged,
        f"{row.met:,}",
        f"{row.not_met:,}",
    )


def _warnings(summary: RunSummary) -> Iterator[str]:
    lines: list[str] = []
    for target in summary.targets:
        told = Counter(sentence(warning.message) for warning in target.run.warnings)
        for message, number in told.most_common(FINDINGS_SHOWN):
            lines.append(f"- {code(target.name)}: {number:,} × {escaped(message)}")
    if lines:
        yield "## Warnings"
        yield "\n".join(lines)


def _gaps(summary: RunSummary) -> Iterator[str]:
    lines: list[str] = []
    for target in summary.targets:
        reasons = not_covered(target)
        lines += [
            f"- {code(target.name)}: {number:,} × {escaped(reason)}"
            for reason, number in reasons[:REASONS_SHOWN]
        ]
        if len(reasons) > REASONS_SHOWN:
            left = counted(len(reasons) - REASONS_SHOWN, "more reason")
            lines.append(f"- {code(target.name)}: and {left}")
    if lines:
        yield "## Not covered"
        yield "\n".join(lines)


def _facts(summary: RunSummary) -> str:
    started = summary.run.started
    return (
        f"{escaped(name(started.suite))}, corpus {code(name(started.corpus_version))} "
        f"(SHA-256 of its manifest {code(name(started.corpus_sha256))}), "
        f"run {code(name(started.run_id))} of {escaped(name(started.started_at))} "
        f"(SHA-256 of its event log {code(summary.run.sha256)})."
    )


FORMAT = ReportFormat(
    name="markdown",
    summary="A short summary in Markdown, for the summary page of a job.",
    file_name="summary.md",
    render=render,
)
"""Entry point of the group ``kmsproof.reports``."""
