"""What goes back over the shared API: JSON, or XML where ``Format`` asks for it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from xml.etree.ElementTree import Element, SubElement, tostring

from kmsproof_reference.kms.errors import KmsError

Value = str | int | bool | list["Value"] | dict[str, "Value"]
"""What a reply is made of."""

Fields = dict[str, Value]
"""A reply by the names of its parts, in CamelCase."""

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 §2.2 has no character for, and no escape either."""


@unique
class Format(StrEnum):
    """The values of the parameter ``Format``."""

    JSON = "JSON"
    XML = "XML"


CONTENT_TYPES = {
    Format.JSON: "application/json;charset=utf-8",
    Format.XML: "text/xml;charset=utf-8",
}


@dataclass(frozen=True)
class Reply:
    """A reply, ready to be sent."""

    http_status: int
    content_type: str
    body: bytes
    request_id: str


def result(action: str, fields: Mapping[str, Value], form: Format, request_id: str) -> Reply:
    """Return the reply to an operation that was performed."""
    return _reply(200, f"{action}Response", {**fields, "RequestId": request_id}, form, request_id)


def failure(error: KmsError, code: str, form: Format, request_id: str) -> Reply:
    """Return the reply to an operation that was refused, under one of the error's codes."""
    fields: Fields = {
        "HttpStatus": error.http_status,
        "Code": code,
        "Message": error.message,
        "RequestId": request_id,
    }
    return _reply(error.http_status, "Error", fields, form, request_id)


def _reply(
    http_status: int, root: str, fields: Mapping[str, Value], form: Format, request_id: str
) -> Reply:
    if form is Format.XML:
        body = _xml(root, fields)
    else:
        body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(http_status, CONTENT_TYPES[form], body, request_id)


def _xml(root: str, fields: Mapping[str, Value]) -> bytes:
    element = Element(root)
    _fill(element, fields)
    text: str = tostring(element, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()


def _fill(element: Element, fields: Mapping[str, Value]) -> None:
    for name, value in fields.items():
        for item in value if isinstance(value, list) else [value]:
            child = SubElement(element, name)
            if isinstance(item, dict):
                _fill(child, item)
            else:
                child.text = _NOT_IN_XML.sub("\ufffd", _text(item))


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def refusal(error: KmsError) -> Reply:
    """Return the reply to a request that could not even be read."""
    return failure(error, error.code, Format.JSON, str(uuid.uuid4()))
