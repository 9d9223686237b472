"""What is known of a deviation: one way of being wrong, and what it means for others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from types import MappingProxyType
from typing import TypeVar

from kmsproof_reference.parts import Parts

Replacement = TypeVar("Replacement", bound=type)

SERVICE = "kmsproof_reference.kms."
"""Where the parts of the service are; the algorithms are beside it."""


@unique
class Severity(StrEnum):
    """How bad it is, the worst first."""

    CRITICAL = "critical"
    """Keys or plaintexts are lost, or signatures forged, by whoever can call the service."""
    HIGH = "high"
    """The same, for an attacker who needs more: many calls, a certain key, a weak moment."""
    MEDIUM = "medium"
    """A promise is broken, and an attack needs another mistake beside it."""
    LOW = "low"
    """Nobody is attacked by it; others do not understand what the target makes, or it them."""


@unique
class View(StrEnum):
    """A way of looking at a target."""

    LIBRARY = "library"
    """Keys are imported, and answers are known before."""
    LIVE = "live"
    """Keys are made in the target and never leave it."""


@dataclass(frozen=True)
class Deviation:
    """A named way of being wrong, and the replacements that are wrong in this way."""

    id: str
    """``family/what-is-wrong``, in lower case."""
    sentence: str
    """What a target does that is wrong like this."""
    gain: str
    """What an attacker gains, or what breaks."""
    clause: str
    """The clause of the standard, or of the sheet, that is not kept."""
    cause: str
    """How it usually comes about, with the library or the option where that is known."""
    remedy: str
    """What to change."""
    severity: Severity
    replacements: tuple[type, ...]
    """Subclasses of the parts that they change; see `kmsproof_reference.parts`."""
    weakness: int | None = None
    """The number of the CWE, where there is one that fits."""
    vulnerabilities: tuple[str, ...] = ()
    """CVE numbers of products that were wrong like this."""
    unseen: Mapping[View, str] = field(default_factory=lambda: MappingProxyType({}))
    """Why it cannot be seen in a view; a view that is not here must see it."""
    statistical: bool = False
    """Whether it shows only in many answers together."""
    intermittent: bool = False
    """Whether it shows once in so many calls: which one meets it depends on those before."""

    @property
    def family(self) -> str:
        """The part of the id before the stroke."""
        return self.id.partition("/")[0]

    @property
    def seen(self) -> tuple[View, ...]:
        """The views that must see it."""
        return tuple(view for view in View if view not in self.unseen)

    @property
    def of_service(self) -> bool:
        """Whether rules of the service deviate alone, and each algorithm is as it should be."""
        bases = [replacement.__bases__[0] for replacement in self.replacements]
        return all(base.__module__.startswith(SERVICE) for base in bases)

    def parts(self) -> Parts:
        """The reference with this deviation."""
        return Parts(self.replacements)


def deviation(
    id: str,
    *,
    gain: str,
    clause: str,
    cause: str,
    remedy: str,
    severity: Severity,
    weakness: int | None = None,
    vulnerabilities: Iterable[str] = (),
    unseen: Mapping[View, str] | None = None,
    statistical: bool = False,
    intermittent: bool = False,
    together_with: Iterable[type] = (),
) -> Callable[[Replacement], Replacement]:
    """Register a class as a deviation; its docstring is the sentence.

    Args:
        id: ``family/what-is-wrong``.
        gain: what an attacker gains, or what breaks.
        clause: what is not kept.
        cause: how it usually comes about.
        remedy: what to change.
        severity: how bad it is.
        weakness: the number of the CWE.
        vulnerabilities: CVE numbers.
        unseen: why a view does not see it.
        statistical: whether it shows only in many answers together.
        intermittent: whether it shows once in so many calls.
        together_with: further replacements, when one mistake is in several parts.
    """

    def register(replacement: Replacement) -> Replacement:
        if id in REGISTERED:
            raise ValueError(f"there are two deviations {id}")
        REGISTERED[id] = Deviation(
            id=id,
            sentence=" ".join((replacement.__doc__ or "").split()),
            gain=gain,
            clause=clause,
            cause=cause,
            remedy=remedy,
            severity=severity,
            replacements=(replacement, *together_with),
            weakness=weakness,
            vulnerabilities=tuple(vulnerabilities),
            unseen=MappingProxyType(dict(unseen or {})),
            statistical=statistical,
            intermittent=intermittent,
        )
        return replacement

    return register


REGISTERED: dict[str, Deviation] = {}
"""The deviations of the modules that are imported; `catalogue` imports all."""
