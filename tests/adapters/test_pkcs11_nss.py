"""The token of NSS: how it is found and initialised, and where it leaves the standard.

The deviations are stated as what NSS 3.87 does *or* what is right, so that an NSS that does right
passes too, and one that does something else again is noticed.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import quote

import pytest
from pkcs11.constants import Attribute, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pkcs11.mechanisms import KeyType, Mechanism

import nss
from kmsproof.errors import TargetStartError
from kmsproof.outcome import Error, ErrorKind, Ok, Rejected
from kmsproof.vocabulary import Algorithm, KeyPart, KeySpec, RejectionClass
from kmsproof_adapters.pkcs11 import ADAPTER
from kmsproof_adapters.pkcs11.aes import CipherKey, GcmParameters
from kmsproof_adapters.pkcs11.codes import code_name
from kmsproof_adapters.pkcs11.login import load_module
from kmsproof_adapters.pkcs11.uri import parse_uri
from kmsproof_reference.gcm import Gcm
from kmsproof_testing.asking import CBC, CBC_PKCS7, ECB, GCM, Asker, value_of
from nss import NssToken

pytestmark = pytest.mark.nss

KEY = bytes(range(16))
PLAINTEXT = b"a message of some bytes"


@pytest.fixture(scope="module")
def asker(nss_token: NssToken) -> Iterator[Asker]:
    """The token, opened as a target."""
    asker = Asker(ADAPTER.open(nss_token.uri.removeprefix("pkcs11:")))
    yield asker
    asker.close()


# The way to the token.


def test_two_targets_share_the_module(nss_token: NssToken, asker: Asker) -> None:
    """It was initialised once, and nobody logs in."""
    other = Asker(ADAPTER.open(nss_token.uri.removeprefix("pkcs11:")))
    key = asker.key(KEY)
    sealed = value_of(other.encrypt(other.key(KEY), ECB, bytes(16))).ciphertext
    assert isinstance(other.close(), Ok)
    assert value_of(asker.decrypt(key, ECB, sealed)).plaintext == bytes(16)


def test_module_wants_its_parameters(nss_token: NssToken) -> None:
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
    uri = f"token={quote(nss_token.label)}?module-path={quote(str(nss_token.module))}"
    done = subprocess.run([sys.executable, "-c", program, uri], capture_output=True, text=True)
    kind, message, remedy = json.loads(done.stdout)
    assert kind == "TargetStartError"
    assert "does not initialise: CKR_ARGUMENTS_BAD." in message
    assert "x-library-parameters" in remedy


def test_module_is_not_initialised_again_with_other_parameters(
    nss_token: NssToken, asker: Asker
) -> None:
    uri = f"{nss_token.uri.removeprefix('pkcs11:')},forceOpen"
    with pytest.raises(TargetStartError) as caught:
        ADAPTER.open(uri)
    assert "CKR_CRYPTOKI_ALREADY_INITIALIZED" in caught.value.message
    assert value_of(asker.encrypt(asker.key(KEY), ECB, bytes(16)))


def test_uri_says_all_that_is_needed(nss_token: NssToken) -> None:
    uri = parse_uri(nss_token.uri.removeprefix("pkcs11:"))
    assert uri.attributes == {"token": nss_token.label}
    assert uri.module_path == nss_token.module
    assert uri.library_parameters == b"flags=readOnly,noCertDB,noModDB"
    assert uri.pin is None


def test_module_is_found_where_it_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(nss.MODULE_VARIABLE, str(tmp_path / "nowhere.so"))
    with pytest.raises(nss.NssUnavailable, match="apt-get install libnss3"):
        nss.token()
    module = tmp_path / "libsoftokn3.so"
    module.touch()
    monkeypatch.setenv(nss.MODULE_VARIABLE, str(module))
    assert nss.find_module() == module


def test_what_is_declared(asker: Asker) -> None:
    description = asker.describe()
    assert {c.algorithm for c in description.algorithms} == set(Algorithm)
    on_curves = {spec for c in description.algorithms for spec in c.key_specs}
    assert KeySpec.EC_P256 in on_curves
    assert KeySpec.EC_P256K not in on_curves
    for keys in description.keys:
        assert set(keys.importable) in ({KeyPart.SECRET}, {KeyPart.PRIVATE, KeyPart.PUBLIC})
    assert any("ECDH, KDF and HMAC" in note for note in description.notes)


# Where NSS leaves the standard.


def test_nss_forgets_the_tag_when_it_is_asked_for_a_length(nss_token: NssToken) -> None:
    """Why GCM does not go through python-pkcs11, which then has no room for the tag."""
    uri = parse_uri(nss_token.uri.removeprefix("pkcs11:"))
    module = load_module(uri.module_path, uri.library_parameters)
    session = next(t for t in module.get_tokens() if t.label == nss_token.label).open()
    template = {
        Attribute.CLASS: ObjectClass.SECRET_KEY,
        Attribute.KEY_TYPE: KeyType.AES,
        Attribute.ENCRYPT: True,
        Attribute.VALUE: KEY,
    }
    key = session.create_object(template)
    parameters = GcmParameters.of(bytes(12), None, 16)
    answer: bytes | str | None
    try:
        answer = cast("CipherKey", key).encrypt(
            PLAINTEXT, mechanism=Mechanism.AES_GCM, mechanism_param=bytes(parameters)
        )
    except PKCS11Error as error:
        answer = code_name(error)
    session.close()
    right = b"".join(Gcm(KEY).encrypt(bytes(12), PLAINTEXT))
    assert answer in ("CKR_BUFFER_TOO_SMALL", right)


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 8000, 8192, 100_000])
def test_gcm_of_every_length(asker: Asker, length: int) -> None:
    key, iv, plaintext = asker.key(KEY), bytes(12), bytes(length)
    sealed = value_of(asker.encrypt(key, GCM, plaintext, iv, b"aad"))
    assert (len(sealed.ciphertext), len(sealed.tag or b"")) == (length, 16)
    opened = asker.decrypt(key, GCM, sealed.ciphertext, iv, b"aad", sealed.tag)
    assert value_of(opened).plaintext == plaintext


def test_nss_has_no_memory_for_an_empty_gcm_iv(asker: Asker) -> None:
    outcome = asker.encrypt(asker.key(KEY), GCM, PLAINTEXT, b"")
    if not isinstance(outcome, Rejected):
        assert outcome == Error(ErrorKind.INTERNAL, "CKR_HOST_MEMORY")


def test_nss_names_a_bad_ciphertext(asker: Asker) -> None:
    key = asker.key(KEY)
    for outcome in (
        asker.decrypt(key, GCM, PLAINTEXT, GCM.iv, tag=bytes(16)),
        asker.decrypt(key, CBC_PKCS7, bytes(32), CBC.iv),
    ):
        assert isinstance(outcome, Rejected)
        assert outcome.rejection is RejectionClass.INVALID_CIPHERTEXT


@pytest.mark.parametrize("length", [17, 32])
def test_nss_does_not_look_at_the_length_of_a_cbc_iv(asker: Asker, length: int) -> None:
    """It takes 16 bytes from where the IV begins, with a shorter one from beyond its end."""
    key, iv = asker.key(KEY), bytes(range(1, length + 1))
    outcome = asker.encrypt(key, CBC, bytes(32), iv)
    if isinstance(outcome, Ok):
        right = value_of(asker.encrypt(key, CBC, bytes(32), iv[:16]))
        assert outcome.value.ciphertext == right.ciphertext
    else:
        assert isinstance(outcome, Rejected)


def test_gcm_parameters_are_those_of_the_header() -> None:
    assert ctypes.sizeof(GcmParameters) == 6 * ctypes.sizeof(ctypes.c_void_p)


# The tool.


def run_tool(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run tools/nss.py with a command."""
    tool = Path(nss.__file__)
    return subprocess.run(
        [sys.executable, str(tool), *words],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_tool_puts_in_the_uri_and_passes_the_status_on(nss_token: NssToken) -> None:
    done = run_tool("sh", "-c", 'echo "$1"; exit 7', "sh", nss.PLACEHOLDER)
    assert (done.stdout.strip(), done.returncode) == (nss_token.uri, 7)


def test_tool_says_at_the_end_that_nss_was_not_tested(tmp_path: Path) -> None:
    elsewhere = {nss.MODULE_VARIABLE: str(tmp_path / "nowhere.so")}
    done = run_tool("sh", "-c", 'echo "$#"', "sh", "a", nss.PLACEHOLDER, **elsewhere)
    assert done.stdout.strip() == "1"
    assert "NSS was NOT tested" in done.stderr.splitlines()[-1]
