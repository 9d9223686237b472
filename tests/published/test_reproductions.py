"""The published deviations: each is there on its target, and a run finds these and no others."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import pkcs11
import pytest

import java
from kmsproof.clusters import Cluster, clusters
from kmsproof.outcome import ErrorKind
from kmsproof.results import Detail, TargetRun, TargetState, VerdictRecorded, read_run
from kmsproof.verdict import NOT_GREEN, FailureKind, Verdict
from kmsproof_testing import machine
from kmsproof_testing.foreign_adapters import COMMANDS
from nss import NssToken
from softhsm import SofthsmToken

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "reports" / "published"
CONFORMING_TARGET = Path(__file__).with_name("conforming_target.py")

CONFORMING_NODE = Path(__file__).with_name("conforming_target.js")

SOFTHSM = "SoftHSM"
NSS = "NSS"
CRYPTOGRAPHY = "cryptography"
PYCRYPTODOME = "pycryptodome"
NODE = "Node.js"
JDK = "JDK"
BOUNCY_CASTLE = "Bouncy Castle"
REFERENCE = "reference"

ADAPTERS = {NODE: "node", JDK: "java", BOUNCY_CASTLE: "bouncycastle"}
"""The targets whose adapters are programs, by the names of these."""

MARKS: dict[str, list[pytest.MarkDecorator]] = {
    SOFTHSM: [pytest.mark.softhsm],
    NSS: [pytest.mark.nss],
}

PLACES: tuple[str, ...] = ("PKCS11_MODULE", "PKCS11_TOKEN_LABEL", "PKCS11_PIN_FILE")
"""The environment variables of the scripts on SoftHSM."""

NSS_MODULE = "NSS_MODULE"
"""That of the scripts on NSS."""

SCRIPTS = re.compile(r"\.(py|js|java)$")

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


def each_finding(*suffixes: str) -> list[object]:
    """The findings as parameters, those on a token marked as such."""
    return [
        pytest.param(each, id=each.id, marks=MARKS.get(each.target, []))
        for each in FINDINGS
        if not suffixes or each.script.suffix in suffixes
    ]


def each_target(*names: str) -> list[object]:
    """Targets as parameters, marked likewise."""
    return [pytest.param(name, id=name, marks=MARKS.get(name, [])) for name in names]


# The list and the scripts.


def test_list_has_a_row_for_every_script_and_a_script_for_every_row() -> None:
    scripts = sorted(path for path in PUBLISHED.glob("*/*") if SCRIPTS.search(path.name))
    assert scripts
    assert sorted(finding.script for finding in FINDINGS) == scripts
    assert len({finding.id for finding in FINDINGS}) == len(FINDINGS)
    for finding in FINDINGS:
        named = finding.script.relative_to(PUBLISHED).with_suffix("").as_posix()
        words = re.sub(r"(?<=[a-zA-Z0-9])(?=[A-Z])", "-", named.replace("_", "-"))
        assert finding.id == words.lower()


def test_every_row_of_the_list_is_understood() -> None:
    text = (PUBLISHED / "README.md").read_text(encoding="utf-8")
    assert len(re.findall(r"\]\(\w+/[\w-]+\.(?:py|js|java)\)", text)) == len(FINDINGS)


@pytest.mark.parametrize("finding", each_finding(".py"))
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
    assert imported - sys.stdlib_module_names <= {"pkcs11", "Crypto", "cryptography"}


@pytest.mark.parametrize("finding", each_finding(".js", ".java"))
def test_program_uses_nothing_of_ours(finding: Finding) -> None:
    text = finding.script.read_text(encoding="utf-8")
    pattern = r"require\('(.*)'\)" if finding.script.suffix == ".js" else r"^import ([\w.]+);"
    imported = re.findall(pattern, text, re.MULTILINE)
    assert imported
    assert all(re.match(r"node:|javax?\.|org\.bouncycastle\.", each) for each in imported)


# Each deviation on its target.


@dataclass(frozen=True)
class Installed:
    """A target that is here."""

    name: str
    """What the command line of kmsproof calls it."""
    version: str
    """As far as it can be told from outside."""
    command: tuple[str, ...] = (sys.executable,)
    """What runs a script."""
    environment: dict[str, str] = field(default_factory=dict[str, str])
    """Where a script finds it."""
    secret: str | None = None
    """What no script may show."""


def output_of(*command: str) -> str:
    """Return what a program prints, whichever way."""
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout + done.stderr


def installed_softhsm(token: SofthsmToken) -> Installed:
    """SoftHSM tells no third number; its deviations also come from OpenSSL 3."""
    dotted = ".".join(map(str, pkcs11.lib(str(token.module)).library_version))
    over = " over OpenSSL 3" if OPENSSL_3 in token.module.read_bytes() else ""
    places = dict(zip(PLACES, (str(token.module), token.label, str(token.pin_file)), strict=True))
    secret = token.pin_file.read_text(encoding="ascii")
    return Installed(token.uri, f"{dotted}{over}", environment=places, secret=secret)


def installed_nss(token: NssToken) -> Installed:
    """NSS tells its whole version in its file."""
    found = re.search(rb"Version: NSS ([\d.]+)", token.module.read_bytes())
    assert found is not None
    return Installed(token.uri, found[1].decode(), environment={NSS_MODULE: str(token.module)})


def installed_program(target: str) -> Installed:
    """A target whose adapter is a program: in Node.js, or in Java."""
    adapter = COMMANDS[ADAPTERS[target]]()
    name, program = f"exec:{shlex.join(adapter)}", adapter[0]
    if target == NODE:
        return Installed(name, output_of(program, "--version").strip().lstrip("v"), (program,))
    if target == JDK:
        found = re.search(r'version "([\d.]+)', output_of(program, "-version"))
        assert found is not None
        return Installed(name, found[1], (program,))
    jar = java.find_bouncy_castle()
    assert jar is not None
    with zipfile.ZipFile(jar) as archive:
        manifest = archive.read("META-INF/MANIFEST.MF").decode()
    found = re.search(r"Implementation-Version: ([\d.]+)", manifest)
    assert found is not None
    return Installed(name, found[1].removesuffix(".0"), (program, "-cp", str(jar)))


def is_version_of(target: str, listed: str, installed: str) -> bool:
    """Whether an installed version can be the one that a list names."""
    if target == SOFTHSM:
        return installed in (listed, f"{listed.rpartition('.')[0]} over OpenSSL 3")
    if target in (NODE, JDK):  # their deviations stay in all versions with one first number
        return installed.partition(".")[0] == listed.partition(".")[0]
    return installed == listed


def target_here(target: str, request: pytest.FixtureRequest) -> Installed:
    """Return a target; see that it is here, and of the version that is listed."""
    if target == SOFTHSM:
        here = installed_softhsm(request.getfixturevalue("softhsm_token"))
    elif target == NSS:
        here = installed_nss(request.getfixturevalue("nss_token"))
    elif target in ADAPTERS:
        here = installed_program(target)
    else:
        here = Installed(target, importlib.metadata.version(target))
    (listed,) = {finding.version for finding in FINDINGS if finding.target == target}
    if not is_version_of(target, listed, here.version):
        machine.lacks(f"the list is about {target} {listed}, and installed is {here.version}")
    return here


def run_script(
    script: Path, environment: dict[str, str], *command: str, arguments: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    return subprocess.run(
        [*command, str(script), *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("finding", each_finding())
def test_deviation_is_there(finding: Finding, request: pytest.FixtureRequest) -> None:
    here = target_here(finding.target, request)
    done = run_script(finding.script, here.environment, *here.command)
    assert done.returncode == 0, done.stdout + done.stderr
    does, demanded, answered, *_ = done.stdout.splitlines()
    assert does.startswith("Does: ")
    assert re.search(r"^Demanded.* (§|AES secret key objects)", demanded)
    assert answered.startswith("Answered")
    assert done.stdout.endswith("The deviation is there.\n")
    assert done.stderr == ""
    assert here.secret is None or here.secret not in done.stdout


@pytest.mark.parametrize("target", each_target(SOFTHSM, NSS))
def test_script_takes_arguments_as_well_as_the_environment(
    target: str, request: pytest.FixtureRequest
) -> None:
    here = target_here(target, request)
    for finding in FINDINGS:
        if finding.target == target:
            wanted = 2 if finding.id.endswith("flags-not-cleared") else 3
            arguments = tuple(here.environment.values())[:wanted]
            nowhere = dict.fromkeys(here.environment, "")
            done = run_script(finding.script, nowhere, *here.command, arguments=arguments)
            assert done.returncode == 0, done.stdout + done.stderr


WITHOUT_STAND_IN = ("nss", "jdk", "bouncycastle")
"""Folders of scripts that call native code, or are compiled: there is nothing to put in between.

Each of them sees for itself that what is right is taken, and else concludes nothing."""


@pytest.mark.parametrize(
    "finding",
    [
        pytest.param(each, id=each.id)
        for each in FINDINGS
        if each.script.parent.name not in WITHOUT_STAND_IN
    ],
)
def test_script_says_that_a_target_without_the_deviation_has_none(
    finding: Finding, tmp_path: Path
) -> None:
    (tmp_path / "pin").write_text("1234")
    places = dict(zip(PLACES, ("conforming", "conforming", str(tmp_path / "pin")), strict=True))
    command = [sys.executable, str(CONFORMING_TARGET)]
    if finding.target == NODE:
        command = [machine.node_program(finding.script)[0], "--require", str(CONFORMING_NODE)]
    done = run_script(finding.script, places, *command)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.endswith("The deviation is not there.\n")


@pytest.mark.parametrize("finding", each_finding(".py"))
def test_script_that_cannot_ask_concludes_nothing(finding: Finding) -> None:
    nowhere = dict.fromkeys((*PLACES, NSS_MODULE), "/nonexistent")
    done = run_script(finding.script, nowhere, sys.executable, "-I", "-S")
    assert done.returncode == 2
    assert done.stderr.startswith("Could not be tried: ")
    assert done.stderr.count("\n") == 1


# What a run finds.

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
    },
    BOUNCY_CASTLE: {
        "bouncycastle/oaep-short-ciphertext": SHORT_CIPHERTEXT,
        "bouncycastle/short-signatures": SHORT_SIGNATURE,
        "bouncycastle/pss-key-for-pkcs1": PSS_KEY,
        "bouncycastle/hybrid-point-accepted": HYBRID_POINT,
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
