"""Make the corpus: ``python -m kmsproof_vectors.build``, or with ``--check`` see that it is current.

Every file is made from code and a fixed seed, so that each build gives the same bytes.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kmsproof_vectors import readme, schemas
from kmsproof_vectors.builder import build, encode, manifest_entry
from kmsproof_vectors.cases.catalogue import recipes
from kmsproof_vectors.encoding import json_encoder
from kmsproof_vectors.load import MANIFEST_NAME, corpus_folder, data_folder, decode_file
from kmsproof_vectors.model import CORPUS_VERSION, CorpusFile, Manifest, ManifestEntry
from kmsproof_vectors.validate import corpus_problems

WITHDRAWN: dict[str, str] = {}
"""Ids that were published once and are no longer used, each with the reason."""

Made = tuple[ManifestEntry, bytes]


def make_file(number: int) -> Made:
    """Make the corpus file of one recipe."""
    recipe = recipes()[number]
    file = build(recipe)
    data = encode(file)
    return manifest_entry(file, data, f"{recipe.folder}/{file.family}.json"), data


def make_all() -> list[Made]:
    """Make all corpus files, on all cores, in the order of the recipes."""
    numbers = range(len(recipes()))
    with multiprocessing.Pool() as pool:
        return pool.map(make_file, numbers, chunksize=1)


def encoded_manifest(made: Sequence[Made]) -> bytes:
    """Return the bytes of the manifest."""
    manifest = Manifest(
        corpus_version=CORPUS_VERSION,
        files=tuple(entry for entry, _ in made),
        withdrawn=WITHDRAWN,
    )
    return msgspec.json.format(json_encoder().encode(manifest), indent=1) + b"\n"


def contents(made: Sequence[Made]) -> dict[str, bytes]:
    """Return what the corpus folder must hold, by path, the witness record aside."""
    return {entry.path: data for entry, data in made} | {MANIFEST_NAME: encoded_manifest(made)}


def problems_of(made: Sequence[Made]) -> list[str]:
    """Return what is wrong with a corpus that was made."""
    files: list[tuple[ManifestEntry, CorpusFile]] = [
        (entry, decode_file(data, Path(entry.path))) for entry, data in made
    ]
    manifest = Manifest(
        corpus_version=CORPUS_VERSION,
        files=tuple(entry for entry, _ in made),
        withdrawn=WITHDRAWN,
    )
    return corpus_problems(manifest, files)


def drift(wanted: dict[str, bytes], folder: Path) -> list[str]:
    """Return how the files in a folder differ from what they must be."""
    found = [
        f"{path} is {'not what the code makes' if (folder / path).is_file() else 'missing'}"
        for path, data in wanted.items()
        if not (folder / path).is_file() or (folder / path).read_bytes() != data
    ]
    known = {*wanted, "witnesses.json"}
    present = (file.relative_to(folder).as_posix() for file in folder.rglob("*.json"))
    return found + [f"{path} is not made by any recipe" for path in present if path not in known]


def main(arguments: list[str]) -> int:
    """Make the corpus and its schemas, or check them; return the exit code."""
    began = time.monotonic()
    made = make_all()
    wanted, folder = contents(made), corpus_folder()
    problems = problems_of(made)
    readme_path = data_folder() / "README.md"
    if "--check" in arguments:
        problems += drift(wanted, folder)
        problems += readme.drift(made, readme_path)
    elif not problems:
        _write(wanted, folder)
        readme.update(made, readme_path)
    for problem in problems[:20]:
        print(f"{problem}.", file=sys.stderr)
    if problems:
        print(f"{len(problems)} problems; 'make vectors' makes the corpus anew.", file=sys.stderr)
        return 1
    tests = sum(entry.number_of_tests for entry, _ in made)
    seconds = time.monotonic() - began
    print(f"{tests} tests in {len(made)} files, made in {seconds:.1f} s")
    return schemas.command(schemas.corpus_schemas(), arguments)


def _write(wanted: dict[str, bytes], folder: Path) -> None:
    for file in folder.rglob("*.json"):
        if file.relative_to(folder).as_posix() not in {*wanted, "witnesses.json"}:
            file.unlink()
    for path, data in wanted.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
