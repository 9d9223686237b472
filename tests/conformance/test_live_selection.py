"""Which live vectors a run takes: filters, controls, sets of refusals, and exhaustive ones."""

from __future__ import annotations

import msgspec
import pytest

from kmsproof.selection import Filters, selected_live_tests
from kmsproof_testing.live_files import (
    GCM,
    IVS,
    REFUSALS,
    ROUND_TRIP,
    TAGS,
    live_files,
)

FILE = live_files()[0]
WITH_EXHAUSTIVE = msgspec.structs.replace(
    FILE,
    tests=tuple(
        msgspec.structs.replace(test, exhaustive=True) if test.id == IVS else test
        for test in FILE.tests
    ),
)


def selected(filters: Filters) -> set[str]:
    return {test.id for test in selected_live_tests(WITH_EXHAUSTIVE, filters)}


def test_default_run_leaves_exhaustive_vectors_out() -> None:
    everything = {test.id for test in FILE.tests}
    assert selected(Filters()) == everything - {IVS}
    assert selected(Filters(exhaustive=True)) == everything


@pytest.mark.parametrize(
    "filters", [Filters(ids=(IVS,)), Filters(classes=("G11",)), Filters(ids=(f"{GCM}/ivs/*",))]
)
def test_exhaustive_vector_that_is_named_is_taken(filters: Filters) -> None:
    assert selected(filters) == {IVS}


def test_control_is_taken_along() -> None:
    assert selected(Filters(ids=(TAGS[0],))) == {TAGS[0], ROUND_TRIP}


def test_set_of_refusals_takes_its_members() -> None:
    assert selected(Filters(ids=(REFUSALS,))) == {*TAGS, ROUND_TRIP}


def test_filters_are_told_without_the_default() -> None:
    assert Filters(exhaustive=True).words() == ()
