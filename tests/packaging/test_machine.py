"""The tools that prepare a machine: token, wrapper command, locks, Python finder."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

import dkms
import lock
import softhsm
import virtual_environment
from kmsproof_testing import machine
from softhsm import SofthsmToken

ROOT = Path(__file__).parents[2]
WRAPPER = [sys.executable, str(ROOT / "tools" / "softhsm.py")]


def _shell(script: str, *arguments: str) -> list[str]:
    return [*WRAPPER, "sh", "-c", script, "sh", *arguments]


def _run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.softhsm
def test_token_opens_with_the_pin_in_its_file(softhsm_token: SofthsmToken) -> None:
    import pkcs11

    token = pkcs11.lib(str(softhsm_token.module)).get_token(token_label=softhsm_token.label)
    pin = softhsm_token.pin_file.read_text(encoding="ascii")
    with token.open(rw=True, user_pin=pin) as session:
        key = session.generate_key(pkcs11.KeyType.AES, 256, store=False)
        assert key.key_length == 256


@pytest.mark.softhsm
def test_token_is_named_by_a_uri_without_a_pin(softhsm_token: SofthsmToken) -> None:
    pin = softhsm_token.pin_file.read_text(encoding="ascii")
    assert softhsm_token.uri.startswith(f"pkcs11:token={softhsm_token.label}?module-path=")
    assert f"pin-source=file:{softhsm_token.pin_file}" in unquote(softhsm_token.uri)
    assert pin not in softhsm_token.uri
    assert softhsm_token.pin_file.stat().st_mode & 0o077 == 0


@pytest.mark.softhsm
def test_wrapper_passes_uri_environment_and_status_on(softhsm_token: SofthsmToken) -> None:
    done = _run(_shell('echo "$1"; echo "$SOFTHSM2_CONF"; exit 7', softhsm.PLACEHOLDER))
    uri, configuration = done.stdout.splitlines()
    assert done.returncode == 7
    assert uri.startswith("pkcs11:token=")
    assert not Path(configuration).exists(), "the token's folder must be gone"
    assert configuration != softhsm_token.environment["SOFTHSM2_CONF"]


@pytest.mark.softhsm
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_wrapper_removes_the_token_when_it_is_told_to_end(
    number: signal.Signals, softhsm_token: SofthsmToken
) -> None:
    process = subprocess.Popen(
        _shell('echo "$SOFTHSM2_CONF"; exec sleep 60'),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    configuration = Path(process.stdout.readline().strip())
    assert configuration.is_file()
    os.killpg(process.pid, number)  # As the terminal does it: to the whole process group.
    assert process.wait(timeout=30) == 128 + number
    process.stdout.close()
    assert not configuration.parent.exists()


def test_wrapper_without_softhsm_runs_the_rest_and_says_so(tmp_path: Path) -> None:
    nowhere = {softhsm.MODULE_VARIABLE: str(tmp_path / "libsofthsm2.so")}
    done = _run(_shell('echo "$#: $1"; exit 4', "reference", softhsm.PLACEHOLDER), **nowhere)
    assert (done.returncode, done.stdout) == (4, "1: reference\n")
    assert "SoftHSM was NOT tested and is not covered" in done.stderr


def test_wrapper_says_why_a_module_makes_no_token(tmp_path: Path) -> None:
    module = tmp_path / "libsofthsm2.so"
    module.write_bytes(b"not a shared library")
    done = _run(_shell("exit 0"), **{softhsm.MODULE_VARIABLE: str(module)})
    assert done.returncode == 0
    assert f"SoftHSM ({module}) made no token" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_missing_skips_or_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(machine.REQUIRE_ALL, raising=False)
    with pytest.raises(pytest.skip.Exception, match="no such thing"):
        machine.lacks("no such thing")
    monkeypatch.setenv(machine.REQUIRE_ALL, "1")
    with pytest.raises(pytest.fail.Exception, match="no such thing"):
        machine.lacks("no such thing")


@pytest.mark.parametrize("name", lock.LOCKS)
def test_lock_pins_hashes_and_names_no_place(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(pins) > 10
    assert all(" \\" in line and "==" in line for line in pins)
    assert "://" not in text
    assert not [line for line in text.splitlines() if line.startswith("-")]


def test_development_lock_holds_the_versions_of_the_other() -> None:
    def versions(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line}

    assert versions("requirements.lock") < versions("requirements-dev.lock")


def test_lock_with_an_address_is_refused() -> None:
    lock.refuse_places("a.lock", "click==8.5.1 \\\n    --hash=sha256:00\n    # via kmsproof\n")
    for line in ("--index-url https://example.org", "--find-links /srv", "click @ file:/srv"):
        with pytest.raises(lock.LockFailure, match=r"a\.lock:2 names a place"):
            lock.refuse_places("a.lock", f"# header\n{line}\n")


@pytest.mark.parametrize(
    ("python", "words"), [("/nonexistent/python", "is not a Python 3.11"), ("false", "3.11")]
)
def test_a_python_that_will_not_do_is_named(python: str, words: str) -> None:
    done = _run(["sh", str(ROOT / "tools" / "prepare.sh"), "run"], PYTHON=python)
    assert done.returncode == 3
    assert python in done.stderr
    assert words in done.stderr


def test_prepare_without_an_order_explains_itself() -> None:
    done = _run(["sh", str(ROOT / "tools" / "prepare.sh")], PYTHON="")
    assert done.returncode == 2
    assert "usage" in done.stderr


@pytest.mark.parametrize("name", lock.LOCKS)
def test_what_builds_source_packages_is_pinned_and_installed_first(name: str) -> None:
    entry = virtual_environment.entry(name, virtual_environment.BUILD_BACKEND)
    first, *hashes = entry.splitlines()
    assert re.fullmatch(r"setuptools==[\d.]+ \\", first)
    assert hashes
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes)
    assert not entry.endswith("\\\n")


@pytest.mark.parametrize(
    ("name", "source_only"),
    [
        # The lock of those who develop holds all of the other, and cosmic-ray besides.
        ("requirements-dev.lock", virtual_environment.SOURCE_ONLY),
        (dkms.LOCK, dkms.SOURCE_ONLY),
    ],
)
def test_packages_without_wheels_are_those_of_the_lock(
    name: str, source_only: tuple[str, ...]
) -> None:
    text = (lock.ROOT / name).read_text(encoding="utf-8")
    for package in source_only:
        assert f"\n{package}==" in text
