"""Write the event log of a run: append, flush, never rewrite."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from kmsproof.errors import UsageError
from kmsproof.results import AnyEvent
from kmsproof_vectors.encoding import json_encoder

FILE_NAME = "events.jsonl"
"""Name of the log in a run's folder."""

FLUSH_SECONDS = 0.2
"""How much of a run may be lost when the suite itself is killed."""

FLUSH_BYTES = 1 << 16


class LogWriter:
    """Appends events to a file; what is older than ``FLUSH_SECONDS`` is with the system."""

    def __init__(self, path: Path) -> None:
        """Create the log.

        Raises:
            UsageError: if the file exists already or cannot be made.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("xb", buffering=0)
        except OSError as error:
            raise UsageError(
                f"The event log {path} cannot be made: {error.strerror}.",
                "Give another folder with --out; a log is never overwritten.",
            ) from None
        self.path = path
        self._encode = json_encoder().encode
        self._buffer = bytearray()
        self._flushed = time.monotonic()

    def write(self, event: AnyEvent) -> None:
        """Append an event."""
        self._buffer += self._encode(event)
        self._buffer += b"\n"
        if len(self._buffer) >= FLUSH_BYTES or time.monotonic() - self._flushed > FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Hand everything to the system."""
        view = memoryview(bytes(self._buffer))
        while view:
            view = view[self._file.write(view) :]
        self._buffer.clear()
        self._flushed = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.flush()
        os.fsync(self._file.fileno())
        self._file.close()
