"""Judge one mutant: the reference with some deviations, in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kmsproof.mutants.memory_log import MemoryJournal, MemoryLog
from kmsproof.results import VerdictRecorded
from kmsproof.run_options import Subject
from kmsproof.runner import TargetRunner
from kmsproof.selection import Filters
from kmsproof.session import InProcessSession
from kmsproof.targets import open_in_process
from kmsproof.verdict import Verdict
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_reference.deviations import View
from kmsproof_vectors.live.model import LiveFile
from kmsproof_vectors.model import CorpusFile

TARGETS = {View.LIBRARY: "reference", View.LIVE: "reference-kms"}
"""The target that shows deviations in each view."""

SEED = 1
"""All mutants choose the same keys and random numbers, so that only the deviation counts."""

DEADLINE_MS = 600_000

_KILLS = frozenset({Verdict.FAIL, Verdict.FLAKY, Verdict.ERROR})


def target_of(view: View, deviations: Sequence[str] = (), seed: int = SEED) -> str:
    """Return the name of a mutant as a target."""
    options = [f"seed={seed}", *(f"deviation={id}" for id in deviations)]
    return f"{TARGETS[view]}:{','.join(options)}"


def judge_mutant(
    view: View,
    deviations: Sequence[str],
    files: Sequence[CorpusFile | LiveFile],
    level: ProtectionLevel | None = None,
    filters: Filters | None = None,
    seed: int = SEED,
) -> dict[str, VerdictRecorded]:
    """Judge the reference with these deviations by some files; return the verdicts by id."""
    log = MemoryLog()
    session = InProcessSession(
        open_in_process(target_of(view, deviations, seed)), deadline_ms=DEADLINE_MS
    )
    runner = TargetRunner(
        Subject("mutant", level),
        session,
        log,
        deadline_ms=DEADLINE_MS,
        progress=lambda done, total: None,
        journal=MemoryJournal(),
    )
    library = [file for file in files if isinstance(file, CorpusFile)]
    live = [file for file in files if isinstance(file, LiveFile)]
    runner.run(library, filters or Filters(), live)
    return log.verdicts


def red(verdicts: Mapping[str, VerdictRecorded]) -> dict[str, str]:
    """Return the vectors that are red, and how each fails."""
    return {
        id: str(found.failure or found.verdict)
        for id, found in verdicts.items()
        if found.verdict in _KILLS
    }


def kills(
    mutant: Mapping[str, VerdictRecorded], standard: Mapping[str, VerdictRecorded]
) -> dict[str, str]:
    """Return the vectors that are red for a mutant and not for the reference, and how they fail."""
    expected = red(standard)
    return {id: kind for id, kind in red(mutant).items() if id not in expected}
