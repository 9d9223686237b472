"""The errors of the instance API, and how those of the service behind it look there.

Source:    Alibaba Cloud KMS, "Error codes" and "Common request headers" of the instance API.

The documented texts differ from those of the shared API under the same codes. They name no
parameter of an operation, so that whatever is wrong with a ciphertext looks like any other wrong
parameter.
"""

from __future__ import annotations

from kmsproof_reference.kms.errors import (
    InvalidParameter,
    KmsError,
    MissingParameter,
    ParameterError,
    UnsupportedOperation,
)
from kmsproof_reference.kms.policy import MESSAGE_LIMIT
from kmsproof_server.instance.messages import Error

BODY_LIMIT = MESSAGE_LIMIT
"""The most bytes of a body ("3 MB")."""

_SHOWN = 64
"""How many characters of what a caller sent are repeated to it."""


class InvalidParam(ParameterError):
    """A header is missing or wrong."""

    code, http_status = "InvalidParam", 400
    text = "The Param {name} is invalid."


class InvalidApiName(ParameterError):
    """There is no such operation here."""

    code, http_status = "InvalidApiName", 400
    text = 'The ApiName "{name}" is invalid.'

    def __init__(self, name: str) -> None:
        """``name`` is what was asked for."""
        super().__init__(name[:_SHOWN])


class InvalidApiVersion(InvalidApiName):
    """The version of the API is another one. The text is not documented."""

    code = "InvalidApiVersion"
    text = 'The ApiVersion "{name}" is invalid.'


class RequestTimeTooSkewed(KmsError):
    """The time of the request is more than 15 minutes off."""

    code, http_status = "RequestTimeTooSkewed", 400
    text = "Request time exceeds server time more than 15 minutes."


class SignatureNotMatch(KmsError):
    """The signature is not one of the client key over this request."""

    code, http_status = "SignatureNotMatch", 401
    text = "Signature is not matched."


class Unauthorized(KmsError):
    """No such client key. The documents have neither the status nor the text."""

    code, http_status = "Unauthorized", 401
    text = "Unauthorized."


class RequestTooLarge(KmsError):
    """The body is too large. The documents give the status and no code."""

    code, http_status = "RequestEntityTooLarge", 413
    text = f"The request body has {BODY_LIMIT} bytes at most."


def error_message(error: KmsError, request_id: str) -> Error:
    """Return the body of the reply that tells of an error."""
    return Error(
        status_code=error.http_status,
        error_code=_code(error),
        error_message=_text(error),
        request_id=request_id,
    )


def _code(error: KmsError) -> str:
    # Here the unsupported operation has one spelling of the two.
    return UnsupportedOperation.code if isinstance(error, UnsupportedOperation) else error.code


def _text(error: KmsError) -> str:
    if isinstance(error, MissingParameter):
        return f"Parameter {error.parameter} does not exist in http header or body."
    if isinstance(error, InvalidParameter):
        return "The specified parameter is not valid."
    if isinstance(error, UnsupportedOperation):
        return "Rejected.UnsupportedOperation"
    return error.message
