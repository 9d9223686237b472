"""What a test needs of the machine it runs on, and what happens where the machine lacks it."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

import chromium
import dkms
import java
import node
import nss
import opensc
import softhsm
from java import JavaUnavailable
from nss import NssToken, NssUnavailable
from softhsm import SofthsmToken, SofthsmUnavailable

REQUIRE_ALL = "KMSPROOF_REQUIRE_ALL"
"""Set to 1 where nothing may be left out, as in continuous integration."""


def lacks(reason: str) -> NoReturn:
    """Skip the test, or fail it where nothing may be left out; the reason says what is missing."""
    if os.environ.get(REQUIRE_ALL) == "1":
        pytest.fail(f"{reason} ({REQUIRE_ALL}=1: nothing may be left out)", pytrace=False)
    pytest.skip(reason)


@contextmanager
def softhsm_token() -> Generator[SofthsmToken]:
    """A throwaway token, with the environment of this process and its children set for it."""
    try:
        with softhsm.throwaway_token() as token, pytest.MonkeyPatch.context() as patch:
            for name, value in token.environment.items():
                patch.setenv(name, value)
            yield token
    except SofthsmUnavailable as reason:
        lacks(f"no SoftHSM: {reason}")


@contextmanager
def nss_token() -> Generator[NssToken]:
    """The token of NSS, with the environment of this process and its children set for it."""
    try:
        token = nss.token()
    except NssUnavailable as reason:
        lacks(f"no NSS: {reason}")
    nss.load_needed_libraries(token.module)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in token.environment.items():
            patch.setenv(name, value)
        yield token


def node_program(script: Path) -> list[str]:
    """The command that runs a script in Node.js."""
    found = node.find()
    if found is None:
        lacks(f"no Node.js {node.OLDEST} on PATH; Debian, as root: apt-get install {node.PACKAGE}")
    return [str(found), str(script)]


def java_program(source: Path) -> list[str]:
    """The command that runs a Java program of one file."""
    try:
        return java.program(source.stem, [source])
    except JavaUnavailable as reason:
        lacks(f"no Java: {reason}")


def bouncy_castle_program() -> list[str]:
    """The command that runs the adapter of Bouncy Castle."""
    try:
        return java.bouncy_castle()
    except JavaUnavailable as reason:
        lacks(f"no Bouncy Castle: {reason}")


def pkcs11_tool() -> Path:
    """The pkcs11-tool of OpenSC."""
    path = opensc.find()
    if path is None:
        lacks(f"no pkcs11-tool on PATH; Debian, as root: apt-get install {opensc.PACKAGE}")
    return path


def chromium_executable() -> Path:
    """A Chromium or Chrome that starts; a test that asks for it is left out where there is none."""
    path = chromium.find()
    if path is None:
        lacks("no Chromium or Chrome on PATH starts; Debian, as root: apt-get install chromium")
    return path


def dkms_interpreter() -> Path:
    """The interpreter that has the official SDK of the instance API."""
    path = dkms.find()
    if path is None:
        lacks("no SDK of the instance API; `make test` installs it into .venv-dkms")
    return path
