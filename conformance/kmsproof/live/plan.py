"""What a live run will do to a target before it does it: which recipes, how many keys and calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kmsproof.capability import Description
from kmsproof.live.applicability import LiveApplicability
from kmsproof.live.corpus import mode_of
from kmsproof.live.detail import last_operation
from kmsproof.live.interpreter import named_keys
from kmsproof.live.keys import Role
from kmsproof.results import Mode
from kmsproof.vocabulary import EciesDialect, ProtectionLevel
from kmsproof_vectors.live.model import DIALECT, Ask, AskedOperation, LiveFile, LiveTest


@dataclass
class LivePlan:
    """What applies to a target in one live file."""

    file: LiveFile
    level: ProtectionLevel | None
    """The level of its keys; None if the target makes no such keys."""
    asked: list[LiveTest] = field(default_factory=list[LiveTest])
    target_iv: bool = False
    """Whether the target itself chooses the IV of an encryption that comes without one."""
    undeclared: list[tuple[LiveTest, str]] = field(default_factory=list[tuple[LiveTest, str]])

    @property
    def roles(self) -> set[Role]:
        """The keys that the recipes name."""
        if self.level is None:
            return set()
        names = set[str]().union(*(named_keys(test) for test in self.asked))
        return {
            Role(
                name,
                self.file.key_spec,
                role.usage,
                role.protection_level or self.level,
                role.count,
            )
            for name, role in self.file.keys.items()
            if name in names
        }

    @property
    def closing(self) -> list[LiveTest]:
        """The first control of each operation: what is asked again when all is answered."""
        by_id = {test.id: test for test in self.asked}
        closing: dict[str, LiveTest] = {}
        for test in self.asked:
            control = by_id.get(test.control or "")
            if control is not None:
                closing.setdefault(last_operation(control), control)
        return list(closing.values())

    @property
    def names_dialect(self) -> bool:
        """Whether a recipe names the dialect of ECIES, so that it has to be found out."""
        return any(DIALECT in named_keys(test) for test in self.asked)

    @property
    def calls(self) -> Counter[AskedOperation]:
        """How often the recipes ask each operation at most, the closing controls included."""
        counts: Counter[AskedOperation] = Counter()
        if self.names_dialect:
            counts[AskedOperation.DECRYPT] += len(EciesDialect)  # to find the dialect out
        for test in (*self.asked, *self.closing):
            for step in test.steps:
                if isinstance(step, Ask):
                    counts[step.operation] += step.repeat
        return counts


def plan_live(
    file: LiveFile,
    tests: Sequence[LiveTest],
    description: Description,
    level: ProtectionLevel | None = None,
) -> LivePlan:
    """Sort the selected tests of a live file into those that apply to a target and the others.

    Args:
        file: the file.
        tests: its selected tests.
        description: what the target says of itself.
        level: the protection level to judge; None for the first that fits.
    """
    applicability = LiveApplicability(description, file, level)
    plan = LivePlan(file, applicability.protection_level, target_iv=applicability.target_iv)
    for test in tests:
        undeclared = applicability.undeclared(test)
        if undeclared:
            plan.undeclared.append((test, undeclared))
        else:
            plan.asked.append(test)
    return plan


@dataclass(frozen=True)
class Cost:
    """What a part of a live run costs."""

    key_spec: str
    vectors: int
    keys: int
    calls: Counter[AskedOperation]
    """Calls of each operation at most: a recipe ends at the first answer that decides."""


def costs(plans: Iterable[LivePlan]) -> Iterator[Cost]:
    """Yield the cost of live plans for each key spec, with what making and ending the keys takes.

    Files share keys that are the same, apart from files of key rules, which have their own.
    """
    by_spec: dict[str, list[LivePlan]] = {}
    for plan in plans:
        by_spec.setdefault(str(plan.file.key_spec), []).append(plan)
    for key_spec, of_spec in by_spec.items():
        calls = sum((plan.calls for plan in of_spec), Counter[AskedOperation]())
        shared: set[Role] = set()
        keys = calls[AskedOperation.CREATE_KEY]
        for plan in of_spec:
            if mode_of(plan.file) is Mode.POLICY:
                keys += sum(role.count for role in plan.roles)
            else:
                shared |= plan.roles
        keys += sum(role.count for role in shared)
        made = keys - calls[AskedOperation.CREATE_KEY]
        calls[AskedOperation.CREATE_KEY] += made
        calls[AskedOperation.DESTROY_KEY] += keys
        if not of_spec[0].file.key_spec.is_symmetric:
            calls[AskedOperation.GET_PUBLIC_KEY] += made
        yield Cost(key_spec, sum(len(plan.asked) for plan in of_spec), keys, +calls)
