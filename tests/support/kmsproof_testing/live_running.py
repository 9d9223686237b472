"""Judge a target with the small live files and read the log back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from kmsproof.log import FILE_NAME, LogWriter
from kmsproof.log_reader import read_run
from kmsproof.results import RunFinished
from kmsproof.run import conclude
from kmsproof.run_options import LiveOptions, RunOptions
from kmsproof.runner import TargetRunner
from kmsproof.selection import Filters
from kmsproof.session import InProcessSession, Session
from kmsproof_testing.fakes.live import LiveService
from kmsproof_testing.fakes.running import DEADLINE_MS, HEADER, NAME, Ran
from kmsproof_testing.fakes.targets import in_process
from kmsproof_testing.live_files import live_files
from kmsproof_vectors.live.model import LiveFile

FILES = live_files()


def judged(
    session: Session,
    folder: Path,
    options: LiveOptions | None = None,
    filters: Filters | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    files: Sequence[LiveFile] = FILES,
) -> Ran:
    """Judge what is behind a session."""
    with LogWriter(folder / FILE_NAME) as log:
        log.write(HEADER)
        runner = TargetRunner(
            NAME, session, log, deadline_ms=DEADLINE_MS, progress=progress, live=options
        )
        finished = runner.run([], filters or Filters(exhaustive=True), files)
        selected = sum(file.number_of_tests for file in files)
        conclusion = conclude([finished], selected, RunOptions(targets=(NAME,), folder=folder))
        log.write(
            RunFinished(
                finished_at="2026-11-24T00:00:00Z",
                exit_code=int(conclusion.exit_code),
                conclusion=conclusion.sentence,
            )
        )
    return Ran(conclusion, read_run(folder))


def judged_service(service: LiveService, folder: Path, options: LiveOptions | None = None) -> Ran:
    """Judge a fake in this process."""
    return judged(InProcessSession(in_process(service), deadline_ms=DEADLINE_MS), folder, options)
