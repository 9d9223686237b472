"""Write corpus files to a folder, with a manifest, as a user's own corpus."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

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


def write_documents(folder: Path, documents: Sequence[Any]) -> Path:
    """Write documents, spoilt ones too, with a manifest that says of each what it can.

    Bytes are written as they are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    for number, document in enumerate(documents):
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        (folder / f"{number}.json").write_bytes(data)
        fields = _fields(data)
        entries.append(
            {
                "path": f"{number}.json",
                "family": fields.get("family", "a"),
                "key_spec": fields.get("key_spec", "EC_P256"),
                "algorithm": fields.get("algorithm", "GCM"),
                "padding": fields.get("padding"),
                "number_of_tests": fields.get("number_of_tests", 1),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        )
    manifest = {"corpus_version": CORPUS_VERSION, "files": entries}
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest))
    return folder


def _fields(data: bytes) -> dict[str, Any]:
    try:
        found: object = json.loads(data)
    except ValueError:
        return {}
    return cast(dict[str, Any], found) if isinstance(found, dict) else {}
