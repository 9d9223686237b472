"""The command ``kmsproof sweep``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof.commands.options import deadline_option
from kmsproof.live.sweep import sweep


@click.command("sweep")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("target")
@deadline_option
def command(folder: Path, target: str, deadline_seconds: float) -> int:
    """Destroy the keys that a killed run has left in TARGET, by the journal in its FOLDER.

    A run destroys its keys itself, also after Ctrl-C. Name the target as the run did. The exit code
    is 0 when no key is left, and 3 otherwise.
    """
    return sweep(folder, target, deadline_ms=round(deadline_seconds * 1000), tell=click.echo)
