"""A session with a program of its own: JSON Lines over its standard input and output.

One thread serves the child through non-blocking pipes. A window of requests is in flight, and the
oldest of them must be answered within the deadline; its time starts when the one before it is done,
and only the time that is spent waiting for the child counts. Whatever breaks the protocol ends the
process and is reported as the adapter's fault, with the line.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NoReturn

import msgspec

from kmsproof.capability import Description
from kmsproof.errors import TargetStartError, UsageError
from kmsproof.messages import (
    ANSWERS,
    MAX_LINE_BYTES,
    Close,
    Describe,
    Request,
    Response,
)
from kmsproof.outcome import ErrorKind, Ok, Value
from kmsproof.session import Answer, AnyOutcome, SessionBroken, described
from kmsproof.starting import reported_error, start_error
from kmsproof.text import printable, quoted_line, redacted, shortened
from kmsproof_vectors.encoding import json_decoder, json_encoder

CHUNK = 1 << 18
"""Bytes read from a pipe at a time."""

STDERR_KEPT = 2000
"""Last bytes of the child's standard error that are kept for a message."""

LAST_READS = 16
"""How often standard error is read when the child is at its end."""

LAST_WORDS_SHOWN = 600
"""Characters of it that a message shows."""

FAREWELL_SECONDS = 2.0
"""How long a child has to end by itself after ``close``."""

START_SECONDS = 30.0
"""How long a child has to answer the first request, which loads what it needs."""

MAX_WINDOW = 1024
"""Requests in flight at most, whatever the target declares: each of them is a suspect when the
child breaks."""

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

Fault = Literal["target", "adapter"]


class ChildSession:
    """A session with a program that speaks the adapter protocol."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        deadline_ms: int,
        whose: Fault,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare a session; ``start`` runs the program.

        Args:
            command: program and arguments; no shell is involved.
            deadline_ms: how long an answer may take, in milliseconds.
            whose: whose fault it is when the process ends or hangs: ``adapter`` for a program of
                the user's, ``target`` for a native module in a child of ours.
            environment: environment of the program; by default this process's own.
        """
        self._command = list(command)
        self._deadline_ms = deadline_ms
        self._whose: Fault = whose
        self._environment = dict(environment) if environment is not None else None
        self._encoder = json_encoder()
        self._decoder = json_decoder(Response)
        answers = {kind: value for kind, value in ANSWERS.items() if kind is not Request}
        self._value_decoders = {kind: json_decoder(value) for kind, value in answers.items()}
        self._process: subprocess.Popen[bytes] | None = None
        self._selector: selectors.BaseSelector  # there is one while there is a process
        self._description: Description | None = None
        self._clear()

    def _clear(self) -> None:
        self._outgoing = bytearray()
        self._incoming = bytearray()
        self._stderr = bytearray()
        self._in_flight: dict[int, type[Request]] = {}
        self._writing = False
        self._stdout_open = False

    # Beginning and end

    def start(self) -> Description:
        """Run the program and ask it what it is."""
        self._launch()
        request = Describe(id=0, deadline_ms=int(START_SECONDS * 1000))
        try:
            answer = next(self.ask([request], 1))
        except SessionBroken as broken:
            raise start_error(self._command[0], broken) from None
        reported = reported_error(answer.outcome)
        if reported is not None:
            self.close()
            raise reported
        self._description = described(answer.outcome)
        return self._description

    def _launch(self) -> None:
        self._clear()
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=self._environment,
                start_new_session=True,
            )
        except OSError as error:
            raise _not_runnable(self._command[0], error) from None
        self._process = process
        assert process.stdin
        assert process.stdout
        assert process.stderr
        for pipe in (process.stdin, process.stdout, process.stderr):
            os.set_blocking(pipe.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(process.stdout, selectors.EVENT_READ, "stdout")
        self._selector.register(process.stderr, selectors.EVENT_READ, "stderr")
        self._stdout_open = True

    def restart(self) -> None:
        """End what is left of the program, run it again, and see that it is the same target."""
        self._kill()
        before = self._description
        now = self.start()
        if before is not None and (now.name, now.version) != (before.name, before.version):
            raise TargetStartError(
                f"After a restart the target calls itself {_called(now)} instead of "
                f"{_called(before)}.",
                "Make the adapter start the same target each time.",
            )

    def close(self) -> None:
        """Ask the program to end, and see to it that it does."""
        process = self._process
        if process is None:
            return
        try:
            if process.poll() is None and self._stdout_open:
                self._say_farewell(process)
        finally:
            self._kill()

    def _say_farewell(self, process: subprocess.Popen[bytes]) -> None:
        """Send ``close``, or in the middle of a conversation just the end of the input."""
        if not self._in_flight:
            with contextlib.suppress(SessionBroken):
                request = Close(id=_CLOSE_ID, deadline_ms=int(FAREWELL_SECONDS * 1000))
                list(self.ask([request], 1))
        with contextlib.suppress(OSError):
            assert process.stdin
            process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(FAREWELL_SECONDS)

    def _kill(self) -> None:
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._selector.close()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process = None

    # The conversation

    def ask(self, requests: Iterable[Request], window: int | None = None) -> Iterator[Answer]:
        """Keep a window of requests in flight and yield the answers as they come."""
        if window is None:
            window = self._description.window if self._description else 1
        window = min(window, MAX_WINDOW)
        waiting = iter(requests)
        exhausted = False
        last = time.monotonic()
        oldest, waited, limit = -1, 0.0, self._deadline_ms / 1000
        while True:
            while not exhausted and len(self._in_flight) < window:
                request = next(waiting, None)
                if request is None:
                    exhausted = True
                else:
                    limit = request.deadline_ms / 1000
                    self._send(request)
            if not self._in_flight:
                return
            head = next(iter(self._in_flight))
            if head != oldest:
                oldest, waited = head, 0.0
            began = time.monotonic()
            self._exchange(max(0.0, limit - waited))
            now = time.monotonic()
            waited += now - began
            for answer_id, outcome in self._answers():
                yield Answer(answer_id, outcome, int((now - last) * 1_000_000))
                last = now
            if not self._stdout_open:
                self._break(ErrorKind.CRASHED, self._ending())
            if waited >= limit and oldest in self._in_flight:
                self._too_late(limit)

    def _send(self, request: Request) -> None:
        self._outgoing += self._encoder.encode(request)
        self._outgoing += b"\n"
        self._in_flight[request.id] = type(request)

    def _exchange(self, seconds: float) -> None:
        """Write and read what is possible now, or as soon as something is within the time."""
        self._write()
        for key, _ in self._selector.select(seconds):
            if key.data == "stdin":
                self._write()
            else:
                self._read(key)

    def _write(self) -> None:
        assert self._process
        assert self._process.stdin
        stdin = self._process.stdin
        if self._outgoing:
            try:
                written = os.write(stdin.fileno(), self._outgoing)
            except BlockingIOError:
                written = 0
            except BrokenPipeError:  # the child is ending: its last words are still to be read
                written = len(self._outgoing)
            del self._outgoing[:written]
        if bool(self._outgoing) != self._writing:
            self._writing = not self._writing
            if self._writing:
                self._selector.register(stdin, selectors.EVENT_WRITE, "stdin")
            else:
                self._selector.unregister(stdin)

    def _read(self, key: selectors.SelectorKey) -> None:
        data = os.read(key.fd, CHUNK)
        if key.data == "stderr":
            self._stderr = (self._stderr + data)[-STDERR_KEPT:]
        else:
            self._incoming += data
        if not data:
            self._selector.unregister(key.fileobj)
            if key.data == "stdout":
                self._stdout_open = False

    def _answers(self) -> Iterator[tuple[int, AnyOutcome]]:
        """Take the complete lines out of what was read and decode them one by one."""
        end = self._incoming.rfind(b"\n")
        if end < 0:
            if len(self._incoming) > MAX_LINE_BYTES:
                self._violated(
                    f"a line is longer than {MAX_LINE_BYTES} bytes.", bytes(self._incoming)
                )
            return
        lines = bytes(self._incoming[:end]).split(b"\n")
        del self._incoming[: end + 1]
        for line in lines:
            yield self._decoded(line)

    def _decoded(self, line: bytes) -> tuple[int, AnyOutcome]:
        try:
            response = self._decoder.decode(line)
        except _UNREADABLE as error:
            self._violated(f"a line is no answer of the protocol ({_told(error)}).", line)
        kind = self._in_flight.pop(response.id, None)
        if kind is None:
            number = shortened(str(response.id), 20)
            self._violated(f"an answer bears the id {number}, which is not in flight.", line)
        found = [
            outcome
            for outcome in (response.rejected, response.unsupported, response.error)
            if outcome is not msgspec.UNSET
        ]
        if len(found) + (response.ok is not msgspec.UNSET) != 1:
            self._violated("an answer has not exactly one outcome.", line, response.id)
        if response.ok is msgspec.UNSET:
            return response.id, found[0]
        try:
            value: Value = self._value_decoders[kind].decode(response.ok)
        except _UNREADABLE as error:
            self._violated(f"the value of an answer is wrong ({_told(error)}).", line, response.id)
        return response.id, Ok(value)

    # What can break

    def _violated(self, message: str, line: bytes, answered: int | None = None) -> NoReturn:
        in_flight = tuple(self._in_flight)
        if answered is not None:
            in_flight = (answered, *in_flight)
        self._kill()
        raise SessionBroken(
            ErrorKind.INTERNAL,
            "adapter",
            f"the adapter broke the protocol: {message}",
            line=redacted(quoted_line(line)),
            in_flight=in_flight,
        )

    def _too_late(self, limit: float) -> NoReturn:
        assert self._process
        if self._process.poll() is not None:  # a process of its own holds the output open
            self._break(ErrorKind.CRASHED, self._ending())
        self._break(ErrorKind.TIMEOUT, f"no answer within {limit:g} s.{self._last_words()}")

    def _break(self, kind: ErrorKind, message: str) -> NoReturn:
        in_flight = tuple(self._in_flight)
        self._kill()
        raise SessionBroken(kind, self._whose, message, in_flight=in_flight)

    def _ending(self) -> str:
        assert self._process
        try:
            code = self._process.wait(FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            return "it closed its standard output."
        half = redacted(quoted_line(bytes(self._incoming)))
        left = f" after half a line ({half})" if half else ""
        if code < 0:
            return f"it was ended by signal {_signal_name(-code)}{left}.{self._last_words()}"
        return f"it ended with exit code {code}{left}.{self._last_words()}"

    def _last_words(self) -> str:
        """Return the end of what it wrote to standard error, as a sentence, safe to print."""
        process = self._process
        if process is not None and process.stderr is not None and not process.stderr.closed:
            with contextlib.suppress(BlockingIOError, OSError):
                for _ in range(LAST_READS):  # not for ever: it may still be writing
                    data = os.read(process.stderr.fileno(), CHUNK)
                    self._stderr = (self._stderr + data)[-STDERR_KEPT:]
        text = self._stderr.decode("utf-8", errors="backslashreplace").strip()
        lines = text.splitlines()
        if len(self._stderr) >= STDERR_KEPT:
            del lines[:1]  # its beginning is lost
        told = redacted(printable(" | ".join(line.strip() for line in lines)))
        if len(told) > LAST_WORDS_SHOWN:  # the cause is said first or last, not in the middle
            half = LAST_WORDS_SHOWN // 2
            told = f"{told[:half]} … {told[-half:]}"
        return f" Its last words: {told}" if told else ""


def _not_runnable(program: str, error: OSError) -> UsageError:
    shown = printable(program)
    remedy = "Give the path of an executable program after exec:, with its arguments."
    told = error.strerror
    if os.path.isdir(program):
        told = "it is a directory"
    elif isinstance(error, PermissionError):
        told = "it is not executable"
        remedy = f"Run chmod +x {shown}, or name its interpreter: 'exec:python3 {shown}'."
    return UsageError(f"The adapter {shown!r} cannot be run: {told}.", remedy)


def _told(error: Exception) -> str:
    return shortened(printable(str(error)))


def _called(description: Description) -> str:
    return f"{printable(description.name)!r} {printable(description.version)!r}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return str(number)


_CLOSE_ID = (1 << 53) - 1
"""Id of the last request of a session: the largest integer that every JSON reader keeps exact."""
