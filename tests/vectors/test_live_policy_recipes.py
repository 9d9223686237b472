"""Recipes on the rules of keys: a right service passes them all, each wrong one fails its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from kmsproof.results import VerdictRecorded
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_adapters.reference_kms.target import open_reference_kms
from kmsproof_reference.kms.policy import OFFERS
from kmsproof_reference.vocabulary import RSA_MODULUS_BITS, KeySpec, ProtectionLevel
from kmsproof_testing import policy_running
from kmsproof_testing.policy_running import judged_at, target_of
from kmsproof_vectors.live.build import build_live_file
from kmsproof_vectors.live.cases.policy_files import FILES
from kmsproof_vectors.live.cases.policy_words import CHANGING, CHANGING_SIGNER
from kmsproof_vectors.live.functions.policy import (
    handle_of_no_key,
    is_public_key_of,
    refused_or_different,
)
from kmsproof_vectors.live.functions.registry import RecipeFault
from kmsproof_vectors.live.model import Ask, AskedOperation, LiveFile, LiveResult

SOFTWARE, HARDWARE, EXTERNAL = ProtectionLevel

KIND = FailureKind

CHANGES = frozenset({AskedOperation.DISABLE_KEY, AskedOperation.DESTROY_KEY})


@cache
def files() -> tuple[LiveFile, ...]:
    """Return all files of key rules, made anew."""
    return tuple(build_live_file(recipe) for recipe in FILES)


def file_of(key_spec: KeySpec) -> LiveFile:
    return next(file for file in files() if file.key_spec is key_spec)


def failures(verdicts: dict[str, VerdictRecorded]) -> dict[str, set[FailureKind]]:
    """Return how the cases failed, by their slugs."""
    found: dict[str, set[FailureKind]] = {}
    for each in verdicts.values():
        if each.failure is not None:
            found.setdefault(each.id.split("/")[1], set()).add(each.failure)
    return found


# The files.


def test_there_is_a_file_for_each_key_spec() -> None:
    assert [file.key_spec for file in files()] == list(KeySpec)
    assert all(file.algorithm is None and file.family.startswith("policy-") for file in files())


def test_every_class_has_tests_in_a_file_of_each_kind() -> None:
    for key_spec in (KeySpec.AES_256, KeySpec.RSA_2048, KeySpec.EC_P256):
        found = {test.case for test in file_of(key_spec).tests}
        assert found == {"A1", *(f"P{number}" for number in range(1, 9))}


def test_only_keys_of_their_own_change_their_state() -> None:
    for file in files():
        for test in file.tests:
            changed = {
                step.key
                for step in test.steps
                if isinstance(step, Ask) and step.operation in CHANGES
            }
            assert changed <= {CHANGING, CHANGING_SIGNER, "$made.key"}, test.id


# Services.


def check_right_service(level: ProtectionLevel, chosen: Sequence[LiveFile], folder: Path) -> None:
    """See that a service without a fault passes all that applies to it, and that much does."""
    verdicts = judged_at(target_of(policy_running.Service), level, chosen, folder)
    assert {each.verdict for each in verdicts.values()} <= {Verdict.PASS, Verdict.UNSUPPORTED}
    counts = Counter(each.family for each in verdicts.values() if each.verdict is Verdict.PASS)
    for file in chosen:
        offered = OFFERS[level].get(file.key_spec)
        at_least = 1 if offered is None else len(file.tests) // 2
        assert counts[file.family] >= at_least, file.family
    if level is HARDWARE:
        assert counts.total() == sum(file.number_of_tests for file in chosen)


@pytest.mark.parametrize("level", ProtectionLevel)
def test_a_right_service_passes_everything_it_offers(
    level: ProtectionLevel, tmp_path: Path
) -> None:
    quick = [file for file in files() if file.key_spec not in RSA_MODULUS_BITS]
    check_right_service(level, quick, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("level", ProtectionLevel)
def test_a_right_service_passes_everything_of_rsa_keys(
    level: ProtectionLevel, tmp_path: Path
) -> None:
    check_right_service(
        level, [file for file in files() if file.key_spec in RSA_MODULUS_BITS], tmp_path
    )


def test_the_reference_kms_passes_the_rules_of_symmetric_and_curve_keys(tmp_path: Path) -> None:
    chosen = [file_of(KeySpec.AES_192), file_of(KeySpec.EC_P256)]
    verdicts = judged_at(open_reference_kms(), HARDWARE, chosen, tmp_path)
    assert {each.verdict for each in verdicts.values()} == {Verdict.PASS}


@pytest.mark.slow
@pytest.mark.parametrize("level", ProtectionLevel)
def test_the_reference_kms_passes_the_rules_of_rsa_keys(
    level: ProtectionLevel, tmp_path: Path
) -> None:
    verdicts = judged_at(open_reference_kms(), level, [file_of(KeySpec.RSA_2048)], tmp_path)
    assert {each.verdict for each in verdicts.values()} <= {Verdict.PASS, Verdict.UNSUPPORTED}


FAULTS: dict[str, tuple[type[policy_running.Service], KeySpec, dict[str, set[FailureKind]]]] = {
    "usage": (
        policy_running.IgnoresUsage,
        KeySpec.EC_P256,
        {"purpose": {KIND.STATE_VIOLATION}},
    ),
    "usage-rsa": (
        policy_running.IgnoresUsage,
        KeySpec.RSA_2048,
        {"purpose": {KIND.STATE_VIOLATION}},
    ),
    "states": (
        policy_running.IgnoresStates,
        KeySpec.AES_128,
        {
            "disabled": {KIND.STATE_VIOLATION},
            "deletion": {KIND.STATE_VIOLATION},
            "missing": {KIND.STATE_VIOLATION},
        },
    ),
    "changes": (
        policy_running.AllowsEveryChange,
        KeySpec.AES_128,
        {"transitions": {KIND.STATE_VIOLATION}},
    ),
    "level-of-key": (
        policy_running.OneLevel,
        KeySpec.AES_128,
        {"level": {KIND.STATE_VIOLATION}},
    ),
    "level-of-pair": (
        policy_running.OneLevel,
        KeySpec.EC_P256K,
        {"level": {KIND.STATE_VIOLATION}, "level-described": {KIND.WRONG_OUTPUT}},
    ),
    "level-of-mode": (
        policy_running.OneLevel,
        KeySpec.AES_256,
        {
            "software-mode": {KIND.STATE_VIOLATION, KIND.WRONG_ERROR},
            "level-described": {KIND.WRONG_OUTPUT},
            "key-spec": {KIND.WRONG_OUTPUT},
        },
    ),
    "default-key-spec": (
        policy_running.OtherDefaults,
        KeySpec.AES_256,
        {
            "key-spec": {KIND.WRONG_OUTPUT, KIND.WRONG_REJECT},
            "encryption-algorithm": {KIND.WRONG_REJECT},
        },
    ),
    "default-signature": (
        policy_running.OtherDefaults,
        KeySpec.RSA_2048,
        {
            "signature-algorithm": {KIND.WRONG_ACCEPT},
            "encryption-algorithm": {KIND.WRONG_REJECT},
        },
    ),
    "public-key": (
        policy_running.SaysMore,
        KeySpec.EC_P256,
        {"public-key": {KIND.LEAK}, "purpose": {KIND.WRONG_OUTPUT}},
    ),
    "handles": (
        policy_running.AnyHandle,
        KeySpec.AES_128,
        {"missing": {KIND.STATE_VIOLATION}},
    ),
    "other-keys": (
        policy_running.AnyKey,
        KeySpec.AES_128,
        {"other-key": {KIND.WRONG_ACCEPT}, "other-size": {KIND.WRONG_ACCEPT}},
    ),
    "digests": (policy_running.AnyDigest, KeySpec.EC_P256, {"digest": {KIND.WRONG_ACCEPT}}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_service_fails_what_it_does_wrongly(fault: str, tmp_path: Path) -> None:
    service, key_spec, wrong = FAULTS[fault]
    verdicts = judged_at(target_of(service), HARDWARE, [file_of(key_spec)], tmp_path)
    assert failures(verdicts) == wrong


@pytest.mark.parametrize("service", [policy_running.RefusesAll, policy_running.FailsInside])
@pytest.mark.parametrize("key_spec", [KeySpec.AES_256, KeySpec.EC_P256])
def test_a_service_that_does_nothing_passes_nothing_it_would_have_to_do(
    service: type[policy_running.Service], key_spec: KeySpec, tmp_path: Path
) -> None:
    file = file_of(key_spec)
    verdicts = judged_at(target_of(service), HARDWARE, [file], tmp_path)
    passed = {each.id.split("/")[1] for each in verdicts.values() if each.verdict is Verdict.PASS}
    assert passed <= {"described", "level-described", "public-key", "level", "key-spec"}
    refused = {test.id for test in file.tests if test.result is LiveResult.INVALID}
    passes = {each.id for each in verdicts.values() if each.verdict is Verdict.PASS}
    assert {each.split("/")[1] for each in refused & passes} <= {"level"}


# Functions.


def test_a_handle_of_no_key_has_the_form_of_one() -> None:
    assert handle_of_no_key("key-hzz62f1cb66fa42qo01") == "key-hzz37f8cb33fa57qo98"
    assert handle_of_no_key("k1") == "k8" + "0" * 14
    assert handle_of_no_key("86a9efd9-3d16-4894-bd4f-1fc43f3f2abf") != (
        "86a9efd9-3d16-4894-bd4f-1fc43f3f2abf"
    )


@pytest.mark.parametrize("key_spec", [KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.EC_P256K])
def test_only_the_encoding_of_the_public_key_alone_is_one(key_spec: KeySpec) -> None:
    service = policy_running.Service()
    public = service.get_public_key(service.create_key(key_spec=key_spec).key_id)
    assert is_public_key_of(public, key_spec.value) == ""
    assert "no public key" in is_public_key_of(public + b"\0", key_spec.value)
    assert "no public key" in is_public_key_of(public[:-1], key_spec.value)
    others = [each for each in KeySpec if each is not key_spec]
    assert all(is_public_key_of(public, each.value) for each in others)


def test_a_key_spec_that_there_is_not_is_a_fault_of_the_recipe() -> None:
    with pytest.raises(RecipeFault, match="no key spec"):
        is_public_key_of(b"", "DES_56")


@pytest.mark.parametrize(
    ("left", "told"), [(None, ""), (b"one", ""), (b"two", "Both are the same.")]
)
def test_a_refusal_is_different_from_everything(left: bytes | None, told: str) -> None:
    assert refused_or_different(left, b"two") == told
