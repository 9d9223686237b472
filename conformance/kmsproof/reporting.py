"""Find the report formats that are installed, and make reports from a log."""

from __future__ import annotations

import difflib
import importlib.metadata
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kmsproof.errors import CorpusError, ExitCode, MissingDependency, UsageError
from kmsproof.log_reader import read_run
from kmsproof.results import ReportFormat, Run

GROUP = "kmsproof.reports"
"""The entry-point group in which report formats announce themselves."""

TERMINAL = "terminal"
"""The format that is printed instead of being written to a file."""

NONE = "none"
"""What a user says who wants the log alone."""


def format_names(wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the names of the wanted formats, by default of all that make a file.

    Raises:
        UsageError: if a format is not installed.
    """
    points = importlib.metadata.entry_points(group=GROUP)
    known = sorted({point.name for point in points} - {TERMINAL})
    if not wanted:
        return tuple(known)
    if tuple(wanted) == (NONE,):
        return ()
    for name in wanted:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            raise UsageError(
                f"There is no report format called {name!r}.",
                f"{hint}Known are: {', '.join(known)}.",
            )
    return tuple(dict.fromkeys(wanted))


def load_format(name: str) -> ReportFormat:
    """Load a report format.

    Raises:
        MissingDependency: if it is not installed, or what it needs is not.
    """
    points = importlib.metadata.entry_points(group=GROUP, name=name)
    for point in points:
        try:
            loaded = point.load()
        except ImportError as error:
            raise MissingDependency(
                f"The report format {name!r} cannot be loaded ({error}).", "Install what it needs."
            ) from None
        if isinstance(loaded, ReportFormat):
            return loaded
    raise MissingDependency(
        f"The report format {name!r} is not installed.", "Install kmsproof again."
    )


def show_and_write(path: Path, names: Sequence[str], folder: Path | None = None) -> Run:
    """Write the reports of a run, then print its summary.

    Args:
        path: the run's folder or its log.
        names: formats to write, as ``format_names`` returned them.
        folder: where to write; by default beside the log.

    Returns:
        The run.

    Raises:
        LogError: if the log cannot be read.
        UsageError: if a report cannot be written.
    """
    run = read_run(path)
    _diagnose(run)
    written = [_write(run, load_format(name), folder or run.path.parent) for name in names]
    lines = [f"Event log: {run.path}", *(f"Report:    {file}" for file in written)]
    _show(load_format(TERMINAL).render(run) + "\n".join(lines) + "\n")
    return run


def _diagnose(run: Run) -> None:
    """Add what explains the failures; a report without it is better than none."""
    from kmsproof.diagnosis.diagnose import diagnose_run  # a run without failures needs none of it

    try:
        run.diagnoses = diagnose_run(run)
    except CorpusError as error:
        print(f"No cause is named in the report: {error}", file=sys.stderr)


def _show(text: str) -> None:
    """Print what is already on disk; a reader who goes away does not change what a run showed."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, AttributeError):  # a closed pipe, a full disk, or no standard output at all
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # for good


def exit_code_of(run: Run) -> int:
    """Return the exit code that a run ended with; that of a log that was cut says so."""
    return ExitCode.HARNESS if run.finished is None else run.finished.exit_code


def _write(run: Run, report: ReportFormat, folder: Path) -> Path:
    file = folder / report.file_name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(report.render(run), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(
            f"The report {file} cannot be written: {error.strerror}.",
            "Give another folder with --out.",
        ) from None
    return file
