"""The parts of which the tiny corpora of the tests are put together."""

from __future__ import annotations

from typing import TypedDict, Unpack

from kmsproof_reference.vocabulary import (
    Algorithm,
    EciesDialect,
    Feature,
    KeySpec,
    PaddingMode,
    RejectionClass,
)
from kmsproof_vectors.encoding import HexBytes
from kmsproof_vectors.model import (
    CORPUS_VERSION,
    BugType,
    Clause,
    CorpusFile,
    Group,
    Note,
    Parameter,
    Result,
    Uniformity,
)

CLAUSE = Clause(ref="SP 800-38D", section="7.2", step="8")
"""The clause of every test; the runner only passes it on."""

INVALID_CIPHERTEXT = (RejectionClass.INVALID_CIPHERTEXT,)
INVALID_ARGUMENT = (RejectionClass.INVALID_ARGUMENT,)
INVALID_SIGNATURE = (RejectionClass.INVALID_SIGNATURE_ENCODING,)


class Common(TypedDict):
    """The fields that every test has."""

    id: str
    case: str
    result: Result
    why: str
    clause: Clause
    flags: tuple[str, ...]
    control: str | None
    rejections: tuple[RejectionClass, ...]
    probes: tuple[Parameter, ...]
    oracle: str | None
    needs: tuple[Feature, ...]


class Options(TypedDict, total=False):
    """Those of them that a test may have."""

    flags: tuple[str, ...]
    probes: tuple[Parameter, ...]
    oracle: str
    rejections: tuple[RejectionClass, ...]
    needs: tuple[Feature, ...]


def valid(vector: str, *needs: Feature) -> Common:
    """The fields of a valid test."""
    return Common(
        id=vector,
        case=vector.split("/")[1].upper(),
        result=Result.VALID,
        why="Shows that the ordinary case works.",
        clause=CLAUSE,
        flags=("Basic",),
        control=None,
        rejections=(),
        probes=(),
        oracle=None,
        needs=needs,
    )


def invalid(vector: str, control: str, **options: Unpack[Options]) -> Common:
    """The fields of an invalid test."""
    return Common(
        id=vector,
        case=vector.split("/")[1].upper(),
        result=Result.INVALID,
        why="Shows that one wrong thing is noticed.",
        clause=CLAUSE,
        flags=options.get("flags", ("Modified",)),
        control=control,
        rejections=options.get("rejections", INVALID_CIPHERTEXT),
        probes=options.get("probes", ()),
        oracle=options.get("oracle"),
        needs=options.get("needs", ()),
    )


def flipped(text: bytes, bit: int = 0) -> HexBytes:
    """The text with one bit changed, counted from the most significant of the first byte."""
    changed = bytearray(text)
    changed[bit // 8] ^= 0x80 >> bit % 8
    return HexBytes(changed)


def uniformity(family: str, name: str, case: str) -> Uniformity:
    """Refusals that must look alike."""
    return Uniformity(
        id=f"{family}/{case.lower()}/{name}-refusals",
        case=case,
        name=name,
        why="Refusals that differ tell an attacker what was wrong.",
        clause=CLAUSE,
        flags=("Oracle",),
    )


def corpus_file(
    family: str,
    algorithm: Algorithm,
    padding: PaddingMode | None = None,
    *,
    groups: tuple[Group, ...],
    uniformities: tuple[Uniformity, ...] = (),
    key_spec: KeySpec = KeySpec.AES_128,
    dialect: EciesDialect | None = None,
) -> CorpusFile:
    """A corpus file with these groups, and notes and classes as they need them."""
    tests = [test for group in groups for test in group.tests]
    note = Note(bug_type=BugType.BASIC, description="A flag for tests.", effect="None.")
    cases = dict.fromkeys(each.case for each in (*tests, *uniformities))
    flags = dict.fromkeys(flag for each in (*tests, *uniformities) for flag in each.flags)
    return CorpusFile(
        schema="corpus_file.schema.json",
        corpus_version=CORPUS_VERSION,
        family=family,
        key_spec=key_spec,
        algorithm=algorithm,
        padding=padding,
        dialect=dialect,
        description=f"{algorithm} for tests of the runner",
        number_of_tests=len(tests),
        notes=dict.fromkeys(flags, note),
        classes=dict.fromkeys(cases, "A class for tests."),
        uniformities=uniformities,
        groups=groups,
    )
