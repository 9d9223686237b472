"""Say what a deviation is, what sees it, and how to meet a target that is wrong like this."""

from __future__ import annotations

import difflib
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping

from kmsproof.corpus import Corpus
from kmsproof.errors import UsageError
from kmsproof.live.corpus import LiveCorpus
from kmsproof.mutants.loading import KnownKills
from kmsproof_reference.deviations import Deviation, Severity, View, catalogue

WIDTH = 100
CASES_SHOWN = 10
"""Cases that are shown of many."""

_SEVERITIES = {
    Severity.CRITICAL: "whoever can call the service gets keys or plaintexts, or forges signatures",
    Severity.HIGH: "the same for an attacker who needs more: many calls, a certain key, a moment",
    Severity.MEDIUM: "a promise is broken; an attack needs another mistake beside it",
    Severity.LOW: "nobody is attacked by it; others do not understand what the target makes",
}


def is_deviation_id(id: str) -> bool:
    """Whether an id is written like that of a deviation: two parts, where a vector has three.

    A name alone may be that of a family of either.
    """
    return id.count("/") <= 1


def find_for_explanation(wanted: str, corpus: Corpus, live: LiveCorpus) -> Deviation:
    """Return a deviation.

    Raises:
        UsageError: if there is none; the error names what is near, be it deviation or case.
    """
    found = catalogue().get(wanted)
    if found is not None:
        return found
    families = {entry.family for entry in corpus.manifest.files}
    families |= {entry.family for entry in live.manifest.files}
    family = wanted.partition("/")[0]
    if family in families:
        raise UsageError(
            f"{wanted!r} is no whole id of a vector: those have three parts.",
            f"See what begins so with: kmsproof list vectors{_mode(family)} --id '{wanted}/*'",
        )
    if wanted in {each.family for each in catalogue().values()}:
        raise UsageError(
            f"{wanted!r} is a family of deviations, and none itself.",
            f"See them with: kmsproof list deviations {wanted}",
        )
    near = difflib.get_close_matches(wanted, catalogue(), n=3, cutoff=0.5)
    name = wanted.partition("/")[2]
    near = near or [id for id in catalogue() if name and name in id]
    hint = f"Did you mean {' or '.join(near[:3])}? " if near else ""
    raise UsageError(
        f"There is no deviation {wanted!r}.",
        f"{hint}See 'kmsproof list deviations'; ids of vectors have three parts.",
    )


def _mode(family: str) -> str:
    mode = family.partition("-")[0]
    return f" --mode {mode}" if mode in ("live", "policy") else ""


def deviation_explanation(deviation: Deviation, known: KnownKills | str) -> Iterator[str]:
    """Yield what there is to say of a deviation, line by line."""
    yield deviation.id
    yield from _wrapped("", deviation.sentence, indent=2)
    yield from _wrapped("severity", f"{deviation.severity}: {_SEVERITIES[deviation.severity]}")
    yield from _wrapped("gain", deviation.gain)
    yield from _wrapped("clause", deviation.clause)
    yield from _wrapped("cause", deviation.cause)
    yield from _wrapped("remedy", deviation.remedy)
    if deviation.weakness is not None:
        yield f"  weakness  CWE-{deviation.weakness}: https://cwe.mitre.org/data/definitions/" + (
            f"{deviation.weakness}.html"
        )
    for number in deviation.vulnerabilities:
        yield f"  happened  {number}: https://www.cve.org/CVERecord?id={number}"
    for view in View:
        reason = deviation.unseen.get(view)
        yield from _wrapped(f"{view}", f"not seen: {reason}" if reason else "must be seen")
    if deviation.statistical:
        yield "  note      it shows only in many answers together"
    if deviation.intermittent:
        yield "  note      it shows once in so many calls; no tier promises to see it"
    yield from _killers(deviation, known)
    yield from _commands(deviation, known)


def _wrapped(name: str, text: str, indent: int = 12) -> Iterator[str]:
    first, *more = textwrap.wrap(text, WIDTH - indent, break_on_hyphens=False) or [""]
    yield f"{'':2}{name:<10}{first}" if name else f"{'':{indent}}{first}"
    yield from (f"{'':{indent}}{line}" for line in more)


def _killers(deviation: Deviation, known: KnownKills | str) -> Iterator[str]:
    if isinstance(known, str):
        yield f"  killed by {known}"
        return
    for view in View:
        kills = known.of_deviation(deviation.id, view)
        if kills:
            many = "1 vector" if len(kills) == 1 else f"{len(kills)} vectors"
            yield f"  killed by {many} in {view} mode"
            yield from _cases(kills)
        elif view not in deviation.unseen:
            judged = "no vector" if kills is not None else "not judged yet"
            yield f"  killed by {judged} in {view} mode"


def _cases(kills: Mapping[str, str]) -> Iterator[str]:
    """Yield the cases that kill, those with most vectors first, and the first vector of each."""
    first: dict[str, str] = {}
    for id in sorted(kills):
        first.setdefault(case_of(id), id)
    counts = Counter(map(case_of, kills))
    width = max(map(len, counts))
    for case, count in counts.most_common(CASES_SHOWN):
        of_case = {kills[id] for id in kills if case_of(id) == case}
        kinds = " or ".join(sorted(of_case))
        yield f"    {case:<{width}} {count:>5}  {kinds}, first {first[case]}"
    if len(counts) > CASES_SHOWN:
        yield f"    … and {len(counts) - CASES_SHOWN} more cases"


def case_of(vector_id: str) -> str:
    """Return the second part of the id of a vector, which files of an algorithm share."""
    return vector_id.split("/")[1]


def _commands(deviation: Deviation, known: KnownKills | str) -> Iterator[str]:
    """Yield how to run a target that is broken in this way."""
    yield "  try it    with targets that are wrong like this, and in nothing else:"
    if View.LIBRARY in deviation.seen:
        yield f"    kmsproof run reference --deviation {deviation.id}"
    if View.LIVE in deviation.seen:
        yield (
            "    kmsproof run reference-kms --mode live --mode policy --protection-level hardware "
            f"--deviation {deviation.id}"
        )
    yield f"    kmsproof serve --deviation {deviation.id}    (a KMS for your own client or gate)"
    if not isinstance(known, str):
        for view, target in ((View.LIBRARY, "reference"), (View.LIVE, "reference-kms")):
            first = min(known.of_deviation(deviation.id, view) or (), default="")
            if first:
                yield f"    kmsproof replay {first} {target}:deviation={deviation.id}"
