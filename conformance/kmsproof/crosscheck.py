"""Let independent implementations confirm the corpus, and record who agreed.

Vectors are made from the reference alone. Here the corpus is run through the adapters of the
witnesses, and ``witnesses.json`` beside the corpus says for each file, by its digest, which of them
gave the expected answer to how many tests. A disagreement is a finding and stays in the record.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from kmsproof.corpus import Corpus
from kmsproof.errors import CorpusError, UsageError
from kmsproof.log_reader import read_run
from kmsproof.progress import Progress
from kmsproof.results import Run, VerdictRecorded
from kmsproof.run import run
from kmsproof.run_options import RunOptions
from kmsproof.verdict import Verdict
from kmsproof_vectors.encoding import json_decoder, json_encoder
from kmsproof_vectors.model import AnyTest, Model

RECORD_NAME = "witnesses.json"
"""Name of the record, beside the manifest."""

MINIMUM = 3
"""Implementations that must have agreed on every test, the reference among them. One that does not
have the mechanism abstains; one that answers otherwise is a finding."""

MINIMUM_WITH_FEATURE = 2
"""The same for what a standard leaves open and few implementations have. The reference may be one
that has it not."""

FEWER = {
    "ec-p256k-ecdsa/public-key-point-form/hybrid": "RFC 5480 §2.2 demands the refusal in so many "
    "words; OpenSSL, on which most witnesses stand, does not make it.",
}
"""Tests on which fewer agree, each with the reason why it is right all the same."""

REFERENCE = "reference"


class Witness(Model, frozen=True, kw_only=True):
    """An implementation that was asked."""

    name: str
    version: str
    adapter: str = ""


class Finding(Model, frozen=True, kw_only=True):
    """Tests of one class to which a witness gave the same other answer than the standard's."""

    witness: str
    family: str
    case: str
    """The second part of the ids."""
    verdict: str
    failure: str = ""
    outcome: str = ""
    native_code: str = ""
    count: int
    first: str
    """Id of the first such test."""
    message: str = ""
    """What came with the first one."""


class FileRecord(Model, frozen=True, kw_only=True):
    """Who agreed on the tests of one corpus file."""

    sha256: str
    tests: int
    agreed: dict[str, int]
    """Number of tests by the witnesses that agreed on them, names joined by ``+``."""
    unconfirmed: tuple[str, ...] = ()
    """Tests on which fewer than the demanded number of witnesses agreed."""


class WitnessRecord(Model, frozen=True, kw_only=True):
    """The whole record."""

    corpus_version: str
    witnesses: tuple[Witness, ...]
    files: dict[str, FileRecord]
    findings: tuple[Finding, ...] = ()


def crosscheck(
    corpus: Corpus, targets: Sequence[str], progress: Progress, jobs: int = 1
) -> tuple[WitnessRecord, Run]:
    """Run the whole corpus on the witnesses, some at a time, and return who agreed.

    Raises:
        KmsproofError: if a witness does not start.
    """
    if not any(target.partition(":")[0] == REFERENCE for target in targets):
        raise UsageError(
            "The reference is not among the witnesses.",
            "Name it too: kmsproof crosscheck reference cryptography pycryptodome 'pkcs11:…'.",
        )
    with tempfile.TemporaryDirectory(prefix="kmsproof-") as folder:
        options = RunOptions(
            targets=tuple(targets),
            folder=Path(folder) / "crosscheck",
            corpus=str(corpus.folder),
            jobs=jobs,
        )
        run(options, corpus, progress)
        finished = read_run(options.folder)
    return record_of(corpus, finished), finished


def record_of(corpus: Corpus, finished: Run) -> WitnessRecord:
    """Return the record that follows from a run over the whole corpus."""
    names: dict[str, str] = {}
    witnesses: list[Witness] = []
    for target in finished.targets.values():
        if target.started is None:
            raise UsageError(
                f"The witness {target.target} did not start.", "See 'kmsproof doctor'."
            )
        described = target.started.description
        # A target that is named with an argument (a token, a program) is known by its own name.
        name = described.name if ":" in target.target else target.target
        names[target.target] = name
        witnesses.append(Witness(name=name, version=described.version, adapter=described.adapter))
    agreed: dict[str, list[str]] = {}
    disagreements: list[tuple[str, VerdictRecorded]] = []
    for target in finished.targets.values():
        for verdict in target.verdicts:
            if verdict.verdict is Verdict.PASS and verdict.outcome:
                agreed.setdefault(verdict.id, []).append(names[target.target])
            elif verdict.verdict not in (Verdict.UNSUPPORTED, Verdict.PASS):
                disagreements.append((names[target.target], verdict))
    return WitnessRecord(
        corpus_version=corpus.manifest.corpus_version,
        witnesses=tuple(witnesses),
        files={
            entry.family: _file_record(corpus, entry.family, entry.sha256, agreed)
            for entry in corpus.manifest.files
        },
        findings=tuple(_findings(disagreements)),
    )


def _findings(disagreements: Iterable[tuple[str, VerdictRecorded]]) -> Iterator[Finding]:
    """Yield one finding for all tests of a case that were answered alike."""
    alike: dict[tuple[str, ...], list[VerdictRecorded]] = {}
    for witness, verdict in disagreements:
        family, case, _ = verdict.id.split("/")
        told = (str(verdict.verdict), str(verdict.failure or ""), verdict.outcome)
        key = (witness, family, case, *told, verdict.native_code)
        alike.setdefault(key, []).append(verdict)
    for (witness, family, case, word, failure, outcome, code), found in sorted(alike.items()):
        yield Finding(
            witness=witness,
            family=family,
            case=case,
            verdict=word,
            failure=failure,
            outcome=outcome,
            native_code=code,
            count=len(found),
            first=found[0].id,
            message=found[0].message or found[0].reason,
        )


def _file_record(
    corpus: Corpus, family: str, digest: str, agreed: dict[str, list[str]]
) -> FileRecord:
    file = corpus.file(family)
    combinations: Counter[str] = Counter()
    unconfirmed: list[str] = []
    for group in file.groups:
        for test in group.tests:
            names = agreed.get(test.id, [])
            combinations["+".join(names) or "nobody"] += 1
            if not _is_confirmed(test, names):
                unconfirmed.append(test.id)
    return FileRecord(
        sha256=digest,
        tests=file.number_of_tests,
        agreed=dict(sorted(combinations.items())),
        unconfirmed=tuple(unconfirmed),
    )


def _is_confirmed(test: AnyTest, names: Sequence[str]) -> bool:
    if test.needs:
        return len(names) >= MINIMUM_WITH_FEATURE
    return REFERENCE in names and (len(names) >= MINIMUM or test.id in FEWER)


def write_record(record: WitnessRecord, folder: Path) -> Path:
    """Write the record beside the manifest."""
    file = folder / RECORD_NAME
    text = msgspec.json.format(json_encoder().encode(record), indent=1)
    file.write_bytes(text + b"\n")
    return file


def read_record(folder: Path) -> WitnessRecord:
    """Read the record beside a manifest.

    Raises:
        CorpusError: if there is none, or it cannot be read.
    """
    file = folder / RECORD_NAME
    try:
        return json_decoder(WitnessRecord).decode(file.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise CorpusError(
            f"The witness record {file} cannot be read ({error}).",
            "Write it anew with: kmsproof crosscheck --write.",
        ) from None


def check_record(corpus: Corpus, record: WitnessRecord) -> list[str]:
    """Return what is wrong with a record, one sentence each; nothing if it is complete."""
    problems: list[str] = []
    for entry in corpus.manifest.files:
        found = record.files.get(entry.family)
        if found is None:
            problems.append(f"{entry.path} has no witness record.")
        elif found.sha256 != entry.sha256:
            problems.append(f"{entry.path} has changed since the witnesses confirmed it.")
        elif found.unconfirmed:
            problems.append(
                f"{entry.path}: {len(found.unconfirmed)} tests lack a witness, "
                f"the first is {found.unconfirmed[0]}."
            )
    for family in record.files.keys() - {entry.family for entry in corpus.manifest.files}:
        problems.append(f"The witness record names {family}, which is not in the corpus.")
    return problems


def matrix_lines(record: WitnessRecord) -> Iterable[str]:
    """Yield the witness matrix: tests by file and by who agreed on them."""
    for witness in record.witnesses:
        yield f"witness {witness.name} {witness.version} {witness.adapter}".rstrip()
    for family, found in record.files.items():
        yield f"{family} ({found.tests} tests)"
        for names, count in found.agreed.items():
            yield f"  {count:>6}  {names}"
        if found.unconfirmed:
            yield f"  {len(found.unconfirmed):>6}  with fewer than {MINIMUM} agreeing"
    total: Counter[str] = Counter()
    for found in record.files.values():
        total.update(found.agreed)
    yield f"all files ({total.total()} tests)"
    for names, count in total.most_common():
        yield f"  {count:>6}  {names}"
    for finding in record.findings:
        told = f"{finding.verdict} {finding.failure} {finding.native_code}".strip()
        yield f"finding {finding.witness}: {finding.count} × {told}: {finding.first} …"
