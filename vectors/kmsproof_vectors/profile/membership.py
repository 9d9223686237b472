"""To which requirements of a profile a vector belongs, by its id alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase, translate
from re import Pattern
from typing import NamedTuple

from kmsproof_vectors.profile.model import Profile, Requirement


class _Rule(NamedTuple):
    """What one family has to do with one requirement."""

    number: int
    """Of the requirement, in the order of the profile."""
    tests: Pattern[str] | None
    """What ``case/slug`` must look like; None if all belong."""


class Membership:
    """Knows the requirements of every vector. Ids are looked up fast: patterns of families are
    tried once for each family."""

    def __init__(self, profile: Profile) -> None:
        """Take the profile."""
        self.requirements = profile.requirements
        self._rules: dict[str, tuple[_Rule, ...]] = {}

    def numbers_of(self, vector_id: str) -> tuple[int, ...]:
        """Return the places in ``requirements`` of those that a vector exercises.

        Args:
            vector_id: ``family/case/slug``, of the library, live or policy corpus.
        """
        family, _, test = vector_id.partition("/")
        rules = self._rules.get(family)
        if rules is None:
            rules = self._rules[family] = tuple(self._rules_of(family))
        return tuple(rule.number for rule in rules if rule.tests is None or rule.tests.match(test))

    def requirements_of(self, vector_id: str) -> tuple[Requirement, ...]:
        """Return the requirements that a vector exercises; none if the profile has none for it."""
        return tuple(self.requirements[number] for number in self.numbers_of(vector_id))

    def _rules_of(self, family: str) -> Iterable[_Rule]:
        for number, requirement in enumerate(self.requirements):
            fitting = [
                selector
                for selector in requirement.vectors
                if any(fnmatchcase(family, pattern) for pattern in selector.families)
            ]
            if any(not selector.tests for selector in fitting):
                yield _Rule(number, None)
            elif fitting:
                patterns = [translate(each) for selector in fitting for each in selector.tests]
                yield _Rule(number, re.compile("|".join(patterns)))
