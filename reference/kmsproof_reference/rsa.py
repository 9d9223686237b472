"""RSA: keys, the two primitives and their inverses.

Standard:  RFC 8017 (PKCS #1 v2.2), edition of November 2016.
Sections:  3 (keys), 5.1 (RSAEP, RSADP), 5.2 (RSASP1, RSAVP1).
Page:      https://www.rfc-editor.org/rfc/rfc8017
Left out:  blinding and every other measure against whoever can watch the computation.

The primitives take a key as it is; `rsa_keys` checks whether it is one.

Intermediate values, of the private operation with the primes: ``m_1``, ``m_2`` and for each further
prime ``m_3`` ..., the residues; ``h_2``, ``h_3`` ..., the h of each step that combines them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.intermediate import Show, nobody
from kmsproof_reference.octets import i2osp


@dataclass(frozen=True)
class RsaPublicKey:
    """The pair (n, e) (RFC 8017 §3.1)."""

    n: int
    e: int

    @property
    def bits(self) -> int:
        """The length of the modulus in bits."""
        return self.n.bit_length()

    @property
    def length(self) -> int:
        """k: the length of the modulus in bytes."""
        return (self.bits + 7) // 8

    @property
    def public(self) -> RsaPublicKey:
        """The key itself, so that an operation takes either half."""
        return self


@dataclass(frozen=True)
class OtherPrime:
    """The triplet (r_i, d_i, t_i) of the third prime and each that follows (RFC 8017 §3.2)."""

    r: int = field(repr=False)
    d: int = field(repr=False)
    t: int = field(repr=False)


@dataclass(frozen=True)
class RsaPrivateKey:
    """The quintuple (p, q, dP, dQ, qInv) with n, e and d (RFC 8017 §3.2 and A.1.2)."""

    n: int
    e: int
    d: int = field(repr=False)
    p: int = field(repr=False)
    q: int = field(repr=False)
    d_p: int = field(repr=False)
    d_q: int = field(repr=False)
    q_inv: int = field(repr=False)
    other_primes: tuple[OtherPrime, ...] = field(default=(), repr=False)

    @property
    def public(self) -> RsaPublicKey:
        """The public key that belongs to it."""
        return RsaPublicKey(self.n, self.e)

    @property
    def bits(self) -> int:
        """The length of the modulus in bits."""
        return self.public.bits

    @property
    def length(self) -> int:
        """k: the length of the modulus in bytes."""
        return self.public.length


class Rsa:
    """The primitives of RSA (RFC 8017 §5)."""

    def __init__(self, show: Show = nobody) -> None:
        self.show = show

    def rsaep(self, public: RsaPublicKey, m: int) -> int:
        """RSAEP: c = m^e mod n (RFC 8017 §5.1.1). Raises `InvalidArgument` out of range."""
        # 1. If m is not between 0 and n - 1, output "message representative out of range".
        self.check_range(m, public.n, "message representative")
        # 2. and 3. Output c = m^e mod n.
        return self.raise_to_e(public, m)

    def rsadp(self, private: RsaPrivateKey, c: int) -> int:
        """RSADP in the second form, with the primes (RFC 8017 §5.1.2 step 2.b).

        Raises `InvalidArgument` out of range.
        """
        # 1. If c is not between 0 and n - 1, output "ciphertext representative out of range".
        self.check_range(c, private.n, "ciphertext representative")
        # 2. and 3. Output m = c^d mod n.
        return self.exponentiate(private, c)

    def rsadp_without_crt(self, private: RsaPrivateKey, c: int) -> int:
        """RSADP in the first form: m = c^d mod n (RFC 8017 §5.1.2 step 2.a)."""
        self.check_range(c, private.n, "ciphertext representative")
        return pow(c, private.d, private.n)

    def rsasp1(self, private: RsaPrivateKey, m: int) -> int:
        """RSASP1: s = m^d mod n, with the primes (RFC 8017 §5.2.1 step 2.b).

        Raises `InvalidArgument` out of range.
        """
        self.check_range(m, private.n, "message representative")
        return self.exponentiate(private, m)

    def rsavp1(self, public: RsaPublicKey, s: int) -> int:
        """RSAVP1: m = s^e mod n (RFC 8017 §5.2.2). Raises `InvalidArgument` out of range."""
        self.check_range(s, public.n, "signature representative")
        return self.raise_to_e(public, s)

    # The steps that they share.

    def check_range(self, representative: int, n: int, name: str) -> None:
        """Raise `InvalidArgument` unless 0 <= representative < n (step 1 of every primitive)."""
        if not 0 <= representative < n:
            raise InvalidArgument(f"{name} out of range (RFC 8017 §5)")

    def raise_to_e(self, public: RsaPublicKey, x: int) -> int:
        """x^e mod n (RFC 8017 §5.1.1 step 2, §5.2.2 step 2)."""
        return pow(x, public.e, public.n)

    def exponentiate(self, private: RsaPrivateKey, x: int) -> int:
        """x^d mod n by the Chinese remainder theorem (RFC 8017 §5.1.2 step 2.b, §5.2.1 2.b)."""
        # i. Let m_1 = c^dP mod p and m_2 = c^dQ mod q.
        m_1 = self.residue(x, private.d_p, private.p, 1)
        m_2 = self.residue(x, private.d_q, private.q, 2)
        # ii. If u > 2, let m_i = c^(d_i) mod r_i, i = 3, ..., u.
        others = [
            self.residue(x, other.d, other.r, i) for i, other in enumerate(private.other_primes, 3)
        ]
        # iii. and iv. Combine the first two. v. If u > 2, the others.
        return self.combine_others(private, self.combine(private, m_1, m_2), others)

    def residue(self, x: int, exponent: int, prime: int, number: int) -> int:
        """m_i: the result modulo the prime with this number (RFC 8017 §5.1.2 steps 2.b i, ii)."""
        m_i = pow(x, exponent, prime)
        self._show_number("m_%d", m_i, prime, number)
        return m_i

    def combine(self, private: RsaPrivateKey, m_1: int, m_2: int) -> int:
        """The result modulo p * q (RFC 8017 §5.1.2 steps 2.b iii and iv)."""
        # iii. Let h = (m_1 - m_2) * qInv mod p.
        h = (m_1 - m_2) * private.q_inv % private.p
        self._show_number("h_%d", h, private.p, 2)
        # iv. Let m = m_2 + q * h.
        return m_2 + private.q * h

    def combine_others(self, private: RsaPrivateKey, m: int, residues: Sequence[int]) -> int:
        """The result modulo n, from that modulo p * q and m_3 to m_u (§5.1.2 step 2.b v)."""
        # Let R = r_1, and for i = 3 to u: 1. Let R = R * r_(i-1), so that first R = p * q.
        product = private.p * private.q
        for i, (other, m_i) in enumerate(zip(private.other_primes, residues, strict=True), 3):
            # 2. Let h = (m_i - m) * t_i mod r_i.
            h = (m_i - m) * other.t % other.r
            self._show_number("h_%d", h, other.r, i)
            # 3. Let m = m + R * h.
            m += product * h
            product *= other.r
        return m

    def _show_number(self, name: str, value: int, modulus: int, number: int) -> None:
        self.show(name, i2osp(value, (modulus.bit_length() + 7) // 8), number)
