"""Resolve the hash-pinned locks, or with --check find out whether they are current.

uv starts from the versions and hashes in the present locks and changes only what no longer fits
pyproject.toml, so a new release on the package index does not make --check fail.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_PROJECT = ["pyproject.toml", "--extra=all"]

# The second is constrained by the first, so that tests run on the versions that users get. The last
# is for an environment of its own and holds nothing of the project.
LOCKS = {
    "requirements.lock": [*_PROJECT, "--group", "build"],
    "requirements-dev.lock": [*_PROJECT, "--group", "dev", "--constraints", "requirements.lock"],
    "requirements-dkms.lock": ["--group", "dkms"],
}

_OPTIONS = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-config",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
    "--quiet",
]


# Another index beside the default one may hold fewer files of a release, and so fewer hashes.
_OTHER_PLACES = ("UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX")


class LockFailure(Exception):
    """The locks cannot be resolved or must not be used; the text says why."""


def compile_locks(folder: Path, *, upgrade: bool = False) -> None:
    """Resolve the locks in a folder that holds pyproject.toml and, if any, the present locks.

    Raises:
        LockFailure: uv found no solution or no package index.
    """
    uv = Path(sysconfig.get_path("scripts")) / "uv"
    environment = {name: text for name, text in os.environ.items() if name not in _OTHER_PLACES}
    for name, selection in LOCKS.items():
        command = [str(uv), "pip", "compile", *selection, f"--output-file={name}"]
        command += [*_OPTIONS, *(["--upgrade"] if upgrade else [])]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise LockFailure(f"uv cannot resolve {name}: {done.stderr.strip()}")
        refuse_places(name, (folder / name).read_text(encoding="utf-8"))


def refuse_places(name: str, text: str) -> None:
    """A lock says what, never from where: an address in it would hold for one machine only."""
    for number, line in enumerate(text.splitlines(), start=1):
        option = line.startswith("-")
        if option or "://" in line or " @ " in line or "file:" in line:
            raise LockFailure(f"{name}:{number} names a place to install from: {line.strip()}")


def main() -> int:
    """Resolve in a temporary folder, then compare with the repository or copy to it."""
    parser = argparse.ArgumentParser(description=__doc__)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="change nothing, fail if not current")
    mode.add_argument("--upgrade", action="store_true", help="take the newest versions")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kmsproof-lock-") as name:
        folder = Path(name)
        for file in ("pyproject.toml", *LOCKS):
            if (ROOT / file).exists():
                shutil.copy(ROOT / file, folder)
        try:
            compile_locks(folder, upgrade=options.upgrade)
        except LockFailure as failure:
            print(failure, file=sys.stderr)
            return 1
        changed = [lock for lock in LOCKS if _content(folder / lock) != _content(ROOT / lock)]
        if options.check and changed:
            print(f"not current, run `make lock`: {', '.join(changed)}", file=sys.stderr)
            return 1
        if not options.check:
            for lock in changed:
                shutil.copy(folder / lock, ROOT)
    print("locks: " + (f"changed {', '.join(changed)}" if changed else "current"))
    return 0


def _content(lock: Path) -> str:
    return lock.read_text(encoding="utf-8") if lock.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
