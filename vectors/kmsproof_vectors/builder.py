"""From cases to a corpus file: groups, order, counts, notes, and the bytes that are written.

One test stands on one line, so that a change of one test is a change of one line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from kmsproof_vectors.case import BrokenCase, Case, Draft, case_book, require
from kmsproof_vectors.encoding import json_encoder
from kmsproof_vectors.maker import ParameterSet
from kmsproof_vectors.model import (
    CORPUS_VERSION,
    AnyTest,
    CorpusFile,
    Group,
    GroupKey,
    Manifest,
    ManifestEntry,
    Result,
)
from kmsproof_vectors.notes import CLASSES, NOTES
from kmsproof_vectors.schemas import FILE_SCHEMA

WITHDRAWN: dict[str, str] = {}
"""Ids that were published once and are no longer used, each with the reason."""


@dataclass(frozen=True)
class Recipe:
    """How one corpus file is made; ``folder`` is the part of the corpus it goes to."""

    parameters: ParameterSet
    cases: Sequence[Case[Any]]
    maker: Callable[[ParameterSet, Case[Any]], Any]
    folder: str


def build(recipe: Recipe) -> CorpusFile:
    """Make one corpus file.

    Raises:
        BrokenCase: if a case does not make what it says.
    """
    drafts = [draft for made in case_book(*recipe.cases) for draft in _drafts(recipe, made)]
    groups = tuple(_groups(drafts))
    tests = [test for group in groups for test in group.tests]
    parameters = recipe.parameters
    flags = {flag for test in tests for flag in test.flags}
    flags |= {flag for uniformity in parameters.uniformities for flag in uniformity.flags}
    classes = {test.case for test in tests} | {one.case for one in parameters.uniformities}
    return CorpusFile(
        schema=FILE_SCHEMA,
        corpus_version=CORPUS_VERSION,
        family=parameters.family,
        key_spec=parameters.key_spec,
        algorithm=parameters.algorithm,
        padding=parameters.padding,
        dialect=parameters.dialect,
        description=parameters.description,
        number_of_tests=len(tests),
        notes={flag: NOTES[flag] for flag in sorted(flags)},
        classes={name: CLASSES[name] for name in sorted(classes, key=_class_order)},
        uniformities=parameters.uniformities,
        groups=groups,
    )


def _drafts(recipe: Recipe, made: Case[Any]) -> list[Draft]:
    """Make the tests of one case, and see that their results are those that it promises."""
    try:
        drafts = list(made.make(recipe.maker(recipe.parameters, made)))
        invalid = any(draft.test.result is Result.INVALID for draft in drafts)
        promised = Result.INVALID in made.results
        require(invalid == promised, "the results are not those of the description")
    except BrokenCase as broken:
        raise BrokenCase(f"{recipe.parameters.family}/{made.slug}: {broken}") from None
    return drafts


def _class_order(name: str) -> tuple[str, int]:
    return name[0], int(name[1:])


def _groups(drafts: Iterable[Draft]) -> Iterable[Group]:
    """Gather the tests of each key and tag length: controls first, then valid, then invalid."""
    gathered: dict[tuple[GroupKey, int | None], list[AnyTest]] = {}
    for draft in drafts:
        gathered.setdefault((draft.key, draft.tag_length), []).append(draft.test)
    for (key, tag_length), tests in gathered.items():
        controls = {test.control for test in tests}
        ordered = sorted(
            tests, key=lambda test: (test.result is Result.INVALID, test.id not in controls)
        )
        yield Group(key=key, tag_length=tag_length, tests=tuple(ordered))


def encode(file: CorpusFile) -> bytes:
    """Return the bytes of a corpus file: the head indented, then one line for each test."""
    encoder = json_encoder()
    head = msgspec.structs.replace(file, groups=())
    text = msgspec.json.format(encoder.encode(head), indent=1)
    empty = b'\n "groups": []\n}'
    require(text.endswith(empty), "the head of a corpus file does not end as expected")
    groups = b",\n".join(_encoded_group(group, encoder) for group in file.groups)
    return text[: -len(empty)] + b'\n "groups": [\n' + groups + b"\n ]\n}\n"


def _encoded_group(group: Group, encoder: msgspec.json.Encoder) -> bytes:
    head = encoder.encode(msgspec.structs.replace(group, tests=()))
    empty = b'"tests":[]}'
    require(head.endswith(empty), "the head of a group does not end as expected")
    tests = b",\n".join(b"   " + encoder.encode(test) for test in group.tests)
    return b"  " + head[: -len(empty)] + b'"tests":[\n' + tests + b"\n  ]}"


def manifest_entry(file: CorpusFile, data: bytes, path: str) -> ManifestEntry:
    """Return the line of the manifest for a corpus file with these bytes."""
    return ManifestEntry(
        path=path,
        family=file.family,
        key_spec=file.key_spec,
        algorithm=file.algorithm,
        padding=file.padding,
        number_of_tests=file.number_of_tests,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def manifest_of(entries: Sequence[ManifestEntry]) -> Manifest:
    """Return the manifest of a corpus with these files."""
    return Manifest(corpus_version=CORPUS_VERSION, files=tuple(entries), withdrawn=WITHDRAWN)


def encoded_manifest(entries: Sequence[ManifestEntry]) -> bytes:
    """Return the bytes of the manifest."""
    encoded = json_encoder().encode(manifest_of(entries))
    return msgspec.json.format(encoded, indent=1) + b"\n"
