"""Write event logs as a run would, for tests of what reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict, Unpack

from kmsproof.capability import PROTOCOL_VERSION, Description
from kmsproof.log_reader import read_run
from kmsproof.outcome import ErrorKind
from kmsproof.results import (
    LOG_VERSION,
    AnyEvent,
    Detail,
    Family,
    Incident,
    ProfileCovered,
    Run,
    RunFinished,
    RunStarted,
    Shape,
    TargetFinished,
    TargetStarted,
    TargetState,
    VerdictRecorded,
    Warned,
)
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import Algorithm, KeySpec, PaddingMode, RejectionClass
from kmsproof_vectors.encoding import json_encoder

_MODES: tuple[tuple[str, Algorithm, PaddingMode | None], ...] = (
    ("gcm", Algorithm.GCM, None),
    ("cbc-pkcs7", Algorithm.CBC, PaddingMode.PKCS7_PADDING),
    ("cbc-no-padding", Algorithm.CBC, PaddingMode.NO_PADDING),
    ("ecb-pkcs7", Algorithm.ECB, PaddingMode.PKCS7_PADDING),
    ("ecb-no-padding", Algorithm.ECB, PaddingMode.NO_PADDING),
)
FAMILIES = tuple(
    (f"aes-{size}-{name}", KeySpec(f"Aliyun_AES_{size}"), mode, padding)
    for size in (128, 192, 256)
    for name, mode, padding in _MODES
)
"""The AES part of the sheet."""

CLASSES = {
    "G1": "ordinary messages",
    "G3": "IV lengths",
    "G5": "modified tag",
    "G9": "modified ciphertext",
    "C2": "padding that is not well formed",
}


def detail(
    operation: str = "decrypt",
    *,
    valid: bool = True,
    case: str = "G1",
    flags: Iterable[str] = (),
    given: dict[str, str] | None = None,
    expected: dict[str, str] | None = None,
    why: str = "",
    clause: str = "SP 800-38D §7.2 step 8",
) -> Detail:
    """A detail, with sensible inputs and answers where none are given."""
    inputs = {"iv": "00" * 12, "ciphertext": "11" * 32, "tag": "22" * 16}
    right = {"plaintext": "33" * 32} if valid else {"rejected as": "invalid-ciphertext"}
    return Detail(
        case=case,
        operation=operation,
        valid=valid,
        why=why or f"Shows what class {case} is about.",
        clause=clause,
        flags=tuple(flags),
        given=inputs if given is None else given,
        expected=right if expected is None else expected,
    )


class Answer(TypedDict, total=False):
    """The fields of a verdict that a test may want to set."""

    outcome: str
    rejection: RejectionClass
    native_code: str
    message: str
    reason: str
    value: dict[str, str]
    microseconds: int
    detail: Detail
    failure: FailureKind
    error: ErrorKind


class LogBuilder:
    """Collects the events of a run; ``write`` puts them into a file with the real encoder."""

    def __init__(
        self,
        *targets: str,
        filters: tuple[str, ...] = (),
        shapes: Iterable[Shape] = (),
        selected: int | None = None,
    ) -> None:
        self.targets = targets or ("reference",)
        self.events: list[AnyEvent] = []
        self._filters = filters
        self._selected = selected
        self._shapes = tuple(shapes)
        self._verdicts: dict[str, list[VerdictRecorded]] = {name: [] for name in self.targets}
        self._incidents: Counter[str] = Counter()

    def start(
        self,
        target: str = "",
        *,
        name: str = "",
        version: str = "1.0",
        adapter: str = "",
        notes: tuple[str, ...] = (),
    ) -> None:
        """Let a target start and say what it is."""
        description = Description(
            protocol=PROTOCOL_VERSION,
            name=name or target or self.targets[0],
            version=version,
            keys=(),
            algorithms=(),
            adapter=adapter,
            notes=notes,
        )
        self.events.append(
            TargetStarted(
                target=target or self.targets[0],
                description=description,
                planned=0,
                not_applicable=0,
            )
        )

    def verdict(
        self, vector: str, verdict: Verdict, target: str = "", **more: Unpack[Answer]
    ) -> None:
        """Record a verdict."""
        name = target or self.targets[0]
        recorded = VerdictRecorded(target=name, id=vector, verdict=verdict, **more)
        self._verdicts.setdefault(name, []).append(recorded)
        self.events.append(recorded)

    def passed(self, vector: str, target: str = "") -> None:
        """Record a pass."""
        self.verdict(vector, Verdict.PASS, target, outcome="ok", microseconds=7)

    def failed(
        self, vector: str, kind: FailureKind, target: str = "", **more: Unpack[Answer]
    ) -> None:
        """Record a failure; unless it is said otherwise the target answered with a value."""
        answer: Answer = {"outcome": "ok", "detail": detail(), **more, "failure": kind}
        self.verdict(vector, Verdict.FAIL, target, **answer)

    def error(self, vector: str, kind: ErrorKind, message: str, target: str = "") -> None:
        """Record an error."""
        self.verdict(
            vector,
            Verdict.ERROR,
            target,
            outcome="error",
            error=kind,
            message=message,
            detail=detail(),
        )

    def warn(self, message: str, target: str = "", ids: tuple[str, ...] = ()) -> None:
        """Record a warning."""
        self.events.append(Warned(target=target or self.targets[0], message=message, ids=ids))

    def incident(
        self,
        message: str,
        target: str = "",
        *,
        whose_fault: str = "target",
        kind: ErrorKind = ErrorKind.CRASHED,
        line: str = "",
        ids: tuple[str, ...] = (),
    ) -> None:
        """Record that a target or its adapter broke."""
        name = target or self.targets[0]
        self._incidents[name] += 1
        self.events.append(
            Incident(
                target=name,
                whose_fault=whose_fault,
                kind=kind,
                message=message,
                line=line,
                ids=ids,
            )
        )

    def cover(self, covered: ProfileCovered) -> None:
        """Tell what the verdicts on a target show of a profile."""
        self.events.append(covered)

    def end(
        self, target: str = "", state: TargetState = TargetState.FINISHED, message: str = ""
    ) -> None:
        """End the work on a target; the counts follow from what was recorded."""
        name = target or self.targets[0]
        verdicts = self._verdicts[name]
        self.events.append(
            TargetFinished(
                target=name,
                state=state,
                counts={str(k): n for k, n in Counter(each.verdict for each in verdicts).items()},
                failures=dict(Counter(str(each.failure) for each in verdicts if each.failure)),
                seconds=1.25,
                planned=len(verdicts),
                incidents=self._incidents[name],
                message=message,
            )
        )

    def finish(self, exit_code: int = 0, conclusion: str = "Every vector was answered.") -> None:
        """Write the footer."""
        self.events.append(
            RunFinished(
                finished_at="2026-11-24T10:00:09Z", exit_code=exit_code, conclusion=conclusion
            )
        )

    def write(self, folder: Path) -> Path:
        """Write the log; returns its path."""
        path = folder / "events.jsonl"
        encode = json_encoder().encode
        with path.open("wb") as file:
            for event in (self._header(), *self.events):
                file.write(encode(event) + b"\n")
        return path

    def run(self, folder: Path) -> Run:
        """Write the log and read it back."""
        return read_run(self.write(folder))

    def _header(self) -> RunStarted:
        ids = dict.fromkeys(each.id for verdicts in self._verdicts.values() for each in verdicts)
        numbers = Counter(vector.partition("/")[0] for vector in ids)
        shapes: dict[str, list[Shape]] = {}
        for shape in self._shapes:
            shapes.setdefault(shape.id.partition("/")[0], []).append(shape)
        return RunStarted(
            log_version=LOG_VERSION,
            run_id="20261124T100000Z-c0ffee",
            started_at="2026-11-24T10:00:00Z",
            suite="kmsproof 0.1.0",
            corpus_version="1.0",
            corpus_sha256="ab" * 32,
            families=tuple(
                Family(
                    family=name,
                    key_spec=key_spec,
                    algorithm=algorithm,
                    padding=padding,
                    description=f"{algorithm} with {key_spec}, {padding or 'no padding mode'}",
                    tests=self._selected or numbers[name],
                    selected=self._selected or numbers[name],
                    sha256="cd" * 32,
                    classes=CLASSES,
                    shapes=tuple(shapes.get(name, ())),
                )
                for name, key_spec, algorithm, padding in FAMILIES
                if numbers[name] or self._selected
            ),
            filters=self._filters,
            targets=self.targets,
            environment={"python": "3.11.7", "platform": "Linux", "kmsproof": "0.1.0"},
        )
