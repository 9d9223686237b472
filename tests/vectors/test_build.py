"""The corpus is rebuilt bit for bit, and what has drifted is named."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from kmsproof_vectors import build, readme
from kmsproof_vectors.builder import Recipe, encode, manifest_entry
from kmsproof_vectors.cases.catalogue import recipes
from kmsproof_vectors.load import corpus_folder, decode_file
from kmsproof_vectors.model import AnyTest, CorpusFile, Manifest
from kmsproof_vectors.validate import ID

README = Path(__file__).parents[2] / "vectors" / "README.md"


@pytest.fixture(scope="module")
def made(small_file: CorpusFile) -> build.Made:
    """The smallest file as the build makes it."""
    data = encode(small_file)
    return manifest_entry(small_file, data, f"aes/{small_file.family}.json"), data


def test_a_small_file_is_rebuilt_bit_for_bit(made: build.Made) -> None:
    entry, data = made
    assert (corpus_folder() / entry.path).read_bytes() == data


def test_the_manifest_has_the_digest_of_what_is_built(made: build.Made, manifest: Manifest) -> None:
    assert made[0] in manifest.files


def test_the_manifest_is_in_the_order_of_the_recipes(manifest: Manifest) -> None:
    families = [entry.family for entry in manifest.files]
    assert families == [recipe.parameters.family for recipe in recipes()]


def test_two_builds_of_a_recipe_are_equal(small_recipe: Recipe, made: build.Made) -> None:
    number = [recipe.parameters for recipe in recipes()].index(small_recipe.parameters)
    assert build.make_file(number) == made


@pytest.mark.slow
def test_the_whole_corpus_is_rebuilt_bit_for_bit(capsys: pytest.CaptureFixture[str]) -> None:
    code = build.main(["--check"])
    output = capsys.readouterr()
    assert (code, output.err) == (0, "")
    assert re.search(r"^ *\d+ tests in 36 files", output.out, re.MULTILINE)


def test_a_missing_file_is_named(made: build.Made, tmp_path: Path) -> None:
    build.write(build.contents([made]), tmp_path)
    (tmp_path / made[0].path).unlink()
    assert build.drift(build.contents([made]), tmp_path) == [f"{made[0].path} is missing"]


def test_a_file_of_nobody_is_named_and_removed(made: build.Made, tmp_path: Path) -> None:
    wanted = build.contents([made])
    build.write(wanted, tmp_path)
    (tmp_path / "aes" / "old.json").write_text("{}")
    assert build.drift(wanted, tmp_path) == ["aes/old.json is not made by any recipe"]
    build.write(wanted, tmp_path)
    assert build.drift(wanted, tmp_path) == []


@pytest.mark.parametrize("name", sorted(build.OF_OTHERS))
def test_the_files_of_others_are_left_alone(made: build.Made, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    build.write(build.contents([made]), tmp_path)
    assert build.drift(build.contents([made]), tmp_path) == []
    assert (tmp_path / name).read_text() == "{}"


def test_the_first_test_that_drifted_is_named(
    made: build.Made, small_file: CorpusFile, tmp_path: Path
) -> None:
    entry, data = made
    build.write(build.contents([made]), tmp_path)
    name = small_file.groups[0].tests[5].id
    path = tmp_path / entry.path
    lines = data.split(b"\n")
    (number,) = (n for n, line in enumerate(lines) if f'"id":"{name}"'.encode() in line)
    lines[number] = lines[number].replace(b'"aad":"', b'"aad":"00')
    path.write_bytes(b"\n".join(lines))
    assert build.drift(build.contents([made]), tmp_path) == [
        f"{entry.path} is not what the code makes: line {number + 1}, {name}"
    ]


def test_a_cut_file_is_named(made: build.Made, tmp_path: Path) -> None:
    build.write(build.contents([made]), tmp_path)
    path = tmp_path / made[0].path
    path.write_bytes(path.read_bytes()[:1000])
    (problem,) = build.drift(build.contents([made]), tmp_path)
    assert problem.startswith(f"{made[0].path} is not what the code makes: line ")


def test_an_unknown_option_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build.main(["--chekc"])
    assert ended.value.code == 2
    assert "--chekc" in capsys.readouterr().err


def test_what_is_made_is_held_against_the_rules(made: build.Made) -> None:
    assert build.problems_of([made]) == []
    entry, data = made
    wrong = msgspec.structs.replace(entry, number_of_tests=7)
    assert build.problems_of([(wrong, data)]) == [
        f"{entry.path}: the manifest has another number_of_tests"
    ]


# The README.


@pytest.fixture(scope="module")
def corpus(manifest: Manifest) -> list[build.Made]:
    """The published corpus, as if it had just been made."""
    return [(entry, (corpus_folder() / entry.path).read_bytes()) for entry in manifest.files]


def test_the_tables_of_the_readme_are_current(corpus: list[build.Made]) -> None:
    assert readme.drift(corpus, README) == []


@pytest.mark.slow
def test_old_tables_are_noticed_and_made_anew(corpus: list[build.Made], tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(README.read_text().replace("| G3 |", "| G3 | 17"), encoding="utf-8")
    assert readme.drift(corpus, path) == [
        "the tables in README.md beside the corpus are not current"
    ]
    readme.update(corpus, path)
    assert readme.drift(corpus, path) == []
    assert path.read_text() == README.read_text()


def test_a_readme_without_its_marks_is_noticed(corpus: list[build.Made], tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# The corpus\n", encoding="utf-8")
    assert len(readme.drift(corpus, path)) == 1


def test_an_installed_copy_has_no_readme(corpus: list[build.Made], tmp_path: Path) -> None:
    assert readme.drift(corpus, tmp_path / "README.md") == []


@pytest.mark.parametrize(
    "name", [f"{a}{n}" for a, most in (("G", 16), ("C", 12), ("O", 11)) for n in range(1, most + 1)]
)
def test_every_class_is_covered_or_says_what_it_waits_for(name: str) -> None:
    (row,) = re.findall(rf"^\| {name} \|.*$", README.read_text(), re.MULTILINE)
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert len(cells) == 7
    assert cells[2] != "none" or cells[6]


# The whole corpus.


def all_tests(corpus: list[build.Made]) -> list[AnyTest]:
    return [
        test
        for entry, data in corpus
        for group in decode_file(data, Path(entry.path)).groups
        for test in group.tests
    ]


def test_ids_are_unique_and_of_their_grammar(corpus: list[build.Made]) -> None:
    ids = [test.id for test in all_tests(corpus)]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if ID.fullmatch(name) is None] == []


def test_every_test_says_why_in_one_sentence(corpus: list[build.Made]) -> None:
    texts = {test.why for test in all_tests(corpus)}
    assert [text for text in texts if not re.fullmatch(r"\S.*\S\.", text)] == []
    assert max(len(text) for text in texts) < 200
