"""How often a diagnosis is right: deviations are planted, alone and in pairs, and looked for.

The planted targets choose other keys and random numbers than those that the kill matrix was made
with, so that nothing is recognised that only chance made alike.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from kmsproof.capability import PROTOCOL_VERSION, Description
from kmsproof.diagnosis.diagnose import Diagnostician
from kmsproof.mutants.judging import judge_mutant, red
from kmsproof.mutants.matrix import Matrix, Row, load_matrix, seen_at
from kmsproof.mutants.proving import corpora, files_of
from kmsproof.mutants.remembering import remember_slow_functions
from kmsproof.mutants.scopes import Scope, families_for, scopes
from kmsproof.results import TargetRun, TargetStarted, VerdictRecorded
from kmsproof_reference.deviations import View, catalogue
from kmsproof_vectors.live.model import LiveFile
from kmsproof_vectors.model import CorpusFile

DESCRIPTION = Description(
    name="planted", version="", protocol=PROTOCOL_VERSION, keys=(), algorithms=()
)

SEED = 1_000_003
"""Of the planted targets, and of the choice of pairs."""


@dataclass(frozen=True)
class Planted:
    """Deviations that are planted together, and by what they are judged."""

    scope: Scope
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """What a diagnosis made of planted deviations."""

    planted: Planted
    named: tuple[str, ...]
    """What it named, that which explains most first."""
    right: bool


@dataclass(frozen=True)
class Accuracy:
    """How often the diagnosis was right."""

    trials: tuple[Trial, ...]

    def share(self, size: int) -> tuple[int, int]:
        """Return how many sets of so many deviations were found, and of how many."""
        asked = [each for each in self.trials if len(each.planted.ids) == size]
        return sum(each.right for each in asked), len(asked)

    @property
    def wrong(self) -> tuple[Trial, ...]:
        """The trials that went wrong."""
        return tuple(each for each in self.trials if not each.right)


def plant(matrix: Matrix, *, every: int, pairs: int) -> list[Planted]:
    """Choose what to plant.

    Args:
        matrix: says which deviation is seen where.
        every: 1 plants each deviation in each view that sees it, 5 every fifth.
        pairs: how many pairs are planted in each view.
    """
    chosen: list[Planted] = []
    for view in View:
        places = {row.id: own for row in matrix.rows if (own := _places(matrix, row, view))}
        ids = sorted(places)
        chosen += [Planted(places[id][0], (id,)) for id in ids[::every]]
        chosen += _pairs(places, pairs)
    return sorted(chosen, key=lambda each: (each.scope.name, each.ids))


def _pairs(places: Mapping[str, Sequence[Scope]], count: int) -> Iterator[Planted]:
    """Yield pairs of deviations of one file of the corpus at least, chosen by lot."""
    by_scope: dict[str, tuple[Scope, list[str]]] = {}
    for id, own in sorted(places.items()):
        for scope in own:
            by_scope.setdefault(scope.name, (scope, []))[1].append(id)
    lots = random.Random(SEED)  # a choice that must be the same each time
    groups = [group for group in by_scope.values() if len(group[1]) > 1]
    for _ in range(count if groups else 0):
        scope, ids = lots.choice(groups)
        yield Planted(scope, tuple(sorted(lots.sample(ids, 2))))


def _places(matrix: Matrix, row: Row, view: View) -> tuple[Scope, ...]:
    """Return the scopes in which a view sees a deviation, the usual level only."""
    corpus, live = corpora()
    found: list[Scope] = []
    for scope in scopes():
        seen = seen_at(row, view, scope.level) if scope.view is view else None
        if seen is None or (scope.level and seen is not row.live):
            continue
        families = families_for(scope, catalogue()[row.id], corpus, live)
        if not seen.files.keys().isdisjoint(families):
            found.append(scope)
    return tuple(found)


@cache
def _diagnostician(matrix_file: Path) -> Diagnostician:
    return Diagnostician(*corpora(), load_matrix(matrix_file))


def try_all(planted: Sequence[Planted], matrix_file: Path) -> list[Trial]:
    """Diagnose what is planted: the main function of a process."""
    remember_slow_functions()
    knowing = _diagnostician(matrix_file)
    trials: list[Trial] = []
    for _, group in groupby(planted, key=lambda each: each.scope.name):
        for each in group:
            trial = _try(each, knowing)
            if trial is not None:
                trials.append(trial)
    return trials


def _try(planted: Planted, knowing: Diagnostician) -> Trial | None:
    """Diagnose one target.

    Nothing where nothing fails with these keys, or a deviation hides the other: nobody can see it.
    """
    verdicts = _judged(planted, planted.ids)
    looks = _looks(planted, verdicts)
    if not looks:
        return None
    if len(planted.ids) > 1 and any(
        _looks(planted, _judged(planted, (id,))) == looks for id in planted.ids
    ):
        return None
    found = knowing.diagnose(_run(planted, verdicts)).explanations[: len(planted.ids)]
    names = tuple(each.cause.id for each in found)
    fitting = [{each.cause.id, *(rival.id for rival in each.rivals)} for each in found]
    right = all(any(id in fits for fits in fitting) for id in planted.ids)
    if not right and names:  # the same answers to everything: nobody can tell them apart
        right = _looks(planted, _judged(planted, names)) == looks
    return Trial(planted, names, right)


def _run(planted: Planted, verdicts: Mapping[str, VerdictRecorded]) -> TargetRun:
    run = TargetRun("planted", verdicts=list(verdicts.values()))
    run.started = TargetStarted(
        target="planted",
        description=DESCRIPTION,
        planned=len(verdicts),
        not_applicable=0,
        protection_level=planted.scope.level,
    )
    return run


def _judged(planted: Planted, ids: tuple[str, ...]) -> dict[str, VerdictRecorded]:
    """Judge deviations by what planted ones are asked."""
    scope = planted.scope
    return judge_mutant(scope.view, ids, _files(planted), scope.level, seed=SEED)


def _looks(planted: Planted, verdicts: Mapping[str, VerdictRecorded]) -> dict[str, tuple[str, ...]]:
    """Return what fails and how, with the bytes that came back; live, those are by chance."""
    kinds = red(verdicts)
    if planted.scope.view is View.LIVE:
        return {id: (kind,) for id, kind in kinds.items()}
    return {id: (kind, *verdicts[id].value.values()) for id, kind in kinds.items()}


def _files(planted: Planted) -> list[CorpusFile | LiveFile]:
    corpus, live = corpora()
    families = {
        family: None
        for id in planted.ids
        for family in families_for(planted.scope, catalogue()[id], corpus, live)
    }
    return files_of(tuple(families))
