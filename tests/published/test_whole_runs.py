"""A run finds the published deviations as often as the list says, and no others."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from kmsproof.clusters import Cluster, clusters
from kmsproof.log_reader import read_run
from kmsproof.outcome import ErrorKind
from kmsproof.results import Detail, TargetRun, TargetState, VerdictRecorded
from kmsproof.verdict import NOT_GREEN, FailureKind, Verdict
from kmsproof_testing.published import (
    BOUNCY_CASTLE,
    CRYPTOGRAPHY,
    FINDINGS,
    JDK,
    NODE,
    NSS,
    PYCRYPTODOME,
    REFERENCE,
    SOFTHSM,
    Finding,
    each_target,
    target_here,
)

QUIETLY = ("--report", "none", "--quiet")

Rule = Callable[[VerdictRecorded, Detail], bool]
"""Whether a verdict that is not green comes from a finding."""


def given_length(detail: Detail, name: str) -> int:
    """Return the length in bytes of an input; 0 if it was not given."""
    return len(detail.given.get(name, "")) // 2


def accepted(*patterns: str) -> Rule:
    """Return the rule for invalid input that is accepted, by the ids of its vectors."""

    def rule(recorded: VerdictRecorded, detail: Detail) -> bool:
        wrong = recorded.failure is FailureKind.WRONG_ACCEPT
        return wrong and any(fnmatchcase(recorded.id, pattern) for pattern in patterns)

    return rule


def is_general_error(recorded: VerdictRecorded) -> bool:
    """Whether the token answered with CKR_GENERAL_ERROR."""
    internal = recorded.verdict is Verdict.ERROR and recorded.error is ErrorKind.INTERNAL
    return internal and recorded.message == "CKR_GENERAL_ERROR"


def is_gcm(recorded: VerdictRecorded) -> bool:
    """Whether a vector is of GCM."""
    return "-gcm" in recorded.family


def from_long_iv(recorded: VerdictRecorded, detail: Detail) -> bool:
    """A wrong result, or a refusal, of a valid input under an IV for which OpenSSL has no room."""
    wrong = recorded.failure is FailureKind.WRONG_OUTPUT or (
        is_general_error(recorded) and detail.operation == "decrypt"
    )
    return is_gcm(recorded) and detail.valid and given_length(detail, "iv") > 128 and wrong


def from_empty_iv(recorded: VerdictRecorded, detail: Detail) -> bool:
    """An encryption under an empty IV that was accepted."""
    accepted = recorded.failure is FailureKind.WRONG_ACCEPT and detail.operation == "encrypt"
    return is_gcm(recorded) and accepted and detail.given["iv"] == ""


def from_general_error(recorded: VerdictRecorded, detail: Detail) -> bool:
    """CKR_GENERAL_ERROR for an invalid ciphertext of GCM, or of CBC with padding."""
    mode = is_gcm(recorded) or recorded.family.endswith("-cbc-pkcs7")
    invalid = not detail.valid and detail.operation == "decrypt"
    return mode and invalid and is_general_error(recorded)


def from_cbc_iv(recorded: VerdictRecorded, detail: Detail) -> bool:
    """A CBC IV of wrong length that was refused as a wrong mechanism."""
    refused = recorded.failure is FailureKind.WRONG_ERROR
    wrong = not detail.valid and given_length(detail, "iv") not in (0, 16)
    code = recorded.native_code == "CKR_MECHANISM_INVALID"
    return "-cbc-" in recorded.family and refused and wrong and code


def from_two_refusals(recorded: VerdictRecorded, detail: Detail) -> bool:
    """A set of refusals of padding in the two texts of ``unpad``, and no third."""
    texts = ("'Padding is incorrect.'", "'PKCS#7 padding is incorrect.'")
    two = recorded.reason.startswith("2 kinds of refusal")
    oracle = recorded.failure is FailureKind.ORACLE and detail.case == "C11"
    return oracle and two and all(text in recorded.reason for text in texts)


def from_point(recorded: VerdictRecorded, detail: Detail) -> bool:
    """CKR_GENERAL_ERROR for an ECIES ciphertext whose point is none."""
    invalid = not detail.valid and detail.operation == "decrypt"
    return "-ecies-" in recorded.family and invalid and is_general_error(recorded)


def from_digest_length(recorded: VerdictRecorded, detail: Detail) -> bool:
    """CKR_GENERAL_ERROR for a digest of wrong length that is to be signed."""
    wrong = fnmatchcase(recorded.id, "rsa-*-pss/sign-digest-length/*")
    return wrong and not detail.valid and is_general_error(recorded)


def from_missing_iv(recorded: VerdictRecorded, detail: Detail) -> bool:
    """CKR_HOST_MEMORY where there is no IV, or an empty one."""
    without = not detail.valid and detail.given.get("iv", "") == ""
    internal = recorded.verdict is Verdict.ERROR and recorded.error is ErrorKind.INTERNAL
    return without and internal and recorded.message == "CKR_HOST_MEMORY"


def from_division(recorded: VerdictRecorded, detail: Detail) -> bool:
    """A private key of zeros, whose import divides by zero."""
    zeros = fnmatchcase(recorded.id, "rsa-*-pkcs1/import-private-numbers/all-zero")
    return zeros and recorded.verdict is Verdict.ERROR and "ZeroDivisionError" in recorded.message


def from_x_above_order(recorded: VerdictRecorded, detail: Detail) -> bool:
    """A valid signature that is refused, in which x(R) is not below n."""
    refused = recorded.failure is FailureKind.WRONG_REJECT and detail.valid
    above = ("x-above-n/valid-*", "x-not-reduced/control-*", "extreme-public-key/x-*-alone")
    return refused and any(fnmatchcase(recorded.id, f"ec-p256-ecdsa/{each}") for each in above)


HYBRID_POINT = accepted("ec-*-ecdsa/public-key-point-form/hybrid")
SHORT_CIPHERTEXT = accepted("rsa-*-oaep/leading-zeros-stripped/*")
SHORT_PSS_SIGNATURE = accepted("rsa-*-pss/leading-zero/stripped")
SHORT_SIGNATURE = accepted("rsa-*-p*/leading-zero/stripped")
PSS_KEY = accepted("rsa-*-pkcs1/import-*-purpose/named-pss")
TWO_CURVES = accepted("ec-*-ecdsa/private-key-two-curves/*")

RULES: dict[str, dict[str, Rule]] = {
    SOFTHSM: {
        "softhsm/gcm-long-iv-cut": from_long_iv,
        "softhsm/gcm-empty-iv-accepted": from_empty_iv,
        "softhsm/invalid-ciphertext-general-error": from_general_error,
        "softhsm/cbc-iv-length-mechanism-invalid": from_cbc_iv,
        "softhsm/infinity-as-public-key": accepted("ec-*-ecdsa/public-key-small-order/infinity"),
        "softhsm/ecdh-point-general-error": from_point,
        "softhsm/pss-digest-length-general-error": from_digest_length,
    },
    NSS: {
        "nss/pss-digest-length-unchecked": accepted(
            "rsa-*-pss/digest-length/*", "rsa-*-pss/sign-digest-length/*"
        ),
        "nss/cbc-iv-length-unchecked": accepted("aes-*-cbc-*/*crypt-iv/*-bytes"),
        "nss/missing-iv-host-memory": from_missing_iv,
    },
    PYCRYPTODOME: {
        "pycryptodome/pkcs7-two-refusals": from_two_refusals,
        "pycryptodome/zero-point-as-infinity": accepted(
            "ec-*-ecdsa/public-key-small-order/order-2-x-0"
        ),
        "pycryptodome/agreement-key-verifies": accepted("ec-*-ecdsa/public-key-restricted/*"),
        "pycryptodome/pss-key-for-pkcs1": PSS_KEY,
        "pycryptodome/private-key-two-curves": TWO_CURVES,
        "pycryptodome/zero-numbers-division": from_division,
    },
    CRYPTOGRAPHY: {
        "cryptography/pss-signature-short": SHORT_PSS_SIGNATURE,
        "cryptography/pss-key-for-pkcs1": PSS_KEY,
        "cryptography/hybrid-point-accepted": HYBRID_POINT,
    },
    NODE: {
        "node/oaep-short-ciphertext": SHORT_CIPHERTEXT,
        "node/pss-signature-short": SHORT_PSS_SIGNATURE,
        "node/hybrid-point-accepted": HYBRID_POINT,
    },
    JDK: {
        "jdk/ecdsa-negative-integers": accepted(
            "ec-p256-ecdsa/missing-sign-zero/*", "ec-p256-ecdsa/overflow/s-minus-2-256"
        ),
        "jdk/ecdsa-x-above-order": from_x_above_order,
        "jdk/oaep-short-ciphertext": SHORT_CIPHERTEXT,
        "jdk/pkcs7-empty-ciphertext": accepted("aes-*-pkcs7/ciphertext-length/00-bytes"),
        "jdk/point-with-byte-after": accepted("ec-p256-ecdsa/public-key-point-form/extended"),
        "jdk/private-key-two-curves": TWO_CURVES,
        "jdk/rsa-key-named-signature": accepted("rsa-*-pkcs1/import-*-purpose/named-signature"),
    },
    BOUNCY_CASTLE: {
        "bouncycastle/oaep-short-ciphertext": SHORT_CIPHERTEXT,
        "bouncycastle/short-signatures": SHORT_SIGNATURE,
        "bouncycastle/pss-key-for-pkcs1": PSS_KEY,
        "bouncycastle/hybrid-point-accepted": HYBRID_POINT,
        "bouncycastle/private-key-two-curves": TWO_CURVES,
    },
}


def findings_of(target: str, recorded: VerdictRecorded) -> list[str]:
    """Return the findings that explain a verdict."""
    detail = recorded.detail
    rules = RULES.get(target, {})
    return (
        [] if detail is None else [name for name, rule in rules.items() if rule(recorded, detail)]
    )


def explained(target: str, run: TargetRun, found: tuple[Cluster, ...]) -> dict[str, str]:
    """Return the finding of each verdict that is not green, every cluster included.

    An explanation that fits nothing, or more than one finding, fails the test.
    """
    red = {each.id: each for each in run.verdicts if each.verdict in NOT_GREEN}
    assert {one for cluster in found for one in cluster.ids} == set(red)
    reasons = {one: findings_of(target, recorded) for one, recorded in red.items()}
    unclear = {one: names for one, names in reasons.items() if len(names) != 1}
    assert not unclear, f"{len(unclear)} verdicts come from no published finding, or from several"
    return {one: names[0] for one, names in reasons.items()}


def judged(
    name: str, folder: Path, wanted: list[Finding], *options: str
) -> tuple[TargetRun, tuple[Cluster, ...]]:
    """Run the suite on a target, in which there is something to find or not."""
    command = "from kmsproof.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", command, "run", name, "--out", str(folder), *QUIETLY, *options],
        capture_output=True,
        text=True,
        timeout=3600,
    )
    assert done.returncode == (1 if wanted else 0), done.stdout + done.stderr
    run = read_run(folder)
    (one,) = run.targets.values()
    assert one.finished is not None
    assert one.finished.state is TargetState.FINISHED
    assert one.finished.concluded > 0
    assert one.incidents == []
    return one, clusters(run)[one.target]


@pytest.mark.slow
@pytest.mark.parametrize("target", each_target(CRYPTOGRAPHY, PYCRYPTODOME, SOFTHSM, NSS))
def test_run_over_aes_128_finds_what_is_published(
    target: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    here = target_here(target, request)
    wanted = [each for each in FINDINGS if each.target == target and each.example[:4] == "aes-"]
    one, found = judged(here.name, tmp_path / "run", wanted, "--key-spec", "Aliyun_AES_128")
    seen = set(explained(target, one, found).values())
    assert seen == {each.id for each in wanted}


@pytest.mark.slow
@pytest.mark.parametrize("target", each_target(REFERENCE, *RULES))
def test_whole_run_finds_what_is_published_as_often_as_the_list_says(
    target: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    name = target if target == REFERENCE else target_here(target, request).name
    listed = [each for each in FINDINGS if each.target == target and each.vectors]
    one, found = judged(name, tmp_path / "run", listed)
    reasons = explained(target, one, found)
    assert Counter(reasons.values()) == {each.id: each.vectors for each in listed}, (
        "the numbers in reports/published/README.md are not those of this run"
    )
    assert [reasons.get(each.example) for each in listed] == [each.id for each in listed]
