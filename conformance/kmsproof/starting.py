"""Why a program that should be judged did not start, as one of our errors."""

from __future__ import annotations

from kmsproof.errors import (
    AdapterFault,
    KmsproofError,
    MissingDependency,
    TargetStartError,
    UsageError,
)
from kmsproof.outcome import Error
from kmsproof.session import AnyOutcome, SessionBroken
from kmsproof.text import printable, shortened

_REPORTED: dict[str, type[KmsproofError]] = {
    kind.__name__: kind for kind in (UsageError, MissingDependency, TargetStartError)
}


def start_error(program: str, broken: SessionBroken) -> KmsproofError:
    """Return the error for a program that broke before it said what it is."""
    name = printable(program)
    if broken.line:
        return AdapterFault(
            f"{name} does not speak the adapter protocol: {broken.message} {broken.line}",
            "See docs/adapter-protocol.md.",
        )
    return TargetStartError(
        f"{name} did not start: {broken.message}",
        'Run it by hand, type {"op":"describe","id":1} and look at what it answers.',
    )


def reported_error(outcome: AnyOutcome) -> KmsproofError | None:
    """Return the error that a child of ours met when it opened the target, if it tells of one."""
    if not isinstance(outcome, Error):
        return None
    name, _, text = outcome.message.partition(": ")
    kind = _REPORTED.get(name, TargetStartError)
    told = text if name in _REPORTED else outcome.message
    return kind(shortened(printable(told), 1000), "")
