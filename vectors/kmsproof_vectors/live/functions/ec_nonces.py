"""Checks of ECDSA recipes on the numbers k behind signatures: whether anybody can find them.

A signature says s k = e + r d modulo n, with one equation for the two secrets k and d. Whatever is
known about several k together gives d, and that is the proof: d G is the public key. No text of a
check tells d.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final, NamedTuple

from kmsproof_reference.ec_keys import EcPublicKey
from kmsproof_reference.elliptic_curve import Curve
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_vectors.ec_points import progression
from kmsproof_vectors.live.functions.ec import key_of, point_of
from kmsproof_vectors.live.functions.ec_signatures import SCALAR, integers_of
from kmsproof_vectors.live.functions.registry import FailureWord, RecipeFault, check, function
from kmsproof_vectors.live.lattice import reduced

FOUND: Final = "and the private key was computed from it"
"""How the sentence of a check ends that proves what it says."""

SMALL_NONCES: Final = 1 << 16
"""How many small k are tried one by one."""

SPARE_BITS: Final = 112
"""How many bits more the signatures must tell than the private key has, for a lattice to do."""


class Equation(NamedTuple):
    """k = a + t d modulo n: what a signature tells (FIPS 186-5 §6.4.1 step 9)."""

    a: int
    t: int


class Signed(NamedTuple):
    """A signature with its digest as an integer."""

    e: int
    r: int
    s: int

    def equation(self, n: int) -> Equation:
        """Return k = e / s + (r / s) d."""
        inverse = pow(self.s, -1, n)
        return Equation(self.e * inverse % n, self.r * inverse % n)


def signed(curve: Curve, digests: Sequence[bytes], signatures: Sequence[bytes]) -> list[Signed]:
    """Return signatures with their digests, without those that occur again.

    Raises:
        RecipeFault: if an integer is not between 1 and n - 1, so that nothing follows from it.
    """
    found = [Signed(os2ip(e), *integers_of(s)) for e, s in zip(digests, signatures, strict=True)]
    if not all(1 <= each.r < curve.n and 1 <= each.s < curve.n for each in found):
        raise RecipeFault("an integer of a signature is not between 1 and n - 1")
    return list(dict.fromkeys(found))


def _is_private_key(key: EcPublicKey, d: int) -> bool:
    return key.curve.multiply(d % key.curve.n, key.curve.g) == key.point


def _from_nonce(key: EcPublicKey, signature: Signed, k: int) -> bool:
    """Return whether the private key that follows from a k is that of the public key."""
    n = key.curve.n
    d = (signature.s * k - signature.e) * pow(signature.r, -1, n) % n
    return _is_private_key(key, d)


@function("ecdsa-r-values")
def ecdsa_r_values(signatures: Sequence[bytes]) -> list[bytes]:
    """Return r of each signature as 32 bytes."""
    return [i2osp(integers_of(each)[0] % (1 << 256), SCALAR) for each in signatures]


@function("sha-256-of-each")
def sha_256_of_each(messages: Sequence[bytes]) -> list[bytes]:
    """Return the SHA-256 digest of each message."""
    return [hashlib.sha256(message).digest() for message in messages]


# Repetitions.


@check("ecdsa-nonces-distinct", FailureWord.LEAK)
def ecdsa_nonces_distinct(
    public_key: bytes, digests: Sequence[bytes], signatures: Sequence[bytes]
) -> str:
    """No two digests were signed with one k, which would show as one r.

    From two such signatures k = (e1 - e2) / (s1 - s2) and d = (s1 k - e1) / r. That one digest has
    the same signature again is in order: then k was derived from it.
    """
    key, first_with = key_of(public_key), dict[int, Signed]()
    for each in signed(key.curve, digests, signatures):
        other = first_with.setdefault(each.r, each)
        if other.e % key.curve.n != each.e % key.curve.n:
            proof = f", {FOUND}" if _from_two(key, other, each) else ""
            return f"Two digests were signed with one k{proof}."
    return ""


def _from_two(key: EcPublicKey, left: Signed, right: Signed) -> bool:
    """Return whether two signatures with one r give the private key; s may be mirrored."""
    n = key.curve.n
    for s in (right.s, -right.s):
        if (left.s - s) % n:
            k = (left.e - right.e) * pow(left.s - s, -1, n) % n
            if _from_nonce(key, left, k):
                return True
    return False


@check("ecdsa-nonces-not-shared", FailureWord.LEAK)
def ecdsa_nonces_not_shared(left: Sequence[bytes], right: Sequence[bytes]) -> str:
    """No k was used under two keys, which would show as one r."""
    shared = set(ecdsa_r_values(left)) & set(ecdsa_r_values(right))
    return f"{len(shared)} values of r occur under both keys." if shared else ""


@check("ecdsa-r-other", FailureWord.LEAK)
def ecdsa_r_other(left: bytes, right: bytes) -> str:
    """The two signatures have other values of r."""
    same = integers_of(left)[0] == integers_of(right)[0]
    return "Both signatures have one r, so they were made with one k." if same else ""


@check("ecdsa-r-same", FailureWord.WRONG_OUTPUT)
def ecdsa_r_same(left: bytes, right: bytes) -> str:
    """The two signatures have one value of r."""
    same = integers_of(left)[0] == integers_of(right)[0]
    return "" if same else "The signatures differ: k is not derived from key and digest alone."


# Relations.


@check("ecdsa-nonces-not-guessed", FailureWord.LEAK)
def ecdsa_nonces_not_guessed(
    public_key: bytes, digests: Sequence[bytes], signatures: Sequence[bytes]
) -> str:
    """No k is 1 to 65,536, the digest, its SHA-256, or the private key, of either sign."""
    key = key_of(public_key)
    for each in signed(key.curve, digests, signatures):
        for what, x in _guesses(key, each):
            if x % key.curve.n == each.r:
                return f"A digest was signed with k = {what}."
        if each.r in _small_nonces(key.curve):
            return "A digest was signed with a k of 65,536 or less."
    return ""


def _guesses(key: EcPublicKey, each: Signed) -> Iterator[tuple[str, int]]:
    curve, digest = key.curve, i2osp(each.e, SCALAR)
    yield "d", point_of(key).x
    for what, k in (
        ("the digest", each.e),
        ("its SHA-256", os2ip(hashlib.sha256(digest).digest())),
    ):
        point = curve.multiply(k % curve.n, curve.g)
        if point is not None:
            yield what, point.x


@lru_cache(maxsize=2)
def _small_nonces(curve: Curve) -> frozenset[int]:
    """Return the r of every small k."""
    points = islice(progression(curve, curve.g, curve.g), SMALL_NONCES)
    return frozenset(point.x % curve.n for point in points if point is not None)


@check("ecdsa-nonces-not-linear", FailureWord.LEAK)
def ecdsa_nonces_not_linear(
    public_key: bytes, digests: Sequence[bytes], signatures: Sequence[bytes]
) -> str:
    """The k that follow each other are not those of a linear congruential generator modulo n.

    If each k is the one before times some a plus some c, then (k1 - k0)(k3 - k2) = (k2 - k1)² for
    any four in a row, which is quadratic in d. A counter is such a generator, with a = 1.
    """
    key = key_of(public_key)
    equations = [each.equation(key.curve.n) for each in signed(key.curve, digests, signatures)]
    for start in range(len(equations) - 3):
        for d in _linear(equations[start : start + 4], key.curve.n):
            if _is_private_key(key, d):
                return f"Each k follows from the one before by a linear rule, {FOUND}."
    return ""


def _linear(equations: Sequence[Equation], n: int) -> list[int]:
    """Return the d with (k1 - k0)(k3 - k2) = (k2 - k1)² modulo n."""
    (a1, t1), (a2, t2), (a3, t3) = (
        (right.a - left.a, right.t - left.t) for left, right in pairwise(equations)
    )
    square, linear = t1 * t3 - t2 * t2, a1 * t3 + a3 * t1 - 2 * a2 * t2
    return roots_of_quadratic(square, linear, a1 * a3 - a2 * a2, n)


def roots_of_quadratic(a: int, b: int, c: int, n: int) -> list[int]:
    """Return the roots of a x² + b x + c modulo a prime; none if all are 0."""
    if a % n == 0:
        return [-c * pow(b, -1, n) % n] if b % n else []
    root = square_root((b * b - 4 * a * c) % n, n)
    if root is None:
        return []
    half = pow(2 * a, -1, n)
    return [(-b + root) * half % n, (-b - root) * half % n]


def square_root(a: int, n: int) -> int | None:
    """Return a square root of a modulo an odd prime, None if there is none (Tonelli, Shanks)."""
    if a % n == 0:
        return 0
    if pow(a, (n - 1) // 2, n) != 1:
        return None
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    other = next(z for z in range(2, n) if pow(z, (n - 1) // 2, n) == n - 1)
    root, rest, step = pow(a, (odd + 1) // 2, n), pow(a, odd, n), pow(other, odd, n)
    while rest != 1:
        order, square = 0, rest
        while square != 1:
            order, square = order + 1, square * square % n
        factor = pow(step, 1 << (twos - order - 1), n)
        root, step, twos = root * factor % n, factor * factor % n, order
        rest = rest * step % n
    return root


# Bias.


@check("ecdsa-nonces-not-biased", FailureWord.LEAK)
def ecdsa_nonces_not_biased(
    public_key: bytes,
    digests: Sequence[bytes],
    signatures: Sequence[bytes],
    bits: int,
    shared: bool = False,
) -> str:
    """The k do not all begin, or all end, with so many zero bits; ``shared``: the same bits.

    That is the hidden number problem (Boneh and Venkatesan, 1996): the private key is in a short
    vector of a lattice, which LLL finds. Zeros are looked for in the signatures themselves, other
    bits in their differences. 16 bits take 25 signatures and half a second, 8 bits take 48 and some
    seconds. Fewer than 8 do not show: that takes more signatures, and more than LLL. With too few
    signatures nothing is looked for.
    """
    key = key_of(public_key)
    equations = [each.equation(key.curve.n) for each in signed(key.curve, digests, signatures)]
    if shared:
        first, *others = equations or [Equation(0, 0)]
        equations = [Equation(each.a - first.a, each.t - first.t) for each in others]
    wanted = -(-(key.curve.n.bit_length() + SPARE_BITS) // bits) + 1
    if len(equations) < wanted:
        return ""
    for end, shift in (("begin", 1), ("end", 1 << bits)):
        if _has_short_vector(key, _divided(equations[:wanted], shift, key.curve.n), bits):
            what = "the same bits" if shared else "zeros"
            return f"The k all {end} with {what}, {bits} or more, {FOUND}."
    return ""


def _divided(equations: Sequence[Equation], divisor: int, n: int) -> list[Equation]:
    """Return the equations of all k divided by a number modulo n."""
    inverse = pow(divisor, -1, n)
    return [Equation(each.a * inverse % n, each.t * inverse % n) for each in equations]


def _has_short_vector(key: EcPublicKey, equations: Sequence[Equation], bits: int) -> bool:
    """Return whether the private key shows if all k = a + t d have so many bits fewer than n.

    With d = (k0 - a0) / t0 every other k is a multiple of k0 plus something known. So (k0, k1, ...,
    bound) is a short vector of the lattice that is spanned by the multiples, n, and what is known.
    """
    n, (first, *others), bound = key.curve.n, equations, key.curve.n >> bits
    if first.t % n == 0:
        return False
    inverse, zeros = pow(first.t, -1, n), [0] * (len(others) + 2)
    multiples = [each.t * inverse % n for each in others]
    known = [(each.a - m * first.a) % n for each, m in zip(others, multiples, strict=True)]
    moduli = [[*zeros[:i], n, *zeros[i + 1 :]] for i in range(1, len(others) + 1)]
    basis = [[1, *multiples, 0], *moduli, [0, *known, bound]]
    candidates = {sign * row[0] for row in reduced(basis) for sign in (1, -1) if row[0]}
    return any(_is_private_key(key, (k - first.a) * inverse) for k in candidates)
