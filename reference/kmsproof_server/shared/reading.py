"""Reads a request of the web stack to its end, or to where it becomes too large."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from kmsproof_reference.kms.errors import KmsError
from kmsproof_server.shared.http_request import HttpRequest


async def read_request(
    request: Request, limit: int, too_large: Callable[[], KmsError]
) -> HttpRequest:
    """Read a request. Raises what ``too_large`` makes for a body of more bytes than ``limit``."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise too_large()
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        # What is sent twice counts as one with a comma (RFC 9110 §5.3).
        headers[name] = f"{headers[name]},{value.strip()}" if name in headers else value.strip()
    path = request.scope["raw_path"].decode("ascii", "replace")
    return HttpRequest(request.method, path, request.scope["query_string"], headers, bytes(body))
