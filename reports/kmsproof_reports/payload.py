"""The rows of the HTML report as compact JSON, for the script that shows them.

Texts that come again and again stand once in a list; what is green takes one letter. The layout is
private to this module and ``assets/rows.js``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from kmsproof.clusters import Cluster
from kmsproof.outcome import ErrorKind
from kmsproof.results import Family, VerdictRecorded
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_reports.evidence import (
    Comparison,
    actual_words,
    comparisons,
    expected_words,
    inputs,
)
from kmsproof_reports.summary import RunSummary, TargetSummary, class_titles, family_label
from kmsproof_reports.words import class_words, label, name, sentence

EVIDENCE_PER_CLUSTER = 200
"""Vectors of a cluster whose bytes are in the report; the log has them all."""

LETTERS = {
    Verdict.PASS: "p",
    Verdict.FAIL: "f",
    Verdict.ERROR: "e",
    Verdict.UNSUPPORTED: "u",
    Verdict.SKIPPED: "s",
    Verdict.XFAIL: "x",
    Verdict.XPASS: "X",
    Verdict.FLAKY: "k",
}
NO_VERDICT = "-"

_Row = list[object]


class _Payload(msgspec.Struct, rename="camel"):
    targets: list[str]
    families: list[tuple[str, str]]
    letters: dict[str, str]
    ranks: list[str]
    """Kinds of failure, then of error, the worst first."""
    clusters: list[tuple[str, int]]
    """Title and target of each cluster."""
    strings: list[str]
    groups: list[tuple[str, list[str]]]
    """Common beginning and the rest of the ids; the position of an id is its number."""
    verdicts: list[str]
    """For each target a letter for each vector."""
    answers: list[list[_Row]]
    """For each target what is more than a letter."""
    details: list[_Row]


@dataclass
class _Strings:
    """Texts that are written once and then named by their number; number 0 is the empty text."""

    numbers: dict[str, int] = field(default_factory=lambda: {"": 0})

    def number(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))


def payload(summary: RunSummary, titles: Iterable[str]) -> str:
    """Return the JSON, safe inside a script element; ``titles`` are those of the clusters."""
    positions, groups = _positions(summary)
    strings = _Strings()
    details: dict[int, _Row] = {}
    clusters = [each for target in summary.targets for each in target.clusters]
    rows = _Rows(positions, strings, details, class_titles(summary.run))
    number = 0
    answers: list[list[_Row]] = []
    for target in summary.targets:
        answers.append(rows.answers(target, number))
        number += len(target.clusters)
    built = _Payload(
        targets=[target.name for target in summary.targets],
        families=[_family(each) for each in summary.run.started.families],
        letters={letter: str(verdict) for verdict, letter in LETTERS.items()},
        ranks=[str(kind) for kind in (*FailureKind, *ErrorKind)],
        clusters=list(zip(titles, _targets_of(summary, clusters), strict=True)),
        strings=list(strings.numbers),
        groups=groups,
        verdicts=[_letters(target, positions) for target in summary.targets],
        answers=answers,
        details=[details[position] for position in sorted(details)],
    )
    return script_safe(msgspec.json.encode(built).decode("utf-8"))


def script_safe(json: str) -> str:
    """Escape what could end a script element or a JavaScript line, wherever it stands."""
    for character in "<>&\u2028\u2029":
        json = json.replace(character, f"\\u{ord(character):04x}")
    return json


def _family(family: Family) -> tuple[str, str]:
    return name(family.family), name(family_label(family))


def _targets_of(summary: RunSummary, clusters: Iterable[Cluster]) -> list[int]:
    order = {target.run.target: index for index, target in enumerate(summary.targets)}
    return [order[cluster.target] for cluster in clusters]


def _positions(summary: RunSummary) -> tuple[dict[str, int], list[tuple[str, list[str]]]]:
    """Number all vectors of a run: by parameter set, then in the order of the log."""
    tree: dict[str, dict[str, dict[str, str]]] = {
        family.family: {} for family in summary.run.started.families
    }
    for target in summary.targets:
        for recorded in target.run.verdicts:
            start, slash, rest = recorded.id.rpartition("/")
            family = tree.setdefault(start.partition("/")[0], {})
            family.setdefault(start + slash, {}).setdefault(rest, recorded.id)
    positions: dict[str, int] = {}
    groups: list[tuple[str, list[str]]] = []
    for starts in tree.values():
        for start, rests in starts.items():
            groups.append((name(start), [name(rest) for rest in rests]))
            for vector in rests.values():
                positions[vector] = len(positions)
    return positions, groups


def _letters(target: TargetSummary, positions: dict[str, int]) -> str:
    letters = [NO_VERDICT] * len(positions)
    for recorded in target.run.verdicts:
        letters[positions[recorded.id]] = LETTERS[recorded.verdict]
    return "".join(letters)


class _Rows:
    """Makes the rows of answers and details."""

    def __init__(
        self,
        positions: dict[str, int],
        strings: _Strings,
        details: dict[int, _Row],
        titles: dict[str, str],
    ) -> None:
        self._positions = positions
        self._number = strings.number
        self._details = details
        self._titles = titles

    def answers(self, target: TargetSummary, first_cluster: int) -> list[_Row]:
        """Return a row for each verdict that says more than its letter."""
        cluster_of: dict[str, int] = {}
        shown: set[str] = set()
        for index, cluster in enumerate(target.clusters, start=first_cluster + 1):
            cluster_of.update(dict.fromkeys(cluster.ids, index))
            shown.update(cluster.ids[:EVIDENCE_PER_CLUSTER])
        rows: list[_Row] = []
        for recorded in target.run.verdicts:
            number = cluster_of.get(recorded.id, 0)
            if number:
                rows.append(self._red(recorded, number, recorded.id in shown))
            elif recorded.reason or recorded.native_code:
                rows.append(self._other(recorded))
        return rows

    def _other(self, recorded: VerdictRecorded) -> _Row:
        code, reason = name(recorded.native_code), sentence(recorded.reason)
        return [self._positions[recorded.id], 0, 0, self._number(code), 0, self._number(reason)]

    def _red(self, recorded: VerdictRecorded, cluster: int, full: bool) -> _Row:
        position = self._positions[recorded.id]
        self._detail(recorded, position, full)
        return [
            position,
            self._number(label(recorded)),
            cluster,
            self._number(name(recorded.native_code)),
            self._number(actual_words(recorded)),
            self._number(sentence(recorded.reason)),
            [_flat(each) for each in comparisons(recorded)] if full else 0,
        ]

    def _detail(self, recorded: VerdictRecorded, position: int, full: bool) -> None:
        """Keep what is known of a vector; what one target's verdict has serves all targets."""
        detail = recorded.detail
        known = self._details.get(position)
        if detail is None or (known is not None and (known[-1] or not full)):
            return
        self._details[position] = [
            position,
            self._number(name(detail.operation)),
            int(detail.valid),
            self._number(sentence(detail.why)),
            self._number(name(detail.clause)),
            self._number(name(" ".join(detail.flags))),
            self._number(expected_words(detail)),
            self._number(class_words(detail.case, self._titles)),
            inputs(detail) if full else 0,
        ]


def _flat(comparison: Comparison) -> list[str]:
    expected, actual = comparison.expected, comparison.actual
    return [
        comparison.field,
        comparison.remark,
        *(expected.before, expected.differing, expected.after),
        *(actual.before, actual.differing, actual.after),
    ]
