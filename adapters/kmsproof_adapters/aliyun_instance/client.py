"""The calls of a KMS instance: a message is signed, sent, and what comes back is read."""

from __future__ import annotations

import hashlib
import ssl
from email.utils import formatdate

import httpx2

from kmsproof.errors import UsageError
from kmsproof.outcome import Error, ErrorKind, Ok, Rejected
from kmsproof.text import printable, shortened
from kmsproof_adapters.aliyun_instance.client_key import ClientKey
from kmsproof_adapters.aliyun_instance.codes import outcome_of
from kmsproof_adapters.aliyun_instance.settings import InstanceSettings
from kmsproof_adapters.aliyun_instance.wire import Fields, UnreadableReply, decode, encode

API_VERSION = "dkms-gcs-0.2"
CONTENT_TYPE = "application/x-protobuf"

REPLY_LIMIT = 16 * 1024 * 1024
"""The most bytes of a reply that are read; none that is documented comes near it."""

_OK = 200

Answer = Ok[Fields] | Rejected | Error
"""The fields of a response, or why there is none."""


class ReplyTooLarge(Exception):
    """The reply has more bytes than any that is documented."""


class InstanceClient:
    """A client of one KMS instance."""

    def __init__(self, settings: InstanceSettings, client_key: ClientKey) -> None:
        """Make the client; nothing is sent.

        Raises:
            UsageError: if the file of the certificate authority cannot be used.
        """
        self._client_key = client_key
        self._url = f"{settings.endpoint}/"
        self._http = httpx2.Client(
            verify=_trust(settings), trust_env=not settings.is_on_this_machine
        )

    def call(self, name: str, fields: Fields, deadline_ms: int) -> Answer:
        """Call an operation by the name that the API gives it, with fields by theirs."""
        body = encode(f"{name}Request", fields)
        try:
            status, content = self._sent(self.headers(name, body), body, deadline_ms)
        except httpx2.TimeoutException as error:
            return Error(ErrorKind.TIMEOUT, _shown(error))
        except httpx2.HTTPError as error:
            return Error(ErrorKind.TRANSPORT, _shown(error))
        except ReplyTooLarge as error:
            return Error(ErrorKind.INTERNAL, _shown(error))
        return _read(status, content, f"{name}Response")

    def headers(self, name: str, body: bytes) -> dict[str, str]:
        """Return the headers of a request, with its signature."""
        headers = {
            "accept": CONTENT_TYPE,
            "content-type": CONTENT_TYPE,
            "content-sha256": hashlib.sha256(body).hexdigest().upper(),
            "date": formatdate(usegmt=True),
            "x-kms-apiversion": API_VERSION,
            "x-kms-apiname": name,
            "x-kms-signaturemethod": "RSA_PKCS1_SHA_256",
            "x-kms-acccesskeyid": self._client_key.id,  # the protocol spells it like this
        }
        return {**headers, "authorization": self._client_key.authorization(headers)}

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _sent(self, headers: dict[str, str], body: bytes, deadline_ms: int) -> tuple[int, bytes]:
        content = bytearray()
        with self._http.stream(
            "POST", self._url, content=body, headers=headers, timeout=deadline_ms / 1000
        ) as response:
            for piece in response.iter_bytes():
                content += piece
                if len(content) > REPLY_LIMIT:
                    raise ReplyTooLarge(f"a reply of more than {REPLY_LIMIT} bytes")
        return response.status_code, bytes(content)


def _trust(settings: InstanceSettings) -> ssl.SSLContext | bool:
    if settings.ca is None:
        return True
    try:
        return ssl.create_default_context(cafile=str(settings.ca))
    except (OSError, ssl.SSLError):
        raise UsageError(
            f"There is no certificate authority at {settings.ca}.", "Give the path of its PEM."
        ) from None


def _read(status: int, content: bytes, name: str) -> Answer:
    try:
        if status == _OK:
            return Ok(decode(name, content))
        refusal = decode("Error", content)
    except UnreadableReply as error:
        return Error(ErrorKind.INTERNAL, f"HTTP {status}: {_shown(error)}")
    return outcome_of(status, refusal["ErrorCode"], refusal["ErrorMessage"])


def _shown(error: Exception) -> str:
    return shortened(printable(str(error) or type(error).__name__))
