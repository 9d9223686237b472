"""Run the selected vectors on one target: plan what applies, ask, judge, record.

A refusal of an invalid input is held back until everything with the same key is answered: its
control must have been accepted, and one control of each operation is asked once more at the end. An
import of another key is an operation of its own here, whatever the key is then used for.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from kmsproof.applicability import Applicability, can_be_probed, operation_of
from kmsproof.capability import Description
from kmsproof.conversation import Abandoned, Asked, Conversation
from kmsproof.judge import (
    Judgement,
    inconclusive,
    judge,
    judge_again,
    judge_undeclared,
    judge_uniformity,
    judge_without_key,
    proves_nothing,
)
from kmsproof.live.keys import JOURNAL_NAME, Journal
from kmsproof.live.plan import plan_live
from kmsproof.live.runner import LiveRunner
from kmsproof.log import LogWriter
from kmsproof.outcome import Error, ErrorKind, Ok, Rejected
from kmsproof.plan import Plan, plan_file
from kmsproof.profiles import Cover, below_floor
from kmsproof.recorder import Recorder
from kmsproof.requests import RequestMaker
from kmsproof.results import TargetFinished, TargetStarted, TargetState, Warned
from kmsproof.right_answer import RightAnswers
from kmsproof.run_options import LiveOptions, Subject
from kmsproof.selection import Filters, selected_live_tests
from kmsproof.session import Session
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import Operation
from kmsproof_vectors.live.model import LiveFile
from kmsproof_vectors.model import AnyTest, CorpusFile, Group, ImportTest, Result

FLAKY = "the target broke while this was asked, and answered it when asked again"

NOT_COVERED = Judgement(Verdict.UNSUPPORTED, None, "what the refusals belong to is not declared")


class TargetRunner:
    """Runs the selected vectors on one target and writes what comes of it."""

    def __init__(
        self,
        target: str | Subject,
        session: Session,
        log: LogWriter,
        *,
        deadline_ms: int,
        progress: Callable[[int, int], None],
        live: LiveOptions | None = None,
        cover: Cover | None = None,
        journal: Journal | None = None,
    ) -> None:
        self._cover = cover
        self._below_floor, self._held_to_profile = "", False
        subject = target if isinstance(target, Subject) else Subject(target)
        self._target = subject.name
        self._session = session
        self._log = log
        self._deadline_ms = deadline_ms
        self._progress = progress
        self._recorder = Recorder(log, self._target)
        self._level = subject.level
        self._live = LiveRunner(
            subject,
            session,
            log,
            self._recorder,
            live or LiveOptions(),
            journal=journal or Journal(log.path.parent / JOURNAL_NAME),
            deadline_ms=deadline_ms,
            done=self._live_done,
        )
        self._conversation = Conversation(session, log, self._target)
        self._done = 0
        self._total = 0
        self._given_up = ""

    def run(
        self, files: Iterable[CorpusFile], filters: Filters, live: Iterable[LiveFile] = ()
    ) -> TargetFinished:
        """Run everything that applies; whatever happens, the log gets its last line.

        Args:
            files: of the corpus whose keys are taken from outside.
            filters: what the user wants of all files.
            live: files of recipes, whose keys are made in the target.

        Returns:
            The event that ends the target's part of the log.

        Raises:
            KmsproofError: if the target does not start.
        """
        began = time.monotonic()
        state, message = TargetState.INTERRUPTED, "the run was interrupted"
        try:
            description = self._session.start()
            try:
                files, live = list(files), list(live)
                self._run(files, filters, live, description)
                self._tell_coverage(description, files, live)
                state, message = TargetState.FINISHED, ""
                missing = self._total - self._recorder.tests
                if self._given_up or self._live.given_up or missing:
                    state = TargetState.ABANDONED
                    given_up = self._given_up or self._live.given_up
                    message = given_up or f"{missing} vectors have no verdict"
            finally:
                finished = self._finish(state, message, time.monotonic() - began)
        finally:
            self._session.close()
        return finished

    def _finish(self, state: TargetState, message: str, seconds: float) -> TargetFinished:
        finished = TargetFinished(
            target=self._target,
            state=state,
            counts={str(verdict): n for verdict, n in self._recorder.verdicts.items()},
            failures=dict(self._recorder.failures),
            seconds=round(seconds, 3),
            planned=self._total,
            incidents=self._conversation.incidents + self._live.incidents,
            concluded=self._recorder.concluded,
            message=message,
            below_floor=self._below_floor,
            held_to_profile=self._held_to_profile,
        )
        self._log.write(finished)
        self._log.flush()
        return finished

    def _run(
        self,
        files: Iterable[CorpusFile],
        filters: Filters,
        live: Iterable[LiveFile],
        description: Description,
    ) -> None:
        plans = [plan_file(file, filters, Applicability(description, file)) for file in files]
        planned = sum(len(tests) for plan in plans for _, tests in plan.asked)
        left_out = sum(len(tests) for plan in plans for tests in plan.undeclared.values())
        recipes = [
            plan_live(file, selected_live_tests(file, filters), description, self._level)
            for file in live
        ]
        planned += sum(len(plan.asked) for plan in recipes)
        left_out += sum(len(plan.undeclared) for plan in recipes)
        self._total = planned + left_out
        self._log.write(
            TargetStarted(
                target=self._target,
                description=description,
                planned=planned,
                not_applicable=left_out,
                protection_level=self._level,
            )
        )
        self._log.flush()
        for plan in plans:
            self._run_plan(plan)
        self._live.run(recipes)
        self._progress(self._total, self._total)

    def _tell_coverage(
        self, description: Description, files: Iterable[CorpusFile], live: Iterable[LiveFile]
    ) -> None:
        """Write down what the verdicts show of the profile, if there is one."""
        if self._cover is None:
            return
        ids = itertools.chain(
            (test.id for file in files for group in file.groups for test in group.tests),
            (test.id for file in live for test in file.tests),
            (each.id for file in files for each in file.uniformities),
            (each.id for file in live for each in file.uniformities),
        )
        found = self._cover(description, ids, self._recorder.conclusions)
        if found is not None:
            self._log.write(found)
            self._below_floor = below_floor(found)
            self._held_to_profile = found.floor_percent is not None

    def _live_done(self, count: int) -> None:
        self._done += count
        self._progress(self._done, self._total)

    def _run_plan(self, plan: Plan) -> None:
        self._recorder.level = plan.applicability.protection_level
        refusals: dict[str, list[Rejected]] = {}
        verdicts: dict[str, Verdict] = {}
        for group, tests in plan.asked:
            closing = closing_controls(tests)
            answers = self._ask(plan, group, tests, closing)
            right = RightAnswers(plan.file, group)
            _GroupJudge(self._recorder, refusals, verdicts, closing, right).judge_all(answers)
            self._done += len(tests)
            self._progress(self._done, self._total)
        self._probe(plan)
        self._compare(plan, refusals)

    def _compare(self, plan: Plan, refusals: dict[str, list[Rejected]]) -> None:
        """Judge the uniformities of which the user selected more than one refusal."""
        asked = Counter(test.oracle for _, tests in plan.asked for test in tests)
        left_out = Counter(test.oracle for tests in plan.undeclared.values() for _, test in tests)
        for uniformity in plan.file.uniformities:
            if asked[uniformity.name] + left_out[uniformity.name] < 2:
                continue
            found = refusals.get(uniformity.name, [])
            judgement = judge_uniformity(found) if asked[uniformity.name] else NOT_COVERED
            self._recorder.record_uniformity(uniformity, judgement)

    def _maker(self, plan: Plan, group: Group, tests: Sequence[AnyTest]) -> RequestMaker:
        applicability = plan.applicability
        part = applicability.part(group, tests)
        level = applicability.protection_level
        return RequestMaker(plan.file, group, level, part, self._deadline_ms)

    def _ask(
        self, plan: Plan, group: Group, tests: Sequence[AnyTest], closing: Sequence[AnyTest] = ()
    ) -> Iterator[Asked]:
        """Ask tests; those that the target can no longer be asked get an error."""
        waiting = {test.id: test for test in tests}
        if not self._given_up:
            maker = self._maker(plan, group, tests)
            try:
                for asked in self._conversation.ask_group(maker, tests, closing):
                    waiting.pop(asked.test.id, None)
                    yield asked
            except Abandoned as abandoned:
                self._given_up = str(abandoned)
        not_asked = Error(ErrorKind.INTERNAL, f"not asked: {self._given_up}")
        for test in waiting.values():
            yield Asked(test, not_asked, 0)

    def _probe(self, plan: Plan) -> None:
        """Ask a valid test of each operation for each thing that is not declared.

        Everything undeclared is recorded as not covered, whatever the probes show.
        """
        for undeclared, tests in plan.undeclared.items():
            probes = probes_among(tests) if can_be_probed(undeclared) else set[str]()
            working: list[str] = []
            for group, test in tests:
                if test.id not in probes:
                    self._recorder.record(test, Judgement(Verdict.UNSUPPORTED, None, undeclared))
                elif self._probe_works(plan, group, test, undeclared):
                    working.append(test.id)
            if working:
                told = f"under-declared: {undeclared}, yet it works"
                self._log.write(Warned(target=self._target, message=told, ids=tuple(working)))
            self._done += len(tests)
            self._progress(self._done, self._total)

    def _probe_works(self, plan: Plan, group: Group, test: AnyTest, undeclared: str) -> bool:
        """Ask a probe, record it, and return whether the target gives the right answer."""
        works, right = False, RightAnswers(plan.file, group)
        for asked in self._ask(plan, group, [test]):
            judgement = judge_undeclared(test, asked.outcome, undeclared, right)
            self._recorder.record(test, judgement, asked.outcome, asked.microseconds)
            outcome = asked.outcome
            works = isinstance(outcome, Ok) and right.accepts(test, outcome.value)
        return works


Kind = tuple[bool, Operation]
"""Whether a test brings a key of its own, and the operation that it calls."""


def _kind(test: AnyTest) -> Kind:
    """Return what a test asks of a target, which may refuse one thing and do another."""
    return isinstance(test, ImportTest), operation_of(test)


def probes_among(tests: Sequence[tuple[Group, AnyTest]]) -> set[str]:
    """Return the ids of the first valid test of each operation."""
    probes: dict[Kind, str] = {}
    for _, test in tests:
        if test.result is Result.VALID:
            probes.setdefault(_kind(test), test.id)
    return set(probes.values())


def closing_controls(tests: Sequence[AnyTest]) -> list[AnyTest]:
    """Return the first control of each operation: what is asked again when all is answered."""
    by_id = {test.id: test for test in tests}
    closing: dict[Kind, AnyTest] = {}
    for test in tests:
        control = by_id.get(test.control or "")
        if control is not None:
            closing.setdefault(_kind(control), control)
    return list(closing.values())


class _GroupJudge:
    """Judges the answers of one group, whatever order they come in."""

    def __init__(
        self,
        recorder: Recorder,
        refusals: dict[str, list[Rejected]],
        verdicts: dict[str, Verdict],
        closing: Sequence[AnyTest],
        right: RightAnswers,
    ) -> None:
        self._recorder = recorder
        self._right = right
        self._refusals = refusals
        self._closing = {test.id for test in closing}
        self._verdicts = verdicts
        self._held: list[tuple[Asked, Judgement]] = []
        self._again: dict[str, Asked] = {}
        self._refused_at_the_end: dict[Kind, str] = {}
        self._ended: dict[str, Verdict] = {}

    def judge_all(self, answers: Iterable[Asked]) -> None:
        """Judge and record every answer; passes of invalid tests and of closing controls last."""
        for asked in answers:
            test = asked.test
            if asked.again:
                self._again[test.id] = asked
                continue
            judgement = self._first_judgement(asked)
            if test.result is Result.VALID:
                self._verdicts[test.id] = judgement.verdict
            last = test.result is Result.INVALID or test.id in self._closing
            if last and (judgement.verdict is Verdict.PASS or _refused_wrongly(asked, judgement)):
                self._held.append((asked, judgement))
            else:
                self._record(asked, judgement)
        self._close()

    def _first_judgement(self, asked: Asked) -> Judgement:
        if asked.key_refused:
            return judge_without_key(asked.test, asked.outcome)
        judgement = judge(asked.test, asked.outcome, self._right)
        if asked.flaky and judgement.verdict is not Verdict.FAIL:
            return Judgement(Verdict.FLAKY, None, FLAKY)
        return judgement

    def _close(self) -> None:
        """Record what was held back: controls first, since the others depend on them."""
        for asked, judgement in self._held:
            if asked.test.result is Result.VALID:
                self._record(*self._closed_control(asked, judgement))
        for asked, judgement in self._held:
            if asked.test.result is Result.INVALID:
                self._record(asked, self._with_control(asked, judgement))
        self._verdicts.update(self._ended)  # other groups may lean on these controls

    def _closed_control(self, asked: Asked, judgement: Judgement) -> tuple[Asked, Judgement]:
        again = self._again.get(asked.test.id)
        if again is None:
            return asked, judgement
        second = judge_again(again.test, again.outcome, self._right)
        if second.verdict is Verdict.PASS:
            return asked, judgement
        self._refused_at_the_end[_kind(again.test)] = again.test.id
        self._ended[again.test.id] = second.verdict
        return again, second

    def _with_control(self, asked: Asked, judgement: Judgement) -> Judgement:
        control = asked.test.control
        if control is None:
            return proves_nothing("there is no valid form of it")
        verdict = self._verdicts.get(control)
        if verdict is not Verdict.PASS:
            return inconclusive(control, verdict)
        refused = self._refused_at_the_end.get(_kind(asked.test))
        if refused is not None:
            return proves_nothing(f"the valid form {refused} was not accepted any more at the end")
        return judgement

    def _record(self, asked: Asked, judgement: Judgement) -> None:
        test, outcome = asked.test, asked.outcome
        if (
            test.oracle
            and type(outcome) is Rejected
            and not asked.key_refused
            and judgement.verdict is not Verdict.SKIPPED
        ):
            self._refusals.setdefault(test.oracle, []).append(outcome)
        self._recorder.record(test, judgement, outcome, asked.microseconds)


def _refused_wrongly(asked: Asked, judgement: Judgement) -> bool:
    """Whether an input was refused for a wrong reason: of that, too, its control is the proof."""
    return judgement.failure is FailureKind.WRONG_ERROR and isinstance(asked.outcome, Rejected)
