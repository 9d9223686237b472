"""Running one target: the plan, the order of answers, controls, probes, and the end in any case."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from kmsproof.applicability import Applicability
from kmsproof.capability import Description
from kmsproof.conversation import Asked
from kmsproof.errors import ExitCode, KmsproofError, TargetStartError
from kmsproof.log import FILE_NAME, LogWriter
from kmsproof.log_reader import read_events, read_run
from kmsproof.messages import Request
from kmsproof.outcome import ErrorKind
from kmsproof.plan import Plan, plan_file
from kmsproof.results import TargetFinished, TargetState
from kmsproof.run import conclude
from kmsproof.run_options import RunOptions
from kmsproof.runner import TargetRunner, closing_controls
from kmsproof.selection import Filters
from kmsproof.session import Answer, InProcessSession
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_testing.corpora import (
    CBC_FAMILY,
    CHAIN_FILE,
    GCM_FAMILY,
    GCM_FILE,
    TINY,
)
from kmsproof_testing.fakes.expectations import (
    BAD_PADDINGS,
    INVALID,
    PADDING_REFUSALS,
    TESTS,
    VALID,
    assert_came_to,
)
from kmsproof_testing.fakes.running import run_session
from kmsproof_testing.fakes.service import DeclareLess, JsonObject, Refusal, Service
from kmsproof_testing.fakes.targets import in_process
from kmsproof_vectors.model import AnyTest, CorpusFile, Group, Result

Order = Callable[[list[Answer]], Iterable[Answer]]


class OtherOrder:
    """A session that collects the answers of one ``ask`` and gives them in another order."""

    def __init__(self, order: Order, service: Service | None = None) -> None:
        self._inner = InProcessSession(in_process(service or Service()), deadline_ms=1000)
        self._order = order
        self.start = self._inner.start
        self.close = self._inner.close
        self.restart = self._inner.restart

    def ask(self, requests: Iterable[Request], window: int | None = None) -> Iterator[Answer]:
        yield from self._order(list(self._inner.ask(requests)))


def silent(done: int, total: int) -> None:
    """Show nothing."""


def in_process_session(service: Service | None = None) -> InProcessSession:
    return InProcessSession(in_process(service or Service()), deadline_ms=1000)


def test_every_vector_passes_on_a_good_target(tmp_path: Path) -> None:
    ran = run_session(in_process_session(), tmp_path)
    assert_came_to(ran, {})
    assert ran.target.started is not None
    assert ran.target.started.planned == len(TESTS)
    assert ran.target.started.not_applicable == 0
    assert ran.finished.concluded == len(TESTS)


def odd_first(answers: list[Answer]) -> list[Answer]:
    return answers[1::2] + answers[::2]


@pytest.mark.parametrize("order", [reversed, odd_first])
def test_order_of_answers_does_not_matter(order: Order, tmp_path: Path) -> None:
    assert_came_to(run_session(OtherOrder(order), tmp_path), {})


class RefusesControl(Service):
    """Refuses the one valid CBC decryption that is the control of all others."""

    def __init__(self, body: JsonObject) -> None:
        super().__init__()
        self.body = body

    def unpadded(self, padded: bytes) -> bytes:
        if padded[-16:] == bytes([16]) * 16 and len(padded) == 32:
            raise _Answered(self.body)
        return super().unpadded(padded)


class _Answered(Refusal):
    """Any answer at all, raised from within."""

    def __init__(self, body: JsonObject) -> None:
        super().__init__("", "")
        self.body = body


CONTROL = f"{CBC_FAMILY}/c1/decrypt-16"
ITS_INVALID = {vector for vector in INVALID if TESTS[vector].control == CONTROL}
NO_CONTROL: dict[str, tuple[JsonObject, Verdict | FailureKind]] = {
    "wrong output": ({"ok": {"plaintext": "00"}}, FailureKind.WRONG_OUTPUT),
    "wrong reject": (
        {"rejected": {"class": "invalid-ciphertext", "native_code": "No"}},
        FailureKind.WRONG_REJECT,
    ),
    "unsupported": ({"unsupported": {"what": "decrypt"}}, FailureKind.WRONG_REJECT),
    "error": ({"error": {"kind": "throttled", "message": "429"}}, Verdict.ERROR),
}


@pytest.mark.parametrize("order", [iter, reversed], ids=["in order", "reversed"])
@pytest.mark.parametrize("case", NO_CONTROL)
def test_refusals_without_their_control_are_skipped(
    case: str, order: Order, tmp_path: Path
) -> None:
    body, came = NO_CONTROL[case]
    ran = run_session(OtherOrder(order, RefusesControl(body)), tmp_path)
    expected: dict[str, Verdict | FailureKind] = dict.fromkeys(ITS_INVALID, Verdict.SKIPPED)
    assert_came_to(ran, {**expected, CONTROL: came, PADDING_REFUSALS: Verdict.SKIPPED})
    assert all(CONTROL in ran.verdicts[vector].reason for vector in ITS_INVALID)
    assert ran.finished.concluded == len(TESTS) - len(ITS_INVALID) - (case == "error")


def test_control_that_is_not_asked_is_no_control(tmp_path: Path) -> None:
    """The control is not among the tests of the group that apply."""

    class WithoutPlaintexts(Service):
        def description(self) -> JsonObject:
            described = super().description()
            described["algorithms"][1]["plaintext_lengths"] = [{"minimum": 0, "maximum": 15}]
            return described

    ran = run_session(in_process_session(WithoutPlaintexts()), tmp_path)
    assert ran.ids(Verdict.SKIPPED) >= ITS_INVALID
    reason = ran.verdicts[f"{CBC_FAMILY}/c2/padding-zero"].reason
    assert reason.startswith(f"the valid form {CONTROL} was not asked")


def test_closing_controls_are_one_for_each_operation() -> None:
    closing = closing_controls(GCM_FILE.groups[0].tests)
    assert [test.id for test in closing] == [
        f"{GCM_FAMILY}/g1/decrypt-plain",
        f"{GCM_FAMILY}/g1/encrypt-plain",
    ]
    assert closing_controls(GCM_FILE.groups[1].tests) == []
    assert closing_controls(()) == []


class OutAtTheEnd(Service):
    """Answers every second sight of a request with something else."""

    def __init__(self, body: JsonObject) -> None:
        super().__init__()
        self.body = body
        self.seen: set[str] = set()

    def do_decrypt(self, request: JsonObject) -> JsonObject:
        question = repr({name: request[name] for name in request if name != "id"})
        if question in self.seen:
            return self.body
        self.seen.add(question)
        return super().do_decrypt(request)


def test_outage_at_the_end_is_an_error_and_proves_nothing(tmp_path: Path) -> None:
    down: JsonObject = {"error": {"kind": "transport", "message": "503"}}
    ran = run_session(in_process_session(OutAtTheEnd(down)), tmp_path)
    controls = {f"{GCM_FAMILY}/g1/decrypt-plain", CONTROL}
    assert ran.ids(Verdict.ERROR) == controls
    assert {ran.verdicts[control].error for control in controls} == {ErrorKind.TRANSPORT}
    decrypts = {vector for vector in INVALID if "encrypt" not in vector}
    assert decrypts <= ran.ids(Verdict.SKIPPED)
    assert ran.conclusion.exit_code is ExitCode.HARNESS
    assert f"{GCM_FAMILY}/g6/encrypt-iv-empty" in ran.ids(Verdict.PASS)


def test_refusals_of_one_file_are_compared_whatever_their_group(tmp_path: Path) -> None:
    """A second key whose refusals look different gives an oracle as well."""
    first = GCM_FILE.groups[0]
    renamed = tuple(
        msgspec.structs.replace(
            test,
            id=test.id.replace("/g", "/k"),
            control=test.control and test.control.replace("/g", "/k"),
        )
        for test in first.tests
    )
    twice = msgspec.structs.replace(
        GCM_FILE,
        groups=(first, msgspec.structs.replace(first, tests=renamed)),
        number_of_tests=2 * len(renamed),
    )

    class OtherWords(Service):
        keys_taken = 0

        def do_import_key(self, request: JsonObject) -> JsonObject:
            self.keys_taken += 1
            return super().do_import_key(request)

        def bad_tag(self, plaintext: bytes) -> Refusal:
            return Refusal("invalid-ciphertext", f"InvalidTag{self.keys_taken}")

    ran = run_session(in_process_session(OtherWords()), tmp_path, [twice])
    assert ran.failures() == {f"{GCM_FAMILY}/g9/tag-refusals": FailureKind.ORACLE}
    assert ran.conclusion.exit_code is ExitCode.NOT_CONFORMANT


def test_one_selected_refusal_is_not_compared(tmp_path: Path) -> None:
    filters = Filters(ids=(f"{CBC_FAMILY}/c2/padding-zero",))
    ran = run_session(in_process_session(), tmp_path, filters=filters)
    assert set(ran.verdicts) == {f"{CBC_FAMILY}/c2/padding-zero", CONTROL}


def test_selected_comparison_is_made(tmp_path: Path) -> None:
    ran = run_session(in_process_session(), tmp_path, filters=Filters(ids=(PADDING_REFUSALS,)))
    assert set(ran.verdicts) == BAD_PADDINGS | {CONTROL, PADDING_REFUSALS}
    assert ran.ids(Verdict.PASS) == set(ran.verdicts)


def test_wrong_chain_is_a_wrong_output(tmp_path: Path) -> None:
    class Slips(Service):
        calls = itertools.count(1)

        def do_decrypt(self, request: JsonObject) -> JsonObject:
            body = super().do_decrypt(request)
            return {"ok": {"plaintext": "00" * 3}} if next(self.calls) == 3 else body

    ran = run_session(in_process_session(Slips()), tmp_path, [CHAIN_FILE])
    assert list(ran.failures().values()) == [FailureKind.WRONG_REJECT]


def test_plan_asks_what_applies_and_keeps_the_order() -> None:
    description = in_process_session(DeclareLess()).start()
    plan = plan_file(GCM_FILE, Filters(), Applicability(description, GCM_FILE))
    asked = [test.id for _, tests in plan.asked for test in tests]
    everything = [test.id for group in GCM_FILE.groups for test in group.tests]
    assert asked == [vector for vector in everything if not vector.endswith("iv-64")]
    assert list(plan.undeclared) == ["GCM with IV length 8 is not declared"]


class Interrupting:
    """A session that is interrupted by the user at one of its answers, or does something else."""

    def __init__(self, at: int, error: BaseException) -> None:
        self._inner = in_process_session()
        self._left = at
        self._error = error
        self.closed = 0
        self.start = self._inner.start
        self.restart = self._inner.restart

    def ask(self, requests: Iterable[Request], window: int | None = None) -> Iterator[Answer]:
        for answer in self._inner.ask(requests, window):
            self._left -= 1
            if not self._left:
                raise self._error
            yield answer

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("a defect of ours")], ids=repr)
@pytest.mark.parametrize("at", [1, 5, 30])
def test_end_is_recorded_whatever_happens(at: int, error: BaseException, tmp_path: Path) -> None:
    session = Interrupting(at, error)
    with LogWriter(tmp_path / FILE_NAME) as log, pytest.raises(type(error)):
        TargetRunner("t", session, log, deadline_ms=1000, progress=silent).run(TINY, Filters())
    *_, last = read_events(tmp_path / FILE_NAME)
    assert isinstance(last, TargetFinished)
    assert last.state is TargetState.INTERRUPTED
    assert last.planned == len(TESTS)
    assert sum(last.counts.values()) < len(TESTS)
    assert session.closed == 1


def test_session_is_closed_when_it_does_not_start(tmp_path: Path) -> None:
    class DoesNotStart(Interrupting):
        def __init__(self) -> None:
            super().__init__(0, KmsproofError("", ""))
            self.start = self.fail

        def fail(self) -> Description:
            raise TargetStartError("It is off.", "Switch it on.")

    session = DoesNotStart()
    with LogWriter(tmp_path / FILE_NAME) as log, pytest.raises(TargetStartError):
        TargetRunner("t", session, log, deadline_ms=1000, progress=silent).run(TINY, Filters())
    assert session.closed == 1


def test_answers_that_a_session_loses_are_asked_again(tmp_path: Path) -> None:
    def lose(answers: list[Answer]) -> list[Answer]:
        return answers[:-1] if len(answers) > 1 else answers

    ran = run_session(OtherOrder(lose), tmp_path)
    assert set(ran.verdicts) >= set(TESTS)
    assert ran.ids(Verdict.FLAKY)
    assert ran.conclusion.exit_code is ExitCode.NOT_CONFORMANT


def test_vector_without_a_verdict_is_noticed(tmp_path: Path) -> None:
    class Forgetful(TargetRunner):
        def _ask(
            self,
            plan: Plan,
            group: Group,
            tests: Sequence[AnyTest],
            closing: Sequence[AnyTest] = (),
        ) -> Iterator[Asked]:
            return itertools.islice(super()._ask(plan, group, tests, closing), 1, None)

    with LogWriter(tmp_path / FILE_NAME) as log:
        runner = Forgetful("t", in_process_session(), log, deadline_ms=1000, progress=silent)
        finished = runner.run(TINY, Filters())
    assert finished.state is TargetState.ABANDONED
    assert finished.message == "4 vectors have no verdict"
    options = RunOptions(targets=("t",), folder=tmp_path)
    assert conclude([finished], len(TESTS), options).exit_code is ExitCode.HARNESS


def test_progress_ends_at_the_total(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def see(done: int, total: int) -> None:
        seen.append((done, total))

    run_session(in_process_session(), tmp_path, progress=see)
    assert seen[-1] == (len(TESTS), len(TESTS))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("files", [(), (GCM_FILE,), TINY], ids=["none", "one", "all"])
def test_log_is_read_back_as_it_was_written(files: Sequence[CorpusFile], tmp_path: Path) -> None:
    ran = run_session(in_process_session(), tmp_path, files)
    assert read_run(tmp_path / FILE_NAME).targets == ran.log.targets
    assert ran.finished.planned == sum(file.number_of_tests for file in files)
    assert bool(files) is (ran.conclusion.exit_code is ExitCode.CONFORMANT)


def test_the_tiny_corpus_keeps_the_rules_of_a_corpus() -> None:
    for vector in INVALID:
        control = TESTS[TESTS[vector].control or ""]
        assert control.result is Result.VALID
        assert TESTS[vector].rejections
    assert all(not TESTS[vector].rejections for vector in VALID)
