"""Destroy the keys that a killed run has left in its target."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

from kmsproof.errors import ExitCode, LogError, UsageError
from kmsproof.live.interpreter import answer_to
from kmsproof.live.keys import JOURNAL_NAME, Journal, KeyMaker
from kmsproof.live.pace import Pace
from kmsproof.live.runner import FIRST_NUMBER
from kmsproof.outcome import Ok
from kmsproof.session import SessionBroken, summary
from kmsproof.targets import open_session
from kmsproof.text import redacted


def sweep(folder: Path, target: str, *, deadline_ms: int, tell: Callable[[str], None]) -> ExitCode:
    """Destroy every key of a target that the journal of a run has made and not destroyed.

    Args:
        folder: of the run, or its journal.
        target: as the run named it.
        deadline_ms: how long an answer may take, in milliseconds.
        tell: told a line about each key.

    Raises:
        LogError: if there is no journal, or it is broken.
        UsageError: if the journal is about other targets.
        KmsproofError: if the target does not start.
    """
    path = folder / JOURNAL_NAME if folder.is_dir() else folder
    if not path.is_file():
        raise LogError(
            f"There is no journal of keys at {path}.",
            "Give the folder of a run in live mode; a run that made no key has none.",
        )
    journal, name = Journal(path), redacted(target)
    others = journal.targets() - {name}
    left = journal.left(name)
    if not left and others and name not in journal.targets():
        raise UsageError(
            f"{path} has no key of {name}.", f"Its keys are of {', '.join(sorted(others))}."
        )
    if not left:
        tell("No key is left.")
        return ExitCode.CONFORMANT
    return _destroy(journal, target, left, deadline_ms, tell)


def _destroy(
    journal: Journal, target: str, keys: list[str], deadline_ms: int, tell: Callable[[str], None]
) -> ExitCode:
    numbers, pace = itertools.count(FIRST_NUMBER), Pace()
    session = open_session(target, isolate=False, deadline_ms=deadline_ms)
    maker = KeyMaker(
        redacted(target),
        journal,
        lambda request: pace.ask(lambda: answer_to(session, request)),
        None,
    )
    maker.take_over(keys)
    try:
        session.start()
        for key in keys:
            outcome = maker.destroy(key, next(numbers), deadline_ms)
            gone = key not in maker.alive
            told = "destroyed" if isinstance(outcome, Ok) else "was not there any more"
            tell(f"{key}  {told if gone else f'is still there: {summary(outcome)}'}")
    except SessionBroken as broken:
        tell(f"The target broke: {broken.message}")
    finally:
        session.close()
    tell(f"{len(keys) - len(maker.alive)} of {len(keys)} keys are gone.")
    return ExitCode.HARNESS if maker.alive else ExitCode.CONFORMANT
