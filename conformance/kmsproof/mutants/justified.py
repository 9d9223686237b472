"""Why cases that kill no deviation are in the corpus: each with a reason, or it is removed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Justification:
    """Why cases are kept although no deviation needs them."""

    cases: str
    """``family/case``, where ``*`` stands for any text."""
    why: str
    """One sentence."""


JUSTIFIED: tuple[Justification, ...] = ()
