"""Every rule by which an answer becomes a verdict."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof.judge import (
    inconclusive,
    judge,
    judge_again,
    judge_undeclared,
    judge_uniformity,
    judge_without_key,
)
from kmsproof.outcome import (
    Decrypted,
    Encrypted,
    Error,
    ErrorKind,
    Ok,
    Rejected,
    Unsupported,
    Value,
)
from kmsproof.right_answer import RightAnswers
from kmsproof.session import AnyOutcome
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import HexBytes, RejectionClass
from kmsproof_testing.corpora import (
    CBC_FAMILY,
    CHAIN_FAMILY,
    GCM_FAMILY,
    GCM_FILE,
    TEXT,
    all_tests,
)
from kmsproof_vectors.model import AnyTest, DecryptTest, EncryptTest, MonteCarloTest, Result

TESTS = all_tests()
RIGHT = RightAnswers(GCM_FILE, GCM_FILE.groups[0])
DECRYPT = TESTS[f"{GCM_FAMILY}/g1/decrypt-plain"]
ENCRYPT = TESTS[f"{GCM_FAMILY}/g1/encrypt-plain"]
CBC_ENCRYPT = TESTS[f"{CBC_FAMILY}/c1/encrypt-16"]
CHAIN = TESTS[f"{CHAIN_FAMILY}/m1/encrypt"]
BAD_TAG = TESTS[f"{GCM_FAMILY}/g3/tag-bit-0"]
BAD_IV = TESTS[f"{GCM_FAMILY}/g6/encrypt-iv-empty"]
BAD_PADDING = TESTS[f"{CBC_FAMILY}/c2/padding-zero"]
CUT_TAG = TESTS[f"{GCM_FAMILY}/g7/tag-cut"]

EMPTY = HexBytes()
ZEROS = HexBytes(bytes(16))


def refused(rejection: RejectionClass = RejectionClass.INVALID_CIPHERTEXT) -> Rejected:
    return Rejected(rejection, "Code", "text")


def right(test: AnyTest) -> AnyOutcome:
    match test:
        case EncryptTest():
            assert test.ciphertext is not None
            return Ok(Encrypted(test.ciphertext, test.iv, test.tag))
        case DecryptTest():
            assert test.plaintext is not None
            return Ok(Decrypted(test.plaintext))
        case MonteCarloTest():
            return Ok(Encrypted(test.expected))
        case _:
            raise AssertionError(f"{test.id} is no test of a symmetric key")


WRONG_VALUES: list[tuple[AnyTest, AnyOutcome]] = [
    (DECRYPT, Ok(Decrypted(EMPTY))),
    (DECRYPT, Ok(Decrypted(HexBytes(TEXT[:-1])))),
    (DECRYPT, Ok(Decrypted(HexBytes(TEXT + b"\x00")))),
    (DECRYPT, Ok(Encrypted(TEXT))),
    (CHAIN, Ok(Encrypted(ZEROS))),
    (CHAIN, Ok(Decrypted(ZEROS))),
]
for changed in ({"ciphertext": EMPTY}, {"tag": None}, {"tag": ZEROS}, {"iv": HexBytes(bytes(12))}):
    assert isinstance(ENCRYPT, EncryptTest)
    fields = {"ciphertext": ENCRYPT.ciphertext, "tag": ENCRYPT.tag, "iv": ENCRYPT.iv, **changed}
    WRONG_VALUES.append((ENCRYPT, Ok(Encrypted(**fields))))  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("test", [DECRYPT, ENCRYPT, CBC_ENCRYPT, CHAIN], ids=lambda test: test.id)
def test_right_answer_of_a_valid_test_passes(test: AnyTest) -> None:
    assert judge(test, right(test), RIGHT) == (Verdict.PASS, None, "")


def test_iv_may_be_left_out_of_an_answer() -> None:
    assert isinstance(ENCRYPT, EncryptTest)
    assert ENCRYPT.ciphertext is not None
    assert RIGHT.accepts(ENCRYPT, Encrypted(ENCRYPT.ciphertext, tag=ENCRYPT.tag))


@pytest.mark.parametrize(("test", "outcome"), WRONG_VALUES)
def test_other_value_of_a_valid_test_is_a_wrong_output(test: AnyTest, outcome: AnyOutcome) -> None:
    judgement = judge(test, outcome, RIGHT)
    assert judgement[:2] == (Verdict.FAIL, FailureKind.WRONG_OUTPUT)


def test_tag_where_there_is_none_is_a_wrong_output() -> None:
    assert isinstance(CBC_ENCRYPT, EncryptTest)
    assert CBC_ENCRYPT.ciphertext is not None
    judgement = judge(CBC_ENCRYPT, Ok(Encrypted(CBC_ENCRYPT.ciphertext, tag=ZEROS)), RIGHT)
    assert judgement.failure is FailureKind.WRONG_OUTPUT


@pytest.mark.parametrize("rejection", RejectionClass)
def test_refusal_of_a_valid_test_is_a_wrong_reject(rejection: RejectionClass) -> None:
    judgement = judge(DECRYPT, refused(rejection), RIGHT)
    assert judgement[:2] == (Verdict.FAIL, FailureKind.WRONG_REJECT)


@pytest.mark.parametrize("value", [Decrypted(TEXT), Decrypted(EMPTY), Encrypted(TEXT)])
def test_acceptance_of_an_invalid_test_is_a_wrong_accept(value: Decrypted | Encrypted) -> None:
    judgement = judge(BAD_TAG, Ok(value), RIGHT)
    assert judgement[:2] == (Verdict.FAIL, FailureKind.WRONG_ACCEPT)


@pytest.mark.parametrize("test", [BAD_TAG, BAD_IV, BAD_PADDING, CUT_TAG], ids=lambda test: test.id)
@pytest.mark.parametrize("rejection", RejectionClass)
def test_invalid_test_passes_only_on_an_allowed_class(
    test: AnyTest, rejection: RejectionClass
) -> None:
    judgement = judge(test, refused(rejection), RIGHT)
    if rejection in test.rejections:
        assert judgement == (Verdict.PASS, None, "")
    else:
        assert judgement[:2] == (Verdict.FAIL, FailureKind.WRONG_ERROR)
        assert rejection in judgement.reason


@pytest.mark.parametrize(
    ("test", "failure"),
    [(DECRYPT, FailureKind.WRONG_REJECT), (BAD_TAG, FailureKind.WRONG_ERROR)],
    ids=["valid", "invalid"],
)
def test_unsupported_although_declared_is_a_failure(test: AnyTest, failure: FailureKind) -> None:
    judgement = judge(test, Unsupported("decrypt"), RIGHT)
    assert judgement[:2] == (Verdict.FAIL, failure)
    assert "declares" in judgement.reason


@pytest.mark.parametrize("test", [DECRYPT, ENCRYPT, CHAIN, BAD_TAG, BAD_PADDING])
@pytest.mark.parametrize("kind", ErrorKind)
def test_error_says_nothing_about_any_test(test: AnyTest, kind: ErrorKind) -> None:
    assert judge(test, Error(kind, "503"), RIGHT) == (Verdict.ERROR, None, "")


OCTETS = st.binary().map(HexBytes)
VALUES: st.SearchStrategy[Value] = st.builds(Decrypted, OCTETS) | st.builds(Encrypted, OCTETS)


def ok(value: Value) -> AnyOutcome:
    return Ok(value)


OUTCOMES: st.SearchStrategy[AnyOutcome] = st.one_of(
    VALUES.map(ok),
    st.builds(Rejected, st.sampled_from(RejectionClass), st.text(), st.text()),
    st.builds(Unsupported, st.text()),
    st.builds(Error, st.sampled_from(ErrorKind), st.text()),
)


@given(st.sampled_from(sorted(TESTS)), OUTCOMES)
def test_only_two_answers_can_pass(vector: str, outcome: AnyOutcome) -> None:
    test = TESTS[vector]
    if judge(test, outcome, RIGHT).verdict is not Verdict.PASS:
        return
    if test.result is Result.VALID:
        assert isinstance(outcome, Ok)
        assert RIGHT.accepts(test, outcome.value)
    else:
        assert isinstance(outcome, Rejected)
        assert outcome.rejection in test.rejections


@pytest.mark.parametrize(
    "text",
    [
        TEXT.hex(),
        f"got {TEXT.hex().upper()}!",
        TEXT.decode(),
        f"plaintext {bytes(TEXT)!r}",
        base64.b64encode(TEXT).decode(),
        base64.b64encode(TEXT).decode().rstrip("="),
    ],
)
@pytest.mark.parametrize("where", ["native_code", "message"])
def test_plaintext_in_a_refusal_is_a_leak(text: str, where: str) -> None:
    told = {"native_code": "Code", "message": "", where: text}
    outcome = Rejected(RejectionClass.INVALID_CIPHERTEXT, **told)
    assert judge(BAD_TAG, outcome, RIGHT)[:2] == (Verdict.FAIL, FailureKind.LEAK)


def test_leak_is_worse_than_the_wrong_class() -> None:
    outcome = Rejected(RejectionClass.NOT_FOUND, "Code", TEXT.hex())
    assert judge(BAD_TAG, outcome, RIGHT).failure is FailureKind.LEAK


@pytest.mark.parametrize("plaintext", [b"7 bytes", b"\x00" * 32, b"\x20" * 16, b"ababababab", b""])
def test_what_can_stand_there_by_chance_is_no_leak(plaintext: bytes) -> None:
    test = DecryptTest(
        id="f/c/s",
        case="c",
        result=Result.INVALID,
        why="",
        clause=BAD_TAG.clause,
        flags=(),
        rejections=(RejectionClass.INVALID_CIPHERTEXT,),
        ciphertext=EMPTY,
        plaintext=HexBytes(plaintext),
    )
    text = f"{plaintext.hex()} {plaintext.decode('latin-1')}"
    outcome = Rejected(RejectionClass.INVALID_CIPHERTEXT, "Code", text)
    assert judge(test, outcome, RIGHT).verdict is Verdict.PASS


def test_verdict_on_the_control_decides_what_a_refusal_proves() -> None:
    for verdict in Verdict:
        judgement = inconclusive("f/c/control", verdict)
        assert judgement.verdict is Verdict.SKIPPED
        assert f"f/c/control ended as {verdict}" in judgement.reason
    assert "was not asked" in inconclusive("f/c/control", None).reason


@pytest.mark.parametrize(
    ("test", "outcome", "verdict", "failure"),
    [
        (DECRYPT, refused(), Verdict.FAIL, FailureKind.WRONG_REJECT),
        (DECRYPT, Unsupported("AES"), Verdict.FAIL, FailureKind.WRONG_REJECT),
        (DECRYPT, Error(ErrorKind.TRANSPORT), Verdict.ERROR, None),
        (BAD_TAG, refused(), Verdict.SKIPPED, None),
        (BAD_TAG, refused(RejectionClass.ACCESS_DENIED), Verdict.SKIPPED, None),
        (BAD_TAG, Unsupported("AES"), Verdict.SKIPPED, None),
        (BAD_TAG, Error(ErrorKind.TRANSPORT), Verdict.ERROR, None),
    ],
)
def test_refused_key_fails_valid_tests_and_says_nothing_about_invalid_ones(
    test: AnyTest, outcome: AnyOutcome, verdict: Verdict, failure: FailureKind | None
) -> None:
    assert judge_without_key(test, outcome)[:2] == (verdict, failure)


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (right(DECRYPT), Verdict.PASS),
        (Ok(Decrypted(EMPTY)), Verdict.FLAKY),
        (refused(), Verdict.FLAKY),
        (Unsupported("decrypt"), Verdict.FLAKY),
        (Error(ErrorKind.THROTTLED), Verdict.ERROR),
    ],
)
def test_second_answer_to_a_control(outcome: AnyOutcome, verdict: Verdict) -> None:
    judgement = judge_again(DECRYPT, outcome, RIGHT)
    assert judgement.verdict is verdict
    assert judgement.failure is None
    assert bool(judgement.reason) is (verdict is not Verdict.PASS)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (Rejected(RejectionClass.INVALID_CIPHERTEXT, "Code", "text"), True),
        (Rejected(RejectionClass.INVALID_ARGUMENT, "Code", "text"), False),
        (Rejected(RejectionClass.INVALID_CIPHERTEXT, "Kode", "text"), False),
        (Rejected(RejectionClass.INVALID_CIPHERTEXT, "Code", "text\x1b[2J"), False),
    ],
    ids=["same", "class", "code", "message"],
)
def test_refusals_that_can_be_told_apart_are_an_oracle(other: Rejected, alike: bool) -> None:
    judgement = judge_uniformity([refused(), refused(), other])
    if alike:
        assert judgement == (Verdict.PASS, None, "")
    else:
        assert judgement[:2] == (Verdict.FAIL, FailureKind.ORACLE)
        assert "2 kinds of refusal" in judgement.reason
        assert "2 × invalid-ciphertext Code 'text'" in judgement.reason
        assert judgement.reason.isprintable()


@pytest.mark.parametrize("refusals", [[], [refused()]], ids=["none", "one"])
def test_too_few_refusals_cannot_be_compared(refusals: list[Rejected]) -> None:
    assert judge_uniformity(refusals).verdict is Verdict.SKIPPED


@pytest.mark.parametrize(
    ("outcome", "verdict", "told"),
    [
        (right(DECRYPT), Verdict.UNSUPPORTED, "works all the same"),
        (Ok(Decrypted(EMPTY)), Verdict.FAIL, "its answer is wrong"),
        (refused(), Verdict.UNSUPPORTED, "GCM is not declared"),
        (Unsupported("GCM"), Verdict.UNSUPPORTED, "GCM is not declared"),
        (Error(ErrorKind.INTERNAL), Verdict.UNSUPPORTED, "GCM is not declared"),
    ],
)
def test_probe_of_what_is_not_declared(outcome: AnyOutcome, verdict: Verdict, told: str) -> None:
    judgement = judge_undeclared(DECRYPT, outcome, "GCM is not declared", RIGHT)
    assert judgement.verdict is verdict
    assert told in judgement.reason
