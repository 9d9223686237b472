"""Checks of recipes on an answer as a whole: whether it is true, right, or a refusal."""

from __future__ import annotations

from kmsproof_vectors.live.functions.registry import FailureWord, check


@check("is-true", FailureWord.WRONG_OUTPUT)
def is_true(value: bool) -> str:
    """The value is true."""
    return "" if value is True else "It is not true."


@check("is-false", FailureWord.WRONG_ACCEPT)
def is_false(value: bool) -> str:
    """The value is false."""
    return "" if value is False else "It is true."


@check("refused-or-equal", FailureWord.WRONG_OUTPUT)
def refused_or_equal(left: bytes | None, right: bytes) -> str:
    """The field of an answer holds the same as ``right``, or the answer is a refusal.

    It goes with an ask whose expectation is ``either``.
    """
    if left is None or left == right:
        return ""
    return f"{left[:48].hex() or 'nothing'} is not {right[:48].hex() or 'nothing'}."
