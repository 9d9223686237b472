"""The corpus as a run sees it: every file checked against the manifest, each loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kmsproof.errors import CorpusError
from kmsproof.selection import Filters, selected_groups
from kmsproof_vectors.load import CorpusFault, corpus_folder, load_file, load_manifest
from kmsproof_vectors.model import CorpusFile, Manifest, ManifestEntry
from kmsproof_vectors.validate import corpus_problems, schema_problems

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

    Args:
        folder: where the corpus is.
        check_rules: whether the files of a folder that is given are held to the rules of a corpus
            when they are loaded; our own corpus keeps them.

    Raises:
        CorpusError: if there is none, or it is not what it should be.
    """
    try:
        found = folder or corpus_folder()
        manifest, digest = load_manifest(found)
    except CorpusFault as fault:
        raise CorpusError(fault.message, fault.remedy) from None
    return Corpus(found, manifest, digest, foreign=check_rules and folder is not None)


def validate_corpus(folder: Path | None) -> str:
    """Check every file of a corpus: digest, schema, and the rules that no schema can state.

    Returns:
        One sentence about a corpus that is in order.

    Raises:
        CorpusError: if anything is wrong; the error lists the first problems.
    """
    corpus = load_corpus(folder, check_rules=False)
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
