"""Read the event log of a run: event by event, or as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kmsproof.errors import LogError
from kmsproof.results import (
    LOG_VERSION,
    AnyEvent,
    Incident,
    ProfileCovered,
    Run,
    RunFinished,
    RunStarted,
    TargetFinished,
    TargetRun,
    TargetStarted,
    VerdictRecorded,
    Warned,
)
from kmsproof.text import printable, shortened
from kmsproof_vectors.encoding import json_decoder


def read_events(path: Path) -> Iterator[AnyEvent]:
    """Read the events of a log one after the other.

    Half a line at the end is what a killed run leaves: the events end before it, and the log has no
    footer.

    Raises:
        LogError: if the file cannot be read or a line is no event of this version.
    """
    decoder: msgspec.json.Decoder[AnyEvent] = json_decoder(AnyEvent)  # type: ignore[arg-type]  # msgspec takes unions
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield decoder.decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                    if number > 1 and not line.endswith(b"\n"):
                        return
                    raise LogError(
                        f"Line {number} of {path} is no event of a kmsproof log "
                        f"({shortened(printable(str(error)))}).",
                        "Give the events.jsonl of a run made with this version.",
                    ) from None
    except OSError as error:
        raise LogError(
            f"The event log {path} cannot be read: {error.strerror}.",
            "Give the path of a run folder or of its events.jsonl.",
        ) from None


def read_run(path: Path) -> Run:
    """Read a whole log; ``path`` is the file or the run's folder.

    Raises:
        LogError: if there is no log, it has no header, or a line is broken.
    """
    file = path / "events.jsonl" if path.is_dir() else path
    run: Run | None = None
    for event in read_events(file):
        if isinstance(event, RunStarted):
            if run is not None or event.log_version != LOG_VERSION:
                raise LogError(
                    f"{file} is not one run of log version {LOG_VERSION}.",
                    "Make the report with the version of kmsproof that wrote the log.",
                )
            run = Run(file, event, {target: TargetRun(target) for target in event.targets})
        elif run is None:
            raise LogError(
                f"{file} does not begin with a header.", "The log is damaged: run again."
            )
        elif isinstance(event, RunFinished):
            run.finished = event
        else:
            _file_under_target(run, event)
    if run is None:
        raise LogError(f"{file} is empty.", "The run ended before it began: run again.")
    run.sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    return run


def _file_under_target(
    run: Run,
    event: TargetStarted | VerdictRecorded | Warned | Incident | ProfileCovered | TargetFinished,
) -> None:
    target = run.targets.setdefault(event.target, TargetRun(event.target))
    match event:
        case TargetStarted():
            target.started = event
        case VerdictRecorded():
            target.verdicts.append(event)
        case Warned():
            target.warnings.append(event)
        case Incident():
            target.incidents.append(event)
        case ProfileCovered():
            target.covered = event
        case TargetFinished():
            target.finished = event
