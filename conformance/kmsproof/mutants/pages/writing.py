"""Write the pages about deviations, or compare those that are there."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from kmsproof.corpus import load_corpus
from kmsproof.errors import CorpusError
from kmsproof.live.corpus import load_live_corpus
from kmsproof.mutants.loading import MAKE_IT, KnownKills, known_kills
from kmsproof.mutants.matrix import Matrix
from kmsproof.mutants.pages.catalogue_pages import FOLDER, catalogue_pages
from kmsproof.mutants.pages.matrix_page import NAME, matrix_page
from kmsproof_reference.deviations import Deviation, catalogue

WRITE_THEM = "Write them with: python -m kmsproof.mutants.pages"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or with ``--check`` compare them; return the exit code."""
    parser = argparse.ArgumentParser(description="Make the pages about deviations.")
    parser.add_argument("--check", action="store_true", help="compare only, and write nothing")
    parser.add_argument("--folder", type=Path, default=Path("docs"), help="where the pages are")
    parser.add_argument("--matrix", type=Path, help="the kill matrix, by default the corpus's")
    options = parser.parse_args(None if arguments is None else list(arguments))
    try:
        made = pages(options.matrix)
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 1
    if not options.check:
        _write(made, options.folder)
        return 0
    problems = differences(made, options.folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(WRITE_THEM, file=sys.stderr)
    return 1 if problems else 0


def pages(matrix: Path | None = None) -> dict[str, bytes]:
    """Return all pages, by their names in the folder of the documentation.

    Raises:
        CorpusError: if the kill matrix is not of this corpus and this catalogue.
    """
    known = known_kills(load_corpus(None), load_live_corpus(None), path=matrix)
    if not isinstance(known, KnownKills):
        raise CorpusError(f"What kills a deviation is {known}", "")
    _check_rows(known.matrix, catalogue())
    return {**catalogue_pages(catalogue().values()), NAME: matrix_page(known, catalogue())}


def _check_rows(matrix: Matrix, deviations: Mapping[str, Deviation]) -> None:
    other = sorted({row.id for row in matrix.rows} ^ deviations.keys())
    if other:
        raise CorpusError(
            f"The kill matrix is of another catalogue: only one of them has {', '.join(other)}.",
            MAKE_IT,
        )


def differences(made: Mapping[str, bytes], folder: Path) -> list[str]:
    """Return a sentence for each page that is missing, is another, or is none of them."""
    found = [
        f"{folder / name} {'differs' if (folder / name).is_file() else 'is missing'}."
        for name, text in made.items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != text
    ]
    there = {f"{FOLDER}/{path.name}" for path in (folder / FOLDER).glob("*")}
    return [*found, *(f"{folder / name} is not made any more." for name in sorted(there - {*made}))]


def _write(made: Mapping[str, bytes], folder: Path) -> None:
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    for path in (folder / FOLDER).glob("*.md"):
        if f"{FOLDER}/{path.name}" not in made:
            path.unlink()
    for name, text in made.items():
        (folder / name).write_bytes(text)
