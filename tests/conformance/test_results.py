"""Reading an event log back: what is there is told, what is damaged is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kmsproof.errors import ExitCode, LogError
from kmsproof.log import FILE_NAME
from kmsproof.log_reader import read_events, read_run
from kmsproof.results import LOG_VERSION, Incident, TargetRun, Warned
from kmsproof.verdict import NOT_GREEN, FailureKind, Verdict
from kmsproof_testing.logs import LogBuilder


def build() -> LogBuilder:
    log = LogBuilder("one", "two")
    log.start("one")
    log.passed("aes-128-gcm/G1/a", "one")
    log.failed("aes-128-gcm/G1/b", FailureKind.WRONG_OUTPUT, "one")
    log.warn("look", "one", ids=("aes-128-gcm/G1/a",))
    log.incident("it broke", "one")
    log.end("one")
    log.start("two")
    log.end("two")
    log.finish(1, "Not conformant: one.")
    return log


def written(folder: Path) -> list[bytes]:
    return build().write(folder).read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize("name", ["", FILE_NAME], ids=["folder", "file"])
def test_whole_log_is_read(name: str, tmp_path: Path) -> None:
    build().write(tmp_path)
    run = read_run(tmp_path / name)
    assert run.path == tmp_path / FILE_NAME
    assert list(run.targets) == ["one", "two"]
    one = run.targets["one"]
    assert one.counts == {Verdict.PASS: 1, Verdict.FAIL: 1}
    assert [recorded.family for recorded in one.verdicts] == ["aes-128-gcm"] * 2
    assert [type(event) for event in (*one.warnings, *one.incidents)] == [Warned, Incident]
    assert one.finished is not None
    assert one.finished.incidents == 1
    assert run.finished is not None
    assert run.finished.exit_code == 1


def test_log_without_its_footer_is_read_and_has_none(tmp_path: Path) -> None:
    lines = written(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(b"".join(lines[:4]))
    run = read_run(tmp_path)
    assert run.finished is None
    assert run.targets["one"].finished is None
    assert run.targets["two"] == TargetRun("two")


def test_target_that_the_header_does_not_name_is_not_lost(tmp_path: Path) -> None:
    log = build()
    log.warn("from nowhere", "three")
    assert "three" in log.run(tmp_path).targets


DAMAGED: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "broken line": (lambda lines: [*lines[:3], b'{"event":"verd\n', *lines[3:]], "Line 4 of"),
    "cut header": (lambda lines: [lines[0][:20]], "Line 1 of"),
    "empty line": (lambda lines: [*lines[:3], b"\n"], "Line 4 of"),
    "no JSON": (lambda lines: [b"PK\x03\x04 zip\n"], "Line 1 of"),
    "no text": (lambda lines: [lines[0], b'{"event":"warning","target":"\xff"}\n'], "Line 2 of"),
    "unknown event": (lambda lines: [lines[0], b'{"event":"party"}\n'], "Line 2 of"),
    "unknown field": (
        lambda lines: [lines[0], lines[1].replace(b'{"event"', b'{"\\u001b[2J":1,"event"')],
        r"\x1b[2J",
    ),
    "unknown verdict": (
        lambda lines: [lines[0], lines[2].replace(b'"pass"', b'"probably"')],
        "Line 2 of",
    ),
    "deep": (
        lambda lines: [lines[0], b'{"event":' + b"[" * 100_000 + b"\n"],
        "Line 2 of",
    ),
    "no header": (lambda lines: lines[1:], "does not begin with a header"),
    "two headers": (lambda lines: lines[:1] + lines, "is not one run of log version"),
    "other version": (
        lambda lines: [lines[0].replace(b'"log_version":1', b'"log_version":99'), *lines[1:]],
        f"is not one run of log version {LOG_VERSION}",
    ),
    "nothing": (lambda lines: [], "is empty"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_damaged_log_is_refused(damage: str, tmp_path: Path) -> None:
    change, told = DAMAGED[damage]
    (tmp_path / FILE_NAME).write_bytes(b"".join(change(written(tmp_path))))
    with pytest.raises(LogError) as caught:
        read_run(tmp_path)
    assert told in caught.value.message
    assert caught.value.message.isprintable()
    assert caught.value.remedy
    assert caught.value.exit_code is ExitCode.HARNESS


def test_half_a_last_line_is_a_cut(tmp_path: Path) -> None:
    lines = written(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(b"".join([*lines[:3], lines[3][:20]]))
    run = read_run(tmp_path)
    assert run.finished is None
    assert sum(len(target.verdicts) for target in run.targets.values()) == 1


@pytest.mark.parametrize("name", ["", FILE_NAME, "other.jsonl"])
def test_log_that_is_not_there(name: str, tmp_path: Path) -> None:
    with pytest.raises(LogError, match="cannot be read: No such file or directory") as caught:
        read_run(tmp_path / name)
    assert "run folder" in caught.value.remedy


def test_events_are_read_one_by_one(tmp_path: Path) -> None:
    lines = written(tmp_path)
    (tmp_path / FILE_NAME).write_bytes(lines[0] + b"broken\n")
    events = read_events(tmp_path / FILE_NAME)
    assert next(events)
    with pytest.raises(LogError):
        next(events)


def test_severity_follows_the_order_of_the_kinds() -> None:
    assert [kind.severity for kind in FailureKind] == list(range(len(FailureKind)))
    assert FailureKind.WRONG_ACCEPT.severity == 0
    assert FailureKind.WRONG_ERROR.severity == len(FailureKind) - 1
    assert {Verdict.PASS, Verdict.UNSUPPORTED, Verdict.SKIPPED, Verdict.XFAIL} == (
        set(Verdict) - NOT_GREEN
    )
