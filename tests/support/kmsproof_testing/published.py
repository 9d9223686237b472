"""The published list of deviations, and the targets that it is about as far as they are here."""

from __future__ import annotations

import importlib.metadata
import re
import shlex
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pkcs11
import pytest

import java
from kmsproof_testing import machine
from kmsproof_testing.foreign_adapters import COMMANDS
from nss import NssToken
from softhsm import SofthsmToken

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "reports" / "published"
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
