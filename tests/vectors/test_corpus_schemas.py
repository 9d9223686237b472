"""The published schemas are those of the types, closed, and hold the corpus to its form."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from kmsproof_vectors import schemas
from kmsproof_vectors.builder import encode
from kmsproof_vectors.load import (
    MANIFEST_NAME,
    CorpusFault,
    corpus_folder,
    decode_file,
    schema_folder,
)
from kmsproof_vectors.model import AnyTest, CorpusFile, Manifest
from kmsproof_vectors.schemas import FILE_SCHEMA, MANIFEST_SCHEMA, corpus_schemas, open_objects
from kmsproof_vectors.validate import against_schema

SAMPLE = ("aes-192-gcm-tag-lengths", "aes-256-cbc-no-padding")


def published(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((schema_folder() / name).read_bytes())
    return document


def complaints(document: dict[str, Any], name: str) -> list[str]:
    """What the package ``jsonschema``, which the project itself does not use, finds wrong."""
    validator = Draft202012Validator(published(name))
    errors = validator.iter_errors(document)  # pyright: ignore[reportUnknownMemberType]  # the stubs leave one overload untyped
    return [error.message for error in errors]


@pytest.fixture(scope="module")
def document(small_file: CorpusFile) -> dict[str, Any]:
    """The smallest corpus file as plain JSON."""
    found: dict[str, Any] = json.loads(encode(small_file))
    return found


@pytest.mark.parametrize("name", [FILE_SCHEMA, MANIFEST_SCHEMA])
def test_schema_is_a_schema_of_its_dialect(name: str) -> None:
    schema = published(name)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$schema"]
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", [FILE_SCHEMA, MANIFEST_SCHEMA])
def test_every_object_of_a_schema_is_closed(name: str) -> None:
    assert open_objects(published(name)) == []


def test_an_open_object_is_found() -> None:
    schema = published(FILE_SCHEMA)
    del schema["$defs"]["Group"]["additionalProperties"]
    assert open_objects(schema) == ["#/$defs/Group"]


def test_fields_are_described() -> None:
    properties = published(FILE_SCHEMA)["$defs"]["DecryptTest"]["properties"]
    assert "valid test of the same group" in properties["control"]["description"]
    assert properties["class"]["description"].startswith("The edge-case class")


def test_schemas_are_those_of_the_types() -> None:
    assert schemas.check(corpus_schemas(), schema_folder()) == []


def test_a_drifted_schema_is_named(tmp_path: Path) -> None:
    schemas.write(corpus_schemas(), tmp_path)
    assert schemas.check(corpus_schemas(), tmp_path) == []
    path = tmp_path / MANIFEST_SCHEMA
    path.write_bytes(path.read_bytes().replace(b'"sha256"', b'"sha512"'))
    (tmp_path / FILE_SCHEMA).unlink()
    problems = schemas.check(corpus_schemas(), tmp_path)
    assert [
        str(tmp_path / name) in problem
        for name, problem in zip(corpus_schemas(), problems, strict=True)
    ]
    assert all("make vectors" in problem for problem in problems)
    assert len(problems) == 2


def test_schemas_are_checked_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert schemas.command(corpus_schemas(), ["--check"]) == 0
    other = {"manifest.schema.json": schemas.schema_of(Manifest, "Another title", "urn:other")}
    assert schemas.command(other, ["--check"]) == 1
    assert "manifest.schema.json is not what the types say" in capsys.readouterr().err


def test_a_schema_of_a_union_describes_all_its_members() -> None:
    schema = schemas.schema_of(AnyTest, "Any test", "urn:any-test")
    assert open_objects(schema) == []
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    for name in ("EncryptTest", "DecryptTest", "MonteCarloTest"):
        assert definitions[name]["properties"]["id"]["description"]


def test_manifest_fits_its_schema() -> None:
    assert (
        complaints(json.loads((corpus_folder() / MANIFEST_NAME).read_bytes()), MANIFEST_SCHEMA)
        == []
    )


@pytest.mark.parametrize("family", SAMPLE)
def test_sample_fits_its_schema(family: str) -> None:
    data = (corpus_folder() / "aes" / f"{family}.json").read_bytes()
    assert complaints(json.loads(data), FILE_SCHEMA) == []


@pytest.mark.slow
def test_every_file_fits_its_schema(manifest: Manifest) -> None:
    unfit: dict[str, list[str]] = {}
    for entry in manifest.files:
        data = (corpus_folder() / entry.path).read_bytes()
        problems = [*complaints(json.loads(data), FILE_SCHEMA), *against_schema(data, FILE_SCHEMA)]
        if problems:
            unfit[entry.path] = problems
    assert unfit == {}


def first_test(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["groups"][0]["tests"][0]
    return found


def drop(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda place: place.pop(name)


def put(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda place: place.update({name: value})


SPOILT: dict[str, Callable[[dict[str, Any]], object]] = {
    "unknown field in the file": put("comment", "hello"),
    "unknown field in a group": lambda file: put("comment", "x")(file["groups"][0]),
    "unknown field in a key": lambda file: put("secretKey", "00")(file["groups"][0]["key"]),
    "unknown field in a test": lambda file: put("comment", "x")(first_test(file)),
    "unknown field in a clause": lambda file: put("page", 1)(first_test(file)["clause"]),
    "unknown field in a note": lambda file: put("more", 1)(file["notes"]["TagLength"]),
    "unknown field in a uniformity": lambda file: put("more", 1)(file["uniformities"][0]),
    "missing family": drop("family"),
    "missing id": lambda file: drop("id")(first_test(file)),
    "missing operation": lambda file: drop("operation")(first_test(file)),
    "missing plaintext": lambda file: [drop("plaintext")(t) for t in encryptions(file)],
    "third result": lambda file: put("result", "acceptable")(first_test(file)),
    "upper-case hex": lambda file: put("iv", "AB")(first_test(file)),
    "odd hex": lambda file: put("iv", "abc")(first_test(file)),
    "hex with a space": lambda file: put("iv", "ab cd")(first_test(file)),
    "number for hex": lambda file: put("iv", 12)(first_test(file)),
    "unknown key spec": put("key_spec", "AES_256"),
    "unknown rejection": lambda file: put("rejections", ["nonsense"])(first_test(file)),
    "unknown parameter": lambda file: put("probes", ["key_length"])(first_test(file)),
    "unknown bug type": lambda file: put("bug_type", "LUCK")(file["notes"]["TagLength"]),
    "text for a count": put("number_of_tests", "7"),
    "flag that is no text": lambda file: put("flags", [7])(first_test(file)),
}


def encryptions(document: dict[str, Any]) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = document["groups"][0]["tests"]
    return [test for test in tests if test["operation"] == "encrypt"]


@pytest.mark.parametrize("name", SPOILT)
def test_types_and_both_validators_refuse_what_is_spoilt(
    document: dict[str, Any], name: str
) -> None:
    spoilt = copy.deepcopy(document)
    SPOILT[name](spoilt)
    data = json.dumps(spoilt).encode()
    assert complaints(spoilt, FILE_SCHEMA) != []
    assert [*against_schema(data, FILE_SCHEMA)] != []
    with pytest.raises(CorpusFault, match="not in the corpus format"):
        decode_file(data, Path("spoilt.json"))


def test_types_and_both_validators_take_what_is_not_spoilt(document: dict[str, Any]) -> None:
    data = json.dumps(document).encode()
    assert complaints(document, FILE_SCHEMA) == []
    assert [*against_schema(data, FILE_SCHEMA)] == []
    assert msgspec.json.decode(encode(decode_file(data, Path("copy.json")))) == document


def test_a_complaint_names_the_place(document: dict[str, Any]) -> None:
    spoilt = copy.deepcopy(document)
    spoilt["groups"][2]["tag_length"] = "8"
    (problem,) = against_schema(json.dumps(spoilt).encode(), FILE_SCHEMA)
    assert problem.startswith("/groups/2/tag_length: ")
