"""From a request of the shared API to its reply, whatever the request is."""

from __future__ import annotations

import logging
import uuid

from kmsproof_reference.kms.errors import (
    InternalFailure,
    InvalidParameter,
    KmsError,
    MissingParameter,
    NoPermission,
    ServiceUnavailableTemporary,
    UnsupportedHttpMethod,
    UnsupportedOperation,
)
from kmsproof_reference.kms.service import KeyManagementService
from kmsproof_reference.kms.store import StoreError
from kmsproof_server.errors import DryRunAccessDenied, DryRunOperation, DryRunValidation
from kmsproof_server.shared.authentication import Authentication
from kmsproof_server.shared.call import VERSION, Call, Operation
from kmsproof_server.shared.http_request import HttpRequest
from kmsproof_server.shared.operations.table import OPERATIONS
from kmsproof_server.shared.parameters import Parameters
from kmsproof_server.shared.replies import Fields, Format, Reply, failure, result

METHODS = frozenset({"GET", "POST"})

_logger = logging.getLogger(__name__)


class SharedApi:
    """Answers requests; for several threads at once."""

    def __init__(self, service: KeyManagementService, authentication: Authentication) -> None:
        """Take the service behind the API, and who may ask it."""
        self._service, self._authentication = service, authentication

    def answer(self, request: HttpRequest) -> Reply:
        """Return the reply; what is wrong with a request is in it."""
        request_id = str(uuid.uuid4())
        form = Format.JSON
        operation: Operation | None = None
        try:
            parameters = Parameters(request.parameters)
            form = _format(parameters)
            permitted, action, version = self._caller(request)
            operation = _find_operation(action, version)
            _check_permission(permitted, operation, parameters)
            fields = _performed(operation, Call(self._service, parameters))
            return result(operation.name, fields, form, request_id)
        except KmsError as error:
            return failure(error, _code(error, operation), form, request_id)
        except StoreError:
            _logger.exception("the key store failed; the id of the request is %s", request_id)
            unavailable = ServiceUnavailableTemporary()
            return failure(unavailable, unavailable.code, form, request_id)
        except Exception:
            _logger.exception("a request failed inside the server; its id is %s", request_id)
            return failure(InternalFailure(), InternalFailure.code, form, request_id)

    def _caller(self, request: HttpRequest) -> tuple[bool, str | None, str | None]:
        """Return whether the caller has permission, and the operation and version it asks for."""
        if request.method not in METHODS:
            raise UnsupportedHttpMethod
        access_key, signed = self._authentication.authenticate(request)
        return access_key.permitted, signed.action, signed.version


def _format(parameters: Parameters) -> Format:
    text = parameters.optional_text("Format") or Format.JSON
    try:
        return Format(text.upper())
    except ValueError:
        raise InvalidParameter("Format") from None


def _find_operation(action: str | None, version: str | None) -> Operation:
    if not version:
        raise MissingParameter("Version")
    if version != VERSION:
        raise InvalidParameter("Version", f"the version of the API is {VERSION}")
    if not action:
        raise MissingParameter("Action")
    if action not in OPERATIONS:
        raise InvalidParameter("Action", "no such operation is offered here")
    return OPERATIONS[action]


def _check_permission(permitted: bool, operation: Operation, parameters: Parameters) -> None:
    if not permitted:
        raise DryRunAccessDenied if _is_dry_run(operation, parameters) else NoPermission


def _is_dry_run(operation: Operation, parameters: Parameters) -> bool:
    return operation.dry_run and bool(parameters.optional_truth("DryRun"))


def _performed(operation: Operation, call: Call) -> Fields:
    if not _is_dry_run(operation, call.parameters):
        return _result(operation, call)
    try:
        _result(operation, call)
    except KmsError as error:
        raise DryRunValidation(str(error)) from error
    raise DryRunOperation


def _result(operation: Operation, call: Call) -> Fields:
    for name in operation.not_offered:
        if call.parameters.optional_text(name) is not None:
            raise UnsupportedOperation(f"the parameter {name} is not offered here; leave it out")
    return operation.perform(call)


def _code(error: KmsError, operation: Operation | None) -> str:
    if operation is not None and isinstance(error, UnsupportedOperation):
        return operation.unsupported.code
    return error.code
