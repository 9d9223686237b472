"""Measure the diagnosis in several processes, and remember what came of it."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import msgspec

from kmsproof.diagnosis.accuracy import Accuracy, Planted, Trial, plant, try_all
from kmsproof.mutants.matrix import Matrix, written
from kmsproof.mutants.proving import Told, digest_with_catalogue

CHUNK = 12
"""Planted sets that a process takes at a time: what it remembers serves the next ones."""


def measure(
    matrix: Matrix, *, every: int, pairs: int, jobs: int, cache_folder: Path, told: Told
) -> Accuracy:
    """Plant deviations and look for them; see `plant` for ``every`` and ``pairs``."""
    data = written(matrix)
    digest = hashlib.sha256(
        data + digest_with_catalogue() + f"{every} {pairs}".encode()
    ).hexdigest()
    kept = cache_folder / f"accuracy-{digest[:24]}.json"
    try:
        return msgspec.json.decode(kept.read_bytes(), type=Accuracy)
    except (OSError, msgspec.DecodeError):
        pass
    cache_folder.mkdir(parents=True, exist_ok=True)
    file = cache_folder / "matrix-to-measure.json"
    file.write_bytes(data)
    planted = plant(matrix, every=every, pairs=pairs)
    trials: list[Trial] = []
    for found in _try_in_processes(planted, file, jobs):
        trials += found
        told(f"diagnosis: {len(trials)} of at most {len(planted)} planted sets")
    accuracy = Accuracy(tuple(sorted(trials, key=lambda each: _order(each.planted))))
    kept.write_bytes(msgspec.json.encode(accuracy))
    return accuracy


def _order(planted: Planted) -> tuple[int, str, tuple[str, ...]]:
    return len(planted.ids), planted.scope.name, planted.ids


def _try_in_processes(planted: list[Planted], file: Path, jobs: int) -> Iterator[Sequence[Trial]]:
    chunks = [planted[start : start + CHUNK] for start in range(0, len(planted), CHUNK)]
    if jobs < 2:
        yield from (try_all(chunk, file) for chunk in chunks)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(try_all, chunk, file) for chunk in chunks]
        yield from (future.result() for future in as_completed(futures))
