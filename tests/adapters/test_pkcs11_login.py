"""The way to a token: each thing that can go wrong is one clear sentence, without the PIN."""

from __future__ import annotations

import _ctypes
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from kmsproof.errors import KmsproofError, TargetStartError, UsageError
from kmsproof_adapters.pkcs11 import ADAPTER, find_softhsm
from kmsproof_adapters.pkcs11.uri import PIN_VARIABLE
from kmsproof_testing.asking import ECB, Asker, value_of
from softhsm import SofthsmToken

pytestmark = pytest.mark.softhsm

WRONG_PIN = "n0t-the-PIN"


def argument(token: SofthsmToken, label: str | None = None, rest: str = "") -> str:
    """A URI without a PIN, unless the rest has one."""
    return f"token={quote(label or token.label)}?module-path={quote(str(token.module))}{rest}"


def refusal(argument: str) -> KmsproofError:
    """The error with which a token does not open, after a look at its form."""
    with pytest.raises(KmsproofError) as caught:
        ADAPTER.open(argument)
    error = caught.value
    assert error.message.endswith(".")
    assert error.remedy.endswith(".")
    assert "Traceback" not in str(error)
    assert WRONG_PIN not in str(error)
    return error


def test_module_that_is_not_there(tmp_path: Path) -> None:
    error = refusal(f"token=t?module-path={tmp_path}/no-such-module.so")
    assert isinstance(error, UsageError)
    assert f"There is no PKCS#11 module {tmp_path}/no-such-module.so" in error.message


def test_folder_is_no_module(tmp_path: Path) -> None:
    assert "There is no PKCS#11 module" in refusal(f"token=t?module-path={tmp_path}").message


def test_file_that_is_no_library(tmp_path: Path) -> None:
    file = tmp_path / "module.so"
    file.write_text("not a library")
    error = refusal(f"token=t?module-path={file}")
    assert isinstance(error, UsageError)
    assert f"{file} cannot be loaded as a PKCS#11 module" in error.message


def test_library_that_is_no_pkcs11_module() -> None:
    error = refusal(f"token=t?module-path={quote(_ctypes.__file__)}")
    assert isinstance(error, UsageError)
    assert "C_GetFunctionList" in error.message


def test_token_that_is_not_there(softhsm_token: SofthsmToken) -> None:
    error = refusal(argument(softhsm_token, "nobody"))
    assert isinstance(error, UsageError)
    assert "no token with token 'nobody'" in error.message
    assert f"'{softhsm_token.label}'" in error.remedy


def test_token_must_fit_every_attribute(softhsm_token: SofthsmToken) -> None:
    error = refusal(f"model=Other;{argument(softhsm_token)}")
    assert f"token with model 'Other', token '{softhsm_token.label}'" in error.message


def test_wrong_pin(softhsm_token: SofthsmToken) -> None:
    error = refusal(argument(softhsm_token, rest=f"&pin-value={WRONG_PIN}"))
    assert isinstance(error, UsageError)
    assert "the PIN is wrong (CKR_PIN_INCORRECT)" in error.message


def test_no_pin(softhsm_token: SofthsmToken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PIN_VARIABLE, raising=False)
    error = refusal(argument(softhsm_token))
    assert isinstance(error, UsageError)
    assert "wants a PIN" in error.message
    assert PIN_VARIABLE in error.remedy


def test_pin_from_the_environment(
    softhsm_token: SofthsmToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PIN_VARIABLE, softhsm_token.pin_file.read_text())
    asker = Asker(ADAPTER.open(argument(softhsm_token)))
    assert value_of(asker.encrypt(asker.key(bytes(16)), ECB, bytes(16))).ciphertext
    asker.close()


def test_process_that_is_logged_in_already(softhsm_token: SofthsmToken) -> None:
    uri = softhsm_token.uri.removeprefix("pkcs11:")
    first = Asker(ADAPTER.open(uri))
    error = refusal(uri)
    first.close()
    assert isinstance(error, TargetStartError)
    assert "CKR_USER_ALREADY_LOGGED_IN" in error.message


def test_module_that_does_not_initialise(softhsm_token: SofthsmToken, tmp_path: Path) -> None:
    """In a process of its own, because a module initialises once in each."""
    program = (
        "import json, sys\n"
        "from kmsproof.errors import KmsproofError\n"
        "from kmsproof_adapters.pkcs11 import ADAPTER\n"
        "try:\n"
        "    ADAPTER.open(sys.argv[1])\n"
        "except KmsproofError as error:\n"
        "    print(json.dumps([type(error).__name__, error.message, error.remedy]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, argument(softhsm_token)],
        env={**os.environ, "SOFTHSM2_CONF": str(tmp_path / "no-such-file")},
        capture_output=True,
        text=True,
    )
    kind, message, remedy = json.loads(done.stdout)
    assert kind == "TargetStartError"
    assert f"{softhsm_token.module} does not initialise: CKR_GENERAL_ERROR." in message
    assert "SOFTHSM2_CONF" in remedy


def test_softhsm_is_found_where_a_distribution_puts_it(tmp_path: Path) -> None:
    assert find_softhsm(tmp_path) is None
    module = tmp_path / "usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"
    module.parent.mkdir(parents=True)
    module.touch()
    assert find_softhsm(tmp_path) == module
