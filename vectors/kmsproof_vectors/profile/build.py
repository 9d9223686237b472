"""Make the profiles: ``python -m kmsproof_vectors.profile.build``; ``--check`` compares only.

What a published edition demands is frozen: a change of it is refused here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kmsproof_vectors import schemas
from kmsproof_vectors.encoding import json_encoder
from kmsproof_vectors.load import schema_folder
from kmsproof_vectors.profile.editions import FROZEN, PROFILE_SCHEMA, profiles
from kmsproof_vectors.profile.load import profile_folder
from kmsproof_vectors.profile.model import Profile


def profile_schemas() -> dict[str, schemas.Schema]:
    """Return the schema of profiles, by file name."""
    title = "A profile of kmsproof: what a target of a kind must do"
    return {PROFILE_SCHEMA: schemas.schema_of(Profile, title, "urn:kmsproof:schema:profile:1")}


def encoded_profile(profile: Profile) -> bytes:
    """Return the bytes of a profile's file: the head indented, one requirement on a line."""
    encoder = json_encoder()
    head = msgspec.json.format(
        encoder.encode(msgspec.structs.replace(profile, requirements=())), indent=1
    )
    lines = b",\n".join(b"  " + encoder.encode(each) for each in profile.requirements)
    empty = b' "requirements": []\n}'
    return head.removesuffix(empty) + b' "requirements": [\n' + lines + b"\n ]\n}\n"


def profile_contents() -> dict[str, bytes]:
    """Return what the folder of the profiles must hold, by file name."""
    return {f"{profile.id}.json": encoded_profile(profile) for profile in profiles()}


def profile_drift(folder: Path) -> list[str]:
    """Return what is wrong with the published profiles, one sentence each."""
    wanted = profile_contents()
    problems = [
        f"{profile.id} demands something else than was published: make a new edition"
        for profile in profiles()
        if FROZEN.get(profile.id) != profile.digest
    ]
    there = {path.name for path in folder.glob("*.json")}
    problems += [f"{folder / name} is made by nobody" for name in sorted(there - wanted.keys())]
    problems += [
        f"{folder / name} is not what the code makes: run 'make vectors'"
        for name, data in wanted.items()
        if name not in there or (folder / name).read_bytes() != data
    ]
    return problems


def update_profiles(folder: Path) -> None:
    """Write the profiles into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in profile_contents().items():
        (folder / name).write_bytes(data)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make profiles and their schema, or with ``--check`` compare them; return the exit code."""
    parser = argparse.ArgumentParser(description="Make the profiles from code.")
    parser.add_argument("--check", action="store_true", help="compare only, and write nothing")
    if not parser.parse_args(arguments).check:
        update_profiles(profile_folder())
        schemas.write(profile_schemas(), schema_folder())
    problems = [
        *profile_drift(profile_folder()),
        *schemas.check(profile_schemas(), schema_folder()),
    ]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
