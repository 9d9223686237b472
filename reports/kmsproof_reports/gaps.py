"""Why vectors are not covered on a target, with reasons that are alike told as one."""

from __future__ import annotations

from collections import Counter

from kmsproof.clusters import masked
from kmsproof_reports.summary import TargetSummary
from kmsproof_reports.words import listed


def not_covered(target: TargetSummary) -> list[tuple[str, int]]:
    """Return why vectors are not covered on a target, with numbers, the most frequent first.

    Reasons that differ in one number alone are told as one.
    """
    alike: dict[str, Counter[str]] = {}
    for cell in target.cells.values():
        for reason, number in cell.reasons:
            alike.setdefault(masked(reason), Counter())[reason] += number
    told = [(_told(mask, reasons), reasons.total()) for mask, reasons in alike.items()]
    return sorted(told, key=lambda each: -each[1])


def _told(mask: str, reasons: Counter[str]) -> str:
    if len(reasons) == 1 or mask.count("#") != 1:
        return next(iter(reasons))
    before, _, after = mask.partition("#")
    numbers = [reason[len(before) : len(reason) - len(after)] for reason in reasons]
    numbers.sort(key=lambda each: (len(each), each))
    return f"{before}{listed(numbers)}{after}"
