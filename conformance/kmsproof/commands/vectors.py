"""The commands ``kmsproof vectors validate`` and ``kmsproof vectors stats``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof.catalogue import class_lines, family_lines
from kmsproof.commands.options import corpus_option
from kmsproof.corpus import load_corpus, validate_corpus


@click.group("vectors")
def command() -> None:
    """Check the corpus or count what is in it."""


@command.command()
@corpus_option
def validate(corpus: Path | None) -> None:
    """Check digests, schemas and rules of every corpus file."""
    click.echo(validate_corpus(corpus))


@command.command()
@corpus_option
def stats(corpus: Path | None) -> None:
    """Count the vectors by parameter set and by edge-case class."""
    loaded = load_corpus(corpus)
    click.echo(f"Corpus {loaded.manifest.corpus_version}, manifest sha256 {loaded.digest}")
    click.echo(f"{loaded.total} vectors in {len(loaded.manifest.files)} parameter sets\n")
    click.echo("\n".join(family_lines(loaded)))
    click.echo()
    click.echo("\n".join(class_lines(loaded)))
