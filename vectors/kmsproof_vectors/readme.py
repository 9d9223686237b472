"""Keep the tables in the corpus's README current: files, classes, and the cases with their text."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kmsproof_vectors.builder import encoded_manifest
from kmsproof_vectors.cases.catalogue import recipes
from kmsproof_vectors.load import decode_file
from kmsproof_vectors.model import CorpusFile, ManifestEntry
from kmsproof_vectors.notes import CLASSES, WAITING

BEGIN = "<!-- made by the build: begin -->"
END = "<!-- made by the build: end -->"


class KeyType(NamedTuple):
    """A type of key: one table of classes."""

    name: str
    """Its families begin with this, in lower case."""
    sizes: Mapping[str, str]
    """Key sizes or curves: how they stand in the name of a family, and how a column is called."""
    classes: str
    """First letters of the classes that are its own, even of those without tests."""


KEY_TYPES = (
    KeyType("AES", {"128": "128", "192": "192", "256": "256"}, "GC"),
    KeyType("RSA", {"2048": "2048", "3072": "3072", "4096": "4096"}, "OS"),
    KeyType("EC", {"p256": "P-256", "p256k": "secp256k1"}, "EI"),
)
"""The types of keys, in the order of the tables."""

CLASS_LETTERS = "GCOSEIKA"
"""The first letters of all classes, in their order."""

SIZE = re.compile(
    "(?<=-)(" + "|".join(size for each in KEY_TYPES for size in each.sizes) + ")(?=-)"
)
"""The key size or curve in the name of a family."""

Made = Sequence[tuple[ManifestEntry, bytes]]


class Counts:
    """How many tests a corpus has, by what and by key size or curve."""

    def __init__(self, files: Sequence[CorpusFile]) -> None:
        self.by_class: Counter[tuple[str, str]] = Counter()
        self.by_case: Counter[tuple[str, str, str]] = Counter()
        self.sets: Counter[tuple[str, str]] = Counter()
        self.kinds: dict[str, dict[str, None]] = {}
        self.sizes: dict[str, dict[str, None]] = {}
        for file in files:
            kind, size = kind_of(file.family)
            self.sizes.setdefault(kind, {})[size] = None
            for group in file.groups:
                for test in group.tests:
                    self.by_class[test.case, size] += 1
                    self.by_case[kind, test.id.split("/")[1], size] += 1
                    self.kinds.setdefault(test.case, {})[kind] = None
            for uniformity in file.uniformities:
                self.sets[uniformity.case, size] += 1
                self.kinds.setdefault(uniformity.case, {})[kind] = None

    def of_class(self, name: str, key_type: KeyType) -> list[str]:
        """Return the cells of a class, one for each key size."""
        return [
            " + ".join(
                text
                for count, text in (
                    (self.by_class[name, size], str(self.by_class[name, size])),
                    (self.sets[name, size], _sets(self.sets[name, size])),
                )
                if count
            )
            for size in key_type.sizes
        ]

    def of_case(self, kind: str, slug: str) -> str:
        """Return how many tests a case has: one number if all key sizes have as many."""
        numbers = [str(self.by_case[kind, slug, size]) for size in self.sizes[kind]]
        return numbers[0] if len(set(numbers)) == 1 else " / ".join(numbers)


def _sets(count: int) -> str:
    return "1 set" if count == 1 else f"{count} sets"


def kind_of(family: str) -> tuple[str, str]:
    """Split key size or curve off the name of a family: ``aes-*-gcm`` and ``256``."""
    found = SIZE.search(family)
    return (SIZE.sub("*", family, count=1), found[0]) if found else (family, "")


def tables(made: Made) -> Iterator[str]:
    """Yield the lines that the build writes into the README."""
    files = [decode_file(data, Path(entry.path)) for entry, data in made]
    counts = Counts(files)
    total = sum(file.number_of_tests for file in files)
    digest = hashlib.sha256(encoded_manifest([entry for entry, _ in made])).hexdigest()
    yield f"{total} tests in {len(files)} files. Every report names the corpus by the SHA-256 of"
    yield f"`corpus/manifest.json`: `{digest}`.\n"
    yield from _classes(counts)
    yield from _files(files)
    yield from _cases(counts)


def _classes(counts: Counts) -> Iterator[str]:
    for key_type in KEY_TYPES:
        yield f"### {key_type.name}\n"
        sizes = " | ".join(key_type.sizes.values())
        yield f"| class | what it is about | files | {sizes} | what these files leave out |"
        yield "|---" * (len(key_type.sizes) + 4) + "|"
        for name in sorted({*CLASSES, *WAITING}, key=_class_order):
            cells = counts.of_class(name, key_type)
            if any(cells) or name[0] in key_type.classes:
                yield _class_line(counts, key_type, name, cells)
        yield ""
    yield "A *set* is a uniformity: one verdict over all its members.\n"


def _class_order(name: str) -> tuple[int, int]:
    return CLASS_LETTERS.index(name[0]), int(name[1:])


def _class_line(counts: Counts, key_type: KeyType, name: str, cells: Sequence[str]) -> str:
    begin = key_type.name.lower()
    found = [kind for kind in counts.kinds.get(name, ()) if kind.startswith(begin)]
    kinds = ", ".join(f"`{kind}`" for kind in found) or "none"
    about, waits = CLASSES.get(name, ""), WAITING.get(name, "")
    return f"| {name} | {about} | {kinds} | {' | '.join(cells)} | {waits} |"


def _files(files: Sequence[CorpusFile]) -> Iterator[str]:
    yield "## The files\n"
    yield "| file | what it is | tests | valid | keys |"
    yield "|---|---|---|---|---|"
    for file in files:
        tests = [test for group in file.groups for test in group.tests]
        valid = sum(test.result == "valid" for test in tests)
        keys = len({group.key for group in file.groups})
        yield f"| `{file.family}` | {file.description} | {len(tests)} | {valid} | {keys} |"
    yield ""


def _cases(counts: Counts) -> Iterator[str]:
    yield "## The cases\n"
    yield "The number of tests is that of one key size or curve; where they differ, that of each.\n"
    kinds: set[str] = set()
    for recipe in recipes():
        kind, _ = kind_of(recipe.parameters.family)
        if kind in kinds:
            continue
        kinds.add(kind)
        yield f"### `{kind}`\n"
        yield "| case | class | tests | description |"
        yield "|---|---|---|---|"
        for made in recipe.cases:
            number = counts.of_case(kind, made.slug)
            yield f"| `{made.slug}` | {made.edge_class} | {number} | {made.description} |"
        yield ""


def _replaced(text: str, made: Made) -> str:
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return "\n".join([head + BEGIN, *tables(made)]) + END + tail


def update(made: Made, path: Path) -> None:
    """Write the tables into the README."""
    path.write_text(_replaced(path.read_text(encoding="utf-8"), made), encoding="utf-8")


def drift(made: Made, path: Path) -> list[str]:
    """Return a sentence if the README's tables are not current; an installed copy has none."""
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    current = BEGIN in text and END in text and text == _replaced(text, made)
    return [] if current else [f"the tables in {path.name} beside the corpus are not current"]
