"""What was sent, what is right and what came back: for the reader of a single verdict."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from kmsproof.results import Detail, VerdictRecorded
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_reports.words import counted, name, sentence

SHOWN_BYTES = 32
"""Bytes of a long value that are shown: its beginning, or the part around the first difference."""

LEAD_BYTES = 8
"""Bytes shown before the first difference."""

_HEX = re.compile(r"(?:[0-9a-f]{2})*\Z")
_NUMBERS = ("iterations",)


@dataclass(frozen=True)
class Excerpt:
    """A part of a value in three pieces, of which the middle one differs from the other side."""

    before: str
    differing: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """A value as it should be and as it came back."""

    field: str
    remark: str
    """Where they differ."""
    expected: Excerpt
    actual: Excerpt


def inputs(detail: Detail | None) -> tuple[tuple[str, str, str], ...]:
    """Return name, value and size of each input."""
    return tuple(_input(key, value) for key, value in detail.given.items()) if detail else ()


def _input(key: str, value: str) -> tuple[str, str, str]:
    if key in _NUMBERS or not _HEX.match(value):
        return name(key), name(value), ""
    return name(key), _hex_excerpt(value), size(value)


def size(value: str) -> str:
    """Return the size of a hexadecimal value in words."""
    return counted(len(value) // 2, "byte") if value else "empty"


def _hex_excerpt(value: str) -> str:
    dots = " …" if len(value) > 2 * SHOWN_BYTES else ""
    return spaced(value[: 2 * SHOWN_BYTES]) + dots


def spaced(value: str, start: int = 0) -> str:
    """Set a space after every four bytes; ``start`` is the position of the first byte."""
    pieces: list[str] = []
    for offset in range(0, len(value), 2):
        if offset and (start + offset // 2) % 4 == 0:
            pieces.append(" ")
        pieces.append(value[offset : offset + 2])
    return "".join(pieces)


def expected_words(detail: Detail | None) -> str:
    """Return the right answer in words."""
    if detail is None:
        return ""
    if detail.valid:
        return f"{name(detail.operation)} succeeds with exactly this value"
    words = "; ".join(f"{name(key)} {name(value)}" for key, value in detail.expected.items())
    return f"{name(detail.operation)}: {words}"


def actual_words(recorded: VerdictRecorded) -> str:
    """Return in words what the target did."""
    said = f": {sentence(recorded.message)}" if recorded.message else ""
    match recorded.outcome:
        case "ok":
            valid = recorded.detail is not None and recorded.detail.valid
            return "returned another value" if valid else "accepted"
        case "rejected":
            return f"rejected as {recorded.rejection}{said}"
        case "unsupported":
            return f"answered that it is not supported{said}"
        case "error":
            return f"no answer ({recorded.error}){said}"
        case _:
            return ""


def comparisons(recorded: VerdictRecorded) -> tuple[Comparison, ...]:
    """Hold the values that came back against those that are right."""
    detail = recorded.detail
    if detail is None:
        return ()
    if recorded.outcome != "ok":
        instead = Excerpt(_INSTEAD.get(recorded.outcome, "nothing"), "", "")
        expected = detail.expected if detail.valid else {}
        return tuple(_one_sided(key, value, instead) for key, value in expected.items())
    if not detail.valid:
        return tuple(_unexpected(key, value) for key, value in recorded.value.items())
    value = _renamed(recorded.value, detail)
    keys = dict.fromkeys((*detail.expected, *value))
    return tuple(_compare(key, _right_answer(detail, key), value.get(key, "")) for key in keys)


def _renamed(value: dict[str, str], detail: Detail) -> dict[str, str]:
    """Give the one value of a chain of calls the name that the right answer has."""
    if len(value) == len(detail.expected) == 1:
        return dict(zip(detail.expected, value.values(), strict=True))
    return value


def _right_answer(detail: Detail, key: str) -> str:
    """Return what a field should be; an IV that comes back is the one that was sent."""
    return detail.expected.get(key, detail.given.get(key, ""))


_INSTEAD = {"rejected": "a rejection", "unsupported": "not supported", "error": "no answer"}


def _one_sided(key: str, value: str, instead: Excerpt) -> Comparison:
    is_hex = _HEX.match(value) is not None
    shown = Excerpt(_hex_excerpt(value) if is_hex else name(value), "", "")
    return Comparison(name(key), size(value) if is_hex else "", shown, instead)


def _unexpected(key: str, value: str) -> Comparison:
    is_hex = _HEX.match(value) is not None
    shown = _hex_excerpt(value) if is_hex else name(value)
    remark = f"{size(value)} where a rejection is due" if is_hex else ""
    return Comparison(name(key), remark, Excerpt("a rejection", "", ""), Excerpt("", shown, ""))


def first_difference(one: str, other: str) -> int | None:
    """Return the position of the first byte in which two hexadecimal values differ."""
    if one == other:
        return None
    for offset in range(0, min(len(one), len(other)), 2):
        if one[offset : offset + 2] != other[offset : offset + 2]:
            return offset // 2
    return min(len(one), len(other)) // 2


def _compare(key: str, expected: str, actual: str) -> Comparison:
    kept, cut, left_out = actual.partition("…")
    if cut and _HEX.match(kept) and _HEX.match(expected):
        return _compare_beginning(name(key), expected, kept, left_out)
    if not (_HEX.match(expected) and _HEX.match(actual)):
        sides = Excerpt("", name(expected), ""), Excerpt("", name(actual), "")
        return Comparison(name(key), "differs", *sides)
    place = first_difference(expected, actual)
    if place is None:
        same = Excerpt(_hex_excerpt(expected), "", "")
        return Comparison(name(key), f"{size(expected)}, equal", same, same)
    return Comparison(
        name(key),
        _remark(expected, actual, place),
        _window(expected, place),
        _window(actual, place),
    )


def _compare_beginning(field: str, expected: str, kept: str, left_out: str) -> Comparison:
    """Compare with a value of which the log keeps only the beginning."""
    place = first_difference(expected, kept)
    place = len(kept) // 2 if place is None else place
    remark = f"byte {place + 1:,} is the first that differs; returned was more{name(left_out)}"
    return Comparison(field, remark, _window(expected, place), _window(kept, place))


def _remark(expected: str, actual: str, place: int) -> str:
    if len(expected) == len(actual):
        return f"byte {place + 1:,} of {len(expected) // 2:,} is the first that differs"
    return (
        f"{counted(len(expected) // 2, 'byte')} expected, {len(actual) // 2:,} returned; "
        f"byte {place + 1:,} is the first that differs"
    )


def _window(value: str, place: int) -> Excerpt:
    start = max(0, (place - LEAD_BYTES) // 4 * 4)
    end = start + SHOWN_BYTES
    space = " " if place % 4 == 0 and place > start else ""
    after = value[2 * place + 2 : 2 * end]
    lead = "… " if start else ""
    more = " …" if len(value) > 2 * end else ""
    gap = " " if after and (place + 1) % 4 == 0 else ""
    return Excerpt(
        lead + spaced(value[2 * start : 2 * place], start) + space,
        value[2 * place : 2 * place + 2],
        gap + spaced(after, place + 1) + more,
    )


def replay_command(vector_id: str, target: str) -> str:
    """Return the command that asks the target this one vector again, quoted for a shell."""
    named, level = target_and_level(target)
    return shlex.join(("kmsproof", "replay", name(vector_id), name(named), *level))


def target_and_level(subject: str) -> tuple[str, tuple[str, ...]]:
    """Return a target as the user named it, and the option for the level it was judged at."""
    for level in ProtectionLevel:
        word = level.name.lower()
        if subject.endswith(f" at {word}"):
            return subject.removesuffix(f" at {word}"), ("--protection-level", word)
    return subject, ()


def explain_command(vector_id: str) -> str:
    """Return the command that explains a vector."""
    return shlex.join(("kmsproof", "explain", name(vector_id)))
