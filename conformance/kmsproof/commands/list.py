"""The command ``kmsproof list``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof import catalogue
from kmsproof.commands.options import corpus_option, filter_options, filters_from
from kmsproof.corpus import load_corpus
from kmsproof.live.corpus import load_live_corpus
from kmsproof.live.listing import live_lines
from kmsproof.results import Mode
from kmsproof.selection import nothing_selected

THINGS = ("targets", "vectors", "families", "flags", "classes", "reports")


@click.command("list")
@click.argument("what", type=click.Choice(THINGS), default="targets")
@filter_options
@corpus_option
@click.option(
    "--mode",
    type=click.Choice([str(mode) for mode in Mode]),
    default=str(Mode.LIBRARY),
    show_default=True,
    help="Vectors that bring their keys, or recipes for keys that are made in the target.",
)
def command(
    what: str,
    ids: tuple[str, ...],
    flags: tuple[str, ...],
    classes: tuple[str, ...],
    key_specs: tuple[str, ...],
    algorithms: tuple[str, ...],
    corpus: Path | None,
    mode: str,
) -> None:
    """List what there is: targets, vectors, families (parameter sets), flags, classes, reports."""
    if what in ("targets", "reports"):
        lines = catalogue.target_lines() if what == "targets" else catalogue.report_lines()
        click.echo("\n".join(lines))
        return
    if mode != Mode.LIBRARY:
        filters = filters_from(ids, flags, classes, key_specs, algorithms, full=True)
        click.echo("\n".join(live_lines(load_live_corpus(), what, filters, Mode(mode))))
        return
    loaded = load_corpus(corpus)
    if what == "vectors":
        filters = filters_from(ids, flags, classes, key_specs, algorithms)
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
