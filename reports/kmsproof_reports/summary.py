"""What a run comes to: counts, coverage and the standing of each target, for all reports.

Nothing here is green by default. A target is conformant only if its part of the log is whole,
something passed and nothing is against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, unique

from kmsproof.causes import Diagnosis
from kmsproof.clusters import Cluster, clusters, masked
from kmsproof.errors import ExitCode
from kmsproof.results import Family, Mode, Run, TargetRun, TargetState, VerdictRecorded
from kmsproof.verdict import NOT_GREEN, FailureKind, Verdict
from kmsproof_reports.profile import ProfileView, profile_view
from kmsproof_reports.words import FAILURE_TITLES, counted, name, percent, sentence

JUDGED = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.XFAIL, Verdict.XPASS, Verdict.FLAKY})
"""Verdicts that rest on an answer of the target: only these count as covered."""

SEVERITY = (
    Verdict.FAIL,
    Verdict.FLAKY,
    Verdict.XPASS,
    Verdict.ERROR,
    Verdict.XFAIL,
    Verdict.PASS,
    Verdict.SKIPPED,
    Verdict.UNSUPPORTED,
)
"""Which verdict stands for many, the first that occurs."""


@unique
class Standing(StrEnum):
    """What can be said of a target, or of a whole run."""

    CONFORMANT = "conformant"
    NOT_CONFORMANT = "not conformant"
    NOT_JUDGED = "could not be judged"


@dataclass(frozen=True)
class Coverage:
    """How much of the selected corpus a target was judged by."""

    selected: int
    judged: int
    unsupported: int
    skipped: int
    errors: int
    sets: int
    """Parameter sets that were selected."""
    sets_covered: int
    """Parameter sets of which at least one vector was judged."""
    comparisons: int
    """Sets of refusals that were compared; they have verdicts too, but are no vectors."""

    @property
    def never_reached(self) -> int:
        """Selected vectors without any verdict."""
        return self.selected - self.judged - self.unsupported - self.skipped - self.errors

    @property
    def share(self) -> str:
        """The judged share of the selected vectors."""
        return percent(self.judged, self.selected)

    @property
    def gaps(self) -> str:
        """What is not covered, in words; empty if everything is."""
        parts = (
            (self.unsupported, "not supported"),
            (self.skipped, "inconclusive"),
            (self.errors, "unanswered"),
            (self.never_reached, "never reached"),
        )
        return ", ".join(f"{number:,} {words}" for number, words in parts if number)


@dataclass(frozen=True)
class Cell:
    """What one target did in one parameter set."""

    total: int
    counts: Counter[Verdict]
    failures: Counter[FailureKind]
    reasons: tuple[tuple[str, int], ...]
    """Why vectors are not covered, with numbers, the most frequent first."""

    @property
    def worst(self) -> Verdict | None:
        """The verdict that stands for the cell; none where the target never came to it."""
        return next((verdict for verdict in SEVERITY if self.counts[verdict]), None)


@dataclass(frozen=True)
class TargetSummary:
    """What a run showed of one target."""

    name: str
    """As the user wrote it, and as it may be shown."""
    label: str
    """Short enough for a heading: what a target that is named with an argument calls itself."""
    run: TargetRun
    standing: Standing
    reason: str
    """The standing explained, one or two sentences."""
    trouble: str
    """Why the target's part of the log is not whole; empty if it is."""
    coverage: Coverage
    counts: Counter[Verdict]
    failures: Counter[FailureKind]
    cells: dict[str, Cell]
    """By family."""
    clusters: tuple[Cluster, ...]
    diagnosis: Diagnosis | None
    """What explains its failures; absent where it was not looked for."""
    profile: ProfileView | None
    """What the target is held against as a whole; none where there is no profile."""


@dataclass(frozen=True)
class RunSummary:
    """What a run showed."""

    run: Run
    standing: Standing
    headline: str
    conclusion: str
    """The run's own last sentence, or what its absence means."""
    alarms: tuple[str, ...]
    """What must not be overlooked: a log cut short, targets that were not judged to the end."""
    targets: tuple[TargetSummary, ...]


def summarise(run: Run) -> RunSummary:
    """Sum up a run."""
    totals = _totals(run)
    found = clusters(run)
    targets = tuple(
        _summarise_target(run, target, totals, found[key]) for key, target in run.targets.items()
    )
    standing = _standing_of_run(run, targets)
    return RunSummary(
        run=run,
        standing=standing,
        headline=_headline(standing, targets),
        conclusion=_conclusion(run),
        alarms=tuple(_alarms(run, targets)),
        targets=targets,
    )


def _totals(run: Run) -> dict[str, int]:
    """Count the vectors of each family: those selected, and comparisons made between them."""
    seen: dict[str, set[str]] = {family.family: set() for family in run.started.families}
    for target in run.targets.values():
        for recorded in target.verdicts:
            seen.setdefault(recorded.family, set()).add(recorded.id)
    selected = {family.family: family.selected for family in run.started.families}
    return {family: max(selected.get(family, 0), len(ids)) for family, ids in seen.items()}


def _summarise_target(
    run: Run, target: TargetRun, totals: dict[str, int], found: tuple[Cluster, ...]
) -> TargetSummary:
    cells = _cells(target, totals)
    counts = target.counts
    failures = Counter(each.failure for each in target.verdicts if each.failure is not None)
    trouble = _trouble(run, target)
    coverage = _coverage(run, target, cells)
    trouble = trouble or _below_floor(run, target, coverage)
    standing = _standing(counts, trouble)
    return TargetSummary(
        name=name(target.target),
        label=_label(target),
        run=target,
        standing=standing,
        reason=_reason(standing, counts, failures, trouble),
        trouble=trouble,
        coverage=coverage,
        counts=counts,
        failures=failures,
        cells=cells,
        clusters=found,
        diagnosis=run.diagnoses.get(target.target),
        profile=profile_view(target.covered) if target.covered is not None else None,
    )


def _label(target: TargetRun) -> str:
    if ":" not in target.target or target.started is None:
        return name(target.target)
    level = target.started.protection_level
    label = name(target.started.description.name)
    return label if level is None else f"{label} at {level.name.lower()}"


def _cells(target: TargetRun, totals: dict[str, int]) -> dict[str, Cell]:
    parts: dict[str, list[VerdictRecorded]] = {family: [] for family in totals}
    for recorded in target.verdicts:
        parts[recorded.family].append(recorded)
    return {family: _cell(part, totals[family]) for family, part in parts.items()}


def _cell(part: Iterable[VerdictRecorded], total: int) -> Cell:
    counts: Counter[Verdict] = Counter()
    failures: Counter[FailureKind] = Counter()
    reasons: Counter[str] = Counter()
    for each in part:
        counts[each.verdict] += 1
        if each.failure is not None:
            failures[each.failure] += 1
        if each.verdict in _UNCOVERED:
            reasons[masked(each.reason) if each.verdict is Verdict.SKIPPED else each.reason] += 1
    return Cell(total, counts, failures, tuple((sentence(r), n) for r, n in reasons.most_common()))


_UNCOVERED = (Verdict.UNSUPPORTED, Verdict.SKIPPED)


def _coverage(run: Run, target: TargetRun, cells: dict[str, Cell]) -> Coverage:
    """Count vectors; a comparison of refusals has a verdict too, but is no vector.

    A log without shapes does not tell the two apart, and they are counted alike.
    """
    families = run.started.families
    vectors = {shape.id for family in families for shape in family.shapes}
    if vectors:
        counts = Counter(each.verdict for each in target.verdicts if each.id in vectors)
        selected = sum(family.selected for family in families)
    else:
        counts = target.counts
        selected = sum(cell.total for cell in cells.values())
    return Coverage(
        selected=selected,
        judged=sum(counts[verdict] for verdict in JUDGED),
        unsupported=counts[Verdict.UNSUPPORTED],
        skipped=counts[Verdict.SKIPPED],
        errors=counts[Verdict.ERROR],
        sets=len(cells),
        sets_covered=sum(not JUDGED.isdisjoint(cell.counts) for cell in cells.values()),
        comparisons=sum(
            each.verdict in JUDGED for each in target.verdicts if vectors and each.id not in vectors
        ),
    )


def _trouble(run: Run, target: TargetRun) -> str:
    """Return why the log does not tell the whole story of a target."""
    ended = target.finished
    if ended is None:
        if target.started is None:
            return "The log ends before the target was started."
        return "The log ends in the middle of the work on the target."
    said = f": {sentence(ended.message)}" if ended.message else "."
    if ended.state is not TargetState.FINISHED:
        return f"{_STATES[ended.state]}{said}"
    if run.finished is None:
        return "The log has no footer, so it was cut short."
    if ended.counts != target.counts or ended.planned > len(target.verdicts):
        return "Verdicts are missing from the log: it does not hold what its last line counts."
    if len({each.id for each in target.verdicts}) != len(target.verdicts):
        return "The log holds two verdicts on one vector: it is not as it was written."
    if ended.incidents or target.incidents:
        broken = max(ended.incidents, len(target.incidents))
        times = "once" if broken == 1 else counted(broken, "time")
        return f"The target or its adapter broke {times}."
    return ""


def _below_floor(run: Run, target: TargetRun, coverage: Coverage) -> str:
    """Return that too little was judged, if so."""
    if target.finished is not None and target.finished.below_floor:
        return f"{sentence(target.finished.below_floor)}."
    if target.finished is not None and target.finished.held_to_profile:
        return ""
    floor = run.started.floor_percent
    if 100 * coverage.judged >= floor * coverage.selected:
        return ""
    return f"Judged by {coverage.share} of the vectors; {floor:g} % is the least that is enough."


_STATES = {
    TargetState.ABANDONED: "The target was given up",
    TargetState.NOT_STARTED: "The target did not start",
    TargetState.INTERRUPTED: "The work on the target was interrupted",
}


def _standing(counts: Counter[Verdict], trouble: str) -> Standing:
    if any(counts[verdict] for verdict in NOT_GREEN - {Verdict.ERROR}):
        return Standing.NOT_CONFORMANT
    if trouble or counts[Verdict.ERROR] or not counts[Verdict.PASS]:
        return Standing.NOT_JUDGED
    return Standing.CONFORMANT


def _reason(
    standing: Standing, counts: Counter[Verdict], failures: Counter[FailureKind], trouble: str
) -> str:
    if standing is Standing.CONFORMANT:
        return "Every answer that was judged is right."
    said: list[str] = []
    if failures:
        worst = min(failures, key=lambda kind: kind.severity)
        wrong = counts[Verdict.FAIL]
        said.append(
            f"{counted(wrong, 'wrong answer')}; the worst: {FAILURE_TITLES[worst].lower()} "
            f"({failures[worst]:,})."
        )
    if counts[Verdict.FLAKY]:
        said.append(f"{counted(counts[Verdict.FLAKY], 'vector')} got different answers.")
    if counts[Verdict.XPASS]:
        said.append(f"{counted(counts[Verdict.XPASS], 'expected failure')} passed: stale baseline.")
    if counts[Verdict.ERROR]:
        said.append(f"{counted(counts[Verdict.ERROR], 'vector')} ended in an error.")
    if trouble:
        said.append(trouble)
    if not said:
        said.append("Nothing passed, so nothing is shown.")
    return " ".join(said)


def _standing_of_run(run: Run, targets: tuple[TargetSummary, ...]) -> Standing:
    standings = {target.standing for target in targets}
    if Standing.NOT_CONFORMANT in standings:
        return Standing.NOT_CONFORMANT
    whole = run.finished is not None and run.finished.exit_code == ExitCode.CONFORMANT
    if whole and standings == {Standing.CONFORMANT}:
        return Standing.CONFORMANT
    return Standing.NOT_JUDGED


def _headline(standing: Standing, targets: tuple[TargetSummary, ...]) -> str:
    good = sum(target.standing is Standing.CONFORMANT for target in targets)
    if good == len(targets) and standing is not Standing.CONFORMANT:
        return "The run as a whole could not be judged"
    if len(targets) == 1:
        return str(standing).capitalize()
    if standing is Standing.CONFORMANT:
        return f"All {len(targets)} targets are conformant"
    return f"{str(standing).capitalize()}: {good} of {len(targets)} targets are conformant"


def _conclusion(run: Run) -> str:
    if run.finished is None:
        return "The log has no footer: the run was cut short, and its end is not known."
    return sentence(run.finished.conclusion)


def _alarms(run: Run, targets: Iterable[TargetSummary]) -> Iterable[str]:
    if run.finished is None:
        yield "The log has no footer: the run was cut short. Nothing here is a full result."
    for target in targets:
        if target.trouble and not (run.finished is None and target.run.finished is not None):
            yield f"{target.name}: {target.trouble}"
    if not run.targets:
        yield "The log names no target."


def family_label(family: Family) -> str:
    """Return key spec, mode and padding of a parameter set."""
    return f"{family.key_spec} · {family_mode(family)}"


def family_mode(family: Family) -> str:
    """Return algorithm and padding of a parameter set, and whether keys are made in the target."""
    if family.mode is Mode.POLICY:
        return "rules of keys"
    words = ("live" if family.mode is Mode.LIVE else None, family.algorithm or "keys")
    return " · ".join(filter(None, (*words, family.padding)))


def class_titles(run: Run) -> dict[str, str]:
    """Return what each edge-case class of a run is about, where the log says so."""
    return {
        case: title for family in run.started.families for case, title in family.classes.items()
    }
