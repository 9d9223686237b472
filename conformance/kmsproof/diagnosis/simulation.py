"""Ask the reference with some deviations what a target was asked, and compare the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kmsproof.corpus import Corpus
from kmsproof.diagnosis.evidence import kind_of
from kmsproof.live.corpus import LiveCorpus
from kmsproof.mutants.excerpts import calls_of, excerpt, vectors_of
from kmsproof.mutants.judging import SEED, judge_mutant
from kmsproof.mutants.remembering import remember_slow_functions
from kmsproof.results import VerdictRecorded
from kmsproof.verdict import NOT_GREEN, Verdict
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_reference.deviations import View
from kmsproof_vectors.live.model import LiveFile
from kmsproof_vectors.model import CorpusFile

DEAREST = 12
"""Calls of a recipe that is still asked: hundreds of calls would take too long."""

SLOW_KEYS = ("live-rsa-3072", "live-rsa-4096", "policy-rsa-3072", "policy-rsa-4096")
"""How files begin for which keys are made that take plain Python too long."""

OTHER_SEED = SEED + 1

CHANCES = 3
"""How often a vector is asked with other keys and random numbers."""

_NOTHING = VerdictRecorded(target="", id="", verdict=Verdict.SKIPPED)


class Simulator:
    """The reference with deviations, as a witness of what each of them would answer."""

    def __init__(self, corpus: Corpus, live: LiveCorpus, level: ProtectionLevel | None) -> None:
        remember_slow_functions()
        self._corpus, self._live = corpus, live
        self._level = level or ProtectionLevel.HARDWARE
        self._families = {entry.family for entry in corpus.manifest.files}
        self._entries = {entry.family: entry for entry in live.manifest.files}
        self._files: dict[tuple[str, ...], tuple[CorpusFile | LiveFile, ...]] = {}
        self._answers: dict[tuple[tuple[str, ...], int], dict[str, VerdictRecorded]] = {}
        self._cheap: dict[str, frozenset[str]] = {}

    def askable(self, id: str) -> bool:
        """Whether a vector can be asked within a moment."""
        family = id.partition("/")[0]
        if family not in self._cheap:
            self._cheap[family] = frozenset(self._cheap_ones(family))
        return id in self._cheap[family]

    def _cheap_ones(self, family: str) -> Iterator[str]:
        known = family in self._families or family in self._entries
        if known and not family.startswith(SLOW_KEYS):
            tests = vectors_of(self._file(family))
            yield from (test.id for test in tests if calls_of(test) <= DEAREST)

    def _file(self, family: str) -> CorpusFile | LiveFile:
        if family in self._families:
            return self._corpus.file(family)
        return self._live.file(self._entries[family])

    def agreement(
        self, deviations: Sequence[str], observed: Mapping[str, VerdictRecorded]
    ) -> list[float]:
        """Return for each verdict how much of it the reference with deviations answers as well.

        1 stands for the same answer. An answer that fails alike but returns other bytes counts for
        as much as the parts of it that are right.
        """
        answers = self._ask(deviations, SEED, list(observed))
        return [
            self._same(deviations, each, answers.get(id, _NOTHING)) for id, each in observed.items()
        ]

    def by_chance(self, deviations: Sequence[str], seen: VerdictRecorded) -> bool:
        """Whether a vector ends as observed with deviations, when other numbers are drawn."""
        seeds = range(OTHER_SEED, OTHER_SEED + CHANCES)
        answers = (self._ask(deviations, seed, [seen.id]).get(seen.id, _NOTHING) for seed in seeds)
        return any(kind_of(answer) == kind_of(seen) for answer in answers)

    def _same(
        self, deviations: Sequence[str], seen: VerdictRecorded, own: VerdictRecorded
    ) -> float:
        if own.verdict is Verdict.SKIPPED:
            return 0.5 if seen.verdict is Verdict.PASS else 0.0
        if kind_of(seen) != kind_of(own):
            return 0.0
        if seen.verdict not in NOT_GREEN or seen.id.partition("/")[0] in self._entries:
            return 1.0
        wrong = {name for name in seen.value if seen.value[name] != own.value.get(name)}
        if wrong:
            wrong &= self._steady(deviations, own)
        return 1.0 - len(wrong) / (len(seen.value) + 1) if wrong else 1.0

    def _steady(self, deviations: Sequence[str], own: VerdictRecorded) -> set[str]:
        """Return what the reference returns whatever it chooses at random."""
        other = self._ask(deviations, OTHER_SEED, [own.id]).get(own.id, _NOTHING)
        return {name for name, value in own.value.items() if other.value.get(name) == value}

    def _ask(
        self, deviations: Sequence[str], seed: int, ids: Sequence[str]
    ) -> Mapping[str, VerdictRecorded]:
        known = self._answers.setdefault((tuple(sorted(deviations)), seed), {})
        missing = tuple(id for id in ids if id not in known)
        for view in View:
            own = tuple(
                id
                for id in missing
                if (id.partition("/")[0] in self._families) == (view is View.LIBRARY)
            )
            if own:
                level = self._level if view is View.LIVE else None
                files = self._files_with(own)
                known |= judge_mutant(view, deviations, files, level, seed=seed)
        return known

    def _files_with(self, ids: tuple[str, ...]) -> tuple[CorpusFile | LiveFile, ...]:
        """Return the files with nothing in them but these vectors and their controls."""
        if ids not in self._files:
            by_family: dict[str, list[str]] = {}
            for id in ids:
                by_family.setdefault(id.partition("/")[0], []).append(id)
            self._files[ids] = tuple(
                excerpt(self._file(family), own) for family, own in by_family.items()
            )
        return self._files[ids]
