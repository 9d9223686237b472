"""Run one recipe on a target: compute, ask, compare, until something decides or all is done."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kmsproof.judge import PASSED, Judgement
from kmsproof.live.keys import KeyMaker, Role, RoleKeys
from kmsproof.live.pace import Pace
from kmsproof.live.values import KEY_DEADLINE_MS, Scope, Setting, request_of
from kmsproof.live.verdicts import judge_step
from kmsproof.messages import (
    CancelKeyDeletion,
    CreateKey,
    DestroyKey,
    GetPublicKey,
    Request,
)
from kmsproof.outcome import KeyHandle, Ok, PublicKey, Rejected
from kmsproof.session import AnyOutcome, Session, summary
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_vectors.live.functions.registry import (
    CHECKS,
    FUNCTIONS,
    Function,
    NothingFound,
    RecipeFault,
)
from kmsproof_vectors.live.model import (
    EVERY,
    EVERY_PUBLIC_KEY,
    Argument,
    Ask,
    AskedOperation,
    Check,
    Compute,
    LiveFile,
    LiveTest,
)


def answer_to(session: Session, request: Request) -> AnyOutcome:
    """Ask one request and wait for its answer.

    Raises:
        SessionBroken: if the process behind the target breaks meanwhile.
    """
    # All is taken: after Ctrl-C an earlier request may still be in flight, and answered first.
    answers = {answer.id: answer.outcome for answer in session.ask([request])}
    return answers[request.id]


class RoleRefused(Exception):
    """The target does not make a key of the file; the outcome is what it answered instead."""

    def __init__(self, outcome: AnyOutcome) -> None:
        super().__init__(summary(outcome))
        self.outcome = outcome


class Ran(NamedTuple):
    """What came of a recipe."""

    judgement: Judgement
    outcome: AnyOutcome | None = None
    """The answer that decided."""
    ask: Ask | None = None
    """The step that was answered so."""
    given: Mapping[str, Any] = {}  # nobody writes to it
    """What that step put in."""
    wanted: Mapping[str, Any] = {}
    """The values that the answer had to have."""
    checked: bool = False
    """Whether a check at the end decided, after all steps had gone well."""


@dataclass
class Interpreter:
    """Runs the recipes of one file on one target."""

    file: LiveFile
    session: Session
    keys: KeyMaker
    roles: RoleKeys
    pace: Pace
    level: ProtectionLevel
    deadline_ms: int
    numbers: itertools.count[int]
    target_iv: bool = False
    """Whether the target itself chooses the IV of an encryption that comes without one."""
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    """Further names, such as ``dialect``."""
    refusals: dict[str, list[Rejected]] = field(default_factory=dict[str, list[Rejected]])
    """The refusals of each oracle so far."""

    def run(self, test: LiveTest) -> Ran:
        """Run a recipe.

        Raises:
            SessionBroken: if the process behind the target breaks meanwhile.
        """
        scope = Scope(self._look_up)
        ran = Ran(PASSED)
        made: list[str] = []
        plaintexts: list[bytes] = []
        try:
            for step in test.steps:
                if isinstance(step, Compute):
                    given = scope.values_of(step.arguments)
                    plaintexts += _plaintexts(given)
                    scope.give(step.name, _called(FUNCTIONS[step.function], given))
                    continue
                ran = self._ask(step, scope, made, plaintexts)
                if ran.judgement is not PASSED:
                    return ran
            return self._check(test.checks, scope, ran)
        except RoleRefused as refused:
            return Ran(_without_key(refused.outcome), refused.outcome)
        except NothingFound as nothing:
            return Ran(Judgement(Verdict.SKIPPED, reason=str(nothing)))
        except RecipeFault as fault:
            told = f"what the target answered cannot be worked on: {fault}"
            return ran._replace(judgement=Judgement(Verdict.FAIL, FailureKind.WRONG_OUTPUT, told))
        finally:
            self._destroy(made)

    def ask_one(self, request: Request) -> AnyOutcome:
        """Ask one request in its time."""
        return self.pace.ask(lambda: answer_to(self.session, request))

    def _ask(self, ask: Ask, scope: Scope, made: list[str], plaintexts: list[bytes]) -> Ran:
        given = scope.values_of(ask.arguments)
        plaintexts += _plaintexts(given)
        wanted = scope.values_of(ask.expect.values) if ask.expect is not None else {}
        key = self._handle(ask, scope)
        setting = Setting(self.file, self.level, self.deadline_ms, self.target_iv)
        answers: list[object] = []
        ran = Ran(PASSED)
        for _ in range(ask.repeat):
            number = next(self.numbers)
            request = request_of(ask, setting, given, key, number)
            outcome = self._outcome(request, made)
            judgement = judge_step(ask, outcome, wanted, plaintexts)
            if ask.oracle and isinstance(outcome, Rejected):
                self.refusals.setdefault(ask.oracle, []).append(outcome)
            ran = Ran(judgement, outcome, ask, given, wanted)
            if judgement is not PASSED:
                return ran
            answers.append(outcome.value if isinstance(outcome, Ok) else outcome)
        if ask.name:
            scope.give(ask.name, answers if ask.repeat > 1 else answers[0])
        return ran

    def _outcome(self, request: Request, made: list[str]) -> AnyOutcome:
        if isinstance(request, CreateKey):
            outcome = self.keys.create(request)
            if isinstance(outcome, Ok) and isinstance(outcome.value, KeyHandle):
                made.append(outcome.value.key)
            return outcome
        outcome = self.ask_one(request)
        if isinstance(outcome, Ok) and isinstance(request, DestroyKey):
            self.keys.destroyed(request.key)
        if isinstance(outcome, Ok) and isinstance(request, CancelKeyDeletion):
            self.keys.taken_back(request.key)
        return outcome

    def _check(self, checks: tuple[Check, ...], scope: Scope, ran: Ran) -> Ran:
        for each in checks:
            found = CHECKS[each.check]
            told = _called(found, scope.values_of(each.arguments))
            if told:
                failure = FailureKind(found.failure.value)
                judgement = Judgement(Verdict.FAIL, failure, told)
                return ran._replace(judgement=judgement, checked=True)
        return ran

    # Keys.

    def _handle(self, ask: Ask, scope: Scope) -> str:
        if ask.operation is AskedOperation.CREATE_KEY:
            return ""
        if ask.key.startswith("$"):
            return str(scope.value_of(ask.key))
        return self.handles(ask.key)[0]

    def _role(self, name: str) -> Role:
        role = self.file.keys[name]
        level = role.protection_level or self.level
        return Role(name, self.file.key_spec, role.usage, level, role.count)

    def handles(self, name: str) -> tuple[str, ...]:
        """Return the handles of a key of the file, which is made when it is first wanted.

        Raises:
            RoleRefused: if the target does not make it.
        """
        role = self._role(name)
        if role not in self.roles.handles:
            self.roles.handles[role] = tuple(self._made(role) for _ in range(role.count))
        return self.roles.handles[role]

    def _made(self, role: Role) -> str:
        request = CreateKey(
            id=next(self.numbers),
            deadline_ms=max(self.deadline_ms, KEY_DEADLINE_MS),
            key_spec=role.key_spec,
            usage=role.usage,
            protection_level=role.protection_level,
        )
        outcome = self.keys.create(request)
        if isinstance(outcome, Ok) and isinstance(outcome.value, KeyHandle):
            return outcome.value.key
        raise RoleRefused(outcome)

    def public_keys(self, name: str) -> list[bytes]:
        """Return the public keys of a key of the file, which are asked for once.

        Raises:
            RoleRefused: if the target does not give one out.
        """
        role = self._role(name)
        if role not in self.roles.public_keys:
            found = [self._public_key(handle) for handle in self.handles(name)]
            self.roles.public_keys[role] = found
        return self.roles.public_keys[role]

    def _public_key(self, handle: str) -> bytes:
        request = GetPublicKey(id=next(self.numbers), deadline_ms=self.deadline_ms, key=handle)
        outcome = self.ask_one(request)
        if isinstance(outcome, Ok) and isinstance(outcome.value, PublicKey):
            return outcome.value.public_key
        raise RoleRefused(outcome)

    def new_keys_of(self, test: LiveTest) -> int:
        """Return how many keys a recipe would make."""
        asks = [step for step in test.steps if isinstance(step, Ask)]
        made = sum(ask.repeat for ask in asks if ask.operation is AskedOperation.CREATE_KEY)
        wanted = [self._role(name) for name in named_keys(test) if name in self.file.keys]
        return made + sum(role.count for role in wanted if role not in self.roles.handles)

    def _look_up(self, name: str) -> Any | None:
        if name in self.words:
            return self.words[name]
        if name == EVERY:
            return {EVERY_PUBLIC_KEY: self._every_public_key()}
        return _Named(self, name) if name in self.file.keys else None

    def _every_public_key(self) -> list[bytes]:
        """Return the public keys of the file's key spec that were asked for so far."""
        known = self.roles.public_keys.items()
        return [key for role, keys in known if role.key_spec is self.file.key_spec for key in keys]

    def _destroy(self, keys: list[str]) -> None:
        for key in keys:
            if key in self.keys.alive:
                self.keys.destroy(key, next(self.numbers), self.deadline_ms)

    def destroy_roles(self) -> None:
        """Destroy the keys of the file."""
        self._destroy([handle for made in self.roles.handles.values() for handle in made])
        self.roles.forget()


def _called(function: Function, given: Mapping[str, Any]) -> Any:
    """Call a function of the language.

    Raises:
        RecipeFault: if it cannot work on what it is given, such as a field that an answer lacks.
        NothingFound: if it searches and finds nothing.
    """
    try:
        return function.call(**given)
    except (RecipeFault, NothingFound):
        raise
    except Exception as error:  # what a target answers must never end the run
        raise RecipeFault(f"{function.name}: {type(error).__name__}: {error}") from error


def named_keys(test: LiveTest) -> set[str]:
    """Return the names of the keys that a recipe names, among other things that it names."""
    found: set[str] = set()
    arguments: list[Argument] = []
    for step in (*test.steps, *test.checks):
        if isinstance(step, Ask):
            found.add(step.key.removeprefix("$").partition(".")[0])
            arguments += step.expect.values.values() if step.expect is not None else ()
        arguments += step.arguments.values()
    while arguments:
        each = arguments.pop()
        if isinstance(each, tuple):
            arguments += each
        elif isinstance(each, str) and each.startswith("$"):
            found.add(each[1:].partition(".")[0])
    return found


def _plaintexts(given: Mapping[str, Any]) -> list[bytes]:
    """Return what of the arguments of a step is a plaintext."""
    found = (given.get(name) for name in ("plaintext", "message"))
    return [value for value in found if isinstance(value, bytes)]


class _Named(dict[str, Any]):
    """A key of the file as recipes name it: its fields are asked for when they are wanted."""

    def __init__(self, interpreter: Interpreter, name: str) -> None:
        super().__init__()
        self._interpreter = interpreter
        self._name = name

    def __contains__(self, field_name: object) -> bool:
        return field_name in ("key", "public_key")

    def __getitem__(self, field_name: str) -> Any:
        if field_name == "key":
            return self._interpreter.handles(self._name)[0]
        found = self._interpreter.public_keys(self._name)
        return found if self._interpreter.file.keys[self._name].count > 1 else found[0]


def _without_key(outcome: AnyOutcome) -> Judgement:
    told = f"the target answered {summary(outcome)} when its key was made or asked for"
    if isinstance(outcome, Rejected):
        return Judgement(Verdict.FAIL, FailureKind.WRONG_REJECT, told)
    return Judgement(Verdict.ERROR, reason=told)
