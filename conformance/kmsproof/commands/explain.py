"""The command ``kmsproof explain``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof.catalogue import Found, explanation, find_vector
from kmsproof.commands.options import corpus_option
from kmsproof.corpus import load_corpus
from kmsproof.intermediate import intermediate_lines


@click.command("explain")
@click.argument("vector_id", metavar="ID")
@click.option("--values", is_flag=True, help="Show the intermediate values of the computation.")
@corpus_option
def command(vector_id: str, values: bool, corpus: Path | None) -> None:
    """Say what the vector ID is, why it exists, and what the right answer is."""
    found = find_vector(load_corpus(corpus), vector_id)
    click.echo("\n".join(explanation(found)))
    if values and isinstance(found, Found):
        click.echo("\n".join(intermediate_lines(found)))
