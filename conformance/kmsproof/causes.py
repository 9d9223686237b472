"""What explains the failures of a target: known deviations, for reports: contract module."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """A known way of being wrong, from the catalogue of deviations."""

    id: str
    """Such as ``oaep/mgf1-sha1``."""
    sentence: str
    """What a target does that is wrong like this."""
    gain: str
    """What an attacker gains, or what breaks."""
    clause: str
    usual_cause: str
    """How it usually comes about in the common libraries."""
    remedy: str
    """What to change."""
    severity: str
    weakness: str = ""
    """Such as ``CWE-354``; empty where none fits."""
    vulnerabilities: tuple[str, ...] = ()
    """CVE numbers of products that were wrong like this."""


@dataclass(frozen=True)
class Rival:
    """Another cause that fits what was observed as well."""

    id: str
    sentence: str
    told_apart_by: str = ""
    """A vector that fails with one and not with the other, or fails otherwise; empty where the
    corpus has none."""


@dataclass(frozen=True)
class Explanation:
    """A cause, and what it explains."""

    cause: Cause
    ids: tuple[str, ...]
    """Vectors that fail because of it, each in one explanation only."""
    observations: int
    """Verdicts, failing and passing, on vectors that could speak for or against it."""
    contradicted_by: tuple[str, ...] = ()
    """Vectors that it says would fail, or would fail in another way."""
    compared: int = 0
    """Answers of the target that were held against those of the reference with this cause."""
    agreed: int = 0
    """Those of them that are the same, byte for byte where bytes were returned."""
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """What explains the failures of one target."""

    target: str
    explanations: tuple[Explanation, ...]
    """Together the smallest set that was found."""
    unexplained: tuple[str, ...]
    """Failing vectors that no known deviation explains."""
    nearest: Explanation | None = None
    """Where something is left unexplained: the cause that comes nearest, though observations
    contradict it."""
