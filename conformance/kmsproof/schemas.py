"""Make the JSON Schemas of the adapter protocol and of the event log from their types.

``python -m kmsproof.schemas`` writes them beside those of the corpus; with ``--check`` it fails if
those that are there no longer fit the types.
"""

from __future__ import annotations

import sys
from types import GenericAlias
from typing import cast

from kmsproof.capability import PROTOCOL_VERSION
from kmsproof.messages import ANSWERS, AnyRequest, Response, operation_name
from kmsproof.results import LOG_VERSION, AnyEvent
from kmsproof_vectors.schemas import Schema, command, schema_of

PROTOCOL_FILE = "adapter_protocol.schema.json"
EVENT_LOG_FILE = "event_log.schema.json"


def schemas() -> dict[str, Schema]:
    """Return the schemas of this package, by file name."""
    return {PROTOCOL_FILE: protocol_schema(), EVENT_LOG_FILE: event_log_schema()}


def protocol_schema() -> Schema:
    """Return the schema of a line of the adapter protocol.

    A line alone does not tell which request a response answers. Whoever knows it finds in ``$defs``
    a stricter schema for each request: ``EncryptResponse`` takes no other value than ``Encrypted``.
    """
    values = tuple(dict.fromkeys(ANSWERS.values()))
    generated = schema_of(
        GenericAlias(tuple, (AnyRequest, Response, *values)),
        "A message of the kmsproof adapter protocol",
        f"urn:kmsproof:schema:adapter-protocol:{PROTOCOL_VERSION}",
    )
    request = cast(list[Schema], generated["prefixItems"])[0]
    definitions = cast(dict[str, Schema], generated["$defs"])
    definitions["Request"] = {
        "title": "Request",
        "description": "What the suite writes to an adapter's standard input, one to the line.",
        "anyOf": request["anyOf"],
    }
    _complete_response(definitions["Response"], values)
    definitions |= {f"{kind.__name__}Response": _response_to(kind) for kind in ANSWERS}
    return {
        **{name: generated[name] for name in ("$schema", "$id", "title")},
        "description": "One line: a request of the suite, or the response of an adapter.",
        "anyOf": [_reference("Request"), _reference("Response")],
        "$defs": definitions,
    }


def _complete_response(response: Schema, values: tuple[type, ...]) -> None:
    """Say what the types cannot: which values there are, and that one outcome excludes others."""
    properties = cast(dict[str, Schema], response["properties"])
    properties["ok"] = {
        "description": "The value that belongs to the request.",
        "anyOf": [_reference(value.__name__) for value in values],
    }
    response["oneOf"] = [{"required": [outcome]} for outcome in properties if outcome != "id"]


def _response_to(kind: type) -> Schema:
    return {
        "title": f"{kind.__name__}Response",
        "description": f"The response to {operation_name(kind)}.",
        "allOf": [_reference("Response")],
        "properties": {"ok": _reference(ANSWERS[kind].__name__)},
    }


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def event_log_schema() -> Schema:
    """Return the schema of a line of an event log."""
    generated = schema_of(
        AnyEvent,
        "An event in the log of a kmsproof run",
        f"urn:kmsproof:schema:event-log:{LOG_VERSION}",
    )
    return {
        **{name: generated[name] for name in ("$schema", "$id", "title")},
        "description": "One line of the file. The first is run-started, the last run-finished.",
        "anyOf": generated["anyOf"],
        "$defs": generated["$defs"],
    }


if __name__ == "__main__":
    sys.exit(command(schemas()))
