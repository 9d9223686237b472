"""Which vectors the user wants to run: filters over the corpus."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from kmsproof.errors import NothingSelected
from kmsproof.vocabulary import Algorithm, KeySpec
from kmsproof_vectors.live.model import Ask, LiveEntry, LiveFile, LiveTest, LiveUniformity
from kmsproof_vectors.model import AnyTest, CorpusFile, Group, ManifestEntry, Uniformity


@dataclass(frozen=True)
class Filters:
    """What the user asked for; an empty filter lets everything through."""

    ids: tuple[str, ...] = ()
    """Ids or patterns of ids (``*`` stands for anything); one of them must fit."""
    flags: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    key_specs: tuple[KeySpec, ...] = ()
    algorithms: tuple[Algorithm, ...] = ()
    exhaustive: bool = False
    """Whether live vectors that a default run leaves out are wanted; single ones are taken by their
    ids, flags or classes all the same."""
    tier: str = ""
    """Name of the tier to which the vectors must belong; empty for the whole corpus."""
    tier_ids: frozenset[str] = frozenset()
    """The ids of that tier, exactly."""

    def words(self) -> tuple[str, ...]:
        """Return the filters in words, for the log."""
        named: tuple[tuple[str, Iterable[str]], ...] = (
            ("tier", (self.tier,) if self.tier else ()),
            ("id", self.ids),
            ("flag", self.flags),
            ("class", self.classes),
            ("key-spec", self.key_specs),
            ("algorithm", self.algorithms),
        )
        return tuple(f"{name}={value}" for name, values in named for value in values)

    def takes_file(self, entry: ManifestEntry | LiveEntry) -> bool:
        """Whether a corpus file can hold anything that is wanted."""
        if self.key_specs and entry.key_spec not in self.key_specs:
            return False
        if self.algorithms and entry.algorithm not in self.algorithms:
            return False
        if self.tier and not any(id.startswith(f"{entry.family}/") for id in self.tier_ids):
            return False
        return not self.ids or any(_may_match(entry.family, pattern) for pattern in self.ids)

    def takes(self, test: AnyTest | Uniformity | LiveTest | LiveUniformity) -> bool:
        """Whether a test, or a comparison of the refusals of several, is wanted."""
        if self.tier and test.id not in self.tier_ids:
            return False
        if self.ids and not any(fnmatchcase(test.id, pattern) for pattern in self.ids):
            return False
        if self.classes and test.case not in self.classes:
            return False
        return not self.flags or not set(self.flags).isdisjoint(test.flags)

    def narrows(self) -> bool:
        """Whether single tests can be left out, so that each has to be looked at."""
        return bool(self.ids or self.flags or self.classes or self.tier)


def _may_match(family: str, pattern: str) -> bool:
    head = pattern.partition("/")[0]
    return fnmatchcase(family, head) or any(letter in head for letter in "*?[")


def selected_groups(
    file: CorpusFile, filters: Filters
) -> Iterator[tuple[Group, tuple[AnyTest, ...]]]:
    """Yield the groups of a file with the tests that are wanted.

    The controls of wanted tests are included, and all tests whose refusals a wanted uniformity
    compares.
    """
    if not filters.narrows():
        yield from ((group, group.tests) for group in file.groups)
        return
    compared = {each.name for each in file.uniformities if filters.takes(each)}
    tests = [test for group in file.groups for test in group.tests]
    wanted = {test.id for test in tests if test.oracle in compared or filters.takes(test)}
    # A control has the same key, in our own corpus; in an external one perhaps another.
    wanted |= {test.control for test in tests if test.id in wanted and test.control is not None}
    for group in file.groups:
        selected = tuple(test for test in group.tests if test.id in wanted)
        if selected:
            yield group, selected


def selected_live_tests(file: LiveFile, filters: Filters) -> tuple[LiveTest, ...]:
    """Return the tests of a live file that are wanted.

    The controls of wanted tests are included, and all tests whose refusals a wanted uniformity
    compares.
    """
    if not filters.narrows():
        everything = file.tests
        return (
            everything if filters.exhaustive else tuple(t for t in everything if not t.exhaustive)
        )
    compared = {each.name for each in file.uniformities if filters.takes(each)}
    wanted = {
        test.id
        for test in file.tests
        if filters.takes(test) or not compared.isdisjoint(oracles_of(test))
    }
    wanted |= {test.control for test in file.tests if test.id in wanted and test.control}
    return tuple(test for test in file.tests if test.id in wanted)


def oracles_of(test: LiveTest) -> set[str]:
    """Return the names of the sets of refusals to which a live test belongs."""
    return {step.oracle for step in test.steps if isinstance(step, Ask) and step.oracle}


def nothing_selected(filters: Filters, known: Iterable[str]) -> NothingSelected:
    """Return the error for filters that leave nothing, with what was perhaps meant."""
    asked = ", ".join(filters.words()) or "an empty corpus"
    wanted = [value.partition("=")[2] for value in filters.words()]
    close = [
        match for value in wanted for match in difflib.get_close_matches(value, list(known), n=2)
    ]
    hint = f"Did you mean {' or '.join(dict.fromkeys(close))}? " if close else ""
    return NothingSelected(
        f"No vector matches {asked}.",
        f"{hint}See 'kmsproof list vectors' for what there is.",
    )
