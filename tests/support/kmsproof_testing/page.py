"""An HTML page as tests look at it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any


class Page(HTMLParser):
    """The parts of a page that tests look at."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.attributes: list[tuple[str, str, str]] = []
        self.tags: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.words: list[str] = []
        self._open = ""
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "script":
            self.scripts.append(data)
        elif self._open == "style":
            self.styles.append(data)
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        """What a reader sees."""
        return re.sub(r"\s+", " ", " ".join(self.words))

    @property
    def rows(self) -> dict[str, Any]:
        """The rows that the script of a report reads."""
        rows: dict[str, Any] = json.loads(self.scripts[0])
        return rows

    @property
    def shape(self) -> set[tuple[str, str]]:
        """Which elements with which attributes the page has."""
        return {(tag, name) for tag, name, _ in self.attributes} | {(tag, "") for tag in self.tags}
