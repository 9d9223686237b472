"""Prove the corpus: judge every mutant, several processes at a time, and remember what came of it.

A result is kept in a cache under a digest of all that it depends on: the corpus files, the code of
the suite and of the reference, and the module of the deviation. Where nothing changed, nothing is
judged again.
"""

from __future__ import annotations

import hashlib
import inspect
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

from kmsproof.corpus import Corpus, load_corpus
from kmsproof.live.corpus import LiveCorpus, load_live_corpus
from kmsproof.mutants.judging import judge_mutant, kills, red
from kmsproof.mutants.matrix import Ids, Matrix, Row
from kmsproof.mutants.remembering import remember_slow_functions
from kmsproof.mutants.scopes import Scope, families_for, scopes
from kmsproof.results import VerdictRecorded
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_reference.deviations import Deviation, View, catalogue
from kmsproof_vectors.live.model import LiveFile
from kmsproof_vectors.model import CorpusFile

PACKAGES = ("kmsproof", "kmsproof_reference", "kmsproof_vectors", "kmsproof_adapters.reference")
"""Whose code a result depends on."""

PLANTING = ("kmsproof.diagnosis", "kmsproof_reference.deviations")
"""Whose code decides besides what is found where every deviation may be planted."""

OF_NO_EFFECT = frozenset(
    {
        "deviations",
        "commands",
        "scopes",
        "explaining",
        "loading",
        "pages",
        "justified",
        "equivalents",
        "diagnosis",
        "tiers",
        "proof",
        "findings",
        "matrix",
        "repeating",
    }
    | {
        "proving",
        "explanation",
        "intermediate",
        "reporting",
        "clusters",
        "progress",
        "child",
        "cli",
    }
)
"""Folders and modules, by their names, that no verdict depends on, or only through the corpus; each
deviation's own module is looked at beside the code."""

Told = Callable[[str], None]

Seen = tuple[str, View, ProtectionLevel | None]
"""A deviation, and where it was looked for."""


@dataclass(frozen=True)
class Task:
    """The deviations of a scope that have to be judged."""

    scope: Scope
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """What came of a task."""

    scope: Scope
    found: dict[str, dict[str, str]]
    """By deviation: the vectors that kill it."""
    red: tuple[str, ...] = ()
    """Vectors that are red for the unmodified reference: there must be none."""
    seconds: float = 0.0


@dataclass(frozen=True)
class Proof:
    """Everything that was found."""

    matrix: Matrix
    red: tuple[str, ...]
    """Vectors that are red for the unmodified reference."""
    judged: int
    """How many mutants were judged now, each in one scope; the others were in the cache."""


@cache
def corpora() -> tuple[Corpus, LiveCorpus]:
    """Return the corpora of the package."""
    return load_corpus(None), load_live_corpus(None)


def prove(
    ids: Sequence[str], *, jobs: int, cache_folder: Path, told: Told = lambda _: None
) -> Proof:
    """Judge the mutants of these deviations, and return the matrix.

    Args:
        ids: of the deviations; none for all.
        jobs: how many processes work at a time.
        cache_folder: where results are kept.
        told: takes lines about how far it is.

    Raises:
        KmsproofError: if a corpus cannot be used.
    """
    corpus, live = corpora()
    wanted = [each for id, each in catalogue().items() if not ids or id in ids]
    store = Store(cache_folder, corpus, live)
    found: dict[Seen, dict[str, str]] = {}
    tasks = list(_tasks(wanted, store, found))
    wrong: list[str] = []
    for judged in _judge_all(tasks, jobs):
        told(f"{judged.scope.name}: {len(judged.found)} mutants in {judged.seconds:.0f} s")
        wrong += judged.red
        for id, killed in judged.found.items():
            store.put(judged.scope, catalogue()[id], killed)
            found.setdefault((id, judged.scope.view, judged.scope.level), {}).update(killed)
    matrix = _matrix(wanted, found, corpus, live)
    return Proof(matrix, tuple(wrong), sum(len(task.ids) for task in tasks))


def _tasks(
    wanted: Sequence[Deviation], store: Store, found: dict[Seen, dict[str, str]]
) -> Iterator[Task]:
    corpus, live = corpora()
    for scope in scopes():
        missing: list[str] = []
        for deviation in wanted:
            if not families_for(scope, deviation, corpus, live):
                continue
            kept = store.get(scope, deviation)
            if kept is None:
                missing.append(deviation.id)
            else:
                found.setdefault((deviation.id, scope.view, scope.level), {}).update(kept)
        if missing:
            yield Task(scope, tuple(missing))


def _judge_all(tasks: Sequence[Task], jobs: int) -> Iterator[Judged]:
    if jobs < 2 or len(tasks) < 2:
        yield from map(judge_task, tasks)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        futures: list[Future[Judged]] = [pool.submit(judge_task, task) for task in tasks]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def judge_task(task: Task) -> Judged:
    """Judge the mutants of a task: the main function of a process."""
    began = time.monotonic()
    remember_slow_functions()
    corpus, live = corpora()
    standard: dict[str, VerdictRecorded] = {}
    asked: dict[tuple[str, ...], None] = {}
    found: dict[str, dict[str, str]] = {}
    for id in task.ids:
        families = families_for(task.scope, catalogue()[id], corpus, live)
        files = files_of(families)
        if families not in asked:
            asked[families] = None
            standard.update(judge_mutant(task.scope.view, (), files, task.scope.level))
        mutant = judge_mutant(task.scope.view, (id,), files, task.scope.level)
        found[id] = kills(mutant, standard)
    return Judged(task.scope, found, tuple(red(standard)), time.monotonic() - began)


def files_of(families: Sequence[str]) -> list[CorpusFile | LiveFile]:
    """Return the files of these families."""
    corpus, live = corpora()
    entries = {entry.family: entry for entry in live.manifest.files}
    return [
        live.file(entries[family]) if family in entries else corpus.file(family)
        for family in families
    ]


def _matrix(
    wanted: Sequence[Deviation],
    found: dict[Seen, dict[str, str]],
    corpus: Corpus,
    live: LiveCorpus,
) -> Matrix:
    ids = Ids(corpus, live)
    seen = {key: ids.seen(killed) for key, killed in found.items()}
    families = {
        family
        for scope in scopes()
        for deviation in wanted
        for family in families_for(scope, deviation, corpus, live)
    }
    return Matrix(
        corpus=corpus.digest,
        live_corpus=live.digest,
        judged={family: len(ids.of(family)) for family in sorted(families)},
        rows=tuple(
            Row(
                id=each.id,
                library=seen.get((each.id, View.LIBRARY, None)),
                live=seen.get((each.id, View.LIVE, ProtectionLevel.HARDWARE)),
                software=seen.get((each.id, View.LIVE, ProtectionLevel.SOFTWARE)),
                external=seen.get((each.id, View.LIVE, ProtectionLevel.EXTERNAL)),
            )
            for each in wanted
        ),
    )


class Store:
    """The results of earlier runs, by what they depend on."""

    def __init__(self, folder: Path, corpus: Corpus, live: LiveCorpus) -> None:
        self._folder, self._corpus, self._live = folder, corpus, live
        self._sha256 = {
            entry.family: entry.sha256
            for manifest in (corpus.manifest, live.manifest)
            for entry in manifest.files
        }
        self._code = code_digest()

    def get(self, scope: Scope, deviation: Deviation) -> dict[str, str] | None:
        """Return what kills a deviation in a scope, if that is known."""
        try:
            data = self._path(scope, deviation).read_bytes()
            return msgspec.json.decode(data, type=dict[str, str])
        except (OSError, msgspec.DecodeError):
            return None

    def put(self, scope: Scope, deviation: Deviation, found: dict[str, str]) -> None:
        """Keep what kills a deviation in a scope."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path(scope, deviation).write_bytes(msgspec.json.encode(found))

    def _path(self, scope: Scope, deviation: Deviation) -> Path:
        families = families_for(scope, deviation, self._corpus, self._live)
        parts = [
            self._code,
            *(module_digest(inspect.getfile(each)) for each in deviation.replacements),
            deviation.id,
            scope.name,
            *(self._sha256[family] for family in families),
        ]
        name = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return self._folder / f"{name[:32]}.json"


@cache
def module_digest(file: str) -> str:
    """Return the digest of a source file."""
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


@cache
def code_digest() -> str:
    """Return a digest of all code that a result depends on, the catalogue left out."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        spec = find_spec(package)
        assert spec is not None
        for folder in spec.submodule_search_locations or ():
            for file in sorted(Path(folder).rglob("*.py")):
                if OF_NO_EFFECT.isdisjoint(file.with_suffix("").parts):
                    digest.update(module_digest(str(file)).encode())
    return digest.hexdigest()


@cache
def digest_with_catalogue() -> bytes:
    """Return a digest of that, of the catalogue, and of the diagnosis."""
    digest = hashlib.sha256(code_digest().encode())
    for package in PLANTING:
        spec = find_spec(package)
        assert spec is not None
        for folder in spec.submodule_search_locations or ():
            for file in sorted(Path(folder).rglob("*.py")):
                digest.update(module_digest(str(file)).encode())
    return digest.digest()
