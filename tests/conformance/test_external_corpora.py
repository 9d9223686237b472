"""Public corpora run as they are: every set about the sheet's algorithms, on every adapter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from kmsproof.cli import run_arguments
from kmsproof.corpus import load_corpus
from kmsproof.errors import CorpusError, ExitCode
from kmsproof.log_reader import read_run
from kmsproof.verdict import Verdict
from kmsproof_testing.external_corpora import SETS, external_folder
from kmsproof_vectors.model import Result

TESTS = {
    "wycheproof": (5529, 670),
    "cavp-aes": (4276, 0),
    "cavp-gcm": (47250, 0),
    "cavp-signatures": (135, 2968),
    "cavp-secp256k1": (225, 900),
    "cavp-pycryptodome": (684, 616),
}
"""Tests of each set, and how many are left out: other hash functions, key sizes, forms."""

NOT_COVERED = {
    ("cryptography", "wycheproof"): 54 + 3,
    ("cryptography", "cavp-gcm"): 15750,
    ("reference", "wycheproof"): 3,
}
"""Tests that a target does not declare: GCM IVs of other than 8 to 128 bytes, and the DigestInfo
without NULL."""

QUICK = ("cavp-signatures", "cavp-secp256k1")
"""The sets that any target answers within a second or two."""

NAMES = [
    pytest.param(name, marks=() if name in QUICK else pytest.mark.slow, id=name) for name in SETS
]


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_every_set_is_read_whole(name: str, tmp_path: Path) -> None:
    corpus = load_corpus(external_folder(name, tmp_path))
    taken, left_out = corpus.total, sum(corpus.left_out.values())
    print(f"{name}: {taken} tests, {left_out} left out: {dict(corpus.left_out)}")
    assert (taken, left_out) == TESTS[name]
    assert corpus.is_external


def judged(target: str, name: str, folder: Path) -> None:
    """Run a set on a target: no test may fail, and only what is known is not covered."""
    source = external_folder(name, folder)
    out = folder / "run"
    arguments = [
        "run",
        target,
        "--corpus",
        str(source),
        "--out",
        str(out),
        "--report",
        "none",
        "-q",
    ]
    assert run_arguments(arguments) is ExitCode.CONFORMANT
    [run] = read_run(out).targets.values()
    counts = dict.fromkeys(Verdict, 0)
    for recorded in run.verdicts:
        counts[recorded.verdict] += 1
    print(f"{target} on {name}: {counts[Verdict.PASS]} pass, {counts[Verdict.FAIL]} fail")
    expected = NOT_COVERED.get((target, name), 0)
    assert counts[Verdict.UNSUPPORTED] == expected
    assert counts[Verdict.PASS] == TESTS[name][0] - expected


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", ["reference", "cryptography", "pycryptodome"])
def test_no_test_fails(target: str, name: str, tmp_path: Path) -> None:
    judged(target, name, tmp_path)


@pytest.mark.slow
def test_an_invalid_test_is_held_against_a_valid_one(tmp_path: Path) -> None:
    corpus = load_corpus(external_folder("cavp-signatures", tmp_path))
    tests = {
        test.id: test
        for entry in corpus.manifest.files
        for group in corpus.file(entry.family).groups
        for test in group.tests
    }
    invalid = [test for test in tests.values() if test.result is Result.INVALID]
    assert len(invalid) > 50
    for test in invalid:
        assert test.control is not None, test.id
        assert tests[test.control].result is Result.VALID
        assert list(tests).index(test.control) < list(tests).index(test.id)


def wycheproof_file(**changes: object) -> dict[str, object]:
    """A small file in the format of Wycheproof: one test of AES-GCM."""
    test = {
        "tcId": 1,
        "key": "00" * 16,
        "iv": "00" * 12,
        "aad": "",
        "msg": "",
        "ct": "",
        "tag": "58e2fccefa7e3061367f1d57a4e7455a",
        "result": "valid",
    }
    group = {"type": "AeadTest", "keySize": 128, "tagSize": 128, "tests": [{**test, **changes}]}
    return {"algorithm": "AES-GCM", "testGroups": [group]}


def run_on(document: object, folder: Path, name: str = "some_test.json") -> int:
    """Judge ``cryptography`` by a file with this content."""
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    arguments = ["run", "cryptography", "--corpus", str(path), "--out", str(folder / "run"), "-q"]
    return run_arguments([*arguments, "--report", "none"])


def test_fields_that_some_files_lack_are_not_needed(tmp_path: Path) -> None:
    assert run_on(wycheproof_file(), tmp_path) is ExitCode.CONFORMANT


def test_a_wrong_answer_fails_as_ever(tmp_path: Path) -> None:
    assert run_on(wycheproof_file(tag="00" * 16), tmp_path) is ExitCode.NOT_CONFORMANT


def test_what_the_corpus_leaves_open_is_left_out(tmp_path: Path) -> None:
    assert run_on(wycheproof_file(result="acceptable"), tmp_path) is ExitCode.COVERAGE


@pytest.mark.parametrize(
    ("document", "name", "says"),
    [
        ("{", "a.json", "a.json is no file of an external corpus"),
        ("[]", "a.json", "it has no testGroups"),
        ({"testGroups": [1]}, "a.json", "no file of an external corpus"),
        (wycheproof_file(iv="0"), "a.json", "no file of an external corpus"),
        (wycheproof_file(iv=7), "a.json", "test 1 lacks a field, or has one of another form"),
        (wycheproof_file(key="00"), "a.json", "the key has 1 bytes"),
        ("nothing here", "a.rsp", "has no case of a response file"),
        ("KEY = zz\nPLAINTEXT = 00\nCIPHERTEXT = 00\n", "a.rsp", "case 1 of a.rsp cannot be read"),
        ("COUNT = 1\nCOUNT = 2\n", "a.rsp", "the field COUNT is given twice"),
    ],
)
def test_what_is_no_corpus_is_refused_with_a_sentence(
    document: object, name: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_on(document, tmp_path, name) is ExitCode.HARNESS
    told = " ".join(capsys.readouterr().err.split())
    assert says in told
    assert "Traceback" not in told


def test_an_empty_folder_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="There is no corpus in"):
        load_corpus(tmp_path)


def test_the_log_says_which_corpus_it_was_and_what_was_left_out(tmp_path: Path) -> None:
    assert run_on(wycheproof_file(), tmp_path) is ExitCode.CONFORMANT
    started = read_run(tmp_path / "run").started
    assert started.filters == (f"corpus={tmp_path / 'some_test.json'}",)
    group = {"type": "MacTest", "tests": [{"tcId": 2, "result": "valid"}]}
    document = wycheproof_file()
    document["testGroups"] = [*cast(list[object], document["testGroups"]), group]
    (tmp_path / "more").mkdir()
    assert run_on(document, tmp_path / "more") is ExitCode.CONFORMANT
    started = read_run(tmp_path / "more" / "run").started
    assert started.filters[1] == "left out: 1 × MacTest of AES-GCM is not on the sheet"


@pytest.mark.slow
def test_a_single_test_can_be_selected_with_its_control(tmp_path: Path) -> None:
    folder = external_folder("cavp-signatures", tmp_path)
    out = tmp_path / "run"
    groups = load_corpus(folder).file("cavp-sigver-ec-p256").groups
    tests = [test for group in groups for test in group.tests]
    wanted = next(test.id for test in tests if test.result is Result.INVALID)
    arguments = ["run", "cryptography", "--corpus", str(folder), "--id", wanted, "--out", str(out)]
    assert run_arguments([*arguments, "-q", "--report", "none"]) is ExitCode.CONFORMANT
