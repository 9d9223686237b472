"""The example adapters in JavaScript and Java: they are copied by others, so they must be right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kmsproof.capability import PROTOCOL_VERSION, Description
from kmsproof.messages import Response
from kmsproof.targets import open_in_process
from kmsproof.vocabulary import KeySpec
from kmsproof_testing.asking import Asker
from kmsproof_testing.foreign_adapters import (
    COMMANDS,
    JAVA,
    NODE,
    QUICK,
    THOROUGH,
    asking,
    assert_ciphers_agree,
    assert_signatures_agree,
    judged,
    unexplained,
)
from kmsproof_testing.protocol import REQUESTS, JsonLinesProgram
from kmsproof_vectors.encoding import json_decoder, json_encoder

SOURCES = {"node": NODE, "java": JAVA}
LEAST_KEY_SPECS = {KeySpec.AES_128, KeySpec.RSA_4096, KeySpec.EC_P256}

BLOCK = "6bc1bee22e409f96e93d7e117393172a"  # SP 800-38A, F.2.1: key, IV and first block
KEY = "2b7e151628aed2a6abf7158809cf4f3c"
IV = "000102030405060708090a0b0c0d0e0f"
CBC_BLOCK = "7649abac8119b246cee98e9b12e9197d"

IMPORT: dict[str, Any] = {
    "op": "import_key",
    "id": 1,
    "key_spec": "Aliyun_AES_128",
    "usage": "ENCRYPT/DECRYPT",
    "protection_level": "Software-protected key",
    "part": "secret",
    "material": KEY,
}
ENCRYPT: dict[str, Any] = {
    "op": "encrypt",
    "id": 2,
    "algorithm": "CBC",
    "padding": "NO_PADDING",
    "iv": IV,
    "plaintext": BLOCK,
}


@pytest.fixture(params=list(SOURCES))
def name(request: pytest.FixtureRequest) -> str:
    """Each example in turn."""
    language: str = request.param
    return language


@pytest.fixture
def command(name: str) -> list[str]:
    """The command that runs the example."""
    return COMMANDS[name]()


@pytest.fixture
def program(command: list[str]) -> Iterator[JsonLinesProgram]:
    """The example, running."""
    with JsonLinesProgram(command) as running:
        yield running


@pytest.fixture
def key(program: JsonLinesProgram) -> str:
    """The handle of an AES key."""
    handle: str = program.ask(IMPORT)["ok"]["key"]
    return handle


@pytest.fixture
def asker(command: list[str]) -> Iterator[Asker]:
    """The example, run as kmsproof runs it."""
    with asking(command) as opened:
        yield opened


@pytest.fixture
def reference() -> Iterator[Asker]:
    """The reference."""
    opened = Asker(open_in_process("reference"))
    yield opened
    opened.close()


def test_it_is_short_and_needs_nothing(name: str) -> None:
    source = SOURCES[name].read_text()
    assert len(source.splitlines()) < 200
    used = re.findall(r"require\('([^']+)'\)", source) or re.findall(
        r"^import (\w+)\.", source, re.M
    )
    assert set(used) <= {"node:crypto", "java", "javax"}


def test_it_describes_itself(program: JsonLinesProgram) -> None:
    answer = program.ask({"op": "describe", "id": 3, "protocol": PROTOCOL_VERSION})
    description = json_decoder(Description).decode(json.dumps(answer["ok"]).encode())
    assert answer["id"] == 3
    assert description.protocol == PROTOCOL_VERSION
    assert {spec for keys in description.keys for spec in keys.key_specs} >= LEAST_KEY_SPECS


def test_it_gives_a_known_answer(program: JsonLinesProgram, key: str) -> None:
    assert program.ask({**ENCRYPT, "key": key}) == {"id": 2, "ok": {"ciphertext": CBC_BLOCK}}


def test_it_refuses_by_the_tables(program: JsonLinesProgram, key: str) -> None:
    for changed, rejection in (
        ({"iv": IV[:-2]}, "invalid-argument"),
        ({"plaintext": "00"}, "invalid-argument"),
        ({"algorithm": "ECB"}, "invalid-argument"),
        ({"key": "no such key"}, "not-found"),
        ({"algorithm": "RSAES_OAEP_SHA_256"}, "unsupported-algorithm"),
    ):
        answer = program.ask({**ENCRYPT, "key": key, **changed})
        assert answer["rejected"]["class"] == rejection, answer
    without_iv = {field: value for field, value in ENCRYPT.items() if field != "iv"}
    answer = program.ask({**without_iv, "key": key})
    assert answer["rejected"]["native_code"] == "missing-iv"


def test_a_key_is_for_what_it_was_imported_for(program: JsonLinesProgram) -> None:
    imported = program.ask({**IMPORT, "usage": "SIGN/VERIFY"})
    if "ok" in imported:
        answer = program.ask({**ENCRYPT, "key": imported["ok"]["key"]})
        assert answer["rejected"]["class"] == "wrong-key-usage"
    else:
        assert imported["rejected"]["class"] == "wrong-key-usage"


def test_a_key_of_another_length_is_rejected(program: JsonLinesProgram) -> None:
    answer = program.ask({**IMPORT, "key_spec": "Aliyun_AES_256"})
    assert answer["rejected"]["class"] == "invalid-argument"


@pytest.mark.parametrize(
    "changed",
    [{"part": "public"}, {"key_spec": "RSA_2048"}, {"protection_level": "External Key"}],
)
def test_keys_that_are_not_offered(program: JsonLinesProgram, changed: dict[str, str]) -> None:
    assert list(program.ask({**IMPORT, **changed})) == ["id", "unsupported"]


def test_an_operation_it_does_not_know(program: JsonLinesProgram) -> None:
    answer = program.ask({"op": "levitate", "id": 5})
    assert answer == {"id": 5, "unsupported": {"what": "levitate"}}


def test_an_incomplete_request_is_an_error_and_no_rejection(
    program: JsonLinesProgram, key: str
) -> None:
    without_text = {field: value for field, value in ENCRYPT.items() if field != "plaintext"}
    for request in (without_text, {**ENCRYPT, "plaintext": "zz"}, {**ENCRYPT, "plaintext": "0"}):
        assert program.ask({**request, "key": key})["error"]["kind"] == "internal"


def test_every_request_gets_an_answer_of_the_protocol(program: JsonLinesProgram) -> None:
    decoder, encoder = json_decoder(Response), json_encoder()
    program.send(*(encoder.encode(request) for request in REQUESTS))
    for request in REQUESTS:
        response = decoder.decode(json.dumps(program.receive()).encode())
        assert response.id == request.id
        outcomes = [response.ok, response.rejected, response.unsupported, response.error]
        assert sum(outcome.__class__.__name__ != "UnsetType" for outcome in outcomes) == 1
    assert program.end() == (0, "")


def test_a_destroyed_key_is_gone(program: JsonLinesProgram, key: str) -> None:
    assert program.ask({"op": "destroy_key", "id": 2, "key": key}) == {"id": 2, "ok": {}}
    for request in (ENCRYPT, {"op": "destroy_key", "id": 2}):
        assert program.ask({**request, "key": key})["rejected"]["class"] == "not-found"


def test_many_requests_at_once_are_all_answered(program: JsonLinesProgram, key: str) -> None:
    requests = [{**ENCRYPT, "key": key, "id": number} for number in range(400)]
    program.send(*requests)
    assert [program.receive()["id"] for _ in requests] == list(range(400))


def test_a_line_in_two_pieces_is_one_request(program: JsonLinesProgram, key: str) -> None:
    line = json.dumps({**ENCRYPT, "key": key, "id": 8}).encode() + b"\n"
    assert program.process.stdin
    for piece in (line[:40], line[40:]):
        program.process.stdin.write(piece)
        program.process.stdin.flush()
    assert program.receive() == {"id": 8, "ok": {"ciphertext": CBC_BLOCK}}


@pytest.mark.parametrize("line", [b"garbage", b"", b"[]", b'"id"', b"{}", b"\xff"])
def test_garbage_ends_it(program: JsonLinesProgram, line: bytes) -> None:
    program.send(line)
    code, said = program.end()
    assert code == 1
    assert said


def test_close_ends_it(program: JsonLinesProgram, key: str) -> None:
    assert program.ask({"op": "close", "id": 9}) == {"id": 9, "ok": {}}
    assert program.process.wait(30) == 0


def test_it_ends_when_its_input_ends(program: JsonLinesProgram, key: str) -> None:
    assert program.end() == (0, "")


def test_signatures_agree_with_the_reference(asker: Asker, reference: Asker) -> None:
    assert_signatures_agree(asker, reference)


def test_ciphers_agree_with_the_reference(asker: Asker, reference: Asker) -> None:
    assert_ciphers_agree(asker, reference)


@pytest.mark.slow
def test_it_is_judged_as_kmsproof_judges(name: str, command: list[str], tmp_path: Path) -> None:
    assert not list(unexplained(name, judged(command, tmp_path / "run", QUICK)))


@pytest.mark.slow
def test_every_failure_is_known(name: str, command: list[str], tmp_path: Path) -> None:
    assert not list(unexplained(name, judged(command, tmp_path / "run", THOROUGH)))
