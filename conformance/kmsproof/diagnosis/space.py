"""Sets of vectors as bit masks: every vector of the files that a target was asked has a place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kmsproof.errors import CorpusError
from kmsproof.mutants.matrix import Ids, Matrix, Places, ViewKills, ranges_of

_SIZE = re.compile(r"^(live-rsa|policy-rsa)-(?:3072|4096)(?=-|$)")


class Space:
    """The vectors of some files, in a row."""

    def __init__(self, ids: Ids, matrix: Matrix, families: Iterable[str]) -> None:
        """Take the files that a target was asked; those of another corpus are left out."""
        self._ids: list[str] = []
        self._base: dict[str, int] = {}
        self._place: dict[str, int] = {}
        self._copies: dict[str, dict[str, list[int | None]]] = {}
        for family in families:
            source = family if family in matrix.judged else _SIZE.sub(r"\1-2048", family)
            if source in matrix.judged:
                self._add(ids, family, source)

    def _add(self, ids: Ids, family: str, source: str) -> None:
        try:
            own = ids.of(family)
        except CorpusError:  # a file of another corpus
            return
        self._base[family] = len(self._ids)
        for id in own:
            self._place[id] = len(self._ids)
            self._ids.append(id)
        if source != family:
            tail = len(source)
            self._copies.setdefault(source, {})[family] = [
                self._place.get(family + id[tail:]) for id in ids.of(source)
            ]

    def __contains__(self, id: str) -> bool:
        return id in self._place

    def mask(self, ids: Iterable[str]) -> int:
        """Return vectors as a mask."""
        bits = bytearray(len(self._ids) // 8 + 1)
        for id in ids:
            place = self._place[id]
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")

    def ids(self, mask: int) -> Iterator[str]:
        """Yield the vectors of a mask in their order."""
        for index, byte in enumerate(mask.to_bytes(len(self._ids) // 8 + 1, "little")):
            if byte:
                yield from (self._ids[8 * index + bit] for bit in range(8) if byte >> bit & 1)

    def family(self, family: str) -> int:
        """Return all vectors of a file as a mask; none of one that is not here."""
        if family not in self._base:
            return 0
        first = self._base[family]
        count = sum(1 for _ in self._of(family))
        return (1 << count) - 1 << first

    def _of(self, family: str) -> Iterator[str]:
        for id in self._ids[self._base[family] :]:
            if id.partition("/")[0] != family:
                return
            yield id

    def kinds(self, seen: ViewKills) -> dict[str, int]:
        """Return what kills a deviation as masks, by how the vectors fail.

        The recipes for RSA keys of 3072 and 4096 bits are those of 2048 bits, and so is what they
        see.
        """
        found: dict[str, int] = {}
        for family, places in seen.files.items():
            for kind, mask in self._kinds_of(family, places):
                found[kind] = found.get(kind, 0) | mask
        return found

    def _kinds_of(self, family: str, places: Places) -> Iterator[tuple[str, int]]:
        for kind, ranges in places.items():
            mask = 0
            for first, last in ranges_of(ranges):
                if family in self._base:
                    mask |= (1 << last - first + 1) - 1 << self._base[family] + first
                for copy in self._copies.get(family, {}).values():
                    for place in copy[first : last + 1]:
                        mask |= 0 if place is None else 1 << place
            yield kind, mask
