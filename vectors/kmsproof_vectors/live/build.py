"""From live cases to the files of the live corpus, their manifest, their schemas and their page.

Every file is made from code and a fixed seed, so that each build gives the same bytes. One test
stands on one line. ``python -m kmsproof_vectors.build`` makes them with the rest of the corpus.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from kmsproof_vectors import schemas
from kmsproof_vectors.case import require
from kmsproof_vectors.encoding import json_encoder
from kmsproof_vectors.live.cases.catalogue import recipes
from kmsproof_vectors.live.document import document
from kmsproof_vectors.live.maker import LiveRecipe, RecipeMaker
from kmsproof_vectors.live.model import (
    LIVE_VERSION,
    LiveEntry,
    LiveFile,
    LiveManifest,
    LiveResult,
    LiveTest,
)
from kmsproof_vectors.live.validate import file_problems
from kmsproof_vectors.load import MANIFEST_NAME
from kmsproof_vectors.model import Note
from kmsproof_vectors.notes import CLASSES, NOTES

LIVE_FILE_SCHEMA = "live_file.schema.json"
"""The schema that every live file names."""

LIVE_MANIFEST_SCHEMA = "live_manifest.schema.json"

PAGE_NAME = "LIVE.md"
"""The page about the language, beside the README of the corpus."""

WITHDRAWN: dict[str, str] = {}
"""Ids that were published once and are no longer used, each with the reason."""

Text = TypeVar("Text", str, Note)

_ORDER = {LiveResult.VALID: 0, LiveResult.INVALID: 1, LiveResult.REPORT: 2}


def live_schemas() -> dict[str, schemas.Schema]:
    """Return the schemas of the live corpus, by file name."""
    return {
        LIVE_FILE_SCHEMA: schemas.schema_of(
            LiveFile,
            "A file of the live corpus of kmsproof: the recipes of one exact parameter set",
            "urn:kmsproof:schema:live-file:1",
        ),
        LIVE_MANIFEST_SCHEMA: schemas.schema_of(
            LiveManifest,
            "The manifest of the live corpus of kmsproof: its files and their digests",
            "urn:kmsproof:schema:live-manifest:1",
        ),
    }


def build_live_file(recipe: LiveRecipe) -> LiveFile:
    """Make one live file.

    Raises:
        BrokenCase: if a recipe names what does not exist, or could show nothing.
    """
    parameters = recipe.parameters
    tests = tuple(_tests(recipe))
    flags = {flag for test in tests for flag in test.flags}
    flags |= {flag for each in parameters.uniformities for flag in each.flags}
    classes = {test.case for test in tests} | {each.case for each in parameters.uniformities}
    file = LiveFile(
        schema=LIVE_FILE_SCHEMA,
        live_version=LIVE_VERSION,
        family=parameters.family,
        key_spec=parameters.key_spec,
        algorithm=parameters.algorithm,
        padding=parameters.padding,
        description=parameters.description,
        number_of_tests=len(tests),
        classes=_found(classes, {**CLASSES, **recipe.classes}, parameters.family),
        notes=_found(flags, {**NOTES, **recipe.notes}, parameters.family),
        keys=dict(parameters.keys),
        tests=tests,
        uniformities=parameters.uniformities,
    )
    problems = file_problems(file)
    require(not problems, f"{file.family}: {problems[:1]}")
    return file


def _tests(recipe: LiveRecipe) -> list[LiveTest]:
    """Return the tests of a file: controls first, then valid, invalid, and what is only told."""
    tests: list[LiveTest] = []
    slugs = [case.slug for case in recipe.cases]
    for case in recipe.cases:
        require(slugs.count(case.slug) == 1, f"two live cases are called {case.slug!r}")
        maker = RecipeMaker(recipe.parameters, case)
        case.make(maker)
        require(bool(maker.tests), f"the live case {case.slug} makes no test")
        tests += maker.tests
    controls = {test.control for test in tests}
    return sorted(tests, key=lambda test: (_ORDER[test.result], test.id not in controls))


def _found(names: Iterable[str], described: dict[str, Text], family: str) -> dict[str, Text]:
    ordered = sorted(names, key=lambda name: (name[:1], len(name), name))
    missing = [name for name in ordered if name not in described]
    require(not missing, f"{family}: nothing says what {', '.join(missing)} is")
    return {name: described[name] for name in ordered}


def encoded_live_file(file: LiveFile) -> bytes:
    """Return the bytes of a live file: the head indented, then one line for each test."""
    encoder = json_encoder()
    rows: list[bytes] = []
    for name in ("tests", "uniformities"):
        lines = b",\n".join(b"  " + encoder.encode(each) for each in getattr(file, name))
        rows.append(b' "' + name.encode() + b'": [\n' + lines + b"\n ]" if lines else b"")
    head = encoder.encode(msgspec.structs.replace(file, tests=(), uniformities=()))
    text = msgspec.json.format(head, indent=1)
    empty = b',\n "tests": []\n}'
    require(text.endswith(empty), "the head of a live file does not end as expected")
    return text[: -len(empty)] + b",\n" + b",\n".join(row for row in rows if row) + b"\n}\n"


def live_contents(made: Sequence[LiveRecipe]) -> dict[str, bytes]:
    """Return what the live folder must hold, by path.

    Raises:
        BrokenCase: if a recipe names what does not exist, or could show nothing.
    """
    found: dict[str, bytes] = {}
    entries: list[LiveEntry] = []
    for recipe in made:
        file = build_live_file(recipe)
        path = f"{file.family}.json"
        require(path not in found, f"two live files are called {path}")
        found[path] = encoded_live_file(file)
        entries.append(_entry(file, path, found[path]))
    ids = [line for data in found.values() for line in WITHDRAWN if f'"{line}"'.encode() in data]
    require(not ids, f"withdrawn ids are used again: {ids[:3]}")
    manifest = LiveManifest(live_version=LIVE_VERSION, files=tuple(entries), withdrawn=WITHDRAWN)
    encoded = json_encoder().encode(manifest)
    return found | {MANIFEST_NAME: msgspec.json.format(encoded, indent=1) + b"\n"}


def _entry(file: LiveFile, path: str, data: bytes) -> LiveEntry:
    return LiveEntry(
        path=path,
        family=file.family,
        key_spec=file.key_spec,
        algorithm=file.algorithm,
        padding=file.padding,
        number_of_tests=file.number_of_tests,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def live_page_drift(page: Path) -> list[str]:
    """Return what is wrong with the page about the language, one sentence or none."""
    if page.is_file() and page.read_text(encoding="utf-8") == document(recipes()):
        return []
    return [f"{page} is not what the code says"]


def update_live_page(page: Path) -> None:
    """Write the page about the language."""
    page.write_text(document(recipes()), encoding="utf-8")


def made_files() -> dict[str, bytes]:
    """Return what the live folder must hold, made from all cases.

    Raises:
        BrokenCase: if a recipe names what does not exist, or could show nothing.
    """
    return live_contents(recipes())
