"""A log and a journal that are kept in memory: thousands of runs need neither file."""

from __future__ import annotations

import os
from pathlib import Path

from kmsproof.live.keys import Journal, KeyEntry
from kmsproof.log import LogWriter
from kmsproof.results import AnyEvent, VerdictRecorded


class MemoryLog(LogWriter):
    """Keeps the verdicts by the ids of their vectors, and nothing else."""

    def __init__(self) -> None:
        self.path = Path(os.devnull)
        self.verdicts: dict[str, VerdictRecorded] = {}

    def write(self, event: AnyEvent) -> None:
        """Keep a verdict."""
        if isinstance(event, VerdictRecorded):
            self.verdicts[event.id] = event

    def flush(self) -> None:
        """Do nothing: there is no file."""


class MemoryJournal(Journal):
    """Keeps nothing: the keys end with the target, which is in this process."""

    def __init__(self) -> None:
        super().__init__(Path(os.devnull))

    def write(self, entry: KeyEntry) -> None:
        """Do nothing."""
