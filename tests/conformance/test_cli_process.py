"""The command line as a user starts it: in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from kmsproof.errors import ExitCode
from kmsproof.log import FILE_NAME
from kmsproof.log_reader import read_run
from kmsproof.results import TargetState
from kmsproof_testing.corpora import CHAIN_FILE
from kmsproof_testing.corpus_folders import write_corpus
from kmsproof_testing.fakes.targets import exec_target


def start(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    program = Path(sys.executable).with_name("kmsproof")
    return subprocess.Popen(
        [program, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_program_ends_with_the_exit_code(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    process = start("run", "referense", "--corpus", str(corpus), folder=tmp_path)
    out, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.USAGE
    assert out == ""
    assert "Did you mean 'reference'?" in err
    assert "Traceback" not in err


def test_ctrl_c_ends_the_run_with_a_whole_log(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", [CHAIN_FILE])
    target = exec_target("hang")
    process = start(
        *("run", target, "--corpus", str(corpus), "--out", "out", "--report", "none"),
        folder=tmp_path,
    )
    log = tmp_path / "out" / FILE_NAME
    give_up = time.monotonic() + 30
    while not (log.exists() and b"target-started" in log.read_bytes()):
        assert time.monotonic() < give_up
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.HARNESS
    assert err.endswith("Interrupted.\n")
    assert "Traceback" not in err
    run = read_run(log)
    assert run.finished is not None
    assert run.finished.exit_code == ExitCode.HARNESS
    [judged] = run.targets.values()
    assert judged.finished is not None
    assert judged.finished.state is TargetState.INTERRUPTED


def test_version_starts_quickly_and_loads_little(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['kmsproof', '--version']; from kmsproof.cli import run_arguments; "
        "run_arguments(['--version']); "
        "print(sorted({'cryptography', 'rich', 'jinja2', 'kmsproof.runner'} & set(sys.modules)))"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    version, loaded = process.stdout.splitlines()
    assert version.startswith("kmsproof ")
    assert loaded == "[]"
