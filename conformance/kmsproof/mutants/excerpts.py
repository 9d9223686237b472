"""Parts of corpus files: some vectors with what they need, and what asking them costs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kmsproof.selection import Filters, selected_groups, selected_live_tests
from kmsproof_vectors.live.model import LiveFile, LiveTest
from kmsproof_vectors.model import AnyTest, CorpusFile, MonteCarloTest


def excerpt(file: CorpusFile | LiveFile, ids: Sequence[str]) -> CorpusFile | LiveFile:
    """Return a file with nothing in it but some vectors, and the controls and members they need."""
    filters = Filters(ids=tuple(ids))
    if isinstance(file, LiveFile):
        compared = tuple(each for each in file.uniformities if filters.takes(each))
        tests = selected_live_tests(file, filters)
        return msgspec.structs.replace(file, tests=tests, uniformities=compared)
    groups = tuple(
        msgspec.structs.replace(group, tests=tests)
        for group, tests in selected_groups(file, filters)
    )
    own = tuple(each for each in file.uniformities if filters.takes(each))
    return msgspec.structs.replace(file, groups=groups, uniformities=own)


def vectors_of(file: CorpusFile | LiveFile) -> list[AnyTest | LiveTest]:
    """Return the vectors of a file, comparisons of refusals left out."""
    if isinstance(file, LiveFile):
        return list(file.tests)
    return [test for group in file.groups for test in group.tests]


def calls_of(test: AnyTest | LiveTest) -> int:
    """Return how many calls a vector takes, its control left out."""
    if isinstance(test, LiveTest):
        return test.calls
    return test.iterations if isinstance(test, MonteCarloTest) else 1
