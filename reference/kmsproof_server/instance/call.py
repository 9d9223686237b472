"""One call of an operation of the instance API: what all operations read, and the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from kmsproof_reference.kms.errors import InvalidParameter, MissingParameter
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.vocabulary import Algorithm, MessageType, PaddingMode
from kmsproof_server.instance.protobuf import Message

WIRE_NAMES = MappingProxyType(
    {
        **{algorithm: algorithm.value for algorithm in Algorithm},
        Algorithm.GCM: "AES_GCM",
        Algorithm.ECB: "AES_ECB",
        Algorithm.CBC: "AES_CBC",
    }
)
"""How the API names the algorithms."""

_ALGORITHMS = {name: algorithm for algorithm, name in WIRE_NAMES.items()}
_PADDINGS = {padding.value: padding for padding in PaddingMode}
_MESSAGE_TYPES = {kind.value: kind for kind in MessageType}

Meaning = TypeVar("Meaning")
Content = TypeVar("Content", str, bytes, int)


@dataclass(frozen=True)
class Call:
    """A call that may be performed."""

    service: KeyManagementService
    request_id: str
    version_named: str | None = None
    """The key version that a header names."""

    def version_of(self, key_id: str) -> str | None:
        """Return the version that a key is used in: the one of the header, or else the first.

        Nothing for a key without material. Raises `KeyNotFound` or `AliasNotFound`.
        """
        return self.version_named or self.service.describe_key(key_id).initial_version_id


@dataclass(frozen=True)
class Answer:
    """The answer to a call."""

    message: Message
    version_id: str | None = None
    """The key version that was used, for a header."""


def present(name: str, content: Content) -> Content:
    """Return what has to be there. Raises `MissingParameter` for what is empty or zero."""
    if not content:
        raise MissingParameter(name)
    return content


def algorithm_named(name: str) -> Algorithm | None:
    """Return an algorithm, or nothing without a name. Raises `InvalidParameter`."""
    return _meaning("Algorithm", name, _ALGORITHMS)


def padding_named(name: str) -> PaddingMode | None:
    """Return a padding, or nothing without a name. Raises `InvalidParameter`."""
    return _meaning("PaddingMode", name, _PADDINGS)


def message_type_named(name: str) -> MessageType:
    """Return a message type, ``RAW`` without a name. Raises `InvalidParameter`."""
    return _meaning("MessageType", name, _MESSAGE_TYPES) or MessageType.RAW


def _meaning(parameter: str, name: str, meanings: Mapping[str, Meaning]) -> Meaning | None:
    if name and name not in meanings:
        raise InvalidParameter(parameter)
    return meanings.get(name)
