"""Why some views cannot see what is wrong with a service: texts that its deviations share."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kmsproof_reference.deviations.model import View

NO_SERVICE = (
    "In library mode no key is kept: there is an algorithm with a key from the vector, and no "
    "service around it whose rules could be broken."
)

ONLY_LIVE: Mapping[View, str] = MappingProxyType({View.LIBRARY: NO_SERVICE})
"""What the rules of the service and its faults have in common: live mode sees them."""


def unseen_because(reason: str) -> Mapping[View, str]:
    """What no vector can see: library mode has no service, and live mode a reason of its own."""
    return MappingProxyType({**ONLY_LIVE, View.LIVE: reason})
