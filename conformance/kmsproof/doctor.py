"""Look at the machine: what is installed, what is missing, and how to get it."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
from collections.abc import Iterator
from typing import NamedTuple

from kmsproof.corpus import load_corpus
from kmsproof.errors import KmsproofError
from kmsproof.target import Health
from kmsproof.targets import adapter_names, find_adapter


class Finding(NamedTuple):
    """One thing that was looked at."""

    name: str
    health: Health
    needed: bool
    """Whether nothing works without it."""


def examine() -> Iterator[Finding]:
    """Look at everything, one after the other."""
    version = importlib.metadata.version("kmsproof")
    yield Finding(
        "kmsproof", Health(True, f"{version} on Python {platform.python_version()}"), True
    )
    yield Finding("corpus", _corpus(), True)
    for name in adapter_names():
        yield Finding(f"target {name}", _adapter(name), False)
    yield Finding("SoftHSM tools", _program("softhsm2-util", "softhsm2"), False)


def _corpus() -> Health:
    try:
        loaded = load_corpus(None)
        total = loaded.total
    except KmsproofError as error:
        return Health(False, error.message, error.remedy)
    return Health(True, f"version {loaded.manifest.corpus_version}, {total} vectors")


def _adapter(name: str) -> Health:
    try:
        return find_adapter(name).health()
    except KmsproofError as error:
        return Health(False, error.message, error.remedy)


def _program(program: str, package: str) -> Health:
    found = shutil.which(program)
    if found:
        return Health(True, found)
    return Health(
        False,
        f"{program} is not on the PATH",
        f"Only needed to judge a SoftHSM token: apt-get install {package}.",
    )


def lines(findings: list[Finding]) -> Iterator[str]:
    """Yield what was found, in words."""
    for finding in findings:
        mark = "ok     " if finding.health.ready else "missing"
        yield f"{mark}  {finding.name}: {finding.health.detail}"
        if not finding.health.ready and finding.health.remedy:
            yield f"         {finding.health.remedy}"
