"""The field GF(2^128) of GHASH: multiplication, powers and inverses.

Standard:  NIST SP 800-38D, edition of November 2007.
Sections:  6.3 (multiplication operation on blocks, Algorithm 1).
Page:      https://csrc.nist.gov/pubs/sp/800/38/d/final
Left out:  nothing of this section. Powers and inverses are not in the standard: they serve to
           construct inputs with a chosen pre-counter block or a chosen tag.

A field element is an ``int`` below 2^128, the block read with its first byte most significant.
The *leftmost* bit is the coefficient of x^0, so a right shift multiplies by x.
"""

from kmsproof_reference.errors import InvalidArgument

R = 0b1110_0001 << 120
"""R = 11100001 ‖ 0^120, from x^128 = 1 + x + x^2 + x^7 (SP 800-38D §6.3)."""

ONE = 1 << 127
"""The neutral element of the multiplication: the block 1 ‖ 0^127."""


def multiply(x: int, y: int, reduction: int = R) -> int:
    """The product X • Y (SP 800-38D §6.3, Algorithm 1). Another ``reduction`` is another field."""
    # 2. Let Z_0 = 0^128 and V_0 = Y.
    z, v = 0, y
    # 1. and 3. For each bit x_0 to x_127 of X, the leftmost first:
    bit = 1 << 127
    while bit:
        if x & bit:
            z ^= v
        v = v >> 1 ^ reduction if v & 1 else v >> 1
        bit >>= 1
    # 4. Return Z_128.
    return z


def power(x: int, exponent: int) -> int:
    """X multiplied ``exponent`` times, by squaring; ONE for exponent 0.

    Raises `InvalidArgument` for a negative exponent.
    """
    if exponent < 0:
        raise InvalidArgument("an exponent in GF(2^128) is not negative; use inverse() first")
    result = ONE
    while exponent:
        if exponent & 1:
            result = multiply(result, x)
        x = multiply(x, x)
        exponent >>= 1
    return result


def inverse(x: int) -> int:
    """The element with X • X^-1 = ONE, which is X^(2^128 - 2).

    Raises `InvalidArgument` for 0, which has no inverse.
    """
    if x == 0:
        raise InvalidArgument("zero has no inverse in GF(2^128)")
    return power(x, 2**128 - 2)
