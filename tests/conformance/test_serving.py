"""Serving a target over byte streams: ``serve`` in memory, and the module as a process."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmsproof import serving
from kmsproof.capability import Description
from kmsproof.errors import ExitCode, SuiteDefect
from kmsproof.messages import (
    AnyRequest,
    Close,
    Decrypt,
    Describe,
    DescribeKey,
    Encrypt,
    Sign,
    Verify,
)
from kmsproof.outcome import (
    Decrypted,
    Done,
    Encrypted,
    Ok,
    Outcome,
    Rejected,
    Signed,
    Verified,
)
from kmsproof.serving import serve
from kmsproof.target import BaseTarget
from kmsproof.targets import SERVE_TARGET_VARIABLE
from kmsproof.vocabulary import Algorithm, HexBytes, RejectionClass
from kmsproof_testing.protocol import JsonLinesProgram
from kmsproof_vectors.encoding import json_encoder

encode = json_encoder().encode


class Echo(BaseTarget):
    """Encrypts to the plaintext itself, and has a way to answer in every other manner."""

    def __init__(self) -> None:
        self.closed = 0

    def describe(self, request: Describe) -> Outcome[Description]:
        return Ok(Description(protocol=1, name="echo", version="1", keys=(), algorithms=()))

    def encrypt(self, request: Encrypt) -> Outcome[Encrypted]:
        return Ok(Encrypted(request.plaintext, iv=request.iv))

    def decrypt(self, request: Decrypt) -> Outcome[Decrypted]:
        return Rejected(RejectionClass.INVALID_CIPHERTEXT, "InvalidTag", "no")

    def sign(self, request: Sign) -> Outcome[Signed]:
        raise ConnectionError("\x1b[31m" + "503 " * 100)

    def verify(self, request: Verify) -> Outcome[Verified]:
        return Rejected(RejectionClass.INVALID_ARGUMENT, "\ud800")

    def close(self, request: Close) -> Outcome[Done]:
        self.closed += 1
        return Ok(Done())


def encrypt(number: int, octets: bytes = b"\x01\x02") -> Encrypt:
    return Encrypt(id=number, key="k", algorithm=Algorithm.ECB, plaintext=HexBytes(octets))


DECRYPT = Decrypt(id=2, key="k", algorithm=Algorithm.GCM, ciphertext=HexBytes())
SIGN = Sign(id=3, key="k", algorithm=Algorithm.ECDSA_SHA_256, message=HexBytes())
VERIFY = Verify(id=4, key="k", algorithm=Algorithm.GCM, message=HexBytes(), signature=HexBytes())


def lines(*messages: AnyRequest | bytes) -> bytes:
    encoded = [m if isinstance(m, bytes) else encode(m) for m in messages]
    return b"".join(line + b"\n" for line in encoded)


def answers_to(*messages: AnyRequest | bytes) -> list[dict[str, Any]]:
    written = io.BytesIO()
    serve(Echo(), io.BytesIO(lines(*messages)), written)
    return [json.loads(line) for line in written.getvalue().splitlines()]


class Dribble(io.RawIOBase):
    """A pipe that hands over what is given in pieces, and takes a few bytes at a time."""

    def __init__(self, pieces: list[bytes], takes: int = 1 << 20) -> None:
        self.pieces = iter(pieces)
        self.takes = takes
        self.writes: list[bytes] = []

    def read(self, size: int = -1, /) -> bytes:
        return next(self.pieces, b"")

    def write(self, data: Any, /) -> int:
        self.writes.append(bytes(data[: self.takes]))
        return len(self.writes[-1])


def serve_dribble(target: BaseTarget, stream: Dribble) -> None:
    binary = cast(BinaryIO, stream)
    serve(cast(Echo, target), binary, binary)


def test_answers_are_those_of_the_target() -> None:
    assert answers_to(encrypt(1), DECRYPT, DescribeKey(id=5, key="k"), Close(id=9)) == [
        {"id": 1, "ok": {"ciphertext": "0102"}},
        {
            "id": 2,
            "rejected": {
                "class": "invalid-ciphertext",
                "native_code": "InvalidTag",
                "message": "no",
            },
        },
        {"id": 5, "unsupported": {"what": "describe_key"}},
        {"id": 9, "ok": {}},
    ]


def test_an_exception_is_an_internal_error_and_no_rejection() -> None:
    failed, after = answers_to(SIGN, encrypt(4))
    assert failed["error"]["kind"] == "internal"
    message = failed["error"]["message"]
    assert "ConnectionError: \\x1b[31m503 503" in message
    assert "more characters" in message
    assert len(message) < 300
    assert after["ok"] == {"ciphertext": "0102"}


def test_an_answer_that_cannot_be_encoded_is_an_internal_error() -> None:
    failed, after = answers_to(VERIFY, encrypt(5))
    assert failed["id"] == 4
    assert failed["error"]["kind"] == "internal"
    assert "the answer cannot be written: UnicodeEncodeError" in failed["error"]["message"]
    assert after == {"id": 5, "ok": {"ciphertext": "0102"}}


@pytest.mark.parametrize(
    "line",
    [
        b'{"op":"levitate","id":6}',
        b'{"op":"encrypt","id":6}',
        b'{"id":6}',
        b'{"op":"describe_key","id":6,"key":"k","more":1}',
        b'{"op":"sign","id":6,"key":"k","algorithm":"GCM","message":"ABC"}',
    ],
)
def test_a_request_that_cannot_be_read_is_answered_by_its_id(line: bytes) -> None:
    first, failed, after = answers_to(encrypt(5), line, encrypt(7))
    assert (first["id"], failed["id"], after["id"]) == (5, 6, 7)
    assert failed["error"]["kind"] == "internal"
    assert failed["error"]["message"].startswith("the request cannot be read: ")


@pytest.mark.parametrize(
    "line", [b"hello", b"", b"[]", b'{"op":"close"', b'{"id":"6"}', b"\xff", b"[" * 100_000]
)
def test_a_line_without_an_id_ends_the_service_after_the_answers_before_it(line: bytes) -> None:
    target, written = Echo(), io.BytesIO()
    with pytest.raises(SuiteDefect, match="no request of the adapter protocol") as caught:
        serve(target, io.BytesIO(lines(encrypt(5), line, encrypt(7))), written)
    assert [json.loads(answer)["id"] for answer in written.getvalue().splitlines()] == [5]
    assert target.closed == 1
    assert len(str(caught.value)) < 800


def test_nothing_is_answered_after_close() -> None:
    target, written = Echo(), io.BytesIO()
    serve(target, io.BytesIO(lines(Close(id=1), encrypt(2))), written)
    assert written.getvalue() == b'{"id":1,"ok":{}}\n'
    assert target.closed == 1


def test_the_target_is_closed_when_the_requests_end() -> None:
    target = Echo()
    serve(target, io.BytesIO(lines(encrypt(1))), io.BytesIO())
    assert target.closed == 1


def test_a_last_line_without_its_end_is_answered() -> None:
    written = io.BytesIO()
    serve(Echo(), io.BytesIO(encode(encrypt(1))), written)
    assert written.getvalue() == b'{"id":1,"ok":{"ciphertext":"0102"}}\n'


def test_many_requests_are_answered_in_few_writes() -> None:
    requests = [encrypt(number) for number in range(2000)]
    stream = Dribble([lines(*requests[:1000]), lines(*requests[1000:])])
    serve_dribble(Echo(), stream)
    assert b"".join(stream.writes).count(b"\n") == 2000
    assert len(stream.writes) < 200


def test_answers_are_written_before_more_is_read() -> None:
    stream = Dribble([])
    seen: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number in range(1, 4):
            yield lines(encrypt(number)) + b'{"op":'
            seen.append(len(stream.writes))
            yield b'"close","id":%d}\n' % (100 + number)

    stream.pieces = pieces()
    serve_dribble(Echo(), stream)
    assert seen == [1]
    assert b"".join(stream.writes).splitlines()[1:] == [b'{"id":101,"ok":{}}']


def test_an_answer_is_not_held_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HELD_SECONDS", -1.0)
    stream = Dribble([lines(*(encrypt(number) for number in range(10)))])
    serve_dribble(Echo(), stream)
    assert len(stream.writes) == 10


def test_a_stream_that_takes_few_bytes_gets_all() -> None:
    stream = Dribble([lines(encrypt(1, bytes(100)), Close(id=2))], takes=7)
    serve_dribble(Echo(), stream)
    assert b"".join(stream.writes) == (
        b'{"id":1,"ok":{"ciphertext":"%s"}}\n{"id":2,"ok":{}}\n' % (b"00" * 100)
    )


@given(st.lists(st.integers(1, 400), max_size=20))
def test_it_does_not_matter_where_the_input_is_cut(lengths: list[int]) -> None:
    whole = lines(encrypt(1, bytes(60)), encrypt(2, b""), DECRYPT, encrypt(3), Close(id=4))
    pieces: list[bytes] = []
    at = 0
    for length in lengths:
        pieces.append(whole[at : at + length])
        at += length
    stream = Dribble([piece for piece in [*pieces, whole[at:]] if piece])
    serve_dribble(Echo(), stream)
    ids = [json.loads(line)["id"] for line in b"".join(stream.writes).splitlines()]
    assert ids == [1, 2, 2, 3, 4]


# The module as a process, with an adapter that is installed as any other is

ADAPTER_MODULE = '''
import os, sys
from pathlib import Path
from kmsproof.capability import Description
from kmsproof.outcome import Done, Ok
from kmsproof.target import Adapter, BaseTarget, Health


class Noisy(BaseTarget):
    """Prints where it must not, reads what it must not, and notes that it was closed."""

    def __init__(self, argument):
        self.argument = argument
        if argument == "unopened":
            raise RuntimeError("no such slot")
        print("printed on opening", flush=True)

    def describe(self, request):
        os.write(1, b"written by a library\\n")
        os.system("echo echoed by a program")
        name = repr((sys.stdin.read(), os.environ.get("KMSPROOF_SERVE_TARGET"), sys.argv[1:]))
        return Ok(Description(protocol=1, name=name, version="1", keys=(), algorithms=()))

    def close(self, request):
        Path(self.argument).write_text("closed")
        return Ok(Done())


ADAPTER = Adapter("noisy", "", "", Noisy, lambda: Health(True, ""))
'''


@pytest.fixture
def served(tmp_path: Path) -> Callable[[str | None], JsonLinesProgram]:
    """Return what starts the module for a target of an adapter that prints wherever it can."""
    (tmp_path / "noisy.py").write_text(ADAPTER_MODULE)
    information = tmp_path / "noisy-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: noisy\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[kmsproof.adapters]\nnoisy = noisy:ADAPTER\n")
    environment = {k: v for k, v in os.environ.items() if k != SERVE_TARGET_VARIABLE}
    environment["PYTHONPATH"] = str(tmp_path)

    def start(name: str | None) -> JsonLinesProgram:
        named = {} if name is None else {SERVE_TARGET_VARIABLE: name}
        return JsonLinesProgram(
            [sys.executable, "-m", "kmsproof.serving"], {**environment, **named}
        )

    return start


Start = Callable[[str | None], JsonLinesProgram]


def test_what_a_library_prints_does_not_reach_the_protocol(served: Start, tmp_path: Path) -> None:
    with served(f"noisy:{tmp_path / 'mark'}") as program:
        answer = program.ask({"op": "describe", "id": 1})
        assert answer["ok"]["name"] == "('', None, [])"
        assert program.ask({"op": "close", "id": 2}) == {"id": 2, "ok": {}}
        code, said = program.end()
    assert code == 0
    for text in ("printed on opening", "written by a library", "echoed by a program"):
        assert text in said


def test_an_unknown_target_is_told_in_the_first_answer(served: Start) -> None:
    with served("nosiy:x") as program:
        answer = program.ask({"op": "describe", "id": 1})
        assert answer["error"]["kind"] == "internal"
        assert answer["error"]["message"].startswith(
            "UsageError: There is no target called 'nosiy'"
        )
        assert "noisy" in answer["error"]["message"]
        assert program.ask({"op": "close", "id": 2}) == {"id": 2, "ok": {}}
        assert program.end() == (0, "")


def test_a_target_that_does_not_open_is_told_in_the_first_answer(served: Start) -> None:
    with served("noisy:unopened") as program:
        answer = program.ask({"op": "describe", "id": 1})
    assert answer["error"]["kind"] == "internal"
    assert answer["error"]["message"].startswith("TargetStartError: ")
    assert "no such slot" in answer["error"]["message"]


def test_without_the_variable_it_says_what_is_missing(served: Start) -> None:
    with served(None) as program:
        code, said = program.end()
    assert code == ExitCode.USAGE
    assert said == (
        "The environment variable KMSPROOF_SERVE_TARGET is not set. "
        "Set it to the name of the target that is to be served.\n"
    )


def test_garbage_ends_it_with_a_sentence(served: Start, tmp_path: Path) -> None:
    with served(f"noisy:{tmp_path / 'mark'}") as program:
        program.send(b"\x1b[2Jgarbage")
        code, said = program.end()
    assert code == ExitCode.HARNESS
    assert "\\x1b[2Jgarbage" in said
    assert "docs/adapter-protocol.md" in said
    assert "Traceback" not in said
    assert (tmp_path / "mark").read_text() == "closed"


@contextmanager
def described(served: Start, mark: Path) -> Generator[JsonLinesProgram]:
    """Start the module and bring it to where it waits for the second request."""
    with served(f"noisy:{mark}") as program:
        program.ask({"op": "describe", "id": 1})
        yield program


def test_it_ends_quietly_when_nobody_listens(served: Start, tmp_path: Path) -> None:
    with described(served, tmp_path / "mark") as program:
        assert program.process.stdout
        program.process.stdout.close()
        program.send({"op": "describe_key", "id": 2, "key": "k"})
        assert program.process.wait(30) == 0
        assert program.process.stderr
        assert b"Error" not in program.process.stderr.read()
    assert (tmp_path / "mark").read_text() == "closed"


def test_it_ends_quietly_when_interrupted(served: Start, tmp_path: Path) -> None:
    with described(served, tmp_path / "mark") as program:
        program.process.send_signal(signal.SIGINT)
        code, said = program.end()
    assert code == serving.INTERRUPTED
    assert "KeyboardInterrupt" not in said
    assert (tmp_path / "mark").read_text() == "closed"


def test_it_lets_go_of_the_target_when_the_requests_end(served: Start, tmp_path: Path) -> None:
    with described(served, tmp_path / "mark") as program:
        code, _ = program.end()
    assert code == 0
    assert (tmp_path / "mark").read_text() == "closed"
