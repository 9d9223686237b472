"""A whole run: header, the targets, footer, and the exit code that follows."""

from __future__ import annotations

import datetime
import importlib.metadata
import math
import platform
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from kmsproof.corpus import Corpus
from kmsproof.errors import ExitCode, KmsproofError, UsageError
from kmsproof.jobs import judge_all
from kmsproof.log import FILE_NAME, LogWriter
from kmsproof.progress import Progress
from kmsproof.recorder import shape_of
from kmsproof.results import (
    LOG_VERSION,
    Family,
    RunFinished,
    RunStarted,
    TargetFinished,
    TargetState,
)
from kmsproof.run_options import RunOptions
from kmsproof.selection import Filters, nothing_selected, selected_groups
from kmsproof.targets import check_name
from kmsproof.text import printable, redacted
from kmsproof.verdict import Verdict
from kmsproof_vectors.model import CorpusFile, ManifestEntry

REPORTED_PACKAGES = ("kmsproof", "cryptography", "pycryptodome", "python-pkcs11", "msgspec")
"""Packages whose versions stand in the header of every log."""


@dataclass(frozen=True)
class Conclusion:
    """What a run comes to."""

    exit_code: ExitCode
    sentence: str


def new_run_id(now: datetime.datetime) -> str:
    """Return a name for a run that sorts by time and does not collide."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def utc_now() -> datetime.datetime:
    """Return the time in UTC."""
    return datetime.datetime.now(datetime.UTC)


def _timestamp(now: datetime.datetime) -> str:
    return now.isoformat(timespec="seconds").replace("+00:00", "Z")


def run(options: RunOptions, corpus: Corpus, progress: Progress) -> Conclusion:
    """Run the selected vectors on every target and write the log.

    Raises:
        UsageError: if a target is named twice or the log cannot be made.
        NothingSelected: if the filters leave no vector.
    """
    names = [redacted(target) for target in options.targets]
    _refuse_doubles(names)
    for target in options.targets:
        check_name(target)
    selected = corpus.count(options.filters)
    if not selected:
        raise nothing_selected(options.filters, corpus.words())
    files = corpus.files(options.filters)
    finished: list[TargetFinished] = []
    broken: list[KmsproofError] = []
    with LogWriter(options.folder / FILE_NAME) as log:
        log.write(_header(options, names, corpus, files))
        conclusion = Conclusion(ExitCode.HARNESS, "The run was interrupted before its end.")
        try:
            for ended in judge_all(options, files, log, progress):
                finished.append(ended.finished)
                if ended.broken is not None:
                    broken.append(ended.broken)
            finished.sort(key=lambda each: names.index(each.target))
            conclusion = conclude(finished, selected, options, broken)
        finally:
            log.write(
                RunFinished(
                    finished_at=_timestamp(utc_now()),
                    exit_code=int(conclusion.exit_code),
                    conclusion=conclusion.sentence,
                )
            )
    return conclusion


def _refuse_doubles(names: Sequence[str]) -> None:
    if not names:
        raise UsageError("No target is named.", "Give one or more; see 'kmsproof list targets'.")
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"The target {name} is named twice.", "Name each target once.")


def _header(
    options: RunOptions, names: Sequence[str], corpus: Corpus, files: Sequence[CorpusFile]
) -> RunStarted:
    now = utc_now()
    entries = {entry.family: entry for entry in corpus.manifest.files}
    return RunStarted(
        log_version=LOG_VERSION,
        run_id=new_run_id(now),
        started_at=_timestamp(now),
        suite=f"kmsproof {importlib.metadata.version('kmsproof')}",
        corpus_version=corpus.manifest.corpus_version,
        corpus_sha256=corpus.digest,
        families=tuple(_family(file, entries[file.family], options.filters) for file in files),
        filters=(*options.filters.words(), *_other_corpus(options, corpus)),
        targets=tuple(names),
        environment=_environment(),
        floor_percent=options.floor_percent,
    )


def _other_corpus(options: RunOptions, corpus: Corpus) -> tuple[str, ...]:
    """Return which corpus it is, if not ours, and what of it has no place here."""
    left_out = (f"left out: {n} × {reason}" for reason, n in corpus.left_out.items())
    return (f"corpus={options.corpus}", *left_out) if options.corpus else ()


def _family(file: CorpusFile, entry: ManifestEntry, filters: Filters) -> Family:
    selected = [test for _, tests in selected_groups(file, filters) for test in tests]
    return Family(
        family=file.family,
        key_spec=file.key_spec,
        algorithm=file.algorithm,
        padding=file.padding,
        description=file.description,
        tests=file.number_of_tests,
        selected=len(selected),
        sha256=entry.sha256,
        classes=file.classes,
        shapes=tuple(shape_of(test) for test in selected),
    )


def _environment() -> dict[str, str]:
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for package in REPORTED_PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def conclude(
    finished: Sequence[TargetFinished],
    selected: int,
    options: RunOptions,
    broken: Sequence[KmsproofError] = (),
) -> Conclusion:
    """Return the exit code and the sentence that follow from how the targets ended."""
    wrong = [
        target.target
        for target in finished
        if target.failures or _count(target, Verdict.FLAKY, Verdict.XPASS)
    ]
    if wrong:
        return Conclusion(ExitCode.NOT_CONFORMANT, f"Not conformant: {', '.join(wrong)}.")
    if broken:
        told = printable(redacted(str(broken[0])))
        return Conclusion(broken[0].exit_code, f"A target did not start: {told}")
    for target in finished:
        trouble = _trouble(target)
        if trouble:
            return Conclusion(ExitCode.HARNESS, f"{target.target} could not be judged: {trouble}.")
    for target in finished:
        covered = 100 * target.concluded / selected if selected else 0.0
        if not target.concluded or covered < options.floor_percent:
            return Conclusion(
                ExitCode.COVERAGE,
                f"{target.target} was judged by {target.concluded} of {selected} vectors "
                f"({math.floor(10 * covered) / 10:.1f} %), and {options.floor_percent:g} % is the "
                "least that is enough to call it conformant.",
            )
    return Conclusion(
        ExitCode.CONFORMANT,
        "Every vector that a target declares to support was answered as the standards demand.",
    )


def _trouble(target: TargetFinished) -> str:
    if target.state is not TargetState.FINISHED:
        return target.message or str(target.state)
    errors = _count(target, Verdict.ERROR)
    if errors:
        return f"{errors} {'vector' if errors == 1 else 'vectors'} ended in an error"
    if target.incidents:
        return f"it broke {target.incidents} {'time' if target.incidents == 1 else 'times'}"
    return ""


def _count(target: TargetFinished, *verdicts: Verdict) -> int:
    return sum(target.counts.get(verdict, 0) for verdict in verdicts)
