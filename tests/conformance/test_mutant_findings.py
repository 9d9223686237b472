"""What is found in a kill matrix: survivors, refuted marks, single killers, and idle cases."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from kmsproof.corpus import load_corpus
from kmsproof.live.corpus import load_live_corpus
from kmsproof.mutants.findings import Survivor, findings
from kmsproof.mutants.justified import JUSTIFIED, Justification
from kmsproof.mutants.matrix import Ids, Kills, Matrix, Row
from kmsproof_reference.deviations import Deviation, View, catalogue, find_deviation

FAMILY = "aes-128-gcm"
LIVE_FAMILY = "live-aes-128-gcm"
SEEN = find_deviation("gcm/tag-not-compared")
"""Both modes must see it."""
MARKED = find_deviation("gcm/empty-tag-accepted")
"""It is marked as unseen in live mode."""


@pytest.fixture(scope="module")
def ids() -> Ids:
    return Ids(load_corpus(None), load_live_corpus(None))


def matrix(ids: Ids, *rows: Row, judged: tuple[str, ...] = (FAMILY, LIVE_FAMILY)) -> Matrix:
    return Matrix(
        corpus="c",
        live_corpus="l",
        judged={family: len(ids.of(family)) for family in judged},
        rows=rows,
    )


def row(ids: Ids, deviation: Deviation, library: Kills | None, live: Kills | None) -> Row:
    return Row(
        id=deviation.id,
        library=None if library is None else ids.seen(library),
        live=None if live is None else ids.seen(live),
    )


def kills(ids: Ids, family: str, count: int) -> Kills:
    return dict.fromkeys(ids.of(family)[:count], "wrong-accept")


def test_what_each_mode_kills_is_no_finding(ids: Ids) -> None:
    killed = row(ids, SEEN, kills(ids, FAMILY, 2), kills(ids, LIVE_FAMILY, 1))
    found = findings(matrix(ids, killed), catalogue(), ids)
    assert found.deviations == 1
    assert found.survivors == ()
    assert found.by_one == {}
    assert found.rates == {View.LIBRARY: (1, 1), View.LIVE: (1, 1)}


def test_a_survivor_is_found_in_the_mode_that_should_see_it(ids: Ids) -> None:
    survives = row(ids, SEEN, kills(ids, FAMILY, 2), {})
    found = findings(matrix(ids, survives), catalogue(), ids)
    assert found.survivors == (Survivor(SEEN.id, View.LIVE, "no vector kills it"),)
    assert found.rates == {View.LIBRARY: (1, 1), View.LIVE: (0, 1)}


def test_a_deviation_that_nobody_asked_about_survives(ids: Ids) -> None:
    not_asked = row(ids, SEEN, None, kills(ids, LIVE_FAMILY, 2))
    found = findings(matrix(ids, not_asked), catalogue(), ids)
    assert found.survivors == (Survivor(SEEN.id, View.LIBRARY, "no file is asked about it"),)


def test_software_keys_alone_suffice(ids: Ids) -> None:
    seen = replaced(row(ids, SEEN, kills(ids, FAMILY, 2), {}), ids)
    assert findings(matrix(ids, seen), catalogue(), ids).survivors == ()


def replaced(of: Row, ids: Ids) -> Row:
    """The row with kills at the software level alone."""
    return Row(
        id=of.id, library=of.library, live=of.live, software=ids.seen(kills(ids, LIVE_FAMILY, 1))
    )


def test_a_mark_that_holds_is_counted_and_not_wanted(ids: Ids) -> None:
    marked = row(ids, MARKED, kills(ids, FAMILY, 2), {})
    found = findings(matrix(ids, marked), catalogue(), ids)
    assert found.survivors == ()
    assert found.unseen == 1
    assert found.rates == {View.LIBRARY: (1, 1), View.LIVE: (0, 0)}


def test_a_mark_that_a_vector_refutes_is_found(ids: Ids) -> None:
    refuted = row(ids, MARKED, kills(ids, FAMILY, 2), kills(ids, LIVE_FAMILY, 1))
    found = findings(matrix(ids, refuted), catalogue(), ids)
    (survivor,) = found.survivors
    assert (survivor.id, survivor.view) == (MARKED.id, View.LIVE)
    assert "take the mark away" in survivor.why


def test_what_a_mode_must_see_changes_with_the_mark(ids: Ids) -> None:
    unmarked = replace(MARKED, unseen=MappingProxyType({}))
    found = findings(
        matrix(ids, row(ids, MARKED, kills(ids, FAMILY, 2), {})), {MARKED.id: unmarked}, ids
    )
    assert [each.view for each in found.survivors] == [View.LIVE]


def test_the_one_vector_that_kills_is_named(ids: Ids) -> None:
    hanging = row(ids, MARKED, kills(ids, FAMILY, 1), {})
    found = findings(matrix(ids, hanging), catalogue(), ids)
    assert found.by_one == {MARKED.id: ids.of(FAMILY)[0]}


def test_a_row_of_another_catalogue_is_left_out(ids: Ids) -> None:
    found = findings(matrix(ids, row(ids, SEEN, {}, {})), {}, ids)
    assert (found.deviations, found.survivors) == (0, ())


def test_cases_that_kill_nothing_are_found_in_judged_files_alone(ids: Ids) -> None:
    vector = ids.of(FAMILY)[0]
    killed = row(ids, MARKED, {vector: "leak"}, {})
    found = findings(matrix(ids, killed, judged=(FAMILY,)), catalogue(), ids, ())
    case = vector.rpartition("/")[0]
    of_all = {id.rpartition("/")[0] for id in ids.of(FAMILY)}
    assert set(found.idle) == of_all - {case}
    assert sum(found.idle.values()) == sum(not id.startswith(f"{case}/") for id in ids.of(FAMILY))
    assert found.unjustified == tuple(sorted(of_all - {case}))


def test_a_justification_covers_the_cases_that_it_fits(ids: Ids) -> None:
    first, *_ = cases = sorted({id.rpartition("/")[0] for id in ids.of(FAMILY)})
    name = first.partition("/")[2]
    why = Justification(f"*/{name}", "It is a known answer.")
    found = findings(matrix(ids, judged=(FAMILY,)), catalogue(), ids, (why,))
    assert found.justified == {first: why}
    assert found.unjustified == tuple(cases[1:])
    assert found.unfitting == ()


def test_the_first_justification_that_fits_counts(ids: Ids) -> None:
    all_of_it = Justification(f"{FAMILY}/*", "All of it.")
    first = Justification(f"{ids.of(FAMILY)[0].rpartition('/')[0]}", "The first.")
    found = findings(matrix(ids, judged=(FAMILY,)), catalogue(), ids, (first, all_of_it))
    assert found.unjustified == ()
    assert found.justified[first.cases] is first
    assert all_of_it in found.justified.values()


def test_a_justification_that_fits_nothing_is_found(ids: Ids) -> None:
    gone = Justification("*/no-such-case", "It was removed.")
    busy = Justification(ids.of(FAMILY)[0].rpartition("/")[0], "It kills by now.")
    killing = row(ids, MARKED, kills(ids, FAMILY, 1), {})
    found = findings(matrix(ids, killing, judged=(FAMILY,)), catalogue(), ids, (gone, busy))
    assert found.unfitting == (gone, busy)


def test_justifications_are_sentences_that_do_not_repeat_themselves() -> None:
    assert all(each.why.endswith(".") and each.why[0].isupper() for each in JUSTIFIED)
    assert len({each.cases for each in JUSTIFIED}) == len(JUSTIFIED)
    assert all(each.cases.count("/") == 1 for each in JUSTIFIED)
