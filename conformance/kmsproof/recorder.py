"""Turn judgements into events: what of an answer goes into the log, and in which words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from kmsproof.applicability import operation_of
from kmsproof.judge import Judgement
from kmsproof.log import LogWriter
from kmsproof.outcome import Error, ErrorKind, Ok, Rejected, Unsupported
from kmsproof.results import Detail, Shape, VerdictRecorded
from kmsproof.session import AnyOutcome
from kmsproof.text import shortened
from kmsproof.verdict import NOT_GREEN, Verdict
from kmsproof.vocabulary import MessageType, Operation, RejectionClass
from kmsproof_vectors.encoding import encode_value
from kmsproof_vectors.model import (
    ANSWERS,
    AnyTest,
    DecryptTest,
    EncryptTest,
    ImportTest,
    MonteCarloTest,
    Result,
    SignTest,
    Uniformity,
    VerifyTest,
)

KEPT_MESSAGE = 500
"""Characters of a target's own message that the log keeps."""

KEPT_VALUE = 1 << 14
"""Characters of a returned value that the log keeps, so that no target can fill the disk."""

_INCONCLUSIVE = frozenset({Verdict.ERROR, Verdict.UNSUPPORTED, Verdict.SKIPPED})

_INPUTS: dict[type, tuple[str, ...]] = {
    EncryptTest: ("iv", "aad", "label", "plaintext"),
    DecryptTest: ("iv", "aad", "label", "ciphertext", "tag"),
    MonteCarloTest: ("iv", "text", "iterations"),
    SignTest: ("message",),
    VerifyTest: ("message", "signature"),
    ImportTest: ("material", "message", "signature", "ciphertext"),
}
_VERIFIED = {"valid": "true"}


class Recorder:
    """Writes the verdicts on one target and counts them."""

    def __init__(self, log: LogWriter, target: str) -> None:
        self._log = log
        self._target = target
        self.verdicts: Counter[Verdict] = Counter()
        self.failures: Counter[str] = Counter()
        self.tests = 0
        """Tests that have a verdict; sets of refusals have one too, and are not counted here."""
        self.concluded = 0
        """Those of them whose verdict says something about the target."""

    def record(
        self,
        test: AnyTest,
        judgement: Judgement,
        outcome: AnyOutcome | None = None,
        microseconds: int = 0,
    ) -> None:
        """Record the verdict on a test."""
        verdict, failure, reason = judgement
        self.tests += 1
        self.concluded += verdict not in _INCONCLUSIVE
        self.verdicts[verdict] += 1
        if failure is not None:
            self.failures[failure.value] += 1
        if verdict is Verdict.PASS and type(outcome) is Ok:
            self._log.write(
                VerdictRecorded(
                    target=self._target,
                    id=test.id,
                    verdict=verdict,
                    outcome="ok",
                    microseconds=microseconds,
                )
            )
            return
        told = _Told() if outcome is None else _tell(outcome, verdict)
        self._log.write(
            VerdictRecorded(
                target=self._target,
                id=test.id,
                verdict=verdict,
                failure=failure,
                reason=reason,
                microseconds=microseconds,
                detail=detail_of(test) if verdict in NOT_GREEN else None,
                outcome=told.outcome,
                rejection=told.rejection,
                error=told.error,
                native_code=told.native_code,
                message=told.message,
                value=told.value,
            )
        )

    def record_uniformity(self, uniformity: Uniformity, judgement: Judgement) -> None:
        """Record the verdict on a set of refusals that must look alike."""
        verdict, failure, reason = judgement
        self.verdicts[verdict] += 1
        if failure is not None:
            self.failures[failure.value] += 1
        detail = Detail(
            case=uniformity.case,
            operation="compare",
            valid=False,
            why=uniformity.why,
            clause=str(uniformity.clause),
            flags=uniformity.flags,
            given={"oracle": uniformity.name},
            expected={"refusals": "one class, one native code, one message"},
        )
        self._log.write(
            VerdictRecorded(
                target=self._target,
                id=uniformity.id,
                verdict=verdict,
                failure=failure,
                reason=reason,
                detail=detail if verdict in NOT_GREEN else None,
            )
        )


class _Told(NamedTuple):
    """An outcome in the words of the log."""

    outcome: str = ""
    rejection: RejectionClass | None = None
    error: ErrorKind | None = None
    native_code: str = ""
    message: str = ""
    value: dict[str, str] = {}  # noqa: RUF012  # a named tuple has no other way, and nobody writes to it


def _tell(outcome: AnyOutcome, verdict: Verdict) -> _Told:
    match outcome:
        case Ok(value):
            returned = value_fields(value) if verdict is not Verdict.PASS else {}
            return _Told("ok", value=returned)
        case Rejected():
            return _Told(
                "rejected",
                rejection=outcome.rejection,
                native_code=outcome.native_code[:KEPT_MESSAGE],
                message=outcome.message[:KEPT_MESSAGE],
            )
        case Unsupported():
            return _Told("unsupported", message=outcome.what[:KEPT_MESSAGE])
        case Error():
            return _Told("error", error=outcome.kind, message=outcome.message[:KEPT_MESSAGE])


def value_fields(value: msgspec.Struct) -> dict[str, str]:
    """Return what a target returned, as words and hex."""
    return {
        name: shortened(_shown(found), KEPT_VALUE)
        for name, found in msgspec.structs.asdict(value).items()
        if found is not None
    }


def _shown(found: object) -> str:
    return encode_value(found) if isinstance(found, bytes) else str(found)


def detail_of(test: AnyTest) -> Detail:
    """Return what a reader needs to know about a test, inputs and right answer included."""
    valid = test.result is Result.VALID
    given = {name: _shown(found) for name, found in _inputs(test)}
    return Detail(
        case=test.case,
        operation=operation_name(test),
        valid=valid,
        why=test.why,
        clause=str(test.clause),
        flags=test.flags,
        given=given,
        expected=_expected(test) if valid else _refusal(test),
    )


def operation_name(test: AnyTest) -> str:
    """Return what a test does, in a word."""
    return "import" if isinstance(test, ImportTest) else str(operation_of(test))


def _inputs(test: AnyTest) -> Iterator[tuple[str, object]]:
    """Yield what a test puts in; a digest goes by its own name, and a key by its part."""
    for name in _INPUTS[type(test)]:
        found = getattr(test, name)
        if found is None:
            continue
        if isinstance(test, ImportTest) and name == "material":
            yield f"{test.part} key", found
        elif getattr(test, "message_type", None) is MessageType.DIGEST and name == "message":
            yield "digest", found
        else:
            yield name, found


def _expected(test: AnyTest) -> dict[str, str]:
    """Return the right answer to a valid test; in words, where there is more than one."""
    answers = {
        name: _shown(found)
        for name in ANSWERS[type(test)]
        if (found := getattr(test, name)) is not None
    }
    if answers:
        return answers
    if isinstance(test, EncryptTest):
        return {"ciphertext": "one that decrypts to the plaintext"}
    if operation_of(test) is Operation.SIGN:
        return {"signature": "one that verifies"}
    return _VERIFIED


def _refusal(test: AnyTest) -> dict[str, str]:
    words = " or ".join(test.rejections)
    if operation_of(test) is Operation.VERIFY:
        words = f"{words}, or valid: false" if words else "valid: false"
    return {"rejected as": words}


def shape_of(test: AnyTest) -> Shape:
    """Return what a test puts in, without the bytes."""
    lengths: dict[str, int] = {}
    for name, found in _inputs(test):
        if isinstance(found, int | bytes):
            lengths[name] = found if isinstance(found, int) else len(found)
    return Shape(test.id, operation_name(test), test.result is Result.VALID, lengths)
