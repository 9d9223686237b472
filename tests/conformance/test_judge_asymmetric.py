"""How answers about asymmetric keys become verdicts: no is a refusal, and imports have a use."""

from __future__ import annotations

import pytest

from kmsproof.judge import judge, judge_again, judge_undeclared, judge_without_key
from kmsproof.outcome import (
    Decrypted,
    Encrypted,
    Error,
    ErrorKind,
    Ok,
    Rejected,
    Signed,
    Unsupported,
    Verified,
)
from kmsproof.right_answer import RightAnswers
from kmsproof.session import AnyOutcome
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import HexBytes, RejectionClass
from kmsproof_reference.ecdsa import Ecdsa
from kmsproof_reference.ecdsa_signature import encode_signature
from kmsproof_reference.ecies import Ecies
from kmsproof_reference.oaep import Oaep
from kmsproof_reference.pkcs1_signature import Pkcs1Signature
from kmsproof_reference.pss import Pss
from kmsproof_testing.corpora import all_tests
from kmsproof_testing.corpora_asymmetric import (
    DIGEST,
    EC_KEY,
    LABEL,
    MESSAGE,
    NONCE,
    RSA_KEY,
    SEED,
    TEXT,
    TINY_ASYMMETRIC,
)
from kmsproof_vectors.model import AnyTest, Result

TESTS = all_tests(TINY_ASYMMETRIC)
RIGHT = {
    test.id: RightAnswers(file, group)
    for file in TINY_ASYMMETRIC
    for group in file.groups
    for test in group.tests
}
VALID = [test for test in TESTS.values() if test.result is Result.VALID]
INVALID = [test for test in TESTS.values() if test.result is Result.INVALID]

YES: AnyOutcome = Ok(Verified(True))
NO: AnyOutcome = Ok(Verified(False))


def signed(octets: bytes) -> AnyOutcome:
    return Ok(Signed(HexBytes(octets)))


_ECDSA = encode_signature(*Ecdsa(EC_KEY).sign(MESSAGE, NONCE))
_SIGNATURES = {
    "tiny-pss": Pss(RSA_KEY).sign(MESSAGE, SEED),
    "tiny-pkcs1": Pkcs1Signature(RSA_KEY).sign(MESSAGE),
    "tiny-ecdsa": _ECDSA,
}
_CIPHERTEXTS = {
    "tiny-oaep/e1/encrypt": Oaep(RSA_KEY).encrypt(TEXT, SEED),
    "tiny-oaep/e4/encrypt-label": Oaep(RSA_KEY).encrypt(TEXT, SEED, LABEL),
    "tiny-ecies/e1/encrypt": Ecies(EC_KEY).encrypt(TEXT, NONCE),
}


def verdict_on(test: AnyTest, outcome: AnyOutcome) -> tuple[Verdict, FailureKind | None]:
    return judge(test, outcome, RIGHT[test.id])[:2]


def right(test: AnyTest) -> AnyOutcome:
    """A right answer to a valid test."""
    family, _, name = test.id.split("/")
    if name.startswith("verify") or name == "public":
        return YES
    if name.startswith("encrypt"):
        return Ok(Encrypted(HexBytes(_CIPHERTEXTS[test.id])))
    if family in _SIGNATURES:
        return signed(_SIGNATURES[family])
    return Ok(Decrypted(TEXT))


@pytest.mark.parametrize("test", VALID, ids=lambda test: test.id)
def test_right_answer_of_a_valid_test_passes(test: AnyTest) -> None:
    assert verdict_on(test, right(test)) == (Verdict.PASS, None)


@pytest.mark.parametrize("test", VALID, ids=lambda test: test.id)
def test_wrong_answer_of_a_valid_test_fails(test: AnyTest) -> None:
    verifies = right(test) == YES
    wrong = NO if verifies else signed(bytes(256))
    failure = FailureKind.WRONG_REJECT if verifies else FailureKind.WRONG_OUTPUT
    assert verdict_on(test, wrong) == (Verdict.FAIL, failure)


VALUES: tuple[AnyOutcome, ...] = (
    YES,
    signed(_ECDSA),
    Ok(Decrypted(TEXT)),
    Ok(Encrypted(HexBytes(256))),
)


@pytest.mark.parametrize("test", INVALID, ids=lambda test: test.id)
def test_only_a_refusal_of_an_invalid_test_passes(test: AnyTest) -> None:
    for outcome in VALUES:
        assert verdict_on(test, outcome) == (Verdict.FAIL, FailureKind.WRONG_ACCEPT)
    for rejection in RejectionClass:
        refused = verdict_on(test, Rejected(rejection, "Code"))
        if rejection in test.rejections:
            assert refused == (Verdict.PASS, None)
        else:
            assert refused == (Verdict.FAIL, FailureKind.WRONG_ERROR)
    assert verdict_on(test, Unsupported("it")) == (Verdict.FAIL, FailureKind.WRONG_ERROR)
    for kind in ErrorKind:
        assert verdict_on(test, Error(kind)) == (Verdict.ERROR, None)


@pytest.mark.parametrize(
    "vector", ["tiny-pss/v2/verify-bit", "tiny-ecdsa/v3/verify-digest-31", "tiny-ecdsa/i2/public-1"]
)
def test_no_is_a_refusal(vector: str) -> None:
    """Also of a digest that is too short, and of what an imported key is used for."""
    assert verdict_on(TESTS[vector], NO) == (Verdict.PASS, None)


def test_no_to_a_valid_signature_is_a_wrong_reject_and_not_a_wrong_output() -> None:
    judgement = judge(TESTS["tiny-pss/v1/verify-raw"], NO, RIGHT["tiny-pss/v1/verify-raw"])
    assert judgement == (Verdict.FAIL, FailureKind.WRONG_REJECT, "")


@pytest.mark.parametrize("vector", ["tiny-oaep/d2/decrypt-bit", "tiny-ecies/d2/decrypt-bit"])
def test_plaintext_in_a_refusal_is_a_leak(vector: str) -> None:
    told = Rejected(RejectionClass.INVALID_CIPHERTEXT, "Code", f"got {TEXT.hex()}")
    assert verdict_on(TESTS[vector], told) == (Verdict.FAIL, FailureKind.LEAK)


def test_second_answer_may_be_another_right_one() -> None:
    """What is drawn at random differs from call to call, and is no sign of a flaky target."""
    test = TESTS["tiny-pss/s1/sign-raw"]
    again = signed(Pss(RSA_KEY).sign(MESSAGE, bytes(32)))
    assert judge_again(test, again, RIGHT[test.id]).verdict is Verdict.PASS
    other = signed(Pss(RSA_KEY).sign(DIGEST, bytes(32)))
    assert judge_again(test, other, RIGHT[test.id]).verdict is Verdict.FLAKY


def test_a_signature_that_is_wrong_the_second_time_is_flaky() -> None:
    test = TESTS["tiny-pss/v1/verify-raw"]
    assert judge_again(test, NO, RIGHT[test.id]).verdict is Verdict.FLAKY


@pytest.mark.parametrize(
    ("vector", "outcome", "verdict"),
    [
        ("tiny-pkcs1/v4/verify-without-null", YES, Verdict.UNSUPPORTED),
        ("tiny-pkcs1/v4/verify-without-null", NO, Verdict.UNSUPPORTED),
        ("tiny-ecdsa/i1/public", NO, Verdict.UNSUPPORTED),
        ("tiny-ecdsa/s1/sign-digest", Ok(Signed(HexBytes(b"\x30\x00"))), Verdict.FAIL),
        ("tiny-oaep/e4/encrypt-label", Ok(Encrypted(HexBytes(256))), Verdict.FAIL),
        ("tiny-oaep/d4/decrypt-label", Ok(Decrypted(HexBytes())), Verdict.FAIL),
        ("tiny-ecies/i1/private", Rejected(RejectionClass.INVALID_ARGUMENT, "x"), None),
    ],
)
def test_probe_of_what_is_not_declared(
    vector: str, outcome: AnyOutcome, verdict: Verdict | None
) -> None:
    """Whoever does not know a form of signature finds it wrong; that is no wrong answer."""
    judgement = judge_undeclared(TESTS[vector], outcome, "it is not declared", RIGHT[vector])
    assert judgement.verdict is (verdict or Verdict.UNSUPPORTED)
    assert ("works all the same" in judgement.reason) is (outcome == YES)


def test_an_import_without_the_key_of_its_group_says_nothing() -> None:
    refused = Rejected(RejectionClass.INVALID_ARGUMENT, "BadKey")
    bad, good = TESTS["tiny-ecdsa/i2/public-0"], TESTS["tiny-ecdsa/i1/public"]
    assert judge_without_key(bad, refused).verdict is Verdict.SKIPPED
    assert judge_without_key(good, refused).failure is FailureKind.WRONG_REJECT
