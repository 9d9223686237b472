"""The command ``kmsproof explain``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof.catalogue import Found, explanation, find_vector
from kmsproof.commands.options import corpus_option
from kmsproof.corpus import load_corpus
from kmsproof.intermediate import intermediate_lines
from kmsproof.live.corpus import find_live_vector, is_live, load_live_corpus
from kmsproof.live.explanation import live_explanation


@click.command("explain")
@click.argument("vector_id", metavar="ID")
@click.option("--values", is_flag=True, help="Show the intermediate values of the computation.")
@corpus_option
def command(vector_id: str, values: bool, corpus: Path | None) -> None:
    """Say what the vector ID is, why it exists, and what the right answer is."""
    if corpus is None and is_live(vector_id):
        live = find_live_vector(load_live_corpus(), vector_id)
        click.echo("\n".join(live_explanation(*live)))
        return
    found = find_vector(load_corpus(corpus), vector_id)
    click.echo("\n".join(explanation(found)))
    if values and isinstance(found, Found):
        click.echo("\n".join(intermediate_lines(found)))
