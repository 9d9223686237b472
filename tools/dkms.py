"""The official SDK of the instance API for the tests, in an environment of its own: .venv-dkms.

It wants versions of cryptography and protobuf that the suite has left behind, and has modules with
names as general as ``sdk``. So it lives apart, made from a lock of its own.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import virtual_environment
from debian_packages import ROOT

FOLDER = ROOT / ".venv-dkms"
PYTHON = FOLDER / "bin" / "python"
LOCK = "requirements-dkms.lock"
STAMP = FOLDER / "kmsproof-dkms.stamp"

SOURCE_ONLY = (
    "alibabacloud-darabonba-array",
    "alibabacloud-darabonba-map",
    "alibabacloud-darabonba-number",
    "alibabacloud-darabonba-signature-util",
    "alibabacloud-darabonba-stream",
    "alibabacloud-darabonba-string",
    "alibabacloud-dkms-gcs",
    "alibabacloud-tea",
)
"""Packages of the lock of which the index has no wheel."""

_UV = virtual_environment.FOLDER / "bin" / "uv"


class SdkUnavailable(Exception):
    """The environment cannot be made; the text says why."""


def find() -> Path | None:
    """Return the interpreter that has the SDK, or nothing if it is not there or not current."""
    return PYTHON if _is_current() else None


def ensure() -> None:
    """Make the environment, unless it is there and current; .venv has what makes it.

    Raises:
        SdkUnavailable: the installation failed.
    """
    if _is_current():
        return
    if not _UV.exists():
        raise SdkUnavailable("what makes its environment is in .venv of the kind dev")
    STAMP.unlink(missing_ok=True)
    _uv("venv", "--clear", "--no-project", "--python", str(virtual_environment.PYTHON), str(FOLDER))
    with tempfile.NamedTemporaryFile("w", suffix=".lock", encoding="utf-8") as backend:
        backend.write(virtual_environment.entry(LOCK, virtual_environment.BUILD_BACKEND))
        backend.flush()
        _install("-r", backend.name)
    # What builds these is in the lock as well, so that the build runs no code that no lock pins.
    from_source = [f"--no-binary={package}" for package in SOURCE_ONLY]
    _install("--no-build-isolation", *from_source, "-r", LOCK)
    STAMP.write_text(_key(), encoding="ascii")


def _install(*arguments: str) -> None:
    checked = ("--require-hashes", "--only-binary=:all:", f"--python={PYTHON}")
    _uv("pip", "install", *checked, *arguments)


def _uv(*arguments: str) -> None:
    command = [str(_UV), "--no-config", "--quiet", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise SdkUnavailable(" / ".join(lines[-3:]) or f"uv ends with {done.returncode}")


def _is_current() -> bool:
    try:
        return STAMP.read_text(encoding="ascii") == _key() and PYTHON.exists()
    except FileNotFoundError:
        return False


def _key() -> str:
    """Changes with the lock, the interpreter and the path: an environment cannot be moved."""
    version = "{}.{}".format(*sys.version_info).encode("ascii")
    parts = ((ROOT / LOCK).read_bytes(), os.fsencode(ROOT), version)
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
