"""Diagnose a run: from its event log alone to the causes that explain each target's failures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kmsproof.causes import Cause, Diagnosis, Explanation, Rival
from kmsproof.corpus import Corpus, load_corpus
from kmsproof.diagnosis.evidence import Candidate, Evidence, candidates, evidence_of
from kmsproof.diagnosis.search import Found, Search
from kmsproof.diagnosis.simulation import Simulator
from kmsproof.errors import CorpusError
from kmsproof.live.corpus import LiveCorpus, load_live_corpus
from kmsproof.mutants.loading import known_kills
from kmsproof.mutants.matrix import Ids, Matrix, Row, seen_in
from kmsproof.results import Run, TargetRun
from kmsproof.verdict import NOT_GREEN
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_reference.deviations import View, find_deviation


class Diagnostician:
    """Knows the corpora and the kill matrix, and diagnoses one target after the other."""

    def __init__(self, corpus: Corpus, live: LiveCorpus, matrix: Matrix) -> None:
        self._corpus, self._live, self._matrix = corpus, live, matrix
        self._ids = Ids(corpus, live)
        self._rows = {row.id: row for row in matrix.rows}
        self._simulators: dict[ProtectionLevel | None, Simulator] = {}

    def diagnose(self, target: TargetRun) -> Diagnosis:
        """Return what explains the failures of a target; nothing where it has none."""
        evidence = evidence_of(target, self._ids, self._matrix)
        found = list(candidates(evidence, self._matrix.rows)) if evidence.red else []
        search = Search(evidence, found, self._simulator(evidence.level))
        chosen = search.run() if found else ()
        explained = 0
        for each in chosen:
            explained |= each.explained
        left = evidence.red & ~explained
        near = search.nearest(left) if left else None
        return Diagnosis(
            target.target,
            tuple(self._explanation(each, evidence) for each in chosen),
            (*evidence.space.ids(left), *evidence.strange),
            self._explanation(Found(near, near.same & left), evidence) if near else None,
        )

    def _simulator(self, level: ProtectionLevel | None) -> Simulator:
        if level not in self._simulators:
            self._simulators[level] = Simulator(self._corpus, self._live, level)
        return self._simulators[level]

    def _explanation(self, found: Found, evidence: Evidence) -> Explanation:
        each = found.candidate
        space = evidence.space
        return Explanation(
            cause_of(each.id),
            tuple(space.ids(found.explained)),
            (evidence.passed | evidence.red).bit_count(),
            tuple(space.ids(each.contradicting & ~found.explained)),
            found.compared,
            found.agreed,
            tuple(self._rivals(each, found.rivals, evidence)),
        )

    def _rivals(
        self, chosen: Candidate, rivals: Sequence[str], evidence: Evidence
    ) -> Iterator[Rival]:
        for id in rivals:
            yield Rival(id, find_deviation(id).sentence, self._apart(chosen.id, id, evidence))

    def _apart(self, one: str, other: str, evidence: Evidence) -> str:
        """Return a vector that fails with one and not with the other, not yet asked if there is."""
        kills = [self._kills(self._rows[id]) for id in (one, other)]
        differing = sorted(kills[0] ^ kills[1])
        fresh = (id for id, _ in differing if id not in evidence.verdicts)
        return next(fresh, "")

    def _kills(self, row: Row) -> set[tuple[str, str]]:
        return {
            pair
            for view in View
            for seen in seen_in(row, view)
            for pair in self._ids.kills(seen).items()
        }


def cause_of(id: str) -> Cause:
    """Return a deviation of the catalogue as reports tell it."""
    known = find_deviation(id)
    return Cause(
        id,
        known.sentence,
        known.gain,
        known.clause,
        known.cause,
        known.remedy,
        str(known.severity),
        f"CWE-{known.weakness}" if known.weakness else "",
        known.vulnerabilities,
    )


def diagnose_run(run: Run) -> dict[str, Diagnosis]:
    """Return what explains the failures of each target of a run that has some.

    Raises:
        CorpusError: if the corpus or its kill matrix cannot be read.
    """
    failing = [
        target
        for target in run.targets.values()
        if any(each.verdict in NOT_GREEN for each in target.verdicts)
    ]
    if not failing:
        return {}
    corpus, live = load_corpus(None), load_live_corpus(None)
    known = known_kills(corpus, live)
    if isinstance(known, str):
        raise CorpusError(f"What kills a deviation is {known}", "")
    knowing = Diagnostician(corpus, live, known.matrix)
    return {target.target: knowing.diagnose(target) for target in failing}
