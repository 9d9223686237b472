"""The published schemas of protocol and event log: their form, what they accept and what not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from kmsproof import schemas
from kmsproof.messages import ANSWERS, Encrypt, Request, operation_name
from kmsproof.outcome import Error, ErrorKind, Rejected, Unsupported
from kmsproof.results import (
    AnyEvent,
    CoveredGroup,
    CoveredRequirement,
    Detail,
    Family,
    Incident,
    ProfileCovered,
    RunFinished,
    RunStarted,
    Shape,
    TargetFinished,
    TargetStarted,
    TargetState,
    VerdictRecorded,
    Warned,
)
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import Algorithm, KeySpec, PaddingMode, RejectionClass
from kmsproof_testing.acceptance import (
    ANSWERS_TO,
    EVENT_LOG,
    EVENTS,
    MESSAGES,
    PROTOCOL,
    Json,
    msgspec_accepts_answer,
    msgspec_accepts_event,
    msgspec_accepts_request,
    nodes,
    plain,
)
from kmsproof_testing.protocol import REQUESTS, VALUES
from kmsproof_vectors.load import schema_folder
from kmsproof_vectors.schemas import check, command

REQUEST_MESSAGES = [plain(request) for request in REQUESTS]

OTHER_OUTCOMES: list[Json] = [
    plain({"id": 1, "rejected": Rejected(RejectionClass.KEY_STATE, "CKR_X", "no")}),
    {"id": 1, "rejected": {"class": "not-found", "native_code": "NoSuchKey"}},
    plain({"id": 1, "unsupported": Unsupported("sign")}),
    *(plain({"id": 1, "error": Error(kind, "why")}) for kind in ErrorKind),
    {"id": 1, "error": {"kind": "auth"}},
]

SAMPLE_VALUE = {type(value): value for value in VALUES}
ANSWER_MESSAGES = {kind: plain({"id": 1, "ok": SAMPLE_VALUE[ANSWERS[kind]]}) for kind in ANSWERS}

DETAIL = Detail(
    case="G2",
    operation="decrypt",
    valid=False,
    why="One bit of the tag is flipped.",
    clause="SP 800-38D §7.2 step 8",
    flags=("ModifiedTag",),
    given={"tag": "00"},
    expected={"rejected as": "invalid-ciphertext"},
)

EVENT_SAMPLES: tuple[AnyEvent, ...] = (
    RunStarted(
        log_version=1,
        run_id="r1",
        started_at="2026-01-02T03:04:05Z",
        suite="kmsproof 0.1.0",
        corpus_version="1.0",
        corpus_sha256="00" * 32,
        families=(
            Family(
                family="aes-128-cbc-pkcs7",
                key_spec=KeySpec.AES_128,
                algorithm=Algorithm.CBC,
                padding=PaddingMode.PKCS7_PADDING,
                description="AES",
                tests=2,
                selected=1,
                sha256="00" * 32,
                shapes=(Shape("f/c/1", "decrypt", True, {"ciphertext": 16}),),
            ),
        ),
        filters=("class=G2",),
        targets=("reference",),
        environment={"python": "3.11"},
    ),
    TargetStarted(
        target="reference",
        description=VALUES[0],  # type: ignore[arg-type]  # the first value is the description
        planned=2,
        not_applicable=0,
    ),
    VerdictRecorded(target="reference", id="f/c/1", verdict=Verdict.PASS, outcome="ok"),
    VerdictRecorded(
        target="reference",
        id="f/c/2",
        verdict=Verdict.FAIL,
        failure=FailureKind.WRONG_ACCEPT,
        outcome="ok",
        value={"plaintext": "00"},
        microseconds=7,
        detail=DETAIL,
    ),
    Warned(target="reference", message="under-declared", ids=("f/c/1",)),
    Incident(target="reference", whose_fault="adapter", kind=ErrorKind.CRASHED, message="signal"),
    ProfileCovered(
        target="reference",
        profile="a-profile-2026-03-31",
        title="A profile",
        digest="00" * 32,
        floor_percent=80.0,
        percent_judged=100.0,
        groups=(CoveredGroup("whole", "all requirements", 1, 1, 0, 0),),
        requirements=(
            CoveredRequirement(
                id="r/1",
                text="It does.",
                obligation="MUST",
                place="sheet, 1, 1",
                status="passed",
                vectors=2,
                passed=2,
            ),
        ),
    ),
    TargetFinished(
        target="reference",
        state=TargetState.FINISHED,
        counts={"pass": 1, "fail": 1},
        failures={"wrong-accept": 1},
        seconds=0.25,
    ),
    RunFinished(finished_at="2026-01-02T03:04:06Z", exit_code=1, conclusion="Not conformant."),
)
EVENT_MESSAGES = [plain(event) for event in EVENT_SAMPLES]


@pytest.mark.parametrize("schema", [PROTOCOL, EVENT_LOG], ids=["protocol", "event log"])
class TestForm:
    """What holds for every published schema."""

    def test_it_is_a_schema_of_2020_12(self, schema: dict[str, Any]) -> None:
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema_rs.meta.validate(schema)

    def test_it_says_what_it_is(self, schema: dict[str, Any]) -> None:
        assert schema["$id"]
        assert schema["title"]
        assert schema["description"]
        for name, definition in schema["$defs"].items():
            assert definition["title"] == name
            assert definition["description"]

    def test_every_object_is_closed(self, schema: dict[str, Any]) -> None:
        found = [node for node in nodes(schema) if node.get("type") == "object"]
        assert len(found) > 10
        for closed in found:
            further = closed["additionalProperties"]
            assert further is False or ("properties" not in closed and isinstance(further, dict))
        for node in nodes(schema):
            if "prefixItems" in node:
                assert node["maxItems"] == len(node["prefixItems"])

    def test_every_reference_leads_somewhere(self, schema: dict[str, Any]) -> None:
        references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(schema)))
        assert {r.removeprefix("#/$defs/") for r in references} <= set(schema["$defs"])

    def test_texts_do_not_depend_on_the_indentation_of_the_source(
        self, schema: dict[str, Any]
    ) -> None:
        texts = [node["description"] for node in nodes(schema) if "description" in node]
        assert [text for text in texts if isinstance(text, str) and "\n " in text] == []


def test_fields_carry_their_docstrings() -> None:
    fields = PROTOCOL["$defs"]["Decrypt"]["properties"]
    assert "in milliseconds" in fields["deadline_ms"]["description"]
    assert "never decides" in fields["tag_length"]["description"]
    assert (
        "target's own code"
        in PROTOCOL["$defs"]["Rejected"]["properties"]["native_code"]["description"]
    )


# What is valid


@pytest.mark.parametrize("message", REQUEST_MESSAGES, ids=lambda m: m["op"])
def test_every_request_is_valid(message: Json) -> None:
    assert MESSAGES.accept(message)


@pytest.mark.parametrize("kind", ANSWERS, ids=operation_name)
def test_every_answer_is_valid(kind: type[Request]) -> None:
    for message in (ANSWER_MESSAGES[kind], *OTHER_OUTCOMES):
        assert MESSAGES.accept(message)
        assert ANSWERS_TO[kind].accept(message)
        assert msgspec_accepts_answer(kind, message)


@pytest.mark.parametrize("message", EVENT_MESSAGES)
def test_every_event_is_valid(message: Json) -> None:
    assert EVENTS.accept(message)
    assert msgspec_accepts_event(message)


def test_there_is_a_sample_of_every_event() -> None:
    kinds = {type(event) for event in EVENT_SAMPLES}
    assert len(kinds) == len(EVENT_LOG["anyOf"])


# What is not

BAD_REQUESTS: list[tuple[str, Json]] = [
    ("no object", []),
    ("no operation", {"id": 1}),
    ("unknown operation", {"op": "levitate", "id": 1}),
    ("operation of another type", {"op": 1, "id": 1}),
    ("unknown field", {"op": "close", "id": 1, "more": 2}),
    ("missing field", {"op": "describe_key", "id": 1}),
    ("id is text", {"op": "close", "id": "1"}),
    ("id is a fraction", {"op": "close", "id": 1.5}),
    ("id is true", {"op": "close", "id": True}),
    ("id is null", {"op": "close", "id": None}),
    ("key is null", {"op": "describe_key", "id": 1, "key": None}),
    ("upper-case hex", {**REQUEST_MESSAGES[8], "plaintext": "AB"}),
    ("half a byte", {**REQUEST_MESSAGES[8], "plaintext": "abc"}),
    ("spaces in hex", {**REQUEST_MESSAGES[8], "plaintext": "ab cd"}),
    ("line feed after hex", {**REQUEST_MESSAGES[8], "plaintext": "ab\n"}),
    ("bytes as numbers", {**REQUEST_MESSAGES[8], "plaintext": [1, 2]}),
    ("unknown algorithm", {**REQUEST_MESSAGES[8], "algorithm": "cbc"}),
    ("unknown padding", {**REQUEST_MESSAGES[8], "padding": "ISO_10126"}),
    ("field of another request", {**REQUEST_MESSAGES[8], "tag": "00"}),
]


@pytest.mark.parametrize(
    "message", [m for _, m in BAD_REQUESTS], ids=[name for name, _ in BAD_REQUESTS]
)
def test_a_bad_request_is_refused_by_all(message: Json) -> None:
    assert not MESSAGES.accept(message)
    assert not msgspec_accepts_request(message)


OK = ANSWER_MESSAGES[Encrypt]["ok"]
BAD_ANSWERS: list[tuple[str, Json]] = [
    ("no object", "ok"),
    ("no id", {"ok": OK}),
    ("no outcome", {"id": 1}),
    ("two outcomes", {"id": 1, "ok": OK, "unsupported": {"what": "x"}}),
    ("all outcomes", {"id": 1, "ok": OK, **OTHER_OUTCOMES[0], **OTHER_OUTCOMES[2]}),
    ("unknown outcome", {"id": 1, "fine": {}}),
    ("unknown field", {"id": 1, "ok": OK, "seconds": 1}),
    ("value is null", {"id": 1, "ok": None}),
    ("value is text", {"id": 1, "ok": "yes"}),
    ("value is incomplete", {"id": 1, "ok": {}}),
    ("value with unknown field", {"id": 1, "ok": {**OK, "more": 1}}),
    ("value with wrong type", {"id": 1, "ok": {**OK, "ciphertext": 1}}),
    ("value of another operation", {"id": 1, "ok": {"valid": True}}),
    ("outcome is null", {"id": 1, "rejected": None}),
    ("unknown class", {"id": 1, "rejected": {"class": "bad", "native_code": "x"}}),
    ("no native code", {"id": 1, "rejected": {"class": "key-state"}}),
    ("native code is a number", {"id": 1, "rejected": {"class": "key-state", "native_code": 5}}),
    ("nothing unsupported", {"id": 1, "unsupported": {}}),
    ("unknown kind", {"id": 1, "error": {"kind": "bad"}}),
    ("kind of another case", {"id": 1, "error": {"kind": "TIMEOUT"}}),
    ("rejection without a class", {"id": 1, "rejected": {"rejection": "key-state"}}),
]


@pytest.mark.parametrize(
    "message", [m for _, m in BAD_ANSWERS], ids=[name for name, _ in BAD_ANSWERS]
)
def test_a_bad_answer_is_refused_by_all(message: Json) -> None:
    assert not ANSWERS_TO[Encrypt].accept(message)
    assert not msgspec_accepts_answer(Encrypt, message)


def test_the_general_schema_takes_a_value_of_another_operation() -> None:
    # It cannot know the request; the definitions named after the requests do.
    assert MESSAGES.accept({"id": 1, "ok": {"valid": True}})
    assert not MESSAGES.accept({"id": 1, "ok": {"result": True}})


BAD_EVENTS: list[Json] = [
    {"event": "party"},
    {**EVENT_MESSAGES[2], "verdict": "passed"},
    {**EVENT_MESSAGES[2], "more": 1},
    {**EVENT_MESSAGES[2], "value": {"plaintext": 1}},
    {**EVENT_MESSAGES[7], "counts": {"pass": "1"}},
    {**EVENT_MESSAGES[7], "seconds": "1"},
    {**EVENT_MESSAGES[6], "groups": [["whole", "all", 1, 1, 0]]},
    {k: v for k, v in EVENT_MESSAGES[8].items() if k != "exit_code"},
    {**EVENT_MESSAGES[3], "detail": {**EVENT_MESSAGES[3]["detail"], "event": "detail"}},
]


@pytest.mark.parametrize("message", BAD_EVENTS)
def test_a_bad_event_is_refused_by_all(message: Json) -> None:
    assert not EVENTS.accept(message)
    assert not msgspec_accepts_event(message)


# The files


def test_the_published_schemas_are_what_the_types_say() -> None:
    assert check(schemas.schemas(), schema_folder()) == []


def test_a_schema_that_has_drifted_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kmsproof_vectors.schemas.schema_folder", lambda: tmp_path)
    assert command(schemas.schemas(), []) == 0
    assert command(schemas.schemas(), ["--check"]) == 0
    (tmp_path / schemas.PROTOCOL_FILE).write_text("{}")
    (tmp_path / schemas.EVENT_LOG_FILE).unlink()
    assert command(schemas.schemas(), ["--check"]) == 1
    told = capsys.readouterr().err
    assert schemas.PROTOCOL_FILE in told
    assert schemas.EVENT_LOG_FILE in told
    assert "make vectors" in told


def test_the_module_checks_the_published_schemas() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "kmsproof.schemas", "--check"], capture_output=True, timeout=60
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
