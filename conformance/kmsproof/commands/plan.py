"""The command ``kmsproof plan``."""

from __future__ import annotations

import click

from kmsproof.commands.options import (
    LEVELS,
    deadline_option,
    filter_options,
    filters_from,
    full_option,
    isolate_option,
    level_of,
)
from kmsproof.live.corpus import load_live_corpus
from kmsproof.live.planning import plan_lines, plan_target
from kmsproof.results import Mode


@click.command("plan")
@click.argument("target")
@filter_options
@click.option(
    "--mode",
    "modes",
    multiple=True,
    type=click.Choice([str(Mode.LIVE), str(Mode.POLICY)]),
    default=(str(Mode.LIVE), str(Mode.POLICY)),
    show_default=True,
    help="Which recipes; may be given more than once.",
)
@click.option(
    "--protection-level",
    type=click.Choice(LEVELS),
    help="The level of the keys.  [default: the first that it declares]",
)
@full_option
@isolate_option
@deadline_option
def command(
    target: str,
    ids: tuple[str, ...],
    flags: tuple[str, ...],
    classes: tuple[str, ...],
    key_specs: tuple[str, ...],
    algorithms: tuple[str, ...],
    tier: str,
    modes: tuple[str, ...],
    protection_level: str | None,
    full: bool,
    isolate: bool,
    deadline_seconds: float,
) -> None:
    """Say what a run with --mode live or policy would do to TARGET: keys to make, calls to ask.

    The target is asked what it is and nothing else: no key is made. The numbers are upper bounds,
    since a recipe ends at the first answer that decides.
    """
    plans = plan_target(
        target,
        load_live_corpus(),
        filters_from(ids, flags, classes, key_specs, algorithms, tier, full),
        tuple(Mode(mode) for mode in Mode if mode in modes),
        level_of(protection_level) if protection_level else None,
        isolate=isolate,
        deadline_ms=round(deadline_seconds * 1000),
    )
    click.echo("\n".join(plan_lines(plans)))
