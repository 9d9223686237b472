"""Ask a server of the instance API, with requests that a test can change before and after signing.

They are signed with the code of the target ``aliyun-instance``, which shares nothing with what the
server verifies with.
"""

from __future__ import annotations

import hashlib
import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import TypeVar

from kmsproof_adapters.aliyun_instance.client_key import ClientKey, read_client_key
from kmsproof_server.instance.messages import Error
from kmsproof_server.instance.protobuf import Message, decode, encode
from kmsproof_server.serving import Server, utc_now

R = TypeVar("R", bound=Message)

KEY_VERSION_HEADER = "x-kms-migrationkeyversionid"


def argument_of(server: Server) -> str:
    """How a server is named, after the name of the target ``aliyun-instance``."""
    return server.instance_target.partition(":")[2]


def client_key_of(server: Server) -> ClientKey:
    """The client key that a server has written."""
    file = server.client_key_file
    return read_client_key(file.path, file.password)


@dataclass
class InstanceRequest:
    """A request that a test spells out; what is not said has the right value."""

    name: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    """Changes that are signed."""
    unsigned: dict[str, str] = field(default_factory=dict[str, str])
    """Changes that are made after signing; an empty one takes the header away."""
    method: str = "POST"
    path: str = "/"
    time: datetime = field(default_factory=utc_now)

    def all_headers(self, client_key: ClientKey) -> dict[str, str]:
        """The headers, with the signature."""
        headers = {
            "accept": "application/x-protobuf",
            "content-type": "application/x-protobuf",
            "content-sha256": hashlib.sha256(self.body).hexdigest().upper(),
            "date": format_datetime(self.time, usegmt=True),
            "x-kms-apiversion": "dkms-gcs-0.2",
            "x-kms-apiname": self.name,
            "x-kms-signaturemethod": "RSA_PKCS1_SHA_256",
            "x-kms-acccesskeyid": client_key.id,
            **self.headers,
        }
        headers["authorization"] = client_key.authorization(headers)
        return {name: text for name, text in {**headers, **self.unsigned}.items() if text}


@dataclass(frozen=True)
class InstanceReply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def version_id(self) -> str | None:
        """The key version that the reply names."""
        return self.headers.get(KEY_VERSION_HEADER)

    @property
    def error(self) -> Error:
        """The error, whose status is the one of the reply."""
        assert self.status >= 400, self.status
        assert self.headers["content-type"] == "application/x-protobuf"
        error = decode(Error, self.body)
        assert error.status_code == self.status
        assert error.error_message
        assert error.request_id
        return error

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and code of the error."""
        return self.status, self.error.error_code

    def response(self, kind: type[R]) -> R:
        """The response; an error fails the test."""
        assert self.status == 200, decode(Error, self.body).error_code
        assert self.headers["content-type"] == "application/x-protobuf"
        return decode(kind, self.body)


def send_instance(
    server: Server, request: InstanceRequest, client_key: ClientKey | None = None
) -> InstanceReply:
    """Send a request over plain HTTP."""
    connection = http.client.HTTPConnection(server.place, timeout=30)
    try:
        headers = request.all_headers(client_key or client_key_of(server))
        connection.request(request.method, request.path, request.body, headers)
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return InstanceReply(response.status, found, response.read())
    finally:
        connection.close()


def name_of(message: Message) -> str:
    """The operation that a request is for."""
    return type(message).__name__.removesuffix("Request")


@dataclass(frozen=True)
class InstanceCaller:
    """Calls the operations of a server."""

    server: Server
    client_key: ClientKey
    clock: Callable[[], datetime] = utc_now

    @classmethod
    def of(cls, server: Server, clock: Callable[[], datetime] = utc_now) -> InstanceCaller:
        """A caller with the client key of the server."""
        return cls(server, client_key_of(server), clock)

    def reply(self, message: Message, **headers: str) -> InstanceReply:
        """What comes back for a request; further headers have underscores for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = InstanceRequest(name_of(message), encode(message), named, time=self.clock())
        return send_instance(self.server, request, self.client_key)

    def answer(self, message: Message, kind: type[R], **headers: str) -> R:
        """The response to a request; a refusal fails the test."""
        return self.reply(message, **headers).response(kind)

    def code(self, message: Message, **headers: str) -> str:
        """The code with which a request is refused; anything else fails the test."""
        return self.reply(message, **headers).error.error_code
