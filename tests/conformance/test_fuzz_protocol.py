"""Lines of an adapter with anything in them: an answer, or a broken session that says why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kmsproof.capability import LengthRange
from kmsproof.child import ChildSession
from kmsproof.errors import TargetStartError
from kmsproof.messages import ANSWERS, MAX_LINE_BYTES, Request
from kmsproof.outcome import (
    OUTCOME_TYPES,
    Error,
    ErrorKind,
    Ok,
    Rejected,
    Unsupported,
    Verified,
)
from kmsproof.session import AnyOutcome, SessionBroken, described
from kmsproof_testing.acceptance import ANSWERS_TO, Json, plain
from kmsproof_testing.protocol import VALUES
from kmsproof_testing.spoiling import json_values, spoiled, spoiled_bytes
from kmsproof_testing.structs import instances_of

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KINDS = list(ANSWERS)
NUMBER = {kind: number for number, kind in enumerate(KINDS, start=1)}
"""The id of the request of each type that is in flight."""

FIELDS = ("id", "ok", "rejected", "error", "valid", "signature", "tag", "iv", "message", "window")


class Reader(ChildSession):
    """The reading half of a session, without a program behind it."""

    def __init__(self) -> None:
        super().__init__(["nothing"], deadline_ms=1000, whose="adapter")

    def read(self, data: bytes, kinds: Iterable[type[Request]] = KINDS) -> list[AnyOutcome]:
        """Take what a program wrote while one request of each of the types is in flight."""
        self._clear()
        self._in_flight = {NUMBER[kind]: kind for kind in kinds}
        self._incoming += data
        return [outcome for _, outcome in self._answers()]


READER = Reader()


def answers_or_break(data: bytes) -> list[AnyOutcome]:
    """Return the answers in what was written; the only other way out is a broken session."""
    try:
        outcomes = READER.read(data)
    except SessionBroken as broken:
        assert_told(broken)
        return []
    for outcome in outcomes:
        assert type(outcome) in OUTCOME_TYPES
    return outcomes


def assert_told(broken: SessionBroken) -> None:
    """Assert that the break is typed, and its texts short and safe to print."""
    assert broken.kind is ErrorKind.INTERNAL
    assert broken.whose_fault == "adapter"
    assert broken.message.startswith("the adapter broke the protocol: ")
    assert broken.message.endswith(".")
    for text in (broken.message, broken.line):
        assert text.isprintable()
        assert len(text) < 2000


def assert_refused(error: TargetStartError) -> None:
    """Assert that a description is refused in words that are safe to print."""
    assert error.message.isprintable()
    assert error.remedy


def line(kind: type[Request], value: Json) -> bytes:
    return json.dumps({"id": NUMBER[kind], "ok": value}).encode() + b"\n"


SAMPLES = {kind: next(each for each in VALUES if type(each) is ANSWERS[kind]) for kind in KINDS}
OUTCOMES = st.sampled_from(KINDS).flatmap(
    lambda kind: st.one_of(
        instances_of(ANSWERS[kind]).map(lambda value: {"id": NUMBER[kind], "ok": plain(value)}),
        instances_of(Rejected).map(lambda it: {"id": NUMBER[kind], "rejected": plain(it)}),
        instances_of(Unsupported).map(lambda it: {"id": NUMBER[kind], "unsupported": plain(it)}),
        instances_of(Error).map(lambda it: {"id": NUMBER[kind], "error": plain(it)}),
    )
)
"""Right answers to one of the requests in flight."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_samples_are_read(kind: type[Request]) -> None:
    assert READER.read(line(kind, plain(SAMPLES[kind]))) == [Ok(SAMPLES[kind])]


@given(OUTCOMES)
@QUICK
def test_a_right_answer_is_read(message: Json) -> None:
    assert len(READER.read(json.dumps(message).encode() + b"\n")) == 1


@given(spoiled(OUTCOMES, FIELDS))
@QUICK
def test_a_spoilt_answer_is_read_or_breaks_the_session(message: Json) -> None:
    outcomes = answers_or_break(json.dumps(message).encode() + b"\n")
    if outcomes:
        kind = next(kind for kind, number in NUMBER.items() if number == message["id"])
        assert ANSWERS_TO[kind].accept(message), "what is read is right by the published schema"


@given(st.data())
@QUICK
def test_spoilt_bytes_are_read_or_break_the_session(data: st.DataObject) -> None:
    octets = json.dumps(data.draw(OUTCOMES)).encode() + b"\n"
    answers_or_break(data.draw(spoiled_bytes(octets)))


@given(st.sampled_from(KINDS), st.sampled_from(KINDS))
@QUICK
def test_a_value_of_another_operation_is_never_taken(
    kind: type[Request], other: type[Request]
) -> None:
    outcomes = answers_or_break(line(kind, plain(SAMPLES[other])))
    assert all(isinstance(each, Ok) and type(each.value) is ANSWERS[kind] for each in outcomes)


@given(json_values)
@example({"valid": 1})
@example({"valid": "true"})
@example({"valid": None})
@example({"valid": [True]})
@example({"valid": True, "signature": ""})
@QUICK
def test_nothing_but_true_is_yes(value: Json) -> None:
    verify = next(kind for kind in KINDS if ANSWERS[kind] is Verified)
    for outcome in answers_or_break(line(verify, value)):
        assert outcome == Ok(Verified(value["valid"] is True))
        assert type(value["valid"]) is bool


@given(st.binary(max_size=200))
@example(b"\n")
@example(b"null\n")
@example(b"[]\n")
@example(b"\xef\xbb\xbf{}\n")
@example(b'{"id":1,"ok":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n")
@example(b'{"id":' + b"9" * 5000 + b',"ok":{}}\n')
@example(b'{"id":-1,"ok":{}}\n')
@example(b'{"id":1e400,"ok":{}}\n')
@example(b'{"id":1,"id":2,"ok":{}}\n')
@example(b'{"id":1,"ok":{"key":"\\ud800"}}\n')
@example(b'{"id":1,"ok":{"key":"\x00"}}\n')
@QUICK
def test_any_bytes_are_read_or_break_the_session(octets: bytes) -> None:
    answers_or_break(octets)
    answers_or_break(octets + b"\n")


def test_a_line_without_an_end_breaks_the_session() -> None:
    with pytest.raises(SessionBroken, match="a line is longer than"):
        READER.read(b"[" * (MAX_LINE_BYTES + 1))


@given(st.data())
@QUICK
def test_a_spoilt_description_is_used_or_refused(data: st.DataObject) -> None:
    """What is read as a description still has to make sense."""
    describe = KINDS[0]
    value: dict[str, Any] = data.draw(spoiled(st.just(plain(SAMPLES[describe])), FIELDS))
    for outcome in answers_or_break(line(describe, value)):
        try:
            description = described(outcome)
        except TargetStartError as error:
            assert_refused(error)
            continue
        for capability in description.algorithms:
            for name in ("iv", "tag", "aad", "plaintext", "message"):
                lengths: tuple[LengthRange, ...] = getattr(capability, f"{name}_lengths")
                assert not any(-1 in each for each in lengths)
