"""The ECB and CBC files hold what they claim: counts, lengths, kinds, coverage, relations."""

from __future__ import annotations

from collections import Counter

import pytest

from kmsproof_reference.aes import Aes
from kmsproof_reference.intermediate import Recorder
from kmsproof_reference.octets import blocks, xor
from kmsproof_reference.vocabulary import Operation
from kmsproof_testing.block_modes import (
    FAMILIES,
    PADDED,
    UNPADDED,
    block_mode_file,
    keyed_tests,
    vectors_of,
)
from kmsproof_testing.cavp import Case, read_cases
from kmsproof_vectors.cases.aes_block_modes_books import recipes
from kmsproof_vectors.model import (
    CipherTest,
    DecryptTest,
    EncryptTest,
    MonteCarloTest,
)

ECB_PADDED = {"C1": 198, "C4": 625, "C5": 19, "C7": 40, "C8": 4096, "C12": 43}
CBC_PADDED = ECB_PADDED | {"C9": 15, "C12": 157}
ECB_UNPADDED = {"C3": 6, "C5": 18, "C6": 10, "C7": 52, "C12": 50}
CBC_UNPADDED = ECB_UNPADDED | {"C9": 15, "C12": 164}

COUNTS: dict[str, dict[str, int]] = {
    "aes-128-ecb-pkcs7": ECB_PADDED,
    "aes-192-ecb-pkcs7": ECB_PADDED,
    "aes-256-ecb-pkcs7": ECB_PADDED,
    "aes-128-cbc-pkcs7": CBC_PADDED,
    "aes-192-cbc-pkcs7": CBC_PADDED,
    "aes-256-cbc-pkcs7": CBC_PADDED,
    "aes-128-ecb-no-padding": ECB_UNPADDED | {"C2": 1246},
    "aes-192-ecb-no-padding": ECB_UNPADDED | {"C2": 1502},
    "aes-256-ecb-no-padding": ECB_UNPADDED | {"C2": 1758},
    "aes-128-cbc-no-padding": CBC_UNPADDED | {"C2": 1506},
    "aes-192-cbc-no-padding": CBC_UNPADDED | {"C2": 1762},
    "aes-256-cbc-no-padding": CBC_UNPADDED | {"C2": 2018},
}
"""Tests of each class in each file; a vector that is lost or added by accident shows here."""

BY_FAMILY = pytest.mark.parametrize("family", FAMILIES)
BY_PADDED = pytest.mark.parametrize("family", PADDED)
BY_UNPADDED = pytest.mark.parametrize("family", UNPADDED)


def test_there_is_a_recipe_for_each_family() -> None:
    assert sorted(recipe.parameters.family for recipe in recipes()) == sorted(FAMILIES)


@BY_FAMILY
def test_counts_of_each_class(family: str) -> None:
    found = Counter(test.case for _, test in keyed_tests(block_mode_file(family)))
    assert found == COUNTS[family]


def lengths(tests: dict[str, CipherTest], field: str) -> list[int]:
    return sorted(len(getattr(test, field)) for test in tests.values())


@BY_PADDED
def test_c1_has_every_length_in_both_directions(family: str) -> None:
    tests = vectors_of(family, "message-length")
    wanted = [*range(48), 63, 64, 65, 80, 128, 129, 4095, 4096, 4097]
    assert lengths(tests, "plaintext") == sorted(wanted * 2)
    assert sum(isinstance(test, EncryptTest) for test in tests.values()) == 57


@BY_PADDED
def test_c1_ciphertexts_have_the_length_of_rfc_5652(family: str) -> None:
    for test in vectors_of(family, "message-length").values():
        assert isinstance(test, EncryptTest | DecryptTest)
        assert test.plaintext is not None
        assert test.ciphertext is not None
        assert len(test.ciphertext) == 16 * (len(test.plaintext) // 16 + 1)


@BY_UNPADDED
def test_c2_sets_every_bit_of_key_and_text(family: str) -> None:
    file = block_mode_file(family)
    prefix = f"{family}/variable-key/"
    keys = {key for key, test in keyed_tests(file) if test.id.startswith(prefix)}
    bits = 8 * len(next(iter(keys)))
    assert {1 << bit for bit in range(bits)} <= {int.from_bytes(key) for key in keys}
    assert {(1 << bits) - (1 << bit) for bit in range(bits)} <= {int.from_bytes(k) for k in keys}
    texts = {
        int.from_bytes(test.plaintext)
        for test in vectors_of(family, "variable-text").values()
        if isinstance(test, EncryptTest)
    }
    assert texts == {1 << bit for bit in range(128)} | {
        (1 << 128) - (1 << bit) for bit in range(128)
    }


@BY_UNPADDED
def test_c2_has_messages_of_one_to_ten_blocks_and_long_ones(family: str) -> None:
    case = "cbc-message" if "-cbc-" in family else "ecb-message"
    tests = vectors_of(family, case)
    assert lengths(tests, "plaintext") == sorted(
        [16 * count for count in (*range(1, 11), 256, 257, 512)] * 2
    )
    file = block_mode_file(family)
    keys = {key for key, test in keyed_tests(file) if test.id.startswith(f"{family}/{case}/")}
    assert len(keys) == 13


def s_box_inputs(family: str, case: str, step: str, operation: str) -> list[set[int]]:
    """Return what the S-box meets at each position over the messages of a case."""
    met: list[set[int]] = [set() for _ in range(16)]
    prefix = f"{family}/{case}/"
    for key, test in keyed_tests(block_mode_file(family)):
        if not test.id.startswith(prefix) or not isinstance(test, EncryptTest):
            continue
        previous = test.iv or bytes(16)
        for plain, sealed in zip(
            blocks(test.plaintext), blocks(test.ciphertext or b""), strict=True
        ):
            recorder = Recorder()
            aes = Aes(key, show=recorder)
            if operation == "cipher":
                aes.cipher(xor(plain, previous))
            else:
                aes.inv_cipher(sealed)
            for place, octet in enumerate(recorder[step % aes.rounds if "%" in step else step]):
                met[place].add(octet)
            previous = sealed if test.iv is not None else previous
    return met


@BY_UNPADDED
@pytest.mark.parametrize(
    ("case", "operation", "step"),
    [
        ("s-box-first-round", "cipher", "round[ 1].start"),
        ("s-box-first-round", "inv_cipher", "round[%2d].is_row"),
        ("s-box-last-round", "cipher", "round[%2d].start"),
        ("s-box-last-round", "inv_cipher", "round[ 1].is_row"),
    ],
)
def test_c2_shows_the_s_box_every_byte_at_every_position(
    family: str, case: str, operation: str, step: str
) -> None:
    met = s_box_inputs(family, case, step, operation)
    assert [len(octets) for octets in met] == [256] * 16


@BY_UNPADDED
def test_c2_shows_the_s_box_every_byte_in_the_key_expansion(family: str) -> None:
    first, middle = set[int](), set[int]()
    prefix = f"{family}/s-box-key-schedule/"
    for key, test in keyed_tests(block_mode_file(family)):
        if test.id.startswith(prefix):
            first |= set(key[-4:])
            middle |= set(Aes(key).round_keys[2][12:])
    assert len(first) == 256
    assert len(middle) == 256 or "-256-" not in family


def octets(case: Case, *names: str) -> tuple[bytes, ...]:
    return tuple(case.octets(name) for name in names)


@BY_UNPADDED
@pytest.mark.parametrize("kind", ["VarKey", "VarTxt"])
def test_c2_contains_what_nist_publishes_of_the_same_kind(family: str, kind: str) -> None:
    _, bits, algorithm, *_ = family.split("-")
    name = f"{algorithm.upper()}{kind}{bits}"
    path = f"ciphers/AES/{algorithm.upper()}/{name}.rsp"
    wanted = {
        octets(case, "KEY", "PLAINTEXT", "CIPHERTEXT")
        for case in read_cases("cryptography_vectors", path)
    }
    ours = {
        (key, test.plaintext, test.ciphertext)
        for key, test in keyed_tests(block_mode_file(family))
        if isinstance(test, EncryptTest) and "/variable-" in test.id
    }
    assert len(wanted) == (int(bits) if kind == "VarKey" else 128)
    assert wanted <= ours


@BY_UNPADDED
def test_c3_has_three_keys_in_both_directions(family: str) -> None:
    chains = [
        (key, test)
        for key, test in keyed_tests(block_mode_file(family))
        if isinstance(test, MonteCarloTest)
    ]
    assert len({key for key, _ in chains}) == 3
    assert Counter(test.direction for _, test in chains) == {
        Operation.ENCRYPT: 3,
        Operation.DECRYPT: 3,
    }
    assert {test.iterations for _, test in chains} == {1000}
