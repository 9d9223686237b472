"""Read external corpora from a path: which format a file has, and what is in a folder."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kmsproof_vectors.external.collector import Collector
from kmsproof_vectors.external.from_cavp import read_cavp
from kmsproof_vectors.external.from_wycheproof import read_wycheproof
from kmsproof_vectors.load import CorpusFault
from kmsproof_vectors.model import CorpusFile, Manifest, ManifestEntry

SUFFIXES = (".json", ".rsp", ".txt")
"""How the files of external corpora end: Wycheproof's, and those of CAVP."""

VERSION = "external"
"""What stands for the version of a corpus that has none."""


@dataclass(frozen=True)
class ExternalCorpus:
    """What was found."""

    manifest: Manifest
    files: dict[str, CorpusFile]
    """By family."""
    left_out: Counter[str]
    """Tests that were not taken, by why."""


def read_external(path: Path) -> ExternalCorpus:
    """Read a file, or all files of external corpora below a folder.

    Raises:
        CorpusFault: if there is none, or one cannot be read.
    """
    found = sorted(_files_below(path)) if path.is_dir() else [path]
    if not found:
        raise CorpusFault(
            f"There is no corpus in {path}.",
            "Name a folder with a manifest.json, or files of Wycheproof (.json) or CAVP (.rsp).",
        )
    files: dict[str, CorpusFile] = {}
    entries: list[ManifestEntry] = []
    left_out: Counter[str] = Counter()
    for one in found:
        data = _content(one)
        collector = _collector(one, data)
        left_out.update(collector.left_out)
        for file in collector.files():
            if file.family in files:
                raise CorpusFault(
                    f"{one} and another file are both called {file.family}.",
                    "Run them one after the other.",
                )
            files[file.family] = file
            entries.append(_entry(one, file, hashlib.sha256(data).hexdigest()))
    return ExternalCorpus(Manifest(corpus_version=VERSION, files=tuple(entries)), files, left_out)


def _files_below(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.suffix in SUFFIXES and file.is_file())


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CorpusFault(
            f"The corpus file {file} cannot be read: {error.strerror or 'it is not there'}.",
            "Name a readable file or folder.",
        ) from None


def _collector(file: Path, data: bytes) -> Collector:
    reader = read_wycheproof if file.suffix == ".json" else read_cavp
    try:
        return reader(data.decode("utf-8"), file.name)
    except (ValueError, KeyError) as error:  # the decoders of UTF-8 and JSON raise ValueError too
        raise CorpusFault(
            f"{file} is no file of an external corpus that is understood: {error}.",
            "Understood are test files of Wycheproof (.json) and response files of CAVP (.rsp).",
        ) from None


def _entry(path: Path, file: CorpusFile, digest: str) -> ManifestEntry:
    return ManifestEntry(
        path=path.name,
        family=file.family,
        key_spec=file.key_spec,
        algorithm=file.algorithm,
        padding=file.padding,
        number_of_tests=file.number_of_tests,
        sha256=digest,
    )
