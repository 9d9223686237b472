"""Sets of vectors as bit masks: every vector of the files that a target was asked has a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kmsproof.errors import CorpusError
from kmsproof.mutants.matrix import Ids, Matrix, Places, ViewKills, ranges_of
from kmsproof.mutants.scopes import twin_of


class Space:
    """The vectors of some files, in a row."""

    def __init__(self, ids: Ids, matrix: Matrix, families: Iterable[str]) -> None:
        """Take the files that a target was asked; those of another corpus are left out."""
        self._ids: list[str] = []
        self._base: dict[str, int] = {}
        self._place: dict[str, int] = {}
        self._copies: dict[str, dict[str, list[int | None]]] = {}
        self._judged = matrix.judged.keys()
        for family in families:
            source = twin_of(family)
            if family in matrix.judged or source in matrix.judged:
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

    def kinds(self, seen: ViewKills, *, of_primitive: bool) -> dict[str, int]:
        """Return what kills a deviation as masks, by how the vectors fail.

        Recipes are the same for keys of some sizes, and so is what they see: only one of them is
        judged, unless the deviation is one of the primitive or of the service.
        """
        found: dict[str, int] = {}
        for family, places in seen.files.items():
            for kind, mask in self._kinds_of(family, places, of_primitive):
                found[kind] = found.get(kind, 0) | mask
        return found

    def _kinds_of(
        self, family: str, places: Places, of_primitive: bool
    ) -> Iterator[tuple[str, int]]:
        for kind, ranges in places.items():
            mask = 0
            for first, last in ranges_of(ranges):
                if family in self._base:
                    mask |= (1 << last - first + 1) - 1 << self._base[family] + first
                for copy, copied in self._copies.get(family, {}).items():
                    if not (of_primitive and copy in self._judged):
                        found = (place for place in copied[first : last + 1] if place is not None)
                        mask |= sum(1 << place for place in found)
            yield kind, mask
