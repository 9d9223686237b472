"""What a run with the tiny corpus must come to, and what holds for its log in any case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kmsproof.applicability import operation_of
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import Operation
from kmsproof_testing.corpora import CBC_FAMILY, GCM_FAMILY, TINY, all_tests, uniformity_ids
from kmsproof_testing.fakes.running import Ran
from kmsproof_vectors.model import CorpusFile, DecryptTest, Result

TESTS = all_tests()
UNIFORMITIES = uniformity_ids()
TAG_REFUSALS = f"{GCM_FAMILY}/g9/tag-refusals"
PADDING_REFUSALS = f"{CBC_FAMILY}/c9/padding-refusals"

VALID = frozenset(test.id for test in TESTS.values() if test.result is Result.VALID)
INVALID = TESTS.keys() - VALID
BAD_TAGS = frozenset(vector for vector in INVALID if TESTS[vector].oracle == "tag")
BAD_PADDINGS = frozenset(vector for vector in INVALID if TESTS[vector].oracle == "padding")

Came = dict[str, Verdict | FailureKind]
"""What a run comes to: verdict or kind of failure by id; what is not named must pass."""


def came(*parts: tuple[Iterable[str], Verdict | FailureKind]) -> Came:
    """Say what the vectors come to, later parts before earlier ones."""
    return {vector: result for vectors, result in parts for vector in vectors}


def mark_of(vector: str) -> str:
    """Return a text that stands in the request of this vector, and best in no other."""
    test = TESTS[vector]
    assert isinstance(test, DecryptTest)
    assert test.tag is not None
    return test.tag.hex()


def assert_whole(ran: Ran, files: Sequence[CorpusFile] = TINY) -> None:
    """Assert that the log tells everything, once, and that its parts agree."""
    tests = all_tests(files)
    assert ran.log.finished is not None
    assert ran.log.finished.exit_code == ran.conclusion.exit_code
    assert ran.log.finished.conclusion == ran.conclusion.sentence
    ids = [recorded.id for recorded in ran.target.verdicts]
    assert len(ids) == len(set(ids))
    assert set(ids) == tests.keys() | uniformity_ids(files)
    assert ran.finished.counts == {str(v): n for v, n in ran.counts().items()}
    assert ran.finished.planned == len(tests)
    assert ran.finished.incidents == len(ran.target.incidents)


def assert_no_false_pass(ran: Ran, files: Sequence[CorpusFile] = TINY) -> None:
    """Assert that every invalid vector that passes was refused, as its control was not.

    A signature may be refused by the answer no, and what says ok is written without its value.
    """
    verdicts, tests = ran.verdicts, all_tests(files)
    for vector in ran.ids(Verdict.PASS) & tests.keys():
        test, found = tests[vector], verdicts[vector]
        if test.result is Result.VALID:
            continue
        if operation_of(test) is not Operation.VERIFY or found.outcome != "ok":
            assert found.outcome == "rejected"
            assert found.rejection in test.rejections
        assert verdicts[test.control or ""].verdict is Verdict.PASS


def assert_came_to(ran: Ran, expected: Came, files: Sequence[CorpusFile] = TINY) -> None:
    """Assert the verdict on every single vector, and all the rest."""
    found: Came = {
        vector: recorded.failure or recorded.verdict
        for vector, recorded in ran.verdicts.items()
        if recorded.verdict is not Verdict.PASS
    }
    assert found == expected
    assert_whole(ran, files)
    assert_no_false_pass(ran, files)
