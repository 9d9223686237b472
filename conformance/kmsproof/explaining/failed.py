"""Show what a target answered to a vector in a run, beside what is right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kmsproof.catalogue import Found
from kmsproof.errors import UsageError
from kmsproof.explaining.comparison import Named, comparison_lines, likenesses
from kmsproof.intermediate import computed, intermediate_lines
from kmsproof.results import Run, VerdictRecorded
from kmsproof.text import printable, redacted, shortened
from kmsproof.verdict import Verdict
from kmsproof.vocabulary import Algorithm, HexBytes
from kmsproof_vectors.live.model import LiveFile
from kmsproof_vectors.model import CorpusFile, DecryptTest, EncryptTest, SignTest, VerifyTest

SHOWN = 400
"""Characters of a message or value that are shown."""

Place = Found | CorpusFile | LiveFile
"""The vector, or where only the file matters that."""


def run_lines(run: Run, vector_id: str, place: Place, target: str | None) -> list[str]:
    """Return what a run shows of a vector, for each target or for one.

    Raises:
        UsageError: if the run has no such target, or no verdict on the vector.
    """
    names = list(run.targets)
    if target is not None and target not in names:
        known = " or ".join(shortened(printable(redacted(name))) for name in names)
        raise UsageError(f"The run has no target {target!r}.", f"Give --target {known}.")
    verdicts = [
        verdict
        for name in ([target] if target is not None else names)
        for verdict in run.targets[name].verdicts
        if verdict.id == vector_id
    ]
    if not verdicts:
        raise UsageError(
            f"The run has no verdict on {vector_id}.",
            "Give a run whose filters let the vector through, or leave --run out.",
        )
    lines = [f"  in the run {printable(run.started.run_id)}"]
    for verdict in verdicts:
        lines += verdict_lines(verdict, place)
    return lines


def verdict_lines(verdict: VerdictRecorded, place: Place) -> Iterator[str]:
    """Yield a verdict of a log with the target's bytes beside the right ones."""
    kind = f" ({verdict.failure})" if verdict.failure else ""
    yield f"  {_safe(redacted(verdict.target))}: {verdict.verdict}{kind}"
    if verdict.reason:
        yield f"  {_safe(verdict.reason)}"
    if verdict.outcome and verdict.outcome != "ok":
        told = filter(None, (verdict.rejection, verdict.error, verdict.native_code))
        yield f"  it answered: {verdict.outcome}, {_safe(' '.join([*told, verdict.message]))}"
    if verdict.verdict is Verdict.PASS or verdict.detail is None:
        return
    yield from _answers(verdict, place)


def _answers(verdict: VerdictRecorded, place: Place) -> Iterator[str]:
    assert verdict.detail is not None
    known = list(_known(verdict, place))
    algorithm = (place.file if isinstance(place, Found) else place).algorithm
    expected = verdict.detail.expected if verdict.detail.valid else _given_away(place)
    for name, text in verdict.value.items():
        actual, right = _octets(text), _octets(expected.get(name, "?"))
        if actual is None:
            wanted = verdict.detail.expected.get(name)
            told = f", expected {_safe(wanted)}" if wanted else ""
            yield f"  {_safe(name)}: {_safe(text)}{told}"
        elif right is None or name not in expected:
            yield from _alone(name, actual, known)
            if verdict.detail.valid and name in expected:
                yield f"  expected {name}: {_safe(expected[name])}"
            yield from _undone(name, actual, place)
        elif not verdict.detail.valid:
            yield from _released(name, right, actual, known, algorithm)
        else:
            yield from comparison_lines(name, right, actual, known, algorithm)
    if not verdict.value and verdict.outcome != "ok":
        for name, text in verdict.detail.expected.items():
            yield f"  expected {_safe(name)}: {_safe(text)}"


def _given_away(place: Place) -> dict[str, str]:
    """Return what a target gives away that skips the check, as an invalid vector may say it."""
    if isinstance(place, Found) and isinstance(place.test, DecryptTest):
        return {} if place.test.plaintext is None else {"plaintext": place.test.plaintext.hex()}
    return {}


def _released(
    name: str, right: bytes, actual: bytes, known: list[Named], algorithm: Algorithm | None
) -> Iterator[str]:
    if right == actual:
        yield f"  {name}: {_safe(actual.hex())}"
        yield "    just what a target gives away that computes all and checks nothing"
        return
    yield "  beside what a target gives away that computes all and checks nothing:"
    yield from comparison_lines(name, right, actual, known, algorithm)


def _alone(name: str, actual: bytes, known: list[Named]) -> Iterator[str]:
    yield f"  {_safe(name)}: {_safe(actual.hex()) or '(empty)'} ({len(actual)} bytes)"
    for found in likenesses(b"", actual, known) if actual else ():
        if not found.startswith("the right ones"):
            yield f"    the target's bytes are {found}"


def _undone(name: str, actual: bytes, place: Place) -> Iterator[str]:
    """Yield what the reference makes of an answer that is drawn at random."""
    if not isinstance(place, Found):
        return
    undoing = undoing_of(place, name, actual)
    if undoing is not None:
        yield "  there is no one right answer; this is how the reference takes the target's apart:"
        yield from intermediate_lines(undoing)


def undoing_of(found: Found, name: str, answer: bytes) -> Found | None:
    """Return the test that undoes an answer: its verification, or its decryption."""
    test, octets = found.test, HexBytes(answer)
    common = {
        field: getattr(test, field)
        for field in ("id", "case", "result", "why", "clause", "flags", "needs")
    }
    if isinstance(test, SignTest) and name == "signature" and test.signature is None:
        return found._replace(
            test=VerifyTest(
                **common, message=test.message, message_type=test.message_type, signature=octets
            )
        )
    if isinstance(test, EncryptTest) and name == "ciphertext" and test.ciphertext is None:
        return found._replace(test=DecryptTest(**common, ciphertext=octets, label=test.label))
    return None


def _known(verdict: VerdictRecorded, place: Place) -> Iterator[Named]:
    """Yield inputs, right answers and intermediate values, each with its name."""
    assert verdict.detail is not None
    for what, fields in (("input", verdict.detail.given), ("right", verdict.detail.expected)):
        for name, text in fields.items():
            octets = _octets(text)
            if octets:
                yield (f"the {what} {name}" if what == "right" else f"the {name} put in"), octets
    if isinstance(place, Found):
        for name, value in computed(place):
            if value:
                yield f"the intermediate value {name}", value


def _octets(text: str) -> bytes | None:
    return bytes.fromhex(text) if re.fullmatch("([0-9a-f]{2})*", text) else None


def _safe(text: str) -> str:
    return shortened(printable(text), SHOWN)
