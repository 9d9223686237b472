"""Keep the table of classes in the corpus's README current."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from kmsproof_vectors.load import decode_file
from kmsproof_vectors.model import ManifestEntry
from kmsproof_vectors.notes import CLASSES, WAITING

BEGIN = "<!-- table of classes: begin (made by the build) -->"
END = "<!-- table of classes: end -->"

Made = Sequence[tuple[ManifestEntry, bytes]]


def table(made: Made) -> Iterator[str]:
    """Yield the lines of the table: where each class is covered, or why it waits."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    slugs: dict[str, set[str]] = defaultdict(set)
    total = 0
    for entry, data in made:
        file = decode_file(data, Path(entry.path))
        bits = str(file.key_spec).rpartition("_")[2]
        for group in file.groups:
            for test in group.tests:
                counts[test.case][bits] += 1
                slugs[test.case].add(test.id.split("/")[1])
                total += 1
        for uniformity in file.uniformities:
            counts[uniformity.case][bits] += 1
            slugs[uniformity.case].add(uniformity.id.split("/")[1])
    yield "| class | what it is about | 128 | 192 | 256 | cases | what waits |"
    yield "|---|---|---|---|---|---|---|"
    for name in sorted({*CLASSES, *WAITING}, key=lambda one: (one[0] != "G", int(one[1:]))):
        cells = [str(counts[name].get(bits, 0)) for bits in ("128", "192", "256")]
        cases = ", ".join(f"`{slug}`" for slug in sorted(slugs[name]))
        about = CLASSES.get(name, "")
        yield f"| {name} | {about} | {' | '.join(cells)} | {cases} | {WAITING.get(name, '')} |"
    yield ""
    yield f"{total} tests in all; G15 and C11 count verdicts over many tests, not tests."


def _block(made: Made) -> str:
    return "\n".join([BEGIN, *table(made), END])


def _replaced(text: str, made: Made) -> str:
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return head + _block(made) + tail


def update(made: Made, path: Path) -> None:
    """Write the table into the README."""
    path.write_text(_replaced(path.read_text(encoding="utf-8"), made), encoding="utf-8")


def drift(made: Made, path: Path) -> list[str]:
    """Return a sentence if the README's table is not current; an installed copy has none."""
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    return [] if text == _replaced(text, made) else ["the table in vectors/README.md is not current"]
