"""The command ``kmsproof list``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof import catalogue
from kmsproof.commands.options import corpus_option, filter_options, filters_from
from kmsproof.corpus import load_corpus
from kmsproof.deviating import deviation_lines, deviations_as_json
from kmsproof.errors import UsageError
from kmsproof.live.corpus import load_live_corpus
from kmsproof.live.listing import live_lines
from kmsproof.results import Mode
from kmsproof.selection import nothing_selected

THINGS = ("targets", "vectors", "families", "flags", "classes", "reports", "deviations")

EPILOG = """
\b
Examples:
  kmsproof list vectors --algorithm GCM
  kmsproof list deviations              every known way of being wrong, and how bad it is
  kmsproof list deviations state 'gcm/*tag*' --json
"""


@click.command("list", epilog=EPILOG)
@click.argument("what", type=click.Choice(THINGS), default="targets")
@click.argument("patterns", nargs=-1, metavar="[PATTERN]...")
@filter_options
@corpus_option
@click.option(
    "--mode",
    type=click.Choice([str(mode) for mode in Mode]),
    default=str(Mode.LIBRARY),
    show_default=True,
    help="Vectors that bring their keys, or recipes for keys that are made in the target.",
)
@click.option("--json", "as_json", is_flag=True, help="Deviations with all that is known of them.")
def command(
    what: str,
    patterns: tuple[str, ...],
    ids: tuple[str, ...],
    flags: tuple[str, ...],
    classes: tuple[str, ...],
    key_specs: tuple[str, ...],
    algorithms: tuple[str, ...],
    tier: str,
    corpus: Path | None,
    mode: str,
    as_json: bool,
) -> None:
    """List what there is: targets, vectors, families (parameter sets), flags, classes, reports.

    Or deviations: those whose id matches a PATTERN or whose family it names, with their severity
    and the modes that see them.
    """
    if what == "deviations":
        made = deviations_as_json(patterns) if as_json else "\n".join(deviation_lines(patterns))
        click.echo(made)
        return
    if patterns or as_json:
        raise UsageError(
            f"Patterns and --json are for deviations, not for {what}.",
            "Vectors are chosen with --id.",
        )
    if what in ("targets", "reports"):
        lines = catalogue.target_lines() if what == "targets" else catalogue.report_lines()
        click.echo("\n".join(lines))
        return
    if mode != Mode.LIBRARY:
        filters = filters_from(ids, flags, classes, key_specs, algorithms, tier, full=True)
        click.echo("\n".join(live_lines(load_live_corpus(), what, filters, Mode(mode))))
        return
    loaded = load_corpus(corpus)
    if what == "vectors":
        filters = filters_from(ids, flags, classes, key_specs, algorithms, tier, corpus=corpus)
        if not loaded.count(filters):
            raise nothing_selected(filters, loaded.words())
        for line in catalogue.vector_lines(loaded, filters):
            click.echo(line)
        return
    tables = {
        "families": catalogue.family_lines,
        "flags": catalogue.flag_lines,
        "classes": catalogue.class_lines,
    }
    click.echo("\n".join(tables[what](loaded)))
