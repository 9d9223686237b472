"""The HTML report: one file that works offline, loads nothing and runs no foreign script.

Everything that comes from a target goes through ``words`` and the template engine's escaping; the
Content-Security-Policy allows only the style and the script whose digests it names.
"""

from __future__ import annotations

import base64
import hashlib
import shlex
from importlib.resources import files

import jinja2

from kmsproof.results import Mode, ReportFormat, Run
from kmsproof.verdict import FailureKind
from kmsproof_reports.cards import STANDING_TONES, cards
from kmsproof_reports.evidence import target_and_level
from kmsproof_reports.matrix import matrix
from kmsproof_reports.payload import payload
from kmsproof_reports.summary import RunSummary, summarise
from kmsproof_reports.words import (
    FAILURE_TITLES,
    VERDICT_MEANINGS,
    counted,
    moment,
    name,
    tier_words,
)

SCRIPTS = ("rows.js", "detail.js", "table.js", "page.js")
"""The parts of the script, in the order in which they need each other."""


def render(run: Run) -> str:
    """Return the report of a run as one HTML document."""
    summary = summarise(run)
    style, script = _style(), _script()
    shown = cards(summary)
    titles = [finding.heading for card in shown for finding in card.all_findings]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            summary=summary,
            tone=STANDING_TONES[summary.standing],
            cards=shown,
            matrix=matrix(summary),
            noted=any(card.notes for card in shown),
            profiled=any(card.summary.profile for card in shown),
            policy=content_security_policy(style, script),
            style=style,
            script=script,
            data=payload(summary, titles),
            meanings=[(str(key), text) for key, text in VERDICT_MEANINGS.items()],
            kinds=[(str(kind), FAILURE_TITLES[kind]) for kind in FailureKind],
            **_header(summary),
        )
    )


def _header(summary: RunSummary) -> dict[str, object]:
    started = summary.run.started
    return {
        "suite": name(started.suite),
        "run_id": name(started.run_id),
        "started_at": moment(started.started_at),
        "filters": name(", ".join(started.filters)),
        "tier": tier_words(started),
        "unseen": [name(id) for id in started.tier.unseen] if started.tier else [],
        "facts": _facts(summary),
        "digest": name(started.corpus_sha256),
        "families": started.families,
        "environment": [
            ("event log, SHA-256", summary.run.sha256),
            *((name(key), name(value)) for key, value in started.environment.items()),
        ],
        "repeat": _repeat(summary),
    }


def _facts(summary: RunSummary) -> list[tuple[str, str]]:
    started, finished = summary.run.started, summary.run.finished
    selected = sum(family.selected for family in started.families)
    corpus = sum(family.tests for family in started.families)
    return [
        ("Corpus", f"version {name(started.corpus_version)}"),
        ("Selected", f"{selected:,} of {counted(corpus, 'vector')}"),
        ("Suite", name(started.suite)),
        ("Run", name(started.run_id)),
        ("Started", moment(started.started_at)),
        ("Finished", moment(finished.finished_at) if finished else "never: the log has no end"),
        ("Exit code", str(finished.exit_code) if finished else "none"),
    ]


def _repeat(summary: RunSummary) -> str:
    """Return the command that makes such a run again; a filter is written like its option."""
    subjects = [target_and_level(target.run.target) for target in summary.targets]
    words = ["kmsproof", "run", *dict.fromkeys(name(target) for target, _ in subjects)]
    if summary.run.started.modes != (Mode.LIBRARY,):
        words += [word for mode in summary.run.started.modes for word in ("--mode", mode)]
    for level in dict.fromkeys(level for _, level in subjects):
        words += level
    for part in summary.run.started.filters:
        option, _, value = part.partition("=")
        words += [f"--{name(option)}", name(value)]
    return shlex.join(words)


def content_security_policy(style: str, script: str) -> str:
    """Return a policy that lets in nothing but this style and this script."""
    return (
        "default-src 'none'; "
        f"style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()


def _asset(file: str) -> str:
    return (files("kmsproof_reports") / "assets" / file).read_text(encoding="utf-8")


def _style() -> str:
    return _asset("report.css")


def _script() -> str:
    parts = "\n".join(_asset(file) for file in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("kmsproof_reports", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


FORMAT = ReportFormat(
    name="html",
    summary="One offline file: verdict, matrix, findings, every vector with its bytes.",
    file_name="report.html",
    render=render,
)
"""Entry point of the group ``kmsproof.reports``."""
