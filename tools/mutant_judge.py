"""Judge a mutated module of the reference by the corpus, in a fork of this process."""

from __future__ import annotations

import gc
import importlib.util
import os
import pickle
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from kmsproof.corpus import load_corpus
from kmsproof.live.corpus import load_live_corpus
from kmsproof.mutants import remembering
from kmsproof.mutants.judging import DEADLINE_MS, target_of
from kmsproof.mutants.memory_log import MemoryJournal, MemoryLog
from kmsproof.mutants.scopes import ALGORITHMS, LIBRARY_KEYS, LIVE_KEYS
from kmsproof.results import AnyEvent, VerdictRecorded
from kmsproof.run_options import Subject
from kmsproof.runner import TargetRunner
from kmsproof.selection import Filters
from kmsproof.session import InProcessSession
from kmsproof.target import Target
from kmsproof.targets import open_in_process
from kmsproof.verdict import Verdict
from kmsproof.vocabulary import KeySpec, ProtectionLevel
from kmsproof_reference.deviations import View
from kmsproof_vectors.live.model import LiveFile
from kmsproof_vectors.model import CorpusFile
from mutants_of_source import Functions
from mutated_modules import mutated, mutated_file

FIRST_KEYS = (
    KeySpec.AES_128,
    KeySpec.AES_256,
    KeySpec.RSA_2048,
    KeySpec.EC_P256,
    KeySpec.EC_P256K,
)
"""What is enough for nearly all mutants; survivors are tried with the others as well."""

MEMORY = 4 << 30
"""Bytes that a mutant may take: one that computes with numbers without end stops there."""

_KILLS = frozenset({Verdict.FAIL, Verdict.FLAKY, Verdict.ERROR})

AnyFile = CorpusFile | LiveFile


@dataclass(frozen=True)
class Found:
    """What came of a mutant."""

    outcome: str
    by: str = ""
    seconds: float = 0.0


class _Noticed(BaseException):
    """A vector is red. No code of a target catches this."""


class _StoppingLog(MemoryLog):
    """Ends the run at the first vector that is red."""

    def __init__(self, expected: frozenset[str]) -> None:
        super().__init__()
        self._expected = expected

    def write(self, event: AnyEvent) -> None:
        """Stop at a red verdict that the unmodified reference does not get."""
        super().write(event)
        if (
            isinstance(event, VerdictRecorded)
            and event.verdict in _KILLS
            and event.id not in self._expected
        ):
            raise _Noticed(f"{event.id} {event.failure or event.verdict}")


class Judge:
    """Judges the mutants of one module."""

    def __init__(self, module: str, families: Sequence[str], *, widely: bool) -> None:
        """Load the files, and judge the right reference once: what it computes is remembered."""
        self._module = module
        remembering.remember_slow_functions()
        self._files = list(_files(families, widely=widely))
        self._expected: frozenset[str] = frozenset()
        costs: dict[int, float] = {}
        began = time.process_time()
        for place, file in enumerate(self._files):
            start, log = time.process_time(), MemoryLog()
            _run(file, _open(file), log)
            red = {id for id, each in log.verdicts.items() if each.verdict in _KILLS}
            self._expected |= red
            costs[place] = (time.process_time() - start) / max(1, len(log.verdicts))
        self.seconds = time.process_time() - began
        library = [place for place in costs if isinstance(self._files[place], CorpusFile)]
        live = [place for place in costs if place not in set(library)]
        order = [*sorted(library, key=costs.__getitem__), *sorted(live, key=costs.__getitem__)]
        self._files = [self._files[place] for place in order]
        gc.freeze()
        spec = importlib.util.find_spec(f"kmsproof_reference.{module}")
        assert spec is not None
        assert spec.origin is not None
        source = Path(spec.origin).read_text(encoding="utf-8")
        unmutated = self.judge(source, watched=True)
        if unmutated.outcome != "survived":
            raise RuntimeError(f"the unmutated module is {unmutated.outcome} {unmutated.by}")
        self._functions = Functions(source, frozenset(map(int, unmutated.by.split())))
        print(
            f"{module}: {len(self._files)} files, {self.seconds:.1f} s for the right reference, "
            f"{len(self._expected)} vectors red for it",
            file=sys.stderr,
            flush=True,
        )

    def judge_line(self, source: str, line: int) -> Found:
        """Judge a mutant whose change begins in a line; none is run if no vector comes there."""
        if self._functions.is_entered(line):
            return self.judge(source)
        return Found("survived", "not reached by any vector")

    def judge(self, source: str, *, watched: bool = False) -> Found:
        """Judge a mutant in a process of its own.

        If it is watched and survives, ``by`` holds the first lines of the functions that were
        called.
        """
        began = time.monotonic()
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            try:
                answer = pickle.dumps(self._outcome(source, watched=watched))
            except BaseException as error:  # a mutant may break anything
                answer = pickle.dumps(("killed", f"the run itself: {type(error).__name__}"))
            os.write(write, answer[:4096])
            os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            data = pipe.read()
        _, status = os.waitpid(child, 0)
        seconds = round(time.monotonic() - began, 2)
        if not data:
            stopped = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (
                signal.SIGXCPU,
                signal.SIGKILL,
            )
            return Found("timeout" if stopped else "killed", f"status {status}", seconds)
        outcome, by = pickle.loads(data)
        return Found(outcome, by, seconds)

    def _outcome(self, source: str, *, watched: bool) -> tuple[str, str]:
        limit = int(20 + 6 * self.seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        entered = set[int]()
        if watched:
            sys.settrace(_watcher(mutated_file(self._module), entered))
        for file in self._files:
            try:
                with mutated(self._module, source):
                    target = _open(file)
            except Exception as error:
                return "does-not-load", f"{type(error).__name__}: {error}"[:500]
            try:
                _run(file, target, _StoppingLog(self._expected))
            except _Noticed as noticed:
                return "killed", str(noticed)[:500]
            except Exception as error:
                return "killed", f"the run itself: {type(error).__name__}: {error}"[:500]
        return "survived", " ".join(map(str, sorted(entered)))


def _watcher(name: str, entered: set[int]) -> Callable[[FrameType, str, object], None]:
    """Return what notes the first lines of the functions of a module that are called."""

    def watch(frame: FrameType, event: str, argument: object) -> None:
        if frame.f_code.co_filename == name:
            entered.add(frame.f_code.co_firstlineno)

    return watch


def _files(families: Sequence[str], *, widely: bool) -> Iterator[AnyFile]:
    """Yield the files of the algorithms; widely, of all key specs, and of the live corpus."""
    algorithms = frozenset[object]().union(*(ALGORITHMS[each] for each in families))
    keys = LIBRARY_KEYS if widely else FIRST_KEYS
    corpus, live = load_corpus(None), load_live_corpus()
    for entry in corpus.manifest.files:
        if entry.key_spec in keys and entry.algorithm in algorithms:
            yield corpus.file(entry.family)
    if widely:
        keys_of = {each.key_spec for each in live.manifest.files if each.algorithm in algorithms}
        for recipe in live.manifest.files:
            wanted = recipe.algorithm is None or recipe.algorithm in algorithms
            if wanted and recipe.key_spec in LIVE_KEYS and recipe.key_spec in keys_of:
                yield live.file(recipe)


def _view(file: AnyFile) -> View:
    return View.LIBRARY if isinstance(file, CorpusFile) else View.LIVE


def _open(file: AnyFile) -> Target:
    return open_in_process(target_of(_view(file)))


def _run(file: AnyFile, target: Target, log: MemoryLog) -> None:
    level = ProtectionLevel.HARDWARE if isinstance(file, LiveFile) else None
    runner = TargetRunner(
        Subject("mutant", level),
        InProcessSession(target, deadline_ms=DEADLINE_MS),
        log,
        deadline_ms=DEADLINE_MS,
        progress=lambda done, total: None,
        journal=MemoryJournal(),
    )
    library = [file] if isinstance(file, CorpusFile) else []
    live = [file] if isinstance(file, LiveFile) else []
    runner.run(library, Filters(), live)
