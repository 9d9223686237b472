"""Programs that start, end, crash or hang as they should not, and some that only look so."""

from __future__ import annotations

import json
import os
import signal
import sys
import time

from kmsproof_testing.fakes.loop import CHUNK, Program, die, sleep_for_ever
from kmsproof_testing.fakes.service import JsonObject

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
        time.sleep(0.6)


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


PROCESS_FAULTS: dict[str, type[Program]] = {
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
}
"""Every such program by the name of its fault."""
