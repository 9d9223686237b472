"""What the tiers see, in sentences, and what is less than they promise."""

from __future__ import annotations

from collections.abc import Iterator

from kmsproof.tiers.choosing import SMOKE_CALLS, SMOKE_PERCENT
from kmsproof.tiers.cover import enough
from kmsproof.tiers.model import Part, TierName, Tiers

PARTS = (Part.LIBRARY, Part.LIVE)


def lines_of(tiers: Tiers) -> Iterator[str]:
    """Yield a sentence for each tier and mode."""
    for name, tier in tiers.tiers.items():
        for part in PARTS:
            sight = tier.sight[part]
            most = max(sight.calls.values(), default=0)
            yield (
                f"{name}, {part}: sees {sight.seen} of {sight.of} deviations, "
                f"{sum(sight.calls.values()):,} calls, {most:,} with a key spec at most."
            )


def shortfalls(tiers: Tiers) -> Iterator[str]:
    """Yield a sentence for each promise that a tier does not keep."""
    for part in PARTS:
        smoke, standard = (
            tiers.tiers[name].sight[part] for name in (TierName.SMOKE, TierName.STANDARD)
        )
        if smoke.seen < enough(smoke.of, SMOKE_PERCENT):
            yield f"smoke, {part}: fewer than {SMOKE_PERCENT} % of the deviations are seen."
        for key_spec, calls in smoke.calls.items():
            if calls > SMOKE_CALLS:
                yield f"smoke, {part}: {calls} calls for {key_spec} are more than {SMOKE_CALLS}."
        for id in standard.unseen:
            yield f"standard, {part}: {id} is not seen."
