"""Keys of elliptic curves: their checks and their generation."""

import pytest

from kmsproof_reference.curves import P256, SECP160R1, SECP256K1
from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ec_keys import (
    EcPrivateKey,
    EcPublicKey,
    check_private_key,
    check_public_key,
    generate_ec_key,
)
from kmsproof_reference.elliptic_curve import INFINITY, Curve, Point
from kmsproof_reference.errors import InvalidKey
from kmsproof_testing import cavp

CURVES = [P256, SECP256K1, SECP160R1]
KEY = EcPrivateKey(P256, 0x1234)


# The checks.


def test_the_public_keys_of_nist() -> None:
    cases = cavp.read_cases("cryptography_vectors", "asymmetric/ECDSA/FIPS_186-3/PKV.rsp")
    cases = [case for case in cases if "P-256" in case.headings]
    refusals = {"1": "not below p", "2": "not on the curve"}
    valid = 0
    for case in cases:
        key = EcPublicKey(P256, Point(int(case.fields["Qx"], 16), int(case.fields["Qy"], 16)))
        result = case.fields["Result"]
        if result.startswith("P"):
            check_public_key(key)
            valid += 1
        else:
            with pytest.raises(InvalidKey, match=refusals[result[3]]):
                check_public_key(key)
    print(f"{len(cases)} public keys, {valid} valid")
    assert (len(cases), valid) == (12, 4)


def test_the_key_pairs_of_nist() -> None:
    cases = cavp.read_cases("cryptography_vectors", "asymmetric/ECDSA/FIPS_186-3/KeyPair.rsp")
    cases = [case for case in cases if "P-256" in case.headings and "d" in case.fields]
    for case in cases:
        key = EcPrivateKey(P256, int(case.fields["d"], 16))
        public = EcPublicKey(P256, Point(int(case.fields["Qx"], 16), int(case.fields["Qy"], 16)))
        assert key.public == public
        check_private_key(key, public)
        check_public_key(public)
        other = EcPublicKey(P256, P256.negate(public.point))
        check_public_key(other)
        with pytest.raises(InvalidKey, match="not that of the private key"):
            check_private_key(key, other)
    print(f"{len(cases)} key pairs")
    assert len(cases) == 10


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_the_range_of_a_private_key(curve: Curve) -> None:
    for d in (1, 2, curve.n - 2, curve.n - 1):
        check_private_key(EcPrivateKey(curve, d))
    for d in (-1, 0, curve.n, curve.n + 1):
        with pytest.raises(InvalidKey, match="not in 1 <= d < n"):
            check_private_key(EcPrivateKey(curve, d))


def test_infinity_is_no_public_key() -> None:
    with pytest.raises(InvalidKey, match="infinity"):
        check_public_key(EcPublicKey(P256, INFINITY))


def test_the_order_of_a_public_key_is_checked() -> None:
    """A curve with h = 2: half of its points have twice the order."""
    curve = Curve("small", p=23, a=1, b=1, g=Point(13, 16), n=7, h=4)
    point = curve.g
    check_public_key(EcPublicKey(curve, point))
    with pytest.raises(InvalidKey, match="not the order n"):
        check_public_key(EcPublicKey(curve, Point(0, 1)))


def test_a_private_key_does_not_show_itself() -> None:
    assert "1234" not in repr(KEY)
    assert str(0x1234) not in repr(KEY)


# The generation.


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_a_generated_key_is_valid_and_can_be_made_again(curve: Curve) -> None:
    keys = [generate_ec_key(curve, Drbg(b"seed", bytes([i]))) for i in range(20)]
    for i, key in enumerate(keys):
        check_private_key(key, key.public)
        check_public_key(key.public)
        assert key == generate_ec_key(curve, Drbg(b"seed", bytes([i])))
    assert len({key.d for key in keys}) == len(keys)


def test_generation_covers_the_whole_range() -> None:
    """On a small curve every d of 1 <= d < n is drawn, and nothing else."""
    curve = Curve("small", p=23, a=1, b=1, g=Point(13, 16), n=7, h=4)
    drbg = Drbg(b"range")
    assert {generate_ec_key(curve, drbg).d for _ in range(200)} == set(range(1, 7))
