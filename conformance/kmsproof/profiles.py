"""What a target must do as a whole: the profile it is held against, and how far a run shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from kmsproof.capability import Description
from kmsproof.errors import CorpusError, UsageError
from kmsproof.recorder import Concluded
from kmsproof.results import (
    CoveredGroup,
    CoveredRequirement,
    Mode,
    ProfileCovered,
)
from kmsproof.run_options import RunOptions, Subject
from kmsproof_vectors.load import CorpusFault
from kmsproof_vectors.profile.coverage import (
    Coverage,
    GroupCoverage,
    Judged,
    RequirementCoverage,
    coverage,
)
from kmsproof_vectors.profile.load import load_profile, profile_names
from kmsproof_vectors.profile.model import Profile

KMS = "aliyun-kms"
LIBRARY = "crypto-library"
TOKEN = "pkcs11-token"

NONE = "none"
"""What a user says who wants no profile."""

TOKEN_TARGETS = ("pkcs11",)
"""The adapters whose targets are tokens."""


def profile_kind(target: str, description: Description) -> str:
    """Return which profile fits a target, by what it declares.

    Whoever has states of keys is a key management service, a PKCS #11 module a token, and
    everything else a library.
    """
    if any(keys.lifecycle for keys in description.keys):
        return KMS
    return TOKEN if target.partition(":")[0] in TOKEN_TARGETS else LIBRARY


def check_profile(options: RunOptions) -> None:
    """See that a profile that the user names is there, before anything is started.

    Raises:
        UsageError: if there is none of that name.
    """
    if options.profile not in ("", NONE):
        _load(options.profile)


def profile_of(options: RunOptions, target: str, description: Description) -> Profile | None:
    """Return the profile that a target is held against; None where none has a meaning.

    That is so for a corpus of somebody else's, and where the user wants none.
    """
    if options.profile == NONE or (options.corpus and not options.profile):
        return None
    return _load(options.profile or profile_kind(target, description))


def _load(name: str) -> Profile:
    path = Path(name)
    try:
        if path.suffix == ".json":
            return load_profile(path.stem, path.parent)[0]
        return load_profile(name)[0]
    except CorpusFault as fault:
        if path.suffix == ".json" or name not in (KMS, LIBRARY, TOKEN):
            raise UsageError(fault.message, fault.remedy) from None
        raise CorpusError(fault.message, fault.remedy) from None


def known_profiles() -> list[str]:
    """Return the names of the profiles that come with kmsproof."""
    return profile_names()


def floor_of(options: RunOptions, profile: Profile) -> float | None:
    """Return the share of requirements in percent that a run must judge; None if that is open.

    A run that leaves vectors out is not held to it, unless the user names the profile.
    """
    if options.floor_percent is not None:
        return None
    narrowed = bool(options.filters.words()) or options.modes == (Mode.POLICY,)
    return None if narrowed and not options.profile else profile.floor_percent


Cover = Callable[[Description, Iterable[str], Sequence[Concluded]], ProfileCovered | None]
"""From what a target says of itself, the ids of all vectors that the files of a run hold, and the
verdicts that say something, to what they show of a profile."""


def cover_for(options: RunOptions, subject: Subject) -> Cover:
    """Return what holds one subject of a run against its profile."""

    def cover(
        description: Description, ids: Iterable[str], concluded: Sequence[Concluded]
    ) -> ProfileCovered | None:
        profile = profile_of(options, subject.target, description)
        if profile is None:
            return None
        judged = [Judged(each.id, each.passed, each.level) for each in concluded]
        found = coverage(profile, ids, judged)
        return _event(subject.name, found, floor_of(options, profile))

    return cover


def below_floor(found: ProfileCovered) -> str:
    """Return why too little was judged of a profile, empty if it was enough."""
    if not found.below_floor:
        return ""
    return (
        f"{found.percent_judged:.1f} % of the requirements of the profile {found.profile} were "
        f"judged, and {found.floor_percent:g} % is the least that is enough to call it conformant"
    )


def _event(target: str, found: Coverage, floor_percent: float | None) -> ProfileCovered:
    profile = found.profile
    groups = [("whole", "all requirements", found.whole)]
    groups += [("standard", str(name), each) for name, each in found.standards.items()]
    groups += [
        ("level", "every level" if name is None else str(name), each)
        for name, each in found.levels.items()
    ]
    return ProfileCovered(
        target=target,
        profile=profile.id,
        title=profile.title,
        digest=profile.digest,
        floor_percent=floor_percent,
        percent_judged=found.percent_judged,
        groups=tuple(_group(*group) for group in groups),
        requirements=tuple(_requirement(row) for row in found.requirements),
    )


def _group(kind: str, name: str, found: GroupCoverage) -> CoveredGroup:
    return CoveredGroup(kind, name, found.requirements, found.passed, found.failed, found.excluded)


def _requirement(row: RequirementCoverage) -> CoveredRequirement:
    requirement = row.requirement
    place = requirement.place
    return CoveredRequirement(
        id=requirement.id,
        text=requirement.text,
        obligation=requirement.obligation,
        place=f"{place.document}, {place.section}, {place.part}",
        status=row.status,
        vectors=row.count.total,
        passed=row.count.passed,
        failed=row.count.failed,
        excluded=requirement.excluded,
    )
