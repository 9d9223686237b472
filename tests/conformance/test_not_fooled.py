"""The suite is not fooled: a target that judges wrongly comes out as such, vector by vector."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmsproof.errors import ExitCode
from kmsproof.results import TargetState
from kmsproof.selection import Filters
from kmsproof.session import InProcessSession
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_testing.corpora import CBC_FAMILY, GCM_FAMILY
from kmsproof_testing.fakes.expectations import (
    BAD_PADDINGS,
    BAD_TAGS,
    INVALID,
    PADDING_REFUSALS,
    TAG_REFUSALS,
    TESTS,
    UNIFORMITIES,
    VALID,
    Came,
    assert_came_to,
    came,
)
from kmsproof_testing.fakes.running import run_command, run_in_process, run_session
from kmsproof_testing.fakes.service import FAULTS, Tired
from kmsproof_testing.fakes.targets import exec_target, in_process

WITH_AAD = {vector for vector in VALID if vector.endswith("-aad")}
ENCRYPT_WITH_AAD = {vector for vector in WITH_AAD if "/encrypt" in vector}
BAD_AAD = {vector for vector in INVALID if "/aad-" in vector}
SHORT_IV = {vector for vector in VALID if vector.endswith("-iv-64")}
CBC_DECRYPTS = {vector for vector in VALID if vector.startswith(f"{CBC_FAMILY}/c1/decrypt")}
BAD_LENGTHS = {f"{CBC_FAMILY}/c3/cut-block", f"{CBC_FAMILY}/c3/empty"}

SERVICES: dict[str, tuple[ExitCode, Came]] = {
    "good": (ExitCode.CONFORMANT, {}),
    "constant": (
        ExitCode.NOT_CONFORMANT,
        came(
            (VALID, FailureKind.WRONG_OUTPUT),
            (INVALID, FailureKind.WRONG_ACCEPT),
            (UNIFORMITIES, Verdict.SKIPPED),
        ),
    ),
    "reject-all": (
        ExitCode.NOT_CONFORMANT,
        came(
            (VALID, FailureKind.WRONG_REJECT),
            (INVALID | UNIFORMITIES, Verdict.SKIPPED),
        ),
    ),
    "error-all": (
        ExitCode.HARNESS,
        came((TESTS, Verdict.ERROR), (UNIFORMITIES, Verdict.SKIPPED)),
    ),
    "unsupported-all": (
        ExitCode.NOT_CONFORMANT,
        came(
            (VALID, FailureKind.WRONG_REJECT),
            (INVALID, FailureKind.WRONG_ERROR),
            (UNIFORMITIES, Verdict.SKIPPED),
        ),
    ),
    "reject-import": (
        ExitCode.NOT_CONFORMANT,
        came((VALID, FailureKind.WRONG_REJECT), (INVALID | UNIFORMITIES, Verdict.SKIPPED)),
    ),
    "error-import": (
        ExitCode.HARNESS,
        came((TESTS, Verdict.ERROR), (UNIFORMITIES, Verdict.SKIPPED)),
    ),
    "error-destroy": (ExitCode.CONFORMANT, {}),
    "accept-every-tag": (
        ExitCode.NOT_CONFORMANT,
        came((BAD_TAGS, FailureKind.WRONG_ACCEPT), ({TAG_REFUSALS}, Verdict.SKIPPED)),
    ),
    "ignore-aad": (
        ExitCode.NOT_CONFORMANT,
        came(
            (WITH_AAD, FailureKind.WRONG_REJECT),
            (ENCRYPT_WITH_AAD, FailureKind.WRONG_OUTPUT),
            (BAD_AAD, Verdict.SKIPPED),
        ),
    ),
    "ignore-padding": (
        ExitCode.NOT_CONFORMANT,
        came(
            (CBC_DECRYPTS, FailureKind.WRONG_OUTPUT),
            (BAD_PADDINGS, FailureKind.WRONG_ACCEPT),
            (BAD_LENGTHS | {f"{CBC_FAMILY}/c4/iv-15", PADDING_REFUSALS}, Verdict.SKIPPED),
        ),
    ),
    "strip-only": (
        ExitCode.NOT_CONFORMANT,
        came((BAD_PADDINGS, FailureKind.WRONG_ACCEPT), ({PADDING_REFUSALS}, Verdict.SKIPPED)),
    ),
    "leak-text": (
        ExitCode.NOT_CONFORMANT,
        came(
            (BAD_TAGS - {f"{GCM_FAMILY}/g4/ciphertext-bit-0"}, FailureKind.LEAK),
            ({TAG_REFUSALS}, FailureKind.ORACLE),
        ),
    ),
    "leak-code": (
        ExitCode.NOT_CONFORMANT,
        came(
            (BAD_TAGS - {f"{GCM_FAMILY}/g4/ciphertext-bit-0"}, FailureKind.LEAK),
            ({TAG_REFUSALS}, FailureKind.ORACLE),
        ),
    ),
    "padding-oracle": (
        ExitCode.NOT_CONFORMANT,
        came(({PADDING_REFUSALS}, FailureKind.ORACLE)),
    ),
    "declare-nothing": (
        ExitCode.COVERAGE,
        came((TESTS, Verdict.UNSUPPORTED), (UNIFORMITIES, Verdict.UNSUPPORTED)),
    ),
    "declare-less": (ExitCode.CONFORMANT, came((SHORT_IV, Verdict.UNSUPPORTED))),
    "tired": (
        ExitCode.NOT_CONFORMANT,
        came(
            (INVALID | UNIFORMITIES, Verdict.SKIPPED),
            (
                {
                    f"{GCM_FAMILY}/g1/decrypt-plain",
                    f"{GCM_FAMILY}/g1/encrypt-plain",
                    f"{CBC_FAMILY}/c1/decrypt-16",
                },
                Verdict.FLAKY,
            ),
        ),
    ),
}


def test_every_fault_of_judgement_is_tried() -> None:
    assert set(SERVICES) == set(FAULTS)


@pytest.mark.parametrize("fault", SERVICES)
def test_fault_of_judgement_in_process(fault: str, tmp_path: Path) -> None:
    exit_code, expected = SERVICES[fault]
    ran = run_in_process(in_process(fault), tmp_path)
    assert_came_to(ran, expected)
    assert ran.conclusion.exit_code is exit_code
    assert ran.finished.state is TargetState.FINISHED


@pytest.mark.parametrize("fault", SERVICES)
def test_fault_of_judgement_in_a_program(fault: str, tmp_path: Path) -> None:
    exit_code, expected = SERVICES[fault]
    ran = run_command(exec_target(fault), tmp_path)
    assert_came_to(ran, expected)
    assert ran.conclusion.exit_code is exit_code
    assert not ran.target.incidents


def test_refusals_after_which_the_valid_form_is_refused_too_prove_nothing(tmp_path: Path) -> None:
    """All these inputs are refused with the right class, and still nothing was looked at."""
    session = InProcessSession(in_process(Tired(calls=6)), deadline_ms=1000)
    filters = Filters(classes=("G1", "G3", "G4", "G5"))
    ran = run_session(session, tmp_path, filters=filters)
    assert not INVALID & ran.ids(Verdict.PASS)
    assert ran.conclusion.exit_code is ExitCode.NOT_CONFORMANT
    assert "at the end" in ran.verdicts[f"{GCM_FAMILY}/g3/tag-zero"].reason


def test_what_works_without_being_declared_is_a_warning(tmp_path: Path) -> None:
    ran = run_in_process(in_process("declare-less"), tmp_path)
    messages = [warned.message for warned in ran.target.warnings]
    assert messages == ["under-declared: GCM with IV length 8 is not declared, yet it works"]
    assert {vector for warned in ran.target.warnings for vector in warned.ids} <= SHORT_IV


def test_key_that_is_not_destroyed_is_a_warning(tmp_path: Path) -> None:
    ran = run_in_process(in_process("error-destroy"), tmp_path)
    [warned] = ran.target.warnings
    assert "not destroyed" in warned.message
    assert "503" in warned.message
