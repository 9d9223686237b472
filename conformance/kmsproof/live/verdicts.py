"""From the answers of a recipe to a verdict: the rules of library mode, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kmsproof.judge import LEAKED, PASSED, Judgement, leaks
from kmsproof.outcome import Error, Ok, Rejected, Unsupported, Verified
from kmsproof.session import AnyOutcome, summary
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import RejectionClass
from kmsproof_vectors.live.model import Ask, Expectation, ExpectedOutcome

_DECLARED = "the target declares this and then answers that it is not supported"

_OF_KEYS = frozenset(
    {RejectionClass.KEY_STATE, RejectionClass.WRONG_KEY_USAGE, RejectionClass.NOT_FOUND}
)
"""Who ought to refuse for such a reason and does not, breaks a rule about the key itself; unless
the ciphertext may be to blame as well."""


def judge_step(
    ask: Ask, outcome: AnyOutcome, wanted: Mapping[str, Any], plaintexts: Iterable[bytes] = ()
) -> Judgement:
    """Judge one answer.

    Args:
        ask: the step.
        outcome: what the target answered.
        wanted: what the fields of the answer must hold.
        plaintexts: what no refusal may tell.

    Returns:
        ``PASSED`` if the recipe can go on.
    """
    if isinstance(outcome, Error):
        return Judgement(Verdict.ERROR)
    if isinstance(outcome, Rejected) and any(leaks(each, outcome) for each in plaintexts):
        return LEAKED
    if ask.expect is None:
        if isinstance(outcome, Ok):
            return PASSED
        told = f"{ask.operation}, which only prepares, was answered with {summary(outcome)}"
        return Judgement(Verdict.SKIPPED, reason=f"nothing can be concluded: {told}")
    either = ask.expect.outcome is ExpectedOutcome.EITHER and isinstance(outcome, Ok)
    if either or ask.expect.outcome is ExpectedOutcome.OK:
        return _judge_ok(outcome, wanted)
    return _judge_refusal(ask.expect, outcome)


def _judge_ok(outcome: AnyOutcome, wanted: Mapping[str, Any]) -> Judgement:
    if not isinstance(outcome, Ok):
        reason = _DECLARED if isinstance(outcome, Unsupported) else ""
        return Judgement(Verdict.FAIL, FailureKind.WRONG_REJECT, reason)
    for name, value in wanted.items():
        if getattr(outcome.value, name, None) != value:
            verified = isinstance(outcome.value, Verified) and value is True
            kind = FailureKind.WRONG_REJECT if verified else FailureKind.WRONG_OUTPUT
            return Judgement(Verdict.FAIL, kind, "" if verified else f"{name} is another")
    return PASSED


def _judge_refusal(expect: Expectation, outcome: AnyOutcome) -> Judgement:
    if isinstance(outcome, Ok):
        if isinstance(outcome.value, Verified) and not outcome.value.valid:
            return PASSED
        of_input = RejectionClass.INVALID_CIPHERTEXT in expect.rejections
        rules = not of_input and not _OF_KEYS.isdisjoint(expect.rejections)
        kind = FailureKind.STATE_VIOLATION if rules else FailureKind.WRONG_ACCEPT
        return Judgement(Verdict.FAIL, kind)
    if isinstance(outcome, Rejected):
        if not expect.rejections or outcome.rejection in expect.rejections:
            return PASSED
        reason = f"refused as {outcome.rejection}, which is not why this input is invalid"
        return Judgement(Verdict.FAIL, FailureKind.WRONG_ERROR, reason)
    if RejectionClass.UNSUPPORTED_ALGORITHM in expect.rejections:
        return PASSED
    return Judgement(Verdict.FAIL, FailureKind.WRONG_ERROR, _DECLARED)
