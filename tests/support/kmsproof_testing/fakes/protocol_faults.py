"""Programs that break the adapter protocol, and some that only use what it allows."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from kmsproof_testing.fakes.loop import Program
from kmsproof_testing.fakes.service import JsonObject

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


PROTOCOL_FAULTS: dict[str, type[Program]] = {
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
"""Every such program by the name of its fault."""
