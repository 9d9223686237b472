"""The event log: appended, flushed, never overwritten, and written whatever a target says."""

from __future__ import annotations

import io
import os
import signal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kmsproof import log as log_module
from kmsproof.errors import ExitCode, LogError, UsageError
from kmsproof.log import FILE_NAME, LogWriter
from kmsproof.log_reader import read_events
from kmsproof.outcome import ErrorKind
from kmsproof.results import AnyEvent, Incident, VerdictRecorded, Warned
from kmsproof.verdict import Verdict


def warning(number: int, message: str = "") -> Warned:
    return Warned(target="t", message=message or f"warning {number}")


def lines(path: Path) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def test_events_are_appended_in_their_order(tmp_path: Path) -> None:
    with LogWriter(tmp_path / FILE_NAME) as log:
        for number in range(1000):
            log.write(warning(number))
    found = lines(tmp_path / FILE_NAME)
    assert [each["message"] for each in found] == [f"warning {n}" for n in range(1000)]
    assert found[0] == {"event": "warning", "target": "t", "message": "warning 0"}


def test_folder_is_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / FILE_NAME
    with LogWriter(path) as log:
        log.write(warning(1))
    assert len(lines(path)) == 1


def test_log_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_text("precious")
    with pytest.raises(UsageError) as caught:
        LogWriter(path)
    assert caught.value.message == f"The event log {path} cannot be made: File exists."
    assert "--out" in caught.value.remedy
    assert path.read_text() == "precious"


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be made: Not a directory"):
        LogWriter(tmp_path / "file" / "run" / FILE_NAME)


def test_flush_hands_everything_over(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with LogWriter(path) as log:
        log.write(warning(1))
        log.flush()
        assert len(lines(path)) == 1
        log.write(warning(2))
    assert len(lines(path)) == 2


def test_old_and_large_buffers_are_flushed_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / FILE_NAME
    with LogWriter(path) as log:
        monkeypatch.setattr(log_module, "FLUSH_SECONDS", 1e9)
        log.write(warning(1))
        assert path.stat().st_size == 0
        log.write(warning(2, "x" * log_module.FLUSH_BYTES))
        assert len(lines(path)) == 2
        monkeypatch.setattr(log_module, "FLUSH_SECONDS", -1.0)
        log.write(warning(3))
        assert len(lines(path)) == 3


def test_log_is_on_the_disk_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []

    def fsync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr(os, "fsync", fsync)
    with LogWriter(tmp_path / FILE_NAME) as log:
        log.write(warning(1))
    assert synced == [(tmp_path / FILE_NAME).stat().st_size]


def test_log_survives_an_exception(tmp_path: Path) -> None:
    def interrupted() -> None:
        with LogWriter(tmp_path / FILE_NAME) as log:
            log.write(warning(1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(lines(tmp_path / FILE_NAME)) == 1


def fill_the_disk(path: Path) -> None:
    """Write to a log on a device that is always full."""
    with LogWriter(path) as log:
        log.write(warning(1))
        log.flush()
        full = os.open("/dev/full", os.O_WRONLY)
        for entry in Path("/proc/self/fd").iterdir():
            if entry.exists() and entry.resolve() == path.resolve():
                os.dup2(full, int(entry.name))
        os.close(full)
        log.write(warning(2))
        log.flush()


def test_full_disk_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with pytest.raises(LogError) as caught:
        fill_the_disk(path)
    assert caught.value.message == (
        f"The event log {path} cannot be written: No space left on device."
    )
    assert caught.value.exit_code is ExitCode.HARNESS
    assert len(lines(path)) == 1


@pytest.mark.parametrize(
    ("text", "read_back"),
    [
        ("\x1b[2J\u202e\n\x00", "\x1b[2J\u202e\n\x00"),
        ("𝄞 \ud834 ü", "𝄞 ? ü"),
        ("\udc80" * 3, "???"),
    ],
    ids=["control characters", "lone surrogate", "undecodable bytes"],
)
def test_any_text_can_be_written_and_read(text: str, read_back: str, tmp_path: Path) -> None:
    events: list[AnyEvent] = [
        VerdictRecorded(target="t", id="f/c/s", verdict=Verdict.PASS, message=text),
        Incident(
            target="t", whose_fault="target", kind=ErrorKind.CRASHED, message=text, ids=(text,)
        ),
    ]
    with LogWriter(tmp_path / FILE_NAME) as log:
        for event in events:
            log.write(event)
    verdict, incident = read_events(tmp_path / FILE_NAME)
    assert isinstance(verdict, VerdictRecorded)
    assert verdict.message == read_back
    assert verdict.verdict is Verdict.PASS
    assert isinstance(incident, Incident)
    assert incident.ids == (read_back,)


def test_ctrl_c_while_the_log_is_written_leaves_no_second_copy(tmp_path: Path) -> None:
    class Interrupting(io.FileIO):
        def write(self, data: Any) -> int:
            written = super().write(data)
            os.kill(os.getpid(), signal.SIGINT)
            return written

    path = tmp_path / FILE_NAME
    log = LogWriter(path)
    vars(log)["_file"] = Interrupting(path, "wb")
    log.write(Warned(target="one", message="first"))
    with pytest.raises(KeyboardInterrupt):
        log.flush()
    vars(log)["_file"] = path.open("ab", buffering=0)
    log.flush()
    assert path.read_bytes().count(b"first") == 1
