"""The server judged with the recipes, over both of its APIs: it conforms at every level."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kmsproof.targets import open_in_process
from kmsproof.verdict import Verdict
from kmsproof_reference.vocabulary import (
    EC_CURVES,
    RSA_MODULUS_BITS,
    SYMMETRIC_KEY_SPECS,
    KeySpec,
    KeyState,
    ProtectionLevel,
)
from kmsproof_server.serving import Options, running
from kmsproof_testing.policy_running import judged_at
from kmsproof_vectors.live.build import build_live_file
from kmsproof_vectors.live.cases.catalogue import recipes
from kmsproof_vectors.live.model import LiveFile

FAMILIES = {
    "AES": SYMMETRIC_KEY_SPECS,
    "RSA": frozenset(RSA_MODULUS_BITS),
    "EC": frozenset(EC_CURVES),
}
"""All key specs, in parts that can be judged side by side."""

LEAST_PASSED = {
    "shared": {
        ProtectionLevel.SOFTWARE: {"AES": 150, "RSA": 3400, "EC": 1900},
        ProtectionLevel.HARDWARE: {"AES": 420, "RSA": 3400, "EC": 1900},
        ProtectionLevel.EXTERNAL: {"AES": 150, "RSA": 8, "EC": 5},
    },
    "instance": {
        ProtectionLevel.SOFTWARE: {"AES": 300, "RSA": 3900, "EC": 3600},
        ProtectionLevel.HARDWARE: {"AES": 4500, "RSA": 3900, "EC": 3600},
        ProtectionLevel.EXTERNAL: {"AES": 1500, "RSA": 8, "EC": 5},
    },
}
"""How many recipes apply to each API at each level, at the least."""

MOST_SKIPPED = 10
"""How many of a family may find that the signatures they were given are not of the kind they need.
It is a matter of chance; 3 were the most in the runs by which this was set."""


def files(family: str) -> tuple[LiveFile, ...]:
    """The files of the key specs of a family."""
    chosen = (each for each in recipes() if each.parameters.key_spec in FAMILIES[family])
    return tuple(build_live_file(recipe) for recipe in chosen)


def test_the_families_are_all_key_specs() -> None:
    assert frozenset[KeySpec]().union(*FAMILIES.values()) == frozenset(KeySpec)


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("level", ProtectionLevel)
@pytest.mark.parametrize("api", LEAST_PASSED)
def test_no_recipe_finds_fault(
    api: str, level: ProtectionLevel, family: str, tmp_path: Path
) -> None:
    with running(Options(port=0)) as server:
        target = open_in_process(server.target if api == "shared" else server.instance_target)
        verdicts = judged_at(target, level, files(family), tmp_path)
        left = [key.key_id for key in server.service.list_keys() if key.state is KeyState.ENABLED]
    wrong = {
        id: (each.failure, each.reason, each.message)
        for id, each in verdicts.items()
        if each.verdict in (Verdict.FAIL, Verdict.ERROR)
    }
    assert wrong == {}
    counts = Counter(each.verdict for each in verdicts.values())
    assert counts[Verdict.PASS] >= LEAST_PASSED[api][level][family]
    assert counts[Verdict.SKIPPED] <= MOST_SKIPPED
    assert left == []
