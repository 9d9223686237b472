"""The named values of a recipe: what its arguments stand for, and the requests they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from kmsproof.messages import ANSWERS, Request, operation_name
from kmsproof.outcome import Rejected, Unsupported, Value
from kmsproof.vocabulary import (
    Algorithm,
    EciesDialect,
    HexBytes,
    KeyField,
    KeySpec,
    KeyUsage,
    MessageType,
    PaddingMode,
    ProtectionLevel,
)
from kmsproof_vectors.live.functions.registry import RecipeFault
from kmsproof_vectors.live.model import (
    IV_IF_WANTED,
    USES_OF_KEYS,
    Argument,
    Ask,
    AskedOperation,
    LiveFile,
    Word,
)

Named = Any
"""What a name can stand for: a value of the recipe language, an answer, or a list of answers."""

REQUESTS = {operation_name(kind): kind for kind in ANSWERS}
"""The type of request of each operation."""

_WORDS: Mapping[str, Callable[[str], str]] = {
    "algorithm": Algorithm,
    "padding": PaddingMode,
    "dialect": EciesDialect,
    "message_type": MessageType,
    "key_spec": KeySpec,
    "usage": KeyUsage,
    "protection_level": ProtectionLevel,
}

KEY_DEADLINE_MS = 60_000
"""How long the making of a key may take at least: RSA keys of 4096 bits take their time."""

USUAL_TAG_LENGTH = 16
"""Bytes of a GCM tag that every request relies on, unless its recipe says otherwise."""

_WITH_PADDING = frozenset({AskedOperation.ENCRYPT, AskedOperation.DECRYPT})


class Scope:
    """The values that the steps of one recipe have named so far."""

    def __init__(self, look_up: Callable[[str], Named | None]) -> None:
        """Begin without names.

        Args:
            look_up: what a name stands for that no step gave, such as a key of the file.
        """
        self._look_up = look_up
        self._named: dict[str, Named] = {}

    def give(self, name: str, value: Named) -> None:
        """Let a name stand for a value."""
        self._named[name] = value

    def value_of(self, argument: Argument) -> Named:
        """Return what an argument stands for.

        Raises:
            RecipeFault: if it names what an answer does not hold.
        """
        match argument:
            case Word():
                return argument.text
            case tuple():
                return [self.value_of(each) for each in argument]
            case str() if argument.startswith("$"):
                return self._named_value(argument[1:])
            case str():
                return HexBytes.fromhex(argument)
            case _:
                return argument

    def _named_value(self, text: str) -> Named:
        name, _, field = text.partition(".")
        found = self._named[name] if name in self._named else self._look_up(name)
        if found is None:
            raise RecipeFault(f"nothing is called {name!r}")
        return _field(found, field) if field else found

    def values_of(self, arguments: Mapping[str, Argument]) -> dict[str, Named]:
        """Return what each of several arguments stands for."""
        return {name: self.value_of(each) for name, each in arguments.items()}


def _field(found: object, name: str) -> Named:
    if isinstance(found, list):
        return [_field(each, name) for each in cast(list[object], found)]
    if isinstance(found, dict) and name in found:
        return cast(dict[str, Named], found)[name]
    if isinstance(found, Value) and hasattr(found, name):
        return getattr(found, name)
    if isinstance(found, Rejected | Unsupported):  # where the recipe allows a refusal
        return None
    raise RecipeFault(f"there is no field {name!r} in it")


@dataclass(frozen=True)
class Setting:
    """What a request is made of beside what its recipe says."""

    file: LiveFile
    """Its key spec, algorithm and padding are used unless the recipe has its own."""
    level: ProtectionLevel
    """The protection level of keys that are made."""
    deadline_ms: int
    """How long an answer may take, in milliseconds."""
    target_iv: bool = False
    """Whether the target itself chooses the IV of an encryption that comes without one."""


def request_of(
    ask: Ask, setting: Setting, given: Mapping[str, Named], key: str, number: int
) -> Request:
    """Return the request that a step makes.

    Args:
        ask: the step.
        setting: where it stands.
        given: what its arguments stand for.
        key: handle of the key, empty for a request without one.
        number: id of the request.

    Raises:
        RecipeFault: if the values do not make such a request.
    """
    kind = REQUESTS[ask.operation]
    given = _with_wanted_iv(given, setting)
    fields: dict[str, Named] = {"id": number, "deadline_ms": setting.deadline_ms}
    if ask.operation is AskedOperation.CREATE_KEY:
        fields["deadline_ms"] = max(setting.deadline_ms, KEY_DEADLINE_MS)
    if key:
        fields["key"] = key
    fields |= _usual(ask.operation, setting, given)
    try:
        fields |= {name: _as_field(name, value) for name, value in given.items()}
    except ValueError as error:
        raise RecipeFault(f"{ask.operation} is asked with a word there is not: {error}") from None
    if ask.operation in _WITH_PADDING and fields.get("algorithm") is Algorithm.GCM:
        fields.setdefault("tag_length", USUAL_TAG_LENGTH)
    try:
        return kind(**fields)
    except TypeError as error:
        raise RecipeFault(f"{ask.operation} cannot be asked so: {error}") from None


def _usual(
    operation: AskedOperation, setting: Setting, given: Mapping[str, Named]
) -> dict[str, Named]:
    """Return the fields that a request has unless its recipe says otherwise."""
    file = setting.file
    if operation is AskedOperation.CREATE_KEY:
        return {"key_spec": file.key_spec, "protection_level": setting.level}
    fields: dict[str, Named] = {}
    if operation in USES_OF_KEYS and file.algorithm is not None:
        fields["algorithm"] = file.algorithm
    if operation in _WITH_PADDING and "algorithm" not in given:
        fields["padding"] = file.padding
    return fields


def _with_wanted_iv(given: Mapping[str, Named], setting: Setting) -> Mapping[str, Named]:
    """Return the arguments with the IV that some targets want from the caller, or without it."""
    if IV_IF_WANTED not in given:
        return given
    left = {name: value for name, value in given.items() if name != IV_IF_WANTED}
    return left if setting.target_iv else {**left, "iv": given[IV_IF_WANTED]}


def _as_field(name: str, value: Named) -> Named:
    if name == "left_out":
        return tuple(KeyField(each) for each in value)
    if isinstance(value, bytes):
        return HexBytes(value)
    word = _WORDS.get(name)
    return word(value) if word is not None and isinstance(value, str) else value
