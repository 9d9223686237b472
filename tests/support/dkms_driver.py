"""Calls the official SDK ``alibabacloud-dkms-gcs``: lines of JSON in, lines of JSON out.

It is run by an interpreter of another environment, since the SDK wants old versions of packages
that the suite has newer ones of. So it imports nothing but the SDK and the standard library.

The first line says where the service is: ``protocol``, ``endpoint``, ``client_key_file``,
``password`` and perhaps ``ca_file_path``, as the SDK calls them. Each further line is a call:
``operation`` (``advance_encrypt``), ``fields`` by the SDK's names, ``headers`` to send. Each is
answered with a line that has ``fields`` and ``headers``, or ``error`` with code, status and
message. Bytes are ``{"hex": "00ff"}``. The call ``{"definition": true}`` is answered with the
messages of the SDK's definition: number and type of each field, as ``[1, "TYPE_STRING"]``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, cast

VERSION_HEADER = "x-kms-migrationkeyversionid"

# The SDK has no types: what is loaded like this is Any for a type checker, and so said once.
_CLIENT: Any = import_module("sdk.client")
_MODELS: Any = import_module("sdk.models")
_CONFIG: Any = import_module("openapi.models")
_RUNTIME: Any = import_module("openapi_util.models")
_EXCEPTIONS: Any = import_module("Tea.exceptions")
_DEFINITION: Any = import_module("openapi_util.protobuf.api_pb2")
_DESCRIPTORS: Any = import_module("google.protobuf.descriptor_pb2")


def main() -> None:
    """Answer calls until there are no more."""
    client = _CLIENT.Client(_CONFIG.Config(**json.loads(sys.stdin.readline())))
    for line in sys.stdin:
        call = json.loads(line, object_hook=_read_octets)
        done = definition() if call.get("definition") else answer(client, call)
        print(json.dumps(done, default=_show_octets), flush=True)


def answer(client: Any, call: Mapping[str, Any]) -> dict[str, object]:
    """Make one call, once: nothing is tried again."""
    operation = call["operation"]
    name = "".join(word.capitalize() for word in operation.split("_"))
    make_request = getattr(_MODELS, f"{name}Request")
    request = make_request(request_headers=call["headers"], **call["fields"])
    runtime = _RUNTIME.RuntimeOptions(autoretry=False, response_headers=[VERSION_HEADER])
    try:
        response = getattr(client, f"{operation}_with_options")(request, runtime)
    except _EXCEPTIONS.TeaException as error:
        data: dict[str, object] = error.data or {}
        return {
            "error": {
                "code": error.code,
                "status": data.get("httpCode"),
                "message": error.message,
                "request_id": data.get("requestId"),
            }
        }
    read = cast(dict[str, Any], vars(response))
    return {"headers": read.pop("response_headers"), "fields": read}


def definition() -> dict[str, object]:
    """Return number and type of all fields of all messages."""
    file = _DESCRIPTORS.FileDescriptorProto()
    _DEFINITION.DESCRIPTOR.CopyToProto(file)
    type_name = _DESCRIPTORS.FieldDescriptorProto.Type.Name
    return {
        message.name: {field.name: [field.number, type_name(field.type)] for field in message.field}
        for message in file.message_type
    }


def _read_octets(found: dict[str, Any]) -> Any:
    return bytes.fromhex(found["hex"]) if found.keys() == {"hex"} else found


def _show_octets(found: bytes) -> dict[str, str]:
    return {"hex": found.hex()}


if __name__ == "__main__":
    main()
