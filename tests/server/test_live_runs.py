"""The server judged with the recipes, over both of its APIs: it conforms at every level."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from kmsproof.targets import open_in_process
from kmsproof.verdict import Verdict
from kmsproof_reference.vocabulary import KeySpec, KeyState, ProtectionLevel
from kmsproof_server.serving import Options, running
from kmsproof_testing.policy_running import judged_at
from kmsproof_vectors.live.build import build_live_file
from kmsproof_vectors.live.cases.catalogue import recipes
from kmsproof_vectors.live.model import LiveFile

KEY_SPECS = (KeySpec.AES_256, KeySpec.AES_128, KeySpec.RSA_2048, KeySpec.EC_P256)
"""One of each kind: the longer keys and the other curve take the same ways, and much longer."""


@cache
def files() -> tuple[LiveFile, ...]:
    """The files of these key specs."""
    chosen = (recipe for recipe in recipes() if recipe.parameters.key_spec in KEY_SPECS)
    return tuple(build_live_file(recipe) for recipe in chosen)


LEAST_PASSED = {
    "shared": dict(zip(ProtectionLevel, (2000, 2000, 140), strict=True)),
    "instance": dict(zip(ProtectionLevel, (3000, 5500, 1400), strict=True)),
}
"""How many recipes apply to each API at each level, at the least."""

MOST_SKIPPED = 10
"""How many may find that the signatures they were given are not of the kind that they need."""


@pytest.mark.slow
@pytest.mark.parametrize("level", ProtectionLevel)
@pytest.mark.parametrize("api", LEAST_PASSED)
def test_no_recipe_finds_fault(api: str, level: ProtectionLevel, tmp_path: Path) -> None:
    with running(Options(port=0)) as server:
        target = open_in_process(server.target if api == "shared" else server.instance_target)
        verdicts = judged_at(target, level, files(), tmp_path)
        left = [key.key_id for key in server.service.list_keys() if key.state is KeyState.ENABLED]
    wrong = {
        id: (each.failure, each.reason, each.message)
        for id, each in verdicts.items()
        if each.verdict in (Verdict.FAIL, Verdict.ERROR)
    }
    assert wrong == {}
    counts = Counter(each.verdict for each in verdicts.values())
    assert counts[Verdict.PASS] >= LEAST_PASSED[api][level]
    assert counts[Verdict.SKIPPED] <= MOST_SKIPPED
    assert left == []
