"""List what the live corpus holds, for the command list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kmsproof.live.corpus import LiveCorpus
from kmsproof.results import Mode
from kmsproof.selection import Filters, nothing_selected, selected_live_tests
from kmsproof_vectors.live.model import LiveFile
from kmsproof_vectors.model import Note


def live_lines(corpus: LiveCorpus, what: str, filters: Filters, mode: Mode) -> Iterator[str]:
    """Yield a line for each of the selected vectors, or each of their families, flags or classes.

    Raises:
        NothingSelected: if the filters leave no vector.
    """
    files = corpus.files(filters, (mode,))
    if not files:
        raise nothing_selected(filters, corpus.words())
    match what:
        case "vectors":
            for file in files:
                for test in selected_live_tests(file, filters):
                    yield f"{test.id}  [{test.case}] {test.result}: {test.why}"
        case "families":
            for file in files:
                yield f"{file.family:<32} {file.number_of_tests:>6}  {file.description}"
        case "flags":
            yield from _flag_lines(files)
        case _:
            yield from _class_lines(files)


def _flag_lines(files: Sequence[LiveFile]) -> Iterator[str]:
    counts = Counter(flag for file in files for test in file.tests for flag in test.flags)
    notes: dict[str, Note] = {}
    for file in files:
        notes.update(file.notes)
    for flag in sorted(notes):
        note = notes[flag]
        yield f"{flag:<24} {counts[flag]:>6}  {note.bug_type}: {note.description}"


def _class_lines(files: Sequence[LiveFile]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for file in files:
        titles.update(file.classes)
        counts.update(test.case for test in file.tests)
        counts.update(uniformity.case for uniformity in file.uniformities)
    for name in sorted(titles, key=lambda name: (name[0], int(name[1:]))):
        yield f"{name:<4} {counts[name]:>6}  {titles[name]}"
