"""How fast and how often a target is asked: rate, pauses when throttled, a budget of calls."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from kmsproof.outcome import Error, ErrorKind
from kmsproof.session import AnyOutcome

FIRST_PAUSE = 0.5
"""Seconds before the first repetition of a throttled call; each further pause is twice as long."""

REPETITIONS = 6
"""How often a throttled call is repeated; the pauses add up to 31.5 seconds."""


@dataclass
class Pace:
    """Spaces calls out, repeats what was throttled, and counts."""

    rate: float | None = None
    """Calls per second at most; None for as fast as they are answered."""
    most_calls: int | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    calls: int = 0
    """Calls made so far, repetitions included."""
    throttled: int = 0
    """How many of them were refused because they came too fast."""
    _next: float = 0.0

    def leaves(self, calls: int) -> bool:
        """Whether the budget has room for so many calls."""
        return self.most_calls is None or self.calls + calls <= self.most_calls

    def ask(self, call: Callable[[], AnyOutcome]) -> AnyOutcome:
        """Make a call when it is due, and again after a pause while the target throttles."""
        pause = FIRST_PAUSE
        outcome = self._in_time(call)
        for _ in range(REPETITIONS):
            if not _is_throttled(outcome):
                break
            self.throttled += 1
            self.sleep(pause)
            pause *= 2
            outcome = self._in_time(call)
        return outcome

    def _in_time(self, call: Callable[[], AnyOutcome]) -> AnyOutcome:
        if self.rate is not None:
            now = self.clock()
            if now < self._next:
                self.sleep(self._next - now)
            self._next = max(now, self._next) + 1 / self.rate
        self.calls += 1
        return call()


def _is_throttled(outcome: AnyOutcome) -> bool:
    return isinstance(outcome, Error) and outcome.kind is ErrorKind.THROTTLED
