"""The field of GHASH."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference import gf128
from kmsproof_reference.errors import InvalidArgument

elements = st.integers(0, 2**128 - 1)
H = 0x66E94BD4EF8A2C3B884CFA59CA342B2E


def test_the_products_of_gcm_test_case_2() -> None:
    x1 = gf128.multiply(0x0388DACE60B6A392F328C2B971B2FE78, H)
    assert x1 == 0x5E2EC746917062882C85B0685353DEB7
    assert gf128.multiply(x1 ^ 0x80, H) == 0xF38CBB1AD69223DCC3457AE5B6B0F885


def test_a_right_shift_multiplies_by_x_and_reduces_by_r() -> None:
    x = 1 << 126
    assert gf128.multiply(gf128.ONE, x) == x
    assert gf128.multiply(1, x) == gf128.R


@given(elements, elements, elements)
def test_the_laws_of_a_field(a: int, b: int, c: int) -> None:
    assert gf128.multiply(a, b) == gf128.multiply(b, a)
    assert gf128.multiply(a, gf128.multiply(b, c)) == gf128.multiply(gf128.multiply(a, b), c)
    assert gf128.multiply(a, b ^ c) == gf128.multiply(a, b) ^ gf128.multiply(a, c)
    assert gf128.multiply(a, gf128.ONE) == a


@given(elements.filter(bool))
def test_an_element_times_its_inverse_is_one(a: int) -> None:
    assert gf128.multiply(a, gf128.inverse(a)) == gf128.ONE


@given(elements, st.integers(0, 30))
def test_power_is_repeated_multiplication(a: int, exponent: int) -> None:
    expected = gf128.ONE
    for _ in range(exponent):
        expected = gf128.multiply(expected, a)
    assert gf128.power(a, exponent) == expected


def test_zero_has_no_inverse() -> None:
    with pytest.raises(InvalidArgument, match="zero has no inverse"):
        gf128.inverse(0)


def test_a_negative_exponent_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="not negative"):
        gf128.power(H, -1)
