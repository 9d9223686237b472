"""What deviations of the service remember from call to call: each service for itself.

Faults are counted and not drawn by lot, so that they come at the same calls in every run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Any
from weakref import WeakKeyDictionary

_COUNTS: WeakKeyDictionary[object, Counter[Hashable]] = WeakKeyDictionary()
_KEPT: WeakKeyDictionary[object, dict[str, dict[Hashable, Any]]] = WeakKeyDictionary()


def nth(owner: object, what: Hashable) -> int:
    """Count one more of something; return how many there have been, this one included."""
    counts = _COUNTS.setdefault(owner, Counter())
    counts[what] += 1
    return counts[what]


def kept(owner: object, what: str) -> dict[Hashable, Any]:
    """What an owner has put aside under this name; it begins empty, and goes with the owner."""
    return _KEPT.setdefault(owner, {}).setdefault(what, {})
