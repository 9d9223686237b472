"""A session with a program of its own: window, deadlines, limits, and what is left behind."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kmsproof import child
from kmsproof.child import MAX_WINDOW, ChildSession
from kmsproof.errors import AdapterFault
from kmsproof.messages import Encrypt, ImportKey, Request
from kmsproof.outcome import Encrypted, ErrorKind, KeyHandle, Ok
from kmsproof.session import Answer, SessionBroken
from kmsproof.vocabulary import (
    Algorithm,
    HexBytes,
    KeyPart,
    KeySpec,
    KeyUsage,
    PaddingMode,
    ProtectionLevel,
)
from kmsproof_testing.corpora import CBC_IV, KEY
from kmsproof_testing.fakes.targets import command

MARK = "ab" * 16
"""In hex, the plaintext that sets a fault off."""


def import_key(number: int) -> ImportKey:
    return ImportKey(
        id=number,
        key_spec=KeySpec.AES_128,
        usage=KeyUsage.ENCRYPT_DECRYPT,
        protection_level=ProtectionLevel.SOFTWARE,
        part=KeyPart.SECRET,
        material=KEY,
    )


def encrypt(
    number: int, key: str, plaintext: bytes = bytes(16), deadline_ms: int = 5000
) -> Encrypt:
    return Encrypt(
        id=number,
        deadline_ms=deadline_ms,
        key=key,
        algorithm=Algorithm.CBC,
        padding=PaddingMode.NO_PADDING,
        iv=CBC_IV,
        plaintext=HexBytes(plaintext),
    )


@contextmanager
def session(fault: str, *on: str, state: Path | None = None) -> Generator[ChildSession]:
    found = ChildSession(command(fault, on, state), deadline_ms=5000, whose="adapter")
    try:
        yield found
    finally:
        found.close()


def key_of(opened: ChildSession, number: int = 1) -> str:
    [answer] = opened.ask([import_key(number)], 1)
    assert isinstance(answer.outcome, Ok)
    assert isinstance(answer.outcome.value, KeyHandle)
    return answer.outcome.value.key


def broken_by(opened: ChildSession, requests: list[Request]) -> SessionBroken:
    with pytest.raises(SessionBroken) as caught:
        list(opened.ask(requests))
    return caught.value


def processes() -> set[int]:
    """The children of this process, dead ones that nobody waited for included."""
    found: set[int] = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(after_name[1]) == os.getpid():
                found.add(int(entry.name))
    return found


def is_running(pid: int) -> bool:
    """Whether a process is there, and not just waiting for somebody to notice its end."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_answers_carry_values_and_times() -> None:
    with session("good") as opened:
        assert opened.start().name == "fake"
        key = key_of(opened)
        answers = list(opened.ask(encrypt(number, key) for number in range(2, 102)))
    assert [answer.id for answer in answers] == list(range(2, 102))
    assert all(isinstance(answer.outcome, Ok) for answer in answers)
    assert all(type(answer.outcome.value) is Encrypted for answer in answers)  # type: ignore[union-attr]  # all are Ok
    assert all(answer.microseconds >= 0 for answer in answers)


@pytest.mark.parametrize(
    ("declared", "asked", "expected"),
    [(4, None, 4), (4, 1, 1), (64, None, 64), (1, None, 1), (10**9, None, MAX_WINDOW)],
)
def test_window_is_honoured(declared: int, asked: int | None, expected: int) -> None:
    """The requests that are taken before the first answer can have come are those in flight."""
    taken = 0

    def requests(key: str) -> Iterator[Request]:
        nonlocal taken
        for number in range(2, MAX_WINDOW + 50):
            taken += 1
            yield encrypt(number, key)

    with session("description", f"window={declared}") as opened:
        opened.start()
        answers = opened.ask(requests(key_of(opened)), asked)
        next(answers)
        assert taken == expected
        rest = list(answers)
    assert len(rest) == MAX_WINDOW + 47


def test_requests_do_not_wait_for_the_whole_window() -> None:
    with session("good") as opened:
        opened.start()
        answers = opened.ask([encrypt(2, key_of(opened))], 64)
        assert next(answers).id == 2


def test_deadline_counts_for_the_oldest_request_in_flight() -> None:
    """Answers that take 0.05 s each keep a deadline of 0.5 s, though twelve of them do not."""
    slow = (
        "import json,sys,time\n"
        "for line in sys.stdin:\n"
        "    request = json.loads(line)\n"
        "    time.sleep(0 if request['op'] == 'describe' else 0.05)\n"
        "    value = {'protocol':1,'name':'slow','version':'1','keys':[],'algorithms':[]}\n"
        "    value = value if request['op'] == 'describe' else {'ciphertext':''}\n"
        "    value = {} if request['op'] == 'close' else value\n"
        "    print(json.dumps({'id':request['id'],'ok':value}), flush=True)\n"
    )
    opened = ChildSession([sys.executable, "-c", slow], deadline_ms=500, whose="adapter")
    try:
        opened.start()
        requests = [encrypt(number, "k", deadline_ms=500) for number in range(1, 13)]
        assert len(list(opened.ask(requests))) == 12
    finally:
        opened.close()


def test_time_of_the_suite_itself_does_not_count() -> None:
    with session("good") as opened:
        opened.start()
        key = key_of(opened)
        answers = opened.ask((encrypt(number, key, deadline_ms=500) for number in range(2, 6)), 2)
        assert next(answers).id == 2
        time.sleep(0.6)  # the suite is busy with something else
        assert [answer.id for answer in answers] == [3, 4, 5]


@pytest.mark.parametrize("fault", ["hang", "loud-hang", "slow-drip"])
def test_hang_ends_at_the_deadline_however_loud(fault: str) -> None:
    with session(fault, MARK) as opened:
        opened.start()
        key = key_of(opened)
        requests: list[Request] = [
            encrypt(2, key),
            encrypt(3, key, bytes.fromhex(MARK), 300),
            encrypt(4, key, deadline_ms=300),
        ]
        began = time.monotonic()
        broken = broken_by(opened, requests)
    assert 0.25 < time.monotonic() - began < 10
    assert broken.kind is ErrorKind.TIMEOUT
    assert broken.in_flight == (3, 4)
    assert broken.message.startswith("no answer within 0.3 s.")


def test_crash_tells_signal_and_last_words() -> None:
    with session("crash", MARK) as opened:
        opened.start()
        key = key_of(opened)
        broken = broken_by(opened, [encrypt(2, key), encrypt(3, key, bytes.fromhex(MARK))])
        assert broken.kind is ErrorKind.CRASHED
        assert broken.in_flight == (3,)
        assert broken.message == (
            "it was ended by signal SIGSEGV. Its last words: hsm: assertion failed: length > 0"
        )
        opened.restart()
        assert list(opened.ask([encrypt(2, key_of(opened))]))


def test_answers_before_the_fault_are_kept() -> None:
    with session("garbage", MARK) as opened:
        opened.start()
        key = key_of(opened)
        requests = [encrypt(2, key), encrypt(3, key), encrypt(4, key, bytes.fromhex(MARK))]
        got: list[Answer] = []
        with pytest.raises(SessionBroken):
            got.extend(opened.ask(requests))
    assert [answer.id for answer in got] == [2, 3]


def test_line_of_100_megabytes_is_not_read_to_its_end() -> None:
    with session("long-line", MARK) as opened:
        opened.start()
        key = key_of(opened)
        broken = broken_by(opened, [encrypt(2, key, bytes.fromhex(MARK))])
    assert "longer than 16777216 bytes" in broken.message
    assert len(broken.line) < 300
    assert broken.in_flight == (2,)


def test_long_line_within_the_limit_is_read() -> None:
    plaintext = bytes(3_000_000)
    with session("good") as opened:
        opened.start()
        [answer] = opened.ask([encrypt(2, key_of(opened), plaintext)])
    assert isinstance(answer.outcome, Ok)
    assert isinstance(answer.outcome.value, Encrypted)
    assert len(answer.outcome.value.ciphertext) == len(plaintext)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("garbage", "a line is no answer of the protocol (JSON is malformed"),
        ("unknown-field", r"Object contains unknown field `\x1b[31m\u202eevil`"),
        ("unknown-id", "bears the id 1000002, which is not in flight"),
        ("long-id", "bears the id 99999999999999999999… (3980 more characters)"),
        ("deep", "recursion depth"),
        ("two-outcomes", "has not exactly one outcome"),
        ("no-outcome", "has not exactly one outcome"),
        ("wrong-types", "the value of an answer is wrong (expected lower-case hex in a string"),
        ("upper-hex", "the value of an answer is wrong (expected lower-case hex without spaces"),
        ("missing-field", "the value of an answer is wrong (Object missing required field"),
        ("extra-field", "the value of an answer is wrong (Object contains unknown field"),
        ("null-value", "the value of an answer is wrong (Expected `object`, got `null`"),
    ],
)
def test_violation_tells_what_and_shows_the_line(fault: str, told: str) -> None:
    with session(fault, MARK) as opened:
        opened.start()
        key = key_of(opened)
        broken = broken_by(opened, [encrypt(2, key, bytes.fromhex(MARK))])
    assert broken.kind is ErrorKind.INTERNAL
    assert broken.whose_fault == "adapter"
    assert broken.message.startswith("the adapter broke the protocol: ")
    assert told in broken.message
    assert broken.in_flight == (2,)
    assert broken.line
    assert broken.message.isprintable()
    assert broken.line.isprintable()
    assert len(broken.message) < 400


def test_close_is_asked(tmp_path: Path) -> None:
    with session("tell-end", state=tmp_path / "end") as opened:
        opened.start()
        key_of(opened)
    assert (tmp_path / "end").read_text() == "closed\n"


def test_end_in_the_middle_of_a_conversation_lets_the_program_clean_up(tmp_path: Path) -> None:
    with session("tell-end", state=tmp_path / "end") as opened:
        opened.start()
        key = key_of(opened)
        next(opened.ask(encrypt(number, key) for number in range(2, 30)))
    assert (tmp_path / "end").read_text() == "end of input\n"


def test_program_that_is_deaf_to_close_is_killed_with_its_children(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(child, "FAREWELL_SECONDS", 0.1)
    before = processes()
    with session("deaf-to-close") as opened:
        opened.start()
        assert len(processes() - before) == 1
    assert processes() == before


def test_grandchildren_are_killed_too(tmp_path: Path) -> None:
    script = (
        "import os,time\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    time.sleep(60)\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(pid))\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    opened = ChildSession([sys.executable, "-c", script], deadline_ms=300, whose="adapter")
    with pytest.raises(AdapterFault, match="ready"):
        opened.start()
    pid = int((tmp_path / "pid").read_text())
    give_up = time.monotonic() + 10
    while is_running(pid):
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_fifty_sessions_leave_nothing_behind() -> None:
    idle = (
        "import json,sys\n"
        "value = {'protocol':1,'name':'t','version':'1','keys':[],'algorithms':[]}\n"
        "for line in sys.stdin:\n"
        "    request = json.loads(line)\n"
        "    if request['op'] == 'encrypt':\n"
        "        sys.exit(1)\n"
        "    value = {} if request['op'] == 'close' else value\n"
        "    print(json.dumps({'id':request['id'],'ok':value}), flush=True)\n"
    )
    arguments = [sys.executable, "-I", "-S", "-c", idle]
    before, open_before = processes(), descriptors()
    for number in range(50):
        opened = ChildSession(arguments, deadline_ms=5000, whose="adapter")
        opened.start()
        if number % 2:
            assert broken_by(opened, [encrypt(1, "k")]).kind is ErrorKind.CRASHED
        opened.close()
        opened.close()
    assert processes() == before
    assert descriptors() == open_before
