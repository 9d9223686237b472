"""The kill matrix for whoever explains: of this edition of the corpus, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kmsproof.corpus import Corpus
from kmsproof.errors import CorpusError
from kmsproof.live.corpus import LiveCorpus
from kmsproof.mutants.matrix import Ids, Matrix, Row, ViewKills, load_matrix, matrix_path, seen_in
from kmsproof_reference.deviations import View

MAKE_IT = "Make it with: kmsproof mutants --write"


@dataclass(frozen=True)
class KnownKills:
    """The kill matrix, and the ids that its places stand for."""

    matrix: Matrix
    ids: Ids

    def of_deviation(self, id: str, view: View) -> dict[str, str] | None:
        """Return the ids that kill a deviation and how each fails; nothing if it was not judged."""
        row = self.matrix.row(id)
        seen = seen_in(row, view) if row else ()
        if not seen:
            return None
        return {id: kind for each in seen for id, kind in self.ids.kills(each).items()}

    def by_vector(self, vector_id: str, view: View) -> dict[str, str]:
        """Return the ids of the deviations that a vector kills, and how it fails with each."""
        family = vector_id.partition("/")[0]
        found = ((row.id, self._kind(row, vector_id, family, view)) for row in self.matrix.rows)
        return {id: kind for id, kind in found if kind}

    def _kind(self, row: Row, vector_id: str, family: str, view: View) -> str:
        for seen in seen_in(row, view):
            if family in seen.files:
                of_family = ViewKills(files={family: seen.files[family]})
                kind = self.ids.kills(of_family).get(vector_id)
                if kind:
                    return kind
        return ""


def known_kills(
    corpus: Corpus, live: LiveCorpus, view: View | None = None, path: Path | None = None
) -> KnownKills | str:
    """Return what is known of the kills, or a sentence that says why nothing is.

    Args:
        corpus: the corpus of library mode.
        live: the corpus of live mode.
        view: the view that is asked about; both without it.
        path: the file of the matrix, by default that of the package.
    """
    file = path or matrix_path()
    if not file.exists():
        return f"not known: the kill matrix of this corpus has not been made. {MAKE_IT}"
    try:
        matrix = load_matrix(file)
    except CorpusError as error:
        return f"not known: {error}"
    stale = (view is not View.LIVE and matrix.corpus != corpus.digest) or (
        view is not View.LIBRARY and matrix.live_corpus != live.digest
    )
    if stale:
        return f"not known: the kill matrix is of another edition, or of another corpus. {MAKE_IT}"
    return KnownKills(matrix, Ids(corpus, live))
