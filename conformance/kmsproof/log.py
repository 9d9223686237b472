"""Write the event log of a run: append, flush, never rewrite."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import threading
import time
from collections.abc import Generator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from kmsproof.errors import LogError, UsageError
from kmsproof.results import AnyEvent
from kmsproof_vectors.encoding import encode_value, json_encoder

FILE_NAME = "events.jsonl"
"""Name of the log in a run's folder."""

FLUSH_SECONDS = 0.2
"""How much of a run may be lost when the suite itself is killed."""

FLUSH_BYTES = 1 << 16


@contextlib.contextmanager
def _interrupt_held() -> Generator[None]:
    """Let Ctrl-C wait until what is in the block is done.

    A signal mask would not do: where there are other threads, the system gives the signal to one of
    them, and Python interrupts the main one all the same.
    """
    if threading.current_thread() is not threading.main_thread():  # nothing interrupts these
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler if before is None else before)
        if came:
            signal.raise_signal(signal.SIGINT)


def _created(path: Path) -> io.FileIO:
    """Create a file to which every write is an append, so that several processes can share it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
    return io.FileIO(os.open(path, flags, 0o666), "ab")


class LogWriter:
    """Appends events to a file; what is older than ``FLUSH_SECONDS`` is with the system."""

    def __init__(self, path: Path, *, append: bool = False) -> None:
        """Create the log, or go on with one that another process of the run has created.

        Raises:
            UsageError: if the file exists already or cannot be made.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = _created(path) if not append else path.open("ab", buffering=0)
        except OSError as error:
            exists = " A log is never overwritten." if isinstance(error, FileExistsError) else ""
            raise UsageError(
                f"The event log {path} cannot be made: {error.strerror}.",
                f"Give another folder with --out.{exists}",
            ) from None
        self.path = path
        self._encode = json_encoder().encode
        self._buffer = bytearray()
        self._flushed = time.monotonic()

    def write(self, event: AnyEvent) -> None:
        """Append an event.

        Raises:
            LogError: if the file cannot take it.
        """
        try:
            line = self._encode(event)
        except UnicodeEncodeError:  # a target's text that came from undecodable bytes
            fields = msgspec.to_builtins(event, enc_hook=encode_value)
            line = json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")
        self._buffer += line + b"\n"  # in one piece: Ctrl-C must not part a line from its end
        if len(self._buffer) >= FLUSH_BYTES or time.monotonic() - self._flushed > FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Hand everything to the system.

        Raises:
            LogError: if the file cannot take it.
        """
        try:
            with _interrupt_held():  # between the two halves of the line below lies a second copy
                while self._buffer:
                    del self._buffer[: self._file.write(self._buffer)]
        except OSError as error:
            raise LogError(
                f"The event log {self.path} cannot be written: {error.strerror}.",
                "Make room, or give another folder with --out, and run again.",
            ) from None
        self._flushed = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.flush()
            os.fsync(self._file.fileno())
        finally:
            self._file.close()
