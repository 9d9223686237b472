"""Elliptic curves over the integers modulo a prime: the points and how to add and multiply them.

Standard:  SEC 1 version 2.0, edition of 21 May 2009; NIST SP 800-186, edition of February 2023.
Sections:  SEC 1 2.2.1 (the curve and the addition rule), 2.3.4 (recovering y), 3.1.1 (domain
           parameters); SP 800-186 2.1.1 (curves in short Weierstrass form).
Pages:     https://www.secg.org/sec1-v2.pdf
           https://csrc.nist.gov/pubs/sp/800/186/final
Left out:  curves over binary fields, Montgomery and Edwards curves, and primes that are not
           3 modulo 4, which need another square root.

The law is written twice. `Curve.add`, `Curve.double` and `Curve.multiply_by_the_rule` are the words
of SEC 1. `Curve.multiply` and `Curve.multiply_sum` give the same points in a hundredth of the time
(see `jacobian`), and the tests hold them to the first. None of them reduces a scalar modulo n or
asks whether the point is on the curve: what a computation gives for a point that should have been
refused is part of what must be known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kmsproof_reference.errors import InvalidPoint
from kmsproof_reference.jacobian import INFINITY as JACOBIAN_INFINITY
from kmsproof_reference.jacobian import JacobianGroup, JacobianPoint


class Point(NamedTuple):
    """The affine coordinates of a point, each 0 <= i < p."""

    x: int
    y: int


INFINITY = None
"""The point at infinity, the neutral element: it has no coordinates. Ask with ``is None``."""


@dataclass(frozen=True)
class Curve:
    """y² = x³ + a x + b over the integers modulo p, with a base point (SEC 1 §3.1.1).

    ``g`` is the base point G, ``n`` its order, which is prime, and ``h`` the cofactor.
    """

    name: str
    p: int
    a: int
    b: int
    g: Point
    n: int
    h: int

    @property
    def field_length(self) -> int:
        """Bytes in a coordinate: ⌈log2 p / 8⌉ (SEC 1 §2.3.5)."""
        return (self.p.bit_length() + 7) // 8

    @property
    def order_length(self) -> int:
        """Bytes in an integer modulo n: ⌈log2 n / 8⌉ (SEC 1 §2.3.7)."""
        return (self.n.bit_length() + 7) // 8

    # The curve.

    def is_on_curve(self, point: Point | None) -> bool:
        """Whether the point satisfies the equation (SEC 1 §2.2.1). Infinity does.

        Coordinates outside 0 <= i < p do not: they are no elements of the field.
        """
        if point is None:
            return True
        in_field = 0 <= point.x < self.p and 0 <= point.y < self.p
        return in_field and self.satisfies_equation(point)

    def satisfies_equation(self, point: Point) -> bool:
        """Whether y² = x³ + a x + b modulo p, for integers of any size (SEC 1 §2.2.1)."""
        return point.y * point.y % self.p == self.right_side(point.x)

    def right_side(self, x: int) -> int:
        """x³ + a x + b modulo p (SEC 1 §2.2.1)."""
        return (x * x * x + self.a * x + self.b) % self.p

    def lift_x(self, x: int, odd: bool) -> Point:
        """The point with this x, and with the odd or the even y (SEC 1 §2.3.4 steps 2.3 and 2.4).

        Raises `InvalidPoint` when there is none.
        """
        # α = x³ + a x + b; β = √α, which is α^((p+1)/4) since p is 3 modulo 4.
        alpha = self.right_side(x)
        beta = pow(alpha, (self.p + 1) // 4, self.p)
        if beta * beta % self.p != alpha or (beta == 0 and odd):
            raise InvalidPoint("there is no point with this x-coordinate (SEC 1 §2.3.4 step 2.4)")
        # If β ≡ ỹ modulo 2 then y = β, else y = p - β.
        return Point(x, beta if beta % 2 == odd else self.p - beta)

    # The addition rule, as SEC 1 has it.

    def negate(self, point: Point | None) -> Point | None:
        """-P: the reflected point (SEC 1 §2.2.1)."""
        return INFINITY if point is None else Point(point.x, -point.y % self.p)

    def add(self, left: Point | None, right: Point | None) -> Point | None:
        """P + Q (SEC 1 §2.2.1)."""
        # 1. and 2. The neutral element.
        if left is None:
            return right
        if right is None:
            return left
        if left.x == right.x:
            # 5. Equal points. 3. Opposite points.
            return self.double(left) if left.y == right.y else INFINITY
        # 4. λ = (y2 - y1) / (x2 - x1).
        slope = (right.y - left.y) * pow(right.x - left.x, -1, self.p) % self.p
        return self.third_point(slope, left, right)

    def double(self, point: Point | None) -> Point | None:
        """2P (SEC 1 §2.2.1 rule 5)."""
        if point is None or point.y == 0:
            return INFINITY
        # 5. λ = (3 x1² + a) / (2 y1).
        slope = (3 * point.x * point.x + self.a) * pow(2 * point.y, -1, self.p) % self.p
        return self.third_point(slope, point, point)

    def third_point(self, slope: int, left: Point, right: Point) -> Point:
        """x3 = λ² - x1 - x2, y3 = λ (x1 - x3) - y1 (SEC 1 §2.2.1 rules 4 and 5)."""
        x = (slope * slope - left.x - right.x) % self.p
        return Point(x, (slope * (left.x - x) - left.y) % self.p)

    def multiply_by_the_rule(self, k: int, point: Point | None) -> Point | None:
        """kP by doubling and adding: the readable way, for k of any size and sign."""
        if k < 0:
            return self.multiply_by_the_rule(-k, self.negate(point))
        total: Point | None = INFINITY
        for bit in f"{k:b}":
            total = self.double(total)
            if bit == "1":
                total = self.add(total, point)
        return total

    # The same, faster.

    def multiply(self, k: int, point: Point | None) -> Point | None:
        """kP (SEC 1 §2.2.1: scalar multiplication), for k of any size and sign."""
        return self.to_affine(self.jacobian_multiple(k, point))

    def multiply_sum(
        self, u1: int, point1: Point | None, u2: int, point2: Point | None
    ) -> Point | None:
        """u1 P1 + u2 P2, as the verification of a signature needs it (SEC 1 §4.1.4 step 5)."""
        first, second = self.jacobian_multiple(u1, point1), self.jacobian_multiple(u2, point2)
        return self.to_affine(self.group.add(first, second))

    def jacobian_multiple(self, k: int, point: Point | None) -> JacobianPoint:
        """kP in Jacobian coordinates; the base point has a table of its own."""
        if point is None:
            return JACOBIAN_INFINITY
        if k < 0:
            return self.jacobian_multiple(-k, self.negate(point))
        if point == self.g and k < self.n:
            return self.group.multiply_fixed(k, self.base_table)
        return self.group.multiply(k, (point.x, point.y, 1))

    def to_affine(self, point: JacobianPoint) -> Point | None:
        """The point with its two coordinates, or `INFINITY`."""
        return INFINITY if point[2] == 0 else Point(*self.group.affine(point))

    @cached_property
    def group(self) -> JacobianGroup:
        """The Jacobian law of this curve."""
        return JacobianGroup(self.p, self.a)

    @cached_property
    def base_table(self) -> list[list[JacobianPoint]]:
        """The multiples of G that `multiply` adds up; made at the first use."""
        return self.group.fixed_base_table((self.g.x, self.g.y, 1), self.n.bit_length())
