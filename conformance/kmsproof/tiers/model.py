"""The tiers as data beside the corpus, and how a run takes one of them."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum, unique
from pathlib import Path

import msgspec

from kmsproof.errors import CorpusError, UsageError
from kmsproof.results import Mode, Tier
from kmsproof_vectors.encoding import json_decoder, json_encoder
from kmsproof_vectors.live.load import live_folder, load_live_manifest
from kmsproof_vectors.load import CorpusFault, corpus_folder, load_manifest
from kmsproof_vectors.model import Model

TIERS_NAME = "tiers.json"
"""Name of the file, beside the manifest of the corpus."""

MAKE_THEM = "Make them with: python -m kmsproof.tiers.build"


@unique
class TierName(StrEnum):
    """How much of the corpus is asked."""

    SMOKE = "smoke"
    """Up to 95 of 100 deviations, at 100 calls for each key spec at most."""
    STANDARD = "standard"
    """Every deviation, by two vectors where two see it."""
    FULL = "full"
    """Everything."""


@unique
class Part(StrEnum):
    """The modes for which a tier says what it sees."""

    LIBRARY = "library"
    LIVE = "live"
    """Live and policy mode together."""
    BOTH = "both"
    """All of them in one run."""


class Sight(Model, frozen=True, kw_only=True):
    """What some modes see with a tier, and what that costs."""

    seen: int
    of: int
    """Deviations that any vector of these modes sees."""
    unseen: tuple[str, ...] = ()
    """The ids of those that the tier does not see."""
    calls: dict[str, int]
    """By key spec."""


class TierChoice(Model, frozen=True, kw_only=True):
    """A tier: its vectors, and what they see."""

    sight: dict[Part, Sight]
    vectors: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict[str, tuple[str, ...]])
    """By the family of the file: the ids without it. What these need comes with them: the controls
    of refusals, and the members of sets that are compared. Empty for everything."""


class Tiers(Model, frozen=True, kw_only=True):
    """All tiers, and the edition that they belong to."""

    corpus: str
    """Digest of the manifest of the corpus of library mode."""
    live_corpus: str
    matrix: str
    """Digest of the kill matrix."""
    tiers: dict[TierName, TierChoice]


def tiers_path() -> Path:
    """Return where the tiers of the package's corpus are."""
    return corpus_folder() / TIERS_NAME


def written(tiers: Tiers) -> bytes:
    """Return the tiers as they are written: a line for each file of vectors."""
    return msgspec.json.format(json_encoder().encode(tiers), indent=1) + b"\n"


def load_tiers(path: Path | None = None) -> Tiers:
    """Read the tiers, by default those of the package, and check that they are of its corpus.

    Raises:
        CorpusError: if they are missing, broken, or of another edition.
    """
    file = path or tiers_path()
    try:
        found = json_decoder(Tiers).decode(file.read_bytes())
    except OSError as error:
        raise CorpusError(
            f"The tiers {file} cannot be read: {error.strerror}.", MAKE_THEM
        ) from None
    except msgspec.DecodeError as error:
        raise CorpusError(f"{file} holds no tiers ({error}).", MAKE_THEM) from None
    try:
        digests = load_manifest(corpus_folder())[1], load_live_manifest(live_folder())[1]
    except CorpusFault as fault:
        raise CorpusError(fault.message, fault.remedy) from None
    if (found.corpus, found.live_corpus) != digests:
        raise CorpusError(
            f"The tiers {file} are of another edition of the corpus.",
            f"{MAKE_THEM}, or run everything with --tier full.",
        )
    return found


def ids_of_tier(name: str, *, own_corpus: bool = True) -> frozenset[str] | None:
    """Return the ids of a tier, or None if it takes everything.

    Args:
        name: of the tier.
        own_corpus: whether it is the corpus that comes with kmsproof.

    Raises:
        UsageError: if a tier is asked of another corpus.
        CorpusError: if the tiers are missing, broken, or of another edition.
    """
    if name == TierName.FULL:
        return None
    if not own_corpus:
        raise UsageError(
            f"The tier {name} is of the corpus that comes with kmsproof, and --corpus names "
            "another one.",
            "Leave one of the two out.",
        )
    chosen = load_tiers().tiers[TierName(name)]
    return frozenset(f"{family}/{id}" for family, ids in chosen.vectors.items() for id in ids)


def told_of_tier(name: str, modes: Collection[Mode]) -> Tier | None:
    """Return what the log says of a tier, in some modes; nothing of the one that takes all.

    Raises:
        CorpusError: if the tiers are missing, broken, or of another edition.
    """
    if not name or name == TierName.FULL:
        return None
    library = Mode.LIBRARY in modes
    part = Part.LIVE if not library else Part.BOTH if len(modes) > 1 else Part.LIBRARY
    sight = load_tiers().tiers[TierName(name)].sight[part]
    return Tier(
        name=name,
        calls=sum(sight.calls.values()),
        seen=sight.seen,
        of=sight.of,
        unseen=sight.unseen,
    )
