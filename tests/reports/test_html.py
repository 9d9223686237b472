"""The HTML report as text: one file, closed to the outside, with everything in it."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest

from kmsproof.results import Run, TargetState
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_reports import html, payload
from kmsproof_testing.logs import LogBuilder, detail
from kmsproof_testing.page import Page
from kmsproof_testing.sample_run import BROKEN, STRICT, TARGETS, sample_run

GCM = "aes-128-gcm"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that has something of everything."""
    return sample_run(24).run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def page(run: Run) -> Page:
    """The report of that run."""
    return Page(html.render(run))


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    for tag, name, value in page.attributes:
        if name in ("src", "href", "action", "data", "poster", "srcset", "xlink:href"):
            assert value.startswith("#") or (tag, value) == ("link", "data:,"), (tag, name, value)
    assert not {"img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    assert "url(" not in page.styles[0]
    assert "@import" not in page.styles[0]
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(|WebSocket|eval\(", page.scripts[1])


def test_the_policy_names_the_digests_of_style_and_script(page: Page) -> None:
    (policy,) = (
        value for _, name, value in page.attributes if name == "content" and "default-src" in value
    )
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for part in (page.styles[0], page.scripts[1]):
        digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_no_style_and_no_handler_stands_in_an_attribute(page: Page) -> None:
    names = {name for _, name, _ in page.attributes}
    assert "style" not in names
    assert not [name for name in names if name.startswith("on")]


def test_the_script_only_ever_sets_text(page: Page) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", page.scripts[1])


def test_the_first_page_says_what_came_of_it(page: Page) -> None:
    assert "Not conformant: 2 of 4 targets are conformant" in page.text
    assert "100 % covered" in page.text
    assert "720 of 720 vectors · 15 of 15 parameter sets" in page.text
    assert "ab" * 32 in page.text
    assert "42 wrong answers; the worst: refuses valid input (42)." in page.text


def test_findings_show_rule_bytes_and_command(page: Page) -> None:
    assert "All 42 of them, and no vector that passes: IV length at most 7 bytes ." in page.text
    assert "is the first that differs" in page.text
    assert f"kmsproof replay aes-128-gcm/tag-bit/0000 '{BROKEN}'" in page.text
    assert page.tags.count("mark") >= 2


def test_every_cell_of_the_matrix_is_a_link_with_a_spoken_name(page: Page) -> None:
    cells = [value for _, _, value in page.attributes if value.startswith("#cell=")]
    assert len(cells) == 15 * 4
    spoken = [value for tag, name, value in page.attributes if (tag, name) == ("a", "aria-label")]
    assert f"{STRICT}, Aliyun_AES_128 · GCM: 14 wrong-reject, 82 passed" in spoken
    hints = [value for tag, name, value in page.attributes if (tag, name) == ("a", "title")]
    assert "48 × ECB with PKCS7_PADDING is not declared" in hints
    assert any(value.startswith("GCM with Aliyun_AES_128") for _, _, value in page.attributes)


def test_the_rows_hold_every_vector_and_every_verdict(page: Page, run: Run) -> None:
    rows = page.rows
    ids = [start + rest for start, rests in rows["groups"] for rest in rests]
    assert len(ids) == len(set(ids)) == 720
    for number, target in enumerate(TARGETS):
        letters = dict(zip(ids, rows["verdicts"][number], strict=True))
        for recorded in run.targets[target].verdicts:
            assert letters[recorded.id] == payload.LETTERS[recorded.verdict]


def test_the_rows_hold_the_bytes_of_what_is_not_green(page: Page) -> None:
    rows = page.rows
    red = [row for row in rows["answers"][3] if row[2]]
    assert len(red) == 78
    with_bytes = [row for row in red if row[6]]
    assert {rows["strings"][row[1]] for row in with_bytes} >= {"wrong-accept", "wrong-output"}
    assert all(len(comparison) == 8 for row in with_bytes for comparison in row[6])


def test_a_large_cluster_keeps_the_bytes_of_its_first_vectors_only(tmp_path: Path) -> None:
    log = LogBuilder()
    more = payload.EVIDENCE_PER_CLUSTER + 5
    for number in range(more):
        value = {"plaintext": "00"}
        log.failed(f"{GCM}/g1/{number}", FailureKind.WRONG_OUTPUT, value=value)
    rows = Page(html.render(log.run(tmp_path))).rows
    assert len(rows["answers"][0]) == more
    assert sum(bool(row[6]) for row in rows["answers"][0]) == payload.EVIDENCE_PER_CLUSTER


def test_the_same_log_gives_the_same_report(run: Run) -> None:
    assert html.render(run) == html.render(run)


@pytest.mark.parametrize(
    ("state", "message", "banner"),
    [
        (TargetState.ABANDONED, "it broke five times", "The target was given up: it broke five"),
        (TargetState.NOT_STARTED, "no module", "The target did not start: no module"),
        (TargetState.INTERRUPTED, "", "The work on the target was interrupted."),
    ],
)
def test_a_banner_says_what_was_not_judged(
    state: TargetState, message: str, banner: str, tmp_path: Path
) -> None:
    log = LogBuilder()
    log.passed(f"{GCM}/g1/a")
    log.end(state=state, message=message)
    log.finish(3, "could not be judged")
    page = Page(html.render(log.run(tmp_path)))
    assert "This is not a full result." in page.text
    assert f"reference: {banner}" in page.text
    assert ("div", "role", "alert") in page.attributes


def test_a_banner_says_that_the_log_was_cut_short(tmp_path: Path) -> None:
    log = LogBuilder()
    log.start()
    log.passed(f"{GCM}/g1/a")
    page = Page(html.render(log.run(tmp_path)))
    assert "The log has no footer: the run was cut short." in page.text
    assert "Could not be judged" in page.text


def test_a_whole_run_has_no_banner(tmp_path: Path) -> None:
    log = LogBuilder()
    log.start()
    log.passed(f"{GCM}/g1/a")
    log.end()
    log.finish()
    page = Page(html.render(log.run(tmp_path)))
    assert "This is not a full result." not in page.text
    assert "Only a part of the corpus was selected" not in page.text
    assert "Conformant" in page.text


def test_filters_are_told_and_are_part_of_the_command_that_repeats_the_run(tmp_path: Path) -> None:
    log = LogBuilder(filters=("id=aes-*/g3/*", "key-spec=Aliyun_AES_128"))
    log.passed(f"{GCM}/g3/a")
    page = Page(html.render(log.run(tmp_path)))
    assert "Only a part of the corpus was selected: id=aes-*/g3/*" in page.text
    command = "kmsproof run reference --id 'aes-*/g3/*' --key-spec Aliyun_AES_128"
    assert command in page.text


def test_a_log_without_any_verdict_can_be_shown(tmp_path: Path) -> None:
    page = Page(html.render(LogBuilder().run(tmp_path)))
    assert "Could not be judged" in page.text
    assert page.rows["groups"] == []


def test_findings_beyond_the_bound_are_counted(tmp_path: Path) -> None:
    log = LogBuilder()
    for number in range(70):
        case = format(number, "b").replace("0", "x").replace("1", "y")
        log.failed(f"{GCM}/{case}/1", FailureKind.WRONG_OUTPUT, detail=detail(case=case))
        log.passed(f"{GCM}/{case}/2")
    page = Page(html.render(log.run(tmp_path)))
    assert "10 more findings on 10 vectors: see the list." in page.text


def test_what_no_target_came_to_is_not_shown_as_passed(tmp_path: Path) -> None:
    log = LogBuilder("one", "two")
    log.passed(f"{GCM}/g1/a", "one")
    log.verdict(f"{GCM}/g1/b", Verdict.SKIPPED, "one", reason="proves nothing")
    page = Page(html.render(log.run(tmp_path)))
    spoken = [value for tag, name, value in page.attributes if (tag, name) == ("a", "aria-label")]
    assert spoken == [
        "one, Aliyun_AES_128 · GCM: 1 passed, 1 inconclusive",
        "two, Aliyun_AES_128 · GCM: not reached",
    ]
    assert page.rows["verdicts"] == ["ps", "--"]
