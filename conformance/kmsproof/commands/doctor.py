"""The command ``kmsproof doctor``."""

from __future__ import annotations

import click

from kmsproof.doctor import examine, lines
from kmsproof.errors import ExitCode


@click.command("doctor")
def command() -> int:
    """Say what is installed, what is missing, and how to get it."""
    findings = list(examine())
    click.echo("\n".join(lines(findings)))
    broken = any(finding.needed and not finding.health.ready for finding in findings)
    return ExitCode.HARNESS if broken else ExitCode.CONFORMANT
