"""Whether a request of the instance API comes from whom it says, and now.

Source:    Alibaba Cloud KMS, "Common request headers" of the instance API; the string to sign as
           the SDK ``alibabacloud-dkms-gcs`` makes it.

There is no nonce, and the signature of a request is the same whenever it is signed again within a
second: a request that is sent twice within 15 minutes is performed twice.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from kmsproof_reference.kms.errors import MissingParameter
from kmsproof_server.instance.client_keys import ClientKey, ClientKeys
from kmsproof_server.instance.errors import (
    InvalidParam,
    RequestTimeTooSkewed,
    SignatureNotMatch,
    Unauthorized,
)
from kmsproof_server.shared.authentication import CLOCK_SKEW, Clock
from kmsproof_server.shared.http_request import HttpRequest

SIGNATURE_METHOD = "RSA_PKCS1_SHA_256"

KEY_ID_HEADER = "x-kms-acccesskeyid"
"""The header that names the client key. The protocol spells it with three times ``c``."""

METHOD_HEADER = "x-kms-signaturemethod"

_KMS_PREFIX = "x-kms-"
_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")
_AUTHORIZATION = re.compile(r"(?:Bearer|TOKEN) ([A-Za-z0-9+/=]+)")
"""The SDK sends the first word, the documents have the second."""


class Authentication:
    """Verifies who signed requests."""

    def __init__(self, client_keys: ClientKeys, clock: Clock) -> None:
        """Take who is known here, and what gives the time."""
        self._client_keys, self._clock = client_keys, clock

    def authenticate(self, request: HttpRequest) -> ClientKey:
        """Return the client key that signed a request.

        Raises `InvalidParam`, `MissingParameter`, `RequestTimeTooSkewed`, `Unauthorized` or
        `SignatureNotMatch`.
        """
        headers = request.headers
        if abs(_date(headers.get("date", "")) - self._clock()) > CLOCK_SKEW:
            raise RequestTimeTooSkewed
        if headers.get(METHOD_HEADER) != SIGNATURE_METHOD:
            raise InvalidParam(METHOD_HEADER)
        key_id = headers.get(KEY_ID_HEADER)
        if not key_id:
            raise MissingParameter(KEY_ID_HEADER)
        client_key = self._client_keys.get(key_id)
        if client_key is None:
            raise Unauthorized
        digest = hashlib.sha256(request.body).hexdigest()
        if headers.get("content-sha256", "").lower() != digest:
            raise InvalidParam("Content-SHA256")
        _check_signature(request, client_key)
        return client_key


def string_to_sign(request: HttpRequest) -> bytes:
    """Return what the signature of a request is over."""
    headers = request.headers
    first = (
        request.method,
        *(headers.get(name, "") for name in ("content-sha256", "content-type", "date")),
    )
    lines = [*first, *(f"{name}:{headers[name]}" for name in sorted(headers) if _is_signed(name))]
    return ("".join(f"{line}\n" for line in lines) + "/").encode("latin-1")


def _is_signed(name: str) -> bool:
    return name.startswith(_KMS_PREFIX)


def _date(text: str) -> datetime:
    """Read the time of a request (RFC 9110 §5.6.7). Raises `InvalidParam`."""
    if not _DATE.fullmatch(text):
        raise InvalidParam("Date")
    try:
        return parsedate_to_datetime(text).replace(tzinfo=UTC)
    except ValueError:
        raise InvalidParam("Date") from None


def _check_signature(request: HttpRequest, client_key: ClientKey) -> None:
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise InvalidParam("Authorization")
    try:
        signature = base64.b64decode(found[1], validate=True)
        client_key.public_key.verify(signature, string_to_sign(request), PKCS1v15(), SHA256())
    except binascii.Error:
        raise InvalidParam("Authorization") from None
    except InvalidSignature:
        raise SignatureNotMatch from None
