"""The catalogue of deviations on the command line: listing it, and asking for a target with some.

Which reference is broken how stands in the name of the target, so that the event log has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from kmsproof.errors import UsageError
from kmsproof_reference.deviations import Deviation, catalogue

DEVIATING_TARGETS = ("reference", "reference-kms")
"""The targets that can be had with deviations."""

SEE_ALL = "See all with: kmsproof list deviations"

_ID_WIDTH, _SEVERITY_WIDTH, _VIEWS_WIDTH = 52, 8, 12


def chosen_deviations(patterns: Sequence[str]) -> list[Deviation]:
    """Return the deviations whose ids match one of the patterns; all without a pattern.

    Raises:
        UsageError: if there is none.
    """
    chosen = [
        each
        for id, each in catalogue().items()
        if not patterns or any(_matches(id, pattern) for pattern in patterns)
    ]
    if not chosen:
        raise UsageError(f"No deviation matches {' or '.join(patterns)}.", SEE_ALL)
    return chosen


def _matches(id: str, pattern: str) -> bool:
    """A pattern is one of ids, or the name of a family."""
    return fnmatchcase(id, pattern) or id.partition("/")[0] == pattern


def deviation_lines(patterns: Sequence[str]) -> list[str]:
    """Return a line for each deviation: id, severity, the modes that see it, and the sentence."""
    return [
        f"{each.id:<{_ID_WIDTH}} {each.severity:<{_SEVERITY_WIDTH}} "
        f"{','.join(each.seen) or '-':<{_VIEWS_WIDTH}} {each.sentence}"
        for each in chosen_deviations(patterns)
    ]


def deviations_as_json(patterns: Sequence[str]) -> str:
    """Return everything that is known of deviations, but their code, as a JSON list."""
    return json.dumps([_fields(each) for each in chosen_deviations(patterns)], indent=2)


def _fields(deviation: Deviation) -> dict[str, object]:
    return {
        "id": deviation.id,
        "family": deviation.family,
        "severity": deviation.severity,
        "views": list(deviation.seen),
        "unseen": dict(deviation.unseen),
        "statistical": deviation.statistical,
        "intermittent": deviation.intermittent,
        "sentence": deviation.sentence,
        "gain": deviation.gain,
        "clause": deviation.clause,
        "cause": deviation.cause,
        "remedy": deviation.remedy,
        "weakness": deviation.weakness,
        "vulnerabilities": list(deviation.vulnerabilities),
    }


def known_ids(ids: Iterable[str]) -> tuple[str, ...]:
    """Return ids of deviations, each once.

    Raises:
        UsageError: if there is no such deviation.
    """
    return tuple(dict.fromkeys(_known(id) for id in ids))


def _known(id: str) -> str:
    if id not in catalogue():
        near = get_close_matches(id, catalogue(), n=3)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        raise UsageError(f"There is no deviation {id!r}.", hint + SEE_ALL)
    return id


def deviating_targets(targets: Sequence[str], ids: Sequence[str]) -> tuple[str, ...]:
    """Return the names of targets that deviate; without ids, the targets as they are.

    Raises:
        UsageError: if a target is none that can deviate, or there is no such deviation.
    """
    known = known_ids(ids)
    return tuple(_deviating(target, known) for target in targets) if known else tuple(targets)


def _deviating(target: str, ids: Sequence[str]) -> str:
    word, _, argument = target.partition(":")
    if word not in DEVIATING_TARGETS:
        raise UsageError(
            f"The target {word!r} cannot be made to deviate: only the reference is.",
            f"Give --deviation with {' or '.join(DEVIATING_TARGETS)} alone.",
        )
    return f"{word}:{','.join(_options(argument, ids))}"


def _options(argument: str, ids: Sequence[str]) -> Iterator[str]:
    """Yield the options of a target with those that it had; what it had is not said twice."""
    had = argument.split(",") if argument else []
    yield from had
    yield from (option for option in (f"deviation={id}" for id in ids) if option not in had)
