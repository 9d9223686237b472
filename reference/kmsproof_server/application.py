"""The web application: both APIs on one address, told apart by a header.

Requests of the instance API bear ``x-kms-apiname``; all others are of the shared API.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from kmsproof_reference.kms.errors import KmsError, ParseRequestParameterException
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_server.credentials import Credentials
from kmsproof_server.shared.api import SharedApi
from kmsproof_server.shared.authentication import Authentication, Clock
from kmsproof_server.shared.reading import read_request
from kmsproof_server.shared.replies import Reply, refusal

BODY_LIMIT = 1024 * 1024
"""The most bytes of a body of the shared API; its parameters are in the URL, mostly."""

INSTANCE_HEADER = b"x-kms-apiname"
"""The header that only requests of the instance API have."""


def make_application(
    service: KeyManagementService,
    credentials: Credentials,
    clock: Clock,
    instance: ASGIApp | None = None,
) -> Starlette:
    """Make the application.

    Args:
        service: the key management service behind both APIs.
        credentials: the AccessKeys of the shared API.
        clock: gives the time against which requests are checked.
        instance: the application of the instance API; without it there is the shared API alone.
    """
    shared = SharedEndpoint(SharedApi(service, Authentication(credentials, clock)))
    dispatch = shared if instance is None else Dispatch(shared, instance)
    return Starlette(routes=[Route("/{path:path}", dispatch)])


class Dispatch:
    """Hands a request to the API that it is for."""

    def __init__(self, shared: ASGIApp, instance: ASGIApp) -> None:
        """Take the applications of the two APIs."""
        self._shared, self._instance = shared, instance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over."""
        is_instance = any(name == INSTANCE_HEADER for name, _ in scope["headers"])
        await (self._instance if is_instance else self._shared)(scope, receive, send)


class SharedEndpoint:
    """The shared API as an application: reads a request and sends the reply."""

    def __init__(self, api: SharedApi) -> None:
        """Take what answers; it is called in a thread, since cryptography takes its time."""
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            request = await read_request(Request(scope, receive), BODY_LIMIT, _too_large)
        except ClientDisconnect:
            return
        except KmsError as error:
            await _response(refusal(error), close=True)(scope, receive, send)
            return
        reply = await run_in_threadpool(self._api.answer, request)
        await _response(reply)(scope, receive, send)


def _too_large() -> KmsError:
    return ParseRequestParameterException(f"a body has {BODY_LIMIT} bytes at most")


def _response(reply: Reply, *, close: bool = False) -> Response:
    headers = {"x-acs-request-id": reply.request_id}
    if close:  # the rest of the body is not read
        headers["connection"] = "close"
    return Response(reply.body, reply.http_status, headers, reply.content_type)
