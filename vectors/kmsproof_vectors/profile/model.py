"""The shape of a profile: requirements, where each is written, and which vectors exercise it."""

from __future__ import annotations

from enum import StrEnum, unique

from kmsproof_reference.vocabulary import (
    Algorithm,
    KeySpec,
    KeyUsage,
    PaddingMode,
    ProtectionLevel,
)
from kmsproof_vectors.model import Model

PROFILE_VERSION = "1.0"
"""Version of the format: the first number changes when an old reader would break."""


@unique
class Obligation(StrEnum):
    """How binding a requirement is (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


@unique
class Standard(StrEnum):
    """A standard that a requirement rests on."""

    FIPS_180_4 = "FIPS 180-4"
    FIPS_186_5 = "FIPS 186-5"
    FIPS_197 = "FIPS 197"
    FIPS_198_1 = "FIPS 198-1"
    RFC_5652 = "RFC 5652"
    RFC_8017 = "RFC 8017"
    SEC_1 = "SEC 1"
    SEC_2 = "SEC 2"
    SP_800_38A = "SP 800-38A"
    SP_800_38D = "SP 800-38D"
    SP_800_186 = "SP 800-186"
    X9_63 = "ANSI X9.63"


class Place(Model, frozen=True, kw_only=True):
    """Where a requirement is written."""

    document: str
    """Key of ``sources`` in the profile."""
    section: str
    part: str
    """The sentence, counted from the beginning of the section, or the row and column of a table."""


class Selector(Model, frozen=True, kw_only=True):
    """Vectors by their ids, which are ``family/case/slug``.

    In a pattern ``*`` stands for any characters, ``?`` for one, as in file names.
    """

    families: tuple[str, ...]
    """Patterns of families; one must fit."""
    tests: tuple[str, ...] = ()
    """Patterns of ``case/slug``; one must fit. Empty: all."""


class Requirement(Model, frozen=True, kw_only=True):
    """One thing that a target must, should or may do."""

    id: str
    """Stable for ever within its profile: ``software/aes-256/gcm``."""
    text: str
    """What is demanded, in one sentence."""
    place: Place
    obligation: Obligation
    protection_level: ProtectionLevel | None = None
    """Absent: it holds at every level."""
    key_specs: tuple[KeySpec, ...] = ()
    """The key specs that it is about; empty: all."""
    usage: KeyUsage | None = None
    algorithms: tuple[Algorithm, ...] = ()
    """The algorithms that it is about; empty: all."""
    padding: PaddingMode | None = None
    is_default: bool = False
    """Whether it is that the algorithm is the default of the key spec."""
    at_any_level: bool = False
    """Whether its vectors make their own keys at its level, whatever level a run judges."""
    standards: tuple[Standard, ...] = ()
    vectors: tuple[Selector, ...] = ()
    """The vectors that exercise it: those of any of the selectors."""
    excluded: str = ""
    """Why no vector exercises it; empty where vectors do."""


class Source(Model, frozen=True, kw_only=True):
    """A document that requirements are taken from."""

    title: str
    edition: str
    """Its date or version."""
    url: str = ""


class Profile(Model, frozen=True, kw_only=True):
    """What a target of a kind must do: a frozen edition."""

    schema: str
    profile_version: str
    id: str
    """``aliyun-kms-2026-03-31``; also the name of its file."""
    title: str
    edition: str
    """Date of the edition, ``2026-03-31``."""
    description: str
    floor_percent: float
    """Share of the requirements in scope that a run must judge; fewer: exit code 4."""
    sources: dict[str, Source]
    number_of_requirements: int
    digest: str
    """SHA-256 over what the requirements demand, in lower-case hex: all of them in their order,
    without their vectors, so that a corpus may grow within an edition."""
    requirements: tuple[Requirement, ...]
