"""The names under which recipes call functions and checks, and what each takes.

A function takes and returns byte strings, integers, truth values, words, lists and dictionaries of
these. Its docstring is its published description. It asks nothing of a target: only an ``ask`` step
does.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, TypeVar

Value = Any
"""What recipes compute with: bytes, int, bool, str, or lists and dictionaries of these."""


class RecipeFault(Exception):
    """A function was given what it cannot work on; what the target answered is the usual cause."""


class NothingFound(Exception):
    """A function that searches found nothing: nothing can be concluded, and nothing is wrong."""


@unique
class FailureWord(StrEnum):
    """How an answer is wrong when a check does not hold; the words of the verdicts."""

    WRONG_ACCEPT = "wrong-accept"
    WRONG_OUTPUT = "wrong-output"
    STATE_VIOLATION = "state-violation"
    LEAK = "leak"
    ORACLE = "oracle"
    WRONG_REJECT = "wrong-reject"


@dataclass(frozen=True)
class Function:
    """A function of the recipe language."""

    name: str
    call: Callable[..., Value]
    arguments: tuple[str, ...]
    required: frozenset[str]
    description: str


@dataclass(frozen=True)
class CheckFunction(Function):
    """A check: it returns the empty string, or a sentence that says what is wrong."""

    failure: FailureWord


FUNCTIONS: dict[str, Function] = {}
CHECKS: dict[str, CheckFunction] = {}

F = TypeVar("F", bound=Callable[..., Any])


def function(name: str) -> Callable[[F], F]:
    """Register a function under its name in recipes.

    Raises:
        ValueError: if the name is taken or the function has no docstring.
    """

    def decorate(call: F) -> F:
        _new(name, FUNCTIONS)
        FUNCTIONS[name] = Function(name, call, *_signature(call), _description(name, call))
        return call

    return decorate


def check(name: str, failure: FailureWord) -> Callable[[F], F]:
    """Register a check, and how an answer is wrong that does not stand it.

    Raises:
        ValueError: if the name is taken or the function has no docstring.
    """

    def decorate(call: F) -> F:
        _new(name, CHECKS)
        CHECKS[name] = CheckFunction(
            name, call, *_signature(call), _description(name, call), failure
        )
        return call

    return decorate


def _new(name: str, registered: Mapping[str, object]) -> None:
    if name in registered:
        raise ValueError(f"two functions are called {name!r}")


def _signature(call: Callable[..., object]) -> tuple[tuple[str, ...], frozenset[str]]:
    parameters = inspect.signature(call).parameters
    required = {n for n, each in parameters.items() if each.default is inspect.Parameter.empty}
    return tuple(parameters), frozenset(required)


def _description(name: str, call: Callable[..., object]) -> str:
    if not call.__doc__:
        raise ValueError(f"the function {name!r} has no description")
    return inspect.cleandoc(call.__doc__)
