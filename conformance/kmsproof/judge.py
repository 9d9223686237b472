"""From outcome to verdict: the rules by which an answer is judged.

The rules are those of DESIGN: an invalid input passes only on a rejection of an allowed class, and
only when the target accepts the valid form of it; an error passes nothing.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from kmsproof.applicability import is_of_dialect
from kmsproof.outcome import Encrypted, Error, Ok, Rejected, Unsupported, Verified
from kmsproof.right_answer import RightAnswers
from kmsproof.session import AnyOutcome
from kmsproof.text import printable, shortened
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_vectors.model import AnyTest, Result

LEAK_LENGTH = 8
"""Bytes of plaintext in an error message that cannot be there by chance."""

LEAK_VARIETY = 4
"""Different bytes that the plaintext must have for that: a row of zeros can be there by chance."""


class Judgement(NamedTuple):
    """A verdict and why."""

    verdict: Verdict
    failure: FailureKind | None = None
    reason: str = ""


PASSED = Judgement(Verdict.PASS)
LEAKED = Judgement(Verdict.FAIL, FailureKind.LEAK, "the text of the refusal holds the plaintext")
_WRONG_OUTPUT = Judgement(Verdict.FAIL, FailureKind.WRONG_OUTPUT)
_WRONG_ACCEPT = Judgement(Verdict.FAIL, FailureKind.WRONG_ACCEPT)
_WRONG_REJECT = Judgement(Verdict.FAIL, FailureKind.WRONG_REJECT)


def judge(test: AnyTest, outcome: AnyOutcome, right: RightAnswers) -> Judgement:
    """Judge what a target answered to a test that it declares to support.

    A pass of an invalid test still depends on its control: see ``inconclusive``.
    """
    if type(outcome) is Error:
        return Judgement(Verdict.ERROR)
    if test.result is Result.VALID:
        return _judge_valid(test, outcome, right)
    return _judge_invalid(test, outcome)


def _judge_valid(test: AnyTest, outcome: AnyOutcome, right: RightAnswers) -> Judgement:
    if type(outcome) is Ok:
        if right.accepts(test, outcome.value):
            return PASSED
        return _WRONG_REJECT if type(outcome.value) is Verified else _WRONG_OUTPUT
    if type(outcome) is Unsupported:
        return Judgement(
            Verdict.FAIL,
            FailureKind.WRONG_REJECT,
            "the target declares this and then answers that it is not supported",
        )
    return _WRONG_REJECT


def _judge_invalid(test: AnyTest, outcome: AnyOutcome) -> Judgement:
    if type(outcome) is Ok:
        refused = type(outcome.value) is Verified and not outcome.value.valid
        return PASSED if refused else _WRONG_ACCEPT
    if type(outcome) is Rejected:
        if leaks(getattr(test, "plaintext", None), outcome):
            return LEAKED
        if outcome.rejection in test.rejections:
            return PASSED
        return Judgement(
            Verdict.FAIL,
            FailureKind.WRONG_ERROR,
            f"refused as {outcome.rejection}, which is not why this input is invalid",
        )
    return Judgement(
        Verdict.FAIL,
        FailureKind.WRONG_ERROR,
        "the target declares this and then answers that it is not supported",
    )


def leaks(plaintext: bytes | None, outcome: Rejected) -> bool:
    """Return whether the text of a refusal holds a plaintext in any usual form.

    A plaintext that can be there by chance is not looked for.
    """
    if plaintext is None or len(plaintext) < LEAK_LENGTH or len(set(plaintext)) < LEAK_VARIETY:
        return False
    text = f"{outcome.native_code} {outcome.message}"
    if len(text) < len(plaintext):  # no form of it is shorter
        return False
    return (
        plaintext.hex() in text.lower()
        or base64.b64encode(plaintext).decode().rstrip("=") in text
        or plaintext.decode("latin-1") in text
        or repr(bytes(plaintext))[2:-1] in text
    )


def inconclusive(control: str, verdict: Verdict | None) -> Judgement:
    """Return what becomes of a refused invalid input whose control did not pass."""
    state = "was not asked" if verdict is None else f"ended as {verdict}"
    return proves_nothing(f"the valid form {control} {state}")


def proves_nothing(why: str) -> Judgement:
    """Return what becomes of a refusal that would have come whatever the input."""
    return Judgement(Verdict.SKIPPED, reason=f"{why}, so the refusal of this one proves nothing")


def judge_without_key(test: AnyTest, outcome: AnyOutcome) -> Judgement:
    """Judge a test that could not be asked, by what the target answered to the import of its key.

    The key is declared importable, so that its refusal fails the valid tests; about what is wrong
    with an invalid input it says nothing.
    """
    if type(outcome) is Error:
        return Judgement(Verdict.ERROR, reason="its key was not imported")
    if test.result is Result.INVALID:
        return proves_nothing("the target refuses the key")
    return Judgement(Verdict.FAIL, FailureKind.WRONG_REJECT, "the target refuses the key")


def judge_again(control: AnyTest, outcome: AnyOutcome, right: RightAnswers) -> Judgement:
    """Judge the second answer to a control that passed, when all tests with the key are done.

    A target may lose its session, or lock a key after some failures, and from then on refuse
    whatever comes. Then its refusals since prove nothing.
    """
    judgement = judge(control, outcome, right)
    if judgement.verdict is Verdict.PASS:
        return judgement
    if judgement.verdict is Verdict.ERROR:
        return Judgement(
            Verdict.ERROR, reason="accepted at first; asked again at the end: an error"
        )
    return Judgement(
        Verdict.FLAKY, reason="accepted at first; asked again at the end, the answer was another"
    )


def judge_uniformity(refusals: Iterable[Rejected]) -> Judgement:
    """Judge whether refusals that must look alike do."""
    looks = Counter((r.rejection, r.native_code, r.message) for r in refusals)
    if looks.total() < 2:
        return Judgement(Verdict.SKIPPED, reason="fewer than two refusals to compare")
    if len(looks) == 1:
        return PASSED
    shown = "; ".join(
        f"{count} × {rejection} {printable(code)} {shortened(printable(message), 80)!r}"
        for (rejection, code, message), count in looks.most_common(4)
    )
    return Judgement(
        Verdict.FAIL,
        FailureKind.ORACLE,
        f"{len(looks)} kinds of refusal can be told apart: {shown}",
    )


def judge_undeclared(
    test: AnyTest, outcome: AnyOutcome, undeclared: str, right: RightAnswers
) -> Judgement:
    """Judge the probe of something that a target does not declare, with a valid test.

    A signature that is found wrong is a refusal: whoever does not know the form cannot verify it.
    And who speaks one dialect of ECIES may encrypt in that one whatever is asked: decrypting tells.
    """
    if type(outcome) is Ok and not right.accepts(test, outcome.value):
        encrypts = type(outcome.value) is Encrypted and is_of_dialect(undeclared)
        if type(outcome.value) is Verified or encrypts:
            return Judgement(Verdict.UNSUPPORTED, reason=undeclared)
        return Judgement(
            Verdict.FAIL,
            FailureKind.WRONG_OUTPUT,
            f"{undeclared}; the target accepts it all the same and its answer is wrong",
        )
    if type(outcome) is Ok:
        return Judgement(Verdict.UNSUPPORTED, reason=f"{undeclared}; it works all the same")
    return Judgement(Verdict.UNSUPPORTED, reason=undeclared)
