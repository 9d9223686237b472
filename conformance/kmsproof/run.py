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
from kmsproof.jobs import Files, judge_all
from kmsproof.levels import with_all_levels
from kmsproof.live.corpus import LiveCorpus, mode_of
from kmsproof.live.detail import shape_of_recipe
from kmsproof.log import FILE_NAME, LogWriter
from kmsproof.profiles import check_profile
from kmsproof.progress import Progress
from kmsproof.recorder import shape_of
from kmsproof.results import (
    LOG_VERSION,
    Family,
    Mode,
    RunFinished,
    RunStarted,
    TargetFinished,
    TargetState,
)
from kmsproof.run_options import DEFAULT_FLOOR_PERCENT, RunOptions
from kmsproof.selection import (
    Filters,
    nothing_selected,
    selected_groups,
    selected_live_tests,
)
from kmsproof.targets import check_name
from kmsproof.text import printable, redacted
from kmsproof.verdict import Verdict
from kmsproof_vectors.live.model import LiveEntry, LiveFile
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


def run(
    options: RunOptions, corpus: Corpus, progress: Progress, live: LiveCorpus | None = None
) -> Conclusion:
    """Run the selected vectors on every target and write the log.

    Args:
        options: what is asked for.
        corpus: the corpus of library mode.
        progress: told how far the run is.
        live: the corpus of live mode, where that is wanted.

    Raises:
        UsageError: if a target is named twice or the log cannot be made.
        NothingSelected: if the filters leave no vector.
    """
    _refuse_doubles([redacted(target) for target in options.targets])
    for target in options.targets:
        check_name(target)
    check_profile(options)
    options = with_all_levels(options)
    names = [subject.name for subject in options.subjects]
    files = _files(options, corpus, live)
    selected = _count(files, options.filters)
    if not selected:
        raise nothing_selected(options.filters, _words(options, corpus, live))
    finished: list[TargetFinished] = []
    broken: list[KmsproofError] = []
    with LogWriter(options.folder / FILE_NAME) as log:
        log.write(_header(options, names, corpus, live, files))
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


def _files(options: RunOptions, corpus: Corpus, live: LiveCorpus | None) -> Files:
    library = corpus.files(options.filters) if Mode.LIBRARY in options.modes else []
    return Files(library, live.files(options.filters, options.modes) if live is not None else [])


def _count(files: Files, filters: Filters) -> int:
    groups = (group for file in files.library for group in selected_groups(file, filters))
    recipes = sum(len(selected_live_tests(file, filters)) for file in files.live)
    return sum(len(tests) for _, tests in groups) + recipes


def _words(options: RunOptions, corpus: Corpus, live: LiveCorpus | None) -> list[str]:
    """Return what filters can name, for suggestions."""
    words = list(corpus.words()) if Mode.LIBRARY in options.modes else []
    return words + (list(live.words()) if live is not None else [])


def _refuse_doubles(names: Sequence[str]) -> None:
    if not names:
        raise UsageError("No target is named.", "Give one or more; see 'kmsproof list targets'.")
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"The target {name} is named twice.", "Name each target once.")


def _header(
    options: RunOptions,
    names: Sequence[str],
    corpus: Corpus,
    live: LiveCorpus | None,
    files: Files,
) -> RunStarted:
    now = utc_now()
    entries = {entry.family: entry for entry in corpus.manifest.files}
    recipes = {entry.family: entry for entry in live.manifest.files} if live is not None else {}
    filters = options.filters
    return RunStarted(
        log_version=LOG_VERSION,
        run_id=new_run_id(now),
        started_at=_timestamp(now),
        suite=f"kmsproof {importlib.metadata.version('kmsproof')}",
        corpus_version=corpus.manifest.corpus_version,
        corpus_sha256=corpus.digest,
        families=(
            *(_family(file, entries[file.family], filters) for file in files.library),
            *(_live_family(file, recipes[file.family], filters) for file in files.live),
        ),
        filters=(*filters.words(), *_other_corpus(options, corpus)),
        targets=tuple(names),
        environment=_environment(),
        floor_percent=(
            DEFAULT_FLOOR_PERCENT if options.floor_percent is None else options.floor_percent
        ),
        modes=options.modes,
        live_sha256=live.digest if live is not None else "",
        tier=options.tier,
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


def _live_family(file: LiveFile, entry: LiveEntry, filters: Filters) -> Family:
    selected = selected_live_tests(file, filters)
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
        shapes=tuple(shape_of_recipe(test) for test in selected),
        mode=mode_of(file),
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
        if target.failures or _verdicts(target, Verdict.FLAKY, Verdict.XPASS)
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
    floor = DEFAULT_FLOOR_PERCENT if options.floor_percent is None else options.floor_percent
    for target in finished:
        covered = 100 * target.concluded / selected if selected else 0.0
        if target.below_floor:
            told = f"{target.target}: {target.below_floor}.{_hint(target, options)}"
            return Conclusion(ExitCode.COVERAGE, told)
        if not target.concluded or (covered < floor and not target.held_to_profile):
            return Conclusion(
                ExitCode.COVERAGE,
                f"{target.target} was judged by {target.concluded} of {selected} vectors "
                f"({math.floor(10 * covered) / 10:.1f} %), and {floor:g} % is the "
                f"least that is enough to call it conformant.{_hint(target, options)}",
            )
    return Conclusion(
        ExitCode.CONFORMANT,
        "Every vector that a target declares to support was answered as the standards demand.",
    )


def _hint(target: TargetFinished, options: RunOptions) -> str:
    if target.concluded or options.modes != (Mode.LIBRARY,):
        return ""
    return " If it takes no keys from outside, judge it with --mode live --mode policy."


def _trouble(target: TargetFinished) -> str:
    if target.state is not TargetState.FINISHED:
        return target.message or str(target.state)
    errors = _verdicts(target, Verdict.ERROR)
    if errors:
        return f"{errors} {'vector' if errors == 1 else 'vectors'} ended in an error"
    if target.incidents:
        return f"it broke {target.incidents} {'time' if target.incidents == 1 else 'times'}"
    return ""


def _verdicts(target: TargetFinished, *verdicts: Verdict) -> int:
    return sum(target.counts.get(verdict, 0) for verdict in verdicts)
