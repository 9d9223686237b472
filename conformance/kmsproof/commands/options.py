"""Options that several commands share."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kmsproof.results import Mode
from kmsproof.run_options import LiveOptions
from kmsproof.selection import Filters
from kmsproof.tiers.model import TierName, ids_of_tier
from kmsproof.vocabulary import Algorithm, KeySpec, ProtectionLevel

F = TypeVar("F", bound=Callable[..., Any])


class FiniteRange(click.FloatRange):
    """A number within bounds; ``nan`` and ``inf`` are none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number, or fail as click does."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


def filter_options(function: F) -> F:
    """Add the options that select vectors."""
    options = (
        click.option(
            "--id", "ids", multiple=True, metavar="ID", help="Only this vector; * matches anything."
        ),
        click.option("--flag", "flags", multiple=True, help="Only vectors with this flag."),
        click.option(
            "--class", "classes", multiple=True, help="Only this edge-case class, such as G3."
        ),
        click.option(
            "--key-spec",
            "key_specs",
            multiple=True,
            type=click.Choice([str(spec) for spec in KeySpec]),
            help="Only this key spec.",
        ),
        click.option(
            "--algorithm",
            "algorithms",
            multiple=True,
            type=click.Choice([str(algorithm) for algorithm in Algorithm]),
            help="Only this encryption mode or algorithm.",
        ),
        click.option(
            "--tier",
            type=click.Choice([str(name) for name in TierName]),
            default=str(TierName.FULL),
            show_default=True,
            help="How much is asked: 'smoke' sees 95 % of the known deviations at 100 calls for "
            "each key spec at most, 'standard' all of them.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def filters_from(
    ids: tuple[str, ...],
    flags: tuple[str, ...],
    classes: tuple[str, ...],
    key_specs: tuple[str, ...],
    algorithms: tuple[str, ...],
    tier: str,
    full: bool = False,
    corpus: Path | None = None,
) -> Filters:
    """Return the filters that the options of ``filter_options`` and ``--full`` name.

    Raises:
        UsageError: if a tier is asked of a corpus that has none.
        CorpusError: if the tiers are missing, broken, or of another edition of the corpus.
    """
    tier_ids = ids_of_tier(tier, own_corpus=corpus is None)
    return Filters(
        ids=ids,
        flags=flags,
        classes=classes,
        key_specs=tuple(KeySpec(spec) for spec in key_specs),
        algorithms=tuple(Algorithm(algorithm) for algorithm in algorithms),
        exhaustive=full,
        tier=tier if tier_ids is not None else "",
        tier_ids=tier_ids or frozenset(),
    )


LEVELS = tuple(level.name.lower() for level in ProtectionLevel)
"""The protection levels in a word each."""


ALL_LEVELS = "all"
"""Every level at which a target makes keys."""


def level_of(word: str) -> ProtectionLevel:
    """Return the protection level for its word."""
    return ProtectionLevel[word.upper()]


full_option = click.option(
    "--full",
    is_flag=True,
    help="Also the exhaustive live vectors, which cost many calls.",
)


def live_options(function: F) -> F:
    """Add the options about keys that are made in the target."""
    options = (
        click.option(
            "--mode",
            "modes",
            multiple=True,
            type=click.Choice([str(mode) for mode in Mode]),
            default=(str(Mode.LIBRARY),),
            show_default=True,
            help="Where the keys come from; may be given more than once.",
        ),
        click.option(
            "--protection-level",
            "protection_levels",
            multiple=True,
            type=click.Choice((*LEVELS, ALL_LEVELS)),
            help="Make keys at this level; with several, each target is judged at each, with 'all' "
            "at each that it declares.  [default: the first that it declares]",
        ),
        full_option,
        click.option(
            "--max-keys",
            type=click.IntRange(min=0),
            metavar="N",
            help="Make no more than N keys in a target.",
        ),
        click.option(
            "--max-calls",
            type=click.IntRange(min=0),
            metavar="N",
            help="Make no more than N calls on keys made in a target.",
        ),
        click.option(
            "--rate",
            type=FiniteRange(min=0.001),
            metavar="N",
            help="Make no more than N calls a second on keys made in a target.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def live_options_from(
    protection_levels: tuple[str, ...],
    max_keys: int | None,
    max_calls: int | None,
    rate: float | None,
) -> LiveOptions:
    """Return what the options of ``live_options`` ask for."""
    words = [word for word in protection_levels if word != ALL_LEVELS]
    levels = tuple(dict.fromkeys(level_of(word) for word in words))
    return LiveOptions(max_keys, max_calls, rate, levels, ALL_LEVELS in protection_levels)


corpus_option = click.option(
    "--corpus",
    type=click.Path(path_type=Path),
    help="Another corpus than the one that comes with kmsproof: a folder with a manifest.json, or "
    "files of Wycheproof (.json) or NIST CAVP (.rsp, .txt), or a folder of them.",
)

jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many targets to judge at the same time.",
)

isolate_option = click.option(
    "--isolate", is_flag=True, help="Give every target a process of its own, not only native ones."
)

deadline_option = click.option(
    "--deadline",
    "deadline_seconds",
    type=FiniteRange(min=0.05),
    default=10.0,
    show_default=True,
    help="Seconds that an answer may take.",
)


deviation_option = click.option(
    "--deviation",
    "deviations",
    multiple=True,
    metavar="ID",
    help="Be wrong on purpose in this way; may be given more than once. See 'kmsproof list "
    "deviations'.",
)
