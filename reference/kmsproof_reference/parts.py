"""The parts of the reference, and how one of them is exchanged for another.

A part is a class whose methods are the steps of a standard or the rules of the service, such as
`Gcm` or `Mgf1`. A replacement is a subclass that overrides a step. `Parts` puts the two together:
whoever builds an operation asks it which class to take. A part that stands on another names it in a
class attribute, so that a replacement deep inside is found as well.

    parts = Parts([TagNotCompared])
    parts(Gcm)(key).decrypt(...)  # compares no tag

A replacement of a class is one of all its subclasses too: what replaces a step of `BlockMode` is in
`Ecb` and in `Cbc`. Several replacements of one part are put before it in their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast

PartType = TypeVar("PartType")

PACKAGE = __name__.partition(".")[0]


class Parts:
    """Which class does the work of a part."""

    def __init__(self, replacements: Iterable[type] = ()) -> None:
        """Take the replacements: each is a subclass of the part that it changes, its first base."""
        self._replacements = tuple(replacements)
        self._made: dict[type, type] = {}

    def __call__(self, part: type[PartType]) -> type[PartType]:
        """The part itself, or a subclass with everything that is replaced in it."""
        if not self._replacements:
            return part
        if part not in self._made:
            self._made[part] = self._make(part)
        return cast("type[PartType]", self._made[part])

    def _make(self, part: type) -> type:
        chosen = [each for each in self._replacements if issubclass(part, each.__bases__[0])]
        made = type(part.__name__, (*chosen, part), {}) if chosen else part
        inner = self._inner_parts(made)
        return type(part.__name__, (made,), inner) if inner else made

    def _inner_parts(self, made: type) -> dict[str, object]:
        """The class attributes that name a part in which something is replaced."""
        named = ((name, getattr(made, name)) for name in dir(made) if not name.startswith("__"))
        parts = {
            name: value
            for name, value in named
            if isinstance(value, type) and value.__module__.startswith(PACKAGE)
        }
        return {name: self(value) for name, value in parts.items() if self(value) is not value}


STANDARD = Parts()
"""The parts as the standards have them."""
