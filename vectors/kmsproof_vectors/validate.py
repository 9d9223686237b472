"""The rules of the corpus that no schema can state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from kmsproof_vectors.load import MANIFEST_NAME
from kmsproof_vectors.model import (
    AnyTest,
    CorpusFile,
    DecryptTest,
    EncryptTest,
    Group,
    Manifest,
    ManifestEntry,
    MonteCarloTest,
    Result,
)
from kmsproof_vectors.schemas import corpus_schemas

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*){2}")
"""``family/case/slug``, each of lower-case words with hyphens."""


def corpus_problems(
    manifest: Manifest, files: Sequence[tuple[ManifestEntry, CorpusFile]]
) -> list[str]:
    """Return what is wrong with a corpus, one sentence each; nothing if it is in order."""
    problems: list[str] = []
    for entry, file in files:
        problems += (f"{entry.path}: {problem}" for problem in file_problems(file))
        problems += (f"{entry.path}: {problem}" for problem in _entry_problems(entry, file))
    ids = Counter(found for _, file in files for found in _ids(file))
    problems += (f"the id {found} is used {n} times" for found, n in ids.items() if n > 1)
    problems += (f"the withdrawn id {one} is used again" for one in manifest.withdrawn if one in ids)
    return problems


def _ids(file: CorpusFile) -> Iterator[str]:
    yield from (test.id for group in file.groups for test in group.tests)
    yield from (uniformity.id for uniformity in file.uniformities)


def _entry_problems(entry: ManifestEntry, file: CorpusFile) -> Iterator[str]:
    for name in ("family", "key_spec", "algorithm", "padding", "number_of_tests"):
        if getattr(entry, name) != getattr(file, name):
            yield f"the manifest has another {name}"


def schema_problems(folder: Path, manifest: Manifest) -> list[str]:
    """Return where the files of a corpus are against their published schemas."""
    from jsonschema_rs import validator_for

    schemas = corpus_schemas()
    problems: list[str] = []
    by_schema = {
        "manifest.schema.json": [MANIFEST_NAME],
        "corpus_file.schema.json": [entry.path for entry in manifest.files],
    }
    for name, paths in by_schema.items():
        validator = validator_for(schemas[name])
        for path in paths:
            document = msgspec.json.decode((folder / path).read_bytes())
            for error in validator.iter_errors(document):
                place = "/".join(str(step) for step in error.instance_path)
                problems.append(f"{path}: {place}: {error.message}")
    return problems


def file_problems(file: CorpusFile) -> list[str]:
    """Return what is wrong within one corpus file."""
    tests = [test for group in file.groups for test in group.tests]
    problems = list(_head_problems(file, tests))
    for group in file.groups:
        problems += _group_problems(group)
    for found in _ids(file):
        if not ID.fullmatch(found):
            problems.append(f"{found} is not of the form family/case/slug")
        if found.partition("/")[0] != file.family:
            problems.append(f"{found} does not begin with the family {file.family}")
    return problems


def _head_problems(file: CorpusFile, tests: Sequence[AnyTest]) -> Iterator[str]:
    if file.number_of_tests != len(tests):
        yield f"number_of_tests is {file.number_of_tests}, but there are {len(tests)}"
    yield from _used(
        "flag",
        [*(flag for test in tests for flag in test.flags), *_of(file, "flags")],
        file.notes,
    )
    cases = [*(test.case for test in tests), *(one.case for one in file.uniformities)]
    yield from _used("class", cases, file.classes)
    names = [one.name for one in file.uniformities]
    yield from _used("oracle", [test.oracle for test in tests if test.oracle], names)


def _of(file: CorpusFile, name: str) -> Iterator[str]:
    for uniformity in file.uniformities:
        yield from getattr(uniformity, name)


def _used(what: str, used: Iterable[str], described: Iterable[str]) -> Iterator[str]:
    found, known = set(used), set(described)
    yield from (f"the {what} {name} is used but not described" for name in sorted(found - known))
    yield from (f"the {what} {name} is described but not used" for name in sorted(known - found))


def _group_problems(group: Group) -> Iterator[str]:
    parts = [part for part in (group.key.secret, group.key.private, group.key.public) if part]
    if not parts:
        yield "a group has no key"
    seen: dict[str, AnyTest] = {}
    for test in group.tests:
        yield from (f"{test.id}: {problem}" for problem in _test_problems(test, seen))
        seen[test.id] = test


def _test_problems(test: AnyTest, before: dict[str, AnyTest]) -> Iterator[str]:
    if not test.flags:
        yield "has no flag"
    if test.result is Result.VALID:
        if not _has_answer(test):
            yield "is valid and has no right answer"
        if test.rejections or test.control or test.oracle:
            yield "is valid and has what only invalid tests have"
        return
    if not test.rejections:
        yield "is invalid and allows no class of rejection"
    control = before.get(test.control or "")
    if control is None:
        yield f"its control {test.control} does not stand before it in the same group"
    elif control.result is not Result.VALID or type(control) is not type(test):
        yield f"its control {test.control} is not a valid test of the same operation"
    elif not _differs(test, control):
        yield f"does not differ from its control {test.control}"


def _has_answer(test: AnyTest) -> bool:
    if isinstance(test, EncryptTest):
        return test.ciphertext is not None
    return isinstance(test, MonteCarloTest) or test.plaintext is not None


def _differs(test: AnyTest, control: AnyTest) -> bool:
    names = ("iv", "aad", "plaintext") if isinstance(test, EncryptTest) else ()
    if isinstance(test, DecryptTest):
        names = ("iv", "aad", "ciphertext", "tag")
    return any(getattr(test, name) != getattr(control, name) for name in names)
