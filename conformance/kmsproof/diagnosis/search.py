"""Search for the smallest set of deviations that explains what was observed.

What each deviation makes fail is known from the kill matrix. Deviations are taken one after the
other: the one that explains most of what is left and is contradicted least. Where several explain
the same vectors, the reference with each of them is asked again, and the bytes decide. Mistakes
that are made together can hide or change each other; so where something is left over, or the bytes
differ, the reference is asked with two and three of them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kmsproof.diagnosis.evidence import Candidate, Evidence
from kmsproof.diagnosis.simulation import Simulator
from kmsproof.results import VerdictRecorded
from kmsproof.verdict import Verdict

CONTRADICTION = 2
"""What an observation against a deviation weighs, beside one that it explains."""

MOST_CAUSES = 6
MOST_RIVALS = 40
FEW, MANY = 6, 24
"""Vectors that are asked again to choose among deviations, and to be sure of a choice."""

POOL, BEAM = 24, 3
"""Deviations that are tried together with others, and sets that are followed up."""

BUDGET = 2_500
"""Answers of the reference that the search for several deviations may cost."""

DEAR = ("-3072-", "-4096-")
"""In the names of files whose vectors take long; what they show, others mostly show as well."""

SURE = 0.97
"""Share of answers that must be the same for a set to be believed."""


@dataclass(frozen=True)
class Found:
    """A deviation of the set, and what is known of it."""

    candidate: Candidate
    explained: int
    """The vectors that fail because of it and of none found earlier, as a mask."""
    rivals: tuple[str, ...] = ()
    """Deviations that explain the same, with the same answers."""
    compared: int = 0
    agreed: int = 0


class Search:
    """The search for the deviations of one target."""

    def __init__(
        self, evidence: Evidence, candidates: Sequence[Candidate], simulator: Simulator
    ) -> None:
        self._evidence = evidence
        self._candidates = {each.id: each for each in candidates}
        self._simulator = simulator
        self._spent = 0

    def run(self) -> tuple[Found, ...]:
        """Return the set that was found, that which explains most first; it may be empty."""
        found = self._greedy()
        if not self._candidates or self._convincing(found):
            return found
        return self._together(found) or tuple(each for each in found if _believed(each))

    def nearest(self, left: int) -> Candidate | None:
        """Return the deviation that comes nearest to what is left, whatever speaks against it."""
        overlapping = [each for each in self._candidates.values() if each.same & left]

        def overlap(each: Candidate) -> float:
            same = (each.same & left).bit_count()
            return same / (left.bit_count() + each.contradicting.bit_count())

        return max(overlapping, key=overlap, default=None)

    # One after the other

    def _greedy(self) -> tuple[Found, ...]:
        left, found = self._evidence.red, list[Found]()
        while left and len(found) < MOST_CAUSES:
            best = self._best(left)
            if best is None:
                break
            found.append(best)
            left &= ~best.explained
        return tuple(found)

    def _best(self, left: int) -> Found | None:
        scored = [(_score(each, left), each) for each in self._candidates.values()]
        top = max((score for score, _ in scored), default=0)
        if top <= 0:
            return None
        tied = [each for score, each in scored if score == top][:MOST_RIVALS]
        observed = self._sample(tied[0].same & left, FEW)
        agreed = {each.id: self._simulator.agreement([each.id], observed) for each in tied}
        best = max(tied, key=lambda each: sum(agreed[each.id]))
        most = sum(agreed[best.id])
        alike = tuple(each.id for each in tied if each is not best and sum(agreed[each.id]) >= most)
        same = sum(share >= 1 for share in agreed[best.id])
        return Found(best, best.same & left, alike, len(observed), same)

    def _convincing(self, found: tuple[Found, ...]) -> bool:
        return not self._left(found) & ~self._broken and all(
            each.agreed == each.compared for each in found
        )

    # Several together

    def _together(self, found: tuple[Found, ...]) -> tuple[Found, ...] | None:
        """Return a set whose members change each other's answers, if one fits better."""
        observed = self._telling(found)
        if not observed:
            return None
        names = tuple(each.candidate.id for each in found)
        best, best_share = names, self._share(names, observed)
        sets: list[tuple[str, ...]] = [(), *((name,) for name in names), names]
        for _ in range(2):
            tried = set(self._expanded(sets, self._pool(found)))
            self._spent += len(tried) * len(observed)
            if self._spent > BUDGET:
                break
            scored = sorted(
                ((self._share(each, observed), each) for each in tried),
                key=lambda pair: (-pair[0], len(pair[1]), pair[1]),
            )
            sets = [each for _, each in scored[:BEAM]]
            for share, each in scored[:BEAM]:
                if share > best_share + 0.001:
                    best, best_share = each, share
            if best_share >= SURE:
                break
        if best == names or best_share < SURE:
            return None
        return self._found(best)

    def _expanded(
        self, sets: Sequence[tuple[str, ...]], pool: Sequence[str]
    ) -> Iterator[tuple[str, ...]]:
        for each in sets:
            yield from (tuple(sorted((*each, more))) for more in pool if more not in each)

    def _pool(self, found: tuple[Found, ...]) -> list[str]:
        """Return the deviations that could make fail what is left, the most promising first."""
        left = self._left(found)
        pool = [
            each
            for each in self._candidates.values()
            if not left or each.kills & left & ~self._broken
        ]
        return [each.id for each in sorted(pool, key=self._promise)[:POOL]]

    @property
    def _broken(self) -> int:
        """Vectors without an answer: what made the target break is asked nobody."""
        return self._evidence.failed.get(Verdict.ERROR, 0)

    def _left(self, found: tuple[Found, ...]) -> int:
        explained = 0
        for each in found:
            explained |= each.explained
        return self._evidence.red & ~explained

    def _promise(self, each: Candidate) -> tuple[float, str]:
        same = each.same.bit_count()
        return -same / (same + each.contradicting.bit_count() / 2 + 1), each.id

    def _share(self, names: Sequence[str], observed: Mapping[str, VerdictRecorded]) -> float:
        agreed = self._simulator.agreement(names, observed)
        return sum(agreed) / len(agreed)

    def _telling(self, found: tuple[Found, ...]) -> dict[str, VerdictRecorded]:
        """Return failures explained and not, and passes that speak against what was found."""
        against = 0
        for each in self._candidates.values():
            against |= each.contradicting & self._evidence.passed
        left = self._left(found) & ~self._broken
        explained = self._evidence.red & ~self._left(found)
        return {
            **self._sample(left, FEW),
            **self._sample(explained, FEW),
            **self._sample(against, FEW),
        }

    def _found(self, names: Sequence[str]) -> tuple[Found, ...]:
        left, found = self._evidence.red, list[Found]()
        members = sorted(
            (self._candidates[name] for name in names), key=lambda each: -each.same.bit_count()
        )
        for each in members:
            explained = each.kills & left
            observed = self._sample(explained, FEW)
            agreed = self._simulator.agreement(names, observed) if observed else []
            same = sum(share >= 1 for share in agreed)
            found.append(Found(each, explained, (), len(observed), same))
            left &= ~explained
        return tuple(found)

    def _sample(self, mask: int, most: int) -> dict[str, VerdictRecorded]:
        """Return verdicts from all over a set of vectors, of those that can be asked quickly."""
        askable = [id for id in self._evidence.space.ids(mask) if self._simulator.askable(id)]
        askable = [id for id in askable if not any(each in id for each in DEAR)] or askable
        step = max(1, len(askable) / most)
        chosen = {askable[int(number * step)] for number in range(min(most, len(askable)))}
        return {id: self._evidence.verdicts[id] for id in sorted(chosen)}


def _score(each: Candidate, left: int) -> int:
    return (each.same & left).bit_count() - CONTRADICTION * each.contradicting.bit_count()


def _believed(each: Found) -> bool:
    """Whether the reference with a deviation answers as the target did, for the most part."""
    return 2 * each.agreed >= each.compared
