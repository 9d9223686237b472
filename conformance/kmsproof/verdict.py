"""What the suite makes of an outcome: verdicts and kinds of failure: contract module."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Verdict(StrEnum):
    """The judgement on one vector."""

    PASS = "pass"
    FAIL = "fail"
    """The target answered, and the answer is wrong; the kind says how."""
    ERROR = "error"
    """The target gave no answer about the input, so nothing is known."""
    UNSUPPORTED = "unsupported"
    """The target does not offer this, and said so beforehand: not covered."""
    SKIPPED = "skipped"
    """Asked or not, nothing can be concluded; the reason says why."""
    XFAIL = "xfail"
    """A failure that the baseline expects."""
    XPASS = "xpass"
    """A pass where the baseline expects a failure."""
    FLAKY = "flaky"
    """The same question got different answers."""


@unique
class FailureKind(StrEnum):
    """How an answer is wrong, worst first: the order of this list is the order of severity."""

    WRONG_ACCEPT = "wrong-accept"
    """An invalid input was accepted."""
    WRONG_OUTPUT = "wrong-output"
    """A valid input got a wrong result."""
    STATE_VIOLATION = "state-violation"
    """A rule about purpose or state of the key was broken."""
    LEAK = "leak"
    """A refusal gives away what it should protect."""
    ORACLE = "oracle"
    """Refusals that must look alike can be told apart."""
    WRONG_REJECT = "wrong-reject"
    """A valid input was refused."""
    WRONG_ERROR = "wrong-error"
    """An invalid input was refused for the wrong reason."""

    @property
    def severity(self) -> int:
        """Rank among the kinds: 0 is the worst."""
        return _SEVERITY[self]


_SEVERITY = {kind: rank for rank, kind in enumerate(FailureKind)}

NOT_GREEN = frozenset({Verdict.FAIL, Verdict.ERROR, Verdict.XPASS, Verdict.FLAKY})
"""Verdicts after which a run cannot be conformant."""
