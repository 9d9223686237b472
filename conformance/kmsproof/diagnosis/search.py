"""Search for the smallest set of deviations that explains what was observed.

What each deviation makes fail is known from the kill matrix. Deviations are taken one after the
other: the one that explains most of what is left and is contradicted least. Where several explain
the same vectors, the reference with each of them is asked again, and the bytes decide. Mistakes
that are made together can hide or change each other; so where something is left over, or the bytes
differ, the reference is asked with two and three of them together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from kmsproof.diagnosis.evidence import Candidate, Evidence
from kmsproof.diagnosis.simulation import Simulator
from kmsproof.results import VerdictRecorded
from kmsproof.verdict import Verdict

CONTRADICTION = 2
"""What an observation against a deviation weighs, beside one that it explains."""

MOST_CAUSES = 12
"""Deviations that are looked for in one target: SoftHSM has eight."""

MOST_RIVALS = 40
FEW = 8
"""Vectors that are asked again to choose among deviations."""

MOST_TRIED, POOL, BEAM = 60, 12, 3
"""Deviations that are tried, and of these with each set those that are looked at closely, and sets
that are followed up."""

MOST_WRONG = 4
"""Vectors that a set answers otherwise, by which those with one more are held against it."""

MOST_TOGETHER = 3

BUDGET = 6_000
"""Answers of the reference that the search for several deviations may cost."""

MOST_BY_CHANCE, FEW_BY_CHANCE = 6, 5
"""Deviations that are asked with other keys and random numbers, and vectors that each is asked."""

MOST_BESIDE, MOST_AGAINST = 6, 60
"""Deviations that are held against what was found, and observations against each of them that are
asked again, all of them."""

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
    other_bytes: bool = False
    """Whether an answer failed alike and returned other bytes."""

    @property
    def convincing(self) -> bool:
        """Whether the reference with it answers as the target did.

        An answer of another kind may come from what was asked before, or from chance; other bytes
        come from another mistake.
        """
        return not self.other_bytes and 4 * self.agreed >= 3 * self.compared


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
        alone = self._beside(tuple(each for each in found if _believed(each)))
        together = self._together(found) or ()
        # A set that fits a sample well may leave more unexplained than the others do.
        return together if self._explains(together) >= self._explains(alone) else alone

    def nearest(self, left: int) -> Candidate | None:
        """Return the deviation that comes nearest to what is left, whatever speaks against it."""
        overlapping = [each for each in self._candidates.values() if each.same & left]

        return min(overlapping, key=lambda each: _overlap(each, left), default=None)

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
            return self._by_chance(left)
        tied = [each for score, each in scored if score == top][:MOST_RIVALS]
        observed = self._sample(tied[0].same & left, FEW)
        agreed = {each.id: self._simulator.agreement([each.id], observed) for each in tied}
        best = max(tied, key=lambda each: sum(agreed[each.id]))
        most = sum(agreed[best.id])
        alike = tuple(each.id for each in tied if each is not best and sum(agreed[each.id]) >= most)
        return _found(best, best.same & left, agreed[best.id], alike)

    def _by_chance(self, left: int) -> Found | None:
        """Return a deviation that shows at some keys and random numbers only, if one fits.

        What passed against it passes with it, too, when other numbers are drawn; and what fails
        beside it fails then.
        """
        promising = sorted(self._candidates.values(), key=self._promise)[:MOST_BY_CHANCE]
        for each in promising:
            if not each.same & left or not self._comes_and_goes(each, each.contradicting):
                continue
            own_files = {id.partition("/")[0] for id in self._evidence.space.ids(each.kills)}
            beside = self._evidence.space.mask(
                id
                for id in self._evidence.space.ids(left & ~each.same)
                if id.partition("/")[0] in own_files
            )
            explained = each.same & left
            if self._comes_and_goes(each, beside):
                explained |= beside
            observed = self._sample(explained, FEW)
            same = sum(self._simulator.by_chance([each.id], seen) for seen in observed.values())
            steady = replace(each, contradicting=0)
            return Found(steady, explained, (), len(observed), same)
        return None

    def _comes_and_goes(self, each: Candidate, mask: int) -> bool:
        """Whether most of some vectors end with a deviation now so, now as they were observed."""
        sample = self._sample(mask, FEW_BY_CHANCE)
        seen = sum(self._simulator.by_chance([each.id], sample[id]) for id in sample)
        return bool(sample) and 5 * seen >= 3 * len(sample)

    def _convincing(self, found: tuple[Found, ...]) -> bool:
        return not self._left(found) & ~self._broken and all(each.convincing for each in found)

    # Several together

    def _together(self, found: tuple[Found, ...]) -> tuple[Found, ...] | None:
        """Return a set whose members change each other's answers, if one fits."""
        observed = self._telling(found)
        if not observed:
            return None
        pool = self._pool(found)
        scored = self._ranked([(id,) for id in pool[:MOST_TRIED]], observed)
        forced = [(each.candidate.id,) for each in found[:BEAM]]
        for _ in range(1, MOST_TOGETHER):
            bases = [*dict.fromkeys((*(ids for _, ids in scored[:BEAM]), *forced))]
            tried = {ids for base in bases for ids in self._better(base, pool, observed)}
            scored = self._ranked(sorted(tried), observed)
            if not scored or self._spent > BUDGET:
                return None
            share, best = scored[0]
            if share >= SURE:
                return self._found(best) if self._is_plausible(best) else None
            forced = []
        return None

    # Beside what was found

    def _beside(self, found: tuple[Found, ...]) -> tuple[Found, ...]:
        """Return the set with deviations that only seem to be contradicted.

        What speaks against one of them may be what another one, that was found, makes of it.
        """
        while found and len(found) < MOST_CAUSES:
            left = self._left(found)
            near = sorted(self._candidates.values(), key=lambda each: _overlap(each, left))
            more = next(filter(None, (self._fitting(c, found) for c in near[:MOST_BESIDE])), None)
            if more is None:
                break
            found = (*found, more)
        return found

    def _fitting(self, each: Candidate, found: tuple[Found, ...]) -> Found | None:
        """Return a deviation if with those found it answers all that speaks against it alone."""
        left, space = self._left(found), self._evidence.space
        against = list(space.ids(each.contradicting))
        if not each.same & left or not 0 < len(against) <= MOST_AGAINST:
            return None
        if self._spent > BUDGET or not all(map(self._simulator.askable, against)):
            return None
        observed = {id: self._evidence.verdicts[id] for id in against}
        observed |= self._sample(each.same & left, FEW)
        names = [*(other.candidate.id for other in found), each.id]
        agreed = self._agreement(names, observed)
        if min(agreed) < 1:
            return None
        explained = (each.same | each.contradicting) & left
        return _found(replace(each, contradicting=0), explained, agreed)

    def _is_plausible(self, names: Sequence[str]) -> bool:
        """Whether a set explains more than speaks against it.

        What speaks against one of the set is no matter where another one changes the answer.
        """
        members = [self._candidates[name] for name in names]
        same = against = 0
        for each in members:
            others = 0
            for other in members:
                others |= other.kills if other is not each else 0
            same |= each.kills & self._evidence.red
            against |= each.contradicting & ~others
        return CONTRADICTION * against.bit_count() <= same.bit_count()

    def _ranked(
        self, sets: Sequence[tuple[str, ...]], observed: Mapping[str, VerdictRecorded]
    ) -> list[tuple[float, tuple[str, ...]]]:
        """Return sets with the share of answers that are the same, the best first."""
        shares = [(self._share(each, observed), each) for each in sets]
        return sorted(shares, key=lambda pair: (-pair[0], pair[1]))

    def _better(
        self, base: tuple[str, ...], pool: Sequence[str], observed: Mapping[str, VerdictRecorded]
    ) -> list[tuple[str, ...]]:
        """Return the sets with one more that answer better where a set answers otherwise."""
        agreed = dict(zip(observed, self._agreement(base, observed), strict=True))
        worst = _spread([id for id in observed if agreed[id] < 1], MOST_WRONG)
        if not worst:
            return []
        wrong = {id: observed[id] for id in worst}
        before = sum(agreed[id] for id in worst) / len(worst)
        touched = self._evidence.space.mask(worst)
        able = [id for id in pool if id not in base and self._candidates[id].kills & touched]
        more = [tuple(sorted((*base, id))) for id in able]
        return [ids for share, ids in self._ranked(more, wrong)[:POOL] if share > before]

    def _pool(self, found: tuple[Found, ...]) -> list[str]:
        """Return deviations to try together: what was found, and the most promising others."""
        left = self._left(found) & ~self._broken
        names = [each.candidate.id for each in found[:BEAM]]
        others = [each for each in self._candidates.values() if each.id not in names]
        by_promise = [each.id for each in sorted(others, key=self._promise)]
        by_rest = [each.id for each in sorted(others, key=lambda each: _rest(each, left))]
        return list(dict.fromkeys([*names, *by_rest[: MOST_TRIED // 2], *by_promise]))

    @property
    def _broken(self) -> int:
        """Vectors without an answer: what made the target break is asked nobody."""
        return self._evidence.failed.get(Verdict.ERROR, 0)

    def _left(self, found: tuple[Found, ...]) -> int:
        explained = 0
        for each in found:
            explained |= each.explained
        return self._evidence.red & ~explained

    def _explains(self, found: tuple[Found, ...]) -> int:
        return (self._evidence.red & ~self._left(found)).bit_count()

    def _promise(self, each: Candidate) -> tuple[float, str]:
        same = each.same.bit_count()
        return -same / (same + each.contradicting.bit_count() / 2 + 1), each.id

    def _share(self, names: Sequence[str], observed: Mapping[str, VerdictRecorded]) -> float:
        agreed = self._agreement(names, observed)
        return sum(agreed) / len(agreed)

    def _agreement(
        self, names: Sequence[str], observed: Mapping[str, VerdictRecorded]
    ) -> list[float]:
        self._spent += len(observed)
        return self._simulator.agreement(names, observed)

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
            found.append(_found(each, explained, agreed))
            left &= ~explained
        return tuple(found)

    def _sample(self, mask: int, most: int) -> dict[str, VerdictRecorded]:
        """Return verdicts from all over a set of vectors, of those that can be asked quickly.

        Every file has its turn, and what returned bytes comes first: bytes say most.
        """
        askable = [id for id in self._evidence.space.ids(mask) if self._simulator.askable(id)]
        askable = [id for id in askable if not any(each in id for each in DEAR)] or askable
        by_file: dict[str, list[str]] = {}
        for id in askable:
            by_file.setdefault(id.partition("/")[0], []).append(id)
        turns = zip_longest(*(self._in_turn(ids, most) for ids in by_file.values()))
        chosen = [id for turn in turns for id in turn if id is not None][:most]
        return {id: self._evidence.verdicts[id] for id in sorted(chosen)}

    def _in_turn(self, ids: list[str], most: int) -> list[str]:
        """Return vectors of one file from all over it, those first that returned bytes."""
        telling = [id for id in ids if self._evidence.verdicts[id].value]
        silent = [id for id in ids if not self._evidence.verdicts[id].value]
        return [*_spread(telling, most), *_spread(silent, most)]


def _found(
    each: Candidate, explained: int, agreed: Sequence[float], rivals: tuple[str, ...] = ()
) -> Found:
    same = sum(share >= 1 for share in agreed)
    other_bytes = any(0 < share < 1 for share in agreed)
    return Found(each, explained, rivals, len(agreed), same, other_bytes)


def _spread(ids: list[str], most: int) -> list[str]:
    step = max(1, len(ids) / most)
    return list(dict.fromkeys(ids[int(n * step)] for n in range(min(most, len(ids)))))


def _rest(each: Candidate, left: int) -> tuple[int, str]:
    return -(each.kills & left).bit_count(), each.id


def _overlap(each: Candidate, left: int) -> tuple[float, str]:
    same = (each.same & left).bit_count()
    return -same / (left.bit_count() + each.contradicting.bit_count() + 1), each.id


def _score(each: Candidate, left: int) -> int:
    return (each.same & left).bit_count() - CONTRADICTION * each.contradicting.bit_count()


def _believed(each: Found) -> bool:
    """Whether the reference with a deviation answers as the target did, for the most part."""
    return 2 * each.agreed >= each.compared
