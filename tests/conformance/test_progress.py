"""Progress: plain lines where nobody looks, a bar on a terminal, silence when asked for."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys

import pytest

from kmsproof import progress
from kmsproof.progress import LiveProgress, PlainProgress, Silent, progress_for, result_line
from kmsproof.results import TargetFinished, TargetState

FINISHED = TargetFinished(
    target="reference",
    state=TargetState.FINISHED,
    counts={"pass": 3, "fail": 1},
    failures={"wrong-output": 1},
    seconds=1.25,
)
NOT_STARTED = TargetFinished(
    target="exec:./a",
    state=TargetState.NOT_STARTED,
    counts={},
    failures={},
    seconds=0.0,
    message="It is off.",
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_result_line_counts_or_says_why() -> None:
    assert result_line(FINISHED) == "reference: 1 fail, 3 pass (1.2 s)"
    assert result_line(NOT_STARTED) == "exec:./a: It is off. (0.0 s)"


def test_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PLAIN_SECONDS", 0.0)
    stream = io.StringIO()
    with PlainProgress(stream) as shown:
        shown.target_started("reference")
        shown.advanced("reference", 1, 4)
        shown.advanced("reference", 4, 4)
        shown.target_finished(FINISHED)
    assert stream.getvalue().splitlines() == [
        "reference: started",
        "reference: 1 of 4",
        "reference: 4 of 4",
        "reference: 1 fail, 3 pass (1.2 s)",
    ]
    assert "\x1b" not in stream.getvalue()


def test_plain_lines_are_seconds_apart() -> None:
    stream = io.StringIO()
    with PlainProgress(stream) as shown:
        shown.target_started("reference")
        for done in range(10_000):
            shown.advanced("reference", done, 10_000)
    assert stream.getvalue() == "reference: started\n"


def test_silence(capsys: pytest.CaptureFixture[str]) -> None:
    with Silent() as shown:
        shown.target_started("reference")
        shown.advanced("reference", 1, 4)
        shown.target_finished(FINISHED)
    assert capsys.readouterr() == ("", "")


def test_display_suits_the_stream() -> None:
    assert isinstance(progress_for(io.StringIO()), PlainProgress)
    assert isinstance(progress_for(Terminal()), LiveProgress)
    assert isinstance(progress_for(Terminal(), quiet=True), Silent)


LIVE = """
import time
from kmsproof.progress import progress_for
from kmsproof.results import TargetFinished, TargetState
with progress_for() as shown:
    for name in ("reference", "[bold]exec:./a[/bold]"):
        shown.target_started(name)
        for done in range(5):
            shown.advanced(name, done, 4)
        shown.target_finished(TargetFinished(target=name, state=TargetState.FINISHED, counts={},
            failures={}, seconds=0.0))
"""


def on_a_terminal(**variables: str) -> str:
    """Run the live display on a pseudo-terminal and return what it wrote."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **variables}
    process = subprocess.Popen([sys.executable, "-c", LIVE], stderr=slave, env=environment)
    os.close(slave)
    written = b""
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not data:
            break
        written += data
    os.close(master)
    assert process.wait() == 0
    return written.decode()


def test_bars_on_a_terminal() -> None:
    text = on_a_terminal()
    assert "reference" in text
    assert "4/4" in text
    assert "[bold]exec:./a[/bold]" in text, "a target's name is no markup"
    assert "\x1b[38;5;" in text or "\x1b[3" in text


def test_no_colour_is_honoured() -> None:
    text = on_a_terminal(NO_COLOR="1")
    assert "4/4" in text
    assert "\x1b[38;5;" not in text
    assert "\x1b[3" not in text
