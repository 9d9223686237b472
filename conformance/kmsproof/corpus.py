"""The corpus as a run sees it: every file checked against the manifest, each loaded once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kmsproof.errors import CorpusError
from kmsproof.selection import Filters, selected_groups
from kmsproof_vectors.encoding import json_encoder
from kmsproof_vectors.load import (
    MANIFEST_NAME,
    CorpusFault,
    corpus_folder,
    load_file,
    load_manifest,
)
from kmsproof_vectors.model import CorpusFile, Manifest, ManifestEntry
from kmsproof_vectors.schemas import FILE_SCHEMA
from kmsproof_vectors.validate import corpus_problems, schema_problems

if TYPE_CHECKING:
    from kmsproof_vectors.external.read import ExternalCorpus

SHOWN_PROBLEMS = 20
"""How many problems of a corpus are listed."""


class Corpus:
    """A corpus that is loaded file by file, when a file is wanted for the first time."""

    def __init__(
        self, folder: Path, manifest: Manifest, digest: str, *, foreign: bool = False
    ) -> None:
        """Take what ``load_corpus`` found.

        Args:
            folder: where the files are.
            manifest: what they must be.
            digest: of the manifest.
            foreign: whether this is not our own corpus, and its rules are checked here.
        """
        self.folder = folder
        self.manifest = manifest
        self._foreign = foreign
        self.digest = digest
        """Digest of the manifest, lower-case hex SHA-256."""
        self._files: dict[str, CorpusFile] = {}
        self.left_out: dict[str, int] = {}
        """Tests of an external corpus that have no place here, by why."""
        self.is_external = False

    @classmethod
    def external(cls, path: Path, found: ExternalCorpus) -> Corpus:
        """Return what was read from the files of an external corpus."""
        digest = hashlib.sha256(json_encoder().encode(found.manifest)).hexdigest()
        corpus = cls(path, found.manifest, digest)
        corpus._files.update(found.files)
        corpus.left_out.update(found.left_out)
        corpus.is_external = True
        return corpus

    @property
    def total(self) -> int:
        """Number of tests, by the manifest."""
        return sum(entry.number_of_tests for entry in self.manifest.files)

    def file(self, family: str) -> CorpusFile:
        """Return the file of one parameter set.

        Raises:
            CorpusError: if it is missing, unreadable, or not what the manifest says.
        """
        found = self._files.get(family)
        if found is None:
            entry = next(entry for entry in self.manifest.files if entry.family == family)
            found = self._files[family] = self._load(entry)
        return found

    def _load(self, entry: ManifestEntry) -> CorpusFile:
        try:
            file = load_file(self.folder, entry)
        except CorpusFault as fault:
            raise CorpusError(fault.message, fault.remedy) from None
        problems = corpus_problems(self.manifest, [(entry, file)]) if self._foreign else []
        if problems:
            raise CorpusError(
                f"{self.folder / entry.path} breaks the rules of a corpus: {problems[0]}.",
                f"See all problems with: kmsproof vectors validate --corpus {self.folder}.",
            )
        return file

    def files(self, filters: Filters) -> list[CorpusFile]:
        """Return the files that hold anything the filters let through."""
        wanted = [
            self.file(entry.family) for entry in self.manifest.files if filters.takes_file(entry)
        ]
        if not filters.narrows():
            return wanted
        return [file for file in wanted if any(True for _ in selected_groups(file, filters))]

    def count(self, filters: Filters) -> int:
        """Return how many tests the filters let through, controls included."""
        return sum(
            len(tests)
            for file in self.files(filters)
            for _, tests in selected_groups(file, filters)
        )

    def words(self) -> Iterator[str]:
        """Yield what a filter can name: families, flags, classes; for suggestions."""
        for entry in self.manifest.files:
            yield entry.family
            file = self.file(entry.family)
            yield from file.notes
            yield from file.classes


def load_corpus(folder: Path | None, *, check_rules: bool = True) -> Corpus:
    """Load the manifest of a corpus, by default of the one that comes with kmsproof.

    What has no manifest is read as an external corpus: files of Wycheproof or of CAVP.

    Args:
        folder: where the corpus is, or a file of an external one.
        check_rules: whether the files of a folder that is given are held to the rules of a corpus
            when they are loaded; our own corpus keeps them.

    Raises:
        CorpusError: if there is none, or it is not what it should be.
    """
    try:
        if folder is not None and _is_external(folder):
            from kmsproof_vectors.external.read import read_external

            return Corpus.external(folder, read_external(folder))
        found = folder or corpus_folder()
        manifest, digest = load_manifest(found)
    except CorpusFault as fault:
        raise CorpusError(fault.message, fault.remedy) from None
    return Corpus(found, manifest, digest, foreign=check_rules and folder is not None)


def _is_external(path: Path) -> bool:
    """Whether there is something at a path, and it is no corpus of ours, damaged or not."""
    if not path.is_dir():
        return path.exists()
    if (path / MANIFEST_NAME).exists():
        return False
    schema = FILE_SCHEMA.encode()
    return not any(schema in file.read_bytes()[:200] for file in path.rglob("*.json"))


def validate_corpus(folder: Path | None) -> str:
    """Check every file of a corpus: digest, schema, and the rules that no schema can state.

    Returns:
        One sentence about a corpus that is in order.

    Raises:
        CorpusError: if anything is wrong; the error lists the first problems.
    """
    corpus = load_corpus(folder, check_rules=False)
    if corpus.is_external:
        return f"{corpus.total} tests in {len(corpus.manifest.files)} files of an external corpus."
    files = [(entry, corpus.file(entry.family)) for entry in corpus.manifest.files]
    problems = corpus_problems(corpus.manifest, files)
    problems += schema_problems(corpus.folder, corpus.manifest)
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems[:SHOWN_PROBLEMS])
        raise CorpusError(
            f"The corpus in {corpus.folder} has {len(problems)} problems:\n{listed}",
            "Correct the code that makes it and run 'make vectors'.",
        )
    return f"{corpus.total} tests in {len(files)} files: digests, schemas and rules are in order."
