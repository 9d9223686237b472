"""What a run is asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kmsproof.messages import DEFAULT_DEADLINE_MS
from kmsproof.results import Mode, Tier
from kmsproof.selection import Filters
from kmsproof.text import redacted
from kmsproof.vocabulary import ProtectionLevel

DEFAULT_FLOOR_PERCENT = 10.0
"""A target that declares next to nothing shows next to nothing; a profile demands more."""


@dataclass(frozen=True)
class LiveOptions:
    """What the user asked of recipes, which make keys in the target."""

    max_keys: int | None = None
    """How many keys may be made in a target; None for as many as are wanted."""
    max_calls: int | None = None
    rate: float | None = None
    """Calls per second at most; None for as fast as they are answered."""
    protection_levels: tuple[ProtectionLevel, ...] = ()
    """The levels of the keys; none for the first that a target declares and that fits. Each target
    is judged at each of them."""
    all_levels: bool = False
    """Whether each target is judged at every level at which it makes keys."""


@dataclass(frozen=True)
class Subject:
    """What a part of a run judges: a target, perhaps at one protection level."""

    target: str
    """As the user named it."""
    level: ProtectionLevel | None = None

    @property
    def owner(self) -> str:
        """The target as the journal of keys names it, without secrets."""
        return redacted(self.target)

    @property
    def name(self) -> str:
        """As the log names it, without secrets."""
        return self.owner if self.level is None else f"{self.owner} at {self.level.name.lower()}"


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
    floor_percent: float | None = None
    """Share of the selected vectors that must judge each target; None: that of its profile, or
    ``DEFAULT_FLOOR_PERCENT`` where the run is not held to one."""
    profile: str = ""
    """Name or path of the profile that targets are held against; empty: the one that fits each."""
    jobs: int = 1
    """How many targets are judged at the same time."""
    modes: tuple[Mode, ...] = (Mode.LIBRARY,)
    live: LiveOptions = field(default_factory=LiveOptions)
    tier: Tier | None = None
    """What the tier sees that the filters name."""

    found_subjects: tuple[Subject, ...] = ()
    """What is judged, where the targets themselves had to be asked for their levels."""

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """What is judged, in this order: every target at every level that was asked for."""
        if self.found_subjects:
            return self.found_subjects
        levels = self.live.protection_levels or (None,)
        return tuple(Subject(target, level) for target in self.targets for level in levels)
