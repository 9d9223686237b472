"""The calls of the official SDK, by the names of the operations; everything untyped ends here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from kmsproof.errors import UsageError
from kmsproof.outcome import Error, ErrorKind, Ok, Rejected
from kmsproof.text import printable, shortened
from kmsproof_adapters.aliyun.codes import outcome_of
from kmsproof_adapters.aliyun.settings import Settings

# The SDK has no types: what is loaded like this is Any for a type checker, and so said once.
_CLIENT: Any = import_module("alibabacloud_kms20160120.client")
_MODELS: Any = import_module("alibabacloud_kms20160120.models")
_CONFIG: Any = import_module("alibabacloud_tea_openapi.utils_models")
_EXCEPTIONS: Any = import_module("alibabacloud_tea_openapi.exceptions")
_CREDENTIALS: Any = import_module("alibabacloud_credentials.client")
_CREDENTIAL_EXCEPTIONS: Any = import_module("alibabacloud_credentials.exceptions")
_RUNTIME: Any = import_module("darabonba.runtime")
_BASE_EXCEPTIONS: Any = import_module("darabonba.exceptions")
_REQUESTS: Any = import_module("requests.exceptions")

Answer = Ok[Mapping[str, Any]] | Rejected | Error
"""The fields of a reply, or why there is none."""


class Sdk:
    """A client of the SDK, for one service."""

    def __init__(self, settings: Settings) -> None:
        """Make the client; nothing is sent.

        Raises:
            UsageError: if the file of the certificate authority is not there.
        """
        if settings.ca is not None and not settings.ca.is_file():
            raise UsageError(
                f"There is no certificate authority at {settings.ca}.", "Give the path of its PEM."
            )
        config: dict[str, object] = {
            "protocol": settings.protocol,
            "endpoint": settings.endpoint,
            "region_id": settings.region,
            "ca": None if settings.ca is None else str(settings.ca),
        }
        if settings.access_key_id is None:
            config["credential"] = _CREDENTIALS.Client()
        else:
            config["access_key_id"] = settings.access_key_id
            config["access_key_secret"] = settings.access_key_secret
            config["security_token"] = settings.security_token
        self._client = _CLIENT.Client(_CONFIG.Config(**config))

    def call(self, operation: str, parameters: Mapping[str, object], deadline_ms: int) -> Answer:
        """Call an operation by the name that the API gives it, with parameters by theirs."""
        request = getattr(_MODELS, f"{operation}Request")().from_map(dict(parameters))
        method = getattr(self._client, f"{_in_snake_case(operation)}_with_options")
        limits = _RUNTIME.RuntimeOptions(read_timeout=deadline_ms, connect_timeout=deadline_ms)
        try:
            response = method(request, limits)
        except _EXCEPTIONS.AlibabaCloudException as error:
            return _refusal(error)
        except _BASE_EXCEPTIONS.UnretryableException as error:
            return _failure(error)
        except _CREDENTIAL_EXCEPTIONS.CredentialException as error:
            return Error(ErrorKind.AUTH, _shown(error))
        fields: Mapping[str, Any] = response.body.to_map()
        return Ok(fields)


def _in_snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _refusal(error: Any) -> Rejected | Error:
    """Read what the service answered with a status that is not one of success."""
    data: dict[str, object] = error.data or {}
    message = data.get("Message") or error.message
    return outcome_of(int(error.status_code), str(error.code), str(message))


def _failure(error: Any) -> Error:
    """Read why there was no answer, or none that the SDK understood."""
    cause: Exception = error.inner_exception
    if isinstance(cause, _CREDENTIAL_EXCEPTIONS.CredentialException):
        return Error(ErrorKind.AUTH, _shown(cause))
    if isinstance(cause, _BASE_EXCEPTIONS.RetryError):
        late = isinstance(cause.__context__, _REQUESTS.Timeout)
        return Error(ErrorKind.TIMEOUT if late else ErrorKind.TRANSPORT, _shown(cause))
    return Error(ErrorKind.INTERNAL, f"{type(cause).__name__}: {_shown(cause)}")


def _shown(error: Exception) -> str:
    return shortened(printable(str(error)))
