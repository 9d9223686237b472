"""Deviations explained, and which of them a vector kills."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmsproof.cli import run_arguments
from kmsproof.corpus import Corpus, load_corpus
from kmsproof.errors import UsageError
from kmsproof.explaining.deviation import deviation_explanation, find_for_explanation
from kmsproof.explaining.kills import kill_lines
from kmsproof.live.corpus import LiveCorpus, load_live_corpus
from kmsproof.mutants.loading import KnownKills, known_kills
from kmsproof.mutants.matrix import Ids, Matrix, Row, ViewKills, written
from kmsproof_reference.deviations import View, find_deviation

NOT_COMPARED = "gcm/tag-not-compared"
IGNORED = "gcm/aad-ignored"
FAMILY = "aes-128-gcm"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(None)


@pytest.fixture(scope="module")
def live() -> LiveCorpus:
    return load_live_corpus()


@pytest.fixture
def matrix_file(corpus: Corpus, live: LiveCorpus, tmp_path: Path) -> Path:
    """A matrix in which two deviations are killed by the first vectors of a file."""
    matrix = Matrix(
        corpus=corpus.digest,
        live_corpus=live.digest,
        judged={FAMILY: len(Ids(corpus, live).of(FAMILY))},
        rows=(
            Row(id=IGNORED, library=ViewKills(files={FAMILY: {"wrong-accept": "1"}})),
            Row(
                id=NOT_COMPARED,
                library=ViewKills(files={FAMILY: {"wrong-accept": "0-2"}}),
                live=ViewKills(),
            ),
            Row(id="gcm/of-another-edition", library=ViewKills(files={FAMILY: {"leak": "1"}})),
        ),
    )
    path = tmp_path / "mutants.json"
    path.write_bytes(written(matrix))
    return path


@pytest.fixture
def known(corpus: Corpus, live: LiveCorpus, matrix_file: Path) -> KnownKills:
    found = known_kills(corpus, live, path=matrix_file)
    assert isinstance(found, KnownKills)
    return found


def test_a_vector_names_what_it_kills_worst_first(known: KnownKills) -> None:
    first, second, third = known.ids.of(FAMILY)[:3]
    text = kill_lines(known, second, View.LIBRARY, every=False)
    assert text[0] == "  kills     2 deviations: a target that fails here may be wrong like this"
    assert text[1] == f"    {IGNORED}  [critical, wrong-accept, {cwe(IGNORED)}]"
    assert any(find_deviation(NOT_COMPARED).sentence in line for line in text)
    assert "CVE-2015-4550" in "\n".join(text)
    for vector in (first, third):
        assert "1 deviation:" in kill_lines(known, vector, View.LIBRARY, every=False)[0]


def cwe(id: str) -> str:
    found = find_deviation(id)
    return ", ".join([f"CWE-{found.weakness}", *found.vulnerabilities])


def test_a_vector_that_kills_nothing_says_so(known: KnownKills) -> None:
    idle = known.ids.of(FAMILY)[9]
    assert kill_lines(known, idle, View.LIBRARY, every=True) == [
        "  kills     no deviation of the catalogue by itself"
    ]


def test_without_a_matrix_the_reason_is_told(
    corpus: Corpus, live: LiveCorpus, matrix_file: Path
) -> None:
    missing = known_kills(corpus, live, path=matrix_file.parent / "none.json")
    assert isinstance(missing, str)
    assert kill_lines(missing, "x/y/z", View.LIBRARY, every=False) == [
        "  kills     not known: the kill matrix of this corpus has not been made. "
        "Make it with: kmsproof mutants --write"
    ]
    matrix_file.write_text("[]")
    assert "is no kill matrix" in str(known_kills(corpus, live, path=matrix_file))


def test_a_matrix_of_another_edition_is_not_used(
    corpus: Corpus, live: LiveCorpus, matrix_file: Path
) -> None:
    text = matrix_file.read_text().replace(live.digest, "0" * 64)
    matrix_file.write_text(text)
    assert "of another edition" in str(known_kills(corpus, live, path=matrix_file))
    assert isinstance(known_kills(corpus, live, View.LIBRARY, matrix_file), KnownKills)
    assert "of another edition" in str(known_kills(corpus, live, View.LIVE, matrix_file))


def test_a_deviation_is_explained_with_what_kills_it(known: KnownKills) -> None:
    deviation = find_deviation(NOT_COMPARED)
    lines = list(deviation_explanation(deviation, known))
    text = " ".join(" ".join(lines).split())
    for part in (deviation.sentence, deviation.gain, deviation.cause, deviation.remedy):
        assert part in text
    assert "killed by 3 vectors in library mode" in text
    assert "killed by no vector in live mode" in text
    assert min(known.ids.of(FAMILY)[:3]) in text
    assert f"kmsproof run reference --deviation {NOT_COMPARED}" in text
    assert f"kmsproof serve --deviation {NOT_COMPARED}" in text
    assert f"reference:deviation={NOT_COMPARED}" in text
    assert "https://cwe.mitre.org/data/definitions/354.html" in text
    assert all(line.isprintable() for line in lines)


def test_what_a_view_cannot_see_says_why() -> None:
    deviation = find_deviation("gcm/bytes-after-tag-ignored")
    lines = list(deviation_explanation(deviation, "not known: no matrix"))
    text = " ".join(" ".join(lines).split())
    assert f"live not seen: {deviation.unseen[View.LIVE]}" in text
    assert "killed by not known: no matrix" in text
    assert "--mode live" not in text


@pytest.mark.parametrize(
    ("wanted", "remedy"),
    [
        ("gcm/tag-not-comparedd", "Did you mean gcm/tag-not-compared"),
        ("nothing/tag-not-compared", "gcm/tag-not-compared"),
        ("aes-128-gcm/tag-cut", "kmsproof list vectors --id 'aes-128-gcm/tag-cut/*'"),
        ("live-aes-128-gcm/x", "kmsproof list vectors --mode live --id"),
        ("gcm", "See them with: kmsproof list deviations gcm"),
        ("aes-128-gcm", "kmsproof list vectors --id 'aes-128-gcm/*'"),
        ("zzzzzz/qqqqqq", "See 'kmsproof list deviations'"),
    ],
)
def test_unknown_ids_lead_to_known_ones(
    wanted: str, remedy: str, corpus: Corpus, live: LiveCorpus
) -> None:
    with pytest.raises(UsageError) as caught:
        find_for_explanation(wanted, corpus, live)
    assert remedy in caught.value.remedy


def test_a_deviation_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_arguments(["explain", NOT_COMPARED]) == 0
    assert find_deviation(NOT_COMPARED).sentence in capsys.readouterr().out
    assert run_arguments(["explain", NOT_COMPARED, "--values"]) == 2
    assert "ids of vectors have three parts" in capsys.readouterr().err
    assert run_arguments(["explain", "aes-128-gcm/a/b", "--target", "x"]) == 2
    assert "--run" in capsys.readouterr().err
