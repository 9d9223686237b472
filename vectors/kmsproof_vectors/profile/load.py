"""Find the published profiles and load them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from kmsproof_vectors.encoding import json_decoder
from kmsproof_vectors.load import REMEDY, CorpusFault, data_folder, read
from kmsproof_vectors.profile.editions import digest_of
from kmsproof_vectors.profile.model import PROFILE_VERSION, Profile

FOLDER_NAME = "profiles"
"""Name of the folder of the profiles, beside that of the corpus."""


def profile_folder() -> Path:
    """Return the folder of the profiles that come with the package."""
    return data_folder() / FOLDER_NAME


def profile_names(folder: Path | None = None) -> list[str]:
    """Return the ids of the published profiles."""
    return sorted(path.stem for path in (folder or profile_folder()).glob("*.json"))


def load_profile(name: str, folder: Path | None = None) -> tuple[Profile, str]:
    """Read a profile.

    Args:
        name: its id, such as ``aliyun-kms-2026-03-31``; or the id without the date, for the newest
            edition.
        folder: where it is; by default where the published ones are.

    Returns:
        The profile and the SHA-256 of its file in lower-case hex.

    Raises:
        CorpusFault: if there is none of that name, or it is not what it says.
    """
    where = folder or profile_folder()
    found = [each for each in profile_names(where) if each == name or _base(each) == name]
    if not found:
        known = ", ".join(profile_names(where)) or "none"
        raise CorpusFault(f"There is no profile {name!r}.", f"These are there: {known}.")
    path = where / f"{found[-1]}.json"
    data = read(path)
    try:
        profile = json_decoder(Profile).decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CorpusFault(f"{path} is no profile ({error}).", REMEDY) from None
    if profile.profile_version.split(".")[0] != PROFILE_VERSION.split(".")[0]:
        raise CorpusFault(
            f"{path} has version {profile.profile_version}, this program reads {PROFILE_VERSION}.",
            "Use a profile and a program of the same first number.",
        )
    if profile.digest != digest_of(profile.requirements):
        raise CorpusFault(f"{path} demands something else than its digest says.", REMEDY)
    return profile, hashlib.sha256(data).hexdigest()


def _base(name: str) -> str:
    """Return the id of a profile without its date."""
    return name[: -len("-2026-03-31")]
