"""The matrix of the HTML report: parameter sets by targets."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from kmsproof.results import Family
from kmsproof.verdict import Verdict
from kmsproof_reports.summary import (
    SEVERITY,
    Cell,
    RunSummary,
    TargetSummary,
    family_label,
    family_mode,
)
from kmsproof_reports.words import FAILURE_TITLES, VERDICT_COUNTS, counted, name, sentence

TONES = {
    Verdict.PASS: "pass",
    Verdict.XFAIL: "pass",
    Verdict.FAIL: "fail",
    Verdict.ERROR: "error",
    Verdict.FLAKY: "flaky",
    Verdict.XPASS: "flaky",
    Verdict.SKIPPED: "none",
    Verdict.UNSUPPORTED: "none",
}
"""The colour, and the sign beside it, of each verdict."""

HINT_REASONS = 3
"""Reasons that a cell shows when the pointer rests on it."""


@dataclass(frozen=True)
class CellView:
    """A cell as it is shown."""

    tone: str
    text: str
    more: str
    hint: str
    spoken: str
    link: str


@dataclass(frozen=True)
class RowView:
    """A parameter set and what each target did with it."""

    family: str
    mode: str
    description: str
    total: int
    cells: tuple[CellView, ...]


@dataclass(frozen=True)
class GroupView:
    """The parameter sets of one key spec."""

    key_spec: str
    rows: tuple[RowView, ...]


def matrix(summary: RunSummary) -> list[GroupView]:
    """Return the rows, grouped by key spec, in the order of the corpus."""
    groups: dict[str, list[RowView]] = {}
    for family in summary.run.started.families:
        groups.setdefault(str(family.key_spec), []).append(_row(family, summary))
    return [GroupView(key_spec, tuple(rows)) for key_spec, rows in groups.items()]


def _row(family: Family, summary: RunSummary) -> RowView:
    cells = [(target, target.cells[family.family]) for target in summary.targets]
    return RowView(
        family=name(family.family),
        mode=family_mode(family),
        description=sentence(family.description),
        total=cells[0][1].total if cells else family.selected,
        cells=tuple(
            _cell(index, family, target, cell) for index, (target, cell) in enumerate(cells)
        ),
    )


def _cell(index: int, family: Family, target: TargetSummary, cell: Cell) -> CellView:
    worst = cell.worst
    first, *others = _counts(cell) or ["not reached"]
    more = ", ".join(others)
    where = f"{target.name}, {family_label(family)}"
    return CellView(
        tone="none" if worst is None else TONES[worst],
        text=first,
        more=more,
        hint=_hint(cell),
        spoken=", ".join(filter(None, (f"{where}: {first}", more))),
        link=quote(f"{index}/{family.family}", safe=""),
    )


def _counts(cell: Cell) -> list[str]:
    """Return what is in a cell with numbers, the worst first."""
    counts: list[str] = []
    for verdict in SEVERITY:
        if verdict is Verdict.FAIL and cell.failures:
            kinds = sorted(cell.failures.items(), key=lambda each: each[0].severity)
            counts += [f"{number:,} {kind}" for kind, number in kinds]
        elif cell.counts[verdict]:
            counts.append(f"{cell.counts[verdict]:,} {VERDICT_COUNTS[verdict]}")
    missing = cell.total - cell.counts.total()
    return [*counts, f"{missing:,} never reached"] if missing and counts else counts


def _hint(cell: Cell) -> str:
    lines = [
        f"{counted(number, 'vector')}: {FAILURE_TITLES[kind].lower()}"
        for kind, number in sorted(cell.failures.items(), key=lambda each: each[0].severity)
    ]
    lines += [f"{number:,} × {reason}" for reason, number in cell.reasons[:HINT_REASONS]]
    left = len(cell.reasons) - HINT_REASONS
    if left > 0:
        lines.append(f"and {counted(left, 'more reason')}")
    return "\n".join(lines) or "Everything judged is right."
