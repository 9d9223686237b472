"""The summary on the terminal: plain, bounded, and harmless."""

from __future__ import annotations

from pathlib import Path

from kmsproof_reports import terminal
from kmsproof_testing.logs import LogBuilder
from kmsproof_testing.sample_run import sample_run


def test_the_table_has_a_line_for_each_target(tmp_path: Path) -> None:
    lines = terminal.render(sample_run(24).run(tmp_path)).splitlines()
    rows = {line.split()[1]: line.split()[0] for line in lines[2:6]}
    assert rows["reference"] == "ok"
    assert rows["cryptography"] == "NO"
    assert "common to all, and to no vector that passes: IV length at most 7 bytes" in "\n".join(
        lines
    )
    assert lines[-2].startswith("Not conformant: cryptography")


def test_lines_fit_a_hundred_columns_but_for_commands(tmp_path: Path) -> None:
    text = terminal.render(sample_run(24).run(tmp_path))
    too_long = [line for line in text.splitlines() if len(line) > terminal.WIDTH]
    assert all(line.strip().startswith("kmsproof replay ") for line in too_long)


def test_a_log_that_was_cut_short_is_told(tmp_path: Path) -> None:
    text = terminal.render(LogBuilder().run(tmp_path))
    assert "could not be judged" in text
    assert "cut short" in text
