"""Fixtures for the server: it runs in a thread, on a port that is free, with keys in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from kmsproof_server.serving import Options, Server, running
from kmsproof_testing.aliyun import Caller

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
