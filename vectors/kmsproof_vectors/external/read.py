"""Read external corpora from a path: which format a file has, and what is in a folder."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kmsproof_vectors.encoding import json_decoder, json_encoder
from kmsproof_vectors.external.collector import Collector
from kmsproof_vectors.external.from_cavp import read_cavp
from kmsproof_vectors.external.from_wycheproof import read_wycheproof
from kmsproof_vectors.load import CorpusFault
from kmsproof_vectors.model import CorpusFile, Manifest, ManifestEntry

SUFFIXES = (".json", ".rsp", ".txt")
"""How the files of external corpora end: Wycheproof's, and those of CAVP."""

_NOT_UNDERSTOOD = (
    *(ValueError, KeyError, TypeError, OverflowError, RecursionError),
    msgspec.DecodeError,
)
"""What comes of a file whose fields have other types, or values beyond all bounds."""

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
        for file in _files_of(one, collector):
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
    except _NOT_UNDERSTOOD as error:  # the decoders of UTF-8 and JSON raise ValueError too
        raise _not_understood(file, str(error)) from None


def _files_of(path: Path, collector: Collector) -> list[CorpusFile]:
    """Return the corpus files that were made of one, held to the types of our own."""
    encode, decode = json_encoder().encode, json_decoder(CorpusFile).decode
    try:
        files = [decode(encode(file)) for file in collector.files()]
    except _NOT_UNDERSTOOD as error:
        raise _not_understood(path, str(error)) from None
    ids = Counter(test.id for file in files for group in file.groups for test in group.tests)
    twice = [name for name, count in ids.items() if count > 1]
    if twice:
        raise _not_understood(path, f"two of its tests are called {twice[0]}")
    return files


def _not_understood(path: Path, why: str) -> CorpusFault:
    return CorpusFault(
        f"{path} is no file of an external corpus that is understood: {why}.",
        "Understood are test files of Wycheproof (.json) and response files of CAVP (.rsp).",
    )


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
