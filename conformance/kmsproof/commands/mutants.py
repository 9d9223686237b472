"""The command ``kmsproof mutants``."""

from __future__ import annotations

from pathlib import Path

import click

from kmsproof.commands.options import jobs_option
from kmsproof.errors import UsageError
from kmsproof.proof import prove_and_tell, repeat_and_tell

EPILOG = """
\b
Examples:
  kmsproof mutants                      judge all mutants, and print who sees which
  kmsproof mutants 'gcm/*' --jobs 2     only those of GCM
  kmsproof mutants --write              write the matrix beside the corpus

The exit code is 0 only if every deviation is seen wherever it can be seen, and the reference
without any passes everything.
"""


@click.command("mutants", epilog=EPILOG)
@click.argument("patterns", nargs=-1, metavar="[ID...]")
@jobs_option
@click.option("--write", is_flag=True, help="Write the kill matrix beside the corpus.")
@click.option("--check", is_flag=True, help="Fail if the matrix beside the corpus is another.")
@click.option(
    "--cache",
    "cache_folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build/mutants"),
    show_default=True,
    help="Where results are kept, so that only what changed is judged again.",
)
@click.option("--all", "show_all", is_flag=True, help="Print every deviation, not survivors alone.")
@click.option(
    "--quick",
    is_flag=True,
    help="Ask each mutant a few of the vectors that the matrix says kill it, and no others.",
)
@click.option(
    "--diagnose",
    "every",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Also measure the diagnosis: plant every Nth deviation and look for it; 1 plants all.",
)
@click.option(
    "--pairs",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="With --diagnose: also plant N pairs in each view.",
)
def command(
    patterns: tuple[str, ...],
    jobs: int,
    write: bool,
    check: bool,
    cache_folder: Path,
    show_all: bool,
    every: int,
    pairs: int,
    quick: bool,
) -> int:
    """Prove that the corpus sees: judge the reference with each deviation switched on.

    A deviation is one known way of being wrong. Each is switched on alone, in library mode and in
    live mode, and some vector must notice.
    """
    if quick and (patterns or write or check or show_all):
        raise UsageError(
            "A quick proof asks about the whole matrix and writes none.",
            "Give --quick alone, or with --jobs, --diagnose and --pairs.",
        )
    if quick:
        return repeat_and_tell(jobs=jobs, cache_folder=cache_folder, every=every, pairs=pairs)
    return prove_and_tell(
        patterns,
        jobs=jobs,
        write=write,
        check=check,
        cache_folder=cache_folder,
        show_all=show_all,
        every=every,
        pairs=pairs,
    )
