"""The published deviations: each script shows its own on its target, and nothing of ours."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kmsproof_testing import machine
from kmsproof_testing.published import (
    FINDINGS,
    NODE,
    NSS,
    NSS_MODULE,
    PLACES,
    PUBLISHED,
    SOFTHSM,
    Finding,
    each_finding,
    each_target,
    target_here,
)

CONFORMING_TARGET = Path(__file__).with_name("conforming_target.py")
CONFORMING_NODE = Path(__file__).with_name("conforming_target.js")

SCRIPTS = re.compile(r"\.(py|js|java)$")

# The list and the scripts.


def test_list_has_a_row_for_every_script_and_a_script_for_every_row() -> None:
    scripts = sorted(path for path in PUBLISHED.glob("*/*") if SCRIPTS.search(path.name))
    assert scripts
    assert sorted(finding.script for finding in FINDINGS) == scripts
    assert len({finding.id for finding in FINDINGS}) == len(FINDINGS)
    for finding in FINDINGS:
        named = finding.script.relative_to(PUBLISHED).with_suffix("").as_posix()
        words = re.sub(r"(?<=[a-zA-Z0-9])(?=[A-Z])", "-", named.replace("_", "-"))
        assert finding.id == words.lower()


def test_every_row_of_the_list_is_understood() -> None:
    text = (PUBLISHED / "README.md").read_text(encoding="utf-8")
    assert len(re.findall(r"\]\(\w+/[\w-]+\.(?:py|js|java)\)", text)) == len(FINDINGS)


@pytest.mark.parametrize("finding", each_finding(".py"))
def test_script_uses_nothing_of_ours(finding: Finding) -> None:
    tree = ast.parse(finding.script.read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    assert imported - sys.stdlib_module_names <= {"pkcs11", "Crypto", "cryptography"}


@pytest.mark.parametrize("finding", each_finding(".js", ".java"))
def test_program_uses_nothing_of_ours(finding: Finding) -> None:
    text = finding.script.read_text(encoding="utf-8")
    pattern = r"require\('(.*)'\)" if finding.script.suffix == ".js" else r"^import ([\w.]+);"
    imported = re.findall(pattern, text, re.MULTILINE)
    assert imported
    assert all(re.match(r"node:|javax?\.|org\.bouncycastle\.", each) for each in imported)


# Each deviation on its target.


def run_script(
    script: Path, environment: dict[str, str], *command: str, arguments: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    return subprocess.run(
        [*command, str(script), *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.slow
@pytest.mark.parametrize("finding", each_finding())
def test_deviation_is_there(finding: Finding, request: pytest.FixtureRequest) -> None:
    here = target_here(finding.target, request)
    done = run_script(finding.script, here.environment, *here.command)
    assert done.returncode == 0, done.stdout + done.stderr
    does, demanded, answered, *_ = done.stdout.splitlines()
    assert does.startswith("Does: ")
    assert re.search(r"^Demanded.* (§|AES secret key objects)", demanded)
    assert answered.startswith("Answered")
    assert done.stdout.endswith("The deviation is there.\n")
    assert done.stderr == ""
    assert here.secret is None or here.secret not in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("target", each_target(SOFTHSM, NSS))
def test_script_takes_arguments_as_well_as_the_environment(
    target: str, request: pytest.FixtureRequest
) -> None:
    here = target_here(target, request)
    for finding in FINDINGS:
        if finding.target == target:
            wanted = 2 if finding.id.endswith("flags-not-cleared") else 3
            arguments = tuple(here.environment.values())[:wanted]
            nowhere = dict.fromkeys(here.environment, "")
            done = run_script(finding.script, nowhere, *here.command, arguments=arguments)
            assert done.returncode == 0, done.stdout + done.stderr


WITHOUT_STAND_IN = ("nss", "jdk", "bouncycastle")
"""Folders of scripts that call native code, or are compiled: there is nothing to put in between.

Each of them sees for itself that what is right is taken, and else concludes nothing."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "finding",
    [
        pytest.param(each, id=each.id)
        for each in FINDINGS
        if each.script.parent.name not in WITHOUT_STAND_IN
    ],
)
def test_script_says_that_a_target_without_the_deviation_has_none(
    finding: Finding, tmp_path: Path
) -> None:
    (tmp_path / "pin").write_text("1234")
    places = dict(zip(PLACES, ("conforming", "conforming", str(tmp_path / "pin")), strict=True))
    command = [sys.executable, str(CONFORMING_TARGET)]
    if finding.target == NODE:
        command = [machine.node_program(finding.script)[0], "--require", str(CONFORMING_NODE)]
    done = run_script(finding.script, places, *command)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.endswith("The deviation is not there.\n")


@pytest.mark.parametrize("finding", each_finding(".py"))
def test_script_that_cannot_ask_concludes_nothing(finding: Finding) -> None:
    nowhere = dict.fromkeys((*PLACES, NSS_MODULE), "/nonexistent")
    done = run_script(finding.script, nowhere, sys.executable, "-I", "-S")
    assert done.returncode == 2
    assert done.stderr.startswith("Could not be tried: ")
    assert done.stderr.count("\n") == 1
