"""Texts that a target could send in order to harm whoever reads a report of it."""

from __future__ import annotations

from pathlib import Path

from kmsproof.outcome import ErrorKind
from kmsproof.results import CoveredGroup, CoveredRequirement, ProfileCovered, Run
from kmsproof.verdict import FailureKind, Verdict
from kmsproof.vocabulary import RejectionClass
from kmsproof_testing.logs import LogBuilder, detail

LONG = "A" * 100_000
SURROGATE = "before\ud800after"

HOSTILE = (
    "<script>window.__pwned=1</script>",
    "</script><img src=x onerror=window.__pwned=1>",
    '"><img src=x onerror=window.__pwned=1>',
    "'-window.__pwned=1-'",
    "<!--<script>",
    "]]></failure><failure>",
    "{{ 7 * 7 }}{% raw %}",
    "${window.__pwned=1}",
    "javascript:window.__pwned=1",
    "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "\x00\x01\x02\ufffe\uffff\x7f",
    "invoice\u202efdp.exe\u2066x\u2069",
    "line\u2028separator\u2029paragraph\r\nnext",
    "| a | b |\n# heading\n[x](javascript:window.__pwned=1)",
    "'; touch owned; echo '",
    "&lt;b&gt; &amp;",
    LONG,
)


def hostile_coverage(target: str, text: str) -> ProfileCovered:
    """What a profile shows in which every text is this one: profiles can be somebody else's."""
    return ProfileCovered(
        target=target,
        profile=text,
        title=text,
        digest=text,
        floor_percent=80.0,
        percent_judged=50.0,
        groups=(
            CoveredGroup("whole", text, 2, 1, 0, 1),
            CoveredGroup("level", text, 2, 1, 0, 1),
            CoveredGroup("standard", text, 2, 1, 0, 1),
        ),
        requirements=(
            CoveredRequirement(
                id=text, text=text, obligation=text, place=text, status=text, excluded=text
            ),
        ),
    )


def hostile_run(text: str, folder: Path) -> Run:
    """A run in which every text that a target can influence is this one."""
    log = LogBuilder("exec:" + text, filters=(f"id={text}",))
    log.start(name=text, version=text, adapter=text, notes=(text,))
    about = detail(
        valid=False,
        case=text[:40],
        flags=(text,),
        given={"iv": text, text[:40]: "00"},
        expected={"rejected as": text},
        why=text,
        clause=text,
    )
    value = {"plaintext": text, text[:40]: "00ff"}
    log.failed(
        f"aes-128-gcm/g5/{text[:40]}",
        FailureKind.WRONG_ACCEPT,
        native_code=text,
        message=text,
        reason=text,
        value=value,
        detail=about,
    )
    log.failed(
        "aes-128-gcm/g9/y",
        FailureKind.WRONG_ERROR,
        outcome="rejected",
        rejection=RejectionClass.NOT_FOUND,
        native_code=text,
        message=text,
        detail=about,
    )
    log.error("aes-128-gcm/g3/z", ErrorKind.INTERNAL, text)
    log.verdict("aes-128-gcm/g1/u", Verdict.UNSUPPORTED, reason=text, message=text)
    log.passed("aes-128-gcm/c2/p")
    log.warn(text, ids=(text,))
    log.incident(text, whose_fault=text, line=text, ids=(text,))
    log.cover(hostile_coverage("exec:" + text, text))
    log.end(message=text)
    log.finish(1, f"Not conformant: {text}.")
    return log.run(folder)
