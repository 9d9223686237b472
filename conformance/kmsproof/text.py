"""Make text of unknown origin safe to show on a terminal and in a log line: contract module."""

from __future__ import annotations

import re

_NAME_OF_SECRET = (
    r"[\w.-]*(?:pin|passw|passphrase|passcode|secret|token|credential|api[_-]?key|access[_-]?key)"
    r"[\w.-]*"
)
_VALUE = r"(?:'[^']*'|\"[^\"]*\"|\\.|&(?![\w-]+=)|[^&\s])+"
_SECRET = re.compile(
    r"(?i)(?<![\w.-])(?!(?:pin-source|token)=)(?:"
    rf"((?<='){_NAME_OF_SECRET}=)[^']*|((?<=\"){_NAME_OF_SECRET}=)[^\"]*"
    rf"|({_NAME_OF_SECRET}=|-+{_NAME_OF_SECRET}\s+){_VALUE})"
)
"""``pin-value=…`` in a URI up to the next attribute, ``HSM_PIN=…`` and ``--password …`` in a
command up to the next word. ``token`` is the label of a PKCS#11 token, and ``pin-source`` says
where the PIN is: neither is a secret."""

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


def redacted(name: str) -> str:
    """Return the name of a target, or a text about it, without the secrets that it may hold."""
    return _SECRET.sub(lambda found: f"{found[1] or found[2] or found[3]}[redacted]", name)
