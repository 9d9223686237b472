"""What a run shows of a target: which vectors failed, and how, and which passed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kmsproof.diagnosis.space import Space
from kmsproof.mutants.matrix import Ids, Matrix, Row, seen_at
from kmsproof.mutants.scopes import ALGORITHMS, PRIMITIVES
from kmsproof.results import TargetRun, VerdictRecorded
from kmsproof.verdict import NOT_GREEN, Verdict
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_reference.deviations import View


@dataclass(frozen=True)
class Evidence:
    """The verdicts on a target, as far as the kill matrix knows their vectors."""

    space: Space
    level: ProtectionLevel | None
    """The level of a service; nothing where there are no levels."""
    verdicts: Mapping[str, VerdictRecorded]
    failed: Mapping[str, int]
    """By how they failed: the vectors, as a mask."""
    passed: int
    strange: tuple[str, ...]
    """Failing vectors that the kill matrix does not know."""

    @cached_property
    def red(self) -> int:
        """All vectors that failed."""
        found = 0
        for mask in self.failed.values():
            found |= mask
        return found


@dataclass(frozen=True)
class Candidate:
    """A deviation, and what it predicts of the vectors that a target was asked."""

    id: str
    kinds: Mapping[str, int]
    """By how they would fail: the vectors, as a mask."""
    same: int
    """Vectors that failed as predicted."""
    contradicting: int
    """Vectors that passed or failed in another way."""

    @property
    def kills(self) -> int:
        """The vectors that would fail, of those that have a verdict."""
        return self.same | self.contradicting


def evidence_of(target: TargetRun, ids: Ids, matrix: Matrix) -> Evidence:
    """Return what a run shows of a target."""
    judged = [each for each in target.verdicts if each.verdict in NOT_GREEN | {Verdict.PASS}]
    space = Space(ids, matrix, dict.fromkeys(each.family for each in judged))
    known = {each.id: each for each in judged if each.id in space}
    failed: dict[str, list[str]] = {}
    for each in known.values():
        if each.verdict in NOT_GREEN:
            failed.setdefault(kind_of(each), []).append(each.id)
    return Evidence(
        space,
        _level_of(target),
        known,
        {kind: space.mask(found) for kind, found in failed.items()},
        space.mask(id for id, each in known.items() if each.verdict is Verdict.PASS),
        tuple(e.id for e in judged if e.id not in space and e.verdict in NOT_GREEN),
    )


def _level_of(target: TargetRun) -> ProtectionLevel | None:
    """Return the level whose offers the target has, if it is a service with levels.

    Keys of a token are at one level by name, and what it offers is its own affair.
    """
    started = target.started
    service = started is not None and any(keys.lifecycle for keys in started.description.keys)
    return started.protection_level if started and service else None


def kind_of(recorded: VerdictRecorded) -> str:
    """Return how a vector failed, in the word of the kill matrix."""
    return str(recorded.failure or recorded.verdict)


def candidates(evidence: Evidence, rows: tuple[Row, ...]) -> Iterator[Candidate]:
    """Yield the deviations that would make one of the failing vectors fail."""
    for row in rows:
        kinds: dict[str, int] = {}
        family = row.id.partition("/")[0]
        own = family in PRIMITIVES or family not in ALGORITHMS
        for view in View:
            seen = seen_at(row, view, evidence.level)
            for kind, mask in evidence.space.kinds(seen, of_primitive=own).items() if seen else ():
                kinds[kind] = kinds.get(kind, 0) | mask
        found = candidate(row.id, kinds, evidence)
        if found.kills & evidence.red:
            yield found


def candidate(id: str, kinds: Mapping[str, int], evidence: Evidence) -> Candidate:
    """Hold what a deviation predicts against what was observed."""
    same = wrong = 0
    for kind, mask in kinds.items():
        same |= mask & evidence.failed.get(kind, 0)
        wrong |= mask & (evidence.passed | evidence.red)
    return Candidate(id, kinds, same, wrong & ~same)
