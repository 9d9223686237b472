"""Ask a server of the instance API with the official SDK, which has an interpreter of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kmsproof_server.serving import Server
from kmsproof_testing import machine

DRIVER = Path(__file__).parents[1] / "dkms_driver.py"

VERSION_HEADER = "x-kms-migrationkeyversionid"


@dataclass(frozen=True)
class Refused:
    """What the SDK tells of a refusal."""

    status: int
    code: str
    message: str


@dataclass(frozen=True)
class Answered:
    """What the SDK reads from a reply."""

    fields: Mapping[str, Any]
    version_id: str | None
    """The key version that a header of the reply names."""


@dataclass(frozen=True)
class DkmsSdk:
    """Calls operations by the names of the SDK's methods, with its names of the fields."""

    process: subprocess.Popen[str]

    def answer(self, operation: str, **fields: object) -> Answered:
        """What is answered; a refusal fails the test."""
        answered = self._call(operation, fields)
        assert "error" not in answered, answered
        assert answered["fields"]["request_id"]
        return Answered(answered["fields"], answered["headers"].get(VERSION_HEADER))

    def refusal(self, operation: str, **fields: object) -> Refused:
        """Why it is refused; an answer fails the test."""
        answered = self._call(operation, fields)
        error = answered.get("error")
        assert error is not None, answered
        assert error["request_id"], error
        return Refused(error["status"], error["code"], error["message"])

    def definition(self) -> dict[str, dict[str, tuple[int, str]]]:
        """Number and type of all fields of all messages of the SDK."""
        return {
            message: {name: (number, kind) for name, (number, kind) in fields.items()}
            for message, fields in self._ask({"definition": True}).items()
        }

    def _call(self, operation: str, fields: Mapping[str, object]) -> dict[str, Any]:
        sent = {name: value for name, value in fields.items() if name != "headers"}
        call = {"operation": operation, "fields": sent, "headers": fields.get("headers")}
        return self._ask(call)

    def _ask(self, call: Mapping[str, object]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(call, default=_show_octets) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answered: dict[str, Any] = json.loads(line, object_hook=_read_octets)
        return answered


@contextmanager
def dkms_sdk(server: Server, **settings: str) -> Generator[DkmsSdk]:
    """The SDK, with the client key of a server; ``settings`` are more of the SDK's."""
    file = server.client_key_file
    config = {
        "protocol": "https" if server.certificate else "http",
        "endpoint": server.place,
        "client_key_file": str(file.path),
        "password": file.password,
        **({"ca_file_path": str(server.certificate)} if server.certificate else {}),
        **settings,
    }
    command = [str(machine.dkms_interpreter()), str(DRIVER)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(config) + "\n")
        yield DkmsSdk(process)
        process.stdin.close()


def _read_octets(found: dict[str, Any]) -> Any:
    return bytes.fromhex(found["hex"]) if found.keys() == {"hex"} else found


def _show_octets(found: bytes) -> dict[str, str]:
    return {"hex": found.hex()}
