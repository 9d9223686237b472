"""Ask a server of the shared API: with the official SDK, and with requests signed by hand.

What is signed by hand is written from the documents alone and shares nothing with the server.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from kmsproof.outcome import Error, Ok, Rejected
from kmsproof_adapters.aliyun.sdk import Sdk
from kmsproof_adapters.aliyun.settings import Settings
from kmsproof_server.credentials import AccessKey
from kmsproof_server.serving import Server

VERSION = "2016-01-20"


def access_key_of(server: Server) -> AccessKey:
    """The AccessKey for tests."""
    return next(iter(server.credentials.values()))


def settings_of(server: Server, access_key: AccessKey | None = None) -> Settings:
    """What a client of a server needs."""
    access_key = access_key or access_key_of(server)
    return Settings(
        "HTTPS" if server.certificate else "HTTP",
        server.place,
        access_key_id=access_key.id,
        access_key_secret=access_key.secret,
        ca=server.certificate,
    )


@dataclass(frozen=True)
class Caller:
    """Calls operations by their names with the official SDK."""

    sdk: Sdk

    @classmethod
    def of(cls, server: Server, access_key: AccessKey | None = None) -> Caller:
        """A caller of a server."""
        return cls(Sdk(settings_of(server, access_key)))

    def answer(self, operation: str, **parameters: object) -> Any:
        """The fields of the reply; a refusal fails the test."""
        outcome = self.sdk.call(operation, parameters, 30_000)
        assert isinstance(outcome, Ok), outcome
        assert outcome.value["RequestId"]
        return outcome.value

    def refusal(self, operation: str, **parameters: object) -> str:
        """The code of the refusal; anything else fails the test."""
        outcome = self.sdk.call(operation, parameters, 30_000)
        assert isinstance(outcome, Rejected), outcome
        return outcome.native_code

    def error(self, operation: str, **parameters: object) -> Error:
        """The error; anything else fails the test."""
        outcome = self.sdk.call(operation, parameters, 30_000)
        assert isinstance(outcome, Error), outcome
        return outcome

    def new_key(self, **parameters: object) -> str:
        """The id of a new key."""
        return str(self.answer("CreateKey", **parameters)["KeyMetadata"]["KeyId"])

    def version_of(self, key_id: str) -> str:
        """The id of the newest version of a key."""
        versions = self.answer("ListKeyVersions", KeyId=key_id)["KeyVersions"]["KeyVersion"]
        return str(versions[0]["KeyVersionId"])


@dataclass
class ByHand:
    """A request that a test spells out; what is not said has the right value."""

    action: str
    parameters: dict[str, str] = field(default_factory=dict[str, str])
    headers: dict[str, str] = field(default_factory=dict[str, str])
    method: str = "POST"
    path: str = "/"
    body: bytes = b""
    time: datetime = field(default_factory=lambda: datetime.now(UTC))
    nonce: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def timestamp(self) -> str:
        """The time as requests have it."""
        return self.time.strftime("%Y-%m-%dT%H:%M:%SZ")

    def signed_in_header(self, access_key: AccessKey, host: str) -> Mapping[str, str]:
        """The headers of ACS3-HMAC-SHA256, with the signature."""
        digest = hashlib.sha256(self.body).hexdigest()
        headers = {
            "host": host,
            "x-acs-action": self.action,
            "x-acs-version": VERSION,
            "x-acs-date": self.timestamp,
            "x-acs-signature-nonce": self.nonce,
            "x-acs-content-sha256": digest,
            **self.headers,
        }
        names = ";".join(sorted(headers))
        block = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
        query = "&".join(sorted(f"{_e(k)}={_e(v)}" for k, v in self.parameters.items()))
        request = f"{self.method}\n{self.path}\n{query}\n{block}\n{names}\n{digest}"
        to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}"
        signature = hmac.new(access_key.secret.encode(), to_sign.encode(), "sha256").hexdigest()
        headers["Authorization"] = (
            f"ACS3-HMAC-SHA256 Credential={access_key.id},SignedHeaders={names},"
            f"Signature={signature}"
        )
        return headers

    def signed_in_parameters(self, access_key: AccessKey, **more: str) -> dict[str, str]:
        """The parameters of the older signature, with the signature."""
        parameters = {
            **self.parameters,
            "Action": self.action,
            "Version": VERSION,
            "Format": "JSON",
            "Timestamp": self.timestamp,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "SignatureNonce": self.nonce,
            "SignatureType": "",
            "AccessKeyId": access_key.id,
            **more,
        }
        query = "&".join(f"{_e(name)}={_e(parameters[name])}" for name in sorted(parameters))
        to_sign = f"{self.method}&%2F&{_e(query)}"
        key = f"{access_key.secret}&".encode()
        digest = hmac.new(key, to_sign.encode(), "sha1").digest()
        return {**parameters, "Signature": base64.b64encode(digest).decode()}


@dataclass(frozen=True)
class Received:
    """What came back."""

    status: int
    content_type: str
    body: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of a reply in JSON."""
        fields: dict[str, Any] = json.loads(self.body)
        return fields

    @property
    def code(self) -> str:
        """The code of an error, whose status is repeated in its body."""
        assert self.fields["HttpStatus"] == self.status
        assert self.fields["RequestId"]
        assert self.fields["Message"]
        return str(self.fields["Code"])


def query_of(parameters: Mapping[str, str]) -> str:
    """Parameters as a query."""
    return "&".join(f"{_e(name)}={_e(value)}" for name, value in parameters.items())


def send(
    place: str,
    method: str,
    target: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Received:
    """Send a request as it is spelled out, and receive the reply."""
    connection = http.client.HTTPConnection(place, timeout=30)
    try:
        connection.request(method, target, body, dict(headers or {}))
        response = connection.getresponse()
        return Received(response.status, response.headers.get("content-type", ""), response.read())
    finally:
        connection.close()


def send_signed(server: Server, request: ByHand, access_key: AccessKey | None = None) -> Received:
    """Send a request that is signed in the header."""
    headers = request.signed_in_header(access_key or access_key_of(server), server.place)
    query = query_of(request.parameters)
    target = f"{request.path}?{query}" if query else request.path
    return send(server.place, request.method, target, headers, request.body)


def _e(text: str) -> str:
    return quote(text, safe="-_.~")
