"""Fixtures for the adapters: each of the four targets, opened as the command line opens it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kmsproof.target import Adapter
from kmsproof_adapters import pkcs11, pyca, pycryptodome, reference
from kmsproof_testing.asking import Asker
from kmsproof_testing.kms import Kms
from nss import NssToken
from softhsm import SofthsmToken

ADAPTERS = {
    adapter.name: adapter
    for adapter in (reference.ADAPTER, pyca.ADAPTER, pycryptodome.ADAPTER, pkcs11.ADAPTER)
}


@pytest.fixture
def kms() -> Kms:
    """The service behind the target ``reference-kms``, with keys at hand."""
    return Kms()


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


@pytest.fixture(scope="module")
def open_askers() -> Iterator[dict[tuple[str, str], Asker]]:
    """The targets that a test of the module has opened; they are closed at the module's end."""
    askers: dict[tuple[str, str], Asker] = {}
    yield askers
    close_all(askers)


def close_all(askers: dict[tuple[str, str], Asker]) -> None:
    """Close targets, and forget them."""
    while askers:
        askers.popitem()[1].close()


@pytest.fixture
def asker(adapter: Adapter, argument: str, open_askers: dict[tuple[str, str], Asker]) -> Asker:
    """An open target, which other tests use as well: to open a token takes longer than to ask."""
    if (adapter.name, argument) not in open_askers:
        open_askers[adapter.name, argument] = Asker(adapter.open(argument))
    return open_askers[adapter.name, argument]


@pytest.fixture
def nothing_open(open_askers: dict[tuple[str, str], Asker]) -> None:
    """Close what other tests have opened: who logs out of a token does it for the whole process."""
    close_all(open_askers)
