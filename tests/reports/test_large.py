"""Forty thousand vectors on four targets: sizes are bounded, and times are told."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kmsproof.clusters import clusters
from kmsproof.results import ReportFormat, Run
from kmsproof.verdict import FailureKind
from kmsproof_reports import html, junit, markdown, terminal
from kmsproof_testing.logs import LogBuilder
from kmsproof_testing.sample_run import TARGETS, sample_run, vectors

pytestmark = pytest.mark.slow

PER_CLASS = 1_334
"""Makes 40,020 vectors."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of four targets, 40,020 verdicts each."""
    run = sample_run(PER_CLASS).run(tmp_path_factory.mktemp("large"))
    assert [len(target.verdicts) for target in run.targets.values()] == [40_020] * 4
    return run


@pytest.mark.parametrize(
    ("report", "most"),
    [
        (html.FORMAT, 4_000_000),
        (junit.FORMAT, 1_000_000),
        (markdown.FORMAT, 100_000),
        (terminal.FORMAT, 20_000),
    ],
    ids=["html", "junit", "markdown", "terminal"],
)
def test_reports_of_a_large_run_stay_small(report: ReportFormat, most: int, large: Run) -> None:
    began = time.perf_counter()
    written = report.render(large)
    print(f"{len(written.encode()):,} bytes in {time.perf_counter() - began:.2f} s")
    assert len(written.encode()) < most


def test_a_large_run_has_few_clusters(large: Run) -> None:
    began = time.perf_counter()
    found = clusters(large)
    print(f"{time.perf_counter() - began:.2f} s")
    assert [len(found[target]) for target in TARGETS] == [0, 1, 0, 4]


def test_a_run_in_which_everything_is_wrong_stays_bounded(tmp_path: Path) -> None:
    made = tuple(vectors(PER_CLASS))
    log = LogBuilder(shapes=(vector.shape for vector in made))
    log.start()
    for number, vector in enumerate(made):
        kind = FailureKind.WRONG_OUTPUT if vector.valid else FailureKind.WRONG_ACCEPT
        value = {"plaintext": f"{number:06x}" * 5}
        log.failed(vector.id, kind, value=value, detail=vector.detail())
    log.end()
    log.finish(1, "Not conformant: reference.")
    run = log.run(tmp_path)
    began = time.perf_counter()
    sizes = [len(report.render(run).encode()) for report in (html, junit, markdown)]
    print(f"{sizes} bytes in {time.perf_counter() - began:.2f} s")
    assert sizes[0] < 12_000_000
    assert sizes[1] < 1_000_000
    assert sizes[2] < 100_000
