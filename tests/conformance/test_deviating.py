"""Deviations on the command line: which there are, and targets that have some."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kmsproof.cli import run_arguments
from kmsproof.deviating import (
    chosen_deviations,
    deviating_targets,
    deviation_lines,
    deviations_as_json,
    known_ids,
)
from kmsproof.errors import ExitCode, UsageError
from kmsproof_reference.deviations import View, catalogue

TAG, USAGE = "gcm/tag-not-compared", "purpose/encryption-key-signs"


def test_each_deviation_has_a_line() -> None:
    lines = deviation_lines(())
    assert len(lines) == len(catalogue())
    for line, each in zip(lines, catalogue().values(), strict=True):
        id, severity, views, sentence = line.split(maxsplit=3)
        assert (id, severity, sentence) == (each.id, each.severity, each.sentence)
        assert views == (",".join(each.seen) or "-")


@pytest.mark.parametrize(
    ("patterns", "ids"),
    [
        ((TAG,), {TAG}),
        ((USAGE, TAG), {USAGE, TAG}),
        (("gcm/tag-not-*",), {TAG, "gcm/tag-not-masked"}),
    ],
)
def test_patterns_choose(patterns: tuple[str, ...], ids: set[str]) -> None:
    assert {each.id for each in chosen_deviations(patterns)} == ids


def test_a_pattern_may_be_a_family() -> None:
    assert {each.family for each in chosen_deviations(["purpose"])} == {"purpose"}
    assert len(chosen_deviations(["purpose", "gcm"])) == len(
        chosen_deviations(["purpose/*", "gcm/*"])
    )


def test_json_has_all_that_is_known() -> None:
    (told,) = json.loads(deviations_as_json([USAGE]))
    each = catalogue()[USAGE]
    assert told["sentence"] == each.sentence
    assert told["views"] == ["live"]
    assert told["unseen"] == {View.LIBRARY: each.unseen[View.LIBRARY]}
    assert (told["weakness"], told["severity"]) == (each.weakness, each.severity)
    assert {"gain", "clause", "cause", "remedy", "vulnerabilities"} <= told.keys()


def test_the_command_lists(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_arguments(["list", "deviations", TAG]) == ExitCode.CONFORMANT
    assert capsys.readouterr().out.startswith(f"{TAG} ")
    assert run_arguments(["list", "deviations", TAG, "--json"]) == ExitCode.CONFORMANT
    assert json.loads(capsys.readouterr().out)[0]["id"] == TAG


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("list", "deviations", "gmc/*"), "No deviation matches gmc/*."),
        (("list", "flags", "gcm/*"), "Patterns and --json are for deviations, not for flags."),
        (("list", "flags", "--json"), "Patterns and --json are for deviations, not for flags."),
        (("run", "reference", "--deviation", "gcm/tag-not-compare"), f"Did you mean {TAG}"),
        (("run", "cryptography", "--deviation", TAG), "'cryptography' cannot be made to deviate"),
        (("run", "reference", "exec:./x", "--deviation", TAG), "'exec' cannot be made to deviate"),
        (("serve", "--deviation", "state/none"), "There is no deviation 'state/none'."),
    ],
)
def test_what_cannot_be_is_a_mistake_of_usage(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_arguments(list(arguments)) == ExitCode.USAGE
    assert told in capsys.readouterr().err


def test_a_target_gets_its_deviations() -> None:
    assert deviating_targets(["cryptography"], ()) == ("cryptography",)
    assert deviating_targets(["reference", "reference-kms"], [TAG, USAGE, TAG]) == (
        f"reference:deviation={TAG},deviation={USAGE}",
        f"reference-kms:deviation={TAG},deviation={USAGE}",
    )
    assert deviating_targets([f"reference:seed=1,deviation={TAG}"], [TAG, USAGE]) == (
        f"reference:seed=1,deviation={TAG},deviation={USAGE}",
    )


def test_an_id_is_looked_up_as_it_stands() -> None:
    assert known_ids([USAGE]) == (USAGE,)
    with pytest.raises(UsageError):
        known_ids(["purpose/*"])


def test_a_run_of_a_deviating_target_is_red(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", "reference", "--deviation", TAG, "--id", "aes-128-gcm/tag-bit-flipped/*"]
    folder = tmp_path / "run"
    options = ["--out", str(folder), "--report", "none", "--quiet"]
    assert run_arguments([*arguments, *options]) == ExitCode.NOT_CONFORMANT
    assert f"reference:deviation={TAG}" in (folder / "events.jsonl").read_text()
    assert "wrong-accept" in capsys.readouterr().out
