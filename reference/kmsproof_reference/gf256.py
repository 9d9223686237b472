"""The field GF(2^8) of AES: multiplication, inverses, and the S-box computed from them.

Standard:  FIPS 197, edition of 26 November 2001, updated on 9 May 2023 (FIPS 197-upd1).
Sections:  4.1 (addition is exclusive-or), 4.2 (multiplication), 4.4 (multiplicative inverses),
           5.1.1 (the S-box), 5.3.2 (the inverse S-box).
Page:      https://csrc.nist.gov/pubs/fips/197/final
Left out:  nothing of these sections. The multiplication of words by a fixed matrix (§4.3) is
           in `kmsproof_reference.aes`, where it is used.

A field element is an ``int`` of 0 to 255; bit i is the coefficient of x^i.
"""

MODULUS = 0b1_0001_1011
"""m(x) = x^8 + x^4 + x^3 + x + 1 (FIPS 197 §4.2)."""


def xtime(element: int) -> int:
    """The product with x, that is with {02} (FIPS 197 §4.2, XTIMES)."""
    doubled = element << 1
    return doubled ^ MODULUS if doubled & 0x100 else doubled


def multiply(left: int, right: int) -> int:
    """The product left · right modulo m(x) (FIPS 197 §4.2)."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left = xtime(left)
        right >>= 1
    return product


def inverse(element: int) -> int:
    """The multiplicative inverse, element^254; 0 for 0 (FIPS 197 §4.4)."""
    power, square = 1, element
    for _ in range(7):  # 254 = 2 + 4 + 8 + ... + 128
        square = multiply(square, square)
        power = multiply(power, square)
    return power


def times(constant: int) -> bytes:
    """The products of ``constant`` with all 256 elements, for `bytes.translate`."""
    return bytes(multiply(element, constant) for element in range(256))


def affine_transformation(element: int) -> int:
    """b'_i = b_i ⊕ b_(i+4) ⊕ b_(i+5) ⊕ b_(i+6) ⊕ b_(i+7) ⊕ c_i, indices mod 8 (FIPS 197 §5.1.1)."""
    twice = element | element << 8  # so that a right shift by i is a rotation
    rotated = twice ^ twice >> 4 ^ twice >> 5 ^ twice >> 6 ^ twice >> 7
    return (rotated & 0xFF) ^ 0x63


def s_box() -> bytes:
    """The substitution table of SUBBYTES: inverse, then affine (FIPS 197 §5.1.1, Table 4)."""
    return bytes(affine_transformation(inverse(element)) for element in range(256))


def inv_s_box(table: bytes) -> bytes:
    """The table that undoes the substitution ``table`` (FIPS 197 §5.3.2, Table 6)."""
    return bytes(table.index(element) for element in range(256))
