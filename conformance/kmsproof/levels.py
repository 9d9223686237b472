"""Ask targets at which protection levels they make keys, where each is to be judged at all."""

from __future__ import annotations

from dataclasses import replace

from kmsproof.capability import Description
from kmsproof.errors import KmsproofError
from kmsproof.run_options import RunOptions, Subject
from kmsproof.targets import open_session
from kmsproof.vocabulary import ProtectionLevel


def with_all_levels(options: RunOptions) -> RunOptions:
    """Return the options with a subject for each level of each target, if that is asked for."""
    if not options.live.all_levels:
        return options
    subjects = [subject for target in options.targets for subject in _subjects(options, target)]
    return replace(options, found_subjects=tuple(subjects))


def _subjects(options: RunOptions, target: str) -> list[Subject]:
    """Return a subject for each level of a target; one alone where it says nothing.

    Why a target does not start is told when it is to be judged.
    """
    try:
        session = open_session(target, isolate=options.isolate, deadline_ms=options.deadline_ms)
        try:
            levels = levels_of(session.start())
        finally:
            session.close()
    except KmsproofError:
        levels = []
    return [Subject(target, level) for level in levels] or [Subject(target)]


def levels_of(description: Description) -> list[ProtectionLevel]:
    """Return the levels at which a target makes keys, in the order of the sheet."""
    declared = {
        level for keys in description.keys if keys.create for level in keys.protection_levels
    }
    return [level for level in ProtectionLevel if level in declared]
