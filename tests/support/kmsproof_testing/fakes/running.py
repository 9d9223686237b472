"""Judge a target with the tiny corpus and read the log back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kmsproof.corpus import Corpus, load_corpus
from kmsproof.log import FILE_NAME, LogWriter
from kmsproof.log_reader import read_run
from kmsproof.progress import Silent
from kmsproof.results import (
    LOG_VERSION,
    Run,
    RunFinished,
    RunStarted,
    TargetFinished,
    TargetRun,
    VerdictRecorded,
)
from kmsproof.run import Conclusion, conclude, run
from kmsproof.run_options import RunOptions
from kmsproof.runner import TargetRunner
from kmsproof.selection import Filters
from kmsproof.session import InProcessSession, Session
from kmsproof.target import Target
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_testing.corpora import TINY
from kmsproof_testing.corpus_folders import write_corpus
from kmsproof_vectors.model import CorpusFile

DEADLINE_MS = 5_000
"""Never reached by a fake that answers, however busy the machine is."""

SHORT_DEADLINE_MS = 500
"""For fakes that hang."""

NAME = "fake"

HEADER = RunStarted(
    log_version=LOG_VERSION,
    run_id="test",
    started_at="2026-11-24T00:00:00Z",
    suite="kmsproof",
    corpus_version="1.0",
    corpus_sha256="",
    families=(),
    filters=(),
    targets=(NAME,),
    environment={},
)
"""How the log of a test begins."""


@dataclass(frozen=True)
class Ran:
    """A run on one target, as its log tells it."""

    conclusion: Conclusion
    log: Run

    @property
    def target(self) -> TargetRun:
        """What the log says of the only target."""
        [target] = self.log.targets.values()
        return target

    @property
    def finished(self) -> TargetFinished:
        """The end of the work on the only target."""
        assert self.target.finished is not None
        return self.target.finished

    @property
    def verdicts(self) -> dict[str, VerdictRecorded]:
        """The verdicts by id."""
        return {recorded.id: recorded for recorded in self.target.verdicts}

    def ids(self, *verdicts: Verdict) -> set[str]:
        """The ids of the vectors that ended with one of these verdicts."""
        return {each.id for each in self.target.verdicts if each.verdict in verdicts}

    def failures(self) -> dict[str, FailureKind]:
        """The failed vectors and how they failed."""
        return {each.id: each.failure for each in self.target.verdicts if each.failure is not None}

    def counts(self) -> Counter[Verdict]:
        """The number of verdicts of each kind."""
        return self.target.counts


def _say_nothing(done: int, total: int) -> None:
    """Show no progress."""


def run_session(
    session: Session,
    folder: Path,
    files: Sequence[CorpusFile] = TINY,
    filters: Filters | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Ran:
    """Judge what is behind a session, as ``run`` does for one target."""
    chosen = filters or Filters()
    options = RunOptions(targets=(NAME,), folder=folder, filters=chosen)
    with LogWriter(folder / FILE_NAME) as log:
        log.write(HEADER)
        runner = TargetRunner(
            NAME,
            session,
            log,
            deadline_ms=DEADLINE_MS,
            progress=progress or _say_nothing,
        )
        finished = runner.run(files, chosen)
        selected = sum(file.number_of_tests for file in files)
        conclusion = conclude([finished], selected, options)
        log.write(
            RunFinished(
                finished_at="2026-11-24T00:00:00Z",
                exit_code=int(conclusion.exit_code),
                conclusion=conclusion.sentence,
            )
        )
    return Ran(conclusion, read_run(folder))


def run_in_process(target: Target, folder: Path, files: Sequence[CorpusFile] = TINY) -> Ran:
    """Judge a target in this process."""
    return run_session(InProcessSession(target, deadline_ms=DEADLINE_MS), folder, files)


def tiny_corpus(folder: Path, files: Sequence[CorpusFile] = TINY) -> Corpus:
    """Write the tiny corpus to a folder and load it as a user's corpus."""
    return load_corpus(write_corpus(folder, files))


def run_command(
    target: str,
    folder: Path,
    files: Sequence[CorpusFile] = TINY,
    *,
    filters: Filters | None = None,
    deadline_ms: int = DEADLINE_MS,
) -> Ran:
    """Judge a target that is named as on the command line, through everything ``run`` does."""
    options = RunOptions(
        targets=(target,),
        folder=folder / "run",
        filters=filters or Filters(),
        deadline_ms=deadline_ms,
        profile="none",
    )
    conclusion = run(options, tiny_corpus(folder / "corpus", files), Silent())
    return Ran(conclusion, read_run(options.folder))
