"""Gather tests of an external corpus into corpus files like our own.

A file of ours is of one exact parameter set and loads a key once; external files mix parameter sets
and repeat keys. What has no place in the key-specification sheet is left out, and counted by why.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypedDict

import msgspec

from kmsproof_reference.vocabulary import (
    Algorithm,
    EciesDialect,
    KeySpec,
    PaddingMode,
    RejectionClass,
)
from kmsproof_vectors.model import (
    CORPUS_VERSION,
    AnyTest,
    BugType,
    Clause,
    CorpusFile,
    Group,
    GroupKey,
    Note,
    Result,
)
from kmsproof_vectors.schemas import FILE_SCHEMA

REFUSED = (
    RejectionClass.INVALID_CIPHERTEXT,
    RejectionClass.INVALID_SIGNATURE_ENCODING,
    RejectionClass.INVALID_ARGUMENT,
)
"""What an external corpus, which does not say how an invalid input is refused, allows."""


UNDESCRIBED = Note(
    bug_type=BugType.EDGE_CASE, description="The corpus does not describe this flag.", effect=""
)


class LeftOut(Exception):
    """A test has no place in the sheet, or no form in our messages; the text says why."""


class Parameters(NamedTuple):
    """An exact parameter set."""

    key_spec: KeySpec
    algorithm: Algorithm
    padding: PaddingMode | None = None
    dialect: EciesDialect | None = None


class Common(TypedDict):
    """The fields that every test has."""

    id: str
    case: str
    result: Result
    why: str
    clause: Clause
    flags: tuple[str, ...]
    rejections: tuple[RejectionClass, ...]


@dataclass
class _Gathered:
    """The tests of one parameter set, by key and tag length."""

    groups: dict[tuple[GroupKey, int | None], list[AnyTest]] = field(
        default_factory=dict[tuple[GroupKey, int | None], list[AnyTest]]
    )


class Collector:
    """Makes corpus files out of the tests of one external file."""

    def __init__(self, file_name: str, origin: str, edge_class: str) -> None:
        """Take where the tests come from.

        Args:
            file_name: such as ``aes_gcm_test.json``.
            origin: the corpus, such as ``Wycheproof``.
            edge_class: what stands for an edge-case class of ours, such as ``W1``.
        """
        self.file_name = file_name
        self.origin = origin
        self._edge_class = edge_class
        self._gathered: dict[Parameters, _Gathered] = {}
        self._notes: dict[str, Note] = {}
        self._offered: dict[Parameters, tuple[GroupKey, AnyTest]] = {}
        self.left_out: Counter[str] = Counter()
        """How many tests have no place in the sheet, by why."""

    def note(self, flag: str, note: Note) -> None:
        """Describe a flag."""
        self._notes[flag] = note

    def family(self, parameters: Parameters) -> str:
        """Return the name of the file that tests with these parameters go to."""
        words = [self.origin, re.sub(r"[_-]test$", "", self.file_name.rpartition(".")[0])]
        words.append(parameters.key_spec.removeprefix("Aliyun_"))
        if parameters.dialect is not None:
            words.append(parameters.dialect)
        return slug("-".join(words).lower())

    def common(
        self, parameters: Parameters, case: str, name: str, *, valid: bool, why: str, place: str
    ) -> Common:
        """Return the fields that every test has."""
        return {
            "id": f"{self.family(parameters)}/{slug(case)}/{slug(name)}",
            "case": self._edge_class,
            "result": Result.VALID if valid else Result.INVALID,
            "why": why,
            "clause": Clause(ref=self.file_name, section=place),
            "flags": (case,),
            "rejections": () if valid else REFUSED,
        }

    def add(
        self, parameters: Parameters, key: GroupKey, test: AnyTest, tag_length: int | None = None
    ) -> None:
        """Put a test to the others with its parameters and key."""
        gathered = self._gathered.setdefault(parameters, _Gathered())
        gathered.groups.setdefault((key, tag_length), []).append(test)

    def offer_control(self, parameters: Parameters, key: GroupKey, test: AnyTest) -> None:
        """Take a valid test that is not in the file, for a parameter set that has none."""
        self._offered.setdefault(parameters, (key, test))

    def _take_offers(self) -> None:
        for parameters, (key, test) in self._offered.items():
            tests = [each for group in self._gathered[parameters].groups.values() for each in group]
            if all(each.result is Result.INVALID for each in tests):
                self.add(parameters, key, test)

    def files(self) -> Iterator[CorpusFile]:
        """Yield the corpus files."""
        self._take_offers()
        for parameters, gathered in self._gathered.items():
            groups = tuple(_ordered(_with_controls(gathered.groups)))
            tests = [test for group in groups for test in group.tests]
            flags = {flag for test in tests for flag in test.flags}
            yield CorpusFile(
                schema=FILE_SCHEMA,
                corpus_version=CORPUS_VERSION,
                family=self.family(parameters),
                key_spec=parameters.key_spec,
                algorithm=parameters.algorithm,
                padding=parameters.padding,
                dialect=parameters.dialect,
                description=f"{self.origin}: {self.file_name}, {parameters.key_spec}",
                number_of_tests=len(tests),
                notes={flag: self._notes.get(flag, UNDESCRIBED) for flag in sorted(flags)},
                classes={self._edge_class: f"Tests of {self.origin}"},
                groups=groups,
            )


def slug(text: str) -> str:
    """Return words as a part of an id: ``ModifiedTag`` becomes ``modified-tag``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)
    return re.sub(r"[^a-z0-9]+", "-", spaced.lower()).strip("-") or "none"


Groups = dict[tuple[GroupKey, int | None], list[AnyTest]]


def _with_controls(groups: Groups) -> Iterator[Group]:
    """Give every invalid test a valid one to hold it against: if possible one with its key."""
    anywhere: dict[type[Any], AnyTest] = {}
    for tests in groups.values():
        for test in tests:
            if test.result is Result.VALID:
                anywhere.setdefault(type(test), test)
    for (key, tag_length), tests in groups.items():
        here = dict(anywhere)
        here |= {type(test): test for test in reversed(tests) if test.result is Result.VALID}
        ordered = sorted(tests, key=lambda test: test.result is Result.INVALID)
        controlled = tuple(_controlled(test, here) for test in ordered)
        yield Group(key=key, tag_length=tag_length, tests=controlled)


def _controlled(test: AnyTest, controls: dict[type[Any], AnyTest]) -> AnyTest:
    control = controls.get(type(test))
    if test.result is Result.VALID or control is None:
        return test
    return msgspec.structs.replace(test, control=control.id)


def _ordered(groups: Iterable[Group]) -> list[Group]:
    """Put the groups with valid tests first, since the others may lean on them."""
    return sorted(groups, key=lambda group: all(t.result is Result.INVALID for t in group.tests))
