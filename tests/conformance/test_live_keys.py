"""Keys that a run makes: written down before use, found again after a kill, swept away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kmsproof.errors import ExitCode, LogError, UsageError
from kmsproof.live.keys import JOURNAL_NAME, Journal, KeyEntry
from kmsproof.live.sweep import sweep
from kmsproof_testing.fakes.live import STORE_VARIABLE
from kmsproof_testing.fakes.running import DEADLINE_MS
from kmsproof_testing.fakes.targets import exec_target
from kmsproof_testing.live_files import write_live_corpus

RUN = """
import sys
from pathlib import Path
from kmsproof.corpus import load_corpus
from kmsproof.live.corpus import load_live_corpus
from kmsproof.progress import Silent
from kmsproof.results import Mode
from kmsproof.run import run
from kmsproof.run_options import RunOptions

target, folder, live = sys.argv[1:]
options = RunOptions(targets=(target,), folder=Path(folder), modes=(Mode.LIVE, Mode.POLICY))
run(options, load_corpus(None), Silent(), load_live_corpus(Path(live)))
"""


def test_left_are_those_that_were_made_and_not_destroyed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / JOURNAL_NAME)
    assert journal.left("t") == []
    for entry in (
        KeyEntry("made", "t", "a"),
        KeyEntry("made", "t", "b"),
        KeyEntry("made", "other", "c"),
        KeyEntry("destroyed", "t", "a"),
    ):
        journal.write(entry)
    assert journal.left("t") == ["b"]
    assert journal.targets() == {"t", "other"}


def test_half_a_line_at_the_end_is_what_a_kill_leaves(tmp_path: Path) -> None:
    journal = Journal(tmp_path / JOURNAL_NAME)
    journal.write(KeyEntry("made", "t", "a"))
    with journal.path.open("ab") as file:
        file.write(b'{"event":"ma')
    assert journal.left("t") == ["a"]


def test_damage_before_the_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / JOURNAL_NAME
    path.write_bytes(b'garbage\n{"event":"made","target":"t","key":"a"}\n')
    with pytest.raises(LogError, match=r"Line 1 of .* is no entry"):
        Journal(path).left("t")


def test_journal_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="cannot be written"):
        Journal(tmp_path / "nowhere" / JOURNAL_NAME).write(KeyEntry("made", "t", "a"))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_what_a_killed_run_leaves_is_swept(
    how: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, folder = tmp_path / "store.json", tmp_path / "run"
    monkeypatch.setenv(STORE_VARIABLE, str(store))
    live = write_live_corpus(tmp_path / "live")
    # The target hangs in the middle: the run waits, and is killed there.
    state = tmp_path / "state"
    target = exec_target("hang", on=['"iv":"' + "00" * 12], service="live-good", state=state)
    command = [sys.executable, "-c", RUN, target, str(folder), str(live)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=_environment()) as process:
        _wait_for(folder / JOURNAL_NAME, lines=2, process=process)
        process.send_signal(how)
        process.wait()
    left = Journal(folder / JOURNAL_NAME).left(target)
    assert len(json.loads(store.read_text())) == len(left)
    told: list[str] = []
    assert sweep(folder, target, deadline_ms=DEADLINE_MS, tell=told.append) is ExitCode.CONFORMANT
    assert json.loads(store.read_text()) == {}
    assert Journal(folder / JOURNAL_NAME).left(target) == []
    assert told[-1] in ("No key is left.", f"{len(left)} of {len(left)} keys are gone.")
    if how is signal.SIGKILL:
        assert len(left) == 2
    assert sweep(folder, target, deadline_ms=DEADLINE_MS, tell=told.append) is ExitCode.CONFORMANT
    assert told[-1] == "No key is left."


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def _wait_for(path: Path, *, lines: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a file has so many lines; the process that writes it must not end before."""
    while not path.exists() or len(path.read_bytes().splitlines()) < lines:
        assert process.poll() is None, "the run ended before it was killed"


def test_key_that_is_gone_already_counts_as_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORE_VARIABLE, str(tmp_path / "store.json"))
    target = exec_target("live-good")
    Journal(tmp_path / JOURNAL_NAME).write(KeyEntry("made", target, "gone"))
    told: list[str] = []
    exit_code = sweep(tmp_path, target, deadline_ms=DEADLINE_MS, tell=told.append)
    assert exit_code is ExitCode.CONFORMANT
    assert told == ["gone  was not there any more", "1 of 1 keys are gone."]


def test_key_that_stays_is_told_and_no_success(tmp_path: Path) -> None:
    target = exec_target("live-keep-keys")
    Journal(tmp_path / JOURNAL_NAME).write(KeyEntry("made", target, "stubborn"))
    told: list[str] = []
    exit_code = sweep(tmp_path, target, deadline_ms=DEADLINE_MS, tell=told.append)
    assert exit_code is ExitCode.HARNESS
    assert "is still there: error (transport)" in told[0]
    assert told[-1] == "0 of 1 keys are gone."


def test_folder_without_a_journal(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no journal of keys"):
        sweep(tmp_path, "cryptography", deadline_ms=DEADLINE_MS, tell=print)


def test_journal_of_another_target(tmp_path: Path) -> None:
    Journal(tmp_path / JOURNAL_NAME).write(KeyEntry("made", "exec:other", "a"))
    with pytest.raises(UsageError, match="has no key of cryptography") as error:
        sweep(tmp_path, "cryptography", deadline_ms=DEADLINE_MS, tell=print)
    assert "exec:other" in error.value.remedy
