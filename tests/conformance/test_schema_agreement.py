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
    containers,
    msgspec_accepts_answer,
    msgspec_accepts_event,
    msgspec_accepts_request,
    plain,
)
from kmsproof_testing.structs import instances_of

_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.sampled_from(["", "00", "ff0A", "0", "GCM", "secret", "describe", "auth", "\n"])
    | st.text(max_size=6)
    # 1.0 is an integer to JSON Schema and none to the suite; the document forbids it.
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x.is_integer())
)
json_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


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


@st.composite
def spoiled(draw: st.DrawFn, messages: st.SearchStrategy[Json]) -> Json:
    """Return one of the messages with one or two places changed, removed or added."""
    message = draw(messages)
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(list(containers(message))))
        if isinstance(place, list):
            place.append(draw(json_values))
            continue
        fields = ["id", "iv", "tag_length", "window", "message", "detail", "op", "ok", "error"]
        name = draw(st.sampled_from([*place, *fields]) | st.text(max_size=4))
        if name in place and draw(st.booleans()):
            del place[name]
        else:
            place[name] = draw(json_values)
    return message


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
    message = data.draw(spoiled(REQUEST_STRATEGIES[kind]) | json_values)
    assert REQUESTS_ONLY.accept(message) == msgspec_accepts_request(message)


@given(st.data(), st.sampled_from(list(ANSWERS)))
def test_msgspec_and_schema_agree_on_answers(data: st.DataObject, kind: type[Request]) -> None:
    other = data.draw(st.sampled_from(list(ANSWERS)))
    message = data.draw(spoiled(answers(kind)) | answers(other) | json_values)
    assert ANSWERS_TO[kind].accept(message) == msgspec_accepts_answer(kind, message)


@given(spoiled(EVENT_STRATEGY) | json_values)
def test_msgspec_and_schema_agree_on_events(message: Json) -> None:
    assert EVENTS.accept(message) == msgspec_accepts_event(message)
