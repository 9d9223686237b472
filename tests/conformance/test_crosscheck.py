"""The witness record: what it must hold, and that it is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from kmsproof.catalogue import find_vector
from kmsproof.corpus import Corpus, load_corpus
from kmsproof.crosscheck import (
    FEWER,
    WitnessRecord,
    check_record,
    crosscheck,
    matrix_lines,
    read_record,
    write_record,
)
from kmsproof.errors import CorpusError, UsageError
from kmsproof.progress import Silent
from softhsm import SofthsmToken

LIBRARIES = ("reference", "cryptography", "pycryptodome")
OTHERS = (
    *("SoftHSM project SoftHSM v2", "Mozilla Foundation NSS 3"),
    *("Bouncy Castle", "Node.js crypto"),
)
FAMILY = "aes-256-gcm"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(None)


@pytest.fixture(scope="module")
def record(corpus: Corpus) -> WitnessRecord:
    return read_record(corpus.folder)


def test_the_record_is_complete(corpus: Corpus, record: WitnessRecord) -> None:
    assert check_record(corpus, record) == []
    assert sum(found.tests for found in record.files.values()) == corpus.total
    names = {witness.name for witness in record.witnesses}
    assert {*LIBRARIES, *OTHERS} == names


def test_three_agree_on_all_but_the_few_tests_of_what_few_implementations_have(
    corpus: Corpus, record: WitnessRecord
) -> None:
    numbers: Counter[int] = Counter()
    for found in record.files.values():
        for agreed, tests in found.agreed.items():
            numbers[len(agreed.split("+"))] += tests
    optional = {
        test.id
        for entry in corpus.manifest.files
        for group in corpus.file(entry.family).groups
        for test in group.tests
        if test.needs
    }
    print(f"tests by how many agree: {dict(sorted(numbers.items()))}")
    assert numbers.total() == corpus.total
    assert numbers[0] == numbers[1] == 0
    assert numbers[2] <= len(optional) + len(FEWER)
    assert numbers[2] < 300


def test_every_exception_is_a_test_that_there_is(corpus: Corpus) -> None:
    for name, reason in FEWER.items():
        assert find_vector(corpus, name)
        assert reason.endswith(".")


def change_file(record: WitnessRecord, **changes: object) -> WitnessRecord:
    changed = msgspec.structs.replace(record.files[FAMILY], **changes)
    return msgspec.structs.replace(record, files={**record.files, FAMILY: changed})


def without_file(record: WitnessRecord) -> WitnessRecord:
    files = {name: found for name, found in record.files.items() if name != FAMILY}
    return msgspec.structs.replace(record, files=files)


def with_foreign_file(record: WitnessRecord) -> WitnessRecord:
    files = {**record.files, "aes-512-gcm": record.files[FAMILY]}
    return msgspec.structs.replace(record, files=files)


DEFECTS: dict[str, tuple[Callable[[WitnessRecord], WitnessRecord], str]] = {
    "file without record": (without_file, "has no witness record"),
    "file changed since": (lambda r: change_file(r, sha256="00" * 32), "has changed since"),
    "test without witness": (
        lambda r: change_file(r, unconfirmed=(f"{FAMILY}/a/b",)),
        "1 tests lack a witness",
    ),
    "record of nothing": (with_foreign_file, "which is not in the corpus"),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_an_incomplete_record_is_found(defect: str, corpus: Corpus, record: WitnessRecord) -> None:
    change, told = DEFECTS[defect]
    [problem] = check_record(corpus, change(record))
    assert told in problem


def test_a_record_survives_being_written(record: WitnessRecord, tmp_path: Path) -> None:
    write_record(record, tmp_path)
    assert read_record(tmp_path) == record


def test_a_record_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be read") as caught:
        read_record(tmp_path)
    assert "crosscheck --write" in caught.value.remedy


def test_the_reference_must_be_among_the_witnesses(corpus: Corpus) -> None:
    with pytest.raises(UsageError, match="The reference is not among the witnesses"):
        crosscheck(corpus, ["cryptography"], Silent())


def test_the_matrix_names_witnesses_files_and_findings(record: WitnessRecord) -> None:
    lines = "\n".join(matrix_lines(record))
    for part in (*LIBRARIES, FAMILY, "all files", "finding pycryptodome"):
        assert part in lines


@pytest.mark.slow
@pytest.mark.softhsm
def test_the_record_is_true(
    corpus: Corpus, record: WitnessRecord, softhsm_token: SofthsmToken
) -> None:
    found, _ = crosscheck(corpus, [*LIBRARIES, softhsm_token.uri], Silent())
    versions = {witness.name: witness.version for witness in found.witnesses}
    if versions != {witness.name: witness.version for witness in record.witnesses}:
        pytest.skip(f"other versions than those of the record: {versions}")
    print(f"{corpus.total} tests, {len(found.findings)} findings")
    assert found.files == record.files
    assert found.findings == record.findings
