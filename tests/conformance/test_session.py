"""A session with a target in this process: whatever the adapter does becomes an outcome."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kmsproof.capability import AlgorithmCapability, Description, LengthRange
from kmsproof.errors import ExitCode, TargetStartError
from kmsproof.messages import Decrypt, Encrypt, Sign, Verify
from kmsproof.outcome import (
    Decrypted,
    Done,
    Encrypted,
    Error,
    ErrorKind,
    KeyHandle,
    Ok,
    Rejected,
    Signed,
    Unsupported,
    Verified,
)
from kmsproof.session import AnyOutcome, InProcessSession, described, summary
from kmsproof.verdict import Verdict
from kmsproof.vocabulary import (
    Algorithm,
    HexBytes,
    KeySpec,
    Operation,
    ProtectionLevel,
    RejectionClass,
)
from kmsproof_testing.corpora import CHAIN_FILE
from kmsproof_testing.fakes.expectations import TESTS
from kmsproof_testing.fakes.running import run_in_process, run_session
from kmsproof_testing.fakes.service import Service
from kmsproof_testing.fakes.targets import in_process

DECRYPT = Decrypt(id=3, key="k", algorithm=Algorithm.GCM, ciphertext=HexBytes())
ENCRYPT = Encrypt(id=4, key="k", algorithm=Algorithm.GCM, plaintext=HexBytes())
SIGN = Sign(id=5, key="k", algorithm=Algorithm.ECDSA_SHA_256, message=HexBytes())
VERIFY = Verify(
    id=6, key="k", algorithm=Algorithm.ECDSA_SHA_256, message=HexBytes(), signature=HexBytes()
)
Asked = Decrypt | Encrypt | Sign | Verify
DESCRIPTION = Description(protocol=1, name="t", version="1", keys=(), algorithms=())
BYTES = HexBytes(b"x")
INVALID = RejectionClass.INVALID_CIPHERTEXT


def wrong(value: object) -> Any:
    """Return a value as one of any type: the wrong type is the point."""
    return value


class Replaced:
    """The fake service with some of its methods replaced."""

    def __init__(self, **methods: Callable[[Any], object]) -> None:
        self._target = in_process("good")
        self._methods = methods

    def __getattr__(self, name: str) -> Any:
        return self._methods.get(name) or getattr(self._target, name)


def exits(_: object) -> object:
    sys.exit(0)


def divides(_: object) -> object:
    return 1 / 0


def returning(value: object) -> Callable[[Any], object]:
    return lambda _: value


def session_with(**methods: Callable[[Any], object]) -> InProcessSession:
    return InProcessSession(wrong(Replaced(**methods)), deadline_ms=1000)


def answer_to(outcome: object, request: Asked = DECRYPT) -> AnyOutcome:
    methods = dict.fromkeys(("decrypt", "encrypt", "sign", "verify"), returning(outcome))
    [answer] = session_with(**methods).ask([request])
    assert answer.id == request.id
    return answer.outcome


@pytest.mark.parametrize(
    ("outcome", "request_"),
    [
        (Ok(Decrypted(BYTES)), DECRYPT),
        (Ok(Encrypted(BYTES)), ENCRYPT),
        (Ok(Encrypted(BYTES, BYTES, BYTES)), ENCRYPT),
        (Ok(Signed(BYTES)), SIGN),
        (Ok(Verified(False)), VERIFY),
        (Ok(Verified(True)), VERIFY),
        (Rejected(INVALID, "Code", "text"), DECRYPT),
        (Unsupported("this"), DECRYPT),
        (Error(ErrorKind.THROTTLED, "slowly"), DECRYPT),
    ],
)
def test_proper_outcome_passes_through(outcome: object, request_: Asked) -> None:
    assert answer_to(outcome, request_) is outcome


WRONG_TYPES: list[tuple[object, Asked]] = [
    (None, DECRYPT),
    (7, DECRYPT),
    (b"plaintext", DECRYPT),
    (Decrypted(BYTES), DECRYPT),
    ({"ok": {"plaintext": ""}}, DECRYPT),
    (Ok(Encrypted(BYTES)), DECRYPT),
    (Ok(Decrypted(BYTES)), ENCRYPT),
    (Ok(None), DECRYPT),
    (Ok(Decrypted(wrong("00"))), DECRYPT),
    (Ok(Decrypted(wrong(None))), DECRYPT),
    (Ok(Encrypted(BYTES, iv=wrong("00"))), ENCRYPT),
    (Ok(Encrypted(BYTES, tag=wrong(7))), ENCRYPT),
    (Ok(Signed(wrong("00"))), SIGN),
    (Ok(Verified(True)), SIGN),
    (Ok(Verified(wrong("no"))), VERIFY),
    (Ok(Verified(wrong(1))), VERIFY),
    (Ok(Verified(wrong(None))), VERIFY),
    (True, VERIFY),
    (Rejected(wrong("invalid-ciphertext"), "Code"), DECRYPT),
    (Rejected(INVALID, wrong(7)), DECRYPT),
    (Rejected(INVALID, "", wrong(None)), DECRYPT),
    (Unsupported(wrong(None)), DECRYPT),
    (Error(wrong("503")), DECRYPT),
    (Rejected, DECRYPT),
]


@pytest.mark.parametrize(("outcome", "request_"), WRONG_TYPES)
def test_wrong_type_is_the_adapters_error(outcome: object, request_: Asked) -> None:
    answer = answer_to(outcome, request_)
    assert isinstance(answer, Error)
    assert answer.kind is ErrorKind.INTERNAL
    assert answer.message.startswith("the adapter answered ")


@pytest.mark.parametrize(
    "raised",
    [
        ValueError("bad tag"),
        AssertionError(),
        NotImplementedError("later"),
        SystemExit(0),
        GeneratorExit(),
        StopIteration(),
        RecursionError("deep"),
        MemoryError(),
        BaseException("base"),
    ],
    ids=repr,
)
def test_whatever_is_raised_is_an_error_and_no_refusal(raised: BaseException) -> None:
    def decrypt(_: object) -> object:
        raise raised

    [answer] = session_with(decrypt=decrypt).ask([DECRYPT])
    assert isinstance(answer.outcome, Error)
    assert answer.outcome.kind is ErrorKind.INTERNAL
    assert type(raised).__name__ in answer.outcome.message


def test_interrupt_of_the_user_is_none_of_the_targets() -> None:
    def decrypt(_: object) -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(session_with(decrypt=decrypt).ask([DECRYPT]))


def test_text_of_an_exception_is_made_safe_and_short() -> None:
    def decrypt(_: object) -> object:
        raise ValueError("\x1b[2J\u202e" + "x" * 100_000)

    [answer] = session_with(decrypt=decrypt).ask([DECRYPT])
    assert isinstance(answer.outcome, Error)
    assert answer.outcome.message.isprintable()
    assert r"\x1b[2J\u202e" in answer.outcome.message
    assert len(answer.outcome.message) < 400


def test_requests_are_taken_one_by_one() -> None:
    taken: list[int] = []

    def requests() -> Any:
        for number in range(3):
            taken.append(number)
            yield Decrypt(id=number, key="k", algorithm=Algorithm.GCM, ciphertext=HexBytes())

    for answer in session_with().ask(requests()):
        assert taken[-1] == answer.id


def test_start_close_and_restart() -> None:
    service = Service()
    session = InProcessSession(in_process(service), deadline_ms=1000)
    assert session.start().name == "fake"
    session.restart()
    assert not service.closed
    session.close()
    assert service.closed


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Ok(Done()), "it answered ok"),
        (Unsupported("\x1b[2J"), r"it answered unsupported: \x1b[2J"),
        (Rejected(INVALID, "Code"), "it answered rejected: Code"),
        (Error(ErrorKind.AUTH, "wrong PIN"), "it answered error (auth): wrong PIN"),
        (Ok(Description(2, "t", "1", (), ())), "protocol version 2"),
        (Ok(Description(1, "t", "1", (), (), window=0)), "the window is 0"),
        (Ok(Description(1, "t", "1", (), (), window=wrong("64"))), "Expected `int`, got `str`"),
        (Ok(Description(1, "t", "1", wrong(None), ())), "Expected `array`, got `null`"),
        (Ok(Description(1, "t\udc80", "1", (), ())), "surrogates not allowed"),
    ],
)
def test_description_that_cannot_be_used(outcome: AnyOutcome, told: str) -> None:
    with pytest.raises(TargetStartError) as caught:
        described(outcome)
    assert told in caught.value.message
    assert caught.value.remedy
    assert caught.value.exit_code is ExitCode.HARNESS


@pytest.mark.parametrize(
    "lengths", [LengthRange(step=0), LengthRange(step=-1), LengthRange(-4), LengthRange(16, 12)]
)
@pytest.mark.parametrize("field", ["iv", "tag", "aad", "plaintext", "message"])
def test_range_that_goes_nowhere(field: str, lengths: LengthRange) -> None:
    ranges: dict[str, Any] = {f"{field}_lengths": (LengthRange(), lengths)}
    gcm = AlgorithmCapability(
        algorithm=Algorithm.GCM,
        key_specs=(KeySpec.AES_128,),
        protection_levels=(ProtectionLevel.SOFTWARE,),
        operations=(Operation.ENCRYPT,),
        **ranges,
    )
    told = f"{field}_lengths of GCM has a range that goes nowhere"
    with pytest.raises(TargetStartError, match=told):
        described(Ok(Description(1, "t", "1", (), (gcm,))))


def test_summary_is_short_and_safe() -> None:
    assert summary(Ok(Done())) == "ok"
    assert summary(Error(ErrorKind.TIMEOUT, "\x07")) == r"error (timeout): \x07"
    assert len(summary(Unsupported("x" * 10_000))) < 300


@pytest.mark.parametrize(
    "methods",
    [
        {"decrypt": divides, "encrypt": exits},
        {"import_key": exits},
        {"import_key": returning(Ok(KeyHandle(wrong(7))))},
        {"import_key": returning(KeyHandle("k"))},
        {"decrypt": returning(None), "encrypt": returning(Ok(Encrypted(wrong("00"))))},
    ],
    ids=["raises", "exits at import", "handle of a wrong type", "no outcome", "wrong types"],
)
def test_run_on_a_defective_adapter_is_all_errors(
    methods: dict[str, Callable[[Any], object]], tmp_path: Path
) -> None:
    ran = run_session(session_with(**methods), tmp_path)
    assert ran.ids(Verdict.ERROR) == set(TESTS)
    assert ran.conclusion.exit_code is ExitCode.HARNESS


def test_defective_destroy_and_close_cost_nothing(tmp_path: Path) -> None:
    session = session_with(destroy_key=exits, close=exits)
    ran = run_session(session, tmp_path, [CHAIN_FILE])
    assert ran.ids(Verdict.PASS) == {test.id for group in CHAIN_FILE.groups for test in group.tests}
    assert len(ran.target.warnings) == 1


def test_texts_that_are_no_unicode_do_not_break_the_log(tmp_path: Path) -> None:
    undecodable = Rejected(INVALID, "native \udc80", "text \udcff \x1b")
    session = session_with(decrypt=lambda _: undecodable, encrypt=lambda _: undecodable)
    ran = run_session(session, tmp_path)
    assert {each.native_code for each in ran.target.verdicts if each.outcome} == {"native ?"}
    assert {each.message for each in ran.target.verdicts if each.outcome} == {"text ? \x1b"}


def test_good_target_is_green(tmp_path: Path) -> None:
    ran = run_in_process(in_process("good"), tmp_path)
    assert ran.conclusion.exit_code is ExitCode.CONFORMANT
