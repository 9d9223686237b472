"""Get packages of Debian and Ubuntu: root installs them, anybody else unpacks them in .setup/."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNPACKED = ROOT / ".setup" / "debian"
"""Looks like the root of a file system: a package's ``/usr/lib`` is ``UNPACKED / "usr/lib"``."""

_PRIVATE_LISTS = ROOT / ".setup" / "apt"


FILE_SYSTEMS = (Path("/"), Path("/usr/local"), UNPACKED)
"""Where the files of a package may be: installed, built by hand, unpacked here."""


class PackagesUnavailable(Exception):
    """The packages cannot be had on this machine; the text says why, in one sentence."""


def find_file(variable: str, folders: Sequence[str], name: str) -> Path | None:
    """A file of a package: the one that the environment names, else the first that there is.

    Args:
        variable: the environment variable that may name it; what it names and is not there is none.
        folders: patterns of folders in a file system, such as ``usr/lib/*-linux-gnu*``.
        name: of the file.
    """
    named = os.environ.get(variable)
    if named:
        return Path(named) if Path(named).is_file() else None
    found = (
        file
        for file_system in FILE_SYSTEMS
        for folder in folders
        for file in sorted(file_system.glob(f"{folder}/{name}"))
    )
    return next(found, None)


def install(*packages: str) -> None:
    """Install packages into the system; needs root.

    Raises:
        PackagesUnavailable: not root, no apt-get, or apt-get refused.
    """
    _require_apt()
    if os.geteuid() != 0:
        raise PackagesUnavailable(f"installing {' '.join(packages)} needs root")
    command = ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
    if _apt([*command, *packages]).returncode != 0:
        _apt(["update"])  # A fresh machine or container has no package lists yet.
        _demand(_apt([*command, *packages]), packages)


def unpack(*packages: str, with_dependencies: bool) -> None:
    """Download packages and unpack them below ``UNPACKED``; needs no root and installs nothing.

    Raises:
        PackagesUnavailable: no apt-get or dpkg, or the packages cannot be downloaded.
    """
    _require_apt()
    try:
        _unpack(packages, with_dependencies, ())
    except PackagesUnavailable:
        # The machine has no package lists, or old ones: fetch our own, which needs no root either.
        options = _private_lists()
        _apt([*options, "update"])
        _unpack(packages, with_dependencies, options)


def unpacked_libraries() -> str:
    """LD_LIBRARY_PATH for a library that was unpacked beside what it depends on."""
    folders = [UNPACKED / "usr/lib", *UNPACKED.glob("usr/lib/*-linux-gnu*")]
    present = os.environ.get("LD_LIBRARY_PATH", "")
    return ":".join([*(str(folder) for folder in folders), *filter(None, [present])])


def lacks_certificates() -> bool:
    """Whether this is a Debian or Ubuntu without the certificates that its own pip needs."""
    bundle = Path("/etc/ssl/certs/ca-certificates.crt")
    return Path("/etc/debian_version").exists() and not bundle.exists()


def forget_lists() -> None:
    """Remove the package lists that ``unpack`` may have fetched; they are large."""
    shutil.rmtree(_PRIVATE_LISTS, ignore_errors=True)


def _unpack(packages: Sequence[str], with_dependencies: bool, options: Sequence[str]) -> None:
    names = _missing(packages, options) if with_dependencies else list(packages)
    archives = ROOT / ".setup" / "archives"
    shutil.rmtree(archives, ignore_errors=True)
    archives.mkdir(parents=True)
    _demand(_apt([*options, "download", *names], archives), packages)
    UNPACKED.mkdir(parents=True, exist_ok=True)
    for archive in sorted(archives.glob("*.deb")):
        _demand(_run(["dpkg", "-x", str(archive), str(UNPACKED)]), packages)
    shutil.rmtree(archives)


def _missing(packages: Sequence[str], options: Sequence[str]) -> list[str]:
    """The packages and what they depend on, without those that are installed."""
    plan = _apt([*options, "install", "--simulate", "--no-install-recommends", *packages])
    _demand(plan, packages)
    lines = [line.split() for line in plan.stdout.splitlines()]
    return [words[1] for words in lines if words[:1] == ["Inst"]]


def _private_lists() -> list[str]:
    """Options that make apt-get keep package lists in .setup/; its sources stay the system's."""
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (_PRIVATE_LISTS / folder).mkdir(parents=True, exist_ok=True)
    return [
        "-o",
        f"Dir::State={_PRIVATE_LISTS / 'state'}",
        "-o",
        "Dir::State::status=/var/lib/dpkg/status",
        "-o",
        f"Dir::Cache={_PRIVATE_LISTS / 'cache'}",
    ]


def _require_apt() -> None:
    for command in ("apt-get", "dpkg"):
        if shutil.which(command) is None:
            raise PackagesUnavailable(
                f"there is no {command} here, so this is neither Debian nor Ubuntu"
            )


def _apt(arguments: Sequence[str], folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return _run(["apt-get", "-q", *arguments], folder)


def _run(command: Sequence[str], folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _demand(done: subprocess.CompletedProcess[str], packages: Sequence[str]) -> None:
    if done.returncode == 0:
        return
    lines = [line for line in done.stderr.splitlines() if line.startswith(("E:", "dpkg"))]
    reason = "; ".join(lines) or f"{done.args[0]} ended with status {done.returncode}"
    raise PackagesUnavailable(f"cannot get {' '.join(packages)}: {reason}")
