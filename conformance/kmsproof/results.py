"""The event log of a run, and the run as read back from it: contract module.

A run is an append-only file of JSON Lines: a header, for each target its start, verdicts, warnings,
incidents and end, and a footer. Every report is a function of that file. A file without its
footer was cut short, and no report calls such a run conformant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum, unique
from pathlib import Path

import msgspec

from kmsproof.capability import Description
from kmsproof.causes import Diagnosis
from kmsproof.outcome import ErrorKind
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import (
    Algorithm,
    KeySpec,
    PaddingMode,
    ProtectionLevel,
    RejectionClass,
)

LOG_VERSION = 1
"""Version of the event log's format."""


class Event(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="event",
    gc=False,
):
    """Base of everything that stands in a log."""


@unique
class Mode(StrEnum):
    """Where the key of a vector comes from."""

    LIBRARY = "library"
    """From the vector: the target takes it from outside."""
    LIVE = "live"
    """From the target, which has made it and never lets it out."""
    POLICY = "policy"
    """Likewise, and the rules for keys are judged rather than an algorithm."""


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True, gc=False):
    """What a selected vector puts in, without the bytes.

    A verdict that is green carries no detail. The shape lets a reader of the log see all the same
    what the vectors that pass have in common, and the failing ones have not.
    """

    id: str
    operation: str
    valid: bool
    lengths: dict[str, int]
    """Lengths in bytes of the inputs, by the names of ``Detail.given``; a number is itself."""


class Family(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A corpus file as the log names it: one exact parameter set."""

    family: str
    key_spec: KeySpec
    algorithm: Algorithm | None
    """Absent where the rules of keys are judged, or the keys themselves."""
    padding: PaddingMode | None
    description: str
    tests: int
    """Tests in the file."""
    selected: int
    """Tests that the user's filters left."""
    sha256: str
    classes: dict[str, str] = {}
    """The edge-case classes of the file and what each is about."""
    shapes: tuple[Shape, ...] = ()
    """The selected vectors; may be absent."""
    mode: Mode = Mode.LIBRARY


class Tier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the corpus that sees most of what the whole sees, at fewer calls."""

    name: str
    calls: int
    """What all of it costs, each key spec once."""
    seen: int
    """Known deviations that it sees."""
    of: int
    """Known deviations that the whole corpus sees in these modes."""
    unseen: tuple[str, ...] = ()
    """The ids of the deviations that it does not see."""


class RunStarted(Event, frozen=True, kw_only=True, tag="run-started"):
    """Header: what was run with what."""

    log_version: int
    run_id: str
    started_at: str
    """RFC 3339, UTC."""
    suite: str
    """Name and version of the suite."""
    corpus_version: str
    corpus_sha256: str
    """Digest of the manifest, which holds the digests of all corpus files."""
    families: tuple[Family, ...]
    filters: tuple[str, ...]
    """What the user asked to leave out, as words; empty for a whole run."""
    targets: tuple[str, ...]
    """The targets as the user named them, without secrets."""
    environment: dict[str, str]
    floor_percent: float = 0.0
    """Share of the selected vectors by which each target must be judged."""
    modes: tuple[Mode, ...] = (Mode.LIBRARY,)
    live_sha256: str = ""
    """Digest of the live corpus's manifest, where it was used."""
    tier: Tier | None = None
    """The tier, unless everything was asked."""


@unique
class TargetState(StrEnum):
    """How far the work on a target came."""

    FINISHED = "finished"
    ABANDONED = "abandoned"
    """Given up, because the target broke again and again."""
    NOT_STARTED = "not-started"
    INTERRUPTED = "interrupted"


class TargetStarted(Event, frozen=True, kw_only=True, tag="target-started"):
    """What a target said of itself, and what is planned for it."""

    target: str
    description: Description
    planned: int
    """Vectors that will be asked."""
    not_applicable: int
    """Vectors that the target's declaration leaves out."""
    protection_level: ProtectionLevel | None = None
    """The level at which keys are made in it; absent where none was asked for."""


class Detail(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What a reader needs in order to understand a verdict that is not green."""

    case: str
    operation: str
    valid: bool
    why: str
    clause: str
    flags: tuple[str, ...]
    given: dict[str, str]
    """The input: byte strings as hex."""
    expected: dict[str, str]
    """The right answer, or for an invalid input the allowed classes of rejection."""


class VerdictRecorded(Event, frozen=True, kw_only=True, tag="verdict"):
    """The judgement on one vector."""

    target: str
    id: str
    verdict: Verdict
    failure: FailureKind | None = None
    reason: str = ""
    """Why the verdict is what it is, where outcome and detail do not say it already."""
    outcome: str = ""
    """``ok``, ``rejected``, ``unsupported`` or ``error``; empty where nothing was asked."""
    rejection: RejectionClass | None = None
    error: ErrorKind | None = None
    native_code: str = ""
    message: str = ""
    value: dict[str, str] = {}
    """What the target returned, where it is not what was expected."""
    microseconds: int = 0
    detail: Detail | None = None

    @property
    def family(self) -> str:
        """The first part of the id: the corpus file."""
        return self.id.partition("/")[0]


class Warned(Event, frozen=True, kw_only=True, tag="warning"):
    """Something that does not fail the run but that its reader must know."""

    target: str
    message: str
    ids: tuple[str, ...] = ()


class Incident(Event, frozen=True, kw_only=True, tag="incident"):
    """The target or its adapter broke; whose fault it is and what was in flight."""

    target: str
    whose_fault: str
    """``target`` or ``adapter``."""
    kind: ErrorKind
    message: str
    line: str = ""
    """The offending line of an adapter, shortened and escaped."""
    ids: tuple[str, ...] = ()
    """Vectors in flight at that moment."""


class CoveredRequirement(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A requirement of a profile and what the verdicts show of it."""

    id: str
    text: str
    obligation: str
    """``MUST``, ``SHOULD`` or ``MAY``."""
    place: str
    """Where it is written."""
    status: str
    """``passed``, ``failed``, ``not covered``, ``excluded`` or ``out of scope``."""
    vectors: int = 0
    """How many vectors the files of the run have for it."""
    passed: int = 0
    failed: int = 0
    excluded: str = ""
    """Why no vector can show it."""


class CoveredGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """The requirements of a profile that have something in common."""

    kind: str
    """``whole``, ``standard`` or ``level``."""
    name: str
    requirements: int
    """In scope and not excluded."""
    passed: int
    failed: int
    excluded: int

    @property
    def judged(self) -> int:
        """How many of them were judged."""
        return self.passed + self.failed


class ProfileCovered(Event, frozen=True, kw_only=True, tag="profile-covered"):
    """What the verdicts on a target show of a profile."""

    target: str
    profile: str
    """Its id, with the date of the edition."""
    title: str
    digest: str
    """Of what it demands: lower-case hex SHA-256."""
    floor_percent: float | None = None
    """Share of its requirements that must be judged; absent where the run is not held to it."""
    percent_judged: float
    groups: tuple[CoveredGroup, ...]
    requirements: tuple[CoveredRequirement, ...]

    @property
    def below_floor(self) -> bool:
        """Whether too little was judged."""
        return self.floor_percent is not None and self.percent_judged < self.floor_percent


class TargetFinished(Event, frozen=True, kw_only=True, tag="target-finished"):
    """The end of the work on one target."""

    target: str
    state: TargetState
    counts: dict[str, int]
    """Number of vectors by verdict."""
    failures: dict[str, int]
    """Number of failed vectors by kind."""
    seconds: float
    planned: int = 0
    """Vectors that were to be asked; every one of them has a verdict."""
    incidents: int = 0
    """How often the target or its adapter broke."""
    concluded: int = 0
    """Vectors whose verdict says something about the target: neither an error, nor unsupported,
    nor skipped. Sets of refusals that are compared are not among them."""
    below_floor: str = ""
    """Why too little of the profile was judged; empty where that is not so."""
    held_to_profile: bool = False
    """Whether the floor of the profile counted, and not that of the selected vectors."""
    message: str = ""


class RunFinished(Event, frozen=True, kw_only=True, tag="run-finished"):
    """Footer: what came of it."""

    finished_at: str
    exit_code: int
    conclusion: str
    """One sentence."""


AnyEvent = (
    RunStarted
    | TargetStarted
    | VerdictRecorded
    | Warned
    | Incident
    | ProfileCovered
    | TargetFinished
    | RunFinished
)


@dataclass
class TargetRun:
    """All that a log says of one target."""

    target: str
    started: TargetStarted | None = None
    verdicts: list[VerdictRecorded] = field(default_factory=list[VerdictRecorded])
    warnings: list[Warned] = field(default_factory=list[Warned])
    incidents: list[Incident] = field(default_factory=list[Incident])
    covered: ProfileCovered | None = None
    """What the verdicts show of the profile; absent where there is none."""
    finished: TargetFinished | None = None

    @property
    def counts(self) -> Counter[Verdict]:
        """Number of vectors by verdict."""
        return Counter(recorded.verdict for recorded in self.verdicts)


@dataclass
class Run:
    """A run as its log tells it."""

    path: Path
    started: RunStarted
    targets: dict[str, TargetRun]
    finished: RunFinished | None = None
    """Absent when the log was cut short."""
    sha256: str = ""
    """Digest of the log, by which a report can be tied to it."""
    diagnoses: dict[str, Diagnosis] = field(default_factory=dict[str, Diagnosis])
    """What explains the failures of each target; nothing where it was not looked for."""


@dataclass(frozen=True)
class ReportFormat:
    """An entry point of the group ``kmsproof.reports``: one way to tell what a run showed."""

    name: str
    summary: str
    file_name: str
    """Name of the file it is written to beside the log."""
    render: Callable[[Run], str]
