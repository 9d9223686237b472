"""How far verdicts show that a target does what a profile demands: pure functions.

    covered = coverage(profile, ids_of_all_vectors, judged)
    covered.percent_judged          what the profile's floor is compared with
    covered.below_floor             exit code 4
    covered.requirements            one row for each requirement, in the order of the profile
    covered.standards, .levels      the same, summed up

A verdict that concludes nothing (unsupported, skipped, error, flaky) is left out of ``judged``:
such a vector counts as not covered, never as passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import NamedTuple

from kmsproof_reference.vocabulary import Algorithm, KeySpec, ProtectionLevel
from kmsproof_vectors.profile.membership import Membership
from kmsproof_vectors.profile.model import Profile, Requirement, Standard


class Judged(NamedTuple):
    """A verdict that says something about the target."""

    vector_id: str
    passed: bool
    level: ProtectionLevel | None = None
    """The protection level of the key. None: the target has no levels, or it is not known; then
    nothing is shown of requirements on a level, unless their vectors make their own keys at it."""


@unique
class Status(StrEnum):
    """What is known of a requirement."""

    PASSED = "passed"
    """At least one vector was judged, and all that were passed."""
    FAILED = "failed"
    NOT_COVERED = "not covered"
    EXCLUDED = "excluded"
    OUT_OF_SCOPE = "out of scope"
    """It is about a protection level that was not judged, or about keys or algorithms that no
    level that was judged offers."""


@dataclass(frozen=True)
class Count:
    """Vectors of a requirement, or of several."""

    total: int = 0
    passed: int = 0
    failed: int = 0

    @property
    def not_covered(self) -> int:
        """Vectors of which nothing is known."""
        return self.total - self.passed - self.failed

    def __add__(self, other: Count) -> Count:
        return Count(
            self.total + other.total, self.passed + other.passed, self.failed + other.failed
        )


@dataclass(frozen=True)
class RequirementCoverage:
    """What verdicts show of one requirement."""

    requirement: Requirement
    count: Count
    status: Status


@dataclass(frozen=True)
class GroupCoverage:
    """What verdicts show of the requirements that share a standard or a protection level."""

    requirements: int = 0
    """In scope and not excluded."""
    passed: int = 0
    failed: int = 0
    excluded: int = 0
    vectors: Count = Count()
    """Each vector as often as requirements of the group have it."""

    @property
    def not_covered(self) -> int:
        """Requirements of which no vector was judged."""
        return self.requirements - self.passed - self.failed

    @property
    def percent_judged(self) -> float:
        """Share of the requirements that were judged; 0 if there are none."""
        if not self.requirements:
            return 0.0
        return 100.0 * (self.passed + self.failed) / self.requirements


@dataclass(frozen=True)
class Coverage:
    """What verdicts show of a profile."""

    profile: Profile
    requirements: tuple[RequirementCoverage, ...]
    whole: GroupCoverage
    standards: Mapping[Standard, GroupCoverage]
    levels: Mapping[ProtectionLevel | None, GroupCoverage]
    """None: the requirements that hold at every level. A level that was not judged is left out."""
    strangers: tuple[str, ...] = ()
    """Judged vectors that belong to no requirement."""

    @property
    def percent_judged(self) -> float:
        """Share of the requirements in scope that were judged."""
        return self.whole.percent_judged

    @property
    def below_floor(self) -> bool:
        """Whether fewer requirements were judged than the profile's floor; so if there are none."""
        return self.percent_judged < self.profile.floor_percent or not self.whole.requirements


def coverage(
    profile: Profile,
    vectors: Iterable[str],
    judged: Iterable[Judged],
    levels: Iterable[ProtectionLevel] | None = None,
) -> Coverage:
    """Return what verdicts show of a profile.

    Args:
        profile: the profile.
        vectors: the ids of all vectors there are, asked or not; what ``total`` counts.
        judged: the verdicts that conclude something. The verdicts of several runs can be put
            together; a vector that failed at a level once has failed there.
        levels: the protection levels that the target has; by default those that were judged.
            Requirements on other levels are out of scope, and so are those on keys and algorithms
            that none of these levels offers.

    Returns:
        The coverage; its rows are in the order of the profile.
    """
    membership = Membership(profile)
    tally = _Tally(membership)
    tally.add(judged)
    scope = Scope.of(profile, tally.levels if levels is None else levels)
    totals = [0] * len(profile.requirements)
    for vector_id in dict.fromkeys(vectors):
        for number in membership.numbers_of(vector_id):
            totals[number] += 1
    rows = tuple(
        _row(requirement, tally.count(number, totals[number]), scope)
        for number, requirement in enumerate(profile.requirements)
    )
    return Coverage(
        profile=profile,
        requirements=rows,
        whole=_group(rows),
        standards={
            standard: _group(row for row in rows if standard in row.requirement.standards)
            for standard in Standard
            if any(standard in each.standards for each in profile.requirements)
        },
        levels={
            level: _group(row for row in rows if row.requirement.protection_level is level)
            for level in (*(each for each in ProtectionLevel if each in scope.levels), None)
        },
        strangers=tuple(sorted(tally.strangers)),
    )


@dataclass
class _Tally:
    """Which vectors passed and failed, by requirement."""

    membership: Membership
    passed: dict[int, set[str]] = field(default_factory=dict[int, set[str]])
    failed: dict[int, set[str]] = field(default_factory=dict[int, set[str]])
    levels: set[ProtectionLevel] = field(default_factory=set[ProtectionLevel])
    strangers: set[str] = field(default_factory=set[str])

    def add(self, judged: Iterable[Judged]) -> None:
        """Count verdicts for the requirements that they show something of."""
        for each in judged:
            if each.level is not None:
                self.levels.add(each.level)
            numbers = self.membership.numbers_of(each.vector_id)
            if not numbers:
                self.strangers.add(each.vector_id)
            into = self.passed if each.passed else self.failed
            for number in numbers:
                if shows(self.membership.requirements[number], each.level):
                    into.setdefault(number, set()).add(each.vector_id)

    def count(self, number: int, total: int) -> Count:
        """Return the count of a requirement; a vector that failed once has failed."""
        failed = self.failed.get(number, set[str]())
        passed = self.passed.get(number, set[str]()) - failed
        return Count(max(total, len(passed) + len(failed)), len(passed), len(failed))


def shows(requirement: Requirement, level: ProtectionLevel | None) -> bool:
    """Return whether a verdict on a key of a level shows something of a requirement."""
    return requirement.protection_level in (None, level) or requirement.at_any_level


@dataclass(frozen=True)
class Scope:
    """What the levels offer that are judged, as the profile has it."""

    levels: frozenset[ProtectionLevel]
    offers: frozenset[tuple[KeySpec, Algorithm]]
    """Key specs and their algorithms at these levels."""

    @classmethod
    def of(cls, profile: Profile, levels: Iterable[ProtectionLevel]) -> Scope:
        """Read what a profile offers at some levels."""
        known = frozenset(levels)
        return cls(
            known,
            frozenset(
                (key_spec, algorithm)
                for each in profile.requirements
                if each.protection_level in known
                for key_spec in each.key_specs
                for algorithm in each.algorithms
            ),
        )

    def takes(self, requirement: Requirement) -> bool:
        """Return whether a requirement is about anything that these levels offer."""
        if requirement.protection_level is not None:
            return requirement.protection_level in self.levels
        return not self.offers or any(
            (not requirement.key_specs or key_spec in requirement.key_specs)
            and (not requirement.algorithms or algorithm in requirement.algorithms)
            for key_spec, algorithm in self.offers
        )


def _row(requirement: Requirement, count: Count, scope: Scope) -> RequirementCoverage:
    if requirement.excluded:
        status = Status.EXCLUDED
    elif count.failed:
        status = Status.FAILED
    elif count.passed:
        status = Status.PASSED
    elif not scope.takes(requirement):
        status = Status.OUT_OF_SCOPE
    else:
        status = Status.NOT_COVERED
    return RequirementCoverage(requirement, count, status)


def _group(rows: Iterable[RequirementCoverage]) -> GroupCoverage:
    found = list(rows)
    of = {status: sum(row.status is status for row in found) for status in Status}
    counted = (Status.PASSED, Status.FAILED, Status.NOT_COVERED)
    return GroupCoverage(
        requirements=sum(of[status] for status in counted),
        passed=of[Status.PASSED],
        failed=of[Status.FAILED],
        excluded=of[Status.EXCLUDED],
        vectors=sum((row.count for row in found if row.status in counted), Count()),
    )
