"""What ECB and CBC targets must refuse: endings, lengths and IVs are the ones that are named."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.vocabulary import RejectionClass
from kmsproof_testing.block_modes import (
    FAMILIES,
    PADDED,
    UNPADDED,
    block_mode_file,
    keyed_tests,
    padded_text,
    vectors_of,
)
from kmsproof_vectors.cases.aes_block_modes_bad_padding import bad_paddings, is_pkcs7
from kmsproof_vectors.model import CipherTest, DecryptTest, EncryptTest, Parameter, Result

CBC_FAMILIES = [family for family in FAMILIES if "-cbc-" in family]

BY_FAMILY = pytest.mark.parametrize("family", FAMILIES)
BY_PADDED = pytest.mark.parametrize("family", PADDED)
BY_UNPADDED = pytest.mark.parametrize("family", UNPADDED)
BY_CBC = pytest.mark.parametrize("family", CBC_FAMILIES)

INVALID_CIPHERTEXT = (RejectionClass.INVALID_CIPHERTEXT,)
INVALID_ARGUMENT = (RejectionClass.INVALID_ARGUMENT,)

WYCHEPROOF_KINDS = {
    "zeros": (0, 8, 15, 16, 17, 32),
    "ones": (0, 8, 15, 16, 17, 32),
    "iso-7816-4": (0, 8, 15, 16, 17, 32),
    "longer-than-block-by-16": (0, 8, 15, 16, 17, 32),
    "longer-than-message-by-block": (16, 17, 32),
    "all-bytes-20": (0, 8),  # in one block 32 is a block more than there is
    "last-byte-20": (15,),
    "ansi-x9-23": (0, 8, 16, 17, 32),
    "iso-10126": (0, 8, 16, 17, 32),
    "byte-01-zero": (0, 8, 16, 17, 32),
    "none": (16, 32),
}
"""The kinds and message lengths of Wycheproof's 47 bad paddings for each key length."""

SIZES = [0, 1, 4, 8, 12, 15, 16, 17, 23, 31, 32, 40, 47, 48, 63]


def invalid(tests: dict[str, CipherTest]) -> dict[str, CipherTest]:
    return {name: test for name, test in tests.items() if test.result is Result.INVALID}


@BY_PADDED
def test_c4_has_all_that_wycheproof_has(family: str) -> None:
    names = {f"length-{n:02}-{kind}" for kind, sizes in WYCHEPROOF_KINDS.items() for n in sizes}
    assert len(names) == 47
    assert names <= set(invalid(vectors_of(family, "bad-padding")))


@BY_PADDED
def test_c4_changes_one_byte_at_each_place_of_the_padding(family: str) -> None:
    names = set(vectors_of(family, "bad-padding"))
    for length in SIZES:
        for place in range(1, 17 - length % 16):
            assert f"length-{length:02}-byte-{place:02}-high" in names


@BY_PADDED
def test_c4_ends_in_no_padding_where_it_is_invalid(family: str) -> None:
    file, prefix = block_mode_file(family), f"{family}/bad-padding/"
    texts = set[bytes]()
    for key, test in keyed_tests(file):
        if test.id.startswith(prefix):
            text = padded_text(file, key, test)
            assert is_pkcs7(text) == (test.result is Result.VALID)
            texts.add(text)
    assert len(texts) == 625


@BY_PADDED
def test_c8_has_every_run_of_every_value_once(family: str) -> None:
    file, prefix = block_mode_file(family), f"{family}/padding-exhaustive/"
    found = Counter[tuple[int, int]]()
    valid = 0
    for key, test in keyed_tests(file):
        if not test.id.startswith(prefix):
            continue
        text = padded_text(file, key, test)
        run = len(text) - len(text.rstrip(text[-1:]))
        assert test.id == f"{prefix}run-{run:02}-value-{text[-1]:02x}"
        found[run, text[-1]] += 1
        valid += test.result is Result.VALID
        assert (test.result is Result.VALID) == (1 <= text[-1] <= run)
    assert len(found) == found.total() == 4096
    assert valid == 136


def test_c8_ids_are_stable() -> None:
    tests = vectors_of("aes-256-cbc-pkcs7", "padding-exhaustive")
    assert tests["run-05-value-0c"].control == (
        "aes-256-cbc-pkcs7/padding-exhaustive/run-12-value-0c"
    )
    assert tests["run-05-value-ff"].control == (
        "aes-256-cbc-pkcs7/padding-exhaustive/run-05-value-05"
    )


@BY_PADDED
def test_c11_binds_all_bad_paddings_and_nothing_else(family: str) -> None:
    file = block_mode_file(family)
    assert [one.case for one in file.uniformities] == ["C11"]
    for _, test in keyed_tests(file):
        bad = test.result is Result.INVALID and test.case in ("C4", "C8")
        assert (test.oracle == file.uniformities[0].name) == bad
        if bad:
            assert test.rejections == INVALID_CIPHERTEXT


@BY_UNPADDED
def test_no_uniformity_without_padding(family: str) -> None:
    assert block_mode_file(family).uniformities == ()


def input_lengths(tests: dict[str, CipherTest], field: str) -> list[int]:
    return sorted(len(getattr(test, field)) for test in invalid(tests).values())


@BY_FAMILY
def test_c5_has_the_lengths_around_every_block_boundary(family: str) -> None:
    tests = vectors_of(family, "ciphertext-length")
    around = [16 * count + step for count in range(1, 6) for step in (-1, 1)]
    empty = [0] if family in PADDED else []
    assert input_lengths(tests, "ciphertext") == sorted([*empty, 1, 8, 24, *around])
    for test in invalid(tests).values():
        assert set(test.rejections) == {*INVALID_CIPHERTEXT, *INVALID_ARGUMENT}


@BY_FAMILY
def test_c5_longer_ciphertexts_hold_the_message_that_must_not_come_out(family: str) -> None:
    tests = vectors_of(family, "ciphertext-length")
    for count in range(1, 6):
        longer, control = tests[f"{16 * count + 1}-bytes"], tests[f"{16 * count}-bytes-control"]
        assert isinstance(longer, DecryptTest)
        assert isinstance(control, DecryptTest)
        assert longer.plaintext == control.plaintext


@BY_UNPADDED
def test_c6_has_the_lengths_that_are_no_blocks(family: str) -> None:
    tests = vectors_of(family, "plaintext-length")
    assert input_lengths(tests, "plaintext") == [1, 8, 15, 17, 24, 31, 33]
    for test in invalid(tests).values():
        assert test.rejections == INVALID_ARGUMENT
        assert test.probes == (Parameter.PLAINTEXT_LENGTH,)


@BY_CBC
@pytest.mark.parametrize("case", ["encrypt-iv", "decrypt-iv"])
def test_c9_has_ivs_of_every_wrong_length(family: str, case: str) -> None:
    tests = invalid(vectors_of(family, case))
    given_lengths = sorted(len(test.iv) for test in tests.values() if test.iv is not None)
    assert given_lengths == [0, 8, 12, 15, 17, 32]
    missing = [name for name, test in tests.items() if test.iv is None]
    assert missing == (["missing"] if case == "decrypt-iv" else [])
    for test in tests.values():
        assert test.probes == (Parameter.IV_LENGTH,)
        assert RejectionClass.INVALID_ARGUMENT in test.rejections
        allowed = RejectionClass.INVALID_CIPHERTEXT in test.rejections
        assert allowed == isinstance(test, DecryptTest)


@BY_FAMILY
def test_nothing_is_asked_that_waits_for_a_profile(family: str) -> None:
    for _, test in keyed_tests(block_mode_file(family)):
        if isinstance(test, EncryptTest):
            assert (test.iv is not None) == ("-cbc-" in family)
            assert test.plaintext or family in PADDED
        elif isinstance(test, DecryptTest):
            assert test.iv is None or "-cbc-" in family
            assert test.ciphertext or family in PADDED


MESSAGES = st.binary(max_size=80).filter(lambda text: not text or not 1 <= text[-1] <= 17)


@given(MESSAGES, st.binary(min_size=1, max_size=8))
def test_no_bad_padding_is_good_whatever_the_message(message: bytes, seed: bytes) -> None:
    made = list(bad_paddings(message, Drbg(seed)))
    assert len({bad.slug for bad in made}) == len({bad.padded for bad in made}) == len(made)
    for bad in made:
        assert not is_pkcs7(bad.padded)
        assert bad.padded.startswith(message)
        assert len(bad.padded) % 16 == 0
        assert bad.exposed is None or bad.padded.startswith(bad.exposed)
