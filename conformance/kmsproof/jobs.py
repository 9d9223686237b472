"""Judge the targets of a run: one after the other, or several at once in processes of their own.

Each process loads the corpus for itself and appends whole lines to the one log. What it has to say
to the user it says through a queue, so that one display shows all targets.
"""

from __future__ import annotations

import multiprocessing
import queue
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from kmsproof.corpus import Corpus, load_corpus
from kmsproof.errors import KmsproofError, SuiteDefect, UsageError
from kmsproof.live.corpus import LiveCorpus, load_live_corpus
from kmsproof.log import FILE_NAME, LogWriter
from kmsproof.outcome import ErrorKind
from kmsproof.profiles import cover_for
from kmsproof.progress import Progress
from kmsproof.results import Incident, Mode, TargetFinished, TargetState
from kmsproof.run_options import RunOptions
from kmsproof.runner import TargetRunner
from kmsproof.targets import open_session
from kmsproof.text import printable, redacted
from kmsproof_vectors.live.model import LiveFile
from kmsproof_vectors.model import CorpusFile

TOLD_SECONDS = 0.1
"""Between two messages of a process about how far it is."""

WAIT_SECONDS = 0.5
"""Between two looks at whether a process is still there."""

END_SECONDS = 15.0
"""How long processes have to end after Ctrl-C: their targets must be told to let go."""


class Files(NamedTuple):
    """The files that a run takes from the corpus and from the live corpus."""

    library: list[CorpusFile]
    live: list[LiveFile]


class Ended(NamedTuple):
    """How the work on a target ended."""

    finished: TargetFinished
    broken: KmsproofError | None = None
    """Why the target did not start, if it did not."""


class Message(NamedTuple):
    """What a process tells: one of its three fields."""

    number: int
    """Which target of the run it is about."""
    advanced: tuple[int, int] | None = None
    ended: Ended | None = None
    defect: str = ""
    """A traceback: something is wrong with the suite."""


class Messages(Protocol):
    """The queue from the processes to the run."""

    def put(self, message: Message) -> None: ...

    def get(self, block: bool = True, timeout: float | None = None) -> Message: ...


def judge_target(
    options: RunOptions,
    number: int,
    files: Files,
    log: LogWriter,
    advanced: Callable[[int, int], None],
) -> Ended:
    """Judge one target and write its part of the log; a target that does not start is told there.

    Raises:
        KmsproofError: if the log cannot be written.
    """
    subject = options.subjects[number]
    try:
        session = open_session(
            subject.target, isolate=options.isolate, deadline_ms=options.deadline_ms
        )
        runner = TargetRunner(
            subject,
            session,
            log,
            deadline_ms=options.deadline_ms,
            progress=advanced,
            live=options.live,
            cover=cover_for(options, subject),
        )
        return Ended(runner.run(files.library, options.filters, files.live))
    except KmsproofError as error:
        return Ended(_not_started(subject.name, error, log), error)


def _not_started(name: str, error: KmsproofError, log: LogWriter) -> TargetFinished:
    """Record a target that did not start, for the reader of the log."""
    told = printable(redacted(str(error)))
    log.write(
        Incident(target=name, whose_fault=error.whose_fault, kind=ErrorKind.INTERNAL, message=told)
    )
    ended = TargetFinished(
        target=name,
        state=TargetState.NOT_STARTED,
        counts={},
        failures={},
        seconds=0.0,
        message=told,
    )
    log.write(ended)
    return ended


def judge_all(
    options: RunOptions, files: Files, log: LogWriter, progress: Progress
) -> Iterator[Ended]:
    """Judge all targets of a run and yield how each ended, in the order in which they do.

    Raises:
        SuiteDefect: if a process ends without a word, or tells of a defect.
    """
    names = [subject.name for subject in options.subjects]
    if options.jobs < 2 or len(names) < 2:
        for number, name in enumerate(names):
            progress.target_started(name)
            ended = judge_target(options, number, files, log, partial(progress.advanced, name))
            progress.target_finished(ended.finished)
            yield ended
        return
    log.flush()
    yield from _Crew(options, names, progress).work()


class _Crew:
    """The processes of a run."""

    def __init__(self, options: RunOptions, names: Sequence[str], progress: Progress) -> None:
        self._options = options
        self._names = names
        self._progress = progress
        # A fork would copy the locks of the display's thread, perhaps while they are held.
        self._context = multiprocessing.get_context("spawn")
        self._messages: Messages = cast(Messages, self._context.Queue())
        self._processes: dict[int, BaseProcess] = {}

    def work(self) -> Iterator[Ended]:
        """Start the processes, as many at a time as are wanted, and yield what they end with."""
        waiting = list(range(len(self._names)))
        try:
            while waiting or self._processes:
                while waiting and len(self._processes) < self._options.jobs:
                    self._start(waiting.pop(0))
                ended = self._hear()
                if ended is not None:
                    yield ended
        finally:
            self._end()

    def _start(self, number: int) -> None:
        process = self._context.Process(target=_work, args=(self._options, number, self._messages))
        process.start()
        self._processes[number] = process
        self._progress.target_started(self._names[number])

    def _hear(self) -> Ended | None:
        """Take one message; return how a target ended, if the message is about that."""
        try:
            message = self._messages.get(timeout=WAIT_SECONDS)
        except queue.Empty:
            self._look_for_the_dead()
            return None
        if message.advanced is not None:
            self._progress.advanced(self._names[message.number], *message.advanced)
        if message.defect:
            raise SuiteDefect(
                f"Judging {self._names[message.number]} failed inside kmsproof:\n{message.defect}",
                "Report it, with the text above.",
            )
        if message.ended is not None:
            self._processes.pop(message.number).join()
            self._progress.target_finished(message.ended.finished)
        return message.ended

    def _look_for_the_dead(self) -> None:
        for number, process in self._processes.items():
            if process.exitcode is not None:
                raise SuiteDefect(
                    f"The process that judged {self._names[number]} ended with "
                    f"{process.exitcode} and said nothing.",
                    "Run this target alone, and report what you see.",
                )

    def _end(self) -> None:
        """Wait for what is left after an interruption, which all processes have heard, too."""
        until = time.monotonic() + END_SECONDS
        for process in self._processes.values():
            process.join(max(0.0, until - time.monotonic()))
            if process.exitcode is None:
                process.terminate()
                process.join()


def load_files(options: RunOptions) -> Files:
    """Load the files that a run takes.

    Raises:
        CorpusError: if a corpus is missing or not what it should be.
    """
    corpora = load_corpora(options)
    library, live = list[CorpusFile](), list[LiveFile]()
    if Mode.LIBRARY in options.modes:
        library = corpora.library.files(options.filters)
    if corpora.live is not None:
        live = corpora.live.files(options.filters, options.modes)
    return Files(library, live)


class Corpora(NamedTuple):
    """The corpora that a run takes its files from."""

    library: Corpus
    live: LiveCorpus | None
    """None if no mode wants it."""


def load_corpora(options: RunOptions) -> Corpora:
    """Load the manifests of what a run needs.

    Raises:
        CorpusError: if a corpus is missing or not what it should be.
        UsageError: if a corpus is given for modes of which each has its own.
    """
    folder = Path(options.corpus) if options.corpus else None
    if options.modes == (Mode.LIBRARY,):
        return Corpora(load_corpus(folder), None)
    if folder is not None and Mode.LIBRARY in options.modes:
        raise UsageError(
            "One --corpus cannot serve library mode and the others, whose files differ.",
            "Run library mode by itself.",
        )
    return Corpora(load_corpus(None), load_live_corpus(folder))


def _work(options: RunOptions, number: int, messages: Messages) -> None:
    """Judge one target: the main function of a process."""
    told = 0.0

    def advanced(done: int, total: int) -> None:
        nonlocal told
        if done == total or time.monotonic() - told >= TOLD_SECONDS:
            told = time.monotonic()
            messages.put(Message(number, advanced=(done, total)))

    try:
        files = load_files(options)
        with LogWriter(options.folder / FILE_NAME, append=True) as log:
            ended = judge_target(options, number, files, log, advanced)
    except KeyboardInterrupt:
        return
    except Exception:
        messages.put(Message(number, defect=redacted(traceback.format_exc())))
    else:
        messages.put(Message(number, ended=ended))
