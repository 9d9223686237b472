"""Show how far a run is: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from kmsproof.results import TargetFinished
from kmsproof.text import shortened

if TYPE_CHECKING:
    from rich.progress import TaskID

PLAIN_SECONDS = 5.0
"""Between two lines of plain progress, so that a log in CI stays short but alive."""

LIVE_SECONDS = 0.1

SHOWN_NAME = 60
"""Characters of a target's name in a line of progress."""


class Progress(Protocol):
    """What a run tells while it goes on."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def target_started(self, target: str) -> None:
        """The work on a target begins."""
        ...

    def advanced(self, target: str, done: int, total: int) -> None:
        """So many vectors of a target are done."""
        ...

    def target_finished(self, finished: TargetFinished) -> None:
        """The work on a target is over."""
        ...


def result_line(finished: TargetFinished) -> str:
    """Return one line about how a target did."""
    counts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(finished.counts.items()))
    return f"{_short(finished.target)}: {counts or finished.message} ({finished.seconds:.1f} s)"


def _short(target: str) -> str:
    """Return enough of a target's name to know it by; a PKCS #11 URI can be very long."""
    return shortened(target, SHOWN_NAME)


class _Silent:
    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def target_started(self, target: str) -> None:
        """Say nothing."""

    def advanced(self, target: str, done: int, total: int) -> None:
        """Say nothing."""

    def target_finished(self, finished: TargetFinished) -> None:
        """Say nothing."""


class Silent(_Silent):
    """Shows nothing."""


class PlainProgress(_Silent):
    """Writes a line when a target begins, every few seconds, and when it ends."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown: dict[str, float] = {}

    def target_started(self, target: str) -> None:
        """Write that a target begins."""
        self._shown[target] = time.monotonic()
        print(f"{_short(target)}: started", file=self._stream, flush=True)

    def advanced(self, target: str, done: int, total: int) -> None:
        """Write the count, if the last line about the target was some seconds ago."""
        now = time.monotonic()
        if now - self._shown.get(target, 0.0) >= PLAIN_SECONDS:
            self._shown[target] = now
            print(f"{_short(target)}: {done} of {total}", file=self._stream, flush=True)

    def target_finished(self, finished: TargetFinished) -> None:
        """Write the result."""
        print(result_line(finished), file=self._stream, flush=True)


class LiveProgress(_Silent):
    """Draws a bar for each target."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._tasks: dict[str, TaskID] = {}
        self._shown: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def target_started(self, target: str) -> None:
        """Add a bar."""
        self._tasks[target] = self._bars.add_task(target[:40], total=None)

    def advanced(self, target: str, done: int, total: int) -> None:
        """Move the bar of a target, some times a second."""
        now, task = time.monotonic(), self._tasks.get(target)
        due = done == total or now - self._shown.get(target, 0.0) >= LIVE_SECONDS
        if task is not None and due:
            self._shown[target] = now
            self._bars.update(task, completed=done, total=total)

    def target_finished(self, finished: TargetFinished) -> None:
        """Leave the bar as it is."""


def progress_for(stream: TextIO = sys.stderr, *, quiet: bool = False) -> Progress:
    """Return the progress display that suits where the output goes."""
    if quiet:
        return Silent()
    return LiveProgress() if stream.isatty() else PlainProgress(stream)
