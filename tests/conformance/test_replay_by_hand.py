"""The commands and programs that a replay prints really do what the vector says."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
from collections.abc import Iterator

import pytest

from kmsproof.catalogue import Found
from kmsproof.corpus import Corpus, load_corpus
from kmsproof.equivalents.aliyun import aliyun_lines
from kmsproof.equivalents.call import REFUSED, VERIFIED, Call, call_of
from kmsproof.equivalents.choice import equivalents_of_vector
from kmsproof.equivalents.openssl import openssl_lines
from kmsproof.equivalents.pkcs11_tool import pkcs11_tool_lines
from kmsproof.equivalents.python import python_lines
from kmsproof.errors import ExitCode
from kmsproof.live.corpus import load_live_corpus
from kmsproof.replay import replay
from kmsproof.vocabulary import Algorithm, KeySpec, Operation
from kmsproof_server.serving import Options, running
from kmsproof_testing import machine
from kmsproof_testing.aliyun import access_key_of
from kmsproof_testing.corpora import CHAIN_FILE
from kmsproof_vectors.live.model import Ask, AskedOperation, LiveResult
from kmsproof_vectors.model import MonteCarloTest, Result
from softhsm import SofthsmToken

OPENSSL_FAMILIES = (
    "aes-128-ecb-pkcs7",
    "aes-128-ecb-no-padding",
    "aes-256-cbc-pkcs7",
    "aes-128-cbc-no-padding",
    "rsa-2048-oaep",
    "rsa-2048-pss",
    "rsa-2048-pkcs1",
    "ec-p256-ecdsa",
    "ec-p256k-ecdsa",
)
PYTHON_FAMILIES = (
    *OPENSSL_FAMILIES,
    "aes-128-gcm",
    "aes-128-gcm-tag-lengths",
    "ec-p256-ecies-ek-mk",
    "ec-p256-ecies-mk-ek",
)
PIN = "9876-pin-of-a-user"
SECRET = "the-secret-of-an-access-key"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(None)


def chosen(corpus: Corpus, family: str) -> Iterator[Found]:
    """Yield the first test of each operation and result in a file."""
    file = corpus.file(family)
    seen: set[tuple[type, Result, bool]] = set()
    for group in file.groups:
        for test in group.tests:
            digest = getattr(test, "message_type", "RAW") != "RAW"
            kind = (type(test), test.result, digest)
            found = Found(file, group, test)
            if kind not in seen and call_of(found) is not None:
                seen.add(kind)
                yield found


def call(found: Found) -> Call:
    made = call_of(found)
    assert made is not None
    return made


def assert_right(found: Found, printed: str | None) -> None:
    """What a tool printed, or nothing if it refused, is what the vector says."""
    right = call(found).right
    if right == REFUSED:
        assert printed is None, found.test.id
    elif right == VERIFIED:
        assert printed is not None, found.test.id
        assert "verified" in printed.lower(), found.test.id
    else:
        assert printed is not None, found.test.id
        assert right is None or printed == right, found.test.id


def ran_in_shell(lines: list[str], **environment: str) -> str | None:
    done = subprocess.run(
        ["sh", "-e"],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    return done.stdout.strip() if done.returncode == 0 else None


def ran_in_python(lines: list[str]) -> str | None:
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile("\n".join(lines), "snippet", "exec"), {})  # what is tested
    except Exception:  # whatever refuses
        return None
    return printed.getvalue().strip()


@pytest.mark.parametrize("family", OPENSSL_FAMILIES)
def test_openssl_answers_as_the_vector_says(family: str, corpus: Corpus) -> None:
    results: set[Result] = set()
    for found in chosen(corpus, family):
        lines = openssl_lines(call(found))
        if isinstance(lines, str):
            assert "IV" in lines
            continue
        assert_right(found, ran_in_shell(lines))
        results.add(found.test.result)
    assert results == set(Result)


@pytest.mark.parametrize("family", PYTHON_FAMILIES)
def test_cryptography_answers_as_the_vector_says(family: str, corpus: Corpus) -> None:
    results: set[Result] = set()
    for found in chosen(corpus, family):
        lines = python_lines(call(found))
        if isinstance(lines, str):
            assert "IV" in lines
            continue
        assert_right(found, ran_in_python(lines))
        results.add(found.test.result)
    assert results == set(Result)


def test_what_a_tool_cannot_do_is_said(corpus: Corpus) -> None:
    file = corpus.file("aes-128-gcm-iv-lengths")
    short = next(
        Found(file, group, test)
        for group in file.groups
        for test in group.tests
        if len(getattr(test, "iv", None) or b"") == 1
    )
    told = list(equivalents_of_vector(short, "reference"))
    assert told[:2] == [
        "with openssl: not possible, openssl has no command for GCM",
        "with the Python package cryptography: not possible, "
        "cryptography takes IVs for GCM of 8 to 128 bytes only",
    ]
    chain = next(
        Found(CHAIN_FILE, group, test)
        for group in CHAIN_FILE.groups
        for test in group.tests
        if isinstance(test, MonteCarloTest)
    )
    [told_of_chain] = equivalents_of_vector(chain, "reference")
    assert "a chain of thousands of calls" in told_of_chain


@pytest.mark.parametrize(
    ("target", "first"),
    [
        ("reference", "with openssl:"),
        ("cryptography", "with the Python package cryptography:"),
        (f"pkcs11:token=t?module-path=/lib/m.so&pin-value={PIN}", "with pkcs11-tool:"),
        (f"aliyun:region=x,access-key-secret={SECRET}", "with openssl:"),
    ],
)
def test_the_targets_own_tool_comes_first_and_no_secret(
    target: str, first: str, corpus: Corpus
) -> None:
    for found in chosen(corpus, "aes-128-cbc-no-padding"):
        told = list(equivalents_of_vector(found, target))
        if found.test.result is Result.VALID:
            assert told[0] == first
        assert PIN not in "\n".join(told)
        assert SECRET not in "\n".join(told)
        assert all(line.isprintable() for line in told)


def test_a_name_of_a_target_cannot_break_out_of_a_command(corpus: Corpus) -> None:
    [found, *_] = chosen(corpus, "aes-128-cbc-pkcs7")
    target = "pkcs11:token=%27%3B%20touch%20x;slot-id=1?module-path=/m%1B%5B2J.so&pin-value=1"
    lines = pkcs11_tool_lines(call(found), target)
    assert isinstance(lines, list)
    assert any("""--token-label ''"'"'; touch x'""" in line for line in lines)
    assert all(line.isprintable() for line in equivalents_of_vector(found, target))


@pytest.mark.parametrize(
    "family", ["aes-128-cbc-pkcs7", "rsa-2048-pss", "rsa-2048-pkcs1", "ec-p256-ecdsa"]
)
def test_pkcs11_tool_answers_as_the_vector_says(
    family: str, corpus: Corpus, softhsm_token: SofthsmToken
) -> None:
    assert machine.pkcs11_tool().is_file()
    asked = 0
    pin = softhsm_token.pin_file.read_text().strip()
    for found in chosen(corpus, family):
        lines = pkcs11_tool_lines(call(found), softhsm_token.uri)
        if isinstance(lines, list) and call(found).right not in (REFUSED, None):
            printed = ran_in_shell(lines, KMSPROOF_PKCS11_PIN=pin)
            assert printed is not None, found.test.id
            assert str(call(found).right) in printed or "valid" in printed, found.test.id
            asked += 1
    assert asked > 0


def test_the_sdk_repeats_a_live_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(Options(port=0)) as server:
        access_key = access_key_of(server)
        target = (
            f"aliyun:endpoint={server.endpoint},access-key-id={access_key.id},"
            f"access-key-secret={access_key.secret}"
        )
        live = load_live_corpus()
        file = next(
            live.file(each) for each in live.manifest.files if each.family == "live-rsa-2048-oaep"
        )
        vector = next(
            test.id
            for test in file.tests
            if test.result is LiveResult.VALID
            and isinstance(test.steps[-1], Ask)
            and test.steps[-1].operation is AskedOperation.DECRYPT
            and not test.requires
        )
        told: list[str] = []
        code = replay(vector, target, live, deadline_ms=5_000, isolate=False, tell=told.append)
        assert code is ExitCode.CONFORMANT
        text = "\n".join(told)
        assert access_key.secret not in text
        start = told.index("with the Python package alibabacloud-kms20160120:") + 1
        lines = [line[4:] for line in told[start:] if line.startswith("    ")]
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", access_key.id)
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", access_key.secret)
        assert "Credentials" not in text, "no search for an AccessKey elsewhere"
        assert ran_in_python(lines)


def test_what_the_shared_api_has_not_is_said() -> None:
    made = Call(Operation.ENCRYPT, KeySpec.AES_256, Algorithm.CBC, b"")
    assert "no CBC" in str(aliyun_lines(made, "aliyun:", "key"))
