"""Look things up in the corpus and among what is installed, for the commands list and explain."""

from __future__ import annotations

import difflib
import importlib.metadata
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kmsproof.corpus import Corpus
from kmsproof.errors import UsageError
from kmsproof.recorder import detail_of
from kmsproof.reporting import GROUP as REPORTS
from kmsproof.reporting import load_format
from kmsproof.selection import Filters, selected_groups
from kmsproof.targets import GROUP as ADAPTERS
from kmsproof.targets import find_adapter
from kmsproof.text import shortened
from kmsproof_vectors.model import (
    AnyTest,
    CorpusFile,
    Group,
    GroupKey,
    Note,
    Result,
    Uniformity,
)

SHOWN_HEX = 96
"""Hex digits of a long value that are shown."""


class Found(NamedTuple):
    """A test and where it stands."""

    file: CorpusFile
    group: Group
    test: AnyTest


def find_vector(corpus: Corpus, wanted: str) -> Found | tuple[CorpusFile, Uniformity]:
    """Return the vector or uniformity with an id.

    Raises:
        UsageError: if there is none; the error names the nearest ids.
    """
    family = wanted.partition("/")[0]
    files = [file for file in corpus.files(Filters()) if file.family == family]
    for file in files:
        for group in file.groups:
            for test in group.tests:
                if test.id == wanted:
                    return Found(file, group, test)
        for uniformity in file.uniformities:
            if uniformity.id == wanted:
                return file, uniformity
    known: Iterable[str] = (
        [test.id for group in files[0].groups for test in group.tests]
        if files
        else [entry.family for entry in corpus.manifest.files]
    )
    close = difflib.get_close_matches(wanted if files else family, list(known), n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}?" if close else ""
    raise UsageError(
        f"There is no vector {wanted!r}.", f"{hint} See 'kmsproof list vectors'.".strip()
    )


def vector_lines(corpus: Corpus, filters: Filters) -> Iterator[str]:
    """Yield a line for each selected vector."""
    for file in corpus.files(filters):
        for _, tests in selected_groups(file, filters):
            for test in tests:
                yield f"{test.id}  [{test.case}] {test.result}: {test.why}"


def flag_lines(corpus: Corpus) -> list[str]:
    """Return a line for each flag: how often it stands, and what it means."""
    counts: Counter[str] = Counter()
    notes: dict[str, Note] = {}
    for file in corpus.files(Filters()):
        notes.update(file.notes)
        for group in file.groups:
            for test in group.tests:
                counts.update(test.flags)
    return [
        f"{flag:<24} {counts[flag]:>6}  {notes[flag].bug_type}: {notes[flag].description}"
        for flag in sorted(notes)
    ]


def class_lines(corpus: Corpus) -> list[str]:
    """Return a line for each edge-case class: how many vectors, and what it is about."""
    counts: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for file in corpus.files(Filters()):
        titles.update(file.classes)
        counts.update(test.case for group in file.groups for test in group.tests)
        counts.update(uniformity.case for uniformity in file.uniformities)
    order = sorted(titles, key=lambda name: (name[0], int(name[1:])))
    return [f"{name:<4} {counts[name]:>6}  {titles[name]}" for name in order]


def family_lines(corpus: Corpus) -> list[str]:
    """Return a line for each parameter set."""
    return [
        f"{file.family:<32} {file.number_of_tests:>6}  {file.description}"
        for file in corpus.files(Filters())
    ]


def target_lines() -> list[str]:
    """Return a line for each kind of target."""
    lines = ["exec             Any program that speaks the adapter protocol.  exec:./my-adapter"]
    for point in importlib.metadata.entry_points(group=ADAPTERS):
        adapter = find_adapter(point.name)
        lines.append(f"{adapter.name:<16} {adapter.summary}  {adapter.usage}")
    return sorted(lines)


def report_lines() -> list[str]:
    """Return a line for each report format."""
    names = sorted({point.name for point in importlib.metadata.entry_points(group=REPORTS)})
    return [f"{name:<12} {load_format(name).summary}" for name in names]


def explanation(found: Found | tuple[CorpusFile, Uniformity]) -> list[str]:
    """Return what there is to say of a vector, line by line."""
    if not isinstance(found, Found):
        file, uniformity = found
        return [
            uniformity.id,
            f"  {uniformity.why}",
            f"  class     {uniformity.case}: {file.classes.get(uniformity.case, '')}",
            f"  clause    {uniformity.clause}",
            f"  compares  the refusals of all vectors whose oracle is {uniformity.name!r}",
            *_notes(file, uniformity.flags),
        ]
    file, group, test = found
    detail = detail_of(test)
    lines = [
        test.id,
        f"  {test.why}",
        f"  class     {test.case}: {file.classes.get(test.case, '')}",
        f"  set       {file.description}",
        f"  expected  {_expectation(test)}",
        f"  clause    {test.clause}",
    ]
    if test.control:
        lines.append(f"  control   {test.control} (the valid form, which must be accepted)")
    lines.append("  input")
    lines += _key_lines(group.key)
    lines += [_value(name, value) for name, value in detail.given.items()]
    if test.result is Result.VALID:
        lines.append("  right answer")
        lines += [_value(name, value) for name, value in detail.expected.items()]
    return [*lines, *_notes(file, test.flags)]


def _key_lines(key: GroupKey) -> Iterator[str]:
    """Yield the parts of a test key; the corpus is public, and so are they."""
    if key.name:
        yield f"    {'key':<18}{key.name}"
    parts = (
        ("key (a test key)", key.secret),
        ("private key", key.private),
        ("public key", key.public),
    )
    yield from (_value(name, part.hex()) for name, part in parts if part is not None)


def _expectation(test: AnyTest) -> str:
    if test.result is Result.VALID:
        return f"{detail_of(test).operation} succeeds with the answer below"
    return f"{detail_of(test).operation} is refused as {detail_of(test).expected['rejected as']}"


def _value(name: str, value: str) -> str:
    octets = re.fullmatch("([0-9a-f]{2})*", value) is not None and name != "iterations"
    size = f" ({len(value) // 2} bytes)" if octets else ""
    return f"    {name:<18}{shortened(value, SHOWN_HEX) or '(empty)'}{size}"


def _notes(file: CorpusFile, flags: Iterable[str]) -> Iterator[str]:
    for flag in flags:
        note = file.notes[flag]
        yield f"  flag      {flag} ({note.bug_type}): {note.description}"
        yield f"            {note.effect}"
        for cve in note.cves:
            yield f"            {cve}"
