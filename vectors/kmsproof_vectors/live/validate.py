"""Rules that a live file must keep: whatever a recipe names exists, and it can show something.

A case is held to them when it writes a recipe, a whole file when it is built.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kmsproof_reference.vocabulary import Algorithm, KeySpec
from kmsproof_vectors.live.functions import registry
from kmsproof_vectors.live.model import (
    ANSWER_FIELDS,
    DIALECT,
    EVERY,
    EVERY_PUBLIC_KEY,
    PUBLIC_KEY,
    REQUEST_FIELDS,
    RESERVED,
    USES_OF_KEYS,
    Argument,
    Ask,
    AskedOperation,
    Compute,
    ExpectedOutcome,
    KeyRole,
    LiveFile,
    LiveResult,
    LiveTest,
    Word,
)
from kmsproof_vectors.validate import CLASS, ID

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What the names of values and keys look like."""

HEX = re.compile(r"([0-9a-f]{2})*")


@dataclass(frozen=True)
class Surroundings:
    """What the recipes of a file can name beside their own steps."""

    key_spec: KeySpec
    algorithm: Algorithm | None
    keys: Mapping[str, KeyRole]
    oracles: frozenset[str]


def file_problems(file: LiveFile) -> list[str]:
    """Return what is wrong within one live file; nothing if it is in order."""
    oracles = frozenset(each.name for each in file.uniformities)
    around = Surroundings(file.key_spec, file.algorithm, file.keys, oracles)
    problems = [*_head_problems(file), *_oracle_problems(file)]
    valid = {test.id for test in file.tests if test.result is LiveResult.VALID}
    for test in file.tests:
        problems += (f"{test.id}: {problem}" for problem in recipe_problems(test, around))
        if test.control is not None and test.control not in valid:
            problems.append(f"{test.id}: its control {test.control} is no valid test of the file")
    return problems


def _head_problems(file: LiveFile) -> Iterator[str]:
    ids = [*(test.id for test in file.tests), *(each.id for each in file.uniformities)]
    for name, count in Counter(ids).items():
        if count > 1:
            yield f"the id {name} is used {count} times"
        if ID.fullmatch(name) is None or name.partition("/")[0] != file.family:
            yield f"{name} is not of the form {file.family}/case/slug"
    if file.number_of_tests != len(file.tests):
        yield f"number_of_tests is {file.number_of_tests}, but there are {len(file.tests)}"
    flags = [flag for test in file.tests for flag in test.flags]
    flags += [flag for each in file.uniformities for flag in each.flags]
    yield from _used("flag", flags, file.notes)
    cases = [*(test.case for test in file.tests), *(each.case for each in file.uniformities)]
    yield from _used("class", cases, file.classes)
    yield from (
        f"the class {name} is not of the form of G3"
        for name in file.classes
        if CLASS.fullmatch(name) is None
    )
    for name, role in file.keys.items():
        if NAME.fullmatch(name) is None or name in RESERVED or role.count < 1:
            yield f"{name!r} with {role.count} keys is no key"


def _used(what: str, used: Iterable[str], described: Iterable[str]) -> Iterator[str]:
    found, known = set(used), set(described)
    yield from (f"the {what} {name} is used but not described" for name in sorted(found - known))
    yield from (f"the {what} {name} is described but not used" for name in sorted(known - found))


def _oracle_problems(file: LiveFile) -> Iterator[str]:
    members = Counter(
        step.oracle for test in file.tests for step in test.steps if isinstance(step, Ask)
    )
    for each in file.uniformities:
        if members[each.name] < 2:
            yield f"the uniformity {each.name} has {members[each.name]} members"


def recipe_problems(test: LiveTest, around: Surroundings) -> Iterator[str]:
    """Yield what is wrong with one test by itself."""
    if not test.why.endswith("."):
        yield "its why is no sentence"
    if not test.flags:
        yield "it has no flag"
    invalid = test.result is LiveResult.INVALID
    if invalid != (test.control is not None):
        yield "an invalid test, and no other, has a control"
    yield from _Recipe(around).problems(test)


@dataclass
class _Recipe:
    """What is known while the steps of a recipe are read one after the other."""

    around: Surroundings
    named: dict[str, tuple[str, ...] | None] = field(
        default_factory=dict[str, tuple[str, ...] | None]
    )
    """Names that steps have given so far, and the fields of each; None where any may be."""

    def problems(self, test: LiveTest) -> Iterator[str]:
        expects = [each.expect for each in test.steps if isinstance(each, Ask) and each.expect]
        for step in test.steps:
            if isinstance(step, Compute):
                yield from self._call(step.function, registry.FUNCTIONS, step.arguments)
                yield from self._give(step.name, None)
            else:
                yield from self._ask(step)
                fields = ANSWER_FIELDS[step.operation]
                yield from self._give(step.name, fields) if step.name else ()
        for check in test.checks:
            yield from self._call(check.check, registry.CHECKS, check.arguments)
        if not expects and not test.checks:
            yield "it expects nothing and checks nothing"
        refused = any(each.outcome is not ExpectedOutcome.OK for each in expects)
        if test.result is LiveResult.INVALID and not refused and not test.checks:
            yield "it is invalid and expects no refusal"
        if test.result is LiveResult.VALID and any(
            each.outcome is ExpectedOutcome.REJECTED for each in expects[-1:]
        ):
            yield "it is valid and expects a refusal at its end"

    def _give(self, name: str, fields: tuple[str, ...] | None) -> Iterator[str]:
        if NAME.fullmatch(name) is None:
            yield f"{name!r} is no name"
        if name in self.named or name in self.around.keys or name in RESERVED:
            yield f"two things are called {name!r}"
        self.named[name] = fields

    def _call(
        self,
        name: str,
        registered: Mapping[str, registry.Function],
        arguments: Mapping[str, Argument],
    ) -> Iterator[str]:
        found = registered.get(name)
        if found is None:
            yield f"there is no function or check {name!r}"
            return
        for unknown in sorted(arguments.keys() - set(found.arguments)):
            yield f"{name} takes no {unknown!r}"
        for missing in sorted(found.required - arguments.keys()):
            yield f"{name} needs {missing!r}"
        yield from self._arguments(arguments.values())

    def _ask(self, ask: Ask) -> Iterator[str]:
        yield from self._key(ask)
        operation = ask.operation
        for unknown in sorted(ask.arguments.keys() - set(REQUEST_FIELDS[operation])):
            yield f"{operation} takes no {unknown!r}"
        if operation is AskedOperation.CREATE_KEY and "usage" not in ask.arguments:
            yield "create_key needs 'usage'"
        lacks = operation in USES_OF_KEYS and self.around.algorithm is None
        if lacks and "algorithm" not in ask.arguments:
            yield f"{operation} needs an algorithm, since the file has none"
        if ask.repeat < 1:
            yield f"it asks {ask.repeat} times"
        if ask.oracle is not None and ask.oracle not in self.around.oracles:
            yield f"there is no uniformity {ask.oracle!r}"
        yield from self._arguments(ask.arguments.values())
        if ask.expect is None:
            return
        for unknown in sorted(ask.expect.values.keys() - set(ANSWER_FIELDS[operation])):
            yield f"the answer to {operation} has no {unknown!r}"
        yield from self._arguments(ask.expect.values.values())
        if (ask.expect.outcome is ExpectedOutcome.OK) == bool(ask.expect.rejections):
            verifies = operation is AskedOperation.VERIFY
            if ask.expect.rejections or not verifies:
                yield f"{operation}: an expected refusal, and nothing else, names its classes"

    def _key(self, ask: Ask) -> Iterator[str]:
        if ask.operation is AskedOperation.CREATE_KEY:
            if ask.key:
                yield "create_key takes no key"
        elif ask.key.startswith("$"):
            yield from self._reference(ask.key)
        elif ask.key not in self.around.keys:
            yield f"there is no key {ask.key!r}"
        elif self.around.keys[ask.key].count > 1:
            yield f"{ask.key!r} is several keys"

    def _arguments(self, arguments: Iterable[Argument]) -> Iterator[str]:
        for each in arguments:
            if isinstance(each, tuple):
                yield from self._arguments(each)
            elif isinstance(each, str) and each.startswith("$"):
                yield from self._reference(each)
            elif isinstance(each, str) and HEX.fullmatch(each) is None:
                yield f"{each!r} is neither hex nor a name; a word is written as text"
            elif isinstance(each, Word) and not each.text:
                yield "a word is empty"

    def _reference(self, text: str) -> Iterator[str]:
        name, dot, wanted = text[1:].partition(".")
        if name in self.named:
            fields = self.named[name]
        elif name in self.around.keys:
            fields = ("key",) if self.around.key_spec.is_symmetric else ("key", PUBLIC_KEY)
            if not dot:
                yield f"{text} is a key; name its public key"
        elif name == DIALECT:
            fields = ()
        elif name == EVERY:
            fields = (EVERY_PUBLIC_KEY,)
        else:
            yield f"nothing is called {name!r} there"
            return
        if dot and fields is not None and wanted not in fields:
            yield f"{name!r} has no field {wanted!r}"
