"""What docs/adapter-protocol.md shows is so: its messages, its words and its programs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kmsproof.capability import Description
from kmsproof.corpus import load_corpus
from kmsproof.errors import ExitCode
from kmsproof.messages import ANSWERS, operation_name
from kmsproof.selection import Filters
from kmsproof.vocabulary import KeySpec
from kmsproof_testing.acceptance import ANSWERS_TO, MESSAGES, PROTOCOL, Json
from kmsproof_testing.protocol import REQUESTS, JsonLinesProgram
from kmsproof_vectors.encoding import json_decoder, json_encoder

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "adapter-protocol.md").read_text()
EXAMPLE = ROOT / "adapters" / "examples" / "python" / "aes_adapter.py"


def blocks(language: str) -> list[str]:
    """Return the blocks of the document that are marked as one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)


MESSAGE_PAIRS = [json.loads(line) for block in blocks("jsonl") for line in block.splitlines()]
"""Requests, each followed by its answer."""

DOCUMENT_MESSAGES: list[Json] = [*MESSAGE_PAIRS, *(json.loads(block) for block in blocks("json"))]


def test_the_document_shows_every_request_and_every_outcome() -> None:
    shown = {message["op"] for message in DOCUMENT_MESSAGES if "op" in message}
    assert shown == {operation_name(kind) for kind in ANSWERS}
    for outcome in ("ok", "rejected", "unsupported", "error"):
        assert any(outcome in message for message in DOCUMENT_MESSAGES)


def test_the_document_shows_valid_messages() -> None:
    kinds = {operation_name(kind): kind for kind in ANSWERS}
    asked: Json = None
    for message in DOCUMENT_MESSAGES:
        assert MESSAGES.accept(message), message
        if "op" in message:
            asked = message
        elif asked is not None and message["id"] == asked["id"]:
            assert ANSWERS_TO[kinds[asked["op"]]].accept(message), message
            asked = None
    assert asked is None


@pytest.mark.parametrize(
    ("definition", "heading"), [("RejectionClass", "class"), ("ErrorKind", "kind")]
)
def test_the_document_explains_every_class_and_kind(definition: str, heading: str) -> None:
    table = re.search(rf"^\| {heading} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", DOCUMENT, re.MULTILINE)
    assert table
    explained = set(re.findall(r"^\| `([a-z-]+)` \|", table[1], re.MULTILINE))
    assert explained == set(PROTOCOL["$defs"][definition]["enum"])


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        ("KeySpec", "key_spec"),
        ("KeyUsage", "usage"),
        ("ProtectionLevel", "protection_level"),
        ("Algorithm", "algorithm"),
        ("PaddingMode", "padding"),
        ("MessageType", "message_type"),
        ("KeyState", "state"),
    ],
)
def test_the_document_lists_every_word(definition: str, field: str) -> None:
    row = re.search(rf"^\| `{field}` \| (.*) \|$", DOCUMENT, re.MULTILINE)
    assert row
    assert sorted(re.findall("`([^`]+)`", row[1])) == PROTOCOL["$defs"][definition]["enum"]


def schema_strings(schema: Json) -> Iterator[Json]:
    """Yield what a field of a request may hold, or fail if it holds anything but a word."""
    for option in schema.get("anyOf", [schema]):
        if "$ref" in option:
            yield from schema_strings(PROTOCOL["$defs"][option["$ref"].rpartition("/")[2]])
        elif "enum" in option:
            yield from option["enum"]
        else:
            assert option["type"] in ("string", "integer", "null"), option


DEFAULTS = ("left_out", "algorithm_left_out")
"""What only a target gets that declares defaults."""


def test_requests_are_as_flat_and_plain_as_the_document_says() -> None:
    assert "A request is flat" in DOCUMENT
    for kind in ANSWERS:
        for name, schema in PROTOCOL["$defs"].get(kind.__name__, {}).get("properties", {}).items():
            if name in DEFAULTS:
                continue
            words = [name, *schema_strings(schema)]
            assert all(re.fullmatch(r"[ !#-+\--\[\]-z|~]*", word) for word in words), words
    for request in REQUESTS:
        sent = json_encoder().encode(request).decode()
        assert "null" not in sent
        assert "\\" not in sent
        plain = {name: value for name, value in json.loads(sent).items() if name not in DEFAULTS}
        assert all(type(value) in (str, int) for value in plain.values())


def test_private_keys_bring_the_public_key_as_the_document_says() -> None:
    corpus = load_corpus(None)
    point = bytes.fromhex("a144034200")
    for file in corpus.files(Filters(key_specs=(KeySpec.EC_P256, KeySpec.EC_P256K))):
        for group in file.groups:
            if group.key.private is not None and group.key.public is not None:
                assert group.key.private.endswith(point + group.key.public[-65:])


# The programs


def run_program(text: str, folder: Path) -> JsonLinesProgram:
    path = folder / "my-adapter"
    path.write_text(text)
    return JsonLinesProgram([sys.executable, str(path)])


@pytest.fixture(params=[0, 1], ids=["nothing", "ECB"])
def tutorial(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JsonLinesProgram]:
    """Run a program of the document."""
    number: int = request.param
    with run_program(blocks("python")[number], tmp_path) as program:
        yield program


def ask_example(program: JsonLinesProgram, operation: str, number: int = 0, **changed: Any) -> Any:
    """Ask a request of the document, with some fields changed."""
    asked = [message for message in MESSAGE_PAIRS if message.get("op") == operation]
    return program.ask({**asked[number], **changed})


def test_there_are_the_programs_that_the_document_explains() -> None:
    assert len(blocks("python")) == 2
    assert len(blocks("python")[0].splitlines()) <= 22


def test_the_programs_describe_and_close(tutorial: JsonLinesProgram) -> None:
    described = ask_example(tutorial, "describe")
    json_decoder(Description).decode(json.dumps(described["ok"]).encode())
    assert ask_example(tutorial, "sign")["unsupported"] == {"what": "sign"}
    assert ask_example(tutorial, "close")["ok"] == {}
    assert tutorial.process.wait(30) == 0


@pytest.mark.parametrize("tutorial", [1], indirect=True)
def test_the_second_program_knows_ecb(tutorial: JsonLinesProgram) -> None:
    block, encrypted = "6bc1bee22e409f96e93d7e117393172a", "3ad77bb40d7a3660a89ecaf32466ef97"
    handle = ask_example(tutorial, "import_key")["ok"]["key"]
    common = {"id": 2, "key": handle, "algorithm": "ECB", "padding": "NO_PADDING"}
    answer = tutorial.ask({"op": "encrypt", "plaintext": block, **common})
    assert answer["ok"] == {"ciphertext": encrypted}
    answer = tutorial.ask({"op": "decrypt", "ciphertext": encrypted, **common})
    assert answer["ok"] == {"plaintext": block}
    for operation, field, rejection in (
        ("encrypt", "plaintext", "invalid-argument"),
        ("decrypt", "ciphertext", "invalid-ciphertext"),
    ):
        rejected = tutorial.ask({"op": operation, field: "00", **common})["rejected"]
        assert (rejected["class"], rejected["native_code"]) == (rejection, "ValueError")


def test_the_first_program_gets_the_exit_code_that_the_document_says(tmp_path: Path) -> None:
    adapter = tmp_path / "my-adapter"
    adapter.write_text(blocks("python")[0])
    command = [sys.executable, "-c", "from kmsproof.cli import main; main()", "run"]
    target = f"exec:'{sys.executable}' '{adapter}'"
    ran = subprocess.run(
        [*command, "--report", "none", "--out", str(tmp_path / "run"), target],
        capture_output=True,
        timeout=120,
    )
    assert ran.returncode == ExitCode.COVERAGE
    assert b"is the least that is enough to call it" in b" ".join(ran.stdout.split())


def test_the_example_answers_as_the_document_shows() -> None:
    with JsonLinesProgram([sys.executable, str(EXAMPLE)]) as example:
        handle = ask_example(example, "import_key")["ok"]["key"]
        for operation in ("encrypt", "decrypt"):
            for number in range(2):
                answer = ask_example(example, operation, number, key=handle)
                assert answer in MESSAGE_PAIRS
