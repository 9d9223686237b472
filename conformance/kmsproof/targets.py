"""From the name of a target on the command line to an open session with it."""

from __future__ import annotations

import difflib
import importlib.metadata
import os
import shlex
import sys

from kmsproof.errors import KmsproofError, MissingDependency, TargetStartError, UsageError
from kmsproof.session import InProcessSession, Session
from kmsproof.target import Adapter, Target
from kmsproof.text import printable, redacted, shortened

GROUP = "kmsproof.adapters"
"""The entry-point group in which adapters announce themselves."""

SERVE_TARGET_VARIABLE = "KMSPROOF_SERVE_TARGET"
"""Environment variable that names the target to a child process: unlike the command line,
other users of the machine cannot read it, and a target's name may hold a PIN."""


def adapter_names() -> list[str]:
    """Return the names of all adapters that are installed, sorted, without loading them."""
    return sorted(point.name for point in importlib.metadata.entry_points(group=GROUP))


def find_adapter(name: str) -> Adapter:
    """Load the adapter that answers to the first word of a target's name.

    Raises:
        UsageError: if no adapter has that name.
        MissingDependency: if the adapter's own package is broken or incomplete.
    """
    points = importlib.metadata.entry_points(group=GROUP, name=name)
    if not points:
        raise _unknown_target(name)
    try:
        adapter = next(iter(points)).load()
    except (Exception, SystemExit) as error:
        raise MissingDependency(
            f"The adapter {name!r} cannot be loaded ({type(error).__name__}: {error}).",
            f"Install what it needs, for example with: pip install 'kmsproof[{name}]'.",
        ) from None
    if not isinstance(adapter, Adapter):
        raise MissingDependency(
            f"The entry point {name!r} of the group {GROUP} is no kmsproof adapter.",
            "Its maintainer must point it at an object of the type kmsproof.target.Adapter.",
        )
    return adapter


def _unknown_target(name: str) -> UsageError:
    known = [*adapter_names(), "exec"]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else ""
    if os.sep in name:
        hint = f"To run a program, write exec:{name}."
    return UsageError(
        f"There is no target called {name!r}.",
        f"{hint} Known are: {', '.join(known)}; see 'kmsproof list targets'.".strip(),
    )


def check_name(name: str) -> None:
    """See that a target's name can be understood, before anything is started.

    Raises:
        UsageError: if there is no such kind of target.
    """
    word, _, argument = name.partition(":")
    if word == "exec":
        _command(argument)
    elif word not in adapter_names():
        raise _unknown_target(word)


def open_in_process(name: str) -> Target:
    """Open a target in this process.

    Raises:
        KmsproofError: of the class that fits, if the target is unknown or does not open.
    """
    word, _, argument = name.partition(":")
    return _opened(find_adapter(word), argument)


def _opened(adapter: Adapter, argument: str) -> Target:
    try:
        target = adapter.open(argument)
    except (KmsproofError, KeyboardInterrupt):
        raise
    except BaseException as error:  # sys.exit included
        raise TargetStartError(
            f"The adapter {adapter.name!r} failed to open the target "
            f"({type(error).__name__}: {shortened(printable(str(error)))}).",
            "This is a defect of the adapter: tell its maintainer.",
        ) from error
    if not _is_target(target):
        raise TargetStartError(
            f"The adapter {adapter.name!r} opened something that is no target.",
            "It must have all methods of kmsproof.target.Target.",
        )
    return target


def _is_target(opened: object) -> bool:
    return isinstance(opened, Target)


def open_session(name: str, *, isolate: bool, deadline_ms: int) -> Session:
    """Open a session with a target: in this process, in a child of ours, or an ``exec:`` program.

    Args:
        name: the target as the user named it.
        isolate: whether a target that could run here must get a process of its own.
        deadline_ms: how long an answer may take, in milliseconds.

    Raises:
        KmsproofError: of the class that fits, if the target is unknown or does not start.
    """
    from kmsproof.child import ChildSession

    word, _, argument = name.partition(":")
    if word == "exec":
        return ChildSession(_command(argument), deadline_ms=deadline_ms, whose="adapter")
    adapter = find_adapter(word)
    if not (adapter.native or isolate):
        return InProcessSession(_opened(adapter, argument), deadline_ms=deadline_ms)
    return ChildSession(
        [sys.executable, "-m", "kmsproof.serving"],
        deadline_ms=deadline_ms,
        whose="target",
        environment={**os.environ, SERVE_TARGET_VARIABLE: name},
    )


def _command(text: str) -> list[str]:
    try:
        command = shlex.split(text)
    except ValueError as error:
        raise UsageError(
            f"The command of the target exec:{redacted(text)} cannot be split ({error}).",
            "Quote it as in a POSIX shell.",
        ) from None
    if not command:
        raise UsageError("The target 'exec:' names no command.", "Write exec:./my-adapter.")
    return command
