"""Who accepts a message: two validators of the published schemas, and msgspec as we use it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, cast

import jsonschema
import jsonschema_rs
import msgspec

from kmsproof import schemas
from kmsproof.messages import ANSWERS, AnyRequest, Request, Response
from kmsproof.results import AnyEvent
from kmsproof_vectors.encoding import json_decoder, json_encoder

Json = Any
"""What a JSON reader makes of a message."""

PROTOCOL: dict[str, Any] = schemas.protocol_schema()
EVENT_LOG: dict[str, Any] = schemas.event_log_schema()


class Validators:
    """Two independent validators of one schema, or of one of its definitions."""

    def __init__(self, schema: dict[str, Any], definition: str | None = None) -> None:
        if definition is not None:
            schema = {
                "$schema": schema["$schema"],
                "$ref": f"#/$defs/{definition}",
                "$defs": schema["$defs"],
            }
        self._python: Any = jsonschema.Draft202012Validator(schema)
        self._rust = jsonschema_rs.Draft202012Validator(schema)

    def accept(self, message: Json) -> bool:
        """Whether the message is valid; both validators must say the same."""
        accepted: bool = self._rust.is_valid(message)
        # Python's $ also matches before a last line feed, unlike that of the standard (ECMA-262),
        # so a byte string that ends in one is for the other validator to judge.
        if "\\n" not in json.dumps(message):
            assert self._python.is_valid(message) == accepted
        return accepted


MESSAGES = Validators(PROTOCOL)
ANSWERS_TO = {kind: Validators(PROTOCOL, f"{kind.__name__}Response") for kind in ANSWERS}
REQUESTS_ONLY = Validators(PROTOCOL, "Request")
EVENTS = Validators(EVENT_LOG)

_decode_request = json_decoder(AnyRequest).decode  # type: ignore[arg-type, var-annotated]  # msgspec takes unions
_decode_event = json_decoder(AnyEvent).decode  # type: ignore[arg-type, var-annotated]  # msgspec takes unions
_decode_response = json_decoder(Response).decode
_decode_value = {kind: json_decoder(value).decode for kind, value in ANSWERS.items()}


def _refuses(decode: Callable[[bytes], object], line: bytes) -> bool:
    try:
        decode(line)
    except msgspec.DecodeError:
        return True
    return False


def msgspec_accepts_request(message: Json) -> bool:
    """Decode a request as the suite does."""
    return not _refuses(_decode_request, json.dumps(message).encode())


def msgspec_accepts_event(message: Json) -> bool:
    """Decode an event as the reader of a log does."""
    return not _refuses(_decode_event, json.dumps(message).encode())


def msgspec_accepts_answer(kind: type[Request], message: Json) -> bool:
    """Decode an answer as the suite does."""
    try:
        response = _decode_response(json.dumps(message).encode())
    except msgspec.DecodeError:
        return False
    outcomes = (response.ok, response.rejected, response.unsupported, response.error)
    if sum(outcome is not msgspec.UNSET for outcome in outcomes) != 1:
        return False
    if isinstance(response.ok, msgspec.Raw):
        return not _refuses(_decode_value[kind], bytes(response.ok))
    return True


def plain(message: object) -> Json:
    """Return a message as a JSON reader has it."""
    return json.loads(json_encoder().encode(message))


def containers(message: Json) -> Iterator[dict[str, Json] | list[Json]]:
    """Yield every object and every list in a message, the message itself first."""
    if isinstance(message, dict):
        fields = cast(dict[str, Json], message)
        yield fields
        for member in fields.values():
            yield from containers(member)
    elif isinstance(message, list):
        items = cast("list[Json]", cast(object, message))
        yield items
        for member in items:
            yield from containers(member)


def nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every object in a schema."""
    return (node for node in containers(schema) if isinstance(node, dict))
