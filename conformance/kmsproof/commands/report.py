"""The command ``kmsproof report``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof.reporting import exit_code_of, format_names, show_and_write


@click.command("report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT",
    help="Format to write; see 'kmsproof list reports'.  [default: all that are installed]",
)
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder to write to.  [default: beside the log]",
)
def command(run: Path, formats: tuple[str, ...], folder: Path | None) -> int:
    """Make reports from the event log of RUN, a run's folder or its events.jsonl.

    The exit code is the one that the run ended with, or 3 if its log was cut short.
    """
    return exit_code_of(show_and_write(run, format_names(formats), folder))
