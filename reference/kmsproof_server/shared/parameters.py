"""The parameters of one call, read as what they are: texts, numbers, bytes, words, maps.

An empty parameter counts as absent.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from kmsproof_reference.kms.errors import InvalidParameter, MissingParameter

Word = TypeVar("Word", bound=StrEnum)
Meaning = TypeVar("Meaning")

_DIGITS = re.compile(r"[0-9]{1,18}")
_TRUTH = {"true": True, "false": False}


class Parameters:
    """The parameters of one call by their names."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Take them as they came, decoded."""
        self._values = values

    # What may be absent.

    def optional_text(self, name: str) -> str | None:
        """Return a text, or nothing."""
        return self._values.get(name) or None

    def optional_integer(self, name: str) -> int | None:
        """Return a number that is not negative, or nothing. Raises `InvalidParameter`."""
        text = self.optional_text(name)
        if text is None:
            return None
        if not _DIGITS.fullmatch(text):
            raise InvalidParameter(name)
        return int(text)

    def optional_truth(self, name: str) -> bool | None:
        """Return whether it says ``true``, or nothing. Raises `InvalidParameter`."""
        text = self.optional_text(name)
        return None if text is None else _looked_up(name, text.lower(), _TRUTH)

    def optional_word(self, name: str, words: type[Word]) -> Word | None:
        """Return one of the words, letter for letter, or nothing. Raises `InvalidParameter`."""
        text = self.optional_text(name)
        return None if text is None else _word(name, text, words)

    def optional_json(self, name: str, limit: int) -> object:
        """Return what a JSON text of up to ``limit`` characters says, or nothing.

        Raises `InvalidParameter`.
        """
        text = self.optional_text(name)
        if text is None:
            return None
        if len(text) > limit:
            raise InvalidParameter(name)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise InvalidParameter(name) from None

    # What must be there.

    def text(self, name: str) -> str:
        """Return a text. Raises `MissingParameter`."""
        text = self.optional_text(name)
        if text is None:
            raise MissingParameter(name)
        return text

    def integer(self, name: str) -> int:
        """Return a number that is not negative. Raises `MissingParameter`, `InvalidParameter`."""
        self.text(name)
        number = self.optional_integer(name)
        assert number is not None
        return number

    def truth(self, name: str) -> bool:
        """Return whether it says ``true``. Raises `MissingParameter`, `InvalidParameter`."""
        return _looked_up(name, self.text(name).lower(), _TRUTH)

    def word(self, name: str, words: type[Word]) -> Word:
        """Return one of the words. Raises `MissingParameter`, `InvalidParameter`."""
        return _word(name, self.text(name), words)

    def octets(self, name: str) -> bytes:
        """Return the bytes of a base64 text. Raises `MissingParameter`, `InvalidParameter`."""
        try:
            return base64.b64decode(self.text(name), validate=True)
        except (binascii.Error, ValueError):
            raise InvalidParameter(name) from None


def _word(name: str, text: str, words: type[Word]) -> Word:
    try:
        return words(text)
    except ValueError:
        raise InvalidParameter(name) from None


def _looked_up(name: str, text: str, meanings: Mapping[str, Meaning]) -> Meaning:
    if text not in meanings:
        raise InvalidParameter(name)
    return meanings[text]
