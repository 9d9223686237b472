"""The command ``kmsproof crosscheck``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof.commands.options import corpus_option, jobs_option
from kmsproof.corpus import load_corpus
from kmsproof.crosscheck import (
    check_record,
    crosscheck,
    matrix_lines,
    read_record,
    write_record,
)
from kmsproof.errors import ExitCode
from kmsproof.progress import progress_for


@click.command("crosscheck")
@click.argument("witnesses", nargs=-1, metavar="TARGET...")
@click.option("--write", is_flag=True, help="Write the record beside the corpus.")
@click.option("--check", is_flag=True, help="Only check that the record is there and complete.")
@jobs_option
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@corpus_option
def command(
    witnesses: tuple[str, ...],
    write: bool,
    check: bool,
    jobs: int,
    quiet: bool,
    corpus: Path | None,
) -> int:
    """Let each TARGET answer the whole corpus, print who agreed, and record it.

    By default the witnesses are reference, cryptography and pycryptodome; add a pkcs11: token.
    """
    loaded = load_corpus(corpus)
    if check:
        record = read_record(loaded.folder)
    else:
        targets = witnesses or ("reference", "cryptography", "pycryptodome")
        with progress_for(quiet=quiet) as progress:
            record, _ = crosscheck(loaded, targets, progress, jobs)
        click.echo("\n".join(matrix_lines(record)))
        if write:
            click.echo(f"Record: {write_record(record, loaded.folder)}")
    problems = check_record(loaded, record)
    for problem in problems:
        click.echo(f"kmsproof: {problem}", err=True)
    if problems:
        click.echo("  Run 'make vectors', and look at the findings.", err=True)
        return ExitCode.HARNESS
    if check:
        click.echo(f"Every one of {loaded.total} tests has its witnesses.")
    return ExitCode.CONFORMANT
