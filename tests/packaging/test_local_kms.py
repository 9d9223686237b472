"""The tool that gives a command a local key management service."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "local_kms.py"
ASK = """
import sys
from kmsproof.targets import open_in_process
from kmsproof.messages import Describe

target, word = sys.argv[1:]
described = open_in_process(target).describe(Describe())
print(described.value.name, word)
sys.exit(7)
"""


@pytest.mark.parametrize(
    ("placeholder", "api"), [("{aliyun}", "shared"), ("{aliyun-instance}", "instance")]
)
def test_command_gets_a_server_and_its_status_is_the_tools(placeholder: str, api: str) -> None:
    command = [sys.executable, "-c", ASK, placeholder, "word"]
    done = subprocess.run(
        [sys.executable, str(TOOL), *command], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout == f"{api.capitalize()} API of Alibaba Cloud KMS word\n"


@pytest.mark.parametrize("command", [[], ["/nowhere/command"]])
def test_command_that_is_none(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, str(TOOL), *command], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == (127 if command else 2)
    assert ("cannot be started" if command else "usage:") in done.stderr
