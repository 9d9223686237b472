"""How far a target does what its profile demands, as the reports show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kmsproof.results import CoveredGroup, CoveredRequirement, ProfileCovered
from kmsproof_reports.words import counted, name, percent, sentence

TONES = {
    "failed": "fail",
    "not covered": "none",
    "passed": "pass",
    "excluded": "none",
    "out of scope": "none",
}
"""The tone of each status of a requirement, in the order in which they are shown."""


@dataclass(frozen=True)
class GroupRow:
    """Requirements that have a standard or a protection level in common."""

    name: str
    requirements: int
    judged: str
    """Share and number of those that were judged."""
    met: int
    not_met: int


@dataclass(frozen=True)
class RequirementRow:
    """A requirement."""

    tone: str
    status: str
    id: str
    text: str
    place: str
    obligation: str
    vectors: str
    """How many of its vectors passed and failed, or why there are none."""


@dataclass(frozen=True)
class ProfileView:
    """What a run showed of a profile for one target."""

    id: str
    title: str
    share: str
    sentence: str
    """Requirements that were judged, met and not met."""
    held_to: str
    """What the run is held to; empty where that is open."""
    groups: tuple[tuple[str, tuple[GroupRow, ...]], ...]
    """A heading, and its rows."""
    requirements: tuple[RequirementRow, ...]
    """What failed first, then what was not covered."""
    digest: str


def profile_view(covered: ProfileCovered) -> ProfileView:
    """Return what there is to show of a profile."""
    whole = next((group for group in covered.groups if group.kind == "whole"), None)
    share = percent(whole.judged, whole.requirements) if whole is not None else "0 %"
    floor = covered.floor_percent
    return ProfileView(
        id=name(covered.profile),
        title=sentence(covered.title),
        share=share,
        sentence=_sentence(whole) if whole is not None else "Nothing was judged.",
        held_to="" if floor is None else f"{floor:g} % must be judged",
        groups=tuple(_groups(covered)),
        requirements=tuple(_requirements(covered)),
        digest=name(covered.digest),
    )


def _sentence(whole: CoveredGroup) -> str:
    judged = f"{whole.judged:,} of {counted(whole.requirements, 'requirement')} judged"
    failed = f", {whole.failed:,} not met" if whole.failed else ""
    return f"{judged}, {whole.passed:,} met{failed}"


def _groups(covered: ProfileCovered) -> Iterator[tuple[str, tuple[GroupRow, ...]]]:
    for kind, heading in (("level", "Protection level"), ("standard", "Standard")):
        rows = tuple(_group(group) for group in covered.groups if group.kind == kind)
        if rows:
            yield heading, rows


def _group(group: CoveredGroup) -> GroupRow:
    share = percent(group.judged, group.requirements)
    return GroupRow(
        name=name(group.name),
        requirements=group.requirements,
        judged=f"{share} ({group.judged:,})",
        met=group.passed,
        not_met=group.failed,
    )


def _requirements(covered: ProfileCovered) -> Iterator[RequirementRow]:
    order = {status: rank for rank, status in enumerate(TONES)}
    for each in sorted(covered.requirements, key=lambda each: order.get(each.status, len(order))):
        yield RequirementRow(
            tone=TONES.get(each.status, "none"),
            status=name(each.status),
            id=name(each.id),
            text=sentence(each.text),
            place=name(each.place),
            obligation=name(each.obligation),
            vectors=_vectors(each),
        )


def _vectors(each: CoveredRequirement) -> str:
    if each.excluded:
        return sentence(each.excluded)
    failed = f", {each.failed:,} failed" if each.failed else ""
    return f"{each.passed:,} of {each.vectors:,} passed{failed}"
