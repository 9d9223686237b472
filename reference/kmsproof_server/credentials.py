"""Who may call the server: AccessKeys, and the test credentials that come with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class AccessKey:
    """An AccessKey pair and what it is good for."""

    id: str
    secret: str = field(repr=False)
    enabled: bool = True
    """A disabled one is answered with Forbidden.AccessKey."""
    permitted: bool = True
    """One without permission is answered with Forbidden.NoPermission."""


Credentials = Mapping[str, AccessKey]
"""AccessKeys by their ids."""

TEST_SECRET = "kmsproof-test-secret-never-use-in-production"
"""The secret of the test credentials. It is public, and says so."""


def credentials_for_tests(secret: str = TEST_SECRET) -> Credentials:
    """Return an AccessKey for tests, and two that are refused, to try how a program takes that."""
    keys = (
        AccessKey("kmsproof-test-id", secret),
        AccessKey("kmsproof-test-disabled-id", secret, enabled=False),
        AccessKey("kmsproof-test-unpermitted-id", secret, permitted=False),
    )
    return MappingProxyType({key.id: key for key in keys})
