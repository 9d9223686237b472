"""Run the selected live vectors on one target: what applies, in which order, and what it proves.

As in library mode, a refusal of an invalid input counts only when its control passed, and when the
control passes once more after all other recipes of the file.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence

from kmsproof.conversation import MAX_BREAKS, Abandoned
from kmsproof.errors import KmsproofError
from kmsproof.judge import Judgement, inconclusive, judge_uniformity, proves_nothing
from kmsproof.live.corpus import mode_of
from kmsproof.live.detail import detail_of, last_operation
from kmsproof.live.dialect import find_dialect
from kmsproof.live.interpreter import Interpreter, Ran, answer_to
from kmsproof.live.key_quality import badkeys_findings
from kmsproof.live.keys import Journal, KeyMaker, RoleKeys
from kmsproof.live.pace import Pace
from kmsproof.live.plan import LivePlan
from kmsproof.log import LogWriter
from kmsproof.messages import DEFAULT_DEADLINE_MS
from kmsproof.outcome import Error, ErrorKind, Rejected
from kmsproof.recorder import Recorder
from kmsproof.results import Incident, Mode, Warned
from kmsproof.run_options import LiveOptions, Subject
from kmsproof.session import Session, SessionBroken
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import EciesDialect
from kmsproof_vectors.live.model import Ask, LiveResult, LiveTest

BEYOND_CALLS = "not asked: the calls that --max-calls allows are used up"
BEYOND_KEYS = "not asked: the keys that --max-keys allows are used up"


FIRST_NUMBER = 1_000_000_000
"""Where the numbers of requests begin; those of library mode, in the same session, are below."""

ENDED = "accepted at first; asked again at the end, the answer was another"


class LiveRunner:
    """Runs live plans on one target and writes what comes of it."""

    def __init__(
        self,
        subject: Subject,
        session: Session,
        log: LogWriter,
        recorder: Recorder,
        options: LiveOptions,
        *,
        journal: Journal,
        deadline_ms: int = DEFAULT_DEADLINE_MS,
        done: Callable[[int], None],
        pace: Pace | None = None,
    ) -> None:
        """Prepare.

        Args:
            subject: what is judged.
            session: an open session with it.
            log: where incidents and warnings go.
            recorder: where verdicts go.
            options: what the user asked for.
            journal: where keys are written down.
            deadline_ms: how long an answer may take, in milliseconds.
            done: is told how many tests have just got their verdict.
            pace: how fast calls are made; by default as the options say.
        """
        self._target = subject.name
        self._session = session
        self._log = log
        self._recorder = recorder
        self._deadline_ms = deadline_ms
        self._done = done
        self.pace = pace or Pace(options.rate, options.max_calls)
        self._numbers = itertools.count(FIRST_NUMBER)
        self._roles = RoleKeys()
        self.keys = KeyMaker(
            subject.owner,
            journal,
            lambda request: self.pace.ask(lambda: answer_to(session, request)),
            options.max_keys,
        )
        self._breaks = 0
        self.incidents = 0
        self.given_up = ""

    def run(self, plans: Sequence[LivePlan]) -> None:
        """Run everything; whatever happens, the keys are destroyed at the end."""
        try:
            for plan in plans:
                self._run_plan(plan)
            self._ask_badkeys()
        finally:
            self._destroy_all()

    def _run_plan(self, plan: LivePlan) -> None:
        self._recorder.level = plan.level
        for test, undeclared in plan.undeclared:
            self.record(test, Ran(Judgement(Verdict.UNSUPPORTED, None, undeclared)))
        if not plan.asked or plan.level is None:
            return
        # What is done to the keys of a file of key rules is its own affair.
        policy = mode_of(plan.file) is Mode.POLICY
        interpreter = Interpreter(
            file=plan.file,
            session=self._session,
            keys=self.keys,
            roles=RoleKeys() if policy else self._roles,
            pace=self.pace,
            level=plan.level,
            deadline_ms=self._deadline_ms,
            numbers=self._numbers,
            target_iv=plan.target_iv,
        )
        if plan.names_dialect:
            self._find_dialect(plan, interpreter)
        _FileRun(self, interpreter, plan).run()
        if policy:
            self._end_of_file(interpreter)

    def _find_dialect(self, plan: LivePlan, interpreter: Interpreter) -> None:
        try:
            found = find_dialect(interpreter)
        except SessionBroken as broken:
            self._restart(broken, (), interpreter)
            found = None
        if found is not None:
            interpreter.words = {"dialect": found.value}
            told = f"{plan.file.family}: the target decrypts ECIES in the dialect {found.value}"
        else:
            interpreter.words = {"dialect": EciesDialect.EK_MK.value}  # to show what it answers
            told = f"{plan.file.family}: the target decrypts ECIES in neither dialect of SEC 1"
        self._log.write(Warned(target=self._target, message=told))

    def _end_of_file(self, interpreter: Interpreter) -> None:
        """Destroy the keys of a file."""
        try:
            interpreter.destroy_roles()
        except SessionBroken as broken:
            self._restart(broken, (), interpreter)

    # One recipe.

    def attempt(self, interpreter: Interpreter, test: LiveTest) -> tuple[Ran, int]:
        """Run a recipe, through whatever the target does; return what came of it and its time."""
        began = time.perf_counter_ns()
        ran = self._attempt(interpreter, test)
        return ran, (time.perf_counter_ns() - began) // 1000

    def _attempt(self, interpreter: Interpreter, test: LiveTest) -> Ran:
        if self.given_up:
            return _not_asked(f"not asked: {self.given_up}")
        if not self.pace.leaves(test.calls):
            return Ran(Judgement(Verdict.SKIPPED, reason=BEYOND_CALLS))
        if not self.keys.leaves(interpreter.new_keys_of(test)):
            return Ran(Judgement(Verdict.SKIPPED, reason=BEYOND_KEYS))
        try:
            return interpreter.run(test)
        except SessionBroken as broken:
            self._restart(broken, (test.id,), interpreter)
            return Ran(Judgement(Verdict.ERROR), Error(broken.kind, broken.message))

    def _restart(
        self, broken: SessionBroken, ids: tuple[str, ...], interpreter: Interpreter
    ) -> None:
        """Write down that the target broke, and start it again, until it has broken too often."""
        self._breaks += 5 if broken.kind is ErrorKind.TIMEOUT else 1
        self.incidents += 1
        self._log.write(
            Incident(
                target=self._target,
                whose_fault=broken.whose_fault,
                kind=broken.kind,
                message=broken.message,
                line=broken.line,
                ids=ids,
            )
        )
        interpreter.roles.forget()
        try:
            if self._breaks >= MAX_BREAKS:
                raise Abandoned(f"it broke too often, the last time: {broken.message}")
            self._session.restart()
        except (KmsproofError, Abandoned) as error:
            self.given_up = f"it did not start again: {error}"

    def remark(self, test: LiveTest, told: str) -> None:
        """Tell what a check found that fails nothing."""
        self._log.write(Warned(target=self._target, message=f"{test.why} {told}", ids=(test.id,)))

    def compare(self, plan: LivePlan, interpreter: Interpreter) -> None:
        """Judge the uniformities of the file of which at least one member was asked."""
        asked = {step.oracle for test in plan.asked for step in test.steps if isinstance(step, Ask)}
        for uniformity in plan.file.uniformities:
            if uniformity.name in asked:
                found = interpreter.refusals.get(uniformity.name, [])
                self._recorder.record_uniformity(uniformity, judge_uniformity(found))

    def record(self, test: LiveTest, ran: Ran, microseconds: int = 0) -> None:
        """Record a verdict."""
        self._recorder.record_as(
            test.id, ran.judgement, ran.outcome, microseconds, lambda: detail_of(test, ran)
        )
        self._done(1)

    def _ask_badkeys(self) -> None:
        """Tell what the package ``badkeys`` has against the public keys, if it is installed."""
        found = [key for keys in self._roles.public_keys.values() for key in keys]
        for told in badkeys_findings(found) if found else ():
            self._log.write(Warned(target=self._target, message=f"badkeys: {told}"))

    def _destroy_all(self) -> None:
        """Destroy every key; those that a broken target held stay in the journal."""
        try:
            for key in self.keys.alive:
                self.keys.destroy(key, next(self._numbers), self._deadline_ms)
        except SessionBroken:
            pass  # whoever held the keys is gone; the journal says which they were
        left = len(self.keys.alive)
        if left:
            told = f"{left} keys may be left in the target: remove them with 'kmsproof sweep'"
            self._log.write(Warned(target=self._target, message=told))


class _FileRun:
    """Runs the tests of one file, and holds back what only the end of the file can prove.

    That is every refusal of an invalid input, and the controls that are asked again.
    """

    def __init__(self, runner: LiveRunner, interpreter: Interpreter, plan: LivePlan) -> None:
        self._runner = runner
        self._interpreter = interpreter
        self._plan = plan
        self._verdicts: dict[str, Verdict] = {}
        self._closing = plan.closing
        self._held: list[tuple[LiveTest, Ran, int]] = []
        self._ended: dict[str, str] = {}
        """Operations whose control did not pass any more at the end, and that control."""

    def run(self) -> None:
        """Run all, then record what was held back and compare the refusals."""
        for test in self._plan.asked:
            ran, microseconds = self._runner.attempt(self._interpreter, test)
            if test.result is LiveResult.REPORT:
                ran = self._reported(test, ran)
            if test.result is not LiveResult.INVALID:
                self._verdicts[test.id] = ran.judgement.verdict
            if self._is_held(test, ran):
                self._held.append((test, ran, microseconds))
            else:
                self._runner.record(test, ran, microseconds)
        self._close()
        self._runner.compare(self._plan, self._interpreter)

    def _is_held(self, test: LiveTest, ran: Ran) -> bool:
        if ran.judgement.verdict is Verdict.PASS:
            return test.result is LiveResult.INVALID or test in self._closing
        wrongly = ran.judgement.failure is FailureKind.WRONG_ERROR
        return test.result is LiveResult.INVALID and wrongly and isinstance(ran.outcome, Rejected)

    def _reported(self, test: LiveTest, ran: Ran) -> Ran:
        """Turn what a check found into a remark: nothing was demanded.

        What a step shows that did not go well is told too, but then nothing can be concluded.
        """
        if ran.judgement.verdict is not Verdict.FAIL:
            return ran
        reason = ran.judgement.reason or f"it ended as {ran.judgement.failure}"
        self._runner.remark(test, reason)
        verdict = Verdict.PASS if ran.checked else Verdict.SKIPPED
        return ran._replace(judgement=Judgement(verdict, None, reason))

    def _close(self) -> None:
        """Record what was held back: controls first, since the others depend on them."""
        proved = {test.control for test, _, _ in self._held}
        for test, ran, microseconds in self._held:
            if test.result is LiveResult.INVALID:
                continue
            again = self._again(test) if test.id in proved else None
            self._runner.record(test, again or ran, microseconds)
        for test, ran, microseconds in self._held:
            if test.result is LiveResult.INVALID:
                judgement = self._with_control(test, ran.judgement)
                self._runner.record(test, ran._replace(judgement=judgement), microseconds)

    def _again(self, control: LiveTest) -> Ran | None:
        """Ask a control again; return what becomes of it if it does not pass any more."""
        ran, _ = self._runner.attempt(self._interpreter, control)
        verdict = ran.judgement.verdict
        if verdict in (Verdict.PASS, Verdict.SKIPPED):  # skipped: the budget is used up
            return None
        self._ended[last_operation(control)] = control.id
        ended = Verdict.ERROR if verdict is Verdict.ERROR else Verdict.FLAKY
        self._verdicts[control.id] = ended
        return ran._replace(judgement=Judgement(ended, reason=ENDED))

    def _with_control(self, test: LiveTest, judgement: Judgement) -> Judgement:
        assert test.control is not None  # the rules of the corpus
        verdict = self._verdicts.get(test.control)
        if verdict is not Verdict.PASS:
            return inconclusive(test.control, verdict)
        ended = self._ended.get(last_operation(test))
        if ended is not None:
            return proves_nothing(f"the valid form {ended} was not accepted any more at the end")
        return judgement


def _not_asked(why: str) -> Ran:
    return Ran(Judgement(Verdict.ERROR), Error(ErrorKind.INTERNAL, why))
