"""Find the Node.js that the adapter written for it can run in."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

PACKAGE = "nodejs"

OLDEST = 18
"""The first Node.js that the adapter runs in."""


def find() -> Path | None:
    """The Node.js on ``PATH``, if it is new enough."""
    node = shutil.which("node")
    if node is None:
        return None
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=60)
        major = int(done.stdout.removeprefix("v").partition(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return Path(node) if major >= OLDEST else None
