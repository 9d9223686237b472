"""AES recipes: all are right for a target that is right, and each fault is found by its classes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from kmsproof.capability import Chooser
from kmsproof.session import InProcessSession
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_testing.fakes.running import DEADLINE_MS, Ran
from kmsproof_testing.live_faults import (
    CarriesCounter,
    ChainsIvs,
    ComparesAsMuch,
    ComparesHead,
    ComparesString,
    ComparesTag,
    CountsIvs,
    CutsCiphertexts,
    FillsBlocks,
    FillsIvs,
    ForgetsIvs,
    IgnoresAad,
    IgnoresTag,
    LosesParts,
    OtherKeyForCbc,
    RepeatsIvs,
    RepeatsOpaqueIvs,
    ShortensParts,
    TellsPadding,
    TrustsPadding,
    with_keys,
)
from kmsproof_testing.live_running import judged
from kmsproof_testing.live_target import BOTH, MadeKeys, OpaqueKeys
from kmsproof_vectors.live.build import build_live_file, encoded_live_file
from kmsproof_vectors.live.cases import aes_block_modes, aes_gcm
from kmsproof_vectors.live.model import (
    Ask,
    LiveFile,
    LiveResult,
    LiveTest,
    LiveUniformity,
    Requirement,
)

RECIPES = {recipe.parameters.family: recipe for recipe in (*aes_gcm.FILES, *aes_block_modes.FILES)}
KINDS = ("gcm", "cbc-pkcs7", "cbc-no-padding", "ecb-pkcs7", "ecb-no-padding")

GCM_CLASSES = {f"G{number}" for number in range(1, 17)}
CLASSES = {
    "gcm": GCM_CLASSES,
    "cbc-pkcs7": {"C1", "C4", "C5", "C7", "C8", "C9", "C10", "C11", "C12"},
    "cbc-no-padding": {"C2", "C3", "C5", "C6", "C7", "C9", "C10", "C12"},
    "ecb-pkcs7": {"C1", "C4", "C5", "C7", "C8", "C9", "C11", "C12"},
    "ecb-no-padding": {"C2", "C3", "C5", "C6", "C9", "C12", "K3"},
}
MOST_BYTES = 3_000_000
MOST_CALLS = 6_500


@cache
def file_of(kind: str, bits: int = 128) -> LiveFile:
    return build_live_file(RECIPES[f"live-aes-{bits}-{kind}"])


def judge(target: MadeKeys, folder: Path, kind: str, bits: int = 128) -> Ran:
    session = InProcessSession(target, deadline_ms=DEADLINE_MS)
    return judged(session, folder, files=[file_of(kind, bits)])


def members(file: LiveFile) -> list[LiveTest | LiveUniformity]:
    return [*file.tests, *file.uniformities]


def failed_classes(ran: Ran, kind: str) -> set[str]:
    """The classes of what failed; that of a set of refusals too."""
    file = file_of(kind)
    classes = {each.id: each.case for each in members(file)}
    return {classes[name] for name in ran.failures()}


def test_there_is_a_file_for_each_key_size_mode_and_padding() -> None:
    assert set(RECIPES) == {f"live-aes-{bits}-{kind}" for bits in (128, 192, 256) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_each_file_has_its_classes_and_stays_small(kind: str) -> None:
    file = file_of(kind)
    found = {each.case for each in members(file)}
    assert found == CLASSES[kind]
    assert len(encoded_live_file(file)) < MOST_BYTES
    assert sum(test.calls for test in file.tests) < MOST_CALLS


@pytest.mark.parametrize("kind", ["cbc-pkcs7", "ecb-pkcs7"])
def test_every_ending_of_a_block_is_asked_once(kind: str) -> None:
    file = file_of(kind)
    asked = {LiveResult.VALID: 0, LiveResult.INVALID: 0}
    for test in file.tests:
        if test.case == "C8":
            asked[test.result] += test.calls - 1  # the first call makes the ciphertext
    assert asked == {LiveResult.VALID: 136, LiveResult.INVALID: 3960}


@pytest.mark.parametrize("bits", [192, 256])
@pytest.mark.parametrize("kind", KINDS)
def test_files_of_other_key_sizes_ask_the_same(kind: str, bits: int) -> None:
    ids = [test.id.partition("/")[2] for test in file_of(kind).tests]
    assert [test.id.partition("/")[2] for test in file_of(kind, bits).tests] == ids


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "chosen_by",
    [
        BOTH,
        pytest.param((Chooser.CALLER,), marks=pytest.mark.slow),
        pytest.param((Chooser.TARGET,), marks=pytest.mark.slow),
    ],
    ids=["both", "caller", "target"],
)
def test_a_right_target_passes_all_that_applies(
    tmp_path: Path, kind: str, chosen_by: tuple[Chooser, ...]
) -> None:
    ran = judge(MadeKeys(chosen_by), tmp_path, kind)
    assert ran.ids(Verdict.FAIL, Verdict.ERROR, Verdict.FLAKY, Verdict.SKIPPED) == set()
    file = file_of(kind)
    passed = ran.ids(Verdict.PASS)
    if chosen_by == BOTH:
        assert passed == {each.id for each in members(file)}
    assert passed >= {test.id for test in file.tests if needs_no_choice(test.requires)}


def needs_no_choice(requires: tuple[Requirement, ...]) -> bool:
    """Whether it does not matter to a recipe who chooses the IV."""
    own = (Requirement.CALLER_IV, Requirement.TARGET_IV, Requirement.CBC_NO_PADDING_ORACLE)
    return set(own).isdisjoint(requires)


def test_a_right_target_with_opaque_ciphertexts_passes_what_applies(tmp_path: Path) -> None:
    ran = judge(OpaqueKeys(), tmp_path, "gcm")
    assert ran.ids(Verdict.FAIL, Verdict.ERROR, Verdict.FLAKY, Verdict.SKIPPED) == set()
    passed = {name.split("/")[1] for name in ran.ids(Verdict.PASS)}
    assert passed == {
        "message-length",
        "aad-length",
        "large-aad",
        "large-message",
        "aad-changed",
        "aad-zeros-at-end",
        "aad-added",
        "blob-byte-flipped",
        "blob-length",
        "ciphertexts-differ",
        "enabled-again",
        "readable-message",
        "uniform-refusals",
    }
    assert not [name for name in ran.ids(Verdict.PASS) if "/000-bytes" in name]


def test_what_is_only_reported_is_told(tmp_path: Path) -> None:
    told = [warned.message for warned in judge(MadeKeys(), tmp_path, "gcm").target.warnings]
    assert any("under one IV" in text for text in told)
    assert any("reads GCM messages" in text for text in told)
    assert any("under two keys" in text for text in told)


FAULTS: list[tuple[str, Callable[[], MadeKeys], set[str]]] = [
    ("gcm", with_keys(IgnoresTag), {"G2", "G3", "G4", "G5", "G6", "G7", "G15"}),
    ("gcm", with_keys(ComparesTag), set()),
    ("gcm", with_keys(ComparesHead), {"G2", "G3"}),
    ("gcm", with_keys(ComparesAsMuch), {"G7"}),
    ("gcm", with_keys(IgnoresAad), {"G2", "G5", "G10", "G13", "G14", "G15"}),
    ("gcm", with_keys(CarriesCounter), {"G9"}),
    ("gcm", RepeatsIvs, {"G6", "G11"}),
    ("gcm", RepeatsOpaqueIvs, {"G11"}),
    ("gcm", ForgetsIvs, {"G11"}),
    ("gcm", CountsIvs, set()),
    ("cbc-no-padding", RepeatsIvs, {"C10"}),
    ("cbc-no-padding", CountsIvs, {"C10"}),
    ("cbc-no-padding", ChainsIvs, {"C10"}),
    ("cbc-no-padding", with_keys(FillsBlocks), {"C6"}),
    ("ecb-no-padding", with_keys(FillsBlocks), {"C6"}),
    ("cbc-no-padding", with_keys(FillsIvs), {"C9"}),
    ("cbc-no-padding", with_keys(CutsCiphertexts), {"C5"}),
    ("ecb-no-padding", with_keys(CutsCiphertexts), {"C5"}),
    ("cbc-no-padding", with_keys(OtherKeyForCbc), {"C2", "C7"}),
    ("ecb-no-padding", with_keys(OtherKeyForCbc), {"C2"}),
    ("cbc-pkcs7", with_keys(TrustsPadding), {"C4", "C5", "C8"}),
    ("ecb-pkcs7", with_keys(TrustsPadding), {"C4", "C5", "C8"}),
    ("cbc-pkcs7", with_keys(TellsPadding), {"C11"}),
    ("ecb-pkcs7", with_keys(TellsPadding), {"C11"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "make", "classes"), FAULTS)
def test_each_fault_is_found_by_its_classes(
    tmp_path: Path, kind: str, make: Callable[[], MadeKeys], classes: set[str]
) -> None:
    ran = judge(make(), tmp_path, kind)
    assert failed_classes(ran, kind) == classes, sorted(ran.failures())
    assert ran.ids(Verdict.ERROR) == set()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_answers_that_lack_their_parts_do_not_end_the_run(tmp_path: Path, kind: str) -> None:
    """Who declares parts and leaves them out, or gives short ones, fails and is not an error."""
    for number, make in enumerate((LosesParts, ShortensParts)):
        folder = tmp_path / str(number)
        folder.mkdir()
        ran = judge(make(), folder, kind)
        assert len(ran.failures()) > 20
        assert ran.ids(Verdict.PASS) < {each.id for each in members(file_of(kind))}


@pytest.mark.slow
def test_tags_that_are_compared_as_strings_are_found(tmp_path: Path) -> None:
    """By chance a tag of the target's own may have a zero byte, too, and more tests see it."""
    failures = set(judge(with_keys(ComparesString)(), tmp_path, "gcm").failures())
    family = "live-aes-128-gcm/tag-equal-up-to-zero"
    assert failures >= {f"{family}/zero-at-{place:02}-others-differ" for place in (0, 1, 3, 7, 14)}


def test_each_of_128_bits_of_a_tag_is_flipped() -> None:
    bits = {
        step.arguments["bit"]
        for test in file_of("gcm").tests
        if test.case == "G3"
        for step in test.steps
        if not isinstance(step, Ask) and "bit" in step.arguments
    }
    assert bits == set(range(128))


@pytest.mark.slow
def test_accepted_tags_are_wrong_accepts(tmp_path: Path) -> None:
    failures = judge(with_keys(IgnoresTag)(), tmp_path, "gcm").failures()
    assert set(failures.values()) == {FailureKind.WRONG_ACCEPT}
    assert len(failures) > 150
