"""Files of a corpus with anything in them: read, or refused with a sentence, and never a crash."""

from __future__ import annotations

import contextlib
import copy
import json
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kmsproof.corpus import Corpus, load_corpus, validate_corpus
from kmsproof.errors import CorpusError
from kmsproof.selection import Filters
from kmsproof.session import InProcessSession
from kmsproof.targets import open_in_process
from kmsproof_testing.acceptance import Json
from kmsproof_testing.corpora import CBC_FILE, CHAIN_FILE, GCM_FILE
from kmsproof_testing.corpora_asymmetric import ECDSA_FILE, ECIES_FILE, OAEP_FILE, PKCS1_FILE
from kmsproof_testing.corpus_folders import write_corpus, write_documents
from kmsproof_testing.external_corpora import SETS
from kmsproof_testing.fakes.running import run_session
from kmsproof_testing.spoiling import spoiled, spoiled_bytes, spoiled_text
from kmsproof_vectors.builder import encode
from kmsproof_vectors.load import MANIFEST_NAME
from kmsproof_vectors.model import CorpusFile

QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

OWN = (GCM_FILE, CBC_FILE, CHAIN_FILE, PKCS1_FILE, ECDSA_FILE, OAEP_FILE, ECIES_FILE)
FIELDS = ("padding", "dialect", "needs", "label", "oracle", "control", "probes", "tag", "private")


DOCUMENTS: list[Json] = [json.loads(encode(file)) for file in OWN]
"""The corpus files as a JSON reader has them."""


def read_whole(path: Path) -> Corpus | None:
    """Load everything at a path; what is refused is refused in sentences."""
    try:
        corpus = load_corpus(path)
        for entry in corpus.manifest.files:
            corpus.file(entry.family)
        corpus.count(Filters())
    except CorpusError as error:
        for text in (error.message, error.remedy):
            assert text.rstrip().endswith((".", "?")), text
            assert "Traceback" not in text
        return None
    return corpus


def run_on_reference(corpus: Corpus, folder: Path) -> None:
    """Whatever was read can be run: nothing in it makes the judge stumble."""
    session = InProcessSession(open_in_process("reference"), deadline_ms=1000)
    ran = run_session(session, folder, corpus.files(Filters()))
    assert ran.finished.state == "finished"


@given(spoiled(st.sampled_from(DOCUMENTS), FIELDS))
@QUICK
def test_a_spoilt_file_of_ours_is_read_or_refused(document: Json) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = write_documents(Path(name) / "corpus", [document])
        corpus = read_whole(folder)
        with contextlib.suppress(CorpusError):
            validate_corpus(folder)
        if corpus is not None:
            run_on_reference(corpus, Path(name))


@given(st.sampled_from(OWN), st.data())
@QUICK
def test_spoilt_bytes_of_ours_are_read_or_refused(file: CorpusFile, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        octets = data.draw(spoiled_bytes(encode(file)))
        read_whole(write_documents(Path(name) / "corpus", [octets]))


@given(st.data())
@QUICK
def test_a_spoilt_manifest_is_read_or_refused(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = write_corpus(Path(name) / "corpus", [CHAIN_FILE])
        manifest = folder / MANIFEST_NAME
        whole = json.loads(manifest.read_bytes())
        spoilt = json.dumps(data.draw(spoiled(st.just(whole), ("padding", "withdrawn")))).encode()
        manifest.write_bytes(data.draw(st.just(spoilt) | spoiled_bytes(spoilt)))
        read_whole(folder)


# External corpora.


@cache
def wycheproof_documents() -> tuple[Json, ...]:
    """Two tests of the first group of each file that is read."""
    package, paths = SETS["wycheproof"]
    documents: list[dict[str, Any]] = []
    for path in paths:
        whole: dict[str, Any] = json.loads((files(package) / path).read_text(encoding="utf-8"))
        group = whole["testGroups"][0]
        kinds = {test["result"]: test for test in reversed(group["tests"])}
        whole["testGroups"] = [{**group, "tests": list(kinds.values())}]
        flags = {flag for test in kinds.values() for flag in test.get("flags", ())}
        whole["notes"] = {f: note for f, note in whole.get("notes", {}).items() if f in flags}
        documents.append(whole)
    return tuple(documents)


@cache
def cavp_texts() -> tuple[tuple[str, str], ...]:
    """The beginning of one file of each kind, with its name."""
    names = {
        "cavp-aes": ("ECBVarTxt128.rsp", "CBCMMT256.rsp"),
        "cavp-gcm": ("gcmDecrypt128.rsp", "gcmEncryptExtIV256.rsp"),
        "cavp-signatures": ("SigVer15_186-3.rsp", "SigGen15_186-3.rsp", "SigGen.txt", "SigVer.rsp"),
        "cavp-pycryptodome": ("CBCMCT192.rsp", "SigVerPSS_186-3.rsp", "SigGenPSS_186-3.txt"),
    }
    texts: list[tuple[str, str]] = []
    for name, wanted in names.items():
        package, paths = SETS[name]
        for path in paths:
            if Path(path).name in wanted:
                text = (files(package) / path).read_text(encoding="utf-8")
                texts.append((Path(path).name, shortened_cavp(text)))
    assert len(texts) == sum(len(wanted) for wanted in names.values())
    return tuple(texts)


def shortened_cavp(text: str) -> str:
    """The head of a response file, and the first cases that have a place in the sheet."""
    lines = text.splitlines()
    begin = next((n for n, line in enumerate(lines) if "SHA-256]" in line), 0)
    begin = begin or next((n for n, line in enumerate(lines) if line == "[mod = 2048]"), 0)
    return "\n".join([*lines[:8], *lines[begin : begin + 30]]) + "\n"


def read_external_text(name: str, text: str, *, run: bool = False) -> Corpus | None:
    """Read a text as a file of an external corpus."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        corpus = read_whole(path)
        if corpus is not None and run:
            run_on_reference(corpus, Path(folder))
        return corpus


@pytest.mark.parametrize("number", range(len(SETS["wycheproof"][1])))
def test_the_samples_of_wycheproof_are_read(number: int) -> None:
    corpus = read_external_text("a_test.json", json.dumps(wycheproof_documents()[number]))
    assert corpus is not None
    assert corpus.total + sum(corpus.left_out.values()) > 0


@pytest.mark.parametrize("number", range(11))
def test_the_samples_of_cavp_are_read(number: int) -> None:
    corpus = read_external_text(*cavp_texts()[number])
    assert corpus is not None
    assert corpus.total + sum(corpus.left_out.values()) > 0


def changed_wycheproof(**changes: object) -> str:
    """The file about AES-GCM in which the first test has other fields."""
    whole = copy.deepcopy(wycheproof_documents()[0])
    whole["testGroups"][0]["tests"][0].update(changes)
    return json.dumps(whole)


def test_a_flag_that_the_file_does_not_describe_is_taken() -> None:
    corpus = read_external_text("a_test.json", changed_wycheproof(flags=["Unheard"]))
    assert corpus is not None
    file = corpus.file(corpus.manifest.files[0].family)
    assert file.notes["Unheard"].description == "The corpus does not describe this flag."


@pytest.mark.parametrize(
    "changes",
    [
        {"flags": [{"a": 1}]},
        {"flags": 7},
        {"flags": ["A\ud800"]},
        {"iv": ["00"]},
        {"result": ["valid"]},
    ],
    ids=str,
)
def test_fields_of_other_types_are_refused_with_a_sentence(changes: dict[str, object]) -> None:
    assert read_external_text("a_test.json", changed_wycheproof(**changes)) is None


def test_two_tests_of_one_name_are_refused() -> None:
    whole = copy.deepcopy(wycheproof_documents()[0])
    tests = whole["testGroups"][0]["tests"]
    assert len(tests) > 1
    for test in tests:
        test.update(tcId=1, flags=["A"])
    assert read_external_text("a_test.json", json.dumps(whole)) is None


NAMES = ("tcId", "flags", "result", "iv", "tagSize", "keySize", "curve", "sLen", "comment", "type")


@given(st.data())
@QUICK
def test_a_spoilt_file_of_wycheproof_is_read_or_refused(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(wycheproof_documents()))
    document = data.draw(spoiled(st.just(whole), NAMES))
    read_external_text("a_test.json", json.dumps(document))


@given(st.data())
@FEW
def test_what_is_read_of_a_spoilt_file_of_wycheproof_can_be_run(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(wycheproof_documents()))
    document = data.draw(spoiled(st.just(whole), NAMES))
    read_external_text("a_test.json", json.dumps(document), run=True)


@given(st.data())
@QUICK
def test_a_spoilt_text_of_wycheproof_is_read_or_refused(data: st.DataObject) -> None:
    text = json.dumps(data.draw(st.sampled_from(wycheproof_documents())))
    read_external_text("a_test.json", data.draw(spoiled_text(text)))


@given(st.data())
@QUICK
def test_a_spoilt_response_file_is_read_or_refused(data: st.DataObject) -> None:
    name, text = data.draw(st.sampled_from(cavp_texts()))
    lines = text.splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    kind = data.draw(st.sampled_from(["text", "twice", "left out", "moved"]))
    if kind == "text":
        lines[at] = data.draw(spoiled_text(lines[at]))
    elif kind == "twice":
        lines.insert(at, lines[at])
    elif kind == "left out":
        del lines[at]
    else:
        lines.append(lines.pop(at))
    spoilt = "".join(lines)
    other = data.draw(st.sampled_from([name, "SigGenPSS.rsp", "ECBMCT128.rsp", "gcmDecrypt1.rsp"]))
    read_external_text(other, spoilt, run=False)


@given(st.text(max_size=80), st.sampled_from(["a.json", "a.rsp", "a.txt"]))
@example("[" * 100_000, "a.json")
@example('{"testGroups":' + "[" * 50_000, "a.json")
@example('{"a":' * 20_000 + "1" + "}" * 20_000, "a.json")
@example('{"testGroups":[],"x":' + "9" * 5_000 + "}", "a.json")
@example("n = " + "9" * 5_000 + "\nMsg = 00\nS = 00\ne = 3\nSHAAlg = SHA256\n", "a.rsp")
@example("[mod = 2048]\n" * 1000, "a.rsp")
@QUICK
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    read_external_text(name, text)


@given(st.binary(max_size=80))
@QUICK
def test_any_bytes_are_read_or_refused(octets: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a.json", "a.rsp"):
            (Path(folder) / name).write_bytes(octets)
        read_whole(Path(folder))
