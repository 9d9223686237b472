"""Fixtures for the server: it runs in a thread, on a port that is free, with keys in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from kmsproof_server.serving import Options, Server, running
from kmsproof_testing.aliyun import Caller
from kmsproof_testing.instance import InstanceCaller

settings.register_profile("server", deadline=None)
settings.load_profile("server")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that the tests of a module share."""
    with running(Options(port=0)) as server:
        yield server


@pytest.fixture(scope="module")
def caller(server: Server) -> Caller:
    """The official SDK, with the test credentials of the server."""
    return Caller.of(server)


@pytest.fixture(scope="module")
def instance(server: Server) -> InstanceCaller:
    """A caller of the instance API, with the client key of the server."""
    return InstanceCaller.of(server)


@pytest.fixture(scope="module")
def aes(caller: Caller) -> str:
    """The ID of an AES key that the tests of a module share."""
    return caller.new_key()


@pytest.fixture(scope="module")
def hardware(caller: Caller) -> str:
    """The ID of an AES key in hardware."""
    return caller.new_key(DKMSInstanceId="kst-hardware-protected-keys")
