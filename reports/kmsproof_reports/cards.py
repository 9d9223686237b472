"""What the HTML report shows of each target: identity, counts, findings, notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from kmsproof.clusters import Cluster
from kmsproof.results import Incident, Warned
from kmsproof.verdict import Verdict
from kmsproof_reports.diagnosis import kinds_words, left_words, pairs, verdict_words
from kmsproof_reports.evidence import (
    Comparison,
    actual_words,
    comparisons,
    expected_words,
    explain_command,
    inputs,
    replay_command,
)
from kmsproof_reports.gaps import not_covered
from kmsproof_reports.matrix import TONES
from kmsproof_reports.summary import (
    RunSummary,
    Standing,
    TargetSummary,
    class_titles,
)
from kmsproof_reports.words import (
    VERDICT_COUNTS,
    about_classes,
    counted,
    label,
    listed,
    name,
    peers,
    said,
    scope,
    sentence,
    title,
)

FINDINGS_SHOWN = 60
"""Findings of a target that are written out; the list of vectors has all."""

REASONS_SHOWN = 40
NOTES_SHOWN = 60
IDS_SHOWN = 8

STANDING_TONES = {
    Standing.CONFORMANT: "pass",
    Standing.NOT_CONFORMANT: "fail",
    Standing.NOT_JUDGED: "error",
}


@dataclass(frozen=True)
class Segment:
    """A part of the bar of a target, in thousandths of its width."""

    tone: str
    start: int
    width: int


@dataclass(frozen=True)
class Finding:
    """A cluster as it is shown."""

    number: int
    """Its number in the whole report, from 1."""
    cluster: Cluster
    tone: str
    label: str
    title: str
    answer: str
    scope: str
    rule: str
    peers: str
    why: str
    pairs: tuple[tuple[str, str, str], ...]
    """What it is, its value in words, and its value letter for letter."""
    diagnosis: str
    """What explains all of it, and how sure that is; empty where nothing known does."""
    causes: tuple[tuple[str, str], ...]
    """What is known of that: titles and sentences."""
    comparisons: tuple[Comparison, ...]
    replay: str
    explain: str
    ids: tuple[tuple[str, str], ...]
    """Ids, and the same as they stand in a link."""

    @property
    def heading(self) -> str:
        """The finding in one line."""
        if self.cluster.explanation:
            return sentence(self.cluster.explanation.cause.sentence)
        return ": ".join(filter(None, (self.title, self.answer)))


@dataclass(frozen=True)
class Note:
    """A warning or an incident."""

    tone: str
    label: str
    text: str
    line: str
    ids: str


@dataclass(frozen=True)
class Card:
    """A target as the report shows it."""

    summary: TargetSummary
    tone: str
    identity: str
    segments: tuple[Segment, ...]
    tally: tuple[tuple[str, str], ...]
    all_findings: tuple[Finding, ...]
    finding_words: str
    gaps: tuple[tuple[str, int], ...]
    no_gaps: str
    notes: tuple[Note, ...]
    notes_left: str
    unexplained: str
    """What the diagnosis leaves open."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that are written out."""
        return self.all_findings[:FINDINGS_SHOWN]

    @property
    def findings_left(self) -> str:
        """What is said of the others."""
        left = self.all_findings[FINDINGS_SHOWN:]
        vectors = sum(each.cluster.count for each in left)
        if not left:
            return ""
        return (
            f"{counted(len(left), 'more finding')} on {counted(vectors, 'vector')}: see the list."
        )


def cards(summary: RunSummary) -> list[Card]:
    """Return what is shown of each target."""
    shown: list[Card] = []
    titles = class_titles(summary.run)
    number = 0
    for target in summary.targets:
        findings = tuple(
            _finding(number + place, cluster, titles)
            for place, cluster in enumerate(target.clusters, start=1)
        )
        number += len(findings)
        shown.append(_card(target, findings))
    return shown


def _card(target: TargetSummary, findings: tuple[Finding, ...]) -> Card:
    notes = [_warning(each) for each in target.run.warnings]
    notes = [_incident(each) for each in target.run.incidents] + notes
    red = sum(finding.cluster.count for finding in findings)
    return Card(
        summary=target,
        tone=STANDING_TONES[target.standing],
        identity=_identity(target),
        segments=_segments(target),
        tally=_tally(target),
        all_findings=findings,
        finding_words=(
            f"{counted(len(findings), 'finding')} on {counted(red, 'verdict')}"
            if findings
            else "no findings"
            if target.coverage.judged
            else "nothing was judged"
        ),
        gaps=tuple(not_covered(target)[:REASONS_SHOWN]),
        no_gaps=_no_gaps(target),
        unexplained=left_words(target.diagnosis),
        notes=tuple(notes[:NOTES_SHOWN]),
        notes_left=(
            f"{counted(len(notes) - NOTES_SHOWN, 'more note')} in the event log."
            if len(notes) > NOTES_SHOWN
            else ""
        ),
    )


def _no_gaps(target: TargetSummary) -> str:
    gaps = target.coverage.gaps
    return f"{gaps[:1].upper()}{gaps[1:]}." if gaps else "Everything that was selected is covered."


def _identity(target: TargetSummary) -> str:
    if target.run.started is None:
        return ""
    description = target.run.started.description
    parts = [f"{name(description.name)} {name(description.version)}"]
    parts += [f"through {name(description.adapter)}"] if description.adapter else []
    parts += [sentence(note) for note in description.notes[:3]]
    return " · ".join(parts)


def _segments(target: TargetSummary) -> tuple[Segment, ...]:
    counts, total = target.counts, max(1, target.coverage.selected)
    parts = (
        ("pass", counts[Verdict.PASS] + counts[Verdict.XFAIL]),
        ("fail", counts[Verdict.FAIL]),
        ("flaky", counts[Verdict.FLAKY] + counts[Verdict.XPASS]),
        ("error", counts[Verdict.ERROR]),
        ("none", total - sum(counts[each] for each in _COLOURED)),
    )
    segments: list[Segment] = []
    start = 0
    for tone, number in parts:
        # Whatever is there is seen, if it is one in a million.
        width = max(6, round(1000 * number / total)) if number else 0
        if width:
            segments.append(Segment(tone, start, width))
        start += width
    return tuple(segments)


_COLOURED = (
    Verdict.PASS,
    Verdict.XFAIL,
    Verdict.FAIL,
    Verdict.FLAKY,
    Verdict.XPASS,
    Verdict.ERROR,
)


def _tally(target: TargetSummary) -> tuple[tuple[str, str], ...]:
    found = [
        (TONES[verdict], f"{target.counts[verdict]:,} {VERDICT_COUNTS[verdict]}")
        for verdict in Verdict
        if target.counts[verdict]
    ]
    if target.coverage.never_reached:
        found.append(("none", f"{target.coverage.never_reached:,} never reached"))
    return tuple(found)


def _finding(number: int, cluster: Cluster, titles: Mapping[str, str]) -> Finding:
    example = cluster.example
    detail = example.detail
    varies = f"({cluster.texts} different texts) " if cluster.texts > 1 else ""
    return Finding(
        number=number,
        cluster=cluster,
        tone=TONES[example.verdict],
        label=label(example),
        title=title(example),
        answer=kinds_words(cluster) if cluster.explanation else f"{varies}{said(example)}",
        diagnosis=verdict_words(cluster.explanation) if cluster.explanation else "",
        causes=tuple(pairs(cluster.explanation)) if cluster.explanation else (),
        scope=scope(cluster),
        rule=name(cluster.rule),
        peers=peers(cluster),
        why=sentence(detail.why) if detail else "",
        pairs=tuple(pair for pair in _pairs(cluster, titles) if pair[1] or pair[2]),
        comparisons=comparisons(example),
        replay=replay_command(example.id, example.target),
        explain=explain_command(example.id),
        ids=tuple((name(each), quote(name(each), safe="")) for each in cluster.ids[:IDS_SHOWN]),
    )


def _pairs(cluster: Cluster, titles: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    example = cluster.example
    detail = example.detail
    yield "Example", "", name(example.id)
    yield "Class", about_classes(cluster, titles), ""
    yield "Clause", name(detail.clause) if detail else "", ""
    yield "Flags of all", ", ".join(map(name, cluster.flags)), ""
    yield "Key specs", listed(map(name, cluster.key_specs)), ""
    yield "What is right", expected_words(detail), ""
    yield "What it did", actual_words(example), ""
    yield "Native code", "", name(example.native_code)
    yield "Why", sentence(example.reason), ""
    for key, value, size in inputs(detail):
        yield key, size, value


def _warning(warned: Warned) -> Note:
    return Note("none", "warning", sentence(warned.message), "", _ids(warned.ids))


def _incident(incident: Incident) -> Note:
    words = f"{incident.kind}, the fault of the {name(incident.whose_fault)}: "
    text = words + sentence(incident.message)
    return Note("error", "incident", text, sentence(incident.line), _ids(incident.ids))


def _ids(ids: tuple[str, ...]) -> str:
    return f"Vectors: {listed(map(name, ids))}" if ids else ""
