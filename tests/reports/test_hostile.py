"""Texts that come from a target do nothing in any report."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from kmsproof.outcome import ErrorKind
from kmsproof.results import Run
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_reports import html, junit, markdown, terminal
from kmsproof_testing.hostile import HOSTILE, LONG, SURROGATE, hostile_run
from kmsproof_testing.page import Page

RENDERERS = {
    "html": html.render,
    "junit": junit.render,
    "markdown": markdown.render,
    "terminal": terminal.render,
}
each_text = pytest.mark.parametrize("text", HOSTILE, ids=[f"{n}" for n in range(len(HOSTILE))])
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@pytest.fixture(params=RENDERERS)
def render(request: pytest.FixtureRequest) -> Callable[[Run], str]:
    """Each format in turn."""
    return RENDERERS[str(request.param)]


@each_text
def test_no_report_holds_a_character_that_acts(
    render: Callable[[Run], str], text: str, tmp_path: Path
) -> None:
    written = render(hostile_run(text, tmp_path))
    assert _HARMFUL.search(written) is None
    written.encode("utf-8")


@each_text
def test_no_foreign_element_gets_into_the_page(text: str, tmp_path: Path) -> None:
    harmless = Page(html.render(hostile_run("x", tmp_path)))
    page = Page(html.render(hostile_run(text, tmp_path)))
    assert page.shape == harmless.shape
    assert len(page.scripts) == 2
    assert page.scripts[1] == harmless.scripts[1]
    assert page.rows["verdicts"] == harmless.rows["verdicts"]


@each_text
def test_the_xml_is_well_formed(text: str, tmp_path: Path) -> None:
    root = ElementTree.fromstring(junit.render(hostile_run(text, tmp_path)))
    assert {each.tag for each in root.iter()} == {
        "testsuites",
        "testsuite",
        "testcase",
        "properties",
        "property",
        "failure",
        "error",
        "skipped",
    }


def test_long_texts_are_cut(render: Callable[[Run], str], tmp_path: Path) -> None:
    written = render(hostile_run(LONG, tmp_path))
    assert "A" * 2_000 not in written
    assert len(written) < 300_000


def test_an_invalid_surrogate_is_shown_as_its_code(
    render: Callable[[Run], str], tmp_path: Path
) -> None:
    # No log can hold one, but a run that is handed over in memory can.
    run = hostile_run("x", tmp_path)
    (target,) = run.targets.values()
    target.verdicts[:] = [
        msgspec.structs.replace(each, message=SURROGATE, native_code=SURROGATE, reason=SURROGATE)
        for each in target.verdicts
    ]
    target.warnings[:] = [msgspec.structs.replace(target.warnings[0], message=SURROGATE)]
    written = render(run)
    assert "ud800" in written
    written.encode("utf-8")


def test_the_run_holds_every_kind_of_event(tmp_path: Path) -> None:
    run = hostile_run("x", tmp_path)
    (target,) = run.targets.values()
    assert {each.verdict for each in target.verdicts} > {Verdict.FAIL, Verdict.ERROR}
    assert {each.failure for each in target.verdicts} > {FailureKind.WRONG_ACCEPT}
    assert {each.error for each in target.verdicts} > {ErrorKind.INTERNAL}
    assert target.warnings
    assert target.incidents
