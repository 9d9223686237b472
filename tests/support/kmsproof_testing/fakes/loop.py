"""The program without a fault: requests in, answers out; the faults override one step of it."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Sequence

from kmsproof_testing.fakes.service import JsonObject, Service

MARKED_OPERATIONS = ("encrypt", "decrypt", "sign", "verify")
CHUNK = 1 << 16


class Program:
    """The program without a fault."""

    def __init__(self, service: Service, marks: Sequence[str], state: str | None) -> None:
        self.service = service
        self.marks = marks
        self.state = state

    def run(self) -> None:
        """Serve until ``close`` or the end of the input."""
        self.begin()
        rest = b""
        while not self.service.closed and (chunk := os.read(0, CHUNK)):
            *lines, rest = (rest + chunk).split(b"\n")
            self.take_batch(lines)

    def begin(self) -> None:
        """Do something before the first request is read."""

    def take_batch(self, lines: Sequence[bytes]) -> None:
        """Answer the requests that arrived together."""
        for line in lines:
            self.take(json.loads(line), line.decode())

    def take(self, request: JsonObject, line: str) -> None:
        """Answer a request."""
        if self.is_marked(request, line):
            self.misbehave(request)
        else:
            self.reply(request, self.service.answer(request))

    def is_marked(self, request: JsonObject, line: str) -> bool:
        """Whether a request sets the fault off."""
        if self.marks:
            return any(mark in line for mark in self.marks)
        return request["op"] in MARKED_OPERATIONS

    def misbehave(self, request: JsonObject) -> None:
        """Answer a request that sets the fault off."""
        self.reply(request, self.service.answer(request))

    def reply(self, request: JsonObject, body: JsonObject) -> None:
        """Send an answer."""
        self.send({"id": request["id"], **body})

    def send(self, message: object) -> None:
        """Send a message."""
        self.write(json.dumps(message).encode() + b"\n")

    def write(self, data: bytes) -> None:
        """Send bytes."""
        while data:
            data = data[os.write(1, data) :]

    def starts(self) -> int:
        """Count the starts of this program."""
        assert self.state is not None
        with open(self.state, "a+b") as file:
            file.write(b".")
            return file.tell()


def sleep_for_ever() -> None:
    """Do nothing until killed."""
    while True:
        time.sleep(60)


def die() -> None:
    """End as after a wild pointer."""
    os.kill(os.getpid(), signal.SIGSEGV)
