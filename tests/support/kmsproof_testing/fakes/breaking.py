"""A session that breaks where it is told to, over one of the fake services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kmsproof.errors import TargetStartError
from kmsproof.messages import DestroyKey, Request
from kmsproof.outcome import ErrorKind, KeyHandle, Ok
from kmsproof.session import Answer, AnyOutcome, InProcessSession, SessionBroken
from kmsproof_testing.fakes.targets import in_process

Breaks = Callable[[Request, int], bool]
"""Whether a request breaks the session; told the number of restarts so far."""


class BreakingSession:
    """A session over the fake service that breaks where it is told to."""

    def __init__(
        self, breaks: Breaks, kind: ErrorKind = ErrorKind.CRASHED, service: str = "good"
    ) -> None:
        self.restarts = 0
        self.restart_error: TargetStartError | None = None
        self.live_keys: set[str] = set()
        self.asked: list[Request] = []
        self._breaks = breaks
        self._kind = kind
        self._inner = InProcessSession(in_process(service), deadline_ms=1000)
        self.start = self._inner.start
        self.close = self._inner.close
        self.override: Callable[[Request], AnyOutcome | None] = lambda request: None

    def ask(self, requests: Iterable[Request], window: int | None = None) -> Iterator[Answer]:
        """Answer with a window of four, and break at the request that is told to."""
        waiting = iter(requests)
        in_flight: list[Request] = []
        while True:
            while len(in_flight) < (window or 4) and (request := next(waiting, None)) is not None:
                in_flight.append(request)
            if not in_flight:
                return
            self.asked.append(in_flight[0])
            if self._breaks(in_flight[0], self.restarts):
                ids = tuple(request.id for request in in_flight)
                raise SessionBroken(self._kind, "target", "it broke.", in_flight=ids)
            yield self._answer(in_flight.pop(0))

    def _answer(self, request: Request) -> Answer:
        outcome = self.override(request)
        if outcome is not None:
            return Answer(request.id, outcome, 1)
        [answer] = self._inner.ask([request])
        if isinstance(answer.outcome, Ok) and isinstance(answer.outcome.value, KeyHandle):
            self.live_keys.add(answer.outcome.value.key)
        if isinstance(request, DestroyKey):
            self.live_keys.discard(request.key)
        return answer

    def restart(self) -> None:
        """Forget all keys."""
        self.restarts += 1
        self.live_keys.clear()
        if self.restart_error is not None:
            raise self.restart_error


def never(request: Request, restarts: int) -> bool:
    """Break at no request."""
    return False
