"""Say what a live vector is: why it exists, what is asked, and what must come of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kmsproof.text import shortened
from kmsproof_vectors.live.functions.registry import CHECKS, FUNCTIONS, Function
from kmsproof_vectors.live.model import (
    Argument,
    Ask,
    Compute,
    ExpectedOutcome,
    LiveFile,
    LiveResult,
    LiveTest,
    LiveUniformity,
    Word,
)

SHOWN = 96
"""Characters of a long value that are shown."""

_DEMANDS = {
    LiveResult.VALID: "every answer is as its step says, and every check holds",
    LiveResult.INVALID: "the input is refused, as its step says",
    LiveResult.REPORT: "nothing is demanded; what a check finds is told",
}


def live_explanation(file: LiveFile, found: LiveTest | LiveUniformity) -> list[str]:
    """Return what there is to say of a live vector or a set of refusals, line by line."""
    head = [found.id, f"  {found.why}", f"  class     {found.case}: {file.classes[found.case]}"]
    if isinstance(found, LiveUniformity):
        told = f"  compares  the refusals of all steps whose oracle is {found.name!r}"
        return [*head, f"  clause    {found.clause}", told, *_notes(file, found.flags)]
    lines = [
        *head,
        f"  set       {file.description}",
        f"  expected  {_DEMANDS[found.result]}",
        f"  clause    {found.clause}",
    ]
    if found.control:
        lines.append(f"  control   {found.control} (the valid form, which must be accepted)")
    if found.requires:
        lines.append(f"  requires  {', '.join(found.requires)}")
    lines.append("  recipe")
    lines += (f"    {number}. {line}" for number, line in enumerate(_steps(found), start=1))
    lines += (f"    check: {_call(each.check, each.arguments)}" for each in found.checks)
    lines.append("  where")
    lines += _meanings(found)
    return [*lines, *_notes(file, found.flags)]


def _steps(test: LiveTest) -> Iterator[str]:
    for step in test.steps:
        if isinstance(step, Compute):
            yield f"{step.name} = {_call(step.function, step.arguments)}"
        else:
            yield _asked(step)


def _asked(ask: Ask) -> str:
    times = f"{ask.repeat} times " if ask.repeat > 1 else ""
    given = f" to {ask.name}" if ask.name else ""
    key = f"{ask.key}: " if ask.key else ""
    return f"ask {times}{key}{_call(ask.operation, ask.arguments)}{given}{_expected(ask)}"


def _expected(ask: Ask) -> str:
    if ask.expect is None:
        return ""
    values = ", ".join(f"{name} = {_shown(value)}" for name, value in ask.expect.values.items())
    classes = " or ".join(ask.expect.rejections)
    match ask.expect.outcome:
        case ExpectedOutcome.OK:
            return f" -> ok{f', {values}' if values else ''}"
        case ExpectedOutcome.REJECTED:
            return f" -> refused{f' as {classes}' if classes else ''}"
        case ExpectedOutcome.EITHER:
            return f" -> ok{f', {values}' if values else ''}, or refused as {classes}"


def _call(name: str, arguments: Mapping[str, Argument]) -> str:
    return f"{name}({', '.join(f'{key}={_shown(value)}' for key, value in arguments.items())})"


def _shown(argument: Argument) -> str:
    match argument:
        case Word():
            return repr(argument.text)
        case tuple():
            return f"[{shortened(', '.join(map(_shown, argument)), SHOWN)}]"
        case bool():
            return str(argument).lower()
        case int():
            return str(argument)
        case str():
            return shortened(argument, SHOWN) or "(empty)"


def _meanings(test: LiveTest) -> Iterator[str]:
    """Yield what the functions and checks of a recipe do."""
    called: dict[str, Function] = {}
    for step in test.steps:
        if isinstance(step, Compute):
            called[step.function] = FUNCTIONS[step.function]
    for check in test.checks:
        called[check.check] = CHECKS[check.check]
    for name, function in called.items():
        first = function.description.split("\n\n")[0].replace("\n", " ")
        yield f"    {name}: {first}"


def _notes(file: LiveFile, flags: Iterable[str]) -> Iterator[str]:
    for flag in flags:
        note = file.notes[flag]
        yield f"  flag      {flag} ({note.bug_type}): {note.description}"
        yield f"            {note.effect}"
        yield from (f"            {cve}" for cve in note.cves)
