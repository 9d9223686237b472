"""Generate JSON Schemas (2020-12) from message and file types, and notice when they have drifted.

``schema_of`` takes any type made of our structs; the messages of the runner use it too. Objects are
closed: a field that the type does not have is an error. What a type says of a field in the string
below it becomes the field's description, so that a reader of the schema needs no Python.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import cast

import msgspec

from kmsproof_vectors.encoding import schema_of_value
from kmsproof_vectors.load import schema_folder
from kmsproof_vectors.model import CorpusFile, Manifest

DIALECT = "https://json-schema.org/draft/2020-12/schema"

FILE_SCHEMA = "corpus_file.schema.json"
"""The schema that every corpus file names."""

MANIFEST_SCHEMA = "manifest.schema.json"

Schema = dict[str, object]


def schema_of(kind: object, title: str, identifier: str) -> Schema:
    """Return the schema of a type.

    Args:
        kind: a struct, or a union of structs.
        title: what the schema is of, in a few words.
        identifier: the ``$id``, a URI such as ``urn:kmsproof:schema:corpus-file:1``.
    """
    generated = cast(Schema, msgspec.json.schema(kind, schema_hook=schema_of_value))
    definitions = cast(dict[str, Schema], generated.get("$defs", {}))
    for definition in definitions.values():  # Python 3.13 removes the indentation by itself
        if "description" in definition:
            definition["description"] = inspect.cleandoc(cast(str, definition["description"]))
    for struct in _structs(msgspec.inspect.type_info(kind), set()):
        definition = definitions.get(struct.__name__, {})
        properties = cast(dict[str, Schema], definition.get("properties", {}))
        texts = _field_texts(struct)
        for field in msgspec.structs.fields(struct):
            if field.name in texts and field.encode_name in properties:  # else it is an array
                properties[field.encode_name]["description"] = texts[field.name]
    return {"$schema": DIALECT, "$id": identifier, "title": title, **generated}


def _structs(node: object, seen: set[type]) -> Iterator[type[msgspec.Struct]]:
    """Yield every struct that a type mentions, at whatever depth, each once."""
    if isinstance(node, msgspec.inspect.StructType):
        if node.cls in seen:
            return
        seen.add(node.cls)
        yield node.cls
        for field in node.fields:
            yield from _structs(field.type, seen)
    elif isinstance(node, msgspec.inspect.UnionType):
        for one in node.types:
            yield from _structs(one, seen)
    elif isinstance(node, msgspec.inspect.VarTupleType | msgspec.inspect.ListType):
        yield from _structs(node.item_type, seen)
    elif isinstance(node, msgspec.inspect.TupleType):
        for one in node.item_types:
            yield from _structs(one, seen)
    elif isinstance(node, msgspec.inspect.DictType):
        yield from _structs(node.value_type, seen)


@cache
def _field_texts(struct: type) -> dict[str, str]:
    """Return the strings below the fields of a class and of its bases, by field name."""
    texts: dict[str, str] = {}
    for one in reversed(struct.__mro__):
        if one.__module__.split(".")[0] in ("builtins", "msgspec", "typing"):
            continue
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(one))).body
        body = definition.body if isinstance(definition, ast.ClassDef) else []
        for field, below in pairwise(body):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
                and isinstance(below.value.value, str)
            ):
                texts[field.target.id] = " ".join(below.value.value.split())
    return texts


def open_objects(schema: Mapping[str, object]) -> list[str]:
    """Return where a schema has an object with named fields that lets others pass."""
    return [place for place, node in _nodes(schema, "#") if _is_open(node)]


def _is_open(node: Mapping[str, object]) -> bool:
    return "properties" in node and node.get("additionalProperties") is not False


def _nodes(node: object, place: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    if isinstance(node, dict):
        members = cast(dict[str, object], node)
        yield place, members
        for name, value in members.items():
            yield from _nodes(value, f"{place}/{name}")
    elif isinstance(node, list):
        for index, value in enumerate(cast(list[object], node)):
            yield from _nodes(value, f"{place}/{index}")


def encoded(schema: Mapping[str, object]) -> bytes:
    """Return the bytes of a schema file."""
    return json.dumps(schema, indent=2, ensure_ascii=False).encode() + b"\n"


def write(schemas: Mapping[str, Mapping[str, object]], folder: Path) -> None:
    """Write schemas, by file name, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas.items():
        (folder / name).write_bytes(encoded(schema))


def check(schemas: Mapping[str, Mapping[str, object]], folder: Path) -> list[str]:
    """Return which files of a folder are not what the types say, one sentence each."""
    return [
        f"{folder / name} is not what the types say: run 'make vectors'."
        for name, schema in schemas.items()
        if not _holds(folder / name, encoded(schema))
    ]


def _holds(path: Path, expected: bytes) -> bool:
    return path.is_file() and path.read_bytes() == expected


def corpus_schemas() -> dict[str, Schema]:
    """Return the schemas of the corpus, by file name."""
    return {
        FILE_SCHEMA: schema_of(
            CorpusFile,
            "A file of the kmsproof corpus: all tests of one exact parameter set",
            "urn:kmsproof:schema:corpus-file:1",
        ),
        MANIFEST_SCHEMA: schema_of(
            Manifest,
            "The manifest of the kmsproof corpus: its files and their digests",
            "urn:kmsproof:schema:manifest:1",
        ),
    }


def command(
    schemas: Mapping[str, Mapping[str, object]], arguments: Iterable[str] | None = None
) -> int:
    """Write the schemas, or with ``--check`` compare them; return the exit code."""
    parser = argparse.ArgumentParser(description="Make the JSON Schemas from the types.")
    parser.add_argument("--check", action="store_true", help="compare only, and write nothing")
    options = parser.parse_args(None if arguments is None else list(arguments))
    if not options.check:
        write(schemas, schema_folder())
        return 0
    problems = check(schemas, schema_folder())
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(command(corpus_schemas()))
