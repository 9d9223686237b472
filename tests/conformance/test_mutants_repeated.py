"""The proof repeated: each mutant is asked again some of the vectors that killed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from kmsproof.cli import run_arguments
from kmsproof.diagnosis.accuracy import plant
from kmsproof.errors import ExitCode
from kmsproof.mutants import repeating
from kmsproof.mutants.excerpts import calls_of, excerpt, vectors_of
from kmsproof.mutants.matrix import Matrix, Row, ViewKills, load_matrix
from kmsproof.mutants.proving import files_of
from kmsproof.mutants.repeating import Missed, Repeated, repeat_some
from kmsproof_reference.deviations import View, catalogue

ID = "ecb/only-first-block-encrypted"
FAMILY = "aes-256-ecb-no-padding"


def with_row(matrix: Matrix, row: Row) -> Matrix:
    rows = tuple(row if each.id == row.id else each for each in matrix.rows)
    return msgspec.structs.replace(matrix, rows=rows)


def known_as(monkeypatch: pytest.MonkeyPatch, matrix: Matrix) -> None:
    ids, _ = repeating.known()
    monkeypatch.setattr(repeating, "known", lambda: (ids, {row.id: row for row in matrix.rows}))


def test_a_mutant_is_killed_again_in_both_views() -> None:
    found = repeat_some([ID])
    assert (found.killed, found.missed) == (2, ())
    assert 2 <= found.asked <= 2 * repeating.FEW


def test_a_vector_that_does_not_kill_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first message has one block: whoever encrypts only that is right about it."""
    matrix = load_matrix()
    row = matrix.row(ID)
    assert row is not None
    one = next(
        place
        for place, test in enumerate(vectors_of(files_of((FAMILY,))[0]))
        if test.id.endswith("/ecb-message/01-blocks-encrypt")
    )
    wrong = ViewKills(files={FAMILY: {"wrong-output": str(one)}})
    known_as(monkeypatch, with_row(matrix, msgspec.structs.replace(row, library=wrong)))
    (missed,) = repeat_some([ID]).missed
    assert (missed.id, missed.view) == (ID, View.LIBRARY)
    assert "01-blocks-encrypt" in missed.why


def test_a_survivor_of_the_matrix_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = load_matrix()
    row = matrix.row(ID)
    assert row is not None
    known_as(monkeypatch, with_row(matrix, msgspec.structs.replace(row, live=None)))
    (missed,) = repeat_some([ID]).missed
    assert missed.view is View.LIVE


def test_a_deviation_that_the_matrix_has_not_is_told(monkeypatch: pytest.MonkeyPatch) -> None:

    def nothing(chunks: Sequence[Sequence[str]], jobs: int) -> Iterator[Repeated]:
        return iter(())

    monkeypatch.setattr(repeating, "_in_processes", nothing)
    matrix = load_matrix()
    rows = tuple(row for row in matrix.rows if row.id != ID)
    found = repeating.repeat(msgspec.structs.replace(matrix, rows=rows), jobs=1)
    assert {each.id for each in found.missed} == {ID}


def test_an_excerpt_has_what_its_vectors_need() -> None:
    (file,) = files_of((FAMILY,))
    refusal = next(test for test in vectors_of(file) if test.control is not None)
    part = excerpt(file, [refusal.id])
    assert {test.id for test in vectors_of(part)} == {refusal.id, refusal.control}
    assert all(calls_of(test) == 1 for test in vectors_of(part))


def test_every_nth_deviation_and_pairs_are_planted_always_the_same() -> None:
    matrix = load_matrix()
    planted = plant(matrix, every=50, pairs=5)
    assert planted == plant(matrix, every=50, pairs=5)
    alone = [each for each in planted if len(each.ids) == 1]
    pairs = [each for each in planted if len(each.ids) == 2]
    assert len(pairs) == 10
    assert {each.scope.view for each in alone} == set(View)
    assert all(id in catalogue() for each in planted for id in each.ids)
    assert len(set(pairs[0].ids)) == 2


@pytest.mark.parametrize("option", ["--write", "--check", "--all", "gcm/*"])
def test_a_quick_proof_takes_no_options_of_the_whole_one(option: str) -> None:
    assert run_arguments(["mutants", "--quick", option]) == ExitCode.USAGE


def test_a_proof_that_went_well_is_remembered_and_one_that_did_not_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    matrix, rounds = load_matrix(), list[int]()
    well = Repeated(3, (), 9)

    def asked(found: Repeated) -> None:
        def ask(_: Matrix, *, jobs: int) -> Repeated:
            rounds.append(jobs)
            return found

        monkeypatch.setattr(repeating, "repeat", ask)

    def again(what: Matrix) -> Repeated:
        return repeating.repeat_or_remember(what, jobs=1, cache_folder=tmp_path / "cache")

    asked(Repeated(2, (Missed(ID, View.LIVE, "why"),), 9))
    assert [len(again(matrix).missed) for _ in range(2)] == [1, 1]
    asked(well)
    assert [again(matrix) for _ in range(2)] == [well, well]
    assert len(rounds) == 3
    other = msgspec.structs.replace(matrix, corpus="0" * 64)
    assert again(other) == well
    assert len(rounds) == 4
    for kept in (tmp_path / "cache").iterdir():
        kept.write_text("{", encoding="ascii")
    assert again(matrix) == well
    assert len(rounds) == 5
