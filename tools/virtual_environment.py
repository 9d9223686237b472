"""Make .venv from a hash-pinned lock, with what a bare Debian or Ubuntu Python offers."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

import debian_packages
from debian_packages import ROOT, PackagesUnavailable

FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"

LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
"""Which lock an environment is made from; the second holds all of the first, same versions."""


BUILD_BACKEND = "setuptools"

SOURCE_ONLY = (
    "alibabacloud-darabonba-array",
    "alibabacloud-darabonba-map",
    "alibabacloud-darabonba-signature-util",
    "alibabacloud-darabonba-string",
    "alibabacloud-endpoint-util",
    "alibabacloud-tea",
    "alibabacloud-tea-xml",
    "yattag",
)
"""Packages of which the index has no wheel: of Alibaba Cloud's SDK, and one of cosmic-ray."""


class EnvironmentFailure(Exception):
    """The virtual environment cannot be made; the text says why and what to do."""


def ensure(kind: str) -> None:
    """Make the environment ``kind`` (a key of ``LOCKS``), unless it is there and current.

    Raises:
        EnvironmentFailure: no virtual environment, or the installation failed.
    """
    if _is_current(kind) or (kind == "run" and _is_current("dev")):
        return
    if not _works():
        _say(f"making .venv with Python {sys.version.split()[0]}")
        _create()
    lock = LOCKS[kind]
    _say(f"installing {lock} into .venv, every file checked against its hash")
    for stamp in FOLDER.glob("kmsproof-*.stamp"):
        stamp.unlink()
    _install(lock)
    _pip("install", "--no-deps", "--no-build-isolation", "--editable", ".")
    _stamp(kind).write_text(_key(kind), encoding="ascii")


def _install(lock: str) -> None:
    """Install a lock: wheels, and those packages as source that are published as nothing else.

    What builds them is in the lock as well and is installed first, so that the build runs no code
    that no lock pins.
    """
    wheels_only = ("install", "--require-hashes", "--only-binary", ":all:")
    with tempfile.NamedTemporaryFile("w", suffix=".lock", encoding="utf-8") as backend:
        backend.write(entry(lock, BUILD_BACKEND))
        backend.flush()
        _pip(*wheels_only, "-r", backend.name)
    source_only = ("--no-binary", ",".join(SOURCE_ONLY), "--no-build-isolation", "--use-pep517")
    _pip(*wheels_only, *source_only, "-r", lock)


def entry(lock: str, package: str) -> str:
    """Return the lines of a lock that pin one package."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(f"{package}=="))
    rest = takewhile(lambda line: line.startswith("    --hash"), lines[first + 1 :])
    return "\n".join((lines[first], *rest)).rstrip(" \\") + "\n"


def _is_current(kind: str) -> bool:
    try:
        return _stamp(kind).read_text(encoding="ascii") == _key(kind) and PYTHON.exists()
    except FileNotFoundError:
        return False


def _stamp(kind: str) -> Path:
    return FOLDER / f"kmsproof-{kind}.stamp"


def _key(kind: str) -> str:
    """Changes with all that the environment is made from, and with its path: it cannot be moved."""
    digest = hashlib.sha256()
    for part in (
        (ROOT / LOCKS[kind]).read_bytes(),
        (ROOT / "pyproject.toml").read_bytes(),
        os.fsencode(ROOT),
        "{}.{}".format(*sys.version_info).encode("ascii"),
    ):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _works() -> bool:
    """Whether there is an environment made at this very path, by this Python, and with pip."""
    try:
        configuration = (FOLDER / "pyvenv.cfg").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    question = f"import pip, sys; print(sys.version_info[:2] == {sys.version_info[:2]!r})"
    answer = _run([str(PYTHON), "-c", question]).stdout.strip()
    return str(FOLDER) in configuration and answer == "True"


def _create() -> None:
    # Not sys.executable itself: with .venv activated that is the Python about to be replaced.
    python = str(Path(sys.executable).resolve())
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    attempt = _run([python, "-m", "venv", "--clear", str(FOLDER)])
    if attempt.returncode == 0:
        return
    try:
        if os.geteuid() == 0:
            _say(f"installing {package}")
            debian_packages.install(package)
            attempt = _run([python, "-m", "venv", "--clear", str(FOLDER)])
            if attempt.returncode == 0:
                return
        else:
            _say(f"{package} is not installed: unpacking python3-pip-whl in .setup/ instead")
            _create_with_unpacked_pip(python)
            return
    except PackagesUnavailable as reason:
        shutil.rmtree(FOLDER, ignore_errors=True)
        raise EnvironmentFailure(
            f"{python} cannot make a virtual environment; install {package}, as root: "
            f"apt-get install {package} ({reason})"
        ) from None
    shutil.rmtree(FOLDER, ignore_errors=True)
    raise EnvironmentFailure(f"{python} cannot make a virtual environment: {_last_lines(attempt)}")


def _create_with_unpacked_pip(python: str) -> None:
    """A virtual environment without the package python3-venv: pip comes out of its wheel."""
    debian_packages.unpack("python3-pip-whl", with_dependencies=False)
    wheels = sorted((debian_packages.UNPACKED / "usr/share/python-wheels").glob("pip-*.whl"))
    if not wheels:
        raise PackagesUnavailable("the package python3-pip-whl holds no wheel of pip")
    done = _run([python, "-m", "venv", "--clear", "--without-pip", str(FOLDER)])
    if done.returncode != 0:
        raise EnvironmentFailure(f"cannot make .venv: {_last_lines(done)}")
    # Unpacked rather than installed: pip would want certificates even for a file beside it.
    packages = FOLDER / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    with zipfile.ZipFile(wheels[-1]) as wheel:
        wheel.extractall(packages / "site-packages")


def _pip(*arguments: str) -> None:
    options = ("--quiet", "--disable-pip-version-check", "--no-input")
    done = subprocess.run(
        [str(PYTHON), "-m", "pip", *arguments, *options],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        remedy = "is a package index reachable?"
        if debian_packages.lacks_certificates():
            remedy = "certificates are missing; as root: apt-get install ca-certificates."
        raise EnvironmentFailure(
            f"pip {arguments[0]} failed, see above: {remedy} Then start again; nothing has to be "
            "cleaned up."
        )


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        return subprocess.CompletedProcess(list(command), 127, "", str(error))


def _last_lines(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return " / ".join(lines[-3:]) or f"status {done.returncode}"


def _say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)
