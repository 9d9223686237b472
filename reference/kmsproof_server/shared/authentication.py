"""Whether a request comes from whom it says, now, and for the first time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from kmsproof_reference.kms.errors import (
    AccessKeyDisabled,
    AccessKeyNotFound,
    IllegalTimestamp,
    IncompleteSignature,
    MissingParameter,
)
from kmsproof_server.credentials import AccessKey, Credentials
from kmsproof_server.shared.http_request import HttpRequest
from kmsproof_server.shared.nonces import NonceMemory
from kmsproof_server.shared.signatures import SignedRequest, read_signature

CLOCK_SKEW = timedelta(minutes=15)
"""How far the time of a request may be from ours, in either direction."""

TIMESTAMP_FORM = "%Y-%m-%dT%H:%M:%SZ"

Clock = Callable[[], datetime]
"""Gives the time, in UTC."""


class Authentication:
    """Verifies signatures, the time and the nonce of requests."""

    def __init__(self, credentials: Credentials, clock: Clock) -> None:
        """Take who is known here, and what gives the time."""
        self._credentials, self._clock = credentials, clock
        self._nonces = NonceMemory(2 * CLOCK_SKEW)

    def authenticate(self, request: HttpRequest) -> tuple[AccessKey, SignedRequest]:
        """Return who signed the request.

        Raises `IncompleteSignature` (also for a nonce that was used before), `IllegalTimestamp`,
        `MissingParameter`, `AccessKeyNotFound` or `AccessKeyDisabled`.
        """
        signed = read_signature(request)
        now = self._clock()
        _check_time(signed.timestamp, now)
        access_key = self._credentials.get(signed.access_key_id)
        if access_key is None:
            raise AccessKeyNotFound
        if not access_key.enabled:
            raise AccessKeyDisabled
        signed.check_coverage()
        if not signed.is_signed_with(access_key.secret):
            raise IncompleteSignature
        # A nonce is remembered only now: nobody else can use up those of the caller.
        if not signed.nonce:
            raise MissingParameter("SignatureNonce")
        if not self._nonces.is_new(access_key.id, signed.nonce, now):
            raise IncompleteSignature("the nonce was used before; take another for each request")
        return access_key, signed


def _check_time(timestamp: str | None, now: datetime) -> None:
    if not timestamp:
        raise IllegalTimestamp
    try:
        sent = datetime.strptime(timestamp, TIMESTAMP_FORM).replace(tzinfo=UTC)
    except ValueError:
        raise IllegalTimestamp("the time of the request is not like 2026-03-31T12:00:00Z") from None
    if abs(sent - now) > CLOCK_SKEW:
        raise IllegalTimestamp("the time of the request is more than 15 minutes off; set the clock")
