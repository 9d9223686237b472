"""The words of the reports: foreign texts made harmless, numbers, and what verdicts mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kmsproof.clusters import Cluster
from kmsproof.outcome import ErrorKind
from kmsproof.results import RunStarted, VerdictRecorded
from kmsproof.text import printable, shortened
from kmsproof.verdict import FailureKind, Verdict

NAME_LIMIT = 160
"""Characters kept of a name, a version or a native code."""

TEXT_LIMIT = 600
"""Characters kept of a message."""


def name(text: str) -> str:
    """Make a foreign name, version or code safe to show: no control characters, not too long."""
    return printable(shortened(text, NAME_LIMIT))


def sentence(text: str) -> str:
    """Make a foreign message safe to show."""
    return printable(shortened(text, TEXT_LIMIT))


UNSEEN_SHOWN = 3
"""Deviations that a tier does not see, of which the id is told in a line."""


def tier_words(started: RunStarted) -> str:
    """Return what the tier of a run sees and what not; empty where everything was asked."""
    tier = started.tier
    if tier is None:
        return ""
    vectors = counted(sum(family.selected for family in started.families), "vector")
    said = (
        f"Tier {name(tier.name)}: {vectors}; can see {tier.seen:,} of {tier.of:,} known deviations"
    )
    if not tier.unseen:
        return f"{said}."
    shown = ", ".join(name(id) for id in tier.unseen[:UNSEEN_SHOWN])
    more = len(tier.unseen) - UNSEEN_SHOWN
    return f"{said}; cannot see: {shown}{f' and {more:,} more' if more > 0 else ''}."


def moment(timestamp: str) -> str:
    """Return an RFC 3339 time of UTC as people read it."""
    return name(timestamp).replace("T", " ", 1).replace("Z", " UTC")


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 vector`` or ``12,345 vectors``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(part: int, whole: int) -> str:
    """Return a share with one decimal, rounded down, so that only all of it is 100 %."""
    if whole <= 0:
        return "0 %"
    tenths = 1000 * part // whole
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10:.1f} %"


def listed(items: Iterable[str], limit: int = 6) -> str:
    """Return ``a, b, c and 4 more``."""
    everything = list(items)
    shown = ", ".join(everything[:limit])
    left = len(everything) - limit
    return f"{shown} and {left:,} more" if left > 0 else shown


FAILURE_TITLES = {
    FailureKind.WRONG_ACCEPT: "Accepts invalid input",
    FailureKind.WRONG_OUTPUT: "Gives a wrong result",
    FailureKind.STATE_VIOLATION: "Breaks a rule about the key's purpose or state",
    FailureKind.LEAK: "Gives away in a refusal what it should protect",
    FailureKind.ORACLE: "Refuses in ways that can be told apart",
    FailureKind.WRONG_REJECT: "Refuses valid input",
    FailureKind.WRONG_ERROR: "Refuses invalid input for the wrong reason",
}

ERROR_TITLES = {
    ErrorKind.TRANSPORT: "Could not be reached",
    ErrorKind.AUTH: "Refused the caller, not the input",
    ErrorKind.THROTTLED: "Asked to be called less often",
    ErrorKind.TIMEOUT: "Did not answer in time",
    ErrorKind.CRASHED: "Crashed",
    ErrorKind.INTERNAL: "Failed inside, or was not asked any more",
}

VERDICT_COUNTS = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.ERROR: "unanswered",
    Verdict.UNSUPPORTED: "not supported",
    Verdict.SKIPPED: "inconclusive",
    Verdict.XFAIL: "failed as expected",
    Verdict.XPASS: "passed unexpectedly",
    Verdict.FLAKY: "flaky",
}
"""What follows a number of vectors."""

VERDICT_MEANINGS = {
    Verdict.PASS: "The answer is what the standard demands.",
    Verdict.FAIL: "The target answered, and the answer is wrong.",
    Verdict.ERROR: "The target gave no answer about the input, so nothing is known.",
    Verdict.FLAKY: "The same question got different answers.",
    Verdict.XPASS: "It passes, though the baseline expects a failure.",
    Verdict.XFAIL: "It fails, as the baseline expects.",
    Verdict.SKIPPED: "Nothing can be concluded; the reason says why.",
    Verdict.UNSUPPORTED: "The target does not declare this: not covered.",
}


def title(recorded: VerdictRecorded) -> str:
    """Return in a few words what is wrong with an answer."""
    if recorded.failure is not None:
        return FAILURE_TITLES[recorded.failure]
    if recorded.error is not None:
        return ERROR_TITLES[recorded.error]
    return VERDICT_MEANINGS[recorded.verdict].rstrip(".")


def said(recorded: VerdictRecorded) -> str:
    """Return the target's own words, native code and message; if it has none, the judge's."""
    own = " ".join(filter(None, (name(recorded.native_code), sentence(recorded.message))))
    return own or sentence(recorded.reason)


def told(recorded: VerdictRecorded) -> str:
    """Return what is wrong with an answer, in the suite's words and then the target's."""
    return ": ".join(filter(None, (title(recorded), said(recorded))))


def label(recorded: VerdictRecorded) -> str:
    """Return the kind of failure or error, else the verdict."""
    return str(recorded.failure or recorded.error or recorded.verdict)


def scope(cluster: Cluster) -> str:
    """Return which parameter sets, operations and cases a cluster concerns."""
    word = "case" if len(cluster.cases) == 1 else "cases"
    cases = [name(each) for each in cluster.cases if each]
    parts = (
        listed((name(each) for each in cluster.families), 3),
        ", ".join(map(name, cluster.operations)),
        f"{word} {listed(cases, 4)}" if cases else "",
    )
    return " · ".join(filter(None, parts))


def peers(cluster: Cluster) -> str:
    """Return what the verdicts of a cluster are on: what its rule is held against."""
    return "comparison" if cluster.example.failure is FailureKind.ORACLE else "vector"


def about_classes(cluster: Cluster, titles: Mapping[str, str]) -> str:
    """Return the edge-case classes of a cluster and what each is about, as ``titles`` says."""
    return listed((class_words(each, titles) for each in cluster.classes), 3)


def class_words(case: str, titles: Mapping[str, str]) -> str:
    """Return an edge-case class and what it is about."""
    return ": ".join(filter(None, (name(case), sentence(titles.get(case, "")))))
