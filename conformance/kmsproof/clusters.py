"""Group the verdicts that are not green by their likely cause: contract module.

Eleven thousand red rows with one cause become one line. Verdicts are first grouped by what the
target answered, with numbers and ids masked; then, where the inputs allow it, a simple rule is
found that holds for all vectors of a group and for no vector that passes. Where a known deviation
explains failures, they are one group, whatever the target answered.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from kmsproof.causes import Explanation
from kmsproof.outcome import ErrorKind
from kmsproof.results import Detail, Run, Shape, TargetRun, VerdictRecorded
from kmsproof.verdict import NOT_GREEN, FailureKind, Verdict
from kmsproof.vocabulary import RejectionClass

MANY_TEXTS = 50
"""Where one kind of verdict comes with more texts than this, the texts are not its cause."""

MASKED_LENGTH = 300
"""Characters of a message that are looked at."""

FEWEST_FOR_LENGTHS = 3
"""A rule about lengths that fewer vectors share would be chance."""

LISTED_LENGTHS = 3

_VARIABLE = re.compile(
    r"(?<![\w-])(?:"
    r"[A-Za-z0-9-]+/[\w.-]+/[\w.-]+"  # the id of a vector
    r"|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # a UUID
    r"|(?:0x)?[0-9a-fA-F]{8,}(?!\w)"
    r")|\d+"
)


@dataclass(frozen=True)
class Cluster:
    """Verdicts on one target that probably have one cause."""

    target: str
    example: VerdictRecorded
    """The first of them."""
    ids: tuple[str, ...]
    """All of them, in the order of the log."""
    families: tuple[str, ...]
    key_specs: tuple[str, ...]
    cases: tuple[str, ...]
    """The cases that made the vectors, as their ids name them."""
    classes: tuple[str, ...]
    """Edge-case classes, such as ``G3``, as far as the log tells them."""
    operations: tuple[str, ...]
    flags: tuple[str, ...]
    """The flags that all of them carry."""
    rule: str
    """What all of them and no passing vector have in common, in words; empty if nothing simple."""
    texts: int
    """How many different texts came with them, once numbers and ids are masked."""
    kinds: tuple[tuple[str, int], ...] = ()
    """How they failed and how often, the worst first."""
    explanation: Explanation | None = None
    """The known deviation that makes all of them fail, where there is one."""

    @property
    def count(self) -> int:
        """Number of vectors."""
        return len(self.ids)

    @property
    def rank(self) -> tuple[int, int]:
        """Severity, 0 the worst: failures by kind, then what is doubtful, then errors by kind."""
        return _rank(self.example)


def clusters(run: Run) -> dict[str, tuple[Cluster, ...]]:
    """Return the clusters of every target of a run, worst first."""
    shapes = {shape.id: shape for family in run.started.families for shape in family.shapes}
    return {name: _clusters_of(run, target, shapes) for name, target in run.targets.items()}


def case_name(vector_id: str) -> str:
    """Return the case that an id names, such as ``tag-cut``."""
    return vector_id.partition("/")[2].partition("/")[0]


@lru_cache(maxsize=4096)
def masked(text: str) -> str:
    """Replace the numbers, ids and long hexadecimal strings of a message by ``#``."""
    return _VARIABLE.sub("#", text[:MASKED_LENGTH])


def _clusters_of(run: Run, target: TargetRun, shapes: dict[str, Shape]) -> tuple[Cluster, ...]:
    red = [recorded for recorded in target.verdicts if recorded.verdict in NOT_GREEN]
    if not red:
        return ()
    facts = _Facts(run, target, shapes)
    explained = list(_explained(run, target, facts))
    taken = {id for cluster in explained for id in cluster.ids}
    left = [recorded for recorded in red if recorded.id not in taken]
    found = explained + [
        facts.cluster(members)
        for same_answer in _by_answer(left)
        for members in _split(facts, same_answer)
    ]
    return tuple(sorted(found, key=lambda each: (each.rank, -each.count, each.ids[0])))


def _explained(run: Run, target: TargetRun, facts: _Facts) -> Iterator[Cluster]:
    """Yield a cluster for each deviation that explains failures, with the worst as its example."""
    diagnosis = run.diagnoses.get(target.target)
    recorded = {each.id: each for each in target.verdicts}
    for each in diagnosis.explanations if diagnosis else ():
        members = sorted((recorded[id] for id in each.ids if id in recorded), key=_rank)
        if members:
            yield facts.cluster(members, each)


def _kinds(members: _Members) -> tuple[tuple[str, int], ...]:
    worst_first = sorted(members, key=_rank)
    return tuple(Counter(str(e.failure or e.error or e.verdict) for e in worst_first).items())


def _rank(recorded: VerdictRecorded) -> tuple[int, int]:
    if recorded.failure is not None:
        return 0, recorded.failure.severity
    if recorded.verdict is Verdict.ERROR:
        if recorded.message.startswith("not asked"):  # what another break led to
            return 3, 0
        kinds = tuple(ErrorKind)
        return 2, kinds.index(recorded.error) if recorded.error in kinds else len(kinds)
    return 1, 0


class _Kind(NamedTuple):
    """What never merges."""

    verdict: Verdict
    failure: FailureKind | None
    error: ErrorKind | None
    rejection: RejectionClass | None
    outcome: str


class _Texts(NamedTuple):
    """What the target and the judge said, masked."""

    native_code: str = ""
    message: str = ""
    reason: str = ""


_Members = list[VerdictRecorded]


def _by_answer(red: Iterable[VerdictRecorded]) -> Iterator[dict[_Texts, _Members]]:
    """Group by kind of verdict, and in each kind by texts, coarser where the texts never repeat."""
    kinds: dict[_Kind, dict[_Texts, _Members]] = {}
    for each in red:
        kind = _Kind(each.verdict, each.failure, each.error, each.rejection, each.outcome)
        texts = _Texts(masked(each.native_code), masked(each.message), masked(each.reason))
        kinds.setdefault(kind, {}).setdefault(texts, []).append(each)
    for by_texts in kinds.values():
        yield _coarsened(by_texts)


def _coarsened(by_texts: dict[_Texts, _Members]) -> dict[_Texts, _Members]:
    if len(by_texts) <= MANY_TEXTS:
        return by_texts
    merged = _merged(by_texts, keep_code=True)
    return merged if len(merged) <= MANY_TEXTS else _merged(by_texts, keep_code=False)


def _merged(by_texts: dict[_Texts, _Members], *, keep_code: bool) -> dict[_Texts, _Members]:
    merged: dict[_Texts, _Members] = {}
    for texts, members in by_texts.items():
        key = _Texts(texts.native_code) if keep_code else _Texts()
        merged.setdefault(key, []).extend(members)
    return merged


def _split(facts: _Facts, by_texts: dict[_Texts, _Members]) -> Iterator[_Members]:
    """Split what was answered alike by class and operation, unless one cause is plain.

    A message says the cause, and so does a flag that all vectors share, or a simple rule.
    """
    for texts, members in by_texts.items():
        if texts.message or members[0].verdict is Verdict.ERROR or facts.have_one_cause(members):
            yield members
            continue
        parts: dict[tuple[str, str], _Members] = {}
        for each in members:
            detail = each.detail
            key = (detail.case, detail.operation) if detail else (case_name(each.id), "")
            parts.setdefault(key, []).append(each)
        yield from parts.values()


class _Predicate(NamedTuple):
    """A statement about vectors, and for which of them it holds."""

    words: str
    holds: int
    may_hold: int
    """The same, with those of which it is not known."""


class _Facts:
    """What is known of the vectors that a target was asked, as bit masks over them."""

    def __init__(self, run: Run, target: TargetRun, shapes: dict[str, Shape]) -> None:
        asked = [each for each in target.verdicts if each.verdict in _JUDGED]
        self._target = target.target
        self._families = {family.family: family for family in run.started.families}
        self._position = {each.id: index for index, each in enumerate(asked)}
        self._size = len(asked)
        self._passing = self._mask(
            index for index, each in enumerate(asked) if each.verdict is Verdict.PASS
        )
        self._compared = self._mask(
            index for index, each in enumerate(asked) if shapes and each.id not in shapes
        )
        self._unknown = 0
        self._categories: dict[str, dict[str, int]] = {}
        self._lengths: dict[str, dict[int, int]] = {}
        self._collect(asked, shapes)

    def _mask(self, indexes: Iterable[int]) -> int:
        bits = bytearray(self._size // 8 + 1)
        for index in indexes:
            bits[index >> 3] |= 1 << (index & 7)
        return int.from_bytes(bits, "little")

    def _collect(self, asked: Sequence[VerdictRecorded], shapes: dict[str, Shape]) -> None:
        alike: dict[tuple[object, ...], list[int]] = {}
        first: dict[tuple[object, ...], tuple[VerdictRecorded, Shape | None]] = {}
        for index, each in enumerate(asked):
            shape = shapes.get(each.id) or _shape_of(each.id, each.detail)
            known = (shape.operation, shape.valid, *shape.lengths.items()) if shape else ()
            key = (*each.id.split("/", 2)[:2], *known)
            alike.setdefault(key, []).append(index)
            first.setdefault(key, (each, shape))
        for key, indexes in alike.items():
            self._add(*first[key], self._mask(indexes))

    def _add(self, each: VerdictRecorded, shape: Shape | None, mask: int) -> None:
        family = self._families.get(each.family)
        if family is not None:
            self._categorise("key spec", family.key_spec, mask)
            self._categorise("mode", family.algorithm or "none", mask)
            self._categorise("padding", family.padding or "none", mask)
        self._categorise("case", case_name(each.id), mask)
        if shape is None:
            self._unknown |= mask
            return
        self._categorise("operation", shape.operation, mask)
        self._categorise("input", "valid" if shape.valid else "invalid", mask)
        for name, length in shape.lengths.items():
            values = self._lengths.setdefault(name, {})
            values[length] = values.get(length, 0) | mask

    def _categorise(self, name: str, value: str, mask: int) -> None:
        values = self._categories.setdefault(name, {})
        values[value] = values.get(value, 0) | mask

    def cluster(self, members: _Members, explanation: Explanation | None = None) -> Cluster:
        """Describe verdicts that belong together."""
        families = dict.fromkeys(each.family for each in members)
        known = [self._families[name] for name in families if name in self._families]
        operations = dict.fromkeys(each.detail.operation for each in members if each.detail)
        texts = {(masked(each.native_code), masked(each.message)) for each in members}
        return Cluster(
            target=self._target,
            example=members[0],
            ids=tuple(each.id for each in members),
            families=tuple(families),
            key_specs=tuple(dict.fromkeys(str(family.key_spec) for family in known)),
            cases=tuple(dict.fromkeys(case_name(each.id) for each in members)),
            classes=tuple(dict.fromkeys(each.detail.case for each in members if each.detail)),
            operations=tuple(operations),
            flags=_shared_flags(members),
            rule="" if explanation else self._rule(members, pairs=True),
            texts=len(texts),
            kinds=_kinds(members),
            explanation=explanation,
        )

    def have_one_cause(self, members: _Members) -> bool:
        """Whether all carry one flag, or one rule tells them from all that passes."""
        everything = len(members) == self._size
        return everything or bool(_shared_flags(members) or self._rule(members, pairs=False))

    def _rule(self, members: _Members, *, pairs: bool) -> str:
        """Return what all members and no passing vector have in common.

        Vectors are held against vectors, and comparisons of refusals, which have no shape, against
        such. Where nothing passes, only what tells members from all others is of use, and lengths
        are not.
        """
        mask = self._mask(self._position[each.id] for each in members)
        alike = self._compared if not mask & ~self._compared else ~self._compared
        passing = self._passing & alike
        others = passing or self._mask(range(self._size)) & alike & ~mask
        if not others or len(members) < 2:
            return ""
        lengths = bool(passing) and len(members) >= FEWEST_FOR_LENGTHS
        predicates = self._predicates(mask, lengths=lengths)
        shared = [each for each in predicates if not mask & ~each.holds]
        for each in shared:
            if not each.may_hold & others:
                return each.words
        pairable = [each for each in shared if " or " not in each.words] if pairs else []
        for one, other in combinations(pairable, 2):
            if not one.may_hold & other.may_hold & others:
                return f"{one.words} and {other.words}"
        return ""

    def _predicates(self, mask: int, *, lengths: bool) -> Iterator[_Predicate]:
        """Yield what could tell these vectors from others, the plainest first."""
        for name in ("key spec", "padding", "mode", "operation", "input"):
            for value, holds in self._categories.get(name, {}).items():
                words = f"{value} input" if name == "input" else f"{name} {value}"
                yield _Predicate(words, holds, holds | self._unknown_of(name))
        if lengths:
            for name in self._lengths:
                yield from self._about_length(name, mask)
        for value, holds in self._categories.get("case", {}).items():
            yield _Predicate(f"case {value}", holds, holds)

    def _unknown_of(self, name: str) -> int:
        return self._unknown if name in ("operation", "input") else 0

    def _about_length(self, name: str, mask: int) -> Iterator[_Predicate]:
        values = self._lengths[name]
        own = sorted(length for length, holds in values.items() if holds & mask)
        if not own:
            return
        low, high = own[0], own[-1]
        word = _LENGTH_WORDS.get(name, name)
        unit = "" if name == "iterations" else " bytes"
        candidates = [
            (f"{word} {low}{unit}", {low}),
            (f"{word} at most {high}{unit}", {each for each in values if each <= high}),
            (f"{word} at least {low}{unit}", {each for each in values if each >= low}),
            (f"{word} {low} to {high}{unit}", {each for each in values if low <= each <= high}),
            (f"{word} not a multiple of 16 bytes", {each for each in values if each % 16}),
            (f"{word} {' or '.join(map(str, own[:LISTED_LENGTHS]))}{unit}", set(own)),
        ]
        for words, lengths in candidates[: 6 if len(own) <= LISTED_LENGTHS else 5]:
            if len(lengths) == len(values):
                continue
            holds = 0
            for each in lengths:
                holds |= values[each]
            yield _Predicate(words, holds, holds | self._unknown)


_JUDGED = NOT_GREEN | {Verdict.PASS}

_LENGTH_WORDS = {
    "iv": "IV length",
    "aad": "AAD length",
    "tag": "tag length",
    "plaintext": "plaintext length",
    "ciphertext": "ciphertext length",
    "text": "input length",
    "iterations": "iterations",
}


def _shape_of(vector_id: str, detail: Detail | None) -> Shape | None:
    """Make the shape of a vector from its detail, for a log without shapes."""
    if detail is None:
        return None
    lengths = {
        name: int(given) if name == "iterations" and given.isdecimal() else len(given) // 2
        for name, given in detail.given.items()
    }
    return Shape(vector_id, detail.operation, detail.valid, lengths)


def _shared_flags(members: _Members) -> tuple[str, ...]:
    details = [each.detail for each in members if each.detail is not None]
    if len(details) < len(members):
        return ()
    shared = set(details[0].flags).intersection(*(detail.flags for detail in details))
    return tuple(flag for flag in details[0].flags if flag in shared)
