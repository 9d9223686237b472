"""The command line: finds the command, runs it, and turns errors into sentences and exit codes."""

from __future__ import annotations

import importlib
import os
import sys
from typing import NoReturn

import click

from kmsproof.errors import ExitCode, KmsproofError

COMMANDS = {
    "run": "Judge one or more targets with the corpus.",
    "plan": "Say how many keys and calls judging a target with its own keys would take.",
    "sweep": "Destroy the keys that a killed run has left in its target.",
    "report": "Make reports from the event log of a run.",
    "explain": "Say what a vector is, why it exists, and what the right answer is.",
    "replay": "Repeat one vector on a target and show the whole exchange.",
    "list": "List targets, vectors, flags, classes or report formats.",
    "vectors": "Check the corpus or count what is in it.",
    "crosscheck": "Let independent implementations confirm the corpus, and record who agreed.",
    "mutants": "Prove that the corpus sees every known way of being wrong.",
    "serve": "Run a local Alibaba Cloud KMS for tests, on this machine only.",
    "doctor": "Say what is installed, what is missing, and how to get it.",
}
"""Each command and its line in the overview; the modules are loaded when they are used."""

EPILOG = """
\b
Exit codes:
  0  conformant
  1  not conformant: a target gave a wrong answer
  2  usage or configuration: the command line asks for something impossible
  3  harness or environment: a target or the corpus could not be used
  4  too little was judged to call the target conformant, zero vectors included
  5  stale or expired baseline

\b
Begin with:
  kmsproof doctor
  kmsproof run reference cryptography
  kmsproof run 'exec:./my-adapter'
"""


class LazyGroup(click.Group):
    """Loads a command's module when it is called, so that ``--version`` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; its module is loaded now."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"kmsproof.commands.{cmd_name}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview from the table, without loading any command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"kmsproof {version('kmsproof')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
def kmsproof() -> None:
    """Tell whether a key management service does what its specification sheet promises."""


def main() -> NoReturn:
    """Run the command line; the exit codes are those of the help text."""
    sys.exit(run_arguments(sys.argv[1:]))


def run_arguments(arguments: list[str]) -> int:
    """Run the command line with these arguments and return its exit code."""
    for stream in ("stdout", "stderr"):
        if getattr(sys, stream) is None:  # the caller closed it; the log and the reports remain
            setattr(sys, stream, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  # for good
    try:
        result = kmsproof.main(arguments, prog_name="kmsproof", standalone_mode=False)
        return result if isinstance(result, int) else ExitCode.CONFORMANT
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        help_wanted.show()
        return ExitCode.USAGE
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except KmsproofError as error:
        return _tell(error)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        return ExitCode.HARNESS
    except SystemExit:  # how click ends when whoever read its output went away; never a success
        return ExitCode.HARNESS
    except Exception:
        return _tell_defect()


def _tell(error: KmsproofError) -> ExitCode:
    click.echo(f"kmsproof: {_safe(error.message)}", err=True)
    if error.remedy:
        click.echo(f"  {_safe(error.remedy)}", err=True)
    return error.exit_code


def _safe(text: str) -> str:
    """Return a text without secrets and without anything that a terminal could act on."""
    from kmsproof.text import printable, redacted

    return "\n".join(printable(line) for line in redacted(text).split("\n"))


def _tell_defect() -> ExitCode:
    """Tell of an exception that is nobody's but ours, with what a maintainer needs to see."""
    import traceback

    click.echo(_safe(traceback.format_exc()), err=True)
    click.echo(
        "kmsproof: this is a defect of kmsproof; nothing is thereby known of a target.", err=True
    )
    click.echo("  Report it, with the text above.", err=True)
    return ExitCode.HARNESS
