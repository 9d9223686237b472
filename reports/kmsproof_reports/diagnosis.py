"""The words of a diagnosis: what explains the failures of a target, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof.causes import Cause, Diagnosis, Explanation
from kmsproof.clusters import Cluster
from kmsproof.verdict import FailureKind
from kmsproof_reports.words import FAILURE_TITLES, counted, listed, name, sentence

RIVALS_SHOWN = 4


def verdict_words(found: Explanation) -> str:
    """Return what a deviation explains and what speaks against it, in a sentence or two."""
    count = len(found.ids)
    failures = "The failure is" if count == 1 else f"All {count:,} failures are"
    against = len(found.contradicted_by)
    words = (
        f"{failures} explained by {name(found.cause.id)}; {against:,} of "
        f"{counted(found.observations, 'observation')} "
        f"{'contradicts' if against == 1 else 'contradict'} it."
    )
    return f"{words} {compared_words(found)}" if found.compared else words


def kinds_words(cluster: Cluster) -> str:
    """Return how the vectors of a cluster fail: ``2 × wrong-output, 5 × error``, one in words."""
    kinds = [kind for kind, _ in cluster.kinds]
    if len(kinds) == 1 and kinds[0] in set(FailureKind):
        return FAILURE_TITLES[FailureKind(kinds[0])]
    return ", ".join(f"{count:,} × {name(kind)}" for kind, count in cluster.kinds)


def compared_words(found: Explanation) -> str:
    """Return how many answers were held against those of the reference with the deviation."""
    if found.agreed == found.compared:
        told = "one answer" if found.compared == 1 else f"{found.compared} answers"
        return f"The reference with this deviation was asked again, and gave the same {told}."
    return (
        f"The reference with this deviation was asked again, and gave the same answer to "
        f"{found.agreed} of {found.compared} vectors."
    )


def pairs(found: Explanation) -> Iterator[tuple[str, str]]:
    """Yield what a reader wants to know of the cause, as titles and sentences."""
    yield from cause_pairs(found.cause)
    if found.contradicted_by:
        yield "Contradicted by", listed(map(name, found.contradicted_by), 4)
    for rival in found.rivals[:RIVALS_SHOWN]:
        apart = f" Told apart by {name(rival.told_apart_by)}." if rival.told_apart_by else ""
        yield "Fits as well", f"{name(rival.id)}: {sentence(rival.sentence)}{apart}"
    if len(found.rivals) > RIVALS_SHOWN:
        yield "Fits as well", listed((name(each.id) for each in found.rivals[RIVALS_SHOWN:]), 6)


def cause_pairs(cause: Cause) -> Iterator[tuple[str, str]]:
    """Yield what is known of a deviation, as titles and sentences."""
    yield "What is wrong", sentence(cause.sentence)
    yield "What it means", sentence(cause.gain)
    yield "Clause", name(cause.clause)
    yield "Usual cause", sentence(cause.usual_cause)
    yield "What to change", sentence(cause.remedy)
    known = (cause.weakness, *cause.vulnerabilities)
    yield "Severity", ", ".join(filter(None, (cause.severity, *map(name, known))))


def left_words(diagnosis: Diagnosis | None) -> str:
    """Return what a diagnosis leaves open; nothing where it explains everything."""
    if diagnosis is None or not diagnosis.unexplained:
        return ""
    failures = counted(len(diagnosis.unexplained), "failure")
    words = f"No known deviation explains {failures}"
    near = diagnosis.nearest
    if near is None:
        return f"{words}."
    return (
        f"{words}. The nearest is {name(near.cause.id)}: it fits {len(near.ids):,} of them, and "
        f"{counted(len(near.contradicted_by), 'observation')} "
        f"{'contradicts' if len(near.contradicted_by) == 1 else 'contradict'} it."
    )
