"""The kill matrix: which vectors see which deviation, as data beside the corpus.

A vector kills a deviation if the reference with it gives an answer that is not green where the
reference without it is. Vectors are named by their place in their file, so that thousands of them
take a line; the digests of the files say which edition the places belong to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

import msgspec

from kmsproof.corpus import Corpus
from kmsproof.errors import CorpusError
from kmsproof.live.corpus import LiveCorpus
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_reference.deviations import View
from kmsproof_vectors.encoding import json_decoder, json_encoder
from kmsproof_vectors.live.model import LiveFile
from kmsproof_vectors.load import corpus_folder
from kmsproof_vectors.model import CorpusFile, Model

MATRIX_NAME = "mutants.json"
"""Name of the matrix, beside the manifest of the corpus."""

Kills = Mapping[str, str]
"""The ids of the vectors that kill a deviation, and how each fails."""

Places = dict[str, str]
"""How vectors of a file fail, and their places in it as ranges: ``0-3 7``."""


class ViewKills(Model, frozen=True, kw_only=True):
    """What a view sees of a deviation."""

    files: dict[str, Places] = msgspec.field(default_factory=dict[str, Places])
    """By the family of the file; empty for a survivor."""


class Row(Model, frozen=True, kw_only=True):
    """A deviation, and what kills it."""

    id: str
    library: ViewKills | None = None
    """Absent where it was not judged in this view."""
    live: ViewKills | None = None
    """With keys of the level HSM, and of a target without levels."""
    software: ViewKills | None = None
    external: ViewKills | None = None


class Matrix(Model, frozen=True, kw_only=True):
    """The kill matrix."""

    corpus: str
    """Digest of the manifest of the corpus of library mode."""
    live_corpus: str
    judged: dict[str, int]
    """The files that were judged, and the number of vectors in each."""
    rows: tuple[Row, ...]

    def row(self, id: str) -> Row | None:
        """Return the row of a deviation."""
        return next((row for row in self.rows if row.id == id), None)


def seen_in(row: Row, view: View) -> tuple[ViewKills, ...]:
    """Return what a view sees of a deviation, at each level where it was judged."""
    found = (row.library,) if view is View.LIBRARY else (row.live, row.software, row.external)
    return tuple(each for each in found if each is not None)


def seen_at(row: Row, view: View, level: ProtectionLevel | None) -> ViewKills | None:
    """Return what a view sees with keys of a level.

    What is wrong in an algorithm is judged with keys of one level, and is the same at all.
    """
    if view is View.LIBRARY:
        return row.library
    at = {ProtectionLevel.SOFTWARE: row.software, ProtectionLevel.EXTERNAL: row.external}
    return (at.get(level) if level else None) or row.live


def ids_of(file: CorpusFile | LiveFile) -> tuple[str, ...]:
    """Return the ids of a file in their order, which is that of the places in a matrix."""
    if isinstance(file, LiveFile):
        tests = [test.id for test in file.tests]
    else:
        tests = [test.id for group in file.groups for test in group.tests]
    return (*tests, *(each.id for each in file.uniformities))


class Ids:
    """The ids of all files, for turning places into ids and back."""

    def __init__(self, corpus: Corpus, live: LiveCorpus) -> None:
        """Take the two corpora; files are loaded when they are asked for."""
        self._corpus, self._live = corpus, live
        self._library = {entry.family for entry in corpus.manifest.files}
        self._entries = {entry.family: entry for entry in live.manifest.files}
        self._ids: dict[str, tuple[str, ...]] = {}
        self._by_id: dict[str, dict[str, int]] = {}

    def of(self, family: str) -> tuple[str, ...]:
        """Return the ids of a file in their order. Raises `CorpusError` if there is none."""
        if family not in self._ids:
            if family in self._library:
                self._ids[family] = ids_of(self._corpus.file(family))
            elif family in self._entries:
                self._ids[family] = ids_of(self._live.file(self._entries[family]))
            else:
                raise CorpusError(
                    f"The kill matrix names the file {family}, which the corpus has not.",
                    "Make it again with: kmsproof mutants --write",
                )
        return self._ids[family]

    def kills(self, seen: ViewKills) -> dict[str, str]:
        """Return the ids that kill a deviation, and how each fails."""
        return {
            self.of(family)[place]: kind
            for family, places in seen.files.items()
            for kind, ranges in places.items()
            for place in _places(ranges)
        }

    def seen(self, kills: Kills) -> ViewKills:
        """Return the same as places."""
        by_family: dict[str, dict[str, list[int]]] = {}
        for id, kind in kills.items():
            family = id.partition("/")[0]
            place = self._place(family, id)
            by_family.setdefault(family, {}).setdefault(kind, []).append(place)
        return ViewKills(
            files={
                family: {kind: _ranges(found) for kind, found in sorted(kinds.items())}
                for family, kinds in sorted(by_family.items())
            }
        )

    def _place(self, family: str, id: str) -> int:
        if family not in self._by_id:
            self._by_id[family] = {each: place for place, each in enumerate(self.of(family))}
        return self._by_id[family][id]


def _ranges(places: Iterable[int]) -> str:
    """Return numbers as ``0-3 7``."""
    runs = groupby(enumerate(sorted(places)), key=lambda pair: pair[1] - pair[0])
    spans = [[place for _, place in run] for _, run in runs]
    return " ".join(f"{s[0]}-{s[-1]}" if len(s) > 1 else str(s[0]) for s in spans)


def ranges_of(ranges: str) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of each range of ``0-3 7``."""
    for span in ranges.split():
        first, _, last = span.partition("-")
        yield int(first), int(last or first)


def _places(ranges: str) -> Iterator[int]:
    for first, last in ranges_of(ranges):
        yield from range(first, last + 1)


def matrix_path() -> Path:
    """Return where the matrix of the package's corpus is."""
    return corpus_folder() / MATRIX_NAME


def load_matrix(path: Path | None = None) -> Matrix:
    """Read a kill matrix, by default that of the package.

    Raises:
        CorpusError: if it is missing or broken.
    """
    file = path or matrix_path()
    try:
        return json_decoder(Matrix).decode(file.read_bytes())
    except OSError as error:
        raise CorpusError(
            f"The kill matrix {file} cannot be read: {error.strerror}.",
            "Make it with: kmsproof mutants --write",
        ) from None
    except msgspec.DecodeError as error:
        raise CorpusError(
            f"{file} is no kill matrix ({error}).", "Make it with: kmsproof mutants --write"
        ) from None


def written(matrix: Matrix) -> bytes:
    """Return a matrix as it is written: a line for each row, so that a change can be read."""
    encode = json_encoder().encode
    head = msgspec.to_builtins(msgspec.structs.replace(matrix, rows=()))
    head.pop("rows", None)
    first = encode(head)[:-1]
    rows = b",\n".join(encode(row) for row in matrix.rows)
    return first + b',"rows":[\n' + rows + b"\n]}\n"
