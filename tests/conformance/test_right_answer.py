"""What is a right answer where there is one, and where the target draws something at random."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmsproof.outcome import Decrypted, Done, Encrypted, KeyHandle, Signed, Value, Verified
from kmsproof.right_answer import RightAnswers
from kmsproof.vocabulary import EciesDialect, HexBytes
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import encode_signature
from kmsproof_reference.ecies import EK_MK, MK_EK, Ecies
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_testing.corpora import all_tests
from kmsproof_testing.corpora_asymmetric import (
    DIGEST,
    EC_KEY,
    ECDSA_FAMILY,
    ECIES_FAMILY,
    ECIES_FILE,
    LABEL,
    MESSAGE,
    NONCE,
    OAEP_FAMILY,
    PKCS1_FAMILY,
    PSS_FAMILY,
    RSA_KEY,
    SEED,
    TEXT,
    TINY_ASYMMETRIC,
)
from kmsproof_vectors.model import CorpusFile, Result

TESTS = all_tests(TINY_ASYMMETRIC)
RIGHT = {file.family: RightAnswers(file, file.groups[0]) for file in TINY_ASYMMETRIC}


def accepts(vector: str, value: Value) -> bool:
    return RIGHT[vector.partition("/")[0]].accepts(TESTS[vector], value)


def signed(octets: bytes) -> Signed:
    return Signed(HexBytes(octets))


def encrypted(octets: bytes, **rest: HexBytes) -> Encrypted:
    return Encrypted(HexBytes(octets), **rest)


def pss_signature(message: bytes = MESSAGE, salt: bytes = SEED) -> bytes:
    return Pss(RSA_KEY, salt_length=len(salt)).sign(message, salt)


def ecdsa_signature(message: bytes = MESSAGE, nonce: int = NONCE) -> bytes:
    return encode_signature(*Ecdsa(EC_KEY).sign(message, nonce))


SIGN_PSS, SIGN_ECDSA = f"{PSS_FAMILY}/s1/sign-raw", f"{ECDSA_FAMILY}/s1/sign-raw"
SIGN_PKCS1 = f"{PKCS1_FAMILY}/s1/sign-raw"
OAEP_ENCRYPT, OAEP_LABEL = f"{OAEP_FAMILY}/e1/encrypt", f"{OAEP_FAMILY}/e4/encrypt-label"
ECIES_ENCRYPT = f"{ECIES_FAMILY}/e1/encrypt"


DRAWN = {"counting": SEED, "zeros": bytes(32), "ones": b"\xff" * 32}
"""What a target may draw at random, by what it looks like."""


@pytest.mark.parametrize("salt", DRAWN.values(), ids=DRAWN)
def test_any_salt_of_32_bytes_is_right(salt: bytes) -> None:
    assert accepts(SIGN_PSS, signed(pss_signature(salt=salt)))
    digest = signed(Pss(RSA_KEY).sign_digest(DIGEST, salt))
    assert accepts(f"{PSS_FAMILY}/s1/sign-digest", digest)


@pytest.mark.parametrize("length", [0, 20, 31, 33, 222])
def test_a_salt_of_another_length_is_wrong(length: int) -> None:
    assert not accepts(SIGN_PSS, signed(pss_signature(salt=bytes(length))))


@pytest.mark.parametrize("nonce", [1, NONCE, EC_KEY.curve.n - 1])
def test_any_nonce_is_right(nonce: int) -> None:
    signature = ecdsa_signature(nonce=nonce)
    assert accepts(SIGN_ECDSA, signed(signature))
    assert accepts(f"{ECDSA_FAMILY}/s1/sign-digest", signed(signature))


def test_both_values_of_s_are_right_and_its_negative_is_not() -> None:
    r, s = Ecdsa(EC_KEY).sign(MESSAGE, NONCE)
    assert accepts(SIGN_ECDSA, signed(encode_signature(r, EC_KEY.curve.n - s)))
    assert not accepts(SIGN_ECDSA, signed(encode_signature(r, -s)))


OTHER_SIGNATURES = {
    "of another message": (pss_signature(b"other"), ecdsa_signature(b"other")),
    "of the digest of the digest": (pss_signature(DIGEST), ecdsa_signature(DIGEST)),
    "empty": (b"", b""),
    "zeros": (bytes(256), bytes(64)),
    "too large": (b"\xff" * 256, encode_signature(1 << 256, 1)),
    "cut": (pss_signature()[:-1], ecdsa_signature()[:-1]),
    "longer": (pss_signature() + b"\x00", ecdsa_signature() + b"\x00"),
    "r and s without DER": (b"", bytes.fromhex("01" * 64)),
}


@pytest.mark.parametrize("what", OTHER_SIGNATURES)
def test_other_signatures_are_wrong(what: str) -> None:
    pss, ecdsa = OTHER_SIGNATURES[what]
    assert not accepts(SIGN_PSS, signed(pss))
    assert not accepts(SIGN_ECDSA, signed(ecdsa))


def test_the_other_scheme_is_wrong() -> None:
    pkcs1 = Pkcs1Signature(RSA_KEY).sign(MESSAGE)
    assert accepts(SIGN_PKCS1, signed(pkcs1))
    assert not accepts(SIGN_PKCS1, signed(pss_signature()))
    assert not accepts(SIGN_PSS, signed(pkcs1))


@pytest.mark.parametrize("seed", DRAWN.values(), ids=DRAWN)
def test_any_seed_of_oaep_is_right_and_the_label_counts(seed: bytes) -> None:
    plain, labelled = (Oaep(RSA_KEY).encrypt(TEXT, seed, label) for label in (b"", LABEL))
    assert accepts(OAEP_ENCRYPT, encrypted(plain))
    assert accepts(OAEP_LABEL, encrypted(labelled))
    assert not accepts(OAEP_ENCRYPT, encrypted(labelled))
    assert not accepts(OAEP_LABEL, encrypted(plain))


def test_the_dialect_counts() -> None:
    other = msgspec.structs.replace(ECIES_FILE, dialect=EciesDialect.MK_EK)
    right_of_other = RightAnswers(other, other.groups[0])
    test = TESTS[ECIES_ENCRYPT]
    for dialect, right, wrong in (
        (EK_MK, RIGHT[ECIES_FAMILY], right_of_other),
        (MK_EK, right_of_other, RIGHT[ECIES_FAMILY]),
    ):
        sealed = encrypted(Ecies(EC_KEY, dialect).encrypt(TEXT, NONCE))
        assert right.accepts(test, sealed)
        assert not wrong.accepts(test, sealed)


@pytest.mark.parametrize("vector", [OAEP_ENCRYPT, ECIES_ENCRYPT])
def test_other_ciphertexts_are_wrong(vector: str) -> None:
    whole = Oaep(RSA_KEY).encrypt(TEXT, SEED)
    sealed = whole if vector == OAEP_ENCRYPT else Ecies(EC_KEY).encrypt(TEXT, NONCE)
    assert accepts(vector, encrypted(sealed))
    for other in (b"", TEXT, bytes(len(sealed)), sealed[:-1], sealed + b"\x00", b"\xff" * 256):
        assert not accepts(vector, encrypted(other))
    assert not accepts(vector, encrypted(sealed, tag=HexBytes(sealed[-20:]))), "with a tag apart"
    other_text = Oaep(RSA_KEY).encrypt(TEXT[:-1], SEED), Ecies(EC_KEY).encrypt(TEXT[:-1], NONCE)
    assert not accepts(vector, encrypted(other_text[vector != OAEP_ENCRYPT]))


def test_yes_is_the_right_answer_to_a_valid_signature() -> None:
    for family in (PSS_FAMILY, PKCS1_FAMILY, ECDSA_FAMILY):
        assert accepts(f"{family}/v1/verify-raw", Verified(True))
        assert not accepts(f"{family}/v1/verify-raw", Verified(False))


def test_what_an_imported_key_must_come_to() -> None:
    assert accepts(f"{ECDSA_FAMILY}/i1/private", signed(ecdsa_signature()))
    assert accepts(f"{PKCS1_FAMILY}/i1/private", signed(Pkcs1Signature(RSA_KEY).sign(MESSAGE)))
    assert accepts(f"{ECDSA_FAMILY}/i1/public", Verified(True))
    assert accepts(f"{ECIES_FAMILY}/i1/private", Decrypted(TEXT))
    assert not accepts(f"{ECDSA_FAMILY}/i1/private", signed(ecdsa_signature(b"other")))
    assert not accepts(f"{ECDSA_FAMILY}/i1/public", Verified(False))
    assert not accepts(f"{ECIES_FAMILY}/i1/private", Decrypted(HexBytes(TEXT[:-1])))


OTHER_VALUES: tuple[Value, ...] = (KeyHandle("k"), Done(), Decrypted(HexBytes()), encrypted(b""))


@pytest.mark.parametrize("file", TINY_ASYMMETRIC, ids=lambda file: file.family)
def test_a_value_of_another_operation_is_never_right(file: CorpusFile) -> None:
    for group in file.groups:
        right = RightAnswers(file, group)
        for test in group.tests:
            if test.result is Result.VALID:
                assert not any(right.accepts(test, value) for value in OTHER_VALUES)


SIGNING = (SIGN_PSS, SIGN_PKCS1, SIGN_ECDSA, f"{ECDSA_FAMILY}/i1/private")
ENCRYPTING = (OAEP_ENCRYPT, OAEP_LABEL, ECIES_ENCRYPT)
LENGTHS = st.sampled_from((0, 1, 64, 65, 71, 85, 116, 255, 256, 257))


@given(st.sampled_from((*SIGNING, *ENCRYPTING)), LENGTHS.flatmap(lambda n: st.binary(max_size=n)))
@settings(deadline=None)
def test_any_bytes_of_a_target_are_judged(vector: str, octets: bytes) -> None:
    """No answer makes the judge stumble, and none of these is right by chance."""
    value: Value = signed(octets) if vector in SIGNING else encrypted(octets)
    assert accepts(vector, value) is False


@given(position=st.integers(0, 300), value=st.integers(0, 255))
@settings(max_examples=40, deadline=None)
def test_a_changed_byte_is_noticed(position: int, value: int) -> None:
    for vector, right in (
        (SIGN_PSS, pss_signature()),
        (OAEP_ENCRYPT, Oaep(RSA_KEY).encrypt(TEXT, SEED)),
        (ECIES_ENCRYPT, Ecies(EC_KEY).encrypt(TEXT, NONCE)),
    ):
        at = position % len(right)
        other = right[:at] + bytes([value]) + right[at + 1 :]
        answer: Value = signed(other) if vector == SIGN_PSS else encrypted(other)
        assert accepts(vector, answer) is (other == right)
