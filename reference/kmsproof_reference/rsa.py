"""RSA: keys, the two primitives and their inverses.

Standard:  RFC 8017 (PKCS #1 v2.2), edition of November 2016.
Sections:  3 (keys), 5.1 (RSAEP, RSADP), 5.2 (RSASP1, RSAVP1).
Page:      https://www.rfc-editor.org/rfc/rfc8017
Left out:  blinding and every other measure against whoever can watch the computation.
"""

from __future__ import annotations

from dataclasses import dataclass

from kmsproof_reference.errors import InvalidArgument


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

    r: int
    d: int
    t: int


@dataclass(frozen=True)
class RsaPrivateKey:
    """The quintuple (p, q, dP, dQ, qInv) with n, e and d (RFC 8017 §3.2 and A.1.2)."""

    n: int
    e: int
    d: int
    p: int
    q: int
    d_p: int
    d_q: int
    q_inv: int
    other_primes: tuple[OtherPrime, ...] = ()

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

    def rsaep(self, public: RsaPublicKey, m: int) -> int:
        """RSAEP: c = m^e mod n (RFC 8017 §5.1.1). Raises `InvalidArgument` out of range."""
        # 1. If m is not between 0 and n - 1, output "message representative out of range".
        self.check_range(m, public.n, "message representative")
        # 2. Let c = m^e mod n.
        return pow(m, public.e, public.n)

    def rsadp(self, private: RsaPrivateKey, c: int) -> int:
        """RSADP in the second form, with the primes (RFC 8017 §5.1.2 step 2.b).

        Raises `InvalidArgument` out of range.
        """
        # 1. If c is not between 0 and n - 1, output "ciphertext representative out of range".
        self.check_range(c, private.n, "ciphertext representative")
        return self.exponentiate(private, c)

    def rsadp_without_crt(self, private: RsaPrivateKey, c: int) -> int:
        """RSADP in the first form: m = c^d mod n (RFC 8017 §5.1.2 step 2.a)."""
        self.check_range(c, private.n, "ciphertext representative")
        return pow(c, private.d, private.n)

    def rsasp1(self, private: RsaPrivateKey, m: int) -> int:
        """RSASP1: s = m^d mod n, with the primes (RFC 8017 §5.2.1 step 2.b)."""
        self.check_range(m, private.n, "message representative")
        return self.exponentiate(private, m)

    def rsavp1(self, public: RsaPublicKey, s: int) -> int:
        """RSAVP1: m = s^e mod n (RFC 8017 §5.2.2). Raises `InvalidArgument` out of range."""
        self.check_range(s, public.n, "signature representative")
        return pow(s, public.e, public.n)

    # The steps that they share.

    def check_range(self, representative: int, n: int, name: str) -> None:
        """Raise `InvalidArgument` unless 0 <= representative < n (step 1 of every primitive)."""
        if not 0 <= representative < n:
            raise InvalidArgument(f"{name} out of range (RFC 8017 §5)")

    def exponentiate(self, private: RsaPrivateKey, x: int) -> int:
        """x^d mod n from the residues modulo the primes (RFC 8017 §5.1.2 step 2.b)."""
        # i. Let m_1 = c^dP mod p and m_2 = c^dQ mod q.
        m_1 = pow(x, private.d_p, private.p)
        m_2 = pow(x, private.d_q, private.q)
        # iii. and iv. Let h = (m_1 - m_2) * qInv mod p, and m = m_2 + q * h.
        m = self.recombine(m_1, m_2, private)
        # v. If u > 2, let R = r_1, and for i = 3 to u:
        product = private.p * private.q
        for other in private.other_primes:
            # ii. m_i = c^d_i mod r_i. 1. R = R * r_(i-1). 2. h = (m_i - m) * t_i mod r_i.
            h = (pow(x, other.d, other.r) - m) * other.t % other.r
            # 3. m = m + R * h.
            m, product = m + product * h, product * other.r
        return m

    def recombine(self, m_1: int, m_2: int, private: RsaPrivateKey) -> int:
        """Garner's step: m mod p * q (RFC 8017 §5.1.2 step 2.b iii and iv)."""
        h = (m_1 - m_2) * private.q_inv % private.p
        return m_2 + private.q * h
