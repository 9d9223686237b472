"""The catalogue of deviations: every known way of being wrong, each a few lines of code.

A deviation is a class that overrides one step of the reference. To add one, write such a class in
the module of its algorithm, with the decorator that says what it means.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache

from kmsproof_reference.deviations.model import REGISTERED, Deviation, Severity, View
from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.parts import Parts

__all__ = ["Deviation", "Severity", "View", "catalogue", "find_deviation", "parts_with"]


@cache
def catalogue() -> Mapping[str, Deviation]:
    """Return all deviations by their ids, in alphabetical order."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return dict(sorted(REGISTERED.items()))


def find_deviation(id: str) -> Deviation:
    """Return a deviation. Raises `InvalidArgument`, with those that are near, if there is none."""
    known = catalogue()
    if id not in known:
        family = id.partition("/")[0]
        near = [each for each in known if each.startswith(f"{family}/")]
        known_families = sorted({each.partition("/")[0] for each in known})
        told = (
            f"of this family there are {', '.join(near)}"
            if near
            else (f"the families are {', '.join(known_families)}")
        )
        raise InvalidArgument(f"there is no deviation {id!r}: {told}")
    return known[id]


def parts_with(ids: Iterable[str]) -> Parts:
    """Return the reference with these deviations together. Raises `InvalidArgument`."""
    return Parts(part for id in ids for part in find_deviation(id).replacements)
