"""From the name of a target on the command line to an open session with it."""

from __future__ import annotations

import difflib
import importlib.metadata
import os
import re
import shlex
import sys

from kmsproof.errors import MissingDependency, UsageError
from kmsproof.session import InProcessSession, Session
from kmsproof.target import Adapter, Target

GROUP = "kmsproof.adapters"
"""The entry-point group in which adapters announce themselves."""

SERVE_TARGET_VARIABLE = "KMSPROOF_SERVE_TARGET"
"""Environment variable that names the target to a child process: unlike the command line,
other users of the machine cannot read it, and a target's name may hold a PIN."""

_SECRET = re.compile(
    r"(?i)\b(pin-value|pin|password|passwd|passphrase|secret|access-key-secret|api-?key)="
    r"[^&;\s'\"]*"
)


def redacted(name: str) -> str:
    """Return the name of a target without the secrets that may be part of it."""
    return _SECRET.sub(r"\1=[redacted]", name)


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
    except ImportError as error:
        raise MissingDependency(
            f"The adapter {name!r} cannot be loaded ({error}).",
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
    return find_adapter(word).open(argument)


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
        return InProcessSession(adapter.open(argument), deadline_ms=deadline_ms)
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
