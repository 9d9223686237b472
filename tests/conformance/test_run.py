"""A whole run: header and footer, several targets, exit codes, interrupts, and no secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from kmsproof import jobs as jobs_module
from kmsproof.corpus import load_corpus
from kmsproof.errors import (
    AdapterFault,
    ExitCode,
    KmsproofError,
    NothingSelected,
    TargetStartError,
    UsageError,
)
from kmsproof.log import FILE_NAME
from kmsproof.log_reader import read_run
from kmsproof.progress import Silent
from kmsproof.results import LOG_VERSION, Run, TargetFinished, TargetState
from kmsproof.run import Conclusion, conclude, new_run_id, run, utc_now
from kmsproof.run_options import RunOptions
from kmsproof.selection import Filters
from kmsproof.session import InProcessSession, Session
from kmsproof.verdict import Verdict
from kmsproof.vocabulary import Algorithm, KeySpec
from kmsproof_testing.corpora import CHAIN_FILE, GCM_FAMILY, TINY
from kmsproof_testing.corpus_folders import write_corpus
from kmsproof_testing.fakes.expectations import TESTS
from kmsproof_testing.fakes.running import DEADLINE_MS, tiny_corpus
from kmsproof_testing.fakes.service import Service
from kmsproof_testing.fakes.targets import exec_target, in_process
from kmsproof_vectors.model import CorpusFile


@dataclass
class Watching(Silent):
    """A progress display that can be told to interrupt."""

    interrupt_at: int = 10**9
    seen: list[str] = field(default_factory=list[str])

    def target_started(self, target: str) -> None:
        self.seen.append(f"started {target}")

    def advanced(self, target: str, done: int, total: int) -> None:
        if done >= self.interrupt_at:
            raise KeyboardInterrupt

    def target_finished(self, finished: TargetFinished) -> None:
        self.seen.append(f"finished {finished.target}")


def run_targets(
    folder: Path,
    *targets: str,
    files: Sequence[CorpusFile] = TINY,
    filters: Filters | None = None,
    floor_percent: float = 0.0,
    progress: Watching | None = None,
) -> tuple[Conclusion, Run]:
    options = RunOptions(
        targets=targets,
        folder=folder / "run",
        filters=filters or Filters(),
        deadline_ms=DEADLINE_MS,
        floor_percent=floor_percent,
    )
    conclusion = run(options, tiny_corpus(folder / "corpus", files), progress or Watching())
    return conclusion, read_run(options.folder)


def finished(**changes: object) -> TargetFinished:
    base = TargetFinished(
        target="t",
        state=TargetState.FINISHED,
        counts={"pass": 10},
        failures={},
        seconds=1.0,
        planned=10,
        concluded=10,
    )
    return msgspec.structs.replace(base, **changes)


GOOD = finished()
FAILED = finished(target="bad", counts={"pass": 9, "fail": 1}, failures={"oracle": 1})
BROKEN = finished(target="gone", state=TargetState.NOT_STARTED, counts={}, planned=0, concluded=0)
OFF = TargetStartError("It is off.", "Switch it on.")

CONCLUSIONS: dict[str, tuple[list[TargetFinished], list[KmsproofError], ExitCode, str]] = {
    "all pass": ([GOOD, GOOD], [], ExitCode.CONFORMANT, "as the standards demand"),
    "a failure": ([GOOD, FAILED], [], ExitCode.NOT_CONFORMANT, "Not conformant: bad."),
    "flaky": (
        [finished(counts={"pass": 9, "flaky": 1}, incidents=1)],
        [],
        ExitCode.NOT_CONFORMANT,
        "Not conformant: t.",
    ),
    "xpass": ([finished(counts={"xpass": 1})], [], ExitCode.NOT_CONFORMANT, "Not conformant: t."),
    "xfail": ([finished(counts={"pass": 9, "xfail": 1})], [], ExitCode.CONFORMANT, ""),
    "an error": (
        [finished(counts={"pass": 9, "error": 1}, concluded=9)],
        [],
        ExitCode.HARNESS,
        "t could not be judged: 1 vector ended in an error.",
    ),
    "errors": (
        [finished(counts={"error": 10}, concluded=0)],
        [],
        ExitCode.HARNESS,
        "10 vectors ended in an error",
    ),
    "an incident": ([finished(incidents=1)], [], ExitCode.HARNESS, "it broke 1 time."),
    "abandoned": (
        [finished(state=TargetState.ABANDONED, message="it broke too often")],
        [],
        ExitCode.HARNESS,
        "t could not be judged: it broke too often.",
    ),
    "interrupted": ([finished(state=TargetState.INTERRUPTED)], [], ExitCode.HARNESS, "interrupted"),
    "not started": ([GOOD, BROKEN], [OFF], ExitCode.HARNESS, "It is off. Switch it on."),
    "adapter's fault": ([BROKEN], [AdapterFault("Babble.", "")], ExitCode.HARNESS, "Babble."),
    "user's fault": ([BROKEN], [UsageError("No such file.", "")], ExitCode.USAGE, "No such file."),
    "failure beats broken": ([FAILED, BROKEN], [OFF], ExitCode.NOT_CONFORMANT, "bad"),
    "nothing asked": (
        [finished(counts={"unsupported": 10}, concluded=0)],
        [],
        ExitCode.COVERAGE,
        "t was judged by 0 of 10 vectors (0.0 %)",
    ),
    "nothing concluded": (
        [finished(counts={"skipped": 10}, concluded=0)],
        [],
        ExitCode.COVERAGE,
        "0 of 10",
    ),
    "only a comparison": (
        [finished(counts={"unsupported": 10, "pass": 1}, concluded=0)],
        [],
        ExitCode.COVERAGE,
        "0 of 10",
    ),
    "one of two": (
        [GOOD, finished(counts={"unsupported": 10}, concluded=0)],
        [],
        ExitCode.COVERAGE,
        "0 of 10",
    ),
    "no target": ([], [OFF], ExitCode.HARNESS, "It is off."),
}


@pytest.mark.parametrize("case", CONCLUSIONS)
def test_conclusion(case: str) -> None:
    targets, broken, exit_code, told = CONCLUSIONS[case]
    conclusion = conclude(targets, 10, RunOptions(targets=("t",), folder=Path()), broken)
    assert conclusion.exit_code is exit_code
    assert told in conclusion.sentence


@pytest.mark.parametrize(
    ("floor", "concluded", "exit_code"),
    [
        (100.0, 10, ExitCode.CONFORMANT),
        (100.0, 9, ExitCode.COVERAGE),
        (50.0, 5, ExitCode.CONFORMANT),
        (50.1, 5, ExitCode.COVERAGE),
        (0.0, 1, ExitCode.CONFORMANT),
    ],
)
def test_floor_counts_what_was_concluded(floor: float, concluded: int, exit_code: ExitCode) -> None:
    """Vectors that are skipped or left out do not help, nor do comparisons of refusals."""
    target = finished(counts={"pass": concluded, "skipped": 10 - concluded}, concluded=concluded)
    options = RunOptions(targets=("t",), folder=Path(), floor_percent=floor)
    assert conclude([target], 10, options).exit_code is exit_code


@pytest.mark.parametrize("state", TargetState)
@pytest.mark.parametrize("verdict", Verdict)
def test_green_needs_a_finished_target_and_green_verdicts(
    state: TargetState, verdict: Verdict
) -> None:
    green = {Verdict.PASS, Verdict.SKIPPED, Verdict.UNSUPPORTED, Verdict.XFAIL}
    target = finished(
        state=state,
        counts={"pass": 9, str(verdict): 1} if verdict is not Verdict.PASS else {"pass": 10},
        failures={"leak": 1} if verdict is Verdict.FAIL else {},
        concluded=9,
    )
    exit_code = conclude([target], 10, RunOptions(targets=("t",), folder=Path())).exit_code
    is_green = state is TargetState.FINISHED and verdict in green
    assert (exit_code is ExitCode.CONFORMANT) is is_green


def test_several_targets_one_after_the_other(tmp_path: Path) -> None:
    good, bad, gone = exec_target("good"), exec_target("strip-only"), exec_target("exit-127")
    progress = Watching()
    conclusion, log = run_targets(tmp_path, gone, bad, good, progress=progress)
    assert conclusion.exit_code is ExitCode.NOT_CONFORMANT
    assert list(log.targets) == [gone, bad, good]
    assert progress.seen == [
        *(f"{what} {name}" for name in (gone, bad, good) for what in ("started", "finished"))
    ]
    assert log.targets[good].counts == {Verdict.PASS: len(TESTS) + 2}
    ended = log.targets[gone].finished
    assert ended is not None
    assert ended.state is TargetState.NOT_STARTED
    assert "exit code 127" in ended.message


def test_header_says_what_was_run(tmp_path: Path) -> None:
    target = exec_target("good")
    filters = Filters(algorithms=(Algorithm.GCM,), classes=("G5",))
    _, log = run_targets(tmp_path, target, filters=filters)
    header = log.started
    assert header.log_version == LOG_VERSION
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{6}", header.run_id)
    assert header.targets == (target,)
    assert header.filters == ("class=G5", "algorithm=GCM")
    [family] = header.families
    assert (family.family, family.tests, family.selected) == (GCM_FAMILY, 21, 3)
    assert len(family.sha256) == len(header.corpus_sha256) == 64
    assert header.environment["kmsproof"] in header.suite
    assert log.finished is not None
    assert header.started_at <= log.finished.finished_at
    assert header.started_at.endswith("Z")


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        (Filters(ids=("tiny-gcm/g3/tag-bit-1",)), "No vector matches id=tiny-gcm/g3/tag-bit-1."),
        (Filters(flags=("Modifed",)), "No vector matches flag=Modifed."),
        (Filters(key_specs=(KeySpec.AES_256,)), "No vector matches key-spec=Aliyun_AES_256."),
        (Filters(algorithms=(Algorithm.ECB,)), "No vector matches algorithm=ECB."),
        (Filters(classes=("G3",), algorithms=(Algorithm.CBC,)), "class=G3, algorithm=CBC"),
    ],
)
def test_filters_that_leave_nothing(filters: Filters, told: str, tmp_path: Path) -> None:
    with pytest.raises(NothingSelected) as caught:
        run_targets(tmp_path, exec_target("good"), filters=filters)
    assert told in caught.value.message
    assert caught.value.exit_code is ExitCode.COVERAGE
    assert not (tmp_path / "run").exists(), "there is nothing to log"


def test_empty_corpus_is_nothing_selected(tmp_path: Path) -> None:
    with pytest.raises(NothingSelected):
        run_targets(tmp_path, exec_target("good"), files=())


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ((), "No target is named."),
        (("reference", "reference"), "The target reference is named twice."),
        (("reference", "referense"), "There is no target called 'referense'."),
        (("exec:./a 'b",), "cannot be split"),
    ],
)
def test_targets_are_checked_before_anything_is_started(
    names: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as caught:
        run_targets(tmp_path, *names)
    assert told in caught.value.message
    assert not (tmp_path / "run").exists()


def test_log_of_an_earlier_run_is_kept(tmp_path: Path) -> None:
    target = exec_target("good")
    run_targets(tmp_path, target, files=[CHAIN_FILE])
    before = (tmp_path / "run" / FILE_NAME).read_bytes()
    with pytest.raises(UsageError, match="File exists"):
        run_targets(tmp_path, target, files=[CHAIN_FILE])
    assert (tmp_path / "run" / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("fault", ["good", "exit-127", "garbage-at-start", "crash"])
def test_secret_in_a_target_is_nowhere_in_the_log(fault: str, tmp_path: Path) -> None:
    target = f"{exec_target(fault)} --on pin-value=987654321 --on 'HSM_PASSWORD=9876 54321'"
    conclusion, log = run_targets(tmp_path, target, files=[CHAIN_FILE])
    text = (tmp_path / "run" / FILE_NAME).read_text()
    assert "98765" not in text + conclusion.sentence
    assert "54321" not in text + conclusion.sentence
    assert "pin-value=[redacted]" in log.started.targets[0]


def test_secret_in_an_error_is_not_in_the_conclusion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(name: str, *, isolate: bool, deadline_ms: int) -> Session:
        raise TargetStartError("Cannot log in with pin-value=987654321.", "Check pin=987654321.")

    monkeypatch.setattr(jobs_module, "open_session", fails)
    conclusion, _ = run_targets(tmp_path, "reference", files=[CHAIN_FILE])
    assert "98765" not in conclusion.sentence
    assert "98765" not in (tmp_path / "run" / FILE_NAME).read_text()
    assert conclusion.exit_code is ExitCode.HARNESS


def assert_interrupted(folder: Path) -> Run:
    log = read_run(folder / "run")
    assert log.finished is not None
    assert log.finished.exit_code != ExitCode.CONFORMANT
    assert log.finished.conclusion == "The run was interrupted before its end."
    [target] = [each for each in log.targets.values() if each.started is not None]
    assert target.finished is not None
    assert target.finished.state is TargetState.INTERRUPTED
    return log


def test_interrupt_of_the_user_leaves_a_whole_log_and_no_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service()

    def opened(name: str, *, isolate: bool, deadline_ms: int) -> Session:
        return InProcessSession(in_process(service), deadline_ms=deadline_ms)

    monkeypatch.setattr(jobs_module, "open_session", opened)
    with pytest.raises(KeyboardInterrupt):
        run_targets(tmp_path, "reference", "cryptography", progress=Watching(interrupt_at=1))
    log = assert_interrupted(tmp_path)
    assert service.closed
    assert not service.keys
    assert log.targets["cryptography"].started is None
    assert log.targets["reference"].counts[Verdict.PASS] == 15


def test_interrupt_of_the_user_ends_the_program(tmp_path: Path) -> None:
    end = tmp_path / "end"
    with pytest.raises(KeyboardInterrupt):
        run_targets(tmp_path, exec_target("tell-end", state=end), progress=Watching(interrupt_at=1))
    assert_interrupted(tmp_path)
    assert end.read_text() == "closed\n"
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_run_ids_sort_by_time_and_do_not_collide() -> None:
    now = utc_now()
    ids = {new_run_id(now) for _ in range(100)}
    assert len(ids) == 100
    assert all(each.startswith(f"{now:%Y%m%dT%H%M%SZ}-") for each in ids)


def test_targets_judged_at_the_same_time_give_the_same_run(tmp_path: Path) -> None:
    targets = (exec_target("good"), exec_target("reject-all"), "cryptography")
    corpus = write_corpus(tmp_path / "corpus", TINY)
    logs: dict[int, tuple[Conclusion, Run]] = {}
    for jobs in (1, 3):
        options = RunOptions(
            targets=targets, folder=tmp_path / f"{jobs}", corpus=str(corpus), jobs=jobs
        )
        conclusion = run(options, load_corpus(corpus), Silent())
        logs[jobs] = (conclusion, read_run(options.folder))
    assert logs[1][0] == logs[3][0]
    for target in targets:
        one, three = (logs[jobs][1].targets[target] for jobs in (1, 3))
        assert [v.id for v in one.verdicts] == [v.id for v in three.verdicts]
        assert one.counts == three.counts
        assert three.finished is not None
    assert list(logs[3][1].targets) == list(targets)


def test_target_that_does_not_start_beside_others_is_told_as_ever(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", TINY)
    options = RunOptions(
        targets=("pkcs11:token=none?module-path=/nowhere.so", "cryptography"),
        folder=tmp_path / "run",
        corpus=str(corpus),
        jobs=2,
    )
    conclusion = run(options, load_corpus(corpus), Silent())
    assert conclusion.exit_code is ExitCode.USAGE
    assert "There is no PKCS#11 module" in conclusion.sentence
    log = read_run(options.folder)
    assert log.finished is not None
    assert [t.finished.state for t in log.targets.values() if t.finished] == [
        TargetState.NOT_STARTED,
        TargetState.FINISHED,
    ]
