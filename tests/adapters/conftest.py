"""Fixtures for the adapters: each of the four targets, opened as the command line opens it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kmsproof.target import Adapter
from kmsproof_adapters import pkcs11, pyca, pycryptodome, reference
from kmsproof_testing.asking import Asker
from nss import NssToken
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
        pytest.param("pkcs11-nss", marks=pytest.mark.nss),
    ]
)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    """Each adapter of the suite in turn."""
    return ADAPTERS[request.param.partition("-")[0]]


@pytest.fixture
def argument(adapter: Adapter, request: pytest.FixtureRequest) -> str:
    """What follows the adapter's name on the command line."""
    if adapter.name != "pkcs11":
        return ""
    fixture = "nss_token" if request.node.get_closest_marker("nss") else "softhsm_token"
    token: SofthsmToken | NssToken = request.getfixturevalue(fixture)
    return token.uri.removeprefix("pkcs11:")


@pytest.fixture
def asker(adapter: Adapter, argument: str) -> Iterator[Asker]:
    """An open target, closed when the test is over."""
    asker = Asker(adapter.open(argument))
    yield asker
    asker.close()
