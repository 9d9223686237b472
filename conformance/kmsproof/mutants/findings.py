"""What a kill matrix says: who survived, who hangs by one vector, and which cases kill nothing.

A case that kills nothing needs a reason to be in the corpus; `kmsproof.mutants.justified` has them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from kmsproof.mutants.justified import JUSTIFIED, Justification
from kmsproof.mutants.matrix import Ids, Matrix, Row, seen_in
from kmsproof.mutants.scopes import twin_of
from kmsproof_reference.deviations import Deviation, View


@dataclass(frozen=True)
class Survivor:
    """A deviation that a view must see and does not."""

    id: str
    view: View
    why: str


@dataclass(frozen=True)
class Findings:
    """What a matrix says."""

    deviations: int
    survivors: tuple[Survivor, ...]
    """What a view must see and does not, or sees and must not be able to."""
    unseen: int
    """Deviations that are marked as unseen in a view, once for each view, with a reason."""
    rates: Mapping[View, tuple[int, int]]
    """By view: how many deviations it kills, and how many it must kill."""
    by_one: Mapping[str, str]
    """Deviations that are killed by a single vector, with its id."""
    idle: Mapping[str, int]
    """Cases none of whose vectors kills anything, by family and case, with their vectors."""
    justified: Mapping[str, Justification]
    """Why such a case is kept, by family and case."""
    unfitting: tuple[Justification, ...]
    """Justifications that fit no case that kills nothing."""

    @property
    def unjustified(self) -> tuple[str, ...]:
        """Cases that kill nothing, and nobody says why they are kept."""
        return tuple(case for case in self.idle if case not in self.justified)


def findings(
    matrix: Matrix,
    known: Mapping[str, Deviation],
    ids: Ids,
    justifications: Sequence[Justification] = JUSTIFIED,
) -> Findings:
    """Return what a matrix says of the deviations in it."""
    rows = [(row, known[row.id]) for row in matrix.rows if row.id in known]
    kills = {row.id: dict(_kills(row, ids)) for row, _ in rows}
    idle = _idle(matrix, ids, {id for killed in kills.values() for id in killed})
    justified = {case: fitting[0] for case in idle if (fitting := _fitting(case, justifications))}
    return Findings(
        deviations=len(rows),
        survivors=tuple(each for row, deviation in rows for each in _survivors(row, deviation)),
        unseen=sum(len(deviation.unseen) for _, deviation in rows),
        rates={view: _rate(rows, view) for view in View},
        by_one={id: next(iter(killed)) for id, killed in kills.items() if len(killed) == 1},
        idle=idle,
        justified=justified,
        unfitting=tuple(
            each for each in justifications if not any(fnmatchcase(c, each.cases) for c in idle)
        ),
    )


def _fitting(case: str, justifications: Sequence[Justification]) -> list[Justification]:
    return [each for each in justifications if fnmatchcase(case, each.cases)]


def _kills(row: Row, ids: Ids) -> Iterator[tuple[str, str]]:
    for view in View:
        for seen in seen_in(row, view):
            yield from ids.kills(seen).items()


def _survivors(row: Row, deviation: Deviation) -> Iterator[Survivor]:
    for view in View:
        seen = seen_in(row, view)
        killed = any(each.files for each in seen)
        if view in deviation.unseen and killed:
            told = "it is marked as unseen here, and vectors see it: take the mark away"
            yield Survivor(row.id, view, told)
        elif view not in deviation.unseen and not killed:
            told = "no vector kills it" if seen else "no file is asked about it"
            yield Survivor(row.id, view, told)


def _rate(rows: list[tuple[Row, Deviation]], view: View) -> tuple[int, int]:
    wanted = [row for row, deviation in rows if view not in deviation.unseen]
    return sum(any(each.files for each in seen_in(row, view)) for row in wanted), len(wanted)


def _idle(matrix: Matrix, ids: Ids, killing: set[str]) -> dict[str, int]:
    """Return the cases that kill nothing, here or with another key, of the files judged."""
    vectors, busy = Counter[str](), set[str]()
    for family in matrix.judged:
        for id in ids.of(family):
            case = "/".join(id.split("/")[:2])
            vectors[case] += 1
            if id in killing:
                busy.add(case)
    return {
        case: count
        for case, count in sorted(vectors.items())
        if case not in busy and twin_of(case) not in busy
    }
