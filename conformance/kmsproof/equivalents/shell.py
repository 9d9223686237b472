"""Lines of a POSIX shell that hand bytes to programs and show what they make."""

from __future__ import annotations

import base64
import shlex

IN_A_FOLDER = 'cd "$(mktemp -d)"'
"""The first line: what follows writes files."""


def written(name: str, content: bytes) -> str:
    """Return the line that writes a file; base64 needs nothing but what every system has."""
    return f"printf %s '{base64.b64encode(content).decode('ascii')}' | base64 -d > {name}"


def shown(name: str) -> str:
    """Return what shows a file in hexadecimal."""
    return f"od -An -v -tx1 {name} | tr -d ' \\n'"


def command(*words: str) -> str:
    """Return a command with its words quoted where that is needed."""
    return shlex.join(words)
