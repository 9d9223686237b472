"""The command ``kmsproof explain``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof.catalogue import Found, explanation, find_vector
from kmsproof.commands.options import corpus_option
from kmsproof.corpus import Corpus, load_corpus
from kmsproof.errors import UsageError
from kmsproof.intermediate import LIVE_HAS_NO_VALUES, intermediate_lines
from kmsproof.live.corpus import find_live_vector, is_live, load_live_corpus
from kmsproof.live.explanation import live_explanation
from kmsproof.log_reader import read_run
from kmsproof.results import Run

EPILOG = """
\b
Examples:
  kmsproof explain aes-256-gcm/tag-bit/0000 --values
  kmsproof explain aes-256-gcm/tag-bit/0000 --run runs/2026-01-31
  kmsproof explain gcm/tag-not-compared
"""


@click.command("explain", epilog=EPILOG)
@click.argument("id", metavar="ID")
@click.option("--values", is_flag=True, help="Show the intermediate values of the computation.")
@click.option(
    "--run",
    "run_path",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Show what was answered in this run, a run's folder or its events.jsonl.",
)
@click.option(
    "--target",
    metavar="NAME",
    help="Of the targets of the run only this one, as it is named there.",
)
@click.option("--all", "every", is_flag=True, help="Show all deviations that the vector kills.")
@corpus_option
def command(
    id: str,
    values: bool,
    run_path: Path | None,
    target: str | None,
    every: bool,
    corpus: Path | None,
) -> None:
    """Say what ID is: a vector, or a deviation such as gcm/tag-not-compared.

    Of a vector: why it exists, what the right answer is, and which known ways of being wrong it
    catches. Of a deviation: what is wrong, what follows from it, how it comes about and what to
    change, and which vectors catch it.
    """
    from kmsproof.explaining.deviation import is_deviation_id

    if target is not None and run_path is None:
        raise UsageError("--target names a target of a run.", "Give the run with --run.")
    if corpus is None and is_deviation_id(id):
        if values or run_path is not None or every:
            raise UsageError(
                f"{id} is written like a deviation, and --values, --run and --all are for vectors.",
                "Leave them out; ids of vectors have three parts.",
            )
        lines = _of_deviation(id)
    else:
        run = None if run_path is None else read_run(run_path)
        if corpus is None and is_live(id):
            lines = _of_live_vector(id, run, target, values=values, every=every)
        else:
            lines = _of_vector(id, load_corpus(corpus), run, target, values=values, every=every)
    click.echo("\n".join(lines))


def _of_deviation(id: str) -> list[str]:
    from kmsproof.explaining.deviation import deviation_explanation, find_for_explanation
    from kmsproof.mutants.loading import known_kills

    corpus, live = load_corpus(None), load_live_corpus()
    found = find_for_explanation(id, corpus, live)
    return list(deviation_explanation(found, known_kills(corpus, live)))


def _of_live_vector(
    id: str, run: Run | None, target: str | None, *, values: bool, every: bool
) -> list[str]:
    from kmsproof.explaining.failed import run_lines
    from kmsproof.explaining.kills import kill_lines
    from kmsproof.mutants.loading import known_kills
    from kmsproof_reference.deviations import View

    live = load_live_corpus()
    file, test = find_live_vector(live, id)
    lines = live_explanation(file, test)
    lines += kill_lines(known_kills(load_corpus(None), live, View.LIVE), id, View.LIVE, every=every)
    if values:
        lines.append(f"  {LIVE_HAS_NO_VALUES}")
    if run is not None:
        lines += run_lines(run, id, file, target)
    return lines


def _of_vector(
    id: str, corpus: Corpus, run: Run | None, target: str | None, *, values: bool, every: bool
) -> list[str]:
    from kmsproof.explaining.failed import run_lines
    from kmsproof.explaining.kills import kill_lines
    from kmsproof.mutants.loading import known_kills
    from kmsproof_reference.deviations import View

    found = find_vector(corpus, id)
    lines = explanation(found)
    known = known_kills(corpus, load_live_corpus(), View.LIBRARY)
    lines += kill_lines(known, id, View.LIBRARY, every=every)
    if values and isinstance(found, Found):
        lines += intermediate_lines(found)
    if run is not None:
        lines += run_lines(run, id, found if isinstance(found, Found) else found[0], target)
    return lines
