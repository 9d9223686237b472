"""Replaying one vector: the whole exchange is shown, without keys and secrets, and made safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmsproof.errors import ExitCode, TargetStartError
from kmsproof.replay import replay
from kmsproof_testing.corpora import CBC_FAMILY, GCM_FAMILY, KEY
from kmsproof_testing.fakes.running import DEADLINE_MS, tiny_corpus
from kmsproof_testing.fakes.targets import exec_target

BAD_TAG = f"{GCM_FAMILY}/g3/tag-bit-0"
CONTROL = f"{GCM_FAMILY}/g1/decrypt-plain"
SHORT_IV = f"{GCM_FAMILY}/g1/decrypt-iv-64"


def replayed(vector: str, target: str, folder: Path) -> tuple[ExitCode, list[str]]:
    told: list[str] = []
    exit_code = replay(
        vector,
        target,
        tiny_corpus(folder),
        deadline_ms=DEADLINE_MS,
        isolate=False,
        tell=told.append,
    )
    return exit_code, told


def test_exchange_is_shown_with_the_control(tmp_path: Path) -> None:
    exit_code, told = replayed(BAD_TAG, exec_target("good"), tmp_path)
    assert exit_code is ExitCode.CONFORMANT
    assert told[0] == "target  fake 1.0"
    asked = [line for line in told if line.startswith("ask")]
    assert ['"op":"import_key"' in line for line in asked] == [True, False, False, False, False]
    assert sum('"op":"decrypt"' in line for line in asked) == 3, "the control is asked twice"
    assert '"op":"destroy_key"' in asked[-1]
    assert any("InvalidTag" in line and line.startswith("answer") for line in told)
    assert told[-2:] == [f"verdict {CONTROL}: pass", f"verdict {BAD_TAG}: pass"]


def test_key_material_is_not_shown(tmp_path: Path) -> None:
    _, told = replayed(CONTROL, exec_target("good"), tmp_path)
    exchange = [line for line in told if line.startswith(("ask", "answer", "verdict"))]
    assert KEY.hex() not in "\n".join(exchange)
    assert any("[redacted: 16 bytes]" in line for line in told)


@pytest.mark.parametrize(
    ("vector", "fault", "exit_code", "last"),
    [
        (BAD_TAG, "accept-every-tag", ExitCode.NOT_CONFORMANT, "fail (wrong-accept)"),
        (CONTROL, "constant", ExitCode.NOT_CONFORMANT, "fail (wrong-output)"),
        (BAD_TAG, "reject-all", ExitCode.NOT_CONFORMANT, "skipped"),
        (CONTROL, "error-all", ExitCode.HARNESS, "error"),
        (CONTROL, "crash", ExitCode.HARNESS, "error"),
        (CONTROL, "crash-at-destroy", ExitCode.HARNESS, "pass"),
        (CONTROL, "declare-nothing", ExitCode.COVERAGE, "unsupported"),
        (SHORT_IV, "declare-less", ExitCode.COVERAGE, "unsupported"),
        (f"{GCM_FAMILY}/g9/tag-refusals", "good", ExitCode.CONFORMANT, "pass"),
        (f"{CBC_FAMILY}/c9/padding-refusals", "padding-oracle", ExitCode.NOT_CONFORMANT, "oracle"),
        (f"{CBC_FAMILY}/c9/padding-refusals", "strip-only", ExitCode.NOT_CONFORMANT, "skipped"),
    ],
)
def test_exit_code_is_0_only_if_the_vector_itself_passed(
    vector: str, fault: str, exit_code: ExitCode, last: str, tmp_path: Path
) -> None:
    found, told = replayed(vector, exec_target(fault), tmp_path)
    assert found is exit_code
    [verdict] = [line for line in told if line.startswith(f"verdict {vector}: ")]
    assert last in verdict


def test_failure_shows_expected_and_actual(tmp_path: Path) -> None:
    _, told = replayed(CONTROL, exec_target("constant"), tmp_path)
    text = "\n".join(told)
    assert "expected plaintext: 7369787465656e" in text
    assert "actual plaintext: 00000000" in text


def test_restart_is_told(tmp_path: Path) -> None:
    _, told = replayed(CONTROL, exec_target("crash"), tmp_path)
    assert sum("the target broke and is started again" in line for line in told) == 2
    assert any("actual outcome: error it was ended by signal SIGSEGV" in line for line in told)


def test_texts_of_the_target_are_made_safe(tmp_path: Path) -> None:
    target = exec_target("description", ['name="\\u001b[2J\\u202efake"'])
    _, told = replayed(CONTROL, target, tmp_path)
    assert told[0] == r"target  \x1b[2J\u202efake 1.0"
    assert all(line.isprintable() for line in told)


def test_target_that_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(TargetStartError, match="exit code 127"):
        replayed(CONTROL, exec_target("exit-127"), tmp_path)
