"""The catalogue of deviations as pages: an introduction, and a page for each group of families."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from kmsproof.mutants.pages.markdown import anchor, counted, page, plain, table
from kmsproof_reference.deviations import Deviation, Severity, View
from kmsproof_reference.deviations.families import FAMILIES, Group

INDEX = "deviations.md"
FOLDER = "deviations"

INTRODUCTION = """\
# Deviations

A **deviation** is one known way of being wrong: a check that is left out, a length that is off by
one, a mask made with another hash, a nonce that repeats, a key that still signs when it is
disabled. Each is a few lines of code that change one step of the
[reference](../reference/README.md) and nothing else, and each has an id of two parts, as
`gcm/tag-not-compared`.

They are used four times.

* **The suite is proved by them.** The reference with a deviation is a *mutant*, and some vector
  must see it. The [kill matrix](kill-matrix.md) says which vectors do.
* **Failures are diagnosed by them.** A report names the deviation that answers just as the target
  does.
* **Vectors are explained by them.** `kmsproof explain` tells what a vector catches; see [Explaining
  a failure](explaining.md).
* **Your own tests can be tried on them.** A KMS that is broken in exactly one way shows whether
  your client, gateway or acceptance test notices.

## Run one

```
kmsproof list deviations gcm                              all of a family, a line each
kmsproof explain gcm/tag-not-compared                     what it is, and what sees it
kmsproof run reference --deviation gcm/tag-not-compared   judge a target that is wrong like this
kmsproof serve --deviation gcm/tag-not-compared           a local KMS that is wrong like this
kmsproof mutants gcm/tag-not-compared                     prove that the vectors see it
```

`--deviation` can be given several times: the mistakes are then made together. In live mode, where
keys are made in the target and never leave it, the target is `reference-kms`:

```
kmsproof run reference-kms --mode live --mode policy --protection-level hardware \\
    --deviation state/disabled-key-decrypts
```

## How to read an entry

Each entry has what the target does, and

* **Gain**: what an attacker gains, or what breaks.
* **Clause**: what is not kept, of a standard or of the key-specification sheet.
* **Cause**: how it usually comes about. The function or option of a library is named where it is
  known.
* **Remedy**: what to change.
* **Severity**, the number of the weakness in the CWE where one fits, and CVEs of products that were
  wrong in this way.
* **Seen**: the modes whose vectors see it, and why those of another mode cannot.

The severities:

| | |
|---|---|
| critical | whoever can call the service gets keys or plaintexts, or forges signatures |
| high | the same for an attacker who needs more: many calls, a certain key, a moment |
| medium | a promise is broken; an attack needs another mistake beside it |
| low | nobody is attacked by it; others do not understand what the target makes |
"""


def catalogue_pages(deviations: Collection[Deviation]) -> dict[str, bytes]:
    """Return the pages of the catalogue, by their names in the folder of the documentation."""
    pages = {INDEX: page(_index(deviations))}
    for group in Group:
        of_group = [each for each in deviations if FAMILIES[each.family].group is group]
        pages[f"{FOLDER}/{group}.md"] = page(_of_group(group, of_group))
    return pages


def link(deviation: Deviation) -> str:
    """Return a link to the entry of a deviation, from the folder of the documentation."""
    group = FAMILIES[deviation.family].group
    return f"[{deviation.id}]({FOLDER}/{group}.md#{anchor(deviation.id)})"


def _index(deviations: Collection[Deviation]) -> Iterator[str]:
    yield from INTRODUCTION.splitlines()
    yield ""
    yield f"## All {len(deviations):,}"
    yield ""
    head = ("family", "what its deviations are about", *Severity, "all")
    yield from table(head, _counts(deviations), len(Severity) + 1)
    seen = Counter(view for each in deviations for view in each.seen)
    yield ""
    yield (
        f"{seen[View.LIBRARY]:,} must be seen in library mode, {seen[View.LIVE]:,} in live mode. "
        "Of every other the [kill matrix](kill-matrix.md#what-a-mode-cannot-see) says why it "
        "cannot be."
    )


def _counts(deviations: Collection[Deviation]) -> Iterator[tuple[object, ...]]:
    counts = Counter((each.family, each.severity) for each in deviations)
    for group in Group:
        yield (f"**[{group.heading}]({FOLDER}/{group}.md)**", *[""] * (len(Severity) + 2))
        for name, family in FAMILIES.items():
            if family.group is group:
                numbers = [counts[name, severity] for severity in Severity]
                place = f"[{name}]({FOLDER}/{group}.md#{anchor(_heading(name))})"
                yield (place, family.about, *(each or "" for each in numbers), sum(numbers))
    of_all = [sum(counts[name, severity] for name in FAMILIES) for severity in Severity]
    yield ("**all**", "", *of_all, sum(of_all))


def _heading(family: str) -> str:
    return f"{family}: {FAMILIES[family].about}"


def _of_group(group: Group, deviations: Collection[Deviation]) -> Iterator[str]:
    yield f"# Deviations: {group.heading}"
    yield ""
    yield (
        f"{counted(len(deviations), 'deviation')}. "
        f"[Deviations](../{INDEX}) says what a deviation is, how to read an entry, and how to run "
        "a KMS that is broken in this way."
    )
    yield ""
    for name, family in FAMILIES.items():
        if family.group is group:
            yield from (f"## {_heading(name)}", "")
            for deviation in deviations:
                if deviation.family == name:
                    yield from _entry(deviation)
                    yield ""
    yield from _links(deviations)


def _entry(deviation: Deviation) -> Iterator[str]:
    yield f"### {deviation.id}"
    yield ""
    yield plain(deviation.sentence)
    yield ""
    yield f"* **Gain**: {plain(deviation.gain)}"
    yield f"* **Clause**: {plain(deviation.clause)}"
    yield f"* **Cause**: {plain(deviation.cause)}"
    yield f"* **Remedy**: {plain(deviation.remedy)}"
    yield f"* **Severity**: {', '.join((deviation.severity, *_references(deviation)))}"
    yield f"* **Seen**: {' '.join(_seen(deviation))}"


def _references(deviation: Deviation) -> Iterator[str]:
    """Yield the links of a deviation, which lead to the end of the page."""
    if deviation.weakness is not None:
        yield f"[CWE-{deviation.weakness}]"
    yield from (f"[{number}]" for number in deviation.vulnerabilities)


def _seen(deviation: Deviation) -> Iterator[str]:
    seen = [f"in {view} mode" for view in deviation.seen]
    told = f"{' and '.join(seen)}." if seen else "in no mode."
    yield told
    if deviation.statistical:
        yield "It shows only in many answers together."
    if deviation.intermittent:
        yield "It shows once in so many calls."
    for view, reason in sorted(deviation.unseen.items()):
        yield f"Not in {view} mode: {plain(reason.removeprefix(f'In {view} mode '))}"


def _links(deviations: Collection[Deviation]) -> Iterator[str]:
    weaknesses = {each.weakness for each in deviations if each.weakness is not None}
    for number in sorted(weaknesses):
        yield f"[CWE-{number}]: https://cwe.mitre.org/data/definitions/{number}.html"
    for name in sorted({name for each in deviations for name in each.vulnerabilities}):
        yield f"[{name}]: https://www.cve.org/CVERecord?id={name}"
