"""The kill matrix as a page: what the corpus sees, what it cannot, and what it does not need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kmsproof.mutants.findings import Findings, findings
from kmsproof.mutants.loading import KnownKills
from kmsproof.mutants.pages.catalogue_pages import INDEX, link
from kmsproof.mutants.pages.markdown import counted, page, plain, table
from kmsproof_reference.deviations import Deviation, View

NAME = "kill-matrix.md"

INTRODUCTION = f"""\
# Kill matrix

A corpus of vectors is worth what it sees. This page proves it: the
[reference](../reference/README.md) is judged once with each known way of being wrong, each
[deviation]({INDEX}), switched on. A vector *kills* a deviation if its verdict is red with it and
green without. Each deviation must be killed in library mode and in live mode, unless it is marked
as one that the mode cannot see, with the reason; a mark that is refuted by a vector fails as well.

Repeat it with `kmsproof mutants`; a part of it, as that of GCM, with `kmsproof mutants 'gcm/*'`.
The data are `vectors/corpus/mutants.json`. `kmsproof explain` lists the vectors that kill a
deviation, and the deviations that a vector kills.
"""


def matrix_page(known: KnownKills, catalogue: Mapping[str, Deviation]) -> bytes:
    """Return the page of a kill matrix."""
    found = findings(known.matrix, catalogue, known.ids)
    sections = (
        _rates(known, found),
        _survivors(found),
        _by_one(found, catalogue),
        _unseen(catalogue.values()),
        _idle(found),
        _all(known, catalogue),
    )
    lines = [*INTRODUCTION.splitlines()]
    for section in sections:
        lines += ["", *section]
    return page(lines)


def _rates(known: KnownKills, found: Findings) -> Iterator[str]:
    vectors = sum(known.matrix.judged.values())
    yield (
        f"{counted(found.deviations, 'deviation')}, judged by {counted(vectors, 'vector')} in "
        f"{counted(len(known.matrix.judged), 'file')}:"
    )
    yield ""
    rows = [
        (view, wanted, killed, f"{100 * killed / wanted:.1f} %" if wanted else "")
        for view, (killed, wanted) in found.rates.items()
    ]
    yield from table(("mode", "must be killed", "are killed", "rate"), rows, 3)
    yield ""
    yield f"Digests of the manifests: library mode `{known.matrix.corpus}`,"
    yield f"live mode `{known.matrix.live_corpus}`."


def _survivors(found: Findings) -> Iterator[str]:
    yield "## Survivors"
    yield ""
    if not found.survivors:
        yield "None."
    for each in found.survivors:
        yield f"* `{each.id}` in {each.view} mode: {each.why}"


def _by_one(found: Findings, catalogue: Mapping[str, Deviation]) -> Iterator[str]:
    yield "## Killed by one vector only"
    yield ""
    if not found.by_one:
        yield "None."
        return
    yield f"{counted(len(found.by_one), 'deviation')}. Without that vector each would survive."
    yield ""
    rows = [(link(catalogue[id]), f"`{vector}`") for id, vector in found.by_one.items()]
    yield from table(("deviation", "vector"), rows)


def _unseen(deviations: Iterable[Deviation]) -> Iterator[str]:
    """Yield what each mode cannot see, the reason with most deviations first."""
    by_reason: dict[tuple[View, str], list[Deviation]] = {}
    for each in deviations:
        for view, reason in each.unseen.items():
            by_reason.setdefault((view, reason), []).append(each)
    yield "## What a mode cannot see"
    for view in View:
        of_view = [(why, marked) for (at, why), marked in by_reason.items() if at is view]
        total = sum(len(marked) for _, marked in of_view)
        yield ""
        yield f"### In {view} mode: {total}"
        for why, marked in sorted(of_view, key=lambda each: (-len(each[1]), each[0])):
            yield ""
            yield f"{plain(why)} ({len(marked)})"
            yield ""
            yield f"> {', '.join(map(link, marked))}"


def _idle(found: Findings) -> Iterator[str]:
    """Yield the cases that kill nothing: first those that nobody justifies."""
    total = sum(found.idle.values())
    yield "## Vectors that kill nothing"
    yield ""
    yield (
        f"{counted(len(found.idle), 'case')} with {counted(total, 'vector')}, and why each is "
        "kept. Recipes that are the same for keys of several sizes are asked about all deviations "
        "with one of them; a case that kills there is not named here for the others."
    )
    for case in found.unjustified:
        yield f"* `{case}`: **not justified**"
    by_reason: dict[str, list[str]] = {}
    for case, justification in found.justified.items():
        by_reason.setdefault(justification.why, []).append(case)
    for why, cases in by_reason.items():
        vectors = sum(found.idle[case] for case in cases)
        yield ""
        yield f"{plain(why)} ({counted(vectors, 'vector')})"
        yield ""
        yield f"> {', '.join(f'`{case}`' for case in cases)}"


def _all(known: KnownKills, catalogue: Mapping[str, Deviation]) -> Iterator[str]:
    yield "## All deviations"
    yield ""
    yield "How many vectors kill each, and the first of them; – where the mode cannot see it."
    yield ""
    head = ("deviation", "first vector", "library", "live")
    yield from table(head, [_row(each, known) for each in catalogue.values()], 2)


def _row(deviation: Deviation, known: KnownKills) -> tuple[str, ...]:
    kills = {view: known.of_deviation(deviation.id, view) or {} for view in View}
    first = next((f"`{min(found)}`" for found in kills.values() if found), "–")
    numbers = (
        "–" if view in deviation.unseen and not kills[view] else f"{len(kills[view]):,}"
        for view in (View.LIBRARY, View.LIVE)
    )
    return (link(deviation), first, *numbers)
