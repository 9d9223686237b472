"""Find the live corpus and load it: manifest, files, digests."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from kmsproof_vectors.encoding import json_decoder
from kmsproof_vectors.live.model import LIVE_VERSION, LiveEntry, LiveFile, LiveManifest
from kmsproof_vectors.load import MANIFEST_NAME, REMEDY, CorpusFault, corpus_folder, read

FOLDER_NAME = "live"
"""Name of the folder of the live corpus, in that of the corpus."""


def live_folder() -> Path:
    """Return the folder of the live corpus that comes with the package."""
    return corpus_folder() / FOLDER_NAME


def load_live_manifest(folder: Path) -> tuple[LiveManifest, str]:
    """Read the manifest of a live corpus.

    Returns:
        The manifest and the SHA-256 of its bytes in lower-case hex.

    Raises:
        CorpusFault: if there is none, it is broken, or it is of another version.
    """
    path = folder / MANIFEST_NAME
    data = read(path)
    try:
        manifest = json_decoder(LiveManifest).decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CorpusFault(f"{path} is no manifest of a live corpus ({error}).", REMEDY) from None
    if manifest.live_version.split(".")[0] != LIVE_VERSION.split(".")[0]:
        raise CorpusFault(
            f"The live corpus in {folder} has version {manifest.live_version}, "
            f"this program reads version {LIVE_VERSION}.",
            "Use a corpus and a program of the same first number.",
        )
    return manifest, hashlib.sha256(data).hexdigest()


def load_live_file(folder: Path, entry: LiveEntry) -> LiveFile:
    """Read one file of a live corpus and see that it is the one in the manifest.

    Raises:
        CorpusFault: if it is missing, broken or another one.
    """
    path = folder / entry.path
    data = read(path)
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        raise CorpusFault(
            f"{path} is not the file that the manifest describes: its SHA-256 differs.", REMEDY
        )
    try:
        return json_decoder(LiveFile).decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CorpusFault(
            f"{path} is not in the format of live vectors ({error}).", REMEDY
        ) from None
