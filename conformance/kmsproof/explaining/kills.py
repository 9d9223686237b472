"""Which deviations a vector kills, worst first, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof.mutants.loading import KnownKills
from kmsproof_reference.deviations import Deviation, Severity, View, catalogue

SHOWN = 12
"""Deviations that are shown of many."""

_WORST_FIRST = {severity: rank for rank, severity in enumerate(Severity)}


def kill_lines(known: KnownKills | str, vector_id: str, view: View, *, every: bool) -> list[str]:
    """Return the deviations that a vector kills, with how it fails, as lines."""
    if isinstance(known, str):
        return [f"  kills     {known}"]
    kinds = known.by_vector(vector_id, view)
    killed = sorted(
        (catalogue()[id] for id in kinds if id in catalogue()),
        key=lambda each: (_WORST_FIRST[each.severity], each.id),
    )
    if not killed:
        return ["  kills     no deviation of the catalogue by itself"]
    many = "1 deviation" if len(killed) == 1 else f"{len(killed)} deviations"
    lines = [f"  kills     {many}: a target that fails here may be wrong like this"]
    shown = killed if every else killed[:SHOWN]
    for each in shown:
        lines += _lines(each, kinds[each.id])
    if len(shown) < len(killed):
        lines.append(f"    … and {len(killed) - len(shown)} more; --all shows them")
    return [*lines, f"    more of one: kmsproof explain {killed[0].id}"]


def _lines(deviation: Deviation, kind: str) -> Iterator[str]:
    known_as = ", ".join(references(deviation))
    yield f"    {deviation.id}  [{', '.join(filter(None, (deviation.severity, kind, known_as)))}]"
    yield f"      {deviation.sentence}"


def references(deviation: Deviation) -> list[str]:
    """Return the weakness and the vulnerabilities by their numbers."""
    weakness = [] if deviation.weakness is None else [f"CWE-{deviation.weakness}"]
    return [*weakness, *deviation.vulnerabilities]
