"""Making foreign text safe: nothing that a terminal acts on, nothing endless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof.text import printable, quoted_line, shortened


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, ümläute, 漢字 and 🔑", "plain text, ümläute, 漢字 and 🔑"),
        ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("line\nline\r\tend\x00", r"line\nline\r\tend\x00"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\u2066\u2069\u200b\ufeff", r"\u2066\u2069\u200b\ufeff"),
        ("\u2028\u2029\x85", r"\u2028\u2029\x85"),
        ("\udc80", r"\udc80"),
        ("\U000e0041", r"\U000e0041"),
    ],
    ids=[
        "harmless",
        "escape sequences",
        "eight-bit escape",
        "control characters",
        "right to left",
        "invisible",
        "line separators",
        "undecodable",
        "tags",
    ],
)
def test_what_a_terminal_could_act_on_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_result_is_always_printable_and_ends_there(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown
    assert shown.encode().decode() == shown


@given(st.text(), st.integers(0, 50))
def test_shortened_says_how_much_is_missing(text: str, limit: int) -> None:
    shown = shortened(text, limit)
    if len(text) <= limit:
        assert shown == text
    else:
        assert shown == f"{text[:limit]}… ({len(text) - limit} more characters)"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"", ""),
        (b'{"id":1}', '{"id":1}'),
        (b"\xff\xfe \x1b", r"\xff\xfe \x1b"),
        ("ü€".encode(), "ü€"),
        (b"x" * 30, "x" * 20 + "… (10 more characters)"),
        (b"x" * 1000, "x" * 20 + "… (60 more characters) (1000 bytes in all)"),
    ],
)
def test_line_of_a_foreign_process(line: bytes, shown: str) -> None:
    assert quoted_line(line, 20) == shown


@given(st.binary(max_size=3000))
def test_any_line_can_be_shown(line: bytes) -> None:
    shown = quoted_line(line)
    assert shown.isprintable()
    assert len(shown) < 300
