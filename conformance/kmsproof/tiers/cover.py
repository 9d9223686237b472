"""Weighted set cover: the vectors that see the most deviations for the fewest calls.

A vector is chosen with all that it needs: a refusal with its control, a comparison of refusals with
all of its members. What was chosen before costs nothing more. Deviations are bits of a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A vector: what it costs by itself, what it sees, and what else must be asked with it."""

    id: str
    calls: int
    sees: int
    """The deviations that it sees, as bits."""
    needs: tuple[str, ...] = ()
    """The ids of all others that it needs, those that these need included."""
    compares: bool = False
    """Whether it compares what it needs, and is seen for nothing where all that is asked."""


class Cover:
    """A choice of vectors that grows."""

    def __init__(self, parts: Iterable[Part]) -> None:
        """Take everything that can be chosen."""
        self._parts: Mapping[str, Part] = {part.id: part for part in parts}
        self._compared = [part for part in self._parts.values() if part.compares]
        self.chosen: list[str] = []
        """What was chosen by name, in this order; what that needs is not among it."""
        self.taken: set[str] = set()
        """All that is asked."""
        self.calls = 0

    @property
    def sees(self) -> int:
        """The deviations that the choice sees."""
        found = 0
        for id in self.taken:
            found |= self._parts[id].sees
        return found

    @property
    def sees_twice(self) -> int:
        """The deviations that two vectors of the choice see."""
        return _twice(self._parts[id].sees for id in self.taken)

    def has(self, id: str) -> bool:
        """Whether there is such a vector to choose."""
        return id in self._parts

    def cost(self, id: str) -> int:
        """Return how many calls a vector would add, with what it needs."""
        return self._gain_and_cost(self._parts[id], 0)[1]

    def choose(self, id: str) -> None:
        """Choose a vector, with what it needs."""
        new = [each for each in self._with_needs(self._parts[id]) if each.id not in self.taken]
        if not new:
            return
        self.chosen.append(id)
        self.taken.update(each.id for each in new)
        self.calls += sum(each.calls for each in new)
        # Refusals that are all asked are compared without being asked to be.
        self.taken.update(each.id for each in self._compared if self.taken.issuperset(each.needs))

    def grow(self, wanted: int, least: int, budget: int | None = None) -> None:
        """Choose, always what sees most for its calls, until enough of what is wanted is seen.

        Args:
            wanted: the deviations that count.
            least: how many of them are enough.
            budget: the most calls of the whole choice.
        """
        left = wanted & ~self.sees
        missing = least - (wanted & self.sees).bit_count()
        self._choose_best(left, missing, budget)

    def prune(self, wanted: int, least: int) -> None:
        """Give up what the choice has and does not need any more, the oldest first."""
        for id in tuple(self.chosen):
            without = Cover(self._parts.values())
            for each in self.chosen:
                if each != id:
                    without.choose(each)
            if (without.sees & wanted).bit_count() >= least and without.calls < self.calls:
                self.chosen, self.taken, self.calls = without.chosen, without.taken, without.calls

    def double(self, wanted: int) -> None:
        """Choose until each of the deviations is seen by two vectors, where two see it."""
        of_all = _twice(part.sees for part in self._parts.values())
        left = wanted & of_all & ~self.sees_twice
        while left:
            before = left
            self._choose_best(left, 1, None)
            left &= ~self.sees_twice
            if left == before:
                return

    def _choose_best(self, left: int, missing: int, budget: int | None) -> None:
        open_ones = _alike_once(
            part for part in self._parts.values() if part.id not in self.taken and part.sees & left
        )
        while missing > 0:
            best, ranked = None, (0.0, 0)
            for part in open_ones:
                gain, cost = self._gain_and_cost(part, left)
                if not gain or (budget is not None and self.calls + cost > budget):
                    continue
                rank = (gain / max(cost, 1), gain)
                if rank > ranked:
                    best, ranked = part, rank
            if best is None:
                return
            self.choose(best.id)
            for each in self._with_needs(best):
                missing -= (each.sees & left).bit_count()
                left &= ~each.sees
            open_ones = [p for p in open_ones if p.id not in self.taken and p.sees & left]

    def _gain_and_cost(self, part: Part, left: int) -> tuple[int, int]:
        sees, calls = part.sees, part.calls
        for id in part.needs:
            if id not in self.taken:
                other = self._parts[id]
                sees |= other.sees
                calls += other.calls
        return (sees & left).bit_count(), calls

    def _with_needs(self, part: Part) -> Sequence[Part]:
        return [part, *(self._parts[id] for id in part.needs)]


def _alike_once(parts: Iterable[Part]) -> list[Part]:
    """Return the first of the vectors that see the same for the same: there is less to compare."""
    found: dict[tuple[int, int, tuple[str, ...]], Part] = {}
    for part in parts:
        found.setdefault((part.sees, part.calls, part.needs), part)
    return list(found.values())


def _twice(masks: Iterable[int]) -> int:
    once = twice = 0
    for mask in masks:
        twice |= once & mask
        once |= mask
    return twice


def enough(number: int, percent: int) -> int:
    """Return the smallest whole number that is such a share of another."""
    return -(-number * percent // 100)
