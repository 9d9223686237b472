"""What a run is asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kmsproof.messages import DEFAULT_DEADLINE_MS
from kmsproof.selection import Filters

DEFAULT_FLOOR_PERCENT = 10.0
"""A target that declares next to nothing shows next to nothing; a profile will demand more."""


@dataclass(frozen=True)
class RunOptions:
    """What the user asked for."""

    targets: tuple[str, ...]
    folder: Path
    """The run's folder; the log and the reports are put there."""
    filters: Filters = field(default_factory=Filters)
    deadline_ms: int = DEFAULT_DEADLINE_MS
    isolate: bool = False
    """Give every target a process of its own, not only native ones."""
    corpus: str = ""
    """Path of a corpus that is not the one that comes with kmsproof."""
    floor_percent: float = DEFAULT_FLOOR_PERCENT
    """Share of the selected vectors that each target must have been asked."""
    jobs: int = 1
    """How many targets are judged at the same time."""
