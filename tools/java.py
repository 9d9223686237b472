"""Give a command the witness written in Java: java.py COMMAND [ARGUMENT | {bouncycastle}]...

The argument ``{bouncycastle}`` becomes the target that runs the adapter of Bouncy Castle. Where
Java or Bouncy Castle cannot be had it is left out, the command runs without it, and the end of the
output says so. Programs are compiled once, into .setup/. Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from debian_packages import ROOT, find_file
from running import Child

PLACEHOLDER = "{bouncycastle}"

JAR_VARIABLE = "KMSPROOF_BOUNCYCASTLE_JAR"
"""Names the jar to use; without it the usual folders are searched."""

PACKAGE = "default-jdk-headless"
BOUNCY_CASTLE_PACKAGE = "libbcprov-java"

RELEASE = "17"
"""The Java that the adapters are written for."""

BOUNCY_CASTLE_SOURCES = ROOT / "adapters" / "witnesses" / "bouncycastle"

_COMPILED = ROOT / ".setup" / "java"


class JavaUnavailable(Exception):
    """Java or a library for it is not here; the text says why, in one sentence."""


def find() -> Path | None:
    """The Java on ``PATH`` that has its compiler with it."""
    java = shutil.which("java")
    return Path(java) if java is not None and shutil.which("javac") is not None else None


def find_bouncy_castle() -> Path | None:
    """The jar that the environment names, else that of the system, else the unpacked one."""
    return find_file(JAR_VARIABLE, ("usr/share/java",), "bcprov.jar")


def program(main: str, sources: Sequence[Path], *class_path: Path) -> list[str]:
    """The command that runs a program, which is compiled if its sources are new.

    Raises:
        JavaUnavailable: no Java, or it is too old for the sources.
    """
    java = find()
    if java is None:
        raise JavaUnavailable(
            f"Java {RELEASE} is not installed; as root: apt-get install {PACKAGE}"
        )
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in (*sources, *class_path)))
    folder = _COMPILED / f"{main}-{digest.hexdigest()[:16]}"
    if not folder.is_dir():
        _compile(sources, class_path, folder)
    return [str(java), "-cp", os.pathsep.join(map(str, (*class_path, folder))), main]


def bouncy_castle() -> list[str]:
    """The command that runs the adapter of Bouncy Castle.

    Raises:
        JavaUnavailable: no Java or no Bouncy Castle.
    """
    jar = find_bouncy_castle()
    if jar is None:
        raise JavaUnavailable(
            f"Bouncy Castle is not installed; as root: apt-get install {BOUNCY_CASTLE_PACKAGE}; "
            "without root: sh tools/prepare.sh run bouncycastle; "
            f"elsewhere: {JAR_VARIABLE}=/path/to/bcprov.jar"
        )
    return program("BouncyCastleAdapter", sorted(BOUNCY_CASTLE_SOURCES.glob("*.java")), jar)


def _compile(sources: Sequence[Path], class_path: Sequence[Path], folder: Path) -> None:
    """Compile beside the folder and rename at the end: another process may do the same by now."""
    _COMPILED.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_COMPILED) as scratch:
        made = Path(scratch) / "classes"
        options = ["--release", RELEASE, "-proc:none", "-d", str(made)]
        if class_path:
            options += ["-cp", os.pathsep.join(map(str, class_path))]
        done = subprocess.run(
            ["javac", *options, *map(str, sources)], capture_output=True, text=True, timeout=300
        )
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[0]
            raise JavaUnavailable(f"javac refuses {sources[0].name}: {reason}")
        if not folder.is_dir():
            try:
                made.rename(folder)
            except OSError:
                if not folder.is_dir():
                    raise


def main(command: Sequence[str]) -> int:
    """Run a command with the witness; the result is the command's own exit status."""
    if not command:
        print("usage: java.py COMMAND [ARGUMENT | {bouncycastle}]...", file=sys.stderr)
        return 2
    child = Child()
    try:
        target = f"exec:{shlex.join(bouncy_castle())}"
    except JavaUnavailable as reason:
        status = child.run([word for word in command if word != PLACEHOLDER], dict(os.environ))
        print(f"\nBouncy Castle was NOT tested and is not covered: {reason}", file=sys.stderr)
        return status
    words = [target if word == PLACEHOLDER else word for word in command]
    return child.run(words, dict(os.environ))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
