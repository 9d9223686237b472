"""Which reference is meant: that of the standards or one with deviations, and how it chooses."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from kmsproof.errors import UsageError
from kmsproof_reference.deviations import find_deviation, parts_with
from kmsproof_reference.errors import InvalidArgument
from kmsproof_reference.parts import Parts
from kmsproof_reference.random_choices import RandomChoices, RepeatableChoices

FORM = "deviation=ID, several times if need be, and seed=NUMBER, with commas between them"


@dataclass(frozen=True)
class Variant:
    """A reference that is asked for."""

    deviations: tuple[str, ...] = ()
    """Ids of the deviations that are switched on."""
    seed: int | None = None
    """What makes everything random the same in each run; without it nothing is."""

    @property
    def parts(self) -> Parts:
        """The parts with the deviations in them."""
        return parts_with(self.deviations)

    def choices(self) -> RandomChoices:
        """Make what chooses at random; the deviations may have changed that, too."""
        if self.seed is None:
            return self.parts(RandomChoices)(secrets.token_bytes)
        return self.parts(RepeatableChoices)(self.seed.to_bytes(8))

    def name(self, name: str) -> str:
        """Return the name of the target, with what is wrong with it."""
        return f"{name} with {' and '.join(self.deviations)}" if self.deviations else name


STANDARD = Variant()
"""The reference as the standards have it, with the random bytes of the system."""


def read_variant(target: str, argument: str) -> Variant:
    """Read what follows the name of a target.

    Raises:
        UsageError: if it is not in this form, or names no deviation that there is.
    """
    deviations: list[str] = []
    seed: int | None = None
    for name, value in _options(target, argument):
        if name == "seed":
            seed = _number(target, value)
        else:
            deviations.append(_known(target, value))
    return Variant(tuple(deviations), seed)


def _options(target: str, argument: str) -> Iterator[tuple[str, str]]:
    for option in argument.split(",") if argument else ():
        name, _, value = option.partition("=")
        if name not in ("deviation", "seed") or not value:
            raise UsageError(f"The target {target} does not know {option!r}.", f"It takes {FORM}.")
        yield name, value


def _number(target: str, value: str) -> int:
    if not value.isdecimal() or int(value) >= 1 << 64:
        raise UsageError(
            f"The seed {value!r} of {target} is no number below 2^64.", "Write seed=1."
        )
    return int(value)


def _known(target: str, id: str) -> str:
    try:
        return find_deviation(id).id
    except InvalidArgument as error:
        raise UsageError(
            f"The target {target} cannot deviate like that: {error}.",
            "List all deviations with: kmsproof list deviations",
        ) from error
