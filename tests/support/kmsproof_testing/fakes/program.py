"""A program that speaks the adapter protocol with one named fault.

    program.py FAULT [--on TEXT]... [--state FILE]

``FAULT`` is a fault of ``service`` or of a class in this file. ``--on`` names a text in a request
that sets the fault off; without it every encryption and decryption does. ``--state`` is a file in
which the program remembers from one start to the next. Needs only the standard library and
``cryptography``, and as little of both as it can, so that it starts in some 50 ms.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Sequence

sys.path.insert(0, __file__.rpartition("/kmsproof_testing/")[0])

from kmsproof_testing.fakes.service import FAULTS, JsonObject, Service

MARKED_OPERATIONS = ("encrypt", "decrypt")
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


# Faults of the beginning and the end.


class Exit127(Program):
    """Ends as a shell does that finds no command."""

    def begin(self) -> None:
        sys.stderr.write("sh: 1: hsm-tool: not found\n")
        sys.stderr.flush()
        os._exit(127)


class HangAtStart(Program):
    """Never answers at all."""

    def begin(self) -> None:
        sleep_for_ever()


class SlowStart(Program):
    """Takes longer to start than an answer may take: conforming."""

    def begin(self) -> None:
        time.sleep(0.5)


class GarbageAtStart(Program):
    """Greets the user, with a sequence that would clear the terminal."""

    def begin(self) -> None:
        self.write(b"Welcome to \x1b[2JHSM tools!\n")


class NoDescription(Program):
    """Does not say what it is."""

    def is_marked(self, request: JsonObject, line: str) -> bool:
        return bool(request["op"] == "describe")

    def misbehave(self, request: JsonObject) -> None:
        self.reply(request, {"unsupported": {"what": "describe"}})


class DeafToClose(Program):
    """Does not end when it is told to."""

    def is_marked(self, request: JsonObject, line: str) -> bool:
        return bool(request["op"] == "close")

    def misbehave(self, request: JsonObject) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sleep_for_ever()


class TellEnd(Program):
    """Writes down how it was ended: conforming."""

    def run(self) -> None:
        super().run()
        assert self.state is not None
        with open(self.state, "a") as file:
            file.write("closed\n" if self.service.closed else "end of input\n")


class Rename(Program):
    """Calls itself something else after a restart."""

    def begin(self) -> None:
        self.service.name = f"fake number {self.starts()}"

    def misbehave(self, request: JsonObject) -> None:
        die()


# Faults of declaration.


class Description(Program):
    """Declares something odd: ``--on window=0`` and the like."""

    def begin(self) -> None:
        changes = dict(mark.split("=", 1) for mark in self.marks)
        described = self.service.description()
        for name, text in changes.items():
            if name in described or name in ("window", "notes", "adapter"):
                described[name] = json.loads(text)
            else:
                described["algorithms"][0][name] = json.loads(text)
        self.service.description = lambda: described  # type: ignore[method-assign]  # this once

    def is_marked(self, request: JsonObject, line: str) -> bool:
        return False


# Faults of the process.


class Crash(Program):
    """Ends at once, by a signal."""

    def misbehave(self, request: JsonObject) -> None:
        sys.stderr.write("hsm: assertion failed: length > 0\n")
        sys.stderr.flush()
        die()


class CrashWithGrandchild(Program):
    """Ends while a process of its own keeps standard output open."""

    def misbehave(self, request: JsonObject) -> None:
        if os.fork() == 0:
            sleep_for_ever()
        die()


class CrashOnce(Program):
    """Ends at once, but only in its first life."""

    def begin(self) -> None:
        self.first = self.starts() == 1

    def misbehave(self, request: JsonObject) -> None:
        if self.first:
            die()
        super().misbehave(request)


class CrashAtImport(Program):
    """Ends when a key comes."""

    def is_marked(self, request: JsonObject, line: str) -> bool:
        return bool(request["op"] == "import_key")

    def misbehave(self, request: JsonObject) -> None:
        die()


class CrashAtDestroy(Program):
    """Ends when a key is to go."""

    def is_marked(self, request: JsonObject, line: str) -> bool:
        return bool(request["op"] == "destroy_key")

    def misbehave(self, request: JsonObject) -> None:
        die()


class EndWhenIdle(Program):
    """Answers everything about a key, and then is gone."""

    def is_marked(self, request: JsonObject, line: str) -> bool:
        return bool(request["op"] == "destroy_key")

    def misbehave(self, request: JsonObject) -> None:
        super().misbehave(request)
        os._exit(0)


class Hang(Program):
    """Stops answering, until nobody asks any more."""

    def misbehave(self, request: JsonObject) -> None:
        while os.read(0, CHUNK):
            pass


class LoudHang(Program):
    """Stops answering, and logs that it is alive."""

    def misbehave(self, request: JsonObject) -> None:
        while True:
            os.write(2, b"still waiting for the HSM\n")


class SlowDrip(Program):
    """Sends an answer so slowly that it never ends."""

    def misbehave(self, request: JsonObject) -> None:
        while True:
            self.write(b" ")
            time.sleep(0.001)


class CloseOutput(Program):
    """Closes its standard output and lives on."""

    def misbehave(self, request: JsonObject) -> None:
        os.close(1)
        sleep_for_ever()


# Faults of the protocol.


class SwapIds(Program):
    """Gives each answer of a pair the id of the other."""

    def take_batch(self, lines: Sequence[bytes]) -> None:
        requests = [json.loads(line) for line in lines]
        bodies = [self.service.answer(request) for request in requests]
        for first in range(0, len(bodies) - 1, 2):
            bodies[first], bodies[first + 1] = bodies[first + 1], bodies[first]
        for request, body in zip(requests, bodies, strict=True):
            self.reply(request, body)


class Reverse(Program):
    """Answers what came together in the opposite order: conforming."""

    def take_batch(self, lines: Sequence[bytes]) -> None:
        super().take_batch(lines[::-1])


class Noise(Program):
    """Writes ten megabytes to standard error, before and between: conforming."""

    def begin(self) -> None:
        for _ in range(1000):
            os.write(2, b"\x1b[31mdebug\x00 " * 800 + b"\n")

    def misbehave(self, request: JsonObject) -> None:
        os.write(2, b"debug: " + os.urandom(3000) + b"\n")
        super().misbehave(request)


class Twice(Program):
    """Answers everything twice."""

    def misbehave(self, request: JsonObject) -> None:
        for _ in range(2):
            super().misbehave(request)


class UnknownId(Program):
    """Answers requests that nobody made."""

    def misbehave(self, request: JsonObject) -> None:
        super().misbehave({**request, "id": request["id"] + 1_000_000})


class LongId(Program):
    """Answers with an id of four thousand digits."""

    def misbehave(self, request: JsonObject) -> None:
        self.write(b'{"id":' + b"9" * 4000 + b',"ok":{}}\n')


class Garbage(Program):
    """Prints what a person might want to read."""

    def misbehave(self, request: JsonObject) -> None:
        self.write(b"\x1b]0;pwned\x07 decrypting \xff\xfe...\n")


class HalfLine(Program):
    """Ends in the middle of an answer."""

    def misbehave(self, request: JsonObject) -> None:
        self.write(b'{"id":%d,"ok":{"plain' % request["id"])
        os._exit(0)


class LongLine(Program):
    """Sends 100 MB without the end of a line."""

    def misbehave(self, request: JsonObject) -> None:
        for _ in range(100):
            self.write(b"[" * 1_000_000)


class Deep(Program):
    """Sends a value that is nested too deeply to be read."""

    def misbehave(self, request: JsonObject) -> None:
        self.write(b'{"id":%d,"ok":%s}\n' % (request["id"], b"[" * 200_000 + b"]" * 200_000))


class UnknownField(Program):
    """Adds a field whose name would paint the terminal red."""

    def misbehave(self, request: JsonObject) -> None:
        self.reply(request, {**self.service.answer(request), "\x1b[31m\u202eevil": 1})


class TwoOutcomes(Program):
    """Answers yes and no."""

    def misbehave(self, request: JsonObject) -> None:
        refused = {"class": "invalid-ciphertext", "native_code": "No"}
        self.reply(request, {**self.service.answer(request), "ok": {}, "rejected": refused})


class NoOutcome(Program):
    """Answers nothing under the right id."""

    def misbehave(self, request: JsonObject) -> None:
        self.reply(request, {})


class ChangedValue(Program):
    """Base of faults in what ``ok`` carries."""

    def misbehave(self, request: JsonObject) -> None:
        body = self.service.answer(request)
        if "ok" in body:
            body = {"ok": self.changed(body["ok"])}
        self.reply(request, body)

    def changed(self, value: JsonObject) -> object:
        """Return the value as it is sent."""
        return value


class WrongTypes(ChangedValue):
    """Sends numbers where byte strings are due."""

    def changed(self, value: JsonObject) -> object:
        return dict.fromkeys(value, 7)


class NullValue(ChangedValue):
    """Sends null."""

    def changed(self, value: JsonObject) -> object:
        return None


class ExtraField(ChangedValue):
    """Adds a field."""

    def changed(self, value: JsonObject) -> object:
        return {**value, "comment": "as good as new"}


class MissingField(ChangedValue):
    """Leaves everything out."""

    def changed(self, value: JsonObject) -> object:
        return {}


class UpperHex(ChangedValue):
    """Writes hex in capitals."""

    def changed(self, value: JsonObject) -> object:
        return {name: text.upper() for name, text in value.items()}


PROGRAMS: dict[str, type[Program]] = {
    "exit-127": Exit127,
    "hang-at-start": HangAtStart,
    "slow-start": SlowStart,
    "garbage-at-start": GarbageAtStart,
    "no-description": NoDescription,
    "deaf-to-close": DeafToClose,
    "tell-end": TellEnd,
    "rename": Rename,
    "description": Description,
    "crash": Crash,
    "crash-with-grandchild": CrashWithGrandchild,
    "crash-once": CrashOnce,
    "crash-at-import": CrashAtImport,
    "crash-at-destroy": CrashAtDestroy,
    "end-when-idle": EndWhenIdle,
    "hang": Hang,
    "loud-hang": LoudHang,
    "slow-drip": SlowDrip,
    "close-output": CloseOutput,
    "swap-ids": SwapIds,
    "reverse": Reverse,
    "noise": Noise,
    "twice": Twice,
    "unknown-id": UnknownId,
    "long-id": LongId,
    "garbage": Garbage,
    "half-line": HalfLine,
    "long-line": LongLine,
    "deep": Deep,
    "unknown-field": UnknownField,
    "two-outcomes": TwoOutcomes,
    "no-outcome": NoOutcome,
    "wrong-types": WrongTypes,
    "null-value": NullValue,
    "extra-field": ExtraField,
    "missing-field": MissingField,
    "upper-hex": UpperHex,
}
"""Every program by the name of its fault."""


def main() -> None:
    """Run the program with the fault that the command line names."""
    fault, *options = sys.argv[1:]
    if fault not in FAULTS and fault not in PROGRAMS:
        sys.exit(f"there is no fault {fault!r}")
    marks: list[str] = []
    state = None
    for option, value in zip(options[::2], options[1::2], strict=True):
        if option == "--on":
            marks.append(value)
        else:
            state = value
    service = FAULTS.get(fault, Service)()
    PROGRAMS.get(fault, Program)(service, marks, state).run()


if __name__ == "__main__":
    main()
