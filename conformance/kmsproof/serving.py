"""Serve a target over two byte streams: the adapter's side of the protocol, for Python targets.

The suite runs native modules in a process of their own with ``python -m kmsproof.serving``. The
name of the target comes from the environment, because it may hold a PIN and other users can read a
command line. The protocol is told in ``docs/adapter-protocol.md``.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO

import msgspec

from kmsproof.capability import Description
from kmsproof.errors import KmsproofError, SuiteDefect, UsageError
from kmsproof.messages import (
    DEFAULT_DEADLINE_MS,
    AnyRequest,
    Close,
    Describe,
    Response,
)
from kmsproof.outcome import Done, Error, ErrorKind, Ok, Outcome, Rejected, Unsupported, Value
from kmsproof.session import AnyOutcome, InProcessSession
from kmsproof.target import BaseTarget, Target
from kmsproof.text import printable, quoted_line, shortened
from kmsproof_vectors.encoding import json_decoder, json_encoder

CHUNK = 1 << 18
"""Bytes read at a time."""

HELD_SECONDS = 0.01
"""How long an answer may wait for others to be written together with it."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Answered(msgspec.Struct, frozen=True, gc=False):
    """A ``Response`` whose value is not encoded yet."""

    id: int
    ok: Value


class _Numbered(msgspec.Struct, frozen=True, gc=False):
    """The id of a request that cannot be decoded otherwise."""

    id: int


def serve(target: Target, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until ``close`` is answered or the requests end.

    The target is told to let go of everything in any case, also when the suite went away.

    Args:
        target: what answers.
        requests: lines of JSON; bytes are taken as they come.
        answers: takes the lines of JSON, all that are ready in one piece.

    Raises:
        SuiteDefect: for a line that is no request and bears no id, so that it cannot be answered.
        OSError: if a stream breaks.
    """
    server = _Server(requests, answers)
    session = InProcessSession(target, deadline_ms=DEFAULT_DEADLINE_MS)
    try:
        for number, outcome, _ in session.ask(server.requests()):
            server.answer(number, outcome)
        server.flush()
    finally:
        if not server.closed:
            session.close()


def _response(number: int, outcome: AnyOutcome) -> _Answered | Response:
    match outcome:
        case Ok(value):
            return _Answered(number, value)
        case Rejected():
            return Response(number, rejected=outcome)
        case Unsupported():
            return Response(number, unsupported=outcome)
        case Error():
            return Response(number, error=outcome)


class _Server:
    """Decodes requests and writes answers, many at a time."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO) -> None:
        # A buffered stream's read() waits until it has all that was asked for, its read1() does
        # not; an unbuffered one has only read(), which does not wait either.
        self._read: Callable[[int], bytes] = getattr(requests, "read1", requests.read)
        self._stream = answers
        decoder = json_decoder(AnyRequest)  # type: ignore[arg-type, var-annotated]  # msgspec takes unions
        self._decode: Callable[[bytes], AnyRequest] = decoder.decode
        self._encode_into = json_encoder().encode_into
        self._held = bytearray()
        self._held_since = time.monotonic()
        self.closed = False
        """Whether ``close`` was asked."""

    def requests(self) -> Iterator[AnyRequest]:
        """Yield the requests, and answer by ourselves what is none."""
        for line in self._lines():
            try:
                request = self._decode(line)
            except _UNREADABLE as error:
                self._refuse(line, error)
                continue
            self.closed = type(request) is Close
            yield request
            if self.closed:
                return

    def _lines(self) -> Iterator[bytes]:
        """Yield complete lines; what was answered is written before more is waited for."""
        held = bytearray()
        while chunk := self._read(CHUNK):
            end = chunk.rfind(b"\n")
            if end < 0:
                held += chunk
                continue
            held += chunk[:end]
            yield from bytes(held).split(b"\n")
            held = bytearray(chunk[end + 1 :])
            self.flush()
        if held:
            yield bytes(held)

    def answer(self, number: int, outcome: AnyOutcome) -> None:
        """Write the answer to a request; it is sent at once if others have waited long enough."""
        begin = len(self._held)
        if not begin:
            self._held_since = time.monotonic()
        try:
            self._encode_into(_response(number, outcome), self._held, -1)
        except Exception as error:  # text that is no Unicode, a value of a foreign type: its fault
            del self._held[begin:]
            text = shortened(printable(f"{type(error).__name__}: {error}"))
            failure = Error(ErrorKind.INTERNAL, f"the answer cannot be written: {text}")
            self._encode_into(_response(number, failure), self._held, -1)
        self._held += b"\n"
        if time.monotonic() - self._held_since > HELD_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Hand all answers over."""
        rest = memoryview(bytes(self._held))
        self._held.clear()
        while rest:
            rest = rest[self._stream.write(rest) :]
        self._stream.flush()

    def _refuse(self, line: bytes, error: Exception) -> None:
        """Answer a line that is no request with an error.

        Raises:
            SuiteDefect: if there is no id to answer to.
        """
        try:
            number = msgspec.json.decode(line, type=_Numbered).id
        except _UNREADABLE:
            self.flush()
            raise SuiteDefect(
                f"A line is no request of the adapter protocol and bears no id ({error}): "
                f"{quoted_line(line)}.",
                "Send one JSON object to the line, as docs/adapter-protocol.md shows.",
            ) from None
        text = shortened(printable(str(error)))
        self.answer(number, Error(ErrorKind.INTERNAL, f"the request cannot be read: {text}"))


class _NotOpened(BaseTarget):
    """Stands in for a target that did not open, so that the suite learns why."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def describe(self, request: Describe) -> Outcome[Description]:
        """Answer with the reason."""
        return Error(ErrorKind.INTERNAL, self._reason)

    def close(self, request: Close) -> Outcome[Done]:
        """Do nothing."""
        return Ok(Done())


def _opened(name: str) -> Target:
    """Open a target by its name; a failure becomes a target whose ``describe`` tells it.

    The reason begins with the name of the exception's class, by which the suite knows whose fault
    it is.
    """
    from kmsproof.targets import open_in_process

    try:
        return open_in_process(name)
    except KmsproofError as error:
        return _NotOpened(f"{type(error).__name__}: {error}")


def _claim_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep standard input and output for the protocol alone.

    What a native library prints goes to standard error from now on, and a library that asks for a
    PIN on standard input finds it empty.
    """
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def main() -> int:
    """Serve the target that the environment names on the standard streams; return the exit code."""
    from kmsproof.targets import SERVE_TARGET_VARIABLE

    name = os.environ.pop(SERVE_TARGET_VARIABLE, None)
    try:
        if not name:
            raise UsageError(
                f"The environment variable {SERVE_TARGET_VARIABLE} is not set.",
                "Set it to the name of the target that is to be served.",
            )
        requests, answers = _claim_standard_streams()
        serve(_opened(name), requests, answers)
    except KmsproofError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # nobody listens any more, and the target has been closed
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
