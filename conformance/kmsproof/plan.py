"""Which vectors of a corpus file apply to a target, by what the target declares."""

from __future__ import annotations

from dataclasses import dataclass, field

from kmsproof.applicability import Applicability
from kmsproof.selection import Filters, selected_groups
from kmsproof_vectors.model import AnyTest, CorpusFile, Group


@dataclass
class Plan:
    """What applies to a target in one corpus file."""

    file: CorpusFile
    applicability: Applicability
    asked: list[tuple[Group, tuple[AnyTest, ...]]] = field(
        default_factory=list[tuple[Group, tuple[AnyTest, ...]]]
    )
    undeclared: dict[str, list[tuple[Group, AnyTest]]] = field(
        default_factory=dict[str, list[tuple[Group, AnyTest]]]
    )
    """Tests that do not apply, by what the target would have to declare."""


def plan_file(file: CorpusFile, filters: Filters, applicability: Applicability) -> Plan:
    """Sort the selected tests of a file into those that apply and those that do not."""
    plan = Plan(file, applicability)
    for group, tests in selected_groups(file, filters):
        applying: list[AnyTest] = []
        for test in tests:
            undeclared = applicability.undeclared(group, test)
            if undeclared:
                plan.undeclared.setdefault(undeclared, []).append((group, test))
            else:
                applying.append(test)
        if applying:
            plan.asked.append((group, tuple(applying)))
    return plan
