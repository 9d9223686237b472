"""Make the corpus: ``python -m kmsproof_vectors.build``; with ``--check`` see that it is current.

Every file is made from code and a fixed seed, so that each build gives the same bytes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

from kmsproof_vectors import readme, schemas
from kmsproof_vectors.builder import build, encode, encoded_manifest, manifest_entry, manifest_of
from kmsproof_vectors.case import BrokenCase
from kmsproof_vectors.cases.catalogue import recipes
from kmsproof_vectors.live import build as live_build
from kmsproof_vectors.live.load import FOLDER_NAME as LIVE_FOLDER_NAME
from kmsproof_vectors.live.load import live_folder
from kmsproof_vectors.load import MANIFEST_NAME, corpus_folder, data_folder, decode_file
from kmsproof_vectors.model import ManifestEntry
from kmsproof_vectors.validate import corpus_problems

WITNESS_RECORD = "witnesses.json"

OF_OTHERS = frozenset({WITNESS_RECORD, "mutants.json", "tiers.json"})
"""Files beside the corpus that are not made of recipes: who agrees with it, what it sees, and which
vectors see most."""
"""The one file beside the corpus that is not made here: who confirmed it."""

LIVE = f"{LIVE_FOLDER_NAME}/"
"""How the paths of the live corpus begin, which has a manifest of its own."""

SHOWN_PROBLEMS = 20

Made = tuple[ManifestEntry, bytes]


def make_file(number: int) -> Made:
    """Make the corpus file of one recipe.

    Raises:
        BrokenCase: if a case does not make what it says.
    """
    recipe = recipes()[number]
    file = build(recipe)
    data = encode(file)
    return manifest_entry(file, data, f"{recipe.folder}/{file.family}.json"), data


def make_all() -> list[Made]:
    """Make all corpus files, on all cores, in the order of the recipes.

    Raises:
        BrokenCase: if a case does not make what it says.
    """
    numbers = range(len(recipes()))
    with multiprocessing.Pool() as pool:
        return pool.map(make_file, numbers, chunksize=1)


def contents(made: Sequence[Made]) -> dict[str, bytes]:
    """Return what the corpus folder must hold, by path, the files of others aside."""
    manifest = encoded_manifest([entry for entry, _ in made])
    return {entry.path: data for entry, data in made} | {MANIFEST_NAME: manifest}


def problems_of(made: Sequence[Made]) -> list[str]:
    """Return what is wrong with a corpus that was made."""
    files = [(entry, decode_file(data, Path(entry.path))) for entry, data in made]
    return corpus_problems(manifest_of([entry for entry, _ in made]), files)


def drift(wanted: Mapping[str, bytes], folder: Path) -> list[str]:
    """Return how the files in a folder differ from what they must be, the first place of each."""
    problems: list[str] = []
    for path, data in wanted.items():
        if not (folder / path).is_file():
            problems.append(f"{path} is missing")
        elif (found := (folder / path).read_bytes()) != data:
            problems.append(f"{path} is not what the code makes: {_first_difference(found, data)}")
    return problems + [f"{path} is not made by any recipe" for path in _strangers(wanted, folder)]


def _first_difference(found: bytes, wanted: bytes) -> str:
    pairs = zip_longest(found.split(b"\n"), wanted.split(b"\n"))
    for number, (have, want) in enumerate(pairs, start=1):
        if have != want:
            name = (want or have or b"").partition(b'"id":"')[2].partition(b'"')[0]
            return f"line {number}" + (f", {name.decode()}" if name else "")
    return "no line"


def _strangers(wanted: Mapping[str, bytes], folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*.json")):
        path = file.relative_to(folder).as_posix()
        if path not in wanted and path not in OF_OTHERS and not path.startswith(LIVE):
            yield path


def write(wanted: Mapping[str, bytes], folder: Path) -> None:
    """Write the corpus into its folder; a file that no recipe makes any more is removed."""
    for path in _strangers(wanted, folder):
        (folder / path).unlink()
    for path, data in wanted.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def main(arguments: Sequence[str]) -> int:
    """Make the corpus, its tables in the README and its schemas, or check them.

    Returns:
        The exit code: 1 if a case is broken, or something is not as the code makes it.
    """
    parser = argparse.ArgumentParser(description="Make the corpus from its cases.")
    parser.add_argument("--check", action="store_true", help="compare only, and write nothing")
    check = parser.parse_args(arguments).check
    began = time.monotonic()
    try:
        made, live = make_all(), live_build.made_files()
    except BrokenCase as broken:
        print(f"A case does not make what it says: {broken}.", file=sys.stderr)
        return 1
    problems = _checked(made, live) if check else _written(made, live)
    for problem in problems[:SHOWN_PROBLEMS]:
        print(f"{problem}.", file=sys.stderr)
    if problems:
        print(f"{len(problems)} problems; 'make vectors' makes the corpus anew.", file=sys.stderr)
        return 1
    for entry, data in made:
        print(f"{entry.number_of_tests:>6} tests  {len(data) / 1e6:5.1f} MB  {entry.path}")
    tests = sum(entry.number_of_tests for entry, _ in made)
    print(f"{tests:>6} tests in {len(made)} files, made in {time.monotonic() - began:.1f} s")
    for path, data in live.items():
        if path != MANIFEST_NAME:
            recipes = data.count(b'"steps":')
            print(f"{recipes:>6} recipes {len(data) / 1e6:4.1f} MB  {LIVE}{path}")
    return schemas.command(schemas.corpus_schemas() | live_build.live_schemas(), arguments)


def _checked(made: Sequence[Made], live: Mapping[str, bytes]) -> list[str]:
    problems = problems_of(made) + drift(contents(made), corpus_folder())
    problems += readme.drift(made, data_folder() / "README.md")
    problems += drift(live, live_folder())
    return problems + live_build.live_page_drift(data_folder() / live_build.PAGE_NAME)


def _written(made: Sequence[Made], live: Mapping[str, bytes]) -> list[str]:
    problems = problems_of(made)
    if not problems:
        write(contents(made), corpus_folder())
        readme.update(made, data_folder() / "README.md")
        write(live, live_folder())
        live_build.update_live_page(data_folder() / live_build.PAGE_NAME)
    return problems


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
