"""Write corpus files to a folder, with a manifest, as a user's own corpus."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from kmsproof_testing.corpora import TINY
from kmsproof_vectors.encoding import json_encoder
from kmsproof_vectors.load import MANIFEST_NAME
from kmsproof_vectors.model import CORPUS_VERSION, CorpusFile, Manifest, ManifestEntry


def write_corpus(folder: Path, files: Sequence[CorpusFile] = TINY) -> Path:
    """Write files and their manifest to a folder, as ``load_corpus`` wants them."""
    folder.mkdir(parents=True, exist_ok=True)
    encode = json_encoder().encode
    entries: list[ManifestEntry] = []
    for file in files:
        data = encode(file)
        (folder / f"{file.family}.json").write_bytes(data)
        entries.append(
            ManifestEntry(
                path=f"{file.family}.json",
                family=file.family,
                key_spec=file.key_spec,
                algorithm=file.algorithm,
                padding=file.padding,
                number_of_tests=file.number_of_tests,
                sha256=hashlib.sha256(data).hexdigest(),
            )
        )
    manifest = Manifest(corpus_version=CORPUS_VERSION, files=tuple(entries))
    (folder / MANIFEST_NAME).write_bytes(encode(manifest))
    return folder
