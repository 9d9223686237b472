"""EC keys from outside: the imports hold what they claim, and libraries answer them as they say."""

from __future__ import annotations

from typing import Final

import pytest

from kmsproof_reference.ec_key_encoding import decode_private_key, decode_public_key
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import decode_signature
from kmsproof_reference.elliptic_curve import Point
from kmsproof_reference.octets import os2ip
from kmsproof_reference.vocabulary import KeyPart
from kmsproof_testing.ecdsa import CURVES, FAMILIES, LIBRARIES, imports, imports_and_uses
from kmsproof_vectors.model import ImportTest, Result

ACCEPTED: Final = {
    "reference": set[str](),
    "cryptography": {"public-key-point-form/hybrid"},
    "pycryptodome": {
        "public-key-small-order/order-2-x-0",
        "public-key-restricted/ec-dh",
        "public-key-restricted/ec-mqv",
        "private-key-two-curves/alone",
        "private-key-two-curves/with-public-key",
    },
}
"""Invalid keys that a library takes and uses, on both curves: findings about the library."""


def slug_of(test: ImportTest) -> str:
    return test.id.partition("/")[2]


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("family", FAMILIES)
def test_imports_are_answered_as_they_say_but_for_what_is_known(name: str, family: str) -> None:
    wrong = {
        slug_of(test)
        for test in imports(family)
        if imports_and_uses(name, family, test) is not (test.result is Result.VALID)
    }
    assert wrong == ACCEPTED[name]


@pytest.mark.parametrize("family", FAMILIES)
def test_valid_keys_are_those_of_the_curve(family: str) -> None:
    valid = [test for test in imports(family) if test.result is Result.VALID]
    assert len(valid) == 36
    for test in valid:
        private = test.part is KeyPart.PRIVATE
        key = decode_private_key(test.material) if private else decode_public_key(test.material)
        assert key.curve is CURVES[family]


@pytest.mark.parametrize("family", FAMILIES)
def test_points_of_small_order_verify_where_nobody_looks(family: str) -> None:
    curve, found = CURVES[family], 0
    control = next(test for test in imports(family) if slug_of(test).endswith("order/control"))
    r, s = decode_signature(control.signature or b"")
    ecdsa = Ecdsa(decode_public_key(control.material))
    e = ecdsa.digest_to_integer(ecdsa.hash(control.message or b""))
    u1, u2 = ecdsa.multipliers(e, r, s)
    for test in imports(family):
        if "/public-key-small-order/order-" in test.id:
            octets = test.material[-64:]
            point = Point(os2ip(octets[:32]), os2ip(octets[32:]))
            assert not curve.is_on_curve(point)
            total = curve.add(curve.multiply(u1, curve.g), curve.multiply_by_the_rule(u2, point))
            assert total is not None
            assert total.x % curve.n == r, test.id
            found += 1
    assert found == 6


@pytest.mark.parametrize("family", FAMILIES)
def test_key_of_the_other_curve_verifies_on_its_own_curve(family: str) -> None:
    other = next(name for name in FAMILIES if name != family)
    test = next(test for test in imports(family) if slug_of(test).endswith("same-signature"))
    assert test.result is Result.INVALID
    for name in LIBRARIES:
        assert imports_and_uses(name, other, test)
        assert not imports_and_uses(name, family, test)
