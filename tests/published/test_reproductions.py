"""The published deviations: each is there on its target, and a run finds these and no others."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pkcs11
import pytest

from kmsproof.clusters import Cluster, clusters
from kmsproof.outcome import ErrorKind
from kmsproof.results import Detail, TargetRun, TargetState, VerdictRecorded, read_run
from kmsproof.verdict import NOT_GREEN, FailureKind, Verdict
from softhsm import SofthsmToken

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "reports" / "published"
CONFORMING_TARGET = Path(__file__).with_name("conforming_target.py")

SOFTHSM = "SoftHSM"
PYCRYPTODOME = "pycryptodome"
WITHOUT_DEVIATIONS = ("reference", "cryptography")

PLACES: tuple[str, ...] = ("PKCS11_MODULE", "PKCS11_TOKEN_LABEL", "PKCS11_PIN_FILE")
"""The environment variables of the scripts."""

QUIETLY = ("--report", "none", "--quiet")

OPENSSL_3 = b"libcrypto.so.3\0"
"""How a module names the library that it was built against."""

ROW = re.compile(
    r"\| (?P<target>[^|]+) \| (?P<version>[^|]+) \| `(?P<id>[^|]+)` \| (?P<kind>[^|]+) \| [^|]+ "
    r"\| (?P<vectors>\d+|–) \| (?:`(?P<example>[^|]+)`|–) \| [^|]+ "
    r"\| \[[^|]+\]\((?P<script>[^|]+)\) \|"
)


@dataclass(frozen=True)
class Finding:
    """A row of the list in the README."""

    target: str
    version: str
    id: str
    kind: str
    vectors: int
    """How many verdicts of a whole run it explains; 0 for what no vector asks."""
    example: str
    script: Path


def published() -> list[Finding]:
    """Read the list in the README."""
    text = (PUBLISHED / "README.md").read_text(encoding="utf-8")
    return [
        Finding(
            target=row["target"],
            version=row["version"],
            id=row["id"],
            kind=row["kind"],
            vectors=int(row["vectors"]) if row["vectors"].isdecimal() else 0,
            example=row["example"] or "",
            script=PUBLISHED / row["script"],
        )
        for row in map(ROW.fullmatch, text.splitlines())
        if row is not None
    ]


FINDINGS = published()


def each_finding() -> list[object]:
    """The findings as parameters, those on a token marked as such."""
    return [
        pytest.param(each, id=each.id, marks=[pytest.mark.softhsm] * (each.target == SOFTHSM))
        for each in FINDINGS
    ]


# The list and the scripts.


def test_list_has_a_row_for_every_script_and_a_script_for_every_row() -> None:
    scripts = sorted(PUBLISHED.glob("*/*.py"))
    assert scripts
    assert sorted(finding.script for finding in FINDINGS) == scripts
    assert len({finding.id for finding in FINDINGS}) == len(FINDINGS)
    for finding in FINDINGS:
        named = finding.script.relative_to(PUBLISHED).with_suffix("").as_posix()
        assert finding.id == named.replace("_", "-")


def test_every_row_of_the_list_is_understood() -> None:
    text = (PUBLISHED / "README.md").read_text(encoding="utf-8")
    assert len(re.findall(r"\]\(\w+/\w+\.py\)", text)) == len(FINDINGS)


@pytest.mark.parametrize("finding", each_finding())
def test_script_uses_nothing_of_ours(finding: Finding) -> None:
    tree = ast.parse(finding.script.read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    assert imported - sys.stdlib_module_names <= {"pkcs11", "Crypto"}


# Each deviation on its target.


def version_installed(target: str, token: SofthsmToken | None) -> str:
    """Return the version of a target, as far as it can be told from outside."""
    if token is None:
        return importlib.metadata.version(target)
    dotted = ".".join(map(str, pkcs11.lib(str(token.module)).library_version))
    return f"{dotted}{' over OpenSSL 3' if OPENSSL_3 in token.module.read_bytes() else ''}"


def is_version_of(finding_version: str, installed: str) -> bool:
    """Whether an installed version can be the one that a list names; SoftHSM tells no third number.

    Its deviations also come from OpenSSL 3, which SoftHSM 2.6.1 need not be built against.
    """
    return installed in (
        finding_version,
        f"{finding_version.rpartition('.')[0]} over OpenSSL 3",
    )


def token_for(target: str, request: pytest.FixtureRequest) -> SofthsmToken | None:
    """Return the token where the target is one; see that the version is the one that is listed."""
    token: SofthsmToken | None = (
        request.getfixturevalue("softhsm_token") if target == SOFTHSM else None
    )
    (listed,) = {finding.version for finding in FINDINGS if finding.target == target}
    installed = version_installed(target, token)
    if not is_version_of(listed, installed):
        pytest.skip(f"the list is about {target} {listed}, and installed is {installed}")
    return token


def run_script(
    script: Path, environment: dict[str, str], *prefix: str, arguments: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    return subprocess.run(
        [sys.executable, *prefix, str(script), *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def places(token: SofthsmToken | None) -> dict[str, str]:
    """Where a script finds the token, as environment variables."""
    if token is None:
        return {}
    return dict(zip(PLACES, (str(token.module), token.label, str(token.pin_file)), strict=True))


@pytest.mark.parametrize("finding", each_finding())
def test_deviation_is_there(finding: Finding, request: pytest.FixtureRequest) -> None:
    token = token_for(finding.target, request)
    done = run_script(finding.script, places(token))
    assert done.returncode == 0, done.stdout + done.stderr
    does, demanded, answered, *_ = done.stdout.splitlines()
    assert does.startswith("Does: ")
    assert re.search(r"^Demanded.* (§|AES secret key objects)", demanded)
    assert answered.startswith("Answered")
    assert done.stdout.endswith("The deviation is there.\n")
    assert done.stderr == ""
    assert token is None or token.pin_file.read_text() not in done.stdout


@pytest.mark.softhsm
def test_script_takes_arguments_as_well_as_the_environment(
    request: pytest.FixtureRequest,
) -> None:
    token = token_for(SOFTHSM, request)
    given = places(token)
    for finding in FINDINGS:
        if finding.target == SOFTHSM:
            wanted = 2 if finding.id.endswith("flags-not-cleared") else 3
            arguments = tuple(given.values())[:wanted]
            done = run_script(finding.script, dict.fromkeys(given, ""), arguments=arguments)
            assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("finding", [pytest.param(each, id=each.id) for each in FINDINGS])
def test_script_says_that_a_target_without_the_deviation_has_none(
    finding: Finding, tmp_path: Path
) -> None:
    (tmp_path / "pin").write_text("1234")
    here = dict(zip(PLACES, ("conforming", "conforming", str(tmp_path / "pin")), strict=True))
    done = run_script(finding.script, here, str(CONFORMING_TARGET))
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.endswith("The deviation is not there.\n")


@pytest.mark.parametrize("finding", [pytest.param(each, id=each.id) for each in FINDINGS])
def test_script_that_cannot_ask_concludes_nothing(finding: Finding) -> None:
    without_packages = ("-I", "-S")
    done = run_script(finding.script, dict.fromkeys(PLACES, "/nonexistent"), *without_packages)
    assert done.returncode == 2
    assert done.stderr.startswith("Could not be tried: ")
    assert done.stderr.count("\n") == 1


# What a run finds.

Rule = Callable[[VerdictRecorded, Detail], bool]
"""Whether a verdict that is not green comes from a finding."""


def given_length(detail: Detail, name: str) -> int:
    """Return the length in bytes of an input; 0 if it was not given."""
    return len(detail.given.get(name, "")) // 2


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


RULES: dict[str, dict[str, Rule]] = {
    SOFTHSM: {
        "softhsm/gcm-long-iv-cut": from_long_iv,
        "softhsm/gcm-empty-iv-accepted": from_empty_iv,
        "softhsm/invalid-ciphertext-general-error": from_general_error,
        "softhsm/cbc-iv-length-mechanism-invalid": from_cbc_iv,
    },
    PYCRYPTODOME: {"pycryptodome/pkcs7-two-refusals": from_two_refusals},
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
    target: str, name: str, folder: Path, *options: str
) -> tuple[TargetRun, tuple[Cluster, ...]]:
    """Run the suite on a target; ``name`` is what the command line calls it."""
    command = "from kmsproof.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", command, "run", name, "--out", str(folder), *QUIETLY, *options],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == (0 if target in WITHOUT_DEVIATIONS else 1), done.stdout + done.stderr
    run = read_run(folder)
    (one,) = run.targets.values()
    assert one.finished is not None
    assert one.finished.state is TargetState.FINISHED
    assert one.finished.concluded > 0
    assert one.incidents == []
    return one, clusters(run)[one.target]


@pytest.mark.parametrize(
    "target", ["cryptography", PYCRYPTODOME, pytest.param(SOFTHSM, marks=pytest.mark.softhsm)]
)
def test_run_over_aes_128_finds_what_is_published(
    target: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    token = None if target in WITHOUT_DEVIATIONS else token_for(target, request)
    name = target if token is None else token.uri
    one, found = judged(target, name, tmp_path / "run", "--key-spec", "Aliyun_AES_128")
    seen = set(explained(target, one, found).values())
    assert seen == {each.id for each in FINDINGS if each.target == target and each.vectors}


@pytest.mark.slow
@pytest.mark.parametrize(
    "target",
    [*WITHOUT_DEVIATIONS, PYCRYPTODOME, pytest.param(SOFTHSM, marks=pytest.mark.softhsm)],
)
def test_whole_run_finds_what_is_published_as_often_as_the_list_says(
    target: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    token = None if target in WITHOUT_DEVIATIONS else token_for(target, request)
    one, found = judged(target, target if token is None else token.uri, tmp_path / "run")
    reasons = explained(target, one, found)
    listed = [each for each in FINDINGS if each.target == target and each.vectors]
    assert Counter(reasons.values()) == {each.id: each.vectors for each in listed}, (
        "the numbers in reports/published/README.md are not those of this run"
    )
    assert [reasons.get(each.example) for each in listed] == [each.id for each in listed]
