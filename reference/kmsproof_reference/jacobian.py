"""The group law in Jacobian coordinates: the same points as in affine ones, much faster.

Standard:  SEC 1 version 2.0, edition of 21 May 2009, for the group; the formulas are those of
           H. Cohen, A. Miyaji, T. Ono: Efficient elliptic curve exponentiation using mixed
           coordinates, ASIACRYPT '98.
Section:   SEC 1 2.2.1 (the addition rule, of which these are another way of counting).
Page:      https://www.secg.org/sec1-v2.pdf
Left out:  everything that would make the time independent of the scalar.

(X, Y, Z) stands for the affine point (X / Z², Y / Z³), and Z = 0 for the point at infinity, so that
no step needs an inverse modulo p. The formulas use a and p but not b: like the affine law they
compute on whatever curve the point lies. `elliptic_curve` has the readable law; the tests hold the
two to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

JacobianPoint = tuple[int, int, int]
"""X, Y and Z, each 0 <= i < p."""

INFINITY: JacobianPoint = (1, 1, 0)
"""The neutral element."""

WINDOW = 4
"""Bits of the scalar that one addition takes care of."""


@dataclass(frozen=True)
class JacobianGroup:
    """The points of y² = x³ + a x + b over the integers modulo p, for whatever b."""

    p: int
    a: int

    def double(self, point: JacobianPoint) -> JacobianPoint:
        """2P. Infinity stays infinity, and a point with Y = 0 becomes it."""
        p, (x, y, z) = self.p, point
        yy = y * y % p
        s = 4 * x * yy % p
        m = (3 * x * x + self.tangent_term(z)) % p
        x3 = (m * m - 2 * s) % p
        return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p

    def tangent_term(self, z: int) -> int:
        """a Z⁴, the part of the slope that a = 0 spares."""
        if self.a == 0:
            return 0
        zz = z * z % self.p
        return self.a * zz * zz

    def add(self, left: JacobianPoint, right: JacobianPoint) -> JacobianPoint:
        """P + Q, for equal, opposite and infinite ones too."""
        p, (x1, y1, z1), (x2, y2, z2) = self.p, left, right
        if z1 == 0:
            return right
        if z2 == 0:
            return left
        z1z1, z2z2 = z1 * z1 % p, z2 * z2 % p
        u1, u2 = x1 * z2z2 % p, x2 * z1z1 % p
        s1, s2 = y1 * z2 * z2z2 % p, y2 * z1 * z1z1 % p
        if u1 == u2:
            return self.double(left) if s1 == s2 else INFINITY
        h, r = u2 - u1, s2 - s1
        hh = h * h % p
        hhh, v = h * hh % p, u1 * hh % p
        x3 = (r * r - hhh - 2 * v) % p
        return x3, (r * (v - x3) - s1 * hhh) % p, z1 * z2 * h % p

    def multiples(self, point: JacobianPoint) -> list[JacobianPoint]:
        """0P, 1P, ... up to (2^WINDOW - 1) P."""
        table = [INFINITY]
        while len(table) < 1 << WINDOW:
            table.append(self.add(table[-1], point))
        return table

    def multiply(self, k: int, point: JacobianPoint) -> JacobianPoint:
        """kP for k >= 0 of any size, in windows from the most significant one."""
        table, total = self.multiples(point), INFINITY
        for digit in reversed(digits(k)):
            for _ in range(WINDOW):
                total = self.double(total)
            total = self.add(total, table[digit])
        return total

    def fixed_base_table(self, point: JacobianPoint, bits: int) -> list[list[JacobianPoint]]:
        """The multiples of P, of 2^WINDOW P, of 2^(2 WINDOW) P and so on, for k below 2^bits."""
        table: list[list[JacobianPoint]] = []
        for _ in range(0, bits, WINDOW):
            row = self.normalise(self.multiples(point))
            point = self.add(row[-1], row[1])
            table.append(row)
        return table

    def multiply_fixed(self, k: int, table: Sequence[Sequence[JacobianPoint]]) -> JacobianPoint:
        """kP from a `fixed_base_table` of P: additions alone, for 0 <= k < 2^bits."""
        total = INFINITY
        for row, digit in zip(table, digits(k), strict=False):
            if digit:
                total = self.add(total, row[digit])
        return total

    def normalise(self, points: Iterable[JacobianPoint]) -> list[JacobianPoint]:
        """The same points with Z = 1, or `INFINITY`."""
        return [INFINITY if point[2] == 0 else (*self.affine(point), 1) for point in points]

    def affine(self, point: JacobianPoint) -> tuple[int, int]:
        """x and y of a point that is not infinity."""
        x, y, z = point
        inverse = pow(z, -1, self.p)
        square = inverse * inverse % self.p
        return x * square % self.p, y * square * inverse % self.p


def digits(k: int) -> list[int]:
    """The digits of k >= 0 to the base 2^WINDOW, the least significant one first."""
    mask = (1 << WINDOW) - 1
    return [k >> place & mask for place in range(0, k.bit_length(), WINDOW)]
