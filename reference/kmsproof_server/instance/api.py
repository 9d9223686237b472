"""From a request of the instance API to its reply, whatever the request is."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass

from kmsproof_reference.kms.errors import (
    InternalFailure,
    KmsError,
    NoPermission,
    ServiceUnavailableTemporary,
    UnsupportedHttpMethod,
)
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.kms.store import StoreError
from kmsproof_server.instance.authentication import Authentication
from kmsproof_server.instance.call import Answer, Call
from kmsproof_server.instance.errors import (
    InvalidApiName,
    InvalidApiVersion,
    InvalidParam,
    error_message,
)
from kmsproof_server.instance.operations import OPERATIONS
from kmsproof_server.instance.protobuf import encode
from kmsproof_server.shared.http_request import HttpRequest

VERSION = "dkms-gcs-0.2"
"""The version of the API."""

NAME_HEADER = "x-kms-apiname"
VERSION_HEADER = "x-kms-apiversion"

KEY_VERSION_HEADER = "x-kms-migrationkeyversionid"
"""Names the key version: in a reply the one that was used, in a request the one to use."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    """A reply, ready to be sent."""

    http_status: int
    body: bytes
    version_id: str | None = None
    """The key version that was used."""


class InstanceApi:
    """Answers requests; for several threads at once."""

    def __init__(self, service: KeyManagementService, authentication: Authentication) -> None:
        """Take the service behind the API, and who may ask it."""
        self._service, self._authentication = service, authentication

    def answer(self, request: HttpRequest) -> Reply:
        """Return the reply; what is wrong with a request is in it."""
        request_id = str(uuid.uuid4())
        try:
            answer = self._answer(request, request_id)
            return Reply(200, encode(answer.message), answer.version_id)
        except KmsError as error:
            return failure(error, request_id)
        except StoreError:
            _logger.exception("the key store failed; the id of the request is %s", request_id)
            return failure(ServiceUnavailableTemporary(), request_id)
        except Exception:
            _logger.exception("a request failed inside the server; its id is %s", request_id)
            return failure(InternalFailure(), request_id)

    def _answer(self, request: HttpRequest, request_id: str) -> Answer:
        if request.method != "POST":
            raise UnsupportedHttpMethod
        if request.path != "/" or request.query:
            raise InvalidParam("URL")  # nothing of it is signed, so nothing may depend on it
        client_key = self._authentication.authenticate(request)
        version, name = (request.headers.get(name, "") for name in (VERSION_HEADER, NAME_HEADER))
        if version != VERSION:
            raise InvalidApiVersion(version)
        if name not in OPERATIONS:
            raise InvalidApiName(name)
        if not client_key.permitted:
            raise NoPermission
        named = request.headers.get(KEY_VERSION_HEADER) or None
        return OPERATIONS[name](Call(self._service, request_id, named), request.body)


def failure(error: KmsError, request_id: str) -> Reply:
    """Return the reply to a request that was refused."""
    return Reply(error.http_status, encode(error_message(error, request_id)))
