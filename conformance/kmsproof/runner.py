"""Run the selected vectors on one target: plan what applies, ask, judge, record.

A refusal of an invalid input is held back until its control is judged. The order in each group
(controls first) makes that rare with a target that answers in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kmsproof.applicability import Applicability
from kmsproof.capability import Description
from kmsproof.conversation import Abandoned, Asked, Conversation
from kmsproof.judge import (
    Judgement,
    inconclusive,
    judge,
    judge_undeclared,
    judge_uniformity,
)
from kmsproof.log import LogWriter
from kmsproof.outcome import Error, ErrorKind, Ok, Rejected
from kmsproof.recorder import Recorder
from kmsproof.requests import RequestMaker
from kmsproof.results import TargetFinished, TargetStarted, TargetState, Warned
from kmsproof.selection import Filters, selected_groups
from kmsproof.session import Session
from kmsproof.verdict import Verdict
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_vectors.model import AnyTest, CorpusFile, Group, Result

FLAKY = "the target broke while this was asked, and answered it when asked again"


@dataclass
class Plan:
    """What applies to a target in one corpus file."""

    file: CorpusFile
    protection_level: ProtectionLevel
    asked: list[tuple[Group, tuple[AnyTest, ...]]] = field(
        default_factory=list[tuple[Group, tuple[AnyTest, ...]]]
    )
    undeclared: dict[str, list[tuple[Group, AnyTest]]] = field(
        default_factory=dict[str, list[tuple[Group, AnyTest]]]
    )
    """Tests that do not apply, by what the target would have to declare."""


def plan_file(file: CorpusFile, filters: Filters, applicability: Applicability) -> Plan:
    """Sort the selected tests of a file into those that apply and those that do not."""
    plan = Plan(file, applicability.protection_level)
    for group, tests in selected_groups(file, filters):
        applying: list[AnyTest] = []
        for test in tests:
            undeclared = applicability.undeclared(group, test)
            if undeclared:
                plan.undeclared.setdefault(undeclared, []).append((group, test))
            else:
                applying.append(test)
        if applying:
            plan.asked.append((group, tuple(applying)))
    return plan


class TargetRunner:
    """Runs the selected vectors on one target and writes what comes of it."""

    def __init__(
        self,
        target: str,
        session: Session,
        log: LogWriter,
        *,
        deadline_ms: int,
        progress: Callable[[int, int], None],
    ) -> None:
        self._target = target
        self._session = session
        self._log = log
        self._deadline_ms = deadline_ms
        self._progress = progress
        self._recorder = Recorder(log, target)
        self._conversation = Conversation(session, log, target)
        self._done = 0
        self._total = 0
        self._given_up = ""

    def run(self, files: Iterable[CorpusFile], filters: Filters) -> TargetFinished:
        """Run everything that applies; whatever happens, the log gets its last line.

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
                self._run(files, filters, description)
                state, message = TargetState.FINISHED, ""
                if self._given_up:
                    state, message = TargetState.ABANDONED, self._given_up
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
            incidents=self._conversation.incidents,
            message=message,
        )
        self._log.write(finished)
        self._log.flush()
        return finished

    def _run(self, files: Iterable[CorpusFile], filters: Filters, description: Description) -> None:
        plans = [plan_file(file, filters, Applicability(description, file)) for file in files]
        planned = sum(len(tests) for plan in plans for _, tests in plan.asked)
        left_out = sum(len(tests) for plan in plans for tests in plan.undeclared.values())
        self._total = planned + left_out
        self._log.write(
            TargetStarted(
                target=self._target,
                description=description,
                planned=planned,
                not_applicable=left_out,
            )
        )
        self._log.flush()
        for plan in plans:
            self._run_plan(plan)
        self._progress(self._total, self._total)

    def _run_plan(self, plan: Plan) -> None:
        refusals: dict[str, list[Rejected]] = {}
        for group, tests in plan.asked:
            _GroupJudge(self._recorder, refusals).judge_all(self._ask(plan, group, tests))
            self._done += len(tests)
            self._progress(self._done, self._total)
        self._probe(plan)
        for uniformity in plan.file.uniformities:
            found = refusals.get(uniformity.name)
            if found:
                self._recorder.record_uniformity(uniformity, judge_uniformity(uniformity, found))

    def _maker(self, plan: Plan, group: Group) -> RequestMaker:
        return RequestMaker(plan.file, group, plan.protection_level, self._deadline_ms)

    def _ask(self, plan: Plan, group: Group, tests: Sequence[AnyTest]) -> Iterator[Asked]:
        """Ask tests; those that the target can no longer be asked get an error."""
        waiting = {test.id: test for test in tests}
        if not self._given_up:
            try:
                for asked in self._conversation.ask_group(self._maker(plan, group), tests):
                    del waiting[asked.test.id]
                    yield asked
            except Abandoned as abandoned:
                self._given_up = str(abandoned)
        not_asked = Error(ErrorKind.INTERNAL, f"not asked: the target was {self._given_up}")
        for test in waiting.values():
            yield Asked(test, not_asked, 0)

    def _probe(self, plan: Plan) -> None:
        """Ask one valid test for each thing that is not declared; record all as not covered."""
        for undeclared, tests in plan.undeclared.items():
            probes = (pair for pair in tests if pair[1].result is Result.VALID)
            found = next(probes, None)
            for _, test in tests:
                if found is None or test is not found[1]:
                    self._recorder.record(test, Judgement(Verdict.UNSUPPORTED, None, undeclared))
            if found is not None:
                self._ask_probe(plan, *found, undeclared)
            self._done += len(tests)
            self._progress(self._done, self._total)

    def _ask_probe(self, plan: Plan, group: Group, test: AnyTest, undeclared: str) -> None:
        for asked in self._ask(plan, group, [test]):
            judgement = judge_undeclared(test, asked.outcome, undeclared)
            self._recorder.record(test, judgement, asked.outcome, asked.microseconds)
            if judgement.verdict is Verdict.UNSUPPORTED and isinstance(asked.outcome, Ok):
                self._log.write(
                    Warned(
                        target=self._target,
                        message=f"under-declared: {undeclared}, yet it works",
                        ids=(test.id,),
                    )
                )


class _GroupJudge:
    """Judges the answers of one group, whatever order they come in."""

    def __init__(self, recorder: Recorder, refusals: dict[str, list[Rejected]]) -> None:
        self._recorder = recorder
        self._refusals = refusals
        self._verdicts: dict[str, Verdict] = {}
        self._held: list[Asked] = []

    def judge_all(self, answers: Iterable[Asked]) -> None:
        """Judge and record every answer; passes of invalid tests wait for their controls."""
        for asked in answers:
            test = asked.test
            judgement = judge(test, asked.outcome)
            if asked.flaky and judgement.verdict is not Verdict.FAIL:
                judgement = Judgement(Verdict.FLAKY, None, FLAKY)
            if test.result is Result.VALID:
                self._verdicts[test.id] = judgement.verdict
                self._record(asked, judgement)
            elif judgement.verdict is Verdict.PASS and test.control not in self._verdicts:
                self._held.append(asked)
            else:
                self._record(asked, self._with_control(asked, judgement))
        for asked in self._held:
            self._record(asked, self._with_control(asked, judge(asked.test, asked.outcome)))

    def _with_control(self, asked: Asked, judgement: Judgement) -> Judgement:
        if judgement.verdict is not Verdict.PASS:
            return judgement
        control = asked.test.control or ""
        verdict = self._verdicts.get(control)
        return judgement if verdict is Verdict.PASS else inconclusive(control, verdict)

    def _record(self, asked: Asked, judgement: Judgement) -> None:
        test, outcome = asked.test, asked.outcome
        if test.oracle and type(outcome) is Rejected and judgement.verdict is not Verdict.SKIPPED:
            self._refusals.setdefault(test.oracle, []).append(outcome)
        self._recorder.record(test, judgement, outcome, asked.microseconds)
