"""Find a Chromium that runs, for the browser test."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

SNAP_ONLY = "Ubuntu packs Chromium as a snap only; install Google Chrome, which the test takes too"

_NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")


def find() -> Path | None:
    """The first Chromium or Chrome on PATH that starts and is no snap; None if there is none."""
    for name in _NAMES:
        path = shutil.which(name)
        if path is not None and not _is_snap(Path(path)) and _starts(path):
            return Path(path)
    return None


def _is_snap(path: Path) -> bool:
    # A snap has temporary folders of its own, so it cannot open a report that a test has written.
    # Ubuntu's package chromium-browser is a script that starts the snap or asks for it.
    resolved = path.resolve()
    if resolved.name == "snap" or resolved.is_relative_to("/snap"):
        return True
    with resolved.open("rb") as file:
        head = file.read(4096)
    return head.startswith(b"#!") and b"/snap/bin/" in head


def _starts(path: str) -> bool:
    try:
        done = subprocess.run(
            [path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
