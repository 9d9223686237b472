"""Turn judgements into events: what of an answer goes into the log, and in which words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple, cast

import msgspec

from kmsproof.applicability import operation_of
from kmsproof.judge import Judgement
from kmsproof.log import LogWriter
from kmsproof.outcome import Error, ErrorKind, Ok, Rejected, Unsupported
from kmsproof.results import Detail, Shape, VerdictRecorded
from kmsproof.session import AnyOutcome
from kmsproof.text import shortened
from kmsproof.verdict import NOT_GREEN, Verdict
from kmsproof.vocabulary import MessageType, Operation, ProtectionLevel, RejectionClass
from kmsproof_vectors.encoding import encode_value
from kmsproof_vectors.live.model import LiveUniformity
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


class Concluded(NamedTuple):
    """A verdict that says something about the target."""

    id: str
    passed: bool
    level: ProtectionLevel | None
    """The protection level of the key."""


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
        self.level: ProtectionLevel | None = None
        """The protection level of the keys that are being used."""
        self.conclusions: list[Concluded] = []
        """The verdicts that say something, those on sets of refusals included."""

    def record(
        self,
        test: AnyTest,
        judgement: Judgement,
        outcome: AnyOutcome | None = None,
        microseconds: int = 0,
    ) -> None:
        """Record the verdict on a test."""
        self.record_as(test.id, judgement, outcome, microseconds, lambda: detail_of(test))

    def record_as(
        self,
        name: str,
        judgement: Judgement,
        outcome: AnyOutcome | None,
        microseconds: int,
        detail: Callable[[], Detail],
    ) -> None:
        """Record the verdict on the test with an id, of which a red one needs the detail."""
        verdict, failure, reason = judgement
        self.tests += 1
        self.concluded += verdict not in _INCONCLUSIVE
        self._count(name, judgement)
        if verdict is Verdict.PASS and type(outcome) is Ok:
            self._log.write(
                VerdictRecorded(
                    target=self._target,
                    id=name,
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
                id=name,
                verdict=verdict,
                failure=failure,
                reason=reason,
                microseconds=microseconds,
                detail=detail() if verdict in NOT_GREEN else None,
                outcome=told.outcome,
                rejection=told.rejection,
                error=told.error,
                native_code=told.native_code,
                message=told.message,
                value=told.value,
            )
        )

    def record_uniformity(
        self, uniformity: Uniformity | LiveUniformity, judgement: Judgement
    ) -> None:
        """Record the verdict on a set of refusals that must look alike."""
        verdict, failure, reason = judgement
        self._count(uniformity.id, judgement)
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

    def _count(self, name: str, judgement: Judgement) -> None:
        self.verdicts[judgement.verdict] += 1
        if judgement.failure is not None:
            self.failures[judgement.failure.value] += 1
        if judgement.verdict in (Verdict.PASS, Verdict.FAIL):
            passed = judgement.verdict is Verdict.PASS
            self.conclusions.append(Concluded(name, passed, self.level))


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


def value_words(found: object) -> str:
    """Return an input of a recipe as words and hex, shortened like what a target returns."""
    if isinstance(found, list):
        return shortened(" ".join(map(_shown, cast(list[object], found))), KEPT_VALUE)
    return shortened(_shown(found), KEPT_VALUE)


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
