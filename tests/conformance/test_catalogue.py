"""Looking things up: list, explain with intermediate values, doctor."""

from __future__ import annotations

import pytest

from kmsproof.catalogue import (
    Found,
    class_lines,
    explanation,
    family_lines,
    find_vector,
    flag_lines,
    report_lines,
    target_lines,
    vector_lines,
)
from kmsproof.corpus import Corpus, load_corpus
from kmsproof.doctor import Finding, examine, lines
from kmsproof.errors import UsageError
from kmsproof.intermediate import intermediate_lines
from kmsproof.selection import Filters
from kmsproof.target import Health
from kmsproof_reference.gcm import Gcm
from kmsproof_vectors.model import EncryptTest

REFUSED = "aes-256-gcm/tag-bit-flipped/bit-017"
COMPARED = "aes-128-cbc-pkcs7/uniform-refusals/padding"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(None)


def some_id(corpus: Corpus, pattern: str) -> str:
    return next(vector_lines(corpus, Filters(ids=(pattern,)))).split()[0]


def test_a_valid_vector_is_explained_with_its_answer(corpus: Corpus) -> None:
    told = "\n".join(explanation(find_vector(corpus, some_id(corpus, "aes-128-gcm/*-encrypt"))))
    for part in ("class", "clause", "key (a test key)", "right answer", "ciphertext", "flag"):
        assert part in told


def test_a_refusal_is_explained_with_its_control(corpus: Corpus) -> None:
    told = "\n".join(explanation(find_vector(corpus, REFUSED)))
    assert "decrypt is refused as invalid-ciphertext" in told
    assert "aes-256-gcm/tag-bit-flipped/control (the valid form, which must be accepted)" in told
    assert "SP 800-38D §7.2 step 8" in told


def test_a_comparison_is_explained(corpus: Corpus) -> None:
    told = "\n".join(explanation(find_vector(corpus, COMPARED)))
    assert "oracle is 'padding'" in told
    assert "CWE-203" in told


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("aes-256-gcm/tag-bit-flipped/bit-17", "aes-256-gcm/tag-bit-flipped/bit-"),
        ("aes-256-gmc/x/y", "aes-256-gcm"),
        ("nonsense", "See 'kmsproof list vectors'"),
    ],
)
def test_an_unknown_id_gets_a_suggestion(corpus: Corpus, wanted: str, hint: str) -> None:
    with pytest.raises(UsageError, match="There is no vector") as caught:
        find_vector(corpus, wanted)
    assert hint in caught.value.remedy


def test_intermediate_values_are_those_of_the_computation(corpus: Corpus) -> None:
    found = find_vector(corpus, some_id(corpus, "aes-128-gcm/*-encrypt"))
    assert isinstance(found, Found)
    assert isinstance(found.test, EncryptTest)
    shown = "\n".join(intermediate_lines(found))
    gcm = Gcm(found.group.key.secret or b"")
    assert gcm.h.hex() in shown
    assert gcm.pre_counter_block(found.test.iv or b"").hex() in shown


@pytest.mark.parametrize(
    "pattern",
    ["aes-*-ecb-pkcs7/*-encrypt", "aes-*-cbc-pkcs7/*-decrypt", "aes-*-ecb-no-padding/*-decrypt"],
)
def test_block_modes_show_their_values(corpus: Corpus, pattern: str) -> None:
    found = find_vector(corpus, some_id(corpus, pattern))
    assert isinstance(found, Found)
    shown = "\n".join(intermediate_lines(found))
    assert "input_block" in shown
    assert "the reference refuses" not in shown


def test_a_refusal_shows_the_values_up_to_it(corpus: Corpus) -> None:
    found = find_vector(corpus, REFUSED)
    assert isinstance(found, Found)
    *values, last = intermediate_lines(found)
    assert any("J0" in value for value in values)
    assert last.startswith("  the reference refuses: ")


def test_a_chain_has_no_values_of_its_own(corpus: Corpus) -> None:
    found = find_vector(corpus, some_id(corpus, "aes-128-cbc-no-padding/chain/*"))
    assert isinstance(found, Found)
    assert "chain of calls" in "\n".join(intermediate_lines(found))


def test_everything_is_listed(corpus: Corpus) -> None:
    assert len(list(vector_lines(corpus, Filters()))) == corpus.total
    assert len(family_lines(corpus)) == len(corpus.manifest.files)
    assert any(line.startswith("ModifiedTag") for line in flag_lines(corpus))
    counts = {line.split()[0]: int(line.split()[1]) for line in class_lines(corpus)}
    assert min(counts.values()) > 0
    assert {"reference", "pkcs11", "exec"} <= {line.split()[0] for line in target_lines()}
    assert {"html", "junit", "markdown"} <= {line.split()[0] for line in report_lines()}


def test_doctor_finds_what_is_installed() -> None:
    findings = {finding.name: finding for finding in examine()}
    for name in ("kmsproof", "corpus", "target reference", "target cryptography"):
        assert findings[name].health.ready
    assert findings["corpus"].needed


def test_doctor_says_what_to_do() -> None:
    missing = Finding("target x", Health(False, "x is missing", "Install x."), needed=False)
    assert list(lines([missing])) == ["missing  target x: x is missing", "         Install x."]
