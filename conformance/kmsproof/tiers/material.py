"""What tiers are chosen from: the vectors of a key spec, what they cost, and what they see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kmsproof.corpus import Corpus
from kmsproof.live.corpus import LiveCorpus
from kmsproof.mutants.excerpts import calls_of
from kmsproof.mutants.matrix import Matrix, Row, ViewKills, ids_of, ranges_of, seen_in
from kmsproof.mutants.scopes import ALGORITHMS
from kmsproof.selection import oracles_of
from kmsproof.tiers.cover import Part
from kmsproof.vocabulary import KeySpec
from kmsproof_reference.deviations import View, catalogue
from kmsproof_vectors.live.model import LiveFile
from kmsproof_vectors.model import CorpusFile


@dataclass(frozen=True)
class Material:
    """The vectors of a view."""

    view: View
    files: Mapping[KeySpec, tuple[CorpusFile | LiveFile, ...]]
    bits: Mapping[str, int]
    """The deviations that the view sees at all, each with a bit. One that a level shows and the
    one before it does not is seen at that level."""
    all_bits: int
    """Those, and one for each further level at which a deviation is seen."""
    masks: Mapping[str, int]
    """What each vector sees, by id."""

    @property
    def observable(self) -> int:
        """All deviations, as bits."""
        return sum(self.bits.values())

    @property
    def of_algorithms(self) -> int:
        """The deviations of algorithms, which show with some key specs only, as bits."""
        return sum(bit for id, bit in self.bits.items() if id.partition("/")[0] in ALGORITHMS)

    def families(self) -> tuple[int, ...]:
        """Return the deviations of each family, as bits."""
        found: dict[str, int] = {}
        for id, bit in self.bits.items():
            family = id.partition("/")[0]
            found[family] = found.get(family, 0) | bit
        return tuple(found.values())

    def names(self, mask: int) -> tuple[str, ...]:
        """Return the ids of deviations."""
        return tuple(id for id, bit in self.bits.items() if bit & mask)

    def parts(self, key_spec: KeySpec) -> Iterator[Part]:
        """Yield what can be chosen for a key spec."""
        for file in self.files.get(key_spec, ()):
            yield from (
                _live_parts(file, self.masks)
                if isinstance(file, LiveFile)
                else _library_parts(file, self.masks)
            )


def material(view: View, matrix: Matrix, corpus: Corpus, live: LiveCorpus) -> Material:
    """Return the vectors of a view, with what they see by a matrix."""
    files: dict[KeySpec, list[CorpusFile | LiveFile]] = {}
    for file in _files(view, corpus, live):
        files.setdefault(file.key_spec, []).append(file)
    ids = {file.family: ids_of(file) for found in files.values() for file in found}
    masks: dict[str, int] = {}
    bits: dict[str, int] = {}
    further = list[tuple[Row, ViewKills]]()
    for row in matrix.rows:
        levels = [seen for seen in seen_in(row, view) if seen.files]
        if levels and not catalogue()[row.id].intermittent:
            bits[row.id] = 1 << len(bits)
            _mark(levels[0], bits[row.id], ids, masks)
            further += [(row, seen) for seen in levels[1:]]
    for place, (_, seen) in enumerate(further, start=len(bits)):
        _mark(seen, 1 << place, ids, masks)
    return Material(
        view,
        {key_spec: tuple(found) for key_spec, found in files.items()},
        bits,
        (1 << len(bits) + len(further)) - 1,
        masks,
    )


def _files(view: View, corpus: Corpus, live: LiveCorpus) -> Iterator[CorpusFile | LiveFile]:
    if view is View.LIBRARY:
        yield from (corpus.file(entry.family) for entry in corpus.manifest.files)
    else:
        yield from (live.file(entry) for entry in live.manifest.files)


def _mark(
    seen: ViewKills, bit: int, ids: Mapping[str, tuple[str, ...]], masks: dict[str, int]
) -> None:
    for family, places in seen.files.items():
        for ranges in places.values():
            for first, last in ranges_of(ranges):
                for id in ids[family][first : last + 1]:
                    masks[id] = masks.get(id, 0) | bit


def _library_parts(file: CorpusFile, masks: Mapping[str, int]) -> Iterator[Part]:
    members: dict[str, list[str]] = {}
    controls: dict[str, str] = {}
    for group in file.groups:
        for test in group.tests:
            needs = () if test.control is None else (test.control,)
            yield Part(test.id, calls_of(test), masks.get(test.id, 0), needs)
            if test.oracle is not None:
                members.setdefault(test.oracle, []).append(test.id)
            if test.control is not None:
                controls[test.id] = test.control
    yield from _comparisons(file, masks, members, controls)


def _live_parts(file: LiveFile, masks: Mapping[str, int]) -> Iterator[Part]:
    members: dict[str, list[str]] = {}
    controls: dict[str, str] = {}
    for test in file.tests:
        if test.exhaustive:
            continue
        needs = () if test.control is None else (test.control,)
        yield Part(test.id, calls_of(test), masks.get(test.id, 0), needs)
        for oracle in oracles_of(test):
            members.setdefault(oracle, []).append(test.id)
        if test.control is not None:
            controls[test.id] = test.control
    yield from _comparisons(file, masks, members, controls)


def _comparisons(
    file: CorpusFile | LiveFile,
    masks: Mapping[str, int],
    members: Mapping[str, list[str]],
    controls: Mapping[str, str],
) -> Iterator[Part]:
    for each in file.uniformities:
        found = members.get(each.name, [])
        if found:
            needed = [*found, *(controls[id] for id in found if id in controls)]
            needs = tuple(dict.fromkeys(needed))
            yield Part(each.id, 0, masks.get(each.id, 0), needs, compares=True)
