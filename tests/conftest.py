"""Fixtures for all test folders: the machine's SoftHSM and NSS tokens and its Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kmsproof_testing import machine
from nss import NssToken
from softhsm import SofthsmToken


@pytest.fixture(scope="session")
def softhsm_token() -> Iterator[SofthsmToken]:
    """One SoftHSM token for the whole session; ``softhsm_token.uri`` names it to kmsproof."""
    with machine.softhsm_token() as token:
        yield token


@pytest.fixture(scope="session")
def nss_token() -> Iterator[NssToken]:
    """The token of NSS; ``nss_token.uri`` names it to kmsproof."""
    with machine.nss_token() as token:
        yield token


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The executable of a Chromium that runs headless."""
    return machine.chromium_executable()
