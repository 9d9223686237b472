"""Filters: what they let through, what comes with it, and what is said when nothing is left."""

from __future__ import annotations

import msgspec
import pytest

from kmsproof.errors import ExitCode
from kmsproof.selection import Filters, nothing_selected, selected_groups
from kmsproof.vocabulary import Algorithm, KeySpec
from kmsproof_testing.corpora import (
    CBC_FAMILY,
    CBC_FILE,
    CHAIN_FAMILY,
    GCM_FAMILY,
    GCM_FILE,
    TINY,
)
from kmsproof_testing.corpora_asymmetric import (
    ECDSA_FAMILY,
    ECDSA_FILE,
    PSS_FAMILY,
    PSS_FILE,
)
from kmsproof_vectors.model import ManifestEntry


def selected(filters: Filters) -> set[str]:
    return {
        test.id for file in TINY for _, tests in selected_groups(file, filters) for test in tests
    }


def entry(algorithm: Algorithm = Algorithm.GCM, family: str = GCM_FAMILY) -> ManifestEntry:
    return ManifestEntry(
        path="",
        family=family,
        key_spec=KeySpec.AES_128,
        algorithm=algorithm,
        number_of_tests=1,
        sha256="",
    )


def test_no_filter_takes_everything() -> None:
    assert len(selected(Filters())) == sum(file.number_of_tests for file in TINY)
    assert not Filters().narrows()


def test_id_brings_its_control() -> None:
    vector = f"{GCM_FAMILY}/g5/aad-missing"
    assert selected(Filters(ids=(vector,))) == {vector, f"{GCM_FAMILY}/g1/decrypt-aad"}


def test_control_in_another_group_is_brought() -> None:
    """In an external corpus a key may have no valid test of its own."""
    alone = PSS_FILE.groups[1]
    control = PSS_FILE.groups[0].tests[0].id
    changed = tuple(
        msgspec.structs.replace(test, control=control if test.control else None)
        for test in alone.tests
    )
    groups = (PSS_FILE.groups[0], msgspec.structs.replace(alone, tests=changed))
    file = msgspec.structs.replace(PSS_FILE, groups=groups)
    invalid = f"{PSS_FAMILY}/v5/verify-public-bit"
    found = [
        (group, [test.id for test in tests])
        for group, tests in selected_groups(file, Filters(ids=(invalid,)))
    ]
    assert found == [(groups[0], [control]), (groups[1], [invalid])]


def test_signature_and_import_bring_their_controls() -> None:
    files = (ECDSA_FILE, PSS_FILE)
    filters = Filters(ids=("*/v2/verify-bit", f"{ECDSA_FAMILY}/i2/private-cut"))
    found = {test.id for f in files for _, tests in selected_groups(f, filters) for test in tests}
    assert found == {
        f"{ECDSA_FAMILY}/v2/verify-bit",
        f"{ECDSA_FAMILY}/v1/verify-raw",
        f"{ECDSA_FAMILY}/i2/private-cut",
        f"{ECDSA_FAMILY}/i1/private",
        f"{PSS_FAMILY}/v2/verify-bit",
        f"{PSS_FAMILY}/v1/verify-raw",
    }


def test_valid_test_comes_alone() -> None:
    vector = f"{GCM_FAMILY}/g1/encrypt-aad"
    assert selected(Filters(ids=(vector,))) == {vector}


def test_pattern_and_several_ids() -> None:
    filters = Filters(ids=(f"{CHAIN_FAMILY}/*", f"{CBC_FAMILY}/c1/encrypt-0"))
    assert selected(filters) == {
        f"{CHAIN_FAMILY}/m2/encrypt-block",
        f"{CHAIN_FAMILY}/m1/encrypt",
        f"{CHAIN_FAMILY}/m1/decrypt",
        f"{CBC_FAMILY}/c1/encrypt-0",
    }


def test_class_and_flag() -> None:
    assert selected(Filters(classes=("C4",))) == {
        f"{CBC_FAMILY}/c4/iv-15",
        f"{CBC_FAMILY}/c1/decrypt-16",
    }
    assert selected(Filters(flags=("Tag",))) == {
        f"{GCM_FAMILY}/g3/tag-bit-0",
        f"{GCM_FAMILY}/g1/decrypt-plain",
    }


def test_filters_of_different_kinds_must_all_fit() -> None:
    assert selected(Filters(flags=("Tag",), classes=("G4",))) == set()
    assert selected(Filters(flags=("Tag",), classes=("G3", "G4"))) != set()


@pytest.mark.parametrize(
    "filters",
    [Filters(ids=(f"{CBC_FAMILY}/c9/padding-refusals",)), Filters(classes=("C9",))],
    ids=["id", "class"],
)
def test_comparison_of_refusals_brings_the_refusals(filters: Filters) -> None:
    members = {
        test.id for group in CBC_FILE.groups for test in group.tests if test.oracle == "padding"
    }
    assert selected(filters) == members | {f"{CBC_FAMILY}/c1/decrypt-16"}


@pytest.mark.parametrize(
    ("filters", "taken"),
    [
        (Filters(), True),
        (Filters(algorithms=(Algorithm.GCM,)), True),
        (Filters(algorithms=(Algorithm.CBC,)), False),
        (Filters(key_specs=(KeySpec.AES_128, KeySpec.AES_256)), True),
        (Filters(key_specs=(KeySpec.AES_256,)), False),
        (Filters(ids=(f"{GCM_FAMILY}/g1/x",)), True),
        (Filters(ids=(f"{CBC_FAMILY}/c1/x",)), False),
        (Filters(ids=("*/g1/*",)), True),
        (Filters(ids=("tiny-*",)), True),
    ],
)
def test_files_are_left_out_before_they_are_loaded(filters: Filters, taken: bool) -> None:
    assert filters.takes_file(entry()) is taken


def test_words_say_what_was_asked() -> None:
    filters = Filters(
        ids=("a/*",), flags=("F",), key_specs=(KeySpec.AES_128,), algorithms=(Algorithm.GCM,)
    )
    assert filters.words() == ("id=a/*", "flag=F", "key-spec=Aliyun_AES_128", "algorithm=GCM")


def test_nothing_selected_suggests_what_was_meant() -> None:
    error = nothing_selected(Filters(flags=("Modifed",)), GCM_FILE.notes)
    assert error.exit_code is ExitCode.COVERAGE
    assert error.message == "No vector matches flag=Modifed."
    assert "Did you mean Modified?" in error.remedy
    assert "kmsproof list" in error.remedy


def test_nothing_selected_without_a_suggestion() -> None:
    assert "Did you mean" not in nothing_selected(Filters(ids=("zzz",)), GCM_FILE.notes).remedy
    assert "an empty corpus" in nothing_selected(Filters(), ()).message
