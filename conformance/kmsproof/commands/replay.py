"""The command ``kmsproof replay``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof.catalogue import find_vector
from kmsproof.commands.options import (
    LEVELS,
    corpus_option,
    deadline_option,
    isolate_option,
    level_of,
)
from kmsproof.corpus import load_corpus
from kmsproof.live.corpus import LiveCorpus, find_live_vector, is_live, load_live_corpus
from kmsproof.replay import replay


@click.command("replay")
@click.argument("vector_id", metavar="ID")
@click.argument("target")
@corpus_option
@click.option(
    "--protection-level",
    type=click.Choice(LEVELS),
    help="The level of keys made in the target.  [default: the first that it declares]",
)
@isolate_option
@deadline_option
def command(
    vector_id: str,
    target: str,
    corpus: Path | None,
    protection_level: str | None,
    isolate: bool,
    deadline_seconds: float,
) -> int:
    """Repeat the vector ID on TARGET and show the whole exchange; key material is left out."""
    loaded = load_live_corpus() if corpus is None and is_live(vector_id) else load_corpus(corpus)
    if isinstance(loaded, LiveCorpus):
        find_live_vector(loaded, vector_id)
    else:
        find_vector(loaded, vector_id)
    return replay(
        vector_id,
        target,
        loaded,
        deadline_ms=round(deadline_seconds * 1000),
        isolate=isolate,
        level=level_of(protection_level) if protection_level else None,
        tell=click.echo,
    )
