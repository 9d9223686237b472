"""Whether a step of an algorithm is in use: subclasses that spoil one step each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from kmsproof_reference.errors import Refusal


def outcomes(*operations: Callable[[], object]) -> tuple[object, ...]:
    """What each operation returns, or the type of what it raises."""

    def outcome(operation: Callable[[], object]) -> object:
        try:
            return operation()
        except Exception as error:
            return type(error)

    return tuple(outcome(operation) for operation in operations)


def steps_of(subject: type, operations: set[str]) -> Iterator[str]:
    """Every public method that is a step of its standard and no operation."""
    for name in dir(subject):
        attribute = getattr(subject, name)
        is_method = callable(attribute) and not isinstance(attribute, type)
        if is_method and not name.startswith("_") and name not in operations:
            yield name


def changed(value: object) -> object:
    """Another value of the same type; nothing stays nothing."""
    match value:
        case None:
            return None
        case bool():
            return not value
        case int():
            return value ^ 1
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1]) if value else b"\x01"
        case list():
            items = cast(list[object], value)
            return [*items[:-1], changed(items[-1])]
        case Refusal():
            return Refusal("spoiled")
        case _:
            raise AssertionError(f"a step returns {type(value).__name__}")


def with_spoiled_step(subject: type, name: str) -> type:
    """A subclass whose step ``name`` does nothing, or returns a changed value."""
    step: Callable[..., object] = getattr(subject, name)
    returns_nothing = step.__annotations__["return"] in (None, "None")

    def spoiled(*arguments: object) -> object:
        return None if returns_nothing else changed(step(*arguments))

    return type(f"Spoiled{subject.__name__}", (subject,), {name: spoiled})
