"""Repeat one vector on a target and show the whole exchange, without secrets."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from kmsproof.capability import Description
from kmsproof.catalogue import Found, find_vector
from kmsproof.corpus import Corpus
from kmsproof.errors import ExitCode
from kmsproof.live.corpus import LiveCorpus, find_live_vector
from kmsproof.log import FILE_NAME, LogWriter
from kmsproof.log_reader import read_events
from kmsproof.messages import ImportKey, Request
from kmsproof.outcome import Error, Ok, Rejected, Unsupported
from kmsproof.results import Mode, TargetFinished, VerdictRecorded
from kmsproof.run_options import Subject
from kmsproof.runner import TargetRunner
from kmsproof.selection import Filters
from kmsproof.session import Answer, AnyOutcome, Session
from kmsproof.targets import open_session
from kmsproof.text import printable, shortened
from kmsproof.verdict import NOT_GREEN, Verdict
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_vectors.encoding import json_encoder

SHOWN = 400
"""Characters of a message that are shown."""


class TracingSession:
    """A session that tells every message that goes over another one."""

    def __init__(self, session: Session, tell: Callable[[str], None]) -> None:
        self._session = session
        self._tell = tell
        self._encode = json_encoder().encode
        self.requests: list[Request] = []
        """What was asked so far."""

    def start(self) -> Description:
        """Start the session."""
        description = self._session.start()
        self._tell(f"target  {printable(description.name)} {printable(description.version)}")
        return description

    def ask(self, requests: Iterable[Request], window: int | None = None) -> Iterator[Answer]:
        """Ask one request after the other, and tell both sides."""
        for request in requests:
            self.requests.append(request)
            self._tell(f"ask     {self._shown(_without_key(request))}")
            for answer in self._session.ask([request], 1):
                told = self._shown(_as_response(answer.outcome))
                self._tell(f"answer  {told}  ({answer.microseconds} µs)")
                yield answer

    def _shown(self, message: object) -> str:
        return shortened(printable(self._encode(message).decode()), SHOWN)

    def restart(self) -> None:
        """Restart the session."""
        self._tell("        the target broke and is started again")
        self._session.restart()

    def close(self) -> None:
        """Close the session."""
        self._session.close()


def _without_key(request: Request) -> object:
    fields = msgspec.to_builtins(request, enc_hook=bytes.hex)
    if isinstance(request, ImportKey):
        fields["material"] = f"[redacted: {len(request.material)} bytes]"
    return fields


def _as_response(outcome: AnyOutcome) -> dict[str, object]:
    match outcome:
        case Ok(value):
            return {"ok": value}
        case Rejected():
            return {"rejected": outcome}
        case Unsupported():
            return {"unsupported": outcome}
        case Error():
            return {"error": outcome}


def replay(
    vector_id: str,
    target: str,
    corpus: Corpus | LiveCorpus,
    *,
    deadline_ms: int,
    isolate: bool,
    level: ProtectionLevel | None = None,
    tell: Callable[[str], None],
) -> ExitCode:
    """Ask one vector (and its control, if it is an invalid one) and tell what happens.

    Raises:
        KmsproofError: if the target does not start.
    """
    filters = Filters(ids=(vector_id,))
    session = TracingSession(open_session(target, isolate=isolate, deadline_ms=deadline_ms), tell)
    with tempfile.TemporaryDirectory(prefix="kmsproof-") as folder:
        path = Path(folder) / FILE_NAME
        with LogWriter(path) as log:
            runner = TargetRunner(
                Subject(target, level), session, log, deadline_ms=deadline_ms, progress=_no_progress
            )
            if isinstance(corpus, LiveCorpus):
                finished = runner.run([], filters, corpus.files(filters, tuple(Mode)))
            else:
                finished = runner.run(corpus.files(filters), filters)
        verdicts = [event for event in read_events(path) if isinstance(event, VerdictRecorded)]
    for line in _by_hand(vector_id, target, corpus, session.requests):
        tell(line)
    for verdict in verdicts:
        for line in verdict_lines(verdict):
            tell(line)
    return _exit_code(vector_id, verdicts, finished)


def _by_hand(
    vector_id: str, target: str, corpus: Corpus | LiveCorpus, requests: Sequence[Request]
) -> Iterator[str]:
    """Yield the commands or the program that repeat the vector without kmsproof."""
    from kmsproof.equivalents.choice import equivalents_of_requests, equivalents_of_vector

    if isinstance(corpus, LiveCorpus):
        key_spec = find_live_vector(corpus, vector_id)[0].key_spec
        yield from equivalents_of_requests(requests, key_spec, target)
        return
    found = find_vector(corpus, vector_id)
    if isinstance(found, Found):
        yield from equivalents_of_vector(found, target)


def _no_progress(done: int, total: int) -> None:
    """Show nothing: the exchange itself is shown."""


def _exit_code(
    vector_id: str, verdicts: list[VerdictRecorded], finished: TargetFinished
) -> ExitCode:
    if any(each.failure or each.verdict is Verdict.FLAKY for each in verdicts):
        return ExitCode.NOT_CONFORMANT
    if finished.incidents or any(each.verdict in NOT_GREEN for each in verdicts):
        return ExitCode.HARNESS
    passed = any(each.id == vector_id and each.verdict is Verdict.PASS for each in verdicts)
    return ExitCode.CONFORMANT if passed else ExitCode.COVERAGE


def verdict_lines(verdict: VerdictRecorded) -> Iterator[str]:
    """Yield a verdict in words, with expected and actual values where it is not green."""
    kind = f" ({verdict.failure})" if verdict.failure else ""
    yield f"verdict {verdict.id}: {verdict.verdict}{kind}"
    if verdict.reason:
        yield f"        {printable(verdict.reason)}"
    if verdict.detail is None:
        return
    yield f"        {verdict.detail.why} [{verdict.detail.clause}]"
    for name, value in verdict.detail.expected.items():
        yield f"        expected {name}: {shortened(value, SHOWN)}"
    for name, value in verdict.value.items():
        yield f"        actual {name}: {shortened(printable(value), SHOWN)}"
    if verdict.outcome != "ok":
        told = " ".join(filter(None, (verdict.native_code, verdict.message)))
        yield f"        actual outcome: {verdict.outcome} {shortened(printable(told), SHOWN)}"
