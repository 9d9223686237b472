"""The tool that compiles the adapters in Java, and the command that gets the witness."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import java
from java import JavaUnavailable
from kmsproof_testing import machine

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
WRAPPER = [sys.executable, str(ROOT / "tools" / "java.py")]

HELLO = """
public class Hello {
    public static void main(String[] arguments) {
        System.out.println(%s);
    }
}
"""


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*WRAPPER, *command],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for a program, which is compiled beside it."""
    machine.java_program(ROOT / "adapters" / "examples" / "java" / "KmsproofAdapter.java")
    monkeypatch.setattr(java, "_COMPILED", tmp_path / "compiled")
    return tmp_path / "Hello.java"


def test_a_program_is_compiled_once_for_each_source(source: Path) -> None:
    commands: list[list[str]] = []
    for text in ('"one"', '"one"', '"two"'):
        source.write_text(HELLO % text)
        commands.append(java.program("Hello", [source]))
        said = subprocess.run(commands[-1], capture_output=True, text=True, timeout=60).stdout
        assert said == f"{text[1:-1]}\n"
    assert commands[0] == commands[1] != commands[2]
    folders = [path for path in (source.parent / "compiled").iterdir() if path.is_dir()]
    assert len(folders) == 2


def test_what_does_not_compile_is_named(source: Path) -> None:
    source.write_text(HELLO % "nothing")
    with pytest.raises(JavaUnavailable, match=r"javac refuses Hello\.java: .*cannot find symbol"):
        java.program("Hello", [source])
    assert not list((source.parent / "compiled").iterdir())


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(JavaUnavailable, match="apt-get install default-jdk-headless"):
        java.program("Hello", [])


def test_the_command_gets_the_witness() -> None:
    words = machine.bouncy_castle_program()
    done = run("sh", "-c", 'echo "$1"; exit 7', "sh", java.PLACEHOLDER)
    assert done.returncode == 7
    assert done.stdout.startswith("exec:")
    assert done.stdout.strip().endswith(words[-1])


def test_without_bouncy_castle_the_command_runs_and_says_so(tmp_path: Path) -> None:
    nowhere = {java.JAR_VARIABLE: str(tmp_path / "bcprov.jar")}
    done = run("sh", "-c", 'echo "$#: $1"; exit 4', "sh", "reference", java.PLACEHOLDER, **nowhere)
    assert (done.returncode, done.stdout) == (4, "1: reference\n")
    assert "Bouncy Castle was NOT tested and is not covered" in done.stderr
