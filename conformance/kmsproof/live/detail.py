"""What a reader of the log needs to know about a live vector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kmsproof.live.interpreter import Ran
from kmsproof.recorder import value_words
from kmsproof.results import Detail, Shape
from kmsproof_vectors.live.model import Ask, LiveResult, LiveTest


def last_operation(test: LiveTest) -> str:
    """Return what a recipe asks last."""
    asked = [step.operation.value for step in test.steps if isinstance(step, Ask)]
    return asked[-1] if asked else "compute"


def detail_of(test: LiveTest, ran: Ran) -> Detail:
    """Return what a reader needs to know about a live test that is not green."""
    given: dict[str, str] = {}
    expected: dict[str, str] = {}
    if ran.ask is not None:
        given = {name: value_words(value) for name, value in ran.given.items() if value is not None}
        expected = _expected(ran.ask, ran.wanted)
    return Detail(
        case=test.case,
        operation=ran.ask.operation.value if ran.ask is not None else last_operation(test),
        valid=test.result is not LiveResult.INVALID,
        why=test.why,
        clause=str(test.clause),
        flags=test.flags,
        given=given,
        expected=expected,
    )


def _expected(ask: Ask, wanted: Mapping[str, Any]) -> dict[str, str]:
    if ask.expect is None:
        return {"outcome": "ok"}
    if ask.expect.rejections:
        return {"rejected as": " or ".join(ask.expect.rejections)}
    return {name: _words(value) for name, value in wanted.items()} or {
        "outcome": ask.expect.outcome.value
    }


def _words(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else value_words(value)


def shape_of_recipe(test: LiveTest) -> Shape:
    """Return what a recipe asks; what it puts in is not known before it runs."""
    return Shape(test.id, last_operation(test), test.result is not LiveResult.INVALID, {})
