"""The pages about deviations: complete, deterministic, with links that lead somewhere."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from kmsproof.corpus import load_corpus
from kmsproof.errors import CorpusError
from kmsproof.live.corpus import load_live_corpus
from kmsproof.mutants.loading import KnownKills
from kmsproof.mutants.matrix import Ids, Matrix, Row, ViewKills, written
from kmsproof.mutants.pages.catalogue_pages import FOLDER, INDEX, catalogue_pages
from kmsproof.mutants.pages.markdown import anchor, counted, plain, table
from kmsproof.mutants.pages.matrix_page import NAME, matrix_page
from kmsproof.mutants.pages.writing import WRITE_THEM, differences, main, pages
from kmsproof_reference.deviations import catalogue
from kmsproof_reference.deviations.families import Group

FAMILY = "aes-128-gcm"
SEEN = "gcm/tag-not-compared"
HANGING = "gcm/empty-tag-accepted"
LARGEST = 400_000
"""Bytes of a page that is still shown as Markdown."""

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    corpus, live = load_corpus(None), load_live_corpus(None)
    rows = {id: Row(id=id) for id in catalogue()}
    rows[SEEN] = Row(
        id=SEEN,
        library=ViewKills(files={FAMILY: {"wrong-accept": "0-9"}}),
        live=ViewKills(files={"live-aes-128-gcm": {"wrong-accept": "1"}}),
    )
    rows[HANGING] = Row(
        id=HANGING, library=ViewKills(files={FAMILY: {"leak": "3"}}), live=ViewKills()
    )
    return Matrix(
        corpus=corpus.digest,
        live_corpus=live.digest,
        judged={FAMILY: len(Ids(corpus, live).of(FAMILY))},
        rows=tuple(rows.values()),
    )


@pytest.fixture
def matrix_file(matrix: Matrix, tmp_path: Path) -> Path:
    path = tmp_path / "mutants.json"
    path.write_bytes(written(matrix))
    return path


@pytest.fixture(scope="module")
def kill_page(matrix: Matrix) -> str:
    known = KnownKills(matrix, Ids(load_corpus(None), load_live_corpus(None)))
    return matrix_page(known, catalogue()).decode()


@pytest.fixture(scope="module")
def catalogue_made() -> dict[str, str]:
    return {name: text.decode() for name, text in catalogue_pages(catalogue().values()).items()}


def test_every_deviation_has_one_entry(catalogue_made: dict[str, str]) -> None:
    entries = re.findall(r"^### (\S+)$", "\n".join(catalogue_made.values()), re.MULTILINE)
    assert sorted(entries) == sorted(catalogue())
    assert set(catalogue_made) == {INDEX, *(f"{FOLDER}/{group}.md" for group in Group)}


def test_an_entry_tells_all_that_is_known(catalogue_made: dict[str, str]) -> None:
    text = catalogue_made[f"{FOLDER}/aes.md"]
    entry = text.partition(f"### {SEEN}\n")[2].partition("\n### ")[0]
    deviation = catalogue()[SEEN]
    for told in (deviation.sentence, deviation.gain, deviation.clause, deviation.remedy):
        assert plain(told) in entry
    assert plain(deviation.cause) in entry
    assert "critical, [CWE-354], [CVE-2015-4550]" in entry
    assert "in library mode and in live mode." in entry
    assert "\n[CVE-2015-4550]: https://" in text
    assert "\n[CWE-354]: https://" in text


def test_an_entry_says_why_a_mode_cannot_see_it(catalogue_made: dict[str, str]) -> None:
    text = catalogue_made[f"{FOLDER}/aes.md"]
    entry = text.partition(f"### {HANGING}\n")[2].partition("\n### ")[0]
    assert "**Seen**: in library mode. Not in live mode: " in entry


def test_the_index_counts_all(catalogue_made: dict[str, str]) -> None:
    assert f"| **all** |  | {' | '.join(map(str, severities()))} |" in catalogue_made[INDEX]


def severities() -> list[int]:
    counts = Counter(each.severity for each in catalogue().values())
    return [*(counts[severity] for severity in type(next(iter(counts)))), len(catalogue())]


def test_links_lead_to_headings(catalogue_made: dict[str, str], kill_page: str) -> None:
    made = {**catalogue_made, NAME: kill_page}
    anchors = {
        name: [anchor(each) for each in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]
        for name, text in made.items()
    }
    for name, headings in anchors.items():
        assert len(set(headings)) == len(headings), f"two headings of {name} have one anchor"
    for name, text in made.items():
        for target in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", text):
            file, place = target
            path = (Path(name).parent / file).as_posix() if file else name
            path = path.removeprefix(f"{FOLDER}/../")
            if place:
                assert place in anchors[path], f"{name}: {file}#{place}"
            elif path not in made:
                assert (DOCS / path).exists(), f"{name}: {file}"


def test_references_are_defined(catalogue_made: dict[str, str]) -> None:
    for text in catalogue_made.values():
        used = set(re.findall(r"\[((?:CWE|CVE)-[\d-]+)\](?!:)", text))
        assert used == set(re.findall(r"^\[((?:CWE|CVE)-[\d-]+)\]: https://", text, re.MULTILINE))


def test_pages_are_small_enough_to_be_shown(catalogue_made: dict[str, str], kill_page: str) -> None:
    for text in (*catalogue_made.values(), kill_page):
        assert len(text.encode()) < LARGEST


def test_the_matrix_page_leads_with_survivors(kill_page: str) -> None:
    headings = re.findall(r"^## (.+)$", kill_page, re.MULTILINE)
    assert headings[0] == "Survivors"
    survivors = kill_page.partition("## Survivors")[2].partition("\n## ")[0]
    assert "`gcm/aad-ignored` in live mode: no file is asked about it" in survivors
    assert SEEN not in survivors


def test_the_matrix_page_names_the_one_vector_that_kills(kill_page: str, matrix: Matrix) -> None:
    by_one = kill_page.partition("## Killed by one vector only")[2].partition("\n## ")[0]
    vector = Ids(load_corpus(None), load_live_corpus(None)).of(FAMILY)[3]
    assert f"| [{HANGING}](deviations/aes.md#gcmempty-tag-accepted) | `{vector}` |" in by_one
    assert by_one.startswith("\n\n1 deviation.")


def test_the_matrix_page_has_a_row_for_each(kill_page: str) -> None:
    rows = kill_page.partition("## All deviations")[2].splitlines()
    ids = [found[1] for row in rows if (found := re.match(r"\| \[([^\]]+)\]", row))]
    assert ids == list(catalogue())
    seen = next(row for row in rows if f"[{SEEN}]" in row)
    assert seen.endswith("| 10 | 1 |")
    hanging = next(row for row in rows if f"[{HANGING}]" in row)
    assert hanging.endswith("| 1 | – |")


def test_the_matrix_page_groups_what_is_unseen_by_reason(kill_page: str) -> None:
    unseen = kill_page.partition("## What a mode cannot see")[2].partition("\n## ")[0]
    reasons = {plain(reason) for each in catalogue().values() for reason in each.unseen.values()}
    assert all(reason in unseen for reason in reasons)
    marks = sum(len(each.unseen) for each in catalogue().values())
    assert sum(map(int, re.findall(r" \((\d+)\)$", unseen, re.MULTILINE))) == marks


def test_they_are_written_and_then_as_they_should_be(matrix_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    arguments = ["--folder", str(folder), "--matrix", str(matrix_file)]
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 0
    assert pages(matrix_file) == pages(matrix_file)


def test_what_differs_is_told(
    matrix_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "docs"
    arguments = ["--folder", str(folder), "--matrix", str(matrix_file)]
    main(arguments)
    (folder / NAME).unlink()
    (folder / INDEX).write_text("other")
    (folder / FOLDER / "old.md").write_text("old")
    assert main([*arguments, "--check"]) == 1
    told = capsys.readouterr().err
    assert f"{folder / NAME} is missing." in told
    assert f"{folder / INDEX} differs." in told
    assert f"{folder / FOLDER / 'old.md'} is not made any more." in told
    assert WRITE_THEM in told
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 0


def test_a_matrix_of_another_corpus_is_refused(
    matrix: Matrix, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mutants.json"
    path.write_bytes(written(msgspec.structs.replace(matrix, corpus="another")))
    assert main(["--check", "--matrix", str(path), "--folder", str(tmp_path)]) == 1
    assert "another edition" in capsys.readouterr().err


def test_a_matrix_of_another_catalogue_is_refused(matrix: Matrix, tmp_path: Path) -> None:
    path = tmp_path / "mutants.json"
    rows = tuple(row for row in matrix.rows if row.id != SEEN)
    path.write_bytes(written(msgspec.structs.replace(matrix, rows=rows)))
    with pytest.raises(CorpusError, match=SEEN):
        pages(path)


def test_a_missing_matrix_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="has not been made"):
        pages(tmp_path / "none.json")


def test_the_pages_of_the_catalogue_in_the_repository_are_these() -> None:
    made = catalogue_pages(catalogue().values())
    assert differences(made, DOCS) == []


def test_nothing_in_a_text_is_taken_for_markdown() -> None:
    assert plain("a * b_c < d | e [f] `g`") == r"a \* b\_c \< d \| e \[f\] \`g\`"


def test_small_pieces() -> None:
    assert counted(1, "vector") == "1 vector"
    assert counted(1234, "vector") == "1,234 vectors"
    assert anchor("gcm/tag-not-compared") == "gcmtag-not-compared"
    assert anchor("ecies: ECIES, and PKCS #7") == "ecies-ecies-and-pkcs-7"
    assert list(table(("a", "b"), [("x", 1)], 1)) == ["| a | b |", "|---|---:|", "| x | 1 |"]
