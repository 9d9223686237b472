"""The suite is not fooled by targets with asymmetric keys either, vector by vector."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from kmsproof.errors import ExitCode
from kmsproof.results import TargetState
from kmsproof.verdict import FailureKind, Verdict
from kmsproof_testing.corpora import all_tests, uniformity_ids
from kmsproof_testing.corpora_asymmetric import (
    ECDSA_FAMILY,
    ECDSA_FILE,
    ECIES_FAMILY,
    OAEP_FAMILY,
    PKCS1_FAMILY,
    TINY_ASYMMETRIC,
)
from kmsproof_testing.fakes.asymmetric_faults import ASYMMETRIC_FAULTS
from kmsproof_testing.fakes.expectations import (
    Came,
    assert_came_to,
    assert_no_false_pass,
    came,
)
from kmsproof_testing.fakes.running import (
    DEADLINE_MS,
    SHORT_DEADLINE_MS,
    run_command,
    run_in_process,
)
from kmsproof_testing.fakes.targets import exec_target, in_process
from kmsproof_vectors.model import EncryptTest, ImportTest, Result, SignTest, VerifyTest

TESTS = all_tests(TINY_ASYMMETRIC)
UNIFORMITIES = uniformity_ids(TINY_ASYMMETRIC)
VALID = {vector for vector, test in TESTS.items() if test.result is Result.VALID}
INVALID = TESTS.keys() - VALID
IMPORTS = {vector for vector, test in TESTS.items() if isinstance(test, ImportTest)}
BAD_KEYS = IMPORTS & INVALID
BAD_PUBLIC_KEYS = {vector for vector in BAD_KEYS if "/public" in vector}
BAD_PRIVATE_KEYS = BAD_KEYS - BAD_PUBLIC_KEYS
PUBLIC_IMPORTS = {vector for vector in IMPORTS & VALID if "/public" in vector}
VERIFIES = {vector for vector, test in TESTS.items() if isinstance(test, VerifyTest)}
SIGNS = {vector for vector, test in TESTS.items() if isinstance(test, SignTest)}
SIGNING_IMPORTS = {f"{family}/i1/private" for family in (PKCS1_FAMILY, ECDSA_FAMILY)}
ENCRYPTS = {vector for vector, test in TESTS.items() if isinstance(test, EncryptTest)}
DIGESTS = {vector for vector in TESTS if "-digest" in vector}
SHORT_DIGESTS = {vector for vector in TESTS if vector.endswith("-digest-31")}
LABELS = {vector for vector in TESTS if "-label" in vector and "/d2/" not in vector}
OF_ECIES = {vector for vector in TESTS if vector.startswith(ECIES_FAMILY)}
ECIES_REFUSALS = f"{ECIES_FAMILY}/d9/decryption-refusals"

SERVICES: dict[str, tuple[ExitCode, Came]] = {
    "asymmetric": (ExitCode.CONFORMANT, {}),
    "asymmetric-constant": (
        ExitCode.NOT_CONFORMANT,
        came(
            (VALID - VERIFIES - PUBLIC_IMPORTS, FailureKind.WRONG_OUTPUT),
            (INVALID, FailureKind.WRONG_ACCEPT),
            (UNIFORMITIES | BAD_PRIVATE_KEYS, Verdict.SKIPPED),
            (BAD_PUBLIC_KEYS, Verdict.PASS),
        ),
    ),
    "asymmetric-reject-all": (
        ExitCode.NOT_CONFORMANT,
        came((VALID, FailureKind.WRONG_REJECT), (INVALID | UNIFORMITIES, Verdict.SKIPPED)),
    ),
    "asymmetric-argument-all": (
        ExitCode.NOT_CONFORMANT,
        came((VALID, FailureKind.WRONG_REJECT), (INVALID | UNIFORMITIES, Verdict.SKIPPED)),
    ),
    "asymmetric-error-all": (
        ExitCode.HARNESS,
        came((TESTS, Verdict.ERROR), (BAD_KEYS | UNIFORMITIES, Verdict.SKIPPED)),
    ),
    "asymmetric-unsupported-all": (
        ExitCode.NOT_CONFORMANT,
        came(
            (VALID, FailureKind.WRONG_REJECT),
            (INVALID, FailureKind.WRONG_ERROR),
            (BAD_KEYS | UNIFORMITIES, Verdict.SKIPPED),
        ),
    ),
    "asymmetric-reject-import": (
        ExitCode.NOT_CONFORMANT,
        came((VALID, FailureKind.WRONG_REJECT), (INVALID | UNIFORMITIES, Verdict.SKIPPED)),
    ),
    "asymmetric-error-import": (
        ExitCode.HARNESS,
        came((TESTS, Verdict.ERROR), (UNIFORMITIES, Verdict.SKIPPED)),
    ),
    "full-store": (
        ExitCode.NOT_CONFORMANT,
        came((PUBLIC_IMPORTS, Verdict.FLAKY), (BAD_PUBLIC_KEYS, Verdict.SKIPPED)),
    ),
    "import-all": (ExitCode.NOT_CONFORMANT, came((BAD_KEYS, FailureKind.WRONG_ACCEPT))),
    "verify-true": (
        ExitCode.NOT_CONFORMANT,
        came((VERIFIES & INVALID - SHORT_DIGESTS, FailureKind.WRONG_ACCEPT)),
    ),
    "verify-false": (
        ExitCode.NOT_CONFORMANT,
        came(
            ((VERIFIES & VALID) | PUBLIC_IMPORTS, FailureKind.WRONG_REJECT),
            ((VERIFIES & INVALID) | BAD_PUBLIC_KEYS, Verdict.SKIPPED),
        ),
    ),
    "sign-constant": (
        ExitCode.NOT_CONFORMANT,
        came(
            ((SIGNS & VALID) | SIGNING_IMPORTS, FailureKind.WRONG_OUTPUT),
            (SIGNS & INVALID, Verdict.SKIPPED),
            (BAD_PRIVATE_KEYS - OF_ECIES, Verdict.SKIPPED),
        ),
    ),
    "encrypt-constant": (
        ExitCode.NOT_CONFORMANT,
        came(
            (ENCRYPTS & VALID, FailureKind.WRONG_OUTPUT),
            (ENCRYPTS & INVALID, Verdict.SKIPPED),
        ),
    ),
    "hash-again": (
        ExitCode.NOT_CONFORMANT,
        came(
            (DIGESTS & SIGNS, FailureKind.WRONG_OUTPUT),
            (DIGESTS & VERIFIES, FailureKind.WRONG_REJECT),
            (SHORT_DIGESTS, Verdict.SKIPPED),
        ),
    ),
    "ignore-label": (
        ExitCode.NOT_CONFORMANT,
        came(
            (LABELS & ENCRYPTS, FailureKind.WRONG_OUTPUT),
            ({f"{OAEP_FAMILY}/d4/decrypt-label"}, FailureKind.WRONG_REJECT),
            ({f"{OAEP_FAMILY}/d5/decrypt-label-bit"}, Verdict.SKIPPED),
        ),
    ),
    "ignore-tag": (
        ExitCode.NOT_CONFORMANT,
        came(
            (
                {f"{ECIES_FAMILY}/d2/decrypt-bit", f"{ECIES_FAMILY}/d2/decrypt-cut"},
                FailureKind.WRONG_ACCEPT,
            )
        ),
    ),
    "other-dialect": (
        ExitCode.NOT_CONFORMANT,
        came(
            (OF_ECIES & VALID, FailureKind.WRONG_REJECT),
            (OF_ECIES & ENCRYPTS, FailureKind.WRONG_OUTPUT),
            (OF_ECIES & INVALID, Verdict.SKIPPED),
            ({ECIES_REFUSALS}, Verdict.SKIPPED),
        ),
    ),
    "decryption-oracle": (
        ExitCode.NOT_CONFORMANT,
        came(({ECIES_REFUSALS}, FailureKind.ORACLE)),
    ),
    "decryption-leak": (
        ExitCode.NOT_CONFORMANT,
        came(
            ({f"{ECIES_FAMILY}/d2/decrypt-bit"}, FailureKind.LEAK),
            ({ECIES_REFUSALS}, FailureKind.ORACLE),
        ),
    ),
    "asymmetric-declare-nothing": (
        ExitCode.COVERAGE,
        came((TESTS, Verdict.UNSUPPORTED), (UNIFORMITIES, Verdict.UNSUPPORTED)),
    ),
    "no-digests": (
        ExitCode.CONFORMANT,
        came(
            (DIGESTS | LABELS | {f"{PKCS1_FAMILY}/v4/verify-without-null"}, Verdict.UNSUPPORTED),
        ),
    ),
}


def expected(fault: str) -> Came:
    """What is expected of a service, without the vectors that pass."""
    return {name: what for name, what in SERVICES[fault][1].items() if what is not Verdict.PASS}


def test_every_fault_of_judgement_is_tried() -> None:
    assert set(SERVICES) == set(ASYMMETRIC_FAULTS)


@pytest.mark.parametrize("fault", SERVICES)
def test_fault_of_judgement_in_process(fault: str, tmp_path: Path) -> None:
    ran = run_in_process(in_process(fault), tmp_path, TINY_ASYMMETRIC)
    assert_came_to(ran, expected(fault), TINY_ASYMMETRIC)
    assert ran.conclusion.exit_code is SERVICES[fault][0]
    assert ran.finished.state is TargetState.FINISHED


@pytest.mark.parametrize("fault", ["asymmetric", "verify-true", "import-all", "full-store"])
def test_fault_of_judgement_in_a_program(fault: str, tmp_path: Path) -> None:
    ran = run_command(exec_target(fault), tmp_path, TINY_ASYMMETRIC)
    assert_came_to(ran, expected(fault), TINY_ASYMMETRIC)
    assert ran.conclusion.exit_code is SERVICES[fault][0]
    assert not ran.target.incidents


def mark_of(vector: str) -> str:
    """A text that stands in the request of this vector, and in no other."""
    test = TESTS[vector]
    if isinstance(test, ImportTest):
        return f'{test.material.hex()}"'
    assert isinstance(test, VerifyTest)
    return f'"signature":"{test.signature.hex()}"'


WITH_A_FAULT = (
    f"{ECDSA_FAMILY}/v2/verify-zero",
    f"{ECDSA_FAMILY}/i2/private-cut",
    f"{ECDSA_FAMILY}/i2/public-0",
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("vector", "fault"),
    [
        *itertools.product(WITH_A_FAULT, ("crash", "hang", "garbage", "half-line")),
        (WITH_A_FAULT[0], "null-value"),  # the keys are refused, and that has no value
    ],
)
def test_fault_of_the_process_on_one_vector(vector: str, fault: str, tmp_path: Path) -> None:
    """What breaks the program is refused by no answer, so that it never passes."""
    target = exec_target(fault, [mark_of(vector)], service="asymmetric")
    deadline_ms = SHORT_DEADLINE_MS if fault == "hang" else DEADLINE_MS
    ran = run_command(target, tmp_path, [ECDSA_FILE], deadline_ms=deadline_ms)
    assert_came_to(ran, {vector: Verdict.ERROR}, [ECDSA_FILE])
    assert ran.conclusion.exit_code is ExitCode.HARNESS
    assert {vector} in [set(incident.ids) for incident in ran.target.incidents]


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["crash", "garbage"])
def test_fault_of_the_process_on_every_vector(fault: str, tmp_path: Path) -> None:
    ran = run_command(exec_target(fault, service="asymmetric"), tmp_path, [ECDSA_FILE])
    assert_no_false_pass(ran, [ECDSA_FILE])
    assert ran.ids(Verdict.PASS) == set()
    assert ran.conclusion.exit_code is ExitCode.HARNESS


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["wrong-types", "extra-field", "missing-field", "upper-hex"])
def test_values_of_another_form_never_pass(fault: str, tmp_path: Path) -> None:
    vector = f"{ECDSA_FAMILY}/v1/verify-raw"
    target = exec_target(fault, ['"op":"sign"'], service="asymmetric")
    ran = run_command(target, tmp_path, [ECDSA_FILE])
    signing = {each for each in SIGNS & VALID if each.startswith(ECDSA_FAMILY)}
    assert not signing & ran.ids(Verdict.PASS)
    assert vector in ran.ids(Verdict.PASS)
    assert ran.conclusion.exit_code is ExitCode.HARNESS


def test_what_works_without_being_declared_is_a_warning(tmp_path: Path) -> None:
    ran = run_in_process(in_process("no-digests"), tmp_path, TINY_ASYMMETRIC)
    told = {warned.message: len(warned.ids) for warned in ran.target.warnings}
    assert told == {
        "under-declared: RSA_PSS_SHA_256 on DIGEST is not declared, yet it works": 2,
        "under-declared: RSA_PKCS1_SHA_256 on DIGEST is not declared, yet it works": 1,
        "under-declared: RSA_PKCS1_SHA_256 with digest-info-without-null is not declared, yet it "
        "works": 1,
        "under-declared: ECDSA_SHA_256 on DIGEST is not declared, yet it works": 2,
        "under-declared: RSAES_OAEP_SHA_256 with oaep-label is not declared, yet it works": 2,
    }
