"""msgspec and the published schemas accept the same messages.

The suite decodes every message with msgspec, at full speed, instead of validating it against the
schema. That is only right as long as both agree on whatever comes.
"""

from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from kmsproof.messages import ANSWERS, Request
from kmsproof.outcome import Error, Rejected, Unsupported
from kmsproof.results import AnyEvent
from kmsproof_testing.acceptance import (
    ANSWERS_TO,
    EVENTS,
    MESSAGES,
    REQUESTS_ONLY,
    Json,
    msgspec_accepts_answer,
    msgspec_accepts_event,
    msgspec_accepts_request,
    plain,
)
from kmsproof_testing.spoiling import json_values, spoiled
from kmsproof_testing.structs import instances_of

FIELDS = ("id", "iv", "tag_length", "window", "message", "detail", "op", "ok", "error")
"""Fields that are added to messages."""


REQUEST_STRATEGIES = {kind: instances_of(kind).map(plain) for kind in ANSWERS}
VALUE_STRATEGIES = {kind: instances_of(value).map(plain) for kind, value in ANSWERS.items()}
EVENT_STRATEGY = st.one_of([instances_of(kind).map(plain) for kind in get_args(AnyEvent)])
OUTCOME_STRATEGIES = {
    "rejected": instances_of(Rejected).map(plain),
    "unsupported": instances_of(Unsupported).map(plain),
    "error": instances_of(Error).map(plain),
}


@st.composite
def answers(draw: st.DrawFn, kind: type[Request]) -> Json:
    """Return a good answer to a request of one type."""
    outcome = draw(st.sampled_from(["ok", *OUTCOME_STRATEGIES]))
    value = VALUE_STRATEGIES[kind] if outcome == "ok" else OUTCOME_STRATEGIES[outcome]
    return {"id": draw(st.integers(0, 2**53)), outcome: draw(value)}


@given(st.sampled_from(list(ANSWERS)).flatmap(REQUEST_STRATEGIES.__getitem__))
def test_msgspec_and_schema_accept_every_request(message: Json) -> None:
    assert MESSAGES.accept(message)
    assert msgspec_accepts_request(message)


@given(st.data(), st.sampled_from(list(ANSWERS)))
def test_msgspec_and_schema_accept_every_answer(data: st.DataObject, kind: type[Request]) -> None:
    message = data.draw(answers(kind))
    assert MESSAGES.accept(message)
    assert ANSWERS_TO[kind].accept(message)
    assert msgspec_accepts_answer(kind, message)


@given(EVENT_STRATEGY)
def test_msgspec_and_schema_accept_every_event(message: Json) -> None:
    assert EVENTS.accept(message)
    assert msgspec_accepts_event(message)


@given(st.data(), st.sampled_from(list(ANSWERS)))
def test_msgspec_and_schema_agree_on_requests(data: st.DataObject, kind: type[Request]) -> None:
    message = data.draw(spoiled(REQUEST_STRATEGIES[kind], FIELDS) | json_values)
    assert REQUESTS_ONLY.accept(message) == msgspec_accepts_request(message)


@given(st.data(), st.sampled_from(list(ANSWERS)))
def test_msgspec_and_schema_agree_on_answers(data: st.DataObject, kind: type[Request]) -> None:
    other = data.draw(st.sampled_from(list(ANSWERS)))
    message = data.draw(spoiled(answers(kind), FIELDS) | answers(other) | json_values)
    assert ANSWERS_TO[kind].accept(message) == msgspec_accepts_answer(kind, message)


@given(spoiled(EVENT_STRATEGY, FIELDS) | json_values)
def test_msgspec_and_schema_agree_on_events(message: Json) -> None:
    assert EVENTS.accept(message) == msgspec_accepts_event(message)
