"""The encryption context: a map that GCM authenticates and the blob does not hold.

Two contexts are the same if they are the same map, in whatever order. The associated data of one
is the SHA-256 hash of ``name=value&name=value`` with its names sorted, in lower-case hexadecimal
digits, as clients of the API compute it that decrypt its blobs elsewhere. Where a name or a value
holds one of the separators that form would stand for several maps: then canonical JSON is hashed.
"""

from __future__ import annotations

import hashlib
import json
from typing import cast

from kmsproof_reference.kms.errors import InvalidParameter
from kmsproof_reference.kms.policy import CONTEXT_LIMIT
from kmsproof_server.shared.parameters import Parameters

NAME = "EncryptionContext"

_SEPARATORS = frozenset("&=\0")


def associated_data(parameters: Parameters) -> bytes:
    """Return the associated data, 64 bytes, or none without a context.

    Raises `InvalidParameter` unless the context is a JSON object of texts.
    """
    context = _context(parameters)
    if not context:
        return b""
    try:
        return hashlib.sha256(_canonical(context).encode()).hexdigest().encode()
    except UnicodeEncodeError:
        raise InvalidParameter(NAME) from None


def _context(parameters: Parameters) -> dict[str, str]:
    context = parameters.optional_json(NAME, CONTEXT_LIMIT)
    if context is None:
        return {}
    if not isinstance(context, dict):
        raise InvalidParameter(NAME)
    if not all(isinstance(value, str) for value in cast(dict[str, object], context).values()):
        raise InvalidParameter(NAME)
    return cast(dict[str, str], context)


def _canonical(context: dict[str, str]) -> str:
    if any(_SEPARATORS & set(name + value) for name, value in context.items()):
        return "\0" + json.dumps(context, sort_keys=True, separators=(",", ":"))
    return "&".join(f"{name}={value}" for name, value in sorted(context.items()))
