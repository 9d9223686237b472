"""Asking a group of tests over a session that breaks: who is blamed, and when it is given up."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmsproof import conversation
from kmsproof.conversation import Abandoned, Asked, Conversation
from kmsproof.errors import TargetStartError
from kmsproof.log import LogWriter
from kmsproof.log_reader import read_events
from kmsproof.messages import Decrypt, DestroyKey, Encrypt, ImportKey, Request
from kmsproof.outcome import Error, ErrorKind, Ok, Rejected, Unsupported
from kmsproof.requests import RequestMaker
from kmsproof.results import Incident, Warned
from kmsproof.session import AnyOutcome
from kmsproof.vocabulary import KeyPart, ProtectionLevel, RejectionClass
from kmsproof_testing.corpora import CHAIN_FILE, GCM_FILE
from kmsproof_testing.fakes.breaking import BreakingSession, Breaks, never
from kmsproof_vectors.model import AnyTest, CorpusFile

TESTS = GCM_FILE.groups[0].tests[:8]
DEADLINE_MS = 4321


def sealed(request: Request) -> bytes | None:
    """What tells the tests of the group apart: the tag, or the AAD and IV of an encryption."""
    if isinstance(request, Decrypt):
        return request.tag
    return (request.iv or b"") + (request.aad or b"") if isinstance(request, Encrypt) else None


def maker_of(file: CorpusFile) -> RequestMaker:
    """Return what makes the requests of a file's first group."""
    level, part = ProtectionLevel.SOFTWARE, KeyPart.SECRET
    return RequestMaker(file, file.groups[0], level, part, DEADLINE_MS)


def request_of(test: AnyTest) -> bytes | None:
    maker = maker_of(GCM_FILE)
    return sealed(maker.maker("k")(1, test))


def breaks_on(*guilty: AnyTest) -> Breaks:
    marks = {request_of(test) for test in guilty}
    return lambda request, _: sealed(request) in marks and sealed(request) is not None


def ask(
    session: BreakingSession,
    folder: Path,
    tests: tuple[AnyTest, ...] = TESTS,
    closing: tuple[AnyTest, ...] = (),
    file: CorpusFile = GCM_FILE,
) -> tuple[list[Asked], list[Incident | Warned]]:
    """Ask a group, and return the answers and what was written into the log."""
    maker = maker_of(file)
    path = folder / "events.jsonl"
    with LogWriter(path) as log:
        asked = list(Conversation(session, log, "fake").ask_group(maker, tests, closing))
    events = list(read_events(path))
    assert all(isinstance(event, Incident | Warned) for event in events)
    return asked, [event for event in events if isinstance(event, Incident | Warned)]


def outcomes(asked: list[Asked]) -> dict[str, str]:
    """What came of each test, in a word."""
    words: dict[str, str] = {}
    for each in asked:
        assert each.test.id not in words
        word = type(each.outcome).__name__
        words[each.test.id] = "flaky" if each.flaky else word
    return words


def test_every_test_is_asked_once_and_the_key_destroyed(tmp_path: Path) -> None:
    session = BreakingSession(never)
    asked, events = ask(session, tmp_path)
    assert set(outcomes(asked)) == {test.id for test in TESTS}
    assert not session.live_keys
    assert not events
    assert all(request.deadline_ms == DEADLINE_MS for request in session.asked)
    ids = [request.id for request in session.asked]
    assert len(set(ids)) == len(ids) == len(TESTS) + 2


@pytest.mark.parametrize("position", range(len(TESTS)))
def test_one_guilty_test_is_found(position: int, tmp_path: Path) -> None:
    guilty = TESTS[position]
    session = BreakingSession(breaks_on(guilty))
    asked, events = ask(session, tmp_path)
    words = outcomes(asked)
    assert words.pop(guilty.id) == "Error"
    assert set(words) == {test.id for test in TESTS if test is not guilty}
    assert set(words.values()) <= {"Ok", "Rejected"}
    assert session.restarts == len(events) == 2
    assert guilty.id in events[0].ids
    assert events[1].ids == (guilty.id,)
    assert not session.live_keys


def test_guilty_test_carries_kind_and_message(tmp_path: Path) -> None:
    session = BreakingSession(breaks_on(TESTS[2]), ErrorKind.TIMEOUT)
    asked, _ = ask(session, tmp_path)
    [found] = [each for each in asked if each.test is TESTS[2]]
    assert found.outcome == Error(ErrorKind.TIMEOUT, "it broke.")


def test_neighbours_that_are_all_guilty_are_all_found(tmp_path: Path) -> None:
    guilty = TESTS[2:6]
    asked, events = ask(BreakingSession(breaks_on(*guilty)), tmp_path)
    words = outcomes(asked)
    assert {vector for vector, word in words.items() if word == "Error"} == {
        test.id for test in guilty
    }
    assert "flaky" not in words.values()
    assert len(events) == 5


def test_break_that_does_not_come_again_is_flaky(tmp_path: Path) -> None:
    mark = request_of(TESTS[3])
    session = BreakingSession(lambda request, restarts: sealed(request) == mark and not restarts)
    asked, events = ask(session, tmp_path)
    words = outcomes(asked)
    assert [vector for vector, word in words.items() if word == "flaky"] == [TESTS[3].id]
    assert set(words) == {test.id for test in TESTS}
    assert len(events) == 1
    assert not session.live_keys, "the key of the suspects is destroyed, too"


def test_break_at_the_import_is_tried_again(tmp_path: Path) -> None:
    session = BreakingSession(lambda request, n: isinstance(request, ImportKey) and n < 2)
    asked, events = ask(session, tmp_path)
    assert set(outcomes(asked).values()) <= {"Ok", "Rejected"}
    assert [event.ids for event in events] == [(), ()]
    assert events[0].message == "while a key was imported: it broke."


def test_group_is_given_up_after_breaks_in_a_row(tmp_path: Path) -> None:
    session = BreakingSession(lambda request, n: isinstance(request, ImportKey))
    asked, events = ask(session, tmp_path)
    assert len(events) == conversation.MAX_BREAKS_IN_A_ROW
    assert [each.test for each in asked] == list(TESTS)
    for each in asked:
        assert isinstance(each.outcome, Error)
        assert each.outcome.message.startswith("not asked: the target broke 6 times in a row")


def test_target_is_given_up_after_many_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MAX_BREAKS", 3)
    session = BreakingSession(breaks_on(*TESTS))
    with pytest.raises(Abandoned, match=r"it broke too often, the last time: it broke\."):
        ask(session, tmp_path)
    assert session.restarts == 2


def test_time_out_counts_for_five(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "MAX_BREAKS", 11)
    session = BreakingSession(breaks_on(*TESTS), ErrorKind.TIMEOUT)
    with pytest.raises(Abandoned):
        ask(session, tmp_path)
    assert session.restarts == 2


def test_answers_before_the_last_break_are_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MAX_BREAKS", 2)
    session = BreakingSession(breaks_on(TESTS[1]))
    maker = maker_of(GCM_FILE)
    got: list[Asked] = []
    with LogWriter(tmp_path / "events.jsonl") as log:
        answers = Conversation(session, log, "fake").ask_group(maker, TESTS)
        with pytest.raises(Abandoned):
            got.extend(answers)
    assert {each.test.id for each in got} == {TESTS[0].id, TESTS[1].id}


def test_target_that_does_not_start_again(tmp_path: Path) -> None:
    session = BreakingSession(breaks_on(TESTS[0]))
    session.restart_error = TargetStartError("It is gone.", "Look for it.")
    with pytest.raises(Abandoned, match=r"it did not start again: It is gone\. Look for it\."):
        ask(session, tmp_path)


@pytest.mark.parametrize(
    "outcome",
    [
        Rejected(RejectionClass.INVALID_ARGUMENT, "BadKey"),
        Unsupported("AES"),
        Error(ErrorKind.AUTH, "wrong PIN"),
    ],
)
def test_key_that_is_not_taken(outcome: AnyOutcome, tmp_path: Path) -> None:
    session = BreakingSession(never)
    session.override = lambda request: outcome if isinstance(request, ImportKey) else None
    asked, _ = ask(session, tmp_path, closing=TESTS[:1])
    assert [each.test for each in asked] == list(TESTS)
    assert all(each.outcome is outcome and each.key_refused for each in asked)
    assert len(session.asked) == 1


def test_key_that_is_not_destroyed_is_told_once(tmp_path: Path) -> None:
    session = BreakingSession(never)
    session.override = lambda request: (
        Unsupported("destroy_key") if isinstance(request, DestroyKey) else None
    )
    path = tmp_path / "events.jsonl"
    maker = maker_of(GCM_FILE)
    with LogWriter(path) as log:
        talk = Conversation(session, log, "fake")
        for _ in range(3):
            assert list(talk.ask_group(maker, TESTS[:1]))
    [warned] = read_events(path)
    assert isinstance(warned, Warned)
    assert warned.message == (
        "a key was not destroyed, the target answered unsupported: destroy_key"
    )


def test_break_at_the_destruction_costs_nothing(tmp_path: Path) -> None:
    session = BreakingSession(lambda request, n: isinstance(request, DestroyKey))
    asked, events = ask(session, tmp_path)
    assert len(asked) == len(TESTS)
    assert [event.ids for event in events] == [()]


def test_closing_tests_are_asked_again_after_all_others(tmp_path: Path) -> None:
    session = BreakingSession(never)
    asked, _ = ask(session, tmp_path, closing=TESTS[:2])
    assert [each.test for each in asked if each.again] == list(TESTS[:2])
    assert not any(each.again for each in asked[: len(TESTS)])
    assert isinstance(session.asked[-1], DestroyKey)


def test_closing_tests_are_asked_after_a_break_too(tmp_path: Path) -> None:
    session = BreakingSession(breaks_on(TESTS[-1]))
    asked, _ = ask(session, tmp_path, closing=TESTS[:1])
    assert len(asked) == len(TESTS) + 1
    assert asked[-1].again
    assert not session.live_keys


def test_chain_is_asked_step_by_step(tmp_path: Path) -> None:
    tests = CHAIN_FILE.groups[0].tests
    session = BreakingSession(never)
    asked, _ = ask(session, tmp_path, tests, file=CHAIN_FILE)
    assert len(asked) == 3
    assert all(isinstance(each.outcome, Ok) for each in asked)
    assert len([each for each in session.asked if isinstance(each, Encrypt)]) == 6
    assert len([each for each in session.asked if isinstance(each, Decrypt)]) == 5


def test_chain_ends_with_its_first_bad_answer(tmp_path: Path) -> None:
    tests = CHAIN_FILE.groups[0].tests
    session = BreakingSession(never)
    throttled = Error(ErrorKind.THROTTLED, "429")
    session.override = lambda request: throttled if isinstance(request, Decrypt) else None
    asked, _ = ask(session, tmp_path, tests, file=CHAIN_FILE)
    assert [each.outcome for each in asked if each.outcome is throttled] == [throttled]
    assert len([each for each in session.asked if isinstance(each, Decrypt)]) == 1


def test_break_within_a_chain_blames_the_chain(tmp_path: Path) -> None:
    tests = CHAIN_FILE.groups[0].tests
    asked, events = ask(
        BreakingSession(lambda request, n: isinstance(request, Decrypt)),
        tmp_path,
        tests,
        file=CHAIN_FILE,
    )
    words = outcomes(asked)
    assert words.pop(tests[2].id) == "Error"
    assert set(words.values()) == {"Ok"}
    assert [event.ids for event in events] == [(tests[2].id,), (tests[2].id,)]
