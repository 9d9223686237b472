"""Plans, pace and budgets of live mode: what is announced is what is done, at most."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kmsproof.errors import CorpusError, ExitCode, NothingSelected, UsageError
from kmsproof.live.corpus import find_live_vector, is_live, load_live_corpus
from kmsproof.live.explanation import live_explanation
from kmsproof.live.listing import live_lines
from kmsproof.live.pace import FIRST_PAUSE, REPETITIONS, Pace
from kmsproof.live.plan import LivePlan, costs
from kmsproof.live.planning import plan_lines, plan_target
from kmsproof.outcome import Done, Error, ErrorKind, Ok, Value
from kmsproof.results import Mode
from kmsproof.selection import Filters
from kmsproof.session import AnyOutcome
from kmsproof.verdict import Verdict
from kmsproof.vocabulary import ProtectionLevel
from kmsproof_testing.fakes.live import LIVE_FAULTS, STORE_VARIABLE, LiveService
from kmsproof_testing.fakes.running import DEADLINE_MS
from kmsproof_testing.fakes.targets import exec_target
from kmsproof_testing.live_files import (
    GCM,
    POLICY,
    REFUSALS,
    ROUND_TRIP,
    TAGS,
    write_live_corpus,
)
from kmsproof_testing.live_running import judged_service

MODES = (Mode.LIVE, Mode.POLICY)
THROTTLED: AnyOutcome = Error(ErrorKind.THROTTLED, "429")
FINE: AnyOutcome = Ok[Value](Done())


def planned(
    target: str, folder: Path, filters: Filters | None = None, level: ProtectionLevel | None = None
) -> list[LivePlan]:
    corpus = load_live_corpus(write_live_corpus(folder / "live"))
    return plan_target(
        target,
        corpus,
        filters or Filters(),
        MODES,
        level,
        isolate=False,
        deadline_ms=DEADLINE_MS,
    )


class Counting(LiveService):
    """Counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        self.asked[request["op"]] += 1
        return super().answer(request)


def test_plan_says_what_is_done(tmp_path: Path) -> None:
    plans = planned(exec_target("live-good"), tmp_path)
    [cost] = costs(plans)
    service = Counting()
    judged_service(service, tmp_path)
    announced = {str(operation): count for operation, count in cost.calls.items()}
    assert announced == {
        name: count for name, count in service.asked.items() if name not in ("describe", "close")
    }
    assert cost.keys == len(service.made)
    lines = list(plan_lines(plans))
    assert lines[-1].split()[:4] == ["together", "10", "6", str(cost.calls.total())]
    assert f"create_key {len(service.made)}" in lines[-1]


def test_plan_makes_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "store.json"
    monkeypatch.setenv(STORE_VARIABLE, str(store))
    planned(exec_target("live-good"), tmp_path)
    assert not store.exists()


def test_plan_of_a_target_that_makes_no_keys(tmp_path: Path) -> None:
    with pytest.raises(NothingSelected, match="the making of keys of Aliyun_AES_128 is not"):
        planned(exec_target("good"), tmp_path)


def test_plan_at_a_level_that_is_not_declared(tmp_path: Path) -> None:
    with pytest.raises(NothingSelected):
        planned(exec_target("live-good"), tmp_path, level=ProtectionLevel.EXTERNAL)


def test_plan_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(NothingSelected) as error:
        planned(exec_target("live-good"), tmp_path, Filters(classes=("G99",)))
    assert "class=G99" in str(error.value)


# Pace


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_rate_spaces_calls_out() -> None:
    clock = Clock()
    pace = Pace(rate=4, clock=lambda: clock.now, sleep=clock.sleep)
    for _ in range(5):
        assert pace.ask(lambda: FINE) is FINE
    assert clock.now == pytest.approx(1.0)
    assert pace.calls == 5


def test_throttled_call_is_made_again_after_longer_and_longer_pauses() -> None:
    clock, answers = Clock(), iter([THROTTLED, THROTTLED, FINE])
    pace = Pace(clock=lambda: clock.now, sleep=clock.sleep)
    assert pace.ask(lambda: next(answers)) is FINE
    assert clock.slept == [FIRST_PAUSE, 2 * FIRST_PAUSE]
    assert (pace.calls, pace.throttled) == (3, 2)


def test_who_throttles_for_ever_is_an_error_in_the_end() -> None:
    clock = Clock()
    pace = Pace(clock=lambda: clock.now, sleep=clock.sleep)
    assert pace.ask(lambda: THROTTLED) is THROTTLED
    assert pace.calls == REPETITIONS + 1
    assert clock.now == pytest.approx(31.5)


@pytest.mark.parametrize(
    ("most", "calls", "left"), [(None, 10**6, True), (3, 3, True), (3, 4, False)]
)
def test_budget_of_calls(most: int | None, calls: int, left: bool) -> None:
    assert Pace(most_calls=most).leaves(calls) is left


def test_throttled_target_is_judged_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kmsproof.live.pace.FIRST_PAUSE", 0.0)
    service = LIVE_FAULTS["live-throttled"]()
    assert isinstance(service, LiveService)
    ran = judged_service(service, tmp_path)
    assert set(ran.counts()) == {Verdict.PASS}
    assert ran.conclusion.exit_code is ExitCode.CONFORMANT


# Looking up


def test_vector_is_explained_with_its_recipe(tmp_path: Path) -> None:
    corpus = load_live_corpus(write_live_corpus(tmp_path / "live"))
    text = "\n".join(live_explanation(*find_live_vector(corpus, TAGS[1])))
    assert "Bit 64 is flipped." in text
    assert f"control   {ROUND_TRIP}" in text
    assert "flipped = flip-bit(value=$sealed.tag, bit=64)" in text
    assert "-> refused as invalid-ciphertext" in text
    assert "flip-bit: Return the byte string with one bit changed" in text
    told = "\n".join(live_explanation(*find_live_vector(corpus, REFUSALS)))
    assert "compares  the refusals of all steps whose oracle is 'tags'" in told


def test_unknown_vector_names_the_nearest(tmp_path: Path) -> None:
    corpus = load_live_corpus(write_live_corpus(tmp_path / "live"))
    with pytest.raises(UsageError) as error:
        find_live_vector(corpus, TAGS[1] + "4")
    assert TAGS[1] in error.value.remedy
    with pytest.raises(UsageError) as error:
        find_live_vector(corpus, "live-aes-128-gmc/a/b")
    assert GCM in error.value.remedy


@pytest.mark.parametrize(
    ("what", "wanted"),
    [
        ("vectors", f"{ROUND_TRIP}  [G1] valid: A ciphertext of the target's own."),
        ("families", f"{GCM:<32}      7  GCM"),
        ("flags", "Changed                       7  AUTH_BYPASS: Something was changed."),
        ("classes", "G3        3  G3"),
    ],
)
def test_lists(what: str, wanted: str, tmp_path: Path) -> None:
    corpus = load_live_corpus(write_live_corpus(tmp_path / "live"))
    assert wanted in list(live_lines(corpus, what, Filters(), Mode.LIVE))


def test_modes_are_told_apart(tmp_path: Path) -> None:
    corpus = load_live_corpus(write_live_corpus(tmp_path / "live"))
    assert [file.family for file in corpus.files(Filters(), (Mode.POLICY,))] == [POLICY]
    assert [file.family for file in corpus.files(Filters(), MODES)] == [GCM, POLICY]
    assert is_live(ROUND_TRIP)
    assert not is_live("aes-128-gcm/g1/decrypt-plain")


def test_changed_file_is_told(tmp_path: Path) -> None:
    folder = write_live_corpus(tmp_path / "live")
    file = folder / f"{GCM}.json"
    file.write_bytes(file.read_bytes().replace(b"Bit 64", b"Bit 65"))
    with pytest.raises(CorpusError, match="SHA-256 differs"):
        load_live_corpus(folder).files(Filters(), MODES)


def test_folder_without_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        load_live_corpus(tmp_path)
    with pytest.raises(UsageError, match="is no folder"):
        load_live_corpus(tmp_path / "nowhere")
