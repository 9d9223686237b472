"""Reads the parameter ``EncryptionContext``; the service says what becomes of a context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from kmsproof_reference.kms.encryption_context import NAME
from kmsproof_reference.kms.errors import InvalidParameter
from kmsproof_reference.kms.policy import CONTEXT_LIMIT
from kmsproof_server.shared.parameters import Parameters


def context_of(parameters: Parameters) -> Mapping[str, str]:
    """Return the context of a call, which may be empty.

    Raises `InvalidParameter` unless the context is a JSON object of texts.
    """
    context = parameters.optional_json(NAME, CONTEXT_LIMIT)
    if context is None:
        return {}
    if not isinstance(context, dict):
        raise InvalidParameter(NAME)
    if not all(isinstance(value, str) for value in cast(dict[str, object], context).values()):
        raise InvalidParameter(NAME)
    return cast(dict[str, str], context)
