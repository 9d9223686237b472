"""The Markdown summary: short, and nothing in it is markup but ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kmsproof.text import printable
from kmsproof.verdict import FailureKind
from kmsproof_reports import markdown
from kmsproof_testing.logs import LogBuilder, detail
from kmsproof_testing.sample_run import sample_run

HTML = MarkdownIt("commonmark", {"html": True}).enable("table").render


def test_it_holds_verdict_coverage_findings_and_digests(tmp_path: Path) -> None:
    text = markdown.render(sample_run(24).run(tmp_path))
    page = HTML(text)
    assert page.count("<table>") == 3
    assert "❌ not conformant" in text
    assert "100 % (720 of 720), 15 of 15 sets" in text
    assert "IV length at most 7 bytes" in text
    assert "`kmsproof replay aes-128-gcm/iv-length/0000 cryptography`" in text
    assert "ab" * 32 in text
    assert "This is not a full result" in text


def test_every_row_has_as_many_cells_as_the_head(tmp_path: Path) -> None:
    log = sample_run(4)
    log.finish(1, "a | b")
    for line in markdown.render(log.run(tmp_path)).splitlines():
        if line.startswith("|"):
            assert line.replace("\\|", "").count("|") in (7, 8)


def test_a_run_with_endless_findings_stays_under_a_megabyte(tmp_path: Path) -> None:
    targets = [f"target-{number}-{'x' * 100}" for number in range(150)]
    log = LogBuilder(*targets)
    for target in targets:
        for number in range(40):
            case = format(number, "b").replace("0", "x").replace("1", "y")
            about = detail(valid=False)
            message = f"{case} {'<&|*' * 200}"
            vector = f"aes-128-gcm/{case}/{number}"
            kind = FailureKind.WRONG_ERROR
            log.failed(vector, kind, target, message=message, detail=about)
    text = markdown.render(log.run(tmp_path))
    assert len(text.encode()) < 1 << 20
    assert text.endswith("See the log.\n")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "![x](https://example.com/x.png)",
        "**bold** _it_ ~~gone~~ `code`",
        "www.example.com",
        "https://example.com",
        "@someone #1 :smile:",
        "# heading",
        "- item",
        "1. item",
        "&lt;script&gt;",
        "a | b",
        "\\",
        "$x$",
        "<!-- hidden",
        "[^1]",
    ],
)
def test_a_foreign_text_comes_out_as_it_went_in(text: str) -> None:
    page = HTML(markdown.escaped(text))
    shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert page == f"<p>{shown}</p>\n"


@given(st.text(min_size=1, max_size=50))
def test_no_text_makes_an_element(text: str) -> None:
    shown = printable(text).strip()
    for written in (markdown.escaped(shown), markdown.code(shown)):
        page = HTML(f"x {written}")
        assert page.replace("<code>", "").replace("</code>", "").count("<") == 2


def test_code_is_code_only_where_it_cannot_be_ended() -> None:
    assert markdown.code("aes-128-gcm/g1/x") == "`aes-128-gcm/g1/x`"
    assert "`" not in markdown.code("a`b").replace("\\`", "")
    assert markdown.code("a|b") == "a\\|b"
