"""One call of an operation, and what an operation is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kmsproof_reference.kms.errors import RejectedUnsupportedOperation, UnsupportedOperation
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_server.shared.parameters import Parameters
from kmsproof_server.shared.replies import Fields

VERSION = "2016-01-20"
"""The version of the API."""


@dataclass(frozen=True)
class Call:
    """A call that may be performed."""

    service: KeyManagementService
    parameters: Parameters

    @property
    def key_id(self) -> str:
        """The parameter ``KeyId``. Raises `MissingParameter`."""
        return self.parameters.text("KeyId")


@dataclass(frozen=True)
class Operation:
    """An operation of the API."""

    name: str
    perform: Callable[[Call], Fields]
    dry_run: bool = False
    """Whether it has the parameter ``DryRun``. Such an operation changes nothing."""
    not_offered: tuple[str, ...] = ()
    """Documented parameters that are refused here, where others would be passed over."""
    unsupported: type[UnsupportedOperation] = UnsupportedOperation
    """Which of the two spellings of that error it has (its list of errors)."""


REJECTED = RejectedUnsupportedOperation


def timestamp(moment: datetime) -> str:
    """Return a time, which is in UTC, as replies have it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
