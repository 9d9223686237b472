"""The instance API as a web application."""

from __future__ import annotations

import uuid

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kmsproof_reference.kms.errors import KmsError
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_server.instance.api import KEY_VERSION_HEADER, InstanceApi, Reply, failure
from kmsproof_server.instance.authentication import Authentication
from kmsproof_server.instance.client_keys import ClientKeys
from kmsproof_server.instance.errors import BODY_LIMIT, RequestTooLarge
from kmsproof_server.shared.authentication import Clock
from kmsproof_server.shared.reading import read_request

CONTENT_TYPE = "application/x-protobuf"


def instance_application(
    service: KeyManagementService, client_keys: ClientKeys, clock: Clock
) -> Starlette:
    """Make the application.

    Args:
        service: the key management service behind it.
        client_keys: who may ask.
        clock: gives the time against which requests are checked.
    """
    endpoint = InstanceEndpoint(InstanceApi(service, Authentication(client_keys, clock)))
    return Starlette(routes=[Route("/{path:path}", endpoint)])


class InstanceEndpoint:
    """The instance API as an application: reads a request and sends the reply."""

    def __init__(self, api: InstanceApi) -> None:
        """Take what answers; it is called in a thread, since cryptography takes its time."""
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            request = await read_request(Request(scope, receive), BODY_LIMIT, RequestTooLarge)
        except ClientDisconnect:
            return
        except KmsError as error:
            await _response(failure(error, str(uuid.uuid4())), close=True)(scope, receive, send)
            return
        reply = await run_in_threadpool(self._api.answer, request)
        await _response(reply)(scope, receive, send)


def _response(reply: Reply, *, close: bool = False) -> Response:
    headers = {} if reply.version_id is None else {KEY_VERSION_HEADER: reply.version_id}
    if close:  # the rest of the body is not read
        headers["connection"] = "close"
    return Response(reply.body, reply.http_status, headers, CONTENT_TYPE)
