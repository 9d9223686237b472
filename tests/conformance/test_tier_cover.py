"""Weighted set cover: what is seen, what it costs, and what comes with a vector."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kmsproof.tiers.cover import Cover, Part, enough


def union(parts: list[Part]) -> int:
    seen = 0
    for part in parts:
        seen |= part.sees
    return seen


@st.composite
def many_parts(draw: st.DrawFn) -> list[Part]:
    """Vectors of which some need one before them, and comparisons of several."""
    parts: list[Part] = []
    for number in range(draw(st.integers(2, 25))):
        sees, calls = draw(st.integers(0, 2**12 - 1)), draw(st.integers(0, 9))
        free = [part.id for part in parts if not part.needs]
        needs = draw(st.sampled_from([(), *((id,) for id in free)]))
        parts.append(Part(f"v{number}", calls, sees, needs))
    members = draw(st.lists(st.sampled_from(parts), min_size=2, max_size=4, unique=True))
    compared = tuple(dict.fromkeys(id for part in members for id in (part.id, *part.needs)))
    parts.append(Part("all-alike", 0, draw(st.integers(0, 2**12 - 1)), compared, compares=True))
    return parts


def check_honest(cover: Cover, parts: list[Part]) -> None:
    """What is chosen is asked with all it needs, once, and counts what it costs."""
    by_id = {part.id: part for part in parts}
    for id in cover.taken:
        assert cover.taken.issuperset(by_id[id].needs)
    assert cover.taken.issuperset(cover.chosen)
    assert cover.calls == sum(by_id[id].calls for id in cover.taken)
    assert cover.sees == union([by_id[id] for id in cover.taken])


@given(many_parts())
def test_everything_that_can_be_seen_is_seen(parts: list[Part]) -> None:
    cover = Cover(parts)
    wanted = union(parts)
    cover.grow(wanted, wanted.bit_count())
    assert cover.sees == wanted
    check_honest(cover, parts)


@given(many_parts(), st.integers(0, 100))
def test_a_share_is_reached(parts: list[Part], percent: int) -> None:
    cover = Cover(parts)
    wanted = union(parts)
    least = enough(wanted.bit_count(), percent)
    cover.grow(wanted, least)
    assert (cover.sees & wanted).bit_count() >= least
    check_honest(cover, parts)


@given(many_parts(), st.integers(0, 40))
def test_the_budget_is_kept(parts: list[Part], budget: int) -> None:
    cover = Cover(parts)
    cover.grow(union(parts), 12, budget)
    assert cover.calls <= budget
    check_honest(cover, parts)


@given(many_parts())
def test_each_is_seen_twice_where_two_see_it(parts: list[Part]) -> None:
    wanted = union(parts)
    cover, whole = Cover(parts), Cover(parts)
    cover.grow(wanted, wanted.bit_count())
    cover.double(wanted)
    for part in parts:
        whole.choose(part.id)
    assert cover.sees_twice == whole.sees_twice
    check_honest(cover, parts)


@given(many_parts(), st.integers(0, 100))
def test_pruning_keeps_what_is_enough(parts: list[Part], percent: int) -> None:
    cover = Cover(parts)
    wanted = union(parts)
    least = enough(wanted.bit_count(), percent)
    cover.grow(wanted, least)
    before = cover.calls
    cover.prune(wanted, least)
    assert cover.calls <= before
    assert (cover.sees & wanted).bit_count() >= least
    check_honest(cover, parts)


@given(many_parts())
def test_the_choice_is_always_the_same(parts: list[Part]) -> None:
    first, second = Cover(parts), Cover(list(parts))
    for cover in (first, second):
        cover.grow(union(parts), 12)
        cover.double(union(parts))
    assert first.chosen == second.chosen


def test_the_cheaper_of_two_is_chosen() -> None:
    cover = Cover([Part("dear", 9, 0b111), Part("cheap", 2, 0b111)])
    cover.grow(0b111, 3)
    assert (cover.chosen, cover.calls) == (["cheap"], 2)


def test_a_control_is_paid_once() -> None:
    parts = [Part("c", 5, 0), Part("a", 1, 0b01, ("c",)), Part("b", 1, 0b10, ("c",))]
    cover = Cover(parts)
    cover.grow(0b11, 2)
    assert cover.chosen == ["a", "b"]
    assert cover.calls == 7
    assert cover.taken == {"a", "b", "c"}


def test_refusals_that_are_all_asked_are_compared() -> None:
    parts = [
        Part("a", 1, 0b001),
        Part("b", 1, 0b010),
        Part("alike", 0, 0b100, ("a", "b"), compares=True),
    ]
    cover = Cover(parts)
    cover.grow(0b011, 2)
    assert cover.sees == 0b111


def test_a_vector_without_calls_is_not_asked_for_nothing() -> None:
    cover = Cover([Part("looks", 0, 0b1), Part("a", 1, 0b10)])
    cover.grow(0b10, 1)
    assert cover.taken == {"a"}


def test_enough_is_rounded_up() -> None:
    assert [enough(number, 95) for number in (0, 1, 20, 21, 100)] == [0, 1, 19, 20, 95]
