"""Small pieces of Markdown that the generated pages have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

GENERATED = "<!-- Made by `python -m kmsproof.mutants.pages`; do not edit. -->"
"""First line of a generated page."""

_SPECIAL = re.compile(r"([\\*_`<>\[\]|])")


def plain(text: str) -> str:
    """Return a text in which nothing is taken for Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def table(head: Sequence[str], rows: Iterable[Sequence[object]], numbers: int = 0) -> Iterator[str]:
    """Yield a table.

    Args:
        head: the titles of the columns.
        rows: the cells, already as Markdown.
        numbers: how many columns, from the last, are numbers.
    """
    texts = len(head) - numbers
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * texts}{'---:|' * numbers}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def anchor(heading: str) -> str:
    """Return where a heading is linked to: as GitHub makes it of ``gcm/tag-not-compared``."""
    kept = (c for c in heading.lower() if c.isalnum() or c in " -_")
    return "".join(kept).replace(" ", "-")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 vector`` or ``2 vectors``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def page(lines: Iterable[str]) -> bytes:
    """Return a page as it is written."""
    return ("\n".join((GENERATED, "", *lines)).rstrip("\n") + "\n").encode()
