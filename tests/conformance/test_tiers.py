"""The tiers of our corpus: what they cost and see, and how a run takes one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec
import pytest

from kmsproof.cli import run_arguments
from kmsproof.corpus import load_corpus
from kmsproof.errors import CorpusError, UsageError
from kmsproof.live.corpus import load_live_corpus
from kmsproof.log import FILE_NAME
from kmsproof.log_reader import read_run
from kmsproof.mutants.judging import judge_mutant, kills
from kmsproof.mutants.matrix import Ids, ViewKills, load_matrix
from kmsproof.mutants.proving import files_of
from kmsproof.results import Mode, Run, Tier
from kmsproof.selection import Filters, selected_groups, selected_live_tests
from kmsproof.tiers import build
from kmsproof.tiers.choosing import SMOKE_CALLS, SMOKE_PERCENT
from kmsproof.tiers.model import (
    Part,
    TierName,
    Tiers,
    ids_of_tier,
    load_tiers,
    tiers_path,
    told_of_tier,
    written,
)
from kmsproof.tiers.telling import shortfalls
from kmsproof.verdict import Verdict
from kmsproof.vocabulary import Algorithm, KeySpec, ProtectionLevel
from kmsproof_reference.deviations import View, catalogue
from kmsproof_reports import html, markdown, terminal
from kmsproof_vectors.model import MonteCarloTest

VIEWS = (Part.LIBRARY, Part.LIVE)


@cache
def tier(name: TierName) -> Filters:
    """Filters that let a tier through."""
    return Filters(tier=str(name), tier_ids=ids_of_tier(name) or frozenset())


INTERMITTENT = frozenset(id for id, each in catalogue().items() if each.intermittent)


def test_smoke_is_small_and_sees_nearly_all() -> None:
    for part in VIEWS:
        sight = load_tiers().tiers[TierName.SMOKE].sight[part]
        assert all(calls <= SMOKE_CALLS for calls in sight.calls.values())
        assert 100 * sight.seen >= SMOKE_PERCENT * sight.of > 0
        assert len(sight.unseen) == sight.of - sight.seen
    assert list(shortfalls(load_tiers())) == []


def test_a_tier_that_keeps_no_promise_is_told() -> None:
    def changed(name: TierName, **changes: object) -> Tiers:
        tiers = load_tiers()
        choice = tiers.tiers[name]
        sight = msgspec.structs.replace(choice.sight[Part.LIVE], **changes)
        choice = msgspec.structs.replace(choice, sight=choice.sight | {Part.LIVE: sight})
        return msgspec.structs.replace(tiers, tiers=tiers.tiers | {name: choice})

    for name, changes, text in (
        (TierName.SMOKE, {"seen": 400}, "smoke, live: fewer than 95 % of the deviations are seen."),
        (
            TierName.SMOKE,
            {"calls": {"RSA_2048": 101}},
            "smoke, live: 101 calls for RSA_2048 are more than 100.",
        ),
        (TierName.STANDARD, {"unseen": ("pss/x",)}, "standard, live: pss/x is not seen."),
    ):
        assert list(shortfalls(changed(name, **changes))) == [text]


@pytest.mark.parametrize("part", VIEWS)
def test_standard_sees_all_at_fewer_calls(part: Part) -> None:
    tiers = load_tiers().tiers
    standard, full = tiers[TierName.STANDARD].sight[part], tiers[TierName.FULL].sight[part]
    assert standard.seen == standard.of == full.seen == full.of
    assert sum(standard.calls.values()) < sum(full.calls.values())
    assert {str(spec) for spec in KeySpec} == standard.calls.keys()


def test_the_calls_are_those_of_what_a_run_selects() -> None:
    filters, calls = tier(TierName.SMOKE), dict[str, int]()
    for file in load_corpus(None).files(filters):
        for _, tests in selected_groups(file, filters):
            for test in tests:
                cost = test.iterations if isinstance(test, MonteCarloTest) else 1
                calls[file.key_spec] = calls.get(file.key_spec, 0) + cost
    assert calls == load_tiers().tiers[TierName.SMOKE].sight[Part.LIBRARY].calls
    live = dict[str, int]()
    for recipes in load_live_corpus().files(filters, (Mode.LIVE, Mode.POLICY)):
        cost = sum(test.calls for test in selected_live_tests(recipes, filters))
        live[recipes.key_spec] = live.get(recipes.key_spec, 0) + cost
    assert live == load_tiers().tiers[TierName.SMOKE].sight[Part.LIVE].calls


def test_what_is_chance_is_not_promised() -> None:
    assert INTERMITTENT
    for chosen in load_tiers().tiers.values():
        for sight in chosen.sight.values():
            assert INTERMITTENT.isdisjoint(sight.unseen)


def test_no_id_of_a_tier_is_unknown() -> None:
    ids = Ids(load_corpus(None), load_live_corpus())
    for chosen in load_tiers().tiers.values():
        for family, rests in chosen.vectors.items():
            assert {f"{family}/{rest}" for rest in rests} <= {*ids.of(family)}


@cache
def seen_by_smoke() -> dict[str, tuple[str, View, ProtectionLevel | None, str]]:
    """A deviation of each family that smoke sees, where, and the file that shows it."""
    ids = Ids(load_corpus(None), load_live_corpus())
    chosen = tier(TierName.SMOKE).tier_ids
    found: dict[str, tuple[str, View, ProtectionLevel | None, str]] = {}
    rows = (row for row in load_matrix().rows if row.id not in INTERMITTENT)
    for row in rows:
        for view, level, seen in (
            (View.LIBRARY, None, row.library),
            (View.LIVE, ProtectionLevel.HARDWARE, row.live),
            (View.LIVE, ProtectionLevel.SOFTWARE, row.software),
            (View.LIVE, ProtectionLevel.EXTERNAL, row.external),
        ):
            for file, places in seen.files.items() if seen else ():
                killers = ids.kills(ViewKills(files={file: places}))
                if not chosen.isdisjoint(killers):
                    found.setdefault(row.id.partition("/")[0], (row.id, view, level, file))
    return found


FAMILIES = sorted({each.family for each in catalogue().values() if each.seen})


@pytest.mark.parametrize("family", FAMILIES)
def test_a_mutant_of_each_family_fails_smoke(family: str) -> None:
    id, view, level, name = seen_by_smoke()[family]
    files, filters = files_of([name]), tier(TierName.SMOKE)
    standard = judge_mutant(view, (), files, level, filters)
    assert kills(judge_mutant(view, (id,), files, level, filters), standard)


def test_filters_are_met_together() -> None:
    filters = tier(TierName.SMOKE)
    gcm = replace(filters, algorithms=(Algorithm.GCM,))
    corpus = load_corpus(None)
    assert 0 < corpus.count(gcm) < corpus.count(filters)
    assert gcm.words() == ("tier=smoke", "algorithm=GCM")
    assert gcm.narrows()


def test_ids_are_taken_exactly() -> None:
    [file] = load_corpus(None).files(Filters(ids=("aes-128-gcm/*",)))
    id = file.groups[0].tests[0].id
    filters = Filters(tier="smoke", tier_ids=frozenset({id[:-1] + "*"}))
    assert list(selected_groups(file, filters)) == []
    assert not filters.takes_file(load_corpus(None).manifest.files[-1])


def test_full_takes_everything() -> None:
    assert ids_of_tier("full") is None
    assert ids_of_tier("full", own_corpus=False) is None
    assert told_of_tier("full", (Mode.LIBRARY,)) is None


def test_another_corpus_has_no_tiers() -> None:
    with pytest.raises(UsageError, match="names another one"):
        ids_of_tier("smoke", own_corpus=False)


def test_missing_broken_and_stale_tiers_are_told(tmp_path: Path) -> None:
    file = tmp_path / "tiers.json"
    with pytest.raises(CorpusError, match="cannot be read"):
        load_tiers(file)
    file.write_text("{}")
    with pytest.raises(CorpusError, match="holds no tiers"):
        load_tiers(file)
    file.write_bytes(written(msgspec.structs.replace(load_tiers(), corpus="00")))
    with pytest.raises(CorpusError, match="another edition") as caught:
        load_tiers(file)
    assert "kmsproof.tiers.build" in caught.value.remedy


def test_what_is_told_follows_the_modes() -> None:
    sights = load_tiers().tiers[TierName.SMOKE].sight
    for modes, part in (
        ((Mode.LIBRARY,), Part.LIBRARY),
        ((Mode.LIVE, Mode.POLICY), Part.LIVE),
        (tuple(Mode), Part.BOTH),
    ):
        told = told_of_tier("smoke", modes)
        assert told is not None
        assert (told.seen, told.of) == (sights[part].seen, sights[part].of)


@pytest.mark.slow
def test_the_tiers_are_those_of_the_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_a_matrix_of_another_edition_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = tmp_path / "mutants.json"
    stale.write_bytes(b'{"corpus":"00","live_corpus":"00","judged":{},"rows":[]}')
    assert build.main(["--matrix", str(stale), "--out", str(tmp_path / "out.json")]) == 1
    assert "another edition" in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A whole run of the reference with the tier smoke, from the command line."""
    monkeypatch.chdir(tmp_path)
    exit_code = run_arguments(
        ["run", "reference", "--tier", "smoke", "--out", "out", "--report", "none", "-q"]
    )
    assert exit_code == 0
    return read_run(tmp_path / "out" / FILE_NAME)


def test_a_run_says_what_its_tier_sees(ran: Run) -> None:
    started, sight = ran.started, load_tiers().tiers[TierName.SMOKE].sight[Part.LIBRARY]
    assert started.filters == ("tier=smoke",)
    assert started.tier == Tier(
        name="smoke",
        calls=sum(sight.calls.values()),
        seen=sight.seen,
        of=sight.of,
        unseen=sight.unseen,
    )
    assert {verdict.verdict for verdict in ran.targets["reference"].verdicts} == {Verdict.PASS}
    said = f"can see {sight.seen} of {sight.of} known deviations"
    assert said in " ".join(terminal.render(ran).split())
    assert said in markdown.render(ran)
    page = html.render(ran)
    assert said in page
    assert all(id in page for id in sight.unseen)


def test_tiers_are_beside_the_corpus() -> None:
    assert tiers_path().name == "tiers.json"
    assert tiers_path().with_name("manifest.json").is_file()
