"""Repeat the proof quickly: each mutant is asked some of the vectors that the kill matrix names.

The whole matrix is made by judging every mutant by every vector that is asked about it. That a
deviation is still seen needs a few of them: those that killed it must kill it again, in the same
way. Where the few do not, because the mistake shows only now and then, everything is asked again
that was asked together when the matrix was made.
"""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from kmsproof.mutants.excerpts import calls_of, excerpt, vectors_of
from kmsproof.mutants.judging import judge_mutant, red
from kmsproof.mutants.matrix import Ids, Matrix, Row, load_matrix, written
from kmsproof.mutants.proving import corpora, digest_with_catalogue, files_of
from kmsproof.mutants.remembering import remember_slow_functions
from kmsproof.mutants.scopes import LIBRARY_KEYS, LIVE_KEYS, families_for, scopes
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_reference.deviations import View, catalogue
from kmsproof_vectors.live.model import LiveEntry, LiveFile
from kmsproof_vectors.model import ManifestEntry

FEW = 6
"""Vectors that each mutant is asked in each view."""

CHUNK = 20
"""Mutants that a process takes at a time."""


@dataclass(frozen=True)
class Missed:
    """A deviation that the vectors of the matrix did not kill, or not as it says."""

    id: str
    view: View
    why: str


@dataclass(frozen=True)
class Repeated:
    """What came of it."""

    killed: int
    """Deviations that were killed again, once for each view."""
    missed: tuple[Missed, ...]
    asked: int
    """Vectors that mutants were asked, the controls left out."""
    red: tuple[str, ...] = ()
    """Vectors that are red for the unmodified reference: there must be none."""


def repeat_or_remember(matrix: Matrix, *, jobs: int, cache_folder: Path) -> Repeated:
    """Ask all mutants of the catalogue again, unless all was well and nothing has changed since.

    What was missed is never remembered.
    """
    own = Path(__file__).read_bytes()
    digest = hashlib.sha256(written(matrix) + digest_with_catalogue() + own).hexdigest()
    kept = cache_folder / f"repeated-{digest[:24]}.json"
    try:
        return msgspec.json.decode(kept.read_bytes(), type=Repeated)
    except (OSError, msgspec.DecodeError):
        pass
    found = repeat(matrix, jobs=jobs)
    if not found.missed and not found.red:
        cache_folder.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(msgspec.json.encode(found))
    return found


def repeat(matrix: Matrix, *, jobs: int) -> Repeated:
    """Ask all mutants of the catalogue again.

    A deviation that the matrix does not have, or not in a view that must see it, is missed.
    """
    rows = {row.id: row for row in matrix.rows}
    ids = [id for id in catalogue() if id in rows]
    missed = [
        Missed(id, view, "it is not in the kill matrix: make it with kmsproof mutants --write")
        for id in catalogue()
        if id not in rows
        for view in View
    ]
    missed += [
        Missed(id, View.LIBRARY, "it is not known any more") for id in rows.keys() - set(ids)
    ]
    chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
    found = list(_in_processes(chunks, jobs))
    return Repeated(
        sum(each.killed for each in found),
        (*missed, *(each for more in found for each in more.missed)),
        sum(each.asked for each in found),
        tuple(vector for each in found for vector in each.red),
    )


def _in_processes(chunks: Sequence[Sequence[str]], jobs: int) -> Iterator[Repeated]:
    """Judge the reference, which takes longest, and the mutants."""
    families = _families()
    if jobs < 2:
        yield from map(repeat_some, chunks)
        yield from map(judge_reference, families)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(judge_reference, each) for each in families]
        futures += [pool.submit(repeat_some, chunk) for chunk in chunks]
        yield from (future.result() for future in as_completed(futures))


def _families() -> list[tuple[str, ...]]:
    """Return all files that mutants are judged by, those of a key spec together."""
    corpus, live = corpora()
    entries: list[ManifestEntry | LiveEntry] = [*corpus.manifest.files, *live.manifest.files]
    return [
        tuple(entry.family for entry in entries if entry.key_spec is key_spec and own(entry))
        for own in (_of_library, _of_live)
        for key_spec in (LIBRARY_KEYS if own is _of_library else LIVE_KEYS)
    ]


def _of_library(entry: ManifestEntry | LiveEntry) -> bool:
    return isinstance(entry, ManifestEntry)


def _of_live(entry: ManifestEntry | LiveEntry) -> bool:
    return isinstance(entry, LiveEntry)


def judge_reference(families: tuple[str, ...]) -> Repeated:
    """Judge the unmodified reference by some files: the main function of a process."""
    remember_slow_functions()
    files = files_of(families)
    view = View.LIVE if isinstance(files[0], LiveFile) else View.LIBRARY
    level = ProtectionLevel.HARDWARE if view is View.LIVE else None
    return Repeated(0, (), 0, tuple(red(judge_mutant(view, (), files, level))))


@cache
def known() -> tuple[Ids, Mapping[str, Row]]:
    """Return the kill matrix, by the ids of its deviations."""
    return Ids(*corpora()), {row.id: row for row in load_matrix().rows}


def repeat_some(wanted: Sequence[str]) -> Repeated:
    """Ask some mutants again: the main function of a process."""
    remember_slow_functions()
    ids, rows = known()
    killed = asked = 0
    missed: list[Missed] = []
    for id in wanted:
        for view in catalogue()[id].seen:
            kills, level = _kills(rows[id], view, ids)
            few = _few(kills)
            asked += len(few)
            why = _missing(view, id, few, level) if few else "the kill matrix names no vector"
            killed += not why
            missed += [Missed(id, view, why)] if why else []
    return Repeated(killed, tuple(missed), asked)


def _kills(row: Row, view: View, ids: Ids) -> tuple[dict[str, str], ProtectionLevel | None]:
    """Return what kills a deviation in a view, at the first level that sees it."""
    if view is View.LIBRARY:
        return ids.kills(row.library) if row.library else {}, None
    for seen, level in (
        (row.live, ProtectionLevel.HARDWARE),
        (row.software, ProtectionLevel.SOFTWARE),
        (row.external, ProtectionLevel.EXTERNAL),
    ):
        if seen and seen.files:
            return ids.kills(seen), level
    return {}, None


def _missing(view: View, id: str, few: Mapping[str, str], level: ProtectionLevel | None) -> str:
    """Return what is not as the matrix says; nothing if all of it is."""
    files = [excerpt(files_of((family,))[0], own) for family, own in _by_family(few).items()]
    found = red(judge_mutant(view, (id,), files, level))
    if all(found.get(vector) == kind for vector, kind in few.items()):
        return ""
    # Some mistakes depend on what was asked before, or on chance: the same calls show them again.
    found = red(judge_mutant(view, (id,), files_of(_whole_scope(view, id, few, level)), level))
    differing = [vector for vector, kind in few.items() if found.get(vector) != kind]
    if len(differing) < len(few):
        return ""
    return f"{differing[0]} does not kill it any more, nor do {len(few) - 1} others of the matrix"


def _whole_scope(
    view: View, id: str, few: Mapping[str, str], level: ProtectionLevel | None
) -> tuple[str, ...]:
    """Return all files that were asked together when the matrix was made."""
    own = next(iter(few)).partition("/")[0]
    asked = (
        families_for(scope, catalogue()[id], *corpora())
        for scope in scopes()
        if scope.view is view and scope.level is level
    )
    return next(families for families in asked if own in families)


def _by_family(ids: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id in ids:
        found.setdefault(id.partition("/")[0], []).append(id)
    return found


def _few(kills: Mapping[str, str]) -> dict[str, str]:
    """Return the vectors that take least, from one file: the keys in it are made once."""
    by_cost = sorted(kills, key=lambda id: (_file_rank(id), _cost(id), id))
    family = by_cost[0].partition("/")[0] if by_cost else ""
    own = [id for id in by_cost if id.startswith(f"{family}/")]
    return {id: kills[id] for id in own[:FEW]}


def _file_rank(id: str) -> int:
    return 2 if "-4096" in id else 1 if "-3072" in id else 0


@cache
def _costs(family: str) -> dict[str, int]:
    (file,) = files_of((family,))
    return {test.id: calls_of(test) for test in vectors_of(file)}


def _cost(id: str) -> int:
    """Return the calls that a vector takes; a comparison of refusals takes those of a file."""
    costs = _costs(id.partition("/")[0])
    return costs.get(id, len(costs))
