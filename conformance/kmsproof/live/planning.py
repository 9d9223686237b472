"""Tell what a live run would cost, without making a key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kmsproof.errors import NothingSelected
from kmsproof.live.corpus import LiveCorpus
from kmsproof.live.plan import LivePlan, costs, plan_live
from kmsproof.results import Mode
from kmsproof.selection import Filters, nothing_selected, selected_live_tests
from kmsproof.targets import open_session
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_vectors.live.model import AskedOperation


def plan_target(
    target: str,
    corpus: LiveCorpus,
    filters: Filters,
    modes: tuple[Mode, ...],
    level: ProtectionLevel | None,
    *,
    isolate: bool,
    deadline_ms: int,
) -> list[LivePlan]:
    """Ask a target what it is, and return what would be asked of it.

    Raises:
        NothingSelected: if the filters leave nothing, or nothing that the target declares.
        KmsproofError: if the target does not start.
    """
    files = corpus.files(filters, modes)
    if not files:
        raise nothing_selected(filters, corpus.words())
    session = open_session(target, isolate=isolate, deadline_ms=deadline_ms)
    try:
        description = session.start()
    finally:
        session.close()
    plans = [
        plan_live(file, selected_live_tests(file, filters), description, level) for file in files
    ]
    if not any(plan.asked for plan in plans):
        why = next(told for plan in plans for _, told in plan.undeclared)
        raise NothingSelected(
            f"Nothing would be asked: {why}.",
            "Live vectors need a target that makes keys: see docs/adapter-protocol.md, create_key.",
        )
    return plans


def plan_lines(plans: Sequence[LivePlan]) -> Iterator[str]:
    """Yield a table: what each key spec costs, and all together."""
    heading = f"{'key spec':<16}{'vectors':>9}{'keys':>7}{'calls':>9}  at most, by operation"
    yield heading
    vectors, keys, calls = 0, 0, Counter[AskedOperation]()
    for cost in costs(plans):
        vectors, keys, calls = vectors + cost.vectors, keys + cost.keys, calls + cost.calls
        yield _line(cost.key_spec, cost.vectors, cost.keys, cost.calls)
    yield _line("together", vectors, keys, calls)
    undeclared = sum(len(plan.undeclared) for plan in plans)
    if undeclared:
        yield f"{undeclared} vectors do not apply, by what the target declares."


def _line(name: str, vectors: int, keys: int, calls: Counter[AskedOperation]) -> str:
    told = ", ".join(f"{operation} {count}" for operation, count in calls.most_common())
    return f"{name:<16}{vectors:>9}{keys:>7}{calls.total():>9}  {told}"
