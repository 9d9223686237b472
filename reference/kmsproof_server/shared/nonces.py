"""Nonces that were used already, for as long as a request that bears them would be taken."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from threading import Lock


class NonceMemory:
    """Remembers nonces for a time; for several threads at once."""

    def __init__(self, lifetime: timedelta) -> None:
        """After ``lifetime`` a nonce is forgotten: no request that bears it is taken any more."""
        self._lifetime = lifetime
        self._lock = Lock()
        self._known: set[tuple[str, str]] = set()
        self._in_order: deque[tuple[datetime, tuple[str, str]]] = deque()

    def is_new(self, caller: str, nonce: str, now: datetime) -> bool:
        """Return whether a caller uses a nonce for the first time, and remember it."""
        with self._lock:
            self._forget_before(now - self._lifetime)
            used = (caller, nonce)
            if used in self._known:
                return False
            self._known.add(used)
            self._in_order.append((now, used))
            return True

    def _forget_before(self, earliest: datetime) -> None:
        while self._in_order and self._in_order[0][0] < earliest:
            self._known.discard(self._in_order.popleft()[1])
