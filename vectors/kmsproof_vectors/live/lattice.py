"""LLL: short vectors of a lattice; exact integers where it matters, floats where it does not.

The algorithm of A. K. Lenstra, H. W. Lenstra and L. Lovász in the form of P. Nguyen and D. Stehlé
(L², EUROCRYPT 2005): the Gram matrix is exact, its orthogonalisation is in floating point. That
is enough for some fifty dimensions. A bound on the steps keeps the time in bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul
from typing import Final

DELTA: Final = 0.99
"""How much shorter a vector must be for it to be moved forward (Lovász' condition)."""

SIZE: Final = 0.51
"""What a coefficient may be before it is reduced; a little more than 1/2, since floats err."""

MOST_STEPS: Final = 60_000
"""Vectors looked at before it is given up; a lattice of 45 dimensions takes some 10,000."""

Vector = list[int]


def reduced(basis: Sequence[Sequence[int]]) -> list[Vector]:
    """Return a reduced basis of the lattice that independent vectors span.

    If the steps do not suffice, the vectors are those that were reached so far.
    """
    return _Reduction([list(row) for row in basis]).run()


class _Reduction:
    """A basis on its way: rows, their products, and the coefficients of the orthogonalisation."""

    def __init__(self, rows: list[Vector]) -> None:
        count = len(rows)
        self.rows = rows
        self.gram = [[sum(map(mul, left, right)) for right in rows] for left in rows]
        self.r = [[0.0] * count for _ in range(count)]
        self.mu = [[0.0] * count for _ in range(count)]

    def run(self) -> list[Vector]:
        """Reduce until every vector is in its place."""
        self.r[0][0] = float(self.gram[0][0])
        k, steps = 1, 0
        while k < len(self.rows) and steps < MOST_STEPS:
            steps += 1
            lengths = self._reduce_size(k)
            place = k
            while place and DELTA * self.r[place - 1][place - 1] > lengths[place - 1]:
                place -= 1
            if place < k:
                self._move(k, place)
            self.r[place][place] = lengths[place]
            k = place + 1
        return self.rows

    def _reduce_size(self, k: int) -> list[float]:
        """Subtract multiples of the vectors before; return the squared lengths of what remains.

        Entry j is that of the part of the vector which is orthogonal to the first j ones.
        """
        r, mu = self.r[k], self.mu[k]
        while True:
            lengths = [float(self.gram[k][k])]
            for j in range(k):
                r[j] = self.gram[k][j] - sum(map(mul, self.mu[j][:j], r))
                mu[j] = r[j] / self.r[j][j]
                lengths.append(lengths[-1] - mu[j] * r[j])
            if not self._subtract(k, mu[:k]):
                return lengths

    def _subtract(self, k: int, mu: list[float]) -> bool:
        """Subtract the rounded multiples; return whether there were any."""
        changed = False
        for j in range(k - 1, -1, -1):
            if abs(mu[j]) <= SIZE:
                continue
            times, changed = round(mu[j]), True
            for i, each in enumerate(self.mu[j][:j]):
                mu[i] -= times * each
            self._subtract_multiple(k, j, times)
        return changed

    def _subtract_multiple(self, k: int, j: int, times: int) -> None:
        """Subtract a multiple of row j from row k, and keep the products right."""
        gram, other = self.gram, self.gram[j]
        self.rows[k] = [a - times * b for a, b in zip(self.rows[k], self.rows[j], strict=True)]
        own = gram[k][k] - times * (2 * gram[k][j] - times * other[j])
        gram[k] = [a - times * b for a, b in zip(gram[k], other, strict=True)]
        gram[k][k] = own
        for i, value in enumerate(gram[k]):
            gram[i][k] = value

    def _move(self, k: int, place: int) -> None:
        """Put row k before the row that is in its place."""
        for matrix in (self.rows, self.gram):
            matrix.insert(place, matrix.pop(k))
        for line in self.gram:
            line.insert(place, line.pop(k))
        coefficients = self.mu[k][:place], self.r[k][:place]
        self.mu.insert(place, self.mu.pop(k))
        self.r.insert(place, self.r.pop(k))
        self.mu[place][:place], self.r[place][:place] = coefficients
