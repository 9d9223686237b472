"""Write the tiers beside the corpus, or compare those that are there.

``python -m kmsproof.tiers.build`` writes them; with ``--check`` it fails if those that are
there are not what the corpus and the kill matrix give.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from kmsproof.corpus import load_corpus
from kmsproof.errors import CorpusError
from kmsproof.live.corpus import load_live_corpus
from kmsproof.mutants.matrix import load_matrix, matrix_path
from kmsproof.tiers.choosing import chosen_tiers
from kmsproof.tiers.model import MAKE_THEM, Tiers, tiers_path, written
from kmsproof.tiers.telling import lines_of, shortfalls


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tiers, or with ``--check`` compare them; return the exit code."""
    parser = argparse.ArgumentParser(description="Make the tiers of the corpus.")
    parser.add_argument("--check", action="store_true", help="compare only, and write nothing")
    parser.add_argument("--matrix", type=Path, default=matrix_path(), help="the kill matrix")
    parser.add_argument("--out", type=Path, default=tiers_path(), help="the file that is written")
    options = parser.parse_args(arguments)
    try:
        tiers = made(options.matrix)
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 1
    text = written(tiers)
    if options.check:
        return _compare(text, options.out)
    options.out.write_bytes(text)
    print(*lines_of(tiers), *shortfalls(tiers), sep="\n")
    return 0


def made(matrix_file: Path) -> Tiers:
    """Return the tiers that follow from a kill matrix of the package's corpus.

    Raises:
        CorpusError: if the matrix is missing, broken, or of another edition.
    """
    matrix = load_matrix(matrix_file)
    corpus, live = load_corpus(None), load_live_corpus()
    if (matrix.corpus, matrix.live_corpus) != (corpus.digest, live.digest):
        raise CorpusError(
            f"The kill matrix {matrix_file} is of another edition of the corpus.",
            "Make it with: kmsproof mutants --write",
        )
    digest = hashlib.sha256(matrix_file.read_bytes()).hexdigest()
    return chosen_tiers(matrix, digest, corpus, live)


def _compare(text: bytes, file: Path) -> int:
    if file.is_file() and file.read_bytes() == text:
        return 0
    said = "differs from what the kill matrix gives" if file.is_file() else "is missing"
    print(f"{file} {said}. {MAKE_THEM}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
