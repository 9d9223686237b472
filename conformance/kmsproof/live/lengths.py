"""Which lengths a live recipe asks a target to work on, against those that the target declares."""

from __future__ import annotations

from collections.abc import Mapping

from kmsproof.capability import AlgorithmCapability, LengthRange
from kmsproof.vocabulary import MessageType
from kmsproof_vectors.live.model import (
    Argument,
    Ask,
    AskedOperation,
    Compute,
    ExpectedOutcome,
    LiveTest,
    Word,
)

_CHECKED: Mapping[AskedOperation, tuple[str, ...]] = {
    AskedOperation.ENCRYPT: ("plaintext", "iv", "aad"),
    AskedOperation.DECRYPT: ("iv", "aad"),
    AskedOperation.SIGN: ("message",),
    AskedOperation.VERIFY: ("message",),
}
"""The arguments of each operation whose lengths a target declares."""


def undeclared_length(test: LiveTest, capability: AlgorithmCapability) -> str:
    """Return the first length that must work and is not declared, empty if there is none.

    Only steps in the file's own algorithm count. A step that may be refused asks what it asks
    whether it is declared or not. A length that is not known before the recipe runs, as that of
    an answer, is not looked at.
    """
    computed: dict[str, int] = {}
    for step in test.steps:
        if isinstance(step, Compute):
            length = _repeated(step)
            if length is not None:
                computed[f"${step.name}"] = length
        elif "algorithm" not in step.arguments:
            told = undeclared_length_of(step, capability, computed)
            if told:
                return told
    return ""


def undeclared_length_of(
    ask: Ask, capability: AlgorithmCapability, computed: Mapping[str, int] | None = None
) -> str:
    """Return the first length that a step must work on and that is not declared, empty if none.

    Args:
        ask: the step.
        capability: what is declared of its algorithm.
        computed: the lengths of values that steps before it have made, by how they are named.
    """
    if not _must_work(ask):
        return ""
    declared: Mapping[str, tuple[LengthRange, ...]] = {
        "plaintext": capability.plaintext_lengths,
        "iv": capability.iv_lengths,
        "aad": capability.aad_lengths,
        "message": capability.message_lengths,
    }
    for name in _CHECKED.get(ask.operation, ()):
        length = _length_of(ask.arguments.get(name), computed or {})
        if length is None or (name == "aad" and length == 0):
            continue
        if not any(length in accepted for accepted in declared[name]):
            return f"{capability.algorithm} with {name} length {length} is not declared"
    return ""


def _must_work(ask: Ask) -> bool:
    """Whether a step works on its lengths: it is answered, or a signature is verified.

    A verification that says no has taken the message; where none of its length can be given, no
    is said for that reason alone.
    """
    digest = ask.arguments.get("message_type") == Word(text=MessageType.DIGEST)
    answered = ask.expect is None or ask.expect.outcome is ExpectedOutcome.OK
    return (answered or ask.operation is AskedOperation.VERIFY) and not digest


def _repeated(step: Compute) -> int | None:
    """Return the length of what stands so often in a row as the recipe says."""
    value, count = step.arguments.get("value"), step.arguments.get("count")
    if step.function != "repeat" or not isinstance(count, int):
        return None
    length = _length_of(value, {})
    return None if length is None else length * count


def _length_of(argument: Argument | None, computed: Mapping[str, int]) -> int | None:
    if not isinstance(argument, str):
        return None
    return computed.get(argument) if argument.startswith("$") else len(argument) // 2
