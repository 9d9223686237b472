"""A program that does not start: whose fault it is, what it said, what it must not give away."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kmsproof.child import ChildSession
from kmsproof.errors import (
    AdapterFault,
    ExitCode,
    KmsproofError,
    MissingDependency,
    TargetStartError,
    UsageError,
)


def test_secrets_in_last_words_and_lines_are_redacted() -> None:
    talkative = (
        "import sys\n"
        "print('connect --pin=1234 token=T', file=sys.stderr)\n"
        "print('login with pin-value=1234&x=1', flush=True)\n"
        "sys.stdin.read()\n"
    )
    opened = ChildSession([sys.executable, "-c", talkative], deadline_ms=1000, whose="adapter")
    with pytest.raises(AdapterFault) as caught:
        opened.start()
    assert "pin-value=[redacted]&x=1" in str(caught.value)
    ends = "import sys; sys.exit('cannot log in: --pin 1234')"
    opened = ChildSession([sys.executable, "-c", ends], deadline_ms=1000, whose="adapter")
    with pytest.raises(TargetStartError) as started:
        opened.start()
    assert "Its last words: cannot log in: --pin [redacted]" in str(started.value)


def test_program_that_is_not_there() -> None:
    opened = ChildSession(["./no-such-adapter", "x"], deadline_ms=1000, whose="adapter")
    with pytest.raises(UsageError) as caught:
        opened.start()
    assert caught.value.message == (
        "The adapter './no-such-adapter' cannot be run: No such file or directory."
    )
    assert "executable program after exec:" in caught.value.remedy
    opened.close()


def test_file_that_is_no_program(tmp_path: Path) -> None:
    file = tmp_path / "adapter"
    file.write_text("#!/bin/sh\n")
    with pytest.raises(UsageError, match="it is not executable") as caught:
        ChildSession([str(file)], deadline_ms=1000, whose="adapter").start()
    assert f"chmod +x {file}" in caught.value.remedy
    with pytest.raises(UsageError, match="it is a directory"):
        ChildSession([str(tmp_path)], deadline_ms=1000, whose="adapter").start()


@pytest.mark.parametrize(
    ("said", "kind", "exit_code"),
    [
        ("UsageError: no such token", UsageError, ExitCode.USAGE),
        ("MissingDependency: install it", MissingDependency, ExitCode.HARNESS),
        ("TargetStartError: wrong PIN", TargetStartError, ExitCode.HARNESS),
        ("the HSM is off", TargetStartError, ExitCode.HARNESS),
    ],
)
def test_error_that_a_child_of_ours_met_when_it_opened_the_target(
    said: str, kind: type[KmsproofError], exit_code: ExitCode
) -> None:
    script = (
        "import json,sys\n"
        f"print(json.dumps({{'id':0,'error':{{'kind':'internal','message':{said!r}}}}}))\n"
    )
    opened = ChildSession([sys.executable, "-c", script], deadline_ms=1000, whose="target")
    with pytest.raises(kind) as caught:
        opened.start()
    assert caught.value.exit_code is exit_code
    assert caught.value.message == said.rpartition(": ")[2]
