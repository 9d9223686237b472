"""The mutants that mutation testing makes of a module, and how a target gets one."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from kmsproof.targets import open_in_process
from kmsproof_reference.padding import Pkcs7Padding
from mutants_of_source import Functions, mutants_of
from mutated_modules import dependents, mutated

SOURCE = '''
"""A module with 3 numbers."""


def shorter(octets: bytes | None, show: object, least: int = 4) -> bytes:
    """At least 4 bytes."""
    show("octets of %d", 1 + 1)
    if not octets or len(octets) < least:
        raise InvalidArgument(f"{least + 1} bytes")
    return octets[:-1]
'''


def test_only_what_changes_behaviour_is_mutated() -> None:
    """Nothing in annotations, docstrings, texts and intermediate values; nothing twice."""
    changes = [mutant.change for mutant in mutants_of(SOURCE)]
    assert len(changes) == len(set(changes)) > 5
    assert any("<= least" in each for each in changes)
    assert any("int = 5" in each for each in changes)
    assert not any("bytes &" in each or "1 -" in each or "raise" in each for each in changes)


def test_what_no_vector_runs_needs_no_trial() -> None:
    """A line is left out only if it is in the body of a function that was not called."""
    source = "@one\ndef first(a=1):\n    return a\n\n\ndef second(a=2):\n    return a\n"
    functions = Functions(source, frozenset([6]))
    assert [functions.is_entered(line) for line in range(1, 8)] == [
        *(True, True),  # a decorator and a default are run when the module is loaded
        False,
        *(True, True, True, True),
    ]


def test_the_judge_keeps_the_right_module() -> None:
    """A target that is opened meanwhile has the mutant; all others do not."""
    open_in_process("reference")
    name = "kmsproof_reference.padding"
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    before = {each: sys.modules[each] for each in dependents(name)}
    with mutated("padding", source.replace("block_length = 16", "block_length = 8")):
        from kmsproof_adapters.reference import aes

        assert vars(aes)["Pkcs7Padding"]().pad(bytes(9)) == bytes(9) + bytes([7]) * 7
    assert {each: sys.modules[each] for each in before} == before
    assert Pkcs7Padding().pad(bytes(9)) == bytes(9) + bytes([7]) * 7
    assert Pkcs7Padding().pad(bytes(8)) == bytes(8) + bytes([8]) * 8
