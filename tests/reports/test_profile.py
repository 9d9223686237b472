"""Profiles in the reports: how much was judged, by level and standard, and every requirement."""

from __future__ import annotations

from pathlib import Path

from kmsproof.results import CoveredGroup, CoveredRequirement, ProfileCovered, Run
from kmsproof_reports import html, markdown, terminal
from kmsproof_reports.profile import profile_view
from kmsproof_reports.summary import Standing, summarise
from kmsproof_testing.logs import LogBuilder
from kmsproof_testing.page import Page

COVERED = ProfileCovered(
    target="reference",
    profile="sheet-2026-03-31",
    title="The sheet of 31 March 2026",
    digest="cd" * 32,
    floor_percent=80.0,
    percent_judged=75.0,
    groups=(
        CoveredGroup("whole", "all requirements", 4, 2, 1, 1),
        CoveredGroup("standard", "FIPS 197", 3, 2, 0, 0),
        CoveredGroup("level", "Software-protected key", 4, 2, 1, 1),
    ),
    requirements=(
        CoveredRequirement(
            id="a/met",
            text="It encrypts.",
            obligation="MUST",
            place="sheet, 1",
            status="passed",
            vectors=7,
            passed=5,
        ),
        CoveredRequirement(
            id="a/excluded",
            text="It is documented.",
            obligation="MAY",
            place="sheet, 2",
            status="excluded",
            excluded="Nobody can ask that.",
        ),
        CoveredRequirement(
            id="a/broken",
            text="It refuses.",
            obligation="MUST",
            place="sheet, 3",
            status="failed",
            vectors=2,
            passed=1,
            failed=1,
        ),
    ),
)


def covered_run(folder: Path) -> Run:
    log = LogBuilder("reference")
    log.start()
    log.passed("aes-128-gcm/g1/a")
    log.cover(COVERED)
    log.end()
    log.finish()
    return log.run(folder)


def test_view_puts_what_failed_first() -> None:
    view = profile_view(COVERED)
    assert [row.id for row in view.requirements] == ["a/broken", "a/met", "a/excluded"]
    assert view.requirements[0].vectors == "1 of 2 passed, 1 failed"
    assert view.requirements[2].vectors == "Nobody can ask that."
    assert (view.share, view.sentence) == ("75 %", "3 of 4 requirements judged, 2 met, 1 not met")
    assert [heading for heading, _ in view.groups] == ["Protection level", "Standard"]


def test_terminal_tells_it_in_a_line(tmp_path: Path) -> None:
    text = terminal.render(covered_run(tmp_path))
    told = (
        "reference: profile sheet-2026-03-31: 3 of 4 requirements judged, 2 met, 1 not met (75 %)"
    )
    assert told in text


def test_markdown_has_levels_and_standards(tmp_path: Path) -> None:
    text = markdown.render(covered_run(tmp_path))
    assert "## `reference`: The sheet of 31 March 2026" in text
    assert "| FIPS 197 | 3 | 66.6 % (2) | 2 | 0 |" in text
    assert "| Software\\-protected key |" in text or "| Software-protected key |" in text


def test_page_has_every_requirement(tmp_path: Path) -> None:
    page = html.render(covered_run(tmp_path))
    for each in COVERED.requirements:
        assert each.text in page
        assert each.id in page
    assert "80 % must be judged" in page
    assert "cd" * 32 in page
    assert page.index("It refuses.") < page.index("It encrypts.")
    assert Page(page).shape


def test_page_without_a_profile_has_no_such_section(tmp_path: Path) -> None:
    log = LogBuilder("reference")
    log.start()
    log.passed("aes-128-gcm/g1/a")
    log.end()
    log.finish()
    page = html.render(log.run(tmp_path))
    assert 'id="profile"' not in page


def test_too_little_of_a_profile_is_the_standing(tmp_path: Path) -> None:
    import msgspec

    run = covered_run(tmp_path)
    target = run.targets["reference"]
    assert target.finished is not None
    target.finished = msgspec.structs.replace(target.finished, below_floor="75.0 % is too little")
    [summary] = summarise(run).targets
    assert summary.standing is Standing.NOT_JUDGED
    assert summary.trouble == "75.0 % is too little."
