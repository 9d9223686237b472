"""What a target answered in a run, explained beside what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmsproof.catalogue import Found, find_vector
from kmsproof.cli import run_arguments
from kmsproof.corpus import Corpus, load_corpus
from kmsproof.errors import UsageError
from kmsproof.explaining.failed import run_lines
from kmsproof.live.corpus import load_live_corpus
from kmsproof.log_reader import read_run
from kmsproof.results import Run
from kmsproof.verdict import Verdict


def judged(folder: Path, target: str, *more: str) -> Run:
    run_arguments(["run", target, "--out", str(folder), "--report", "none", *more])
    return read_run(folder)


def first_failure(run: Run, operation: str, kind: str) -> str:
    [target] = run.targets.values()
    return next(
        each.id
        for each in target.verdicts
        if each.failure == kind and each.detail and each.detail.operation == operation
    )


def explained(run: Run, vector: str, corpus: Corpus) -> str:
    found = find_vector(corpus, vector)
    assert isinstance(found, Found)
    lines = run_lines(run, vector, found, None)
    assert all(line.isprintable() for line in lines)
    return "\n".join(lines)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(None)


@pytest.fixture(scope="module")
def reversed_tags(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("runs") / "reversed"
    return judged(folder, "reference:deviation=gcm/hash-bytes-reversed", "--id", "aes-128-gcm/*")


def test_a_wrong_tag_is_laid_beside_the_right_one(reversed_tags: Run, corpus: Corpus) -> None:
    text = explained(reversed_tags, first_failure(reversed_tags, "encrypt", "wrong-output"), corpus)
    assert "first difference at byte 0 of the tag" in text
    assert "^^ byte 0" in text
    assert "ciphertext: as expected" in text


def test_a_refusal_shows_what_was_said_and_what_was_wanted(
    reversed_tags: Run, corpus: Corpus
) -> None:
    text = explained(reversed_tags, first_failure(reversed_tags, "decrypt", "wrong-reject"), corpus)
    assert "it answered: rejected, invalid-ciphertext" in text
    assert "expected plaintext: " in text


def test_a_wrong_acceptance_shows_what_was_given_away(tmp_path: Path, corpus: Corpus) -> None:
    target = "reference:deviation=gcm/tag-not-compared"
    run = judged(tmp_path / "run", target, "--id", "aes-128-gcm/*")
    vector = first_failure(run, "decrypt", "wrong-accept")
    text = explained(run, vector, corpus)
    assert f"{target}: fail (wrong-accept)" in text
    assert "plaintext: " in text


def test_a_random_answer_is_taken_apart_by_the_reference(tmp_path: Path, corpus: Corpus) -> None:
    target = "reference:deviation=pss/salt-of-20-bytes"
    run = judged(tmp_path / "run", target, "--id", "rsa-2048-pss/*sign*")
    text = explained(run, first_failure(run, "sign", "wrong-output"), corpus)
    assert "this is how the reference takes the target's apart" in text
    [salt] = [line for line in text.splitlines() if line.strip().startswith("salt ")]
    assert len(salt.split()[1]) == 2 * 20


def test_a_vector_that_passed_says_no_more(reversed_tags: Run, corpus: Corpus) -> None:
    [target] = reversed_tags.targets.values()
    passed = next(each.id for each in target.verdicts if each.verdict is Verdict.PASS)
    assert explained(reversed_tags, passed, corpus).splitlines()[1:] == [
        "  reference:deviation=gcm/hash-bytes-reversed: pass"
    ]


def test_other_targets_and_vectors_are_a_mistake(reversed_tags: Run, corpus: Corpus) -> None:
    file = corpus.file("aes-128-gcm")
    with pytest.raises(UsageError, match="no target 'other'"):
        run_lines(reversed_tags, "aes-128-gcm/a/b", file, "other")
    with pytest.raises(UsageError, match="no verdict on aes-256-gcm/a/b"):
        run_lines(reversed_tags, "aes-256-gcm/a/b", file, None)


def test_a_run_from_the_command_line(
    reversed_tags: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    vector = first_failure(reversed_tags, "encrypt", "wrong-output")
    folder = str(reversed_tags.path.parent)
    assert run_arguments(["explain", vector, "--run", folder, "--values"]) == 0
    said = capsys.readouterr().out
    for part in ("intermediate values", "  kills     ", "^^ byte 0", "right answer"):
        assert part in said


def test_a_live_vector_is_explained_with_its_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = load_live_corpus()
    family = next(each.family for each in live.manifest.files if each.family == "live-aes-128-gcm")
    run = judged(
        tmp_path / "run",
        "reference-kms:deviation=gcm/counter-stands-still",
        *("--mode", "live", "--protection-level", "hardware", "--id", f"{family}/special-hash/*"),
    )
    capsys.readouterr()
    vector = first_failure(run, "decrypt", "wrong-output")
    assert run_arguments(["explain", vector, "--run", str(run.path), "--values"]) == 0
    said = capsys.readouterr().out
    assert "bytes differ" in said
    assert "kmsproof replay shows the bytes of every call" in said
