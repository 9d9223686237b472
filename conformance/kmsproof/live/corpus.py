"""The live corpus as a run sees it: every file checked against the manifest, each loaded once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from kmsproof.errors import CorpusError, UsageError
from kmsproof.results import Mode
from kmsproof.selection import Filters, selected_live_tests
from kmsproof_vectors.live.load import live_folder, load_live_file, load_live_manifest
from kmsproof_vectors.live.model import (
    LiveEntry,
    LiveFile,
    LiveManifest,
    LiveTest,
    LiveUniformity,
)
from kmsproof_vectors.load import CorpusFault


class LiveCorpus:
    """A live corpus that is loaded file by file, when a file is wanted for the first time."""

    def __init__(self, folder: Path, manifest: LiveManifest, digest: str) -> None:
        """Take what ``load_live_corpus`` found."""
        self.folder = folder
        self.manifest = manifest
        self.digest = digest
        """Digest of the manifest, lower-case hex SHA-256."""
        self._files: dict[str, LiveFile] = {}

    def file(self, entry: LiveEntry) -> LiveFile:
        """Return a file.

        Raises:
            CorpusError: if it is missing, unreadable, or not what the manifest says.
        """
        if entry.family not in self._files:
            try:
                self._files[entry.family] = load_live_file(self.folder, entry)
            except CorpusFault as fault:
                raise CorpusError(fault.message, fault.remedy) from None
        return self._files[entry.family]

    def files(self, filters: Filters, modes: tuple[Mode, ...]) -> list[LiveFile]:
        """Return the files of some modes that hold anything the filters let through."""
        found = [
            self.file(entry)
            for entry in self.manifest.files
            if filters.takes_file(entry) and mode_of(entry) in modes
        ]
        return [file for file in found if selected_live_tests(file, filters)]

    def words(self) -> Iterator[str]:
        """Yield what a filter can name: families, flags, classes; for suggestions."""
        for entry in self.manifest.files:
            yield entry.family
            file = self.file(entry)
            yield from file.notes
            yield from file.classes


def mode_of(entry: LiveEntry | LiveFile) -> Mode:
    """Return whether a file judges the rules of keys or what is done with them."""
    return Mode.POLICY if entry.family.startswith("policy-") else Mode.LIVE


def is_live(vector_id: str) -> bool:
    """Whether an id is one of the live corpus."""
    return vector_id.startswith(("live-", "policy-"))


def find_live_vector(corpus: LiveCorpus, wanted: str) -> tuple[LiveFile, LiveTest | LiveUniformity]:
    """Return the live vector or set of refusals with an id, and the file it stands in.

    Raises:
        UsageError: if there is none; the error names the nearest ids.
    """
    family = wanted.partition("/")[0]
    known = [entry.family for entry in corpus.manifest.files]
    for entry in corpus.manifest.files:
        if entry.family == family:
            file = corpus.file(entry)
            found: list[LiveTest | LiveUniformity] = [*file.tests, *file.uniformities]
            for each in found:
                if each.id == wanted:
                    return file, each
            known = [each.id for each in found]
    close = difflib.get_close_matches(wanted if "/" in known[0] else family, known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    raise UsageError(
        f"There is no live vector {wanted!r}.", f"{hint}See 'kmsproof list vectors --mode live'."
    )


def load_live_corpus(folder: Path | None = None) -> LiveCorpus:
    """Load the manifest of a live corpus, by default of the one that comes with kmsproof.

    Raises:
        CorpusError: if there is none, or it is not what it should be.
        UsageError: if the folder is that of another kind of corpus.
    """
    found = folder or live_folder()
    if folder is not None and not folder.is_dir():
        raise UsageError(
            f"{folder} is no folder, and live vectors come as one.",
            "Leave --corpus out, or run these files with --mode library.",
        )
    try:
        manifest, digest = load_live_manifest(found)
    except CorpusFault as fault:
        raise CorpusError(fault.message, fault.remedy) from None
    return LiveCorpus(found, manifest, digest)
