"""Where random bytes come from, made safe for several threads.

`secrets.token_bytes` is safe by itself; a generator with a state, which tests use to get the same
keys again, is not.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

RandomSource = Callable[[int], bytes]
"""Gives as many random bytes as it is asked for."""


class SerialRandom:
    """Asks a source for one thread at a time."""

    def __init__(self, source: RandomSource) -> None:
        """Take the source."""
        self._source, self._lock = source, Lock()

    def __call__(self, length: int) -> bytes:
        """Return ``length`` random bytes."""
        with self._lock:
            return self._source(length)
