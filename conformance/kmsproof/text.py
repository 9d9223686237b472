"""Make text of unknown origin safe to show on a terminal and in a log line: contract module."""

from __future__ import annotations

DEFAULT_LIMIT = 200
"""Characters kept of a foreign text in a message."""


def printable(text: str) -> str:
    """Replace every character that a terminal could act on by its escape, ``\\x1b`` for ESC."""
    return "".join(
        character if character.isprintable() else _escaped(character) for character in text
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def shortened(text: str, limit: int = DEFAULT_LIMIT) -> str:
    """Cut a text to ``limit`` characters and say how many were left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit} more characters)"


def quoted_line(line: bytes, limit: int = DEFAULT_LIMIT) -> str:
    """Show the beginning of a line that a foreign process wrote, escaped and shortened."""
    head = line[: 4 * limit].decode("utf-8", errors="backslashreplace")
    more = len(line) - limit if len(line) > 4 * limit else 0
    text = shortened(printable(head), limit)
    return f"{text} ({len(line)} bytes in all)" if more else text
