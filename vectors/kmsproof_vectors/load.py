"""Find the corpus and load it: manifest, files, digests."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

import msgspec

from kmsproof_vectors.encoding import json_decoder
from kmsproof_vectors.model import CORPUS_VERSION, CorpusFile, Manifest, ManifestEntry

MANIFEST_NAME = "manifest.json"

REMEDY = "Restore the file, install kmsproof again, or in a checkout run 'make vectors'."
"""What to do about a file that is not as it was published."""

_MANIFEST_DECODER = json_decoder(Manifest)
_FILE_DECODER = json_decoder(CorpusFile)


class CorpusFault(Exception):
    """A corpus cannot be used: what is wrong and where, and what to do about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.message = message
        self.remedy = remedy


def data_folder() -> Path:
    """Return the folder of ``corpus`` and ``schemas``: in the wheel, else in the checkout."""
    package = Path(str(files("kmsproof_vectors")))
    return package if (package / "corpus").is_dir() else Path(__file__).parents[1]


def corpus_folder() -> Path:
    """Return the folder of the corpus that comes with the package."""
    return data_folder() / "corpus"


def schema_folder() -> Path:
    """Return the folder of the published JSON Schemas."""
    return data_folder() / "schemas"


def load_manifest(folder: Path) -> tuple[Manifest, str]:
    """Read the manifest of a corpus.

    Returns:
        The manifest and the SHA-256 of its bytes in lower-case hex.

    Raises:
        CorpusFault: if there is none, it is broken, or it is of another corpus version.
    """
    path = folder / MANIFEST_NAME
    data = read(path, "Give the folder that holds a corpus and its manifest.json.")
    try:
        manifest = _MANIFEST_DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CorpusFault(
            f"{path} is no manifest of a corpus ({error}).",
            REMEDY,
        ) from None
    if manifest.corpus_version.split(".")[0] != CORPUS_VERSION.split(".")[0]:
        raise CorpusFault(
            f"The corpus in {folder} has version {manifest.corpus_version}, "
            f"this program reads version {CORPUS_VERSION}.",
            "Use a corpus and a program of the same first number.",
        )
    return manifest, hashlib.sha256(data).hexdigest()


def load_file(folder: Path, entry: ManifestEntry) -> CorpusFile:
    """Read one corpus file and see that it is the one in the manifest.

    Raises:
        CorpusFault: if it is missing, unreadable, broken, has another digest, or is about something
            else than the manifest says.
    """
    path = folder / entry.path
    data = read(path)
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        raise CorpusFault(
            f"{path} is not the file that the manifest describes: its SHA-256 differs.",
            REMEDY,
        )
    file = decode_file(data, path)
    if (file.family, file.number_of_tests) != (entry.family, entry.number_of_tests):
        raise CorpusFault(
            f"The manifest says that {path} holds {entry.number_of_tests} tests of {entry.family}; "
            f"it holds {file.number_of_tests} of {file.family}.",
            REMEDY,
        )
    return file


def decode_file(data: bytes, path: Path) -> CorpusFile:
    """Decode a corpus file.

    Raises:
        CorpusFault: if it is not in the corpus format.
    """
    try:
        return _FILE_DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CorpusFault(
            f"{path} is not in the corpus format ({error}).",
            REMEDY,
        ) from None


def read(path: Path, remedy: str = REMEDY) -> bytes:
    """Read a file.

    Raises:
        CorpusFault: if it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise CorpusFault(f"{path} cannot be read: {error.strerror}.", remedy) from None
