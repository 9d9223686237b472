"""Live mode on fakes: every fault comes out as such, refusals need controls, no key stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmsproof.cli import run_arguments
from kmsproof.errors import ExitCode
from kmsproof.live.keys import JOURNAL_NAME, Journal
from kmsproof.live.runner import ENDED
from kmsproof.log_reader import read_run
from kmsproof.outcome import ErrorKind
from kmsproof.results import TargetState
from kmsproof.run_options import LiveOptions
from kmsproof.selection import Filters
from kmsproof.session import InProcessSession
from kmsproof.targets import open_session
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_testing.fakes.live import LIVE_FAULTS, LiveService
from kmsproof_testing.fakes.running import DEADLINE_MS, NAME, SHORT_DEADLINE_MS, Ran
from kmsproof_testing.fakes.targets import exec_target, in_process
from kmsproof_testing.live_files import (
    ALL,
    DISABLED,
    ENABLED,
    GCM,
    IVS,
    REFUSALS,
    ROUND_TRIP,
    TAGS,
    TOLD,
    TWO_KEYS,
    USED,
)
from kmsproof_testing.live_running import FILES, judged, judged_service

LIVE = {ROUND_TRIP, *TAGS, IVS, TWO_KEYS, TOLD}


def not_passed(ran: Ran) -> dict[str, Verdict | FailureKind]:
    return {
        name: recorded.failure or recorded.verdict
        for name, recorded in ran.verdicts.items()
        if recorded.verdict is not Verdict.PASS
    }


FAULTS: dict[str, tuple[ExitCode, dict[str, Verdict | FailureKind]]] = {
    "live-good": (ExitCode.CONFORMANT, {}),
    "live-accept-every-tag": (
        ExitCode.NOT_CONFORMANT,
        {
            **dict.fromkeys((*TAGS, TWO_KEYS), FailureKind.WRONG_ACCEPT),
            REFUSALS: Verdict.SKIPPED,
        },
    ),
    "live-talkative": (ExitCode.NOT_CONFORMANT, {REFUSALS: FailureKind.ORACLE}),
    "live-leak": (
        ExitCode.NOT_CONFORMANT,
        # Under another key something else would come out, which nobody knows.
        dict.fromkeys(TAGS, FailureKind.LEAK),
    ),
    "live-repeat-iv": (ExitCode.NOT_CONFORMANT, {IVS: FailureKind.LEAK}),
    "live-ignore-state": (ExitCode.NOT_CONFORMANT, {DISABLED: FailureKind.STATE_VIOLATION}),
    "live-refuse-keys": (
        ExitCode.NOT_CONFORMANT,
        {
            **dict.fromkeys(LIVE, FailureKind.WRONG_REJECT),
            **dict.fromkeys((TOLD, USED, DISABLED, ENABLED, REFUSALS), Verdict.SKIPPED),
        },
    ),
    "live-keep-keys": (ExitCode.CONFORMANT, {}),
    "live-tired": (
        ExitCode.NOT_CONFORMANT,
        {
            ROUND_TRIP: Verdict.FLAKY,
            **dict.fromkeys((*TAGS, TWO_KEYS), Verdict.SKIPPED),
        },
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_comes_out_as_what_it_is(fault: str, tmp_path: Path) -> None:
    service = LIVE_FAULTS[fault]()
    assert isinstance(service, LiveService)
    ran = judged_service(service, tmp_path)
    exit_code, wrong = FAULTS[fault]
    assert not_passed(ran) == wrong
    assert set(ran.verdicts) == ALL
    assert ran.conclusion.exit_code is exit_code


def test_every_fault_has_its_test() -> None:
    assert set(FAULTS) | {"live-throttled"} == set(LIVE_FAULTS)


def test_files_share_keys_and_all_are_destroyed(tmp_path: Path) -> None:
    service = LiveService()
    judged_service(service, tmp_path)
    # Two that the file names, one for each recipe of states, and one more for the closing control.
    assert len(service.made) == 2 + 3 + 1
    assert service.keys == {}
    assert Journal(tmp_path / JOURNAL_NAME).left(NAME) == []


def test_tests_of_the_end_are_told_as_such(tmp_path: Path) -> None:
    service = LIVE_FAULTS["live-tired"]()
    assert isinstance(service, LiveService)
    ran = judged_service(service, tmp_path)
    assert ran.verdicts[ROUND_TRIP].reason == ENDED
    assert f"{ROUND_TRIP} ended as flaky" in ran.verdicts[TAGS[0]].reason


def test_finding_that_fails_nothing_is_told(tmp_path: Path) -> None:
    ran = judged_service(LiveService(), tmp_path)
    told = [warning for warning in ran.target.warnings if TOLD in warning.ids]
    assert len(told) == 1
    assert "One IV for two messages." in told[0].message
    assert ran.verdicts[TOLD].verdict is Verdict.PASS


def test_keys_that_stay_are_in_the_journal_and_told(tmp_path: Path) -> None:
    service = LIVE_FAULTS["live-keep-keys"]()
    assert isinstance(service, LiveService)
    ran = judged_service(service, tmp_path)
    assert Journal(tmp_path / JOURNAL_NAME).left(NAME) == service.made
    assert any("kmsproof sweep" in warning.message for warning in ran.target.warnings)


def test_budget_of_keys(tmp_path: Path) -> None:
    service = LiveService()
    ran = judged_service(service, tmp_path, LiveOptions(max_keys=1))
    assert len(service.made) == 1
    beyond = {name for name, each in ran.verdicts.items() if "--max-keys" in each.reason}
    assert beyond == {TWO_KEYS, USED, DISABLED, ENABLED}
    assert ran.finished.concluded == len(LIVE) - 1


def test_budget_of_calls(tmp_path: Path) -> None:
    ran = judged_service(LiveService(), tmp_path, LiveOptions(max_calls=12))
    beyond = {name for name, each in ran.verdicts.items() if "--max-calls" in each.reason}
    assert beyond
    assert ROUND_TRIP not in beyond
    assert ran.conclusion.exit_code in (ExitCode.COVERAGE, ExitCode.CONFORMANT)
    assert ran.finished.concluded < len(ALL) - 1


def test_no_budget_at_all_is_no_success(tmp_path: Path) -> None:
    ran = judged_service(LiveService(), tmp_path, LiveOptions(max_keys=0))
    assert ran.finished.concluded == 0
    assert ran.conclusion.exit_code is ExitCode.COVERAGE


def test_undeclared_is_not_covered(tmp_path: Path) -> None:
    class Importing(LiveService):
        def description(self) -> dict[str, object]:
            described = super().description()
            described["keys"][0]["create"] = False
            return described

    ran = judged_service(Importing(), tmp_path)
    assert {each.verdict for each in ran.verdicts.values()} == {Verdict.UNSUPPORTED}
    assert ran.conclusion.exit_code is ExitCode.COVERAGE


def test_filters_take_the_control_along(tmp_path: Path) -> None:
    session = InProcessSession(in_process(LiveService()), deadline_ms=DEADLINE_MS)
    ran = judged(session, tmp_path, filters=Filters(ids=(TAGS[1],)))
    assert set(ran.verdicts) - {REFUSALS} == {ROUND_TRIP, TAGS[1]}


def test_interrupt_destroys_the_keys(tmp_path: Path) -> None:
    service = LiveService()

    def interrupt(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    session = InProcessSession(in_process(service), deadline_ms=DEADLINE_MS)
    with pytest.raises(KeyboardInterrupt):
        judged(session, tmp_path, progress=interrupt)
    assert service.made
    assert service.keys == {}
    assert Journal(tmp_path / JOURNAL_NAME).left(NAME) == []
    finished = read_run(tmp_path).targets[NAME].finished
    assert finished is not None
    assert finished.state is TargetState.INTERRUPTED


@pytest.mark.parametrize(
    ("fault", "kind"), [("crash", ErrorKind.CRASHED), ("hang", ErrorKind.TIMEOUT)]
)
def test_target_that_breaks_is_started_again(fault: str, kind: ErrorKind, tmp_path: Path) -> None:
    # The one vector in which an IV of zeros stands breaks it.
    target = exec_target(fault, on=['"iv":"' + "00" * 12], service="live-good")
    session = open_session(target, isolate=False, deadline_ms=SHORT_DEADLINE_MS)
    ran = judged(session, tmp_path)
    assert not_passed(ran) == {TOLD: Verdict.ERROR}
    assert ran.verdicts[TOLD].error is kind
    assert [incident.ids for incident in ran.target.incidents] == [(TOLD,)]
    assert ran.conclusion.exit_code is ExitCode.HARNESS


@pytest.mark.parametrize("fault", ["garbage", "half-line", "wrong-types"])
def test_garbage_is_no_refusal(fault: str, tmp_path: Path) -> None:
    target = exec_target(fault, on=['"op":"decrypt"'], service="live-good")
    session = open_session(target, isolate=False, deadline_ms=SHORT_DEADLINE_MS)
    ran = judged(session, tmp_path)
    assert not ran.ids(Verdict.FAIL)
    assert {ran.verdicts[name].verdict for name in TAGS} <= {Verdict.ERROR, Verdict.SKIPPED}
    assert ran.conclusion.exit_code is ExitCode.HARNESS


def test_family_of_every_vector_is_its_file() -> None:
    assert {test.id.partition("/")[0] for test in FILES[0].tests} == {GCM}


def test_what_was_wanted_is_told_in_bytes(tmp_path: Path) -> None:
    """The recipe names a value that it computed: a reader of the log wants to see it."""
    id = "live-aes-256-cbc-no-padding/long-chain/12304-bytes"
    arguments = ["run", "reference", "--mode", "live", "--id", id, "--out", str(tmp_path)]
    deviation = "cbc/chain-starts-again-after-4096-bytes"
    assert run_arguments([*arguments, "--deviation", deviation]) == ExitCode.NOT_CONFORMANT
    (target,) = read_run(tmp_path).targets.values()
    (recorded,) = [each for each in target.verdicts if each.id == id]
    assert recorded.detail is not None
    given, wanted = recorded.detail.given["ciphertext"], recorded.detail.expected["plaintext"]
    assert bytes.fromhex(wanted[:64])
    assert len(given) == len(wanted)
