"""Fixtures for the adapters: each of the four targets, opened as the command line opens it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kmsproof.target import Adapter
from kmsproof_adapters import pkcs11, pyca, pycryptodome, reference
from kmsproof_testing.asking import Asker
from softhsm import SofthsmToken

ADAPTERS = {
    adapter.name: adapter
    for adapter in (reference.ADAPTER, pyca.ADAPTER, pycryptodome.ADAPTER, pkcs11.ADAPTER)
}


@pytest.fixture(
    params=[
        "reference",
        "cryptography",
        "pycryptodome",
        pytest.param("pkcs11", marks=pytest.mark.softhsm),
    ]
)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    """Each adapter of the suite in turn."""
    return ADAPTERS[request.param]


@pytest.fixture
def argument(adapter: Adapter, request: pytest.FixtureRequest) -> str:
    """What follows the adapter's name on the command line."""
    if adapter.name != "pkcs11":
        return ""
    token: SofthsmToken = request.getfixturevalue("softhsm_token")
    return token.uri.removeprefix("pkcs11:")


@pytest.fixture
def asker(adapter: Adapter, argument: str) -> Iterator[Asker]:
    """An open target, closed when the test is over."""
    asker = Asker(adapter.open(argument))
    yield asker
    asker.close()
