"""What the target ``aliyun-instance`` makes of refusals, failures, and replies that are none."""

from __future__ import annotations

import dataclasses
import http.server
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kmsproof.messages import (
    Encrypt,
    GetPublicKey,
)
from kmsproof.outcome import (
    Error,
    ErrorKind,
    Ok,
    Rejected,
)
from kmsproof.vocabulary import (
    Algorithm,
    HexBytes,
    RejectionClass,
)
from kmsproof_adapters.aliyun_instance import ADAPTER, wire
from kmsproof_adapters.aliyun_instance.client import InstanceClient
from kmsproof_adapters.aliyun_instance.client_key import ClientKey
from kmsproof_adapters.aliyun_instance.settings import parse_settings
from kmsproof_adapters.aliyun_instance.wire import MESSAGES
from kmsproof_server.instance.client_keys import new_private_key
from kmsproof_server.instance.messages import OPERATION_MESSAGES, EncryptResponse
from kmsproof_server.instance.messages import Error as ErrorMessage
from kmsproof_server.instance.protobuf import decode, encode, field_numbers
from kmsproof_server.serving import Options, Server, running
from kmsproof_testing.asking import Asker, Mode
from kmsproof_testing.instance import argument_of

PLAINTEXT = HexBytes(b"a plaintext")


def test_over_tls(tmp_path: Path) -> None:
    with running(Options(port=0, tls_folder=tmp_path)) as server:
        asker = Asker(ADAPTER.open(argument_of(server)))
        key = server.service.create_key().key_id
        assert isinstance(asker.encrypt(key, Mode(Algorithm.GCM), PLAINTEXT), Ok)
        assert isinstance(asker.close(), Ok)  # the server waits for connections that are open
        argument = argument_of(server) + f",instance-ca={server.client_key_file.path}"
        with pytest.raises(Exception, match="certificate authority"):
            ADAPTER.open(argument)


def client(server: Server, client_key: ClientKey | None = None, place: str = "") -> InstanceClient:
    """A client, with another key or for another place than the right one."""
    settings = parse_settings(
        argument_of(server) + (f",instance-endpoint=http://{place}" if place else "")
    )
    return InstanceClient(settings, client_key or ClientKey("KAAP.nobody", new_private_key()))


def asked(client: InstanceClient, deadline_ms: int = 10_000) -> object:
    return client.call("GetPublicKey", {"KeyId": "k"}, deadline_ms)


def error_of(client: InstanceClient, deadline_ms: int = 10_000) -> Error:
    outcome = asked(client, deadline_ms)
    assert isinstance(outcome, Error), outcome
    return outcome


def test_a_client_key_that_is_not_known(server: Server) -> None:
    error = error_of(client(server))
    assert error.kind is ErrorKind.AUTH
    assert error.message == "Unauthorized (HTTP 401): Unauthorized."


def test_an_instance_that_is_not_there_and_one_that_does_not_answer(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        place = f"127.0.0.1:{listening.getsockname()[1]}"
        assert error_of(client(server, place=place), 50).kind is ErrorKind.TIMEOUT
    assert error_of(client(server, place=place)).kind is ErrorKind.TRANSPORT


@contextmanager
def answering(status: int, body: bytes) -> Generator[str]:
    """Something that gives one answer to everything; its place."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as answering:
        thread = threading.Thread(target=answering.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"127.0.0.1:{answering.server_port}"
        answering.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "Rejected.Throttling", ErrorKind.THROTTLED),
        (503, "Rejected.Throttling", ErrorKind.THROTTLED),
        (400, "Throttling", ErrorKind.THROTTLED),
        (500, "InternalFailure", ErrorKind.INTERNAL),
        (503, "ServiceUnavailableTemporary", ErrorKind.INTERNAL),
        (500, "InvalidParameter", ErrorKind.INTERNAL),
        (401, "SignatureNotMatch", ErrorKind.AUTH),
        (400, "RequestTimeTooSkewed", ErrorKind.AUTH),
        (400, "InvalidParam", ErrorKind.AUTH),
        (400, "SomethingNew", ErrorKind.INTERNAL),
        (204, "", ErrorKind.INTERNAL),
        (302, "", ErrorKind.INTERNAL),
    ],
)
def test_errors(server: Server, status: int, code: str, kind: ErrorKind) -> None:
    body = encode(ErrorMessage(status_code=status, error_code=code, error_message="\x1b[31m"))
    with answering(status, body if status != 204 else b"") as place:
        error = error_of(client(server, place=place))
    assert error.kind is kind
    assert code in error.message
    assert "\x1b" not in error.message


@pytest.mark.parametrize(
    ("status", "code", "rejection"),
    [
        (403, "Forbidden.NoPermission", RejectionClass.ACCESS_DENIED),
        (404, "Forbidden.KeyNotFound", RejectionClass.NOT_FOUND),
        (409, "Rejected.Disabled", RejectionClass.KEY_STATE),
        (400, "UnsupportedOperation", RejectionClass.UNSUPPORTED_ALGORITHM),
        (400, "InvalidParameter", RejectionClass.INVALID_ARGUMENT),
        (413, "", RejectionClass.INVALID_ARGUMENT),
    ],
)
def test_rejections(server: Server, status: int, code: str, rejection: RejectionClass) -> None:
    body = encode(ErrorMessage(status_code=status, error_code=code))
    with answering(status, body) as place:
        outcome = asked(client(server, place=place))
    assert isinstance(outcome, Rejected)
    assert outcome.rejection is rejection
    assert outcome.native_code == (code or "HTTP 413")


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("body", [b"\xff", b'{"Code":"x"}', b"<html>"])
def test_replies_that_are_no_messages(server: Server, status: int, body: bytes) -> None:
    with answering(status, body) as place:
        error = error_of(client(server, place=place))
    assert error.kind is ErrorKind.INTERNAL
    assert f"HTTP {status}" in error.message


def test_a_reply_that_is_far_too_large(server: Server) -> None:
    with answering(200, bytes(17 * 1024 * 1024)) as place:
        assert error_of(client(server, place=place)).kind is ErrorKind.INTERNAL


def test_a_ciphertext_that_has_no_tag(server: Server) -> None:
    body = encode(EncryptResponse(key_id="k", ciphertext_blob=bytes(15), iv=bytes(12)))
    with answering(200, body) as place:
        target = ADAPTER.open(argument_of(server) + f",instance-endpoint=http://{place}")
        outcome = target.encrypt(Encrypt(key="k", algorithm=Algorithm.GCM, plaintext=PLAINTEXT))
        assert isinstance(outcome, Error)
        assert outcome.kind is ErrorKind.INTERNAL
        public = target.get_public_key(GetPublicKey(key="k"))
        assert isinstance(public, Error)


CONTENTS: dict[type[object], object] = {str: "é", bytes: b"\xff", int: 7, bool: True}


def test_the_table_of_messages_says_what_the_server_says() -> None:
    kinds = {kind.__name__: kind for kind in (*OPERATION_MESSAGES, ErrorMessage)}
    for name, fields in MESSAGES.items():
        numbers = {field: number for number, field in enumerate(fields, 1)}
        assert numbers == field_numbers(kinds[name])
        contents = {
            field: CONTENTS[type(each.default)]
            for field, each in zip(fields, dataclasses.fields(kinds[name]), strict=True)
        }
        assert wire.decode(name, wire.encode(name, contents)) == contents
        assert encode(decode(kinds[name], wire.encode(name, contents))) == (
            wire.encode(name, contents)
        )
