"""The command ``kmsproof replay``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof.catalogue import find_vector
from kmsproof.commands.options import corpus_option, deadline_option, isolate_option
from kmsproof.corpus import load_corpus
from kmsproof.replay import replay


@click.command("replay")
@click.argument("vector_id", metavar="ID")
@click.argument("target")
@corpus_option
@isolate_option
@deadline_option
def command(
    vector_id: str, target: str, corpus: Path | None, isolate: bool, deadline_seconds: float
) -> int:
    """Repeat the vector ID on TARGET and show the whole exchange; key material is left out."""
    loaded = load_corpus(corpus)
    find_vector(loaded, vector_id)
    return replay(
        vector_id,
        target,
        loaded,
        deadline_ms=round(deadline_seconds * 1000),
        isolate=isolate,
        tell=click.echo,
    )
